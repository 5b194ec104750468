# SPDX-License-Identifier: Apache-2.0
"""Closed periods: what was reported stays, corrections stand on the first open day, reopened all is as if never closed."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends, compare, rebuild_changes_nothing  # noqa: E402
from test_random_worlds import RandomWorld  # noqa: E402

MARCH = "2025-03-31"


def close(c, through=MARCH):
    return c.call("period.close", through=through, reason="reported")


def reported(c, until):
    """What the reports show for the days up to one: by month and seller, month and campaign, customer."""
    figures = {axes: c.figures(*axes, to=until) for axes in (("month", "seller"), ("month", "campaign"), ("month", "customer"), ("project",))}
    return figures


def months(c, measure="invoiced"):
    figures, _ = c.figures("month")
    return {month: row[measure] for month, row in figures.items() if row[measure]}


def sound(test, c):
    """The balances are the oracle's, rollups are the ledger's sums, and neither rebuilding nor repeating moves anything."""
    compare(test, c, reports=False)
    dated = c.dated_balances()
    test.assertEqual(c.call("ledger.rebuild")["rows"], 0)
    c.drain()
    test.assertEqual(c.dated_balances(), dated)


def a_document_that_changes_after_the_close(test, c):
    """An order of March is cancelled in April: March stays, April takes it back, and says where it comes from."""
    anna, customer = c.employee("Anna"), c.customer("Acme")
    c.opportunity("Deal", customer, sellers=[(anna, 10000)])
    order = c.order(customer, [10000], confirmed="2025-03-10T09:00:00Z")
    c.drain()
    test.assertEqual(close(c), {"closed_through": MARCH, "first_open_day": "2025-04-01", "parked": 0})
    before = reported(c, MARCH)
    c.call("order.cancel", id=order["id"])
    c.drain()
    test.assertEqual(months(c, "ordered"), {"2025-03": 10000, "2025-04": -10000})
    test.assertEqual(reported(c, MARCH), before)
    row = next(r for r in c.pages("ledger.balances", "balances") if r["effective_date"] > MARCH)
    test.assertEqual((row["effective_date"], row["corrects_date"], row["company_minor"]), ("2025-04-01", "2025-03-10", -10000))
    adjustments = c.report("sales", rows="seller")["adjustments"]
    test.assertEqual([(a["key"], a["label"], a["measures"]["ordered"]["minor"], [m["key"] for m in a["columns"]]) for a in adjustments],
                     [("2025-03", "Adjustment from March 2025", -10000, ["2025-04"])])
    axis, _ = c.figures("adjustment")
    test.assertEqual({k: v["ordered"] for k, v in axis.items()}, {0: 10000, "2025-03": -10000})
    sound(test, c)


def a_late_document_of_a_closed_period(test, c):
    customer = c.customer("Acme")
    c.opportunity("Deal", customer)
    close(c)
    c.invoice("2025-03-20T09:00:00Z", [7000], customer=customer)
    c.invoice("2025-04-01T09:00:00Z", [500], customer=customer)
    c.drain()
    test.assertEqual(months(c), {"2025-04": 7500})
    test.assertEqual({(k[7], k[8]): v[1] for k, v in c.dated_balances().items()},
                     {("2025-04-01", "2025-03-20"): 7000, ("2025-04-01", None): 500})
    sound(test, c)


def a_relink_after_the_close(test, c):
    """The preview names April as the month that moves and March as what it corrects; the relink does just that."""
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    fair, mail = c.campaign("Fair", "fair"), c.campaign("Mail", "mail")
    first = c.opportunity("First", customer, sellers=[(anna, 10000)], campaign=fair)
    second = c.opportunity("Second", customer, sellers=[(bo, 10000)], campaign=mail)
    order = c.order(customer, [9000], confirmed="2025-03-10T09:00:00Z", opportunity=first)
    c.invoice("2025-03-20T09:00:00Z", order=order["id"])
    c.invoice("2025-05-02T09:00:00Z", [{"net": 100, "sources": [{"order_line": order["lines"][0]}]}], order=order["id"])
    c.drain()
    close(c)
    before = reported(c, MARCH)
    shares = [{"opportunity": second, "share": "100.00"}]
    seen = c.call("link.set", document_kind="order", document=order["id"], shares=shares, preview=True)
    test.assertEqual({(m["measure"], m["month"], m["seller"], m["campaign"]): (m["amount"]["minor"], m["corrects"]) for m in seen["changes"]},
                     {("ordered", "2025-04", anna, fair): (-9000, ["2025-03"]), ("ordered", "2025-04", bo, mail): (9000, ["2025-03"]),
                      ("invoiced", "2025-04", anna, fair): (-9000, ["2025-03"]), ("invoiced", "2025-04", bo, mail): (9000, ["2025-03"]),
                      ("invoiced", "2025-05", anna, fair): (-100, []), ("invoiced", "2025-05", bo, mail): (100, [])})
    sound(test, c)
    c.link("order", order["id"], [(second, 10000)])
    test.assertEqual(reported(c, MARCH), before)
    figures, _ = c.figures("seller", "month")
    test.assertEqual({k: v["invoiced"] for k, v in figures.items()},
                     {(anna, "2025-03"): 9000, (anna, "2025-04"): -9000, (bo, "2025-04"): 9000, (bo, "2025-05"): 100})
    sound(test, c)
    c.link("order", order["id"], [(first, 10000)])  # there and back again: nothing is left of it
    test.assertEqual([k for k in c.dated_balances() if k[8]], [])
    sound(test, c)


def a_credit_of_an_old_invoice_after_the_close(test, c):
    """The credit has its own day; one without reference is covered by the invoice of the closed month."""
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer)
    invoice = c.invoice("2025-03-20T09:00:00Z", [10000], customer=customer)
    c.drain()
    close(c)
    c.credit("2025-04-15T09:00:00Z", [{"net": -4000, "sources": [{"invoice_line": invoice["lines"][0]}]}], invoice=invoice["id"])
    c.credit("2025-03-25T09:00:00Z", [-6000], customer=customer)  # late, of the closed month, and covered to the last unit
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {o})
    test.assertEqual(months(c), {"2025-03": 10000, "2025-04": -10000})
    # An invoice that came too late stands in April, but covers a credit of the days after its own.
    other = c.customer("Other")
    late = c.opportunity("Late", other)
    c.invoice("2025-03-26T09:00:00Z", [500], customer=other)
    c.drain()
    c.credit("2025-03-27T09:00:00Z", [-500], customer=other)
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {o, late})
    test.assertEqual(months(c), {"2025-03": 10000, "2025-04": -10000})
    sound(test, c)


def closed_twice_and_further(test, c):
    """Adjustments of March that stood in April are settled once April is closed too: the next ones stand in May."""
    customer = c.customer("Acme")
    a, b = c.opportunity("A", customer), c.opportunity("B", customer)
    order = c.order(customer, [10000], confirmed="2025-03-10T09:00:00Z", opportunity=a)
    c.drain()
    close(c)
    test.assertEqual(close(c)["closed_through"], MARCH)  # said twice
    test.assertEqual(len(c.call("period.list")["periods"]), 1)
    c.link("order", order["id"], [(b, 10000)])
    close(c, "2025-04-30")
    c.call("order.cancel", id=order["id"])
    c.drain()
    found = {(k[3], k[7], k[8]): v[1] for k, v in c.dated_balances().items()}
    test.assertEqual(found, {(a, "2025-03-10", None): 10000, (a, "2025-04-01", "2025-03-10"): -10000,
                             (b, "2025-04-01", "2025-03-10"): 10000, (b, "2025-05-01", "2025-03-10"): -10000})
    sound(test, c)
    with test.assertRaises(Refused) as refused:
        close(c)
    test.assertEqual(refused.exception.key, "period.through.closed")
    with test.assertRaises(Refused) as refused:
        close(c, "2999-12-31")
    test.assertEqual(refused.exception.key, "period.through.future")


def reopened_all_goes_home(test, c):
    customer = c.customer("Acme")
    c.opportunity("Deal", customer)
    order = c.order(customer, [10000], confirmed="2025-03-10T09:00:00Z")
    other = c.order(customer, [3000], confirmed="2025-02-10T09:00:00Z")
    c.drain()
    close(c)
    c.call("order.cancel", id=order["id"])
    c.call("order.cancel", id=other["id"])
    c.drain()
    test.assertEqual(months(c, "ordered"), {"2025-02": 3000, "2025-03": 10000, "2025-04": -13000})
    opened = c.call("period.reopen", reason="too early", **{"from": "2025-03-01"})
    test.assertEqual((opened["closed_through"], opened["first_open_day"]), ("2025-02-28", "2025-03-01"))
    test.assertEqual(months(c, "ordered"), {"2025-02": 3000, "2025-03": -3000})
    sound(test, c)
    c.call("period.reopen", reason="all of it")
    test.assertEqual(months(c, "ordered"), {})
    sound(test, c)
    compare(test, c)  # the reports too are as if nothing had been closed
    with test.assertRaises(Refused) as refused:
        c.call("period.reopen", reason="once more")
    test.assertEqual(refused.exception.key, "period.open")
    test.assertEqual([p["closed_through"] for p in c.call("period.list")["periods"]], [None, "2025-02-28", MARCH])


def a_close_needs_a_reason_and_is_remembered(test, c):
    with test.assertRaises(Refused):
        c.call("period.close", through=MARCH)
    first = c.call("period.close", through=MARCH, reason="reported", request_id="once")
    test.assertEqual(c.call("period.close", through=MARCH, reason="reported", request_id="once"), first)
    with test.assertRaises(Refused) as refused:
        c.call("period.close", through="2025-04-30", reason="reported", request_id="once")
    test.assertEqual(refused.exception.key, "request.reused")


CASES = [a_document_that_changes_after_the_close, a_late_document_of_a_closed_period, a_relink_after_the_close,
         a_credit_of_an_old_invoice_after_the_close, closed_twice_and_further, reopened_all_goes_home,
         a_close_needs_a_reason_and_is_remembered]


class Closing(unittest.TestCase):
    pass


def add(case, backend):
    def run(self):
        with Company(backend()) as company:
            case(self, company)
    run.__doc__ = case.__doc__
    setattr(Closing, f"test_{case.__name__}_{backend.name}", run)


def add_world(seed, backend):
    def run(self):
        """A company that does everything, closing now and then: closed months never move, balances are the oracle's."""
        world = RandomWorld(seed, backend)
        r = random.Random(seed)
        with world.c as c:
            closed, frozen = None, None
            days = ["2025-02-14", "2025-03-31", "2025-05-10", "2025-07-31"]
            for number in range(60):
                world.step()
                if r.random() < 0.25:
                    c.drain()
                if number % 12 == 11 and days:
                    closed = days.pop(0)
                    if r.random() < 0.5:
                        c.drain()  # else what is still on its way shows as adjustments
                    close(c, closed)
                    frozen = reported(c, closed)
                if closed and r.random() < 0.2:
                    self.assertEqual(reported(c, closed), frozen, f"closed months moved after step {number}")
            c.drain()
            self.assertEqual(reported(c, closed), frozen)
            compare(self, c, reports=False)
            rebuild_changes_nothing(self, c)
            self.assertEqual(reported(c, closed), frozen)
            c.call("period.reopen", reason="all")
            compare(self, c)
            rebuild_changes_nothing(self, c)
    setattr(Closing, f"test_random_world_{seed:03d}_{backend.name}", run)


for _backend in backends():
    for _case in CASES:
        add(_case, _backend)
    for _seed in (5, 23, 71):
        add_world(_seed, _backend)

if __name__ == "__main__":
    unittest.main()
