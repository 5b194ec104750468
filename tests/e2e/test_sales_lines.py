# SPDX-License-Identifier: Apache-2.0
"""The lines behind a number of the sales report: their sum is the number, each is what the ledger's own rows come to, and together a
report's rows hold every line once. A random company with all that an axis can meet, for who sees all, a group, and their own alone."""
import collections
import datetime
import itertools
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import MEASURES, Company, Refused  # noqa: E402
from sales_side import cases, module_rows, user  # noqa: E402
from test_random_worlds import RandomWorld, date  # noqa: E402

AXES = ("month", "quarter", "year", "seller", "group", "customer", "project", "type", "source", "campaign", "medium", "step", "status", "currency",
        "adjustment")
PAIRS = (("month", "seller"), ("group", "month"), ("customer", "quarter"), ("campaign", "medium"), ("type", "group"), ("step", "status"), ("currency", "project"),
         ("seller", "customer"), ("month", "adjustment"), ("source", "currency"))
ALL = (*MEASURES, "invoiced")
NAMES = ("document_kind", "document_id", "line_id", "opportunity_id", "campaign_id", "seller_id", "customer_id", "project_id", "measure", "currency",
         "effective_date", "corrects_date")


def _company(c, seed):
    """A company of random documents; then groups below groups, kinds of deals, merged customers, closed days."""
    world = RandomWorld(seed, None, company=c)
    for number in range(45):
        world.step()
        if number % 9 == 0:
            c.drain()
    above = c.group("Nordic", "nordic", world.employees[4:])  # who is in it, and who is in one below it
    c.call("group.update", id=next(g for g, code in c.groups.items() if code == "north"), parent=above)
    group = {code: number for number, code in c.groups.items()}
    c.call("group.end_member", group=group["north"], employee=world.employees[1], to=date(44))
    c.call("group.add_member", group=group["south"], employee=world.employees[1], **{"from": date(45)})
    for login, roles, employee in (("anna", ["seller"], world.employees[0]), ("maria", ["sales_manager"], world.employees[4]), ("new", ["seller"], None)):
        user(c, login, roles, employee)
    other = c.call("pipeline.create", title="Partners", steps_of=c.pipeline)["id"]
    steps = [step for step in c.call("step.list")["steps"] if step["code"] == "offer"]
    assert len(steps) == 2, "two steps of one code"
    twin = next(step["id"] for step in steps if step["pipeline"] == other)
    for number, campaign in enumerate(world.campaigns):
        c.call("campaign.update", id=campaign, medium=("post", "fair", "post", None)[number])
    for number, deal in enumerate(world.opportunities):
        c.call("opportunity.update", id=deal, type=("new_sale", "add_on", None)[number % 3], source=("web", "fair", None, "web")[number % 4])
        try:
            if number % 3 == 0:
                c.call("opportunity.update", id=deal, pipeline=other, step=twin)
            elif number % 3 == 1:
                c.call("opportunity.set_step", id=deal, step="offer")
        except Refused:
            pass  # closed deals stay where they are
    c.drain()
    c.call("period.close", through=date(70), reason="reported")
    for _ in range(15):
        world.step()
    c.call("customer.merge", id=world.customers[3], into=world.customers[1])
    c.drain()
    return world


def _ledger(c, sellers=None):
    """{what tells lines apart: (document's amount, company's amount)} out of the module's own rows."""
    sums = collections.defaultdict(lambda: [0, 0])
    for row in module_rows(c, f"select {', '.join(NAMES)}, document_minor, company_minor from sl_ledger"):
        if sellers is None or row["seller_id"] in sellers:
            one = sums[tuple(row[n] for n in NAMES)]
            one[0] += row["document_minor"]
            one[1] += row["company_minor"]
    return {key: tuple(value) for key, value in sums.items() if any(value)}


EPOCH = "1970-01-01"


def _day(text):
    return None if text is None else (datetime.date.fromisoformat(text) - datetime.date.fromisoformat(EPOCH)).days


def _identity(row):
    """A line's place in the ledger out of its key; what people read must say the same."""
    day, kind, document, line, deal, campaign, seller, customer, project, measure, currency, corrects = row["key"].split("/")
    assert (day, kind, int(document), measure, corrects or None) == (row["date"], row["document_kind"], row["id"], row["measure"], row["corrects"]), row
    assert int(campaign) == (row["campaign"] or {"id": 0})["id"] and int(seller) == (row["seller"] or {"id": 0})["id"], row
    return (kind, int(document), int(line), int(deal), int(campaign), int(seller), int(customer), int(project), measure, currency, _day(day), _day(corrects or None))


class _Lines:
    def __init__(self, test, caller, ledger, chance):
        self.test, self.caller, self.ledger, self.chance, self.asked = test, caller, ledger, chance, 0

    def of(self, measure, **place):
        """All lines of a number, page by page; each is the ledger's, none comes twice, they come newest first."""
        test, found, limit, after, told = self.test, {}, self.chance.choice((1, 3, 40, 200)), None, None
        days = []
        while True:
            page = self.caller.report("sales_lines", measure=measure, limit=limit, after=after, **place)
            self.asked += 1
            told = page["totals"]["measures"]["amount"]["minor"] if after is None else told
            test.assertLessEqual(len(page["rows"]), limit)
            for row in page["rows"]:
                key = _identity(row)
                test.assertNotIn(key, found, f"{place}: {key} comes twice")
                test.assertIn(key, self.ledger, f"{place}: no such line")
                own, company = self.ledger[key]
                foreign = row["measures"]["document_amount"]
                test.assertEqual((row["measures"]["amount"]["minor"], foreign and foreign["minor"]), (company, own if foreign else None), key)
                test.assertIn(key[8], (measure,) if measure != "invoiced" else ("invoices", "credits"))
                found[key] = company
                days.append(row["date"])
            after = page["next"]
            if after is None:
                break
            test.assertEqual(len(page["rows"]), limit, "a page before the last is full")
        test.assertEqual(days, sorted(days, reverse=True), place)
        test.assertEqual(sum(found.values()), told, f"{measure} of {place}: the sum above the lines")
        return found


def _place(name, cell):
    return {f"{name}_others": True} if "others" in cell else {name: cell["key"], f"{name}_id": cell["id"]}


def _wanted(ledger, measure):
    return {key for key in ledger if key[8] == measure or measure == "invoiced" and key[8] in ("invoices", "credits")}


def _axis(test, lines, axis, **more):
    """Every number of a report along one axis, and all lines once."""
    answer = lines.caller.report("sales", rows=axis, **{k: v for k, v in more.items() if k in ("from", "to", "filter")},
                                 **({"limit": more["most"]} if "most" in more else {}))
    for measure in ALL:
        seen = []
        for row in answer["rows"]:
            found = lines.of(measure, rows=axis, **_place("row", row), **more)
            test.assertEqual(sum(found.values()), row["measures"][measure]["minor"], f"{measure} of {axis} {row['key']} {more}")
            seen += found
        whole = lines.of(measure, rows=axis, **more)
        test.assertEqual(sum(whole.values()), answer["totals"]["measures"][measure]["minor"])
        # A heading whose lines come to nothing need not be a row of the report; what has a row stands in one alone.
        test.assertEqual(len(seen), len(set(seen)), f"{measure} by {axis}: a line in two rows")
        left = set(whole) - set(seen)
        test.assertLessEqual(set(seen), set(whole))
        test.assertEqual(sum(whole[key] for key in left), 0, f"{measure} by {axis}")
        if not more:
            test.assertEqual(set(whole), _wanted(lines.ledger, measure), f"{measure}: all that there is")


def _callers(test, c, world):
    chance = random.Random(4)
    own = {world.employees[0]}
    reach = {world.employees[0], world.employees[4]}  # the second left for another group
    yield "all", _Lines(test, c, _ledger(c), chance)
    yield "own", _Lines(test, c.as_user("anna"), _ledger(c, own), chance)
    yield "groups", _Lines(test, c.as_user("maria"), _ledger(c, reach), chance)


def every_number_along_one_axis(test, c):
    world = _company(c, 3)
    for who, lines in _callers(test, c, world):
        with test.subTest(who):
            test.assertGreater(len(lines.ledger), 10)
            for axis in AXES:
                _axis(test, lines, axis)
            test.assertGreater(lines.asked, 100)
    nobody = c.as_user("new")
    answer = nobody.report("sales_lines", rows="month")
    test.assertEqual((answer["rows"], answer["totals"]["measures"]["amount"]["minor"], answer["next"], answer["scope"]), ([], 0, None, "own"))


def every_number_along_two_axes(test, c):
    world = _company(c, 8)
    for who, lines in _callers(test, c, world):
        with test.subTest(who):
            for rows, columns in PAIRS:
                answer = lines.caller.report("sales", rows=rows, columns=columns)
                for measure in ALL:
                    for row in answer["rows"]:
                        for cell in row["columns"]:
                            if cell["measures"][measure]["minor"] != 0:
                                found = lines.of(measure, rows=rows, columns=columns, **_place("row", row), **_place("column", cell))
                                test.assertEqual(sum(found.values()), cell["measures"][measure]["minor"], f"{measure} of {rows} {row['key']}, {columns} {cell['key']}")
                    for cell in answer["totals"]["columns"]:
                        found = lines.of(measure, rows=rows, columns=columns, **_place("column", cell))
                        test.assertEqual(sum(found.values()), cell["measures"][measure]["minor"], f"{measure} of {columns} {cell['key']}")


def spans_filters_and_those_not_told_apart(test, c):
    world = _company(c, 12)
    for who, lines in _callers(test, c, world):
        with test.subTest(who):
            # Who sees less: the axes that rights and groups meet on.
            for axis in ("month", "group", "customer", "seller", "status", "project") if who == "all" else ("group", "customer"):
                for more in ({"from": date(20)[:7], "to": date(80)}, {"from": date(37)}, {"filter": {"group": "nordic"}}, {"filter": {"customer": str(world.customers[1])}},
                             {"filter": {"campaign": "none", "month": date(31)[:7]}}, {"most": 2}, {"most": 1, "from": date(30)}):
                    _axis(test, lines, axis, **more)
    lines = next(iter(_callers(test, c, world)))[1]
    told = c.report("sales_lines", rows="customer", row_others=True, most=2, columns="month", column=date(31)[:7])["picked"]
    test.assertEqual(told["column"], date(31)[:7])
    test.assertRegex(told["row"], r"^\d+ others$")
    answer = c.report("sales", rows="customer", columns="month", limit=2)
    for row, measure in itertools.product(answer["rows"], ALL):
        for cell in row["columns"]:
            found = lines.of(measure, rows="customer", columns="month", most=2, **_place("row", row), **_place("column", cell))
            test.assertEqual(sum(found.values()), cell["measures"][measure]["minor"], (measure, row["key"], cell["key"]))


def what_a_line_says(test, c):
    anna = c.employee("Anna")
    bo = c.employee("Bo")
    customer, fair = c.customer("Acme"), c.campaign("Fair", "fair")
    user(c, "anna", ["seller"], anna)
    user(c, "bo", ["seller"], bo)
    c.rate("EUR", "2025-01-01", "10.00")
    deal = c.opportunity("The deal", customer, campaign=fair, owner=anna, sellers=[(anna, 7500), (bo, 2500)])
    invoice = c.invoice("2025-03-04T09:00:00Z", [{"net": 10000, "description": "Pumps"}, {"net": 4000}], customer=customer, currency="EUR")
    c.link("invoice", invoice["id"], [(deal, 10000)])
    c.drain()
    answer = c.report("sales_lines", rows="seller", row="none", row_id=0)
    test.assertEqual((answer["rows"], answer["picked"]), ([], {"row": "none"}))
    number = next(d for d in c.call("list.query", list="document", limit=5)["rows"])["cells"]["number"]
    answer = c.report("sales_lines", rows="seller", row=str(anna), measure="invoices")
    anna_s = [row for row in c.report("sales", rows="seller")["rows"] if row["id"] == anna]
    answer = c.report("sales_lines", rows="seller", row=anna_s[0]["key"], row_id=anna, columns="month", column="2025-03", column_id=0, measure="invoices")
    test.assertEqual(answer["picked"], {"row": "Anna", "column": "2025-03"})
    test.assertEqual(answer["totals"]["measures"], {"amount": {"minor": 105000, "currency": "SEK"}})
    first = answer["rows"][0]
    test.assertEqual({k: first[k] for k in ("label", "id", "date", "document_kind", "kind", "measure", "corrects", "measures", "project")},
                     {"label": number, "id": invoice["id"], "date": "2025-03-04", "document_kind": "invoice", "kind": "Invoice", "measure": "invoices", "corrects": None,
                      "measures": {"amount": {"minor": 75000, "currency": "SEK"}, "document_amount": {"minor": 7500, "currency": "EUR"}}, "project": None})
    test.assertEqual([row["line"] for row in answer["rows"]], [{"label": "1 Pumps", "id": invoice["lines"][0]}, {"label": "2", "id": invoice["lines"][1]}])
    test.assertEqual([(first[k] or {}).get("label") for k in ("customer", "opportunity", "campaign", "seller")], ["Acme", "The deal", "Fair", "Anna"])
    # Bo sees his share of it, and the deal while he has one.
    his = c.as_user("bo")
    test.assertEqual([(row["measures"]["amount"]["minor"], row["opportunity"] and row["opportunity"]["label"]) for row in his.report("sales_lines", rows="month")["rows"]],
                     [(25000, "The deal"), (10000, "The deal")])
    c.sellers(deal, [(anna, 10000)], "2025-06-01")
    c.drain()
    test.assertEqual([row["opportunity"] for row in his.report("sales_lines", rows="month")["rows"]], [None, None], "what he sold, but no deal that is his no more")
    # A correction of closed days stands where the report has it.
    c.call("period.close", through="2025-03-31", reason="reported")
    c.undo("invoice", invoice["id"])
    c.drain()
    late = c.report("sales_lines", rows="month", row="2025-04", measure="invoices")["rows"]
    test.assertEqual({(row["date"], row["corrects"]) for row in late}, {("2025-04-01", "2025-03-04")})
    test.assertEqual(c.report("sales_lines", rows="month", row="2025-03", measure="invoices")["totals"]["measures"]["amount"]["minor"], 140000)


def what_is_asked_wrongly(test, c):
    customer = c.customer("Acme")
    c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    for after in ("x", "2025-03-01", "2025-03-01/order/1", "2025-03-01/order/1/a/0/0/0/0/0/ordered/SEK/", "2025-03-01/order/1/1/0/0/0/0/0/ordered/SEK/never"):
        with test.assertRaises(Refused) as refused:
            c.report("sales_lines", after=after)
        test.assertIn(after, refused.exception.message)
    for more in ({"measure": "budget"}, {"limit": 0}, {"limit": 1001}, {"rows": "colour"}, {"row": 7}, {"row_id": -1}):
        with test.assertRaises(Refused):
            c.report("sales_lines", **more)
    test.assertEqual(len(c.report("sales_lines", measure="ordered")["rows"]), 1)
    test.assertEqual(c.report("sales_lines", measure="ordered", rows="seller", row="no such")["rows"], [])


SalesLines = cases(globals(), "SalesLines", Company)

if __name__ == "__main__":
    unittest.main()
