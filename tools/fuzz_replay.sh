#!/bin/sh
# Replay the stored corpus of each fuzz target: tools/fuzz_replay.sh BUILD.   tests/fuzz/corpus/NAME/* belongs
# to tests/fuzz/fuzz_NAME.c; a target without a corpus is a failure.
cd "$(dirname "$0")/.." || exit 1
build=${1:-build/asan}
passed=0
failed=0
for source in tests/fuzz/fuzz_*.c; do
	[ -f "$source" ] || continue
	target=$(basename "$source" .c)
	corpus=tests/fuzz/corpus/${target#fuzz_}
	if [ ! -d "$corpus" ]; then
		echo "FAIL $target: no corpus in $corpus"
		failed=$((failed + 1))
	elif "$build/$target" "$corpus"/*; then
		echo "ok   $target"
		passed=$((passed + 1))
	else
		echo "FAIL $target"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
