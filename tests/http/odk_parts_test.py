"""Forms for the field as a phone sends them: what repeats becomes records that hang together (docs/formats/openrosa.md)."""
import json, os, re, sqlite3, sys, tempfile, time, urllib.request
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from counted import SAFELANE, check, finish, run
from odk_phone import Phone
from odk_server import PASS, Server

FORMS = ["survey", "clearance_sheet", "accident_report", "quality_visit", "source_report", "completion"]


def cell(name, value):
    return "<%s>%s</%s>" % (name, value, name)


def row(name_, /, **cells):
    return cell(name_, "".join(cell(k, v) for k, v in cells.items()))


def filled(form, id_, *parts, deprecated=""):
    return '<data id="%s" version="%s">%s<meta><instanceID>%s</instanceID>%s</meta></data>' % (
        form, VERSION[form], "".join(parts), id_, cell("deprecatedID", deprecated) if deprecated else "")


class Programme:
    """The newest revision of each record, by kind; and the findings."""

    def __init__(self, path):
        db = sqlite3.connect(path)
        self.rows = {}
        for uuid, kind, state, identity, document, entry, n in db.execute(
                "SELECT p.uuid, t.text, r.state, c.identity, c.document, c.entry, (SELECT count(*) FROM sl_revision x WHERE "
                "x.record = p.number) FROM sl_record p JOIN sl_revision r ON r.seq = p.head JOIN sl_content c ON c.id = "
                "r.content JOIN sl_term t ON t.id = p.kind ORDER BY p.number"):
            self.rows.setdefault(kind, []).append(
                {"uuid": uuid, "state": ["draft", "submitted", "returned", "approved", "rejected"][state], "id": identity,
                 "doc": json.loads(document), "entry": json.loads(entry) if entry else {}, "revisions": n})
        self.findings = db.execute("SELECT rule, record, text FROM sl_finding").fetchall()
        self.submissions = db.execute("SELECT count(*) FROM sl_submission").fetchone()[0]
        self.files = db.execute("SELECT a.name, r.uuid, a.sealed FROM sl_attachment a JOIN sl_record r ON r.uuid = a.record"
                                ).fetchall() if FILES_BY_UUID else []
        db.close()

    def of(self, kind, state="submitted"):
        return [r for r in self.rows.get(kind, []) if state is None or r["state"] == state]


def victim(id_, consent="yes", **more):
    person = {"family_name": "Sesame" + id_, "telephone": "555" + id_} if more.pop("named", True) else {}
    return cell("victims", cell("row_id", "row-" + id_) + cell("consent_record", consent) + "".join(
        cell(k, v) for k, v in {"outcome": "I", "sex": "F", **more}.items()) + row("person", **person))


def accident(id_, victims, deprecated="", name="ACC-1", **more):
    return filled("accident_report", id_, row("section_safety", place_safe="yes", location_safe_to_record="yes"),
                  row("section_identity", id=name, effective_date="2026-02-03", date="2026-02-02", kind="civilian"),
                  row("section_place", admin1_name="Northland", locality="Alder"),
                  row("section_casualties", casualties="yes", injured=3), *victims, deprecated=deprecated)


def test_accident(path, phone):
    first = accident("uuid:a1", [victim("1"), victim("2", outcome="K"), victim("3")])
    check(phone.send(first).status == 201, "an accident with three victims")
    p = Programme(path)
    v = p.of("victim")
    check(len(v) == 3 and len(p.of("accident")) == 1, "becomes four records", [r["doc"] for r in v])
    check(all(r["doc"]["accident"] == "ACC-1" for r in v), "victims name their accident", v)
    check([r["id"] for r in v] == ["ACC-1/victims/%d" % i for i in (1, 2, 3)], "are called after it", [r["id"] for r in v])
    check(all(r["doc"].get("accident_date") == "2026-02-02" and r["doc"].get("effective_date") == "2026-02-03" and
              r["doc"].get("admin1_name") == "Northland" and r["doc"].get("organisation") == "Clear Ways" for r in v),
          "and have its date and place", v[0]["doc"])
    check([r["doc"]["outcome"] for r in v] == ["I", "K", "I"], "each its own answers")
    check(all("family_name" not in r["doc"] and "Sesame" not in json.dumps(r["doc"]) for r in v), "names are sealed", v)
    for end in ("", "-wal"):
        if os.path.exists(path + end):
            check(b"Sesame" not in open(path + end, "rb").read(), "and stand nowhere in the open: " + end)
    parts = p.of("accident")[0]["entry"]["parts"]
    check(len(parts) == 3 and parts[0]["row"] == "row-1", "the accident lists them", parts)
    # again
    check(phone.send(first).status == 201 and Programme(path).submissions == p.submissions, "again: nothing doubled")
    check([r["uuid"] for r in Programme(path).rows["victim"]] == [r["uuid"] for r in v], "the same records")
    # edited: the second is gone, a fourth is new, the third is otherwise, the first stays
    second = accident("uuid:a2", [victim("1"), victim("3", outcome="KL"), victim("4", sex="M")], deprecated="uuid:a1")
    check(phone.send(second).status == 201, "an edit")
    q = Programme(path)
    by = {r["id"]: r for r in q.rows["victim"]}
    check(len(by) == 4, "three and one more", list(by))
    check(by["ACC-1/victims/1"]["revisions"] == 1, "what says nothing new is not said again", by)
    check(by["ACC-1/victims/3"]["revisions"] == 2 and by["ACC-1/victims/3"]["doc"]["outcome"] == "KL", "the third is edited")
    check(by["ACC-1/victims/2"]["state"] == "rejected" and by["ACC-1/victims/2"]["doc"]["outcome"] == "K", "the second waits "
          "no more, and is not lost", by["ACC-1/victims/2"])
    check(by["ACC-1/victims/4"]["doc"]["sex"] == "M" and by["ACC-1/victims/4"]["state"] == "submitted", "the fourth is new")
    check(any(f[0] == "I18" for f in q.findings), "and a finding says so", q.findings)
    check(phone.send(second).status == 201 and len(Programme(path).rows["victim"]) == 4, "the edit again: nothing doubled")
    # and back
    third = accident("uuid:a3", [victim("1"), victim("2", outcome="K"), victim("3", outcome="KL"), victim("4", sex="M")],
                     deprecated="uuid:a2")
    check(phone.send(third).status == 201, "the second is there again")
    back = {r["id"]: r for r in Programme(path).rows["victim"]}
    check(len(back) == 4 and back["ACC-1/victims/2"]["state"] == "submitted" and
          back["ACC-1/victims/2"]["uuid"] == by["ACC-1/victims/2"]["uuid"], "as the same record", back)


def test_consent(path, phone):
    x = accident("uuid:c1", [victim("c1", consent="no"), victim("c2", consent="no", named=False), victim("c3", consent="")],
                 name="ACC-2")
    check(phone.send(x).status == 201, "an accident without consent")
    p = Programme(path)
    f = [f for f in p.findings if f[0] == "V07"]
    check(sorted(f[1] for f in f) == ["ACC-2/victims/1", "ACC-2/victims/3"], "personal data without consent is a finding", f)
    check(all("Sesame" not in t[2] and "family_name" in t[2] for t in f), "that names no one", f)
    rules = {f[:2] for f in p.findings}
    check(("I15", "ACC-2/victims/1") in rules and ("I07", "ACC-2/victims/3") in rules and ("I15", "ACC-2/victims/2") not in rules and
          ("I15", "ACC-2") not in rules, "rules of the form are said of whom they are about", sorted(rules))
    check(len([r for r in p.of("victim") if r["doc"]["accident"] == "ACC-2"]) == 3, "and nothing is dropped")


def test_quality(path, phone):
    one = lambda k, **c: row("nonconformities", row_id="n%d" % k, nonconformity="Marking %d" % k, severity="MAJ",
                             nonconformity_photo="n%d.jpg" % k, **c)
    head = [row("section_identity", id="QV-1", effective_date="2026-03-01", visit_type="monitoring-external", task="T-9"),
            row("section_place", geometry="12.5 44.5 0 0"), row("section_result", result="major")]
    x = filled("quality_visit", "uuid:q1", *head, one(1), one(2, due_date="2026-04-01"))
    check(phone.send(x, [("n1.jpg", b"\xff\xd8\xff\xe0 one")], incomplete=True).status == 201, "a visit, half of its files")
    check(phone.send(x, [("n2.jpg", b"\xff\xd8\xff\xe0 two")]).status == 201, "the other half")
    p = Programme(path)
    rows = [r for r in p.of("quality") if "visit" in r["doc"]]
    check(len(rows) == 2 and len(p.of("quality")) == 3, "two nonconformities of one visit", p.rows["quality"])
    check(all(r["doc"]["visit"] == "QV-1" and r["doc"]["visit_type"] == "monitoring-external" and r["doc"]["task"] == "T-9" and
              r["doc"]["result"] == "major" for r in rows), "with its kind, task and result", rows)
    check(rows[1]["doc"]["due_date"] == "2026-04-01" and "due_date" not in rows[0]["doc"], "each its own")
    db = sqlite3.connect(path)
    files = dict(db.execute("SELECT name, record FROM sl_attachment WHERE name LIKE 'n_.jpg'").fetchall())
    db.close()
    check(files.get("n1.jpg") == rows[0]["uuid"] and files.get("n2.jpg") == rows[1]["uuid"], "each its photograph", files)


def test_source(path, phone):
    claims = [row("claims", row_id="s%d" % k, claim_number=k, claim="Claim %d" % k, subject="the field",
                  section_about=cell("locality", "Alder")) for k in (1, 2, 3)]
    x = filled("source_report", "uuid:s1", row("section_identity", id="SR-1", title="Old map", kind="ARCHIVE",
                                               effective_date="2026-03-01"), row("section_claim", claim="It lists fields."), *claims)
    check(phone.send(x).status == 201, "a source with three claims")
    rows = [r for r in Programme(path).of("source") if "report" in r["doc"]]
    check([r["doc"]["claim"] for r in rows] == ["Claim 1", "Claim 2", "Claim 3"] and
          all(r["doc"]["report"] == "SR-1" and r["doc"]["title"] == "Old map" and r["doc"]["kind"] == "ARCHIVE" and
              r["doc"]["locality"] == "Alder" for r in rows), "each claim a record that names the report", rows)


def test_clearance(path, phone):
    finds = [row("finds", row_id="f%d" % k, category="APM", model_="PMN", quantity=k, geometry="12.5 44.5%d 0 0" % k, state="DEST",
                 destroyed_quantity=k) for k in (1, 2)]
    empty = row("finds", row_id="f-empty", geometry="")
    x = filled("clearance_sheet", "uuid:d1", row("section_identity", type="CLR", id="DS-1", effective_date="2026-03-02",
               start_date="2026-03-02", quantity_mode="incremental", task="T-9", hazard="HZ-1"),
               row("section_place", geometry="12.5 44.5 0 0;12.5 44.6 0 0; 12.6 44.6 0 0;12.5 44.5 0 0"),
               row("section_work", area_processed_m2="120.5", method="MANUAL DETECT", hours=6),
               row("section_found", ordnance_found="yes"), *finds, empty)
    check(phone.send(x).status == 201, "a daily sheet with two finds")
    p = Programme(path)
    day, rows = p.of("activity")[0], p.of("ordnance")
    check(day["doc"]["type"] == "CLR" and day["doc"]["area_processed_m2"] == 120.5 and
          day["doc"]["quantity_mode"] == "incremental" and day["doc"]["method"] == "DETECT MANUAL", "the day", day)
    check(len(rows) == 2, "a row in which nobody wrote is no record", rows)
    check(not [f for f in p.findings if f[0] == "I07" and f[1].startswith("DS-1")], "and has no findings", p.findings)
    check(all(r["doc"]["activity"] == "DS-1" and r["doc"]["hazard"] == "HZ-1" and r["doc"]["task"] == "T-9" and
              r["doc"]["found_date"] == "2026-03-02" and r["doc"]["model"] == "PMN" for r in rows), "finds name day, hazard and task", rows)
    db = sqlite3.connect(path)
    boxes = db.execute("SELECT g.min_x FROM sl_record r JOIN sl_revision v ON v.seq = r.head JOIN sl_content c ON c.id = "
                       "v.content JOIN sl_geometry g ON g.id = c.geometry WHERE r.uuid IN (?, ?) ORDER BY 1",
                       [r["uuid"] for r in rows]).fetchall()
    db.close()
    check([round(b[0], 7) for b in boxes] == [44.51, 44.52], "each its own place", boxes)


def test_survey(path, phone):
    evidence = row("evidence_items", evidence_code="D4", known_by="OBS", evidence_about="A sign") + \
        row("evidence_items", evidence_code="I6", known_by="VRB", evidence_photo="e.jpg")
    x = filled("survey", "uuid:n1", row("section_identity", type="NTS", effective_date="2026-03-03"),
               row("section_found", direct_evidence_found="yes"),
               cell("areas", "<row_id>r1</row_id><name>North</name><class>CHA</class><contamination>APM</contamination>"
                    "<evidence_list>D4 I6 D4</evidence_list>" + evidence) + row("areas", row_id="r2", name="South", **{"class": "SHA"}))
    check(phone.send(x, [("e.jpg", b"\xff\xd8\xff\xe0 e")]).status == 201, "a survey with two areas")
    rows = Programme(path).of("hazard")
    check([r["doc"]["name"] for r in rows] == ["North", "South"] and all(r["doc"]["activity"] == "uuid:n1" for r in rows),
          "two hazards of one survey", rows)
    table = rows[0]["doc"]["_extra"]["evidence_items"]
    check(table == [{"evidence_code": "D4", "known_by": "OBS", "evidence_about": "A sign"},
                    {"evidence_code": "I6", "known_by": "VRB", "evidence_photo": "e.jpg"}], "its evidence is its table", table)
    check("_extra" not in rows[1]["doc"] and rows[0]["doc"]["evidence_list"] == "D4 I6", "the other has none", rows)
    # without an identifier of its own, the record goes on being called as it was
    y = filled("survey", "uuid:n2", row("section_identity", type="NTS", effective_date="2026-03-04"),
               row("areas", row_id="r1", name="North East", **{"class": "CHA"}), deprecated="uuid:n1")
    check(phone.send(y).status == 201, "the survey edited")
    p = Programme(path)
    check([r["id"] for r in p.of("activity") if r["doc"]["type"] == "NTS"] == ["uuid:n1"], "and called as before", p.of("activity"))
    check([r["doc"]["activity"] for r in p.of("hazard")] == ["uuid:n1"], "also by its area", p.of("hazard"))
    # broken values
    z = filled("survey", "uuid:n3", row("section_identity", type="NTS"),
               row("areas", row_id="r1", name="Odd", depth_from_cm="deep", effective_date="31 June", geometry="x y",
                   **{"class": "NO SUCH"}))
    check(phone.send(z).status == 201, "an area with broken values")
    p = Programme(path)
    odd = [r for r in p.of("hazard") if r["doc"]["name"] == "Odd"][0]
    said = sorted(f[0] for f in p.findings if f[1] == odd["id"])
    check(said[:4] == ["G24", "I02", "I11", "T07"] or set(said) >= {"G24", "I02", "I11"}, "is findings of the area", said)
    check(odd["doc"]["_extra"]["depth_from_cm"] == "deep", "and nothing is lost", odd)


def test_many(path, phone):
    many = filled("clearance_sheet", "uuid:m1", row("section_identity", type="CLR", id="DS-M", effective_date="2026-03-02"),
                  *["<finds><row_id>m%d</row_id><category>APM</category><quantity>%d</quantity></finds>" % (k, k)
                    for k in range(10000)])
    before = time.monotonic()
    a = phone.send(many)
    took = time.monotonic() - before
    check(a.status == 201, "ten thousand finds", a.text())
    check(took < 30, "in bounded time", took)
    print("ten thousand finds: %.1f s" % took)
    p = Programme(path)
    rows = [r for r in p.of("ordnance") if r["doc"].get("activity") == "DS-M"]
    head = [r for r in p.of("activity") if r["id"] == "DS-M"][0]
    check(len(rows) == 2000 and len(head["doc"]["_extra"]["finds"]) == 8000, "are 2,000 records and 8,000 rows", len(rows))
    check(any(f[0] == "I19" and f[1] == "DS-M" for f in p.findings), "and a finding says so")
    check(phone.send(many).status == 201 and len(Programme(path).of("ordnance")) == len(p.of("ordnance")), "again: none doubled")
    # the same row twice, and a row that names a row of another form
    x = filled("clearance_sheet", "uuid:m2", row("section_identity", type="CLR", id="DS-N", effective_date="2026-03-02"),
               row("finds", row_id="m1", category="APM"), row("finds", row_id="m1", category="AVM"),
               cell("finds", cell("category", "UXO") + row("finds", category="SAA")))
    check(phone.send(x).status == 201, "rows that are copies")
    rows = [r for r in Programme(path).of("ordnance") if r["doc"].get("activity") == "DS-N"]
    check([r["doc"]["category"] for r in rows] == ["APM", "AVM", "UXO"], "are records all the same", rows)
    long = filled("clearance_sheet", "uuid:m3", row("section_identity", type="CLR", id="DS-L"),
                  row("finds", row_id="x" * 100000, category="APM"))
    check(phone.send(long).status == 201, "an endless row_id")


def test_desk(path, port):
    token = run("user", path, "token", "clerk", "--scope", "read").strip()

    def get(address):
        q = urllib.request.Request("http://127.0.0.1:%d%s" % (port, address), headers={"Authorization": "Bearer " + token})
        return json.load(urllib.request.urlopen(q))

    box = get("/api/review?kind=accident&limit=50")["records"]
    item = get("/api/review/" + [r for r in box if r["id"] == "ACC-1"][0]["record"])
    check([p["id"] for p in item["parts"]] == ["ACC-1/victims/%d" % i for i in (1, 2, 3, 4)], "the desk shows the victims",
          item.get("parts"))
    part = get("/api/review/" + item["parts"][0]["record"])
    check(not [f for f in part["finding_list"] if f["rule"] == "I06"], "which is there though it waits", part["finding_list"])
    check(part["part_of"]["id"] == "ACC-1" and part["part_of"]["kind"] == "accident", "and of a victim the accident",
          part.get("part_of"))


def test_versions(path, folder, phone):
    """A country adds a question to a sheet; who has the old form sends on."""
    sheet = os.path.join(folder, "own.csv")
    run("form", "sheet", "quality_visit", "-o", sheet)
    text = open(sheet, encoding="utf-8").read()
    lines = text.split("\n")
    at = [i for i, l in enumerate(lines) if l.startswith(",,nonconformity,")][0]
    lines.insert(at + 1, ",text,seen_by,Who saw it" + "," * 10)
    open(sheet, "w", encoding="utf-8").write("\n".join(lines))
    check("published\n" in run("form", "publish", path, sheet), "with one question more: a new version")
    old = VERSION["quality_visit"]
    new = [f["version"] for f in json.loads(run("form", "published", path, "--format", "json")) if f["form"] == "quality_visit"][-1]
    check(new != old, "of its own", (old, new))
    for version in (old, new):
        VERSION["quality_visit"] = version
        x = filled("quality_visit", "uuid:v" + version, row("section_identity", id="QV-" + version, effective_date="2026-03-01"),
                   row("nonconformities", row_id="1", nonconformity="N", seen_by="All"))
        check(phone.send(x).status == 201, "with version " + version)
        rows = [r for r in Programme(path).of("quality") if r["doc"].get("visit") == "QV-" + version]
        check(len(rows) == 1 and rows[0]["doc"]["_extra"] == {"seen_by": "All"}, "one record with its answer", rows)
    a = phone.ask("GET", "/formList?formID=quality_visit")
    check(a.body.count(b"<xform>") == 1 and new in a.text(), "phones that ask get the new one")


def test_erase(path):
    """Who is erased does not live on in the form that came: then nobody can say any more what was in it."""
    server = Server(SAFELANE, path)
    phone = Phone(server.port, "phone-1", PASS)
    x = accident("uuid:a3", [], deprecated="uuid:a2")
    check(phone.send(x).status == 409, "the form is known, and says something else")
    check(server.end() == 0, "the server ends well")
    run("debug", "erase", path, "ACC-1/victims/3", "--for-good")
    server = Server(SAFELANE, path)
    phone = Phone(server.port, "phone-1", PASS)
    check(phone.send(x).status == 201, "a victim is erased, and the form with them")
    check(server.end() == 0, "the server ends well")


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "p.gpkg")
    FILES_BY_UUID = False
    run("init", path, "--country", "XAA", "--name", "Testland")
    run("user", path, "device", "phone-1", "--org", "Clear Ways", stdin=PASS + "\n")
    run("user", path, "device", "phone-q", "--org", "Inspectors", stdin=PASS + "\n")
    run("user", path, "role", "phone-q", "quality", "--org", "Inspectors")
    run("user", path, "add", "clerk", "--role", "officer", stdin="a clerk's long password\n")
    run("form", "publish", path, *FORMS)
    VERSION = {f["form"]: f["version"] for f in json.loads(run("form", "published", path, "--format", "json"))}
    check(sorted(VERSION) == sorted(FORMS), "published", VERSION)
    server = Server(SAFELANE, path)
    phone = Phone(server.port, "phone-1", PASS)
    inspector = Phone(server.port, "phone-q", PASS)
    for test in (test_accident, test_consent, test_source, test_clearance, test_survey, test_many):
        test(path, phone)
    test_quality(path, inspector)
    test_versions(path, folder, inspector)
    test_desk(path, server.port)
    check(server.end() == 0, "the server ends well")
    check("every hash" in run("debug", "verify", path), "verify")
    test_erase(path)
    check("every hash" in run("debug", "verify", path), "verify")
finish()
