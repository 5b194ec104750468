#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts hostile rows and events under the module: what a faulty host or a damaged file could show through the read views.

    documents.py [--seconds 60] [--seed N] [--host PATH]

A company posts documents; then cells of the host's own tables are overwritten, past every constraint (amounts at the ends
of the range, ids that nobody has, sources in circles, states and kinds that do not exist, nulls, times before and after all
times), events are doubled, invented and sent back, and the module works. Found faults: the host ends, stops answering or
fails inwardly; a document is parked without words; rollups that are no longer the ledger's sums. At the end the rows are put
back, every parked document is tried again, and the ledger must be the oracle's.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import sqlite3
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.path.insert(0, str(ROOT / "tests" / "crash"))

BIG = 9223372036854775807
NUMBERS = [0, 1, -1, 2, 7, 10**9, -(10**9), 10**15, 4611686018427387904, BIG, -BIG - 1, BIG - 1]
TEXTS = ["", " ", "invoice", "credit_note", "order", "posted", "draft", "confirmed", "cancelled", "deleted", "SEK", "ZZZ", "x" * 5000, "åäö\U0001f600", "'; --",
         "sales_leads.opportunity", "sales_leads.campaign", "order_line", "invoice_line"]
TABLES = ["host_order", "host_order_line", "host_invoice", "host_invoice_line", "host_invoice_line_source", "host_document_ref", "host_customer"]
KEYS = {"id", "company_id"}  # what tells rows apart stays
KINDS = ["order.confirmed", "order.deleted", "invoice.posted", "invoice.deleted", "invoice.voided", "customer.merged", "rate.changed", "company.changed", "",
         "order.", ".", "unknown.kind", "x" * 300]


class Vandal:
    def __init__(self, file, rnd):
        self.r = rnd
        self.db = sqlite3.connect(file, timeout=30, isolation_level=None)
        self.db.execute("pragma ignore_check_constraints = on")
        self.db.execute("pragma foreign_keys = off")
        self.columns = {t: [(row[1], row[2]) for row in self.db.execute(f"pragma table_info({t})")] for t in TABLES}
        self.undo, self.counts = [], collections.Counter()

    def overwrite(self):
        table = self.r.choice(TABLES)
        names = [c for c in self.columns[table] if c[0] not in KEYS]
        column, kind = self.r.choice(names)
        keys = [c for c, _ in self.columns[table]]
        rows = self.db.execute(f"select * from {table}").fetchall()
        if not rows:
            return
        row = self.r.choice(rows)
        at = keys.index(column)
        value = self.r.choice([row[at]] * 2 + [None] + (TEXTS + NUMBERS[:3] if kind == "text" else NUMBERS + [self.r.randint(1, 60)] * 3))
        where = " and ".join(f"{name} is ?" for name in keys)
        try:
            if self.db.execute(f"update {table} set {column} = ? where {where}", (value, *row)).rowcount == 1:
                now = (*row[:at], value, *row[at + 1:])
                self.undo.append((f"update {table} set {column} = ? where {where}", (row[at], *now)))
                self.counts["cells"] += 1
        except sqlite3.IntegrityError:  # not null and unique stay, whoever writes
            pass

    def event(self):
        head = self.db.execute("select last_sequence from host_relay").fetchone()[0]
        number, ident = head + 1, self.db.execute("select max(id) from host_event").fetchone()[0] + 1
        kind = self.r.choice(KINDS)
        document = self.r.choice([self.r.randint(1, 80), 0, -1, BIG])
        self.db.execute("insert into host_event (id, company_id, kind, document_id, from_state, to_state, occurred_at, sequence) values (?, 1, ?, ?, ?, ?, ?, ?)",
                        (ident, kind, document, self.r.choice(TEXTS), self.r.choice(TEXTS), self.r.choice(NUMBERS), number))
        self.db.execute("update host_relay set last_sequence = ?", (number,))
        self.db.execute("update host_event_head set head = ?", (number,))
        self.counts["events"] += 1

    def tell_all(self):
        """Every document is told of again."""
        for table, kind in (("host_order", "order.updated"), ("host_invoice", "invoice.posted")):
            for (number,) in self.db.execute(f"select id from {table}").fetchall():
                head = self.db.execute("update host_relay set last_sequence = last_sequence + 1 returning last_sequence").fetchone()[0]
                self.db.execute("insert into host_event (id, company_id, kind, document_id, from_state, to_state, occurred_at, sequence) "
                                "select max(id) + 1, 1, ?, ?, '', '', max(occurred_at), ? from host_event", (kind, number, head))
                self.db.execute("update host_event_head set head = ?", (head,))

    def again(self):
        cursor = self.db.execute("select cursor from sl_company").fetchone()[0]
        self.db.execute("update sl_company set cursor = ?", (self.r.randint(0, cursor),))
        self.counts["repeats"] += 1

    def restore(self):
        for sql, values in reversed(self.undo):
            self.db.execute(sql, values)
        self.undo.clear()


def work(company, found, about):
    """One drain; what is wrong goes into `found`."""
    from harness import Refused
    try:
        company.drain()
    except Refused as refused:
        found.append(("refused", f"{about}: {refused}"))
    except AssertionError as gone:
        found.append(("ended", f"{about}: {str(gone)[:300]} … {str(gone)[-3000:]}"))  # the end says why
        return
    for row in company.call("parked.list")["parked"]:
        if row.get("reason_key", "").startswith("internal") or not row.get("reason"):
            found.append(("parked without words", f"{about}: {json.dumps(row)}"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=int(time.time()))
    arguments.add_argument("--host")
    options = arguments.parse_args()
    if options.host:
        os.environ["ERP_HOST"] = options.host
    from harness import Sqlite, compare
    from world import Load, a_company
    rnd = random.Random(options.seed)
    company, customers = a_company(Sqlite())
    found, rounds = [], 0
    try:
        load = Load(company, options.seed, customers)
        for _ in range(40):
            load.post()
        company.drain()
        vandal = Vandal(company.backend.file, rnd)
        end = time.monotonic() + options.seconds
        while time.monotonic() < end and len(found) < 10:
            rounds += 1
            for _ in range(rnd.randint(1, 12)):
                rnd.choice([vandal.overwrite, vandal.overwrite, vandal.overwrite, vandal.event, vandal.again])()
            about = f"seed {options.seed}, round {rounds}, last changes {vandal.undo[-6:]}"
            work(company, found, about)
            if rounds % 10 == 0 and not found:
                vandal.restore()
                vandal.tell_all()
                work(company, found, about + ", put back")
                for row in company.call("parked.list")["parked"]:
                    company.call("parked.retry", document_kind=row["document_kind"], document=row["document"])
                work(company, found, about + ", tried again")
                try:
                    compare(unittest.TestCase(), company, reports=False)
                except AssertionError as wrong:
                    found.append(("ledger", f"{about}: {str(wrong)[:3000]}"))
    finally:
        company.close()
    for kind, about in found:
        print(f"FOUND {kind}: {about}")
    print(json.dumps({"fuzz": "documents", "seed": options.seed, "rounds": rounds, **vandal.counts, "found": len(found)}))
    print(f"{0 if found else 1} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
