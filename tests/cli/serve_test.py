"""The server as a whole program: see serve_test.sh."""
import gzip
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
BINARY = os.path.abspath(sys.argv[1])
passed = failed = 0
bearer = ""  # a header line: what everybody here comes with


def check(what, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print("ok  ", what)
    else:
        failed += 1
        print("FAIL", what, detail)
    sys.stdout.flush()


class Server:
    def __init__(self, programme, *options):
        self.log = programme + ".log"
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", programme, "--listen", "127.0.0.1:0", "--log", self.log, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.process.stderr.read())
        self.address = re.search(r"https?://\S+", line).group(0)
        self.port = int(self.address.rstrip("/").rsplit(":", 1)[1])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def raw(self, data, wait=20):
        """Send bytes and read until the server closes; the whole answer."""
        with self.connect() as s:
            s.settimeout(wait)
            answer = b""
            try:
                s.sendall(data)
                while chunk := s.recv(65536):
                    answer += chunk
            except (ConnectionResetError, BrokenPipeError):
                pass
            return answer

    def get(self, path, headers=None):
        headers = bearer if headers is None else headers
        answer = self.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode("latin-1"), body

    def well(self):
        begun = time.monotonic()
        status = self.get("/health")[0]
        return status == 200 and time.monotonic() - begun < 2

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "killed"
        return code, self.process.stderr.read()


def clean(answer):
    """A 4xx or a close, never a 200 and never a 5xx but 501 and 505, which are about the request."""
    return not answer or re.match(rb"HTTP/1\.[01] (4\d\d|501|505) ", answer)


def signed(data):
    """A request of somebody who may ask: it is refused for what it is, not for who sent it."""
    return data.replace(b"Host: localhost\r\n", b"Host: localhost\r\n" + bearer.encode(), 1)


def account(programme):
    """An administrator and, for what is asked here, a token."""
    def user(*words):
        return subprocess.run([BINARY, "user", programme, *words], input="correct horse battery\n", text=True, check=True,
                              capture_output=True).stdout.strip()
    user("add", "Anna", "--role", "administrator")
    return f"Authorization: Bearer {user('token', 'Anna', '--scope', 'read', '--days', '1')}\r\n"


def first_start(programme):
    """The link of the first start makes one administrator, once, and is in no log."""
    server = Server(programme)
    said = server.process.stdout.readline() + server.process.stdout.readline()
    link = re.search(r"/set-up\?key=([\w-]{43})$", said.strip())
    check("the first start prints a link", link, said)
    key = link.group(1)
    check("the link opens a form", server.get(f"/set-up?key={key}", "")[0] == 200)
    form = f"key={key}&name=Anna&password=correct+horse+battery"
    post = (f"POST /set-up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(form)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}").encode()
    answer = server.raw(post)
    cookie = re.search(rb"Set-Cookie: (safelane=([\w-]{43})); Path=/; HttpOnly; SameSite=Strict\r\n", answer)
    check("it makes the first administrator", answer.startswith(b"HTTP/1.1 303") and cookie, answer)
    check("who is signed in", server.get("/api/people", f"Cookie: {cookie.group(1).decode()}\r\n")[0] == 200)
    check("it does so once", server.raw(post).startswith(b"HTTP/1.1 403"))
    server.stop()
    with open(server.log, encoding="utf-8") as f:
        log = f.read()
    check("no secret is in the log", not [x for x in (key, cookie.group(2).decode(), "horse") if x in log] and "/set-up" in log)
    server = Server(programme)
    code, _ = server.stop()
    check("the next start prints no link", "set-up" not in server.process.stdout.read() and code == 0)


def malformed(server):
    cases = {
        "no method": b"\r\n\r\n",
        "noise": bytes(range(256)) * 8 + b"\r\n\r\n",
        "a TLS hello": bytes.fromhex("16030100a5010000a10303") + os.urandom(160) + b"\r\n\r\n",
        "HTTP/9.9": b"GET / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "no version": b"GET /health\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        # The library ends an address at a NUL: what stands behind it must not matter.
        "NUL in the path": b"GET /nothing\0/../health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "NUL in a header": b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\nConnection: close\r\n\r\n",
        "two lengths": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "length and chunks": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                             b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "negative length": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\nhello",
        "huge length": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "broken chunks": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "unknown coding": b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                          b"Transfer-Encoding: rot13\r\nConnection: close\r\n\r\nhello",
        "long address": b"GET /" + b"a" * 200000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200000 + b"\r\nConnection: close\r\n\r\n",
        "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                        b"".join(b"X%d: 1\r\n" % i for i in range(300)) + b"\r\n",
        "very many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                             b"".join(b"X%d: 1\r\n" % i for i in range(100000)) + b"\r\n",
        "many parameters": b"GET /health?" + b"&".join(b"a%d=1" % i for i in range(2000)) +
                           b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "CONNECT": b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "TRACE": b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "another server": b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "backslashes": b"GET /assets/x/..\\..\\index.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    }
    for path in ["/assets/x/../../../../etc/passwd", "/assets/x/%2e%2e/%2e%2e/etc/passwd", "/../etc/passwd",
                 "/assets/x/..%2f..%2fetc%2fpasswd", "/assets/x//etc/passwd", "/assets/%2e%2e/style.css", "/%c0%ae%c0%ae/",
                 "/%00", "/api/records/hazard/%00", "/api/records/../findings", "/api/history/%ff%fe", "/.%00./",
                 "/api/search?q=%", "/api/search?q=%F0%28%8C%BC"]:
        cases["path " + path] = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    for what, data in cases.items():
        # What is not finished is cut off by a deadline; here only that it is not answered as if it were good.
        with server.connect() as s:
            s.settimeout(3)
            answer = b""
            try:
                s.sendall(signed(data))
                s.shutdown(socket.SHUT_WR)
                while chunk := s.recv(65536):
                    answer += chunk
            except (OSError, socket.timeout):
                pass
        check("refused: " + what, clean(answer), answer[:200])
    check("well after malformed requests", server.well())


def slow(server):
    """One byte at a time: never finished, cut off in good time, and others are answered meanwhile."""
    heads = {
        "head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        "nothing at all": b"",
        "body": signed(b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n["),
        "chunks": signed(b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         b"Transfer-Encoding: chunked\r\n\r\n1000\r\n["),
    }
    outcome = {}

    def trickle(name, begin):
        begun = time.monotonic()
        try:
            with server.connect() as s:
                s.sendall(begin)
                while time.monotonic() - begun < 60:
                    time.sleep(0.5)
                    if begin:
                        s.sendall(b"a")
                    s.settimeout(0.01)
                    try:
                        if not s.recv(100):
                            break
                    except socket.timeout:
                        pass
                    s.settimeout(30)
        except OSError:
            pass
        outcome[name] = time.monotonic() - begun

    threads = [threading.Thread(target=trickle, args=(f"{name} {i}", begin))
               for name, begin in heads.items() for i in range(20)]
    for t in threads:
        t.start()
    well = all(server.well() for _ in range(20))
    for t in threads:
        t.join()
    check("others are answered beside trickles", well)
    for what, limit in (("head", 25), ("nothing", 25), ("body", 45), ("chunks", 45)):
        longest = max(t for name, t in outcome.items() if name.startswith(what))
        check(f"trickles are cut off: {what}", longest < limit, f"after {longest:.1f} s")


def body(data, kind="application/json", path="/api/ask", more=b""):
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(data)}\r\n").encode() + more + b"\r\n" + data


def asked(filter_text, language="cql2-text"):
    """A page of features with a filter, its bytes escaped as they are."""
    escaped = b"".join(b"%%%02X" % c if c not in b"abcdefghijklmnopqrstuvwxyz" else bytes([c]) for c in filter_text)
    return (b"GET /ogc/collections/hazard/items?limit=1&filter-lang=" + language.encode() + b"&filter=" + escaped +
            b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


def hostile_cases():
    polygon = b'{"type":"Polygon","coordinates":'
    deep_not = b'{"op":"not","args":[' * 400 + b"true" + b"]}" * 400
    return {
        "deep lists": body(b"[" * 60000),
        "deep lists, closed": body(b"[" * 30000 + b"]" * 30000),
        "deep objects": body(b'{"a":' * 10000 + b"1" + b"}" * 10000),
        "deep coordinates": body(polygon + b"[" * 20000 + b"]" * 20000 + b"}"),
        "collections in collections": body(b'{"type":"GeometryCollection","geometries":[' * 1000 + b"]}" * 1000),
        "a number of many digits": body(polygon + b"[[[" + b"9" * 60000 + b",1]]]}"),
        "numbers that are none": body(polygon + b"[[[NaN,1],[Infinity,2],[1e999,3],[NaN,1]]]}"),
        "a name without an end": body(b'{"' + b"a" * 60000),
        "a lone surrogate": body(b'{"type":"\\ud800","coordinates":[]}'),
        "NUL in a text": body(b'{"type":"Poly\\u0000gon","coordinates":[]}'),
        "UTF-8 cut short": body(b'{"type":"\xc3","coordinates":[]}'),
        "UTF-8 overlong": body(b'{"type":"\xc0\xaf","coordinates":[]}'),
        "UTF-16": body('{"type":"Polygon"}'.encode("utf-16")),
        "a body of noise": body(os.urandom(50000)),
        "a body that says it is smaller": body(b"[1,2]", more=b"X: y\r\n") + b"more than was said" * 100,
        "a compressed body": body(gzip.compress(b"[" * 10000000), more=b"Content-Encoding: gzip\r\n"),
        "a body of another type": body(b"<a/>", "application/xml"),
        "a type of noise": body(b"[]", "\x7f;;;=,"),
        "a body where none is taken": body(b"[]", path="/api/programme"),
        "a form of broken escapes": body(b"name=%zz&password=%", "application/x-www-form-urlencoded", "/sign-in"),
        "a form that is no UTF-8": body(b"name=%ff%fe&password=%c3%28", "application/x-www-form-urlencoded", "/sign-in"),
        "CQL2: parentheses": asked(b"(" * 3000),
        "CQL2: closed parentheses": asked(b"(" * 1500 + b"TRUE" + b")" * 1500),
        "CQL2: NOT NOT NOT": asked(b"NOT " * 2000 + b"TRUE"),
        "CQL2: text without an end": asked(b"id = '" + b"a" * 9000),
        "CQL2: invalid UTF-8": asked(b"id = '\xff\xfe'"),
        "CQL2: NUL": asked(b"id = 'a\0b'"),
        "CQL2: a polygon of nothing": asked(b"S_INTERSECTS(geometry, POLYGON((((((((((((((("),
        "CQL2 in JSON: deep NOT": asked(deep_not, "cql2-json"),
        "CQL2 in JSON: deep lists": asked(b"[" * 9000, "cql2-json"),
        "CQL2 in JSON: noise": asked(os.urandom(3000), "cql2-json"),
        "a bounding box of noise": b"GET /ogc/collections/hazard/items?bbox=nan,1e999,-0x1,%FF HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "a host of noise": b"GET /health HTTP/1.1\r\nHost: local\xffhost\r\nConnection: close\r\n\r\n",
        "no host": b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
        "two hosts": b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "a folded header": b"GET /health HTTP/1.1\r\nCookie: a=b\r\nHost: localhost\r\n evil.example\r\nConnection: close\r\n\r\n",
        "a token of noise": b"GET /api/programme HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe'--\r\nConnection: close\r\n\r\n",
        "a cookie of noise": b"GET /api/programme HTTP/1.1\r\nHost: localhost\r\nCookie: safelane=" + b"%00'\xff;" * 500 + b"\r\nConnection: close\r\n\r\n",
        "a tile of nowhere": b"GET /tiles/hazard/14/-1/99999999999999999999999.mvt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    }


def hostile(server):
    """Each is refused or cut off, and while it is, another client is answered."""
    for what, data in hostile_cases().items():
        answers = []

        def attack():
            answers.append(server.raw(data if b"Authorization" in data or b"Cookie" in data else signed(data)))

        threads = [threading.Thread(target=attack) for _ in range(4)]
        for t in threads:
            t.start()
        well = server.well()
        for t in threads:
            t.join()
        check("refused, others answered: " + what, well and all(clean(a) for a in answers), (well, answers[0][:200]))


def flood(server):
    """Heads without an end, requests without a pause and bodies larger than is taken, from many at once."""
    until = time.monotonic() + 5
    got = {}

    def heads():
        with server.connect() as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            while time.monotonic() < until:
                s.sendall(b"X-Flood: 0123456789\r\n" * 1000)

    def requests():
        with server.connect() as s:
            s.settimeout(10)
            while time.monotonic() < until:
                s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)
                s.recv(1 << 20)

    def bodies():
        answer = server.raw(signed(b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                   b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 400))
        got["endless body"] = answer

    def announced():
        got["large body"] = server.raw(signed(b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                              b"Content-Length: 4000000000\r\n\r\n["))

    def in_peace(what):
        try:
            what()
        except OSError:
            pass  # cut off: as it should be

    threads = [threading.Thread(target=in_peace, args=(f,)) for f in (heads, requests, bodies, announced) for _ in range(6)]
    for t in threads:
        t.start()
    times = []
    while time.monotonic() < until:
        begun = time.monotonic()
        ok = server.get("/health")[0] == 200
        times.append(time.monotonic() - begun if ok else 99)
        time.sleep(0.05)
    for t in threads:
        t.join()
    check("others are answered beside floods", times and max(times) < 3, f"{max(times):.2f} s")
    for what, answer in got.items():
        check("refused: " + what, clean(answer), answer[:200])
    check("a large body is refused before it comes", got.get("large body", b"").startswith(b"HTTP/1.1 413"), got)


def slow_reader(server):
    """Who asks much and does not read holds up nobody."""
    sockets = []
    for _ in range(30):
        s = server.connect()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.sendall(signed(b"GET /api/findings?limit=100000 HTTP/1.1\r\nHost: localhost\r\n\r\n") * 20)
        sockets.append(s)
    check("others are answered beside who does not read", all(server.well() for _ in range(10)))
    for s in sockets:
        s.close()


def crowd(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    idle = []
    try:
        while len(idle) < 2000:
            idle.append(server.connect())
    except OSError as problem:
        check("2,000 idle connections are taken", False, f"{len(idle)}: {problem}")
    times = []
    for _ in range(50):
        begun = time.monotonic()
        ok = server.get("/health")[0] == 200
        times.append(time.monotonic() - begun if ok else 99)
    check("others are answered beside 2,000 idle connections", sorted(times)[45] < 0.5, f"{sorted(times)[45]:.3f} s")
    used = [s for s in idle[::100] if ask_on(s)]
    check("idle connections still serve", len(used) == 20, len(used))
    for s in idle:
        s.close()


def ask_on(s):
    try:
        s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return s.recv(4096).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def graceful(programme):
    """Requests that run when the server is asked to stop are answered; new ones are not taken."""
    server = Server(programme)
    answers = []

    def ask():
        try:
            answers.append(server.get("/api/findings?limit=100000")[0])
        except Exception as problem:
            answers.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for t in threads:
        t.start()
    time.sleep(0.05)
    code, err = server.stop(signal.SIGINT)
    for t in threads:
        t.join()
    check("running requests are answered at the end", answers == [200] * 6, answers)
    check("ends with 0 and says nothing", code == 0 and not err, (code, err[-2000:]))


def replaced(programme, other):
    """Another file under the same name, as when a copy is put back."""
    server = Server(programme)
    before = json.loads(server.get("/api/programme")[2])["records"]
    os.rename(other, programme)
    for suffix in ("-wal", "-shm"):
        if os.path.exists(programme + suffix):
            os.unlink(programme + suffix)
    deadline = time.monotonic() + 5
    after = before
    while after == before and time.monotonic() < deadline:
        time.sleep(0.2)
        after = json.loads(server.get("/api/programme")[2])["records"]
    check("another file under the name is noticed", after == 0 != before, (before, after))
    server.stop()


def written_meanwhile(programme, folder):
    """An import beside the server is seen by the next request."""
    server = Server(programme)
    count = lambda: next(k["records"] for k in json.loads(server.get("/api/programme")[2])["kinds"] if k["kind"] == "hazard")
    before = count()
    path = os.path.join(folder, "more.csv")
    with open(path, "w") as f:
        f.write("id,class,effective_date,lat,lon\nNEW-1,SHA,2024-01-01,10.5,40.5\n")
    done = subprocess.run([BINARY, "import", programme, path, "--kind", "hazard", "--approve", "--crs", "EPSG:4326"],
                          capture_output=True, text=True)
    check("what others write is seen at once", done.returncode == 0 and count() == before + 1,
          (done.stderr, before, count()))
    status, _, body = server.get("/api/search?q=new-")
    check("and found", status == 200 and b"NEW-1" in body, body)
    server.stop()


def secure(programme, folder):
    certificate, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                           "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"], capture_output=True)
    if made.returncode:
        print("skip TLS: openssl is not here")
        return
    server = Server(programme, "--certificate", certificate, "--key", key)
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    with context.wrap_socket(server.connect(), server_hostname="localhost") as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while chunk := s.recv(65536):
            answer += chunk
        version = s.version()
    check("TLS", answer.startswith(b"HTTP/1.1 200") and b'"https://localhost/assets/' in answer, answer[:300])
    check("TLS 1.2 or later", version in ("TLSv1.2", "TLSv1.3"), version)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    try:
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.wrap_socket(server.connect()).close()
        check("TLS 1.1 is refused", False)
    except (OSError, ValueError):
        check("TLS 1.1 is refused", True)
    plain = server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    check("plain text on the TLS port is not answered", not plain.startswith(b"HTTP/1.1 200"), plain[:100])
    code, err = server.stop()
    check("ends well under TLS", code == 0 and not err, (code, err[-2000:]))


def every_route(server):
    """Every path of the description answers a GET with a status that is no fault of ours."""
    status, head, body = server.get("/api", "Accept-Encoding: gzip\r\n" + bearer)
    check("the description comes gzipped", "Content-Encoding: gzip" in head, head)
    paths = json.loads(gzip.decompress(body))["paths"]
    for path, methods in paths.items():
        if "get" not in methods:
            continue
        real = path.replace("{kind}", "hazard").replace("{record}", "nothing").replace("{id}", "nothing")
        status = server.get(re.sub(r"\{\w+\}", "x", real))[0]
        check(f"answers: {path}", status < 500, status)


def main():
    with tempfile.TemporaryDirectory(prefix="safelane-serve-") as folder:
        programme, empty = os.path.join(folder, "p.gpkg"), os.path.join(folder, "empty.gpkg")
        for command in (["debug", "simulate", programme, "--hazards", "300", "--seed", "1"],
                        ["init", empty, "--country", "ZZZ"]):
            subprocess.run([BINARY, *command], check=True, capture_output=True)
        first_start(empty)
        global bearer
        bearer = account(programme)
        begun = time.monotonic()
        server = Server(programme)
        check("answers after the start", server.well())
        print(f"     start to first answer: {(time.monotonic() - begun) * 1000:.0f} ms")
        every_route(server)
        malformed(server)
        hostile(server)
        flood(server)
        slow(server)
        slow_reader(server)
        crowd(server)
        check("well at the end", server.well())
        code, err = server.stop()
        check("ends well", code == 0 and not err, (code, err[-2000:]))
        with open(server.log, encoding="utf-8") as f:
            lines = [json.loads(line) for line in f]
        check("the log is one JSON object a line", len(lines) > 100 and all("status" in x or "error" in x for x in lines))
        check("no answer was a fault of ours", not [x for x in lines if x.get("status", 0) >= 500 and x["status"] != 501],
              [x for x in lines if x.get("status", 0) >= 500][:3])
        graceful(programme)
        written_meanwhile(programme, folder)
        secure(programme, folder)
        denied = Server(programme)
        check("without an account nothing is shown", denied.get("/api/programme", "")[0] == 401)
        denied.stop()
        replaced(programme, empty)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
