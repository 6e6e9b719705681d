"""A programme with phones and forms, and its server: what the tests of the OpenRosa server share."""
import json, os, re, signal, subprocess, threading, time, uuid

PASS = "orange lantern"
JPEG = b"\xff\xd8\xff\xe0 a photograph of a fence"
HERE = os.path.dirname(os.path.abspath(__file__))
FORM = os.path.join(HERE, "flood_form.csv")


def run(safelane, *words, stdin="", status=0):
    """What it prints; status None: whatever it ends with."""
    p = subprocess.run([safelane, *words], input=stdin.encode(), capture_output=True)
    if status is not None and p.returncode != status:
        raise RuntimeError("safelane %s: %d %s" % (" ".join(words), p.returncode, (p.stdout + p.stderr).decode()))
    return (p.stdout + (p.stderr if status != 0 else b"")).decode()


class Server:
    def __init__(self, safelane, path, *more, said=subprocess.DEVNULL):
        began = time.time()
        self.p = subprocess.Popen([safelane, "serve", path, "--listen", "127.0.0.1:0", *more], stdout=subprocess.PIPE,
                                  stderr=said)
        line = b""
        while b"://127.0.0.1:" not in line:
            line = self.p.stdout.readline()
            if not line:
                raise RuntimeError("the server does not start")
        self.took = time.time() - began
        self.port = int(re.search(rb"127\.0\.0\.1:(\d+)", line).group(1))
        threading.Thread(target=self.p.stdout.read, daemon=True).start()

    def peak_mib(self):
        return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % self.p.pid).read()).group(1)) // 1024

    def end(self, how=signal.SIGTERM):
        """Its exit status."""
        self.p.send_signal(how)
        return self.p.wait()


def make(safelane, folder, phones, forms):
    """{name: organisation}; [[FORM, options...]].  The file and {form: version}."""
    path = os.path.join(folder, "p.gpkg")
    run(safelane, "init", path, "--country", "XAA", "--name", "Testland")
    for name, organisation in phones.items():
        run(safelane, "user", path, "device", name, "--org", organisation, stdin=PASS + "\n")
    for form in forms:
        run(safelane, "form", "publish", path, *form)
    return path, versions(safelane, path)


def versions(safelane, path):
    return {f["form"]: f["version"] for f in json.loads(run(safelane, "form", "published", path, "--format", "json"))}


def new_id():
    return "uuid:" + str(uuid.uuid4())
