"""See huge_test.sh."""
import os, shutil, sqlite3, struct, subprocess, sys, tempfile

binary = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp()
os.chdir(work)
passed = failed = 0
MEMORY = 1000 << 10  # kB


def run(*args):
    """Exit status, what was said, and the peak of memory in kB."""
    with open("said", "w+") as said:
        child = subprocess.Popen([binary, *args], stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read(), usage.ru_maxrss


def case(name, path, statuses, words, *options, kept=None):
    """Import into an empty programme: a status of the contract, the words of the answer, and the memory; what is
    `kept` stands in the layer, and the programme is sound."""
    global passed, failed
    for old in os.listdir("."):
        if old.startswith("p.gpkg"):
            os.remove(old)
    run("init", "p.gpkg", "--country", "XVE")
    status, said, memory = run("import", "p.gpkg", path, "--kind", "hazard", "--approve", *options)
    found = run("check", "p.gpkg")[1] if status < 2 and words not in said else ""
    verified, truth, _ = run("debug", "verify", "p.gpkg")
    db = sqlite3.connect("file:p.gpkg?mode=ro", uri=True)
    rows = db.execute("select count(*), count(geom) from hazard").fetchone()
    db.close()
    faults = []
    if status not in statuses:
        faults.append("status %d" % status)
    if words not in said and words not in found:
        faults.append("'%s' is not said" % words)
    if status > 1 and said.count("\n") != 1:
        faults.append("the refusal is not one line")
    if memory > MEMORY:
        faults.append("%d MB of memory" % (memory >> 10))
    if verified:
        faults.append(truth)
    if kept is not None and rows != kept:
        faults.append("%d records, %d of them with a place" % rows)
    if faults:
        failed += 1
        print("FAIL %s: %s\n%s%s" % (name, "; ".join(faults), said, found[:600]), flush=True)
    else:
        passed += 1
        print("ok   %s: status %d, %d MB" % (name, status, memory >> 10), flush=True)


# ---- many points ----
def outline(f, blocks, opening, comma, closing, sep, south=5):
    """A ring of 1,000 points a block and 3 more, along a ragged edge and back.  Text is replaced, not formatted:
    ten million points in a second."""
    edge = "".join("%s10.@%03d%s%d.0%02d%s%s" % (opening, j, comma, south, j * 7919 % 97, closing, sep) for j in range(1000))
    for k in range(blocks):
        f.write(edge.replace("@", "%04d" % k))
    back = [("11", south + .5), ("10", south + .5), ("10.0000000", "%d.000" % south)]
    f.write(sep.join("%s%s%s%s%s" % (opening, x, comma, y, closing) for x, y in back))


def geojson(path, blocks, n):
    with open(path, "w") as f:
        f.write('{"type":"FeatureCollection","features":[\n')
        for i in range(n):
            f.write('%s{"type":"Feature","properties":{"id":"X-%d","class":"SHA","effective_date":"2020-01-01"},'
                    '"geometry":{"type":"Polygon","coordinates":[[' % (",\n" if i else "", i))
            outline(f, blocks, "[", ",", "]", ",", i % 80)
            f.write("]]}}")
        f.write("]}\n")


HEAD = "id,class,effective_date,geometry\nX-0,SHA,2020-01-01,"
geojson("one.geojson", 10000, 1)
case("GeoJSON, an outline of 10 million points", "one.geojson", [0, 1], "more than 1000000 points", kept=(1, 0))
with open("one.csv", "w") as f:
    f.write(HEAD + '"POLYGON ((')
    outline(f, 10000, "", " ", "", ", ")
    f.write('))"\n')
case("CSV, an outline of 10 million points", "one.csv", [0, 1], "more than 1000000 points", "--crs", "EPSG:4326",
     kept=(1, 0))
os.remove("one.csv")
geojson("most.geojson", 999, 1)
case("the largest outline that is read", "most.geojson", [0], "1 added", kept=(1, 1))
geojson("many.geojson", 125, 80)
case("GeoJSON, 10 million points in 80 outlines", "many.geojson", [0], "80 added", kept=(80, 80))

# ---- lying counts and lengths ----
SQUARE = [(10, 5), (10.001, 5), (10.001, 5.001), (10, 5.001), (10, 5)]
RING = b"".join(struct.pack("<dd", x, y) for x, y in SQUARE)


def wkb(rings=1, points=5):
    return struct.pack("<BII", 1, 3, rings) + struct.pack("<I", points) + RING


for name, blob in (("rings", wkb(rings=0x80000000)), ("points", wkb(points=0x80000000)),
                    ("polygons", struct.pack("<BII", 1, 6, 0x80000000) + wkb())):
    with open("lie.csv", "w") as f:
        f.write(HEAD + blob.hex() + "\n")
    case("hexadecimal WKB, 2^31 %s" % name, "lie.csv", [0, 1], "The geometry cannot be read", "--crs", "EPSG:4326",
         kept=(1, 0))


def shapefile(records, length, points, dbf_records, dbf_header=65, dbf_record=11):
    """One square with a field `id`; the numbers are what its headers say."""
    box = struct.pack("<4d", 10, 5, 10.001, 5.001)
    content = struct.pack("<I", 5) + box + struct.pack("<III", 1, points, 0) + RING
    head = struct.pack(">7I", 9994, 0, 0, 0, 0, 0, length)
    head += struct.pack("<II", 1000, 5) + box + struct.pack("<4d", 0, 0, 0, 0)
    with open("lie.shp", "wb") as f:
        f.write(head + struct.pack(">II", 1, records) + content)
    with open("lie.shx", "wb") as f:
        f.write(head[:24] + struct.pack(">I", length if length > 1000 else 54) + head[28:] +
                struct.pack(">II", 50, records))
    with open("lie.dbf", "wb") as f:
        f.write(struct.pack("<BBBBIHH20x", 3, 124, 1, 1, dbf_records, dbf_header, dbf_record))
        f.write(b"id".ljust(11, b"\0") + b"C" + struct.pack("<4xBB14x", 10, 0) + b"\r")
        f.write(b" X-0       \x1a")
    with open("lie.prj", "w") as f:
        f.write('GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
                'UNIT["degree",0.0174532925199433]]')


WORDS = (44 + 4 + 80) // 2  # of a record, in units of 16 bits
shapefile(WORDS, 50 + 4 + WORDS, 5, 1)
case("a shapefile that does not lie", "lie.shp", [0], "1 added", kept=(1, 1))
shapefile(WORDS, 0x3fffffff, 5, 1)
case("a shapefile of 2 GB, says its header", "lie.shp", [0, 1, 3], "lie.shp")
shapefile(0x3fffffff, 50 + 4 + WORDS, 5, 1)
case("a shape of 2 GB, says its record", "lie.shp", [0, 1, 3], "lie.shp")
shapefile(WORDS, 50 + 4 + WORDS, 0x7fffffff, 1)
case("a shape of 2^31 points, says its record", "lie.shp", [0, 1, 3], "lie.shp")
shapefile(WORDS, 50 + 4 + WORDS, 5, 0x7fffffff)
case("a table of 2^31 rows, says its header", "lie.shp", [0, 1, 3], "lie.shp")
shapefile(WORDS, 50 + 4 + WORDS, 5, 1, 0xffff, 0xffff)
case("a table of rows of 64 kB, says its header", "lie.shp", [0, 1, 3], "lie.shp")


def geopackage(blob, counts):
    run("init", "q.gpkg", "--country", "XVE")
    with open("square.csv", "w") as f:
        f.write(HEAD + wkb().hex() + "\n")
    run("import", "q.gpkg", "square.csv", "--kind", "hazard", "--approve", "--crs", "EPSG:4326")
    if os.path.exists("lie.gpkg"):
        os.remove("lie.gpkg")
    run("export", "q.gpkg", "lie.gpkg")
    db = sqlite3.connect("lie.gpkg")
    for name, number in (("ST_IsEmpty", 1), ("ST_MinX", 1), ("ST_MaxX", 1), ("ST_MinY", 1), ("ST_MaxY", 1)):
        db.create_function(name, number, lambda g: 0)
    for (name,) in db.execute("select name from sqlite_master where type='trigger'").fetchall():
        db.execute('drop trigger "%s"' % name)
    if blob:
        db.execute("update hazard set geometry = ?", (b"GP\0\1" + struct.pack("<i", 4326) + blob,))
    if counts:
        db.execute("update gpkg_ogr_contents set feature_count = 2147483648000")
        db.execute("update gpkg_contents set min_x = -1e308, max_x = 1e308")
        db.execute("update sqlite_sequence set seq = 9223372036854775806")
    db.commit()
    db.close()


geopackage(None, True)
case("a GeoPackage of 2^31 thousand rows, say its counts", "lie.gpkg", [0], "1 added", kept=(1, 1))
geopackage(wkb(rings=0x80000000), False)
case("a GeoPackage with a polygon of 2^31 rings", "lie.gpkg", [0, 1], "The geometry cannot be read", kept=(1, 0))
geopackage(wkb(points=0x7fffffff), False)
case("a GeoPackage with a ring of 2^31 points", "lie.gpkg", [0, 1], "The geometry cannot be read", kept=(1, 0))

os.chdir("/")
shutil.rmtree(work)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
