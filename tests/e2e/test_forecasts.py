# SPDX-License-Identifier: Apache-2.0
"""Forecasts of a company with a history: a deal's chance by the last night's model, and what must hold of every report along
any two axes: cells add up to rows, columns and totals, and nobody's totals hold what they may not see."""
import csv
import json
import os
import pathlib
import sys
import unittest
import zipfile
from xml.etree import ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sales_side import cases, module_rows  # noqa: E402
from test_reports import ORDER, STEPS, Deals, _half_up  # noqa: E402

KEPT = "select as_of, length(model) as size from sl_forecast_model"


def _year(c):
    """A hundred and twenty deals of eight months, most of them closed; the rest is open and stands in every step."""
    for at in range(120):
        begun = at * 2
        c.on(_date(begun))
        c.begin(f"Deal {at}", ("anna", "bo", "cleo")[at % 3], 10_000 + 137 * at, step=ORDER[at % 3], planned=_date(begun + 60))
        if at >= 20:
            earlier = at - 20
            if earlier % 6:
                c.end(f"Deal {earlier}", "won" if earlier % 5 < 2 else "lost")
    c.on(_date(245))


def _date(day):
    month, rest = divmod(day, 28)
    return f"2025-{month + 1:02d}-{rest + 1:02d}"


def _told(c, titles):
    return {t: c.call("forecast.opportunity", id=c.deals[t]["id"]) for t in titles}


def a_deal_is_told_by_the_last_nights_model(test, c):
    """The same answer as a model made for it alone; what is known of the deal itself is today's; the next forecast brings the
    next model."""
    _year(c)
    still = [t for t, d in c.deals.items() if d["status"] == "open"]
    test.assertGreater(len(still), 30)
    test.assertEqual(module_rows(c, KEPT), [])
    made_for_it = _told(c, still)
    test.assertTrue(all(told["learnt"] for told in made_for_it.values()), "enough history to learn from")
    test.assertGreater(len({told["chance"] for told in made_for_it.values()}), 5)
    c.call("forecast.snapshot")
    test.assertEqual(len(module_rows(c, KEPT)), 1)
    test.assertEqual(_told(c, still), made_for_it)
    # What others do meanwhile does not reach the model before the night; the deal's own step does at once.
    young = still[-10:]
    asked, moved = young[0], next(t for t in young[1:] if c.deals[t]["visits"][-1][0] == ORDER[0])
    for title in still[:-10]:
        c.end(title, "won")
    test.assertEqual(_told(c, [asked])[asked], made_for_it[asked])
    c.go(moved, ORDER[3])
    test.assertNotEqual(_told(c, [moved])[moved]["chance"], made_for_it[moved]["chance"])
    c.call("forecast.snapshot")
    test.assertNotEqual(_told(c, [asked])[asked]["chance"], made_for_it[asked]["chance"], "twenty more were won")
    # A seller who came today is none that the model knows.
    c.people["dora"] = c.employee("dora")
    c.begin("Of the new one", "dora", 20_000, planned=_date(300))
    test.assertGreater(float(_told(c, ["Of the new one"])["Of the new one"]["chance"]), 0)
    # A back-dated forecast is no reason to forget today's model.
    kept = module_rows(c, KEPT)
    c.call("forecast.backtest", months=1)
    test.assertEqual(module_rows(c, KEPT), kept)


def _sheet(file):
    """The cells of a workbook as another program reads them."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(file) as book:
        texts = ["".join(t.text or "" for t in one.iterfind(".//m:t", space)) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))] \
            if "xl/sharedStrings.xml" in book.namelist() else []
        rows = []
        for row in ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iterfind(".//m:row", space):
            cells = {}
            for cell in row.iterfind("m:c", space):
                column = sum((ord(c) - 64) * 26 ** at for at, c in enumerate(reversed([c for c in cell.get("r") if c.isalpha()])))
                cells[column - 1] = texts[int(cell.find("m:v", space).text)] if cell.get("t") == "s" else "".join(t.text or "" for t in cell.iterfind(".//m:t", space))
            rows.append(cells)
        return rows


def every_report_is_a_workbook_of_the_same_cells(test, c):
    """By the command line: what the CSV holds, under headings as people read them; no other way to name the file."""
    _year(c)
    c.call("forecast.snapshot")
    c.stop()
    names = sorted(f.stem for f in (pathlib.Path(__file__).resolve().parents[2] / "schemas" / "reports").glob("*.json"))
    test.assertGreaterEqual(len(names), 15)
    filled = 0
    for name in names:
        params = json.dumps({"month": "2025-08", "rate": "5"} if name == "commission" else {})
        made = c.cli("report", name, "--params", params, "--format", "csv")
        test.assertEqual(made.returncode, 0, made.stderr)
        lines = list(csv.reader(made.stdout.splitlines()))
        file = c.folder / f"{name}.xlsx"
        done = c.cli("report", name, "--params", params, "--format", "xlsx", "--file", str(file))
        test.assertEqual((done.returncode, done.stdout.strip()), (0, str(file)), done.stderr)
        sheet = _sheet(file)
        keyed = 1 if lines and lines[0][:1] == ["key"] else 0
        test.assertEqual([{at: text for at, text in enumerate(line[keyed:]) if text} for line in lines[1:]], sheet[1:], name)
        filled += len(sheet) > 1
    test.assertGreater(filled, 7)
    test.assertEqual(c.cli("report", "sales", "--format", "xlsx").returncode, 2)
    test.assertEqual(c.cli("report", "sales", "--format", "csv", "--file", "x.csv").returncode, 2)


AXES = ("month", "quarter", "year", "seller", "group", "customer", "project", "type", "source", "medium", "campaign", "step", "status", "currency")
BY_REPORT = {"pipeline": (AXES, ("amount", "weighted")),
             "sales": (AXES, ("offered", "ordered", "invoices", "credits", "invoiced")),
             "forecast": (AXES,
                          ("amount", "weighted", "expected", "commit", "best_case"))}


def _minor(cell, name):
    return (cell["measures"].get(name) or {"minor": 0})["minor"]


def any_two_axes_add_up_and_no_total_holds_what_one_may_not_see(test, c):
    """Every pair of axes of every report: cells, rows, columns and the total agree, the total is the same whatever the axes,
    and it is what a plain sum over the deals and documents that the user sees gives."""
    c.on("2026-01-05")
    source, kind = c.call("source.create", title="Fair", code="fair_x")["id"], c.call("type.create", title="Lease", code="lease_x")["id"]
    groups = [c.call("group.create", title=t, code=t)["id"] for t in ("north", "south")]
    for name, group in (("anna", groups[0]), ("bo", groups[1])):
        c.call("group.add_member", group=group, employee=c.people[name], **{"from": "2025-01-01"})
    campaign = c.campaign("Spring", "spring")
    for at, (owner, shares) in enumerate((("anna", None), ("bo", None), ("bo", [("anna", 3333), ("bo", 6667)]), ("cleo", None),
                                          ("anna", [("anna", 5000), ("cleo", 5000)]), ("cleo", [("bo", 2500), ("cleo", 7500)]))):
        c.begin(f"D{at}", owner, 100_001 + 999 * at, step=ORDER[at % 4], planned=f"2026-0{1 + at % 5}-1{at}", shares=shares,
                campaign=campaign if at % 2 else None, type=kind if at % 3 else None, source=source if at % 4 else None)
    for title, deal in c.deals.items():
        c.call("forecast.set_category", id=deal["id"], category={"D1": "commit", "D4": "best_case"}.get(title, "pipeline"))
    for at, name in enumerate(("anna", "bo", "cleo")):
        order = c.order(c.deals[f"D{at}"]["customer"], [7_001 + at, 333], confirmed="2026-01-10T10:00:00Z", salesperson=c.people[name])
        c.invoice("2026-02-10T10:00:00Z", [{"net": 5_003 + at, "sources": [{"order_line": order["lines"][0]}]}],
                  customer=c.deals[f"D{at}"]["customer"], salesperson=c.people[name])
        c.invoice("2026-03-10T10:00:00Z", [-1_001], credit=True, customer=c.deals[f"D{at}"]["customer"], salesperson=c.people[name])
    c.on("2026-03-31")
    c.drain()
    c.call("forecast.snapshot")
    of_customer = {r["id"]: _minor(r, "expected") for r in c.report("forecast", as_of="2026-03-31", rows="customer")["rows"]}
    expected = {t: of_customer[d["customer"]] for t, d in c.deals.items()}
    test.assertTrue(all(value > 0 for value in expected.values()))
    grand = {}
    for who in (None, "anna"):
        host, seen = c.asks(who), c.seen_by(who)
        whole = {"amount": sum(d["amount"] for d in seen.values()),
                 "weighted": sum(_half_up(d["amount"] * STEPS[d["visits"][-1][0]], 10_000) for d in seen.values()),
                 "commit": sum(d["amount"] for t, d in seen.items() if t == "D1"), "best_case": sum(d["amount"] for t, d in seen.items() if t == "D4"),
                 "expected": sum(expected[t] for t in seen)}
        for report, (axes, measures) in BY_REPORT.items():
            for rows in axes:
                for columns in axes:
                    if rows == columns:
                        continue
                    asked = {"rows": rows, "columns": columns, **({"as_of": "2026-03-31"} if report == "forecast" else {})}
                    answer = host.report(report, **asked)
                    for name in measures:
                        place = f"{who}: {report} {rows} x {columns}: {name}"
                        total = _minor(answer["totals"], name)
                        by_column = {}
                        for row in answer["rows"]:
                            test.assertEqual(sum(_minor(cell, name) for cell in row["columns"]), _minor(row, name), place)
                            for cell in row["columns"]:
                                by_column[cell["key"]] = by_column.get(cell["key"], 0) + _minor(cell, name)
                        test.assertEqual(sum(_minor(row, name) for row in answer["rows"]), total, place)
                        test.assertEqual({k: v for k, v in by_column.items() if v},
                                         {cell["key"]: _minor(cell, name) for cell in answer["totals"]["columns"] if _minor(cell, name)}, place)
                        test.assertEqual(grand.setdefault((who, report, name), total), total, place)
                        if report != "sales" and name in whole:
                            test.assertEqual(total, whole[name], place)
    by_seller = {r["id"]: r for r in c.report("sales", rows="seller")["rows"]}
    for name in BY_REPORT["sales"][1][1:]:  # what was sold is told by its seller's part alone
        test.assertEqual(grand["anna", "sales", name], _minor(by_seller[c.people["anna"]], name), name)
        test.assertNotEqual(grand["anna", "sales", name], grand[None, "sales", name], name)


Forecasts = cases(globals(), "Forecasts", make=Deals)

if __name__ == "__main__":
    unittest.main()
