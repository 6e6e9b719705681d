# Findings of a programme with faults of several kinds, in every format; exit status 1 for errors.
cat >hazards.csv <<'CSV'
id,class,status,effective_date,contamination,organisation,area_reported_m2,wkt
HA-1,CHA,OPEN,2024-03-01,APM,OP1,1.2,"POLYGON((102.7000001 13.5, 102.701 13.5, 102.701 13.501, 102.7 13.501, 102.7000001 13.5))"
HA-2,SHA,OPEN,2025-03-01,APM,OP2,12000,"POLYGON((102.70003 13.5, 102.70103 13.5, 102.70103 13.501, 102.70003 13.501, 102.70003 13.5))"
HA-3,CHA,MERG,2025-03-01,,OP2,,"POLYGON((102.8000001 13.5, 102.801 13.501, 102.801 13.5, 102.8 13.501, 102.8000001 13.5))"
=HA-4,SHA,OPEN,2026-01-01,APM,OP2,,
CSV
cat >releases.csv <<'CSV'
id,product,effective_date,hazard,wkt
RL-1,CLR,2023-01-01,HA-1,"POLYGON((102.7000001 13.5, 102.7005 13.5, 102.7005 13.501, 102.7 13.501, 102.7000001 13.5))"
RL-2,CAN,2025-01-01,HA-9,
CSV
safelane init p.gpkg --country XVE >/dev/null
safelane import p.gpkg hazards.csv --kind hazard --crs EPSG:4326 --approve >/dev/null 2>&1
safelane import p.gpkg releases.csv --kind release --crs EPSG:4326 --approve >/dev/null 2>&1
echo "== table"
safelane check p.gpkg
echo "status $?"
echo "== csv, one rule"
safelane check p.gpkg --format csv --rule G20
echo "status $?"
echo "== json, errors"
safelane check p.gpkg --format json --severity error
echo "status $?"
echo "== warnings of one kind only: no error, status 0"
safelane check p.gpkg --format csv --kind release --rule S04
echo "status $?"
echo "== refused"
safelane check p.gpkg --rule G99
echo "status $?"
safelane check p.gpkg --kind minefield
echo "status $?"
safelane check p.gpkg --severity grave
echo "status $?"
safelane check nothing.gpkg
echo "status $?"
