"""Receipts: a phone sends, a reviewer judges, and the sender hears what became of it; nobody else does."""
import json, os, re, sys, tempfile, uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from counted import SAFELANE, check, finish, run
from odk_phone import Phone, talk
from odk_server import PASS, Server


def serve(path):
    server = Server(SAFELANE, path)
    return server.p, server.port


def instance(version, record, deprecated="", form="hazard", more="", name="Field A"):
    id_ = "uuid:" + str(uuid.uuid4())
    return id_, ('<data xmlns:orx="http://openrosa.org/xforms" id="%s" version="%s"><id>%s</id><name>%s</name>'
                 "<effective_date>2026-03-15</effective_date>%s<orx:meta><orx:instanceID>%s</orx:instanceID>%s</orx:meta></data>"
                 % (form, version, record, name, more, id_,
                    "<orx:deprecatedID>%s</orx:deprecatedID>" % deprecated if deprecated else ""))


class Office:
    def __init__(self, path, port):
        self.path, self.port = path, port
        self.token = {n: run("user", path, "token", n, "--scope", "write").strip() for n in ("judge", "boss", "colleague", "stranger")}

    def ask(self, who, method, path, body=None, headers=""):
        data = json.dumps(body).encode() if body is not None else b""
        raw = "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s" % (method, path, self.token[who], headers)
        if body is not None:
            raw += "Content-Type: application/json\r\nContent-Length: %d\r\n" % len(data)
        return talk(self.port, raw.encode() + b"\r\n" + data)

    def judge(self, record, action, **more):
        """On the newest revision of the record."""
        a = self.ask("judge", "GET", "/api/history/" + record)
        revisions = json.loads(a.body)["revisions"]
        a = self.ask("judge", "POST", "/api/review/" + record, dict(action=action, revision=revisions[-1]["id"], **more))
        check(a.status == 200, action, a.text())

    def sent(self, who, query=""):
        a = self.ask(who, "GET", "/api/sent" + query)
        check(a.status == 200, "sent, for " + who, a.text())
        return json.loads(a.body)


def own(phone, query=""):
    a = phone.ask("GET", "/sent" + query, "Accept: application/json\r\n")
    check(a.status == 200 and a.headers["content-type"][0].startswith("application/json"), "the device's own", a.text())
    return json.loads(a.body)


def states(phone):
    return {(s["id"], s["state"]) for s in own(phone)["sent"]}


def page(phone, language="en"):
    a = phone.ask("GET", "/sent", "Accept: text/html\r\nAccept-Language: %s\r\n" % language)
    check(a.status == 200 and a.headers["content-type"][0].startswith("text/html"), "a page", a.text())
    check("script" not in a.text(), "no script")
    return a.text()


def test_fates(office, phone, version):
    check(own(phone) == {"sent": []} and "Nothing has come" in page(phone), "nothing yet")
    sent = {}
    for r in ("A", "B", "C", "D", "E"):
        id_, x = instance(version, "HZ-" + r)
        check(phone.send(x).status == 201, "sent")
        sent[r] = id_
    first = own(phone)["sent"]
    check([s["id"] for s in first] == ["HZ-E", "HZ-D", "HZ-C", "HZ-B", "HZ-A"] and {s["state"] for s in first} == {"received"},
          "the newest first, all received", first)
    record = {s["id"][-1]: s["record"] for s in first}
    check(all(s["received_at"].endswith("Z") and s["sender"] == "phone-1" and "state_at" not in s for s in first), "when")
    office.judge(record["A"], "approve")
    office.judge(record["B"], "return", comment="Which <b>side</b> of the road?")
    office.judge(record["C"], "reject", comment="No such place")
    office.judge(record["D"], "duplicate", duplicate_of=record["A"])
    office.judge(record["E"], "link", link_to=record["A"])
    now = {s["id"]: s for s in own(phone)["sent"]}
    check({k: v["state"] for k, v in now.items()} == {"HZ-A": "approved", "HZ-B": "returned", "HZ-C": "rejected", "HZ-D": "duplicate",
                                                       "HZ-E": "linked"}, "states", now)
    check(now["HZ-B"]["questions"] == "Which <b>side</b> of the road?" and now["HZ-C"]["questions"] == "No such place", "questions")
    check(now["HZ-D"]["of"] == now["HZ-E"]["of"] == "HZ-A" and "questions" not in now["HZ-A"], "of which", now)
    check(all(v["state_at"] >= v["received_at"] for v in now.values()), "when it came to that")
    shown = page(phone)
    check("Which &lt;b&gt;side&lt;/b&gt; of the road?" in shown and "Approved." in shown and "<b>side" not in shown, "on the page", shown)
    # the sender corrects it and sends again, and the state follows
    id2, x = instance(version, "HZ-B", deprecated=sent["B"], name="North side")
    check(phone.send(x).status == 201, "a corrected version")
    now = {s["instance"]: s for s in own(phone)["sent"]}
    check(now[sent["B"]]["state"] == "replaced" and "questions" not in now[sent["B"]] and now[id2]["state"] == "received", "replaced")
    office.judge(record["B"], "approve")
    check({s["instance"]: s["state"] for s in own(phone)["sent"]}[id2] == "approved", "and approved")
    # taken back
    office.judge(record["B"], "undo")
    check({s["instance"]: s["state"] for s in own(phone)["sent"]}[id2] == "received", "an approval that is taken back")
    # somebody else's later news of the record is no fate of this one
    office.judge(record["B"], "approve")
    office.judge(record["A"], "reject", comment="the link was wrong")
    other = Phone(phone.port, "phone-2", PASS)
    id3, x = instance(version, "HZ-A", name="Other news")
    check(other.send(x).status == 201, "news")
    check(("HZ-A", "approved") in states(phone), "what was approved stays approved", states(phone))
    measured = dict(kind="hazard", id="HZ-A", method="points", crs="EPSG:4326", values={"effective_date": "2026-04-01"},
                    text="12.50001 44.50002\n12.50003 44.50104\n12.50105 44.50006")
    b = office.ask("colleague", "POST", "/api/outlines", measured)
    check(b.status == 201 and json.loads(b.body)["known"], "later news of the same record waits", b.text())
    check(("HZ-A", "approved") in states(phone), "and still it stays approved", states(phone))
    # files that have not come
    id4, x = instance("1", "HZ-F", form="spot", more="<photo>fence.jpg</photo>")
    check(phone.send(x, incomplete=True).status == 201, "split")
    last = own(phone)["sent"][0]
    check(last["state"] == "incomplete" and last["missing_files"] == 1, "a file is missing", last)
    check(phone.send(x, [("fence.jpg", b"\xff\xd8\xff fence")]).status == 201, "the file")
    check(own(phone)["sent"][0]["state"] == "received", "has come")
    return record


def test_eyes(office, phone, record):
    other = Phone(phone.port, "phone-2", PASS)
    check({s["sender"] for s in own(other)["sent"]} == {"phone-2"}, "another device of the organisation sees its own")
    check({s["sender"] for s in own(other, "?of=organisation")["sent"]} == {"phone-2"}, "whatever it adds to the address")
    third = Phone(phone.port, "phone-3", PASS)
    check(own(third) == {"sent": []}, "another organisation's sees nothing")
    check(office.sent("colleague") == {"sent": []}, "an operator sent nothing")
    senders = {s["sender"] for s in office.sent("colleague", "?of=organisation")["sent"]}
    check(senders == {"phone-1", "phone-2"}, "and sees their organisation's", senders)
    check(office.sent("stranger", "?of=organisation") == {"sent": []}, "another organisation's operator does not")
    check(office.ask("colleague", "GET", "/api/sent?of=all").status == 403, "nor everybody's")
    check(len(office.sent("boss", "?of=all")["sent"]) == 8, "an officer does", len(office.sent("boss", "?of=all")["sent"]))
    for bad in ("?of=them", "?before=x", "?before=-1", "?limit=0", "?limit=x", "?nonsense=1"):
        check(office.ask("boss", "GET", "/api/sent" + bad).status == 400, "refused: " + bad)
    check(phone.ask("GET", "/sent?f=xml").status == 400 and phone.ask("GET", "/sent", auth="").status == 401, "refused")


def test_pages(office, path, phone):
    found, before = [], ""
    while True:
        a = office.sent("boss", "?of=all&limit=3" + before)
        found += [s["instance"] for s in a["sent"]]
        if "next" not in a:
            break
        before = "&before=%d" % a["next"]
    check(found == [s["instance"] for s in office.sent("boss", "?of=all")["sent"]] and len(set(found)) == 8, "page by page")
    check('href="?before=' in phone.ask("GET", "/sent?limit=2", "Accept: text/html\r\n").text(), "older ones on the page")
    token = run("user", path, "token", "phone-1", "--scope", "devices").strip()
    keyed = Phone(phone.port, "", "", "/odk/key/" + token)
    check(own(keyed) == own(phone), "by a token in the address")
    check("<h1>What was sent</h1>" in page(keyed) and 'lang="ar" dir="rtl"' in page(keyed, "ar"), "as a page, in Arabic")
    titles = {re.search("<h1>(.*)</h1>", page(keyed, c)).group(1) for c in ("en", "fr", "es", "ar", "uk", "km")}
    check(len(titles) == 6, "in six languages", titles)
    check(keyed.ask("GET", "/sent").headers["content-type"][0].startswith("text/html"), "a page when nothing is said")
    check(Phone(phone.port, "", "", "/odk/key/slt_guessed").ask("GET", "/sent").status == 404, "a token that is none")
    read = run("user", path, "token", "phone-1", "--scope", "read").strip()
    check(Phone(phone.port, "", "", "/odk/key/" + read).ask("GET", "/sent").status == 403, "a token that only reads")


def test_sealed(office, phone, version):
    id_, x = instance(version, "V-1", form="victim", more="<given_name>Zebediah</given_name>", name="Zebediah")
    check(phone.send(x, [("Zebediah.jpg", b"Zebediah")]).status == 201, "a victim")
    record = own(phone)["sent"][0]["record"]
    office.judge(record, "return", comment="Was there a witness?")
    for text in (json.dumps(own(phone)), page(phone), json.dumps(office.sent("colleague", "?of=organisation"))):
        check("Zebediah" not in text and "Was there a witness?" in text and "V-1" in text, "its name and the question, nothing else", text)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.gpkg")
        run("init", path, "--country", "XAA", "--name", "Testland")
        for device, org in (("phone-1", "Clear Ways"), ("phone-2", "clear  ways"), ("phone-3", "Others")):
            run("user", path, "device", device, "--org", org, stdin=PASS + "\n")
        for name, role, org in (("judge", "reviewer", ""), ("boss", "officer", ""), ("colleague", "operator", "Clear Ways"),
                                ("stranger", "operator", "Others")):
            run("user", path, "add", name, "--role", role, *(["--org", org] if org else []), stdin="a good long password\n")
        with open(os.path.join(folder, "survey.csv"), "w") as f:
            f.write("type,name,label\ntext,id,Identifier\ntext,name,Name\ndate,effective_date,Date\nimage,photo,Photograph\n")
        with open(os.path.join(folder, "settings.csv"), "w") as f:
            f.write("form_id,form_title,version\nspot,A fence,1\n")
        run("form", "publish", path, "hazard", "victim")
        run("form", "publish", path, os.path.join(folder, "survey.csv"), "--kind", "hazard")
        version = {f["form"]: f["version"] for f in json.loads(run("form", "published", path, "--format", "json"))}
        server, port = serve(path)
        office, phone = Office(path, port), Phone(port, "phone-1", PASS)
        record = test_fates(office, phone, version["hazard"])
        test_eyes(office, phone, record)
        test_pages(office, path, phone)
        test_sealed(office, phone, version["victim"])
        server.terminate()
        check(server.wait() == 0, "the server ends well")
    finish()


main()
