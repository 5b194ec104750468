# SPDX-License-Identifier: Apache-2.0
"""What the module's database role may do on PostgreSQL: read every view of the contract, do as it likes in its own schema,
and nothing else. Tried as that role, table by table; and the reference host's own tables are found in the catalogue, so
that a new one is tried as well."""
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import Load, a_company, long_tier  # noqa: E402
from harness import PROJECT, Host, Postgres, compare  # noqa: E402

DENIED, READ_ONLY_VIEW = "42501", "55000"
VIEWS = sorted(set(re.findall(r"create view (erp_\w+)", " ".join(p.read_text() for p in (PROJECT / "host_api" / "sql").glob("*.sql")))))


class Privileges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company, customers = a_company(Postgres())
        load = Load(cls.company, 1, customers)
        for _ in range(10):
            load.post()
        cls.company.drain()
        cls.company.stop()
        found = cls.company.backend.rows("select role_name, password from host_module_role where module_id = 'sales_leads'")[0]
        cls.role = found["role_name"]
        cls.url = re.sub(r"//[^@]*@", f"//{found['role_name']}:{found['password']}@", cls.company.backend.url)

    @classmethod
    def tearDownClass(cls):
        cls.company.close()

    def states_of(self, statements):
        """The SQLSTATE of each statement, run as the module's role and rolled back; "" when it is allowed."""
        script = "".join(f"\\warn @{n}\nbegin;\n{sql};\nrollback;\n" for n, sql in enumerate(statements))
        done = subprocess.run(["psql", self.url, "-X", "-q", "-v", "VERBOSITY=sqlstate", "-f", "-"], input=script, capture_output=True, text=True, check=False)
        states = {}
        for part in re.split(r"^@", done.stderr, flags=re.M)[1:]:
            found = re.search(r"ERROR:\s+(\w{5})", part)
            states[int(part.split()[0])] = found[1] if found else ""
        self.assertEqual(sorted(states), list(range(len(statements))), done.stderr[-2000:])
        return [states[n] for n in range(len(statements))]

    def state_of(self, sql):
        return self.states_of([sql])[0]

    def test_who_it_is(self):
        rights = self.company.backend.rows(f"select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit from pg_roles where rolname = '{self.role}'")
        self.assertEqual(set(rights[0].values()), {"f"})
        self.assertEqual(self.company.backend.rows(f"select 1 as n from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = '{self.role}'"), [])

    def test_every_view_is_read(self):
        self.assertGreaterEqual(len(VIEWS), 13)
        self.assertEqual(self.states_of([f"select * from {view} limit 1" for view in VIEWS]), [""] * len(VIEWS))

    def test_no_table_of_the_host_is_touched(self):
        columns = {}
        for row in self.company.backend.rows(
                "select c.relname as t, a.attname as c from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
                "where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') order by c.relname, a.attnum"):
            columns.setdefault(row["t"], row["c"])
        tables = [t for t in columns if not t.startswith("erp_")]
        self.assertGreater(len(tables), 25)
        self.assertEqual(sorted(t for t in columns if t.startswith("erp_")), VIEWS)
        tries = []
        for name, column in columns.items():
            table = name in tables
            tries += [(name, f"insert into {name} ({column}) values (null)"), (name, f"update {name} set {column} = {column}"),
                      (name, f"delete from {name}"), (name, f"lock table {name} in share mode"),
                      (name, f"drop {'table' if table else 'view'} {name}")]
            if table:
                tries += [(name, f"select {column} from {name} limit 1"), (name, f"truncate {name}"), (name, f"alter table {name} add column mine bigint"),
                          (name, f"create trigger t before insert on {name} for each row execute function suppress_redundant_updates_trigger()")]
        for (name, sql), state in zip(tries, self.states_of([sql for _, sql in tries])):
            with self.subTest(sql):  # a view that cannot be written by anybody says so before it looks at rights
                self.assertIn(state, (DENIED,) if name in tables else (DENIED, READ_ONLY_VIEW))
        # A grant that is not one's to give is answered with a warning alone: so the outcome is looked at.
        self.states_of([f"grant select on {name} to public" for name in tables])
        names = ", ".join(f"('{name}')" for name in tables)
        self.assertEqual(self.company.backend.rows(f"select name from (values {names}) t(name) where has_table_privilege('public', name, 'select')"), [])

    def test_nothing_is_made_elsewhere(self):
        for sql in ("create table public.mine (x bigint)", "create schema mine", "create view public.mine as select 1 as x",
                    "create function public.mine() returns int language sql as 'select 1'", "create database mine", "create role mine",
                    "alter role current_user superuser", "copy (select 1) to '/tmp/mine'", "select pg_read_file('/etc/passwd')",
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user limit 1",
                    "set session authorization postgres", "create extension dblink"):
            with self.subTest(sql=sql):
                # A database or a role cannot be made within a transaction either: the right is asked for first.
                self.assertIn(self.state_of(sql), (DENIED, "25001"))
        self.assertEqual(self.state_of("create table sales_leads.mine (x bigint)"), "", "its own schema is its own")

    def test_other_modules_schemas_are_closed(self):
        self.company.backend.psql(self.company.backend.url, "create schema other_module; create table other_module.secret (x bigint)")
        for sql in ("select x from other_module.secret", "insert into other_module.secret values (1)", "create table other_module.mine (x bigint)"):
            self.assertEqual(self.state_of(sql), DENIED)

    def test_the_password_is_shown_nowhere(self):
        password = self.url.split("//")[1].split("@")[0].split(":")[1]
        self.assertGreaterEqual(len(password), 32)
        self.company.call("pipeline.list")
        self.company.stop()
        self.assertNotIn(password, self.company.errors())


class ACopy(unittest.TestCase):
    @long_tier
    def test_of_the_database_under_another_name(self):
        """A copy gets a role of its own, and with it everything that was in it: both go on, apart from each other."""
        company, customers = a_company(Postgres())
        with company:
            load = Load(company, 1, customers)
            for _ in range(10):
                load.post()
            company.drain()
            company.stop()
            backend, name = company.backend, company.backend.database
            server = backend.url.rsplit("/", 1)[0] + "/postgres"
            backend.psql(server, f"create database {name}_copy template {name}")
            try:
                data = company.folder / "copy"
                data.mkdir()
                mine = company.data, company.arguments, backend.url
                before = company.dated_balances()
                company.stop()
                copied_url = backend.url + "_copy"
                company.data, company.arguments, backend.url = data, ["--database", copied_url], copied_url
                self.assertEqual(company.dated_balances(), before)
                load.post()
                company.drain()
                compare(self, company, reports=False)
                self.assertEqual(backend.rows("select count(distinct tableowner) as n, min(tableowner) as who from pg_tables where schemaname = 'sales_leads'"),
                                 [{"n": 1, "who": f"sales_leads_{name}_copy"}])
                company.stop()
                company.data, company.arguments, backend.url = mine
                self.assertEqual(company.dated_balances(), before, "the first one is as it was")
                company.stop()
            finally:
                backend.psql(server, f"drop database if exists {name}_copy with (force)")


if __name__ == "__main__":
    unittest.main()
