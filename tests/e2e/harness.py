# SPDX-License-Identifier: Apache-2.0
"""Drives the real erp-host over its command line, and holds what it did against the oracle.

    with Company(Sqlite(), currency="SEK") as company:
        customer = company.customer("Acme")
        order = company.order(customer, [10000], confirmed="2025-03-01T09:00:00Z")
        company.drain()
        compare(self, company)

Documents, customers and references are read back from the host's read views (a contract of their own); the module's own
records (opportunities, campaigns, links) are mirrored here call by call, never read from the module's tables.
"""
import csv
import io
import itertools
import json
import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from zoneinfo import ZoneInfo
import datetime

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "oracle"))
from oracle import EPOCH, Oracle, day_of  # noqa: E402

ERP_HOST = Path(os.environ.get("ERP_HOST") or PROJECT / "build" / "bin" / "erp-host")
BUILD = ERP_HOST.resolve().parent.parent
DATA = Path(os.environ.get("SALES_LEADS_DATA") or PROJECT.parent / "shared" / "data")
POSTGRES = os.environ.get("SALES_LEADS_TEST_POSTGRES", "")
LONG = os.environ.get("SALES_LEADS_LONG") == "1"
MEASURES = ("offered", "ordered", "invoices", "credits")
CALL_TIMEOUT_S = 600


def microseconds(text):
    """A moment in UTC as microseconds; text like 2025-03-01T09:00:00Z."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment.astimezone(datetime.timezone.utc) - EPOCH) // datetime.timedelta(microseconds=1)


def percent(bp):
    return f"{bp // 100}.{bp % 100:02d}"


class Refused(Exception):
    """The host or the module refused an action."""

    def __init__(self, error, about=""):
        self.status, self.key, self.message = error.get("status"), error.get("key", ""), error.get("message", "")
        self.field = error.get("field")
        super().__init__(f"{about}: {json.dumps(error, ensure_ascii=False)}")


# ---------------------------------------------------------------- databases

class Sqlite:
    name = "sqlite"

    def prepare(self, folder):
        self.file = folder / "erp.db"
        return []

    def rows(self, sql):
        connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(r) for r in connection.execute(sql)]
        finally:
            connection.close()

    def change(self, sql):
        """By hand, past host and module: for what they must find then."""
        connection = sqlite3.connect(self.file, timeout=30)
        with connection:
            connection.execute(sql)
        connection.close()

    def remove(self):
        pass


class Postgres:
    """A fresh database for every company, on the server that SALES_LEADS_TEST_POSTGRES names."""
    name = "postgres"
    numbers = itertools.count(1)

    def prepare(self, folder):
        if not POSTGRES:
            raise unittest.SkipTest("SALES_LEADS_TEST_POSTGRES is not set: no PostgreSQL server to test on")
        self.database = f"sl_e2e_{os.getpid()}_{next(self.numbers)}"
        self.psql(POSTGRES, f"create database {self.database}")
        self.url = re.sub(r"/[^/]*$", "/" + self.database, POSTGRES)
        self.schema = None
        return ["--database", self.url]

    @staticmethod
    def psql(url, sql):
        done = subprocess.run(["psql", url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()}")
        return done.stdout

    def rows(self, sql):
        if self.schema is None:
            found = self.psql(self.url, "copy (select table_schema from information_schema.tables where table_name = 'erp_order' "
                                        "order by table_schema limit 1) to stdout").strip()
            self.schema = found or "public"
        text = self.psql(self.url, f"set search_path to {self.schema}, public; copy ({sql}) to stdout csv header force quote *")
        result = []
        for row in csv.DictReader(io.StringIO(text)):
            result.append({k: (int(v) if re.fullmatch(r"-?\d{1,18}", v) else v) if v != "" else None for k, v in row.items()})
        return result

    def change(self, sql):
        self.psql(self.url, f"set search_path to sales_leads, public; {sql}")

    def remove(self):
        self.psql(POSTGRES, f"drop database if exists {self.database} with (force)")


def backends():
    return [Sqlite, Postgres]


# ---------------------------------------------------------------- the host as a process

class Host:
    """One data folder, and one `erp-host batch` process on it that is started with the first call."""

    def __init__(self, backend=None, company=None):
        self.backend = backend or Sqlite()
        if not ERP_HOST.exists():
            raise RuntimeError(f"{ERP_HOST} is not built (set ERP_HOST)")
        self.folder = Path(tempfile.mkdtemp(prefix="sales_leads_e2e_"))
        self.data = self.folder / "data"
        self.data.mkdir()
        self.process, self.others = None, []
        try:
            self.arguments = self.backend.prepare(self.data)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        if company:
            self.arguments += ["--company", str(company)]
        if os.environ.get("SALES_LEADS_MODULES"):
            self.arguments += ["--modules", os.environ["SALES_LEADS_MODULES"]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for other in self.others:
            other.stop()
        self.stop()
        if os.environ.get("SALES_LEADS_KEEP"):
            print(f"kept {self.folder}", file=sys.stderr)
            return
        self.backend.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        if self.process:
            self.process.stdin.close()
            try:
                code = self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                code = self.process.wait()
            self.process.stdout.close()
            self.process = None
            if code not in (0, 1):
                raise AssertionError(f"erp-host batch ended with {code}: {self.errors()}")

    def errors(self):
        file = self.folder / "stderr"
        text = file.read_text(errors="replace") if file.exists() else ""
        return text if len(text) < 6000 else text[:3000] + "\n…\n" + text[-3000:]

    def command(self, *arguments):
        return [str(ERP_HOST), *map(str, arguments), "--data", str(self.data), *self.arguments]

    def cli(self, *arguments, stdin=None, timeout=CALL_TIMEOUT_S):
        """A call of its own process; answers the finished process with text output."""
        return subprocess.run(self.command(*arguments), input=stdin, capture_output=True, text=True, timeout=timeout, check=False)

    def send(self, message):
        if self.process is None:
            with open(self.folder / "stderr", "ab") as errors:
                self.process = subprocess.Popen(self.command("batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                                text=True, encoding="utf-8", bufsize=1)
        try:
            self.process.stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        ready, _, _ = select.select([self.process.stdout], [], [], CALL_TIMEOUT_S)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            code = self.process.wait()
            self.process = None
            raise AssertionError(f"erp-host batch gave no answer to {json.dumps(message)[:300]} (exit {code}): {self.errors()}")
        answer = json.loads(line)
        if not answer.get("ok"):
            raise Refused(answer["error"], json.dumps(message, ensure_ascii=False)[:300])
        return answer.get("result")

    def call(self, name, /, **fields):
        return self.send({"action": name, "input": {k: v for k, v in fields.items() if v is not None}})

    def as_user(self, login):
        """The same host through a process of its own, called by this user; closed with stop()."""
        other = object.__new__(Host)
        other.backend, other.folder, other.data, other.process = self.backend, self.folder, self.data, None
        other.arguments = [*self.arguments, "--user", login]
        self.others.append(other)
        return other

    def elsewhere(self, company):
        """The same host for another company of the same database."""
        other = self.as_user("")
        other.arguments = [*self.arguments, "--company", str(company)]
        return other

    def actions(self):
        """Every action that the host knows, its own and the module's."""
        listed = json.loads(self.cli("actions").stdout)
        return listed["actions"] if isinstance(listed, dict) else listed

    def report(self, name, /, **params):
        return self.send({"report": name, "params": {k: v for k, v in params.items() if v is not None}})

    def drain(self):
        return self.send({"drain": True})

    def pages(self, name, key, limit=None):
        """All rows of a paged list."""
        rows, after = [], None
        while True:
            page = self.call(name, after=after, limit=limit)
            rows += page[key]
            after = page.get("next")
            if after is None:
                return rows


def companys_today(zone="Europe/Stockholm"):
    """The day that a company of these tests has, whatever the machine's own zone is."""
    return datetime.datetime.now(ZoneInfo(zone)).date()


# ---------------------------------------------------------------- a company with its mirror

class Company(Host):
    def __init__(self, backend=None, currency="SEK", zone="Europe/Stockholm", fiscal_year_start_month=None):
        super().__init__(backend)
        try:
            self.currency, self.zone = currency, zone
            self.call("company.update", currency=currency, time_zone=zone, fiscal_year_start_month=fiscal_year_start_month)
            self.opportunities, self.campaigns, self.user_links, self.memberships, self.groups = {}, {}, [], [], {}
            self.entries = itertools.count(1)
            self.start_date = None
            pipelines = self.call("pipeline.list")["pipelines"]
            self.pipelines = {p["id"]: {"id": p["id"], "window": 90, "models": []} for p in pipelines}
            self.pipeline = next((p["id"] for p in pipelines if p.get("is_default")), pipelines[0]["id"])
        except BaseException:
            self.close()
            raise

    # ---- host records

    def customer(self, name, **more):
        return self.call("customer.create", name=name, **more)["id"]

    def project(self, name, **more):
        return self.call("project.create", name=name, **more)["id"]

    def employee(self, name, **more):
        return self.call("employee.create", name=name, **more)["id"]

    def rate(self, currency, date, rate):
        self.call("rate.set", currency=currency, date=date, rate=rate)

    @staticmethod
    def lines(lines):
        return [line if isinstance(line, dict) else {"net": line} for line in lines]

    def order(self, customer, lines, confirmed=None, offered=None, state=None, **more):
        """Creates an order; confirms it when a time is given. Answers {"id", "lines": [line ids]}."""
        state = "offer" if offered else state
        made = self.call("order.create", customer=customer, lines=self.lines(lines), state=state, offered_at=offered, **more)
        order = {"id": made["id"], "lines": [line["id"] for line in made["lines"]]}
        if confirmed:
            self.call("order.confirm", id=order["id"], at=confirmed)
        return order

    def invoice(self, posted=None, lines=None, credit=False, **more):
        """Creates an invoice or a credit note as a draft; posts it when a time is given."""
        lines = self.lines(lines) if lines is not None else None
        made = self.call("credit_note.create" if credit else "invoice.create", lines=lines, **more)
        invoice = {"id": made["id"], "lines": [line["id"] for line in made["lines"]]}
        if posted:
            self.call("invoice.post", id=invoice["id"], at=posted)
        return invoice

    def credit(self, posted=None, lines=None, **more):
        return self.invoice(posted, lines, credit=True, **more)

    def refer(self, kind, document, name, number, line=None):
        self.call("document.set_reference", kind=kind, document=document, line=line, reference="sales_leads." + name, id=number)

    # ---- the module's records, mirrored

    def campaign(self, title, code=None, start=None, end=None, **more):
        made = self.call("campaign.create", title=title, code=code, start=start, end=end, **more)
        self.campaigns[made["id"]] = {"id": made["id"], "start": start, "end": end, "code": made.get("code") or code}
        return made["id"]

    def entry(self, effective_at, value):
        return {"effective_at": effective_at, "id": next(self.entries), "value": value}

    def opportunity(self, title, customer=None, since="2025-01-01T08:00:00Z", start="2025-01-01", sellers=None, touches=(), status="open",
                    **more):
        """sellers: [(employee, basis points)], touches: [(campaign, date)]."""
        made = self.call("opportunity.create", title=title, customer=customer, effective_at=since, start=start,
                         sellers=[{"employee": e, "share": percent(bp)} for e, bp in sellers] if sellers else None,
                         touches=[{"campaign": c, "date": d} for c, d in touches] if touches else None, **more)
        moment = microseconds(since)
        fields = {"customer": customer, "sellers": [list(s) for s in sellers] if sellers else None, "status": status}
        for name in ("project", "owner", "campaign", "planned_close"):
            fields[name] = more.get(name)
        self.opportunities[made["id"]] = {
            "id": made["id"], "pipeline": more.get("pipeline") or self.pipeline, "start": start,
            "recurring_months": more.get("recurring_months"), "touches": [{"campaign": c, "date": d} for c, d in dict.fromkeys(touches)],
            "history": {name: [self.entry(moment, value)] for name, value in fields.items()}}
        return made["id"]

    def change(self, number, at, **fields):
        """opportunity.update with history: owner, customer, project, campaign, planned_close."""
        self.call("opportunity.update", id=number, effective_at=at, **fields)
        for name, value in fields.items():
            if name in self.opportunities[number]["history"]:
                self.opportunities[number]["history"][name].append(self.entry(microseconds(at), value))

    def status(self, number, value, at, **more):
        self.call({"won": "opportunity.win", "lost": "opportunity.lose", "open": "opportunity.reopen"}[value], id=number, effective_at=at,
                  **more)
        self.opportunities[number]["history"]["status"].append(self.entry(microseconds(at), value))

    def sellers(self, number, sellers, since):
        """Shares that hold from the beginning of the day `since`."""
        self.call("opportunity.set_sellers", id=number, sellers=[{"employee": e, "share": percent(bp)} for e, bp in sellers],
                  **{"from": since, "reason": "agreed"})
        moment = datetime.datetime.combine(datetime.date.fromisoformat(since), datetime.time(), ZoneInfo(self.zone))
        history, from_then = self.opportunities[number]["history"]["sellers"], (moment - EPOCH) // datetime.timedelta(microseconds=1)
        later = sorted({one["effective_at"] for one in history if one["effective_at"] > from_then})
        history += [self.entry(at, [list(s) for s in sellers]) for at in (from_then, *later)]  # what was given for later days gives way

    def touch(self, number, campaign, date):
        """The same campaign on the same day is one touch, however often it is said."""
        self.call("opportunity.add_touch", id=number, campaign=campaign, date=date)
        one, known = {"campaign": campaign, "date": date}, self.opportunities[number]["touches"]
        known += [] if one in known else [one]

    def model(self, model, valid_from, weights=None):
        self.call("pipeline.set_model", model=model, valid_from=valid_from, weights=weights)
        self.pipelines[self.pipeline]["models"].append({"id": next(self.entries), "model": model, "valid_from": valid_from,
                                                        "weights": weights})

    def window(self, days):
        self.call("pipeline.update", id=self.pipeline, link_window_days=days)
        self.pipelines[self.pipeline]["window"] = days

    def on_confirmed(self, what):
        self.call("pipeline.update", id=self.pipeline, on_order_confirmed=what)

    def start_on(self, date):
        self.call("company.start", date=date)
        self.start_date = date

    def link(self, kind, document, shares, line=None):
        """shares: [(opportunity, basis points)]"""
        self.call("link.set", document_kind=kind, document=document, line=line,
                  shares=[{"opportunity": o, "share": percent(bp)} for o, bp in shares], reason="by hand")
        self.user_links.append({"document_kind": kind, "document": document, "line": line or 0, "act": "link",
                                "shares": [list(s) for s in shares], "set_at": time.time_ns() // 1000})

    def undo(self, kind, document, line=None):
        self.call("link.undo", document_kind=kind, document=document, line=line, reason="wrong")
        self.user_links.append({"document_kind": kind, "document": document, "line": line or 0, "act": "undo",
                                "set_at": time.time_ns() // 1000})

    def group(self, title, code, members, since="2025-01-01", kind="sales"):
        made = self.call("group.create", title=title, code=code, kind=kind)["id"]
        self.groups[made] = code
        for employee in members:
            self.call("group.add_member", group=made, employee=employee, **{"from": since})
            if kind == "sales":
                self.memberships.append((employee, made, since))
        return made

    # ---- the world, for the oracle

    def world(self):
        rows = self.backend.rows
        # Views of this host hold every company; these tests use one.
        documents = {"order": {}, "invoice": {}}
        for r in rows("select id, state, customer_id, project_id, salesperson_id, currency, offered_at, confirmed_at from erp_order"):
            documents["order"][r["id"]] = {
                "id": r["id"], "state": r["state"], "customer": r["customer_id"], "project": r["project_id"] or 0, "lines": [],
                "salesperson": r["salesperson_id"] or 0, "offered_at": r["offered_at"], "confirmed_at": r["confirmed_at"]}
        for r in rows("select id, kind, state, counts, customer_id, project_id, salesperson_id, posted_at, is_repeating from erp_invoice"):
            documents["invoice"][r["id"]] = {
                "id": r["id"], "kind": r["kind"], "counts": r["counts"], "customer": r["customer_id"], "project": r["project_id"] or 0,
                "salesperson": r["salesperson_id"] or 0, "posted_at": r["posted_at"], "is_repeating": r["is_repeating"], "lines": []}
        sources = {}
        for r in rows("select invoice_line_id, source_kind, source_line_id, net_minor from erp_invoice_line_source"):
            sources.setdefault(r["invoice_line_id"], []).append(
                {"kind": r["source_kind"], "id": r["source_line_id"], "net": r["net_minor"]})
        for kind in documents:
            for r in rows(f"select id, {kind}_id, line_no, net_minor, company_net_minor, counts_as_sale from erp_{kind}_line"):
                line = {"id": r["id"], "line_no": r["line_no"], "net": r["net_minor"], "company_net": r["company_net_minor"],
                        "counts_as_sale": r["counts_as_sale"]}
                if kind == "invoice":
                    line["sources"] = sources.get(r["id"], [])
                documents[kind][r[kind + "_id"]]["lines"].append(line)
        return {
            "company": {"currency": self.currency, "time_zone": self.zone, "start_date": self.start_date},
            "customers": [{"id": r["id"], "merged_into": r["merged_into"], "is_stand_in": r["is_stand_in"]}
                          for r in rows("select id, merged_into, is_stand_in from erp_customer")],
            "references": [{"document_kind": r["document_kind"], "document": r["document_id"], "line": r["line_id"], "ref": r["ref_kind"],
                            "id": r["ref_id"], "set_at": r["set_at"], "copied": r["copied"]}
                           for r in rows("select document_kind, document_id, line_id, ref_kind, ref_id, set_at, copied from erp_document_ref")],
            "campaigns": list(self.campaigns.values()), "pipelines": list(self.pipelines.values()),
            "opportunities": list(self.opportunities.values()), "user_links": self.user_links,
            "orders": list(documents["order"].values()), "invoices": list(documents["invoice"].values())}

    def balances(self):
        """The ledger's balances, all pages, each on the day that it belongs to: the same shape as the oracle's."""
        result = {}
        for key, (own, company) in self.dated_balances().items():
            home = key[:7] + (key[8] or key[7],)
            before = result.get(home, (0, 0))
            result[home] = (before[0] + own, before[1] + company)
        return {key: amounts for key, amounts in result.items() if amounts != (0, 0)}

    def dated_balances(self):
        """The same on the days on which the reports show them; the last part is the closed day that one corrects, or None."""
        names = ("document_kind", "document", "line", "opportunity", "campaign", "seller", "measure", "effective_date", "corrects_date")
        result = {}
        for row in self.pages("ledger.balances", "balances", 1000):
            key = tuple(row[n] for n in names)
            assert key not in result, f"balance {key} is given twice"
            result[key] = (row["document_minor"], row["company_minor"])
        return result

    def figures(self, rows, columns=None, **params):
        """The whole sales report as {row id, or key for time axes, 0 = none: {measure: minor}}, (row, column) with columns."""
        answer = self.report("sales", rows=rows, columns=columns, **{"limit": 0, **params})
        time_axes = ("month", "quarter", "year", "adjustment")

        def name(axis, row):
            return 0 if row["key"] == "none" else row["key"] if axis in time_axes else row["id"]
        result = {}
        for row in answer["rows"]:
            cells = [(name(rows, row), row)] if not columns else [
                ((name(rows, row), name(columns, column)), column) for column in row["columns"]]
            for key, cell in cells:
                assert key not in result, f"{rows} {key} stands twice in the report"
                result[key] = {m: v["minor"] for m, v in cell["measures"].items()}
        return result, {m: v["minor"] for m, v in answer["totals"]["measures"].items()}


# ---------------------------------------------------------------- comparing

def difference(expected, found, limit=12):
    """A short text of the keys on which two balance sets differ."""
    lines = []
    for key in sorted(set(expected) | set(found)):
        if expected.get(key) != found.get(key):
            lines.append(f"  {key}: oracle {expected.get(key, 'none')}, ledger {found.get(key, 'none')}")
    more = [f"  … and {len(lines) - limit} more"] if len(lines) > limit else []
    return "\n".join(lines[:limit] + more)


def documents_of(expected, found, world):
    """The documents behind the first differing keys, so that a failure can be read without running it again."""
    text, shown = [], set()
    for key in sorted(set(expected) | set(found)):
        if expected.get(key) != found.get(key) and key[:2] not in shown and len(shown) < 3:
            shown.add(key[:2])
            for d in world["orders"] if key[0] == "order" else world["invoices"]:
                if d["id"] == key[1]:
                    text.append(f"  {key[0]}: {json.dumps(d)}")
                    text += [f"    reference {json.dumps(r)}" for r in world["references"] if (r["document_kind"], r["document"]) == key[:2]]
                    text += [f"    link {json.dumps(u)}" for u in world["user_links"] if (u["document_kind"], u["document"]) == key[:2]]
    return "\n".join(text)


def expected_figures(balances, key_of):
    result = {}
    for key, (_, company) in balances.items():
        row = result.setdefault(key_of(key), dict.fromkeys(MEASURES + ("invoiced",), 0))
        row[key[6]] += company
        if key[6] in ("invoices", "credits"):
            row["invoiced"] += company
    return {k: v for k, v in result.items() if any(v.values())}


def plain(figures):
    """Figures with every measure present and rows of zeros left out."""
    full = {k: {m: row.get(m, 0) for m in MEASURES + ("invoiced",)} for k, row in figures.items()}
    return {k: row for k, row in full.items() if any(row.values())}


def check_oracle(test, oracle, balances):
    """What holds whatever the links are: the parts of every line are the line, in both currencies."""
    sums = {}
    for key, amounts in balances.items():
        line = sums.setdefault((key[0], key[2]), [0, 0])
        line[0], line[1] = line[0] + amounts[0], line[1] + amounts[1]
    for (kind, number), (document, line) in oracle.lines.items():
        whole = [line["net"], line["company_net"]] if oracle.measure(document) and line["counts_as_sale"] else [0, 0]
        test.assertEqual(sums.get((kind, number), [0, 0]), whole, f"the oracle's parts of line {number} of {kind} {document['id']}")


def compare(test, company, reports=True):
    """Ledger, rollups and reports against the oracle. Answers the oracle's balances."""
    world = company.world()
    oracle = Oracle(world)
    expected, found = oracle.balances(), company.balances()
    check_oracle(test, oracle, expected)
    if expected != found:
        test.fail("balances differ\n" + difference(expected, found) + "\n" + documents_of(expected, found, world))
    checked = company.call("ledger.verify")
    test.assertEqual((checked["ok"], checked["differences"]), (True, []))
    if not reports:
        return expected
    customer_of = {key: oracle.merged(document["customer"]) for key, document in oracle.documents.items()}

    def group_of(key):
        held = [(since, group) for employee, group, since in company.memberships if employee == key[5] and since <= key[7]]
        return max(held)[1] if held else 0
    axes = {"month": lambda k: k[7][:7], "seller": lambda k: k[5], "campaign": lambda k: k[4],
            "customer": lambda k: customer_of[k[:2]], "group": group_of}
    for axis, key_of in axes.items():
        figures, totals = company.figures(axis)
        test.assertEqual(plain(figures), expected_figures(expected, key_of), f"sales by {axis}")
        whole = expected_figures(expected, lambda k: 0).get(0, {})
        test.assertEqual({m: totals.get(m, 0) for m in MEASURES}, {m: whole.get(m, 0) for m in MEASURES}, f"totals of sales by {axis}")
    figures, _ = company.figures("seller", "month")
    test.assertEqual(plain(figures), expected_figures(expected, lambda k: (k[5], k[7][:7])), "sales by seller and month")
    figures, _ = company.figures("campaign", "seller")
    test.assertEqual(plain(figures), expected_figures(expected, lambda k: (k[4], k[5])), "sales by campaign and seller")
    return expected


def rebuild_changes_nothing(test, company):
    before = company.balances()
    company.call("ledger.rebuild")
    company.drain()
    test.assertEqual(difference(before, company.balances()), "", "ledger.rebuild changed balances")
