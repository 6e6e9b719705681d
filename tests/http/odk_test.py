"""Every row of the protocol (docs/formats/openrosa.md) over raw sockets."""
import json, os, sqlite3, sys, tempfile, time, uuid
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from counted import SAFELANE, check, finish, run
from odk_phone import Phone, multipart, part, talk, md5
from odk_server import JPEG, PASS, Server


def instance(version, id_, form="hazard", deprecated="", inner="", photo="", record="HZ-1"):
    return ('<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="%s" version="%s"><section_identity><id>%s'
            "</id><name>Field A</name><effective_date>2026-03-15</effective_date></section_identity>%s%s<orx:meta>"
            "<orx:instanceID>%s</orx:instanceID>%s</orx:meta></data>"
            % (form, version, record, inner, "<photo>%s</photo>" % photo if photo else "", id_,
               "<orx:deprecatedID>%s</orx:deprecatedID>" % deprecated if deprecated else ""))


def make(folder):
    path = os.path.join(folder, "p.gpkg")
    run("init", path, "--country", "XAA", "--name", "Testland")
    run("user", path, "device", "phone-1", "--org", "Clear Ways", stdin=PASS + "\n")
    run("user", path, "device", "phone-2", "--org", "Others", stdin=PASS + "\n")
    run("user", path, "add", "reader", "--role", "reader", stdin="a reader's password\n")
    run("form", "publish", path, "hazard", "victim")
    return path


def envelope(a):
    return "OpenRosaResponse" in a.text() and a.headers["x-openrosa-version"] == ["1.0"] and \
        a.headers["content-type"][0].startswith("text/xml")


def test_forms(path, server, phone):
    ns = "{http://openrosa.org/xforms/xformsList}"
    a = phone.ask("GET", "/formList?deviceID=x&verbose=true")
    check(a.status == 200 and a.headers["content-type"][0].startswith("text/xml"), "formList", a.text())
    check(a.headers["x-openrosa-version"] == ["1.0"] and "date" in a.headers, "OpenRosa headers")
    forms = ET.fromstring(a.body).findall(ns + "xform")
    check(len(forms) == 2, "two forms")
    for f in forms:
        url = f.find(ns + "downloadUrl").text
        check(url.startswith("http://localhost:%d/odk/" % server.port), "absolute address", url)
        b = phone.ask("GET", url.split("/odk", 1)[1] + "?deviceID=x")
        check(b.status == 200 and "md5:" + md5(b.body) == f.find(ns + "hash").text, "the hash is of the bytes")
        check(f.find(ns + "version").text.encode() in b.body and f.find(ns + "manifestUrl") is None, "version, no manifest")
    a = phone.ask("GET", "/formList?formID=none")
    check(a.status == 200 and b"<xform>" not in a.body, "an unknown id is an empty list")
    check(phone.ask("GET", "/forms/999.xml").status == 404 and phone.ask("GET", "/media/1").status == 404, "no such form")
    a = phone.ask("HEAD", "/submission?deviceID=x")
    check(a.status == 204 and a.headers["x-openrosa-accept-content-length"] == ["33554432"], "HEAD is 204")


def test_digest(server, phone):
    port = server.port
    a = phone.ask("GET", "/formList", auth="")
    check(a.status == 401 and envelope(a) and len(a.headers["www-authenticate"]) == 1, "401 with one challenge")
    w = a.headers["www-authenticate"][0]
    check(w.startswith("Digest ") and "algorithm=MD5" in w and 'qop="auth"' in w and "domain=" in w and "Basic" not in w, w)
    nonce = phone.challenge()
    go = lambda auth, path="/formList": phone.ask("GET", path, auth=auth)
    check(go(phone.authorization("GET", "/odk/formList", nonce, 1)).status == 200, "right")
    b = go(phone.authorization("GET", "/odk/formList", nonce, 1))
    check(b.status == 401 and "stale=true" in b.headers["www-authenticate"][0], "a replay is refused")
    check(go(phone.authorization("GET", "/odk/formList", nonce, 5)).status == 200, "counts may leap")
    check(go(phone.authorization("GET", "/odk/formList", nonce, 3)).status == 200, "and come in another order")
    check(go(phone.authorization("GET", "/odk/formList", nonce, 3)).status == 401, "but once")
    check(go(phone.authorization("GET", "/odk/formList", "0" * 64, 1)).status == 401, "a nonce that is not ours")
    forged = "%016x" % (int(nonce[:16], 16) + 1) + nonce[16:]
    b = go(phone.authorization("GET", "/odk/formList", forged, 1))
    check(b.status == 401 and "stale=true" in b.headers["www-authenticate"][0], "a nonce that was changed is stale")
    n2 = phone.challenge()
    check(go(phone.authorization("GET", "/odk/formList", n2, 1), "/formList?x=1").status == 401, "the query is signed")
    check(go(phone.authorization("GET", "/odk/formList?x=1", n2, 2), "/formList?x=1").status == 200, "byte for byte")
    check(go(phone.authorization("POST", "/odk/formList", n2, 3)).status == 401, "the method is signed")
    check(go(phone.authorization("GET", "/odk/formList", n2, 4, realm="other")).status == 401, "realm")
    b = go(phone.authorization("GET", "/odk/formList", n2, 6, passphrase="wrong"))
    check(b.status == 401 and "stale" not in b.headers["www-authenticate"][0], "a wrong passphrase is not stale")
    check(go(phone.authorization("GET", "/odk/formList", n2, 7)).status == 200, "the right one after it")
    who = Phone(port, "reader", "a reader's password")
    check(go(who.authorization("GET", "/odk/formList", n2, 8)).status == 401, "a person's password is no device's")
    guess = Phone(port, "phone-2", "guess")
    codes = [guess.ask("GET", "/formList", auth=guess.authorization("GET", "/odk/formList", n2, 9 + i)).status
             for i in range(12)]
    check(429 in codes, "guessing is slowed down", codes)
    for bad in ("Digest", "Digest x", 'Digest username="phone-1', "Basic cGhvbmU6eA=="):
        check(go("Authorization: %s\r\n" % bad).status in (401, 403), "a header that is none", bad)


def test_table(path, server, phone, version):
    id1 = "uuid:" + str(uuid.uuid4())
    x = instance(version, id1, inner="<section_place><geometry>12.5 44.5 0 0;12.5 44.6 0 0; 12.6 44.6 0 0;12.5 44.5 0 0;"
                                     "</geometry></section_place><nobody_knows>kept</nobody_knows><class>NO SUCH</class>")
    a = phone.send(x)
    check(a.status == 201 and envelope(a) and "submit_success" in a.text() and "HZ-1" in a.text(), "new", a.text())
    check(a.headers["x-openrosa-accept-content-length"] == ["33554432"], "length on POST")
    check(phone.send(x).status == 201, "the same again")
    a = phone.send(x.replace("Field A", "Field B"))
    check(a.status == 409 and envelope(a), "known, and something else")
    id2 = "uuid:" + str(uuid.uuid4())
    e2 = instance(version, id2, deprecated=id1).replace("Field A", "Field C")
    other = Phone(server.port, "phone-3", PASS)
    check(other.send(e2).status == 404, "another organisation's edit")
    check(other.send(x).status == 409, "another organisation's instance")
    check(phone.send(e2).status == 201, "an edit")
    check(phone.send(e2).status == 201, "the edit again")
    check(phone.send(instance(version, "uuid:9", deprecated=id1)).status == 409, "superseded")
    check(phone.send(instance(version, "uuid:9", deprecated="uuid:none")).status == 404, "edits what is not known")
    check(phone.send(x.replace("instanceID", "other")).status == 400, "no instanceID")
    check(phone.send(instance(version, "")).status == 400, "an empty instanceID")
    check(phone.send(x.replace('id="hazard"', "")).status == 400, "no form id")
    check(phone.send(instance(version, "uuid:8", form="none")).status == 404, "unknown form")
    check(phone.send(instance("1", "uuid:8")).status == 404, "unknown version")
    old = '<data id="hazard" version="%s" instanceID="uuid:old"><id>HZ-OLD</id></data>' % version
    check(phone.send(b"\xef\xbb\xbf" + old.encode()).status == 201, "an older client, with a BOM")
    body, t = multipart([part("photo.jpg", JPEG, "photo.jpg")])
    check(phone.ask("POST", "/submission", "Content-Type: %s\r\n" % t, body).status == 400, "no XML part")
    bombs = ["<data", "", "no xml", x.replace("</data>", ""), x + "<more/>", x.replace("<data", "<!DOCTYPE d><data"),
             '<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + x[21:], x.replace("Field A", "&undefined;"),
             "<data id='hazard'>" + "<a>" * 5000 + "</a>" * 5000 + "</data>",
             "<data id='hazard'>" + "<a/>" * 200000 + "</data>", b"<data>\xff\xfe</data>",
             x.encode("utf-16"), x.replace("?xml version=\"1.0\"", "?xml version=\"1.0\" encoding=\"UTF-7\"") + "\0"]
    for i, bomb in enumerate(bombs):
        began = time.time()
        a = phone.send(bomb)
        check(a.status == 400 and envelope(a) and time.time() - began < 5, "hostile XML %d" % i, "%d %s" % (a.status, a.text()))
    a = phone.send(instance(version, "uuid:8").replace("<data", '<data encrypted="yes"'))
    check(a.status == 400 and "encrypted" in a.text(), "encrypted is refused and said")
    check(phone.ask("POST", "/submission", "Content-Type: text/xml\r\n", b"<x/>").status == 415, "no multipart")
    head = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n"
    phone.nc += 1
    raw = "POST /odk/submission HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n" % (
        head, phone.authorization("POST", "/odk/submission", nc=phone.nc))
    a = talk(server.port, raw.encode())
    check(a.status == 413 and envelope(a), "too large")
    # chunked, and with Expect
    body, t = multipart([part("xml_submission_file", instance(version, "uuid:chunked", record="HZ-C"))])
    phone.nc += 1
    raw = ("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: %s\r\n%s\r\n" %
           (t, phone.authorization("POST", "/odk/submission", nc=phone.nc))).encode()
    for i in range(0, len(body), 100):
        raw += b"%x\r\n" % len(body[i:i + 100]) + body[i:i + 100] + b"\r\n"
    check(talk(server.port, raw + b"0\r\n\r\n").status == 201, "chunked")
    many = instance(version, "uuid:many", inner="<p>" + "".join("<r><age>%d</age></r>" % i for i in range(10000)) + "</p>",
                    record="HZ-M")
    check(phone.send(many).status == 201, "ten thousand repeats")
    # files
    id3 = "uuid:" + str(uuid.uuid4())
    x3 = instance(version, id3, photo="1.jpg", inner="<photo2>2.jpg</photo2>", record="HZ-F")
    a = phone.send(x3, [("1.jpg", JPEG)], incomplete=True)
    check(a.status == 201, "split, first", a.text())
    check(phone.send(x3, [("1.jpg", JPEG), ("2.jpg", JPEG + b"2")], order=1).status == 201, "split, last, parts turned round")
    check(phone.send(x3, [("../../evil.jpg", JPEG + b"3")]).status == 201, "a name that is a path")
    check(not os.path.exists(os.path.join(os.path.dirname(path), "../../evil.jpg")), "is no path")
    # closed
    run("form", "close", path, "hazard")
    check(b"hazard" not in phone.ask("GET", "/formList").body, "closed: not in the list")
    check(phone.send(instance(version, "uuid:closed")).status == 409, "closed")
    check(phone.send(x3).status == 201, "closed, and known")
    run("form", "publish", path, "hazard")
    # the record
    db = sqlite3.connect(path)
    rows = db.execute("SELECT count(*), count(DISTINCT record) FROM sl_submission").fetchone()
    check(rows == (6, 5), "each once", rows)
    state, doc, entry = db.execute("SELECT r.state, c.document, c.entry FROM sl_revision r JOIN sl_content c ON "
                                   "c.id = r.content ORDER BY r.seq LIMIT 1").fetchone()
    doc = json.loads(doc)
    check(state == 1 and doc["name"] == "Field A" and doc["effective_date"] == "2026-03-15", "submitted, by field name", doc)
    check(doc["organisation"] == "Clear Ways" and doc["_extra"]["nobody_knows"] == "kept", "organisation and extras", doc)
    check(doc["_extra"]["class"] == "NO SUCH" and
          db.execute("SELECT count(*) FROM sl_finding WHERE field = 'class' AND rule = 'I02'").fetchone() == (1,), "a finding, not a refusal")
    box = db.execute("SELECT min_x, min_y, max_x, max_y FROM sl_geometry LIMIT 1").fetchone()
    check(box == (44.5, 12.5, 44.6, 12.6), "latitude first", box)
    names = [r[0] for r in db.execute("SELECT name FROM sl_attachment WHERE record = (SELECT record FROM sl_submission WHERE "
                                      "instance = ?) ORDER BY id", (id3,))]
    check(names == ["submission.xml", "1.jpg", "2.jpg", "evil.jpg"], "files", names)
    kept = db.execute("SELECT data FROM sl_blob b JOIN sl_attachment a ON a.kept = b.hash JOIN sl_submission s ON s.xml = "
                      "a.uuid WHERE s.instance = ?", (id3,)).fetchone()[0]
    check(kept == x3.encode(), "the XML is kept byte for byte")
    db.close()
    check("every hash" in run("debug", "verify", path), "verify")


def test_sealed(path, phone):
    version = [f["version"] for f in json.loads(run("form", "published", path, "--format", "json")) if f["form"] == "victim"][0]
    x = ('<data id="victim" version="%s"><id>V-1</id><given_name>Zebediah</given_name><family_name>Zebediah</family_name>'
         "<name>Zebediah</name><meta><instanceID>uuid:v1</instanceID></meta></data>" % version)
    check(phone.send(x, [("Zebediah.jpg", b"Zebediah")]).status == 201, "a victim")
    check(phone.send(x).status == 201 and phone.send(x.replace("V-1", "V-2")).status == 409, "compared though sealed")
    for end in ("", "-wal"):
        if os.path.exists(path + end):
            check(b"Zebediah" not in open(path + end, "rb").read(), "names stand nowhere in the open: " + end)


def test_tokens(path, server):
    token = run("user", path, "token", "phone-1", "--scope", "devices").strip()
    ns = "{http://openrosa.org/xforms/xformsList}"
    phone = Phone(server.port, "", "", "/odk/key/" + token)
    a = phone.ask("GET", "/formList?deviceID=x")
    url = ET.fromstring(a.body).find(ns + "xform").find(ns + "downloadUrl").text
    check(a.status == 200 and "/odk/key/%s/forms/" % token in url, "token in the path", url)
    check(phone.ask("GET", url.split(token)[1]).status == 200 and phone.ask("HEAD", "/submission").status == 204, "follow it")
    check(phone.ask("GET", "/qr.svg").body.startswith(b"<svg") and phone.ask("GET", "/qr.png").body[:4] == b"\x89PNG", "QR")
    for bad in ("slt_x", "x", token[:-1] + "!"):
        check(Phone(server.port, "", "", "/odk/key/" + bad).ask("GET", "/formList").status == 404, "a token that is none")
    read = run("user", path, "token", "phone-1", "--scope", "read").strip()
    check(Phone(server.port, "", "", "/odk/key/" + read).ask("GET", "/formList").status == 403, "a token that only reads")


def test_media(path, server, phone, folder):
    media = os.path.join(folder, "media")
    os.mkdir(media)
    open(os.path.join(media, "kinds.csv"), "w").write("name,label\na,A\n")
    check("published\n" in run("form", "publish", path, "hazard", "--media", media), "with files: a new version")
    a = phone.ask("GET", "/formList?formID=hazard")
    ns, mn = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
    forms = ET.fromstring(a.body).findall(ns + "xform")
    check(len(forms) == 1, "only the newest")
    b = phone.ask("GET", forms[0].find(ns + "manifestUrl").text.split("/odk", 1)[1])
    f = ET.fromstring(b.body).find(mn + "mediaFile")
    c = phone.ask("GET", f.find(mn + "downloadUrl").text.split("/odk", 1)[1])
    check(f.find(mn + "filename").text == "kinds.csv" and f.find(mn + "hash").text == "md5:" + md5(c.body), "manifest")
    check(phone.ask("GET", "/formList?formID=hazard&listAllVersions=true").body.count(b"<xform>") == 2, "all versions")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = make(folder)
        run("user", path, "device", "phone-3", "--org", "Others", stdin=PASS + "\n")
        version = json.loads(run("form", "published", path, "--format", "json"))[0]["version"]
        server = Server(SAFELANE, path)
        phone = Phone(server.port, "phone-1", PASS)
        test_forms(path, server, phone)
        test_digest(server, phone)
        test_table(path, server, phone, version)
        test_sealed(path, phone)
        test_tokens(path, server)
        test_media(path, server, phone, folder)
        check(server.end() == 0, "the server ends well")
    finish()


main()
