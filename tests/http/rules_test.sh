#!/bin/sh
# The rules of a form asked of what arrives, by every way in:  rules_test.sh SAFELANE
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/http/rules_test.py "$safelane"
