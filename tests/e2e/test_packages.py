# SPDX-License-Identifier: Apache-2.0
"""The Debian packages: clean by Debian's own checks, and in and out of an empty root with what is in them at work."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BUILD, PROJECT

NAMES = ("erp-host", "erp-host-dev", "erp-module-sales-leads")


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


@unittest.skipUnless(shutil.which("dpkg-shlibdeps") and shutil.which("minisign"), "packages dpkg-dev and minisign are not installed (packaging/install-deps package)")
class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.folder.chmod(0o755)
        run(PROJECT / "packaging/package.py", "--build", BUILD, "--out", cls.folder / "out", timeout=600)
        cls.debs = {re.match(r"[a-z-]+[a-z]", p.name).group(0): p for p in (cls.folder / "out").glob("*.deb")}

    def dpkg(self, root, *words):
        # Dependencies are this machine's: the root holds nothing but our packages.
        return run("dpkg", f"--root={root}", "--force-depends", "--force-not-root", "--force-bad-path", "--log=/dev/null", *words)

    def fresh_root(self, name):
        root = self.folder / name
        for part in ("var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/dpkg/parts"):
            (root / part).mkdir(parents=True)
        for file in ("status", "available"):
            (root / "var/lib/dpkg" / file).write_text("")
        root.chmod(0o755)
        return root

    def files(self, root):
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir() and not str(p.relative_to(root)).startswith("var/lib/dpkg"))

    def test_all_are_there(self):
        self.assertEqual(sorted(self.debs), sorted(NAMES))

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_debians_own_checks_find_nothing(self):
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *self.debs.values()], capture_output=True, text=True)
        self.assertEqual((done.returncode, re.findall(r"^[EW]: .*", done.stdout, re.M)), (0, []), done.stdout + done.stderr)

    def test_in_upgraded_back_and_out_of_an_empty_root(self):
        root = self.fresh_root("root")
        self.dpkg(root, "-i", *self.debs.values())
        host, modules = root / "usr/bin/erp-host", root / "usr/lib/erp-host/modules"
        answer = lambda: run(host, "action", "campaign.list", "--data", self.folder / "data", "--modules", modules)
        run(host, "action", "campaign.create", '{"title":"Packed"}', "--data", self.folder / "data", "--modules", modules)
        self.assertIn("Packed", answer())
        self.assertIn("28 pass", run(root / "usr/bin/host-check", "--jobs", "3", "--patience", "4", host))
        self.assertNotRegex(run(root / "usr/bin/module-check", "--watch", "150", "--jobs", "3", modules / "sales_leads"), r"(?m)^(fail|crash|hang)\b")
        # The headers are whole: a sample compiles against them alone.
        run("gcc", "-std=c11", "-fsyntax-only", "-I", root / "usr/include", PROJECT / "tests/contract/samples/tiny_host.c")

        def version():
            return re.search(r"^Version: (.*)$", self.dpkg(root, "-s", "erp-module-sales-leads"), re.M).group(1)
        tree = self.folder / "later"
        run("dpkg-deb", "-R", self.debs["erp-module-sales-leads"], tree)
        (tree / "DEBIAN/control").write_text((tree / "DEBIAN/control").read_text().replace("Version: 1.0.0", "Version: 1.0.1"))
        (tree / "usr/lib/erp-host/modules/sales_leads/new").write_text("new\n")
        run("dpkg-deb", "--root-owner-group", "-b", tree, self.folder / "later.deb")
        self.dpkg(root, "-i", self.folder / "later.deb")
        self.assertEqual(version(), "1.0.1")
        self.assertTrue((modules / "sales_leads/new").exists())
        self.dpkg(root, "-i", self.debs["erp-module-sales-leads"])
        self.assertEqual(version(), "1.0.0")
        self.assertFalse((modules / "sales_leads/new").exists())
        self.assertIn("Packed", answer())
        self.dpkg(root, "--purge", *NAMES)
        self.assertEqual(self.files(root), [], "something is left behind")

    def test_the_bill_of_material_names_what_is_linked(self):
        bill = json.loads(next((self.folder / "out").glob("sales_leads-*.spdx.json")).read_text())
        self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
        named = {p["name"]: p for p in bill["packages"]}
        for name in ("libsoci-core4.0", "libpq5", "libsqlite3-0", "libphonenumber8", "libboost1.81-dev", "libsales_leads.so", "libsales_leads_text.so"):
            self.assertTrue(any(n.startswith(name) for n in named), f"{name} is not in the bill: {sorted(named)}")
        ids = {p["SPDXID"] for p in bill["packages"]} | {"SPDXRef-DOCUMENT"}
        for relation in bill["relationships"]:
            self.assertIn(relation["spdxElementId"], ids)
            self.assertIn(relation["relatedSpdxElement"], ids)
        # The library in the archive, in the package and in the bill is one file.
        root = self.folder / "x"
        run("dpkg-deb", "-x", self.debs["erp-module-sales-leads"], root)
        run("python3", "-m", "zipfile", "-e", next((self.folder / "out").glob("*.erpmod")), self.folder / "y")
        sums = {run("sha256sum", p / "libsales_leads.so").split()[0] for p in (root / "usr/lib/erp-host/modules/sales_leads", self.folder / "y")}
        self.assertEqual(sums, {named["libsales_leads.so"]["checksums"][0]["checksumValue"]})

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_the_service_is_shut_in(self):
        unit = PROJECT / "packaging/deb/erp-host.service"
        told = run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
        exposure = float(re.search(r"exposure level for \S+: ([0-9.]+)", told).group(1))
        self.assertLess(exposure, 2.0)


if __name__ == "__main__":
    unittest.main()
