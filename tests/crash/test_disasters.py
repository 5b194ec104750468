# SPDX-License-Identifier: Apache-2.0
"""What happens to a database: the server restarts, connections are cut, the disk is full, the file may not be written,
somebody else holds it, the clock goes back. The host goes on posting (or says why it cannot, in words that name the
remedy), and afterwards every acknowledged document is in the ledger once.

Times are short in the fast tier; SALES_LEADS_LONG=1 takes those of the issue (SQLite held for 30 seconds, …).
"""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import (KILLER, LONG, POSTGRES, long_tier, UNAVAILABLE, Clock, Load, OwnServer, a_company, check_documents, environment, kill,  # noqa: E402
                   on_both)
from harness import Postgres, Refused, Sqlite, compare, rebuild_changes_nothing  # noqa: E402
from web import Server  # noqa: E402

HELD_S = 30 if LONG else 3
ROUNDS = 8 if LONG else 2


def table(company, name):
    return name if company.backend.name == "sqlite" else f"sales_leads.{name}"


def lease(company):
    return company.backend.rows(f"select cursor, lease_owner from {table(company, 'sl_company')}")[0]


def until(condition, what, patience_s=60):
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s} s for {what}")
        time.sleep(0.05)


class Disaster(unittest.TestCase):
    maxDiff = 4000

    def finish(self, company, load, server):
        """The posting ends, the process that works comes to its end by itself, and nothing is lost and nothing there twice."""
        load.stop()
        known = f"select count(*) as n from {table(company, 'sl_document')}"
        until(lambda: company.backend.rows(known)[0]["n"] >= sum(load.posted.values()), "the working process to know every document")
        self.assertIsNone(server.process.poll(), "the working process has ended")
        server.close()
        load.script.drain()
        check_documents(self, company, load.posted)
        compare(self, company, reports=False)
        rebuild_changes_nothing(self, company)

    def working(self, backend, seed=1):
        """(company, load, server): one process posts, another works the events off."""
        company, customers = a_company(backend)
        self.addCleanup(company.close)
        server = Server(company.elsewhere(1))
        self.addCleanup(server.close)
        load = Load(company, seed, customers)
        self.addCleanup(load.ended.set)
        load.start()
        until(lambda: len(load.moments) > 5, "the posting to begin")
        return company, load, server


class PostgresGoesAway(Disaster):
    def setUp(self):
        if not POSTGRES:
            self.skipTest("SALES_LEADS_TEST_POSTGRES is not set: no PostgreSQL server to test on")

    def test_connections_are_cut(self):
        company, load, worker = self.working(Postgres())
        cut = 0
        for _ in range(ROUNDS * 3):
            time.sleep(0.25)
            cut += len(company.backend.rows("select pg_terminate_backend(pid) from pg_stat_activity "
                                            "where datname = current_database() and pid <> pg_backend_pid()"))
            before = len(load.moments)
            until(lambda: len(load.moments) > before + 3 or load.trouble, "the host to post on")
        self.finish(company, load, worker)
        self.assertGreater(cut, ROUNDS * 3)
        print(f"{cut} connections cut, {len(load.moments)} documents, refusals {load.script.refusals}, "
              f"longest gap {load.longest_gap():.2f} s")

    @long_tier
    def test_the_server_restarts(self):
        server = OwnServer()
        self.addCleanup(server.close)
        company, load, worker = self.working(server.backend())
        for number in range(ROUNDS):
            time.sleep(0.5)
            server.restart("immediate" if number % 2 else "fast")  # immediate: as after a power cut
            before = len(load.moments)
            until(lambda: len(load.moments) > before + 3 or load.trouble, "the host to post on")
        until(lambda: lease(company)["cursor"] > 0, "work")
        self.finish(company, load, worker)
        self.assertLess(load.longest_gap(), 30)
        print(f"{ROUNDS} restarts, {len(load.moments)} documents, refusals {load.script.refusals}, longest gap {load.longest_gap():.2f} s")
        company.stop()


class SqliteSuffers(Disaster):
    def test_held_by_another_process(self):
        company, load, worker = self.working(Sqlite())
        other = sqlite3.connect(company.backend.file, timeout=20, isolation_level=None)
        other.execute("begin immediate")
        start, before = time.monotonic(), len(load.moments)
        time.sleep(HELD_S)
        self.assertLessEqual(len(load.moments), before + 1, "somebody wrote past the lock")
        other.execute("rollback")
        other.close()
        until(lambda: len(load.moments) > before + 3 or load.trouble, "the host to post on", 15)
        self.finish(company, load, worker)
        print(f"held for {time.monotonic() - start:.1f} s, refusals {load.script.refusals}")
        if LONG:
            self.assertEqual(set(load.script.refusals), {"database.busy"})

    def test_read_only_file(self):
        """Refused with words that say what to do; reading goes on; and nothing is lost when it may be written again."""
        company, customers = a_company(Sqlite())
        self.addCleanup(company.close)
        load = Load(company, 1, customers)
        for _ in range(10):
            load.post()
        company.drain()
        company.stop()
        mounted = self.tmpfs(16)
        with_files = list(company.data.glob("erp.db*"))
        for file in with_files:
            shutil.copy(file, mounted / file.name)
        self.look_at(company, mounted)
        subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
        with self.assertRaises((Refused, AssertionError)) as refused:
            company.call("customer.create", name="Nobody")
        if isinstance(refused.exception, Refused):
            self.assertEqual((refused.exception.status, refused.exception.key), (UNAVAILABLE, "database.read_only"))
        else:  # a start that cannot write says so before it is asked anything
            self.assertRegex(str(refused.exception), "cannot be (opened|written|reached)")
        subprocess.run(["mount", "-o", "remount,rw", str(mounted)], check=True)
        company.stop()
        self.assertGreater(company.call("customer.create", name="Somebody")["id"], 0)
        for _ in range(5):
            load.post()
        self.finish_here(company, load)

    def test_the_disk_fails_under_way(self):
        """No space, read-only, input/output errors in a process that has the file open: every refusal says what to do, the
        process lives on, and goes on by itself when the disk works again."""
        company, customers = a_company(Sqlite())
        self.addCleanup(company.close)
        company.stop()
        failing = company.folder / "failing"
        with environment(LD_PRELOAD=str(KILLER), FAIL_WHILE=str(failing)):
            company.call("pipeline.list")
            load = Load(company, 2, customers)
            process = company.process
            for number, keys in ((28, {"database.full"}), (30, {"database.read_only", "database.io", "database.full"}), (5, {"database.io"})):
                for _ in range(3):
                    load.post()
                company.drain()
                load.post()
                failing.write_text(str(number))
                before = company.backend.rows("select count(*) as n from erp_customer")[0]["n"]
                with self.subTest(errno=number), self.assertRaises(Refused) as refused:  # the host's write
                    company.call("customer.create", name="Nobody")
                self.assertIn((refused.exception.status, refused.exception.key), {(UNAVAILABLE, key) for key in keys})
                with self.subTest(errno=number), self.assertRaises(Refused) as refused:  # the module's, by an action
                    company.call("campaign.create", title="Never")
                self.assertIn((refused.exception.status, refused.exception.key), {(UNAVAILABLE, key) for key in keys})
                with self.subTest(errno=number), self.assertRaises(Refused) as refused:  # and by its work
                    company.drain()
                self.assertEqual(refused.exception.status, UNAVAILABLE, refused.exception)
                failing.unlink()
                self.assertEqual(company.backend.rows("select count(*) as n from erp_customer")[0]["n"], before)
                self.assertEqual(company.call("parked.list")["parked"], [], "the disk's fault is no document's")
            for _ in range(3):
                load.post()
            self.finish_here(company, load)
            self.assertIs(company.process, process, "the process did not live through it")

    def finish_here(self, company, load):
        load.script.drain()
        check_documents(self, company, load.posted)
        compare(self, company, reports=False)
        rebuild_changes_nothing(self, company)

    def tmpfs(self, megabytes):
        """A small disk of its own; root alone may make one."""
        folder = Path(tempfile.mkdtemp(prefix="sales_leads_small_disk_"))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            folder.rmdir()
            self.skipTest(f"a small disk needs the right to mount one: {done.stderr.strip()}")
        self.addCleanup(lambda: (subprocess.run(["umount", "-l", str(folder)], check=False), folder.rmdir()))
        return folder

    @staticmethod
    def look_at(company, folder):
        """From now on the company lives there."""
        company.stop()
        company.data = folder
        company.backend.file = folder / "erp.db"

    def test_disk_full(self):
        company, customers = a_company(Sqlite())
        self.addCleanup(company.close)
        company.stop()
        mounted = self.tmpfs(12)
        for file in company.data.glob("erp.db*"):
            shutil.copy(file, mounted / file.name)
        self.look_at(company, mounted)
        load = Load(company, 1, customers)
        for _ in range(5):
            load.post()
        company.drain()
        ballast = mounted / "ballast"
        full = 0
        for room in (0, 100_000, 300_000) if LONG else (0, 200_000):
            free = shutil.disk_usage(mounted).free
            with open(ballast, "wb") as out:
                out.write(b"\0" * max(0, free - room))
            refused = []
            for _ in range(200):
                try:
                    # An order by itself, never sent again: what is refused must leave nothing behind.
                    load.script.c.call("order.create", customer=customers[0], lines=[{"net": 5}] * 50, state="draft")
                except Refused as error:
                    refused.append(error)
                    break
            try:
                company.drain()
            except Refused as error:
                refused.append(error)
            for error in refused:
                self.assertEqual(error.status, UNAVAILABLE, error)
                self.assertRegex(error.message, "disk|full")
            full += len(refused)
            ballast.unlink()
            for _ in range(3):
                load.post()
            company.drain()
        self.assertGreater(full, 0, "the disk was never full")
        self.finish_here(company, load)
        self.assertEqual(sqlite3.connect(company.backend.file).execute("pragma integrity_check").fetchall(), [("ok",)])


class AFaultyHost(Disaster):
    def test_an_amount_that_no_document_has(self):
        """Parked, since sums with it would not fit any more; the others flow on, and put right it is worked off."""
        company, customers = a_company(Sqlite())
        self.addCleanup(company.close)
        load = Load(company, 1, customers)
        for _ in range(8):
            load.post()
        company.stop()
        connection = sqlite3.connect(company.backend.file, isolation_level=None)
        line, was = connection.execute("select id, company_net_minor from host_order_line order by id limit 1").fetchone()
        connection.execute("update host_order_line set company_net_minor = 900000000000001 where id = ?", (line,))
        company.drain()
        parked = company.call("parked.list")["parked"]
        self.assertEqual([p["reason"] for p in parked], ["amount.out_of_range"] * len(parked))
        self.assertEqual(len(parked), 1)
        self.assertTrue(company.call("ledger.verify")["ok"])
        connection.execute("update host_order_line set company_net_minor = ? where id = ?", (was, line))
        connection.close()
        company.call("parked.retry")
        load.script.drain()
        check_documents(self, company, load.posted)
        compare(self, company, reports=False)


class TheClock(Disaster):
    def run_back(self, backend):
        """The working process dies, and before another can take over, the clock is put back by an hour."""
        company, customers = a_company(backend)
        self.addCleanup(company.close)
        clock = Clock(company.folder)
        with environment(ERP_HOST_CLOCK=clock.setting):
            company.stop()
            first = Server(company.elsewhere(1))
            self.addCleanup(first.close)
            load = Load(company, 1, customers)
            load.post()
            until(lambda: lease(company)["lease_owner"], "the first to work")
            kill(first.process)
            clock.move(-3600)
            for _ in range(5):
                load.post()
            second = Server(company.elsewhere(1))
            self.addCleanup(second.close)
            start, known = time.monotonic(), sum(load.posted.values())
            until(lambda: company.backend.rows(f"select count(*) as n from {table(company, 'sl_document')}")[0]["n"] >= known,
                  "the second to take over", 20)
            self.assertLess(time.monotonic() - start, 15)
            clock.move(-86400 * 400)  # and under way, to before everything
            for _ in range(5):
                load.post()
            clock.move(86400 * 800)
            for _ in range(5):
                load.post()
            second.close()
            load.script.drain()
            check_documents(self, company, load.posted)
            compare(self, company, reports=False)
            rebuild_changes_nothing(self, company)


on_both(TheClock, "goes_back", TheClock.run_back, postgres_in_fast_tier=False)

if __name__ == "__main__":
    unittest.main()
