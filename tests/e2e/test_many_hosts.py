# SPDX-License-Identifier: Apache-2.0
"""Several erp-host processes on one database, one of them killed again and again while documents are posted: nothing lost,
nothing twice, and the others take over by themselves."""
import os
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import LONG, POSTGRES, Company, Postgres, backends, compare, rebuild_changes_nothing  # noqa: E402
from web import Server  # noqa: E402

ROUNDS = 120 if LONG else 24
DOCUMENTS = int(os.environ.get("SALES_LEADS_DOCUMENTS") or 100_000)  # of the night run
FILES = 100
SHOPS = 2_000
CREDITS = 0.01  # without reference: each is weighed against all others of its opportunity
PATIENCE_S = 60


def table(company, name):
    return name if company.backend.name == "sqlite" else f"sales_leads.{name}"


def state(company):
    """(cursor, who holds the lease)"""
    row = company.backend.rows(f"select cursor, lease_owner from {table(company, 'sl_company')}")[0]
    return row["cursor"], row["lease_owner"] or ""


def until(condition, what, patience_s=PATIENCE_S):
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s} s for {what}")
        time.sleep(0.05)


class Poster:
    """Orders, their invoices in parts, and credits, for customers with opportunities, in a fixed random order."""

    def __init__(self, company, rnd):
        self.c, self.r, self.orders, self.invoices = company, rnd, [], []
        self.people = [company.employee(f"Employee {n}") for n in range(3)]
        self.fair = company.campaign("Fair", "fair", "2025-01-01", None)
        self.customers = [company.customer(f"Customer {n}") for n in range(4)]
        for n, customer in enumerate(self.customers):
            company.opportunity(f"Deal {n}", customer, campaign=self.fair if n % 2 else None,
                                sellers=[(self.people[n % 3], 3333), (self.people[(n + 1) % 3], 6667)])

    def post(self):
        r, day = self.r, f"2025-{self.r.randint(2, 11):02d}-{self.r.randint(1, 28):02d}T09:00:00Z"
        kind = r.random()
        if kind < 0.4 or not self.orders:
            customer = r.choice(self.customers)
            made = self.c.order(customer, [r.randint(1, 99999) for _ in range(r.randint(1, 3))], confirmed=day)
            self.orders.append((customer, made))
        elif kind < 0.8 or not self.invoices:
            customer, order = r.choice(self.orders)
            net = r.randint(1, 50000)
            line = {"net": net, "sources": [{"order_line": r.choice(order["lines"])}]}
            made = self.c.invoice(day, [line], customer=customer)
            self.invoices.append((customer, made, net))
        else:
            customer, invoice, net = r.choice(self.invoices)
            part = r.randint(1, net)
            line = {"net": -part, "sources": [{"invoice_line": invoice["lines"][0]}]}
            self.c.credit(day, [line], customer=customer)


def kill_and_take_over(company, poster, servers, rnd):
    """The one that works is the one that counts: all but one are killed, and a new one comes for each. Seconds until work went on."""
    for victim in rnd.sample(range(len(servers)), len(servers) - 1):
        servers[victim].process.kill()
        servers[victim].process.wait()
        servers[victim].close()
        servers[victim] = None
    before, start = state(company)[0], time.monotonic()
    poster.post()
    until(lambda: state(company)[0] > before, "another host to take over")
    took = time.monotonic() - start
    for place, server in enumerate(servers):
        servers[place] = server or Server(company)
    return took


class ManyHosts(unittest.TestCase):
    maxDiff = 2000

    def run_on(self, backend, hosts):
        rnd = random.Random(7)
        with Company(backend(), currency="SEK") as c:
            poster = Poster(c, rnd)
            servers = [Server(c) for _ in range(hosts)]
            takeovers, owners = [], set()
            try:
                until(lambda: state(c)[0] > 0, "the first work")
                for number in range(ROUNDS):
                    for _ in range(5):
                        poster.post()
                    owners.add(state(c)[1])
                    if number % 6 == 3:
                        takeovers.append(kill_and_take_over(c, poster, servers, rnd))
                documents = len(poster.orders) + len(poster.invoices)
                known = f"select count(*) as n from {table(c, 'sl_document')}"
                until(lambda: c.backend.rows(known)[0]["n"] >= documents, "every document")
                last = [state(c)[0]]

                def settled():
                    time.sleep(1.5)
                    previous, last[0] = last[0], state(c)[0]
                    return previous == last[0]
                until(settled, "the cursor to rest")
            finally:
                for server in servers:
                    if server:
                        server.close()
            compare(self, c)  # before anybody else drains
            rebuild_changes_nothing(self, c)
            self.assertGreater(len(owners - {""}), 1, "one process did everything: this proves nothing")
            print(f"{backend.name}: {hosts} hosts, {len(takeovers)} times killed, taken over in at most {max(takeovers):.1f} s")


@unittest.skipUnless(LONG and POSTGRES, "SALES_LEADS_LONG=1 and a PostgreSQL: a night run takes minutes")
class NightRun(unittest.TestCase):
    """A night run: the ERP posts 100,000 invoices in files, people post orders and credits meanwhile; two hosts work, later four, and the
    one that works is killed every few seconds."""
    maxDiff = 2000

    def invoices(self, c, number, rnd):
        """One file of invoices and credit notes, posted by a process of its own."""
        file = c.folder / f"night_{number}.csv"
        rows = []
        for i in range(max(DOCUMENTS // FILES, 0 if number else SHOPS)):
            day, credit = f"2025-{rnd.randint(2, 11):02d}-{rnd.randint(1, 28):02d}", rnd.random() < CREDITS
            net = rnd.randint(1, 99_999)
            rows.append(f"{1_000_000 + number * 10_000 + i},{'credit_note' if credit else 'invoice'},{day}T08:26:00,{9_000 + (rnd.randrange(SHOPS) if number else i % SHOPS)},Sweden,"
                        f"SEK,3,{-net if credit else net}")
        head = "invoice_no,kind,posted_at,customer_no,country,currency,line_count,net_minor"
        file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return subprocess.Popen(c.command("import", "invoices", str(file), "--map", "retail_invoices"), stdout=subprocess.DEVNULL)

    def test_100_000_documents_on_two_then_four_hosts(self):
        rnd = random.Random(11)
        with Company(Postgres(), currency="SEK") as c:
            self.assertEqual(self.invoices(c, 0, rnd).wait(), 0)
            shops = {row["id"] for row in c.backend.rows("select id from erp_customer")}
            self.assertEqual(len(shops), SHOPS)
            poster = Poster(c, rnd)
            for number, shop in enumerate(sorted(shops)):
                if number % 4:
                    c.opportunity(f"Shop {number}", shop, campaign=poster.fair if number % 2 else None,
                                  sellers=[(poster.people[number % 3], 3333), (poster.people[(number + 1) % 3], 6667)])
            servers, takeovers, next_kill = [Server(c) for _ in range(2)], [], time.monotonic() + 3
            try:
                for number in range(1, FILES):
                    if number == FILES // 2:
                        servers += [Server(c) for _ in range(2)]
                    importer = self.invoices(c, number, rnd)
                    while importer.poll() is None:
                        poster.post()
                    self.assertEqual(importer.returncode, 0, "the host kept posting throughout")
                    if time.monotonic() < next_kill:
                        continue
                    takeovers.append(kill_and_take_over(c, poster, servers, rnd))
                    next_kill = time.monotonic() + 3
                documents = c.backend.rows("select (select count(*) from erp_invoice) + (select count(*) from erp_order) as n")[0]["n"]
                posted = time.monotonic()
                known = f"select count(*) as n from {table(c, 'sl_document')}"
                until(lambda: c.backend.rows(known)[0]["n"] >= documents, "every document", 600)
                behind = time.monotonic() - posted
            finally:
                for server in servers:
                    if server:
                        server.close()
            c.drain()
            self.assertGreaterEqual(documents, DOCUMENTS)
            self.assertGreater(len(takeovers), 3)
            linked = c.backend.rows(f"select count(*) as n from {table(c, 'sl_document')} where linked_minor <> 0")[0]["n"]
            self.assertGreater(linked, documents // 4, "most of a night run that links nothing proves little")
            compare(self, c, reports=False)
            rebuild_changes_nothing(self, c)
            print(f"{documents} documents, {linked} of them linked; {len(takeovers)} times killed, taken over in at most {max(takeovers):.1f} s; "
                  f"{behind:.1f} s after the last posting all were known")


def add(backend, hosts):
    setattr(ManyHosts, f"test_{hosts}_hosts_{backend.name}", lambda self: self.run_on(backend, hosts))


for _backend in backends():
    for _hosts in (2, 4) if LONG or _backend.name == "postgres" else (2,):
        add(_backend, _hosts)

if __name__ == "__main__":
    unittest.main()
