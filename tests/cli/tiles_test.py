"""Map tiles over HTTP: see tiles_test.sh.  The reader of tiles here is written from the specification alone
(Mapbox Vector Tile 2.1, chapter 4), apart from what writes them."""
import gzip
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

BINARY = os.path.abspath(sys.argv[1])
passed = failed = 0


def check(what, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print("ok  ", what)
    else:
        failed += 1
        print("FAIL", what, str(detail)[:500])
    sys.stdout.flush()


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            n, at = varint(data, at)
            value, at = data[at:at + n], at + n
            if len(value) != n:
                raise ValueError("cut off")
        elif key & 7 == 1:
            value, at = data[at:at + 8], at + 8
        elif key & 7 == 5:
            value, at = data[at:at + 4], at + 4
        else:
            raise ValueError("wire type")
        yield key >> 3, value


def packed(data):
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append(value)
    return out


def read_value(data):
    (number, value), = fields(data)
    return value.decode("utf-8") if number == 1 else value


def shape(commands):
    """Points of a geometry; fails on what is not a command."""
    at, x, y, points = 0, 0, 0, []
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        if command not in (1, 2):
            raise ValueError("command")
        for _ in range(count):
            dx, dy = commands[at], commands[at + 1]
            x += (dx >> 1) ^ -(dx & 1)
            y += (dy >> 1) ^ -(dy & 1)
            at += 2
            points.append((x, y))
    return points


def layers(tile):
    out = {}
    for number, layer in fields(tile):
        name, keys, values, raw, extent = None, [], [], [], None
        for n, value in fields(layer):
            if n == 1:
                name = value.decode()
            elif n == 2:
                raw.append(value)
            elif n == 3:
                keys.append(value.decode())
            elif n == 4:
                values.append(read_value(value))
            elif n == 5:
                extent = value
        features = []
        for feature in raw:
            f = {"tags": {}, "id": None}
            for n, value in fields(feature):
                if n == 1:
                    f["id"] = value
                elif n == 2:
                    tags = packed(value)
                    f["tags"] = {keys[tags[i]]: values[tags[i + 1]] for i in range(0, len(tags), 2)}
                elif n == 4:
                    f["points"] = shape(packed(value))
            features.append(f)
        out[name] = {"features": features, "extent": extent}
    return out


class Server:
    def __init__(self, programme, *options):
        subprocess.run([BINARY, "user", programme, "add", "Reader", "--role", "reader"], input="a long password\n", text=True,
                       capture_output=True)  # the second server finds the account there
        self.token = subprocess.run([BINARY, "user", programme, "token", "Reader", "--scope", "read"], text=True, check=True,
                                    capture_output=True).stdout.strip()
        self.process = subprocess.Popen([BINARY, "serve", programme, "--listen", "127.0.0.1:0", "--log",
                                         programme + ".log", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.address = re.search(r"https?://\S+[^/\s]", self.process.stdout.readline()).group(0)

    def get(self, path, **headers):
        request = urllib.request.Request(path if path.startswith("http") else self.address + path,
                                         headers={"Authorization": "Bearer " + self.token,
                                                  **{k.replace("_", "-"): v for k, v in headers.items()}})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers, problem.read()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30), self.process.stderr.read()


def tile_of(lon, lat, z):
    n = 1 << z
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def tiles_of(server, described, z):
    """Every tile of the description's bounds at zoom z that holds something, decoded."""
    west, south, east, north = described["bounds"]
    x0, y0 = tile_of(west, north, z)
    x1, y1 = tile_of(east, south, z)
    for x in range(x0 - 1, x1 + 2):
        for y in range(y0 - 1, y1 + 2):
            url = described["tiles"][0].replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
            status, _, body = server.get(url)
            if status == 200:
                yield layers(body)
            elif status != 204 or body:
                check("a tile or nothing", False, (url, status))


def main():
    with tempfile.TemporaryDirectory(prefix="safelane-tiles-") as folder:
        programme = os.path.join(folder, "p.gpkg")
        subprocess.run([BINARY, "debug", "simulate", programme, "--hazards", "300", "--seed", "4"], check=True,
                       capture_output=True)
        server = Server(programme)
        status, headers, body = server.get("/tiles/hazard.json")
        described = json.loads(body)
        check("TileJSON", status == 200 and described["tilejson"] == "3.0.0" and
              described["vector_layers"][0]["id"] == "hazard", body)
        check("absolute addresses", described["tiles"][0].startswith(server.address + "/tiles/hazard/{z}/"), described["tiles"])
        _, _, body = server.get("/tiles/hazard.json", X_Forwarded_Host="elsewhere.example", X_Forwarded_Proto="https")
        check("forwarded names count behind a proxy only", b"elsewhere" not in body, body)

        total = sum(k["records"] for k in json.loads(server.get("/api/programme")[2])["kinds"] if k["kind"] == "hazard")
        shown = set()
        for tile in tiles_of(server, described, 9):
            for f in tile["hazard"]["features"]:
                if "count" not in f["tags"]:
                    shown.add(f["id"])
        at14 = set()
        page = json.loads(server.get("/api/records/hazard?limit=1000")[2])["records"]
        placed = 0
        for row in page:
            record = json.loads(server.get(f"/api/records/hazard/{row['record']}")[2])
            if not record["geometry"]:
                continue
            placed += 1
            c = record["geometry"]["coordinates"]
            while isinstance(c[0], list):
                c = c[0]
            x, y = tile_of(c[0], c[1], 14)
            status, headers, body = server.get(f"/tiles/hazard/14/{x}/{y}.mvt")
            if status == 200:
                found = [f for f in layers(body)["hazard"]["features"] if f["id"] == row["number"]]
                if found and found[0]["tags"].get("record") == row["record"] and found[0]["tags"].get("id") == row["id"]:
                    at14.add(row["number"])
        check("every record with a place stands in its tile of zoom 14", placed > 100 and len(at14) == placed,
              (len(at14), placed, total))
        check("far out they are there or counted", shown <= {r["number"] for r in page} and len(shown) > 0)
        check("media type", headers["Content-Type"] == "application/vnd.mapbox-vector-tile", headers)

        # Conditional and compressed.
        x, y = tile_of(*[(described["bounds"][i] + described["bounds"][i + 2]) / 2 for i in (0, 1)], 5)
        path = f"/tiles/hazard/5/{x}/{y}.mvt"
        status, headers, plain = server.get(path)
        etag = headers["ETag"]
        status, headers, zipped = server.get(path, Accept_Encoding="gzip")
        again = server.get(path, Accept_Encoding="gzip")
        check("gzipped where it is taken", headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped) == plain and
              len(zipped) < len(plain) and again[2] == zipped, headers)
        check("304 for who has it", server.get(path, If_None_Match=etag)[0] == 304 and
              server.get(path, If_None_Match=headers["ETag"])[0] == 304)
        check("the old ending is taken", server.get(path.replace(".mvt", ".pbf"))[2] == plain)
        status, headers, body = server.get("/tiles/hazard/5/0/0.mvt")
        check("204 where nothing is", status == 204 and not body, status)

        # Everything of every record: merged far out, whole when asked for.
        x8, y8 = tile_of(*[(described["bounds"][i] + described["bounds"][i + 2]) / 2 for i in (0, 1)], 8)
        path8 = f"/tiles/hazard/8/{x8}/{y8}.mvt"
        usual = layers(server.get(path8)[2])["hazard"]["features"]
        whole = layers(server.get(path8 + "?detail=all")[2])["hazard"]["features"]
        check("detail=all has every record with its fields", len(whole) > len(usual) - 1 and not any("count" in f["tags"] for f in whole) and
              all("record" in f["tags"] and "effective_date" in f["tags"] for f in whole) and
              len(whole) == sum(f["tags"].get("count", 1) for f in usual), (len(usual), len(whole)))
        check("and the usual tile stays as it is", layers(server.get(path8)[2])["hazard"]["features"] == usual)
        check("detail=all is refused far out", server.get("/tiles/hazard/7/0/0.mvt?detail=all")[0] == 400)
        check("detail is all or nothing", server.get(path8 + "?detail=most")[0] == 400)

        # The land at dates.
        states = {}
        for day in ("1950-01-01", "2020-06-30", "2025-06-30"):
            land = json.loads(server.get(f"/tiles/land.json?as-of={day}")[2])
            check("the date is in the address", land["tiles"][0].endswith(f"?as-of={day}"), land["tiles"])
            states[day] = {f["tags"]["state"] for t in tiles_of(server, land, 8) for f in t["land"]["features"]}
        check("no land before the first record", not states["1950-01-01"], states)
        check("land has states", states["2025-06-30"] and states["2020-06-30"] and
              all(isinstance(s, str) and s for s in states["2025-06-30"]), states)

        # What is not there.
        for bad, want in (("/tiles/nothing.json", 404), ("/tiles/hazard.xml", 404), ("/tiles/hazard/15/0/0.mvt", 404),
                          ("/tiles/hazard/3/8/0.mvt", 404), ("/tiles/hazard/-1/0/0.mvt", 404), ("/tiles/hazard/3/1/1", 404),
                          ("/tiles/victim/3/1/1.mvt", 404), ("/tiles/land/3/1/1.mvt?as-of=yesterday", 400),
                          ("/tiles/hazard/3/1/1.mvt?as-of=2020-01-01", 400), ("/tiles/land/3/1/99999999999999999999.mvt", 404)):
            status = server.get(bad)[0]
            check(f"{want}: {bad}", status == want, status)

        # An approved record changes its tile and no other.
        elsewhere = None
        for tx in range(32):
            for ty in range(32):
                if (tx, ty) != (x, y) and server.get(f"/tiles/hazard/5/{tx}/{ty}.mvt")[0] == 200:
                    elsewhere = f"/tiles/hazard/5/{tx}/{ty}.mvt"
        other = server.get(elsewhere)[1]["ETag"] if elsewhere else None
        record = os.path.join(folder, "more.csv")
        lon, lat = [(described["bounds"][i] + described["bounds"][i + 2]) / 2 for i in (0, 1)]
        with open(record, "w") as f:
            f.write(f"id,class,effective_date,lat,lon\nNEW-1,SHA,2024-01-01,{lat},{lon}\n")
        done = subprocess.run([BINARY, "import", programme, record, "--kind", "hazard", "--approve", "--crs", "EPSG:4326"],
                              capture_output=True, text=True)
        tx, ty = tile_of(lon, lat, 14)
        status, _, body = server.get(f"/tiles/hazard/14/{tx}/{ty}.mvt")
        check("a new record is in its tile at once", done.returncode == 0 and status == 200 and
              "NEW-1" in [f["tags"].get("id") for f in layers(body)["hazard"]["features"]], done.stderr)
        check("its tile has another ETag", server.get(path)[1]["ETag"] != etag)
        if other:
            check("other tiles keep theirs", server.get(elsewhere)[1]["ETag"] == other, elsewhere)
        code, err = server.stop()
        check("ends well", code == 0 and not err, (code, err))

        keeps_none = Server(programme, "--tile-cache", "0")
        before, once, again = plain, keeps_none.get(path)[2], keeps_none.get(path)[2]
        check("without a cache the tiles are the same", once == again and "hazard" in layers(once) and len(once) >= len(before) - 64)
        keeps_none.stop()
        for size in ("-2", "4097", "much"):
            refused = subprocess.run([BINARY, "serve", programme, "--listen", "127.0.0.1:0", "--tile-cache", size], capture_output=True, timeout=20)
            check(f"--tile-cache {size} is refused", refused.returncode == 2, refused.stderr)

        closed = Server(programme)
        closed.token = "of nobody"
        check("closed: nobody sees tiles", closed.get(path)[0] == 401 and closed.get("/tiles/hazard.json")[0] == 401)
        closed.stop()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
