#!/bin/sh
# Map tiles over HTTP: decoded, counted against the records, unchanged, compressed, invalidated.
#   tests/cli/tiles_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/tiles_test.py "${1:-build/release/safelane}"
