# SPDX-License-Identifier: Apache-2.0
"""A computer seller's pipeline of 6,856 opportunities through its import profiles; every figure of the pipeline report
against sums made straight from the file."""
import collections
import csv
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import DATA, Company, Sqlite  # noqa: E402
from test_retail import imported  # noqa: E402

FOLDER = DATA / "crm_pipeline"
FILES = (("products", "products.csv", "crm_pipeline_products"), ("customers", "accounts.csv", "crm_pipeline_accounts"),
         ("employees", "sales_teams.csv", "crm_pipeline_sales_teams"), ("opportunities", "sales_pipeline.csv", "crm_pipeline_sales_pipeline"))
STEPS = {"Prospecting": "prospecting", "Engaging": "engaging", "Won": "closed_won", "Lost": "closed_lost"}


def count(value):
    return value if isinstance(value, int) else value.get("value", value.get("count"))


class PipelineData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not FOLDER.exists():
            raise unittest.SkipTest(f"{FOLDER} is absent (set SALES_LEADS_DATA)")
        cls.table = {name: list(csv.DictReader(open(FOLDER / name, encoding="utf-8", newline=""))) for _, name, _ in FILES}
        cls.rows = cls.table["sales_pipeline.csv"]
        cls.teams = {r["sales_agent"]: (r["regional_office"], r["manager"]) for r in cls.table["sales_teams.csv"]}
        cls.company = Company(Sqlite(), currency="USD", zone="America/New_York")
        try:
            cls.company.stop()
            for kind, file, profile in FILES:
                imported(cls("test_steps"), cls.company, kind, FOLDER / file, "--map", profile)
            cls.company.drain()
        except BaseException:
            cls.company.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.company.close()

    def expected(self, key_of, rows=None):
        """{key: (count, amount in cents)}; an opportunity without value adds 0."""
        sums = collections.defaultdict(lambda: [0, 0])
        for row in self.rows if rows is None else rows:
            sums[key_of(row)][0] += 1
            sums[key_of(row)][1] += 100 * int(row["close_value"] or 0)
        return {k: tuple(v) for k, v in sums.items()}

    def pipeline(self, axis, name="key", **params):
        answer = self.company.report("pipeline", rows=axis, limit=0, **params)
        rows = {r[name]: (count(r["measures"]["count"]), r["measures"]["amount"]["minor"]) for r in answer["rows"]}
        self.assertEqual(len(rows), len(answer["rows"]), f"a {axis} stands twice")
        return {k: v for k, v in rows.items() if any(v)}, answer["totals"]["measures"]

    @staticmethod
    def quarter(row):
        day = row["close_date"]
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if day else "none"

    def test_steps(self):
        rows, totals = self.pipeline("step")
        self.assertEqual(rows, self.expected(lambda r: STEPS[r["deal_stage"]]))
        self.assertEqual(count(totals["count"]), 6856)
        self.assertEqual(totals["amount"], {"minor": 100 * sum(int(r["close_value"] or 0) for r in self.rows), "currency": "USD"})

    def test_statuses(self):
        rows, _ = self.pipeline("status")
        self.assertEqual(rows, self.expected(lambda r: {"Won": "won", "Lost": "lost"}.get(r["deal_stage"], "open")))

    def test_agents(self):
        self.assertEqual(self.pipeline("seller", "label")[0], self.expected(lambda r: r["sales_agent"]))

    def test_won_by_agent_quarter_and_customer(self):
        won = [r for r in self.rows if r["deal_stage"] == "Won"]
        for axis, name, key_of in (("seller", "label", lambda r: r["sales_agent"]), ("quarter", "key", self.quarter),
                                   ("month", "key", lambda r: r["close_date"][:7]), ("year", "key", lambda r: r["close_date"][:4]),
                                   ("customer", "label", lambda r: r["account"])):
            with self.subTest(axis=axis):
                self.assertEqual(self.pipeline(axis, name, filter={"status": "won"})[0], self.expected(key_of, won))

    def test_quarters_of_all(self):
        rows, _ = self.pipeline("quarter")
        closed = [r for r in self.rows if r["close_date"]]
        found = {k: v for k, v in rows.items() if k != "none"}
        self.assertEqual(found, self.expected(self.quarter, closed))
        self.assertEqual(rows["none"][0], len(self.rows) - len(closed))

    def test_agent_by_step(self):
        answer = self.company.report("pipeline", rows="seller", columns="step")
        found = {(r["label"], c["key"]): (count(c["measures"]["count"]), c["measures"]["amount"]["minor"])
                 for r in answer["rows"] for c in r["columns"]}
        self.assertEqual({k: v for k, v in found.items() if any(v)},
                         self.expected(lambda r: (r["sales_agent"], STEPS[r["deal_stage"]])))

    def test_one_quarter(self):
        answer = self.company.report("pipeline", rows="step", filter={"status": "won"}, **{"from": "2017-04", "to": "2017-06"})
        rows = [r for r in self.rows if r["deal_stage"] == "Won" and "2017-04" <= r["close_date"][:7] <= "2017-06"]
        totals = answer["totals"]["measures"]
        self.assertEqual((count(totals["count"]), totals["amount"]["minor"]), (len(rows), 100 * sum(int(r["close_value"]) for r in rows)))

    def test_managers_and_regions(self):
        won = [r for r in self.rows if r["deal_stage"] == "Won"]
        for rows, params in ((self.rows, {}), (won, {"filter": {"status": "won"}})):
            found, _ = self.pipeline("group", "label", **params)
            self.assertEqual(found, self.expected(lambda r: self.teams[r["sales_agent"]][1], rows))
        groups = {g["id"]: g for g in self.company.call("group.list")["groups"]}
        regions = {g["title"]: groups[g["parent"]]["title"] for g in groups.values() if g.get("parent")}
        self.assertEqual(regions, {manager: region for region, manager in self.teams.values()})
        codes = {g["title"]: g["code"] for g in groups.values()}
        for region in {region for region, _ in self.teams.values()}:
            with self.subTest(region=region):
                totals = self.pipeline("status", filter={"group": codes[region]})[1]
                mine = [r for r in self.rows if self.teams[r["sales_agent"]][0] == region]
                self.assertEqual((count(totals["count"]), totals["amount"]["minor"]),
                                 (len(mine), 100 * sum(int(r["close_value"] or 0) for r in mine)))

    def test_customers_products_and_agents_are_there(self):
        customers = self.company.pages("customer.list", "customers", 500)
        names = {c["name"] for c in customers}
        self.assertLessEqual({r["account"] for r in self.table["accounts.csv"]}, names)
        self.assertEqual(len([c for c in customers if c.get("is_stand_in")]), 1)
        employees = {e["name"] for e in self.company.pages("employee.list", "employees", 500)}
        self.assertLessEqual(set(self.teams), employees)

    def test_open_ones_stand_on_the_stand_in(self):
        rows, _ = self.pipeline("customer", "label", filter={"status": "open"})
        self.assertEqual({k: v[0] for k, v in rows.items()}, {"Unknown": 2265 + 500})


if __name__ == "__main__":
    unittest.main()
