# SPDX-License-Identifier: Apache-2.0
"""list.query, list.summary, list.lookup and list.record against a naive reading of the same rows: random filters, orders and pages;
sums equal the rows for each role; what one may not see is in no page, total, lookup or record."""
import datetime
import functools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ERP_HOST, Company, Refused, backends, companys_today  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TODAY = companys_today()
FOLD = str.maketrans("ÅÄÖÆØÉ", "åäöæøé")
STEPS = ("first_meeting", "offer", "negotiation")
WORDS = ["Åre lager", "älgpass", "Örebro 50%", "zebra", "Lager_2", "anbud", "Ärende", "BYGG", "café", ""]


def folded(text):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in (text or "").translate(FOLD))


class World(Company):
    def __init__(self, backend, count=140, seed=7):
        super().__init__(backend)
        pick = random.Random(seed)
        self.rate("EUR", "2020-01-01", "11")
        self.people = {name: self.employee(name) for name in ("me", "peer", "below", "other")}
        self.call("group.create", title="North", code="north", kind="sales")
        self.call("group.create", title="North west", code="north_west", kind="sales", parent="north")
        for name, group in (("me", "north"), ("peer", "north"), ("below", "north_west")):
            self.call("group.add_member", group=group, employee=self.people[name], **{"from": "2025-01-01"})
        customers = [self.customer(f"{w} kund") for w in ("Berg", "Åkes", "Alm", "Öst")]
        campaigns = [self.campaign("Fair", "fair"), self.campaign("Mail", "mail"), None]
        ids = []
        for i in range(count):
            owner = pick.choice([*self.people.values(), None])
            amount = pick.choice([None, 0, 100, 99_50, 10_000_00, pick.randrange(1, 10**9)])
            close = pick.choice([None, TODAY, TODAY + datetime.timedelta(days=pick.randrange(-60, 60)), datetime.date(2026, 2, 28)])
            ids.append(self.call(
                "opportunity.create", title=f"{pick.choice(WORDS)} {pick.randrange(30)}".strip(), customer=pick.choice(customers),
                owner=owner, amount=None if amount is None else {"minor": amount, "currency": pick.choice(["SEK", "SEK", "EUR"])},
                planned_close=close and close.isoformat(), campaign=pick.choice(campaigns), step=pick.choice(STEPS),
                probability=pick.choice([None, "33.33", "7", "100"]),
                sellers=[{"employee": self.people["me"], "share": "40"}, {"employee": self.people["other"], "share": "60"}] if i % 9 == 0
                else None)["id"])
        for number in ids[::7]:
            self.call("opportunity.win", id=number)
        for number in ids[3::11]:
            self.call("opportunity.lose", id=number, rejection="price")
        for number in ids[5::17]:
            self.call("opportunity.archive", id=number)
        self.ids = ids


def rows_of(host, limit=37, **query):
    """Every row, page by page; checks that the pages fit together."""
    rows, after = [], None
    while True:
        page = host.call("list.query", list="opportunity", limit=limit, after=after, **query)
        assert page["position"] == len(rows), page["position"]
        rows += page["rows"]
        after = page["after"]
        if after is None:
            return rows
        assert len(page["rows"]) == limit


NUMBERS = {"company_amount": lambda c: c and c["minor"], "probability": lambda c: c and int(float(c) * 100 + 0.5), "times_slipped": lambda c: c}


def sort_key(field):
    """As the lists order: without case, nothing last among numbers and dates, first among texts; the id breaks ties."""
    def key(row):
        cell = row["cells"].get(field)
        if field == "title":
            return folded(cell)
        if field in ("customer", "campaign"):
            return folded(cell["title"] if cell else "")
        if field == "planned_close":
            return cell or "9999"
        if field == "company_amount":
            return -1 if cell is None else cell["minor"]
        number = NUMBERS[field](cell)
        return 10**17 if number is None else number
    return key


def matches(row, field, op, value):
    cell = row["cells"].get(field)
    if field in ("owner", "customer", "campaign"):
        cell = cell and cell["id"]
    if field == "company_amount":
        cell = cell and cell["minor"]
    if op == "is_null" or (op == "=" and value is None):
        return cell is None
    if op == "not_null":
        return cell is not None
    if op == "!=":
        return cell != value
    if op == "not_in":
        return cell not in value
    if cell is None:
        return False
    if op == "in":
        return cell in value
    if op == "contains":
        return folded(value) in folded(cell)
    if op == "between":
        return value[0] <= cell <= value[1]
    return {"=": cell == value, "<": cell < value, "<=": cell <= value, ">": cell > value, ">=": cell >= value}[op]


def collated(rows, keys):
    """The naive order: one stable sort per key, the last first. Texts by code point, which SQLite does too."""
    rows = list(rows)
    down = keys[-1].startswith("-") if keys else False
    rows.sort(key=lambda r: r["id"], reverse=down)
    for key in reversed(keys):
        rows.sort(key=sort_key(key.lstrip("-")), reverse=key.startswith("-"))
    return rows


class Lists(unittest.TestCase):
    def worlds(self):
        for backend in backends():
            with self.subTest(backend=backend.name):
                with World(backend()) as world:
                    yield world

    def random_filter(self, pick, rows, world):
        field = pick.choice(["title", "status", "owner", "customer", "campaign", "planned_close", "company_amount"])
        some = pick.choice(rows)["cells"].get(field)
        if field == "title":
            return {"field": field, "op": "contains", "value": pick.choice(["ÅRE", "lager", "50%", "_2", "é", "nothing"])}
        if field == "status":
            return {"field": field, "op": pick.choice(["=", "!="]), "value": pick.choice(["open", "won", "lost"])}
        if field in ("owner", "customer", "campaign"):
            if some is None or pick.random() < 0.2:
                return {"field": field, "op": pick.choice(["is_null", "not_null"])}
            return {"field": field, "op": "in", "value": [some["id"]]} if pick.random() < 0.5 else {"field": field, "op": "=", "value": some["id"]}
        if some is None or pick.random() < 0.2:
            return {"field": field, "op": pick.choice(["is_null", "not_null"])}
        value = some["minor"] if field == "company_amount" else some
        return {"field": field, "op": pick.choice(["<", "<=", ">", ">=", "="]), "value": value}

    def test_random_questions_against_the_rows(self):
        for world in self.worlds():
            everything = rows_of(world, archived=True, columns=["title", "status", "owner", "customer", "campaign", "planned_close",
                                                                "company_amount", "weighted", "amount", "probability", "times_slipped",
                                                                "archived"])
            self.assertEqual(sorted(r["id"] for r in everything), sorted(world.ids))
            pick = random.Random(11)
            sqlite = world.backend.name == "sqlite"
            for _ in range(60):
                filters = [self.random_filter(pick, everything, world) for _ in range(pick.randrange(3))]
                fields = ["planned_close", "company_amount", "times_slipped"] + (["title", "customer", "campaign"] if sqlite else [])
                keys = [pick.choice(["", "-"]) + f for f in pick.sample(fields, pick.randrange(1, 3))]
                archived = pick.random() < 0.3
                wanted = [r for r in everything if (archived or not r["cells"]["archived"])
                          and all(matches(r, f["field"], f["op"], f.get("value")) for f in filters)]
                wanted = collated(wanted, keys)
                question = {"filter": filters, "archived": archived}
                with self.subTest(keys=keys, **question):
                    got = rows_of(world, limit=pick.choice([5, 37, 200]), sort=keys, **question)
                    self.assertEqual([r["id"] for r in got], [r["id"] for r in wanted])
                    summary = world.call("list.summary", list="opportunity", sums=["company_amount", "weighted", "amount"], **question)
                    self.assertEqual(summary["total"], len(wanted))
                    for field in ("company_amount", "weighted", "amount"):
                        sums = {}
                        for row in wanted:
                            cell = row["cells"].get(field)
                            if cell:
                                sums[cell["currency"]] = sums.get(cell["currency"], 0) + cell["minor"]
                        told = {s["currency"]: s["minor"] for s in summary["sums"][field]}
                        told = {k: v for k, v in told.items() if v or k in sums}
                        self.assertEqual(told, {k: v for k, v in sums.items() if v or k in told})

    def test_back_and_forth_and_anywhere(self):
        for world in self.worlds():
            for keys in (["-planned_close"], ["company_amount", "-title"], ["id"], ["-id"]):
                rows = [r["id"] for r in rows_of(world, sort=keys)]
                first = world.call("list.query", list="opportunity", sort=keys, limit=10)
                self.assertIsNone(first["before"])
                second = world.call("list.query", list="opportunity", sort=keys, limit=10, after=first["after"])
                back = world.call("list.query", list="opportunity", sort=keys, limit=10, before=second["before"])
                self.assertEqual([r["id"] for r in back["rows"]], rows[:10])
                self.assertEqual(back["position"], 0)
                for skip in (0, 1, 7, len(rows) - 11, len(rows) - 10, len(rows)):
                    page = world.call("list.query", list="opportunity", sort=keys, limit=10, after=first["after"], skip=skip)
                    self.assertEqual([r["id"] for r in page["rows"]], rows[10 + skip:20 + skip], (keys, skip))
                    self.assertEqual(page["position"], 10 + skip)
                    self.assertEqual(page["after"] is None, 20 + skip >= len(rows), (keys, skip))
                end = world.call("list.query", list="opportunity", sort=keys, limit=10, at=1)
                for skip in (0, 3, len(rows) - 20, len(rows) - 15):
                    page = world.call("list.query", list="opportunity", sort=keys, limit=10, before=end["before"], skip=skip)
                    there = len(rows) - 10 - skip
                    self.assertEqual([r["id"] for r in page["rows"]], rows[max(0, there - 10):there], (keys, skip))
                    self.assertEqual(page["position"], max(0, there - 10))
                for at in (0, 0.25, 0.63, 1):
                    page = world.call("list.query", list="opportunity", sort=keys, limit=10, at=at)
                    here = page["position"]
                    self.assertEqual([r["id"] for r in page["rows"]], rows[here:here + 10], (keys, at))
                    self.assertAlmostEqual(here, min(at * len(rows), len(rows) - 10), delta=1)

    def test_what_no_index_keeps_in_order_is_sorted_up_to_a_number(self):
        won = [{"field": "status", "op": "=", "value": "won"}]
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, str(ROOT / "tests/bench/world.py"), "--data", folder, "--opportunities", "50200", "--lines", "8"],
                           check=True, capture_output=True)

            def ask(sort, **more):
                asked = json.dumps({"list": "opportunity", "limit": 5, "sort": [sort], **more})
                ran = subprocess.run([ERP_HOST, "action", "list.query", asked, "--data", folder], capture_output=True, text=True)
                return ran.returncode, ran.stdout + ran.stderr
            for sort in ("planned_close", "-company_amount", "changed_at", "id"):
                self.assertEqual(ask(sort)[0], 0, sort)
            for sort in ("title", "-customer", "owner", "weighted"):
                failed, told = ask(sort)
                self.assertNotEqual(failed, 0, sort)
                self.assertIn("50\u00a0000", told)
            failed, told = ask("title", filter=won)
            self.assertEqual(failed, 0, told)
            page = json.loads(told)
            titles = [row["title"].lower() for row in page["rows"]]
            self.assertEqual(titles, sorted(titles))
            self.assertEqual(ask("title", filter=won, after=page["after"])[0], 0)

    def test_groups_add_up_and_empty_ones_are_there(self):
        for world in self.worlds():
            steps = world.call("list.query", list="step", columns=["title"])["rows"]
            board = world.call("list.summary", list="opportunity", group="step", sums=["company_amount", "weighted"])
            self.assertEqual([g["key"] for g in board["groups"]][:len(steps)], [s["id"] for s in steps])
            self.assertIn(0, [g["count"] for g in board["groups"]])
            self.assertEqual(sum(g["count"] for g in board["groups"]), board["total"])
            for group in board["groups"]:
                rows = rows_of(world, filter=[{"field": "step", "op": "=", "value": group["key"]}])
                self.assertEqual(group["count"], len(rows))
                self.assertEqual(sum(s["minor"] for s in group["sums"]["weighted"]),
                                 sum(r["cells"].get("weighted", {"minor": 0})["minor"] for r in rows))
            lost = [g for g in board["groups"] if g["tone"] == "negative"]
            self.assertTrue(lost and all(g["closed"] for g in lost))

    def test_weighted_is_amount_times_probability_half_up(self):
        for world in self.worlds():
            for row in rows_of(world, columns=["company_amount", "effective_probability", "weighted"]):
                cells = row["cells"]
                if "company_amount" not in cells:
                    self.assertNotIn("weighted", cells)
                    continue
                points = round(float(cells["effective_probability"]) * 100)
                self.assertEqual(cells["weighted"]["minor"], (cells["company_amount"]["minor"] * points + 5000) // 10000)

    def test_periods(self):
        for world in self.worlds():
            week = TODAY - datetime.timedelta(days=TODAY.weekday())
            month = TODAY.replace(day=1)
            next_month = (month + datetime.timedelta(days=32)).replace(day=1)
            periods = {"today": (TODAY, TODAY), "this_week": (week, week + datetime.timedelta(days=6)),
                       "this_month": (month, next_month - datetime.timedelta(days=1)), "overdue": (datetime.date.min, TODAY - datetime.timedelta(days=1)),
                       "last_30_days": (TODAY - datetime.timedelta(days=29), TODAY)}
            everything = rows_of(world, columns=["planned_close"])
            for word, (first, last) in periods.items():
                wanted = {r["id"] for r in everything
                          if "planned_close" in r["cells"] and first.isoformat() <= r["cells"]["planned_close"] <= last.isoformat()}
                got = {r["id"] for r in rows_of(world, filter=[{"field": "planned_close", "op": "=", "value": word}])}
                self.assertEqual(got, wanted, word)

    def test_wrong_questions_are_refused_by_name(self):
        for world in self.worlds():
            first = world.call("list.query", list="opportunity", limit=5)
            for expected, fields in {
                "list.unknown": {"list": "nothing"},
                "list.field.unknown": {"list": "opportunity", "filter": [{"field": "colour", "value": 1}]},
                "list.op.invalid": {"list": "opportunity", "filter": [{"field": "title", "op": "~", "value": "x"}]},
                "list.value.invalid": {"list": "opportunity", "filter": [{"field": "status", "value": "opened"}]},
                "list.cursor.invalid": {"list": "opportunity", "sort": ["title"], "after": first["after"]},
            }.items():
                with self.subTest(expected), self.assertRaises(Refused) as refused:
                    world.call("list.query", **fields)
                self.assertEqual(refused.exception.key, expected)
            for value in (";drop table sl_opportunity", "' or 1=1 --", "\\", "%", "_"):
                self.assertEqual(world.call("list.query", list="opportunity", filter=[{"field": "title", "op": "=", "value": value}])["rows"], [])

    def test_each_role_sees_its_own_in_rows_sums_lookups_and_records(self):
        for world in self.worlds():
            everything = {r["id"]: r for r in rows_of(world, archived=True)}
            shared = {row["opportunity"] for row in world.call("export.page", entity="opportunity_seller", limit=1000)["rows"] and
                      [dict(zip(world.call("export.page", entity="opportunity_seller", limit=1)["columns"], r))
                       for r in world.call("export.page", entity="opportunity_seller", limit=1000)["rows"]] if row["employee_name"] == "me"}
            own = {n for n, r in everything.items() if r["cells"].get("owner", {}).get("title") == "me"} | shared
            peers = own | {n for n, r in everything.items() if r["cells"].get("owner", {}).get("title") in ("peer", "below")}
            reach = {"seller": own, "sales_manager": peers, "administrator": set(everything), "reader": set(everything)}
            for role, seen in reach.items():
                world.call("user.create", login=role, password="long enough", name=role, roles=[role], employee=world.people["me"])
                user = world.as_user(role)
                with self.subTest(role=role):
                    rows = rows_of(user, archived=True)
                    self.assertEqual({r["id"] for r in rows}, seen)
                    summary = user.call("list.summary", list="opportunity", archived=True, sums=["company_amount"], group="step")
                    self.assertEqual(summary["total"], len(seen))
                    self.assertEqual(sum(s["minor"] for s in summary["sums"]["company_amount"]),
                                     sum(r["cells"].get("company_amount", {"minor": 0})["minor"] for r in rows))
                    for number in random.Random(3).sample(sorted(everything), 12):
                        found = user.call("list.lookup", list="opportunity", ids=[number])["items"]
                        self.assertEqual([i["id"] for i in found], [number] if number in seen else [])
                        if number in seen:
                            self.assertEqual(user.call("list.record", list="opportunity", id=number)["id"], number)
                        else:
                            for action in ("list.record", "list.feed"):
                                with self.assertRaises(Refused) as refused:
                                    user.call(action, list="opportunity", id=number)
                                self.assertEqual(refused.exception.key, "list.record.not_found")
                    can_export = role in ("administrator", "sales_manager")
                    if can_export:
                        user.call("list.query", list="opportunity", export=True)
                    else:
                        with self.assertRaises(Refused) as refused:
                            user.call("list.query", list="opportunity", export=True)
                        self.assertEqual(refused.exception.key, "permission.missing")
                    sees_margin = role in ("administrator", "sales_manager")
                    question = functools.partial(user.call, "list.query", list="opportunity", columns=["margin"], limit=1)
                    if sees_margin:
                        question()
                    else:
                        with self.assertRaises(Refused) as refused:
                            question()
                        self.assertEqual(refused.exception.key, "list.field.unknown")

    def test_every_list_answers(self):
        for world in self.worlds():
            lists = ["opportunity", "touch", "activity", "campaign", "campaign_cost", "campaign_member", "lead", "step", "pipeline",
                     "pipeline_model", "group", "group_member", "lead_rule", "period", "import_batch", "rejection", "type", "source",
                     "customer_status", "category", "document", "to_link", "linked_document", "parked", "customer_extra", "audit",
                     "customer", "contact", "project", "employee", "user", "order", "invoice"]
            world.order(world.customer("Last"), [100], confirmed="2025-03-01T09:00:00Z")
            world.drain()
            for name in lists:
                with self.subTest(name):
                    page = world.call("list.query", list=name, archived=True)
                    total = world.call("list.summary", list=name, archived=True)["total"]
                    self.assertGreaterEqual(total, len(page["rows"]))
                    world.call("list.query", list=name, search="a")
                    world.call("list.lookup", list=name, text="a")
                    if page["rows"]:
                        record = world.call("list.record", list=name, id=page["rows"][0]["id"])
                        self.assertEqual({k: v for k, v in record["cells"].items() if k in page["rows"][0]["cells"]}, page["rows"][0]["cells"])
                        for field in page["rows"][0]["cells"]:
                            try:
                                world.call("list.query", list=name, sort=["-" + field])
                            except Refused as refused:
                                self.fail(f"{name} by {field}: {refused}")


if __name__ == "__main__":
    unittest.main()
