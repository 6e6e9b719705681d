"""The rules of a form on the server: one bad record by phone, by spreadsheet and by the API is told the same; a country's
own questions; edits; what is sealed; and answers that mean harm.  rules_test.py SAFELANE"""
import json, os, re, sqlite3, sys, tempfile, time, urllib.error, urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from counted import SAFELANE, check, finish, run
from odk_phone import Phone
from odk_server import PASS, Server


def ask(server, token, path, body=None, method=None):
    r = urllib.request.Request("http://127.0.0.1:%d%s" % (server.port, path), body, method=method)
    r.add_header("Authorization", "Bearer " + token)
    if body is not None:
        r.add_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) and path.startswith("/api/import")
                     else "application/json")
    try:
        with urllib.request.urlopen(r, timeout=60) as a:
            return json.loads(a.read())
    except urllib.error.HTTPError as e:
        check(False, path, "%d %s" % (e.code, e.read().decode()))


def record_of(path, kind, identity):
    db = sqlite3.connect(path)
    row = db.execute("SELECT hex(p.uuid) FROM sl_identity i JOIN sl_record p ON p.number = i.record WHERE i.key LIKE ?",
                     ("%" + identity.lower(),)).fetchone()
    db.close()
    check(row, "the record is there", identity)
    h = row[0].lower()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def findings(path, server, token, identity):
    a = ask(server, token, "/api/review/" + record_of(path, "hazard", identity))
    return [(f["rule"], f["field"], f["text"]) for f in a["finding_list"]]


# ---- one bad record ----
BAD = {"name": "Bad field", "effective_date": "2024-03-01", "contamination": "APM", "depth_from_cm": "30", "depth_to_cm": "10",
       "marked": "no", "marking_date": "2024-01-01", "priority_score": "-1", "emplaced_from_year": "1850"}
BROKEN = {("I07", "class"), ("I14", "depth_to_cm"), ("I15", "marking_date"), ("I08", "priority_score"),
          ("I08", "emplaced_from_year")}


def instance(form, version, id_, answers, deprecated=""):
    return ('<data id="%s" version="%s">%s<meta><instanceID>%s</instanceID>%s</meta></data>'
            % (form, version, answers, id_, "<deprecatedID>%s</deprecatedID>" % deprecated if deprecated else ""))


def nested(path, values):
    """Each answer in the group that the form has it in."""
    xform = run("form", "convert", path)
    out = ""
    for name, value in values.items():
        steps = re.search(r'nodeset="/data/([^"]*/)?%s"' % name, xform).group(1) or ""
        groups = [s for s in steps.split("/") if s]
        out += "".join("<%s>" % g for g in groups) + "<%s>%s</%s>" % (name, value, name) + \
            "".join("</%s>" % g for g in reversed(groups))
    # groups once: what follows joins what was there
    while True:
        joined = re.sub(r"</(section_\w+)>(?=<\1>)<\1>", "", out)
        if joined == out:
            return out
        out = joined


def ordered(form, values):
    """In the order of the form, so that each group stands once."""
    xform = run("form", "convert", form)
    place = {n: xform.find('/%s"' % n) for n in values}
    return {n: values[n] for n in sorted(values, key=place.get)}


def test_same(path, folder, server, phone, token, version):
    answers = nested("hazard", ordered("hazard", {"id": "HZ-PHONE", **BAD}))
    a = phone.send(instance("hazard", version, "uuid:same", answers))
    check(a.status == 201, "by phone", a.text())
    table = lambda id_: ",".join(["id", *BAD]) + "\n" + ",".join([id_, *BAD.values()]) + "\n"
    sheet = os.path.join(folder, "sheet.csv")
    open(sheet, "w").write(table("HZ-SHEET"))
    run("import", path, sheet, "--kind", "hazard", ok=(0, 1))
    done = ask(server, token, "/api/import?name=api.csv&kind=hazard", table("HZ-API").encode())
    check(done["added"] == 1, "by the API", done)
    said = {i: findings(path, server, token, i) for i in ("HZ-PHONE", "HZ-SHEET", "HZ-API")}
    check(BROKEN <= {(r, f) for r, f, _ in said["HZ-PHONE"]}, "what it breaks", said["HZ-PHONE"])
    check(not {("I14", "priority_score"), ("I14", "emplaced_from_year")} & {(r, f) for r, f, _ in said["HZ-PHONE"]},
          "what a rule said is not said again", said["HZ-PHONE"])
    check(len(set(said["HZ-PHONE"])) == len(said["HZ-PHONE"]), "each once")
    for other in ("HZ-SHEET", "HZ-API"):
        check(sorted(said["HZ-PHONE"]) == sorted(said[other]), "the same by phone and " + other,
              "%s\n%s" % (sorted(said["HZ-PHONE"]), sorted(said[other])))
    # Durable with the submission: the arrival alone said it, before anybody opened the desk.
    db = sqlite3.connect(path)
    stored = {(r, f): t for r, f, t in db.execute("SELECT rule, field, text FROM sl_finding WHERE record = 'HZ-PHONE'")}
    db.close()
    check({("I07", "class"), ("I14", "depth_to_cm"), ("I15", "marking_date"), ("I14", "priority_score")} <= set(stored),
          "stored", stored)
    check(stored[("I14", "depth_to_cm")].endswith("Not less than the depth it starts from. Submitted: 10."), "its own message",
          stored[("I14", "depth_to_cm")])
    listed = json.loads(run("check", path, "--format", "json", ok=(0, 1)))
    listed = listed["findings"] if isinstance(listed, dict) else listed
    check(("I14", "depth_to_cm") in {(f["rule"], f["field"]) for f in listed if f["record"] == "HZ-PHONE"}, "check lists it")


# ---- a form of the country's own ----
OWN = """survey,type,name,label,relevant,constraint,constraint_message,required,calculation
,text,id,Identifier,,,,,
,text,name,Name,,,,,
,date,effective_date,Date,,,,,
,text,class,Class,,,,,
,integer,paces,Paces,,. > 0 and . < 500,Between 1 and 499 paces,,
,text,telephone,Village telephone,,"regex(., '^[0-9]{6}$')",Six digits,,
,text,landowner,Owner,,string-length(.) < 5,Less than five letters,,
,select_multiple crops,crops,Crops,,"count-selected(.) <= 2",Two at most,,
,text,why,Why so many,"selected(${crops}, 'rice') and ${paces} > 100",,,"if(${paces} > 200, true(), false())",
,calculate,metres,,,,,,${paces} * 0.8
,calculate,where,,,,,,"pulldata('villages', 'name', 'id', ${id})"
,begin_repeat,plot,Plot,,,,,
,integer,trees,Trees,,. <= ${paces},Fewer trees than paces,,
,end_repeat,,,,,,,
choices,list_name,name,label
,crops,rice,Rice
,crops,maize,Maize
,crops,bean,Beans
settings,form_id,version
,village,7
"""


def stored_of(path, record):
    """Of the newest content of the record."""
    db = sqlite3.connect(path)
    rows = db.execute("SELECT f.rule, f.field, f.text FROM sl_finding f JOIN sl_record p ON p.uuid = f.uuid JOIN sl_revision r "
                      "ON r.seq = p.head WHERE f.content = r.content AND f.record = ? ORDER BY f.id", (record,)).fetchall()
    db.close()
    return rows


def own(id_, answers, deprecated="", record="HZ-OWN"):
    return instance("village", "7", id_, "<id>%s</id><effective_date>2024-03-01</effective_date><class>SHA</class>%s" %
                    (record, answers), deprecated)


def test_own(path, folder, server, phone, token):
    form = os.path.join(folder, "village.csv")
    open(form, "w").write(OWN)
    lists = os.path.join(folder, "lists")
    os.mkdir(lists)
    open(os.path.join(lists, "villages.csv"), "w").write("id,name\n1,Aden\n")
    said = run("form", "publish", path, form, "--kind", "hazard", "--media", lists)
    check("published" in said and "row 12" in said and "pulldata" in said, "publishing names what is not judged here", said)
    check("pulldata" not in run("form", "publish", path, "activity"), "and of our own forms nothing")
    bad = ("<paces>900</paces><telephone>12x456</telephone><crops>rice maize bean</crops><metres>7</metres><where>Aden</where>"
           "<plot><trees>2</trees></plot><plot><trees>901</trees></plot>")
    a = phone.send(own("uuid:own-1", bad))
    check(a.status == 201, "accepted as submitted", a.text())
    said = stored_of(path, "HZ-OWN")
    check([(r, f) for r, f, _ in said] == [("I14", "paces"), ("I14", "telephone"), ("I14", "crops"), ("I07", "why"),
                                           ("I16", "metres"), ("I14", "plot[2]/trees")], "questions of its own", said)
    text = {f: t for _, f, t in said}
    check(text["paces"] == "Paces: Between 1 and 499 paces. Submitted: 900.", text["paces"])
    check(text["metres"] == "metres is not what the form calculates: 720. Submitted: 7.", text["metres"])
    check(text["plot[2]/trees"] == "Trees: Fewer trees than paces.", "in a repeat no value is told", text["plot[2]/trees"])
    seen = findings(path, server, token, "HZ-OWN")
    check({(r, f) for r, f, _ in said} <= {(r, f) for r, f, _ in seen}, "the review desk", seen)
    db = sqlite3.connect(path)
    entry = json.loads(db.execute("SELECT c.entry FROM sl_revision r JOIN sl_content c ON c.id = r.content JOIN sl_record p ON "
                                  "p.head = r.seq JOIN sl_submission s ON s.record = p.uuid WHERE s.instance = 'uuid:own-1'")
                       .fetchone()[0])
    db.close()
    check(entry["rules_not_judged"] == 1, "what only the phone knows is counted", entry)
    # An edit of what was approved meanwhile: what it still breaks, and nothing of before.
    record = record_of(path, "hazard", "HZ-OWN")
    waits = ask(server, token, "/api/review/" + record)["submitted"]["revision"]
    done = ask(server, token, "/api/review/" + record, json.dumps({"action": "approve", "revision": waits}).encode())
    check(done["state"] == "approved", "approved", done)
    check(("I14", "paces") in {f[:2] for f in findings(path, server, token, "HZ-OWN")}, "approval takes nothing away")
    a = phone.send(own("uuid:own-2", "<paces>150</paces><telephone>123456</telephone><crops>maize</crops><why>no</why>"
                                     "<metres>120</metres>", "uuid:own-1"))
    check(a.status == 201, "an edit", a.text())
    said = stored_of(path, "HZ-OWN")
    check([(r, f) for r, f, _ in said] == [("I15", "why")], "an edit replaces what was found", said)
    check(not [f for f in findings(path, server, token, "HZ-OWN") if f[1] in ("paces", "telephone", "metres")],
          "also at the review desk")
    # The same bytes again add nothing.
    x = own("uuid:own-2", "<paces>150</paces><telephone>123456</telephone><crops>maize</crops><why>no</why>"
                          "<metres>120</metres>", "uuid:own-1")
    check(phone.send(x).status == 201 and len(stored_of(path, "HZ-OWN")) == 1, "a repetition finds nothing twice")
    check(phone.send(own("uuid:own-3", "<paces>10</paces><metres>8</metres>", record="HZ-GOOD")).status == 201, "a good one")
    check(stored_of(path, "HZ-GOOD") == [], "has no finding", stored_of(path, "HZ-GOOD"))
    listed = json.loads(run("check", path, "--rule", "I17", "--format", "json", ok=(0, 1)))
    listed = listed["findings"] if isinstance(listed, dict) else listed
    check(len(listed) == 1 and "where" in listed[0]["text"] and "pulldata" in listed[0]["text"], "check says it once", listed)


def test_sealed(path, phone):
    a = phone.send(own("uuid:sealed", "<landowner>Zebediah</landowner><paces>987</paces><metres>31415</metres>", record="HZ-S"))
    check(a.status == 201, "with a name", a.text())
    said = stored_of(path, "HZ-S")
    check([(r, f) for r, f, _ in said] == [("I14", "paces"), ("I14", "landowner"), ("I07", "why"), ("I16", "metres")] or
          [(r, f) for r, f, _ in said] == [("I14", "paces"), ("I14", "landowner"), ("I16", "metres")], "found", said)
    check(not re.search("Zebediah|987|31415|789", " ".join(t for _, _, t in said)), "no value beside what is sealed", said)
    for end in ("", "-wal"):
        if os.path.exists(path + end):
            check(b"Zebediah" not in open(path + end, "rb").read(), "the name stands nowhere in the open: " + end)


# The victims are sealed records of their own; what is calculated of them stands in the accident, which is open.
ACCIDENT = """survey,type,name,label,record,link,inherit,constraint,calculation
,text,id,Identifier,,,,,
,date,effective_date,Date,,,,,
,begin_repeat,people,People,victim,accident,effective_date,,
,text,outcome,Outcome,,,,,
,integer,age,Age,,,,. < 100,
,text,remark,Remark,,,,string-length(.) < 4,
,end_repeat,,,,,,,
,calculate,all_ages,,,,,,sum(${age})
settings,form_id,version
,crash,3
"""


def test_parts(path, folder, phone):
    form = os.path.join(folder, "crash.csv")
    open(form, "w").write(ACCIDENT)
    run("form", "publish", path, form, "--kind", "accident")
    person = lambda age, remark: "<people><age>%d</age><remark>%s</remark></people>" % (age, remark)
    a = phone.send(instance("crash", "3", "uuid:crash", "<id>AC-1</id><effective_date>2024-03-01</effective_date>" +
                            person(31, "ok") + person(412, "Zebediah") + "<all_ages>77</all_ages>"))
    check(a.status == 201, "an accident with two victims", a.text())
    db = sqlite3.connect(path)
    rows = db.execute("SELECT kind, rule, field, text FROM sl_finding WHERE source = 'uuid:crash' AND rule != 'I07' ORDER BY id")
    said = [tuple(r) for r in rows]
    db.close()
    check(("accident", "I16") in {s[:2] for s in said} and ("victim", "I14") in {s[:2] for s in said}, "each of its record", said)
    check(not re.search("443|412|77|Zebediah", " ".join(s[3] for s in said)), "nothing of what is sealed, in either", said)


def test_hostile(path, server, phone):
    deep = own("uuid:deep", "<plot>" * 60 + "<trees>1</trees>" + "</plot>" * 60, record="HZ-D")
    check(phone.send(deep).status in (201, 400), "deep")
    check(phone.send(own("uuid:deeper", "<plot>" * 5000 + "</plot>" * 5000)).status == 400, "deeper")
    bomb = '<!DOCTYPE d [<!ENTITY a "%s">%s]>' % ("x" * 1000, "".join(
        '<!ENTITY %s "%s">' % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10) for i in range(9)))
    check(phone.send(bomb + own("uuid:bomb", "<name>&j;</name>")).status == 400, "a bomb")
    began = time.time()
    many = own("uuid:many", "<paces>1</paces><metres>0.8</metres>" + "".join("<plot><trees>%d</trees></plot>" % i
                                                                             for i in range(10000)), record="HZ-M")
    a = phone.send(many)
    took = time.time() - began
    check(a.status == 201 and took < 60, "ten thousand repeats", "%d %.1f s" % (a.status, took))
    said = stored_of(path, "HZ-M")
    check(len([s for s in said if s[0] == "I14"]) == 1000 and said[-1][0] == "I17", "the first thousand, and that there are more",
          (len(said), said[-1]))
    print("ten thousand repeats: %.2f s" % took)
    check(phone.send(own("uuid:long", "<telephone>%s</telephone>" % ("é" * 100000), record="HZ-L")).status == 201, "a long one")
    text = stored_of(path, "HZ-L")[-1][2]
    check(len(text) < 400 and "é…" in text, "is cut at a letter", text)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.gpkg")
        run("init", path, "--country", "XAA", "--name", "Testland")
        run("user", path, "device", "phone-1", "--org", "Clear Ways", stdin=PASS + "\n")
        run("user", path, "add", "rita", "--role", "reviewer", stdin="a reviewer's password\n")
        token = run("user", path, "token", "rita", "--scope", "write").strip()
        version = run("form", "publish", path, "hazard").split()[1].rstrip(":")
        server = Server(SAFELANE, path)
        phone = Phone(server.port, "phone-1", PASS)
        test_same(path, folder, server, phone, token, version)
        test_own(path, folder, server, phone, token)
        test_sealed(path, phone)
        test_parts(path, folder, phone)
        test_hostile(path, server, phone)
        check(server.end() == 0, "the server ends well")
        check("every hash" in run("debug", "verify", path), "verify")
    finish()


main()
