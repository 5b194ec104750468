#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Milliseconds of reports over a company made by world.py, by axis, and the memory of the process afterwards.

Usage: reports.py --data FOLDER [--repeat 7]      Times are those of `erp-host batch`, from the line in to the line out; the first is left out.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

import calibration

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
AXES = ("month", "seller", "group", "step", "status", "type", "source", "campaign", "customer", "project")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    process = subprocess.Popen([HOST, "batch", "--data", options.data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(**message):
        start = time.perf_counter()
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        return (time.perf_counter() - start) * 1000, answer

    call(drain=True)
    for name in ("pipeline", "sales"):
        for axis in AXES:
            times, rows = [], 0
            for _ in range(options.repeat):
                took, answer = call(report=name, params={"rows": axis})
                if not answer.get("ok"):
                    print(json.dumps({"bench": "reports", "report": name, "rows": axis, "refused": answer.get("error")}))
                    break
                times.append(took)
                rows = len(answer["result"]["rows"])
            else:
                print(json.dumps({"bench": "reports", "report": name, "rows": axis, "found": rows, "median_ms": round(statistics.median(times[1:]), 1),
                                  "worst_ms": round(max(times[1:]), 1)}), flush=True)
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    process.stdin.close()
    process.wait()
    print(json.dumps({"bench": "reports", "process_peak_mb": round(peak / 1024)} | calibration.figures()))


if __name__ == "__main__":
    main()
