"""What a client sees of OGC API - Features, judged without our own code.

    ogc_help.py collections BASE PROGRAMME     counts of every collection beside those of the layers
    ogc_help.py pages BASE COLLECTION LIMIT    every page by its links: none twice, none left out
    ogc_help.py cql2 BASE EXPORTED             conditions beside their meaning in Python, over an export
    ogc_help.py owslib BASE                    what OWSLib makes of it

Prints "count N what" lines of what was compared, and one line for each thing that is wrong; exit status 1 then.
"""
import json
import sqlite3
import sys
import urllib.error
import urllib.parse
import urllib.request

from osgeo import gdal, ogr

gdal.PushErrorHandler("CPLQuietErrorHandler")  # the programme has faulty boundaries on purpose

wrong = 0


def complain(text):
    global wrong
    wrong += 1
    print(text)


def get(url):
    with urllib.request.urlopen(url, timeout=120) as answer:
        return json.load(answer)


def collections(base, programme):
    file = sqlite3.connect(programme)
    told = get(f"{base}/collections")["collections"]
    kinds = [name for (name,) in file.execute("SELECT table_name FROM gpkg_contents WHERE substr(table_name, 1, 3) <> 'sl_'")]
    if sorted(c["id"] for c in told if c["id"] != "land") != sorted(kinds):
        complain(f"collections are {[c['id'] for c in told]}, layers are {kinds}")
    for c in told:
        alone = get(f"{base}/collections/{c['id']}")
        if alone != c:
            complain(f"{c['id']}: the collection differs from what the list says")
        page = get(f"{base}/collections/{c['id']}/items?limit=1")
        if c["id"] == "land":
            if not page["numberMatched"]:
                complain("land: nothing")
            continue
        (n,) = file.execute(f'SELECT count(*) FROM "{c["id"]}"').fetchone()
        if page["numberMatched"] != n:
            complain(f"{c['id']}: numberMatched {page['numberMatched']}, in the layer {n}")
        queryables = get(f"{base}/collections/{c['id']}/queryables")["properties"]
        if page["features"]:
            unknown = set(page["features"][0]["properties"]) - set(queryables)
            if unknown:
                complain(f"{c['id']}: properties that are not queryable: {sorted(unknown)}")
    print("count", len(told), "collections")


def pages(base, collection, limit):
    url = f"{base}/collections/{collection}/items?limit={limit}"
    seen, n = set(), 0
    while url:
        page = get(url)
        n += 1
        ids = [f["id"] for f in page["features"]]
        if len(ids) != page["numberReturned"] or seen & set(ids):
            complain(f"{url}: numberReturned or a feature seen before")
        seen |= set(ids)
        matched = page["numberMatched"]
        url = next((x["href"] for x in page["links"] if x["rel"] == "next"), None)
    if len(seen) != matched:
        complain(f"{collection}: {len(seen)} features on {n} pages, numberMatched {matched}")
    print("count", len(seen), collection, "on", n, "pages")


def meets(kind):
    def test(f, wkt):
        if not f["geometry"]:
            return None
        return getattr(ogr.CreateGeometryFromJson(json.dumps(f["geometry"])), kind)(ogr.CreateGeometryFromWkt(wkt))

    return test


def box(w, s, e, n):
    return f"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"


def middle(features):
    """A box about the place where most lies: an eighth of the way round the median."""
    xs = sorted(f["geometry"]["coordinates"][0][0][0] for f in features if f["geometry"] and f["geometry"]["type"] == "Polygon")
    ys = sorted(f["geometry"]["coordinates"][0][0][1] for f in features if f["geometry"] and f["geometry"]["type"] == "Polygon")
    q = len(xs) // 8
    return tuple(round(v, 5) for v in (xs[3 * q], ys[3 * q], xs[5 * q], ys[5 * q]))


def cql2(base, exported):
    # An export holds withdrawn records too, with their status; layers and collections do not.
    features = [f for f in json.load(open(exported))["features"]
                if f["properties"].get("status") not in ("EXPD", "DUPL", "MERG")]
    w, s, e, n = middle(features)
    b = box(w, s, e, n)

    def v(f, name):
        x = f["properties"].get(name)
        return None if x in ("UNK", "NA") else x

    def both(x, test):
        return x is not None and test(x)

    day = "2018-06-30"
    tests = [
        ("class = 'SHA'", lambda f: v(f, "class") == "SHA"),
        ("class <> 'SHA'", lambda f: both(v(f, "class"), lambda x: x != "SHA")),
        ("NOT class = 'SHA'", lambda f: both(v(f, "class"), lambda x: x != "SHA")),
        ("class IN ('SHA', 'CHA') AND status = 'OPEN'",
         lambda f: v(f, "class") in ("SHA", "CHA") and v(f, "status") == "OPEN"),
        ("area_reported_m2 > 10000", lambda f: both(v(f, "area_reported_m2"), lambda x: x > 10000)),
        ("area_reported_m2 BETWEEN 1000 AND 5000.5",
         lambda f: both(v(f, "area_reported_m2"), lambda x: 1000 <= x <= 5000.5)),
        ("NOT area_reported_m2 BETWEEN 1000 AND 5000.5",
         lambda f: both(v(f, "area_reported_m2"), lambda x: not 1000 <= x <= 5000.5)),
        ("area_reported_m2 IS NULL", lambda f: v(f, "area_reported_m2") is None),
        ("area_reported_m2 IS NOT NULL OR class = 'SHA'",
         lambda f: v(f, "area_reported_m2") is not None or v(f, "class") == "SHA"),
        (f"effective_date < DATE('{day}')", lambda f: both(v(f, "effective_date"), lambda x: x < day)),
        (f"effective_date >= TIMESTAMP('{day}T00:00:00Z')",
         lambda f: both(v(f, "effective_date"), lambda x: x >= day)),
        ("name LIKE 'A%'", lambda f: both(v(f, "name"), lambda x: x.startswith("A"))),
        ("name LIKE '%o_a%'",
         lambda f: both(v(f, "name"), lambda x: any(x[i] == "o" and x[i + 2] == "a" for i in range(len(x) - 2)))),
        ("name NOT LIKE '%a%'", lambda f: both(v(f, "name"), lambda x: "a" not in x)),
        ("CASEI(name) LIKE CASEI('%TO%')", lambda f: both(v(f, "name"), lambda x: "to" in x.casefold())),
        ("organisation = 'OP1' OR (organisation = 'OP2' AND class = 'CHA')",
         lambda f: v(f, "organisation") == "OP1" or (v(f, "organisation") == "OP2" and v(f, "class") == "CHA")),
        ("households * 2 > 5", None),
        ("beneficiary_women > beneficiary_men",
         lambda f: None not in (v(f, "beneficiary_women"), v(f, "beneficiary_men"))
         and v(f, "beneficiary_women") > v(f, "beneficiary_men")),
        (f"S_INTERSECTS(geometry, BBOX({w},{s},{e},{n}))", lambda f: meets("Intersects")(f, b)),
        (f"NOT S_INTERSECTS(geometry, {b})",
         lambda f: f["geometry"] is not None and not meets("Intersects")(f, b)),
        (f"S_DISJOINT(geometry, {b})", lambda f: meets("Disjoint")(f, b)),
        (f"S_WITHIN(geometry, {b}) AND class = 'CHA'", lambda f: meets("Within")(f, b) and v(f, "class") == "CHA"),
        (f"S_CROSSES(LINESTRING({w} {s}, {e} {n}), geometry)",
         lambda f: meets("Crosses")(f, f"LINESTRING({w} {s}, {e} {n})")),
        (f"S_OVERLAPS(geometry, {b})", lambda f: meets("Overlaps")(f, b)),
        ("geometry IS NULL", lambda f: f["geometry"] is None),
    ]
    # OGR judges no boundary that crosses itself: those are left to our own tests.
    sound = {f["properties"]["id"] for f in features
             if not f["geometry"] or ogr.CreateGeometryFromJson(json.dumps(f["geometry"])).IsValid()}
    compared = 0
    for text, test in tests:
        url = f"{base}/collections/hazard/items?limit=10000&filter={urllib.parse.quote(text)}"
        if test is None:
            try:
                get(url)
                complain(f"{text}: taken, though arithmetic is not offered")
            except urllib.error.HTTPError as answer:
                if answer.code != 400:
                    complain(f"{text}: {answer.code}")
            continue
        have = []
        while url:
            page = get(url)
            have += [f["properties"]["id"] for f in page["features"]]
            url = next((x["href"] for x in page["links"] if x["rel"] == "next"), None)
        if len(have) != page["numberMatched"]:
            complain(f"{text}: {len(have)} features, numberMatched {page['numberMatched']}")
        spatial = "S_" in text
        want = sorted(f["properties"]["id"] for f in features if (not spatial or f["properties"]["id"] in sound) and test(f))
        have = sorted(x for x in have if not spatial or x in sound)
        if want != have:
            complain(f"{text}: {len(have)} features, by Python {len(want)}; "
                     f"differ for instance in {sorted(set(want) ^ set(have))[:3]}")
        compared += 0 < len(want) < len(features)
    # datetime and bbox: the same meaning as conditions, but features without a value match.
    for query, test in [
        ("datetime=2018-01-01T00:00:00Z/2018-12-31T23:59:59Z",
         lambda f: v(f, "effective_date") is None or v(f, "effective_date")[:4] == "2018"),
        ("datetime=../2015-05-05T00:00:00Z", lambda f: v(f, "effective_date") is None or v(f, "effective_date") <= "2015-05-05"),
        (f"bbox={w},{s},{e},{n}", lambda f: f["geometry"] is None or meets("Intersects")(f, b)),
    ]:
        page = get(f"{base}/collections/hazard/items?limit=10000&{query}")
        have = {f["properties"]["id"] for f in page["features"]} & sound
        want = {f["properties"]["id"] for f in features if test(f)} & sound
        if page["numberMatched"] <= 10000 and have != want:
            complain(f"{query}: {len(have)} features, by Python {len(want)}")
        compared += 1
    print("count", compared, "conditions that some features meet and some do not")


def owslib(base):
    from owslib.ogcapi.features import Features

    w = Features(base + "/")
    names = sorted(c["id"] for c in w.collections()["collections"])
    if sorted(w.feature_collections()) != names:
        complain(f"feature collections {w.feature_collections()}")
    if not any("ogcapi-features-1" in c for c in w.conformance()["conformsTo"]):
        complain("conformance is not read")
    if w.api()["openapi"][:2] != "3.":
        complain("the description is not read")
    page = w.collection_items("hazard", limit=5)
    if page["numberReturned"] != 5:
        complain("a page of five features is not five")
    if w.collection_item("hazard", page["features"][2]["id"])["id"] != page["features"][2]["id"]:
        complain("a feature by its id is another")
    w.collection_queryables("hazard")
    print("count", len(names), "collections")


{"collections": collections, "pages": pages, "cql2": cql2, "owslib": owslib}[sys.argv[1]](*sys.argv[2:])
sys.exit(1 if wrong else 0)
