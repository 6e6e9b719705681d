#!/bin/sh
# Style and static checks for a developer's desk; uses what is installed (clang-format, clang-tidy, cppcheck).
cd "$(dirname "$0")/.." || exit 1
status=0
files=$(find src tests -name '*.c' -o -name '*.h')
if command -v clang-format >/dev/null 2>&1; then
	clang-format --dry-run -Werror $files || status=1
fi
if command -v cppcheck >/dev/null 2>&1; then
	cppcheck --quiet --std=c11 --inline-suppr --error-exitcode=1 --enable=warning,portability -Isrc -Itests src || status=1
fi
if command -v clang-tidy >/dev/null 2>&1 && [ -d build/release ]; then
	cmake -S . -B build/release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
	clang-tidy --quiet -p build/release \
		--checks='bugprone-*,clang-analyzer-*,-bugprone-easily-swappable-parameters,-clang-analyzer-security.insecureAPI.*' \
		$(find src -name '*.c') || status=1
fi
for f in $(grep -rlP '[ \t]+$' src tests tools 2>/dev/null); do
	case $f in *.out | *.txt | *.csv | tests/fuzz/*) continue ;; esac
	echo "$f: blanks at the end of a line"
	status=1
done
exit $status
