"""Corners in every punctuation, tracks and traverses: what the page draws, and what stands at the review desk."""
import io, json, os, sqlite3, sys, tempfile, time, zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from counted import SAFELANE, check, finish, run
from odk_phone import multipart, part, talk
from odk_server import Server


def serve(path):
    server = Server(SAFELANE, path)
    return server.p, server.port


class Office:
    def __init__(self, path, port):
        self.port = port
        self.token = {n: run("user", path, "token", n, "--scope", "write").strip() for n in ("judge", "clerk", "surveyor", "stranger", "reader")}

    def ask(self, who, method, path, body=None, file=None):
        head = "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n" % (method, path, self.token[who])
        data = b""
        if file:
            data, kind = multipart([part("outline", json.dumps(body or {})), part("file", file[1], file[0])])
            head += "Content-Type: %s\r\n" % kind
        elif body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            head += "Content-Type: application/json\r\n"
        if data or method == "POST":
            head += "Content-Length: %d\r\n" % len(data)
        return talk(self.port, head.encode() + b"\r\n" + data)

    def draw(self, text, status=200, **more):
        a = self.ask("surveyor", "POST", "/api/outline", dict(text=text, crs="EPSG:4326") | more)
        check(a.status == status, "drawn: %r" % text[:60], "%d %s" % (a.status, a.text()))
        return json.loads(a.body)

    def track(self, name, data, status=200, **more):
        a = self.ask("surveyor", "POST", "/api/outline", more, (name, data))
        check(a.status == status, "read: " + name, "%d %s" % (a.status, a.text()))
        return json.loads(a.body)


# One corner, 48°07'30"N 37°48'E, as people write it.
SAME = ["48.125 37.8", "48,125 37,8", "48,125; 37,8", "N48.125 E037.8", "48.125N, 37.8E", "37.8E 48.125N", "48°07'30\"N 37°48'00\"E",
        "48° 07′ 30″ N, 37° 48′ 00″ E", "48º07’30’’N 37º48’00’’E", "48°07'30''N 37°48'00''E", "48 07.500N 037 48.000E",
        "48 07,5N; 37 48,0E", "48°07.5'N 37°48'E", "48˚07ʹ30ʺN 37˚48ʹ00ʺE", "48d07.5m N 37d48m E", "48:07:30 37:48:00",
        "lat 48.125 lon 37.8", "Lon: 37.8, Lat: 48.125", "(48.125, 37.8)", "٤٨٫١٢٥ ٣٧٫٨", "۴۸٫۱۲۵، ۳۷٫۸", "៤៨.១២៥ ៣៧.៨", "४८.१२५ ३७.८",
        "\u200e48.125\u200f \u200e37.8", "４８.１２５ ３７.８", "48.125\u00a037.8", "48°07′30˝N 37°48ʼE"]
LABELS = ["TP1: %s", "1) %s", "2. %s", "12: %s", "IP-3 %s", "Eck: %s", "نقطة1: %s", "  %s  # 4.5 m, 09:14", "TP7:\t%s"]


def test_notations(office):
    other = "48.126 37.8\n48.126 37.802"
    for text in SAME + [l % SAME[3] for l in LABELS] + [l % SAME[6] for l in LABELS]:
        p = office.draw(text + "\n" + other)["points"][0]
        check(abs(p["lat"] - 48.125) < 1e-9 and abs(p["lon"] - 37.8) < 1e-9, "read: " + text, p)
    p = office.draw("TP1: 37U DP 12345 67890 # marker\n3) 37 U 412345 5331234\n37U 412345mE 5331234mN\n" + other)["points"]
    check([x["notation"] for x in p[:3]] == ["mgrs", "utm", "utm"] and p[0]["as"] == "37U DP 12345 67890" and p[0]["note"] == "marker"
          and p[0]["label"] == "TP1" and p[1]["label"] == "3", "grids, as they were typed", p)
    check(abs(p[1]["lat"] - 48.1283231) < 1e-6 and abs(p[1]["lon"] - 37.8219959) < 1e-6, "UTM", p[1])
    a = office.draw(SAME[0] + "\n" + other)
    check(abs(a["area_m2"] - 8278) < 40 and a["perimeter_m"] > 400 and a["geometry"]["type"] == "Polygon" and "gap_m" not in a, "area", a)
    said = json.loads(run("coord", "--area", "48.125", "37.8", "48.126", "37.8", "48.126", "37.802"))
    check(abs(said - a["area_m2"]) < 1e-4, "as safelane coord has it", (said, a["area_m2"]))
    a = office.draw("48.125 37.8\n48.126 37.8\n48.126 37.8\n48.126 37.802\n48.125 37.8")
    check(a["repeats"] == 1 and len(a["geometry"]["coordinates"][0]) == 4 and len(a["points"]) == 5, "repeated and closing points", a)
    rules = lambda text, **more: {f["rule"] for f in office.draw(text, **more)["findings"]}
    check("G17" in rules(SAME[0] + "\n" + other, crs="") and "G17" not in rules(SAME[0] + "\n" + other), "a datum that nobody said (G17)")
    check("G15" in rules("48.1 37.8\n48.2 37.8\n48.2 37.9"), "too coarse (G15)")
    check("G15" in rules("48.12500 37.80000\n48.12600 37.80000\n48.12600 37.80200", accuracy_m=60), "as the receiver says (G15)")
    check("G06" in rules("48.12500 37.80000\n48.32600 37.80000\n48.12600 37.80200"), "5 km (G06)")
    check("G07" in rules("48.12500 37.80000\n48.12600 37.80000\n48.12600 37.80200", fixed_by="BRD"), "50 m (G07)")
    check("G01" in rules("48.12500 37.80000\n48.12600 37.80200\n48.12500 37.80200\n48.12600 37.80000"), "crossing itself (G01)")
    check("G02" in rules("48.125 37.8\n48.126 37.8"), "two points (G02)")
    there = office.draw(SAME[0] + "\n" + other, crs="EPSG:4284")["points"][0]
    check(1e-5 < abs(there["lon"] - 37.8) < 0.01, "another datum is another place", there)
    walk = office.draw("48.125 37.8 # 3.2 m\n48.126 37.8 # 5 m\n48.126 37.802\n48.12505 37.80001", walked=True)
    check(5 < walk["gap_m"] < 7 and walk["points"][0]["note"] == "3.2 m", "a walk and its gap", walk)


def test_hostile(office):
    for text, says in (("x", "not understood"), ("48.1", "a position needs"), ("91 10", "beyond 90"), ("48 75 37 10", "75 minutes"),
                       ("37U DP 123 45678", "equally many"), ("37UDP123456789", "even"), ("48N 1 2", ""), ("1 48.1 37.8", "3 numbers"), ("48.1S -37", ""), ("#only a note", "no points"),
                       ("", "no points"), ("9" * 5000, "too much"), ("48.1 37.8\n\n48.2 37.8 99", "line 3"), ("O 48 O 37", ""), ("\u0000", "")):
        a = office.draw(text, status=400)
        check(len(a["detail"]) < 400 and "\n" not in a["detail"] and says in a["detail"], "a sentence for %r" % text[:30], a)
    for crs in ("WGS84", "+proj=utm +zone=37", "EPSG:99999999", "EPSG:28992", "EPSG:999999", "../../etc/passwd"):
        check(office.draw("48.1 37.8\n48.2 37.8\n48.2 37.9", status=400, crs=crs)["detail"], "no datum: " + crs)
    check("WGS 84 here" in office.draw("37 U 412345 5331234", status=400, crs="EPSG:4284")["detail"], "a grid of another datum")
    for body in (b"[", b"[]", b"{\"text\":7}", b"\xff", b"{\"text\":\"48 37\",\"accuracy_m\":\"x\"}", b"{\"text\":\"48 37\",\"accuracy_m\":-1}"):
        check(office.ask("surveyor", "POST", "/api/outline", body).status == 400, "refused: %r" % body)
    began = time.time()
    check(office.draw("\n".join("48.%05d 37.8" % i for i in range(20001)), status=400)["detail"].startswith("more than"), "many")
    check(time.time() - began < 10, "quickly")


GPX = ('<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">%s</gpx>')
POINTS = [(48.125, 37.8), (48.126, 37.8), (48.126, 37.802), (48.12501, 37.80001)]


def gpx(tag, inner):
    pts = "".join('<%s lat="%r" lon="%r"><ele>101.5</ele><time>2026-05-01T09:0%d:00Z</time></%s>' % (tag, a, o, i, tag) for i, (a, o) in enumerate(POINTS))
    return (GPX % (inner % pts)).encode()


def kml(inner):
    return ('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
            '<Placemark><name>a</name>%s</Placemark></Document></kml>' % inner).encode()


def test_tracks(office):
    where = " ".join("%r,%r,0" % (o, a) for a, o in POINTS)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as z:
        z.writestr("doc.kml", kml("<LineString><coordinates>%s</coordinates></LineString>" % where))
    files = {"track.gpx": gpx("trkpt", "<trk><trkseg>%s</trkseg></trk>"), "route.gpx": gpx("rtept", "<rte>%s</rte>"),
             "line.kml": kml("<LineString><coordinates>%s</coordinates></LineString>" % where), "line.kmz": zipped.getvalue(),
             "gx.kml": kml("<gx:Track>%s%s</gx:Track>" % ("".join("<when>2026-05-01T09:0%d:00Z</when>" % i for i in range(4)),
                                                          "".join("<gx:coord>%r %r 0</gx:coord>" % (o, a) for a, o in POINTS))),
             "TRACK.GPX": gpx("trkpt", '<wpt lat="1" lon="2"/><trk><trkseg>%s</trkseg></trk>')}
    for name, data in files.items():
        a = office.track(name, data)
        check(len(a["points"]) == 4 and 0 < a["gap_m"] < 2 and abs(a["area_m2"] - 8278) < 60, "a track: " + name, a)
    a = office.track("points.gpx", gpx("wpt", "%s"))
    check(len(a["points"]) == 4, "points in order", a)
    a = office.track("area.kml", kml("<Polygon><outerBoundaryIs><LinearRing><coordinates>%s %r,%r,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
                                     % (where, POINTS[0][1], POINTS[0][0])))
    check("gap_m" not in a and len(a["geometry"]["coordinates"][0]) == 5, "a polygon", a)
    for name, data in (("two.gpx", GPX.encode() % (b'<trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="1" lon="3"/></trkseg></trk>' * 2)),
                       ("empty.gpx", (GPX % "").encode()), ("none.gpx", b"none"), ("x.exe", b"MZ"), ("../../etc/passwd", b"root"),
                       ("bomb.gpx", b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
                        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><gpx><name>&d;</name></gpx>'),
                       ("nowhere.gpx", (GPX % '<wpt lat="91" lon="500"/>').encode())):
        a = office.track(name, data, status=400)
        check("/tmp" not in a["detail"] and len(a["detail"]) < 500, "a sentence for " + name, a)
    check(not [f for f in os.listdir(os.environ["TMPDIR"]) if f.startswith("safelane-")], "nothing is left behind")
    return files["track.gpx"]


def test_saved(office, path, track):
    legs = "reference 48.12000 37.80000\nbenchmark 45 85.5\nstart 90 12\nTP1: 45 120\nTP2: 135 80 slope 10\nTP3: 225 120\nSP: 315 79"
    values = {"class": "SHA", "effective_date": "2026-05-01", "name": "Old mill"}
    hand_in = lambda who, body, file=None, status=201: (lambda a: (check(a.status == status, "handed in by %s: %s" % (who, body.get("id")),
                                                                         "%d %s" % (a.status, a.text())), json.loads(a.body))[1])(
        office.ask(who, "POST", "/api/outlines", body, file))
    by_legs = hand_in("surveyor", dict(kind="hazard", id="HZ-L", method="legs", text=legs, bearings="magnetic", date="2026-11-01", adjust=True, values=values))
    check(by_legs["state"] == "submitted" and not by_legs["known"], "it waits", by_legs)
    typed = "TP1: 48°07'30\"N 37°48'E # 3 m\nTP2: ٤٨٫١٢٦٠٠ ٣٧٫٨٠٠٠٠\n37U DP 12345 67890"
    by_points = hand_in("surveyor", dict(kind="hazard", id="HZ-P", method="points", text=typed, crs="EPSG:4326", fixed_by="GPS", accuracy_m=4, values=values))
    by_track = hand_in("surveyor", dict(kind="release", id="RL-T", method="track", fixed_by="GPS", values={"product": "CLR", "effective_date": "2026-05-02"}),
                       ("boundary walk.gpx", track))
    walk = "48.1250000 37.8000000 # 3.2 m 2026-05-01T09:00:00Z\n48.1260000 37.8000000 # 5.1 m\n48.1260000 37.8020000 # 4 m"
    hand_in("clerk", dict(kind="activity", id="AC-W", method="walk", text=walk, crs="EPSG:4326", fixed_by="GPS", accuracy_m=5.1, walked=True,
                          values={"type": "CLR", "effective_date": "2026-05-02", "organisation": "Clear Ways"}))
    db = sqlite3.connect(path)
    said = {r[0]: (json.loads(r[1]), json.loads(r[2]), r[3]) for r in db.execute(
        "SELECT c.identity, c.document, c.entry, r.state FROM sl_revision r JOIN sl_content c ON c.id = r.content")}
    doc, entry, state = said["HZ-L"]
    check(state == 1 and entry["text"] == legs and entry["bearings"] == "magnetic" and entry["date"] == "2026-11-01" and entry["adjusted"] is True
          and 8 < entry["declination_deg"] < 10 and entry["declination_model"].startswith("WMM") and entry["method"] == "legs", "legs as typed", entry)
    check(doc["traverse"] == "TP1: 45 120; TP2: 135 80 slope 10; TP3: 225 120; SP: 315 79" and doc["bearing_reference"] == "MAG" and doc["fixed_by"] == "BRD"
          and doc["reference_lat"] == 48.12 and doc["benchmark_lat"] > 48.12 and doc["organisation"] == "Clear Ways", "what the fields say", doc)
    doc, entry, state = said["HZ-P"]
    check(entry == {"accuracy_m": 4, "crs": "EPSG:4326", "fixed_by": "GPS", "method": "points", "text": typed}, "points as typed", entry)
    check(doc["turning_points"] == "TP1: 48°07'30\"N 37°48'E; TP2: ٤٨٫١٢٦٠٠ ٣٧٫٨٠٠٠٠; 37U DP 12345 67890" and doc["fixed_by"] == "GPS", "in its field", doc)
    check(said["RL-T"][1]["file"] == "boundary walk.gpx" and said["AC-W"][1]["text"] == walk and said["AC-W"][0]["accuracy_m"] == 5.1, "track and walk")
    kept = db.execute("SELECT b.data, a.name FROM sl_blob b JOIN sl_attachment a ON a.kept = b.hash").fetchall()
    check(kept == [(track, "boundary walk.gpx")], "the track file, byte for byte", [k[1] for k in kept])
    db.close()
    inbox = json.loads(office.ask("judge", "GET", "/api/review").body)
    check({r["id"] for r in inbox["records"]} == {"HZ-L", "HZ-P", "RL-T", "AC-W"}, "at the review desk", inbox)
    item = json.loads(office.ask("judge", "GET", "/api/review/" + by_points["record"]).body)
    check("G06" in json.dumps(item) and {f["rule"] for f in by_points["findings"]} >= {"G06"}, "the same findings as were shown", by_points)
    # refused
    hand_in("surveyor", dict(kind="hazard", id="HZ-P", method="points", text=typed, crs="EPSG:4326", values=values), status=409)
    approve = lambda r: office.ask("judge", "POST", "/api/review/" + r["record"], dict(action="approve", revision=r["revision"]))
    check(approve(by_legs).status == 200 and approve(by_track).status == 200, "approved")
    again = hand_in("surveyor", dict(kind="hazard", id="HZ-L", method="points", text="48.12500 37.80000\n48.12600 37.80000\n48.12600 37.80200", crs="EPSG:4326",
                                     fixed_by="DGPS", values={"effective_date": "2026-06-01"}))
    check(again["known"] and again["record"] == by_legs["record"], "measured again: a new version", again)
    newest = json.loads(office.ask("judge", "GET", "/api/history/" + again["record"]).body)["revisions"][-1]
    check(newest["state"] == "submitted" and {c["field"] for c in newest["changes"]} >= {"fixed_by", "effective_date"} and "name" not in
          {c["field"] for c in newest["changes"]}, "and the rest stands", newest)
    hand_in("stranger", dict(kind="hazard", id="HZ-L", method="points", text=typed, crs="EPSG:4326", values=values), status=409)
    ok = dict(kind="hazard", id="HZ-X", method="points", text=typed, crs="EPSG:4326", values=values)
    check(office.ask("reader", "POST", "/api/outlines", ok).status == 403, "a reader enters nothing")
    for change in (dict(kind="victim"), dict(kind="nothing"), dict(kind="organisation"), dict(id=" "), dict(method="guess"), dict(method="track"),
                   dict(values={"class": "SHA"}), dict(values=values | {"class": "no such class"}), dict(values=values | {"landowner": "A Name"}),
                   dict(values=values | {"geometry": "POINT(1 2)"}), dict(values=values | {"nonsense": "x"}), dict(values=7),
                   dict(values={"effective_date": 7}), dict(text="48.125 37.8\n48.126 37.8"), dict(text="x"), dict(crs="x"), dict(accuracy_m="x"), dict(fixed_by="<b>"),
                   dict(method="legs", text=legs), dict(method="legs", text=legs, bearings="magnetic")):
        a = office.ask("surveyor", "POST", "/api/outlines", ok | change)
        check(a.status == 400 and len(json.loads(a.body)["detail"]) < 400, "refused: %s" % change, a.text())
    db = sqlite3.connect(path)
    check(db.execute("SELECT count(*) FROM sl_revision").fetchone()[0] == 7, "what was refused left nothing")
    db.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = os.path.join(folder, "tmp")
        os.makedirs(os.environ["TMPDIR"])
        path = os.path.join(folder, "p.gpkg")
        run("init", path, "--country", "XAA", "--name", "Testland")
        for name, role, org in (("judge", "reviewer", ""), ("clerk", "data-entry", ""), ("surveyor", "operator", "Clear Ways"),
                                ("stranger", "operator", "Others"), ("reader", "reader", "")):
            run("user", path, "add", name, "--role", role, *(["--org", org] if org else []), stdin="a good long password\n")
        server, port = serve(path)
        office = Office(path, port)
        test_notations(office)
        test_hostile(office)
        track = test_tracks(office)
        test_saved(office, path, track)
        server.terminate()
        check(server.wait() == 0, "the server ends well")
        check("every hash" in run("debug", "verify", path), "verify")
    finish()


main()
