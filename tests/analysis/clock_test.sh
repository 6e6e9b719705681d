#!/bin/sh
# Ordnance said to neutralise itself, end to end: the claims of 2024 imported as records, contradiction and interval.
#   tests/analysis/clock_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec env PYTHONPATH=tests/http /usr/bin/python3 tests/analysis/clock_test.py "${1:-build/release/safelane}"
