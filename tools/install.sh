#!/bin/sh
# Install what is missing, by package, and nothing else:  tools/install.sh build|test|bench ...
# Works on Debian 12 as root or through sudo; says what it does; a second run finds nothing to do.
set -eu

build="gcc libc6-dev make cmake ninja-build pkg-config libsqlite3-dev libgeos-dev libproj-dev
gettext libgdal-dev libsodium-dev libunistring-dev libmicrohttpd-dev zlib1g-dev libxml2-dev libzip-dev libmd-dev libqrencode-dev libpcre2-dev
libgsl-dev libxlsxwriter-dev libcairo2-dev libpango1.0-dev fonts-noto-core"
test="curl openssl gdal-bin libsqlite3-mod-spatialite sqlite3 spatialite-bin python3-gdal python3-owslib python3-qgis
qgis-providers chromium poppler-utils qpdf"
# Node for the parts of the pages and for validators; one that is there already is kept, wherever it is from.
command -v npm >/dev/null 2>&1 || build="$build nodejs npm"
# The peers of bench/: PostGIS, GeographicLib's Planimeter, ogr2ogr.
bench="postgresql postgresql-15-postgis-3 geographiclib-tools gdal-bin time"

wanted=""
for group in "${@:-build}"; do
	case $group in
	build) wanted="$wanted $build" ;;
	test) wanted="$wanted $build $test" ;;
	bench) wanted="$wanted $build $bench" ;;
	*)
		echo "usage: tools/install.sh build|test|bench ..." >&2
		exit 2
		;;
	esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "install: this is not Debian; please install by hand what stands for:" $wanted >&2
	exit 0
fi

missing=""
for package in $wanted; do
	case " $missing " in *" $package "*) continue ;; esac
	# Node.js is often there from elsewhere, and Debian's would collide with it.
	case $package in nodejs | npm) command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && continue ;; esac
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
	echo "install: nothing is missing ($*)"
	exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "install: missing:$missing" >&2
		echo "install: become root, or install sudo, and run this again" >&2
		exit 1
	fi
	as_root=sudo
fi
echo "install: apt-get install$missing"
$as_root apt-get -q update
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing
