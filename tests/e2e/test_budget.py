# SPDX-License-Identifier: Apache-2.0
"""The sales budget (spec, rule 9 of section 4, W11): spreading, copying, pasting, versions, locks, history, groups, rights,
reports, files; each on both databases, and a random year against sums made here."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import audit, cases, refused, user  # noqa: E402
from test_import_export import exported  # noqa: E402

MONTHS = [f"2026-{m:02d}" for m in range(1, 13)]
EVEN = [834] * 4 + [833] * 8


def _sellers(c, *names, group="north", since="2025-01-01"):
    """Employees in a sales group; made where it is not there."""
    people = {name: c.employee(name) for name in names}
    c.group(group.title(), group, list(people.values()), since=since)
    return people


def _rows(c, **more):
    return {r["key"]: r for r in c.call("budget.load", **{"year": 2026, **more})["rows"]}


def _values(c, key, **more):
    return _rows(c, **more)[str(key)]["values"]


def _report(c, rows, host=None, **more):
    report = (host or c).report("sales", rows=rows, measures="budget", **more)
    return {r["key"]: r["measures"]["budget"]["minor"] for r in report["rows"]}, report["totals"]["measures"]["budget"]["minor"]


def w11_a_total_of_100_is_four_times_834_and_eight_times_833(test, c):
    anna = _sellers(c, "Anna")["Anna"]
    made = c.call("budget.set_total", year=2026, rows=[{"employee": anna, "total": 10000}])
    test.assertEqual((made["saved"], made["rows"][0]["values"], made["rows"][0]["total"]), (12, EVEN, 10000))
    loaded = c.call("budget.load", year=2026)
    test.assertEqual([col["key"] for col in loaded["columns"]], MONTHS)
    test.assertEqual((loaded["rows"][0]["values"], loaded["totals"]), (EVEN, {"values": EVEN, "total": 10000}))
    test.assertEqual((loaded["currency"], loaded["decimals"], loaded["budget"]["active"], loaded["budget"]["title"]), ("SEK", 2, True, "2026"))
    test.assertEqual(_report(c, "month"), (dict(zip(MONTHS, EVEN)), 10000))


def sellers_come_by_all_by_group_and_by_selection(test, c):
    people = _sellers(c, "Anna", "Bo")
    _sellers(c, "Cecilia", group="south")
    clerk = c.employee("Clerk")
    c.group("Choir", "choir", [clerk], kind="standard")
    c.call("group.create", title="North west", code="nw", parent="north")
    dag = c.employee("Dag")
    c.call("group.add_member", group="nw", employee=dag, **{"from": "2026-10-15"})  # a seller for a part of the year
    late = c.employee("Late")
    c.call("group.add_member", group="nw", employee=late, **{"from": "2027-01-01"})
    names = lambda **more: {r["name"] for r in c.call("budget.load", year=2026, **more)["rows"]}  # noqa: E731
    test.assertEqual(names(), {"Anna", "Bo", "Cecilia", "Dag"})
    test.assertEqual(names(group="north"), {"Anna", "Bo", "Dag"}, "the group and all below it")
    test.assertEqual(names(group="south"), {"Cecilia"})
    test.assertEqual(names(employees=[people["Bo"], "Cecilia"]), {"Bo", "Cecilia"})
    for employee in (clerk, late):
        test.assertEqual(refused(test, c, "budget.load", year=2026, employees=[employee]).key, "budget.employee.no_seller")
        test.assertEqual(refused(test, c, "budget.set_total", year=2026, rows=[{"employee": employee, "total": 1}]).key, "budget.employee.no_seller")
    test.assertEqual(refused(test, c, "budget.load", year=2026, group="choir").key, "budget.group.standard")
    test.assertEqual(refused(test, c, "budget.load").key, "budget.year.missing")
    test.assertEqual({r["name"] for r in c.call("budget.load", year=2027)["rows"]}, {"Anna", "Bo", "Cecilia", "Dag", "Late"})


def cells_are_set_seen_and_kept_with_their_history(test, c):
    anna = _sellers(c, "Anna")["Anna"]
    first = c.call("budget.set", year=2026, cells=[{"row": str(anna), "column": "2026-03", "minor": 500, "was": None},
                                                   {"employee": "Anna", "column": "2026-04", "minor": 700}])
    test.assertEqual((first["saved"], first["rows"][0]["version"]), (2, 1))
    again = c.call("budget.set", year=2026, cells=[{"row": str(anna), "column": "2026-03", "minor": 500}])
    test.assertEqual((again["saved"], again["rows"][0]["version"]), (0, 1), "the same amount again is no change")
    c.call("budget.set", year=2026, cells=[{"row": str(anna), "column": "2026-03", "minor": 0}, {"row": str(anna), "column": "2026-04", "minor": None}])
    test.assertEqual(_values(c, anna)[2:4], [0, None])
    test.assertEqual(_rows(c)[str(anna)]["version"], 2)
    told = c.call("budget.history", year=2026, employee=anna)["history"]
    test.assertEqual([(h["column"], h["before"], h["minor"], h["origin"]) for h in told],
                     [("2026-04", 700, None, "set"), ("2026-03", 500, 0, "set"), ("2026-04", None, 700, "set"), ("2026-03", None, 500, "set")])
    test.assertEqual([h["minor"] for h in c.call("budget.history", year=2026, column="2026-03")["history"]], [0, 500])
    page = c.call("budget.history", year=2026, limit=3)
    rest = c.call("budget.history", year=2026, limit=3, after=page["next"])
    test.assertEqual((len(page["history"]), len(rest["history"]), rest["next"]), (3, 1, None))
    test.assertEqual(audit(c, "budget", first["budget"]), ["budget.set"] * 3)
    for bad, key in (({"row": str(anna), "column": "2027-01", "minor": 1}, "budget.month.outside"), ({"column": "2026-01", "minor": 1}, "budget.employee.missing"),
                     ({"row": "x", "column": "2026-01", "minor": 1}, "budget.row.invalid"), ({"row": "999", "column": "2026-01", "minor": 1}, "reference.not_found")):
        error = refused(test, c, "budget.set", year=2026, cells=[{"row": str(anna), "column": "2026-01", "minor": 7}, bad])
        test.assertEqual(error.key, key)
    twice = [{"row": str(anna), "column": "2026-01", "minor": 7}] * 2
    test.assertEqual(refused(test, c, "budget.set", year=2026, cells=twice).key, "budget.cell.twice")
    test.assertEqual(_values(c, anna)[0], None, "nothing half written")
    test.assertRaises(Refused, c.call, "budget.set", year=2026, cells=[{"row": str(anna), "column": "2026-01", "minor": -1}])


def two_people_on_one_row_are_told(test, c):
    anna = str(_sellers(c, "Anna")["Anna"])
    set_cell = lambda **more: c.call("budget.set", year=2026, cells=[{"row": anna, "column": "2026-01", **more}])  # noqa: E731
    set_cell(minor=100)
    seen = _rows(c)[anna]["version"]
    c.call("budget.set", year=2026, cells=[{"row": anna, "column": "2026-02", "minor": 50, "expected_version": seen}])
    error = refused(test, c, "budget.set", year=2026, cells=[{"row": anna, "column": "2026-03", "minor": 1, "expected_version": seen}])
    test.assertEqual((error.key, error.status), ("budget.version.conflict", -3))
    # By cell: another one's change of February does not stand in the way of January.
    set_cell(minor=120, was=100)
    error = refused(test, c, "budget.set", year=2026, cells=[{"row": anna, "column": "2026-01", "minor": 130, "was": 100}])
    test.assertEqual((error.key, error.status), ("budget.cell.changed", -3))
    test.assertIn("120", error.message)
    told = c.call("budget.set", year=2026, conflicts="report", cells=[{"row": anna, "column": "2026-01", "minor": 130, "was": 100},
                                                                      {"row": anna, "column": "2026-05", "minor": 9}])
    test.assertEqual((told["saved"], [(x["row"], x["column"], x["minor"]) for x in told["conflicts"]]), (0, [(anna, "2026-01", 120)]))
    test.assertEqual(_values(c, anna)[:5], [120, 50, None, None, None], "all or nothing")
    for action, row in (("budget.set_total", {"total": 5}), ("budget.season", {"total": 5})):
        c.call("budget.set_total", year=2025, rows=[{"row": anna, "total": 12}])
        error = refused(test, c, action, year=2026, rows=[{"row": anna, "expected_version": 1, **row}])
        test.assertEqual(error.key, "budget.version.conflict", action)
    one = {"year": 2026, "cells": [{"row": anna, "column": "2026-06", "minor": 5}], "request_id": "once"}
    first = c.call("budget.set", **one)
    c.call("budget.set", year=2026, cells=[{"row": anna, "column": "2026-06", "minor": 6}])
    test.assertEqual(c.call("budget.set", **one), first, "the same request changes nothing again")
    test.assertEqual(_values(c, anna)[5], 6)


def last_year_plus_some_per_cent_is_exact(test, c):
    people = _sellers(c, "Anna", "Bo")
    anna, bo = people["Anna"], people["Bo"]
    gone = c.employee("Gone")
    c.call("group.add_member", group="north", employee=gone, **{"from": "2025-01-01", "to": "2025-12-31"})
    c.call("budget.set_total", year=2025, rows=[{"employee": anna, "total": 1000}, {"employee": gone, "total": 500}])
    c.call("budget.set", year=2025, cells=[{"employee": bo, "column": "2025-02", "minor": 333}, {"employee": bo, "column": "2025-03", "minor": 0}])
    preview = c.call("budget.copy", year=2026, percent="5.05", preview=True)
    test.assertEqual(c.call("budget.list", year=2026)["budgets"], [], "a preview makes nothing")
    done = c.call("budget.copy", year=2026, percent="5.05")
    test.assertEqual((done["rows"], done["skipped"]), (preview["rows"], [gone]))
    test.assertEqual(sum(_values(c, anna)), 1051, "1000 and 5.05 %: 1050.50, half up")  # of 834…: by the season of last year
    test.assertEqual(_values(c, bo)[1:4], [350, 0, None], "349.82 by the year; a month without a budget stays without one")
    test.assertEqual(refused(test, c, "budget.copy", year=2026, percent=10).key, "budget.copy.present")
    c.call("budget.copy", year=2026, percent=-10, replace=True, employees=[bo])
    test.assertEqual((_values(c, bo)[1], sum(_values(c, anna))), (300, 1051))
    for percent in ("-100.01", "10000.01"):
        test.assertEqual(refused(test, c, "budget.copy", year=2026, percent=percent, replace=True).key, "budget.percent.invalid")
    test.assertEqual(refused(test, c, "budget.copy", year=2020).key, "budget.from.none")


def last_years_sales_are_copied_and_give_the_season(test, c):
    people = _sellers(c, "Anna", "Bo")
    anna, bo = people["Anna"], people["Bo"]
    acme = c.customer("Acme")
    c.invoice(customer=acme, lines=[30000], posted="2025-02-10T09:00:00Z", salesperson=anna)
    c.invoice(customer=acme, lines=[10000], posted="2025-11-10T09:00:00Z", salesperson=anna)
    c.order(acme, [700], confirmed="2025-06-01T09:00:00Z", salesperson=anna)
    c.credit(customer=acme, lines=[-500], posted="2025-07-10T09:00:00Z", salesperson=anna)  # more credits than invoices in July
    c.drain()
    c.call("budget.copy", year=2026, basis="invoiced", percent=10)
    test.assertEqual([v for v in _values(c, anna) if v], [33000, 11000])
    test.assertEqual((_values(c, anna)[1], _values(c, anna)[10]), (33000, 11000))
    done = c.call("budget.season", year=2026, basis="invoiced", rows=[{"employee": anna, "total": 100}, {"employee": bo, "total": 10}])
    test.assertEqual([s["season"] for s in done["seasons"]], ["seller", "company"])
    test.assertEqual((_values(c, anna)[1], _values(c, anna)[10], _values(c, bo)[1], _values(c, bo)[10]), (75, 25, 8, 2))
    test.assertEqual(sum(_values(c, bo)), 10)
    done = c.call("budget.season", year=2026, basis="ordered", season_of="company", rows=[{"employee": bo}])
    test.assertEqual((_values(c, bo)[5], sum(_values(c, bo)), done["seasons"][0]["season"]), (10, 10, "company"), "the total stays where none is given")


def a_block_from_a_spreadsheet(test, c):
    people = _sellers(c, "Anna", "Bo")
    anna, bo = str(people["Anna"]), str(people["Bo"])
    year = lambda **more: c.call("budget.paste", year=2026, **more)  # noqa: E731
    swedish = "Anna\t1 234,50\t1\u00a0000,00\t\t2,5\nBo\t100,00\t-\n"
    seen = year(text=swedish, preview=True)
    test.assertEqual(_values(c, anna)[0], None)
    test.assertEqual((seen["errors"], seen["preview"], seen["saved"]), ([], True, 5))
    test.assertEqual(year(text=swedish)["saved"], 5)
    test.assertEqual((_values(c, anna)[:4], _values(c, bo)[:2]), ([123450, 100000, None, 250], [10000, 0]))
    # English numbers from a cell of the grid on: rows as they stand there.
    year(text="1,234.50\t7\n\t8.25", rows=[anna, bo], column="2026-11")
    test.assertEqual((_values(c, anna)[10:], _values(c, bo)[10:]), ([123450, 700], [None, 825]))
    # A heading says which column is which month, in any order; the last one is the sum.
    text = "Seller\tmars 2026\tJan\tSumma\nBo\t3\t1\t4"
    error = year(text=text)["errors"][0]
    test.assertEqual((error["key"], error["line"], error["column"]), ("budget.paste.total", 2, 4), "Bo has more months than these")
    year(text="Seller\tmars 2026\tJan\nBo\t3\t1")
    test.assertEqual(_values(c, bo)[:3], [100, 0, 300])
    year(text="Anna\t" + "\t".join(["10"] * 12) + "\t120")
    test.assertEqual(_values(c, anna), [1000] * 12)
    year(text="Anna\t100,00")
    test.assertEqual(_values(c, anna), EVEN, "one amount is the year's total")
    year(text="Säljare\tTotal\nAnna\t120\nBo\t12")
    test.assertEqual((_values(c, anna), _values(c, bo)), ([1000] * 12, [100] * 12))
    bad = "Anna\t1,5\tabc\t1.234\nNobody\t1\nBo\t-4\t1,005\t1\nAnna\t1"
    told = year(text=bad)
    test.assertEqual([(e["line"], e["column"], e["key"]) for e in told["errors"]],
                     [(1, 3, "budget.paste.number"), (2, 1, "reference.not_found"), (3, 2, "budget.paste.negative"),
                      (3, 3, "budget.paste.fraction"), (4, 1, "budget.row.twice")])
    test.assertEqual(told["saved"], 0)
    test.assertEqual((_values(c, anna), _values(c, bo)), ([1000] * 12, [100] * 12), "one bad cell refuses all")
    test.assertEqual(year(text="Anna\t8\nNobody\t1")["saved"], 0)
    test.assertEqual(_values(c, anna), [1000] * 12, "nor is the good line of a bad block written")
    error = year(text="Anna\t1,234")["errors"][0]
    test.assertEqual((error["key"], error["value"]), ("budget.paste.ambiguous", "1,234"))
    test.assertEqual(year(text="Anna\t1,234\t5", decimal=".")["saved"], 2)
    test.assertEqual(_values(c, anna)[:2], [123400, 500])
    test.assertEqual(year(text="Anna\t8\nNobody\t1", keep_good=True)["saved"], 12)
    test.assertEqual([e["key"] for e in year(text="1\t2\t3", rows=[anna], column="2026-11")["errors"]], ["budget.paste.columns"])
    test.assertEqual([e["key"] for e in year(text="1\n2", rows=[anna])["errors"]], ["budget.paste.lines"])


def versions_one_active_locked_and_copied(test, c):
    anna = _sellers(c, "Anna")["Anna"]
    c.call("budget.set_total", year=2026, rows=[{"employee": anna, "total": 10000}])
    first = c.call("budget.list", year=2026)["budgets"][0]
    test.assertEqual((first["active"], first["total"]), (True, 10000))
    second = c.call("budget.create", year=2026, title="Autumn", copy_of=first["id"])
    test.assertEqual((second["active"], second["cells"]), (False, 12))
    test.assertEqual(refused(test, c, "budget.create", year=2026, title="Autumn").key, "budget.title.taken")
    c.call("budget.set", budget=second["id"], cells=[{"employee": anna, "column": "2026-01", "minor": 1}])
    test.assertEqual(_report(c, "year")[1], 10000, "reports show the active one")
    done = c.call("budget.activate", id=second["id"], expected_version=1)
    test.assertEqual((done["active"], done["version"]), (True, 2))
    test.assertEqual([b["active"] for b in c.call("budget.list", year=2026)["budgets"]], [False, True])
    test.assertEqual(_report(c, "year")[1], 10000 - 833)
    test.assertEqual(_values(c, anna)[0], 1, "the year's budget is its active version")
    test.assertEqual(refused(test, c, "budget.activate", id=first["id"], expected_version=1).key, "budget.version.conflict")
    c.call("budget.lock", id=second["id"])
    for action, more in (("budget.set", {"cells": [{"employee": anna, "column": "2026-01", "minor": 2}]}), ("budget.set_total", {"rows": [{"employee": anna, "total": 2}]}),
                         ("budget.season", {"rows": [{"employee": anna, "total": 2}], "from_budget": first["id"]}),
                         ("budget.copy", {"from_budget": first["id"], "replace": True}), ("budget.paste", {"text": "Anna\t1"})):
        test.assertEqual(refused(test, c, action, year=2026, **more).key, "budget.locked", action)
    test.assertEqual(c.call("budget.import", rows=[{"employee": anna, "month": "2026-01", "minor": 2}])["rejected"][0]["key"], "budget.locked")
    c.call("budget.lock", id=second["id"], locked=False)
    c.call("budget.set", year=2026, cells=[{"employee": anna, "column": "2026-01", "minor": 2}])
    test.assertEqual(refused(test, c, "budget.archive", id=second["id"]).key, "budget.active.archived")
    c.call("budget.archive", id=first["id"])
    test.assertEqual([b["title"] for b in c.call("budget.list", year=2026)["budgets"]], ["Autumn"])
    test.assertEqual(len(c.call("budget.list", year=2026, archived=True)["budgets"]), 2)
    test.assertEqual(refused(test, c, "budget.activate", id=first["id"]).key, "reference.archived")
    test.assertEqual(refused(test, c, "budget.set", budget=first["id"], cells=[{"employee": anna, "column": "2026-01", "minor": 2}]).key, "reference.archived")
    test.assertEqual(refused(test, c, "budget.load", budget=99).key, "budget.not_found")
    c.call("budget.update", id=second["id"], title="Adopted")
    test.assertEqual(audit(c, "budget", second["id"]), ["budget.create", "budget.set", "budget.activate", "budget.lock", "budget.lock", "budget.set", "budget.update"])


def groups_are_sums_by_dated_membership(test, c):
    top = c.call("group.create", title="All", code="all", kind="sales")["id"]
    c.call("group.create", title="North", code="north", kind="sales", parent=top)
    c.call("group.create", title="South", code="south", kind="sales", parent=top)
    anna, bo, cecilia = c.employee("Anna"), c.employee("Bo"), c.employee("Cecilia")
    put = lambda who, group, since, to=None: c.call("group.add_member", group=group, employee=who, **{"from": since, "to": to})  # noqa: E731
    put(anna, "north", "2025-01-01", "2026-06-14")
    put(anna, "south", "2026-06-15")          # June belongs to the group that she begins it in
    put(bo, "north", "2026-02-10")            # a month counts from the first day on which somebody is there
    put(cecilia, "all", "2025-01-01", "2026-09-30")  # left; what was planned later stands under Others
    c.call("budget.set_total", year=2026, rows=[{"employee": e, "total": 1200} for e in (anna, bo, cecilia)])
    groups = {g["key"]: g for g in c.call("budget.load", year=2026)["groups"]}
    ids = {g["code"]: str(g["id"]) for g in c.call("group.list")["groups"]}
    want = {"north": [100] + [200] * 5 + [100] * 6, "south": [None] * 6 + [100] * 6, "all": [200] + [300] * 8 + [200] * 3}
    for code in ("north", "south", "all"):
        test.assertEqual(groups[ids[code]]["values"], want[code], code)
    test.assertEqual(groups["none"]["values"], [100] + [None] * 8 + [100] * 3, "Bo's January, Cecilia's last quarter")
    test.assertEqual(groups[ids["all"]]["own_values"], [100] * 9 + [None] * 3)
    test.assertEqual((groups[ids["north"]]["parent"], groups[ids["north"]]["depth"]), (ids["all"], 1))
    by_group, total = _report(c, "group")
    test.assertEqual(by_group, {"north": 100 + 200 * 5 + 100 * 6, "south": 600, "all": 900, "none": 400})
    test.assertEqual(total, 3600)
    test.assertEqual(_report(c, "seller", filter={"group": "south"})[1], 600)
    test.assertEqual(_report(c, "month", filter={"group": "all"})[1], 3200, "with all groups below it")


def types_split_a_sellers_budget(test, c):
    anna = _sellers(c, "Anna")["Anna"]
    new, old = (c.call("type.create", title=code.title(), code=code)["id"] for code in ("new", "old"))
    c.call("budget.set_total", year=2026, rows=[{"employee": anna, "type": "new", "total": 1200}, {"employee": anna, "type": None, "total": 120}])
    rows = _rows(c, by_type=True)
    test.assertEqual((rows[f"{anna}:{new}"]["total"], rows[f"{anna}:0"]["total"], rows[f"{anna}:{old}"]["total"]), (1200, 120, 0))
    whole = _rows(c)[str(anna)]
    test.assertEqual((whole["total"], whole["split"], whole["readonly"]), (1320, True, True))
    test.assertEqual(refused(test, c, "budget.set_total", year=2026, rows=[{"employee": anna, "total": 5}]).key, "budget.row.split")
    c.call("budget.set", year=2026, cells=[{"row": f"{anna}:0", "column": "2026-01", "minor": 15}])
    by_type, total = _report(c, "type")
    test.assertEqual((by_type, total), ({"new": 1200, "none": 125}, 1325))
    test.assertEqual(_report(c, "month", filter={"type": "new"})[1], 1200)
    # A type that is replaced takes its budget along; where both are planned for, they are added.
    c.call("budget.set", year=2026, cells=[{"row": f"{anna}:{old}", "column": "2026-01", "minor": 7}])
    c.call("type.archive", id=new, replace_by=old)
    test.assertEqual(_report(c, "type"), ({"old": 1207, "none": 125}, 1332))
    test.assertEqual(_rows(c, by_type=True)[f"{anna}:{old}"]["values"][:2], [107, 100])
    told = c.call("budget.history", year=2026, type=old, column="2026-01")["history"]
    test.assertEqual([(h["before"], h["minor"]) for h in told], [(7, 107), (None, 7)])
    test.assertEqual(refused(test, c, "type.delete", id=old).key, "list.used")


def reports_show_the_budget_beside_what_was_sold(test, c):
    people = _sellers(c, "Anna", "Bo")
    acme = c.customer("Acme")
    c.call("budget.set_total", year=2026, rows=[{"employee": people["Anna"], "total": 1200}, {"employee": people["Bo"], "total": 2400}])
    c.call("budget.set_total", year=2025, rows=[{"employee": people["Anna"], "total": 12}])
    c.invoice(customer=acme, lines=[5000], posted="2026-02-10T09:00:00Z", salesperson=people["Anna"])
    c.drain()
    report = c.report("sales", rows="seller", measures="invoiced,budget", **{"from": "2026-01", "to": "2026-12"})
    rows = {r["id"]: {k: v["minor"] for k, v in r["measures"].items()} for r in report["rows"]}
    test.assertEqual(rows, {people["Anna"]: {"invoiced": 5000, "budget": 1200}, people["Bo"]: {"invoiced": 0, "budget": 2400}})
    test.assertEqual(_report(c, "quarter", **{"from": "2026-01", "to": "2026-12"})[0], {f"2026-Q{q}": 900 for q in (1, 2, 3, 4)})
    test.assertEqual(_report(c, "year")[0], {"2025": 12, "2026": 3600})
    test.assertEqual(_report(c, "month", **{"from": "2026-03", "to": "2026-04"})[1], 600)
    test.assertEqual(_report(c, "month", **{"from": "2026-03-02", "to": "2026-04-30"})[1], 300, "a part of a month has no budget")
    two = c.report("sales", rows="seller", columns="quarter", measures="budget", **{"from": "2026-01", "to": "2026-12"})
    for row in two["rows"]:
        test.assertEqual(sum(col["measures"]["budget"]["minor"] for col in row["columns"]), row["measures"]["budget"]["minor"])
    test.assertNotIn("budget", c.report("sales")["totals"]["measures"], "only where it is asked for")
    for axis in ("campaign", "customer", "source", "step", "status", "project", "adjustment"):
        with test.assertRaises(Refused) as caught:
            c.report("sales", rows=axis, measures="budget")
        test.assertEqual(caught.exception.key, "report.measures.invalid", axis)


def a_fiscal_year_that_begins_in_july(test, c):
    c.call("company.update", fiscal_year_start_month=7)
    anna = _sellers(c, "Anna")["Anna"]
    c.call("budget.set_total", year=2026, rows=[{"employee": anna, "total": 10000}])
    loaded = c.call("budget.load", year=2026)
    test.assertEqual((loaded["columns"][0]["key"], loaded["columns"][11]["key"]), ("2026-07", "2027-06"))
    test.assertEqual(_report(c, "year"), ({"2026": 10000}, 10000))
    test.assertEqual(_report(c, "quarter")[0], {"2026-Q1": 2502, "2026-Q2": 2500, "2026-Q3": 2499, "2026-Q4": 2499})
    test.assertEqual(refused(test, c, "budget.set", year=2026, cells=[{"employee": anna, "column": "2026-06", "minor": 1}]).key, "budget.month.outside")
    # Moved to January: a year that would give a month two budgets is refused.
    c.call("company.update", fiscal_year_start_month=1)
    test.assertEqual(refused(test, c, "budget.set_total", year=2027, rows=[{"employee": anna, "total": 1}]).key, "budget.year.overlaps")
    c.call("budget.set_total", year=2028, rows=[{"employee": anna, "total": 1}])


def who_may_plan_for_whom(test, c):
    people = {name: c.employee(name) for name in ("me", "peer", "below", "other")}
    for code, parent in (("north", None), ("north_west", "north"), ("south", None)):
        c.call("group.create", title=code, code=code, kind="sales", parent=parent)
    for name, group in (("me", "north"), ("peer", "north"), ("below", "north_west"), ("other", "south")):
        c.call("group.add_member", group=group, employee=people[name], **{"from": "2025-01-01"})
    c.call("budget.set_total", year=2026, rows=[{"employee": e, "total": 12 * 10 ** n} for n, e in enumerate(people.values(), 1)])
    version = c.call("budget.list")["budgets"][0]["id"]
    c.call("role.create", name="planner", title="Planner")
    for right in ("sales_leads.budget", "sales_leads.opportunity.view", "sales_leads.opportunity.view_subtree", "sales_leads.opportunity.change",
                  "sales_leads.opportunity.change_group"):
        c.call("role.grant", role="planner", permission=right)
    sees = {"administrator": set(people), "sales_manager": {"me", "peer", "below"}, "planner": {"me", "peer", "below"}, "seller": None, "marketing": None, "reader": None}
    changes = {"administrator": set(people), "sales_manager": {"me", "peer", "below"}, "planner": {"me", "peer"}}
    amounts = {name: 12 * 10 ** n for n, name in enumerate(people, 1)}
    for role, seen in sees.items():
        user(c, role, [role], people["me"])
        host = c.as_user(role)
        if seen is None:
            for action, more in (("budget.load", {}), ("budget.set_total", {"rows": [{"employee": people["me"], "total": 1}]}), ("budget.history", {})):
                with test.assertRaises(Refused) as caught:
                    host.call(action, year=2026, **more)
                test.assertIn(caught.exception.key, ("permission.denied", "permission.missing"), f"{role}: {action}")
            continue
        loaded = host.call("budget.load", year=2026)
        test.assertEqual({r["name"] for r in loaded["rows"]}, seen, role)
        test.assertEqual({r["name"] for r in loaded["rows"] if not r["readonly"]}, changes[role], role)
        test.assertEqual(loaded["totals"]["total"], sum(amounts[n] for n in seen), f"{role}: the total is the sum of the rows")
        test.assertEqual(sum(g["total"] for g in loaded["groups"] if g["depth"] == 0), loaded["totals"]["total"], f"{role}: and of the groups")
        test.assertEqual(host.call("budget.list")["budgets"][0]["total"], loaded["totals"]["total"], role)
        test.assertEqual({h["name"] for h in host.call("budget.history", year=2026, limit=500)["history"]}, seen, role)
        for name, employee in people.items():
            want = None if name in changes[role] else "budget.change.right" if name in seen else "reference.not_found"
            try:
                host.call("budget.set", year=2026, cells=[{"employee": employee, "column": "2026-01", "minor": amounts[name] // 12}])
                said = None
            except Refused as error:
                said = error.key
            test.assertEqual(said, want, f"{role} changes {name}")
        whole = role == "administrator"
        for action, more in (("budget.lock", {"locked": False}), ("budget.activate", {}), ("budget.update", {"title": "2026"})):
            try:
                host.call(action, id=version, **more)
                said = None
            except Refused as error:
                said = error.key
            test.assertEqual(said, None if whole else "budget.version.right", f"{role}: {action}")
    # In reports a seller's own budget stands beside their own sales.
    test.assertEqual(_report(c, "seller", host=c.as_user("seller"))[1], 120)
    test.assertEqual(_report(c, "seller", host=c.as_user("sales_manager"))[1], 120 + 1200 + 12000)
    test.assertEqual(_report(c, "seller", host=c.as_user("reader"))[1], sum(amounts.values()))
    elsewhere = c.elsewhere(2)
    elsewhere.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
    test.assertEqual(elsewhere.call("budget.list")["budgets"], [])
    with test.assertRaises(Refused) as caught:
        elsewhere.call("budget.load", budget=version)
    test.assertEqual(caught.exception.key, "budget.not_found")


def out_to_a_file_and_in_again(test, c):
    people = _sellers(c, "Anna", "Bo")
    c.call("type.create", title="New", code="new")
    c.call("budget.set_total", year=2026, rows=[{"employee": people["Anna"], "total": 10000}, {"employee": people["Bo"], "type": "new", "total": 500}])
    rows = exported(test, c, "budget")
    test.assertEqual(len(rows), 24)
    test.assertEqual(sum(int(r["amount_minor"]) for r in rows), 10500)
    test.assertEqual((rows[0]["year"], rows[0]["budget"], rows[0]["employee_name"], rows[0]["month"], rows[0]["amount_minor"]), ("2026", "2026", "Anna", "2026-01", "834"))
    test.assertEqual(len(exported(test, c, "budget_history")), 24)
    test.assertEqual([r["title"] for r in exported(test, c, "budget_version")], ["2026"])
    taken = [{"employee": r["employee"], "type": r["type"] or None, "month": r["month"], "minor": int(r["amount_minor"]), "budget": "Copy"} for r in rows]
    c.call("budget.create", year=2026, title="Copy")
    batch = c.call("import.begin", entity="budget", title="Back again")["batch"]
    test.assertEqual(c.call("budget.import", rows=taken, dry_run=True)["created"], 24)
    done = c.call("budget.import", rows=taken, batch=batch)
    test.assertEqual((done["created"], done["rejected"]), (24, []))
    test.assertEqual(c.call("budget.import", rows=taken, batch=batch, row_numbers=list(range(1, 25)))["skipped"], 24)
    copy = next(b for b in c.call("budget.list")["budgets"] if b["title"] == "Copy")
    test.assertEqual(copy["total"], 10500)
    c.call("budget.set", budget=copy["id"], cells=[{"employee": people["Anna"], "column": "2026-01", "minor": 1}])
    undone = c.call("import.undo", batch=batch)
    test.assertEqual((undone["undone"], [x["key"] for x in undone["left"]]), (23, ["import.undo.changed"]))
    copy = next(b for b in c.call("budget.list")["budgets"] if b["title"] == "Copy")
    test.assertEqual(copy["total"], 1)
    bad = [{"employee": "Anna", "month": "2026-01", "minor": 5}, {"employee": "Nobody", "month": "2026-01", "minor": 5}, {"employee": "Anna", "month": "2026-13", "minor": 5},
           {"employee": "Anna", "month": "2026-01", "minor": 6}]
    told = c.call("budget.import", rows=bad)
    test.assertEqual([(r["row"], r["key"]) for r in told["rejected"]], [(2, "reference.not_found"), (3, "budget.month.invalid"), (4, "budget.cell.twice")])
    test.assertEqual(_values(c, people["Anna"])[0], 834)
    test.assertEqual(c.call("budget.import", rows=bad, keep_good=True)["updated"], 1)
    test.assertEqual(_values(c, people["Anna"])[0], 5)


def _even(total):
    """Twelve months of a total: units dealt out in turn, as cards."""
    rounds, left = divmod(total, 12)
    return [rounds + 1] * left + [rounds] * (12 - left)


def a_random_year_keeps_its_sums(test, c):
    """What a plain table in this test holds is what the module shows: rows, groups, types, totals, report, history."""
    rng = random.Random(20261)
    groups = ["g1", "g2", "g3"]
    for n, code in enumerate(groups):
        c.call("group.create", title=code, code=code, kind="sales", parent=groups[n - 1] if n == 2 else None)
    people, held = [], {}
    for n in range(6):
        employee = c.employee(f"P{n}")
        people.append(employee)
        day, held[employee] = 1, {}
        for code in rng.sample(groups, rng.choice((1, 2))):
            last = rng.randint(day, 12)
            c.call("group.add_member", group=code, employee=employee, **{"from": f"2026-{day:02d}-01", "to": None if last == 12 else f"2026-{last:02d}-28"})
            for month in range(day, last + 1):
                held[employee][month - 1] = code
            day = last + 1
            if day > 12:
                break
    kinds = [None] + [c.call("type.create", title=t, code=t)["id"] for t in ("ta", "tb")]
    table, changes = {}, 0
    for _ in range(60):
        employee, kind = rng.choice(people), rng.choice(kinds)
        before = [table.get((employee, kind, m)) for m in range(12)]
        if rng.random() < 0.5:
            total = rng.choice((0, 1, 11, 13, rng.randrange(10 ** rng.randint(1, 12))))
            c.call("budget.set_total", year=2026, rows=[{"employee": employee, "type": kind, "total": total}] if kind is not None else
                   [{"row": f"{employee}:0", "total": total}])
            after = _even(total)
        else:
            after = list(before)
            cells = {rng.randrange(12): rng.choice((None, 0, rng.randrange(10 ** 9))) for _ in range(3)}
            c.call("budget.set", year=2026, cells=[{"row": f"{employee}:{kind or 0}", "column": MONTHS[m], "minor": v} for m, v in cells.items()])
            for m, v in cells.items():
                after[m] = v
        for m in range(12):
            changes += before[m] != after[m]
            table[(employee, kind, m)] = after[m]
    sums = lambda key: _sums(table, key)  # noqa: E731
    loaded = c.call("budget.load", year=2026, by_type=True)
    for row in loaded["rows"]:
        test.assertEqual(row["values"], [table.get((row["employee"], row["type"], m)) for m in range(12)], row["label"])
    months = sums(lambda e, k, m: m)
    test.assertEqual([v or 0 for v in loaded["totals"]["values"]], [months.get(m, 0) for m in range(12)])
    own = sums(lambda e, k, m: held[e].get(m, "none"))
    below = {"g1": own.get("g1", 0), "g2": own.get("g2", 0) + own.get("g3", 0), "g3": own.get("g3", 0), "none": own.get("none", 0)}
    titles = {g["label"] if g["key"] != "none" else "none": g["total"] for g in c.call("budget.load", year=2026)["groups"]}
    test.assertEqual({k: titles.get(k, 0) for k in below}, below)
    for axis, want in (("month", {MONTHS[m]: v for m, v in months.items()}), ("group", own),
                       ("type", sums(lambda e, k, m: {None: "none", kinds[1]: "ta", kinds[2]: "tb"}[k]))):
        got, total = _report(c, axis)
        test.assertEqual({k: v for k, v in got.items() if v}, {k: v for k, v in want.items() if v}, axis)
        test.assertEqual(total, sum(months.values()), axis)
    told = _history(c)
    test.assertEqual(len(told), changes)
    last = {}
    for entry in reversed(told):
        key = (entry["employee"], entry["type"], entry["column"])
        test.assertEqual(entry["before"], last.get(key), "each change begins where the last one ended")
        last[key] = entry["minor"]
    test.assertEqual({(e, k, MONTHS[m]): v for (e, k, m), v in table.items() if v is not None}, {k: v for k, v in last.items() if v is not None})


def _sums(table, key):
    sums = {}
    for (employee, kind, month), minor in table.items():
        place = key(employee, kind, month)
        sums[place] = sums.get(place, 0) + (minor or 0)
    return sums


def _history(c):
    entries, after = [], None
    while True:
        page = c.call("budget.history", year=2026, limit=100, after=after)
        entries += page["history"]
        after = page["next"]
        if after is None:
            return entries


Budget = cases(globals(), "Budget")

if __name__ == "__main__":
    unittest.main()
