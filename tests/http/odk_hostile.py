"""What no phone sends: each is refused with a sentence, or taken as what it is; the server lives, stays small, answers others meanwhile,
and the sanitizers say nothing.  odk_hostile.py SAFELANE [FILTER]   (best one built with them)"""
import gzip, os, random, resource, socket, subprocess, sys, tempfile, time, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../formats")]
import xlsx_maker
from odk_phone import Phone, multipart, part, talk
from odk_server import FORM, JPEG, PASS, Server, make, new_id, run

CASES = []
PEAK_MIB = 1500  # with the sanitizers' own part


class Wrong(Exception):
    pass


def must(good, shown=""):
    if not good:
        raise Wrong(str(shown)[:600])


def case(name):
    def add(f):
        CASES.append((name, f))
        return f
    return add


class World:
    def __init__(self, safelane, folder):
        self.safelane, self.folder = safelane, folder
        self.path, _ = make(safelane, folder, {"phone-1": "Clear Ways", "phone-2": "Clear Ways"}, [[FORM, "--kind", "hazard"]])
        self.said = open(os.path.join(folder, "said"), "w+b")
        self.server = Server(safelane, self.path, said=self.said)
        self.phone, self.second = Phone(self.server.port, "phone-1", PASS), Phone(self.server.port, "phone-2", PASS)

    def xml(self, inner="", name="Field", start="", meta=None):
        return '%s<data id="flood" version="1"><section_identity><id>X</id><name>%s</name></section_identity>%s<meta><instanceID>%s</instanceID></meta></data>' % (
            start, name, inner, meta or new_id())

    def send(self, xml, statuses=(400,), files=(), seconds=20):
        began = time.time()
        a = self.phone.send(xml, files)
        must(a.status in statuses and "OpenRosaResponse" in a.text(), "%d %s" % (a.status, a.text()))
        must(time.time() - began < seconds, "it took %.1f s" % (time.time() - began))
        return a

    def body(self, body, type_, statuses=(400,)):
        a = self.phone.ask("POST", "/submission", "Content-Type: %s\r\n" % type_, body)
        must(a.status in statuses and "OpenRosaResponse" in a.text(), "%d %s" % (a.status, a.text()))

    def head(self, phone=None, more=""):
        phone = phone or self.phone
        if not phone.nonce:
            phone.nonce, phone.nc = phone.challenge(), 0
        phone.nc += 1
        return ("POST /odk/submission HTTP/1.1\r\nHost: localhost\r\n" + phone.authorization("POST", "/odk/submission", nc=phone.nc) + more).encode()

    def well(self):
        """It lives, and takes what is good."""
        must(self.server.p.poll() is None, "the server ended: %s" % self.server.p.returncode)
        must(self.second.send(self.xml()).status == 201, "what is good is not taken any more")
        must(self.server.peak_mib() < PEAK_MIB, "%d MiB" % self.server.peak_mib())


# ---- XML ----

@case("a billion laughs")
def _(w):
    dtd = "<!DOCTYPE data [<!ENTITY a0 'ha'>" + "".join("<!ENTITY a%d '%s'>" % (i, "&a%d;" % (i - 1) * 10) for i in range(1, 12)) + "]>"
    w.send(w.xml(start=dtd, name="&a11;"))

@case("quadratic blow-up of one entity")
def _(w):
    w.send(w.xml(start="<!DOCTYPE data [<!ENTITY a '%s'>]>" % ("x" * 100000), name="&a;" * 100000))

@case("entities of files and of other servers")
def _(w):
    for system in ("file:///etc/passwd", "http://127.0.0.1:%d/health" % w.server.port, "php://x", "\\\\host\\share"):
        w.send(w.xml(start="<!DOCTYPE data [<!ENTITY a SYSTEM '%s'>]>" % system, name="&a;"))
        w.send(w.xml(start="<!DOCTYPE data SYSTEM '%s'>" % system))
        w.send(w.xml(start="<!DOCTYPE data [<!ENTITY %% p SYSTEM '%s'> %%p;]>" % system))

@case("XInclude and processing instructions do nothing")
def _(w):
    w.send(w.xml(inner='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
                 start='<?xml-stylesheet href="http://127.0.0.1:1/x"?>'), (201,))

@case("elements a million deep")
def _(w):
    w.send("<data id='flood' version='1'>" + "<a>" * 1000000)
    w.send("<data id='flood' version='1'>" + "<a>" * 1000000 + "</a>" * 1000000 + "</data>")

@case("four million elements")
def _(w):
    w.send("<data id='flood' version='1'>" + "<a/>" * 4000000 + "</data>")

@case("a hundred thousand attributes, and as many namespaces")
def _(w):
    w.send("<data id='flood' version='1' %s/>" % " ".join("a%d='1'" % i for i in range(100000)))
    w.send("<data id='flood' version='1' %s/>" % " ".join("xmlns:a%d='u%d'" % (i, i) for i in range(100000)), (400, 404))

@case("attributes and namespaces behind what looks like the end of a tag")
def _(w):
    many = " ".join("xmlns:a%d=\"u%d\"" % (i, i) for i in range(100000))
    for start in ("<!-- <a ' -->", "<?x <a ' ?>", "<!-- > --><!---->"):
        w.send("%s<data id='flood' version='1' %s/>" % (start, many), (400, 404), seconds=5)
    w.send("<data id='flood' version='1'><b><![CDATA[<a ']]></b><c %s/></data>" % many, seconds=5)

@case("names and values of many megabytes")
def _(w):
    w.send("<%s/>" % ("a" * 20000000))
    w.send("<data id='%s' version='1'/>" % ("f" * 20000000))
    w.send(w.xml(name="x" * 20000000), (201, 400))
    w.send(w.xml(meta="uuid:" + "1" * 5000000))
    w.send(w.xml(inner="<%s>1</%s>" % ("n" * 3000, "n" * 3000)))

@case("comments and CDATA of many megabytes")
def _(w):
    w.send(w.xml(start="<!--%s-->" % ("x" * 15000000)), (201, 400))
    w.send(w.xml(inner="<notes><![CDATA[%s]]></notes>" % ("]" * 12000000)), (201, 400))

@case("ten thousand repeats, each with a photograph that never comes")
def _(w):
    a = w.send(w.xml(inner="".join("<r><p0>%d.jpg</p0><age>%d</age></r>" % (i, i) for i in range(10000))), (201,))
    must("Received" in a.text())

@case("ten thousand repeats that all want the same photograph")
def _(w):
    w.send(w.xml(inner="<r><p0>1.jpg</p0></r>" * 10000), (201,), [("1.jpg", JPEG)])

@case("places of a million points, of none, of no numbers")
def _(w):
    for place, statuses in ((";".join("%f %f 0 0" % (i % 90, i % 180) for i in range(1000000)), (201, 400)), (";" * 100000, (201,)),
                            ("nan inf 1e999 -0;" * 4, (201,)), ("91 181 0 0", (201,)), ("1 2 3 4 5 6 7", (201,)), ("0x10 0x10", (201,)),
                            ("1e-400 1e400", (201,)), ("12,5 44,5", (201,)), ("١٢ ٤٤", (201,)), ("12.5\t44.5", (201,))):
        w.send(w.xml(inner="<geometry>%s</geometry>" % place), statuses)

@case("bytes that are not UTF-8, and other encodings")
def _(w):
    good = w.xml().encode()
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x00", b"\x01"):
        w.send(good.replace(b"Field", b"Fi" + bad + b"eld"))
    for text in (w.xml().encode("utf-16"), w.xml().encode("utf-32"), ('<?xml version="1.0" encoding="UTF-16"?>' + w.xml()).encode("utf-16-le")):
        w.send(text)
    w.send(b"+ADw-data id=\"flood\"+AD4-", (400,))
    w.send('<?xml version="1.0" encoding="EBCDIC-CP-US"?>' + w.xml(), (201, 400))
    w.send('<?xml version="1.1"?>' + w.xml(name="&#1;&#xFFFF;&#0;"))

@case("letters that write from right to left, join and do not show")
def _(w):
    a = w.send(w.xml(name="\u202eabc\u0000".replace("\0", "") + "\u200b\ufeff\U0001f4a3" + "e" + "\u0301" * 5000), (201, 400))

@case("edits of themselves and in circles")
def _(w):
    one, two = new_id(), new_id()
    edit = lambda a, b: w.xml(meta=a).replace("</meta>", "<deprecatedID>%s</deprecatedID></meta>" % b)
    w.send(edit(one, one), (404, 409))
    w.send(w.xml(meta=one), (201,))
    w.send(edit(two, one), (201,))
    w.send(edit(one, two), (409,))


# ---- the body ----

@case("a part of 100 MB, announced, in chunks, and with Expect")
def _(w):
    type_ = "Content-Type: multipart/form-data; boundary=b\r\n"
    for more in ("Content-Length: %d\r\n\r\n" % (100 << 20), "Transfer-Encoding: chunked\r\n\r\n", "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (100 << 20)):
        s = socket.create_connection(("127.0.0.1", w.server.port), timeout=60)
        s.sendall(w.head(more=type_ + more))
        if "Expect" not in more:
            for _ in range(100):
                piece = b"x" * (1 << 20)
                s.sendall(b"100000\r\n" + piece + b"\r\n" if "chunked" in more else piece)
            if "chunked" in more:
                s.sendall(b"0\r\n\r\n")
        a = talk(w.server.port, b"", sock=s)
        must(a.status == 413 and "OpenRosaResponse" in a.text(), a.status)
        s.close()

@case("a photograph of 32 MB less the rest, and one byte too many")
def _(w):
    w.send(w.xml(inner="<p0>1.jpg</p0>"), (201,), [("1.jpg", JPEG + os.urandom((32 << 20) - 5000))], 60)
    w.send(w.xml(inner="<p0>1.jpg</p0>"), (413,), [("1.jpg", JPEG + os.urandom(34 << 20))], 60)

@case("a hundred thousand parts, and heads without end")
def _(w):
    xml = part("xml_submission_file", w.xml())
    w.body(multipart([xml] + [part("f%d" % i, b"x") for i in range(100000)], "b")[0], "multipart/form-data; boundary=b")
    w.body(multipart([xml, b"X-A: " + b"x" * 2000000 + b"\r\n\r\n1"], "b")[0], "multipart/form-data; boundary=b")
    w.body(multipart([xml, b"".join(b"X-%d: 1\r\n" % i for i in range(100000)) + b"\r\n1"], "b")[0], "multipart/form-data; boundary=b")

@case("bodies that do not end, that nest, that are no multipart")
def _(w):
    xml = part("xml_submission_file", w.xml())
    whole = multipart([xml], "b")[0]
    for body in (whole[:-4], whole[:40], b"--b", b"--b--", b"\r\n" * 1000000, b"--b\r\n" * 300000, b"-" * 5000000, b"\r\n--" * 2000000, os.urandom(1000000)):
        w.body(body, "multipart/form-data; boundary=b")
    inner = multipart([xml], "c")[0]
    w.body(multipart([b"Content-Type: multipart/mixed; boundary=c\r\n\r\n" + inner], "b")[0], "multipart/form-data; boundary=b")

@case("boundaries that are none")
def _(w):
    for b in ("", "x" * 71, '"', '"x', "é", "a;b", "\t", "x" * 5000):
        w.body(b"--x--", "multipart/form-data; boundary=" + b, (400, 415))
    w.body(b"--x--", "multipart/form-data", (400,))
    w.body(b"--x--", "multipart/form-data; boundary=x; boundary=y", (400,))

@case("a body that is compressed, or a bomb of one")
def _(w):
    body, type_ = multipart([part("xml_submission_file", w.xml(name="x" * 30000000))])
    a = w.phone.ask("POST", "/submission", "Content-Type: %s\r\nContent-Encoding: gzip\r\n" % type_, gzip.compress(body))
    must(a.status == 415, a.status)

@case("names of files that are paths, devices, streams, very long or of control letters")
def _(w):
    names = ["../" * 50 + "etc/passwd", "/etc/passwd", "..\\..\\windows\\win.ini", "C:\\x.jpg", "CON", "NUL.jpg", "a.jpg:stream", ".htaccess", "..", ".", "/", "\\", " ", "-rf",
             "$(id).jpg", "`id`.jpg", "a\tb.jpg", "x" * 3000 + ".jpg", "é" * 200 + ".jpg", "\u202egpj.exe", "submission.xml", "%2e%2e%2fx", "%00.jpg", "a.jpg%00.exe", "'; DROP TABLE sl_blob; --"]
    for name in names:
        w.send(w.xml(inner="<p0>%s</p0>" % name.replace("&", "&amp;").replace("\t", " ")), (201, 400), [(name, JPEG)])
    for bad in (b"\xff\xfe.jpg", b"a\x01.jpg", b"a\x7f.jpg", b"a\x00b.jpg"):
        body = multipart([part("xml_submission_file", w.xml()), b'Content-Disposition: form-data; name="f"; filename="' + bad + b'"\r\n\r\nx'], "b")[0]
        w.body(body, "multipart/form-data; boundary=b", (201, 400))
    outside = [f for f in os.listdir(w.folder) if not f.startswith(("p.gpkg", "said", "x"))]
    must(not outside, outside)


# ---- the head ----

@case("Authorization that is no Digest, or far too much of one")
def _(w):
    nonce = w.phone.challenge()
    good = w.phone.authorization("GET", "/odk/formList", nonce, 1).strip()
    bad = ["Authorization: Digest " + x for x in ("", ",", "=", "=,=", "a", 'a="', 'username="x', "username=" + "x" * 20000, ",".join("a%d=b" % i for i in range(2000)),
                                                   'username="\\', "response=\"" + "0" * 32 + "\"", "\x01\x02")]
    bad += [good.replace("nc=00000001", "nc=" + nc) for nc in ("00000000", "ffffffff", "-0000001", "1", "0x000001", "zzzzzzzz", "000000001")]
    bad += [good.replace('username="phone-1"', 'username="%s"' % n) for n in ("\xff\xfe", "é" * 3000, "", "phone-1\\", "%00")]
    bad += [good.replace(nonce, n) for n in (nonce[:-1], nonce + "0", "g" * 64, "f" * 64, "")] + [good + ", " + good[22:]]
    for b in bad:
        a = talk(w.server.port, b"GET /odk/formList HTTP/1.1\r\nHost: localhost\r\n" + b.encode("latin-1", "replace") + b"\r\n\r\n")
        must(a.status in (400, 401, 403, 413, 429, 431), (b[:100], a.status))

@case("addresses that are tricks")
def _(w):
    for path in ("/odk/../../etc/passwd", "/odk/forms/..%2f..%2fp.gpkg.xml", "/odk/forms/-1.xml", "/odk/forms/99999999999999999999.xml", "/odk/forms/%00.xml", "/odk/media/1%27--",
                 "/odk/media/" + "9" * 3000, "/odk/forms/" + "a" * 5000, "/odk/formList?formID=%27%20OR%201=1--", "/odk/formList?" + "a=b&" * 100, "/odk/key/" + "x" * 3000 + "/formList",
                 "/odk/key//formList", "/odk/key/../formList"):
        w.head()
        a = talk(w.server.port, ("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (path, w.phone.authorization("GET", path, nc=w.phone.nc))).encode())
        must(a.status in (200, 400, 401, 404, 414, 429, 431) and b"SQLite" not in a.body and b"phone-1" not in a.body, (path[:60], a.status))

@case("connections that stop in the middle, two hundred at once")
def _(w):
    body, type_ = multipart([part("xml_submission_file", w.xml()), part("1.jpg", JPEG * 1000, "1.jpg")])
    links = []
    for k in range(200):
        s = socket.create_connection(("127.0.0.1", w.server.port), timeout=30)
        s.sendall(w.head(more="Content-Type: %s\r\nContent-Length: %d\r\n\r\n" % (type_, len(body))) + body[:k * len(body) // 200])
        links.append(s)
    must(w.second.send(w.xml()).status == 201, "others wait for them")
    for s in links:
        s.close()

@case("noise on the wire")
def _(w):
    chance = random.Random(7)
    good = w.head(more="Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\n") + b"--b--"
    for _ in range(100):
        bad = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        with socket.create_connection(("127.0.0.1", w.server.port), timeout=0.05) as s:
            s.sendall(bad)
            try:
                s.recv(65536)  # it may wait for more
            except OSError:
                pass


# ---- .xlsx ----

def refuse_form(w, name, *words):
    path = os.path.join(w.folder, name)
    began = time.time()
    p = subprocess.run([w.safelane, "form", "check", path], capture_output=True, timeout=120)
    must(p.returncode in (1, 2, 3, 4) and b"Sanitizer" not in p.stderr, (p.returncode, p.stderr.decode()))
    must(time.time() - began < 30 and any(x in (p.stdout + p.stderr).decode() for x in words), (p.stdout + p.stderr).decode())
    must(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < (PEAK_MIB << 10) * 2)
    os.unlink(path)

def survey(*rows):
    return {"survey": xlsx_maker.sheet(xlsx_maker.row(1, "type", "name", "label"), *rows)}

@case(".xlsx: a sheet of 300 MB")
def _(w):
    def bomb(to):
        for _ in range(300):
            to.write(b" " * 1000000)
    xlsx_maker.write(os.path.join(w.folder, "x.xlsx"), survey(), instead={"xl/worksheets/sheet0.xml": bomb})
    refuse_form(w, "x.xlsx", "128 MB", "damaged")

@case(".xlsx: shared strings of 150 MB")
def _(w):
    def bomb(to):
        to.write(b"<sst>")
        for _ in range(150):
            to.write(b"<si><t>" + b"x" * 1000000 + b"</t></si>")
    xlsx_maker.write(os.path.join(w.folder, "x.xlsx"), survey(), instead={"xl/sharedStrings.xml": bomb})
    refuse_form(w, "x.xlsx", "128 MB", "damaged")

@case(".xlsx: entities in a sheet")
def _(w):
    dtd = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join("<!ENTITY a%d '%s'>" % (i, "&a%d;" % (i - 1) * 10) for i in range(1, 12)) + "]>"
    bad = survey(xlsx_maker.row(2, "text", "a", "&a11;"))["survey"].replace("<worksheet", dtd + "<worksheet", 1)
    xlsx_maker.write(os.path.join(w.folder, "x.xlsx"), {"survey": bad})
    refuse_form(w, "x.xlsx", "document type")

@case(".xlsx: ten thousand sheets, a million columns, rows at the end of the world")
def _(w):
    xlsx_maker.write(os.path.join(w.folder, "x.xlsx"), {"s%d" % i: xlsx_maker.sheet() for i in range(3000)})
    refuse_form(w, "x.xlsx", "survey", "sheet")
    wide = xlsx_maker.sheet("<row r='1'>" + "".join("<c r='XFD1'/>" for _ in range(200000)) + "</row>")
    xlsx_maker.write(os.path.join(w.folder, "x.xlsx"), {"survey": wide})
    refuse_form(w, "x.xlsx", "column", "survey")

@case(".xlsx: names in the zip that are paths, files that are not there, links to themselves")
def _(w):
    path = os.path.join(w.folder, "x.xlsx")
    xlsx_maker.write(path, survey())
    with zipfile.ZipFile(path, "a") as z:
        z.writestr("../../../tmp/escaped-by-safelane", b"x")
        z.writestr("/tmp/escaped-by-safelane", b"x")
    subprocess.run([w.safelane, "form", "check", path], capture_output=True, timeout=60)
    must(not os.path.exists("/tmp/escaped-by-safelane"))
    rels = ('<Relationships><Relationship Id="s0" Type="%s/worksheet" Target="../../../../etc/passwd"/></Relationships>' % xlsx_maker.TYPES)
    xlsx_maker.write(path, survey(), instead={"xl/_rels/workbook.xml.rels": rels})
    refuse_form(w, "x.xlsx", "survey", "damaged", "missing", "sheet")


def main():
    safelane, wanted = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    failed = n = 0
    with tempfile.TemporaryDirectory() as folder:
        w = World(safelane, folder)
        for name, f in CASES:
            if wanted not in name:
                continue
            n += 1
            began = time.time()
            try:
                f(w)
                w.well()
                print("ok   %s" % name, "(%.1f s)" % (time.time() - began) if time.time() - began > 2 else "", flush=True)
            except Exception as problem:  # noqa: whatever it is, the case fails and the next one runs
                failed += 1
                print("FAIL %s: %s %s" % (name, type(problem).__name__, problem), flush=True)
        peak = w.server.peak_mib() if w.server.p.poll() is None else -1
        status = w.server.end()
        w.said.seek(0)
        said = w.said.read().decode("utf-8", "replace")
        for good, name in ((status == 0, "the server ends well, with %d MiB at most" % peak), ("Sanitizer" not in said and "runtime error" not in said, "the sanitizers say nothing"),
                           ("every hash" in run(safelane, "debug", "verify", w.path, status=None), "the programme verifies")):
            n += 1
            failed += not good
            print("ok   " + name if good else "FAIL %s: %d %s" % (name, status, said[-2000:]))
    print("%d passed, %d failed" % (n - failed, failed))
    sys.exit(failed > 0)


main()
