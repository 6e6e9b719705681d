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
CHROMIUM=$browser node "$here/pages_test.mjs" "$safelane" "$work/training.gpkg" ${2:+"$2"}
"$safelane" debug simulate "$work/map/map.gpkg" --hazards 300 --seed 1 >/dev/null
CHROMIUM=$browser node "$here/map_test.mjs" "$safelane" "$work/map/map.gpkg" ${2:+"$2"}
