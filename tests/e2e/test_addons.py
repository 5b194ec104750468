# SPDX-License-Identifier: Apache-2.0
"""Add-on archives: signed by the real minisign, verified, installed, upgraded, taken back and removed by erp-host."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from harness import BUILD, ERP_HOST, PROJECT, Postgres, Sqlite

sys.path.insert(0, str(PROJECT / "packaging"))
sys.dont_write_bytecode = True
import package  # noqa: E402

MODULE = BUILD / "modules/sales_leads"
EXTRA = "create table sl_extra (n bigint not null);\ninsert into sl_extra (n) values (1);\n"


@unittest.skipUnless(shutil.which("minisign"), "minisign is not installed")
class Case(unittest.TestCase):
    module = MODULE
    host = (ERP_HOST,)  # test_bare_root.py runs the same in a root that holds the packages alone
    place = None  # where the test's folders are made; None = where temporary ones are

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.place))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.database = []
        self.key = self.new_key("maker")
        self.erp("action", "company.get")
        self.erp("module", "trust", self.folder / "maker.pub")

    def new_key(self, name):
        subprocess.run(["minisign", "-G", "-W", "-p", self.folder / f"{name}.pub", "-s", self.folder / f"{name}.key"], check=True, stdout=subprocess.DEVNULL)
        return self.folder / f"{name}.key"

    def erp(self, *words, fails=None, modules=None):
        done = subprocess.run([*self.host, *map(str, words), "--data", self.data, "--modules", modules or self.empty(), *self.database], capture_output=True, text=True)
        if fails is None:
            self.assertEqual(done.returncode, 0, f"{words}: {done.stderr}")
        else:
            self.assertEqual(done.returncode, 1, f"{words} went through: {done.stdout}")
            self.assertIn(f"[{fails}]", done.stderr)
        return done.stdout if fails is None else done.stderr

    def empty(self):
        folder = self.folder / "no_modules"
        folder.mkdir(exist_ok=True)
        return folder

    def archive(self, version="1.0.0", key=None, migration=None, spoil=None, name="addon"):
        """An .erpmod of the real module, as another version where asked: library, manifest and schemas agree."""
        folder = Path(tempfile.mkdtemp(dir=self.folder)) / "module"
        shutil.copytree(self.module, folder)
        if version != "1.0.0":
            library = folder / "libsales_leads.so"
            was, now = b"\x001.0.0\x00", b"\x00" + version.encode() + b"\x00"
            self.assertEqual(len(was), len(now))
            library.write_bytes(library.read_bytes().replace(was, now))
            self.edit(folder, "version: 1.0.0", f"version: {version}")
        if migration:
            number = 1 + max(int(p.name[:4]) for p in (folder / "schemas/migrations").glob("*.sql"))
            (folder / f"schemas/migrations/{number:04d}_extra.sql").write_text(migration)
        if spoil:
            spoil(folder)
        file = self.folder / f"{name}-{version}.erpmod"
        package.pack(folder, file, key or self.key)
        return file

    def edit(self, folder, old, new):
        text = (folder / "manifest.yaml").read_text()
        self.assertIn(old, text)
        (folder / "manifest.yaml").write_text(text.replace(old, new, 1))

    def repacked(self, file, change):
        """The same archive with other content: what an attacker can do without the key."""
        with zipfile.ZipFile(file) as old:
            files = {n: old.read(n) for n in old.namelist()}
        change(files)
        with zipfile.ZipFile(file, "w") as new:
            for name, content in files.items():
                new.writestr(name, content)
        return file

    def running(self):
        return "campaign.create" in self.erp("actions") and "sales_leads" in self.erp("module", "list")

    def expect_refused(self, file, key, *said):
        text = self.erp("module", "install", file, fails=key)
        for part in said:
            self.assertIn(part, text)
        self.assertEqual(self.erp("module", "list"), "")
        self.assertEqual([p.name for p in (self.data / "addons").iterdir()], [], "something is left of a refused archive")


class Refusals(Case):
    """On the smallest module that there is: what is refused is refused before any of it is loaded."""
    module = BUILD / "conformance_zoo/good"
    library = "libzoo.so"

    def test_a_changed_library_is_refused_and_named(self):
        def flip(files):
            files[self.library] = files[self.library][:5000] + b"\xcc" + files[self.library][5001:]
        self.expect_refused(self.repacked(self.archive(), flip), "addon.tampered", "libzoo.so was changed")

    def test_an_added_and_a_missing_file_are_refused(self):
        file = self.archive()
        self.expect_refused(self.repacked(file, lambda f: f.update({"schemas/extra.json": b"{}"})), "addon.tampered", "schemas/extra.json was added")
        self.expect_refused(self.repacked(self.archive(), lambda f: f.pop(self.library)), "addon.tampered", "libzoo.so is missing")

    def test_a_changed_list_of_checksums_is_refused(self):
        self.expect_refused(self.repacked(self.archive(), lambda f: f.update({"CHECKSUMS": f["CHECKSUMS"].replace(b"0", b"1", 1)})), "addon.signature.wrong")

    def test_a_changed_trusted_comment_is_refused(self):
        def change(files):
            files["CHECKSUMS.minisig"] = files["CHECKSUMS.minisig"].replace(b"trusted comment: ", b"trusted comment: x")
        self.expect_refused(self.repacked(self.archive(), change), "addon.signature.wrong")

    def test_another_key_is_refused_and_its_number_told(self):
        other = self.new_key("stranger")
        number = (self.folder / "stranger.pub").read_text().split()[4]
        self.expect_refused(self.archive(key=other), "addon.key.unknown", number, "module trust")

    def test_an_unsigned_archive_is_refused(self):
        self.expect_refused(self.repacked(self.archive(), lambda f: f.pop("CHECKSUMS.minisig")), "addon.signature.missing")

    def test_a_path_that_leaves_the_folder_is_refused(self):
        self.expect_refused(self.repacked(self.archive(), lambda f: f.update({"../../evil": b"x"})), "addon.path", "../../evil")
        self.assertFalse((self.folder / "evil").exists())

    def test_half_an_archive_is_refused(self):
        file = self.archive()
        file.write_bytes(file.read_bytes()[:4000])
        self.expect_refused(file, "addon.broken")

    def test_another_machines_library_is_refused(self):
        def other(folder):
            library = folder / self.library
            content = bytearray(library.read_bytes())
            content[18:20] = (0xB7).to_bytes(2, "little") if content[18] != 0xB7 else (0x3E).to_bytes(2, "little")
            library.write_bytes(content)
        self.expect_refused(self.archive(spoil=other), "module.other_machine")
        self.expect_refused(self.archive(spoil=lambda f: self.edit(f, "linux-x86_64", "linux-riscv64") or self.edit(f, "linux-aarch64", "linux-ppc64le")), "module.no_platform")

    def test_an_abi_that_this_host_has_not_is_refused(self):
        self.expect_refused(self.archive(spoil=lambda f: self.edit(f, "min_minor: 0", "min_minor: 9")), "module.abi_minor", "1.9", "1.0")
        self.expect_refused(self.archive(spoil=lambda f: self.edit(f, "major: 1", "major: 2")), "module.abi_major", "2", "1.0")
        # Older than the contract is: there is nothing below major 1. (A module's max_minor: tests/contract/loader_test.cpp)
        self.expect_refused(self.archive(spoil=lambda f: self.edit(f, "major: 1", "major: 0")), "manifest.value.range", "abi.major is 0")

    def test_a_folder_that_everybody_may_write_to_is_refused(self):
        (self.data / "addons").chmod(0o777)
        self.assertIn("chmod o-w", self.erp("module", "install", self.archive(), fails="module.writable_by_all"))
        (self.data / "addons").chmod(0o755)
        (self.data / "keys").chmod(0o777)
        self.expect_refused(self.archive(), "module.writable_by_all")

    def test_a_library_that_is_not_what_its_manifest_says_does_not_stay(self):
        self.expect_refused(self.archive(spoil=lambda f: self.edit(f, "version: 1.0.0", "version: 1.0.7")), "addon.does_not_run", "1.0.7")

    def test_what_comes_with_the_system_is_not_installed_twice(self):
        self.erp("module", "install", self.archive(), modules=BUILD / "conformance_zoo", fails="addon.installed")

    def test_a_key_that_is_none_is_refused(self):
        (self.folder / "no.pub").write_text("hello\n")
        self.erp("module", "trust", self.folder / "no.pub", fails="addon.key.invalid")


class Life:
    def rows(self, sql):
        return self.backend.rows(sql)

    def campaigns(self):
        return self.erp("action", "campaign.list")

    def test_from_install_to_removal(self):
        self.assertIn("is whole", self.erp("module", "verify", self.archive()))
        self.assertFalse(self.running())
        self.erp("module", "install", self.archive())
        self.assertTrue(self.running())
        self.erp("module", "install", self.archive(), fails="addon.installed")
        self.erp("module", "upgrade", self.archive(), fails="addon.not_newer")
        self.erp("action", "campaign.create", '{"title":"Before"}')

        # Upgrade: the migration runs, the data are there.
        self.erp("module", "upgrade", self.archive("1.0.1", migration=EXTRA))
        self.assertEqual(self.erp("module", "list"), "sales_leads 1.0.1, before: 1.0.0\n")
        self.assertEqual(len(self.rows(f"select n from {self.schema}sl_extra")), 1)
        self.erp("action", "campaign.create", '{"title":"After"}')
        self.assertIn("After", self.campaigns())

        # The way back: the older library, its schema, its data; what came after is gone, the host's own stays.
        self.erp("action", "customer.create", '{"name":"Kept"}')
        self.assertIn("1.0.0", self.erp("module", "rollback", "sales_leads"))
        self.assertIn("Before", self.campaigns())
        self.assertNotIn("After", self.campaigns())
        self.assertIn("Kept", self.erp("action", "customer.list"))
        with self.assertRaises((sqlite3.OperationalError, RuntimeError)):
            self.rows(f"select n from {self.schema}sl_extra")
        self.erp("module", "rollback", "sales_leads", fails="addon.no_way_back")

        # An upgrade that fails half-way goes back by itself.
        broken = EXTRA + "insert into sl_no_such_table (n) values (1);\n"
        text = self.erp("module", "upgrade", self.archive("1.0.2", migration=broken), fails="addon.does_not_run")
        self.assertIn("1.0.0 was put back", text)
        self.assertIn("Before", self.campaigns())
        self.assertEqual(self.erp("module", "list"), "sales_leads 1.0.0\n")

        # Off and on.
        self.erp("module", "disable", "sales_leads")
        self.assertNotIn("campaign.create", self.erp("actions"))
        self.assertEqual(self.erp("module", "list"), "sales_leads 1.0.0 (off)\n")
        self.erp("module", "upgrade", self.archive("1.0.1"), fails="addon.disabled")
        self.erp("module", "enable", "sales_leads")
        self.assertIn("Before", self.campaigns())

        # Removed with the data kept, installed again: they are still there. Removed with an export: they are not.
        self.erp("module", "remove", "sales_leads", "--keep-data")
        self.assertFalse(self.running())
        self.erp("module", "install", self.archive())
        self.assertIn("Before", self.campaigns())
        out = self.folder / "export"
        self.assertIn("rows were exported", self.erp("module", "remove", "sales_leads", "--export-to", out))
        table = next(out.glob("*campaign.jsonl"))
        rows = [json.loads(line) for line in table.read_text().splitlines()]
        self.assertEqual([r["title"] for r in rows], ["Before"])
        self.assertTrue(any(p.name.endswith("audit.jsonl") or "audit" in p.name for p in out.iterdir()))
        self.erp("module", "install", self.archive())
        self.assertNotIn("Before", self.campaigns())
        self.erp("module", "remove", "sales_leads", "--export-to", out, fails="addon.export")
        self.assertTrue(self.running(), "a refused removal leaves all as it was")

    def test_removal_says_what_becomes_of_the_data(self):
        self.erp("module", "install", self.archive())
        done = subprocess.run([*self.host, "module", "remove", "sales_leads", "--data", self.data], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--keep-data", done.stderr)


class OnSqlite(Life, Case):
    schema = ""

    def setUp(self):
        super().setUp()
        self.backend = Sqlite()
        self.backend.prepare(self.data)


class OnPostgres(Life, Case):
    schema = "sales_leads."

    def setUp(self):
        self.backend = Postgres()
        arguments = self.backend.prepare(None)
        self.addCleanup(self.backend.remove)
        super().setUp()
        self.database = arguments
        self.erp("action", "company.get")


if __name__ == "__main__":
    unittest.main()
