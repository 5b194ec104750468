# SPDX-License-Identifier: Apache-2.0
"""What all tests of this folder share: a company that is posted to by a script which never gives up, and looks into the
database that tell whether anything was lost or came twice.

Every wish of a Script carries a request id: when its host died, or the database went away, the same wish is sent again.
So at the end every document must exist exactly once, and the ledger must be the oracle's.
"""
import contextlib
import datetime
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import BUILD, LONG, POSTGRES, PROJECT, Company, Postgres, Refused, Sqlite  # noqa: E402

KILLER = BUILD / "test_modules" / "libkill_at.so"
PATIENCE_S = 120
UNAVAILABLE, BUSY, DEADLINE = -6, -7, -8


@contextlib.contextmanager
def environment(**values):
    """For the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Clock:
    """The host's clock in a file, so that a test need not wait for a dead process's lease: it moves the clock."""

    def __init__(self, folder, start="2026-03-01T08:00:00+00:00"):
        self.file, self.now = Path(folder) / "clock", datetime.datetime.fromisoformat(start)
        self.move(0)

    def move(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(self.now.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
        fresh.rename(self.file)

    @property
    def setting(self):
        return f"@{self.file}"


def kill(process):
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


class Script:
    """Sends wishes to a company, each until it is acknowledged."""

    def __init__(self, company, name, on_death=lambda: None):
        self.c, self.name, self.on_death = company, name, on_death
        self.numbers, self.deaths, self.refusals, self.longest = 0, 0, {}, 0.0

    def ask(self, action, /, **fields):
        self.numbers += 1
        fields["request_id"] = f"{self.name}/{self.numbers}"
        return self.insist(lambda: self.c.call(action, **fields))

    def insist(self, act):
        start = time.monotonic()
        while True:
            try:
                answer = act()
                self.longest = max(self.longest, time.monotonic() - start)
                return answer
            except Refused as refused:
                if refused.status not in (UNAVAILABLE, BUSY) or time.monotonic() - start > PATIENCE_S:
                    raise
                self.refusals[refused.key] = self.refusals.get(refused.key, 0) + 1
            except AssertionError as gone:
                if "gave no answer" not in str(gone) or time.monotonic() - start > PATIENCE_S:
                    raise
                self.deaths += 1
                self.on_death()
            time.sleep(0.02)

    # ---- documents, in as many calls as a host has for them

    def order(self, customer, nets, at, **more):
        made = self.ask("order.create", customer=customer, lines=[{"net": net} for net in nets], **more)
        self.ask("order.confirm", id=made["id"], at=at)
        return made["id"], [line["id"] for line in made["lines"]]

    def invoice(self, customer, lines, at, credit=False):
        """lines: [(net, kind of source line, its id)]"""
        lines = [{"net": net, "sources": [{kind: line}]} for net, kind, line in lines]
        made = self.ask("credit_note.create" if credit else "invoice.create", customer=customer, lines=lines)
        self.ask("invoice.post", id=made["id"], at=at)
        return made["id"], [line["id"] for line in made["lines"]]

    def drain(self):
        return self.insist(self.c.drain)


class Load(threading.Thread):
    """Posts orders, their invoices in parts and credits in a fixed random order, until stop(); every one is counted."""

    def __init__(self, company, seed, customers, on_death=lambda: None):
        super().__init__(daemon=True)
        self.script, self.r, self.customers = Script(company, f"load{seed}", on_death), random.Random(seed), customers
        self.orders, self.invoices, self.posted = [], [], {"order": 0, "invoice": 0}
        self.ended, self.trouble, self.moments = threading.Event(), None, []

    def run(self):
        try:
            while not self.ended.is_set():
                self.post()
                self.moments.append(time.monotonic())
        except BaseException as error:  # the test asks for it
            self.trouble = error

    def post(self):
        r = self.r
        day = f"2025-{r.randint(2, 11):02d}-{r.randint(1, 28):02d}T09:00:00Z"
        kind = r.random()
        if kind < 0.4 or not self.orders:
            customer, nets = r.choice(self.customers), [r.randint(1, 99999) for _ in range(r.randint(1, 3))]
            self.orders.append((customer, self.script.order(customer, nets, day)[1]))
            self.posted["order"] += 1
        elif kind < 0.8 or not self.invoices:
            customer, lines = r.choice(self.orders)
            net = r.randint(1, 50000)
            made = self.script.invoice(customer, [(net, "order_line", r.choice(lines))], day)
            self.invoices.append((customer, made[1][0], net))
            self.posted["invoice"] += 1
        else:
            customer, line, net = r.choice(self.invoices)
            self.script.invoice(customer, [(-r.randint(1, net), "invoice_line", line)], day, credit=True)
            self.posted["invoice"] += 1

    def stop(self):
        self.ended.set()
        self.join(PATIENCE_S)
        if self.trouble:
            raise self.trouble
        if self.is_alive():
            raise AssertionError("the posting does not end")

    def longest_gap(self):
        """Seconds between two acknowledged documents, at most."""
        return max((b - a for a, b in zip(self.moments, self.moments[1:])), default=0.0)


def a_company(backend, **more):
    """A company with employees, a campaign, customers and an opportunity on each of them. Answers (company, customers)."""
    company = Company(backend, currency="SEK", **more)
    try:
        people = [company.employee(f"Employee {n}") for n in range(3)]
        fair = company.campaign("Fair", "fair", "2025-01-01", None)
        customers = [company.customer(f"Customer {n}") for n in range(4)]
        for n, customer in enumerate(customers):
            company.opportunity(f"Deal {n}", customer, campaign=fair if n % 2 else None,
                                sellers=[(people[n % 3], 3333), (people[(n + 1) % 3], 6667)])
        return company, customers
    except BaseException:
        company.close()
        raise


def check_documents(test, company, posted):
    """Every acknowledged document is there, and none twice."""
    for kind, number in posted.items():
        found = company.backend.rows(f"select count(*) as n from erp_{kind} where state <> 'draft'")[0]["n"]
        test.assertEqual(found, number, f"documents of kind {kind}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class OwnServer:
    """A PostgreSQL of a test's own, which it may stop, restart and fill as it likes."""

    def __init__(self, folder=None):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="sales_leads_crash_pg_"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.script = str(PROJECT / "packaging" / "postgres-for-tests")
        done = subprocess.run([self.script, "start", str(self.folder / "pg"), str(self.port)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        self.url = done.stdout.strip()

    def backend(self):
        """A database on this server, for Company()."""
        server = self

        class Own(Postgres):
            def prepare(self, folder):
                self.database = f"sl_crash_{os.getpid()}_{next(self.numbers)}"
                self.psql(server.url, f"create database {self.database}")
                self.url = server.url.rsplit("/", 1)[0] + "/" + self.database
                self.schema = None
                return ["--database", self.url]

            def remove(self):
                pass  # goes with the server
        return Own()

    def ctl(self, *arguments):
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        binary = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1]
        return subprocess.run([*as_user, str(binary), "-D", str(self.folder / "pg" / "data"), *arguments], cwd="/", capture_output=True,
                              text=True, check=True)

    def restart(self, how="fast"):
        self.ctl("-m", how, "-w", "-t", "60", "-l", str(self.folder / "pg" / "log"), "restart")

    def close(self):
        subprocess.run([self.script, "stop", str(self.folder / "pg")], capture_output=True, check=False)
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)


def long_tier(test):
    """A test method of the long tier alone."""
    return test if LONG else None


def on_both(cls, name, run, postgres_in_fast_tier=True):
    for backend in (Sqlite, Postgres) if LONG or postgres_in_fast_tier else (Sqlite,):
        setattr(cls, f"test_{name}_on_{backend.name}", lambda self, backend=backend: run(self, backend()))
