#!/bin/sh
# Our judgement of filled-in forms is that of the ODK engine: 2,000 values and more over all forms of the dictionary,
# and every function once.   tests/model/odk_rules_test.sh [BINARY] [VALUES] [SEED]
cd "$(dirname "$0")/../.." || exit 1
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
TZ=UTC node tests/model/odk_rules_test.mjs "$binary" "$work" "${2:-2000}" "${3:-20240229}"
