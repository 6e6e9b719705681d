"""See serve_kill_test.sh."""
import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

BINARY, KILLS, SEED = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
WRITERS = 4
STATES = {"submitted": 1, "returned": 2, "approved": 3, "rejected": 4}
chance = random.Random(SEED)
work = tempfile.mkdtemp(prefix="safelane-kill-")
programme = os.path.join(work, "p.gpkg")


def run(*args, given=None):
    done = subprocess.run([BINARY, *args], input=given, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{args}: {done.stderr}")
    return done.stdout.strip()


def submit(number, n):
    """A file of n hazards that wait for approval."""
    path = os.path.join(work, f"in{number}.csv")
    with open(path, "w") as f:
        f.write("id,class,effective_date,lat,lon\n")
        for i in range(n):
            f.write(f"F{number}-{i},SHA,2024-0{chance.randrange(1, 9)}-05,{chance.uniform(10, 11):.6f},"
                    f"{chance.uniform(40, 41):.6f}\n")
    run("import", programme, path, "--kind", "hazard", "--crs", "EPSG:4326")


class Server:
    def __init__(self):
        self.process = subprocess.Popen([BINARY, "serve", programme, "--listen", "127.0.0.1:0", "--log", programme + ".log"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)/?\s*$", line).group(1))

    def ask(self, connection, method, path, body=None):
        headers = {"Authorization": "Bearer " + token}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


def writer(server, items, targets, acknowledged, seed):
    """Approves, returns, links, marks duplicates, takes back, and notes what was answered with 200."""
    mine = random.Random(seed)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        while items:
            if mine.random() < 0.2:
                some = [items.pop() for _ in range(min(5, len(items)))]
                body = {"approve": [{"record": r, "revision": v} for r, v in some]}
                status, answer = server.ask(connection, "POST", "/api/review", body)
                if status == 200:
                    acknowledged += [(x["revision"], x["state"]) for x in answer["records"] if x["done"]]
                continue
            record, revision = items.pop()
            action = mine.choice(["approve", "approve", "return", "reject", "link", "duplicate"] if targets else ["approve", "return"])
            steps = [action]
            if action == "approve" and targets and mine.random() < 0.3:
                steps.append("duplicate")  # of a record that counts by then
            if mine.random() < 0.3:
                steps.append("undo")
            for act in steps:
                target = mine.choice(targets) if targets else None
                status, answer = server.ask(connection, "POST", f"/api/review/{record}",
                                            {"action": act, "revision": revision, "comment": "looked at", "link_to": target,
                                             "duplicate_of": target})
                if status != 200:
                    refused[act] = refused.get(act, 0) + 1
                    break
                acknowledged.append((answer["revision"], answer["state"]))
                done[act] = done.get(act, 0) + 1
                revision = answer["revision"]
    except (OSError, http.client.HTTPException, ValueError, IndexError):
        pass


print("seed", SEED, flush=True)
run("init", programme, "--country", "ZZZ")
run("user", programme, "add", "Anna", "--role", "reviewer", given="a long enough password\n")
token = run("user", programme, "token", "Anna", "--scope", "write", "--days", "1").split()[-1]
acknowledged, lost, unsound, worked = [], 0, 0, 0
done, refused = {}, {}
waiting_files = 0
for kill in range(KILLS):
    server = Server()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    status, page = server.ask(connection, "GET", "/api/review?limit=500")
    if status != 200:
        sys.exit(f"the inbox answers {status}: {page}")
    if page["total"] < 200:
        server.process.kill()
        server.process.wait()
        waiting_files += 1
        submit(waiting_files, 1000)
        continue
    status, there = server.ask(connection, "GET", "/api/records/hazard?limit=200")
    if status != 200:
        sys.exit(f"the records answer {status}: {there}")
    targets = [x["record"] for x in there["records"]]
    items = [(x["record"], x["revision"]) for x in page["records"]]
    chance.shuffle(items)
    now = []
    threads = [threading.Thread(target=writer, args=(server, items, targets, now, chance.random())) for _ in range(WRITERS)]
    for t in threads:
        t.start()
    time.sleep(0.05 + chance.random() * 0.5)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    for t in threads:
        t.join()
    worked += len(now) > 0
    acknowledged += now
    db = sqlite3.connect(f"file:{programme}?mode=rw", uri=True)
    sound = db.execute("pragma quick_check").fetchone()[0]
    for revision, state in now:
        row = db.execute("select state from sl_revision where id = ?", (bytes.fromhex(revision.replace("-", "")),)).fetchone()
        if not row or row[0] != STATES[state]:
            lost += 1
            print("FAIL lost:", revision, state, row, flush=True)
    db.close()
    if sound != "ok":
        unsound += 1
        print("FAIL", sound, flush=True)
verify = subprocess.run([BINARY, "debug", "verify", programme], capture_output=True, text=True)
if verify.returncode:
    unsound += 1
    print("FAIL", verify.stdout, verify.stderr)
shutil.rmtree(work)
print(f"{KILLS} kills, {worked} of them under load, {len(acknowledged)} acknowledged steps, {lost} lost, {unsound} unsound")
print("done:", ", ".join(f"{k} {n}" for k, n in sorted(done.items())), "refused:", refused)
idle = not acknowledged or worked < KILLS // 2 or any(not done.get(k) for k in ("approve", "return", "reject", "link", "duplicate", "undo"))
if idle:
    print("FAIL too few kills met work, or not every kind of step was taken")
wrong = lost + unsound + idle
print(f"{KILLS - min(wrong, KILLS)} passed, {wrong} failed")
sys.exit(wrong > 0)
