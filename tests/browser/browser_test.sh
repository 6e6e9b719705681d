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
status=0
for walk in pages ask; do
	"$safelane" debug simulate "$work/$walk.gpkg" --hazards 300 --seed 1 >/dev/null
	CHROMIUM=$browser node "$here/${walk}_test.mjs" "$safelane" "$work/$walk.gpkg" ${2:+"$2"} || status=1
done
exit $status
