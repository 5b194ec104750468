#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the module on purpose, one small way at a time, and looks whether the test that guards the rule notices.

    tests/mutation/run.py [--sample N [--seed TEXT]] [--list] [--check] [--scratch DIR] [REGEX]

mutations.toml names each: file, what stands there, what is put instead, and the test that must then fail. Everything
happens in a scratch copy of the project with a build folder of its own (build/mutation); erp-host is the built one. First
each test must pass on the unbroken copy. A mutation whose test still passes has *survived*: the test guards nothing there.
REGEX picks by rule or test; --check only looks whether every mutation still fits its file. The last line is
"N passed, N failed, N skipped"; exit status 1 when one survived, does not build, or no longer fits.
"""
import argparse
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TEST_TIMEOUT_S = 300
LAYER = re.compile(r"(unit|store):(.+)")  # a filter of that layer's program


def mutations():
    with open(HERE / "mutations.toml", "rb") as file:
        return tomllib.load(file)["mutation"]


def misfits(root=ROOT, items=None):
    """Mutations that do not fit their file any more."""
    faults = []
    for item in items or mutations():
        file = root / item["file"]
        times = file.read_text(encoding="utf-8").count(item["from"]) if file.is_file() else 0
        if times != 1:
            faults.append(f"{item['rule']}: {item['file']} holds it {times} times: {item['from'][:60]!r}")
        elif item["from"] == item["to"]:
            faults.append(f"{item['rule']}: changes nothing")
    return faults


class Scratch:
    def __init__(self, folder):
        self.source, self.build = folder / "source", folder / "build"
        self.source.mkdir(parents=True, exist_ok=True)

    def copy(self):
        """The project as it stands, tracked or not, without touching files that are the same: so builds stay small."""
        names = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True,
                               check=True).stdout.split("\n")
        names = {n for n in names if n and (ROOT / n).is_file()}
        for name in names:
            old, new = self.source / name, ROOT / name
            if not old.is_file() or old.read_bytes() != new.read_bytes():
                old.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(new, old)
        for path in list(self.source.rglob("*")):
            if path.is_file() and str(path.relative_to(self.source)) not in names:
                path.unlink()

    def configure(self):
        third_party = ROOT / "build" / "third_party" / "usr" / "include"
        environment = {"CCACHE_SLOPPINESS": "pch_defines,time_macros,include_file_mtime,include_file_ctime", "CCACHE_BASEDIR": str(self.source), "CCACHE_NOHASHDIR": "1"}
        os.environ.update(environment)
        subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                        "-DSALES_LEADS_TESTS=ON", "-DSALES_LEADS_WERROR=OFF", f"-DPHONENUMBER_INCLUDE_DIR={third_party}"],
                       check=True, stdout=subprocess.DEVNULL)

    def make(self, targets):
        done = subprocess.run(["ninja", "-C", self.build, *targets], capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout[-2000:]

    def put(self, name, text):
        (self.source / name).write_text(text, encoding="utf-8")

    def test(self, name, long=False):
        """Whether it passes. "unit:FILTER" is one of unit_tests, "store:FILTER" of store_tests, else a name of tests/e2e."""
        if in_layer := LAYER.match(name):
            command = [self.build / "bin" / f"{in_layer[1]}_tests", f"--gtest_filter={in_layer[2]}", "--gtest_brief=1"]
        else:
            crash = ["--crash"] if (ROOT / "tests" / "crash" / f"{name.split('.')[0]}.py").is_file() else []
            command = [sys.executable, ROOT / "tests" / "e2e" / "run.py", "--jobs", "1", *crash, f"{re.escape(name)}$"]
        # The fast tier's sizes, whichever tier runs us, unless the mutation asks for more.
        environment = dict(os.environ, SALES_LEADS_LONG="1" if long else "", SALES_LEADS_MODULES=str(self.build / "modules"),
                           ERP_HOST=os.environ.get("ERP_HOST") or str(ROOT / "build" / "bin" / "erp-host"))
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=TEST_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return False, "timed out"
        ran = re.search(r"^(\d+) passed, (\d+) failed, 0 skipped$|^\[=+\] ([1-9]\d*) test", done.stdout, re.M)
        if not ran or ran.group(0).startswith("0 passed, 0 failed"):
            raise SystemExit(f"{name} did not run:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.returncode == 0, done.stdout[-1500:]


def targets_of(items):
    layers = {found[1] for i in items if (found := LAYER.match(i["test"]))}
    return ["sales_leads", "module_folder", *(f"{layer}_tests" for layer in sorted(layers))]


def chosen(options):
    items = [i for i in mutations() if re.search(options.regex, i["rule"] + " " + i["test"])]
    if options.sample and options.sample < len(items):
        seed = options.seed or subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout
        items = random.Random(hashlib.sha256(seed.encode()).hexdigest()).sample(items, options.sample)
    return items


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sample", type=int, default=0, help="so many of them, another choice for every commit")
    parser.add_argument("--seed", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "build" / "mutation")
    parser.add_argument("regex", nargs="?", default="")
    options = parser.parse_args()
    items = chosen(options)
    if options.list:
        print("\n".join(f"{i['rule']:40} {i['test']}" for i in items))
        return 0
    faults = misfits(items=items)
    print("\n".join(f"FAIL {fault}" for fault in faults), end="\n" if faults else "")
    if options.check or faults or not items:
        print(f"{len(items) - len(faults)} passed, {len(faults)} failed, 0 skipped")
        return 1 if faults or not items else 0

    scratch = Scratch(options.scratch)
    scratch.copy()
    scratch.configure()
    built, output = scratch.make(targets_of(items))
    if not built:
        print(output)
        print(f"0 passed, {len(items)} failed, 0 skipped")
        return 1
    failed = 0
    for name in sorted({i["test"] for i in items}):
        passes, output = scratch.test(name)
        if not passes:
            failed += 1
            print(f"FAIL {name} fails on the unbroken copy:\n{output}", flush=True)
    caught = 0
    for item in items if not failed else []:
        started = time.monotonic()
        whole = (scratch.source / item["file"]).read_text(encoding="utf-8")
        scratch.put(item["file"], whole.replace(item["from"], item["to"]))
        try:
            built, output = scratch.make(targets_of([item]))
            if not built:
                failed += 1
                print(f"FAIL {item['rule']}: does not build\n{output}", flush=True)
                continue
            passes, _ = scratch.test(item["test"], item.get("long", False))
        finally:
            scratch.put(item["file"], whole)
        word = "SURVIVED" if passes else "caught"
        failed, caught = failed + passes, caught + (not passes)
        print(f"{word:8} {time.monotonic() - started:6.1f} s  {item['rule']}  {item['file']}  -> {item['to'].strip()[:70]!r}", flush=True)
    print(f"{caught} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
