# SPDX-License-Identifier: Apache-2.0
"""A wholesaler's real invoices: once as they are, to the penny; once with a sales company laid over them by
retail_generator.py, whose own expectations the ledger and the reports must meet."""
import collections
import csv
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import DATA, LONG, Company, Postgres, Sqlite, difference, expected_figures, plain  # noqa: E402
from retail_generator import CAMPAIGNS, STAND_IN, Retail  # noqa: E402

FILE = DATA / "retail_invoices" / "invoices.csv"
GENERATED_ROWS = None if LONG else 5000  # of the generated company, in the fast tier


def needs_data():
    if not FILE.exists():
        raise unittest.SkipTest(f"{FILE} is absent (set SALES_LEADS_DATA)")


def imported(test, host, kind, file, *more):
    done = host.cli("import", kind, file, *more)
    test.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
    return done


class RetailAsItIs(unittest.TestCase):
    """The file of 12,795 documents through its profile."""

    @classmethod
    def setUpClass(cls):
        needs_data()
        with open(FILE, encoding="utf-8", newline="") as lines:
            cls.rows = list(csv.DictReader(lines))
        cls.company = Company(Sqlite(), currency="GBP", zone="Europe/London")
        try:
            cls.company.stop()
            imported(cls("test_counts"), cls.company, "invoices", FILE, "--map", "retail_invoices")
            cls.company.drain()
        except BaseException:
            cls.company.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.company.close()

    def test_counts(self):
        found = self.company.backend.rows("select kind, count(*) as n from erp_invoice group by kind")
        self.assertEqual({r["kind"]: r["n"] for r in found}, {"invoice": 10789, "credit_note": 2006})
        self.assertEqual(self.company.backend.rows("select count(*) as n from erp_invoice where counts <> 1"), [{"n": 0}])
        found = self.company.backend.rows("select sum(net_minor) as n from erp_invoice_line")
        self.assertEqual(found, [{"n": 439795076}])

    def sums(self, key_of):
        sums = collections.defaultdict(lambda: dict.fromkeys(("invoices", "credits", "invoiced"), 0))
        for row in self.rows:
            net = int(row["net_minor"])
            into = sums[key_of(row)]
            into["credits" if row["kind"] == "credit_note" else "invoices"] += net
            into["invoiced"] += net
        return {k: v for k, v in sums.items() if any(v.values())}

    def report(self, axis):
        answer = self.company.report("sales", rows=axis, limit=0)
        rows = {r["key"]: {m: r["measures"].get(m, {"minor": 0})["minor"] for m in ("invoices", "credits", "invoiced")}
                for r in answer["rows"]}
        self.assertEqual(len(rows), len(answer["rows"]), "a key stands twice")
        return {k: v for k, v in rows.items() if any(v.values())}, answer["totals"]["measures"]

    def test_months(self):
        rows, totals = self.report("month")
        self.assertEqual(rows, self.sums(lambda row: row["posted_at"][:7]))
        self.assertEqual(totals["invoiced"], {"minor": 439795076, "currency": "GBP"})

    def test_customers(self):
        rows, totals = self.report("customer")
        expected = self.sums(lambda row: row["customer_no"])
        nameless = expected.pop("")
        known = {k: v for k, v in rows.items() if k in expected}
        self.assertEqual(known, expected)
        rest = [v for k, v in rows.items() if k not in expected]
        self.assertEqual(rest, [nameless], "documents without customer stand on one stand-in")
        self.assertEqual(totals["invoiced"]["minor"], 439795076)

    def test_one_month_by_day_limits(self):
        answer = self.company.report("sales", rows="month", **{"from": "2011-02-10", "to": "2011-02-20"})
        expected = sum(int(r["net_minor"]) for r in self.rows if "2011-02-10" <= r["posted_at"][:10] <= "2011-02-20")
        self.assertEqual(answer["totals"]["measures"]["invoiced"]["minor"], expected)

    def test_nothing_is_linked(self):
        rows, _ = self.report("campaign")
        self.assertEqual(list(rows), ["none"])
        rows, _ = self.report("seller")
        self.assertEqual(list(rows), ["none"])
        self.assertEqual(self.company.call("ledger.verify")["ok"], True)
        self.assertEqual(self.company.call("parked.list")["parked"], [])

    def test_the_same_file_again_is_refused_and_changes_nothing(self):
        before = self.report("month")
        done = self.company.cli("import", "invoices", FILE, "--map", "retail_invoices")
        self.assertEqual(done.returncode, 1)
        self.company.drain()
        self.assertEqual(self.report("month"), before)
        self.test_counts()


class Generated:
    """The sales company laid over the set; one class per database below."""

    @classmethod
    def setUpClass(cls):
        needs_data()
        cls.retail = Retail(FILE, seed=20110630, take=GENERATED_ROWS)
        cls.company = Company(cls.backend(), currency="GBP", zone="Europe/London")
        try:
            cls.load(cls("test_linked_share"))
        except BaseException:
            cls.company.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.company.close()

    @classmethod
    def load(cls, test):
        company, retail = cls.company, cls.retail
        with tempfile.TemporaryDirectory(prefix="sales_leads_retail_") as folder:
            folder = Path(folder)
            retail.write(folder)
            company.stop()
            imported(test, company, "customers", folder / "customers.csv")
            imported(test, company, "employees", folder / "employees.csv")
            cls.campaigns = {}
            for code, cost in CAMPAIGNS.items():
                cls.campaigns[code] = company.call("campaign.create", title=f"Campaign {code}", code=code)["id"]
                company.call("campaign.add_cost", id=cls.campaigns[code], amount={"minor": cost, "currency": "GBP"}, date="2011-01-15")
            rows = retail.opportunity_rows()
            answer = company.call("opportunity.import", rows=rows)
            test.assertEqual((answer["accepted"], answer["rejected"]), (len(rows), []))
            company.stop()
            imported(test, company, "orders", folder / "orders.csv")
            company.drain()  # the invoices come later, in a batch of their own
            company.stop()
            imported(test, company, "invoices", folder / "invoices.csv")
            company.drain()
        rows = company.backend.rows
        cls.ids = {
            "order": {str(r["number"]): (r["id"], r["line"]) for r in rows(
                "select o.number, o.id, l.id as line from erp_order o join erp_order_line l on l.order_id = o.id")},
            "invoice": {str(r["number"]): (r["id"], r["line"]) for r in rows(
                "select i.number, i.id, l.id as line from erp_invoice i join erp_invoice_line l on l.invoice_id = i.id")},
            "opportunity": {o["external_id"]: o["id"] for o in company.pages("opportunity.list", "opportunities", 500)},
            "campaign": cls.campaigns,
            "employee": {r["number"]: r["id"] for r in rows("select number, id from erp_employee")}}
        cls.expected = retail.expected(cls.ids)

    def test_linked_share(self):
        share = self.retail.linked_share()
        print(f"linked share of the generated invoices: {share:.4f}", file=sys.stderr)
        self.assertGreaterEqual(share, 0.60)
        invoices = [(k, v) for k, v in self.company.balances().items() if k[6] == "invoices"]
        found = sum(v[1] for k, v in invoices if k[3]) / sum(v[1] for k, v in invoices)
        self.assertAlmostEqual(found, share, places=9)

    def test_balances(self):
        expected = {k: (v, v) for k, v in self.expected.items()}
        self.assertEqual(difference(expected, self.company.balances()), "")

    def test_verify(self):
        self.assertEqual(self.company.call("ledger.verify"), {"ok": True, "differences": []})

    def test_reports(self):
        expected = {k: (v, v) for k, v in self.expected.items()}
        customer_ids = {r["id"]: r["customer_id"] for r in self.company.backend.rows("select id, customer_id from erp_invoice")}
        order_customers = {r["id"]: r["customer_id"] for r in self.company.backend.rows("select id, customer_id from erp_order")}
        axes = {"month": lambda k: k[7][:7], "year": lambda k: k[7][:4], "seller": lambda k: k[5], "campaign": lambda k: k[4],
                "quarter": lambda k: f"{k[7][:4]}-Q{(int(k[7][5:7]) + 2) // 3}",
                "customer": lambda k: (order_customers if k[0] == "order" else customer_ids)[k[1]]}
        for axis, key_of in axes.items():
            with self.subTest(axis=axis):
                self.assertEqual(plain(self.company.figures(axis)[0]), expected_figures(expected, key_of))
        with self.subTest(axis="campaign and seller"):
            self.assertEqual(plain(self.company.figures("campaign", "seller")[0]), expected_figures(expected, lambda k: (k[4], k[5])))
        with self.subTest(axis="month of one seller and one campaign"):
            seller, campaign = self.ids["employee"]["S3"], self.ids["campaign"]["web"]
            figures, _ = self.company.figures("month", filter={"seller": "S3", "campaign": "web"})
            self.assertEqual(plain(figures), expected_figures({k: v for k, v in expected.items() if (k[5], k[4]) == (seller, campaign)},
                                                              lambda k: k[7][:7]))

    def test_campaign_results(self):
        rows = {r["key"]: r["measures"] for r in self.company.report("campaign_results")["rows"]}
        sums = expected_figures({k: (v, v) for k, v in self.expected.items()}, lambda k: k[4])
        deals = collections.Counter(d.campaign or "none" for d in self.retail.deals)
        for code, cost in list(CAMPAIGNS.items()) + [("none", 0)]:
            with self.subTest(campaign=code):
                expected = sums.get(self.campaigns.get(code, 0), dict.fromkeys(("ordered", "invoices", "credits", "invoiced"), 0))
                if code not in rows:
                    self.assertFalse(any(expected.values()))
                    continue
                for measure in ("ordered", "invoices", "credits", "invoiced"):
                    self.assertEqual(rows[code][measure]["minor"], expected[measure], measure)
                self.assertEqual(rows[code]["cost"]["minor"], cost)
                count = rows[code]["opportunities"]
                self.assertEqual(count if isinstance(count, int) else count["value"], deals[code])
                if cost:
                    self.assertAlmostEqual(float(rows[code]["roi"]), 100 * (expected["invoiced"] - cost) / cost, delta=0.0051)
                else:
                    self.assertIsNone(rows[code]["roi"])

    def test_stand_in_is_never_linked(self):
        customers = {r["id"] for r in self.company.backend.rows(
            f"select i.id from erp_invoice i join erp_customer c on c.id = i.customer_id where c.number = '{STAND_IN}'")}
        self.assertTrue(customers)
        self.assertEqual({k[3] for k in self.company.balances() if k[0] == "invoice" and k[1] in customers}, {0})


class GeneratedOnSqlite(Generated, unittest.TestCase):
    backend = Sqlite


class GeneratedOnPostgres(Generated, unittest.TestCase):
    backend = Postgres


if __name__ == "__main__":
    unittest.main()
