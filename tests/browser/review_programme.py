"""An inbox for the review desk: from the files of a simulated programme, some two hundred records of several kinds that
wait for approval, entered by several people.   review_programme.py SAFELANE FILE.gpkg FILES"""
import copy
import json
import os
import random
import subprocess
import sys

binary, programme, files = sys.argv[1:4]
chance = random.Random(11)


def features(kind):
    with open(os.path.join(files, kind + ".geojson")) as f:
        return json.load(f)["features"]


def submit(name, kind, author, rows):
    path = os.path.join(files, name + ".geojson")
    with open(path, "w") as f:
        json.dump({"type": "FeatureCollection", "features": rows}, f)
    done = subprocess.run([binary, "import", programme, path, "--kind", kind, "--crs", "EPSG:4326"], capture_output=True,
                          text=True, env={**os.environ, "SAFELANE_AUTHOR": author})
    if done.returncode > 1:
        sys.exit(done.stderr)


def moved(x, dx, dy, scale=1.0, **properties):
    y = copy.deepcopy(x)
    y["properties"].update(properties)
    ring = y["geometry"]["coordinates"][0]
    cx, cy = (sum(p[i] for p in ring) / len(ring) for i in (0, 1))
    ring = [[round(cx + dx + (p[0] - cx) * scale, 7), round(cy + dy + (p[1] - cy) * scale, 7)] for p in ring]
    y["geometry"]["coordinates"] = [ring[:-1] + [ring[0]]]
    if "area_reported_m2" in y["properties"]:
        y["properties"]["area_reported_m2"] = round(y["properties"]["area_reported_m2"] * scale * scale)
    return y


def fit(x):
    p = x["properties"]
    return x["geometry"] and x["geometry"]["type"] == "Polygon" and len(x["geometry"]["coordinates"]) == 1 and \
        p.get("class") == "SHA" and p.get("status") == "OPEN" and p.get("geometry_kind") == "POLYGON"


hazards = [x for x in features("hazard") if fit(x)]
known, fresh = hazards[:30], hazards[30:]
# Re-surveys under an identifier of their own, a little beside the old outline.
submit("resurvey", "hazard", "cleo", [moved(x, chance.gauss(0, 1e-4), chance.gauss(0, 1e-4), chance.uniform(0.85, 1.1),
                                            id=f"RS-{i:03d}", effective_date="2025-05-04", entry_date="2025-05-09",
                                            name="Surveyed again") for i, x in enumerate(known[:12])])
# The same field, by another organisation.
submit("twins", "hazard", "omar", [moved(x, 0, 0, id=f"TW-{i:03d}", organisation="OP2") for i, x in enumerate(known[12:18])])
# News of records that are there.
submit("news", "hazard", "cleo", [moved(x, 0, 0, 0.9, effective_date="2025-06-01", entry_date="2025-06-02", name="News")
                                  for x in known[18:28]])
# New ones, far from everything.
submit("fresh", "hazard", "cleo", [moved(fresh[i % len(fresh)], 0.4 + 0.011 * (i // len(fresh)), 0.3, id=f"HN-{i:03d}")
                                   for i in range(130)])
submit("own", "hazard", "Rita", [moved(x, 0.9, 0.2, id=f"OW-{i:03d}") for i, x in enumerate(fresh[:3])])
submit("wrong", "hazard", "omar", [moved(fresh[0], 1.1, 0, id="WR-001", effective_date="2199-01-01")])
releases = [copy.deepcopy(x) for x in features("release") if x["properties"].get("hazard")][:8]
for i, x in enumerate(releases):
    x["properties"].update(id=f"RN-{i:03d}", effective_date="2025-03-01", completion_date="2025-03-01", handover_date="2025-03-08")
    del x["properties"]["hazard"], x["properties"]["activity"]
submit("releases", "release", "omar", releases)
for kind, n in (("accident", 5), ("ordnance", 8), ("activity", 4)):
    rows = [copy.deepcopy(x) for x in features(kind)[:n]]
    for i, x in enumerate(rows):
        x["properties"].update(id=f"{kind[:2].upper()}-N{i:03d}", effective_date="2025-02-02")
    submit(kind + "s", kind, "omar", rows)
