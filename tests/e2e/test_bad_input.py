# SPDX-License-Identifier: Apache-2.0
"""What goes wrong outside: broken modules, broken databases, broken files. Each is refused with the words that somebody
needs, with the right exit status; the host stays up and nothing is half written."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, ERP_HOST, Company, Host, Refused, Sqlite  # noqa: E402

ZOO = BUILD / "test_modules"  # tests/contract/zoo, built


# ---------------------------------------------------------------- files

class BadFiles(unittest.TestCase):
    """One company for all; every file is refused whole, or in the named lines."""

    @classmethod
    def setUpClass(cls):
        cls.company = c = Company(Sqlite(), currency="SEK")
        c.customer("Acme", number="1001")
        c.stop()
        cls.folder = Path(tempfile.mkdtemp(prefix="sales_leads_files_"))

    @classmethod
    def tearDownClass(cls):
        cls.company.close()
        shutil.rmtree(cls.folder)

    INVOICES = "invoice_no,kind,posted_at,customer_no,currency,line_no,net\n"
    GOOD = "I1,invoice,2025-03-01T09:00:00,1001,SEK,1,100.00\n"

    def state(self):
        tables = ("erp_customer", "erp_invoice", "erp_invoice_line", "erp_order", "erp_event")
        found = [self.company.backend.rows(f"select count(*) as n from {t}")[0]["n"] for t in tables]
        self.assertEqual(self.company.cli("drain").returncode, 0)
        done = self.company.cli("action", "opportunity.list", "{}")
        return found + [json.loads(done.stdout)["opportunities"]]

    def refused(self, kind, content, *words, more=()):
        file = self.folder / f"{self._testMethodName}.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        before = self.state()
        done = self.company.cli("import", kind, file, *more)
        text = done.stderr + done.stdout
        for errors in sorted((self.company.data / "import-errors").glob("*.csv")):
            text += errors.read_text(encoding="utf-8")
            errors.unlink()
        self.assertEqual(done.returncode, 1, text)
        for word in words:
            self.assertIn(word.lower(), text.lower())
        self.assertEqual(self.state(), before, "something was half written")
        done = self.company.cli("action", "customer.list", "{}")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_wrong_encoding(self):
        self.refused("customers", "number,name\n1,Åkes\n".encode("latin-1"), "UTF-8", "2")

    def test_missing_column(self):
        self.refused("invoices", self.INVOICES.replace(",net", "") + self.GOOD.replace(",100.00", ""), "column", "net")

    def test_empty_file(self):
        self.refused("invoices", "", "empty")

    def test_line_twice(self):
        self.refused("invoices", self.INVOICES + self.GOOD * 2, "I1", "twice")

    def test_customer_twice(self):
        self.refused("customers", "number,name\nA,One\nA,Two\n", "A", "3")

    def test_number_that_exists(self):
        self.refused("customers", "number,name\n1001,Again\n", "1001", "already")

    def test_opportunity_twice(self):
        header = "external_id,title,customer_no,amount,currency,start\n"
        row = "X1,Deal,1001,100,SEK,2025-01-01\n"
        self.refused("opportunities", header + row + row, "X1", "twice")

    def test_three_decimals(self):
        self.refused("invoices", self.INVOICES + self.GOOD.replace("100.00", "12.345"), "12.345", "net", "2")

    def test_amount_that_is_no_number(self):
        for text in ("1e5", "abc", "--5", "1,000.00", "9" * 30, "0x10", "1 000"):
            with self.subTest(text=text):
                self.refused("invoices", self.INVOICES + self.GOOD.replace("100.00", f'"{text}"'), "net", "2")

    def test_impossible_dates(self):
        for text in ("2025-02-30T09:00:00", "2025-13-01T09:00:00", "2025-03-01T25:00:00", "yesterday", "0000-00-00"):
            with self.subTest(text=text):
                self.refused("invoices", self.INVOICES + self.GOOD.replace("2025-03-01T09:00:00", text), "posted_at", text)

    def test_opportunity_closed_before_its_start(self):
        self.refused("opportunities", "external_id,title,customer_no,start,closed_on,status\nX1,Deal,1001,2025-03-01,2025-02-01,won\n",
                     "closed", "2")

    def test_unknown_kind_of_document(self):
        self.refused("invoices", self.INVOICES + self.GOOD.replace("invoice", "receipt"), "receipt", "kind", "credit_note")

    def test_unknown_kind_of_file(self):
        done = self.company.cli("import", "ghosts", __file__)
        self.assertIn(done.returncode, (1, 2))
        self.assertIn("ghosts", done.stderr)

    def test_unknown_customer_order_and_currency(self):
        self.refused("invoices", self.INVOICES + self.GOOD.replace("1001", "9999"), "9999", "customer")
        self.refused("invoices", self.INVOICES + self.GOOD.replace("SEK", "XYZ"), "XYZ", "currency")
        self.refused("invoices", self.INVOICES.strip() + ",order_no,order_line\n" + self.GOOD.strip() + ",O77,1\n", "O77", "order")

    def test_positive_credit_note(self):
        self.refused("invoices", self.INVOICES + self.GOOD.replace("invoice", "credit_note"), "credit", "positive")

    def test_one_bad_line_spoils_only_its_document_when_asked(self):
        file = self.folder / "keep.csv"
        file.write_text(self.INVOICES + self.GOOD.replace("I1", "K1") + self.GOOD.replace("I1", "K2").replace("100.00", "1.234")
                        + self.GOOD.replace("I1", "K2").replace(",1,100", ",2,100"), encoding="utf-8")
        before = self.state()
        done = self.company.cli("import", "invoices", file, "--keep-good")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        answer = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((answer["read"], answer["accepted"], answer["rejected"]), (3, 1, 2))
        self.assertIn("1.234", Path(answer["errors"]).read_text(encoding="utf-8"))
        after = self.state()
        self.assertEqual((after[1] - before[1], after[2] - before[2]), (1, 1))


# ---------------------------------------------------------------- modules

def zoo(name):
    """The folder of a deliberately broken module, or a skip."""
    for folder in (ZOO / name, ZOO / name.replace("-", "_"), ZOO / name.replace("_", "-")):
        if folder.is_dir():
            return folder
    raise unittest.SkipTest(f"{ZOO / name} is not built")


class BadModules(unittest.TestCase):
    """Each stands in a modules folder alone, and once beside the good module, which has to keep working."""

    def with_modules(self, *folders):
        target = Path(tempfile.mkdtemp(prefix="sales_leads_modules_"))
        self.addCleanup(shutil.rmtree, target)
        for folder in folders:
            shutil.copytree(folder, target / folder.name)
        host = Host()
        self.addCleanup(host.close)
        host.arguments += ["--modules", str(target)]
        return host

    def check(self, name, *words):
        self.check_folder(zoo(name), *words)

    def check_folder(self, folder, *words):
        good = BUILD / "modules" / "sales_leads"
        for folders in ((folder,), (folder, good)):
            with self.subTest(modules=[f.name for f in folders]):
                host = self.with_modules(*folders)
                done = host.cli("action", "customer.create", '{"name": "Still here"}')
                self.assertEqual(done.returncode, 0, done.stderr)
                for word in words:
                    self.assertIn(word.lower(), done.stderr.lower())
                if good in folders:
                    self.assertEqual(host.cli("action", "opportunity.list", "{}").returncode, 0)
                self.assertEqual(host.cli("drain").returncode, 0)

    def test_unknown_abi_version(self):
        self.check("wrong_major", "ABI 2", "this host 1.0")
        self.check("needs_minor", "minor")

    def test_missing_symbol(self):
        self.check("missing_symbol", "erp_module_query")

    def test_wrong_manifest(self):
        for old, new, words in (("id: hello", "id: hello\ncolour: red", ("manifest.yaml:3", "colour")),
                                ("major: 1", "major: one", ("manifest.yaml", "major")),
                                ("extensions: {required: [erp.clock/1], optional: [erp.log/1]}", "extensions: {required: [erp.nothing/9]}", ("erp.nothing/9",))):
            folder = Path(tempfile.mkdtemp(prefix="sales_leads_manifest_")) / "hello"
            self.addCleanup(shutil.rmtree, folder.parent)
            shutil.copytree(zoo("hello"), folder)
            manifest = folder / "manifest.yaml"
            text = manifest.read_text()
            self.assertIn(old, text)
            manifest.write_text(text.replace(old, new))
            with self.subTest(fault=new):
                self.check_folder(folder, *words)

    def test_throws_in_every_callback(self):
        for slot in ("query", "create", "init", "start", "call"):
            self.check(f"throws_in_{slot}", "exception")
        for slot in ("stop", "destroy"):  # seen when the host closes
            self.check(f"throws_in_{slot}")


# ---------------------------------------------------------------- databases

def as_nobody(command):
    """Root is not stopped by file modes: run it as somebody who is."""
    if os.geteuid() != 0:
        return command
    if not shutil.which("setpriv"):
        raise unittest.SkipTest("setpriv is missing, and root may write read-only files")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]


class BadDatabases(unittest.TestCase):
    def company(self):
        company = Company(Sqlite(), currency="SEK")
        self.addCleanup(company.close)
        company.customer("Acme", number="1001")
        company.stop()
        return company

    def test_locked_database(self):
        company = self.company()
        lock = sqlite3.connect(company.backend.file, isolation_level=None)
        lock.execute("begin immediate")
        done = company.cli("action", "customer.create", '{"name": "Waits in vain"}')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr.lower(), "locked|busy")
        lock.execute("rollback")
        lock.close()
        done = company.cli("action", "customer.create", '{"name": "Next"}')
        self.assertEqual(done.returncode, 0, done.stderr)
        names = {r["name"] for r in company.backend.rows("select name from erp_customer")}
        self.assertIn("Next", names)
        self.assertNotIn("Waits in vain", names)

    def test_lock_under_a_running_host(self):
        company = self.company()
        company.call("customer.list")
        lock = sqlite3.connect(company.backend.file, isolation_level=None)
        lock.execute("begin immediate")
        with self.assertRaises(Refused) as refused:
            company.call("opportunity.create", title="Waits in vain", customer=1)
        self.assertRegex(refused.exception.message.lower(), "locked|busy")
        self.assertIn(refused.exception.status, (-6, -7))
        lock.execute("rollback")
        lock.close()
        company.call("opportunity.create", title="Next", customer=1)
        self.assertEqual([o["title"] for o in company.call("opportunity.list")["opportunities"]], ["Next"])

    def test_read_only_database(self):
        company = self.company()
        os.chmod(company.folder, 0o755)
        for path in [company.data, *company.data.rglob("*")]:
            if os.geteuid() == 0:
                os.chown(path, 65534, 65534)
            os.chmod(path, 0o555 if path.is_dir() else 0o444)
        command = company.command("action", "customer.create", '{"name": "Nowhere"}')
        done = subprocess.run(as_nobody(command), capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr.lower(), "read.?only|permission|not writable|written")
        for path in [company.data, *company.data.rglob("*")]:
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
            if os.geteuid() == 0:
                os.chown(path, 0, 0)
        done = company.cli("action", "customer.create", '{"name": "Next"}')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(company.backend.rows("select count(*) as n from erp_customer where name = 'Nowhere'"), [{"n": 0}])

    def test_database_newer_than_the_module(self):
        company = self.company()
        connection = sqlite3.connect(company.backend.file)
        tables = [r[0] for r in connection.execute(
            "select name from sqlite_master where type = 'table' and name like 'sl%migration%'")]
        self.assertEqual(len(tables), 1, tables)
        columns = [r[1] for r in connection.execute(f"pragma table_info({tables[0]})")]
        rows = connection.execute(f"select * from {tables[0]} order by 1 desc").fetchall()
        number = next(c for c in columns if c in ("number", "version", "id", "migration"))
        newest = list(rows[0])
        newest[columns.index(number)] = 9999
        connection.execute(f"insert into {tables[0]} values ({', '.join('?' * len(columns))})", newest)
        connection.commit()
        connection.close()
        done = company.cli("action", "opportunity.list", "{}")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("9999", done.stderr)
        self.assertIn("newer", done.stderr.lower())
        done = company.cli("action", "customer.create", '{"name": "The host goes on"}')
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_damaged_database(self):
        company = self.company()
        with open(company.backend.file, "r+b") as file:
            file.write(b"This is no database at all" * 100)
        for suffix in ("-wal", "-shm"):
            Path(str(company.backend.file) + suffix).unlink(missing_ok=True)
        done = company.cli("action", "customer.list", "{}")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.lower(), "database|malformed")

    def test_unreachable_server(self):
        with Host() as host:
            done = subprocess.run([str(ERP_HOST), "action", "customer.list", "{}", "--data", str(host.folder / "other"), "--database",
                                   "postgresql://nobody:secret-word@127.0.0.1:1/none"], capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("127.0.0.1", done.stderr)
            self.assertNotIn("secret-word", done.stderr)


# ---------------------------------------------------------------- the command line

class BadUsage(unittest.TestCase):
    def test_usage(self):
        for arguments in ((), ("fly",), ("action",), ("import", "customers"), ("report",)):
            with self.subTest(arguments=arguments):
                done = subprocess.run([str(ERP_HOST), *arguments], capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.strip())

    def test_refusals(self):
        with Host() as host:
            for arguments, words in ((("action", "no.such.action", "{}"), ("no.such.action",)), (("action", "customer.create", "{"), ("json",)),
                                     (("action", "customer.create", '{"nam": "x"}'), ("nam",)),
                                     (("report", "no_such_report"), ("no_such_report",)),
                                     (("report", "sales", "--params", '{"rows": "moon"}'), ("moon",))):
                with self.subTest(arguments=arguments):
                    done = host.cli(*arguments)
                    self.assertEqual(done.returncode, 1, done.stdout)
                    for word in words:
                        self.assertIn(word, done.stderr.lower())

    def test_batch_goes_on_after_bad_lines(self):
        with Host() as host:
            lines = ['{"action": "no.such.action", "input": {}}', "not json", "[]", '{"action": "customer.create", "input": {"name": "Acme"}}']
            done = host.cli("batch", stdin="\n".join(lines) + "\n")
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([a["ok"] for a in answers], [False, False, False, True])
            for answer in answers[:3]:
                self.assertLess(answer["error"]["status"], 0)
                self.assertTrue(answer["error"]["message"])


if __name__ == "__main__":
    unittest.main()
