"""See candidates_test.sh.  Two kinds of truth: hazards that the simulator says two operators recorded, and re-surveys made
here: outlines moved and stretched, under identifiers of their own, up to five years later."""
import csv
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
chance = random.Random(3)
passed = failed = 0


def check(good, name):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("ok  " if good else "FAIL", name)


def run(*args, given=None):
    done = subprocess.run([BINARY, *args], input=given, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{args}: {done.stderr}")
    return done.stdout


def again(x, n):
    """The same hazard, surveyed anew."""
    ring = x["geometry"]["coordinates"][0]
    cx, cy = (sum(p[i] for p in ring) / len(ring) for i in (0, 1))
    dx, dy, scale = chance.gauss(0, 15) / 105000, chance.gauss(0, 15) / 111000, chance.uniform(0.8, 1.2)
    ring = [[round(cx + dx + (p[0] - cx) * scale, 7), round(cy + dy + (p[1] - cy) * scale, 7)] for p in ring]
    ring[-1] = ring[0]
    year = min(2026, int(x["properties"]["effective_date"][:4]) + chance.randrange(6))
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"id": f"RS/{n}", "class": "SHA", "effective_date": f"{year}-01-15", "contamination": "APM"}}


with tempfile.TemporaryDirectory() as work:
    programme, files = os.path.join(work, "p.gpkg"), os.path.join(work, "files")
    run("debug", "simulate", programme, "--hazards", "2000", "--seed", "7", "--faults", "0.1", "--files", files)
    with open(os.path.join(files, "truth.csv")) as f:
        doubles = [row["record"].split("|") for row in csv.DictReader(f) if row["fault"] == "duplicate hazard"]
    with open(os.path.join(files, "hazard.geojson")) as f:
        fit = [x for x in json.load(f)["features"] if x["geometry"] and x["geometry"]["type"] == "Polygon"
               and len(x["geometry"]["coordinates"]) == 1 and x["properties"].get("effective_date", "3") < "2026"
               and x["properties"].get("status") not in ("MERG", "DUPL", "EXPD")]
    chosen = chance.sample(fit, 300)
    truth = {f"RS/{n}": x["properties"]["id"] for n, x in enumerate(chosen)}
    surveys = os.path.join(work, "again.geojson")
    with open(surveys, "w") as f:
        json.dump({"type": "FeatureCollection", "features": [again(x, n) for n, x in enumerate(chosen)]}, f)
    run("import", programme, surveys, "--kind", "hazard", "--crs", "EPSG:4326")
    run("user", programme, "add", "Anna", "--role", "reviewer", given="a long enough password\n")
    token = re.search(r"slt_\S+", run("user", programme, "token", "Anna", "--scope", "read")).group(0)
    server = subprocess.Popen([BINARY, "serve", programme, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(re.search(r":(\d+)/?\s*$", server.stdout.readline()).group(1))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

        def get(path):
            connection.request("GET", path, headers={"Authorization": "Bearer " + token})
            answer = connection.getresponse()
            text = answer.read()
            return json.loads(text) if answer.status == 200 else None

        def offered(record):
            begun = time.monotonic()
            ids = [c["id"] for c in get("/api/review/" + record)["candidates"]]
            return ids, time.monotonic() - begun

        five = first = 0
        took = []
        for row in get("/api/review?limit=500")["records"]:
            ids, t = offered(row["record"])
            took.append(t)
            five += truth[row["id"]] in ids
            first += ids[:1] == [truth[row["id"]]]
        took.sort()
        n = len(took)
        print(f"{five} of {n} re-surveys have the hazard among the five, {first} as the first; "
              f"median {1000 * took[n // 2]:.1f} ms, slowest {1000 * took[-1]:.1f} ms")
        check(n == 300 and five >= 0.98 * n, "re-surveys find their hazard")
        check(first >= 0.95 * n, "mostly as the first")
        check(took[n // 2] < 0.05, "an item is there in 50 ms")
        found = there = 0
        for a, b in doubles:
            known = {x: get("/api/records/hazard/" + x) for x in (a, b)}
            if not known[a] or not known[b]:
                continue
            there += 1
            found += a in offered(known[b]["record"])[0]
        print(f"{found} of {there} hazards that two operators recorded have the other among the five")
        check(there >= 3 and found == there, "duplicates of the truth file find each other")
    finally:
        server.terminate()
        server.wait()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
