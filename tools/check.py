#!/usr/bin/python3
"""Build everything and run all tests, one part more at a time than the machine has cores:   tools/check.py [WORD ...]
./check runs this when the packages are there; with words, the parts whose names have one of them, and the builds they need.
Each part writes into build/check/NAME.log; what it says is printed when it has ended, in one order whatever ended first.
The last line sums over all parts: "N passed, N failed"."""
import glob
import os
import re
import signal
import subprocess
import sys
import time

LOGS = "build/check"
CORES = os.cpu_count() or 1
AT_ONCE = CORES + 1  # a part waits now and then: for a disk, a browser, a clock
LONGEST = 1800  # seconds; a part that takes longer hangs
RUN = "%d-%d" % (os.getpid(), time.time())
# What takes long begins early, so that at the end nothing is waited for alone.
EARLY = ("browser_test entry", "browser_test pages", "fault_store", "fault_import", "browser_test map", "asan test_app",
         "asan test_ledger", "asan test_store", "kill_test", "serve_kill_test", "ogc_test", "interop_test",
         "browser_test settings")
COUNT = re.compile(r"(\d+) passed, (\d+) failed$")


class Part:
    """One command.  `counts`: its last line says how many tests passed and failed; else it is one test, or a build."""

    def __init__(self, name, command, needs=(), counts=True, build=False, cores=1):
        self.name, self.command, self.needs, self.counts, self.build, self.cores = name, command, set(needs), counts, build, cores
        self.log = os.path.join(LOGS, re.sub(r"[ /]", "_", name) + ".log")
        self.pid, self.began, self.seconds, self.used, self.status, self.said = None, 0, None, 0, None, ""
        self.passed = self.failed = 0

    def start(self):
        self.began = time.monotonic()
        self.output = open(self.log, "wb")
        child = subprocess.Popen(["sh", "-c", 'exec "$@"', "sh"] + self.command, stdin=subprocess.DEVNULL,
                                 stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True,
                                 env=dict(os.environ, SAFELANE_CHECK="%s-%s" % (RUN, self.name)))
        child.returncode = 0  # waited for here
        self.pid = child.pid

    def end(self, status, used, why=""):
        self.output.close()
        self.seconds, self.used, self.status = time.monotonic() - self.began, used, status
        sweep(lambda pid, name: name == self.name or session(pid) == self.pid)
        with open(self.log, encoding="utf-8", errors="replace") as f:
            lines = f.read().rstrip("\n").split("\n")
        said = []
        if self.build:
            self.failed = int(status != 0)
            if self.failed:
                said = [x for x in lines if re.search("error|warning|FAILED", x)][:40] or lines[-40:]
        elif not self.counts:
            self.passed, self.failed = (1, 0) if status == 0 else (0, 1)
            said = lines[-30:] if self.failed else []
        elif COUNT.match(lines[-1]):
            self.passed, self.failed = (int(x) for x in COUNT.match(lines[-1]).groups())
            if status and not self.failed:
                self.failed = 1
            said = ([x for x in lines if not x.startswith("ok ")][:60] if self.failed
                    else [x for x in lines if x.startswith("skip")][:5])
        else:
            self.failed = 1
            said = ["     %s: ended without counting (status %d); the end of %s:" % (self.name, status, self.log)] + lines[-30:]
        if why:
            said, self.failed = said + ["     %s: %s" % (self.name, why)], max(self.failed, 1)
        verdict = "%d passed, %d failed" % (self.passed, self.failed)
        if self.build:
            verdict = "does not build" if self.failed else "built"
        self.said = "\n".join(said + ["%5.0fs  %-28s %s" % (self.seconds, self.name, verdict)])


def session(pid):
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def ours():
    """Every process that a part of this run started: (pid, name of the part), by what it has in its environment."""
    mark = ("\0SAFELANE_CHECK=%s-" % RUN).encode()
    for pid in (int(x) for x in os.listdir("/proc") if x.isdigit()):
        try:
            with open("/proc/%d/environ" % pid, "rb") as f:
                around = b"\0" + f.read()
            if mark in around and pid != os.getpid():
                yield pid, around.split(mark, 1)[1].split(b"\0", 1)[0].decode()
        except OSError:
            pass


def sweep(whose):
    """What a part leaves running is ended: asked first, then killed."""
    for attempt in range(100):
        left = [pid for pid, name in ours() if whose(pid, name)]
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGTERM if attempt == 0 else signal.SIGKILL if attempt > 20 else 0)
            except OSError:
                pass
        time.sleep(0.1)


def guard():
    """A process that outlives this one, however it ends, for as long as it takes to end the parts."""
    ear, mouth = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.close(mouth)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.read(ear, 1)
        sweep(lambda pid, name: True)
        os._exit(0)
    os.close(ear)
    return mouth


def build(preset, targets, cores, needs=()):
    text = 'cmake --preset "$1" && cmake --build --preset "$1" -j "$2" --target %s' % targets
    return Part("build/" + preset, ["sh", "-c", text, "sh", preset, str(cores)], needs, build=True, cores=cores)


def builds():
    # Everything needs the optimised build; while the other one compiles, the first tests run beside it.
    return [build("release", "safelane tests faults", AT_ONCE),
            build("asan", "safelane tests fuzzers", max(1, CORES // 2))]


def tests():
    """All parts, in the order of the report: what is there is known when it is built."""
    release, asan = ["build/release"], ["build/asan"]
    safelane = "build/release/safelane"
    yield Part("layers", ["tools/layers.sh"])
    yield Part("texts", ["node", "tools/texts.mjs", "check"])
    for kind, needs in (("release", release), ("asan", asan)):
        # A floor has a test program when it has tests (CMakeLists.txt).
        for folder in sorted(glob.glob("tests/*/")):
            name = folder.split("/")[1]
            if glob.glob(folder + "test_*.c"):
                yield Part("%s test_%s" % (kind, name), ["build/%s/test_%s" % (kind, name)], needs)
    # Every fuzz target replays what was found before, under the sanitizers.
    yield Part("fuzz corpora", ["tools/fuzz_replay.sh", "build/asan"], asan)
    # Memory, disk and power fail at every point.
    for source in sorted(glob.glob("tests/fault/fault_*.c")):
        name = os.path.basename(source)[:-2]
        yield Part(name, ["build/release/" + name], release, counts=False)
    yield Part("golden", ["tools/golden.sh", safelane], release)
    yield Part("golden asan", ["tools/golden.sh", "build/asan/safelane"], asan)
    yield Part("manual", ["tools/manual.sh", safelane], release)
    # Scripts that test the whole program: each counts its own.
    for script in sorted(glob.glob("tests/*/*_test.sh")):
        name = os.path.basename(script)[:-3]
        with open(script, encoding="utf-8") as f:
            text = f.read()
        if '" = --list ]' in text:  # strands that need nothing of each other
            for strand in subprocess.check_output([script, "--list"], text=True).split():
                yield Part("%s %s" % (name, strand), [script, safelane, "--only", strand], release)
        else:
            yield Part(name, [script, safelane], release + asan if "/asan/" in text else release)


def run(parts, order):
    """Start what can be started, the longest first, until all have ended or a build has failed; print in their order."""
    free, done, printed, waiting, running = AT_ONCE, set(), 0, sorted(parts, key=order), {}
    while waiting or running:
        for part in list(waiting):
            if part.needs <= done and part.cores <= free:
                waiting.remove(part)
                part.start()
                running[part.pid] = part
                free -= part.cores
        time.sleep(0.05)
        for pid, part in list(running.items()):
            ended, status, used = os.wait4(pid, os.WNOHANG)
            late = not ended and time.monotonic() - part.began > LONGEST
            if late:
                sweep(lambda pid, name, part=part: name == part.name)
                ended, status, used = os.wait4(pid, 0)
            if ended:
                part.end(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime,
                         "not done after %d s" % LONGEST if late else "")
                del running[pid]
                free += part.cores
                done.add(part.name)
                if part.build and part.failed:
                    sweep(lambda pid, name: True)
                    waiting.clear()
                    print(part.said)
                    return
        while printed < len(parts) and parts[printed].seconds is not None:
            print(parts[printed].said, flush=True)
            printed += 1


def main():
    os.makedirs(LOGS, exist_ok=True)
    mouth = guard()  # kept open until the end
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    began = time.monotonic()
    words = sys.argv[1:]
    parts = [x for x in tests() if not words or any(word in x.name for word in words)]
    needed = set().union(*(x.needs for x in parts))
    parts = [x for x in builds() if x.name in needed] + parts
    run(parts, lambda part: (not part.build, EARLY.index(part.name) if part.name in EARLY else len(EARLY)))
    ended = [x for x in parts if x.seconds is not None]
    print("\nseconds, of which on a core, by part:")
    for part in sorted(ended, key=lambda x: -x.seconds):
        print("%6.0f %6.0f  %s" % (part.seconds, part.used, part.name))
    print("%6.0f %6.0f  all, %d at a time" % (time.monotonic() - began, sum(x.used for x in ended), AT_ONCE))
    passed, failed = sum(x.passed for x in ended), sum(x.failed for x in ended)
    broken = [x for x in ended if x.failed]
    if broken:
        print("failed:" + "".join("\n     %s: %d failed, see %s" % (x.name, x.failed, x.log) for x in broken))
    print("%d passed, %d failed" % (passed, failed), flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
