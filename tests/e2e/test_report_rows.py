# SPDX-License-Identifier: Apache-2.0
"""How many rows and columns a report tells apart: the largest of its first measure, and one more that holds exactly the rest. The whole
report (limit 0) cut here in plain Python; the whole itself is recounted in test_pipeline_sums.py and by the oracle."""
import csv
import datetime
import io
import json
import os
import random
import re
import sys
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, percent  # noqa: E402
from sales_side import cases, module_rows, user  # noqa: E402

AXES = ("month", "seller", "group", "customer", "project", "type", "source", "campaign", "step", "status", "medium", "currency")


def _value(measure):
    return measure["minor"] if isinstance(measure, dict) else measure


def _plus(parts):
    """The measures of several cells as one."""
    sums = {}
    for part in parts:
        for name, measure in part["measures"].items():
            sums[name] = sums.get(name, 0) + _value(measure)
    return sums


def _figures(cell):
    return {name: _value(measure) for name, measure in cell["measures"].items()}


def _cut(entries, limit, first):
    """(shown, rest) of rows or columns."""
    if limit == 0 or len(entries) <= limit:
        return entries, []
    place = {id(one): number for number, one in enumerate(entries)}
    order = sorted(entries, key=lambda one: (-abs(_value(one["measures"][first])), one["id"], place[id(one)]))
    chosen = {id(one) for one in order[:limit]}
    return [one for one in entries if id(one) in chosen], order[limit:]


def _told(answer):
    """An answer without what may be said in several ways."""
    def cells(row):
        return [(c["key"], c.get("others"), _figures(c)) for c in row.get("columns", [])]
    return [(row["key"], row.get("others"), _figures(row), cells(row)) for row in answer["rows"]], _figures(answer["totals"]), cells(answer["totals"])


def _cut_answer(whole, limit, first):
    """What _told must say of the whole answer with a limit."""
    shown, rest = _cut(whole["rows"], limit, first)
    columns, more = _cut(whole["totals"].get("columns", []), limit, first)
    keys, others = [c["key"] for c in columns], {c["key"] for c in more}

    def cells(rows):
        found = [(key, None, _plus([c for row in rows for c in row.get("columns", []) if c["key"] == key])) for key in keys]
        rest_cells = [c for row in rows for c in row.get("columns", []) if c["key"] in others]
        return [one for one in found if one[2]] + ([("others", len(more), _plus(rest_cells))] if rest_cells else [])
    rows = [(row["key"], None, _figures(row), cells([row])) for row in shown]
    if rest:
        rows.append(("others", len(rest), _plus(rest), cells(rest)))
    return rows, _figures(whole["totals"]), cells([whole["totals"]])


def _go_far(c, table):
    """The next ids of the table lie so far on that reports read them in another slice."""
    if c.backend.name != "sqlite":
        c.backend.change(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}) + 70000)")
        return
    columns = [r["name"] for r in c.backend.rows(f"select name from pragma_table_info('{table}')")]
    other = {"id": "id + 70000", "company_id": "999"}
    c.backend.change(f"insert into {table} ({', '.join(columns)}) select {', '.join(other.get(name, name) for name in columns)} from {table} "
                     f"where id = (select max(id) from {table})")


def _make(c):
    chance = random.Random(77)
    people = [c.employee(f"Säljare {i}") for i in range(4)]
    c.group("Nord", "n", people[:2])
    c.group("Syd", "s", people[2:3])
    user(c, "anna", ["seller"], people[0])
    campaigns = [c.campaign(f"Kampanj {i}", medium=medium) for i, medium in enumerate(("post", "mässa", "post"))]
    c.rate("EUR", "2025-01-01", "11.2345")
    customers = [c.customer(f"Kund {i}") for i in range(9)]
    projects = [c.project(f"Projekt {i}", customer=customers[i]) for i in range(4)]
    for i in range(30):
        first = chance.randrange(1, 99) * 100 + 1
        sellers = [{"employee": people[0], "share": percent(first)}, {"employee": chance.choice(people[1:]), "share": percent(10_000 - first)}]
        c.call("opportunity.create", title=f"Affär {i}", customer=customers[i % 9], project=chance.choice((None, *projects)) if i % 9 < 4 else None,
               owner=chance.choice(people), amount={"minor": chance.randrange(1, 100_000), "currency": chance.choice(("SEK", "EUR"))},
               planned_close=chance.choice((None, f"2025-0{chance.randrange(1, 6)}-{chance.randrange(1, 29):02d}")),
               type=chance.choice((None, "new_sale", "add_on")), source=chance.choice((None, "web", "fair")), campaign=chance.choice((None, *campaigns)),
               step=chance.choice(("first_meeting", "offer", "negotiation")), sellers=chance.choice((None, sellers)), effective_at="2025-01-02T08:00:00Z", start="2025-01-01")
        if i % 10 == 9:
            _go_far(c, "sl_opportunity")
    for i in range(14):
        order = c.order(customers[i % 9], [chance.randrange(1, 90_000) for _ in range(chance.randrange(1, 4))], confirmed=f"2025-0{1 + i % 5}-1{i % 9}T09:00:00Z",
                        salesperson=people[i % 4])
        invoice = c.invoice(f"2025-0{2 + i % 5}-1{i % 9}T09:00:00Z", order=order["id"])
        if i % 4 == 0:
            c.credit("2025-07-01T09:00:00Z", invoice=invoice["id"])
            c.drain()
            _go_far(c, "sl_ledger")
    c.drain()
    c.call("customer.merge", id=customers[8], into=customers[0])
    c.drain()
    return customers


def rows_and_columns_beyond_the_limit_are_one(test, c):
    _make(c)
    told = 0
    for caller in (c, c.as_user("anna")):
        for name, measures in (("pipeline", (None, "amount", "weighted,count")), ("sales", (None, "invoiced,ordered", "credits"))):
            for rows, columns in [*((axis, None) for axis in AXES), ("customer", "month"), ("month", "customer"), ("project", "customer"), ("customer", "seller"),
                                  ("seller", "status"), ("group", "customer")]:
                for asked in measures:
                    whole = caller.report(name, rows=rows, columns=columns, measures=asked, limit=0)
                    first = (asked or {"pipeline": "count", "sales": "offered"}[name]).split(",")[0]
                    test.assertFalse([row for row in whole["rows"] if "others" in row])
                    for limit in (1, 3):
                        about = f"{name} by {rows} and {columns}, {asked}, at most {limit}"
                        answer = caller.report(name, rows=rows, columns=columns, measures=asked, limit=limit)
                        test.assertEqual(_told(answer), _cut_answer(whole, limit, first), about)
                        told += len(whole["rows"]) > limit
                    test.assertEqual(caller.report(name, rows=rows, columns=columns, measures=asked), whole, f"{name} by {rows}: a thousand hold all of these")
    test.assertGreater(told, 150)


def a_limit_goes_with_filters_and_spans(test, c):
    customers = _make(c)
    for name in ("pipeline", "sales"):
        for more in ({"filter": {"status": "open"}}, {"filter": {"customer": [str(customers[0]), str(customers[1]), "none"]}}, {"from": "2025-02-10", "to": "2025-05"},
                     {"filter": {"project": "none", "seller": "none"}}, {"filter": {"group": "n"}, "from": "2025-01", "to": "2025-04"}):
            for rows in ("customer", "project", "seller", "group"):
                whole = c.report(name, rows=rows, limit=0, **more)
                first = {"pipeline": "count", "sales": "offered"}[name]
                test.assertEqual(_told(c.report(name, rows=rows, limit=2, **more)), _cut_answer(whole, 2, first), (name, rows, more))
    # A customer that was merged is the one that took its place.
    both = c.report("pipeline", rows="customer", filter={"customer": str(customers[0])})
    test.assertEqual([row["id"] for row in both["rows"]], [customers[0]])
    test.assertEqual(c.report("pipeline", rows="customer", filter={"customer": str(customers[8])})["rows"], [])
    for name in ("pipeline", "sales"):
        row = next(row for row in c.report(name, rows="customer", limit=0)["rows"] if row["id"] == customers[0])
        test.assertEqual(c.report(name, rows="customer", filter={"customer": str(customers[0])})["rows"], [row], f"{name}: with all that the merged one had")


def a_deal_of_several_sellers_is_one_deal(test, c):
    """Counted out of the tables: wherever sellers are not told apart a deal counts once, if any of its sellers passes the filter; a seller's or a
    group's figures hold each share. By sums, by rows of the opportunities, and as a forecast froze them."""
    _make(c)
    deals = {r["id"]: r for r in module_rows(c, "select id, customer_id, project_id, type_id, campaign_id, owner_id, planned_close from sl_opportunity where company_id = 1")}
    sets, shares = {}, {}
    for r in module_rows(c, "select opportunity_id as id, effective_at, set_no, employee_id from sl_opportunity_seller order by 1, 2, 3, 4"):
        if sets.get(r["id"]) != (r["effective_at"], r["set_no"]):
            sets[r["id"]], shares[r["id"]] = (r["effective_at"], r["set_no"]), []
        shares[r["id"]].append(r["employee_id"])
    merged = {r["id"]: r["merged_into"] for r in c.backend.rows("select id, merged_into from erp_customer where merged_into > 0")}
    people = sorted({one for parts in shares.values() for one in parts})
    groups = {people[0]: "n", people[1]: "n", people[2]: "s"}
    test.assertGreater(sum(len(parts) > 1 for parts in shares.values()), 5)

    def key(axis, deal, seller):
        if axis == "seller":
            return seller
        if axis == "month":
            return (datetime.date(1970, 1, 1) + datetime.timedelta(days=deal["planned_close"])).isoformat()[:7] if deal["planned_close"] is not None else "none"
        return merged.get(deal["customer_id"], deal["customer_id"]) if axis == "customer" else deal[axis + "_id"] or 0

    def counted(axes, passes, dated):
        """For each key along the axes how many: of shares where an axis is of sellers, else of deals."""
        cells = {}
        for number, deal in deals.items():
            if dated and deal["planned_close"] is None:
                continue
            for seller in shares.get(number, [deal["owner_id"]]):
                if passes(seller):
                    cells.setdefault(tuple(key(axis, deal, seller) for axis in axes), []).append((number, seller) if "seller" in axes else number)
        return {place: len(set(found)) for place, found in cells.items()}
    c.call("forecast.snapshot")
    day = datetime.datetime.fromisoformat(c.call("forecast.snapshots")["snapshots"][0]["as_of"]).date().isoformat()
    filters = [({}, lambda seller: True)] + [({"seller": [str(one) for one in some]}, lambda seller, some=some: seller in some)
                                             for some in (people[:1], people[1:3], people)]
    filters.append(({"group": "n"}, lambda seller: groups.get(seller) == "n"))

    def name(axis, entry):
        return entry["key"] if axis == "month" else entry["id"]
    for report, more in (("pipeline", {}), ("pipeline", {"from": "2025-01-02"}), ("pipeline", {"as_of": day}), ("forecast", {"as_of": day})):
        dated = "from" in more
        for chosen, passes in filters:
            for rows, columns in (("customer", None), ("month", None), ("seller", None), ("customer", "month"), ("customer", "seller"), ("seller", "month"),
                                  ("type", "seller"), ("campaign", "type"), ("project", "customer")):
                about = f"{report} {more} by {rows} and {columns}, {chosen}"
                answer = c.report(report, rows=rows, columns=columns, filter=chosen, measures="count", limit=0, **more)
                told = {(name(rows, row),): row["measures"]["count"] for row in answer["rows"] if row["measures"]["count"]}
                test.assertEqual(told, counted((rows,), passes, dated), about)
                test.assertEqual(answer["totals"]["measures"]["count"], counted((), passes, dated).get((), 0), about)
                if columns:
                    cells = {(name(rows, row), name(columns, cell)): cell["measures"]["count"] for row in answer["rows"] for cell in row["columns"] if cell["measures"]["count"]}
                    test.assertEqual(cells, counted((rows, columns), passes, dated), about)
                    test.assertEqual({(name(columns, cell),): cell["measures"]["count"] for cell in answer["totals"]["columns"] if cell["measures"]["count"]}, counted((columns,), passes, dated), about)


def what_is_written_to_files_holds_the_others_too(test, c):
    _make(c)
    params = json.dumps({"rows": "customer", "limit": 3, "measures": "amount"})
    answer = c.report("pipeline", rows="customer", limit=3, measures="amount")
    rest = answer["rows"][-1]
    test.assertEqual((rest["key"], rest["others"], rest["label"]), ("others", 5, "5 others"))
    lines = list(csv.reader(io.StringIO(c.cli("report", "pipeline", "--params", params, "--format", "csv").stdout)))
    test.assertEqual([line[0] for line in lines], ["key", *(row["key"] for row in answer["rows"]), "total"])
    test.assertEqual(lines[4][:3], ["others", "5 others", f"{rest['measures']['amount']['minor'] // 100}.{rest['measures']['amount']['minor'] % 100:02d}"])
    test.assertIn("5 others", c.cli("report", "pipeline", "--params", params, "--format", "table").stdout)
    file = c.folder / "rows.xlsx"
    done = c.cli("report", "pipeline", "--params", params, "--format", "xlsx", "--file", str(file))
    test.assertEqual(done.returncode, 0, done.stderr)
    with zipfile.ZipFile(file) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    test.assertIn("5 others", text)
    whole = c.cli("report", "pipeline", "--params", json.dumps({"rows": "customer", "limit": 0}), "--format", "csv").stdout
    test.assertFalse(re.search("others", whole))
    with test.assertRaisesRegex(Refused, "limit"):
        c.report("pipeline", rows="customer", limit=-1)


ReportRows = cases(globals(), "ReportRows", Company)

if __name__ == "__main__":
    unittest.main()
