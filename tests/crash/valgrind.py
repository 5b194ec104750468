#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory, as valgrind sees it: the tests of store and signals, and two hosts that work off one database at the same time.

    valgrind.py LOG_DIR

Needs the release build with its tests (target store_tests). An invalid read or write, a value that nobody set, and memory
that is definitely lost fail it. Skipped with a message where valgrind is not installed.
"""
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import Load, Postgres, Sqlite, a_company  # noqa: E402
from harness import BUILD, ERP_HOST, POSTGRES, compare  # noqa: E402

VALGRIND = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite", "--num-callers=25"]
# Not what measures time, nor what forks.
TESTS = "*SessionTest*:*MigrationsTest*:*PumpTest*:*ReconcileTest*:*DeadlineTest*:-*Fork*:*DrainSpeed*:*WithoutOne*:*RepeatingOfABusy*"


def under_valgrind(log, *command):
    with open(log, "wb") as out:
        return subprocess.Popen([*VALGRIND, *map(str, command)], stdout=out, stderr=out)


def two_hosts(logs, backend):
    company, customers = a_company(backend)
    with company:
        load = Load(company, 1, customers)
        for _ in range(150):
            load.post()
        company.stop()
        starters = [under_valgrind(logs / f"valgrind-{backend.name}-{n}.log", *company.command("drain")) for n in range(2)]
        codes = [starter.wait(900) for starter in starters]
        compare(unittest.TestCase(), company, reports=False)
        return codes


def main():
    logs = pathlib.Path(sys.argv[1])
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    results = {"store and signals": under_valgrind(logs / "valgrind-store.log", BUILD / "bin" / "store_tests", f"--gtest_filter={TESTS}").wait(3000)}
    for backend in (Sqlite, Postgres) if POSTGRES else (Sqlite,):
        for number, code in enumerate(two_hosts(logs, backend())):
            results[f"host {number + 1} of 2 on {backend.name}"] = code
    for name, code in results.items():
        print(f"valgrind, {name}: {'clean' if code == 0 else f'exit {code}, see {logs}'}")
    failed = sum(code != 0 for code in results.values())
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    assert ERP_HOST.exists(), f"{ERP_HOST} is not built"
    sys.exit(main())
