#!/bin/sh
# Real clients of OGC API - Features against a simulated programme of 20,000 hazards: GDAL, OWSLib, headless QGIS,
# a validator of OpenAPI documents, and Python, which says by itself what each condition means.
#   tests/http/ogc_test.sh [BINARY [HAZARDS]]
binary=${1:-build/release/safelane}
hazards=${2:-20000}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
beside=$(cd "$(dirname "$0")" && pwd)
# The Python that Debian's packages of GDAL, OWSLib and QGIS belong to.
python=/usr/bin/python3
unset SAFELANE_NOW SAFELANE_SEED SAFELANE_AUTHOR SAFELANE_DEVICE
export LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1 QT_QPA_PLATFORM=offscreen REDOCLY_TELEMETRY=off \
	REDOCLY_SUPPRESS_UPDATE_NOTICE=true
passed=0
failed=0

if [ ! -x "$binary" ]; then
	echo "FAIL binary: $binary cannot be run"
	echo "0 passed, 1 failed"
	exit 1
fi
d=$(mktemp -d "${TMPDIR:-/tmp}/ogc.XXXXXX") || exit 1
server=
proxy=
finish() {
	[ -n "$proxy" ] && kill "$proxy" 2>/dev/null
	[ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
	rm -rf "$d"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
home=$HOME
export XDG_RUNTIME_DIR="$d/runtime" HOME="$d"
mkdir -m 700 "$d/runtime"
cd "$d" || exit 1

# verdict NAME TEXT: good when TEXT, which says what is wrong, is empty.
verdict() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "FAIL $1: $(printf '%s' "$2" | tr '\n' ' ' | cut -c1-900)"
	fi
}

equal() { # NAME WANT HAVE
	if [ "$2" = "$3" ]; then verdict "$1" ""; else verdict "$1" "wanted '$2', not '$3'"; fi
}

# judged NAME COMMAND...: good when it ends well and has counted something.
judged() {
	name=$1
	shift
	if "$@" >judged.log 2>&1 && grep -qE '^count [1-9]' judged.log; then
		verdict "$name ($(grep '^count' judged.log | head -1 | cut -c7-))" ""
	else
		verdict "$name" "$(head -c 900 judged.log) "
	fi
}

"$binary" debug simulate p.gpkg --hazards "$hazards" --seed 11 >simulate.log 2>&1 || verdict simulate "$(tail -3 simulate.log)"
echo "a long password" | "$binary" user p.gpkg add Reader --role reader >/dev/null
"$binary" user p.gpkg token Reader --scope read >token.txt
"$binary" serve p.gpkg --listen 127.0.0.1:0 --log access.log >serve.log 2>&1 &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -qs '^Serving' serve.log && break
	sleep 0.2
done
/usr/bin/python3 "$beside/with_token.py" "$(sed -n 's/^Serving .* at \(.*\)\/$/\1/p' serve.log)" token.txt >proxy.log 2>&1 &
proxy=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -qs '^http' proxy.log && break
	sleep 0.2
done
base=$(cat proxy.log)/ogc
case $base in http://127.0.0.1:*) verdict "the server answers" "" ;; *) verdict "the server answers" "$(cat serve.log) " ;; esac

# ---- GDAL ----
kinds=$(sqlite3 p.gpkg "SELECT table_name FROM gpkg_contents WHERE substr(table_name, 1, 3) <> 'sl_'" | sort | tr '\n' ' ')
seen=$(ogrinfo -q "OAPIF:$base" 2>/dev/null | sed -n 's/^[0-9]*: \([a-z]*\).*/\1/p' | grep -v '^land$' | sort | tr '\n' ' ')
equal "GDAL lists the collections" "$kinds" "$seen"
n=$(sqlite3 p.gpkg "SELECT count(*) FROM hazard")
ogr2ogr -f GPKG all.gpkg "OAPIF:$base" hazard -oo PAGE_SIZE=1000 >gdal.log 2>&1
equal "GDAL reads every hazard by pages of 1,000" "$n $n" \
	"$(sqlite3 all.gpkg "SELECT count(*) || ' ' || count(DISTINCT id) FROM hazard" 2>&1)"
box=$(sqlite3 p.gpkg "SELECT round(avg(minx) - 1, 3) || ' ' || round(avg(miny) - 1, 3) || ' ' || round(avg(minx) + 1, 3) || ' ' ||
	round(avg(miny) + 1, 3) FROM rtree_hazard_geom WHERE id IN (SELECT id FROM rtree_hazard_geom ORDER BY minx LIMIT -1 OFFSET $((n / 10)))")
# shellcheck disable=SC2086
want=$(ogrinfo -q -al -ro -fields=NO -geom=NO -spat $box p.gpkg hazard 2>/dev/null | grep -c '^OGRFeature')
# shellcheck disable=SC2086
have=$(ogrinfo -q -al -fields=NO -geom=NO -spat $box "OAPIF:$base" hazard 2>/dev/null | grep -c '^OGRFeature')
equal "GDAL filters by box ($want)" "$want" "$have"
equal "GDAL reads the land" "$("$python" -c "
import json, urllib.request
print(json.load(urllib.request.urlopen('$base/collections/land/items?limit=1'))['numberMatched'])")" \
	"$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$base" land -oo PAGE_SIZE=5000 2>/dev/null | tail -n +2 | wc -l)"

# ---- Python ----
"$binary" export p.gpkg hazards.geojson --kind hazard >export.log 2>&1
judged "counts of every collection" "$python" "$beside/ogc_help.py" collections "$base" p.gpkg
judged "pages of hazards" "$python" "$beside/ogc_help.py" pages "$base" hazard 700
judged "pages of accidents" "$python" "$beside/ogc_help.py" pages "$base" accident 100
judged "pages of land" "$python" "$beside/ogc_help.py" pages "$base" land 9999
judged "CQL2, datetime and bbox as Python means them" "$python" "$beside/ogc_help.py" cql2 "$base" hazards.geojson
judged "OWSLib" "$python" "$beside/ogc_help.py" owslib "$base"

# ---- QGIS ----
# shellcheck disable=SC2086
timeout 280 "$python" "$beside/ogc_qgis.py" "$base" hazard $box >qgis.log 2>&1
equal "QGIS opens the collection" "valid True" "$(grep valid qgis.log)"
equal "QGIS counts and reads every hazard" "count $n $n" "$(grep count qgis.log)"
equal "QGIS filters by box" "box $want" "$(grep box qgis.log)"

# ---- OpenAPI ----
"$python" -c "
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen('$base/api').read())" >api.json
if command -v npm >/dev/null 2>&1 && HOME="$home" npm install --no-audit --no-fund --ignore-scripts --no-save --prefix "$d/npm" \
	"@redocly/cli@1.34.5" >npm.log 2>&1; then
	"$d/npm/node_modules/.bin/redocly" lint --extends=spec api.json >redocly.log 2>&1
	status=$?
	if [ $status -eq 0 ]; then verdict "the OpenAPI document is valid" ""; else
		verdict "the OpenAPI document is valid" "$(cat redocly.log) "; fi
	sed 's/"in":"query"/"in":"nowhere"/' api.json >broken.json
	if "$d/npm/node_modules/.bin/redocly" lint --extends=spec broken.json >redocly.log 2>&1; then
		verdict "the validator sees a fault" "it takes a parameter that stands nowhere"
	else
		verdict "the validator sees a fault" ""
	fi
else
	echo "skipped: npm has no validator of OpenAPI documents here"
fi

equal "nothing answered 500" "" "$(grep -h '"status":5' access.log | head -2)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
