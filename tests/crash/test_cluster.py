# SPDX-License-Identifier: Apache-2.0
"""Many hosts on one PostgreSQL, killed every few seconds under a night run of invoices; a standby promoted under load, by
hand and by Patroni; and events whose transactions end late and out of order.

Long tier. SALES_LEADS_DOCUMENTS says how many documents the night run posts (100,000 unless told).
"""
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cluster import UnderPatroni, WithStandby, until  # noqa: E402
from world import POSTGRES, Load, a_company, check_documents, kill, long_tier  # noqa: E402
from harness import Company, Oracle, Postgres, compare, difference, rebuild_changes_nothing  # noqa: E402
from web import Server  # noqa: E402

DOCUMENTS = int(os.environ.get("SALES_LEADS_DOCUMENTS") or 100_000)
ORDERS, INVOICES, CREDITS = 200, 200, 100  # of one file
KILL_EVERY_S = 6  # a dead host's lease holds for 5


def known(company):
    return company.backend.rows("select count(*) as n from sales_leads.sl_document")[0]["n"]


class NightRun(threading.Thread):
    """Files of orders, of the invoices that follow them and of credit notes on those, imported one after the other."""

    def __init__(self, company, customers, documents):
        super().__init__(daemon=True)
        self.c, self.customers, self.files = company, customers, max(1, documents // (ORDERS + INVOICES + CREDITS))
        self.r, self.done, self.trouble = random.Random(3), 0, None

    def run(self):
        try:
            for number in range(self.files):
                self.one(number)
                self.done += ORDERS + INVOICES + CREDITS
        except BaseException as error:
            self.trouble = error

    def one(self, number):
        r, day = self.r, f"2025-{1 + number % 11:02d}-{1 + number % 28:02d}"
        orders, invoices, credits = [], [], []
        for n in range(ORDERS):
            name, customer = f"O{number}-{n}", r.choice(self.customers)
            for line in range(1, r.randint(1, 3) + 1):
                orders.append((name, "confirmed", customer, f"{day}T09:00:00Z", line, r.randint(1, 99999)))
            net = r.randint(100, 99999)
            invoices.append((f"I{number}-{n}", "invoice", f"{day}T10:00:00Z", customer, 1, net, name, 1, "", ""))
            if n % 2:
                credits.append((f"C{number}-{n}", "credit_note", f"{day}T11:00:00Z", customer, 1, -r.randint(1, net), "", "", f"I{number}-{n}", 1))
        self.load("orders", "order_no,state,customer_no,confirmed_at,line_no,net_minor", orders)
        head = "invoice_no,kind,posted_at,customer_no,line_no,net_minor,order_no,order_line,credits_invoice,credits_line"
        self.load("invoices", head, invoices)
        self.load("invoices", head, credits)

    def load(self, kind, head, rows):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=self.c.folder) as file:
            file.write(head + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
            file.flush()
            done = self.c.cli("import", kind, file.name)
            if done.returncode:
                raise AssertionError(f"import {kind}: {done.stdout[-500:]} {done.stderr[-1500:]}")


class ManyHosts(unittest.TestCase):
    maxDiff = 4000

    @long_tier
    def test_a_night_run_with_hosts_killed(self):
        company = Company(Postgres(), currency="SEK")
        self.addCleanup(company.close)
        people = [company.employee(f"Employee {n}") for n in range(5)]
        fair = company.campaign("Fair", "fair", "2025-01-01", None)
        for n in range(1, 41):
            customer = company.customer(f"Customer {n}", number=str(1000 + n))
            company.opportunity(f"Deal {n}", customer, campaign=fair if n % 3 else None,
                                sellers=[(people[n % 5], 3333), (people[(n + 1) % 5], 6667)])
        company.drain()
        company.stop()
        places = [company.elsewhere(1) for _ in range(4)]
        servers = [Server(place) for place in places[:2]]
        self.addCleanup(lambda: [server.close() for server in servers])
        run = NightRun(company, range(1001, 1041), DOCUMENTS)
        r, kills, owners, start = random.Random(5), 0, set(), time.monotonic()
        run.start()
        while run.is_alive() or known(company) < run.done:
            pause = time.monotonic() + KILL_EVERY_S
            while time.monotonic() < pause and (run.is_alive() or known(company) < run.done):
                time.sleep(0.2)
            if run.trouble:
                raise run.trouble
            owner = company.backend.rows("select lease_owner from sales_leads.sl_company")[0]["lease_owner"] or ""
            owners.add(owner)
            if len(servers) == 2 and run.done >= DOCUMENTS // 2:
                servers += [Server(place) for place in places[2:]]  # two, then four
            # The one that works is the one that counts; its process stands in the lease. Now and then any other.
            working = [n for n, server in enumerate(servers) if owner.startswith(f"{server.process.pid}-")]
            victim = working[0] if working and r.random() < 0.7 else r.randrange(len(servers))
            kill(servers[victim].process)
            kills += 1
            servers[victim].close()
            servers[victim] = Server(places[victim])
            self.assertLess(time.monotonic() - start, 3600)
        took = time.monotonic() - start
        for server in servers:
            server.close()
        company.drain()
        self.assertEqual(known(company), run.done)
        for kind, number in (("order", ORDERS), ("invoice", INVOICES + CREDITS)):
            self.assertEqual(company.backend.rows(f"select count(*) as n from erp_{kind}")[0]["n"], run.files * number)
        self.check_all_lines(company)
        self.check_some_customers(company)
        checked = company.call("ledger.verify")
        self.assertEqual((checked["ok"], checked["differences"]), (True, []))
        self.assertEqual(company.call("parked.list")["parked"], [])
        self.assertGreater(len(owners - {""}), 2, "the work never changed hands: this proves nothing")
        print(f"{run.done} documents with two, then four hosts, {kills} killed, {len(owners)} owners seen, {took:.0f} s; "
              f"every line's parts, and {self.checked} documents by the oracle")


    def check_all_lines(self, company):
        """The parts of every line, whoever they went to, are the line: document by document, nothing lost, nothing twice."""
        lines = company.backend.rows(
            "select 'order' as kind, order_id as document, id, company_net_minor as net, 'ordered' as measure from erp_order_line union all "
            "select 'invoice', l.invoice_id, l.id, l.company_net_minor, case i.kind when 'invoice' then 'invoices' else 'credits' end "
            "from erp_invoice_line l join erp_invoice i on i.id = l.invoice_id")
        wanted = {(r["kind"], r["document"], r["id"], r["measure"]): r["net"] for r in lines}
        self.balances, found = company.balances(), {}
        for (kind, document, line, _, _, _, measure, _), (_, net) in self.balances.items():
            found[kind, document, line, measure] = found.get((kind, document, line, measure), 0) + net
        self.assertEqual(difference(wanted, found), "")

    def check_some_customers(self, company):
        """Opportunity, campaign, seller and day of everything that some customers bought, by the oracle, which is slow."""
        world = company.world()
        for customer in world["customers"]:
            own = dict(world, **{k: [d for d in world[k] if d["customer"] == customer["id"]] for k in ("orders", "invoices")})
            expected = Oracle(own).balances()
            keys = {(kind, d["id"]) for kind in ("order", "invoice") for d in own[kind + "s"]}
            self.assertEqual(difference(expected, {k: v for k, v in self.balances.items() if k[:2] in keys}), "")
            self.checked = getattr(self, "checked", 0) + len(keys)
            if self.checked >= 1500:
                break


class FailOver(unittest.TestCase):
    maxDiff = 4000

    def over(self, cluster, then=lambda: None):
        backend_of = self.backend(cluster.url)
        company, customers = a_company(backend_of)
        try:
            servers = [Server(company.elsewhere(1)) for _ in range(2)]
            load = Load(company, 1, customers)
            load.start()
            until(lambda: len(load.moments) > 20 or load.trouble, "the posting to begin")
            before, start = sum(load.posted.values()), time.monotonic()
            cluster.fail_over()
            until(lambda: sum(load.posted.values()) > before + 20 or load.trouble, "the posting to go on", 90)
            gap = load.longest_gap()
            then()
            time.sleep(2)
            load.stop()
            until(lambda: known(company) >= sum(load.posted.values()), "the hosts to work everything off")
            for server in servers:
                self.assertIsNone(server.process.poll(), "a host has ended")
                server.close()
            load.script.drain()
            check_documents(self, company, load.posted)
            compare(self, company, reports=False)
            rebuild_changes_nothing(self, company)
            print(f"{type(cluster).__name__}: {sum(load.posted.values())} documents, none missing; longest gap {gap:.1f} s "
                  f"({time.monotonic() - start:.0f} s in all), refusals {load.script.refusals}")
        finally:
            company.stop()
            company.close()

    @staticmethod
    def backend(url):
        class Pair(Postgres):
            def prepare(self, folder):
                self.database = f"sl_pair_{os.getpid()}"
                # Until the standby knows it too: where that one is asked first, libpq tries no other after "does not exist".
                self.psql(f"{url}&options=-csynchronous_commit%3Dremote_apply", f"create database {self.database}")
                self.url = url.replace("/postgres?", f"/{self.database}?")
                self.schema = None
                return ["--database", self.url]

            def remove(self):
                pass  # goes with its servers
        return Pair()

    @long_tier
    def test_a_standby_is_promoted(self):
        cluster = WithStandby()
        try:
            self.over(cluster)
        finally:
            cluster.close()

    @long_tier
    def test_under_patroni(self):
        if UnderPatroni.missing():
            self.skipTest(f"not installed: {' '.join(UnderPatroni.missing())} (apt-get install patroni python3-etcd etcd-server)")
        with tempfile.TemporaryDirectory(prefix="sales_leads_patroni_") as folder:
            os.chmod(folder, 0o755)
            cluster = UnderPatroni(Path(folder) / "pair")
            try:
                self.over(cluster, then=lambda: cluster.come_back(next(n for n in cluster.ports if n != cluster.leader())))
            finally:
                cluster.close()


class Psql:
    """A session that stays open, so that its transaction can."""

    def __init__(self, url):
        self.process = subprocess.Popen(["psql", url, "-XAtq", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)

    def run(self, sql):
        self.process.stdin.write(f"{sql}\n\\echo ready\n")
        lines = []
        for line in self.process.stdout:
            if line.strip() == "ready":
                return lines
            lines.append(line.strip())
        raise AssertionError(f"psql ended: {lines}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Relay(unittest.TestCase):
    maxDiff = 4000

    @long_tier
    def test_late_and_out_of_order_commits(self):
        """Documents change in transactions that end seconds later, in another order; a transaction in another database of the
        cluster stays open all the time. Nobody waits for them, and none is lost."""
        if not POSTGRES:
            self.skipTest("SALES_LEADS_TEST_POSTGRES is not set: no PostgreSQL server to test on")
        company, customers = a_company(Postgres())
        self.addCleanup(company.close)
        elsewhere = Psql(POSTGRES)  # the oldest transaction of the cluster
        self.addCleanup(elsewhere.close)
        elsewhere.run("begin; create temp table hold (x int); insert into hold values (1);")
        load = Load(company, 1, customers)
        orders = []
        for n in range(6):
            orders.append(load.script.order(customers[n % 3], [1000 + n], "2025-02-01T09:00:00Z")[0])
            load.posted["order"] += 1
        load.orders = []
        company.drain()
        company.stop()
        worker = Server(company.elsewhere(1))
        self.addCleanup(worker.close)
        late = []
        for number, order in enumerate(orders):
            session = Psql(company.backend.url)
            self.addCleanup(session.close)
            # As the host does it: the change and its event in one transaction, the event's id drawn at once.
            session.run("begin;")
            session.run(f"update host_order set customer_id = {customers[3]} where id = {order};")
            ident = session.run("insert into host_event (id, company_id, kind, document_id, from_state, to_state, occurred_at, sequence) "
                                f"select max(id) + {1_000_000 + number}, 1, 'order.updated', {order}, 'confirmed', 'confirmed', max(occurred_at), null "
                                "from host_event returning id;")
            late.append((session, int(ident[0]), order))
        slowest = 0.0
        for _ in range(15):  # the host posts on, with higher and lower numbers than those
            load.post()
            start, want = time.monotonic(), sum(load.posted.values())
            until(lambda want=want: known(company) >= want, "an event beside open transactions", 20)
            slowest = max(slowest, time.monotonic() - start)
        self.assertLess(slowest, 5, "somebody waited for a transaction of somebody else")
        for session, _, _ in reversed(late):  # the last one first
            session.run("commit;")
            load.post()
            time.sleep(0.2)
        until(lambda: sum(r["n"] for r in company.backend.rows(f"select count(*) as n from host_event where sequence is null")) == 0, "the relay")
        time.sleep(2.5)
        worker.close()
        load.script.drain()
        events = company.backend.rows("select id, sequence from host_event where sequence is not null order by sequence")
        ids = [e["id"] for e in events]
        self.assertNotEqual(ids, sorted(ids), "no event came out of its order: this proves nothing")
        self.assertEqual(len({e["sequence"] for e in events}), len(events))
        check_documents(self, company, load.posted)
        compare(self, company, reports=False)
        rebuild_changes_nothing(self, company)
        print(f"{len(late)} transactions held open and ended in reverse; an event was worked off after at most {slowest:.2f} s")


if __name__ == "__main__":
    unittest.main()
