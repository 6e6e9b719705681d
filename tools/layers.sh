#!/bin/sh
# The floors of the house: a file includes its own floor or a lower one, and what belongs to one floor
# (SQL, GEOS, GDAL, printing, the heap) is found there only.  Prints each breach; the last line counts.
cd "$(dirname "$0")/.." || exit 1
floors="base geo model store ledger checks analysis formats report app http cli"
passed=0
failed=0

count() { # what it is, the breaches found
	if [ -n "$2" ]; then
		echo "FAIL $1"
		echo "$2"
		failed=$((failed + 1))
	else
		echo "ok   $1"
		passed=$((passed + 1))
	fi
}

# only FOLDERS PATTERN WORDS: PATTERN may stand in src/FOLDERS only.
only() {
	found=$(grep -rnE "$2" src --include='*.c' --include='*.h' |
		grep -vE "^src/($1)/" |
		grep -vE '^[^:]*:[0-9]*:[[:space:]]*(\*|/\*|//)')
	count "$3" "$found"
}

above=" $floors "
for floor in $floors; do
	above=${above#" $floor"}
	[ -d "src/$floor" ] || continue
	pattern=$(echo $above | tr ' ' '|')
	[ -n "$pattern" ] || continue
	count "src/$floor includes nothing from above" \
		"$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]+[\"<](\.\./)*($pattern)/" "src/$floor")"
done

only 'store' '\<sqlite3_' 'SQL only in src/store'
only 'cli' '\<(printf|puts|putchar|vprintf|perror|exit|_exit|abort) *\(|\<(stdout|stderr)\>' 'printing and exit only in src/cli'
only 'base' '\<(malloc|calloc|realloc|free) *\(' 'the heap only in src/base'
only 'geo' '\<(GEOS[A-Z_a-z0-9]*|proj_[a-z_]+|geod_[a-z]+)\>|<(geos_c|proj|geodesic)\.h>' 'GEOS and PROJ only in src/geo'
only 'formats' '\<(GDAL|OGR|OSR|VSI|CPL)[A-Z_a-z0-9]*|<(gdal|ogr_[a-z]+|cpl_[a-z]+)\.h>' 'GDAL only in src/formats'
only 'report' '\<(cairo_|pango_|Fc[A-Z])|<(pango|cairo|fontconfig)' 'cairo and pango only in src/report'
only 'http' '\<MHD_|<microhttpd\.h>' 'microhttpd only in src/http'

# src/formats/gdal_*.h and src/report/cairo_parts.h are private to the floor that owns the library: they are how it is reached.
found=$(grep -rlE '<(sqlite3|geos_c|proj|gdal|ogr_api|microhttpd|sodium|pango/[a-z]*|cairo[-a-z]*)\.h>' src --include='*.h' |
	grep -v -e '^src/formats/gdal_' -e '^src/report/cairo_parts.h')
count 'no header shows a library' "$found"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
