#!/usr/bin/env python3
"""How soon a server answers, how long the first of each question takes, and how much memory it holds.

    bench/server.py PROGRAMME.gpkg [SAFELANE]

The programme should be a copy: accounts are made beside it.  Memory is what the kernel says of the process:
resident (VmRSS; its anonymous part RssAnon in brackets, the rest are pages of files that others share), and
the highest so far (VmHWM)."""
import http.client, json, os, re, subprocess, sys, time

programme = sys.argv[1]
safelane = sys.argv[2] if len(sys.argv) > 2 else "build/release/safelane"
day = time.strftime("%Y-%m-%d")


def run(*args, text=None):
    return subprocess.run([safelane, *args], input=text, capture_output=True, text=True)


run("user", programme, "add", "bench", "--role", "administrator", text="a long password\n")
token = run("user", programme, "token", "bench", "--scope", "write").stdout.split()[-1]
begin = time.monotonic()
server = subprocess.Popen([safelane, "serve", programme, "--listen", "127.0.0.1:0", "--log", "/dev/null"],
                          stdout=subprocess.PIPE, text=True)
port = int(re.search(r":(\d+)/", server.stdout.readline()).group(1))


def memory():
    text = open(f"/proc/{server.pid}/status").read()
    mib = lambda name: int(re.search(name + r":\s+(\d+)", text).group(1)) / 1024
    return mib("VmRSS"), mib("RssAnon"), mib("VmHWM")


def cores():
    """Seconds that the server has had of the cores: what counts when others use the machine, too."""
    field = open(f"/proc/{server.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(field[11]) + int(field[12])) / os.sysconf("SC_CLK_TCK")


def ask(path, show=True, headers={}):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    start, had = time.monotonic(), cores()
    c.request("GET", path, headers={"Authorization": "Bearer " + token, **headers})
    r = c.getresponse()
    body = r.read()
    spent = time.monotonic() - start
    if show:
        rss, anon, high = memory()
        print(f"{path[:66]:<66} {r.status} {len(body):>9} B {spent * 1000:>8.1f} ms, {(cores() - had) * 1000:>5.0f} of the cores  "
              f"{rss:6.0f} ({anon:4.0f}) MiB, highest {high:4.0f}", flush=True)
    return r.status, body, spent


try:
    ask("/health")
    print(f"start to the first answer: {(time.monotonic() - begin) * 1000:.0f} ms")
    ask("/api/programme")
    box = json.loads(ask("/tiles/land.json")[1])["bounds"]
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2

    def tile(z):
        import math
        n = 1 << z
        return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)

    for z in (6, 0, 3, 8, 10, 11, 12, 14):
        x, y = tile(z)
        ask(f"/tiles/land/{z}/{x}/{y}.mvt")
    for d in ("2022-06-30", "2020-01-01"):
        for z in (0, 6):
            x, y = tile(z)
            ask(f"/tiles/land/{z}/{x}/{y}.mvt?as-of={d}")
    for z in (6, 0, 8, 11, 14):
        x, y = tile(z)
        ask(f"/tiles/hazard/{z}/{x}/{y}.mvt")
    ask("/ogc/collections")
    ask("/ogc/collections/hazard")
    ask("/ogc/collections/hazard/items?limit=100")
    ask("/ogc/collections/hazard/items?limit=100&as-of=2022-06-30")
    ask("/ogc/collections/hazard/items?limit=100&offset=1000&as-of=2022-06-30")
    ask("/ogc/collections/land/items?limit=100")
    ask("/ogc/collections/land/items?limit=100&as-of=2022-06-30")
    ask("/api/account?by=admin1")
    ask("/api/search?q=HA-1")
    ask("/api/records/hazard?limit=50")
    ask(f"/api/ask?lat={lat}&lon={lon}")
    ask("/api/findings?limit=50")
    ask("/api/findings?limit=50&offset=10000")
    # Everything once more, and every land tile of zoom 9 and 10 in the box: what a long day asks.
    for z in (9, 10):
        n = 0
        import math
        X = lambda lo: int((lo + 180) / 360 * (1 << z))
        Y = lambda la: int((1 - math.asinh(math.tan(math.radians(la))) / math.pi) / 2 * (1 << z))
        start = time.monotonic()
        for x in range(X(box[0]), X(box[2]) + 1):
            for y in range(Y(box[3]), Y(box[1]) + 1):
                ask(f"/tiles/land/{z}/{x}/{y}.mvt", show=False)
                ask(f"/tiles/hazard/{z}/{x}/{y}.mvt", show=False)
                n += 2
        rss, anon, high = memory()
        print(f"all {n} tiles of zoom {z}: {time.monotonic() - start:.1f} s, {rss:.0f} ({anon:.0f}) MiB, highest {high:.0f}")
    time.sleep(6)
    print("after six seconds of rest: %.0f (%.0f) MiB, highest %.0f" % memory())
finally:
    server.terminate()
    server.wait()
