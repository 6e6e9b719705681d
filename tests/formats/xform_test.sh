#!/bin/sh
# XLSForms as XForms: the samples beside pyxform's, each kind of column and question, hostile texts and workbooks.
#   tests/formats/xform_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/python3 tests/formats/xform_test.py "${1:-build/release/safelane}"
