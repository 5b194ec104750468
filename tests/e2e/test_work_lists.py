# SPDX-License-Identifier: Apache-2.0
"""What wants attention and what is planned, each against what the test itself entered; a seller's answers against what the seller
may see; planned activities page by page."""
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import cases  # noqa: E402
from test_reports import Deals  # noqa: E402


def _page_by_page(test, host, plans):
    """The same, in the same order, each time counted whole."""
    whole = [(r["key"], a) for r in plans["rows"] for a in r["activities"]]
    counts = {r["key"]: len(r["activities"]) for r in plans["rows"]}
    for limit in (1, 2, 3):
        told, after = [], None
        while True:
            page = host.report("planned_activities", limit=limit, after=after)
            told += [(r["key"], a) for r in page["rows"] for a in r["activities"]]
            test.assertEqual(page["totals"], plans["totals"], limit)
            for row in page["rows"]:
                test.assertEqual(row["measures"]["count"], counts[row["key"]])
            after = page["next"]
            test.assertEqual(len(told) < len(whole), after is not None, f"{limit} after {told}")
            if after is None:
                break
            test.assertEqual(len(told) % limit, 0)
        test.assertEqual(told, whole, limit)
    for wrong in ("", "none", "2026-02-16", "2026-02-30/1", "none/x", "none/-1", "2026-02-16/9999999999999999999"):
        with test.assertRaises(Refused) as refused:
            host.report("planned_activities", after=wrong)
        test.assertEqual(refused.exception.key, "report.after.invalid", wrong)


def nudges_say_what_wants_attention(test, c):
    """Each kind once, just beyond its border, and once just within it."""
    c.on("2026-01-05")
    step = next(s for p in c.call("pipeline.list")["pipelines"] for s in p["steps"] if s["code"] == "negotiation")
    c.call("step.update", id=step["id"], stale_days=30)
    for title in ("Stale", "Stale but planned"):
        c.begin(title, step="negotiation", planned="2026-12-01")
    c.begin("Slipped", planned="2026-12-01")
    c.begin("Nearly slipped", planned="2026-12-01")
    for month in (2, 3, 4):
        for title in ("Slipped", "Nearly slipped")[:1 if month == 4 else 2]:
            c.on(f"2026-01-{5 + month:02d}")
            c.call("opportunity.update", id=c.deals[title]["id"], planned_close=f"2027-0{month}-01")
    c.begin("No order", "bo")
    c.begin("Has order")
    c.begin("Far")
    c.begin("Near")
    c.begin("Lost with order", "cleo")
    c.begin("Lost", "cleo")
    for title in ("No order", "Has order", "Far", "Near"):
        c.end(title, "won")
    for title, net in (("Has order", 100_000), ("Lost with order", 4_000)):
        made = c.order(c.deals[title]["customer"], [net])["id"]
        c.refer("order", made, "opportunity", c.deals[title]["id"])
        c.call("order.confirm", id=made, at=c.now)
    for title, net in (("Far", 74_000), ("Near", 125_000)):
        made = c.invoice(None, [net], customer=c.deals[title]["customer"])["id"]
        c.refer("invoice", made, "opportunity", c.deals[title]["id"])
        c.call("invoice.post", id=made, at=c.now)
    c.end("Lost with order", "lost", "price")
    c.end("Lost", "lost", "price")
    c.on("2026-02-10")
    c.begin("Overdue", planned="2026-02-12")
    c.begin("Overdue too", planned="2026-02-13")
    c.begin("Due today", planned="2026-02-16")
    due = {}
    for title, entry in (("Stale but planned", ("call", "2026-02-16")), ("Overdue", ("task", "2026-02-15")), ("Due today", ("meeting", "2026-03-01"))):
        due[title] = c.call("activity.create", opportunity=c.deals[title]["id"], kind=entry[0], title="Next for " + title, due=entry[1],
                            owner=c.people["anna"])["id"]
    c.call("activity.create", opportunity=c.deals["Due today"]["id"], kind="note", title="A note is no plan")
    bos = c.call("activity.create", customer=c.deals["No order"]["customer"], kind="task", title="Bo's own", owner=c.people["bo"])["id"]
    gone = c.call("activity.create", opportunity=c.deals["Due today"]["id"], kind="call", title="Done", due="2026-02-11", owner=c.people["anna"])["id"]
    c.call("activity.done", id=gone)
    c.on("2026-02-16")
    c.drain()
    no_plan = {t: 0 for t in ("Stale", "Slipped", "Nearly slipped", "Overdue too")}
    want = {"overdue": {"Overdue": 4, "Overdue too": 3}, "stale": {"Stale": 42}, "slipped": {"Slipped": 3}, "no_activity": no_plan,
            "won_without_order": {"No order": 38}, "order_on_lost": {"Lost with order": 0}, "invoiced_far": {"Far": 74}}
    titles = {d["id"]: t for t, d in c.deals.items()}
    for who in (None, "anna"):
        seen = c.seen_by(who)
        mine = {k: {t: n for t, n in rows.items() if t in seen} for k, rows in want.items()}
        answer = c.asks(who).report("nudges")
        told = {k: {} for k in want}
        for row in answer["rows"]:
            told[row["kind"]][titles[row["opportunity"]]] = row["number"]
        test.assertEqual(told, mine, str(who))
        test.assertEqual(answer["totals"]["measures"], {k: len(v) for k, v in mine.items() if v})
        test.assertFalse(answer["more"])
        few = c.asks(who).report("nudges", kinds=["no_activity"], limit=2)
        test.assertEqual((len(few["rows"]), few["more"], few["totals"]["measures"]), (2, True, {"no_activity": 4}))
        # However few are told, all are counted; there are more as long as not all are told.
        for limit in range(1, len(answer["rows"]) + 1):
            part = c.asks(who).report("nudges", limit=limit)
            test.assertEqual((part["rows"], part["totals"]), (answer["rows"][:limit], answer["totals"]), f"{who}: {limit}")
            test.assertEqual(part["more"], limit < len(answer["rows"]), f"{who}: {limit}")
        first = c.asks(who).report("nudges", limit=2, counts=False)
        test.assertEqual((first["rows"], first["more"], first["totals"]["measures"]), (answer["rows"][:2], True, {}), "fewer, and the same")
        own = c.asks(who).report("nudges", mine=True)
        test.assertEqual([r["opportunity"] for r in own["rows"]], [r["opportunity"] for r in answer["rows"]] if who else [], "the caller's own; of nobody's, none")
        plans = c.asks(who).report("planned_activities")
        groups = {r["key"]: [a["id"] for a in r["activities"]] for r in plans["rows"]}
        all_plans = {"overdue": [due["Overdue"]], "today": [due["Stale but planned"]], "later": [due["Due today"]], "undated": [bos]}
        if who:
            del all_plans["undated"]
        test.assertEqual(groups, all_plans, str(who))
        # What each is about, and whom to call.
        names = {x["id"]: x["name"] for x in c.call("customer.list")["customers"]}
        about = {a["id"]: (a["about"], a["customer"]) for r in plans["rows"] for a in r["activities"]}
        want_about = {due[t]: (t, names[c.deals[t]["customer"]]) for t in due} | ({} if who else {bos: (None, names[c.deals["No order"]["customer"]])})
        test.assertEqual(about, want_about, str(who))
        test.assertEqual(plans["totals"]["measures"]["count"], len(all_plans))
        soon = c.asks(who).report("planned_activities", to="2026-02-16")
        test.assertEqual({r["key"] for r in soon["rows"]}, {"overdue", "today"})
        _page_by_page(test, c.asks(who), plans)
    # The click that a nudge offers takes it away.
    row = next(r for r in c.report("nudges", kinds=["stale"])["rows"])
    c.call(row["act"]["action"], **row["act"]["input"], title="Ring", due="2026-02-20")
    test.assertEqual(c.report("nudges", kinds=["stale"])["rows"], [])
    # What was closed more than a year ago is told no more.
    closed = ["won_without_order", "order_on_lost", "invoiced_far"]
    ends = [datetime.date.fromisoformat(c.call("opportunity.get", id=c.deals[t]["id"])["actual_close"]) for t in ("No order", "Lost with order", "Far")]
    c.on((min(ends) + datetime.timedelta(days=365)).isoformat())
    test.assertEqual({r["kind"] for r in c.report("nudges", kinds=closed)["rows"]}, set(closed))
    c.on((max(ends) + datetime.timedelta(days=366)).isoformat())
    test.assertEqual(c.report("nudges", kinds=closed)["rows"], [])


def planned_activities_of_one_day_are_told_page_by_page(test, c):
    """Several of each kind and of one day, on a deal, a customer and a lead; what is done and a note are no plans."""
    c.on("2026-02-16")
    c.begin("Deal")
    customer = c.customer("Whom to call")
    lead = c.call("lead.create", kind="person", first_name="Nils", last_name="Lead", owner=c.people["bo"])["id"]
    deal = {"opportunity": c.deals["Deal"]["id"]}
    plans = [("overdue", "2026-02-14", deal), ("overdue", "2026-02-14", {"customer": customer}), ("overdue", "2026-02-15", {"lead": lead}),
             ("today", "2026-02-16", deal), ("today", "2026-02-16", deal), ("later", "2026-02-17", {"lead": lead}), ("later", "2026-03-01", deal),
             ("undated", None, {"customer": customer}), ("undated", None, deal)]
    want = {}
    for n, (group, due, on) in enumerate(plans):
        made = c.call("activity.create", kind=("task", "call", "meeting")[n % 3], title=f"Plan {n}", due=due, owner=c.people["anna"], **on)["id"]
        want.setdefault(group, []).append((made, "Deal" if on is deal else "Nils Lead" if "lead" in on else None,
                                           "Customer of Deal" if on is deal else "Whom to call" if "customer" in on else None))
    done = c.call("activity.create", kind="task", title="Done", due="2026-02-14", **deal)["id"]
    c.call("activity.done", id=done)
    c.call("activity.create", kind="note", title="A note", **deal)
    answer = c.report("planned_activities")
    told = {r["key"]: [(a["id"], a["about"], a["customer"]) for a in r["activities"]] for r in answer["rows"]}
    test.assertEqual(told, want)
    test.assertEqual({r["key"]: r["measures"]["count"] for r in answer["rows"]}, {group: len(of) for group, of in want.items()})
    test.assertEqual((answer["totals"]["measures"]["count"], answer["next"]), (len(plans), None))
    _page_by_page(test, c, answer)


WorkLists = cases(globals(), "WorkLists", make=Deals)

if __name__ == "__main__":
    unittest.main()
