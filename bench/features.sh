#!/bin/sh
# How many features and pages a second the server answers: wrk with one thread and four connections on loopback,
# five runs of each kind, alternating; nothing is cached.  Prints every run and the median, and what a request costs
# the server's processes in microseconds of a core, which other work on the machine disturbs least.
#   bench/features.sh [BINARY [PROGRAMME.gpkg [BOXES]]]
# Without a programme the simulator makes one of 200,000 hazards.  BOXES: a file of "west,south,east,north" lines; else
# a thousand boxes of 0.3 x 0.2 degrees about hazards.
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
beside=$(cd "$(dirname "$0")" && pwd)
d=$(mktemp -d "${TMPDIR:-/tmp}/features.XXXXXX") || exit 1
server=
finish() {
	[ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
	rm -rf "$d"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

programme=${2:-$d/p.gpkg}
[ -f "$programme" ] || "$binary" debug simulate "$programme" --hazards 200000 --seed 1 | tail -1
sqlite3 "file:$programme?mode=ro" "SELECT '/ogc/collections/hazard/items/' || record FROM hazard ORDER BY fid * 7919 % 100003 LIMIT 1000" >"$d/id"
if [ -n "$3" ]; then
	sed 's|\(.*\)|/ogc/collections/hazard/items?bbox=\1\&limit=100|' "$3" >"$d/bbox"
else
	sqlite3 "file:$programme?mode=ro" "SELECT printf('/ogc/collections/hazard/items?bbox=%.5f,%.5f,%.5f,%.5f&limit=100', minx - 0.15,
		miny - 0.1, minx + 0.15, miny + 0.1) FROM rtree_hazard_geom WHERE minx BETWEEN -179 AND 179
		ORDER BY id * 7919 % 100003 LIMIT 1000" >"$d/bbox"
fi
echo "a long password" | "$binary" user "$programme" add Bench --role reader >/dev/null 2>&1
TOKEN=$("$binary" user "$programme" token Bench --scope read) && export TOKEN
"$binary" serve "$programme" --listen 127.0.0.1:0 --log "$d/log" >"$d/ready" 2>&1 &
server=$!
until grep -qs '^Serving' "$d/ready"; do
	kill -0 "$server" 2>/dev/null || { cat "$d/ready"; exit 1; }
	sleep 0.1
done
base=$(sed -n 's/^Serving .* at \(.*\)\/$/\1/p' "$d/ready")
for kind in id bbox; do curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" "$base$(head -1 "$d/$kind")"; done

ticks() { awk '{print $14 + $15}' "/proc/$server/stat"; }
for _ in 1 2 3 4 5; do
	for kind in id bbox; do
		before=$(ticks)
		PATHS="$d/$kind" wrk -t1 -c4 -d4s -H "Authorization: Bearer $TOKEN" -s "$beside/cycle.lua" "$base" | tail -1 >"$d/run"
		n=$(awk '{print $1 * 4}' "$d/run")
		echo "$kind: $(cat "$d/run"), $(($(ticks) - before)) ticks" | awk -v n="$n" '{cost = $(NF-1) * 10000 / n; sub(/, [0-9]+ ticks$/, ""); printf "%s, %.0f us of a core each\n", $0, cost}' |
			tee -a "$d/$kind.runs"
	done
done
for kind in id bbox; do
	echo "$kind, median of five: $(sort -t' ' -k2n "$d/$kind.runs" | sed -n 3p)"
done
echo "resident: $(ps -o rss= -p "$server") KiB; wrk $(wrk -v 2>&1 | head -1 | cut -d' ' -f2)"
