#!/bin/sh
# Reports of the training programme as files: the pages are valid, accessible and right in every language and on a
# phone, the workbooks open elsewhere and say the same, nothing in them runs.
#   tests/cli/report_test.sh [BINARY]
cd "$(dirname "$0")/../.." || exit 1
binary=${1:-build/release/safelane}
case $binary in /*) ;; *) binary=$(pwd)/$binary ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0
export SAFELANE_NOW=2025-06-30T12:00:00Z SAFELANE_SEED=1 SAFELANE_AUTHOR=clerk SAFELANE_DEVICE=desk

test_that() { # what, command ...
	name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok   $name"
		passed=$((passed + 1))
	else
		echo "FAIL $name"
		tail -30 "$work/said"
		failed=$((failed + 1))
	fi
}

"$binary" debug simulate "$work/p.gpkg" --hazards 300 --seed 1 >/dev/null 2>&1 || exit 1
report() { # TEMPLATE LANGUAGE END
	case $1 in # of a record, of a place, or of a period
	completion) set -- "$@" --record HA-000001 ;;
	plot) set -- "$@" --at -14.4632935,80.4170792 ;;
	*) set -- "$@" --from 2016-01-01 --to 2019-12-31 ;;
	esac
	template=$1 language=$2 end=$3
	shift 3
	"$binary" report "$work/p.gpkg" "$template" --lang "$language" --set deposited=2016-09-11 "$@" \
		-o "$work/$template-$language.$end"
}
all() {
	for template in $("$binary" report); do
		[ "$template" = fieldmap ] && continue # of one hazard: tests/report
		report "$template" en html && report "$template" ar html && report "$template" en xlsx &&
			report "$template" en csv || return 1
	done
	for language in fr es uk km; do report article7 "$language" html || return 1; done
	report article7 ar xlsx
}
again() { # the same again is the same, byte for byte
	mkdir "$work/again" && cp "$work"/p.gpkg* "$work/again" || return 1
	for end in html xlsx csv; do
		(work=$work/again && report article7 en "$end") && cmp "$work/article7-en.$end" "$work/again/article7-en.$end" || return 1
	done
}
refuses() { # STATUS, words of the message, command ...
	status=$1 words=$2
	shift 2
	"$@" >"$work/out" 2>&1
	[ $? -eq "$status" ] && grep -q "$words" "$work/out"
}
cells() { # every cell of the CSV is one that `why` takes; a hundred of them, evenly chosen
	node -e 'const rows = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").slice(1).map((x) => x.split(",").slice(-1)[0].includes("?") ? x : null).filter(Boolean);
		for (let i = 0; i < rows.length; i += Math.ceil(rows.length / 100)) console.log(rows[i].match(/(?:[a-z]+\.|outside|again|naive)[^,"]*\?[^"]*$/i)?.[0] ?? "");' \
		"$work/article7-en.csv" | grep '?' >"$work/cells"
	[ "$(wc -l <"$work/cells")" -gt 50 ] || return 1
	while read -r cell; do
		case $cell in naive*) continue ;; esac
		"$binary" why "$work/p.gpkg" "$cell" --format csv >/dev/null || return 1
	done <"$work/cells"
}
own_template() {
	mkdir "$work/own" &&
		printf '@title Nos terres\n@subtitle {year}\n\nIl reste {remaining}.\n\n@use t1\n' >"$work/own/mine.fr.txt" &&
		"$binary" report "$work/p.gpkg" mine --templates "$work/own" --lang fr --as-of 2019-12-31 -o "$work/mine.html" &&
		grep -q 'Nos terres' "$work/mine.html" && grep -q 'km²' "$work/mine.html" &&
		"$binary" report article7 --show | grep -q '^@title'
}

hostile() { # names of places, organisations and areas that would do something if they were not shown as texts
	mkdir "$work/hostile" && node -e '
		const long = "x".repeat(10000);
		const names = ["<script>alert(1)</script>", "=cmd()", "\u202eevil", "\"><img src=x onerror=alert(1)>", long, "+1+1", "@SUM(A1)"];
		const ring = (i) => ({ type: "Polygon", coordinates: [[[80 + i, -12], [80.5 + i, -12], [80.5 + i, -11.5], [80 + i, -11.5], [80 + i, -12]]] });
		const small = (i) => ({ type: "Polygon", coordinates: [[[80.1 + i, -11.9], [80.101 + i, -11.9], [80.101 + i, -11.899], [80.1 + i, -11.899], [80.1 + i, -11.9]]] });
		const write = (file, list) => require("fs").writeFileSync(process.argv[1] + "/" + file, JSON.stringify({ type: "FeatureCollection", features: list.map(([properties, geometry]) => ({ type: "Feature", properties, geometry })) }));
		write("places.geojson", names.map((name, i) => [{ id: "P" + i, code: "P" + i, name, level: "admin1", effective_date: "2010-01-01" }, ring(i)]));
		write("hazards.geojson", names.map((name, i) => [{ id: "H" + i, name, class: "CHA", status: "OPEN", effective_date: "2015-01-01", contamination: "APM", organisation: name.slice(0, 100) }, small(i)]));' "$work/hostile" &&
		"$binary" init "$work/hostile/h.gpkg" --country XVE --name '<b>=cmd()</b>' --admin "$work/hostile/places.geojson" >/dev/null &&
		"$binary" import "$work/hostile/h.gpkg" "$work/hostile/hazards.geojson" --kind hazard --approve >/dev/null || return 1
	for template in areas country article7 monthly; do
		for end in html xlsx csv pdf; do
			"$binary" report "$work/hostile/h.gpkg" $template --from 2014-01-01 --to 2016-12-31 -o "$work/hostile-$template.$end" || return 1
		done
	done
	"$binary" report "$work/hostile/h.gpkg" areas --as-of 2016-12-31 --table areas -o "$work/hostile/areas.csv" || return 1
	grep -q '&lt;script&gt;alert(1)&lt;/script&gt;' "$work/hostile-areas.html" && ! grep -q '<script\|<img\|<b>' "$work"/hostile-*.html &&
		! grep -q '^[=+@]\|,[=+@]' "$work/hostile/areas.csv" && qpdf --check "$work/hostile-areas.pdf" >/dev/null
}

test_that "hostile names are shown as names" hostile
test_that "every template is written as page, workbook and CSV" all
test_that "the same report is the same, byte for byte" again
test_that "pages are valid, accessible, and fit their window" node tests/cli/report_pages.mjs "$work"
test_that "workbooks open and hold what the CSV says" /usr/bin/python3 tests/cli/report_books.py "$work" "$binary"
test_that "cells of a report are cells that why takes" cells
test_that "a country's own template, in its own language" own_template
test_that "a name without a known end is refused" refuses 2 'ends with .html' "$binary" report "$work/p.gpkg" article7 -o "$work/x.doc"
test_that "a template that is not there is named" refuses 3 'there is no template' "$binary" report "$work/p.gpkg" nothing -o "$work/x.html"
test_that "a full disk leaves no half report" refuses 4 '' "$binary" report "$work/p.gpkg" article7 --format html -o /dev/full
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
