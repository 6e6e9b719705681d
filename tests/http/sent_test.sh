#!/bin/sh
# What senders are told of what they sent, from receipt to approval:  sent_test.sh [SAFELANE]
set -eu
cd "$(dirname "$0")/../.."
safelane=${1:-${SAFELANE:-build/release/safelane}}
case $safelane in /*) ;; *) safelane=$PWD/$safelane ;; esac
exec python3 tests/http/sent_test.py "$safelane"
