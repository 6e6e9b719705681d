#!/bin/sh
# Files that are huge, or say that they are: ten million points in one outline and in many, and headers, counts
# and lengths that lie about gigabytes.  Each gives its answer or a clear refusal of one line, within 1 GB.
#   tests/cli/huge_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/huge_test.py "${1:-build/release/safelane}"
