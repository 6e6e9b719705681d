"""Do Safelane and its peers give the same answer?  A ratio of speeds means nothing when they do not.

For features by id, pages of a box and tiles: who is in the answer, numberMatched, how far corners lie apart, and the
values of attributes that keep their name.  Returns lines to print and a list of what differs and should not.
"""
import gzip, json, urllib.request

import serve_peers as peers

# MapServer 8.0 rounds coordinates to 6 decimals, upwards: 1.1e-6 degrees apart is the same corner there.
SAME = {"PostGIS": 1.01e-7, "MapServer": 1.11e-6, "QGIS Server": 6e-7}


# Both round to the grid of 4,096 units; a sliver that rounds to nothing is drawn one unit wide here (docs/method/tiles.md).
NEAR = 2


def get(base, path, token=None, gz=False):
    h = {"Authorization": "Bearer " + token} if token else {}
    if gz:
        h["Accept-Encoding"] = "gzip"
    with urllib.request.urlopen(urllib.request.Request(base + path, headers=h)) as r:
        body = r.read()
        return gzip.decompress(body) if r.headers.get("Content-Encoding") == "gzip" and not gz else body


def rings(g):
    """Corners of every ring as a set, so that neither winding nor the first corner counts."""
    if g["type"] == "Polygon":
        return [sorted(map(tuple, r)) for r in g["coordinates"]]
    return [sorted(map(tuple, r)) for p in g["coordinates"] for r in p]


def apart(a, b):
    """The largest distance of a corner from the nearest of the other; None when rings or their lengths differ."""
    ra, rb = rings(a), rings(b)
    if len(ra) != len(rb) or any(len(x) != len(y) for x, y in zip(ra, rb)):
        return None
    far = 0
    for x, y in zip(ra, rb):
        for p in x:
            far = max(far, min(max(abs(p[0] - q[0]), abs(p[1] - q[1])) for q in y))
    return far


def ours_by_name(properties):
    flat = dict(properties)
    flat.update(flat.pop("extra", None) or {})
    return flat


# the import gave these a name of the dictionary; lists of the dictionary's own codes are not compared
CALLED = {"area_m2": "area_reported_m2", "survey_date": "date_identified", "province": "admin1_name", "municipality": "admin2_name"}
CODED = ("contamination", "priority", "vegetation", "marking", "landuse", "confidence", "status", "type")


def same_value(a, b):
    if a == b:
        return True
    if isinstance(b, str) and not isinstance(a, str):  # MapServer writes every value as text
        b = {"true": True, "false": False}.get(b, b)
    try:
        return abs(float(a) - float(b)) < 1e-9 * max(1, abs(float(a)))
    except (TypeError, ValueError):
        return str(a)[:19].rstrip("Z") == str(b)[:19].replace(" ", "T").replace("/", "-").rstrip("Z")


# ---- tiles, read by hand: the specification's protobuf, no library ----

def fields(b):
    i, n = 0, len(b)

    def varint():
        nonlocal i
        v = s = 0
        while True:
            c = b[i]
            i += 1
            v |= (c & 127) << s
            if c < 128:
                return v
            s += 7
    while i < n:
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 2:
            k = varint()
            yield key >> 3, b[i:i + k]
            i += k
        else:
            k = 8 if key & 7 == 1 else 4
            yield key >> 3, b[i:i + k]
            i += k


def packed(b):
    out, v, s = [], 0, 0
    for c in b:
        v |= (c & 127) << s
        s += 7
        if c < 128:
            out.append(v)
            v = s = 0
    return out


def box_of(commands):
    """Box of all corners, and their number."""
    x = y = i = 0
    xs, ys = [], []
    while i < len(commands):
        op, n = commands[i] & 7, commands[i] >> 3
        i += 1
        for _ in range(n if op in (1, 2) else 0):
            x += (commands[i] >> 1) ^ -(commands[i] & 1)
            y += (commands[i + 1] >> 1) ^ -(commands[i + 1] & 1)
            i += 2
            xs.append(x)
            ys.append(y)
    return (min(xs), min(ys), max(xs), max(ys)), len(xs)


def tile(b, key):
    """{value of the attribute `key`: (box in units, number of attributes, of corners)} of all features of all layers."""
    out = {}
    for f, layer in fields(b):
        if f != 3:
            continue
        keys, values, features, extent = [], [], [], 4096
        for g, v in fields(layer):
            if g == 3:
                keys.append(v.decode())
            elif g == 4:
                values.append(next((x.decode() if n == 1 else x for n, x in fields(v)), None))
            elif g == 2:
                features.append(dict(fields(v)))
            elif g == 5:
                extent = v
        for ft in features:
            tags = packed(ft.get(2, b""))
            named = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2])}
            box, corners = box_of(packed(ft[4]))
            out[str(named[key])] = (tuple(4096 * c // extent for c in box), len(named), corners)
    return out


def compare(ours, token, q, key_of, n_boxes=12, n_tiles=6):
    """key_of: identifier of Safelane -> number of the peers."""
    lines, wrong = [], []
    ms = "http://127.0.0.1:%d" % peers.PORT
    a = peers.addresses(q)
    oga = lambda name, tail: json.loads(get(ms, "/ms/haz/ogcapi/collections/%s/items%s" % (name, tail)))

    # features by id
    far, unlike, equal, shared = {}, {}, 0, 0
    for i in range(0, len(q["ids"]), max(1, len(q["ids"]) // 40)):
        n = q["ids"][i]
        mine = json.loads(get(ours.base, ours.path["id"][i], token))
        flat = ours_by_name(mine["properties"])
        theirs = {"MapServer": json.loads(get(ms, a["pg", "id"][i])), "QGIS Server": json.loads(get(ms, a["qgis", "id"][i])),
                  "PostGIS": json.loads(peers.psql("select ST_AsGeoJSON(t.*,'geom',7) from hazards t where fid=%d" % n))}
        if key_of[mine["properties"]["id"]] != n:
            wrong.append("feature %d: another one came" % n)
        for who, f in theirs.items():
            d = apart(mine["geometry"], f["geometry"])
            if d is None or d > SAME[who]:
                wrong.append("feature %d: its corners differ from %s by %s" % (n, who, d))
            far[who] = max(far.get(who, 0), d or 0)
        for k, v in theirs["PostGIS"]["properties"].items():
            k = CALLED.get(k, k)
            if k in flat and k not in CODED:
                shared += 1
                equal += same_value(flat[k], v)
                if not same_value(flat[k], v):
                    unlike.setdefault(k, (flat[k], v))
    lines.append("by id: 40 features, corners apart at most " + ", ".join("%.1e degrees from %s" % (d, w) for w, d in far.items())
                 + "; values of attributes that were not coded anew: %d of %d equal" % (equal, shared))
    if equal != shared:
        wrong.append("by id: %d attributes differ: %s" % (shared - equal, unlike))

    # boxes: everybody in them, and the page
    exact = matched = pages = 0
    ms_more = ms_less = 0
    for i in range(0, len(q["bbox"]), max(1, len(q["bbox"]) // n_boxes)):
        box = q["bbox"][i]
        where = "bbox=" + ",".join(map(str, box))
        mine = json.loads(get(ours.base, "/ogc/collections/hazard/items?%s&limit=10000" % where, token))
        ids = {key_of[f["properties"]["id"]] for f in mine["features"]}
        inside = "select fid from hazards where ST_Intersects(geom, ST_MakeEnvelope(%s,4326))" % ",".join(map(repr, box))
        truth = set(map(int, peers.psql(inside).split()))
        exact += 1
        if ids != truth:
            wrong.append("bbox %s: %d features, PostGIS says %d" % (box, len(ids), len(truth)))
        if mine["numberMatched"] != len(truth):
            wrong.append("bbox %s: numberMatched %d, PostGIS counts %d" % (box, mine["numberMatched"], len(truth)))
        matched += len(truth)
        page = json.loads(get(ours.base, ours.path["bbox"][i], token))
        if len(page["features"]) != min(100, len(truth)) or not {key_of[f["properties"]["id"]] for f in page["features"]} <= truth:
            wrong.append("bbox %s: the page has others than the box" % box)
        pages += len(page["features"])
        for name in ("pg", "fgb", "gpkg"):
            t = oga(name, "?f=json&limit=100&" + where)
            ms_more += max(0, t["numberMatched"] - len(truth))
            ms_less += max(0, len(truth) - t["numberMatched"])
            # MapServer 8.0's FlatGeobuf reader loses one feature of most boxes: its page is as long but for that one
            if not 0 <= len(page["features"]) - len(t["features"]) <= (name == "fgb"):
                wrong.append("bbox %s: MapServer (%s) gives %d features, we give %d" % (box, name, len(t["features"]), len(page["features"])))
    lines.append("boxes: %d of them, %d features in all the same as PostGIS's ST_Intersects, numberMatched equal; pages of %d features; MapServer "
                 "counts %d more and %d fewer over its three sources (FlatGeobuf loses one of most boxes)" % (exact, matched, pages, ms_more, ms_less))

    # tiles
    for z in peers.ZOOMS:
        count, less = {"Safelane": 0, "MapServer": 0, "ST_AsMVT": 0}, 0
        attributes, corners = {}, {}
        for i in range(0, len(q["z%d" % z]), max(1, len(q["z%d" % z]) // n_tiles)):
            zz, x, y = q["z%d" % z][i]
            mine = {str(key_of[k]): v for k, v in tile(get(ours.base, ours.path["z%d" % z][i], token), "id").items()}
            pg = tile(bytes.fromhex(peers.psql("select encode(ST_AsMVT(t,'hazards',4096,'g'),'hex') from (%s) t" %
                                               peers.tile_rows("qt.z=%d and qt.i=%d" % (z, i), z))), "fid")
            mp = tile(get(ms, a["pg", "z%d" % z][i]), "fid")
            for who, t in (("Safelane", mine), ("MapServer", mp), ("ST_AsMVT", pg)):
                count[who] += len(t)
                attributes[who] = max([attributes.get(who, 0)] + [n for _, n, _ in t.values()])
                corners[who] = corners.get(who, 0) + sum(c for _, _, c in t.values())
            # what a peer shows, we show; the border of 64 units is cut by each in its own way
            for who, t in (("MapServer", mp), ("ST_AsMVT", pg)):
                for k, (b, _, _) in t.items():
                    if b[2] >= 0 and b[3] >= 0 and b[0] <= 4096 and b[1] <= 4096:
                        if k not in mine:
                            less += 1
                            continue
                        whole = -16 < b[0] and -16 < b[1] and b[2] < 4112 and b[3] < 4112
                        near = NEAR if who == "ST_AsMVT" else 65
                        if whole and max(abs(p - r) for p, r in zip(b, mine[k][0])) > near:
                            wrong.append("tile %d/%d/%d: %s lies elsewhere than in %s: %s, %s" % (zz, x, y, k, who, mine[k][0], b))
        if less:
            wrong.append("tiles at z%d: %d features of peers are not in ours" % (z, less))
        lines.append("tiles z%d: " % z + ", ".join("%s %d features, up to %d attributes, %d corners" % (
            w, count[w], attributes[w], corners[w]) for w in count))
    return lines, wrong
