#!/bin/sh
# What no phone sends:  hostile_test.sh [SAFELANE]   With the sanitizers where they are built beside it (build/asan).
set -eu
cd "$(dirname "$0")/../.."
safelane=$(realpath "${1:-build/release/safelane}")
asan=$(dirname "$safelane")/../asan/safelane
[ ! -x "$asan" ] || safelane=$(realpath "$asan")
exec python3 tests/http/odk_hostile.py "$safelane"
