# SPDX-License-Identifier: Apache-2.0
"""Conversion and merge of leads, killed before every single write (SQLite) or send (PostgreSQL): afterwards done, or not
begun, or visible as interrupted and resumed; never half, and the host's customer exists once. Every fourth write in the fast tier."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, LONG, Host, Postgres, Refused, Sqlite  # noqa: E402

KILLER = BUILD / "test_modules" / "libkill_at.so"
MOST_STEPS = 400
STRIDE = 1 if LONG else 4


class World(Host):
    """A company in which every step has leads of its own, so that one database serves them all."""

    def __init__(self, backend):
        super().__init__(backend)
        self.call("company.update", currency="SEK", time_zone="Europe/Stockholm")

    def leads(self, step):
        first = self.call("lead.create", name=f"Göta Bygg {step} AB", emails=[f"a@gota{step}.example"], phones=[f"031-{123_400 + step}"],
                          country="SE", source="web")["id"]
        second = self.call("lead.create", name=f"Gota {step}", org_number=f"55{step:08d}", city="Göteborg")["id"]
        self.call("activity.create", lead=first, kind="note", title="Met at the fair")
        self.call("activity.create", lead=first, kind="task", title="Send the offer", due="2027-02-01")
        self.call("activity.create", lead=second, kind="call", title="Ring back", due="2027-01-01")
        return first, second

    def call_until_killed(self, at, action, **fields):
        """The answer; None when the process was killed before its `at`-th write after the action came in."""
        armed = self.folder / f"armed{at}"
        self.stop()
        os.environ.update(LD_PRELOAD=str(KILLER), KILL_AT_ARMED=str(armed), KILL_AT=str(at))
        try:
            self.call("lead.get", id=1)  # the process is up, connected and has opened what it needs
        finally:
            for name in ("LD_PRELOAD", "KILL_AT_ARMED", "KILL_AT"):
                del os.environ[name]
        armed.touch()
        try:
            answer = self.call(action, **fields)
        except AssertionError as gone:
            if "exit -9" not in str(gone):
                raise
            return None
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process = None
        return answer


class Killed:
    """At each step `act` calls what is to be killed, `check` looks at what is left; until the call comes through."""

    def every_step(self, backend, least):
        if not KILLER.exists():
            self.fail(f"{KILLER} is not built (target kill_at)")
        self.states = {}
        with World(backend()) as world:
            for at in range(1, MOST_STEPS, STRIDE):
                with self.subTest(killed_before=at):
                    leads = world.leads(at)
                    answer = self.act(world, at, *leads)
                    state = self.check(world, at, answer, *leads)
                    self.states[state] = self.states.get(state, 0) + 1
                    if answer is not None:
                        break
            print(f"{type(self).__name__} on {backend.name}: {at} steps, {self.states}")
            self.assertIsNotNone(answer, "the action never comes through")
            self.assertGreater(at, least)


class Conversion(Killed, unittest.TestCase):
    @staticmethod
    def wish(lead, at):
        return {"id": lead, "request_id": f"convert {at}",
                "opportunity": {"title": f"Deal {at}", "amount": {"minor": 12500, "currency": "SEK"}}}

    def act(self, world, at, lead, _):
        return world.call_until_killed(at, "lead.convert", **self.wish(lead, at))

    def made(self, world, at):
        customers = world.backend.rows(f"select id from erp_customer where name = 'Göta Bygg {at} AB'")
        deals = [o for o in world.pages("opportunity.list", "opportunities", limit=500) if o["title"] == f"Deal {at}"]
        return [c["id"] for c in customers], deals

    def check(self, world, at, answer, number, _):
        lead = world.call("lead.get", id=number)
        customers, deals = self.made(world, at)
        waiting = len(world.call("activity.list", lead=number)["activities"])
        state = "done" if lead["status"] == "converted" else "interrupted" if lead["conversion"] else "not begun"
        if state == "done":
            self.assertEqual((waiting, len(customers), len(deals)), (0, 1, 1))
        else:
            self.assertIsNone(answer)
            self.assertEqual((lead["status"], lead["customer"], lead["opportunity"], waiting, deals), ("new", None, None, 2, []))
        if state == "interrupted":
            self.assertEqual(lead["conversion"]["state"], "interrupted")
            shown = world.call("lead.list", after=number - 1, limit=1)["leads"][0]
            self.assertEqual(shown["conversion"]["state"], "interrupted")
            with self.assertRaises(Refused) as refused:
                world.call("lead.update", id=number, city="Malmö")
            self.assertEqual(refused.exception.key, "lead.conversion.interrupted")
        if state == "not begun":
            self.assertEqual(customers, [])
        if state == "interrupted" and at // STRIDE % 2:  # half of the time somebody resumes it ...
            done = world.call("lead.resume_conversion", id=number)
        else:  # ... half of the time the same request comes again
            done = world.call("lead.convert", **self.wish(number, at))
            self.assertEqual(world.call("lead.convert", **self.wish(number, at)), done)
        self.assertTrue(done["converted"])
        customers, deals = self.made(world, at)
        self.assertEqual(customers, [done["customer"]], "the customer exists once")
        self.assertEqual([(d["id"], d["customer"]["id"]) for d in deals], [(done["opportunity"], done["customer"])])
        lead = world.call("lead.get", id=number)
        self.assertEqual((lead["status"], lead["customer"]["id"], lead["conversion"], lead["next_activity"]),
                         ("converted", done["customer"], None, None))
        moved = world.call("activity.list", customer=done["customer"])["activities"]
        self.assertEqual({a["title"] for a in moved}, {"Met at the fair", "Send the offer"})
        return state

    def every_step(self, backend, least):
        super().every_step(backend, least)
        self.assertEqual(set(self.states), {"done", "interrupted", "not begun"}, "some state was never met")

    def test_on_sqlite(self):
        self.every_step(Sqlite, 5)

    def test_on_postgres(self):
        self.every_step(Postgres, 5)


class Merge(Killed, unittest.TestCase):
    def act(self, world, at, survivor, merged):
        self.before = self.picture(world, survivor, merged)
        return world.call_until_killed(at, "lead.merge", id=survivor, merged=merged, request_id=f"merge {at}")

    @staticmethod
    def picture(world, *leads):
        """Everything of the two leads that a merge touches."""
        keep = ("status", "name", "org_number", "city", "emails", "phones", "merged_into", "next_activity", "score")
        shown = [world.call("lead.get", id=number) for number in leads]
        return [{k: lead[k] for k in keep} for lead in shown] + [
            [a["title"] for a in world.call("activity.list", lead=number)["activities"]] for number in leads]

    def check(self, world, at, answer, survivor, merged):
        found = self.picture(world, survivor, merged)
        state = "done" if found[1]["status"] == "merged" else "not begun"
        if state == "not begun":
            self.assertIsNone(answer)
            self.assertEqual(found, self.before)
        world.call("lead.merge", id=survivor, merged=merged, request_id=f"merge {at}")
        whole = self.picture(world, survivor, merged)
        self.assertEqual((whole[0]["org_number"], whole[0]["next_activity"], whole[1]["merged_into"]),
                         (f"55{at:08d}", "2027-01-01", survivor))
        self.assertEqual(whole[2:], [["Ring back", "Send the offer", "Met at the fair"], []])
        if state == "done":
            self.assertEqual(found, whole, "done is done in full")
        world.call("lead.unmerge", id=merged)
        self.assertEqual(self.picture(world, survivor, merged), self.before, "undone exactly")
        return state

    def every_step(self, backend, least):
        super().every_step(backend, least)
        self.assertEqual(set(self.states), {"done", "not begun"}, "some state was never met")

    def test_on_sqlite(self):
        self.every_step(Sqlite, 5)

    def test_on_postgres(self):
        self.every_step(Postgres, 5)


if __name__ == "__main__":
    unittest.main()
