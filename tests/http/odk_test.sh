#!/bin/sh
# The OpenRosa server over raw sockets: its life, then a case for every row of the protocol:  odk_test.sh [SAFELANE]
cd "$(dirname "$0")/../.." || exit 1
safelane=$(realpath "${1:-build/release/safelane}")
life=$(python3 tests/http/odk_test.py "$safelane")
echo "$life"
rows=$(python3 tests/http/odk_protocol.py "$safelane")
echo "$rows"
passed=0
failed=0
for said in "$life" "$rows"; do
	last=$(echo "$said" | tail -1 | grep -E '^[0-9]+ passed, [0-9]+ failed$' || echo "0 passed, 1 failed")
	passed=$((passed + ${last%% passed*}))
	last=${last#*passed, }
	failed=$((failed + ${last%% failed*}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
