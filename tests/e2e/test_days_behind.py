# SPDX-License-Identifier: Apache-2.0
"""Reports as of a day that lies behind, and forecasts of many rows: what was frozen, against what was told then and what is told of all."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import cases  # noqa: E402
from test_reports import Deals, _minor, _snapshot  # noqa: E402

PIPELINE_AXES = ("month", "quarter", "year", "seller", "group", "customer", "project", "type", "source", "medium", "campaign", "step", "status", "currency")


def the_pipeline_as_it_was_is_that_days_report(test, c):
    """Whatever came after the day: its own report of the open deals, kept from then, by every axis and pair and for who sees less. A day without
    a forecast is told by the latest before it; before the first there is a refusal with a way out."""
    group = c.call("group.create", title="North", code="north", kind="sales")["id"]
    c.call("group.add_member", group=group, employee=c.people["anna"], **{"from": "2025-01-01"})
    spring, autumn = c.campaign("Spring"), c.campaign("Autumn")
    c.on("2026-01-05")
    c.begin("Moves", amount=10_001, planned="2026-03-10", campaign=spring, type="new_sale", source="web")
    c.begin("Shared", "bo", 33_333, planned="2026-04-01", shares=[("anna", 3333), ("bo", 6667)], source="fair")
    c.begin("Won later", "bo", 70_000, step="offer", planned="2026-02-20", campaign=autumn)
    c.begin("Lost before", "anna", 5_000, planned="2026-02-20")
    c.begin("Undated", "anna", 90_007)
    c.begin("No amount", "cleo", None, planned="2026-05-05")
    c.end("Lost before", "lost", "price")
    c.on("2026-01-08")
    c.call("opportunity.update", id=c.deals["No amount"]["id"], customer=c.deals["Undated"]["customer"])
    c.on("2026-01-31")
    asked = [{"rows": rows} for rows in PIPELINE_AXES] + [{"rows": rows, "columns": columns} for rows, columns in
             (("seller", "step"), ("campaign", "month"), ("group", "type"), ("customer", "seller"), ("month", "source"))]
    asked += [{"rows": "step", "from": "2026-03", "to": "2026-04"}, {"rows": "seller", "filter": {"campaign": spring}},
              {"rows": "month", "filter": {"customer": c.deals["Shared"]["customer"]}}, {"rows": "customer", "limit": 2}]
    readers = {name: c.asks(name) for name in (None, "anna")}

    def told(name, question, **more):
        narrowed = {**question.get("filter", {}), "status": "open"}
        answer = readers[name].report("pipeline", **{**question, "filter": narrowed, **more})
        return {part: answer[part] for part in ("rows", "totals", "scope")}
    then = {(name, at): told(name, question) for name in readers for at, question in enumerate(asked)}
    places = ("customer", "project", "currency")
    test.assertEqual(then[None, 0]["totals"]["measures"]["count"], 5)
    test.assertEqual(then["anna", 0]["totals"]["measures"]["count"], 3)
    c.call("forecast.snapshot")
    foretold = {rows: c.report("forecast", rows=rows, as_of="2026-01-31") for rows in places}

    c.on("2026-02-25")
    c.rate("EUR", "2026-02-01", "11.5")
    for title, changes in (("Moves", {"amount": {"minor": 99, "currency": "EUR"}, "customer": c.deals["Shared"]["customer"], "project": c.project("Later"), "planned_close": "2026-09-09", "owner": c.people["anna"],
                                      "campaign": autumn, "type": "add_on", "source": "fair"}), ("Undated", {"planned_close": "2026-07-07"})):
        c.call("opportunity.update", id=c.deals[title]["id"], **changes)
    c.go("Moves", "negotiation")
    c.call("opportunity.set_sellers", id=c.deals["Shared"]["id"], sellers=[{"employee": c.people["anna"], "share": "90"}, {"employee": c.people["bo"], "share": "10"}])
    c.end("Won later", "won")
    c.begin("New", "bo", 11_000, planned="2026-03-15")
    test.assertNotEqual(told(None, asked[0]), then[None, 0], "much is otherwise now")
    for (name, at), kept in then.items():
        test.assertEqual(told(name, asked[at], as_of="2026-01-31"), kept, f"{name}: {asked[at]}")
    for rows, kept in foretold.items():
        test.assertEqual(c.report("forecast", rows=rows, as_of="2026-01-31"), kept, rows)
    test.assertEqual(c.report("pipeline", as_of="2026-02-24")["as_of"], "2026-01-31")
    test.assertEqual(c.report("pipeline", as_of="2026-01", rows="step")["totals"], then[None, PIPELINE_AXES.index("step")]["totals"])
    test.assertNotIn("as_of", c.report("pipeline"))
    for report in ("pipeline", "forecast"):
        with test.assertRaises(Refused) as early:
            c.report(report, as_of="2025-12-31")
        test.assertEqual(early.exception.key, "report.as_of.none")
        test.assertIn("2025-12-31", str(early.exception))
    # A back-dated forecast tells of a day for which nobody froze one.
    c.call("forecast.snapshot", as_of="2026-01-10")
    c.call("opportunity.update", id=c.deals["No amount"]["id"], amount={"minor": 600, "currency": "SEK"})
    answer = c.report("pipeline", as_of="2026-01-20")
    test.assertEqual((answer["as_of"], answer["origin"], answer["totals"]["measures"]["count"]), ("2026-01-10", "backtest", 5))
    whole = then[None, 0]["totals"]["measures"]["amount"]["minor"]
    test.assertEqual(_minor(answer["totals"], "amount"), whole + 600, "of what nobody had written down by then: as now")
    for rows in places:
        test.assertEqual({r["key"] for r in c.report("pipeline", as_of="2026-01-20", rows=rows)["rows"]},
                         {r["key"] for r in then[None, PIPELINE_AXES.index(rows)]["rows"]}, f"{rows}: of that day too")
    daily = c.report("pipeline", as_of="2026-01-31")
    test.assertEqual((daily["origin"], _minor(daily["totals"], "amount")), ("daily", whole))


def a_forecast_of_many_rows_tells_the_largest_and_the_rest(test, c):
    """At most `limit` rows, as they are among all of them; the rest is one row without an interval, and the sums stay."""
    c.on("2026-01-05")
    for title, amount in (("A", 40_000), ("B", 900_000), ("C", 70_000), ("D", 5_000_000), ("E", 1_000)):
        c.begin(title, amount=amount, planned="2026-03-10")
    c.on("2026-01-31")
    _snapshot(c)
    for columns in (None, "month"):
        measures = ["expected", "amount", "weighted", "count"]
        whole, cut = (c.report("forecast", rows="customer", columns=columns, measures=measures, **more) for more in ({"limit": 0}, {"limit": 2}))
        test.assertEqual(len(whole["rows"]), 5)
        largest = sorted(whole["rows"], key=lambda row: -_minor(row, "expected"))[:2]
        test.assertEqual(sorted(r["id"] for r in cut["rows"][:2]), sorted(r["id"] for r in largest))
        told = {r["id"]: r for r in cut["rows"][:2]}
        test.assertEqual(told[largest[0]["id"]]["measures"], largest[0]["measures"])
        rest = cut["rows"][2]
        test.assertEqual((rest["key"], rest["others"], len(cut["rows"])), ("others", 3, 3))
        for measure in measures:
            of = (lambda row, m=measure: row["measures"][m] if m == "count" else _minor(row, m))
            test.assertEqual(sum(of(row) for row in cut["rows"]), of(whole["totals"]), measure)
            test.assertEqual(of(cut["totals"]), of(whole["totals"]), measure)
        test.assertEqual({rest["measures"][bound] for bound in ("lo80", "hi80", "lo95", "hi95")}, {None})
        test.assertEqual(cut["totals"]["measures"]["hi80"], whole["totals"]["measures"]["hi80"])


DaysBehind = cases(globals(), "DaysBehind", make=Deals)

if __name__ == "__main__":
    unittest.main()
