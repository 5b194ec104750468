#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents through the module, from signal to ledger, beside the raw database reading what must be known and writing the same rows in the
same run (raw_ledger_*.sql, 1,000 documents a transaction); and, for comparison, beside that writing alone.

Two worlds: "retail", 12,795 real invoices that nobody linked (needs SALES_LEADS_DATA), and "linked", made by world.py, where opportunities,
orders, campaigns and shares are looked up. Prints JSON lines: rows a second of both and their ratio, by the wall and, on SQLite where all
work is done in one process, by the processor, which other work on the machine spoils less. Starting and stopping the host is taken off.

Usage: ingest.py [--rounds 3] [--backend sqlite|postgresql] [--world retail|linked] [--opportunities 20000] [--lines 80000]
ERP_HOST, SALES_LEADS_DATA and SALES_LEADS_TEST_POSTGRES as in the tests.
"""
import argparse
import contextlib
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import calibration

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
RAW = str(ROOT / "build/bin/raw_rows_bench")
DATA = pathlib.Path(os.environ.get("SALES_LEADS_DATA", ROOT.parent / "shared/data"))


def timed(*command):
    """Seconds by the wall, seconds of the processor, output."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


@contextlib.contextmanager
def database(backend, number):
    if backend == "sqlite":
        yield None
        return
    server, name = os.environ["SALES_LEADS_TEST_POSTGRES"], f"ingest_bench_{os.getpid()}_{number}"
    timed("psql", "-q", server, "-c", f"create database {name}")
    try:
        yield server.rsplit("/", 1)[0] + "/" + name
    finally:
        timed("psql", "-q", server, "-c", f"drop database {name} with (force)")


def one(backend, world, number, options):
    with tempfile.TemporaryDirectory() as folder, database(backend, number) as url:
        where = ["--data", folder + "/data"] + (["--database", url] if url else [])
        if world == "retail":
            timed(HOST, "drain", *where)  # so that the documents come by their signals
            timed(HOST, "import", "invoices", DATA / "retail_invoices/invoices.csv", "--map", "retail_invoices", *where)
        else:
            timed(sys.executable, ROOT / "tests/bench/world.py", "--opportunities", options.opportunities, "--lines", options.lines, "--signals", *where)
        wall, cpu, answer = timed(HOST, "drain", "--data", folder + "/data")
        idle_wall, idle_cpu, _ = timed(HOST, "drain", "--data", folder + "/data")
        sql = ROOT / f"tests/bench/raw_ledger_{backend}.sql"
        raw = json.loads(timed(RAW, backend, sql, *([url] if url else [folder + "/data/erp.db", folder + "/raw.db"]))[2])
    wall, cpu = max(wall - idle_wall, 0.001), max(cpu - idle_cpu, 0.001)
    found = {"bench": "ingest", "backend": backend, "world": world, "documents": json.loads(answer)["handled"], "rows": raw["rows"],
             "module_rows_per_s": round(raw["rows"] / wall), "raw_rows_per_s": round(raw["rows"] * 1000 / max(raw["ms"], 1)),
             "raw_rows_read": raw["rows_read"], "ratio": round(raw["ms"] / 1000 / wall, 2), "ratio_of_writing": round(raw["write_ms"] / 1000 / wall, 2)}
    if backend == "sqlite":
        found["ratio_of_processor"] = round(raw["cpu_ms"] / 1000 / cpu, 2)
        found["writing_of_processor"] = round(raw["write_cpu_ms"] / 1000 / cpu, 2)
    print(json.dumps(found | calibration.figures()), flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backend", choices=("sqlite", "postgresql"))
    parser.add_argument("--world", choices=("retail", "linked"))
    parser.add_argument("--opportunities", type=int, default=20_000)
    parser.add_argument("--lines", type=int, default=80_000)
    options = parser.parse_args()
    for backend in ("sqlite", "postgresql"):
        if options.backend not in (None, backend) or (backend == "postgresql" and "SALES_LEADS_TEST_POSTGRES" not in os.environ):
            continue
        for world in ("retail", "linked"):
            if options.world not in (None, world):
                continue
            if world == "retail" and not (DATA / "retail_invoices").is_dir():
                print(f"skipped: no data at {DATA} (set SALES_LEADS_DATA)")
                continue
            rounds = [one(backend, world, f"{world}_{number}", options) for number in range(options.rounds)]
            middle = {key: statistics.median(found[key] for found in rounds) for key in ("ratio", "ratio_of_processor", "ratio_of_writing") if key in rounds[0]}
            print(json.dumps({"bench": "ingest", "backend": backend, "world": world, "rounds": len(rounds)} | {f"median_{key}": value for key, value in middle.items()}))


if __name__ == "__main__":
    main()
