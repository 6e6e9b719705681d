#!/bin/sh
# Golden tests of the command line: tests/golden/NAME.sh is run in an empty folder with the binary first in
# PATH, a fixed clock and fixed random numbers; what it prints (errors included) must equal NAME.out byte for
# byte.   tools/golden.sh [--update] [BINARY] [NAME ...]
cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
update=no
if [ "${1:-}" = --update ]; then
	update=yes
	shift
fi
binary=${1:-build/release/safelane}
[ $# -gt 0 ] && shift
case $binary in /*) ;; *) binary=$root/$binary ;; esac
PATH=$(dirname "$binary"):$PATH
export PATH
export SAFELANE_NOW=2025-06-30T12:00:00Z SAFELANE_SEED=1 SAFELANE_AUTHOR=clerk SAFELANE_DEVICE=desk
export LC_ALL=C.UTF-8 TZ=UTC GOLDEN="$root/tests/golden"
export LSAN_OPTIONS="suppressions=$root/tools/leaks.txt:print_suppressions=0"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0
for script in tests/golden/*.sh; do
	[ -f "$script" ] || continue
	name=$(basename "$script" .sh)
	if [ $# -gt 0 ]; then
		case " $* " in *" $name "*) ;; *) continue ;; esac
	fi
	rm -rf "$work/folder"
	mkdir "$work/folder"
	(cd "$work/folder" && sh "$root/$script") >"$work/got" 2>&1 </dev/null
	want=tests/golden/$name.out
	if [ $update = yes ]; then
		cmp -s "$work/got" "$want" || echo "rewritten $want"
		cp "$work/got" "$want"
	fi
	if cmp -s "$work/got" "$want"; then
		echo "ok   $name"
		passed=$((passed + 1))
	else
		echo "FAIL $name"
		diff "$want" "$work/got" | head -40
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
