#!/usr/bin/python3
"""Headline paths beside their peers, in one run: peer and Safelane alternating, median of five.

usage: bench/run.py [--runs N] [--data HAZARDS.geojson] [--only NAME,...]

Without --data the simulator makes a programme of 200,000 hazards.  Peers: ogr2ogr and PostGIS (bench/postgis.sh),
GeographicLib's Planimeter; install them with `tools/install.sh bench`.  Prints one line for each path: both medians,
their ranges, the ratio, the peer's version.  Quote ratios, not seconds; run on a quiet machine.
"""
import argparse, json, os, re, shutil, statistics, subprocess, sys, time

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
home = os.environ.get("SAFELANE_BENCH", "/tmp/safelane-bench")
build = os.environ.get("SAFELANE_BUILD", os.path.join(here, "build", "release"))
safelane = os.path.join(build, "safelane")
psql = ["psql", "-h", home + "/socket", "-p", "5546", "-U", "postgres", "-d", "bench", "-qtA", "-c"]


def run(command, keep=False):
    """Wall seconds, peak KiB of the largest process, output."""
    started = time.monotonic()
    p = subprocess.Popen(command, stdout=subprocess.PIPE if keep else subprocess.DEVNULL, stderr=subprocess.PIPE,
                         shell=isinstance(command, str), text=True)
    out, err = p.communicate()
    took = time.monotonic() - started
    if p.returncode not in (0, 1):
        sys.exit("%s\n%s" % (command, err))
    return took, out


def peak_kib(command):
    p = subprocess.run(["/usr/bin/time", "-f", "%M"] + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(p.stderr.strip().splitlines()[-1])


def alternate(name, peer, ours, runs, before=lambda: None, version="", what=""):
    a, b = [], []
    for _ in range(runs):
        if peer:
            before()
            a.append(peer())
        before()
        b.append(ours())
    mb = statistics.median(b)
    line = "%-34s safelane %8.3f s (%.3f..%.3f)" % (name, mb, min(b), max(b))
    if a:
        ma = statistics.median(a)
        line += "   %s %8.3f s (%.3f..%.3f)   ratio %.2f" % (version, ma, min(a), max(a), ma / mb)
    print(line + ("   " + what if what else ""), flush=True)
    return mb


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--data")
    ap.add_argument("--hazards", type=int, default=200000)
    ap.add_argument("--only", default="")
    o = ap.parse_args()
    only = set(filter(None, o.only.split(",")))
    want = lambda n: not only or n in only
    os.makedirs(home, exist_ok=True)
    data = o.data
    if not data:
        folder = home + "/simulated"
        data = folder + "-files/hazard.geojson"
        if not os.path.exists(data):
            run([safelane, "debug", "simulate", folder + ".gpkg", "--hazards", str(o.hazards), "--seed", "1",
                 "--faults", "0", "--files", folder + "-files"])
    gdal = "ogr2ogr " + re.search(r"GDAL (\S+),", subprocess.run(["ogr2ogr", "--version"], capture_output=True, text=True).stdout)[1]
    programme = home + "/bench.gpkg"
    gpkg = home + "/peer.gpkg"

    def clear(*paths):
        for p in paths:
            for tail in ("", ".keys", "-wal", "-shm"):
                if os.path.exists(p + tail):
                    os.remove(p + tail)

    # as another person would import it: class and date for files that lack them
    common = [] if not o.data else ["--set", "class=SHA", "--set", "effective_date=2020-01-01"]

    def make():
        clear(programme)
        run([safelane, "init", programme, "--country", "ZZZ"])
        t, _ = run([safelane, "import", programme, data, "--kind", "hazard", "--approve"] + common)
        return t

    def peer_import():
        clear(gpkg)
        t, _ = run(["ogr2ogr", "--config", "OGR_SQLITE_SYNCHRONOUS", "OFF", "-gt", "200000", "-f", "GPKG", gpkg, data,
                    "-nln", "hazards", "-lco", "FID=fid", "-lco", "SPATIAL_INDEX=YES"])
        return t

    size = sum(1 for _ in open(data, encoding="utf-8"))
    print("%s: about %d lines; load %s" % (data, size, os.getloadavg()[0]))
    if want("import"):
        alternate("import GeoJSON", peer_import, make, o.runs, version=gdal + " sync off",
                  what="log, hashes, layer, R*Tree, checks")
        clear(programme)
        run([safelane, "init", programme, "--country", "ZZZ"])
        print("    peak memory of the import %d MiB" % (peak_kib(
            [safelane, "import", programme, data, "--kind", "hazard", "--approve"] + common) // 1024))
    if not os.path.exists(programme):
        make()
    if not os.path.exists(gpkg):
        peer_import()
    pg = shutil.which("psql") and subprocess.run(psql + ["select postgis_lib_version()"], capture_output=True, text=True)
    pg_ok = pg and pg.returncode == 0 and subprocess.run(
        psql + ["select count(*) from hazards"], capture_output=True, text=True).returncode == 0
    postgis = "PostGIS " + pg.stdout.strip() if pg_ok else ""
    one = "set max_parallel_workers_per_gather=0; "
    query = lambda sql: (lambda: run(psql + [one + sql])[0])

    def ledger():
        t1, _ = run([safelane, "debug", "rebuild", programme, "--ledger"])
        t2, _ = run([safelane, "account", programme, "--by", "admin1", "--as-of", "2025-12-31"])
        return t1 + t2

    if want("ledger") and pg_ok:
        alternate("ledger + account by province", query(
            "select sum(ST_Area(g)) from (select ST_Union(geom) g from (select geom, province, "
            "ST_ClusterDBSCAN(geom,0,1) over (partition by province) c from hazards) t group by province, c) u"),
            ledger, o.runs, version=postgis + " components first")
        alternate("ledger + account by province", query(
            "select sum(ST_Area(g)) from (select province, ST_Union(geom) g from hazards group by 1) t"),
            ledger, min(o.runs, 1 if o.runs < 5 else 3), version=postgis + " ST_Union")
        theirs = float(subprocess.run(psql + [one + "set extra_float_digits=3; select sum(ST_Area(g)) from (select "
            "ST_Union(geom) g from (select geom, ST_ClusterDBSCAN(geom,0,1) over () c from hazards) t group by c) u"],
            capture_output=True, text=True).stdout)
        ours = float(run([build + "/bench_plane_area", programme], keep=True)[1].split()[2])
        print("union in the plane: safelane %.17g   %s %.17g   square degrees, relative difference %.1e" % (
            ours, postgis, theirs, abs(ours - theirs) / theirs))
    if want("area") and pg_ok:
        def areas():
            out = run([build + "/bench_areas", programme], keep=True)[1]
            return statistics.median(float(l.split()[-2]) for l in out.splitlines())
        alternate("geodesic area of every polygon", query("select sum(ST_Area(geom::geography)) from hazards"), areas, o.runs,
                  version=postgis + " geography")
    if want("account"):
        run([safelane, "account", programme])
        alternate("account at another date", None, lambda: run([safelane, "account", programme, "--as-of", "2021-06-30"])[0], o.runs)
        print("    peak memory %d MiB" % (peak_kib([safelane, "account", programme]) // 1024))
    if want("ask"):
        alternate("one ask", None, lambda: run([safelane, "ask", programme, "48.1", "37.8"])[0], o.runs)
    if want("export"):
        ours, theirs = home + "/ours.geojson", home + "/theirs.geojson"
        alternate("export GeoJSON", lambda: run(["ogr2ogr", "-f", "GeoJSON", "-lco", "RFC7946=YES", theirs, gpkg, "hazards"])[0],
                  lambda: run([safelane, "export", programme, ours])[0], o.runs,
                  before=lambda: [os.path.exists(f) and os.remove(f) for f in (ours, theirs)], version=gdal)
    if want("check"):
        alternate("check", None, lambda: run([safelane, "check", programme])[0], min(o.runs, 3))
        print("    peak memory %d MiB" % (peak_kib([safelane, "check", programme]) // 1024))
    if want("add"):
        copy = home + "/add.gpkg"
        clear(copy)
        for tail in ("", ".keys"):
            shutil.copy(programme + tail, copy + tail)
        print("one record added                   " + run([build + "/bench_add_one", copy, "101"], keep=True)[1].strip())
        clear(copy)


main()
