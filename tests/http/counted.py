"""Checks that are counted, the first failure of which ends the test, and the program under test (argv[1])."""
import os, subprocess, sys

SAFELANE = sys.argv[1]
name = os.path.basename(sys.argv[0]).removesuffix(".py").removesuffix("_test").replace("_", " ")
passed = 0


def check(good, what, shown=""):
    global passed
    if not good:
        print("FAIL %s: %s %s\n%d passed, 1 failed" % (name, what, str(shown)[:2000], passed), flush=True)
        os._exit(1)
    passed += 1


def run(*words, stdin="", ok=(0,)):
    """What it prints; with other exit statuses than 0 to be taken, what it complains of too."""
    p = subprocess.run([SAFELANE, *words], input=stdin.encode(), capture_output=True)
    check(p.returncode in ok, "safelane " + " ".join(words), (p.stderr + p.stdout).decode())
    return (p.stdout + (p.stderr if ok != (0,) else b"")).decode()


def finish():
    print("%d passed, 0 failed" % passed)
