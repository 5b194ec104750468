# SPDX-License-Identifier: Apache-2.0
"""Migrations of the module: from every earlier version, killed before every write, by several starters at once, without
room for the copy; on SQLite the database as it was lies beside it, whole. Every way ends in the tables of a new company.

An earlier version is the module's folder with the migrations up to it; the documents that it finds are the host's.
"""
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import KILLER, LONG, Load, a_company, environment, on_both  # noqa: E402
from harness import BUILD, Host, Postgres, Sqlite, compare  # noqa: E402

MODULE = Path(os.environ.get("SALES_LEADS_MODULES") or BUILD / "modules") / "sales_leads"
MIGRATIONS = sorted(p.name for p in (MODULE / "schemas" / "migrations").glob("*.sql"))
MOST_STEPS = 5000


def with_modules(arguments, folder):
    """The same, with the modules of that folder in the place of any other."""
    at = arguments.index("--modules") if "--modules" in arguments else len(arguments)
    return [*arguments[:at], *arguments[at + 2:], "--modules", str(folder)]
SAMPLE = {"sqlite": (2, 40, 90), "postgres": (60,)}  # steps of the fast tier


class Older(Host):
    """A host whose database is at an earlier version of the module."""

    def __init__(self, backend, version):
        super().__init__(backend)
        self.newest = list(self.arguments)
        self.modules = self.folder / "modules"
        shutil.copytree(MODULE, self.modules / "sales_leads")
        for name in MIGRATIONS[version:]:
            (self.modules / "sales_leads" / "schemas" / "migrations" / name).unlink()
        self.arguments = with_modules(self.newest, self.modules)

    def update(self):
        """From now on with the module of today."""
        self.stop()
        self.arguments = self.newest

    def start(self):
        """One start and end of a process, as of a command; answers it."""
        return self.cli("action", "company.get")

    def is_at(self):
        prefix = "" if self.backend.name == "sqlite" else "sales_leads."
        return [r["number"] for r in self.backend.rows(f"select number from {prefix}sl_migration order by number")]

    def tables(self):
        """The module's tables, as the database describes them."""
        if self.backend.name == "sqlite":
            return self.backend.rows("select type, name, tbl_name, sql from sqlite_master where name like 'sl_%' order by type, name")
        return (self.backend.rows("select table_name, column_name, ordinal_position, data_type, is_nullable, column_default "
                                  "from information_schema.columns where table_schema = 'sales_leads' order by 1, 3")
                + self.backend.rows("select tablename, indexname, indexdef from pg_indexes where schemaname = 'sales_leads' order by 1, 2")
                + self.backend.rows("select conrelid::regclass::text as t, conname, pg_get_constraintdef(oid) as d from pg_constraint "
                                    "where connamespace = 'sales_leads'::regnamespace order by 1, 2"))

    def copies(self):
        return sorted(p.name for p in self.data.glob("erp.db.*") if ".sales_leads-" in p.name)


def table_of(backend):
    with Older(backend, len(MIGRATIONS)) as new:
        new.start()
        return new.tables()


class Migrations(unittest.TestCase):
    maxDiff = 4000

    def check_whole(self, host, clean):
        self.assertEqual(host.is_at(), list(range(1, len(MIGRATIONS) + 1)))
        self.assertEqual(host.tables(), clean)

    def check_copies(self, host, versions):
        """SQLite: a whole copy for each of the versions, readable, and as it was."""
        if host.backend.name != "sqlite":
            self.assertEqual(host.copies(), [])
            return
        self.assertEqual(host.copies(), [f"erp.db.sales_leads-{v:04d}.copy" for v in versions if v])
        for name in host.copies():
            copy = sqlite3.connect(f"file:{host.data / name}?mode=ro&immutable=1", uri=True)
            self.assertEqual(copy.execute("pragma integrity_check").fetchall(), [("ok",)])
            self.assertEqual(copy.execute("select max(number) from sl_migration").fetchone()[0], int(name[-9:-5]))
            copy.close()
            self.assertEqual((host.data / name).stat().st_mode & 0o777, (host.data / "erp.db").stat().st_mode & 0o777)

    def from_every_version(self, backend):
        """Documents that were there before are found after the update, and worked off."""
        clean = table_of(type(backend)())
        for version in range(len(MIGRATIONS)):
            with self.subTest(version=version), Older(type(backend)(), version) as host:
                if version:
                    self.assertEqual(host.start().returncode, 0)
                    self.assertEqual(host.is_at(), list(range(1, version + 1)))
                    told = host.cli("action", "customer.create", '{"name":"Acme"}')
                    self.assertEqual(told.returncode, 0, told.stderr)
                host.update()
                before = self.fingerprint(host)
                plan = host.cli("module", "plan")
                if version:
                    self.assertEqual(plan.returncode, 0, plan.stderr)
                    for number, name in enumerate(MIGRATIONS, 1):
                        (self.assertIn if number > version else self.assertNotIn)(f"sales_leads: apply {name[:-4]}: ", plan.stdout)
                    self.assertEqual(self.fingerprint(host), before, "a plan changes nothing")
                done = host.start()
                self.assertEqual((done.returncode, "refused" in done.stderr), (0, False), done.stderr)
                self.check_whole(host, clean)
                self.check_copies(host, [version])
                self.assertIn("sales_leads: nothing to do", host.cli("module", "plan").stdout)
                if version:
                    self.assertEqual([r["name"] for r in host.backend.rows("select name from erp_customer")], ["Acme"])

    @staticmethod
    def fingerprint(host):
        if host.backend.name == "sqlite":
            return hashlib.sha256((host.data / "erp.db").read_bytes()).hexdigest() if (host.data / "erp.db").exists() else ""
        return str(host.backend.rows("select relname, n_tup_ins + n_tup_upd + n_tup_del as n from pg_stat_user_tables order by 1")) + str(
            host.backend.rows("select rolname from pg_roles where strpos(rolname, current_database()) > 0 order by 1"))

    def several_starters(self, backend):
        clean = table_of(type(backend)())
        with Older(backend, 1) as host:
            host.start()
            host.update()
            starters = [subprocess.Popen(host.command("action", "company.get"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                        for _ in range(4)]
            for starter in starters:
                out, err = starter.communicate(timeout=120)
                self.assertEqual((starter.returncode, "refused" in err), (0, False), out + err)
            self.check_whole(host, clean)

    def killed(self, backend):
        """Every step starts from the same database at the first version."""
        if not KILLER.exists():
            self.fail(f"{KILLER} is not built (target kill_at)")
        clean = table_of(type(backend)())
        with Older(backend, 1) as host:
            host.call("company.update", currency="SEK")
            host.call("customer.create", name="Acme")
            host.stop()
            host.update()
            restore = self.template(host)
            died = whole = 0
            for number in range(1, MOST_STEPS) if LONG else SAMPLE[backend.name]:
                with self.subTest(killed_before=number):
                    restore()
                    with environment(LD_PRELOAD=str(KILLER), KILL_AT_ARMED="/", KILL_AT=str(number)):
                        first = host.start()
                    if first.returncode == 0:
                        break
                    self.assertEqual(first.returncode, -9, first.stderr)
                    died += 1
                    at = host.is_at()
                    self.assertEqual(at, list(range(1, len(at) + 1)))
                    whole += at == list(range(1, len(MIGRATIONS) + 1))
                    done = host.start()
                    self.assertEqual((done.returncode, "refused" in done.stderr), (0, False), done.stderr)
                    self.check_whole(host, clean)
                    if host.backend.name == "sqlite":
                        self.assertEqual([n for n in host.copies() if n.endswith(".partial")], [])
                        self.assertIn("erp.db.sales_leads-0001.copy", host.copies())
                    self.assertEqual([r["name"] for r in host.backend.rows("select name from erp_customer")], ["Acme"])
            print(f"{host.backend.name}: {died} starts killed, {whole} of them after the last migration")
            if LONG:
                self.assertEqual(first.returncode, 0, "no start comes through")

    @staticmethod
    def template(host):
        """Answers a function that puts the database back to what it is now."""
        if host.backend.name == "sqlite":
            safe = host.folder / "template"
            safe.mkdir()
            for file in host.data.glob("erp.db*"):
                shutil.copy(file, safe / file.name)

            def restore():
                for file in host.data.glob("erp.db*"):
                    file.unlink()
                for file in safe.iterdir():
                    shutil.copy(file, host.data / file.name)
        else:
            backend = host.backend
            dump = subprocess.run(["pg_dump", "--schema=sales_leads", backend.url], capture_output=True, text=True, check=True).stdout

            def restore():
                subprocess.run(["psql", backend.url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", "drop schema if exists sales_leads cascade", "-f", "-"],
                               input=dump, capture_output=True, text=True, check=True)
        return restore

    def test_the_newest_copies_are_kept(self):
        with Older(Sqlite(), 1) as host:
            host.start()
            host.update()
            for number in (0, 5000, 5001):  # of versions before and, for the sake of the test, after
                (host.data / f"erp.db.sales_leads-{number:04d}.copy").touch()
            (host.data / "erp.db.mine.copy").touch()
            host.start()
            self.assertEqual(host.copies(), [f"erp.db.sales_leads-{n:04d}.copy" for n in (1, 5000, 5001)])
            self.assertTrue((host.data / "erp.db.mine.copy").exists(), "what others made is not touched")

    def test_without_room_for_the_copy(self):
        with Older(Sqlite(), 1) as host:
            host.start()
            host.update()
            small = Path(tempfile.mkdtemp(prefix="sales_leads_small_disk_"))
            self.addCleanup(small.rmdir)
            size = sum(f.stat().st_size for f in host.data.glob("erp.db*"))
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + 400_000}", "tmpfs", str(small)], capture_output=True, text=True, check=False)
            if done.returncode:
                self.skipTest(f"a small disk needs the right to mount one: {done.stderr.strip()}")
            self.addCleanup(lambda: subprocess.run(["umount", "-l", str(small)], check=False))
            for file in host.data.glob("erp.db*"):
                shutil.copy(file, small / file.name)
            host.data, host.backend.file = small, small / "erp.db"
            start = host.start()
            self.assertEqual(start.returncode, 0, "the host goes on without the module")
            self.assertRegex(start.stderr, r"the database is copied to .*erp.db.sales_leads-0001.copy.*the disk is full. Make room")
            self.assertEqual((host.is_at(), host.copies()), ([1], []))
            subprocess.run(["mount", "-o", f"remount,size={size * 4 + 4_000_000}", str(small)], check=True)
            self.assertNotIn("refused", host.start().stderr)
            self.assertEqual(host.is_at(), list(range(1, len(MIGRATIONS) + 1)))
            self.check_copies(host, [1])

    def test_a_copy_put_back(self):
        """What database_copy.h says to do with a copy, done."""
        company, customers = a_company(Sqlite())
        with company:
            load = Load(company, 1, customers)
            for _ in range(20):
                load.post()
            company.drain()
            before = company.dated_balances()
            company.stop()
            # A newer module comes, with one migration more, and goes again.
            newer = company.folder / "newer"
            shutil.copytree(MODULE, newer / "sales_leads")
            number = len(MIGRATIONS) + 1
            (newer / "sales_leads" / "schemas" / "migrations" / f"{number:04d}_newer.sql").write_text("delete from sl_ledger;\n")
            mine, company.arguments = company.arguments, with_modules(company.arguments, newer)
            self.assertEqual(company.call("company.get")["currency"], "SEK")
            self.assertEqual(company.dated_balances(), {})
            company.stop()
            company.arguments = mine
            self.assertRegex(company.cli("action", "company.get").stderr, f"at migration {number}, this module knows up to {number - 1}")
            self.assertRegex(company.cli("module", "plan").stdout, f"at migration {number}, this module knows up to {number - 1}")
            shutil.copy(company.data / f"erp.db.sales_leads-{number - 1:04d}.copy", company.data / "erp.db")
            for tail in ("-wal", "-shm"):
                (company.data / f"erp.db{tail}").unlink(missing_ok=True)
            self.assertEqual(company.dated_balances(), before)
            load.post()
            company.drain()
            compare(self, company, reports=False)


on_both(Migrations, "from_every_version", Migrations.from_every_version, postgres_in_fast_tier=False)
on_both(Migrations, "several_starters", Migrations.several_starters, postgres_in_fast_tier=False)
on_both(Migrations, "killed_before_every_write", Migrations.killed)

if __name__ == "__main__":
    unittest.main()
