"""A phone as ODK Collect is one: raw sockets, Digest by hand (RFC 2617), multipart by hand."""
import hashlib, re, socket


def md5(s):
    return hashlib.md5(s.encode() if isinstance(s, str) else s).hexdigest()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def text(self):
        return self.body.decode("utf-8", "replace")


def talk(port, raw, head=False, sock=None):
    """Send bytes, read one answer."""
    s = sock or socket.create_connection(("127.0.0.1", port), timeout=30)
    try:
        s.sendall(raw)
        data = b""
        while b"\r\n\r\n" not in data:
            more = s.recv(65536)
            if not more:
                raise ConnectionError("closed in the head")
            data += more
        top, body = data.split(b"\r\n\r\n", 1)
        lines = top.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers.setdefault(name.lower(), []).append(value.strip())
        if status == 100:
            return talk_rest(s, body, head)
        n = 0 if head or status in (204, 304) else int(headers.get("content-length", ["0"])[0])
        while len(body) < n:
            more = s.recv(65536)
            if not more:
                raise ConnectionError("closed in the body")
            body += more
        return Answer(status, headers, body)
    finally:
        if not sock:
            s.close()


def talk_rest(s, data, head):
    while b"\r\n\r\n" not in data:
        data += s.recv(65536)
    top, body = data.split(b"\r\n\r\n", 1)
    lines = top.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, value = line.split(":", 1)
        headers.setdefault(name.lower(), []).append(value.strip())
    n = int(headers.get("content-length", ["0"])[0])
    while len(body) < n:
        body += s.recv(65536)
    return Answer(int(lines[0].split()[1]), headers, body)


def part(name, data, filename=None, type_=None):
    if isinstance(data, str):
        data = data.encode()
    head = 'Content-Disposition: form-data; name="%s"' % name
    if filename is not None:
        head += '; filename="%s"' % filename
    if type_:
        head += "\r\nContent-Type: " + type_
    return head.encode() + b"\r\n\r\n" + data


def multipart(parts, boundary="xXx'()+_,-./:=?x"):
    b = boundary.encode()
    return b"".join(b"--" + b + b"\r\n" + p + b"\r\n" for p in parts) + b"--" + b + b"--\r\n", \
        'multipart/form-data; boundary="%s"' % boundary


class Phone:
    def __init__(self, port, name, passphrase, base="/odk"):
        self.port, self.name, self.passphrase, self.base = port, name, passphrase, base
        self.nonce, self.nc = None, 0

    def authorization(self, method, uri, nonce=None, nc=None, passphrase=None, qop="auth", realm="Safelane", said=None):
        nonce = nonce or self.nonce
        nc = "%08x" % nc
        ha1 = md5("%s:%s:%s" % (self.name, realm, passphrase or self.passphrase))
        response = md5(":".join([ha1, nonce, nc, "c0ffee", qop, md5(method + ":" + uri)]))
        return ('Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", qop=%s, nc=%s, '
                'cnonce="c0ffee", algorithm=MD5\r\n' % (self.name, realm, nonce, said or uri, response, qop, nc))

    def challenge(self):
        a = talk(self.port, b"GET /odk/formList HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return re.search(r'nonce="([^"]+)"', a.headers["www-authenticate"][0]).group(1)

    def ask(self, method, path, headers="", body=b"", **how):
        uri = self.base + path
        if self.passphrase and "auth" not in how:
            if not self.nonce:
                self.nonce, self.nc = self.challenge(), 0
            self.nc += 1
            headers += self.authorization(method, uri, nc=self.nc)
        headers += how.get("auth") or ""
        if body or method == "POST":
            headers += "Content-Length: %d\r\n" % len(body)
        raw = ("%s %s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\n" % (method, uri, self.port, headers)).encode() + body
        a = talk(self.port, raw, method == "HEAD")
        if a.status == 401 and "stale=true" in "".join(a.headers.get("www-authenticate", [])) and "auth" not in how \
                and not how.get("again"):
            self.nonce = None
            return self.ask(method, path, "", body, again=True) if not how.get("keep") else a
        return a

    def send(self, xml, files=(), incomplete=False, order=0, **how):
        parts = [part("xml_submission_file", xml, "instance.xml", "text/xml")]
        parts += [part(n, d, n, "image/jpeg") for n, d in files]
        if incomplete:
            parts.append(part("*isIncomplete*", "yes"))
        if order:
            parts.reverse()
        body, type_ = multipart(parts)
        return self.ask("POST", "/submission?deviceID=collect%3Aabc", "Content-Type: %s\r\n" % type_, body, **how)
