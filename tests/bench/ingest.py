#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rates of import and drain on the retail set, beside the raw database writing the same rows in the same run.

Prints JSON lines. Usage: ingest.py [--rounds N]; ERP_HOST, SALES_LEADS_DATA and SALES_LEADS_TEST_POSTGRES as in the tests.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
RAW = str(ROOT / "build/bin/raw_rows_bench")
DATA = pathlib.Path(os.environ.get("SALES_LEADS_DATA", ROOT.parent / "shared/data"))


def timed(*command):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr}")
    return time.monotonic() - start, done.stdout


def round_(backend, number):
    with tempfile.TemporaryDirectory() as folder:
        extra = []
        if backend == "postgresql":
            server, name = os.environ["SALES_LEADS_TEST_POSTGRES"], f"ingest_bench_{os.getpid()}_{number}"
            timed("psql", "-q", server, "-c", f"create database {name}")
            url = server.rsplit("/", 1)[0] + "/" + name
            extra = ["--database", url]
        csv = DATA / "retail_invoices/invoices.csv"
        import_s, answer = timed(HOST, "import", "invoices", str(csv), "--map", "retail_invoices", "--data", folder, *extra)
        documents = json.loads(answer)["accepted"]
        drain_s, answer = timed(HOST, "drain", "--data", folder)
        handled = json.loads(answer)["handled"]
        if backend == "sqlite":
            _, raw = timed(RAW, "sqlite", f"{folder}/erp.db", f"{folder}/raw.db")
        else:
            _, raw = timed(RAW, "postgresql", url)
        raw = json.loads(raw)
        if backend == "postgresql":
            timed("psql", "-q", server, "-c", f"drop database {name} with (force)")
        print(json.dumps({"bench": "ingest", "backend": backend, "documents": documents, "handled": handled,
                          "import_per_s": round(documents / import_s), "drain_per_s": round(documents / drain_s),
                          "rows": raw["rows"], "raw_rows_per_s": round(raw["rows"] / max(raw["ms"], 1) * 1000),
                          "drain_rows_per_s": round(raw["rows"] / drain_s),
                          "drain_time_over_raw": round(drain_s * 1000 / max(raw["ms"], 1), 2)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    if not (DATA / "retail_invoices").is_dir():
        print(f"skipped: no data at {DATA} (set SALES_LEADS_DATA)")
        return
    for number in range(rounds):
        for backend in ("sqlite", "postgresql"):
            if backend == "sqlite" or "SALES_LEADS_TEST_POSTGRES" in os.environ:
                round_(backend, number)


if __name__ == "__main__":
    main()
