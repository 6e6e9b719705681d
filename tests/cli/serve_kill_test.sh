#!/bin/sh
# Kill the server while reviewers approve and return (SIGKILL at random moments): every step that was answered with
# 200 stands in the file afterwards, and the file is sound.
#   tests/cli/serve_kill_test.sh [BINARY] [KILLS] [SEED]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/cli/serve_kill_test.py "${1:-build/release/safelane}" "${2:-100}" "${3:-20261123}"
