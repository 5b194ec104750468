# SPDX-License-Identifier: Apache-2.0
"""Cases from the tests and bug lists of other systems, by their numbers in the list of peers; where our rule differs, the
test says how and why."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import as_user, audit, cases, refused, user  # noqa: E402


def _get(c, number, **more):
    return c.call("opportunity.get", id=number, **more)


def e6_ten_lost_in_one_call(test, c):
    """Ten lost at once: probability 0, reason set, exactly two log entries each; a seller neither makes reasons nor loses
    somebody else's. Ours stay visible (lost, not archived), and a note is a note: an empty one is no change."""
    customer, erik, sara = c.customer("Acme"), c.employee("Erik"), c.employee("Sara")
    ids = [c.call("opportunity.create", title=f"o{n}", customer=customer, owner=erik, probability="40.00")["id"] for n in range(10)]
    answer = c.call("opportunity.bulk_update", ids=ids, changes={"step": "closed_lost", "rejection": "price"})
    test.assertEqual((answer["changed"], answer["refused"], len(answer["rows"])), (10, 0, 10))
    for number in ids:
        found = _get(c, number)
        test.assertEqual((found["status"], found["effective_probability"], found["rejection"]["code"]), ("lost", "0.00", "price"))
        test.assertEqual(audit(c, "opportunity", number), ["opportunity.create", "opportunity.bulk_update"])
    user(c, "sara", ["seller"], sara)
    with test.assertRaises(Refused) as caught:
        as_user(c, "sara", "rejection.create", title="Too far")
    test.assertEqual(caught.exception.key, "permission.denied")
    c.call("opportunity.reopen", id=ids[0])
    with test.assertRaises(Refused) as caught:
        as_user(c, "sara", "opportunity.lose", id=ids[0], rejection="price")
    test.assertEqual(caught.exception.key, "opportunity.not_found")
    row = as_user(c, "sara", "opportunity.bulk_update", ids=[ids[0]], changes={"step": "offer"})["rows"][0]
    test.assertEqual(row["key"], "opportunity.not_found")


def e9_time_spent_per_step(test, c):
    """Minutes per step add up over every visit. Ours keeps each visit besides, and an opportunity always stands on a step:
    the peer's 'no step' is a step of its own here."""
    customer = c.customer("Acme")
    for n in (1, 2, 3, 4):
        c.call("step.create", title=f"S{n}", code=f"s{n}", probability=n, position=100 + n)
    c.call("step.create", title="None", code="none", probability=0, position=200)
    o = c.call("opportunity.create", title="x", customer=customer, step="s1", start="2025-03-01", effective_at="2025-03-01T08:00:00Z")["id"]
    minute = 0
    for wait, step in ((5, "s2"), (10, "s2"), (50, "s3"), (50, "s4"), (20, "s2"), (55, "s4"), (200, "none"), (30, "s3"), (20, "s3")):
        minute += wait
        c.call("opportunity.set_step", id=o, step=step, effective_at=f"2025-03-01T{8 + minute // 60:02d}:{minute % 60:02d}:00Z")
    c.call("opportunity.update", id=o, title="y", effective_at="2025-03-01T15:10:00Z")  # no visit either
    found = _get(c, o, as_of="2025-03-01T15:20:00Z")
    spent = {t["step"]["code"]: t["seconds"] // 60 for t in found["time_per_step"]}
    test.assertEqual(spent, {"s1": 5, "s2": 115, "s3": 70, "s4": 220, "none": 30})
    test.assertEqual([v["step"]["code"] for v in found["visits"]], ["s1", "s2", "s3", "s4", "s2", "s4", "none", "s3"])
    test.assertEqual({t["step"]["code"]: t["visits"] for t in found["time_per_step"]}, {"s1": 1, "s2": 2, "s3": 2, "s4": 2, "none": 1})


def e9_a_visit_entered_late_takes_its_place(test, c):
    """A step dated back lies between those that were known; the opportunity stands on it now too, and no time is negative."""
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, start="2025-03-01", effective_at="2025-03-01T08:00:00Z")["id"]
    c.call("opportunity.set_step", id=o, step="negotiation", effective_at="2025-03-20T08:00:00Z")
    c.call("opportunity.set_step", id=o, step="offer", effective_at="2025-03-10T08:00:00Z")
    visits = [(v["step"]["code"], v["entered_at"][:10], (v["left_at"] or "")[:10]) for v in _get(c, o)["visits"]]
    test.assertEqual(visits[:2], [("first_meeting", "2025-03-01", "2025-03-10"), ("offer", "2025-03-10", "2025-03-20")])
    test.assertEqual([v[0] for v in visits], ["first_meeting", "offer", "negotiation", "offer"])
    test.assertTrue(all(v["seconds"] >= 0 for v in _get(c, o)["visits"]))
    test.assertEqual(_get(c, o)["step"]["code"], "offer")
    test.assertEqual(_get(c, o, as_of="2025-03-15T08:00:00Z")["step"]["code"], "offer")


def e11_w7_weighted_by_each_ones_own_probability(test, c):
    """100 at 99 % and 200 at 0 % are 99.00, not 148.50."""
    customer = c.customer("Acme")
    for amount, probability in ((10000, 99), (20000, 0)):
        c.call("opportunity.create", title="x", customer=customer, amount={"minor": amount}, probability=probability)
    for where in ("from the opportunities", "from the sums kept of them"):
        test.assertEqual(c.report("pipeline")["totals"]["measures"]["weighted"]["minor"], 9900, where)
        c.drain()


def e12_the_steps_probability_and_the_hand(test, c):
    """Typed 31.56 is manual; 'use the step's' restores it; a foreign amount shows in the company's currency too. Ours: a
    won step may demand fields instead of a flag that allows it, and a rejection is the reason of lost ones alone."""
    customer = c.customer("Acme")
    o = c.opportunity("x", customer)
    c.call("opportunity.set_step", id=o, step="negotiation")
    test.assertEqual(_get(c, o)["probability"], "60.00")
    c.call("opportunity.update", id=o, probability="31.56")
    test.assertEqual(_get(c, o)["probability_origin"], "user")
    c.send({"action": "opportunity.update", "input": {"id": o, "probability": None}})
    test.assertEqual((_get(c, o)["probability"], _get(c, o)["probability_origin"]), ("60.00", "step"))
    c.rate("EUR", "2025-01-01", "1.0038")
    c.call("opportunity.update", id=o, amount={"minor": 100000, "currency": "EUR"})
    test.assertEqual(_get(c, o)["company_amount"], {"minor": 100380, "currency": "SEK"})
    c.call("opportunity.update", id=o, amount={"minor": 123000, "currency": "SEK"})
    test.assertEqual(_get(c, o)["company_amount"]["minor"], 123000)
    c.call("step.update", id="closed_won", required_fields=["source"])
    test.assertEqual(refused(test, c, "opportunity.win", id=o).key, "opportunity.step.fields")
    c.call("opportunity.update", id=o, source="web")
    c.call("opportunity.win", id=o)
    test.assertEqual((_get(c, o)["status"], _get(c, o)["rejection"]), ("won", None))


def e17_lines_make_the_amount(test, c):
    """2 × 1,100 is 2,200. Ours takes a line's net, not its price: the ERP prices. An amount put by hand stands over the sum
    and says so; emptied, the lines count again. A sent offer changes no status: a step does."""
    customer = c.customer("Acme")
    lines = [{"product": "A", "quantity": 1, "net": 110000}, {"product": "B", "quantity": "1", "net": 110000}]
    o = c.call("opportunity.create", title="x", customer=customer, lines=lines)["id"]
    found = _get(c, o)
    test.assertEqual((found["amount"]["minor"], found["amount_origin"], found["lines_sum"]["minor"], found["amount_overrides_lines"]),
                     (220000, "lines", 220000, False))
    c.call("opportunity.update", id=o, amount={"minor": 200000})
    found = _get(c, o)
    test.assertEqual((found["amount"]["minor"], found["lines_sum"]["minor"], found["amount_overrides_lines"]), (200000, 220000, True))
    c.send({"action": "opportunity.update", "input": {"id": o, "amount": None, "lines": lines[:1]}})
    found = _get(c, o)
    test.assertEqual((found["amount"]["minor"], found["amount_overrides_lines"]), (110000, False))
    c.order(customer, [100], offered="2025-03-01T09:00:00Z")
    c.drain()
    test.assertEqual(_get(c, o)["status"], "open")


def e17_shares_of_many_deals(test, c):
    """Five at 100 % and ten at 50 % are ten for the seller; twenty orders of 1,000 at 50/50 are ten thousand each."""
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    for n in range(15):
        sellers = [{"employee": anna, "share": 100}] if n < 5 else [{"employee": anna, "share": 50}, {"employee": bo, "share": 50}]
        c.call("opportunity.create", title=f"o{n}", customer=customer, owner=anna, amount={"minor": 100}, sellers=sellers)
    rows = {r.get("id"): r["measures"]["amount"]["minor"] for r in c.report("pipeline", rows="seller")["rows"]}
    test.assertEqual(rows, {anna: 1000, bo: 500})
    other = c.customer("Beta")
    c.opportunity("half", other, owner=anna, sellers=[(anna, 5000), (bo, 5000)])
    for _ in range(20):
        c.order(other, [100000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    figures, _ = c.figures("seller")
    test.assertEqual((figures[anna]["ordered"], figures[bo]["ordered"]), (1000000, 1000000))


def e20_lost_without_reason_is_refused(test, c):
    """Refused where the step says required, allowed where it asks: the company decides. The peer's 'Other needs notes' is
    not ours: a note is asked of nobody. Won sets the closing day; reopening takes it away."""
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, start="2025-01-01", effective_at="2025-01-01T08:00:00Z")["id"]
    c.call("opportunity.win", id=o, effective_at="2025-03-05T09:00:00Z")
    test.assertEqual(_get(c, o)["actual_close"], "2025-03-05")
    c.call("opportunity.reopen", id=o)
    test.assertIsNone(_get(c, o)["actual_close"])
    c.call("opportunity.lose", id=o)
    c.call("opportunity.reopen", id=o)
    c.call("step.update", id="closed_lost", rejection_rule="required")
    test.assertEqual(refused(test, c, "opportunity.lose", id=o).key, "opportunity.rejection.missing")


def e20_weighted_by_month(test, c):
    """50 % in June, 50 % in July and 100 % in August of 100,000 each are 50,000, 50,000 and 100,000."""
    customer = c.customer("Acme")
    for month, probability in (("06", 50), ("07", 50), ("08", 100)):
        c.call("opportunity.create", title=month, customer=customer, amount={"minor": 10000000}, probability=probability,
               planned_close=f"2026-{month}-15")
    c.drain()  # the sums kept of the opportunities answer from here on
    rows = {r["key"]: r["measures"]["weighted"]["minor"] for r in c.report("pipeline", rows="month")["rows"]}
    test.assertEqual(rows, {"2026-06": 5000000, "2026-07": 5000000, "2026-08": 10000000})


def w12_two_augusts_are_two_months(test, c):
    customer = c.customer("Acme")
    for day in ("2021-08-15", "2022-08-15"):
        c.call("opportunity.create", title=day, customer=customer, planned_close=day, amount={"minor": 100})
    test.assertEqual([r["key"] for r in c.report("pipeline", rows="month")["rows"]], ["2021-08", "2022-08"])


PeerCases = cases(globals(), "PeerCases")

if __name__ == "__main__":
    unittest.main()
