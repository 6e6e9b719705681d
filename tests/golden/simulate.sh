# A training programme's files and account, byte for byte.
safelane debug simulate t.gpkg --hazards 150 --seed 9
head -4 t-files/truth.csv
head -3 t-files/victim.csv
head -2 t-files/hazard.geojson
safelane account t.gpkg --as-of 2025-06-30
safelane debug verify t.gpkg
safelane debug simulate t.gpkg --hazards 150 --seed 9 --files-only | tail -1
safelane debug simulate t.gpkg --hazards 150 --seed 9 | tail -1
echo "status $?"
