#!/bin/sh
# What the clients of phones and browsers make of our XForms:  tests/formats/engines_test.sh [BINARY]
# Skipped with a line where there is no node.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v node >/dev/null 2>&1; then
	echo "skip clients of XForms: node is missing (tools/install.sh build)"
	echo "0 passed, 0 failed"
	exit 0
fi
if ! tools/npm_parts.sh --tests; then
	echo "FAIL the clients cannot be installed by npm"
	echo "0 passed, 1 failed"
	exit 1
fi
exec node tests/formats/engines_test.mjs "${1:-build/release/safelane}"
