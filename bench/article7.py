#!/usr/bin/python3
"""Article 7 of 200,000 hazards, beside the same tables made by SQL in PostGIS, in one run.

usage: bench/article7.py DATA_FOLDER [--runs N]

DATA_FOLDER has hazards.geojson, cleared.geojson, points.geojson and provinces.geojson (bench/README.md).  Victims,
education and stocks, which it lacks, are made by a seed.  Needs bench/postgis.sh start.  Safelane and PostGIS hold the same
records; they alternate; medians.  Two PostGIS figures: ground counted once (article7.sql) and polygons added up
(article7_naive.sql).  Totals are compared: of ground counted once they have to agree to 1e-6 (to 1e-5 what is left of a difference of large areas), counts exactly, or this fails.
"""
import argparse, csv, datetime, json, os, random, resource, statistics, subprocess, sys, time

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
home = os.environ.get("SAFELANE_BENCH", "/tmp/safelane-bench")
safelane = os.path.join(os.environ.get("SAFELANE_BUILD", os.path.join(here, "build", "release")), "safelane")
FROM, TO, BEFORE = "2025-01-01", "2025-12-31", "2024-12-31"
psql = ["psql", "-h", home + "/socket", "-p", "5546", "-U", "postgres", "-d", "bench", "-qtA", "-v", "ON_ERROR_STOP=1",
        "-v", "from=" + FROM, "-v", "to=" + TO, "-v", "before=" + BEFORE]
CONTAMINATION = {"AP mines": "APM", "AT mines": "AVM", "cluster munitions": "SUB", "other ERW": "UXO", "IED": "IED", "mixed": "OTH"}
KINDS = {"AP mine": "APM", "AT mine": "AVM", "IED": "IED", "fuze": "FUZ", "submunition": "SUB"}


def run(command, keep=False, stdin=None):
    """Wall seconds, processor seconds of the process itself, output."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=stdin)
    took, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if p.returncode not in (0, 1) or (command[0] == "psql" and p.returncode):
        sys.exit("%s\n%s" % (command, p.stderr))
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, p.stdout


def sql(text):
    return run(psql + ["-c", text])[2]


def features(path):
    return json.load(open(path, encoding="utf-8"))["features"]


def write(path, head, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(head)
        w.writerows(rows)


def make_rows(data, folder):
    """The files that both read."""
    chance = random.Random(1)
    points = features(data + "/points.geojson")
    day = lambda: (datetime.date(2024, 1, 1) + datetime.timedelta(chance.randrange(900))).isoformat()
    place = lambda: points[chance.randrange(len(points))]["geometry"]["coordinates"]
    write(folder + "/ordnance.csv", ["id", "effective_date", "destroyed_date", "category", "destroyed_quantity", "lon", "lat"],
          ([p["ref"], p["date"], p["date"], KINDS.get(p["kind"], "UXO"), p["quantity"]] + f["geometry"]["coordinates"]
           for f in points for p in [f["properties"]] if p["status"] == "destroyed"))
    victims = []
    for f in points:
        p = f["properties"]
        for outcome, n in (("K", p["killed"]), ("I", p["injured"])):
            for _ in range(int(n)):
                victims.append(["V%06d" % len(victims), p["date"], p["date"], outcome, chance.choice("FMM"),
                                chance.choice(["", 7, 12, 16, 18, 30, 45]), chance.choice(["CIV", "CIV", "DEM"]),
                                KINDS.get(p["kind"], "UXO").replace("FUZ", "UNK")])
    write(folder + "/victim.csv", ["id", "effective_date", "accident_date", "outcome", "sex", "age", "status", "device"], victims)
    rows = []
    for i in range(10000):
        direct = chance.random() < 0.9
        n = [chance.randrange(30) if direct else "" for _ in range(7)]
        d = day()
        rows.append(["E%06d" % i, d, d, "direct" if direct else "indirect", "directre" if direct else chance.choice(["radio", "tv"]),
                     chance.randrange(1, 4)] + n + [sum(n) if direct else "", "" if direct else chance.randrange(100000)] + place())
    write(folder + "/education.csv", ["id", "effective_date", "start_date", "category", "education_activity", "sessions", "f18", "m18",
                                      "f13_17", "m13_17", "f5_12", "m5_12", "under5", "total", "media_reach", "lon", "lat"], rows)
    rows = []
    for i in range(600):
        a, b = chance.randrange(1000, 5000), chance.randrange(0, 1000)
        rows.append(["S%04d" % i, day(), "ORG-%02d" % chance.randrange(14), chance.choice(["STOCK", "RETAIN", "FOUND"]),
                     "APM", "model %d" % chance.randrange(6), "lot %d" % chance.randrange(9), a, b, b, a - b])
    write(folder + "/stockpile.csv", ["id", "effective_date", "organisation", "stock_kind", "category", "model", "lot_number",
                                      "opening_quantity", "used_quantity", "destroyed_quantity", "closing_quantity"], rows)
    write(folder + "/hazard.map.csv", ["source_field", "kind", "field", "transform", "value_map"],
          [["ref", "hazard", "id", "", ""], ["name", "hazard", "name", "", ""],
           ["type", "hazard", "class", "", ";".join("%s=%s" % (t, "CHA" if t == "minefield" else "SHA") for t in sorted(
               {f["properties"]["type"] for f in features(data + "/hazards.geojson")}))],
           ["contamination", "hazard", "contamination", "", ";".join("%s=%s" % x for x in CONTAMINATION.items())],
           ["survey_date", "hazard", "effective_date", "", ""], ["status", "hazard", "", "", ""], ["province", "hazard", "", "", ""],
           ["municipality", "hazard", "", "", ""], ["area_m2", "hazard", "", "", ""]])
    write(folder + "/release.map.csv", ["source_field", "kind", "field", "transform", "value_map"],
          [["ref", "release", "id", "", ""], ["hazard", "release", "hazard", "", ""], ["cleared_on", "release", "effective_date", "", ""],
           ["province", "release", "", "", ""], ["", "release", "product", "const:CLR", ""]])
    write(folder + "/place.map.csv", ["source_field", "kind", "field", "transform", "value_map"],
          [["code", "place", "code", "", ""], ["code", "place", "name", "", ""], ["", "place", "level", "const:admin1", ""]])


def make_programme(data, folder):
    programme = folder + "/article7.gpkg"
    if os.path.exists(programme):
        return programme
    provinces = features(data + "/provinces.geojson")
    for f in provinces:
        f["properties"] = {"id": f["properties"]["code"], "code": f["properties"]["code"], "name": f["properties"]["code"],
                           "level": "admin1", "effective_date": "2000-01-01"}
    json.dump({"type": "FeatureCollection", "features": provinces}, open(folder + "/place.geojson", "w"))
    run([safelane, "init", programme, "--country", "ZZZ", "--admin", folder + "/place.geojson"])
    for kind, file, extra in (("hazard", data + "/hazards.geojson", ["--map", folder + "/hazard.map.csv"]),
                              ("release", data + "/cleared.geojson", ["--map", folder + "/release.map.csv"]),
                              ("ordnance", folder + "/ordnance.csv", []), ("victim", folder + "/victim.csv", []),
                              ("education", folder + "/education.csv", []), ("stockpile", folder + "/stockpile.csv", [])):
        print("    %s: %s" % (kind, run([safelane, "import", programme, file, "--kind", kind, "--approve"] + extra)[2].strip().splitlines()[-1]))
    return programme


def load(data, folder):
    """The same records in PostGIS, with the indexes that the queries want."""
    if sql("select to_regclass('article7.stockpile')").strip():
        return
    sql("create schema if not exists article7")
    pg = "PG:dbname=bench host=%s/socket port=5546 user=postgres active_schema=article7" % home
    for name, file in (("hazards_in", data + "/hazards.geojson"), ("releases_in", data + "/cleared.geojson"), ("provinces", data + "/provinces.geojson")):
        run(["ogr2ogr", "--config", "PG_USE_COPY", "YES", "-f", "PostgreSQL", pg, file, "-nln", name, "-overwrite",
             "-lco", "GEOMETRY_NAME=geom", "-lco", "FID=fid", "-nlt", "POLYGON"])
    case = " ".join("when '%s' then '%s'" % x for x in CONTAMINATION.items())
    sql("""set search_path = article7, public;
        create table hazards as select fid, ref, province, type = 'minefield' cha, case contamination %s end contamination, survey_date::date date, geom from hazards_in;
        create table releases as select fid, ref, hazard, province, cleared_on::date date, geom from releases_in;
        drop table hazards_in, releases_in;
        create table ordnance_in (id text, e date, date date, category text, n int, lon float8, lat float8);
        create table victims (id text, e date, date date, outcome text, sex text, age int, status text, device text);
        create table education_in (id text, e date, date date, category text, activity text, sessions int, f18 int, m18 int, f13_17 int,
            m13_17 int, f5_12 int, m5_12 int, under5 int, total int, media_reach int, lon float8, lat float8);
        create table stockpile (id text, date date, organisation text, kind text, category text, model text, lot text, opening int, used int, destroyed int, closing int)""" % case)
    for table, file in (("ordnance_in", "ordnance"), ("victims", "victim"), ("education_in", "education"), ("stockpile", "stockpile")):
        run(psql + ["-c", "\\copy article7.%s from '%s/%s.csv' csv header" % (table, folder, file)])
    sql("""set search_path = article7, public;
        create table ordnance as select id, date, category, n, ST_SetSRID(ST_MakePoint(lon, lat), 4326) geom from ordnance_in;
        create table education as select *, ST_SetSRID(ST_MakePoint(lon, lat), 4326) geom from education_in;
        drop table ordnance_in, education_in;
        alter table hazards add primary key (fid); alter table releases add primary key (fid);
        create index on hazards using gist (geom); create index on hazards (date); create index on hazards (ref);
        create index on releases using gist (geom); create index on releases (date); create index on releases (hazard);
        create index on ordnance (date); create index on victims (date); create index on education (date); create index on stockpile (date)""")
    run(psql + ["-c", "vacuum analyze"])


def ours(programme, folder):
    """Totals of the report's CSV of all figures, by table and column."""
    run([safelane, "report", programme, "article7", "--from", FROM, "--to", TO, "-o", folder + "/article7.csv"])
    total, by_province, t1b = {}, {}, {}
    for r in csv.DictReader(open(folder + "/article7.csv", encoding="utf-8")):
        if r["unit"] in ("text", "date"):
            continue
        value = float(r["value"]) if r["state"] in ("known", "at_least") else 0.0
        if r["label"] == "Total":
            total["%s.%s" % (r["table"], r["column"])] = value
        elif r["table"] == "t4":
            by_province.setdefault(r["label"], {})[r["column"]] = value
        elif r["table"] == "t1-contamination" and r["column"] == "total_m2":
            t1b[r["cell"]] = value
    return total, by_province, t1b


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("data")
    ap.add_argument("--runs", type=int, default=5)
    o = ap.parse_args()
    folder = os.environ.get("SAFELANE_ARTICLE7", home + "/article7")
    os.makedirs(folder, exist_ok=True)
    make_rows(o.data, folder)
    programme = make_programme(o.data, folder)
    load(o.data, folder)
    report = [safelane, "report", programme, "article7", "--from", FROM, "--to", TO, "-o"]
    place = ["-c", "set search_path = article7, public"]
    peer = lambda file: run(psql + place + ["-f", os.path.join(here, "bench", file)])
    run(report + [folder + "/article7.html"])  # the ledger is stored
    rows = {"page": [], "paper": [], "rebuilt": [], "once": [], "naive": []}
    cores = []
    for i in range(o.runs):
        t = run(report + [folder + "/article7.html"])
        rows["page"].append(t[0])
        cores.append(t[1])
        rows["paper"].append(run(report + [folder + "/article7.pdf"])[0])
        t = run([safelane, "debug", "rebuild", programme, "--ledger"])[0]
        rows["rebuilt"].append(t + run(report + [folder + "/article7.html"])[0])
        if i < max(1, o.runs // 2 + 1):
            rows["once"].append(peer("article7.sql")[0])
        t = peer("article7_naive.sql")
        rows["naive"].append(t[0])
        naive = json.loads(t[2])
        print("    round %d: %s" % (i + 1, "  ".join("%s %.2f" % (k, v[-1]) for k, v in rows.items())), flush=True)
    once = json.loads(peer("article7.sql")[2])
    m = {k: statistics.median(v) for k, v in rows.items()}
    span = lambda k: "%.2f s (%.2f..%.2f)" % (m[k], min(rows[k]), max(rows[k]))
    version = "PostGIS " + sql("select postgis_lib_version()").strip()
    print("article7, page with map and charts    %s, %.2f s of a core" % (span("page"), statistics.median(cores)))
    print("article7, tagged PDF                  %s" % span("paper"))
    print("article7, ledger made anew, and page  %s" % span("rebuilt"))
    print("%s, ground counted once      %s   ratio %.1f (ledger made anew: %.1f)" % (version, span("once"), m["once"] / m["page"], m["once"] / m["rebuilt"]))
    print("%s, polygons added up        %s   ratio %.1f" % (version, span("naive"), m["naive"] / m["page"]))
    total, by_province, _ = ours(programme, folder)
    wrong = 0
    print("\n%-24s %22s %22s %10s %22s %9s" % ("total", "safelane", "PostGIS, once", "apart", "PostGIS, added up", "over by"))
    for key in (k for k in once if k not in ("t1b", "by_province", "t3")):
        a, b = total.get(key, float("nan")), float(once[key] or 0)
        apart = abs(a - b) / max(abs(b), 1.0)
        bad = not apart <= (1e-5 if key == "t2.again_m2" else 1e-6 if key.endswith("_m2") else 0)
        wrong += bad
        text = "%-24s %22.3f %22.3f %10.1e" % (key, a, b, apart)
        if key in naive:
            text += " %22.3f %8.2f%%" % (naive[key], 100 * (naive[key] - a) / a if a else 0)
        print(text + ("   DIFFERENT" if bad else ""))
    worst, residuals = 0.0, 0
    for code, (opening, added, cleared, closing) in once["by_province"].items():
        p = by_province[code]
        mine = (p["opening_m2"], p["new_m2"] + p["reopened_m2"], p["cleared_m2"], p["closing_m2"])
        worst = max([worst] + [abs(a - b) / max(b, 1e6) for a, b in zip(mine, (opening, added, cleared, closing))])
        residuals += p["residual_m2"] != 0
    print("T4 of %d provinces: at most %.1e apart; every residual of ours is nought: %s" % (len(by_province), worst, "no" if residuals else "yes"))
    return 1 if wrong or residuals or worst > 1e-6 else 0


sys.exit(main())
