#!/bin/sh
# Kill it and look: imports, approvals and rebuilds are killed (SIGKILL) at random moments.  After each, the file
# must be sound, verify, and hold exactly the batches that stand in it whole; at the end its account equals that of
# a programme that took in the same files without being disturbed.
#   tests/cli/kill_test.sh [BINARY] [KILLS] [SEED]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/kill_test.py "${1:-build/release/safelane}" "${2:-200}" "${3:-20261122}"
