#!/bin/sh
# Installs what bench/serve.py measures beside: MapServer, QGIS Server, PostGIS, nginx, wrk.  Debian 12, as root or through
# sudo; nothing of it is needed to build, test or run Safelane.  tileserver-gl-light comes from npm, into the folder of
# the benchmark (serve_peers.py).
set -eu
packages="cgi-mapserver qgis-server python3-qgis qgis-providers nginx spawn-fcgi wrk postgresql-15-postgis-3 gdal-bin
sqlite3 git nodejs npm libnode-dev build-essential"
missing=""
for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
# A node that is there already is kept, wherever it is from.
if command -v npm >/dev/null 2>&1; then
	missing=$(echo "$missing" | sed 's/ nodejs//; s/ npm//; s/ libnode-dev//')
fi
if [ -z "$missing" ]; then
	echo "install_peers: all there"
	exit 0
fi
echo "install_peers:$missing"
if [ "$(id -u)" = 0 ]; then root=""; else root="sudo"; fi
$root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $root apt-get install -y --no-install-recommends $missing
