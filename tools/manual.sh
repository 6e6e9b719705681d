#!/bin/sh
# Run the manual: every "$ command" in a ``` block of docs/manual/*.md is executed, the chapter's commands
# one after another in one empty folder, and what it prints must be what the manual says.
#   tools/manual.sh [BINARY] [CHAPTER.md ...]
# A line "..." in the manual stands for any number of lines.  A status other than 0 is printed as "[exit N]".
# The clock, the author and the random numbers are fixed.  Files that chapters use: docs/manual/files,
# linked as "files" in the folder.
cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
binary=${1:-build/release/safelane}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- docs/manual/*.md
case $binary in /*) ;; *) binary=$root/$binary ;; esac
PATH=$(dirname "$binary"):$PATH
export PATH
export SAFELANE_NOW=2025-06-30T12:00:00Z SAFELANE_SEED=1 SAFELANE_AUTHOR=clerk SAFELANE_DEVICE=desk
export LC_ALL=C.UTF-8 TZ=UTC
export LSAN_OPTIONS="suppressions=$root/tools/leaks.txt:print_suppressions=0"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0

for chapter in "$@"; do
	[ -f "$chapter" ] || continue
	steps=$work/steps
	folder=$work/folder
	rm -rf "$steps" "$folder"
	mkdir "$steps" "$folder"
	[ -d docs/manual/files ] && ln -s "$root/docs/manual/files" "$folder/files"
	awk -v dir="$steps" '
		function shut() { if (n) { close(cmd); close(out) } }
		/^```/ { inside = !inside; if (!inside) open = 0; next }
		!inside { next }
		/^\$ / {
			shut(); n++; open = 1; more = 0
			cmd = sprintf("%s/%04d.cmd", dir, n); out = sprintf("%s/%04d.out", dir, n)
			printf "" > out
			print substr($0, 3) > cmd; more = /\\$/; printf "%d\n", NR > (cmd ".line"); close(cmd ".line")
			next
		}
		open && more { print > cmd; more = /\\$/; next }
		open { print > out }
	' "$chapter"
	for cmd in "$steps"/*.cmd; do
		[ -f "$cmd" ] || continue
		want=${cmd%.cmd}.out
		got=${cmd%.cmd}.got
		(cd "$folder" && sh "$cmd") >"$got" 2>&1 </dev/null
		status=$?
		[ $status -eq 0 ] || echo "[exit $status]" >>"$got"
		if awk '
			# Does the text match the lines wanted, where "..." takes any number of lines?
			FNR == NR { want[++w] = $0; next }
			{ got[++g] = $0 }
			function match_from(i, j) {
				while (i <= w) {
					if (want[i] == "...") {
						for (; j <= g + 1; j++)
							if (match_from(i + 1, j))
								return 1
						return 0
					}
					if (j > g || want[i] != got[j])
						return 0
					i++; j++
				}
				return j > g
			}
			END { exit !match_from(1, 1) }
		' "$want" "$got"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "FAIL $chapter:$(cat "$cmd.line"): $(head -1 "$cmd")"
			diff "$want" "$got" | head -40
		fi
	done
	echo "ok   $chapter"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
