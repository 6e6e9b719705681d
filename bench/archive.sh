#!/bin/sh
# A whole tile archive, zoom 8 to 14, all attributes, nothing thinned: Safelane beside GDAL in one run, in turn.
#   bench/archive.sh PROGRAMME.gpkg [ROUNDS [SAFELANE]]
# GDAL reads the records from a GeoPackage that Safelane exported, so that both have the same attributes.
programme=$1
rounds=${2:-1}
safelane=${3:-build/release/safelane}
[ -r "$programme" ] || { echo "usage: bench/archive.sh PROGRAMME.gpkg [ROUNDS [SAFELANE]]"; exit 2; }
d=$(mktemp -d "${TMPDIR:-/tmp}/archive.XXXXXX") || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
"$safelane" export "$programme" "$d/hazards.gpkg" --kind hazard || exit 1

# run NAME FILE COMMAND...: seconds, seconds of both cores, tiles, bytes into $d/NAME
run() {
	name=$1
	file=$2
	shift 2
	rm -f "$file"
	/usr/bin/time -f "%e %U %S %M" -o "$d/time" "$@" >"$d/said" 2>&1 || { cat "$d/said"; exit 1; }
	tiles=$(sqlite3 "$file" "SELECT count(*) FROM tiles")
	tail -1 "$d/time" | awk -v n="$tiles" -v name="$name" -v size="$(wc -c <"$file")" '{
		printf "%s: %d tiles, %.1f MB in %.1f s (%.1f s of the cores), %d tiles/s, %d MiB\n",
			name, n, size / 1e6, $1, $2 + $3, n / $1, $4 / 1024
		printf "%s %s %s\n", $1, $2 + $3, n > "'"$d"'/last" }'
	cat "$d/last" >>"$d/$name"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }

for _ in $(seq "$rounds"); do
	run safelane "$d/ours.mbtiles" "$safelane" export "$programme" "$d/ours.mbtiles" --kind hazard --minzoom 8 --maxzoom 14 --all
	run ogr2ogr "$d/theirs.mbtiles" ogr2ogr -f MVT "$d/theirs.mbtiles" "$d/hazards.gpkg" hazard -dsco MINZOOM=8 -dsco MAXZOOM=14 \
		-dsco MAX_SIZE=2000000 -dsco MAX_FEATURES=200000 -dsco SIMPLIFICATION=0
done
ours=$(awk '{ print $3 / $1 }' "$d/safelane" | median)
theirs=$(awk '{ print $3 / $1 }' "$d/ogr2ogr" | median)
cores=$(awk '{ print $3 / $2 }' "$d/safelane" | median)
cores_theirs=$(awk '{ print $3 / $2 }' "$d/ogr2ogr" | median)
awk -v a="$ours" -v b="$theirs" -v c="$cores" -v e="$cores_theirs" 'BEGIN {
	printf "tiles a second: %.0f beside %.0f, %.1f times; a second of a core: %.0f beside %.0f, %.1f times\n", a, b, a / b, c, e, c / e }'
