#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the lists of a large company: first page, next page, a jump into the middle, totals, a board with its sums.

Usage: lists.py --data FOLDER [--database URL] [--rounds 20]     FOLDER as world.py makes it

Prints JSON lines: median and 95th percentile of each in milliseconds through `erp-host batch`, beside what an empty call of the same
process takes (company.get). Never an assertion. ERP_HOST as in the tests.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
OPEN = [{"field": "status", "op": "=", "value": "open"}]
COLUMNS = ["title", "customer", "step", "company_amount", "weighted", "probability", "planned_close", "owner", "next_activity", "campaign", "status"]


class Batch:
    def __init__(self, data, database):
        more = ["--database", database] if database else []
        self.process = subprocess.Popen([HOST, "batch", "--data", data, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def call(self, action, **fields):
        self.process.stdin.write(json.dumps({"action": action, "input": fields}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if not answer.get("ok"):
            raise SystemExit(f"{action}: {answer}")
        return answer["result"]


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--data", required=True)
    asked.add_argument("--database")
    asked.add_argument("--rounds", type=int, default=20)
    options = asked.parse_args()
    batch = Batch(options.data, options.database)

    def measure(name, action, **fields):
        batch.call(action, **fields)
        took = []
        for _ in range(options.rounds):
            started = time.perf_counter()
            answer = batch.call(action, **fields)
            took.append((time.perf_counter() - started) * 1000)
        print(json.dumps({"what": name, "median_ms": round(statistics.median(took), 2), "p95_ms": round(sorted(took)[int(len(took) * 0.95) - 1], 2)}),
              flush=True)
        return answer

    measure("an empty call", "company.get")
    first = measure("first page of open ones by planned close", "list.query", list="opportunity", filter=OPEN, sort=["planned_close"], limit=50, columns=COLUMNS)
    measure("next page", "list.query", list="opportunity", filter=OPEN, sort=["planned_close"], limit=50, columns=COLUMNS, after=first["after"])
    measure("first page of all by amount, largest first", "list.query", list="opportunity", sort=["-company_amount"], limit=50, columns=COLUMNS)
    measure("jump to 63 %", "list.query", list="opportunity", sort=["planned_close"], limit=50, columns=COLUMNS, at=0.63)
    measure("number and sums of all", "list.summary", list="opportunity", sums=["company_amount", "weighted"])
    board = measure("board of open ones with number, sum and weighted sum", "list.summary", list="opportunity", filter=OPEN, group="step",
                    sums=["company_amount", "weighted"])
    step = max(board["groups"], key=lambda group: group["count"])["key"]
    measure("the first 30 cards of its largest column", "list.query", list="opportunity", filter=[*OPEN, {"field": "step", "op": "=", "value": step}],
            sort=["planned_close"], limit=30, columns=COLUMNS)
    measure("search in titles", "list.query", list="opportunity", search="17", limit=50, columns=COLUMNS)
    print(json.dumps({"rows": batch.call("list.summary", list="opportunity", archived=True)["total"]}))
    batch.process.stdin.close()
    batch.process.wait()


if __name__ == "__main__":
    main()
