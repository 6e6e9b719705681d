"""See exposure_test.sh.  Hazards stand on the equator at 20 degrees east, where a degree of longitude has 111,319.491 m and one
of latitude 110,574.3 m, so that distances can be written down."""
import json
import math
import os
import struct
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1])
SHARED = os.path.abspath(os.environ.get("SAFELANE_SHARED", "../shared"))
X, Y = 1 / 111319.49079, 1 / 110574.2758
passed = failed = 0


def check(good, name, more=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("ok  " if good else "FAIL", name, "" if good else more)


def run(*args):
    return subprocess.run([BINARY, *args], capture_output=True, text=True)


def must(*args):
    done = run(*args)
    if done.returncode:
        sys.exit(f"{args}: {done.stderr}{done.stdout}")
    return done.stdout


def at(east, north):
    return [20 + east * X, north * Y]


def point(east, north):
    return {"type": "Point", "coordinates": at(east, north)}


def square(east, north, half):
    return {"type": "Polygon", "coordinates": [[at(east + a * half, north + b * half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]]}


def layer(name, *features):
    with open(name, "w") as f:
        json.dump({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in features]}, f)
    return name


def table(statement, name):
    t = next(t for t in statement["tables"] if t["name"] == name)
    keys = [c["name"] for c in t["columns"]]
    return [dict(zip(keys, row)) for row in t["rows"]]


def ask(*args):
    return json.loads(must("exposure", "p.gpkg", "--format", "json", *args))


def value(cell):
    return cell.get("value", cell.get("text")) if isinstance(cell, dict) else cell


def figure(statement, name):
    return next(f["value"] for f in statement["figures"] if f["name"] == name)


def tiff(path, rows, west, north, cell, crs=4326, place=True, nodata=None):
    """One band of floats (TIFF 6.0, OGC 19-008r4)."""
    data = b"".join(struct.pack("<f", v) for row in rows for v in row)
    tags = [(256, 4, 1, len(rows[0])), (257, 4, 1, len(rows)), (258, 3, 1, 32), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1),
            (278, 4, 1, len(rows)), (279, 4, 1, len(data)), (339, 3, 1, 3)]
    n = len(tags) + 2 * place + bool(crs) + (nodata is not None)
    rest = 8 + len(data) + 2 + 12 * n + 4
    if place:
        tags += [(33550, 12, 3, rest), (33922, 12, 6, rest + 24)]
    if crs:
        tags.append((34735, 3, 16, rest + 72))
    if nodata is not None:
        tags.append((42113, 2, len(nodata) + 1, rest + 104))
    kind = (2, 2048) if crs == 4326 else (1, 3072)
    with open(path, "wb") as f:
        f.write(b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", n))
        f.write(b"".join(struct.pack("<HHII", *t) for t in tags) + b"\0\0\0\0")
        f.write(struct.pack("<9d", cell, cell, 0, 0, 0, 0, west, north, 0))
        f.write(struct.pack("<16H", 1, 1, 0, 3, 1024, 0, 1, kind[0], 1025, 0, 1, 1, kind[1], 0, 1, crs or 0))
        f.write((nodata or "").encode() + b"\0")
    return path


def programme():
    must("init", "p.gpkg", "--country", "AGO", "--name", "Test")
    hazard = {"class": "CHA", "effective_date": "2020-01-01", "contamination": "APM"}
    layer("hazard.geojson",
          (square(0, 0, 100), {"id": "H1", "status": "OPEN", **hazard}),
          (square(900, 0, 100), {"id": "H2", "status": "OPEN", **hazard}),
          (square(5000, 0, 100), {"id": "H3", "status": "CLOSED", **hazard}),
          (square(9000, 0, 100), {"id": "H4", "status": "EXPD", **hazard}))
    place = {"level": "settlement", "effective_date": "2020-01-01"}
    layer("place.geojson",
          (point(450, 0), {"id": "V1", "name": "Between", "population": 100, **place}),    # 350 m from both
          (point(-900, 0), {"id": "V2", "name": "West", "population": 40, **place}),       # 800 m from H1
          (point(0, 710), {"id": "V3", "name": "North", **place}),                         # 610 m from H1, nobody counted
          (point(5000, 300), {"id": "V4", "name": "Beside closed", "population": 9, **place}),
          (point(0, -20000), {"id": "V5", "name": "Far", "population": 5000, **place}),
          (square(0, 0, 30000), {"id": "P1", "name": "Province", "level": "admin1", "code": "P1", "population": 90000, "effective_date": "2020-01-01"}))
    session = {"category": "direct", "method": "house_to_house"}
    layer("education.geojson",
          (None, {"id": "E1", "place": "V1", "effective_date": "2024-05-01", "start_date": "2024-05-01", **session}),
          (point(-900, 50), {"id": "E2", "effective_date": "2023-02-01", "start_date": "2023-02-01", **session}),
          (None, {"id": "E3", "locality": "nowhere known", "effective_date": "2023-02-01", "start_date": "2023-02-01", **session}),
          (None, {"id": "E4", "place": "V3", "category": "indirect", "education_activity": "radio", "effective_date": "2024-06-01"}))
    layer("activity.geojson", (square(5000, 0, 400), {"id": "A1", "type": "NTS", "status": "COMP", "effective_date": "2021-01-01"}))
    for kind in ("place", "hazard", "education", "activity"):
        must("import", "p.gpkg", kind + ".geojson", "--kind", kind, "--approve")


def test_records():
    s = ask()
    rows = table(s, "distances")
    got = [[value(r[k]) for k in ("places", "places_unknown", "people")] for r in rows]
    check(got == [[1, 0, 100], [3, 1, 140], [5, 1, 5149]], "places once, unknown apart, all at the end", got)
    rows = table(s, "hazards")
    got = {value(r["hazard"]): (value(r["places"]), value(r["people"]), value(r["places_unknown"]), round(value(r["distance_m"]))) for r in rows}
    check(got == {"H1": (3, 140, 1, 350), "H2": (1, 100, 0, 350)}, "hazards overlap", got)
    rows = table(s, "education")
    got = [(value(r["place"]), value(r["last_session"]), value(r["sessions"])) for r in rows]
    check(got == [("North", None, 0), ("Between", "2024-05-01", 1), ("West", "2023-02-01", 1)]
          or got == [("North", "", 0), ("Between", "2024-05-01", 1), ("West", "2023-02-01", 1)], "never visited first; radio is no visit", got)
    check(value(rows[0]["people"]) is None, "nobody's number is unknown, not 0", rows[0])
    check(any("1 of 3 sessions" in str(w) for w in s["warnings"]), "sessions of no known place", s["warnings"])
    check(figure(s, "people_near") == 140, "figure")
    check(all(value(r["distance_m"]) != 200 for r in rows), "the closed hazard is no hazard")


def test_layers():
    layer("roads.geojson", ({"type": "LineString", "coordinates": [at(-5000, 0), at(5000, 0)]}, {}))
    layer("schools.geojson", (point(0, 550), {}), (square(2500, 0, 200), {}))
    layer("water.geojson", (point(0, 0), {}), (point(0, 1200), {}))
    s = ask("--roads", "roads.geojson", "--schools", "schools.geojson", "--water", "water.geojson")
    rows = table(s, "distances")
    km = [value(r["roads_km"]) for r in rows]
    check(abs(km[0] - 2.1) < 0.002 and abs(km[1] - 3.1) < 0.002 and abs(km[2] - 10) < 0.002, "road once between two hazards", km)
    check([value(r["schools"]) for r in rows] == [1, 1, 2] and [value(r["water"]) for r in rows] == [1, 1, 2], "schools and water", rows)
    s = ask("--roads", "roads.geojson", "--within", "0,1400")
    km = [value(r["roads_km"]) for r in table(s, "distances")]
    check(abs(km[0] - 0.4) < 0.002 and abs(km[1] - 3.9) < 0.002, "on the land itself", km)


def test_population():
    # A square of 4,000 m around H1 and H2; within 500 m of the two: two squares of 200 m with 500 m around, which overlap.
    layer("areas.geojson", (square(450, 0, 2000), {"population": 16000}), (square(450, 20000, 500), {"population": 70}), (square(450, -9000, 500), {}))
    s = ask("--population", "areas.geojson")
    rows = table(s, "distances")
    # Union of two rounded squares, centres 900 m apart: of each 200² + 4·200·500 + π·500², minus what both cover.
    one = lambda d: 200 ** 2 + 4 * 200 * d + math.pi * d * d
    steps = 4000
    inside = lambda x, y, d: math.hypot(max(abs(x) - 100, 0), max(abs(y) - 100, 0)) <= d

    def union(d):  # midpoints, 4 m apart
        r = 0
        for i in range(-200, 430):
            for k in range(-160, 160):
                x, y = i * 4 + 2, k * 4 + 2
                r += 16 * (inside(x, y, d) or inside(x - 900, y, d))
        return r
    want = union(500) / 1000
    got = value(rows[0]["population"])
    check(abs(got - want) < 0.01 * want, "people of an area by its share, once", (got, want))
    check(value(rows[0]["population_low"]) <= want <= value(rows[0]["population_high"]), "low and high hold it", rows[0])
    check(value(rows[2]["population"]) == 16070, "all of the layer", rows[2])
    # The same people as a raster of cells of 0.001 degree, as counts and as a density.
    cell = 0.001
    area = (cell / X) * (cell / Y)
    rows_ = [[1000 * area / 1e6 if (i + k) % 97 else -9999 for i in range(60)] for k in range(60)]
    tiff("counts.tif", rows_, 19.975, 0.03, cell, nodata="-9999")
    s = ask("--population", "counts.tif", "--population-is", "counts")
    got = value(table(s, "distances")[0]["population"])
    want = union(500) / 1e6 * 1000
    check(abs(got - want * 96 / 97) < 0.02 * want, "people of a raster", (got, want))
    check(any("no data" in str(w) for w in s["warnings"]), "cells without data are said", s["warnings"])
    tiff("density.tif", [[1000.0] * 60 for _ in range(60)], 19.975, 0.03, cell)
    got = value(table(ask("--population", "density.tif", "--population-is", "density"), "distances")[0]["population"])
    check(abs(got - want) < 0.01 * want, "people to the square kilometre", (got, want))


def test_strikes():
    with open("strikes.csv", "w") as f:
        for east, north in ((0, 0), (50, 20), (5000, 300), (3000, 9000), (3000, 9000), (600, 0), (300000, 0)):
            x, y = at(east, north)
            f.write(f"1971-02-0{1 + len(str(int(north))) % 5},{y:.7f},{x:.7f}\n")
    s = ask("--strikes", "strikes.csv", "--columns", "date,lat,lon")
    rows = {value(r["province"]): [value(r[k]) for k in ("strikes", "on_hazards", "surveyed", "neither", "beside")] for r in table(s, "strikes")}
    check(rows == {"Province": [6, 2, 1, 3, 1], "-": [1, 0, 0, 1, 0]}, "strikes by province", rows)
    check(any("makes no hazard" in str(t) for t in s["not_shown"]), "a strike makes no hazard", s.get("not_shown"))
    must("export", "p.gpkg", "h.geojson", "--kind", "hazard")
    with open("h.geojson") as f:
        check(len(json.load(f)["features"]) == 4, "none was made")
    real = os.path.join(SHARED, "data/thor_seasia/1975.csv")
    if os.path.exists(real):
        s = ask("--strikes", real, "--columns", "date,lat,lon")
        check(figure(s, "strikes") == 122 and figure(s, "strikes_neither") == 122, "122 recorded strikes of 1975")
        refused("no headings", "--strikes", real, says="has no headings; say what its columns are")


def refused(name, *args, says):
    done = run("exposure", "p.gpkg", *args)
    text = done.stderr.strip()
    check(done.returncode in (2, 3) and says in text and len(text.splitlines()) == 1 and not done.stdout, name, (done.returncode, text, done.stdout[:80]))


def test_bad_input():
    layer("empty.geojson")
    refused("empty layer", "--places", "empty.geojson", says="none of its rows has a place")
    for name, people in (("negative", -3), ("text", "many"), ("nan", "NaN"), ("infinite", "inf")):
        layer(name + ".geojson", (point(0, 0), {"population": 4}), (point(10, 0), {"population": people}))
        refused(name + " people", "--population", name + ".geojson", says="row 2: '%s' people" % people)
    layer("nowhere.geojson", ({"type": "Point", "coordinates": [500, 3]}, {}))
    refused("off the Earth", "--places", "nowhere.geojson", says="cannot be read where on Earth")
    with open("nan.csv", "w") as f:
        f.write("name,lat,lon\nA,NaN,20\n")
    refused("NaN position", "--places", "nan.csv", says="nan.csv: of 1 of its 1 positions")
    with open("slips.csv", "w") as f:
        f.write("lat,lon,population\n" + "0.001,20.001,1\n" * 400 + "135.7,94.4,7\n")
    s = ask("--places", "slips.csv")
    check(value(table(s, "distances")[2]["people"]) == 400 and any("row 401" in str(w).replace("\u202f", "") for w in s["warnings"]),
          "a slip is left out and said", s["warnings"])
    with open("wkt.csv", "w") as f:
        f.write("name,wkt\nA,POINT (500000 4000000)\n")
    refused("no CRS", "--places", "wkt.csv", says="does not say its coordinate system; give --crs")
    check(run("exposure", "p.gpkg", "--places", "wkt.csv", "--crs", "EPSG:32634").returncode == 0, "a CRS that is given")
    refused("no such CRS", "--places", "wkt.csv", "--crs", "EPSG:1", says="wkt.csv")
    refused("points as roads", "--roads", "place.geojson", says="is no line")
    refused("lines as schools", "--schools", "roads.geojson", says="is no point or polygon")
    refused("no such file", "--schools", "gone.geojson", says="gone.geojson")
    refused("strikes without a date", "--strikes", "water.geojson", says="has no date")
    refused("distance", "--within", "500,200", says="ascend")
    refused("distance", "--within", "far", says="is no number")
    refused("distance", "--within", "-5", says="not between")
    refused("distance", "--within", "nan", says="is no number")
    refused("counts or density", "--population", "counts.tif", says="say what its cells hold")
    tiff("bare.tif", [[1.0]], 20, 0, 0.1, place=False)
    refused("no georeference", "--population", "bare.tif", "--population-is", "counts", says="has no georeference")
    tiff("nocrs.tif", [[1.0]], 20, 0, 0.1, crs=0)
    refused("raster without CRS", "--population", "nocrs.tif", "--population-is", "counts", says="give --crs")
    tiff("minus.tif", [[1.0, 2.0], [3.0, -4.0]], 20, 0, 0.1)
    refused("negative cell", "--population", "minus.tif", "--population-is", "counts", says="row 2, column 2 holds -4")
    tiff("none.tif", [[-1.0]], 20, 0, 0.1, nodata="-1.0")
    refused("all no data", "--population", "none.tif", "--population-is", "counts", says="none of its cells has a value")
    tiff("metres.tif", [[1.0]], 500000, 4000000, 100)
    refused("metres as degrees", "--population", "metres.tif", "--population-is", "counts", says="nowhere on Earth")
    with open("text.tif", "w") as f:
        f.write("no raster")
    refused("no raster", "--population", "text.tif", "--population-is", "counts", says="no raster that is read here")
    must("init", "empty.gpkg", "--country", "AGO", "--name", "Empty")
    done = run("exposure", "empty.gpkg")
    check(done.returncode in (2, 3) and "nothing to measure from" in done.stderr and not done.stdout, "no hazard", done.stderr)


def test_forms():
    text = must("exposure", "p.gpkg")
    check("It changes the status of no land" in text, "the table says so")
    shapes = json.loads(must("exposure", "p.gpkg", "--format", "geojson"))
    check(len(shapes["features"]) == 2, "a layer of hazards", shapes)
    for ending in ("html", "pdf", "xlsx", "csv"):
        must("exposure", "p.gpkg", "-o", "out." + ending)
        check(os.path.getsize("out." + ending) > 500, "report as " + ending)
    found = json.loads(run("check", "p.gpkg", "--format", "json").stdout)
    rules = [f["rule"] for f in (found["findings"] if isinstance(found, dict) else found)]
    check(rules.count("G26") == 2, "two hazards beside a settlement are findings", rules)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    programme()
    test_records()
    test_layers()
    test_population()
    test_strikes()
    test_bad_input()
    test_forms()
    os.chdir("/")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
