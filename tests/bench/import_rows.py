#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Import of many opportunities and leads, duplicates among them: rows a second beside the raw database writing the same rows
with history and audit in the same run, and the memory of the process over time.

Prints JSON lines. Usage: import_rows.py [--opportunities 1000000] [--leads 100000] [--backend sqlite|postgresql]
ERP_HOST and SALES_LEADS_TEST_POSTGRES as in the tests; raw_import_bench is built by `ninja benches`.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
RAW = str(ROOT / "build/bin/raw_import_bench")
CHUNK = 4_000
CUSTOMERS, EMPLOYEES = 5_000, 40
TABLES = {"opportunities": ["sl_import_batch", "sl_opportunity", "sl_rollup_pipeline_delta", "sl_field_history", "sl_step_visit", "sl_audit", "sl_import_row"],
          "leads": ["sl_import_batch", "sl_lead", "sl_lead_contact", "sl_lead_key", "sl_lead_history", "sl_audit", "sl_import_row"]}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
    return done.stdout


def write_opportunities(path, count):
    """One in fifty stands in the file twice."""
    chance = random.Random(7)
    with open(path, "w", encoding="utf-8") as file:
        file.write("external_id,title,customer_no,owner,step,amount_minor,start,planned_close,type,source\n")
        for i in range(count):
            number = i if chance.random() > 0.02 or i == 0 else chance.randrange(i)
            file.write(f"X{number},Ny affär nummer {i},{number % CUSTOMERS + 1},{number % EMPLOYEES + 1},{('first_meeting', 'offer', 'negotiation')[i % 3]},"
                       f"{1000 + i},2026-0{1 + i % 9}-1{i % 9},2027-0{1 + i % 9}-1{i % 9},,\n")


def write_leads(path, count):
    """One in twenty is the same company as an earlier one, written in another way."""
    chance = random.Random(11)
    with open(path, "w", encoding="utf-8") as file:
        file.write("external_id,kind,name,org_number,email,phone,postal_code,city,country\n")
        for i in range(count):
            number = i if chance.random() > 0.05 or i == 0 else chance.randrange(i)
            name = f"Bolaget {number} AB" if number == i else f"BOLAGET  {number} ab"
            file.write(f"L{i},company,{name},55{number:08d},info@bolag{number}.example,070{number:07d},{10000 + number % 80000},Staden,SE\n")


def furnish(base):
    with tempfile.TemporaryDirectory() as folder:
        for kind, rows in (("customers", CUSTOMERS), ("employees", EMPLOYEES)):
            path = pathlib.Path(folder) / f"{kind}.csv"
            path.write_text("number,name\n" + "".join(f"{i},{kind} {i}\n" for i in range(1, rows + 1)))
            run(HOST, "import", kind, path, *base)


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("VmRSS")), 0)


TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(process):
    """Seconds of processor time of one process so far, from its /proc entry; 0 where it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except (OSError, IndexError, ValueError):
        return 0.0


def backends(database):
    """Server processes that serve this database now."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(b"postgres:") and f" {database} ".encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            pass
    return found


def watched(command, database=None, environment=None):
    """Seconds, answer, the process's memory every half second, and the processor time of the process and of the server's
    processes for its database (looked at so often too: on a machine that others use, clocks tell little)."""
    start, samples, spent = time.monotonic(), [], {}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True, env=environment)
        while process.poll() is None:
            try:
                samples.append(rss_kb(process.pid))
            except (FileNotFoundError, ProcessLookupError):
                pass
            for one in [str(process.pid)] + (backends(database) if database else []):
                spent[one] = max(spent.get(one, 0.0), cpu_of(one))
            time.sleep(0.25)
        seconds = time.monotonic() - start
        out.seek(0), err.seek(0)
        if process.returncode != 0:
            sys.exit(f"{command}: {err.read()}")
        return seconds, json.loads(out.read()), samples, sum(spent.values())


def memory(samples):
    """Megabytes at ten moments, and the greatest of the second half over that at a quarter of the way."""
    samples = [s for s in samples if s] or [0]
    moments = [round(samples[min(len(samples) - 1, i * len(samples) // 10)] / 1024) for i in range(10)]
    quarter = samples[len(samples) // 4]
    return moments, round(max(samples) / 1024), round(max(samples[len(samples) // 2:]) / max(quarter, 1), 2)


def one(backend, kind, count):
    write = write_opportunities if kind == "opportunities" else write_leads
    with tempfile.TemporaryDirectory() as folder:
        base = ["--data", folder + "/data"]
        url = None
        if backend == "postgresql":
            server, name = os.environ["SALES_LEADS_TEST_POSTGRES"], f"import_bench_{os.getpid()}_{kind}"
            run("psql", "-q", server, "-c", f"create database {name}")
            url = server.rsplit("/", 1)[0] + "/" + name
            base += ["--database", url]
        try:
            run(HOST, "action", "company.update", '{"currency":"SEK","time_zone":"Europe/Stockholm"}', *base)
            actions = json.loads(run(HOST, "actions", *base))
            names = {a["name"] for a in (actions if isinstance(actions, list) else actions["actions"])}
            if kind == "leads" and "lead.import" not in names:
                print(f"skipped: leads on {backend}: this module has no lead.import")
                return
            furnish(base)
            file = pathlib.Path(folder) / f"{kind}.csv"
            write(file, count)
            database = name if url else None
            seconds, answer, samples, cpu = watched([HOST, "import", kind, str(file), "--keep-good", *base], database)
            rounds = max(1, -(-answer["read"] // CHUNK))
            where = ["sqlite", f"{folder}/data/erp.db", f"{folder}/raw.db"] if url is None else ["postgresql", url]
            _, raw, _, raw_cpu = watched([RAW, *where, str(rounds), *TABLES[kind]], database)
            _, bare, _, _ = watched([RAW, *where, str(rounds), *TABLES[kind]], database, {**os.environ, "RAW_WITHOUT_FOREIGN_KEYS": "1"})
        finally:
            if url:
                run("psql", "-q", server, "-c", f"drop database {name} with (force)")
        moments, peak, growth = memory(samples)
        raw_s = max(raw["ms"], 1) / 1000
        print(json.dumps({"bench": "import_rows", "backend": backend, "kind": kind, "rows": answer["read"], "created": answer["created"],
                          "rejected": answer["rejected"], "seconds": round(seconds, 1), "rows_per_s": round(answer["read"] / seconds),
                          "database_rows": raw["rows"], "raw_seconds": round(raw_s, 1), "raw_rows_per_s": round(answer["read"] / raw_s),
                          "ratio": round(raw_s / seconds, 2), "ratio_to_raw_without_foreign_keys": round(bare["ms"] / 1000 / seconds, 2), "cpu_s": round(cpu, 1), "raw_cpu_s_with_reading": round(raw_cpu, 1),
                          "rss_mb": moments, "rss_peak_mb": peak, "rss_growth": growth}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opportunities", type=int, default=1_000_000)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--backend", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    for backend in ("sqlite", "postgresql"):
        if options.backend not in (None, backend):
            continue
        if backend == "postgresql" and "SALES_LEADS_TEST_POSTGRES" not in os.environ:
            print("skipped: postgresql: SALES_LEADS_TEST_POSTGRES is not set")
            continue
        if options.opportunities:
            one(backend, "opportunities", options.opportunities)
        if options.leads:
            one(backend, "leads", options.leads)


if __name__ == "__main__":
    main()
