"""Row 6 of the protocol and the pitfalls of 8: who it is, and what clients really do."""
import http.client, json, os, re, ssl, subprocess, threading, time

from odk_phone import Phone, multipart, part, talk
from odk_server import JPEG, PASS, Server, new_id, run
from odk_world import LIST, form_csv, must, refused, row, taken, xml_part

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
