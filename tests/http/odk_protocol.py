"""One case for every row of what OpenRosa clients ask of a server, over raw sockets:  odk_protocol.py SAFELANE [FILTER]
Each is named by where the row stands: 1 endpoints, 2 headers, 3 form list, 4 manifest, 5 submission, 6 authentication, 8 pitfalls of
clients (ODK docs and ODK Collect's own code)."""
import os, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import odk_rows_forms, odk_rows_phones, odk_rows_submission  # noqa: each adds its cases
from odk_server import run
from odk_world import CASES, World


def main():
    safelane, wanted = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    failed = n = 0
    with tempfile.TemporaryDirectory() as folder:
        w = World(safelane, folder)
        for name, case in CASES:
            if wanted not in name:
                continue
            n += 1
            began = time.time()
            try:
                case(w)
                print("ok   %s" % name, "(%.1f s)" % (time.time() - began) if time.time() - began > 1 else "")
            except Exception as problem:  # noqa: whatever it is, the case fails and the next one runs
                failed += 1
                print("FAIL %s: %s %s" % (name, type(problem).__name__, problem))
        if w.server.end() != 0:
            failed += 1
            print("FAIL the server ends well")
        if "every hash" not in run(safelane, "debug", "verify", w.path, status=None):
            failed += 1
            print("FAIL the programme verifies")
    print("%d passed, %d failed" % (n + 2 - failed, failed))
    sys.exit(failed > 0)


main()
