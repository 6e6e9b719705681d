#!/bin/sh
# Durable submissions a second through the server beside bare SQLite:  bench/submissions.sh [SAFELANE [PHONES [EACH]]]
set -eu
safelane=${1:-build/release/safelane}
bench=$(dirname "$safelane")/bench_submissions
d=$(mktemp -d "${TMPDIR:-/tmp}/submissions.XXXXXX")
server=
trap '[ -n "$server" ] && kill "$server"; rm -rf "$d"' EXIT
"$safelane" init "$d/p.gpkg" --country XAA >/dev/null
echo "orange lantern" | "$safelane" user "$d/p.gpkg" device bench --org "Clear Ways" >/dev/null
token=$("$safelane" user "$d/p.gpkg" token bench --scope devices)
version=$("$safelane" form publish "$d/p.gpkg" hazard | sed 's/hazard \(.*\): .*/\1/')
"$safelane" serve "$d/p.gpkg" --listen 127.0.0.1:0 >"$d/log" 2>&1 &
server=$!
until grep -q http "$d/log"; do sleep 0.05; done
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$d/log" | head -1)
"$bench" "$port" "$token" "$version" "$d" "${2:-64}" "${3:-50}"
