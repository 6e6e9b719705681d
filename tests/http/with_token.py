"""Adds a token to what clients ask that cannot be given one: with_token.py ADDRESS TOKEN_FILE prints its own address."""
import http.client
import http.server
import sys
import urllib.parse

there = urllib.parse.urlparse(sys.argv[1]).netloc
token = open(sys.argv[2]).read().strip()


class Pass(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        c = http.client.HTTPConnection(there, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() != "authorization"}
        c.request(self.command, self.path, body or None, {**headers, "Authorization": "Bearer " + token})
        r = c.getresponse()
        data = r.read()
        self.send_response(r.status)
        for k, v in r.getheaders():
            if k.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(k, v)
        self.send_header("Content-Length", r.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        c.close()

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PUT = do_DELETE = pass_on

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pass)
print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()
