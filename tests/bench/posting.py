#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What posting an invoice costs with the module beside it and without, in pairs; and how long a poster waits while the module works off a queue.

A host posts invoices, in turns of 10, to two companies on one server: in one the module is enabled and another process of the host lets it
work all the time, in the other there is no module. Prints the median over the turns of the ratio of their medians (without over with: 1 = free), the percentiles of both, and
with --backlog N the percentiles while N imported documents are being worked off.

Usage: posting.py [--backend postgresql|sqlite] [--pairs 2000] [--backlog 10000]      ERP_HOST, SALES_LEADS_TEST_POSTGRES as in the tests.
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
import harness  # noqa: E402
import calibration  # noqa: E402

TURN = 10  # short, so that both sides of a pair meet the same machine


def company(backend, modules):
    host = harness.Host(backend())
    if modules is not None:
        host.arguments += ["--modules", str(modules)]
    host.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
    host.customer = host.call("customer.create", name="Köparen")["id"]
    return host


def post(host):
    """Milliseconds of one posting; the draft is made before."""
    made = host.call("invoice.create", customer=host.customer, lines=[{"net": 10_000}, {"net": 2_500}])
    start = time.perf_counter()
    host.call("invoice.post", id=made["id"], at="2026-01-05T09:00:00Z")
    return (time.perf_counter() - start) * 1000


def percentiles(times):
    ordered = sorted(times)
    return {f"p{p}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 2) for p in (50, 90, 99)} | {"worst_ms": round(ordered[-1], 2)}


class Worker:
    """A second process on the company's data that lets the module work, over and over."""

    def __init__(self, host):
        self.host, self.going, self.handled = host, True, 0
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        other = object.__new__(harness.Host)
        other.backend, other.folder, other.data, other.process = self.host.backend, self.host.folder, self.host.data, None
        other.others, other.arguments = [], list(self.host.arguments)
        while self.going:
            self.handled += other.drain().get("handled", 0)
            time.sleep(0.02)
        other.stop()

    def stop(self):
        self.going = False
        self.thread.join()


def paired(backend, pairs):
    with tempfile.TemporaryDirectory() as nothing, company(backend, None) as with_module, company(backend, nothing) as without:
        worker = Worker(with_module)
        times, ratios = {"with": [], "without": []}, []
        for turn in range(pairs // TURN + 1):  # the first turn warms up
            sides = [("with", with_module), ("without", without)]
            middle = {}
            for name, host in sides if turn % 2 else reversed(sides):
                found = [post(host) for _ in range(TURN)]
                middle[name] = statistics.median(found)
                times[name] += found if turn else []
            ratios += [middle["without"] / middle["with"]] if turn else []
        worker.stop()
        handled = worker.handled
    print(json.dumps({"bench": "posting", "backend": backend.name, "pairs": len(times["with"]), "handled_meanwhile": handled, "ratio": round(statistics.median(ratios), 3),
                      "ratio_of_medians": round(statistics.median(times["without"]) / statistics.median(times["with"]), 3),
                      "ratio_of_means": round(statistics.fmean(times["without"]) / statistics.fmean(times["with"]), 3),
                      "with": percentiles(times["with"]), "without": percentiles(times["without"])} | calibration.figures()), flush=True)


def while_draining(backend, backlog):
    with company(backend, None) as host, tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "invoices.csv"
        file.write_text("invoice_no,kind,posted_at,customer_no,country,currency,line_count,net_minor\n" + "".join(
            f"{500_000 + i},invoice,2025-12-0{1 + i % 9}T08:26:00,{i % 997},Sweden,SEK,7,{13_912 + i}\n" for i in range(backlog)), encoding="utf-8")
        quiet = [post(host) for _ in range(200)]
        done = host.cli("import", "invoices", str(file), "--map", "retail_invoices")
        if done.returncode:
            sys.exit(done.stderr)
        worker = Worker(host)
        times = []
        start = time.monotonic()
        while worker.handled < backlog and time.monotonic() - start < 300:
            times.append(post(host))
        worker.stop()
    print(json.dumps({"bench": "posting_while_draining", "backend": backend.name, "backlog": backlog, "posted": len(times),
                      "quiet": percentiles(quiet), "while_draining": percentiles(times or [0.0])} | calibration.figures()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=("sqlite", "postgresql"))
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--backlog", type=int, default=10_000)
    options = parser.parse_args()
    for backend in (harness.Sqlite, harness.Postgres):
        if options.backend not in (None, "sqlite" if backend is harness.Sqlite else "postgresql") or (backend is harness.Postgres and not harness.POSTGRES):
            continue
        if options.pairs:
            paired(backend, options.pairs)
        if options.backlog:
            while_draining(backend, options.backlog)


if __name__ == "__main__":
    main()
