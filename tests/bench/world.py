#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a company of 1,000,000 opportunities, 5,000,000 history rows and 2,000,000 document lines (or any other number) in a data folder.

Usage: world.py --data FOLDER [--database URL] [--opportunities 1000000] [--lines 2000000] [--seed 7] [--drain] [--signals]

The rows are those of world.sql, written past host and module into their tables: made for benches, not for tests of rules. The same
numbers and seed give the same rows on both databases. --drain lets the module make the ledger of the documents. --signals: the
module knows the company already when the documents come, each with its signal.
On PostgreSQL the URL must be of a superuser. Prints one JSON line. ERP_HOST as in the tests.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
TODAY = 20_454  # 2026-01-01


def run(*command, text=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, input=text)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
    return done.stdout


def sizes(opportunities, lines):
    return {"opportunities": opportunities, "customers": max(20, opportunities // 5), "projects": max(5, opportunities // 200),
            "employees": max(4, min(200, opportunities // 50)), "groups": 13, "campaigns": max(3, min(500, opportunities // 20)),
            "orders": lines // 8, "invoices": lines // 8 * 2}


class Sqlite:
    """One file; indexes are made after the rows."""
    own_ids = ""

    def __init__(self, folder):
        self.connection = sqlite3.connect(folder / "erp.db", isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = off", "cache_size = -400000", "foreign_keys = off", "temp_store = memory"):
            self.connection.execute("pragma " + pragma)

    def rows(self, sql):
        return self.connection.execute(sql).fetchall()

    def run(self, statements):
        self.connection.execute("begin immediate")
        for statement in statements:
            self.connection.execute(statement)
        self.connection.execute("commit")

    def indexes(self, tables):
        names = ", ".join(f"'{table}'" for table in tables)
        return [("drop index " + name, sql) for name, sql in self.rows(
            f"select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ({names})")]

    def counters(self, counts):
        return [f"update host_sequence set last = max(last, {count}) where name = '{name}'" for name, count in counts.items()]

    def analyze(self):
        self.connection.execute("analyze")

    def finish(self):
        self.analyze()
        self.connection.execute("pragma wal_checkpoint(truncate)")
        self.connection.close()


class Postgresql:
    """Through psql, past triggers and foreign keys."""
    own_ids = "overriding system value"

    def __init__(self, url):
        self.url = url

    def psql(self, text):
        head = "set session_replication_role = replica; set search_path = sales_leads, public; set synchronous_commit = off; set maintenance_work_mem = '256MB';\n"
        return run("psql", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.url, text=head + text)

    def rows(self, sql):
        return [tuple(line.split("\t")) for line in self.psql(sql + ";").splitlines()]

    def run(self, statements):
        self.psql("begin;\n" + "".join(statement + ";\n" for statement in statements) + "commit;\n")

    def indexes(self, tables):
        names = ", ".join(f"'{table}'" for table in tables)
        return [(f"drop index {schema}.{name}", sql) for schema, name, sql in self.rows(
            f"select schemaname, indexname, indexdef from pg_indexes where tablename in ({names}) and not exists (select 1 from pg_constraint c "
            "where c.conname = indexname)")]

    def counters(self, counts):
        made = [f"select setval('host_{name}_seq', {max(1, count)})" for name, count in counts.items()]
        for table in ("sl_group", "sl_campaign", "sl_opportunity"):
            made.append(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
        return made

    def analyze(self):
        self.psql("analyze;\n")

    finish = analyze


def statements(text, backend, values, seed):
    """(table, SQL) of world.sql for this backend and these numbers."""
    def chance(match):
        number, of = match.group(1), match.group(2) or "i"
        return f"(((({of}) * 2654435761 + {int(number) * 97_531 + seed * 7_919}) % 4294967291) * 48271 % 2147483647)"

    for name, count, sql in re.findall(r"^--@ rows (\w+) (\w+)\n(.*?);$", text, re.M | re.S):
        sql = re.sub(r"@h(\d+)(?:\(([^@]*)\))?@", chance, sql).replace("@own_ids@", backend.own_ids)
        sql = re.sub(r":([a-z_]\w*)", lambda match: str(values[match.group(1)]), sql)
        sql = re.sub(r"^--.*\n", "", sql, flags=re.M)
        if re.search(r"\bn\b", sql.split("select", 1)[1]):
            head, rest = sql.split("select", 1)
            recursive = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {values[count]}) "
            # PostgreSQL counts in int where it may; the products of the chances need more.
            recursive = recursive.replace("select 1 union", "select cast(1 as bigint) union")
            sql = head + recursive + "select" + rest
        yield name, sql


def make(folder, url, options):
    base = ["--data", folder] + (["--database", url] if url else [])
    run(HOST, "action", "company.update", '{"currency":"SEK","time_zone":"Europe/Stockholm"}', *base)
    run(HOST, "action", "pipeline.list", "{}", *base)
    backend = Postgresql(url) if url else Sqlite(folder)
    values = sizes(options.opportunities, options.lines) | {"today": TODAY, "now": TODAY * 86_400_000_000}
    values["pipeline"] = int(backend.rows("select min(id) from sl_pipeline where company_id = 1")[0][0])
    steps = backend.rows(f"select id from sl_step where company_id = 1 and pipeline_id = {values['pipeline']} order by position limit 6")
    values |= {f"step{i}": int(row[0]) for i, row in enumerate(steps, 1)}
    for kind in ("type", "source", "rejection"):
        values[kind + "1"] = int(backend.rows(f"select min(id) from sl_list_entry where company_id = 1 and list = '{kind}'")[0][0])
    if int(backend.rows("select count(*) from sl_opportunity")[0][0]) > 0:
        sys.exit("There are opportunities in this company already: give an empty folder and an empty database.")  # its indexes would be lost below
    made = list(statements((ROOT / "tests/bench/world.sql").read_text(encoding="utf-8"), backend, values, options.seed))
    signals = {"host_event", "host_relay", "host_event_head"}
    later = {table for table, _ in made if re.match("host_(order|invoice|document)", table)} | signals
    indexes = backend.indexes(sorted({table for table, _ in made} - {"host_order", "host_order_line"} - signals))
    backend.run([drop for drop, _ in indexes])
    for table, sql in made:
        if table not in (later if options.signals else signals):
            backend.run([sql])
    backend.run([sql for _, sql in indexes])
    if options.signals:
        backend.analyze()
        run(HOST, "drain", *base[:2])
        for table, sql in made:
            if table in later:
                backend.run([sql])
    backend.run(backend.counters({"customer": values["customers"], "employee": values["employees"], "project": values["projects"], "order": values["orders"],
                                  "order_line": values["orders"] * 2, "invoice": values["invoices"], "invoice_line": values["invoices"] * 3}))
    backend.finish()
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--database")
    parser.add_argument("--opportunities", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--drain", action="store_true")
    parser.add_argument("--signals", action="store_true")
    options = parser.parse_args()
    if (options.data / "erp.db").exists():
        sys.exit(f"{options.data} holds a company already: name a new folder.")
    start = time.monotonic()
    values = make(options.data, options.database, options)
    made = time.monotonic()
    answer = {"bench": "world", "backend": "postgresql" if options.database else "sqlite", "opportunities": values["opportunities"],
              "lines": values["orders"] * 2 + values["invoices"] * 3, "seconds": round(made - start, 1)}
    if options.drain:
        answer |= json.loads(run(HOST, "drain", "--data", options.data)) | {"drain_seconds": round(time.monotonic() - made, 1)}
    print(json.dumps(answer))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
