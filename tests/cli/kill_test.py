"""See kill_test.sh."""
import json, os, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time

binary, kills, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
work = tempfile.mkdtemp()
passed = failed = 0


def say(good, what):
    global passed, failed
    passed, failed = passed + good, failed + (not good)
    if not good:
        print("FAIL", what, flush=True)


def run(*args):
    return subprocess.run([binary, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def square(x, y, d):
    return [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]]


def write_file(number, n):
    """A file of n hazards and releases of its own, overlapping those of other files."""
    path = "%s/in%d.geojson" % (work, number)
    features = []
    for i in range(n):
        x, y = round(30 + chance.random() * .2, 6), round(47 + chance.random() * .2, 6)
        features.append({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square(x, y, .001)},
                         "properties": {"id": "F%d-%d" % (number, i), "class": chance.choice(["SHA", "CHA"]),
                                        "effective_date": "20%02d-05-0%d" % (chance.randrange(10, 24), chance.randrange(1, 9)),
                                        "contamination": "APM", "organisation": "OP%d" % chance.randrange(1, 4)}})
    json.dump({"type": "FeatureCollection", "features": features}, open(path, "w"))
    return path


def batches(path):
    """Files that stand in the programme, each with its number of records; through SQLite itself, which may write:
    a journal that a killed filling leaves behind has to be rolled back."""
    db = sqlite3.connect("file:%s?mode=rw" % path, uri=True)
    sound = db.execute("pragma integrity_check").fetchone()[0]
    counts = {}
    for (identity,) in db.execute("select id from hazard"):
        number = int(identity[1:].split("-")[0])
        counts[number] = counts.get(number, 0) + 1
    db.close()
    return sound, counts


print("seed", seed, flush=True)
programme = work + "/p.gpkg"
run("init", programme, "--country", "ZZZ")
files, sizes, next_file, landed, snapshots, missed = {}, {}, 0, 0, 0, 0
for k in range(kills):
    action = chance.random()
    if action < .7 or not files:
        next_file += 1
        sizes[next_file] = chance.choice([1, 20, 400, 3000])
        files[next_file] = write_file(next_file, sizes[next_file])
        command = [binary, "import", programme, files[next_file], "--kind", "hazard", "--approve"]
    elif action < .77:
        command = [binary, "debug", "rebuild", programme]
    elif action < .87:
        command = [binary, "snapshot", programme, "--as-of", "2020-12-31", "--name", "of kill %d" % k]
    elif action < .94:
        command = [binary, "debug", "rebuild", programme, "--ledger"]
    else:
        command = [binary, "account", programme, "--by", "org"]
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.random() ** 2 * .6)
    acknowledged = p.poll() is not None and p.returncode in (0, 1) and command[1] == "import"
    p.send_signal(signal.SIGKILL)
    p.wait()
    verify = run("debug", "verify", programme)
    sound, counts = batches(programme)
    good = sound == "ok" and verify.returncode == 0
    good = good and all(counts.get(f, 0) in (0, sizes[f]) for f in files)
    good = good and (not acknowledged or counts.get(next_file) == sizes[next_file])
    if command[1] == "snapshot":
        frozen = json.loads(run("snapshot", programme, "--list", "--format", "json").stdout)["snapshots"]
        there = any(s["name"] == command[-1] for s in frozen)
        good = good and (there or not (p.returncode == 0))
        snapshots += there
        missed += not there
    say(good, "kill %d of %s: %s %s %s" % (k, command[1:3], sound, verify.stdout + verify.stderr, counts))
    if command[1] == "import" and not counts.get(next_file):
        del files[next_file]  # not taken in: as if it had never been sent
    landed += acknowledged
_, counts = batches(programme)
frozen = json.loads(run("snapshot", programme, "--list", "--format", "json").stdout)["snapshots"]
say(len(frozen) == snapshots, "%d snapshots, %d were seen" % (len(frozen), snapshots))
for s in frozen:
    again = run("snapshot", programme, "--verify", s["name"])
    say(again.returncode == 0, "snapshot %s: %s%s" % (s["name"], again.stdout, again.stderr))
print("%d snapshots stand whole in it, %d are not there at all" % (snapshots, missed))
quiet = work + "/quiet.gpkg"
run("init", quiet, "--country", "ZZZ")
for f in sorted(counts):
    run("import", quiet, files[f], "--kind", "hazard", "--approve")
one, two = (json.loads(run("account", p, "--as-of", "2025-12-31", "--by", "org", "--format", "json").stdout)
            for p in (programme, quiet))
say(one == two, "the account differs from that of an undisturbed programme")
print("%d kills, %d files stand whole in it, %d of them acknowledged before the kill" % (kills, len(counts), landed))
say(0 < len(counts) < next_file, "no kill hit an import, or all did: the test proves nothing")
shutil.rmtree(work)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
