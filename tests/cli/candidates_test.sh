#!/bin/sh
# Do the five records that the review desk offers hold the one that is meant?  Counted on a simulated programme.
#   tests/cli/candidates_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/candidates_test.py "${1:-build/release/safelane}"
