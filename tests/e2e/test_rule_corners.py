# SPDX-License-Identifier: Apache-2.0
"""Corners of the rules that random worlds found, or that they meet too seldom: each by itself, small enough to read."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends, compare, rebuild_changes_nothing  # noqa: E402
from test_any_order import Courier  # noqa: E402


def shares_entered_later_do_not_reach_back(test, c):
    """Until shares are entered the owner has all, whether a document is drained before that or after."""
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    o = c.opportunity("Deal", customer, owner=anna)
    c.order(customer, [10000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.sellers(o, [(anna, 6000), (bo, 4000)], "2025-06-01")
    c.order(customer, [10000], confirmed="2025-03-02T09:00:00Z")
    c.order(customer, [10000], confirmed="2025-06-01T09:00:00Z")
    c.drain()
    figures, _ = c.figures("seller")
    test.assertEqual({k: v["ordered"] for k, v in figures.items()}, {anna: 26000, bo: 4000})


def an_unplaced_credit_leaves_its_explicit_line_alone(test, c):
    """What no rule may place has no campaign; the unlinked rest of a line linked by hand keeps the document's."""
    campaign, seller = c.campaign("Fair", "fair", "2025-01-01", None), c.employee("Anna")
    first, other = c.customer("Acme"), c.customer("Other")
    c.opportunity("By rule", first)
    hand = c.opportunity("By hand", other)
    credit = c.credit("2025-03-01T09:00:00Z", [-10000, -5000], customer=first, salesperson=seller, campaign=campaign)
    c.link("invoice", credit["id"], [(hand, 6000)], credit["lines"][0])
    c.drain()
    found = {(k[2], k[3], k[4]): v[1] for k, v in c.balances().items()}
    test.assertEqual(found, {(credit["lines"][0], hand, campaign): -6000, (credit["lines"][0], 0, campaign): -4000,
                             (credit["lines"][1], 0, 0): -5000})


def shares_from_a_day_correct_what_was_decided(test, c):
    """Shares changed *from* a day move the documents of that day and later, also decided ones, and no earlier ones."""
    anna, bo = c.employee("Anna"), c.employee("Bo")
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer, owner=anna, sellers=[(anna, 10000)])
    order = c.order(customer, [9000], confirmed="2025-03-01T09:00:00Z")
    c.order(customer, [1000], confirmed="2025-02-10T09:00:00Z")
    c.invoice("2025-05-01T09:00:00Z", order=order["id"])
    c.drain()
    c.sellers(o, [(bo, 10000)], "2025-03-01")
    c.drain()
    figures, _ = c.figures("seller")
    test.assertEqual({k: (v["ordered"], v["invoiced"]) for k, v in figures.items()}, {anna: (1000, 0), bo: (9000, 9000)})


def a_credit_is_placed_as_soon_as_it_is_covered(test, c):
    """The credit is seen first; the earlier invoice that covers it is posted afterwards, and then taken back."""
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer)
    c.credit("2025-03-05T09:00:00Z", [-4000], customer=customer)
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {0})
    invoice = c.invoice("2025-03-01T09:00:00Z", [10000], customer=customer)
    c.drain()
    compare(test, c)
    test.assertEqual({k[3] for k in c.balances()}, {o})
    c.call("invoice.void", id=invoice["id"])
    c.drain()
    test.assertEqual({k[3]: v for k, v in c.balances().items()}, {0: (-4000, -4000)})


def an_undone_link_stays_undone(test, c):
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer)
    order = c.order(customer, [10000], confirmed="2025-03-01T09:00:00Z")
    invoice = c.invoice("2025-03-02T09:00:00Z", order=order["id"])
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {o})
    c.undo("order", order["id"])
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {0})
    c.call("order.update", id=order["id"], customer=customer)
    c.call("link.rerun", **{"from": "2025-01-01"})
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {0})
    c.link("invoice", invoice["id"], [(o, 10000)])
    c.drain()
    test.assertEqual({(k[0], k[3]) for k in c.balances()}, {("order", 0), ("invoice", o)})


def relinking_an_order_moves_what_follows(test, c):
    customer = c.customer("Acme")
    first, second = c.opportunity("First", customer), c.opportunity("Second", customer)
    order = c.order(customer, [10000, 3333], confirmed="2025-03-01T09:00:00Z", opportunity=first)
    invoice = c.invoice("2025-03-02T09:00:00Z", order=order["id"])
    c.credit("2025-03-03T09:00:00Z", [{"net": -1111, "sources": [{"invoice_line": invoice["lines"][1]}]}], invoice=invoice["id"])
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {first})
    c.link("order", order["id"], [(first, 3333), (second, 6667)])
    c.drain()
    compare(test, c)
    test.assertEqual({k[3] for k in c.balances()}, {first, second})
    c.refer("order", order["id"], "opportunity", second)  # later than the link: the reference wins
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {second})


def a_missing_rate_parks_and_the_rate_frees(test, c):
    customer = c.customer("Acme")
    c.opportunity("Deal", customer)
    order = c.order(customer, [10000], confirmed="2025-03-01T09:00:00Z", currency="EUR")
    invoice = c.invoice("2025-03-02T09:00:00Z", order=order["id"])
    c.drain()
    test.assertEqual(c.balances(), {})
    parked = c.call("parked.list")["parked"]
    test.assertEqual({(p["document_kind"], p["document"]) for p in parked}, {("order", order["id"]), ("invoice", invoice["id"])})
    test.assertTrue(all("rate" in json.dumps(p).lower() for p in parked))
    c.rate("EUR", "2025-02-01", "10.50")
    c.drain()
    c.call("parked.retry")
    c.drain()
    test.assertEqual(c.call("parked.list")["parked"], [])
    test.assertEqual({k[0]: v for k, v in c.balances().items()}, {"order": (10000, 105000), "invoice": (10000, 105000)})


def ten_small_credits_bring_thirds_back_to_zero(test, c):
    campaigns = [c.campaign(f"C{n}", f"c{n}") for n in range(3)]
    customer = c.customer("Acme")
    c.opportunity("Deal", customer, touches=[(k, f"2025-02-0{n + 1}") for n, k in enumerate(campaigns)])
    invoice = c.invoice("2025-03-01T09:00:00Z", [100], customer=customer)
    c.drain()
    test.assertEqual([c.figures("campaign")[0][k]["invoices"] for k in campaigns], [34, 33, 33])
    for n in (7, 2, 9, 4, 0, 6, 1, 8, 3, 5):  # by arrival in another order than by day
        c.credit(f"2025-03-1{n}T09:00:00Z", [{"net": -10, "sources": [{"invoice_line": invoice["lines"][0]}]}], invoice=invoice["id"])
        if n % 3 == 0:
            c.drain()
    c.drain()
    test.assertEqual([c.figures("campaign")[0][k]["invoiced"] for k in campaigns], [0, 0, 0])


def hundred_small_lines_split_evenly(test, c):
    sellers = [c.employee("Anna"), c.employee("Bo")]
    customer = c.customer("Acme")
    c.opportunity("Deal", customer, sellers=[(s, 5000) for s in sellers])
    c.order(customer, [33] * 100, confirmed="2025-03-01T09:00:00Z")
    c.drain()
    test.assertEqual([c.figures("seller")[0][s]["ordered"] for s in sellers], [1650, 1650])


def repeating_invoices_become_renewals(test, c):
    campaign, seller = c.campaign("Fair", "fair"), c.employee("Anna")
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer, campaign=campaign, owner=seller, recurring_months=2)
    order = c.order(customer, [10000], confirmed="2025-01-31T09:00:00Z", salesperson=seller)
    lines = [{"net": 10000, "sources": [{"order_line": order["lines"][0]}]}]
    for day in ("2025-02-28", "2025-03-31", "2025-04-01", "2025-04-30"):
        c.invoice(f"{day}T09:00:00Z", lines, order=order["id"], is_repeating=True)
    c.drain()
    found = {(k[7], k[3], k[4], k[5]) for k in c.balances() if k[0] == "invoice"}
    test.assertEqual(found, {("2025-02-28", o, campaign, seller), ("2025-03-31", o, campaign, seller), ("2025-04-01", 0, 0, seller),
                             ("2025-04-30", 0, 0, seller)})


def the_company_decides_the_month(test, c):
    """22:30 UTC on 31 March is April in Stockholm; 23:30 UTC on 28 February is March."""
    customer = c.customer("Acme")
    c.order(customer, [100], confirmed="2025-03-31T22:30:00Z")
    c.order(customer, [1], confirmed="2025-02-28T23:30:00Z")
    c.drain()
    figures, _ = c.figures("month")
    test.assertEqual({k: v["ordered"] for k, v in figures.items() if v["ordered"]}, {"2025-04": 100, "2025-03": 1})


def candidacy_at_its_edges(test, c):
    """Start, planned close + window, won + window: the last day counts, the next does not; lost and stand-in never."""
    c.window(10)
    wanted = {}

    def one(name, day, linked, **more):
        status = more.pop("status", None)
        customer = c.customer(name, is_stand_in=True if more.pop("stand_in", False) else None)
        o = c.opportunity(name, customer, **more)
        if status:
            c.status(o, *status)
        order = c.order(customer, [100], confirmed=f"{day}T12:00:00Z")
        wanted[order["id"]] = o if linked else 0
    one("before the start", "2025-02-09", False, start="2025-02-10")
    one("on the start", "2025-02-10", True, start="2025-02-10")
    one("last day", "2025-03-11", True, planned_close="2025-03-01")
    one("one day late", "2025-03-12", False, planned_close="2025-03-01")
    one("won, last day", "2025-03-11", True, status=("won", "2025-03-01T08:00:00Z"))
    one("won, one day late", "2025-03-12", False, status=("won", "2025-03-01T08:00:00Z"))
    one("won later", "2025-02-15", True, status=("won", "2025-03-01T08:00:00Z"))
    one("cash", "2025-03-01", False, stand_in=True)
    rejection = c.call("rejection.list")
    code = next(iter(next(v for v in rejection.values() if isinstance(v, list))), {}).get("code") or c.call(
        "rejection.create", title="Too dear", code="too_dear").get("code", "too_dear")
    customer = c.customer("lost")
    o = c.opportunity("lost", customer)
    c.status(o, "lost", "2025-02-20T08:00:00Z", rejection=code)
    wanted[c.order(customer, [100], confirmed="2025-03-01T12:00:00Z")["id"]] = 0
    wanted[c.order(customer, [100], confirmed="2025-02-19T12:00:00Z")["id"]] = o
    c.drain()
    test.assertEqual({k[1]: k[3] for k in c.balances()}, wanted)


def a_win_by_the_rule_alone_is_taken_back(test, c):
    """Order confirmed = won; the order's end reopens, unless somebody touched the status since."""
    c.on_confirmed("won")
    first, second = c.customer("A"), c.customer("B")
    rule, touched = c.opportunity("by rule", first), c.opportunity("touched", second)
    orders = [c.order(customer, [100], confirmed="2025-03-01T09:00:00Z") for customer in (first, second)]
    c.drain()

    def status():
        return [c.call("opportunity.get", id=o)["status"] for o in (rule, touched)]
    test.assertEqual(status(), ["won", "won"])
    c.call("opportunity.reopen", id=touched)
    c.call("opportunity.win", id=touched)
    more = c.order(first, [100], confirmed="2025-03-02T09:00:00Z")
    c.drain()
    test.assertEqual({k[3] for k in c.balances()}, {rule, touched})
    for order in orders:
        c.call("order.cancel", id=order["id"])
    c.drain()
    test.assertEqual(status(), ["won", "won"])  # another confirmed order is left
    c.call("order.cancel", id=more["id"])
    c.drain()
    test.assertEqual(status(), ["open", "won"])
    test.assertEqual(c.balances(), {})


def shares_that_do_not_add_up_are_refused(test, c):
    customer = c.customer("Acme")
    anna, bo = c.employee("Anna"), c.employee("Bo")
    for sellers in ([(anna, 6000), (bo, 3999)], [(anna, 6000), (bo, 4001)], [(anna, 5000), (anna, 5000)]):
        with test.assertRaises(Refused):
            c.opportunity("Deal", customer, sellers=sellers)
    o = c.opportunity("Deal", customer, sellers=[(anna, 3333), (bo, 6667)])
    order = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    for shares in ([(o, 10001)], [(o, 6000), (o, 4000)]):
        with test.assertRaises(Refused):
            c.link("order", order["id"], shares)
    c.user_links.clear()


def what_the_host_shows_no_more_is_kept_and_told(test, c):
    """Absent is not deleted: an invoice that vanished without an event, as from a database half put back, keeps its rows and is shown to
    the operator; when it is there again nothing is told any more."""
    customer = c.customer("Acme")
    c.opportunity("Deal", customer)
    stays, lost = (c.invoice(f"2025-03-0{day}T09:00:00Z", [net], customer=customer)["id"] for day, net in ((2, 1000), (3, 500)))
    c.drain()
    before = c.balances()
    test.assertEqual({key[1] for key in before}, {stays, lost})
    rows = {"host_invoice": f"id = {lost}", "host_invoice_line": f"invoice_id = {lost}"}
    courier = Courier(c, None)
    courier.write([f"create table kept_{t} as select * from {t} where {which}" for t, which in rows.items()] +
                  [f"delete from {t} where {which}" for t, which in reversed(rows.items())])
    done = c.call("ledger.rebuild")
    test.assertEqual((done["documents"], done["rows"], done["parked"]), (2, 0, 1), done)
    test.assertEqual(c.balances(), before)
    test.assertEqual([(one["document"], one["reason"]) for one in c.call("parked.list")["parked"]], [(lost, "document.absent")])
    courier.write([f"insert into {t} select * from kept_{t}" for t in rows] + [f"drop table kept_{t}" for t in rows])
    test.assertEqual(c.call("ledger.rebuild")["parked"], 0)
    test.assertEqual(c.call("parked.list")["parked"], [])


CASES = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__]


class RuleCorners(unittest.TestCase):
    maxDiff = 2000


def add(case, backend):
    def run(self):
        with Company(backend(), currency="SEK") as company:
            case(self, company)
            company.drain()
            compare(self, company)
            rebuild_changes_nothing(self, company)
    setattr(RuleCorners, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
