#!/bin/sh
# Reports on paper, asked of programs that others wrote: qpdf and poppler read every PDF, pdftotext finds its words in
# order and within its pages, and Chromium paints the drawings as cairo does.  The last line counts.
#   tests/report/paper_test.sh [BINARY]      SAFELANE_GOLDEN=update writes the texts anew
cd "$(dirname "$0")/../.." || exit 1
test=$(dirname "${1:-build/release/safelane}")/test_report
passed=0
failed=0
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

good() {
	echo "ok   $1"
	passed=$((passed + 1))
}
bad() {
	echo "FAIL $1"
	failed=$((failed + 1))
}
check() { # what, then a command
	what=$1
	shift
	if "$@" >"$made/said" 2>&1; then good "$what"; else
		bad "$what"
		head -20 "$made/said"
	fi
}

SAFELANE_GOLDEN='' SAFELANE_PICTURES=$made "$test" same_bytes annex_needs as_they_were >"$made/log" 2>&1 ||
	{ cat "$made/log"; bad "the samples are made"; }

# Every page within its paper: the boxes of all words lie on it, but for a point of a letter's side.
within() {
	pdftotext -bbox "$1" "$made/boxes" && awk '
		/<page / { split($0, q, "\""); w = q[2]; h = q[4]; pages++ }
		/<word / { split($0, q, "\""); n++; if (q[2] < -1 || q[4] < -1 || q[6] > w + 1 || q[8] > h + 1) { print; out++ } }
		END { print pages " pages, " n " words, " out + 0 " outside"; exit !(n > 100 && !out) }' "$made/boxes"
}
tagged() { pdfinfo "$1" | grep -q '^Tagged: *yes'; }
# Of poppler's view of the structure: no content that belongs nowhere, and the elements that there must be.
structured() {
	pdfinfo -struct "$1" >"$made/structure" 2>"$made/warnings"
	grep -q . "$made/warnings" && { cat "$made/warnings"; return 1; }
	for element in Document H1 H2 P L LI Table TR TH TD Figure Caption Note Link; do
		grep -qE "^ *$element( |$)" "$made/structure" || { echo "no $element"; return 1; }
	done
}
# Opened and closed marks balance on every page.
balanced() {
	qpdf --qdf --object-streams=disable "$1" "$made/plain.pdf" &&
		awk '/ BDC$/ { open++ } /^EMC$/ { shut++ } END { print open, shut; exit !(open > 0 && open == shut) }' "$made/plain.pdf"
}
words() {
	pdftotext -layout "$1" - | sed 's/[[:space:]]*$//' >"$made/text"
	[ "${SAFELANE_GOLDEN:-}" = update ] && cp "$made/text" "$2"
	diff "$2" "$made/text"
}

for language in en ar km; do
	for kind in report bad; do
		file=$made/$kind-$language.pdf
		check "$kind $language: qpdf" qpdf --check "$file"
		check "$kind $language: tagged" tagged "$file"
		check "$kind $language: every word on its page" within "$file"
	done
	file=$made/report-$language.pdf
	check "report $language: structure" structured "$file"
	check "report $language: marks" balanced "$file"
	check "report $language: its words" words "$file" "tests/report/golden/report-$language.txt"
	fonts=$(pdffonts "$file" | tail -n +3)
	if [ -n "$fonts" ] && ! echo "$fonts" | grep -v NotoSans | grep -q .; then
		good "report $language: only Noto, embedded"
	else
		bad "report $language: only Noto, embedded"
		echo "$fonts"
	fi
done
check "annex: qpdf" qpdf --check "$made/annex-en.pdf"
check "annex: every word on its page" within "$made/annex-en.pdf"
# All 1500 rows, each once, and the heads again on every page.
pages=$(pdfinfo "$made/annex-en.pdf" | awk '/^Pages/ { print $2 }')
rows=$(pdftotext -layout "$made/annex-en.pdf" - | grep -oE 'HA-[0-9]{6}' | sort -u | wc -l)
heads=$(pdftotext -layout "$made/annex-en.pdf" - | grep -c 'Grid reference')
if [ "$rows" = 1500 ] && [ "$heads" = "$pages" ]; then good "annex: all rows, heads on each of $pages pages"; else
	bad "annex: $rows rows of 1500, heads on $heads of $pages pages"
fi

tools/npm_parts.sh --tests >"$made/npm" 2>&1 || cat "$made/npm"
node tests/report/same_look.mjs "$made" >"$made/look" 2>&1
cat "$made/look" | grep -E '^(ok|FAIL|[^0-9])'
passed=$((passed + $(grep -c '^ok ' "$made/look")))
failed=$((failed + $(grep -c '^FAIL ' "$made/look")))
tail -1 "$made/look" | grep -q 'looked at' || bad "the drawings in Chromium"

node tests/report/pages_look.mjs "$(dirname "$test")/safelane" >"$made/pages" 2>&1
grep -E '^(FAIL|[^0-9o])' "$made/pages"
passed=$((passed + $(grep -c '^ok ' "$made/pages")))
failed=$((failed + $(grep -c '^FAIL ' "$made/pages")))
tail -1 "$made/pages" | grep -q 'looked at' || bad "the pages of every template"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
