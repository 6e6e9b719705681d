# What an export holds, and what it says that it cannot hold.
cat >hazards.geojson <<'JSON'
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"HA-1","class":"CHA","admin1":"07","effective_date":"2024-03-01","contamination":"APM UXO","area_reported_m2":12345.5,"households":3,"informant_name":"Secret Person","sheet no":17,"name":"=2+2"},"geometry":{"type":"Polygon","coordinates":[[[102.7,13.5],[102.701,13.5],[102.701,13.501],[102.7,13.501],[102.7,13.5]]]}},
{"type":"Feature","properties":{"id":"HA-2","class":"SHA","effective_date":"2025-01-31","contamination":"UNK","households":"UNK"},"geometry":{"type":"Point","coordinates":[102.75,13.55]}},
{"type":"Feature","properties":{"id":"HA-3","class":"SHA","effective_date":"2025-02-28","contamination":"AVM"},"geometry":null}]}
JSON
safelane init p.gpkg --country XVE >/dev/null
safelane import p.gpkg hazards.geojson --kind hazard --approve >/dev/null 2>&1
for format in geojson csv shp gpx fgb kml xlsx gpkg; do
	echo "== $format"
	safelane export p.gpkg out.$format
	echo "status $?"
done
echo "== the GeoJSON"
cat out.geojson
echo "== the CSV"
cat out.csv
echo "== the shapefile's names"
cat out.names.csv
echo "== all kinds, and a day"
safelane export p.gpkg all.gpkg --kind all
safelane export p.gpkg then.csv --as-of 2024-12-31
cat then.csv
echo "== refused"
safelane export p.gpkg out.dwg; echo "status $?"
safelane export p.gpkg out.csv --kind all; echo "status $?"
safelane export p.gpkg out.csv --kind dragon; echo "status $?"
safelane export p.gpkg out.shp --kind victim; echo "status $?"
safelane export p.gpkg out.csv --as-of yesterday; echo "status $?"
safelane export p.gpkg; echo "status $?"
safelane export p.gpkg p.gpkg; echo "status $?"
safelane export p.gpkg nowhere/out.gpkg; echo "status $?"
safelane export p.gpkg /dev/full; echo "status $?"
safelane export nothing.gpkg out.csv; echo "status $?"
ls
