# Reports of a small training programme: figures with their cells, a page without its style and pictures (drawings have
# golden files of their own), a sheet of a workbook, and what is said of what is wrong.
set -e
safelane debug simulate v.gpkg --hazards 50 --seed 3 --faults 0 >/dev/null 2>&1
period="--from 2016-01-01 --to 2020-12-31"
safelane report
safelane report v.gpkg article7 $period -o a.csv
cat a.csv
safelane report v.gpkg article7 $period --lang ar --set authority='<b>=cmd()</b>' --link http://127.0.0.1:8080 -o a.html
sed '/^<style>/,/^<\/style>/d; s/<svg.*<\/svg>/(picture)/' a.html | grep -v '^<svg\|^ *<\(path\|g\|text\|defs\|pattern\|clipPath\|title\|desc\|rect\|circle\|use\)\|^</svg' | head -120
safelane report v.gpkg victims --from 2000-01-01 --to 2024-12-31 --lang uk -o v.csv
cat v.csv
safelane report v.gpkg article5 --as-of 2020-12-31 --set deposited=1999-07-28 --set extended=2025-12-31 --lang fr --table progress -o p.csv
cat p.csv
safelane report v.gpkg country $period -o c.xlsx
unzip -l c.xlsx | awk '/xml/ { print $4, $2 }'
unzip -p c.xlsx xl/worksheets/sheet3.xml | sed 's/<row/\n<row/g' | head -12
unzip -p c.xlsx docProps/core.xml
echo
safelane why v.gpkg 'sum.ordnance.destroyed_quantity?as_of=2020-12-31&date=destroyed_date,effective_date&from=2016-01-01&to=2020-12-31&category=APM' --format csv | head -5
safelane why v.gpkg 'count.victim?as_of=2020-12-31&sex=F' --format json
safelane why v.gpkg 'flow.cancelled+flow.reduced-flow.cleared?as_of=2020-12-31' --format csv | head -4
safelane why v.gpkg 'hazards.stock.CHA?as_of=2020-12-31' | tail -2
for bad in "nothing -o x.html" "article7 -o x.doc" "article7" "article7 --lang xx -o x.html" "article7 --as-of 2020-02-30 -o x.html" \
	"article7 --set authority -o x.html" "article7 --table t99 -o x.csv"; do
	safelane report v.gpkg $bad || echo "exit $?"
done
safelane why v.gpkg 'count.victim?family_name=Smith' || echo "exit $?"
safelane why v.gpkg 'sum.victim.sex?as_of=2020-12-31' || echo "exit $?"
# Of one record, of one place, and of what changed: pages without style and pictures.
page() {
	sed '/^<style>/,/^<\/style>/d; s/<svg.*<\/svg>/(picture)/' "$1" | grep -v '^<svg\|^ *<\(path\|g\|text\|defs\|pattern\|clipPath\|title\|desc\|rect\|circle\|use\)\|^</svg'
}
safelane report v.gpkg completion --record HA-000037 --set liability='<b>=cmd()</b>' -o h.csv
cat h.csv
safelane report v.gpkg completion --record HA-000037 --lang fr -o h.html
page h.html
echo '{"type":"Polygon","coordinates":[[[80.4150,-14.4640],[80.4180,-14.4640],[80.4180,-14.4625],[80.4150,-14.4625],[80.4150,-14.4640]]]}' >plot.geojson
safelane report v.gpkg plot --parcel plot.geojson -o q.csv
cat q.csv
safelane report v.gpkg plot --parcel plot.geojson -o q.html
page q.html
safelane report v.gpkg plot --at -14.4632935,80.4170792 --lang ar -o q.html
page q.html
safelane report v.gpkg situation --from 2016-01-01 --to 2016-12-31 -o s.csv
cat s.csv
safelane report v.gpkg situation --from 2016-01-01 --to 2016-12-31 --set before=2020-01-01 --lang uk -o s.html
page s.html
for bad in "completion" "completion --record HA-999999" "completion --record OP1" "completion --record HA-000037 --as-of 2010-01-01" \
	"plot" "plot --at 91,0" "plot --at 1,1 --as-of 2020-01-01" "plot --at 1,1 --parcel plot.geojson" "article7 --record HA-000037" \
	"article7 --at 1,1" "situation --set before=soon"; do
	safelane report v.gpkg $bad -o x.html || echo "exit $?"
done
