#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What posting an invoice costs with the module beside it and without, in pairs; and how long a poster waits while the module works off a queue.

Invoices are posted, in turns of 10, to two companies on one server, each served by an `erp-host serve` of its own: in one the module is
enabled and works as it does for a company's users, in the other there is none. Posted twice: by a process of its own (--poster batch, a night
run; `serve` beside it is not woken and looks every second) and through the server itself (http, a user; it is woken by every posting). Prints
the median over the turns of the ratio of their medians (without over with: 1 = free), the percentiles of both, and with --backlog N the
percentiles while N imported documents are being worked off.

Usage: posting.py [--backend postgresql|sqlite] [--poster batch|http] [--pairs 2000] [--backlog 10000]      ERP_HOST, SALES_LEADS_TEST_POSTGRES as in the tests.
"""
import argparse
import http.client
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
import web  # noqa: E402
import calibration  # noqa: E402

TURN = 10  # short, so that both sides of a pair meet the same machine


def company(backend, modules):
    host = harness.Host(backend())
    if modules is not None:
        host.arguments += ["--modules", str(modules)]
    host.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
    host.customer = host.call("customer.create", name="Köparen")["id"]
    return host


def post(host, call=None):
    """Milliseconds of one posting; the draft is made before."""
    call = call or host.call
    made = call("invoice.create", customer=host.customer, lines=[{"net": 10_000}, {"net": 2_500}])
    start = time.perf_counter()
    call("invoice.post", id=made["id"], at="2026-01-05T09:00:00Z")
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


class Served:
    """A company with its server; posts to it by a process of its own or over one kept connection of a logged-in user."""

    def __init__(self, host, poster):
        host.call("user.create", login="poster", name="Posteraren", password="correct horse", roles=["administrator"])
        self.host, self.server, self.line = host, web.Server(host), None
        if poster == "http":
            status, answer = self.server.login("poster", "correct horse")
            if status != 200:
                sys.exit(f"log-in: {answer}")
            self.line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            self.headers = {"Content-Type": "application/json", "Cookie": "; ".join(f"{k}={v}" for k, v in self.server.cookies.items())}

    def call(self, name, /, **fields):
        if self.line is None:
            return self.host.call(name, **fields)
        self.line.request("POST", web.action_path(name), json.dumps(fields), self.headers)
        answer = self.line.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{name}: {text.decode()}")
        return json.loads(text)

    def close(self):
        self.server.close()


def paired(backend, pairs, poster):
    with tempfile.TemporaryDirectory() as nothing, company(backend, None) as with_module, company(backend, nothing) as without:
        served = {"with": Served(with_module, poster), "without": Served(without, poster)}
        times, ratios = {"with": [], "without": []}, []
        for turn in range(pairs // TURN + 1):  # the first turn warms up
            middle = {}
            for name in ("with", "without") if turn % 2 else ("without", "with"):
                found = [post(served[name].host, served[name].call) for _ in range(TURN)]
                middle[name] = statistics.median(found)
                times[name] += found if turn else []
            ratios += [middle["without"] / middle["with"]] if turn else []
        for one in served.values():
            one.close()
        with_module.stop()
        left = with_module.drain()["handled"]  # what the server had not come to
    print(json.dumps({"bench": "posting", "backend": backend.name, "poster": poster, "pairs": len(times["with"]), "handled_meanwhile": pairs + TURN - left,
                      "ratio": round(statistics.median(ratios), 3),
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
    parser.add_argument("--poster", choices=("batch", "http"))
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--backlog", type=int, default=10_000)
    options = parser.parse_args()
    for backend in (harness.Sqlite, harness.Postgres):
        if options.backend not in (None, "sqlite" if backend is harness.Sqlite else "postgresql") or (backend is harness.Postgres and not harness.POSTGRES):
            continue
        for poster in ("batch", "http"):
            if options.pairs and options.poster in (None, poster):
                paired(backend, options.pairs, poster)
        if options.backlog:
            while_draining(backend, options.backlog)


if __name__ == "__main__":
    main()
