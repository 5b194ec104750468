# SPDX-License-Identifier: Apache-2.0
"""The same documents, brought to the module in other ways: in another order, twice, in one batch or one by one, through one
process after the other, over closed periods; always the oracle's balances. Then campaigns are edited: that restates
nothing until somebody asks for it. And every full credit brings its invoice to zero, seller by seller.

A failing seed runs alone:  SALES_LEADS_SEEDS=7 python3 -m unittest test_any_order -v
"""
import contextlib
import os
import random
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import LONG, Refused, backends, compare, difference, rebuild_changes_nothing  # noqa: E402
from test_closing import reported  # noqa: E402
from test_random_worlds import RandomWorld, date, moment  # noqa: E402

SEEDS = ([int(s) for s in os.environ["SALES_LEADS_SEEDS"].split(",")] if os.environ.get("SALES_LEADS_SEEDS")
         else range(201, 241) if LONG else range(201, 204))


class Courier:
    """What stands between the host's outbox and the module, and plays tricks. It writes where a relay and a restore from a
    copy would: the numbers of events, and the module's cursor."""

    def __init__(self, company, rnd):
        self.c, self.r, self.tricks = company, rnd, {}
        self.prefix = "" if company.backend.name == "sqlite" else "sales_leads."

    def write(self, statements):
        self.c.stop()
        if self.c.backend.name == "sqlite":
            connection = sqlite3.connect(self.c.backend.file, timeout=30)
            with connection:
                for sql in statements:
                    connection.execute(sql)
            connection.close()
        else:
            self.c.backend.psql(self.c.backend.url, "begin; " + "; ".join(statements) + "; commit")

    def cursor(self):
        found = self.c.backend.rows(f"select cursor from {self.prefix}sl_company")
        return found[0]["cursor"] if found else 0

    def shuffle(self):
        """Events that nobody has read yet come in another order."""
        self.c.stop()
        cursor = self.cursor()
        waiting = self.c.backend.rows(f"select id from host_event where sequence is null or sequence > {cursor} order by id")
        if len(waiting) < 2:
            return
        ids = [row["id"] for row in waiting]
        self.r.shuffle(ids)
        chosen = ", ".join(map(str, ids))
        statements = [f"update host_event set sequence = null where id in ({chosen})"]
        statements += [f"update host_event set sequence = {cursor + n} where id = {number}" for n, number in enumerate(ids, 1)]
        last = cursor + len(ids)
        statements += [f"update host_relay set last_sequence = {last} where last_sequence < {last}",
                       f"update host_event_head set head = {last} where head < {last}"]
        self.write(statements)

    def repeat(self):
        """What was read is delivered again, from some point on."""
        self.write([f"update {self.prefix}sl_company set cursor = {self.r.randint(0, self.cursor())}"])

    def restart(self):
        self.c.stop()

    def scan(self):
        """As on a first start, or after the events were purged: all documents are read by their keys."""
        self.write([f"update {self.prefix}sl_company set scan_state = 'new'"])

    def play(self):
        name = self.r.choice(["shuffle", "shuffle", "repeat", "restart", "scan"])
        getattr(self, name)()
        self.tricks[name] = self.tricks.get(name, 0) + 1


class AnyOrder(unittest.TestCase):
    maxDiff = 4000

    def run_on(self, seed, backend):
        world = RandomWorld(seed, backend)
        r = random.Random(seed)
        often = r.choice([0.02, 0.2, 1.0])  # one large batch, some, or one by one
        closes = ["2025-02-20", "2025-04-15", "2025-06-30"] if r.random() < 0.5 else []
        with world.c as c:
            courier, closed, frozen = Courier(c, r), None, None
            for number in range(r.randint(40, 70)):
                world.step()
                if r.random() < often:
                    if r.random() < 0.6:
                        courier.play()
                    c.drain()
                if closes and number % 15 == 14:
                    c.drain()
                    closed = closes.pop(0)
                    c.call("period.close", through=closed, reason="reported")
                    frozen = reported(c, closed)
            self.credit_in_full(world)
            courier.shuffle()
            c.drain()
            compare(self, c, reports=not closed)
            if closed:
                self.assertEqual(reported(c, closed), frozen, "closed months moved")
            self.full_credits_bring_zero(world)
            before = c.dated_balances()
            for _ in range(3):
                courier.play()
                c.drain()
            self.assertEqual(difference(before, c.dated_balances()), "", f"played {courier.tricks}")
            self.edited_campaigns(world, courier)
            rebuild_changes_nothing(self, c)

    def credit_in_full(self, world):
        """Full credits for some invoices that nobody has credited or voided. Those without an order: instalments on one order
        line are split over their running total, so there it is the line that comes to zero, and not each invoice."""
        self.credited = []
        fit = [number for number, i in world.invoices.items()
               if i["kind"] == "invoice" and i["posted"] and not i["followed"] and not i["credited"] and not i.get("voided")]
        for number in world.r.sample(fit, min(len(fit), 4)):
            made = world.c.credit(world.when(), invoice=number)
            self.credited.append((number, made["id"]))

    def full_credits_bring_zero(self, world):
        balances = world.c.balances()
        for invoice, credit in self.credited:
            sums = {}
            for key, (own, company) in balances.items():
                if key[0] == "invoice" and key[1] in (invoice, credit):
                    place = key[3:6]  # opportunity, campaign, seller
                    sums[place] = tuple(a + b for a, b in zip(sums.get(place, (0, 0)), (own, company)))
            self.assertEqual({p: s for p, s in sums.items() if s[0]}, {}, f"invoice {invoice}, credited in full by {credit}")

    def edited_campaigns(self, world, courier):
        """Edits restate nothing, however often events come again; a re-run decides by what stands now."""
        c, r = world.c, world.r
        before = c.dated_balances()
        for campaign in r.sample(world.campaigns, 2):
            start = r.randint(0, 90)
            edit = {"start": date(start), "end": date(start + r.randint(20, 120))}
            c.call("campaign.update", id=campaign, **edit)
            c.campaigns[campaign].update(edit)
        courier.play()
        c.drain()
        self.assertEqual(difference(before, c.dated_balances()), "", "an edited campaign moved something by itself")
        # What was true of opportunities when documents were decided turns out otherwise: it counts from the re-run on.
        for number in r.sample(world.opportunities, 3):
            change = r.choice([{"owner": r.choice(world.employees)}, {"campaign": r.choice(world.campaigns)}, {"customer": r.choice(world.customers[:6])},
                               {"planned_close": date(r.randint(60, 200))}])
            with contextlib.suppress(Refused):  # a closed one is left as it is
                c.change(number, moment(r.randint(60, 150)), **change)
        c.call("link.rerun", **{"from": "2025-01-01"})
        c.drain()
        compare(self, c, reports=False)


def add(seed, backend):
    setattr(AnyOrder, f"test_seed_{seed:03d}_{backend.name}", lambda self: self.run_on(seed, backend))


for _backend in backends():
    for _seed in SEEDS:
        add(_seed, _backend)

if __name__ == "__main__":
    unittest.main()
