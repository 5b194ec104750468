# SPDX-License-Identifier: Apache-2.0
"""E24: what each of the other systems breaks somewhere. Shares add up to the document, whatever the order of signals; the same signal
twice is once; a credit in full is nothing; totals are the sum of rows at every grouping; a user's reports are the sum of what the user
sees. (Random worlds and worked cases hold the same against the oracle; here each stands by itself.)"""
import itertools
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Host, compare  # noqa: E402
from sales_side import cases  # noqa: E402

AXES = ("month", "quarter", "year", "seller", "group", "customer", "project", "type", "source", "campaign", "step", "status", "adjustment")
MEASURES = ("offered", "ordered", "invoices", "credits", "invoiced")


class Caller(Host):
    """A second process on a company's data, as one of its users."""

    def __init__(self, company, login):
        self.backend, self.folder, self.data, self.process = company.backend, company.folder, company.data, None
        self.arguments = [*company.arguments, "--user", login]

    def __exit__(self, *_):
        self.stop()


def _make_world(c):
    """Two sellers in two groups, a third in none; deals shared by all; orders, invoices, credits of odd amounts."""
    people = [c.employee(name) for name in ("Anna", "Bo", "Cia")]
    c.group("North", "north", people[:1])
    c.group("South", "south", people[1:2])
    for person, login in zip(people, ("anna", "bo", "cia")):
        c.call("user.create", login=login, password="long enough", name=login, roles=["seller"], employee=person)
    c.call("user.create", login="all", password="long enough", name="all", roles=["reader"])
    campaigns = [c.campaign("Fair", "fair"), c.campaign("Mail", "mail")]
    c.model("linear", "2025-01-01")
    made = {"people": people, "campaigns": campaigns, "documents": []}
    for n, shares in enumerate(([(people[0], 3333), (people[1], 6667)], [(people[1], 5000), (people[2], 5000)], [(people[2], 10000)], None)):
        customer = c.customer(f"Customer {n}")
        deal = c.opportunity(f"Deal {n}", customer, sellers=shares, owner=people[n % 3] if shares else None, campaign=campaigns[n % 2],
                             touches=[(k, "2025-01-15") for k in campaigns][: n % 3], amount={"minor": 10001 * (n + 1), "currency": "SEK"})
        order = c.order(customer, [10007, 333, 1], confirmed=f"2025-03-0{n + 1}T09:00:00Z", salesperson=people[0])
        invoice = c.invoice(f"2025-04-0{n + 1}T09:00:00Z", order=order["id"])
        made["documents"].append({"customer": customer, "deal": deal, "order": order, "invoice": invoice})
    c.order(c.customer("Stranger"), [777], confirmed="2025-05-01T09:00:00Z", salesperson=people[1])
    c.order(c.customer("Nobody's"), [999], offered="2025-05-01T09:00:00Z")
    c.drain()
    return made


def e24_shares_of_a_document_are_its_net(test, c):
    _make_world(c)
    sums = {}
    for key, (own, company) in c.balances().items():
        sums[key[:3]] = tuple(a + b for a, b in zip(sums.get(key[:3], (0, 0)), (own, company)))
    lines = {("order", r["document"], r["id"]): r for r in c.backend.rows("select order_id as document, id, net_minor, company_net_minor from erp_order_line")}
    lines |= {("invoice", r["document"], r["id"]): r for r in c.backend.rows("select invoice_id as document, id, net_minor, company_net_minor from erp_invoice_line")}
    test.assertEqual(sums, {key: (r["net_minor"], r["company_net_minor"]) for key, r in lines.items()})


def e24_totals_are_the_sum_of_rows_at_every_grouping(test, c):
    _make_world(c)
    whole = None
    for rows, columns in [*((a, None) for a in AXES), *itertools.permutations(AXES[:6] + AXES[9:], 2)]:
        answer = c.report("sales", rows=rows, columns=columns)
        totals = {m: answer["totals"]["measures"][m]["minor"] for m in MEASURES}
        whole = whole or totals
        test.assertEqual(totals, whole, (rows, columns))
        for m in MEASURES:
            test.assertEqual(sum(r["measures"][m]["minor"] for r in answer["rows"]), whole[m], (rows, columns, m))
            if columns:
                for row in answer["rows"]:
                    test.assertEqual(sum(k["measures"][m]["minor"] for k in row["columns"]), row["measures"][m]["minor"], (rows, columns, m))
    for rows in AXES[:-1]:
        answer = c.report("pipeline", rows=rows)
        for m in ("amount", "weighted"):
            test.assertEqual(sum(r["measures"][m]["minor"] for r in answer["rows"]), answer["totals"]["measures"][m]["minor"], (rows, m))
    own = c.report("campaign_results")
    for m in ("cost", "offered", "ordered", "invoices", "credits", "invoiced", "won_amount"):
        test.assertEqual(sum(r["measures"][m]["minor"] for r in own["rows"]), own["totals"]["measures"][m]["minor"], m)
    test.assertEqual({m: own["totals"]["measures"][m]["minor"] for m in MEASURES}, whole)


def e24_a_credit_in_full_is_nothing(test, c):
    world = _make_world(c)
    for document in world["documents"]:
        c.credit("2025-06-01T09:00:00Z", invoice=document["invoice"]["id"])
    c.drain()
    for axis in ("seller", "campaign", "customer", "type", "group"):
        figures, totals = c.figures(axis)
        test.assertEqual(({k: v["invoiced"] for k, v in figures.items() if v["invoiced"]}, totals["invoiced"]), ({}, 0), axis)
    compare(test, c)


def e24_the_same_signal_twice_is_once(test, c):
    world = _make_world(c)
    before = c.dated_balances()
    for document in world["documents"]:
        c.call("order.update", id=document["order"]["id"], customer=document["customer"])  # an event that changes nothing
        c.drain()
    c.call("ledger.rebuild")
    c.drain()
    test.assertEqual(c.dated_balances(), before)


def e24_the_order_of_signals_does_not_matter(test, c):
    """The same documents, drained one by one in one company, all at once in another, backwards by hand in a third."""
    figures = []
    for how in ("each", "once"):
        with Company(type(c.backend)()) as one:
            world = _make_world(one) if how == "once" else None
            if how == "each":
                drain, make_order, make_invoice = one.drain, one.order, one.invoice
                one.order = lambda *a, **k: (make_order(*a, **k), drain())[0]
                one.invoice = lambda *a, **k: (make_invoice(*a, **k), drain())[0]
                world = _make_world(one)
            test.assertTrue(world)
            figures.append([one.figures(axis) for axis in ("month", "campaign", "seller")])
            figures[-1].append(sorted(one.dated_balances().items(), key=str))
    test.assertEqual(figures[0], figures[1])


def e24_a_users_reports_are_the_sum_of_what_the_user_sees(test, c):
    world = _make_world(c)
    rows = c.balances()
    for login, employee in zip(("anna", "bo", "cia"), world["people"]):
        with Caller(c, login) as user:
            answer = user.report("sales", rows="campaign")
            test.assertEqual(answer["scope"], "own")
            mine = {m: sum(v[1] for k, v in rows.items() if k[5] == employee and k[6] == m) for m in MEASURES[:-1]}
            test.assertEqual({m: answer["totals"]["measures"][m]["minor"] for m in mine}, mine)
            for axis in AXES:
                shown = user.report("sales", rows=axis)
                test.assertEqual(sum(r["measures"]["ordered"]["minor"] for r in shown["rows"]), mine["ordered"], axis)
            seen = user.pages("opportunity.list", "opportunities")
            test.assertEqual(user.report("pipeline", rows="step")["totals"]["measures"]["amount"]["minor"],
                             sum((o["amount"] or {"minor": 0})["minor"] for o in seen))
            test.assertEqual({r["id"] for r in user.report("to_link")["rows"]},
                             {k[1] for k, _ in rows.items() if k[3] == 0 and k[0] == "order" and employee == world["people"][1] and k[5] == employee})
    with Caller(c, "all") as user:
        test.assertEqual(user.report("sales", rows="month")["totals"], c.report("sales", rows="month")["totals"])


def a_win_is_published_after_the_commit(test, c):
    """By hand, by step, by an order's rule; once each, and not for what is refused or only looked at."""
    customer, other = c.customer("Acme"), c.customer("Other")
    c.on_confirmed("won")
    by_hand, by_step, by_link, never = (c.opportunity(n, customer, planned_close="2025-12-31") for n in ("hand", "step", "link", "never"))
    by_rule = c.opportunity("rule", other)
    c.call("opportunity.win", id=by_hand)
    c.call("opportunity.win", id=by_hand)
    c.call("opportunity.set_step", id=by_step, step="closed_won")
    c.order(other, [100], confirmed="2025-03-01T09:00:00Z")
    order = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    with test.assertRaises(Exception):
        c.call("opportunity.win", id=never, expected_version=99)
    shares = [{"opportunity": by_link, "share": 100}]
    c.call("link.set", document_kind="order", document=order["id"], shares=shares, preview=True)
    c.drain()

    def told():
        return sorted(r["document_id"] for r in c.backend.rows("select document_id from erp_event where kind = 'sales_leads.opportunity.won'"))
    test.assertEqual(told(), sorted([by_hand, by_step, by_rule]))
    c.call("link.set", document_kind="order", document=order["id"], shares=shares, reason="it is this one")
    test.assertEqual(c.call("opportunity.get", id=by_link)["status"], "won")
    test.assertEqual(told(), sorted([by_hand, by_step, by_rule, by_link]))


Invariants = cases(globals(), "Invariants")

if __name__ == "__main__":
    unittest.main()
