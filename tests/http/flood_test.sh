#!/bin/sh
# Phones send while the server is killed, and nothing is lost or doubled:  flood_test.sh [SAFELANE [OPTIONS of odk_flood.py]]
# The whole of it: flood_test.sh SAFELANE --submissions 100000 --kills 50 --phones 64
set -eu
cd "$(dirname "$0")/../.."
safelane=$(realpath "${1:-build/release/safelane}")
[ $# -eq 0 ] || shift
exec python3 tests/http/odk_flood.py "$safelane" "$@"
