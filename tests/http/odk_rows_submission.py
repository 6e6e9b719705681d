"""Row 5 of the protocol: submissions."""
import socket

from odk_phone import Phone, multipart, part, talk
from odk_server import FORM, JPEG, new_id, run
from odk_world import must, refused, row, taken, xml_part

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
