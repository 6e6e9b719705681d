#!/bin/sh
# Who and what lies beside hazards, from files and records of every kind, against sums made here; and every bad input.
#   tests/cli/exposure_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/exposure_test.py "${1:-build/release/safelane}"
