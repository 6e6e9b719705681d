#!/bin/sh
# Forms with repeats that make records, over raw sockets: sent, sent again, edited, hostile:  odk_parts_test.sh SAFELANE
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/http/odk_parts_test.py "$safelane"
