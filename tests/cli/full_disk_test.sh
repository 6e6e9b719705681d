#!/bin/sh
# A disk that is full, played by a limit on the size of files: every format refuses with status 4, and neither
# the output nor its beginnings remain.   tests/cli/full_disk_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
passed=0
failed=0

"$binary" debug simulate p.gpkg --hazards 2000 --seed 2 >/dev/null 2>log || cat log
# Opening leaves its own files beside the programme.
"$binary" export p.gpkg small.csv --kind organisation 2>/dev/null
before=$(ls -A)
for format in geojson gpkg fgb kml gpx shp csv xlsx; do
	(
		trap '' XFSZ # a write beyond the limit then fails with an error, as on a full disk
		ulimit -f 64
		"$binary" export p.gpkg out.$format
	) >said 2>&1
	status=$?
	after=$(ls -A | grep -v '^said$')
	if [ $status -eq 4 ] && [ "$before" = "$after" ]; then
		echo "ok   $format: $(cat said)"
		passed=$((passed + 1))
	else
		echo "FAIL $format: status $status: $(cat said)"
		echo "$after"
		failed=$((failed + 1))
	fi
	rm -f said
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
