#!/usr/bin/python3
"""Safelane's server beside MapServer, QGIS Server, PostGIS, tileserver-gl-light and nginx, in one run.

usage: bench/serve.py --data HAZARDS.geojson [--quick] [--only id,bbox,tiles,cached] [--programme FILE.gpkg] [--json FILE]

wrk with one thread and four connections on loopback; peer and Safelane alternate, medians of five runs of 3 seconds, p50
and p99.  Nothing is cached (serve --tile-cache 0), but for the rows that say so.  Everybody holds the same polygons and
attributes (Safelane: `properties=`; a feature by id comes with all 90 that it may have).  Before it measures it compares the answers
(serve_same.py) and stops when they are not of the same work.  About 15 minutes; --quick is 3 runs of 1 second.

The first run makes what the peers answer from under $SAFELANE_BENCH/serve (default /tmp/safelane-bench): PostGIS
(bench/postgis.sh), FlatGeobuf, GeoPackage, settings.  bench/install_peers.sh installs the peers.
A queries.json beside the data ({ids, bbox, z8, z11, z14}) is used when there; else places are drawn at random (seed 1).
Quote ratios from a quiet machine, with the versions printed.
"""
import argparse, json, math, os, random, re, shutil, signal, sqlite3, statistics, subprocess, sys, time

sys.dont_write_bytecode = True  # the tree stays as it is
import serve_peers as peers
import serve_same

here = os.path.dirname(os.path.abspath(__file__))
safelane = os.path.join(os.environ.get("SAFELANE_BUILD", os.path.join(here, "..", "build", "release")), "safelane")

# what is compared with whom, and the ratio of requests a second that is asked for
ROWS = [
    # group, cell, peer, name, ratio
    ("id", "id", "pg", "MapServer, PostGIS with index on fid::text", 10),
    ("id", "id", "qgis", "QGIS Server, PostGIS", 10),
    ("bbox", "bbox", "fgb", "MapServer, FlatGeobuf", 5),
    ("bbox", "bbox", "gpkg", "MapServer, GeoPackage", 5),
    ("bbox", "bbox", "pg", "MapServer, PostGIS", 5),
    ("bbox", "bbox", "pgbench", "PostGIS, pgbench, no HTTP", 2),
    # the same page with the 65 further properties that are null in every feature; nothing is asked of it
    ("bbox", "whole", "pgbench", "PostGIS, pgbench, no HTTP", 0),
    ("tiles", "z14", "fgb", "MapServer, FlatGeobuf", 8),
    ("tiles", "z14", "pg", "MapServer, PostGIS", 8),
    ("tiles", "z14", "pgbench", "ST_AsMVT, pgbench, no HTTP", 0.6),
    ("tiles", "z11", "fgb", "MapServer, FlatGeobuf", 4),
    ("tiles", "z11", "pg", "MapServer, PostGIS", 4),
    ("tiles", "z11", "pgbench", "ST_AsMVT, pgbench, no HTTP", 2),
    ("tiles", "z8", "fgb", "MapServer, FlatGeobuf", 3),
    ("tiles", "z8", "pg", "MapServer, PostGIS", 3),
    ("tiles", "z8", "pgbench", "ST_AsMVT, pgbench, no HTTP", 2),
] + [("cached", "z%d" % z, who, name, ratio) for z in peers.ZOOMS
     for who, name, ratio in (("tileserver", "tileserver-gl-light, tiles made before", 5), ("nginx", "nginx, the same bytes as files", 0.5))]


class Server:
    """safelane serve, on a port of its own."""

    def __init__(self, programme, token, queries, record_of, properties, *options):
        self.token = token
        ready = peers.work + "/ready"
        begun = time.monotonic()
        command = [safelane, "serve", programme, "--listen", "127.0.0.1:0", "--log", peers.work + "/access.log", *options]
        self.p = subprocess.Popen(command, stdout=open(ready, "w"), stderr=subprocess.STDOUT)
        for _ in range(5000):
            text = open(ready).read()
            if "Serving" in text:
                break
            time.sleep(0.001)
        else:
            sys.exit("serve: " + text)
        self.base = re.search(r" at (http://[^/\s]+)/", text).group(1)
        serve_same.get(self.base, "/health")
        self.started_ms = (time.monotonic() - begun) * 1000
        items = "/ogc/collections/hazard/items"
        self.path = {"id": [items + "/" + record_of[i] for i in queries["ids"]],
                     "bbox": [items + "?bbox=%s&limit=100&properties=%s" % (",".join(map(str, b)), properties) for b in queries["bbox"]],
                     "whole": [items + "?bbox=%s&limit=100" % ",".join(map(str, b)) for b in queries["bbox"]]}
        for z in peers.ZOOMS:
            self.path["z%d" % z] = ["/tiles/hazard/%d/%d/%d.mvt?detail=all" % tuple(t) for t in queries["z%d" % z]]

    def ticks(self):
        v = open("/proc/%d/stat" % self.p.pid).read().rsplit(")", 1)[1].split()
        return int(v[11]) + int(v[12])

    def resident_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open("/proc/%d/status" % self.p.pid).read()).group(1)) / 1024

    def stop(self):
        if self.p.poll() is None:
            self.p.terminate()
            self.p.wait()


def wrk(base, paths, seconds, *headers):
    name = peers.work + "/paths"
    open(name, "w").write("\n".join(paths) + "\n")
    command = ["wrk", "-t1", "-c4", "-d%ds" % seconds, "--timeout", "60s", "--latency"]
    for h in headers:
        command += ["-H", h]
    out = peers.sh(command + ["-s", here + "/cycle.lua", base], env=dict(os.environ, PATHS=name)).splitlines()[-1]
    v = [float(x) for x in re.findall(r"[\d.]+", out.replace("p50", "").replace("p99", ""))]
    return dict(rate=v[0], p50=v[1], p99=v[2], bytes=v[3], failed=int(v[4]))


def draw(gpkg, n=1000):
    """Places at random, where there are features."""
    db = sqlite3.connect("file:%s?mode=ro" % gpkg, uri=True)
    total = db.execute("select count(*) from hazards").fetchone()[0]
    chance = random.Random(1)
    pick = lambda: chance.randint(1, total)
    centre = lambda: next(iter(db.execute("select (minx+maxx)/2, (miny+maxy)/2 from rtree_hazards_geom where id=?", (pick(),))), None) or centre()
    q = {"ids": [pick() for _ in range(n)], "bbox": [], "z8": [], "z11": [], "z14": []}
    for _ in range(n):
        x, y = centre()
        q["bbox"].append([round(x - 0.15, 4), round(y - 0.1, 4), round(x + 0.15, 4), round(y + 0.1, 4)])
    for z in peers.ZOOMS:
        seen = set()
        for _ in range(n):
            x, y = centre()
            t = (z, int((x + 180) / 360 * 2 ** z), int((1 - math.asinh(math.tan(math.radians(y))) / math.pi) / 2 * 2 ** z))
            if t not in seen:
                seen.add(t)
                q["z%d" % z].append(list(t))
    return q


def programme_of(data, given):
    path = peers.work + "/programme.gpkg"
    for tail in ("", ".keys", ".people", "-wal", "-shm"):
        os.path.exists(path + tail) and os.remove(path + tail)
    if given:
        for tail in ("", ".keys"):
            os.path.exists(given + tail) and shutil.copy(given + tail, path + tail)
    else:
        peers.sh([safelane, "init", path, "--country", "XXX"])
        command = [safelane, "import", path, data, "--kind", "hazard", "--approve"]
        p = subprocess.run(command + ["--set", "class=SHA", "--set", "effective_date=2020-01-01"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, text=True)
        if p.returncode > 1:
            sys.exit("serve: " + p.stderr)
    subprocess.run([safelane, "user", path, "add", "Bench", "--role", "reader"], input="a long password\n", text=True, check=True,
                   stdout=subprocess.DEVNULL)
    return path, peers.sh([safelane, "user", path, "token", "Bench", "--scope", "read"]).strip()


def dump(server, queries, folder):
    """Safelane's own tiles, gzipped, as files for those who serve tiles made before."""
    shutil.rmtree(folder, ignore_errors=True)
    n = 0
    for z in peers.ZOOMS:
        for t, path in zip(queries["z%d" % z], server.path["z%d" % z]):
            body = serve_same.get(server.base, path, server.token, gz=True)
            if body[:2] != b"\x1f\x8b":
                continue  # too small to be worth it: everybody leaves it out
            os.makedirs("%s/%d/%d" % (folder, t[0], t[1]), exist_ok=True)
            open("%s/%d/%d/%d.pbf" % (folder, *t), "wb").write(body)
            n += 1
    return n


def measure(row, o, server, a):
    group, cell, peer, name, wanted = row
    mine = ["Authorization: Bearer " + server.token] + (["Accept-Encoding: gzip"] if group == "cached" else [])
    ours = lambda s: wrk(server.base, server.path[cell], s, *mine)
    if peer == "pgbench":
        theirs = lambda s: peers.pgbench("bbox" if cell == "whole" else cell, s)
    else:
        port = peers.TILE_PORT if peer == "tileserver" else peers.PORT
        theirs = lambda s: wrk("http://127.0.0.1:%d" % port, a[peer, cell], s, *(["Accept-Encoding: gzip"] if group == "cached" else []))
    if group != "cached":  # what a server keeps ready it has, however busy the machine is
        for path in server.path[cell]:
            serve_same.get(server.base, path, server.token)
    theirs(2), ours(1)
    p, q, cost = [], [], []
    for _ in range(o.runs):
        p.append(theirs(o.seconds))
        before = server.ticks()
        q.append(ours(o.seconds))
        cost.append((server.ticks() - before) * 1e6 / os.sysconf("SC_CLK_TCK") / (q[-1]["rate"] * o.seconds))
    m = lambda runs, k: statistics.median(r[k] for r in runs)
    r = dict(group=group, cell=cell, peer=name, wanted=wanted, runs=o.runs, core_us=statistics.median(cost), load=os.getloadavg()[0],
             failed=sum(x["failed"] for x in p + q), ratio=m(q, "rate") / m(p, "rate"))
    pairs = sorted(y["rate"] / x["rate"] for x, y in zip(p, q))  # neighbours in time: a busy machine disturbs both
    r.update(pair_low=pairs[0], pair_median=statistics.median(pairs), pair_high=pairs[-1])
    for who, runs in (("ours", q), ("theirs", p)):
        for k in ("rate", "p50", "p99", "bytes"):
            r["%s_%s" % (who, k)] = m(runs, k)
        r["%s_range" % who] = [min(x["rate"] for x in runs), max(x["rate"] for x in runs)]
    speed = lambda who: "%8.0f/s p50 %6.2f p99 %7.2f ms" % (r[who + "_rate"], r[who + "_p50"], r[who + "_p99"])
    print("%-6s %-5s %-43s %s | safelane %s, %6.0f us of a core, %7.0f bytes | ratio %6.2f (pairs %.2f..%.2f), asked %4.1f %s%s" % (
        group, cell, name, speed("theirs"), speed("ours"), r["core_us"], r["ours_bytes"], r["ratio"], r["pair_low"],
        r["pair_high"], wanted,
        "" if r["ratio"] >= wanted else "SHORT", ", %d FAILED" % r["failed"] if r["failed"] else ""), flush=True)
    return r


def table(results, versions, commit):
    v = ", ".join("%s %s" % (k, w) for k, w in versions.items())
    print("\n%s, commit %s. %s.\n" % (time.strftime("%d %B %Y").lstrip("0"), commit, v))
    print("| path | Safelane: per s (p50 / p99 ms) | peer | per s (p50 / p99 ms) | ratio | asked |\n|---|---|---|---|---|---|")
    names = {"id": "feature by id, 90 properties", "bbox": "`items?bbox&limit=100`", "whole": "the same with 90 properties each"}
    def version(name):
        known = [(k, w) for k, w in versions.items() if k in name]
        if "ST_AsMVT" in name:
            known.append(("PostGIS", versions["PostGIS"]))
        return name + " (" + ", ".join("%s %s" % (k, w) for k, w in known) + ")"
    for r in results:
        speed = lambda who: "%s (%.2f / %.2f)" % (format(round(r[who + "_rate"]), ","), r[who + "_p50"], r[who + "_p99"])
        tile = "tile at %s, all attributes%s" % (r["cell"], ", from cache, gzip" if r["group"] == "cached" else "")
        print("| %s | %s | %s | %s | %.2f | %s |" % (names.get(r["cell"], tile), speed("ours"), version(r["peer"]), speed("theirs"),
                                                  r["ratio"], r["wanted"] or ""))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", required=True)
    ap.add_argument("--programme", help="made of the data before, by the same import; copied")
    ap.add_argument("--quick", action="store_true")
    ap.add_argument("--only", default="id,bbox,tiles,cached")
    ap.add_argument("--peers", default="", help="only these: pg,fgb,gpkg,qgis,pgbench,tileserver,nginx")
    ap.add_argument("--json")
    o = ap.parse_args()
    o.runs, o.seconds = (3, 1) if o.quick else (5, 3)
    only, who = set(o.only.split(",")), set(filter(None, o.peers.split(",")))
    rows = [r for r in ROWS if r[0] in only and (not who or r[2] in who)]
    peers.wants()
    peers.prepare(os.path.abspath(o.data))
    beside = os.path.join(os.path.dirname(o.data), "queries.json")
    queries = json.load(open(beside)) if os.path.exists(beside) else draw(peers.work + "/h.gpkg")
    peers.pgbench_scripts(queries)
    programme, token = programme_of(o.data, o.programme)
    db = sqlite3.connect("file:%s?mode=ro" % programme, uri=True)
    number = dict(l.split("|") for l in peers.psql("select id, fid from hazards").splitlines()) if "id" in peers.columns()[0] else None
    key_of, record_of = {}, {}
    for i, record in db.execute("select id, record from hazard"):
        key_of[i] = int(number[i] if number else i)
        record_of[key_of[i]] = record
    # The properties that hold something: what the data had, and what the import must give.  The others, of the 90 that a
    # hazard may have, are null in every feature.
    names = [c[1] for c in db.execute("pragma table_info(hazard)") if c[1] not in ("fid", "geom", "record", "recorded_at")]
    some = db.execute("select %s from (select * from hazard limit 5000)" % ",".join('count("%s")' % n for n in names)).fetchone()
    properties = ",".join(n for n, k in zip(names, some) if k)
    print("properties: " + properties)
    db.close()
    versions = peers.versions()
    commit = subprocess.run(["git", "-C", here, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the peers end with us
    a, results, servers = peers.addresses(queries), [], []
    running = peers.Running()
    try:
        starts = []
        for _ in range(o.runs):
            server = Server(programme, token, queries, record_of, properties, "--tile-cache", "0")
            servers.append(server)
            starts.append(server.started_ms)
            if len(starts) < o.runs:
                server.stop()
        print("start to first answer: median %.0f ms (%.0f..%.0f)" % (statistics.median(starts), min(starts), max(starts)))
        # Everybody's files in memory before anything is timed, and what was written on the disk.
        os.sync()
        for f in (programme, peers.work + "/h.fgb", peers.work + "/h.gpkg"):
            with open(f, "rb") as whole:
                while whole.read(1 << 24):
                    pass
        peers.psql("select count(md5(t::text)) from hazards t")
        peers.psql("select count(md5(t::text)) from haz3857 t")
        lines, wrong = serve_same.compare(server, token, queries, key_of)
        print("\n".join(lines))
        if wrong:
            sys.exit("serve: the answers differ:\n" + "\n".join(wrong[:20]))
        print("load %.1f; safelane %s, %.0f MiB resident" % (os.getloadavg()[0], commit, server.resident_mib()))
        for r in rows:
            if r[0] != "cached":
                results.append(measure(r, o, server, a))
        print("safelane: %.0f MiB resident" % server.resident_mib())
        server.stop()
        if any(r[0] == "cached" for r in rows):
            server = Server(programme, token, queries, record_of, properties, "--tile-cache", "256")
            servers.append(server)
            print("%d tiles made before, gzipped" % dump(server, queries, peers.work + "/html/tiles"))
            for z in peers.ZOOMS:  # only those that everybody has
                there = [i for i, t in enumerate(queries["z%d" % z]) if os.path.exists(peers.work + "/html/tiles/%d/%d/%d.pbf" % tuple(t))]
                server.path["z%d" % z] = [server.path["z%d" % z][i] for i in there]
                for peer in ("tileserver", "nginx"):
                    a[peer, "z%d" % z] = [a[peer, "z%d" % z][i] for i in there]
            running.tiles(peers.work + "/html/tiles")
            for r in rows:
                if r[0] == "cached":
                    results.append(measure(r, o, server, a))
            print("safelane with --tile-cache 256: %.0f MiB resident" % server.resident_mib())
    finally:
        running.stop()
        for s in servers:
            s.stop()
    table(results, versions, commit)
    if o.json:
        json.dump(dict(versions=versions, commit=commit, results=results), open(o.json, "w"), indent=1)
    return 1 if any(r["ratio"] < r["wanted"] or r["failed"] for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
