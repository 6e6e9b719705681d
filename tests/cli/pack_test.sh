#!/bin/sh
# What a team takes to the field, opened by the programs that phones are made of:  pack_test.sh [SAFELANE]
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/cli/pack_test.py "$safelane"
