#!/bin/sh
# The pages in a browser:  tests/browser/browser_test.sh SAFELANE [--only STRAND] [FOLDER for pictures]
# A strand is what has a programme of its own; --list names them.  Without --only all of them, one after another.
# Skipped with a line where there is no Chromium or no npm.
set -eu
strands="entry pages map review settings ask enketo traverse sent reports clock residual rules"
if [ "$1" = --list ]; then
	echo "$strands"
	exit 0
fi
safelane=$(realpath "$1")
shift
if [ "${1:-}" = --only ]; then
	strands=$2
	shift 2
fi
pictures=${1:-}
here=$(cd "$(dirname "$0")" && pwd)
browser=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$browser" ] || ! command -v npm >/dev/null 2>&1; then
	echo "skip browser tests: chromium or npm is missing (tools/install.sh test)"
	echo "0 passed, 0 failed"
	exit 0
fi
"$here/../../tools/npm_parts.sh" --tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0

walk() { # its name, then its programme
	echo "$1:"
	CHROMIUM=$browser node "$here/$1_test.mjs" "$safelane" "$2" ${pictures:+"$pictures"} >"$work/log" 2>&1 || true
	cat "$work/log"
	last=$(tail -1 "$work/log" | grep -E '^[0-9]+ passed, [0-9]+ failed$' || echo "0 passed, 1 failed")
	passed=$((passed + ${last%% passed*}))
	last=${last#*passed, }
	failed=$((failed + ${last%% failed*}))
}

for strand in $strands; do
	mkdir "$work/$strand"
	programme=$work/$strand/p.gpkg
	case $strand in
	settings) "$safelane" init "$programme" --country ZZZ >/dev/null ;;
	enketo) "$safelane" init "$programme" --country XAA >/dev/null ;;
	review)
		"$safelane" debug simulate "$programme" --hazards 300 --seed 1 --files "$work/files" >/dev/null
		/usr/bin/python3 "$here/review_programme.py" "$safelane" "$programme" "$work/files"
		;;
	entry)
		"$safelane" debug simulate "$programme" --hazards 100 --seed 1 >/dev/null
		/usr/bin/python3 "$here/entry_forms.py" "$safelane" "$programme" "$work/forms"
		;;
	*) "$safelane" debug simulate "$programme" --hazards 300 --seed 1 >/dev/null ;;
	esac
	walk "$strand" "$programme"
	# Signs in as whom the walk through the pages made.
	[ "$strand" != pages ] || walk language "$programme"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
