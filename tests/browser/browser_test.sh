#!/bin/sh
# The pages in a browser:  tests/browser/browser_test.sh SAFELANE [FOLDER for pictures]
# Skipped with a line where there is no Chromium or no npm.
set -eu
safelane=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
browser=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$browser" ] || ! command -v npm >/dev/null 2>&1; then
	echo "skip browser tests: chromium or npm is missing (tools/install.sh test)"
	echo "0 passed, 0 failed"
	exit 0
fi
"$here/../../tools/npm_parts.sh" --tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/map"
"$safelane" debug simulate "$work/training.gpkg" --hazards 300 --seed 1 >/dev/null
"$safelane" debug simulate "$work/map/map.gpkg" --hazards 300 --seed 1 >/dev/null
"$safelane" init "$work/new.gpkg" --country ZZZ >/dev/null
"$safelane" init "$work/forms.gpkg" --country XAA >/dev/null
"$safelane" debug simulate "$work/desk.gpkg" --hazards 300 --seed 1 --files "$work/files" >/dev/null
/usr/bin/python3 "$here/review_programme.py" "$safelane" "$work/desk.gpkg" "$work/files"
"$safelane" debug simulate "$work/entry.gpkg" --hazards 100 --seed 1 >/dev/null
/usr/bin/python3 "$here/entry_forms.py" "$safelane" "$work/entry.gpkg" "$work/forms"
# Each test brings what it needs; the language test signs in as whom the page test made.
run() {
	CHROMIUM=$browser node "$here/$1_test.mjs" "$safelane" "$2" ${3:+"$3"} >"$work/$1.log" 2>&1 || true
}
# Two at a time, each on programmes of its own: half of the time is waiting.
{
	run settings "$work/new.gpkg" "${2:-}"
	run review "$work/desk.gpkg" "${2:-}"
	run map "$work/map/map.gpkg" "${2:-}"
	run rules "$work/map/map.gpkg" "${2:-}"
	run enketo "$work/forms.gpkg" "${2:-}"
} &
run pages "$work/training.gpkg" "${2:-}"
run language "$work/training.gpkg" "${2:-}"
run ask "$work/training.gpkg" "${2:-}"
run traverse "$work/training.gpkg" "${2:-}"
run entry "$work/entry.gpkg" "${2:-}"
run sent "$work/training.gpkg" "${2:-}"
run reports "$work/training.gpkg" "${2:-}"
run clock "$work/training.gpkg" "${2:-}"
wait
passed=0
failed=0
for walk in settings pages review language map ask traverse sent reports clock rules enketo entry; do
	echo "$walk:"
	cat "$work/$walk.log"
	last=$(tail -1 "$work/$walk.log" | grep -E '^[0-9]+ passed, [0-9]+ failed$' || echo "0 passed, 1 failed")
	passed=$((passed + ${last%% passed*}))
	last=${last#*passed, }
	failed=$((failed + ${last%% failed*}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
