#!/bin/sh
# Every tile of a simulated country is a valid one, and each sees their own: tests/http/tiles_valid.mjs.
#   tests/http/tiles_test.sh [BINARY [HAZARDS]]
binary=${1:-build/release/safelane}
hazards=${2:-250}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
beside=$(cd "$(dirname "$0")" && pwd)
unset SAFELANE_NOW SAFELANE_SEED SAFELANE_AUTHOR SAFELANE_DEVICE
export LC_ALL=C.UTF-8 TZ=UTC

if ! command -v node >/dev/null 2>&1 || [ ! -d "$beside/../../node_modules/@mapbox/vector-tile" ]; then
	echo "skipped: node or its part @mapbox/vector-tile is missing (npm ci)"
	echo "0 passed, 0 failed"
	exit 0
fi
d=$(mktemp -d "${TMPDIR:-/tmp}/tiles.XXXXXX") || exit 1
server=
finish() {
	[ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
	rm -rf "$d"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
cd "$d" || exit 1

fail() {
	echo "FAIL $1"
	cat ./*.log 2>/dev/null | tail -20
	echo "0 passed, 1 failed"
	exit 1
}
"$binary" debug simulate p.gpkg --hazards "$hazards" --files files >make.log 2>&1 || fail "a programme is simulated"
organisation=$(sqlite3 p.gpkg "SELECT organisation FROM hazard GROUP BY organisation ORDER BY count(*) DESC LIMIT 1")
days=$(sqlite3 p.gpkg "SELECT date(min(day) * 86400 + (max(day) - min(day)) * 86400 / 2, 'unixepoch') || ' ' ||
	date(min(day) * 86400 + (max(day) - min(day)) * 86400 * 4 / 5, 'unixepoch') || ' ' || date(max(day) * 86400, 'unixepoch')
	FROM sl_land_event WHERE day > 0")
{
	echo "a long password" | "$binary" user p.gpkg add reader --role reader
	echo "a long password" | "$binary" user p.gpkg add operator --role operator --org "$organisation"
	"$binary" set p.gpkg public on
} >people.log 2>&1 || fail "accounts are made"
"$binary" serve p.gpkg --listen 127.0.0.1:0 --log access.log >serve.log 2>&1 &
server=$!
for _ in $(seq 100); do
	base=$(sed -n 's|^Serving .* at \(http.*\)/$|\1|p' serve.log)
	[ -n "$base" ] && break
	sleep 0.05
done
[ -n "$base" ] || fail "the server starts"
token=$("$binary" user p.gpkg token reader | tail -1)
passed=0
# judged NAME COMMAND...
judged() {
	name=$1
	shift
	"$@" || fail "$name"
	passed=$((passed + 1))
	echo "ok $name"
}
# shellcheck disable=SC2086
judged "every tile is valid" node "$beside/tiles_valid.mjs" "$base" "$token" \
	"$("$binary" user p.gpkg token operator | tail -1)" "$organisation" $days

# ---- archives ----
same() {
	layer=$1
	query=$2
	shift 2
	"$binary" export p.gpkg "$layer.mbtiles" --kind "$layer" "$@" 2>>export.log || return 1
	sqlite3 "$layer.mbtiles" "SELECT zoom_level, tile_column, tile_row, hex(tile_data) FROM tiles" |
		node "$beside/archive_same.mjs" "$base" "$token" "$layer" "$query"
}
judged "an archive of hazards holds the tiles of the server" same hazard ""
day=${days##* }
judged "an archive of the land holds the tiles of the server" same land "?as-of=$day" --as-of "$day"
metadata=$(sqlite3 hazard.mbtiles "SELECT count(*) FROM metadata WHERE (name = 'format' AND value = 'pbf') OR (name = 'minzoom'
	AND value = '0') OR (name = 'maxzoom' AND value = '14') OR (name = 'json' AND json_extract(value, '\$.vector_layers[0].id') =
	'hazard') OR name IN ('name', 'bounds', 'center')")
judged "it says what MBTiles 1.3 demands" test "$metadata" = 7
if command -v ogrinfo >/dev/null 2>&1; then
	seen=$(ogrinfo -q -al -geom=NO hazard.mbtiles 2>/dev/null | grep -c '^OGRFeature')
	judged "GDAL reads it ($seen features at zoom 14)" test "$seen" -gt "$((hazards / 2))"
fi
echo "$passed passed, 0 failed"
