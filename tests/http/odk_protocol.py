"""One case for every row of what OpenRosa clients ask of a server, over raw sockets:  odk_protocol.py SAFELANE [FILTER]
Each is named by where the row stands: 1 endpoints, 2 headers, 3 form list, 4 manifest, 5 submission, 6 authentication, 8 pitfalls of
clients (ODK docs and ODK Collect's own code)."""
import email.utils, http.client, json, os, re, socket, sqlite3, ssl, subprocess, sys, tempfile, threading, time
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from odk_phone import Phone, md5, multipart, part, talk
from odk_server import FORM, JPEG, PASS, Server, make, new_id, run, versions

LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
ANSWER = "{http://openrosa.org/http/response}"
CASES = []


class Wrong(Exception):
    pass


def must(good, shown=""):
    if not good:
        raise Wrong(str(shown)[:1500])


def row(name):
    def add(f):
        CASES.append((name, f))
        return f
    return add


def form_csv(folder, form_id, version, title="A title", more="", name="f.csv"):
    path = os.path.join(folder, name)
    settings = [("form_title", title), ("form_id", form_id)] + ([("version", version)] if version is not None else [])
    quoted = lambda row: "," + ",".join('"%s"' % x.replace('"', '""') for x in row) + "\n"
    with open(path, "w", newline="") as f:
        f.write('"survey"\n' + quoted(("type", "name", "label")) + quoted(("text", "id", "Number")) + more + '"settings"\n' +
                quoted([k for k, _ in settings]) + quoted([v for _, v in settings]))
    return path


class World:
    """Two phones of one organisation, one of another; a form of our own with three photographs, and hazards."""
    def __init__(self, safelane, folder):
        self.safelane, self.folder = safelane, folder
        self.media = os.path.join(folder, "media")
        os.mkdir(self.media)
        self.csv("name,label\nmine,Mine\n")
        self.shows = form_csv(folder, "shows", "1", more=',"select_one_from_file kinds.csv","kind","Kind"\n', name="shows.csv")
        self.path, self.versions = make(safelane, folder, {"phone-1": "Clear Ways", "phone-2": "Clear Ways", "phone-3": "Others",
                                                           "Équipe-Ж": "Clear Ways"},
                                        [[FORM, "--kind", "hazard"], ["hazard"],
                                         [self.shows, "--kind", "hazard", "--media", self.media]])
        run(safelane, "user", self.path, "add", "clerk", "--role", "data-entry", stdin="a clerk's password\n")
        self.token = run(safelane, "user", self.path, "token", "phone-1", "--scope", "devices").strip()
        self.server = Server(safelane, self.path)
        self.phone, self.second, self.other = (Phone(self.server.port, "phone-%d" % k, PASS) for k in (1, 2, 3))
        self.n = 0

    def csv(self, text):
        with open(os.path.join(self.media, "kinds.csv"), "w") as f:
            f.write(text)

    def raw(self, text, body=b"", head=False):
        return talk(self.server.port, (text.replace("\n", "\r\n") + "\r\n\r\n").encode() + body, head)

    def forms(self, query="", phone=None):
        a = (phone or self.phone).ask("GET", "/formList" + query)
        must(a.status == 200, a.text())
        return ET.fromstring(a.body).findall(LIST + "xform")

    def get(self, url, **how):
        return self.phone.ask("GET", url.split("/odk", 1)[1], **how)

    def xml(self, id_=None, meta=None, inner="", start='<?xml version="1.0" encoding="UTF-8"?>', root="", record=None, deprecated=""):
        self.n += 1
        id_ = id_ or new_id()
        meta = meta or "<meta><instanceID>%s</instanceID>%s</meta>" % (
            id_, "<deprecatedID>%s</deprecatedID>" % deprecated if deprecated else "")
        return '%s<data id="flood" version="1"%s><section_identity><id>%s</id><name>Field</name></section_identity>%s%s</data>' % (
            start, root, record or "P-%d" % self.n, inner, meta)

    def db(self, sql, *values):
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def document(self, id_):
        return json.loads(self.db("SELECT c.document FROM sl_submission s JOIN sl_revision r ON r.id = s.revision JOIN sl_content c "
                                  "ON c.id = r.content WHERE s.instance = ?", id_)[0][0])

    def files(self, id_):
        return {n: d for n, d in self.db("SELECT a.name, b.data FROM sl_submission s JOIN sl_attachment a ON a.record = s.record JOIN "
                                         "sl_blob b ON b.hash = a.kept WHERE s.instance = ?", id_)}

    def post(self, parts, phone=None, boundary="b", type_=None, headers="", path="/submission"):
        body, usual = multipart(parts, boundary)
        return (phone or self.phone).ask("POST", path, "%sContent-Type: %s\r\n" % (headers, type_ or usual), body)


def taken(a):
    must(a.status == 201, "%d %s" % (a.status, a.text()))
    root = ET.fromstring(a.body)
    must(root.tag == ANSWER + "OpenRosaResponse" and root[0].tag == ANSWER + "message" and
         root[0].get("nature") == "submit_success" and root[0].text, a.text())
    return a


def refused(a, status, *words):
    must(a.status == status, "%d %s" % (a.status, a.text()))
    message = ET.fromstring(a.body).find(ANSWER + "message").text
    must(len(message) > 8 and all(w in message for w in words), message)
    return a


def xml_part(xml, filename="instance.xml", type_="text/xml"):
    return part("xml_submission_file", xml, filename, type_)


# ---- 1 endpoints ----

@row("1 GET formList is an xforms document of text/xml")
def _(w):
    a = w.phone.ask("GET", "/formList")
    must(a.status == 200 and ET.fromstring(a.body).tag == LIST + "xforms" and "text/xml" in a.headers["content-type"][0], a.text())

@row("1 HEAD formList is answered without a body")
def _(w):
    must(w.phone.ask("HEAD", "/formList").status == 200)

@row("1 GET downloadUrl is an XForm")
def _(w):
    for f in w.forms():
        a = w.get(f.find(LIST + "downloadUrl").text)
        must(a.status == 200 and ET.fromstring(a.body).tag == "{http://www.w3.org/1999/xhtml}html", a.text()[:200])

@row("1 GET manifestUrl is a manifest of text/xml, and its downloadUrl the bytes")
def _(w):
    a = w.get(w.forms("?formID=shows")[0].find(LIST + "manifestUrl").text)
    must(a.status == 200 and ET.fromstring(a.body).tag == MANIFEST + "manifest" and "text/xml" in a.headers["content-type"][0])
    b = w.get(ET.fromstring(a.body)[0].find(MANIFEST + "downloadUrl").text)
    must(b.status == 200 and b.body == open(os.path.join(w.media, "kinds.csv"), "rb").read(), b.text())

@row("1 HEAD submission is 204 with the OpenRosa headers")
def _(w):
    a = w.phone.ask("HEAD", "/submission?deviceID=collect%3Ax")
    must(a.status == 204 and "x-openrosa-version" in a.headers and "x-openrosa-accept-content-length" in a.headers, a.status)

@row("1 POST submission is 201 with an OpenRosaResponse")
def _(w):
    taken(w.phone.send(w.xml()))

@row("1 deviceID and parameters that nobody knows are accepted on every address")
def _(w):
    more = "deviceID=collect%3A4&whatever=%7B%7D&whatever=2"
    f = w.forms("?formID=shows&" + more)[0]
    manifest = w.get(f.find(LIST + "manifestUrl").text + "?" + more)
    must(manifest.status == 200 and w.get(f.find(LIST + "downloadUrl").text + "?" + more).status == 200)
    must(w.get(ET.fromstring(manifest.body)[0].find(MANIFEST + "downloadUrl").text + "?" + more).status == 200)
    must(w.phone.ask("HEAD", "/submission?" + more).status == 204)
    taken(w.post([xml_part(w.xml())], path="/submission?" + more))

@row("1 no address needs a parameter")
def _(w):
    must(w.forms() and w.phone.ask("HEAD", "/submission").status == 204)
    taken(w.post([xml_part(w.xml())]))

@row("1 the base may hold a token, and all addresses stay below it")
def _(w):
    phone = Phone(w.server.port, "", "", "/odk/key/" + w.token)
    for f in w.forms(phone=phone):
        for name in ("downloadUrl", "manifestUrl"):
            url = f.find(LIST + name)
            must(url is None or "/odk/key/%s/" % w.token in url.text, url)
    taken(phone.send(w.xml()))


# ---- 2 headers ----

def everything(w):
    """Answers of every kind, good and bad."""
    phone = w.phone
    yield "formList", phone.ask("GET", "/formList")
    yield "HEAD", phone.ask("HEAD", "/submission")
    yield "201", phone.send(w.xml())
    yield "400", phone.send("<data")
    yield "401", phone.ask("GET", "/formList", auth="")
    yield "401 HEAD", phone.ask("HEAD", "/submission", auth="")
    yield "401 POST", phone.ask("POST", "/submission", "Content-Type: multipart/form-data; boundary=b\r\n", b"--b--", auth="")
    yield "404 form", phone.ask("GET", "/forms/99999.xml")
    yield "404 address", phone.ask("GET", "/none")
    yield "404 form of a submission", phone.send(w.xml().replace('id="flood"', 'id="none"'))
    yield "405", phone.ask("DELETE", "/submission")
    yield "409", phone.send(w.xml(id_=w.known))
    yield "413", phone.ask("POST", "/submission", "Content-Type: multipart/form-data; boundary=b\r\n", b"x" * 35000000)
    yield "415", phone.ask("POST", "/submission", "Content-Type: text/xml\r\n", b"<data/>")
    yield "404 token", Phone(w.server.port, "", "", "/odk/key/slt_none").ask("GET", "/formList")
    yield "400 query", phone.ask("GET", "/formList?formID=%FF%ZZ")

def look_at_all(w, good):
    w.known = new_id()
    taken(w.phone.send(w.xml(id_=w.known)))
    wrong = [(name, a.status, a.headers) for name, a in everything(w) if not good(name, a)]
    must(not wrong, wrong)

@row("2 X-OpenRosa-Version: 1.0 stands on every answer, errors too")
def _(w):
    look_at_all(w, lambda name, a: a.headers.get("x-openrosa-version") == ["1.0"])

@row("2 X-OpenRosa-Accept-Content-Length stands on HEAD, POST and errors")
def _(w):
    look_at_all(w, lambda name, a: int(a.headers.get("x-openrosa-accept-content-length", ["0"])[0]) >= 10000000)

@row("2 Date is a date of RFC 1123")
def _(w):
    look_at_all(w, lambda name, a: abs(email.utils.parsedate_to_datetime(a.headers["date"][0]).timestamp() - time.time()) < 60 and
                a.headers["date"][0].endswith(" GMT"))

@row("2 every error is an envelope of text/xml with a sentence")
def _(w):
    look_at_all(w, lambda name, a: a.status < 400 or "HEAD" in name or
                (a.headers["content-type"][0].startswith("text/xml") and ET.fromstring(a.body).find(ANSWER + "message").text))

@row("2 the Date of a request is not looked at")
def _(w):
    w.phone.nc += 1
    must(w.raw("GET /odk/formList HTTP/1.1\nHost: localhost\nDate: Mon, 31 Feb 1970 13:61:00 PM\n" +
               w.phone.authorization("GET", "/odk/formList", nc=w.phone.nc).strip()).status == 200)

@row("2 Content-Language is said of sentences, Accept-Language does not disturb")
def _(w):
    for language in ("fr", "ar-YE,ar;q=0.9", "xx", "*", ";;;"):
        w.phone.nc += 1
        a = w.raw("GET /odk/formList HTTP/1.1\nHost: localhost\nAccept-Language: %s\n%s" % (
            language, w.phone.authorization("GET", "/odk/formList", nc=w.phone.nc).strip()))
        must(a.status == 200, a.headers)
        must(w.raw("GET /odk/formList HTTP/1.1\nHost: localhost\nAccept-Language: %s" % language).headers.get("content-language"))

@row("2 X-OpenRosa-Version is not asked of the client, and any is taken")
def _(w):
    for said in ("", "X-OpenRosa-Version: 1.0\r\n", "X-OpenRosa-Version: 2.0\r\n"):
        taken(w.post([xml_part(w.xml())], headers=said))


# ---- 3 form list ----

@row("3 every child is in the namespace of the list, in the order of the specification")
def _(w):
    for f in w.forms("?verbose=true"):
        order = [c.tag.replace(LIST, "") for c in f]
        must(order in (["formID", "name", "version", "hash", "descriptionText", "downloadUrl"] + more
                       for more in ([], ["manifestUrl"])), order)

@row("3 formID, name, version, hash and downloadUrl once each and not empty")
def _(w):
    for f in w.forms():
        for name in ("formID", "name", "version", "hash", "downloadUrl"):
            found = f.findall(LIST + name)
            must(len(found) == 1 and found[0].text, (name, ET.tostring(f)))

@row("3 descriptions only with verbose=true")
def _(w):
    for query, there in (("", False), ("?verbose=false", False), ("?verbose=true", True)):
        must(all((f.find(LIST + "descriptionText") is not None) == there for f in w.forms(query)), query)

@row("3 hash is md5: and the digest of the exact bytes, which do not change with who asks or how")
def _(w):
    for f in w.forms():
        number = re.search(r"/forms/(\d+)\.xml", f.find(LIST + "downloadUrl").text).group(1)
        seen = {p.ask("GET", "/forms/%s.xml%s" % (number, q), h).body
                for p, h in ((w.phone, ""), (w.other, "Accept-Language: ar\r\nCookie: language=ar\r\n"),
                             (Phone(w.server.port, "", "", "/odk/key/" + w.token), "")) for q in ("", "?deviceID=z")}
        must(len(seen) == 1 and f.find(LIST + "hash").text == "md5:" + md5(seen.pop()), number)

@row("3 the same id and version with other content cannot be published")
def _(w):
    form_csv(w.folder, "once", "1", "One")
    run(w.safelane, "form", "publish", w.path, os.path.join(w.folder, "f.csv"), "--kind", "hazard")
    form_csv(w.folder, "once", "1", "Another")
    said = run(w.safelane, "form", "publish", w.path, os.path.join(w.folder, "f.csv"), "--kind", "hazard", status=None)
    must("once" in said and "published already" in said and "version" in said, said)

@row("3 formID and version of 249 characters, and equal to those of the instance")
def _(w):
    long_id, long_version = "f" + "x" * 248, "v" * 249
    run(w.safelane, "form", "publish", w.path, form_csv(w.folder, long_id, long_version), "--kind", "hazard")
    f = w.forms("?formID=" + long_id)
    must(len(f) == 1 and f[0].find(LIST + "version").text == long_version, len(f))
    instance = re.search(rb'<data id="([^"]*)" version="([^"]*)"', w.get(f[0].find(LIST + "downloadUrl").text).body)
    must(instance and instance.groups() == (long_id.encode(), long_version.encode()), instance)
    taken(w.phone.send(w.xml().replace('id="flood" version="1"', 'id="%s" version="%s"' % (long_id, long_version))))

@row("3 a version is any string, and a form without one has one in the list and in the instance")
def _(w):
    run(w.safelane, "form", "publish", w.path, form_csv(w.folder, "odd", "v 1.0 β&<"), "--kind", "hazard")
    f = w.forms("?formID=odd")[0]
    must(f.find(LIST + "version").text == "v 1.0 β&<", ET.tostring(f))
    run(w.safelane, "form", "publish", w.path, form_csv(w.folder, "plain", None), "--kind", "hazard")
    f = w.forms("?formID=plain")[0]
    shown = ET.fromstring(w.get(f.find(LIST + "downloadUrl").text).body)
    data = [x for x in shown.iter() if x.get("id") == "plain"][0]
    must((data.get("version") or "") == (f.find(LIST + "version").text or ""), ET.tostring(f))
    version = ' version="%s"' % data.get("version") if data.get("version") else ""
    taken(w.phone.send(w.xml().replace('id="flood" version="1"', 'id="plain"' + version)))

@row("3 without listAllVersions one version of each form, with it all, the last one published last")
def _(w):
    for k in ("1", "2"):
        run(w.safelane, "form", "publish", w.path, form_csv(w.folder, "many", k, "Many " + k), "--kind", "hazard")
    version = lambda q: [f.find(LIST + "version").text for f in w.forms("?formID=many" + q)]
    must(version("") == ["2"] and version("&listAllVersions=true") == ["1", "2"], version(""))
    taken(w.phone.send(w.xml().replace('id="flood" version="1"', 'id="many" version="1"')))  # what was drafted before

@row("3 formID filters, and an unknown one is an empty list")
def _(w):
    must([f.find(LIST + "formID").text for f in w.forms("?formID=flood")] == ["flood"] and w.forms("?formID=none") == [])

@row("3 no groups of forms")
def _(w):
    must(b"xforms-group" not in w.phone.ask("GET", "/formList?verbose=true&listAllVersions=true").body)

@row("3 manifestUrl only where there are files")
def _(w):
    must({f.find(LIST + "formID").text for f in w.forms() if f.find(LIST + "manifestUrl") is not None} == {"shows"})

@row("3 addresses are absolute and use the host that the client used")
def _(w):
    for host in ("localhost:%d" % w.server.port, "127.0.0.1:%d" % w.server.port, "localhost"):
        w.phone.nc += 1
        a = w.raw("GET /odk/formList HTTP/1.1\nHost: %s\n%s" % (
            host, w.phone.authorization("GET", "/odk/formList", nc=w.phone.nc).strip()))
        urls = re.findall(r"<(?:download|manifest)Url>([^<]*)", a.text())
        must(urls and all(u.startswith("http://%s/odk/" % host) for u in urls), urls)

@row("3 behind a proxy addresses and Digest use what it forwards")
def _(w):
    server = Server(w.safelane, w.path, "--behind-proxy")
    try:
        phone = Phone(server.port, "phone-2", PASS)
        forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: mines.example.org\r\nX-Forwarded-Prefix: /p/17\r\n"
        nonce = phone.challenge()
        a = phone.ask("GET", "/formList", forwarded + phone.authorization("GET", "/odk/formList", nonce, 1, said="/p/17/odk/formList"), auth="")
        must(a.status == 401, "the response is of another address")
        b = talk(server.port, ("GET /odk/formList HTTP/1.1\r\nHost: x\r\n%s%s\r\n" % (
            forwarded, phone.authorization("GET", "/p/17/odk/formList", nonce, 2))).encode())
        urls = re.findall(r"<downloadUrl>([^<]*)", b.text())
        must(b.status == 200 and urls and all(u.startswith("https://mines.example.org/p/17/odk/") for u in urls), b.text()[:300])
    finally:
        server.end()


# ---- 4 manifest ----

def manifest_of(w, form="shows"):
    return ET.fromstring(w.get(w.forms("?formID=" + form)[0].find(LIST + "manifestUrl").text).body)

@row("4 filename, hash and downloadUrl once each, in the namespace of the manifest")
def _(w):
    for f in manifest_of(w):
        must(f.tag == MANIFEST + "mediaFile" and [c.tag for c in f] == [MANIFEST + n for n in ("filename", "hash", "downloadUrl")],
             ET.tostring(f))

@row("4 filename is no path")
def _(w):
    for f in manifest_of(w):
        must(re.fullmatch(r"[^/\\]+", f[0].text) and f[0].text not in (".", ".."), f[0].text)

@row("4 hash is md5: and the digest of the bytes")
def _(w):
    for f in manifest_of(w):
        must(f[1].text == "md5:" + md5(w.get(f[2].text).body), f[1].text)

@row("4 every jr:// address of the form stands in the manifest")
def _(w):
    form = w.get(w.forms("?formID=shows")[0].find(LIST + "downloadUrl").text).text()
    wanted = set(re.findall(r"jr://[a-z-]+/([^\"<]+)", form))
    must(wanted == {f[0].text for f in manifest_of(w)} == {"kinds.csv"}, wanted)

@row("4 a form whose files are not given is not published")
def _(w):
    form_csv(w.folder, "lacks", "1", more=',"select_one_from_file none.csv","kind","Kind"\n')
    must("none.csv" in run(w.safelane, "form", "publish", w.path, os.path.join(w.folder, "f.csv"), "--kind", "hazard", status=None))

@row("8.7 the hash changes when the file changes")
def _(w):
    before = manifest_of(w)[0][1].text
    w.csv("name,label\nmine,Mine\nbomb,Bomb\n")
    form_csv(w.folder, "shows", "2", more=',"select_one_from_file kinds.csv","kind","Kind"\n', name="shows.csv")
    run(w.safelane, "form", "publish", w.path, w.shows, "--kind", "hazard", "--media", w.media)
    must(manifest_of(w)[0][1].text != before)


# ---- 5 submission: the request ----

@row("5 the XML part may be called by any file name, of any type or none")
def _(w):
    for filename, type_ in (("instance.xml", "text/xml"), ("xml_submission_file", "text/xml; charset=utf-8"),
                            ("Hazard 2026-03-15_10-11-12.xml", "application/xml"), (None, None), ("ü.xml", "application/octet-stream")):
        taken(w.post([xml_part(w.xml(), filename, type_)]))

@row("5 files are parts whose name is the file's as the XML has it")
def _(w):
    id_ = new_id()
    taken(w.post([xml_part(w.xml(id_, inner="<p0>17234.jpg</p0>")), part("17234.jpg", JPEG, "17234.jpg", "image/jpeg")]))
    must(w.files(id_)["17234.jpg"] == JPEG)

@row("5 the order of the parts is not fixed")
def _(w):
    id_ = new_id()
    taken(w.post([part("1.jpg", JPEG, "1.jpg", "image/jpeg"), part("2.jpg", JPEG + b"2", "2.jpg"), part("*isIncomplete*", "yes"),
                  xml_part(w.xml(id_, inner="<p0>1.jpg</p0><p1>2.jpg</p1>"))]))
    must(w.files(id_)["2.jpg"] == JPEG + b"2")

@row("5 exactly one XML part")
def _(w):
    refused(w.post([part("1.jpg", JPEG, "1.jpg")]), 400, "xml_submission_file")
    refused(w.post([xml_part(w.xml()), xml_part(w.xml())]), 400, "xml_submission_file")

@row("5 chunked transfer coding, in chunks of any size and with trailers")
def _(w):
    for size in (1, 7, 100000):
        body, type_ = multipart([xml_part(w.xml()), part("p.jpg", JPEG, "p.jpg")])
        w.phone.nc += 1
        raw = ("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: %s\r\n%s\r\n" % (
            type_, w.phone.authorization("POST", "/odk/submission", nc=w.phone.nc))).encode()
        for i in range(0, len(body), size):
            raw += b"%x;ext=1\r\n" % len(body[i:i + size]) + body[i:i + size] + b"\r\n"
        taken(talk(w.server.port, raw + b"0\r\nX-Trailer: 1\r\n\r\n"))

@row("5 boundaries in quotes, of 70 characters, of every character that one may have")
def _(w):
    for boundary in ("x", "'()+_,-./:=?", "a b", "-" * 70, "----WebKitFormBoundary7MA4YWxkTrZu0gW", "0" * 63 + "'()+_,?"):
        taken(w.post([xml_part(w.xml()), part("p.jpg", JPEG, "p.jpg")], boundary=boundary))
    taken(w.post([xml_part(w.xml())], boundary="plain", type_="multipart/form-data; boundary=plain"))
    taken(w.post([xml_part(w.xml())], boundary="plain", type_="Multipart/Form-Data; charset=utf-8; Boundary=plain"))

@row("5 names are UTF-8 as they are")
def _(w):
    id_ = new_id()
    taken(w.post([xml_part(w.xml(id_, inner="<p0>صورة рис ភាព.jpg</p0>")), part("صورة рис ភាព.jpg", JPEG, "صورة рис ភាព.jpg", "image/jpeg")]))
    must(w.files(id_)["صورة рис ភាព.jpg"] == JPEG and w.db(
        "SELECT files, (SELECT count(*) FROM sl_submission_file f WHERE f.submission = s.id) FROM sl_submission s WHERE instance = ?", id_) == [(1, 1)])

@row("5 Expect: 100-continue is answered before the body comes")
def _(w):
    body, type_ = multipart([xml_part(w.xml())])
    w.phone.nc += 1
    s = socket.create_connection(("127.0.0.1", w.server.port), timeout=10)
    s.sendall(("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (
        type_, len(body), w.phone.authorization("POST", "/odk/submission", nc=w.phone.nc))).encode())
    first = s.recv(4096)
    must(first.startswith(b"HTTP/1.1 100"), first)
    s.sendall(body)
    must(b"201" in s.recv(4096).split(b"\r\n")[0])
    s.close()

@row("5 without XML declaration, with standalone, with a BOM, pretty-printed or not")
def _(w):
    bodies = [w.xml(start=""), w.xml(start='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'),
              w.xml(start="<?xml version='1.0' ?>\n<!-- a remark -->\n"), "\ufeff" + w.xml(),
              w.xml().replace("><", ">\r\n\t  <")]
    for b in bodies:
        taken(w.phone.send(b))

@row("5 split submissions: the same XML each time, *isIncomplete* on all but the last")
def _(w):
    id_ = new_id()
    x = w.xml(id_, inner="<p0>1.jpg</p0><p1>2.jpg</p1><p2>3.jpg</p2>")
    for k in (1, 2, 3):
        a = taken(w.phone.send(x, [("%d.jpg" % k, JPEG + bytes([k]))], incomplete=k < 3))
        left = 3 - k
        must(("%d file" % left in a.text()) == (left > 0), a.text())
    must({n: d for n, d in w.files(id_).items() if n.endswith("jpg")} == {"%d.jpg" % k: JPEG + bytes([k]) for k in (1, 2, 3)})

@row("5 missing files are shown to the sender until they are there")
def _(w):
    id_ = new_id()
    x = w.xml(id_, inner="<p0>1.jpg</p0><p1>2.jpg</p1>")
    must("2 files still to come" in taken(w.phone.send(x)).text())
    must("1 file still to come" in taken(w.phone.send(x, [("2.jpg", JPEG)])).text())
    must("to come" not in taken(w.phone.send(x, [("1.jpg", JPEG)])).text())

@row("5 a file with no bytes is a file")
def _(w):
    must("to come" not in taken(w.phone.send(w.xml(inner="<p0>empty.jpg</p0>"), [("empty.jpg", b"")])).text())

@row("5 who it is comes before how large it is, and that before the body")
def _(w):
    head = "POST /odk/submission HTTP/1.1\nHost: localhost\nContent-Type: multipart/form-data; boundary=b\nContent-Length: 999999999\n"
    refused(w.raw(head.strip()), 401)
    w.phone.nc += 1
    refused(w.raw(head + w.phone.authorization("POST", "/odk/submission", nc=w.phone.nc).strip()), 413)

@row("5 a body larger than the limit hears 413 though it is sent to its end")
def _(w):
    w.phone.nc += 1
    s = socket.create_connection(("127.0.0.1", w.server.port), timeout=30)
    s.sendall(("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n%s\r\n" % (
        60 << 20, w.phone.authorization("POST", "/odk/submission", nc=w.phone.nc))).encode())
    for _ in range(60):
        s.sendall(b"x" * (1 << 20))
    refused(talk(w.server.port, b"", sock=s), 413, "larger")
    s.close()

@row("5 a chunked body larger than the limit hears 413")
def _(w):
    w.phone.nc += 1
    s = socket.create_connection(("127.0.0.1", w.server.port), timeout=30)
    s.sendall(("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=b\r\n%s\r\n" %
               w.phone.authorization("POST", "/odk/submission", nc=w.phone.nc)).encode())
    for _ in range(60):
        s.sendall(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")
    s.sendall(b"0\r\n\r\n")
    refused(talk(w.server.port, b"", sock=s), 413, "larger")
    s.close()

@row("5 no DTD, no entities, bounds of depth and number")
def _(w):
    x = w.xml(start="")
    for bad in ("<!DOCTYPE data>" + x, '<!DOCTYPE d [<!ENTITY a "b">]>' + x.replace("Field", "&a;"), x.replace("Field", "&a;"),
                "<data id='flood' version='1'>" + "<a>" * 2000 + "</a>" * 2000 + "</data>",
                "<data id='flood' version='1'>" + "<a/>" * 200000 + "</data>"):
        refused(w.phone.send(bad), 400)

@row("5 the XML is kept verbatim")
def _(w):
    id_ = new_id()
    x = w.xml(id_, start="<?xml version='1.0'?>\r\n<!-- kept -->").replace("Field", " F&#233;ld\t<!-- x -->")
    taken(w.phone.send(x))
    must(w.files(id_)["submission.xml"] == x.encode())


# ---- 5 submission: identity ----

@row("5 instanceID in meta, in orx:meta by any prefix, or as an attribute of the root")
def _(w):
    metas = ["<meta><instanceID>%s</instanceID></meta>",
             '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>%s</orx:instanceID></orx:meta>',
             '<n0:meta xmlns:n0="http://openrosa.org/xforms"><n0:instanceID>%s</n0:instanceID></n0:meta>',
             '<meta xmlns="http://openrosa.org/xforms"><instanceID>%s</instanceID><instanceName>x</instanceName></meta>',
             "<meta>\n  <timeStart/>\n  <instanceID>\n %s \n</instanceID></meta>"]
    for m in metas:
        id_ = new_id()
        taken(w.phone.send(w.xml(id_, meta=m % id_)))
        must(w.db("SELECT count(*) FROM sl_submission WHERE instance = ?", id_) == [(1,)], m)
    id_ = new_id()
    taken(w.phone.send(w.xml(id_, meta=" ", root=' instanceID="%s"' % id_)))
    must(w.db("SELECT count(*) FROM sl_submission WHERE instance = ?", id_) == [(1,)])

@row("5 the root may have a namespace and other attributes")
def _(w):
    taken(w.phone.send(w.xml(root=' xmlns="http://example.org/f" xmlns:jr="http://openrosa.org/javarosa" orx:version="x" '
                                  'xmlns:orx="http://openrosa.org/xforms" submissionDate="2026-03-15T10:11:12Z"')))

@row("5 new instanceID: 201")
def _(w):
    id_ = new_id()
    taken(w.phone.send(w.xml(id_)))
    must(w.db("SELECT count(*) FROM sl_submission WHERE instance = ?", id_) == [(1,)])

@row("5 known instanceID and the same bytes: 201, with files that were not held")
def _(w):
    id_ = new_id()
    x = w.xml(id_, inner="<p0>1.jpg</p0>")
    for files in ([], [], [("1.jpg", JPEG)], [("1.jpg", JPEG)]):
        taken(w.phone.send(x, files))
    must(w.db("SELECT count(*) FROM sl_revision WHERE record = (SELECT r.record FROM sl_revision r JOIN sl_submission s ON s.revision = r.id WHERE s.instance = ?)", id_) == [(1,)])
    must(sorted(w.files(id_)) == ["1.jpg", "submission.xml"], w.files(id_))
    must(w.db("SELECT count(*) FROM sl_attachment a JOIN sl_submission s ON s.record = a.record WHERE s.instance = ?", id_) == [(2,)])

@row("5 known instanceID and other bytes: 409")
def _(w):
    x = w.xml(new_id())
    taken(w.phone.send(x))
    refused(w.phone.send(x.replace("Field", "Other")), 409)
    refused(w.phone.send(x + "\n"), 409)

@row("5 an edit by deprecatedID: 201 and a new version; once more: 201; of what is unknown: 404; of what is superseded: 409")
def _(w):
    one, two, three = new_id(), new_id(), new_id()
    taken(w.phone.send(w.xml(one, record="E-1")))
    edit = w.xml(two, record="E-1", deprecated=one)
    taken(w.phone.send(edit))
    must(w.db("SELECT count(DISTINCT record) FROM sl_submission WHERE instance IN (?, ?)", one, two) == [(1,)])
    taken(w.phone.send(edit))
    refused(w.phone.send(w.xml(three, deprecated=new_id())), 404)
    refused(w.phone.send(w.xml(three, deprecated=one)), 409)
    taken(w.phone.send(w.xml(three, record="E-1", deprecated=two)))
    taken(w.phone.send(edit))  # heard late
    must(w.db("SELECT count(*) FROM sl_revision WHERE record = (SELECT r.record FROM sl_revision r JOIN sl_submission s ON s.revision = r.id WHERE s.instance = ?)", one) == [(3,)])

@row("5 no instanceID: 400")
def _(w):
    refused(w.phone.send(w.xml(meta="<meta><instanceID/></meta>")), 400, "instanceID")
    refused(w.phone.send(w.xml(meta=" ")), 400, "instanceID")

@row("5 no XML part, malformed XML, a DTD: 400")
def _(w):
    for bad in (b"", b"<", b"<data", b"no xml", w.xml().encode()[:-1], w.xml().encode() + b"<x/>", b"\x00" * 100,
                w.xml(start="<!DOCTYPE data SYSTEM 'http://127.0.0.1:1/x'>").encode()):
        refused(w.phone.send(bad), 400)

@row("5 unknown form or version: 404")
def _(w):
    refused(w.phone.send(w.xml().replace('id="flood"', 'id="flud"')), 404, "flud")
    refused(w.phone.send(w.xml().replace('version="1"', 'version="9"')), 404, "9")
    refused(w.phone.send(w.xml().replace(' version="1"', "")), 404)

@row("5 a closed form: 409 with a sentence, and what is known goes on")
def _(w):
    id_ = new_id()
    x = w.xml(id_, inner="<p0>1.jpg</p0>")
    taken(w.phone.send(x))
    run(w.safelane, "form", "close", w.path, "flood")
    try:
        refused(w.phone.send(w.xml()), 409, "closed")
        taken(w.phone.send(x, [("1.jpg", JPEG)]))
    finally:
        run(w.safelane, "form", "publish", w.path, FORM, "--kind", "hazard")

@row("5 wrong or missing credentials: 401; known and not allowed: 403")
def _(w):
    body, type_ = multipart([xml_part(w.xml())])
    refused(w.phone.ask("POST", "/submission", "Content-Type: %s\r\n" % type_, body, auth=""), 401)
    nonce = w.phone.challenge()
    refused(w.phone.ask("POST", "/submission", "Content-Type: %s\r\n%s" % (type_, w.phone.authorization(
        "POST", "/odk/submission", nonce, 1, passphrase="wrong")), body, auth=""), 401)
    token = run(w.safelane, "user", w.path, "token", "phone-2", "--scope", "read").strip()
    refused(Phone(w.server.port, "", "", "/odk/key/" + token).send(w.xml()), 403)

@row("5 success is 201, with the sentence that Collect shows and the record's name")
def _(w):
    a = taken(w.phone.send(w.xml(record="HZ-2026-0042")))
    must("HZ-2026-0042" in a.text() and a.headers["content-type"][0].startswith("text/xml"))

@row("5 GET submission is 204 or 405, and POST is never redirected")
def _(w):
    must(w.phone.ask("GET", "/submission").status in (204, 405))
    must(not 300 <= w.post([xml_part(w.xml())], path="/submission/").status < 400)

@row("5 HEAD without credentials is 401, and no Location leads elsewhere")
def _(w):
    a = w.phone.ask("HEAD", "/submission", auth="")
    must(a.status == 401 and a.headers["www-authenticate"])
    must("location" not in w.phone.ask("HEAD", "/submission").headers)

@row("5 an encrypted submission is refused and said")
def _(w):
    refused(w.phone.send(w.xml(root=' encrypted="yes"')), 400, "encrypted")


# ---- 6 authentication ----

@row("6 over http Digest alone is offered, never Basic")
def _(w):
    for method, path in (("GET", "/formList"), ("HEAD", "/submission"), ("GET", "/forms/1.xml"), ("GET", "/media/1")):
        said = w.phone.ask(method, path, auth="").headers["www-authenticate"]
        must(len(said) == 1 and said[0].startswith("Digest ") and "basic" not in said[0].lower(), said)
    a = w.phone.ask("GET", "/formList", auth="Authorization: Basic cGhvbmUtMTpvcmFuZ2UgbGFudGVybg==\r\n")
    must(a.status in (401, 403), a.status)

@row("6 over https the same phones sign with Digest")
def _(w):
    crt, key = os.path.join(w.folder, "c.pem"), os.path.join(w.folder, "k.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", crt,
                    "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
    server = Server(w.safelane, w.path, "--certificate", crt, "--key", key)
    try:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        link = http.client.HTTPSConnection("localhost", server.port, context=context)
        link.request("GET", "/odk/formList")
        a = link.getresponse()
        a.read()
        nonce = re.search(r'nonce="([^"]+)"', a.getheader("WWW-Authenticate")).group(1)
        auth = w.phone.authorization("GET", "/odk/formList", nonce, 1).split(": ", 1)[1].strip()
        link.request("GET", "/odk/formList", headers={"Authorization": auth})
        b = link.getresponse()
        body = b.read().decode()
        must(b.status == 200 and "<downloadUrl>https://localhost:%d/odk/" % server.port in body, body[:300])
        link.close()
    finally:
        server.end()

@row("6 the challenge: realm, nonce, domain, qop=\"auth\", algorithm absent or MD5")
def _(w):
    said = w.phone.ask("GET", "/formList", auth="").headers["www-authenticate"][0]
    for wanted in (r'realm="[^"]+"', r'nonce="[^"]{16,}"', r'domain="[^"]*/odk"', r'qop="auth"'):
        must(re.search(wanted, said), said)
    must(re.findall(r"algorithm=(\w+)", said) in ([], ["MD5"]) and "SHA" not in said, said)

@row("6 a nonce that is expired or of a server before is stale, so that nobody is asked again")
def _(w):
    a = w.phone.ask("GET", "/formList", auth=w.phone.authorization("GET", "/odk/formList", "0" * 64, 1))
    must(a.status == 401 and "stale=true" in a.headers["www-authenticate"][0], a.headers)
    b = w.phone.ask("GET", "/formList", auth=w.phone.authorization("GET", "/odk/formList", "0" * 64, 1, passphrase="wrong"))
    must(b.status == 401 and "stale" not in b.headers["www-authenticate"][0], b.headers)

@row("6 each nonce is another")
def _(w):
    must(len({w.phone.challenge() for _ in range(20)}) == 20)

@row("6 a device has a passphrase of its own: a person's password is none")
def _(w):
    clerk = Phone(w.server.port, "clerk", "a clerk's password")
    nonce = clerk.challenge()
    must(clerk.ask("GET", "/formList", auth=clerk.authorization("GET", "/odk/formList", nonce, 1)).status == 401)

@row("6 the count grows with a nonce; a replay is refused, another order is not")
def _(w):
    nonce, codes = w.phone.challenge(), []
    for nc in (1, 2, 2, 5, 4, 3, 4, 70, 6, 69, 1):
        codes.append(w.phone.ask("GET", "/formList", auth=w.phone.authorization("GET", "/odk/formList", nonce, nc)).status)
    must(codes == [200, 200, 401, 200, 200, 200, 401, 200, 401, 200, 401], codes)

@row("6 counts over several connections at once: all of them once")
def _(w):
    nonce, codes = w.phone.challenge(), []
    def go(nc):
        codes.append(w.phone.ask("GET", "/formList?formID=none", auth=w.phone.authorization("GET", "/odk/formList?formID=none", nonce, nc)).status)
    for repeat in range(2):
        threads = [threading.Thread(target=go, args=(nc,)) for nc in range(1, 25)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    must(codes.count(200) == 24 and codes.count(401) == 24, codes)

@row("6 uri is the address byte for byte, with its query")
def _(w):
    nonce = w.phone.challenge()
    for nc, (asked, signed, status) in enumerate((("/odk/formList?a=%2F", "/odk/formList?a=%2F", 200), ("/odk/formList?a=%2F", "/odk/formList?a=%2f", 401),
                                                  ("/odk/formList?a=1", "/odk/formList", 401), ("/odk/formList", "/odk/formList?a=1", 401),
                                                  ("/odk/formList?", "/odk/formList?", 200), ("/odk/formList?a=b&c", "/odk/formList?a=b&c", 200)), 1):
        a = w.raw("GET %s HTTP/1.1\nHost: localhost\n%s" % (asked, w.phone.authorization("GET", signed, nonce, nc).strip()))
        must(a.status == status, (asked, signed, a.status))

@row("6 the method is signed, HEAD as HEAD")
def _(w):
    nonce = w.phone.challenge()
    must(w.phone.ask("HEAD", "/submission", auth=w.phone.authorization("GET", "/odk/submission", nonce, 1)).status == 401)
    must(w.phone.ask("HEAD", "/submission", auth=w.phone.authorization("HEAD", "/odk/submission", nonce, 2)).status == 204)

@row("6 user names that are not ASCII come as UTF-8")
def _(w):
    phone = Phone(w.server.port, "Équipe-Ж", PASS)
    nonce = phone.challenge()
    a = talk(w.server.port, ("GET /odk/formList HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % phone.authorization("GET", "/odk/formList", nonce, 1)).encode())
    must(a.status == 200, a.text())

@row("6 our own page uses the session, and then needs the CSRF token")
def _(w):
    sign = json.dumps({"name": "clerk", "password": "a clerk's password"})
    a = w.raw("POST /api/session HTTP/1.1\nHost: localhost:%d\nContent-Type: application/json\nContent-Length: %d" % (w.server.port, len(sign)), sign.encode())
    must(a.status == 200, a.text())
    cookie, csrf = a.headers["set-cookie"][0].split(";")[0], json.loads(a.body)["csrf"]
    body, type_ = multipart([xml_part(w.xml())])
    head = "POST /odk/submission HTTP/1.1\nHost: localhost:%d\nCookie: %s\nContent-Type: %s\nContent-Length: %d" % (w.server.port, cookie, type_, len(body))
    refused(w.raw(head, body), 403)
    refused(w.raw(head + "\nX-CSRF-Token: wrong", body), 403)
    refused(w.raw(head + "\nOrigin: http://evil.example\nX-CSRF-Token: " + csrf, body), 403)
    taken(w.raw(head + "\nX-CSRF-Token: " + csrf, body))

@row("6 a token that is none is 404, whatever it is, and looks the same for all")
def _(w):
    said = {(a.status, a.body) for a in (Phone(w.server.port, "", "", "/odk/key/" + bad).ask("GET", "/formList")
            for bad in ("slt_x", "x", w.token[:-1] + "!", w.token + "x", "a" * 3000))}
    must(len(said) == 1 and said.pop()[0] == 404, said)

@row("6 guesses at a passphrase are slowed down, and the device gets in again")
def _(w):
    guess = Phone(w.server.port, "phone-3", "guess")
    nonce = guess.challenge()
    codes = [guess.ask("GET", "/formList", auth=guess.authorization("GET", "/odk/formList", nonce, 1 + i)).status for i in range(15)]
    must(429 in codes and codes[0] == 401, codes)


# ---- 8 pitfalls ----

@row("8.3 titles with markup, quotes and letters of all kinds leave the list well-formed")
def _(w):
    for k, title in enumerate(("<b>&amp;\"'", "\u202eحقل", "]]>", "x" * 300)):
        run(w.safelane, "form", "publish", w.path, form_csv(w.folder, "title-%d" % k, "1", title), "--kind", "hazard")
        f = w.forms("?formID=title-%d" % k)
        must(len(f) == 1 and f[0].find(LIST + "name").text == title, f and f[0].find(LIST + "name").text)

@row("8.8 files may come again and before their siblings")
def _(w):
    id_ = new_id()
    x = w.xml(id_, inner="<p0>1.jpg</p0><p1>2.jpg</p1>")
    for files in (["2.jpg"], ["2.jpg"], ["1.jpg", "2.jpg"]):
        taken(w.phone.send(x, [(n, JPEG + n.encode()) for n in files]))
    must(w.db("SELECT count(*) FROM sl_attachment a JOIN sl_submission s ON s.record = a.record WHERE s.instance = ?", id_) == [(3,)])

@row("8.9 a full body of 32 MiB is answered long before a client gives up")
def _(w):
    began, id_ = time.time(), new_id()
    photos = [("%d.jpg" % k, JPEG + os.urandom(8 << 20)) for k in range(3)]
    taken(w.phone.send(w.xml(id_, inner="<p0>0.jpg</p0><p1>1.jpg</p1><p2>2.jpg</p2>"), photos))
    must(time.time() - began < 20 and {n: w.files(id_)[n] for n, _ in photos} == dict(photos), time.time() - began)

@row("8.10 two phones send the same instanceID at once: one of them is in, the other is told")
def _(w):
    for same in (True, False):
        for _ in range(10):
            id_ = new_id()
            first = w.xml(id_, record="T-" + id_)
            bodies, codes = [first] * 8 if same else [first.replace("Field", "F%d" % k) for k in range(8)], []
            phones = [Phone(w.server.port, "phone-%d" % (1 + k % 2), PASS) for k in range(8)]
            threads = [threading.Thread(target=lambda p=p, b=b: codes.append(p.send(b, [("1.jpg", JPEG)]).status)) for p, b in zip(phones, bodies)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            must(sorted(codes) == ([201] * 8 if same else [201] + [409] * 7), codes)
            must(w.db("SELECT count(*) FROM sl_revision WHERE record = (SELECT r.record FROM sl_revision r JOIN sl_submission s ON s.revision = r.id WHERE s.instance = ?)", id_) == [(1,)])

@row("8.11 empty elements and blanks around a value are no answer and no part of it")
def _(w):
    id_ = new_id()
    taken(w.phone.send(w.xml(id_, inner="<locality>\n\t   Old mill \n</locality><notes/><admin1>  </admin1><repeat><when/></repeat>")))
    d = w.document(id_)
    must(d["locality"] == "Old mill" and "notes" not in d and "admin1" not in d and "when" not in json.dumps(d), d)

@row("8.12 names of files are never paths")
def _(w):
    for name in ("../../escaped.jpg", "/tmp/escaped.jpg", "..\\..\\escaped.jpg", "C:\\escaped.jpg", "..", "a/../../escaped.jpg", "escaped.jpg\0.txt", "~/escaped.jpg"):
        id_ = new_id()
        a = w.post([xml_part(w.xml(id_, inner="<p0>escaped.jpg</p0>")), part(name, JPEG, name, "image/jpeg")])
        must(a.status in (201, 400), (name, a.text()))
        must(all("/" not in n and "\\" not in n and n not in (".", "..") for n in (w.files(id_) if a.status == 201 else [])), (name, w.files(id_)))
    found = [os.path.join(d, f) for top in (w.folder, "/tmp") for d, _, fs in os.walk(top) for f in fs if "escaped" in f and (
        top == w.folder or d == "/tmp")]
    must(not found, ("found", found))

@row("8.14 an edit has deprecatedID inside meta and a new instanceID")
def _(w):
    id_ = new_id()
    taken(w.phone.send(w.xml(id_)))
    taken(w.phone.send(w.xml(meta='<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>%s</orx:instanceID><orx:deprecatedID>%s'
                                  "</orx:deprecatedID></orx:meta>" % (new_id(), id_))))


def main():
    safelane, wanted = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    failed = n = 0
    with tempfile.TemporaryDirectory() as folder:
        w = World(safelane, folder)
        for name, case in CASES:
            if wanted not in name:
                continue
            n += 1
            began = time.time()
            try:
                case(w)
                print("ok   %s" % name, "(%.1f s)" % (time.time() - began) if time.time() - began > 1 else "")
            except Exception as problem:  # noqa: whatever it is, the case fails and the next one runs
                failed += 1
                print("FAIL %s: %s %s" % (name, type(problem).__name__, problem))
        if w.server.end() != 0:
            failed += 1
            print("FAIL the server ends well")
        if "every hash" not in run(safelane, "debug", "verify", w.path, status=None):
            failed += 1
            print("FAIL the programme verifies")
    print("%d passed, %d failed" % (n + 2 - failed, failed))
    sys.exit(failed > 0)


main()
