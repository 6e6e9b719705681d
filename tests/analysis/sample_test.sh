#!/bin/sh
# Sampling end to end: squares drawn again from the definition alone, receivers, field map, quality record, bad input.
#   tests/analysis/sample_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec env PYTHONPATH=tests/http /usr/bin/python3 tests/analysis/sample_test.py "${1:-build/release/safelane}"
