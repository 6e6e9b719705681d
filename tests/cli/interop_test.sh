#!/bin/sh
# What other programs see: ogrinfo, ogr2ogr, the validator of GeoPackages, QGIS and SpatiaLite open a
# programme; what is exported in each format comes back as equal records and an equal account; names of
# people stay inside.
#   tests/cli/interop_test.sh [BINARY]
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
beside=$(cd "$(dirname "$0")" && pwd)
# The Python that Debian's packages of GDAL and QGIS belong to.
python=/usr/bin/python3
unset SAFELANE_NOW SAFELANE_SEED SAFELANE_AUTHOR SAFELANE_DEVICE
export LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1 QT_QPA_PLATFORM=offscreen
passed=0
failed=0

if [ ! -x "$binary" ]; then
	echo "FAIL binary: $binary cannot be run"
	echo "0 passed, 1 failed"
	exit 1
fi
d=$(mktemp -d "${TMPDIR:-/tmp}/interop.XXXXXX") || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
export XDG_RUNTIME_DIR="$d/runtime" HOME="$d"
mkdir -m 700 "$d/runtime"
cd "$d" || exit 1

help() {
	"$python" "$beside/interop_help.py" "$@" 2>&1
}

# verdict NAME TEXT: good when TEXT, which says what is wrong, is empty.
verdict() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "FAIL $1: $(printf '%s' "$2" | tr '\n' ' ' | cut -c1-600)"
	fi
}

# equal NAME WANT HAVE
equal() {
	if [ "$2" = "$3" ]; then verdict "$1" ""; else verdict "$1" "wanted '$2', not '$3'"; fi
}

# quietly COMMAND...: its words when it fails, nothing when it does not.
quietly() {
	"$@" >quietly.log 2>&1
	status=$?
	[ $status -eq 0 ] || printf '%s' "status $status: $(head -c 400 quietly.log)"
}

# once TABLE-NAME SQL: the one value of a query, through GDAL and not through our own code.
once() {
	ogrinfo -q "$1" -sql "$2" 2>/dev/null | sed -n 's/^  [^ ]* ([A-Za-z0-9]*) = //p' | head -1
}

# ---- a programme ----

verdict simulate "$(quietly "$binary" debug simulate t.gpkg --hazards 300 --seed 7)"
if [ ! -s t.gpkg ]; then
	echo "$passed passed, $((failed + 1)) failed"
	exit 1
fi
"$binary" account t.gpkg --format json >t.json 2>&1

# ---- GDAL ----

ogrinfo -so -al t.gpkg >ogrinfo.log 2>ogrinfo.err
equal ogrinfo "0: " "$?: $(head -3 ogrinfo.err)"
sed -n 's/^Layer name: //p' ogrinfo.log >layers
# Files of records stand beside the kinds as tables of their own (docs/formats/programme.md).
sed -n 's/^Feature Count: //p' ogrinfo.log | paste layers - | grep -v '^sl_' >counts
equal ogrinfo_layers 15 "$(wc -l <counts)"
while read -r kind count; do
	if "$binary" export t.gpkg "all_$kind.csv" --kind "$kind" >export.log 2>&1; then
		equal "ogrinfo_count_$kind" "$(help layer_count "all_$kind.csv")" "$count"
	else
		verdict "ogrinfo_count_$kind" "$(head -1 export.log)"
	fi
done <counts
equal hazards_exported 300 "$(help line_count all_hazard.csv)"

verdict ogr2ogr "$(quietly ogr2ogr -f GeoJSON ogr.geojson t.gpkg hazard)"
equal ogr2ogr_count "$(sed -n 's/^hazard	//p' counts)" \
	"$(ogrinfo -so -al ogr.geojson 2>/dev/null | sed -n 's/^Feature Count: //p')"
verdict validate_gpkg "$(quietly "$python" -m osgeo_utils.samples.validate_gpkg -k t.gpkg)"
# A validator that accepts everything proves nothing.
cp t.gpkg bad.gpkg
sqlite3 bad.gpkg "UPDATE gpkg_contents SET data_type = 'features' WHERE table_name = 'victim'" 2>/dev/null
if "$python" -m osgeo_utils.samples.validate_gpkg -k bad.gpkg >/dev/null 2>&1; then
	verdict validate_gpkg_refuses "a damaged copy is accepted too"
else
	verdict validate_gpkg_refuses ""
fi
rm -f bad.gpkg*

# ---- SpatiaLite ----

sqlite3 t.gpkg ".backup lite.gpkg"
# lite SQL: the last line that SpatiaLite answers.  Its warnings of missing tables of its own are no errors.
lite() {
	spatialite -silent lite.gpkg "SELECT AutoGPKGStart(); $1" 2>lite.err | tail -1
}
plain="ST_GeometryType(v.geom) = 'POLYGON' AND ST_IsValid(v.geom)"
equal spatialite_count "$(sed -n 's/^hazard	//p' counts)" "$(lite 'SELECT count(*) FROM vgpkg_hazard;')"
polygons=$(lite "SELECT count(*) FROM vgpkg_hazard v WHERE $plain;")
if [ "$polygons" -gt 100 ] 2>/dev/null; then
	verdict spatialite_polygons ""
else
	verdict spatialite_polygons "'$polygons' polygons $(head -1 lite.err)"
fi
# Its area on the ellipsoid (librttopo) is an approximation, to about 1e-5 for polygons of this size.
equal spatialite_area "$polygons" "$(lite "SELECT count(*) FROM vgpkg_hazard v JOIN hazard h ON h.id = v.id
	WHERE $plain AND abs(ST_Area(v.geom, 1) - h.area_m2) < 5e-5 * h.area_m2;")"
rm -f lite.gpkg*

# ---- each format out and in again ----

# A programme that holds the exported hazards and nothing else is what the others are compared with.
# fresh NAME INPUT OPTIONS...: adds to NAME.gpkg, which is made when it is not there.
fresh() {
	name=$1
	shift
	[ -e "$name.gpkg" ] || "$binary" init "$name.gpkg" --country XVE >/dev/null 2>&1 || echo "init fails"
	"$binary" import "$name.gpkg" "$@" --kind hazard --approve >import.log 2>&1
	status=$?
	# 1: there are findings, as there were in the original.
	[ $status -le 1 ] || printf '%s' "import ends with $status: $(head -c 300 import.log)"
}

# back NAME HOW...: what came back is what went out.
back() {
	name=$1
	shift
	"$binary" export "$name.gpkg" "$name.back.csv" >/dev/null 2>&1
	verdict "content_$name" "$(help content all_hazard.csv "$name.back.csv" "$@")"
	"$binary" account "$name.gpkg" --format json >"$name.json" 2>&1
	case "$*" in
	*outlines*) verdict "account_$name" "$(help counts base.json "$name.json")" ;;
	*) verdict "account_$name" "$(help account base.json "$name.json")" ;;
	esac
}

verdict base_import "$(fresh base all_hazard.csv --crs EPSG:4326)"
"$binary" account base.gpkg --format json >base.json 2>&1
for format in geojson gpkg fgb kml gpx shp csv xlsx; do
	mkdir "$format"
	verdict "export_$format" "$(quietly "$binary" export t.gpkg "$format/h.$format")"
done
verdict import_geojson "$(fresh r_geojson geojson/h.geojson)"
verdict import_gpkg "$(fresh r_gpkg gpkg/h.gpkg)"
verdict import_fgb "$(fresh r_fgb fgb/h.fgb)"
verdict import_kml "$(fresh r_kml kml/h.kml)"
verdict import_csv "$(fresh r_csv csv/h.csv --crs EPSG:4326)"
verdict import_xlsx "$(fresh r_xlsx xlsx/h.xlsx --crs EPSG:4326)"
verdict import_gpx "$(for layer in waypoints tracks; do fresh r_gpx gpx/h.gpx --layer $layer; done)"
verdict import_shp "$(for file in shp/*.shp; do fresh r_shp "$file" --map shp/h.names.csv; done)"
for format in geojson gpkg fgb kml csv xlsx; do
	back "r_$format"
done
back r_shp directions
back r_gpx outlines guessed

# ---- output that cannot be written, endings that say nothing ----

"$binary" export t.gpkg /dev/full >full.log 2>&1
equal full_export 4 $?
"$binary" account t.gpkg --format json >/dev/full 2>full.log
equal full_answer 4 $?
"$binary" export t.gpkg h.unknown >ending.log 2>&1
equal ending_status 2 $?
equal ending_lines 1 "$(wc -l <ending.log)"
equal ending_names_the_file 1 "$(grep -c 'h.unknown.*geojson' ending.log)"
equal ending_leaves_nothing "" "$(find . -name '*unknown*')"
equal no_remains "" "$(find . -name '*safelane-part*')"

# closed COMMAND...: the status of a program whose reader goes away after ten bytes; a hang ends with 124.
closed() {
	{
		timeout 60 "$@" 2>pipe.log
		echo $? >pipe.status
	} | head -c 10 >/dev/null
	cat pipe.status
}
case $(closed "$binary" account t.gpkg --format json) in
0 | 4 | 141) verdict pipe_closed "" ;;
*) verdict pipe_closed "status $(cat pipe.status) $(head -1 pipe.log)" ;;
esac
# More than a pipe holds, so that the writer does meet the closed end.
case $(closed "$binary" export t.gpkg /dev/stdout) in
4 | 141) verdict pipe_closed_long "" ;;
*) verdict pipe_closed_long "status $(cat pipe.status) $(head -1 pipe.log)" ;;
esac

# ---- names of people stay inside ----

unique=$(help names t-files names.txt)
if [ "$unique" -ge 10 ] 2>/dev/null; then
	verdict names_chosen ""
else
	verdict names_chosen "only $unique"
fi
equal names_in_the_input "$unique" "$(grep -oFf names.txt t-files/victim.csv | sort -u | wc -l)"
mkdir people
for format in geojson gpkg kml csv xlsx; do
	kind=victim
	case $format in gpkg | xlsx) kind=all ;; esac
	verdict "export_people_$format" "$(quietly "$binary" export t.gpkg "people/v.$format" --kind $kind)"
done
equal victims_exported "$(help line_count t-files/victim.csv)" "$(help line_count people/v.csv)"
for book in people/v.xlsx xlsx/h.xlsx; do
	verdict "sheet_laid_open_$(dirname $book)" "$(help unpacked $book people)"
done
for file in t.gpkg t.gpkg-wal people/* all_*.csv geojson/* gpkg/* fgb/* kml/* gpx/* shp/* csv/* xlsx/*; do
	[ -e "$file" ] && [ "$(grep -acFf names.txt "$file")" -ne 0 ] && echo "$file"
done >leaks
verdict no_name_leaves "$(cat leaks)"

# ---- QGIS ----

# Where the package is, it has to work.
if dpkg-query -W -f '${db:Status-Status}' python3-qgis 2>/dev/null | grep -qx installed ||
	$python -c 'import qgis.core' 2>/dev/null; then
	renamed=HA-000001
	moved=$(once t.gpkg "SELECT id FROM hazard WHERE id > 'HA-000001' AND area_m2 > 1000 ORDER BY id")
	name=$(once t.gpkg "SELECT name FROM hazard WHERE id = '$renamed'")
	shape="SELECT hex(geom) FROM hazard WHERE id = '$moved'"
	before=$(sqlite3 t.gpkg "$shape")
	timeout 120 $python "$beside/interop_qgis.py" t.gpkg "$renamed" "$moved" >qgis.log 2>qgis.err
	equal qgis_opens "valid True" "$(grep '^valid' qgis.log || head -3 qgis.err)"
	count=$(sed -n 's/^hazard	//p' counts)
	equal qgis_count "count $count $count" "$(grep '^count' qgis.log)"
	equal qgis_crs "crs EPSG:4326" "$(grep '^crs' qgis.log)"
	equal qgis_attribute "attribute $name" "$(grep '^attribute' qgis.log)"
	equal qgis_geometry 1 "$(grep -cE '^geometry (Multi)?Polygon ?\(\(' qgis.log)"
	equal qgis_area "area positive" "$(grep '^area' qgis.log)"
	equal qgis_edits "edited True" "$(grep '^edited' qgis.log | sed 's/ *$//')"
	named="SELECT name FROM hazard WHERE id = '$renamed'"
	equal qgis_edit_is_in_the_layer "Renamed in QGIS" "$(once t.gpkg "$named")"
	if [ "$(sqlite3 t.gpkg "$shape")" = "$before" ]; then
		verdict qgis_moves "the boundary is where it was"
	else
		verdict qgis_moves ""
	fi
	# The next opening for writing takes the edits up; this file is in the programme already and adds nothing.
	verdict next_opening "$(quietly "$binary" import t.gpkg t-files/organisation.csv --kind organisation \
		--approve)"
	for id in $renamed $moved; do
		"$binary" history t.gpkg "hazard:$id" --format json >"history_$id" 2>&1
	done
	verdict edit_is_offered "$(help revisions "history_$renamed" name "Renamed in QGIS")"
	verdict move_is_offered "$(help revisions "history_$moved" geometry)"
	"$binary" history t.gpkg "hazard:$renamed" >history.log 2>&1
	equal history_in_words 1 "$(grep -c 'edited outside.*submitted' history.log)"
	equal layer_restored "$name" "$(once t.gpkg "$named")"
	equal boundary_restored "$before" "$(sqlite3 t.gpkg "$shape")"
	equal nothing_waits 0 "$(once t.gpkg "SELECT count(*) FROM sl_outside")"
	"$binary" account t.gpkg --format json >t_after.json 2>&1
	verdict edit_is_not_truth "$(help account t.json t_after.json)"
	verdict validate_gpkg_after "$(quietly "$python" -m osgeo_utils.samples.validate_gpkg -k t.gpkg)"
else
	echo "skip qgis: the package python3-qgis is not here (tools/install.sh test)"
fi

# ---- and all is as it was ----

verdict verify "$(quietly "$binary" debug verify t.gpkg)"
equal integrity ok "$(sqlite3 t.gpkg 'PRAGMA integrity_check' 2>&1)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
