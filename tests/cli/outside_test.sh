#!/bin/sh
# Rows that other programs (SQL through GDAL, as in QGIS) edit in the layers: the check names them at once, the next
# import takes them up as revisions that wait, says so, and nothing is taken as truth.  And findings of an import
# end with the correction of what they speak of.   tests/cli/outside_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
passed=0
failed=0

# says NAME WORDS: the words stand in the file `said`; without NAME WORDS they do not.
verdict() {
	if [ "$1" = yes ]; then
		passed=$((passed + 1))
		echo "ok   $2"
	else
		failed=$((failed + 1))
		echo "FAIL $2"
		cat said
	fi
}
says() {
	if grep -qF -- "$2" said; then verdict yes "$1"; else verdict no "$1"; fi
}
silent() {
	if grep -qF -- "$2" said; then verdict no "$1"; else verdict yes "$1"; fi
}

row() { # ID, WEST: a square hazard
	printf '%s,SHA,2024-03-01,APM,"POLYGON ((%s 13, %s001 13, %s001 13.001, %s 13.001, %s 13))"\n' "$1" "$2" "$2" "$2" "$2" "$2"
}
head=id,class,effective_date,contamination,geometry
{
	echo "$head"
	row HA-1 102.1
	row HA-2 102.2
	row HA-3 102.3
} >in.csv
"$binary" init p.gpkg --country XVE >/dev/null
"$binary" import p.gpkg in.csv --kind hazard --crs EPSG:4326 --approve >said
silent "an import with nothing from outside is silent" "other programs"
"$binary" check p.gpkg >said
silent "a check with nothing from outside is silent" "I13"
"$binary" account p.gpkg >before

ogrinfo -q p.gpkg -sql "UPDATE hazard SET class = 'CHA' WHERE id = 'HA-1'" >/dev/null
ogrinfo -q p.gpkg -sql "DELETE FROM hazard WHERE id = 'HA-2'" >/dev/null
"$binary" check p.gpkg >said
says "the check names the change" "hazard HA-1: Another program has changed this row of the layer"
says "the check names the deletion" "hazard HA-2: Another program has deleted this row of the layer"
silent "the check names nothing else" "hazard HA-3: Another program"
"$binary" check p.gpkg --rule I13 --format json >said
says "the check gives the record" '"record":"HA-1"'
"$binary" account p.gpkg >said
if cmp -s before said; then verdict yes "the account does not follow"; else verdict no "the account does not follow"; fi

{
	echo "$head"
	row HA-4 102.4
} >more.csv
"$binary" import p.gpkg more.csv --kind hazard --crs EPSG:4326 --approve >said
says "the import says what it took up" "2 edits made by other programs in the layers wait for approval"
"$binary" check p.gpkg >said
says "the check names what waits" "hazard HA-1: Another program has edited this record; the edit waits for approval."
silent "the layer is as the log has it" "this row of the layer"
"$binary" history p.gpkg HA-1 >said
says "the history has the edit" "edited outside Safelane"

# Approved by an import that says the same.
sed -n -e 1p -e '/HA-1,/s/SHA/CHA/p' in.csv >right.csv
"$binary" import p.gpkg right.csv --kind hazard --crs EPSG:4326 --approve >said
"$binary" check p.gpkg >said
silent "what was approved waits no more" "hazard HA-1: Another program"
says "the other still waits" "hazard HA-2: Another program has edited this record"

# A finding of an import speaks of one revision.
sed -n -e 1p -e 's/HA-3,SHA,2024-03-01,APM,.*/HA-3,SHA,2024-03-01,APM,"POLYGON ((102.3 13, 102.4 nonsense))"/p' in.csv >bad.csv
"$binary" import p.gpkg bad.csv --kind hazard --crs EPSG:4326 --approve >said
"$binary" check p.gpkg >said
says "an outline that cannot be read is found" "hazard HA-3: The geometry cannot be read"
sed -n -e 1p -e '/HA-3,/s/APM/AVM/p' in.csv >good.csv
"$binary" import p.gpkg good.csv --kind hazard --crs EPSG:4326 >said
"$binary" check p.gpkg >said
says "a correction that waits ends nothing" "hazard HA-3: The geometry cannot be read"
"$binary" import p.gpkg good.csv --kind hazard --crs EPSG:4326 --approve >said
"$binary" check p.gpkg >said
silent "the correction ends the finding" "hazard HA-3: The geometry cannot be read"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
