#!/usr/bin/python3
"""Does the work grow in step with the data?  Import, ledger and account at several sizes.

usage: bench/growth.py HAZARDS.geojson [SIZE ...]     (one feature a line; sizes beyond it repeat it, moved 30 degrees)
"""
import os, re, subprocess, sys, time

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
safelane = os.path.join(here, "build", "release", "safelane")
home = os.environ.get("SAFELANE_BENCH", "/tmp/safelane-bench")
os.makedirs(home, exist_ok=True)


def features(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip().rstrip(",")
            if line.startswith('{"type":"Feature"'):
                yield line


def write(path, source, n):
    move = lambda m: "[%.7f,%s]" % (float(m[1]) + 30, m[2])
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[\n')
        done = 0
        for turn in range(1 + n // 1000):
            for line in features(source):
                if done == n:
                    break
                if turn:
                    line = re.sub(r"\[(-?[0-9.]+),(-?[0-9.]+)\]", move, line)
                    line = re.sub(r'"id":(\d+)', lambda m: '"id":%d' % (int(m[1]) + 10000000 * turn), line, count=1)
                out.write((",\n" if done else "") + line)
                done += 1
            if done == n:
                break
        out.write("\n]}\n")


def timed(*args):
    p = subprocess.run(["/usr/bin/time", "-f", "%e %M", safelane, *args], stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True)
    seconds, kib = p.stderr.strip().splitlines()[-1].split()
    return float(seconds), int(kib) // 1024


source, sizes = sys.argv[1], [int(s) for s in sys.argv[2:]] or [10000, 50000, 100000, 200000, 400000]
print("%8s  %18s  %18s  %18s   (seconds, microseconds each, peak MiB)" % ("hazards", "import", "ledger built", "account"))
for n in sizes:
    data, programme = home + "/growth.geojson", home + "/growth.gpkg"
    for tail in ("", ".keys", "-wal", "-shm"):
        if os.path.exists(programme + tail):
            os.remove(programme + tail)
    write(data, source, n)
    subprocess.run([safelane, "init", programme, "--country", "ZZZ"], stdout=subprocess.DEVNULL, check=True)
    row = [timed("import", programme, data, "--kind", "hazard", "--approve", "--set", "class=SHA", "--set",
                 "effective_date=2020-01-01"),
           timed("debug", "rebuild", programme, "--ledger"),
           timed("account", programme, "--by", "admin1")]
    print("%8d  " % n + "  ".join("%6.2f %5.1f %4d" % (t, t * 1e6 / n, mib) for t, mib in row), flush=True)
