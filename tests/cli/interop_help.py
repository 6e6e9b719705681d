"""The parts of interop_test.sh that compare and look into files; each answers with one line.

An empty answer is a good one where the command compares; anything else says what differs and where.
"""
import csv
import json
import os
import re
import sys
import zipfile

csv.field_size_limit(1 << 30)
WITHDRAWN = {"EXPD", "DUPL", "MERG"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# A nanodegree is a tenth of a millimetre: nobody surveys finer, and text formats may round there.
DEGREE = 1e-9


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as f:
        return list(csv.DictReader(f))


def layer_count(path):
    """Rows that stand in the layer of a kind: withdrawn records are in the log and in exports only."""
    print(sum(1 for r in rows(path) if r.get("status") not in WITHDRAWN))


def line_count(path):
    print(len(rows(path)))


def outline(wkt):
    """Type and coordinates of a WKT text."""
    kind = wkt.split("(")[0].strip()
    return kind, [float(n) for n in NUMBER.findall(wkt[len(kind):])]


def rings(wkt):
    """The rings of a WKT text, each in one direction, for formats that prescribe which (Shapefile)."""
    out = []
    for text in re.findall(r"\(([^()]+)\)", wkt):
        xy = [float(n) for n in NUMBER.findall(text)]
        points = list(zip(xy[::2], xy[1::2]))
        out.append(min(points, points[::-1]) if points[0] == points[-1] else points)
    return out


def same_place(a, b, how):
    outlines = "outlines" in how
    if a == b or ("directions" in how and rings(a) == rings(b)):
        return True
    (kind_a, xy_a), (kind_b, xy_b) = outline(a), outline(b)
    if outlines and "POLYGON" in kind_a:
        kind_b = kind_b if "LINESTRING" in kind_b else "not an outline"
        kind_a = kind_b
    if kind_a.replace("MULTI", "") != kind_b.replace("MULTI", "") or len(xy_a) != len(xy_b):
        return False
    return all(abs(p - q) <= DEGREE for p, q in zip(xy_a, xy_b))


def same_text(a, b):
    """Equal, or the same number written otherwise (5 and 5.0); "08" and "8" are two codes."""
    if a == b:
        return True
    if any(re.match(r"-?0\d|\+", t) for t in (a, b)):
        return False
    try:
        return float(a) == float(b)
    except ValueError:
        return False


def content(want, have, *how):
    """Two CSV exports hold the same records, cell by cell.  outlines: polygons come back as their edge;
    directions: rings may come back the other way round; guessed: GDAL's reader takes a column of digits for
    numbers, whatever was written, so that "08" comes back as "8" and "341.40 10.48; ..." as "341.4"."""
    old = {r["id"]: r for r in rows(want)}
    new = {r["id"]: r for r in rows(have)}
    if len(rows(want)) != len(rows(have)) or old.keys() != new.keys():
        print(f"{len(rows(want))} records became {len(rows(have))}")
        return
    wrong = []
    for key, r in old.items():
        s = new[key]
        for column in sorted(set(r) | set(s)):
            a, b = r.get(column) or "", s.get(column) or ""
            if column == "geometry" and a and b:
                good = same_place(a, b, how)
            else:
                good = same_text(a, b) or ("guessed" in how and b != "" and not a.strip("0123456789.,; ")
                                           and a.lstrip("0").startswith(b))
            if not good:
                wrong.append(f"{key} {column}: {a[:60]!r} became {b[:60]!r}")
    if wrong:
        print(f"{len(wrong)} cells differ, first: {wrong[0]}")


def account(want, have):
    """Stock, flow and the lines beside them are equal, to the square millimetre's last digit."""
    with open(want, encoding="utf-8") as f:
        a = json.load(f)["total"]
    with open(have, encoding="utf-8") as f:
        b = json.load(f)["total"]
    wrong = []
    for key in a:
        if key == "cells":
            continue
        if a[key] != b.get(key):
            wrong.append(f"{key}: {a[key]} became {b.get(key)}")
    if not a["stock"]["SHA"]["m2"] > 0 or not a["stock"]["CHA"]["m2"] > 0:
        wrong.append("the account to compare with is empty")
    print("; ".join(wrong))


def counts(want, have):
    """What remains of an account where a format knows no areas: each record, none with a boundary."""
    with open(want, encoding="utf-8") as f:
        a = json.load(f)["total"]
    with open(have, encoding="utf-8") as f:
        b = json.load(f)["total"]
    had = a["stock"]["SHA"]["count"] + a["stock"]["CHA"]["count"] + a["without_boundary"]["count"]
    if b["without_boundary"]["count"] != had or b["naive_m2"] != 0:
        print(f"{had} records in the account became {b['without_boundary']['count']} without boundary")


def names(folder, output):
    """Family names of victims that stand nowhere else in the inputs, so that to find one is a leak."""
    victims = rows(os.path.join(folder, "victim.csv"))
    rest = []
    for name in sorted(os.listdir(folder)):
        if name != "victim.csv":
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                rest.append(f.read())
    for r in victims:
        rest += [v or "" for k, v in r.items() if k != "family_name"]
    rest = "\n".join(rest)
    chosen = {r["family_name"] for r in victims}
    chosen = {n for n in chosen if len(n) >= 5 and n not in rest}
    with open(output, "w", encoding="utf-8") as f:
        f.writelines(n + "\n" for n in sorted(chosen))
    print(len(chosen))


def unpacked(path, folder):
    """A sheet is a compressed archive: its parts are laid open for grep."""
    with zipfile.ZipFile(path) as z:
        for i, part in enumerate(z.namelist()):
            with open(os.path.join(folder, f"{os.path.basename(path)}.{i}.part"), "wb") as f:
                f.write(z.read(part))


def revisions(path, field, value=None):
    """The last revision is submitted, comes from outside and changes this one field (to this value)."""
    with open(path, encoding="utf-8") as f:
        last = json.load(f)["revisions"][-1]
    changed = [(c["field"], c["to"]) for c in last["changes"]]
    if last["state"] != "submitted":
        print(f"the last revision is {last['state']}")
    elif "outside" not in last["author"]:
        print(f"its author is {last['author']}")
    elif field == "geometry" and (not last["geometry_changed"] or changed):
        print(f"it changes {changed}, geometry: {last['geometry_changed']}")
    elif field != "geometry" and (changed != [(field, value)] or last["geometry_changed"]):
        print(f"it changes {changed}, geometry: {last['geometry_changed']}")


if __name__ == "__main__":
    {f.__name__: f for f in (layer_count, line_count, content, account, counts, names, unpacked,
                             revisions)}[sys.argv[1]](*sys.argv[2:])
