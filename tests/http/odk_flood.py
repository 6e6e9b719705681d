"""Many phones send filled forms with photographs while the server is killed; then everything is looked for in the file.

    odk_flood.py SAFELANE [--submissions N] [--kills N] [--phones N] [--largest BYTES] [--folder DIR] [--seed N]

Each phone has an account and a connection of its own, signs with Digest (one nonce, counted), keeps sending a form until it hears 201, and
then goes on.  One form in ten is split over two requests, one in fifty is sent again although its 201 was heard, one in thirty has a
value that no list has.  The server is killed (SIGKILL) after each equal share of the acknowledgements.  At the end every form
is there once, as one record, with its finding, its XML and each of its photographs byte for byte."""
import argparse, multiprocessing, os, random, re, signal, socket, sqlite3, sys, tempfile
import threading, time, uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from odk_phone import Phone, multipart, part, talk
from odk_server import FORM, PASS, Server, make, run


def check(good, what, shown=""):
    if not good:
        print("FAIL flood: %s %s\n0 passed, 1 failed" % (what, str(shown)[:2000]), flush=True)
        os.killpg(0, signal.SIGTERM)
        os._exit(1)


# ---- what is sent: all of it follows from the seed, the phone and the number of the form ----

def name_of(seed, phone, i):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "%d/%d/%d" % (seed, phone, i)))


def size_of(chance, largest):
    x = chance.random()
    if x < 0.9:
        return chance.randrange(2000, 8000)
    return chance.randrange(8000, 100000) if x < 0.998 or largest <= 100000 else chance.randrange(largest // 8, largest)


def form_of(seed, phone, i, largest):
    id_ = name_of(seed, phone, i)
    chance = random.Random(id_)
    photos = [("%s-%d.jpg" % (id_[:8], k), b"\xff\xd8\xff\xe0" + chance.randbytes(size_of(chance, largest)))
              for k in range(chance.choice((1, 1, 1, 2, 3)))]
    odd = chance.random() < 1 / 30
    xml = ('<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="flood" version="1"><section_identity>'
           "<id>F-%s</id><name>Field %d</name><class>%s</class><effective_date>2026-03-15</effective_date></section_identity>"
           "<section_place><geometry>12.5 44.5 0 0;12.5 44.6 0 0;12.6 44.6 0 0;12.5 44.5 0 0</geometry></section_place>%s"
           "<orx:meta><orx:instanceID>uuid:%s</orx:instanceID></orx:meta></data>"
           % (id_, i, "NO SUCH" if odd else "SHA", "".join("<p%d>%s</p%d>" % (k, n, k) for k, (n, _) in enumerate(photos)), id_))
    return {"id": "uuid:" + id_, "xml": xml.encode(), "photos": photos, "odd": odd, "split": chance.random() < 0.1,
            "again": chance.random() < 0.02}


# ---- a phone ----

class Sender(Phone):
    def __init__(self, args, k, port, heard, repeats):
        super().__init__(port.value, "phone-%03d" % k, PASS)
        self.k, self.where, self.args, self.heard, self.repeats = k, port, args, heard, repeats
        self.link = None

    def post(self, form, photos, incomplete):
        """Until it is acknowledged."""
        parts = [part("xml_submission_file", form["xml"], "instance.xml", "text/xml")] + [part(n, d, n, "image/jpeg") for n, d in photos]
        if incomplete:
            parts.append(part("*isIncomplete*", "yes"))
        body, type_ = multipart(parts)
        uri = "/odk/submission?deviceID=collect%3A" + self.name
        while True:
            try:
                if not self.link:
                    self.port, self.nonce = self.where.value, None
                    self.link = socket.create_connection(("127.0.0.1", self.port), timeout=60)
                    self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if not self.nonce:
                    a = talk(self.port, b"GET /odk/formList HTTP/1.1\r\nHost: localhost\r\n\r\n", sock=self.link)
                    self.nonce, self.nc = re.search(r'nonce="([^"]+)"', a.headers["www-authenticate"][0]).group(1), 0
                self.nc += 1
                head = "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
                    uri, self.authorization("POST", uri, nc=self.nc), type_, len(body))
                a = talk(self.port, head.encode() + body, sock=self.link)
            except (OSError, ConnectionError, IndexError, ValueError):
                if self.link:
                    self.link.close()
                self.link = None
                with self.repeats.get_lock():
                    self.repeats.value += 1
                time.sleep(0.02)
                continue
            if a.headers.get("connection", [""])[0].lower() == "close":
                self.link.close()
                self.link = None
            if a.status == 201:
                return
            check(a.status in (401, 503), "an answer while it is killed", "%d %s" % (a.status, a.text()))
            if a.status == 401:
                check("stale=true" in a.headers["www-authenticate"][0], "only a nonce of before is refused", a.text())
                self.nonce = None
            else:
                time.sleep(0.05)

    def work(self):
        args = self.args
        for i in range(share_of(args, self.k)):
            form = form_of(args.seed, self.k, i, args.largest)
            if form["split"]:
                self.post(form, form["photos"][:1], True)
                self.post(form, form["photos"][1:], False)
            else:
                self.post(form, form["photos"], False)
            if form["again"]:
                self.post(form, form["photos"], False)
            with self.heard.get_lock():
                self.heard.value += 1


def share_of(args, phone):
    return args.submissions // args.phones + (phone < args.submissions % args.phones)


def send_all(args, phones, *shared):
    threads = [threading.Thread(target=Sender(args, k, *shared).work) for k in phones]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


# ---- what is there ----

def look(args, path):
    db = sqlite3.connect(path)
    one = lambda sql: db.execute(sql).fetchone()[0]
    check(one("SELECT count(*) FROM sl_submission") == args.submissions, "as many as were sent",
          one("SELECT count(*) FROM sl_submission"))
    check(one("SELECT count(DISTINCT record) FROM sl_submission") == args.submissions, "each a record of its own")
    check(one("SELECT count(DISTINCT record) FROM sl_revision") == args.submissions ==
          one("SELECT count(*) FROM sl_revision"), "and no record besides, no revision twice")
    bytes_ = n_photos = 0
    for phone in range(args.phones):
        for i in range(share_of(args, phone)):
            form = form_of(args.seed, phone, i, args.largest)
            row = db.execute("SELECT id, record, files FROM sl_submission WHERE instance = ?", (form["id"],)).fetchone()
            check(row, "%s is not lost" % form["id"])
            have = sorted(db.execute("SELECT a.name, b.data FROM sl_attachment a JOIN sl_blob b ON b.hash = a.kept "
                                     "WHERE a.record = ?", (row[1],)).fetchall())
            want = sorted([("submission.xml", form["xml"])] + form["photos"])
            check(have == want, "%s has its files once, byte for byte" % form["id"], [(n, len(d)) for n, d in have])
            came = db.execute("SELECT count(*) FROM sl_submission_file WHERE submission = ?", (row[0],)).fetchone()[0]
            check(came == row[2] == len(form["photos"]), "none is waited for", (came, row[2]))
            found = db.execute("SELECT count(*) FROM sl_finding WHERE rule = 'I02' AND uuid = ?", (row[1],)).fetchone()[0]
            check(found == form["odd"], "%s has its finding once" % form["id"], found)
            n_photos += len(form["photos"])
            bytes_ += sum(len(d) for _, d in form["photos"])
    db.close()
    return n_photos, bytes_


def flood(args):
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        path, _ = make(args.safelane, folder, {"phone-%03d" % k: "Clear Ways" for k in range(args.phones)}, [[FORM, "--kind", "hazard"]])
        server = Server(args.safelane, path)
        shared = multiprocessing.Value("i", server.port), multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
        heard = shared[1]
        workers = [multiprocessing.Process(target=send_all, args=(args, range(k, args.phones, 2), *shared)) for k in (0, 1)]
        began, starts = time.time(), []
        for w in workers:
            w.start()
        for k in range(args.kills):
            while heard.value < args.submissions * (k + 1) // (args.kills + 1):
                check(server.p.poll() is None, "the server stays up by itself", server.p.returncode)
                check(all(w.is_alive() or w.exitcode == 0 for w in workers), "the phones go on")
                time.sleep(0.002)
            server.end(signal.SIGKILL)
            server = Server(args.safelane, path)
            shared[0].value = server.port
            starts.append(server.took)
        for w in workers:
            w.join()
            check(w.exitcode == 0, "the phones are done", w.exitcode)
        took = time.time() - began
        check(heard.value == args.submissions, "all were acknowledged", heard.value)
        peak = server.peak_mib()
        check(server.end() == 0, "the server ends well")
        n_photos, bytes_ = look(args, path)
        check("every hash" in run(args.safelane, "debug", "verify", path), "verify")
        size = os.path.getsize(path)
    print("flood: %d submissions with %d photographs (%.0f MB) from %d phones, killed %d times, %d requests sent again: none lost, none "
          "doubled; %.0f s, %.0f/s with phones and kills on the same machine, slowest start %.2f s, peak %d MiB, file %.0f MB" %
          (args.submissions, n_photos, bytes_ / 1e6, args.phones, args.kills, shared[2].value, took, args.submissions / took,
           max(starts, default=0), peak, size / 1e6))
    print("%d passed, 0 failed" % args.submissions)  # each is looked for


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("safelane")
    for name, usual in ("submissions", 400), ("kills", 4), ("phones", 8), ("largest", 3000000), ("seed", 1):
        p.add_argument("--" + name, type=int, default=usual)
    p.add_argument("--folder")
    return p.parse_args()


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    flood(arguments())
