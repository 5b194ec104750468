# SPDX-License-Identifier: Apache-2.0
"""Conversion and merge of leads, killed before every single write (SQLite) or send (PostgreSQL): afterwards done, or not
begun, or visible as interrupted and resumed; never half, and the host's customer exists once."""
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, POSTGRES, Host, Postgres, Refused, Sqlite  # noqa: E402

KILLER = BUILD / "test_modules" / "libkill_at.so"
OPPORTUNITY = {"title": "First deal", "amount": {"minor": 12500, "currency": "SEK"}}


class Prepared:
    """A company laid out once, and as many copies of it as there are steps."""

    def __init__(self, backend):
        self.host = Host(backend)
        h = self.host
        h.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
        h.call("lead.create", name="Göta Bygg AB", emails=["anna@gotabygg.example"], phones=["031-12 34 56"], country="SE", source="web")
        h.call("lead.create", name="Gota Bygg", org_number="5560360793", phones=["+46 31 12 34 57"], city="Göteborg")
        h.call("activity.create", lead=1, kind="note", title="Met at the fair")
        h.call("activity.create", lead=1, kind="task", title="Send the offer", due="2027-02-01")
        h.call("activity.create", lead=2, kind="call", title="Ring back", due="2027-01-01")
        h.drain()
        h.stop()
        if isinstance(backend, Postgres):
            Postgres.psql(POSTGRES, f"create database {backend.database}_base template {backend.database}")

    def close(self):
        if isinstance(self.host.backend, Postgres):
            Postgres.psql(POSTGRES, f"drop database if exists {self.host.backend.database}_base with (force)")
        self.host.close()

    def copy(self):
        """A host of its own on the same state; one at a time."""
        twin = Host.__new__(Host)
        twin.backend = type(self.host.backend)()
        twin.process = None
        twin.folder = self.host.folder.parent / f"{self.host.folder.name}_{os.urandom(4).hex()}"
        twin.data = twin.folder / "data"
        shutil.copytree(self.host.data, twin.data)
        twin.arguments = twin.backend.prepare(twin.data) if isinstance(twin.backend, Sqlite) else self.copy_database(twin.backend)
        return twin

    def copy_database(self, backend):
        """Under the same name, since the module's role belongs to it; its setting goes with a database that is dropped."""
        name = self.host.backend.database
        for sql in (f"drop database if exists {name} with (force)", f"create database {name} template {name}_base",
                    f"alter role sales_leads_{name} in database {name} set search_path = sales_leads, public"):
            Postgres.psql(POSTGRES, sql)
        backend.database, backend.url, backend.schema = name, self.host.backend.url, None
        return list(self.host.arguments)


def call_until_killed(host, at, action, fields):
    """The answer; None when the process was killed before its `at`-th write after the action came in."""
    armed = host.folder / "armed"
    os.environ.update(LD_PRELOAD=str(KILLER), KILL_AT_ARMED=str(armed), KILL_AT=str(at))
    try:
        host.call("lead.get", id=1)  # the process is up, connected and has opened what it needs
    finally:
        for name in ("LD_PRELOAD", "KILL_AT_ARMED", "KILL_AT"):
            del os.environ[name]
    armed.touch()
    try:
        return host.call(action, **fields)
    except AssertionError as gone:
        if "exit -9" not in str(gone):
            raise
        return None
    finally:
        if host.process:
            host.process.kill()
            host.process.wait()
            host.process.stdin.close()
            host.process.stdout.close()
            host.process = None


def every_step(test, backend, action, fields, check):
    """Calls check(host, answer) after each kill, until the call comes through; answers how many steps there were."""
    if not KILLER.exists():
        test.fail(f"{KILLER} is not built (target kill_at)")
    prepared = Prepared(backend())
    try:
        for at in range(1, 1000):
            host = prepared.copy()
            try:
                answer = call_until_killed(host, at, action, fields)
                with test.subTest(killed_before=at):
                    check(host, answer, at)
            finally:
                host.close()
            if answer is not None:
                return at - 1
        test.fail("the action never comes through")
    finally:
        prepared.close()


def customers(host):
    return [c for c in host.backend.rows("select id, name, state from erp_customer") if c["name"] == "Göta Bygg AB"]


def check_conversion(test, states):
    def check(host, answer, at):
        lead = host.call("lead.get", id=1)
        waiting = host.call("activity.list", lead=1)["activities"]
        if lead["status"] == "converted":
            states["done"] += 1
            test.assertEqual(waiting, [])
        else:
            test.assertIsNone(answer)
            test.assertEqual((lead["status"], len(waiting), lead["opportunity"], lead["customer"]), ("new", 2, None, None))
            test.assertEqual(host.call("opportunity.list")["opportunities"], [])
            if lead["conversion"]:
                states["interrupted"] += 1
                test.assertEqual(lead["conversion"]["state"], "interrupted")
                test.assertEqual(host.call("lead.list")["leads"][0]["conversion"]["state"], "interrupted")
                with test.assertRaises(Refused) as refused:
                    host.call("lead.update", id=1, city="Malmö")
                test.assertEqual(refused.exception.key, "lead.conversion.interrupted")
            else:
                states["not begun"] += 1
                test.assertEqual(customers(host), [])
        if lead["conversion"] and at % 2:  # half of the time somebody resumes it ...
            done = host.call("lead.resume_conversion", id=1)
        else:  # ... half of the time the same request comes again
            done = host.call("lead.convert", id=1, request_id="once", opportunity=OPPORTUNITY)
            test.assertEqual(host.call("lead.convert", id=1, request_id="once", opportunity=OPPORTUNITY), done)
        test.assertTrue(done["converted"])
        test.assertEqual([c["id"] for c in customers(host)], [done["customer"]], "the customer exists once")
        lead = host.call("lead.get", id=1)
        test.assertEqual((lead["status"], lead["customer"]["id"], lead["conversion"], lead["next_activity"]),
                         ("converted", done["customer"], None, None))
        moved = host.call("activity.list", customer=done["customer"])["activities"]
        test.assertEqual({a["title"] for a in moved}, {"Met at the fair", "Send the offer"})
        opportunities = host.call("opportunity.list")["opportunities"]
        test.assertEqual([(o["title"], o["customer"]["id"]) for o in opportunities], [("First deal", done["customer"])])
        audited = host.backend.rows("select entity, entity_id from sl_audit where entity = 'opportunity'") \
            if isinstance(host.backend, Sqlite) else [1]
        test.assertEqual(len(audited), 1, "one audit row for the opportunity")
    return check


def picture(host):
    """Everything of the two leads that a merge touches."""
    leads = [host.call("lead.get", id=number) for number in (1, 2)]
    keep = ("status", "name", "org_number", "city", "emails", "phones", "merged_into", "next_activity", "score")
    return [{k: lead[k] for k in keep} for lead in leads] + [
        [a["title"] for a in host.call("activity.list", lead=number)["activities"]] for number in (1, 2)]


def check_merge(test, states):
    whole = {}

    def check(host, answer, at):
        found = picture(host)
        merged = found[1]["status"] == "merged"
        states["done" if merged else "not begun"] += 1
        if not merged:
            test.assertIsNone(answer)
        test.assertEqual(found, whole.setdefault(merged, found), "every state is one of two")
        host.call("lead.merge", id=1, merged=2, request_id="once")
        test.assertEqual(picture(host), whole.setdefault(True, picture(host)))
        test.assertEqual(picture(host)[2], ["Ring back", "Send the offer", "Met at the fair"])
        host.call("lead.unmerge", id=2)
        test.assertEqual(picture(host), whole.setdefault(False, picture(host)), "undone exactly")
    return check


class Conversion(unittest.TestCase):
    def killed_at_every_step(self, backend):
        states = {"done": 0, "interrupted": 0, "not begun": 0}
        steps = every_step(self, backend, "lead.convert", {"id": 1, "request_id": "once", "opportunity": OPPORTUNITY},
                           check_conversion(self, states))
        print(f"conversion on {backend.name}: {steps} steps, {states}")
        self.assertGreater(steps, 5)
        self.assertTrue(all(states.values()), f"some state was never met: {states}")

    def test_on_sqlite(self):
        self.killed_at_every_step(Sqlite)

    def test_on_postgres(self):
        self.killed_at_every_step(Postgres)


class Merge(unittest.TestCase):
    def killed_at_every_step(self, backend):
        states = {"done": 0, "not begun": 0}
        steps = every_step(self, backend, "lead.merge", {"id": 1, "merged": 2, "request_id": "once"}, check_merge(self, states))
        print(f"merge on {backend.name}: {steps} steps, {states}")
        self.assertGreater(steps, 2)
        self.assertTrue(all(states.values()), f"some state was never met: {states}")

    def test_on_sqlite(self):
        self.killed_at_every_step(Sqlite)

    def test_on_postgres(self):
        self.killed_at_every_step(Postgres)


if __name__ == "__main__":
    unittest.main()
