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
export CHROMIUM="$browser"
"$safelane" debug simulate "$work/desk.gpkg" --hazards 300 --seed 1 --files "$work/files" >/dev/null
/usr/bin/python3 "$here/review_programme.py" "$safelane" "$work/desk.gpkg" "$work/files"
node "$here/pages_test.mjs" "$safelane" "$work/training.gpkg" ${2:+"$2"} | tee "$work/pages.log"
node "$here/review_test.mjs" "$safelane" "$work/desk.gpkg" ${2:+"$2"} | tee "$work/review.log"
tail -qn 1 "$work/pages.log" "$work/review.log" |
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3; n++ } END { printf "%d passed, %d failed\n", good, bad + 2 - n; exit bad + 2 - n > 0 }'
