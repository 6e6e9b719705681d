#!/bin/sh
# The OpenRosa server over raw sockets, and killed while phones send:  odk_test.sh SAFELANE [KILLS]
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/http/odk_test.py "$safelane" "${2:-${ODK_KILLS:-4}}"
