#!/bin/sh
# Fetch what the pages are built with, exactly as package-lock.json has it, when it is not there yet:
#   tools/npm_parts.sh [--tests]     with --tests also what the browser tests need
# The build reads the parts from node_modules/ and puts them into the binary; nothing is fetched when it runs.
set -eu
cd "$(dirname "$0")/.."

omit=--omit=dev
have=node_modules/.of-lock
if [ "${1:-}" = --tests ]; then
	omit=
	have=node_modules/.of-lock-with-tests
fi
if cmp -s package-lock.json "$have" || cmp -s package-lock.json node_modules/.of-lock-with-tests; then
	exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
	echo "npm_parts: there is no npm: tools/install.sh build installs it" >&2
	exit 1
fi
npm ci $omit --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$have"
