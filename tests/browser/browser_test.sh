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
"$safelane" debug simulate "$work/training.gpkg" --hazards 300 --seed 1 >/dev/null
passed=0
failed=0
# The language test signs in as whom the page test made.
for test in pages language; do
	CHROMIUM=$browser node "$here/${test}_test.mjs" "$safelane" "$work/training.gpkg" ${2:+"$2"} >"$work/$test.log" 2>&1 || true
	cat "$work/$test.log"
	last=$(tail -1 "$work/$test.log" | grep -E '^[0-9]+ passed, [0-9]+ failed$' || echo "0 passed, 1 failed")
	passed=$((passed + ${last%% passed*}))
	last=${last#*passed, }
	failed=$((failed + ${last%% failed*}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
