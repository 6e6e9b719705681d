"""Rows 1 to 4 of the protocol: endpoints, headers, the list of forms, manifests."""
import email.utils, os, re, time
import xml.etree.ElementTree as ET

from odk_phone import Phone, md5, talk
from odk_server import PASS, Server, new_id, run
from odk_world import ANSWER, LIST, MANIFEST, form_csv, must, row, taken, xml_part

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
