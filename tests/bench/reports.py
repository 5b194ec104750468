#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Milliseconds of reports over a company made by world.py, by axis, beside the plain statements of raw_reports.sql over the same rows in the
same run. With "as_of" as of the end of a day behind. Then the memory of each report, the widest of its questions in a process of its own, beside
that of a host that was asked nothing.

Usage: reports.py --data FOLDER [--database URL] [--repeat 7] [--raw 2]      Times are those of `erp-host batch`, from the line in to the line
out; the first is left out. cpu_ms: of the processor, which other work on the machine spoils less; on PostgreSQL the host's share alone.
times_raw: the report over the plain statement (where there is one), by the processor on SQLite, by the wall on PostgreSQL. --database: where the company is.
"""
import argparse
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time

import calibration

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
EARLIEST, EARLIER, THEN = "2025-08-31", "2025-11-30", "2025-12-31"  # days behind, of which forecasts are frozen first; of the first it is known what came
AXES = ("month", "seller", "group", "step", "status", "type", "source", "campaign", "customer", "project")
# What holds most: the reports of their own, and tables along the longest axes.
WIDE = [(name, {}) for name in ("campaign_results", "forecast_accuracy", "funnel", "loss_reasons", "not_invoiced", "nudges", "planned_activities",
                                "sales_lines", "to_link", "top_sellers", "won_trend")]
WIDE += [("commission", {"month": THEN[:7]})]
WIDE += [("forecast_bridge", {"start": EARLIER, "end": THEN})]
WIDE += [(name, {"rows": rows, "columns": columns}) for name in ("pipeline", "sales", "forecast")
         for rows, columns in (("customer", "month"), ("customer", "seller"), ("project", "customer"), ("seller", "month"))]
WIDE += [(name, {"rows": "customer", "as_of": THEN}) for name in ("pipeline", "forecast")]
MEASURES = {"pipeline": "count(*), sum(company_minor), sum(company_minor * probability / 10000)",
            "sales": ", ".join(f"sum(case l.measure when '{m}' then l.company_minor else 0 end)" for m in ("offered", "ordered", "invoices", "credits"))}


def raw_statements():
    text = re.sub(r":(pipeline|sales)\b", lambda match: MEASURES[match.group(1)], (ROOT / "tests/bench/raw_reports.sql").read_text(encoding="utf-8"))
    return {(name, axis): sql for name, axis, sql in re.findall(r"^--@ (\w+) (\w+)\n(.*?);$", text, re.M | re.S)}


class Raw:
    """The statements as they are, in this process or through psql."""

    def __init__(self, data, database):
        self.database, self.statements = database, raw_statements()
        self.connection = None if database else sqlite3.connect(f"file:{data}/erp.db?mode=ro", uri=True)

    def run(self, name, axis, times):
        """(wall, processor) in milliseconds, the quickest; none where there is no statement."""
        sql = self.statements.get((name, axis))
        if not sql or not times:
            return None
        if self.connection:
            took = []
            for _ in range(times):
                wall, processor = time.perf_counter(), time.process_time()
                self.connection.execute(sql).fetchall()
                took.append(((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000))
            return min(took, key=lambda one: one[1])
        text = "set search_path = sales_leads, public;\n\\timing on\n" + f"{sql};\n" * times
        out = subprocess.run(["psql", "-X", "-q", "-A", "-t", self.database], input=text, capture_output=True, text=True, check=True).stdout
        return min(float(found) for found in re.findall(r"^Time: ([\d.]+) ms", out, re.M)), None


def peak_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return round(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024)


def peak_of(data, message, *more):
    """Of a process that is asked twice, and its answer."""
    with subprocess.Popen([HOST, "batch", "--data", data, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(2):
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        return peak_mb(process.pid), answer


def memory(data):
    """Of the process with each of the wide questions, beside that of the host without the module."""
    nothing = {"action": "company.get", "input": {}}
    with tempfile.TemporaryDirectory() as no_modules:
        host, _ = peak_of(data, nothing, "--modules", no_modules)
    for name, params in [("", {}), *WIDE]:
        peak, answer = peak_of(data, {"report": name, "params": params} if name else nothing)
        line = {"bench": "memory", "report": name or "none", **params, "process_peak_mb": peak, "above_host_mb": peak - host, "answer_kb": len(answer) // 1024}
        if not json.loads(answer).get("ok"):
            line["refused"] = json.loads(answer).get("error")
        print(json.dumps(line), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--database")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--raw", type=int, default=2)
    options = parser.parse_args()
    process = subprocess.Popen([HOST, "batch", "--data", options.data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    raw, ticks = Raw(options.data, options.database), os.sysconf("SC_CLK_TCK")

    def call(**message):
        start = time.perf_counter()
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        return (time.perf_counter() - start) * 1000, answer

    def processor_ms():
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / ticks

    call(drain=True)
    for day in (EARLIEST, EARLIER, THEN):
        call(action="forecast.snapshot", input={"as_of": day})
    for name, statement, more in (("pipeline", "pipeline", {}), ("sales", "sales", {}), ("pipeline", "then", {"as_of": THEN}), ("forecast", "", {"as_of": THEN})):
        for axis in AXES:
            call(report=name, params={"rows": axis, **more})
            times, rows, before = [], 0, processor_ms()
            for _ in range(options.repeat):
                took, answer = call(report=name, params={"rows": axis, **more})
                if not answer.get("ok"):
                    print(json.dumps({"bench": "reports", "report": name, **more, "rows": axis, "refused": answer.get("error")}))
                    break
                times.append(took)
                rows = len(answer["result"]["rows"])
            else:
                line = {"bench": "reports", "report": name, **more, "rows": axis, "found": rows, "median_ms": round(statistics.median(times), 1),
                        "worst_ms": round(max(times), 1), "cpu_ms": round((processor_ms() - before) / options.repeat, 1)}
                beside = raw.run(statement, axis, options.raw)
                if beside:
                    wall, processor = beside
                    line |= {"raw_ms": round(wall, 1)} | ({"raw_cpu_ms": round(processor, 1)} if processor else {})
                    line["times_raw"] = round(line["cpu_ms"] / processor if processor else line["median_ms"] / wall, 4)
                print(json.dumps(line), flush=True)
    process.stdin.close()
    process.wait()
    memory(options.data)
    print(json.dumps({"bench": "reports"} | calibration.figures()))


if __name__ == "__main__":
    main()
