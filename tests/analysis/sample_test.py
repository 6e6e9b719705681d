"""Sampling over a programme: see sample_test.sh.  The draw is made again here from its definition in
docs/method/sampling.md, and squares are judged by plane geometry of our own."""
import csv, json, os, re, subprocess, tempfile
from fractions import Fraction
from math import comb, cos, radians

from counted import SAFELANE, check, finish, run

folder = tempfile.TemporaryDirectory()
programme = folder.name + "/p.gpkg"
MASK = 2**64 - 1


def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def draw(units, count, seed):
    taken = set()
    for last in range(units - count, units):
        top = 2**64 // (last + 1) * (last + 1)
        while True:
            seed, r = splitmix(seed)
            if r < top:
                break
        r %= last + 1
        taken.add(last if r in taken else r)
    return sorted(taken)


def sample(*words):
    return json.loads(run("sample", programme, *words, "--format", "json"))


def figure(said, name):
    return next(f["value"] for f in said["figures"] if f["name"] == name)


def rows(said, name):
    t = next(t for t in said["tables"] if t["name"] == name)
    return [dict(zip([c["name"] for c in t["columns"]], row)) for row in t["rows"]]


def refused(what, *words, says):
    p = subprocess.run([SAFELANE, "sample", programme, *words], capture_output=True)
    check(p.returncode in (2, 3) and not p.stdout and p.stderr.decode().count("\n") == 1 and says in p.stderr.decode(), what,
          p.stderr.decode() + p.stdout.decode())


def inside(ring, x, y):
    odd = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            odd = not odd
    return odd


run("init", programme, "--country", "UKR")
ring = [[37.7, 48.1], [37.7016, 48.1001], [37.7013, 48.1011], [37.7007, 48.1005], [37.7, 48.101], [37.7, 48.1]]
hazard = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
     "properties": {"id": "H1", "class": "CHA", "status": "OPEN", "effective_date": "2024-01-01"}},
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [37.8, 48.1]},
     "properties": {"id": "H2", "class": "SHA", "status": "OPEN", "effective_date": "2024-01-01"}}]}
release = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
     "properties": {"id": "R1", "hazard": "H1", "product": "CLR", "effective_date": "2024-05-01"}}]}
for name, value in (("hazard", hazard), ("release", release)):
    with open(folder.name + "/%s.geojson" % name, "w") as f:
        json.dump(value, f)
    run("import", programme, folder.name + "/%s.geojson" % name, "--kind", name, "--approve", "--org", "NMAA", ok=(0, 1))

# The lot of domain reference C.12.
said = sample("--units", "12000")
check(figure(said, "sample_units") == 315 and figure(said, "rejection_number") == 6, "letter M, 315, 6", said["figures"])
check(abs(figure(said, "passes_missed") - 97.375) < 1e-9, "97.375 %", said["figures"])
check(any("passes it with 97.4 %" in a for a in said["answer"]), "in words", said["answer"])
check(any("never shows that land is free" in n for n in said["not_shown"]), "never certifies", said["not_shown"])
for row in rows(said, "power"):
    exact = Fraction(comb(12000 - int(row["missed"]), 315), comb(12000, 315))
    check(abs(row["passes"] - 100 * exact) < 1e-9, "exact with %g missed" % row["missed"], row)
check(rows(said, "clean")[0]["units"] == 11400, "95 % sure of one item needs 95 % of the ground", rows(said, "clean"))
check(figure(sample("--units", "12000", "--missed", "10"), "passes_missed") == [r for r in rows(said, "power") if r["missed"] == 10][0]["passes"], "missed", "")
check(figure(sample("--units", "40"), "sample_units") == 20, "an arrow changes n (D to F at 0.65)", "")
check(figure(sample("--units", "10"), "sample_units") == 10, "all of a small lot", "")
check(abs(figure(sample("--units", "500", "--targets", "59", "--detected", "59"), "detection_bound") - 95.05) < 0.01, "a trial's bound", "")
check(any("tightened" in w for w in sample("--units", "500", "--earlier", "RAR")["warnings"]), "switching", "")

status = run("account", programme, "--as-of", "2024-12-31", "--format", "csv")

# Squares: the same on every machine, by the definition.
said = sample("--lot", "release:R1", "--seed", "20241121")
units = int(figure(said, "lot_units"))
numbers = [int(r["number"]) for r in rows(said, "squares")]
check(numbers == draw(units, int(figure(said, "sample_units")), 20241121), "drawn again from the definition", numbers[:5])
check(sample("--lot", "R1", "--seed", "20241121") == said, "the same again", "")
check([int(r["number"]) for r in rows(sample("--lot", "R1", "--seed", "20241122"), "squares")] != numbers, "another seed", "")
shapes = json.loads(run("sample", programme, "--lot", "release:R1", "--seed", "20241121", "--format", "geojson"))["features"]
check(len(shapes) == len(numbers), "all of them as GeoJSON", len(shapes))
for s in shapes:
    corners = s["geometry"]["coordinates"][0]
    check(all(inside(ring, x, y) for x, y in corners), "inside", s)
    (x0, y0), (x1, y1) = corners[0], corners[2]
    side_x, side_y = (x1 - x0) * 111320 * cos(radians(48.1)), (y1 - y0) * 111320
    check(abs(side_x - 1) < 0.01 and abs(side_y - 1) < 0.01, "of one metre", (side_x, side_y))
area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip([(x * 111320 * cos(radians(48.1005)), y * 111200) for x, y in ring],
                                                           [(x * 111320 * cos(radians(48.1005)), y * 111200) for x, y in ring][1:])) / 2
check(0.93 * area < units < area, "nearly as many as square metres", (units, area))
form = {r["field"]: r["value"] for r in rows(said, "quality")}
check(form["lot_units"] == str(units) and form["sample_seed"] == "20241121" and form["sample_units"] == str(len(numbers)) and
      form["unit_side_m"] == "1" and form["lot"] == "R1", "what goes into the quality form", form)

# The record of the visit holds them, and the squares are drawn again from it.
visit = folder.name + "/visit.csv"
with open(visit, "w") as f:
    f.write("id,effective_date,visit_type,result,release," + ",".join(form) + "\nQ1,2024-06-01,post-clearance,OK,R1," + ",".join(form.values()) + "\n")
run("import", programme, visit, "--kind", "quality", "--approve", "--org", "NMAA", ok=(0, 1))
run("export", programme, folder.name + "/q.csv", "--kind", "quality")
with open(folder.name + "/q.csv", newline="") as f:
    kept = next(csv.DictReader(f))
check(draw(int(kept["lot_units"]), int(kept["sample_units"]), int(kept["sample_seed"])) == numbers and float(kept["unit_side_m"]) == 1,
      "drawn again from the record", kept)

# For receivers and on the field map.
run("sample", programme, "--lot", "R1", "--seed", "20241121", "-o", folder.name + "/s.gpx")
points = re.findall(r'<wpt lat="([\d.]+)" lon="([\d.]+)"><name>(\d+)</name>', open(folder.name + "/s.gpx").read())
check(len(points) == len(numbers) and all(inside(ring, float(x), float(y)) for y, x, _ in points), "points for a receiver", points[:3])
first = rows(said, "squares")[0]
check(abs(float(points[0][0]) - first["latitude"]) < 1e-8 and abs(float(points[0][1]) - first["longitude"]) < 1e-8, "their middles", points[0])
run("report", programme, "fieldmap", "--record", "release:R1", "--sample", "20", "--seed", "5", "-o", folder.name + "/f.html")
page = open(folder.name + "/f.html").read()
check("drawn from the number 5" in page and "S20" in page and "S21" not in page, "squares on the field map")
gpx = re.findall(r'<wpt lat="([\d.]+)" lon="([\d.]+)"><name>S(\d+)</name>', open(folder.name + "/f.gpx").read())
wanted = rows(sample("--lot", "R1", "--sample", "20", "--seed", "5"), "squares")
check([(round(float(y), 8), round(float(x), 8)) for y, x, _ in gpx] == [(round(r["latitude"], 8), round(r["longitude"], 8)) for r in wanted],
      "the field map has the squares of the plan", (gpx[:2], wanted[:2]))
for end in ("html", "pdf", "xlsx", "csv"):
    run("sample", programme, "--lot", "R1", "--seed", "9", "--sample", "12", "-o", folder.name + "/r." + end)
outline = folder.name + "/o.geojson"
with open(outline, "w") as f:
    json.dump({"type": "Polygon", "coordinates": [ring]}, f)
check([int(r["number"]) for r in rows(sample("--outline", outline, "--seed", "20241121"), "squares")] == numbers, "the same from a file", "")
check(run("account", programme, "--as-of", "2024-12-31", "--format", "csv") == status, "the account of land is as before")
refused("no ground", says="no ground is given")
refused("two grounds", "--units", "5", "--lot", "R1", says="more than once")
refused("a point", "--lot", "H2", says="no polygon")
refused("no such record", "--lot", "H77", says="H77")
refused("no units", "--units", "0", says="not between")
refused("one unit", "--units", "1", says="begins at 2")
refused("negative", "--units", "-3", says="not between")
refused("not whole", "--units", "2.5", says="whole number")
refused("no number", "--units", "nan", says="no number")
refused("level", "--units", "50", "--level", "S-1", says="none of I|II|III")
refused("limit", "--units", "50", "--limit", "0.1", says="none of 0.65")
refused("confidence", "--units", "50", "--confidence", "1", says="between 0 and 1")
refused("more than the lot", "--units", "50", "--sample", "51", says="of a lot of 50")
refused("more missed than units", "--units", "50", "--missed", "51", says="50 units")
refused("squares without ground", "--units", "50", "--seed", "5", says="lot or outline")
refused("a unit that does not fit", "--lot", "R1", "--unit-side", "500", says="fits")
refused("a unit of nothing", "--lot", "R1", "--unit-side", "0", says="not between")
refused("a seed of nothing", "--lot", "R1", "--seed", "0", says="not between")
refused("half a trial", "--units", "50", "--targets", "5", says="both")
refused("more detected than laid", "--units", "50", "--targets", "5", "--detected", "6", says="targets")
refused("decisions", "--units", "50", "--earlier", "AXA", says="neither A")
refused("no such file", "--outline", folder.name + "/none.geojson", says="none.geojson")
with open(folder.name + "/bad.geojson", "w") as f:
    f.write('{"type":"Polygon","coordinates":[[[37,"x"]]]}')
refused("a file of something else", "--outline", folder.name + "/bad.geojson", says="bad.geojson")
with open(folder.name + "/nocrs.csv", "w") as f:
    f.write('wkt\n"POLYGON((500000 5000000,500100 5000000,500100 5000100,500000 5000000))"\n')
refused("no coordinate system", "--outline", folder.name + "/nocrs.csv", says="coordinate system")
p = subprocess.run([SAFELANE, "report", programme, "fieldmap", "--record", "H1", "--sample", "5", "-o", folder.name + "/x.pdf"], capture_output=True)
check(p.returncode == 2 and b"--seed" in p.stderr and not os.path.exists(folder.name + "/x.pdf"), "a field map without a seed", p.stderr)
finish()
