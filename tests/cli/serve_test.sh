#!/bin/sh
# The server under people who do not behave: trickles, floods, crowds, files from elsewhere, and its end.
#   tests/cli/serve_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/serve_test.py "${1:-build/release/safelane}"
