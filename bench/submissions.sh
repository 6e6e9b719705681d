#!/bin/sh
# Durable submissions a second through the server beside SQLite alone:  bench/submissions.sh [SAFELANE [PHONES [EACH [ROUNDS]]]]
# The hazard form as a client sends it, all of its nodes; then the same with a photograph.
set -eu
safelane=${1:-build/release/safelane}
bench=$(dirname "$safelane")/bench_submissions
phones=${2:-64}
d=$(mktemp -d "${TMPDIR:-/tmp}/submissions.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$d"' EXIT
"$safelane" init "$d/p.gpkg" --country XAA >/dev/null
i=0
while [ "$i" -lt "$phones" ]; do
	echo "orange lantern" | "$safelane" user "$d/p.gpkg" device "bench-$i" --org "Clear Ways" >/dev/null
	i=$((i + 1))
done
"$safelane" form publish "$d/p.gpkg" hazard >/dev/null
"$safelane" form published "$d/p.gpkg" --format json | sed -n 's/.*"version":"\([^"]*\)".*/\1/p' | head -1 >"$d/version"
"$safelane" form convert hazard | sed -n 's|.*<instance>\(<data id="hazard".*</data>\)</instance><.*|\1|p' |
	sed -e "s|<data id=\"hazard\"[^>]*>|<data id=\"hazard\" version=\"$(cat "$d/version")\">|" \
		-e 's|<id/>|<id>@ID@</id>|' -e 's|<name/>|<name>Field by the school</name>|' -e 's|<class/>|<class>SHA</class>|' \
		-e 's|<effective_date/>|<effective_date>2026-03-15</effective_date>|' -e 's|<status/>|<status>active</status>|' \
		-e 's|<geometry/>|<geometry>12.5 44.5 0 0;12.5 44.6 0 0;12.6 44.6 0 0;12.5 44.5 0 0</geometry>|' \
		-e 's|<beneficiary_men/>|<beneficiary_men>12</beneficiary_men>|' -e 's|<marked/>|<marked>yes</marked>|' \
		-e 's|<instanceID/>|<instanceID>@INSTANCE@</instanceID>|' >"$d/form.xml"
grep -q @INSTANCE@ "$d/form.xml"
"$safelane" serve "$d/p.gpkg" --listen 127.0.0.1:0 >"$d/log" 2>&1 &
server=$!
until grep -qs http "$d/log"; do sleep 0.05; done
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$d/log" | head -1)
# What the server itself takes, whatever else the machine does: hundredths of seconds of all cores.
cores() { awk '{print $14 + $15}' "/proc/$server/stat"; }
for photo in 0 8000; do
	before=$(cores)
	"$bench" "$port" "$d" "$d/form.xml" "$photo" "$phones" "${3:-100}" "${4:-5}"
	echo "   the server: $((($(cores) - before) * 10000 / (phones * ${3:-100} * ${4:-5}))) microseconds of a core each"
done
