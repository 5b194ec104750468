#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the end-to-end tests and the oracle's own in parallel processes.

    tests/e2e/run.py [--jobs N] [--list] [--crash] [REGEX]

--crash runs tests/crash alone; those run along with the others in the fast tier, and by themselves in the long one, where
they want the machine's time. REGEX picks tests by their whole name (module.Class.test). A class with a setUpClass runs as one piece, all other tests one
by one. The last line is "N passed, N failed, N skipped"; exit status 1 when one failed.
"""
import argparse
import multiprocessing
import os
import re
import sys
import time
import traceback
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
CRASH = HERE.parent / "crash"
FOLDERS = [HERE, HERE.parent / "oracle"]
WAITING = ("test_many_hosts", "test_lead_crash", "test_bare_root")  # for leases, restarts, packages


class Timed(unittest.TestResult):
    """One row per test: (name, outcome, seconds, text)."""

    def __init__(self):
        super().__init__()
        self.rows, self.texts, self.outcome, self.started = [], [], "", 0.0

    def startTest(self, test):
        super().startTest(test)
        self.texts, self.outcome, self.started = [], "passed", time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self.rows.append((test.id(), self.outcome, time.monotonic() - self.started, "\n".join(self.texts)))

    def failed(self, error):
        self.outcome = "failed"
        self.texts.append("".join(traceback.format_exception(*error)))

    def addFailure(self, test, err):
        self.failed(err)
        if not self._is_running(test):
            self.rows.append((str(test), "failed", 0.0, self.texts[-1]))

    addError = addFailure

    @staticmethod
    def _is_running(test):
        return isinstance(test, unittest.TestCase)  # setUpClass and the like report a holder instead

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.failed(err)
            self.texts[-1] = f"{subtest}\n{self.texts[-1]}"

    def addSkip(self, test, reason):
        if not self._is_running(test):
            self.rows.append((str(test), "skipped", 0.0, reason))
            return
        if self.outcome != "failed":
            self.outcome = "skipped"
        self.texts.append(reason)

    def addUnexpectedSuccess(self, test):
        self.outcome = "failed"
        self.texts.append("was expected to fail, and did not")


def pieces(pattern):
    """Names that a worker can load: classes that share a fixture as a whole, all others test by test."""
    for folder in FOLDERS:
        sys.path.insert(0, str(folder))
    names = []
    for file in sorted(f for folder in FOLDERS for f in folder.glob("test_*.py")):
        suite = unittest.defaultTestLoader.loadTestsFromName(file.stem)
        for group in suite:
            if not isinstance(group, unittest.TestSuite):
                names.append(("error", group.id(), [group.id()]))
                continue
            tests = [t.id() for t in group if pattern.search(t.id())]
            if not tests:
                continue
            shared = type(next(iter(group))).setUpClass.__func__ is not unittest.TestCase.setUpClass.__func__
            if shared:
                names.append((file.stem, tests[0].rsplit(".", 1)[0], tests))
            else:
                names += [(file.stem, t, [t]) for t in tests]
    return names


def work(piece):
    result = Timed()
    unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromNames(piece[2])).run(result)
    return result.rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--crash", action="store_true")
    parser.add_argument("regex", nargs="?", default="")
    options = parser.parse_args()
    if options.crash:
        FOLDERS[:] = [CRASH]
    elif os.environ.get("SALES_LEADS_LONG") != "1":
        FOLDERS.append(CRASH)
    names = pieces(re.compile(options.regex))
    if options.list:
        print("\n".join(t for _, _, tests in names for t in tests))
        return 0
    # What mostly waits and the longest pieces (whole classes over real data) first, so that they do not end alone.
    names.sort(key=lambda piece: (piece[0] not in WAITING, "NightRun" not in piece[1], -len(piece[2])))
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    reasons, failed = {}, []
    with multiprocessing.Pool(options.jobs) as pool:
        for rows in pool.imap_unordered(work, names):
            for name, outcome, seconds, text in rows:
                counts[outcome] += 1
                print(f"{outcome:7} {seconds:8.2f} s  {name}", flush=True)
                if outcome == "failed":
                    failed.append(name)
                    print("    " + text.rstrip().replace("\n", "\n    "), flush=True)
                elif outcome == "skipped":
                    reasons[text] = reasons.get(text, 0) + 1
    for reason, times in sorted(reasons.items()):
        print(f"skipped {times} times: {reason}")
    for name in failed:
        print(f"FAILED {name}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not sum(counts.values()) else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.dont_write_bytecode = True
    sys.exit(main())
