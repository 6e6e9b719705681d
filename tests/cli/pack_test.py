"""safelane pack: what is in a pack, what is not, and whether the programs of phones open it."""
import csv, hashlib, io, json, os, re, shutil, sqlite3, subprocess, sys, tempfile, zipfile

SAFELANE, HERE = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
n_checks = 0


def check(good, what, shown=""):
    global n_checks
    n_checks += 1
    if not good:
        print("FAIL pack: %s %s\n%d passed, 1 failed" % (what, shown, n_checks - 1))
        sys.exit(1)


def run(*args, status=0, **kw):
    p = subprocess.run([SAFELANE, *args], capture_output=True, text=True, **kw)
    check(p.returncode == status, "safelane %s ends with %d" % (" ".join(args), status), p.stderr + p.stdout)
    return p.stdout + p.stderr


def square(lon, lat, d=0.001):
    return [[[lon, lat], [lon + d, lat], [lon + d, lat + d], [lon, lat + d], [lon, lat]]]


def feature(id_, lon, lat, **more):
    return {"type": "Feature", "properties": {"id": id_, "class": "CHA", "status": "OPEN", "effective_date": "2024-05-06",
                                               "reported_by": "Secret Name", **more},
            "geometry": {"type": "Polygon", "coordinates": square(lon, lat)}}


def collection(path, features):
    with open(path, "w") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f)


def make():
    """Ground of the task at 44.5 12.5; hazards on it, 500 m away, 1.6 km away, and some that are not for teams."""
    run("init", "p.gpkg", "--country", "XAA", "--name", "Testland")
    collection("hazard.geojson", [
        feature("HZ-ON", 44.5, 12.5, name="Old fort"), feature("HZ-NEAR", 44.5065, 12.5, **{"class": "SHA"}),
        feature("HZ-FAR", 44.517, 12.5), feature("HZ-CORNER", 44.5105, 12.5103), feature("HZ-WRONG", 44.5, 12.5005, status="EXPD"),
        feature("HZ-KEPT", 44.501, 12.5, access_level="RESTRICTED", name="Kept back"),
        feature("HZ-DONE", 44.4985, 12.5, status="CLOSED")])
    collection("task.geojson", [{"type": "Feature", "properties": {"id": "TK 1/é", "effective_date": "2025-01-01"},
                                 "geometry": {"type": "Polygon", "coordinates": square(44.5, 12.5, 0.002)}}])
    with open("task.csv", "w") as f:
        f.write("id,effective_date,hazard,other_hazards\nTK-BY-HAZARD,2025-01-01,HZ-FAR,HZ-NOWHERE; HZ-NEAR\nTK-NONE,2025-01-01,,\n")
    for name in ("hazard.geojson", "task.geojson", "task.csv"):
        run("import", "p.gpkg", name, "--approve", "--kind", name.split(".")[0])
    for sheet, row in (("hazard.csv", "hazards.csv"), ("places.geojson", "hazards.geojson")):
        folder = "own-" + sheet.split(".")[0]
        os.makedirs(folder + "/media")
        with open(folder + "/survey.csv", "w") as f:
            f.write("type,name,label\nselect_one_from_file %s,hazard,Which hazard?\ntext,note_of_day,Note\n" % row)
        with open(folder + "/settings.csv", "w") as f:
            f.write("form_id,form_title\nvisit-%s,Visit\n" % sheet.split(".")[0])
        with open(folder + "/media/" + row, "w") as f:
            f.write("name,label\nOLD,An old list\n" if row.endswith("csv") else '{"type":"FeatureCollection","features":[]}')
        run("form", "publish", "p.gpkg", folder + "/survey.csv", "--kind", "activity", "--media", folder + "/media")
    run("form", "publish", "p.gpkg", "hazard", "ordnance")
    make_maps()


def make_maps():
    """A raster map in MBTiles and the land in PMTiles, both of more than the ground."""
    run("export", "p.gpkg", "land.mbtiles", "--kind", "land", "--maxzoom", "14")
    for packing in ("gzip", "none"):
        subprocess.run([sys.executable, os.path.join(HERE, "../browser/pmtiles.py"), "land.mbtiles", packing + ".pmtiles", packing],
                       check=True, capture_output=True)
    db = sqlite3.connect("raster.mbtiles")
    db.executescript("CREATE TABLE metadata (name TEXT, value TEXT);"
                     "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);")
    for k, v in {"name": "Aerial", "format": "png", "minzoom": "3", "maxzoom": "9", "attribution": "(c) a friend"}.items():
        db.execute("INSERT INTO metadata VALUES (?, ?)", (k, v))
    grey = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6368000000820081"
                         "77cd72b60000000049454e44ae426082")
    for z in range(3, 10):
        n = 2 ** z
        for x in range(n // 2, n):
            for y in range(n // 2, min(n, n // 2 + 64)):
                db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, y, grey))
    db.commit()
    db.close()


def opened(path):
    z = zipfile.ZipFile(path)
    check(z.testzip() is None, "every part is whole")
    return {i.filename: z.read(i) for i in z.infolist()}


def test_content():
    said = run("pack", "p.gpkg", "--task", "TK 1/é", "--base-map", "gzip.pmtiles", "-o", "a.zip")
    check("3 hazards within 1000 m, 4 forms, base map" in said and "1 hazard there may not leave" in said, "what it says", said)
    with open("p.gpkg", "rb") as f:
        before = f.read()
    run("pack", "p.gpkg", "--task", "TK 1/é", "--base-map", "gzip.pmtiles", "-o", "b.zip", env=dict(os.environ, TZ="Asia/Kabul"))
    with open("a.zip", "rb") as a, open("b.zip", "rb") as b:
        check(a.read() == b.read(), "the same bytes again, in another time zone")
    with open("p.gpkg", "rb") as f:
        check(f.read() == before, "the programme is only read")
    parts = opened("a.zip")
    check(set(parts) == {"README.txt", "manifest.json", "hazards.geojson", "hazards.csv", "ordnance.csv", "forms/hazard.xml",
                         "forms/ordnance.xml", "forms/visit-hazard.xml", "forms/visit-hazard-media/hazards.csv",
                         "forms/visit-places.xml", "forms/visit-places-media/hazards.geojson", "layers/base-map.mbtiles"},
          "the parts", sorted(parts))
    whole = b"".join(parts.values())
    for secret in (b"Secret Name", b"HZ-KEPT", b"Kept back", b"HZ-FAR", b"HZ-CORNER", b"HZ-WRONG", b"/tmp/"):
        check(secret not in whole, "is not in the pack:", secret)
    features = json.loads(parts["hazards.geojson"])["features"]
    check({f["properties"]["id"]: (f["properties"]["class"], f["properties"]["state"]) for f in features}
          == {"HZ-ON": ("CHA", "OPEN"), "HZ-NEAR": ("SHA", "OPEN"), "HZ-DONE": ("CHA", "CLOSED")}, "hazards", features)
    check(all(f["properties"]["effective_date"] == "2024-05-06" for f in features), "dates")
    check(features[0]["geometry"]["coordinates"] == square(44.5, 12.5), "outlines as they are recorded")
    rows = list(csv.DictReader(io.StringIO(parts["hazards.csv"].decode())))
    check(rows[0]["name"] == "HZ-ON" and rows[0]["label"] == "HZ-ON · Old fort · Confirmed hazardous area · Open"
          and rows[0]["geometry"].startswith("12.5 44.5 0 0;12.5 44.501 0 0;"), "the table", rows[0])
    check(parts["forms/visit-hazard-media/hazards.csv"] == parts["hazards.csv"]
          and parts["forms/visit-places-media/hazards.geojson"] == parts["hazards.geojson"], "lists of today go with the forms")
    ordnance = list(csv.DictReader(io.StringIO(parts["ordnance.csv"].decode())))
    check(len(ordnance) > 100 and {"name", "label", "category"} <= set(ordnance[0]), "ordnance")
    manifest = json.loads(parts["manifest.json"])
    check({f["name"]: (f["bytes"], f["blake2b"]) for f in manifest["files"]} ==
          {n: (len(b), hashlib.blake2b(b, digest_size=32).hexdigest()) for n, b in parts.items() if n != "manifest.json"},
          "the hash of every file")
    check(manifest["hazards"] == 3 and manifest["kept_back"] == 1 and manifest["margin_m"] == 1000 and
          manifest["bounds"][0] < 44.4911 and manifest["bounds"][2] > 44.5111, "the manifest", manifest)


def gdal(program, *args):
    p = subprocess.run([program, *args], capture_output=True, text=True)
    check(p.returncode == 0 and "ERROR" not in p.stderr, " ".join((program,) + args), p.stderr)
    return p.stdout


def test_opens():
    shutil.rmtree("x", ignore_errors=True)
    zipfile.ZipFile("a.zip").extractall("x")
    check("Feature Count: 3" in gdal("ogrinfo", "-so", "-al", "x/hazards.geojson"), "GDAL reads the hazards")
    said = gdal("ogrinfo", "-ro", "-so", "-al", "x/layers/base-map.mbtiles")
    check("ZOOM_LEVEL=14" in said and "using driver `MBTiles'" in said and "Layer name: land" in said, "GDAL reads the vector map", said)
    source = sqlite3.connect("land.mbtiles").execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    there = {tuple(r[:3]): r[3] for r in source}
    cut = sqlite3.connect("x/layers/base-map.mbtiles").execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    check(15 <= len(cut) < len(there) and all(there[tuple(r[:3])] == r[3] for r in cut), "tiles of the source, byte for byte", len(cut))
    run("pack", "p.gpkg", "--task", "TK 1/é", "--base-map", "none.pmtiles", "-o", "n.zip")
    with open("n.mbtiles", "wb") as f:
        f.write(opened("n.zip")["layers/base-map.mbtiles"])
    plain = sqlite3.connect("n.mbtiles").execute("SELECT tile_data FROM tiles").fetchall()
    check(len(plain) == len(cut) and all(r[0][:2] == b"\x1f\x8b" for r in plain), "vector tiles are gzipped in MBTiles")
    os.makedirs("p.gpkg.maps")
    shutil.copy("raster.mbtiles", "p.gpkg.maps/aerial.mbtiles")
    with open("p.gpkg.maps/a broken one.mbtiles", "w") as f:
        f.write("nothing")
    run("pack", "p.gpkg", "--task", "TK 1/é", "-o", "r.zip")
    with open("r.mbtiles", "wb") as f:
        f.write(opened("r.zip")["layers/base-map.mbtiles"])
    said = gdal("gdalinfo", "r.mbtiles")
    check("Driver: MBTiles" in said and "ZOOM_LEVEL=9" in said and "attribution=(c) a friend" in said, "GDAL reads the raster map", said)
    check("(c) a friend" in opened("r.zip")["README.txt"].decode(), "whose map it is stands on the page")
    check("base-map.mbtiles" not in str(sorted(opened_with("--no-base-map"))), "none when none is wanted")


def opened_with(*more, task="TK 1/é"):
    run("pack", "p.gpkg", "--task", task, *more, "-o", "w.zip")
    return opened("w.zip")


def test_engine():
    for name in ("visit-hazard", "visit-places"):
        p = subprocess.run(["node", os.path.join(HERE, "pack_engine.mjs"), "x", name], capture_output=True, text=True)
        check(p.returncode == 0, "the engine loads " + name, p.stderr[-2000:])
        choices = [v for k, v in json.loads(p.stdout).items() if k.endswith("/hazard")][0]
        check([c[0] for c in choices] == ["HZ-ON", "HZ-NEAR", "HZ-DONE"] and choices[1][1].startswith("HZ-NEAR · Suspected"),
              "a form chooses a hazard", choices)
    for name in ("hazard", "ordnance"):
        p = subprocess.run(["node", os.path.join(HERE, "pack_engine.mjs"), "x", name], capture_output=True, text=True)
        check(p.returncode == 0 and json.loads(p.stdout), "the engine loads " + name, p.stderr[-2000:])


def test_wishes():
    pages = {c: opened_with("--language", c)["README.txt"].decode() for c in ("en", "fr", "es", "ar", "uk", "km")}
    check(len(set(pages.values())) == 6 and "NO RECORD DOES NOT MEAN SAFE" in pages["en"], "a page in each language")
    labels = {c: opened_with("--language", c)["hazards.csv"].decode() for c in ("en", "uk")}
    check(labels["en"] != labels["uk"], "labels in the language")
    for code, page in pages.items():
        check("{" not in page and "hazards.geojson" in page and "TK 1/é" in page, "nothing is left open in " + code, page)
    check([n for n in opened_with("--form", "ordnance") if n.startswith("forms")] == ["forms/ordnance.xml"], "one form")
    ids = lambda parts: [f["properties"]["id"] for f in json.loads(parts["hazards.geojson"])["features"]]
    check(ids(opened_with("--margin", "0")) == ["HZ-ON"], "no margin")
    check(ids(opened_with("--margin", "3000")) == ["HZ-ON", "HZ-NEAR", "HZ-FAR", "HZ-CORNER", "HZ-DONE"], "a wide one")
    check(ids(opened_with("--margin", "100", task="TK-BY-HAZARD")) == ["HZ-NEAR", "HZ-FAR"], "the ground of the hazards it names")
    collection("area.geojson", [feature("x", 44.516, 12.4999)])
    run("pack", "p.gpkg", "--area", "area.geojson", "--margin", "50", "-o", "w.zip")
    check(ids(opened("w.zip")) == ["HZ-FAR"], "an area in a file")
    run("pack", "p.gpkg", "--bbox=44.4980,12.4999,44.4990,12.5", "--margin", "0", "-o", "w.zip")
    check(ids(opened("w.zip")) == ["HZ-DONE"] and opened("w.zip")["README.txt"].startswith(b"Pack for an area"), "a box")


def test_refused():
    with open("w.zip", "wb") as f:
        f.write(b"as it was")
    for status, says, args in (
            (2, "say which ground", []), (2, "say which ground", ["--task", "x", "--bbox", "1,2,3,4"]),
            (2, "--margin", ["--task", "TK-NONE", "--margin", "far"]), (2, "--language", ["--task", "TK-NONE", "--language", "xx"]),
            (2, "no such file", ["--task", "TK-NONE", "--base-map", "not.there.pmtiles"]),
            (2, "ends in", ["--task", "TK-NONE", "--base-map", "task.csv"]),
            (3, "no ground", ["--task", "TK-NONE"]), (3, "TK-UNKNOWN", ["--task", "TK-UNKNOWN"]),
            (3, "WEST,SOUTH", ["--bbox", "4,3,2,1"]), (3, "wider or higher", ["--bbox", "10,10,40,40"]),
            (3, "'nope' is published", ["--task", "TK 1/é", "--form", "nope"]),
            (3, "shows nothing of this ground", ["--bbox=-80,10,-79.9,10.1", "--base-map", "raster.mbtiles"]),
            (3, "task.mbtiles", ["--task", "TK 1/é", "--base-map", "task.mbtiles"])):
        shutil.copy("task.csv", "task.mbtiles")
        said = run("pack", "p.gpkg", *args, "-o", "w.zip", status=status)
        check(says in said and len(said.strip().splitlines()) == 1, "one line that says it: " + says, said)
    with open("w.zip", "rb") as f:
        check(f.read() == b"as it was", "what was refused changes nothing")
    run("pack", "p.gpkg", "--task", "TK 1/é", "-o", "no/such/folder/w.zip", status=4)
    check(not [f for f in os.listdir(os.environ["TMPDIR"]) if f.startswith("safelane-")], "nothing is left behind")


def main():
    folder = tempfile.mkdtemp(prefix="safelane-pack-")
    os.environ["TMPDIR"] = os.path.join(folder, "tmp")
    os.makedirs(os.environ["TMPDIR"])
    os.chdir(folder)
    try:
        make()
        test_content()
        test_opens()
        test_engine()
        test_wishes()
        test_refused()
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    print("%d passed, 0 failed" % n_checks)


main()
