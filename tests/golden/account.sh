# The account's JSON and what answers from it, on the small programme of the manual with two units.
set -e
cp -r "$GOLDEN/../../docs/manual/files" . # identifiers are drawn by the path, too
files=files
cat > units.geojson <<'G'
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"P01","code":"P01","name":"West","level":"admin1"},"geometry":{"type":"Polygon","coordinates":[[[102,13],[102.705,13],[102.705,14],[102,14],[102,13]]]}},
{"type":"Feature","properties":{"id":"P02","code":"P02","name":"East","level":"admin1"},"geometry":{"type":"Polygon","coordinates":[[[102.705,13],[103,13],[103,14],[102.705,14],[102.705,13]]]}}
]}
G
cp "$files/hazards.geojson" parcels.geojson
safelane init v.gpkg --country ZZZ --admin units.geojson
safelane import v.gpkg "$files/hazards.geojson" --kind hazard --approve >/dev/null
safelane import v.gpkg "$files/releases.csv" --kind release --crs EPSG:4326 --approve >/dev/null
safelane account v.gpkg --from 2021-01-01 --to 2021-12-31 --by admin1 --format json
safelane account v.gpkg --as-of 2021-12-31 --known-at 2025-01-01 --format json
safelane account v.gpkg --as-of 2021-12-31 --by year --format csv
safelane account v.gpkg --as-of 2021-12-31 --by contamination --format csv
safelane account v.gpkg --as-of 2021-12-31 --by admin1
safelane why v.gpkg 'stock.SHA?as_of=2021-12-31&by=admin1&key=P02' --format json
safelane why v.gpkg 'flow.cleared?as_of=2021-12-31' --format csv
safelane why v.gpkg 'outside_m2?as_of=2021-12-31' --format geojson
safelane diff v.gpkg --a 2020-12-31 --b 2021-12-31 --format json
safelane snapshot v.gpkg --as-of 2020-12-31 --name '=cmd() "end" of 2020'
safelane snapshot v.gpkg --list --format json
safelane snapshot v.gpkg --list --format csv
safelane snapshot v.gpkg --verify '=cmd() "end" of 2020' --format json
safelane diff v.gpkg --a '=cmd() "end" of 2020' --b 2021-12-31 --by admin1 --format csv
safelane diff v.gpkg --a 2021-12-31 --b '=CMD() "end" of 2020' --by admin1
for bad in "--as-of 2020-12-31" "--name x" "--name 2020-12-31 --as-of 2020-12-31" "--list --name x" \
	"--name x --as-of 2020-12-31 --known-at 2999-01-01" "--verify nothing"; do
	safelane snapshot v.gpkg $bad || echo "exit $?"
done
safelane diff v.gpkg --a nothing --b 2021-12-31 || echo "exit $?"
safelane diff v.gpkg --a 2020-12-31 --b 2021-12-31@soon || echo "exit $?"
safelane diff v.gpkg --a 2020-12-31 --b 2021-12-31 --by year || echo "exit $?"
safelane ask v.gpkg 13.5007 102.7075 --format json
safelane ask v.gpkg --parcel parcels.geojson || echo "exit $?"
for bad in "--as-of 2021-13-01" "--by district" "--from 2022-01-01 --to 2021-01-01" "--format yaml"; do
	safelane account v.gpkg $bad || echo "exit $?"
done
safelane why v.gpkg 'stock.XYZ?as_of=2021-12-31' || echo "exit $?"
safelane account missing.gpkg || echo "exit $?"
echo "no programme" > text.gpkg
safelane account text.gpkg || echo "exit $?"
