#!/bin/sh
# Polygons as teams measure them, handed in over HTTP:  outline_test.sh [SAFELANE]
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/http/outline_test.py "$safelane"
