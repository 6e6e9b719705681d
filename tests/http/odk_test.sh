#!/bin/sh
# The OpenRosa server over raw sockets:  odk_test.sh [SAFELANE]
set -eu
cd "$(dirname "$0")/../.."
exec python3 tests/http/odk_test.py "$(realpath "${1:-build/release/safelane}")"
