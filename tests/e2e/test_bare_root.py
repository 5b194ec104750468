# SPDX-License-Identifier: Apache-2.0
"""What is shipped, in a bare Debian: packages with the dependencies that they name and nothing else, add-on archives.

The root is made by mmdebstrap from the archive that this machine uses. Each command runs in it with mounts of its own,
which end with the command. Long tier; needs root and the archive.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import test_addons
import test_partners
from harness import BUILD, PROJECT

PACKAGES = ("erp-host", "erp-host-dev", "erp-module-sales-leads")
MODULES = "/usr/lib/erp-host/modules"
# proc for the programs, the test's own folder and the build at the paths that they have outside.
ENTER = """set -e
mount -t proc proc "$1/proc"
for folder in "$2" "$3"; do mkdir -p "$1$folder"; mount --bind "$folder" "$1$folder"; done
root=$1; shift 3
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
"""


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


@unittest.skipUnless(os.environ.get("SALES_LEADS_LONG") == "1", "SALES_LEADS_LONG=1: a bare Debian takes a minute to make")
@unittest.skipUnless(os.geteuid() == 0, "only root can make a Debian root and enter it")
@unittest.skipUnless(all(map(shutil.which, ("mmdebstrap", "dpkg-shlibdeps", "minisign"))),
                     "mmdebstrap, dpkg-dev or minisign is not installed (packaging/install-deps package)")
class BareRoot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.folder.chmod(0o755)
        cls.root, cls.place = cls.folder / "root", cls.folder / "place"
        cls.place.mkdir()
        settings = [f"--aptopt={file}" for file in sorted(Path("/etc/apt/apt.conf.d").glob("*")) if "docker" not in file.name]
        made = subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", *settings, "bookworm", cls.root], capture_output=True, text=True)
        if made.returncode:
            raise unittest.SkipTest(f"no bare Debian could be made: {made.stderr[-300:]}")
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", cls.root / "etc" / name)
        run(PROJECT / "packaging/package.py", "--build", BUILD, "--out", cls.place / "out", "--only", "deb", timeout=600)
        cls.debs = {re.match(r"[a-z-]+[a-z]", p.name).group(0): p for p in (cls.place / "out").glob("*.deb")}
        cls.enter = ("unshare", "-m", "sh", "-c", ENTER, "enter", str(cls.root), str(cls.place), str(BUILD))

    def inside(self, *words, fails=False):
        done = subprocess.run([*self.enter, *map(str, words)], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode != 0, fails, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stderr if fails else done.stdout

    def apt(self, *words):
        return self.inside("apt-get", "install", "-y", "-qq", "--no-install-recommends", *words)

    def erp(self, *words, **more):
        return self.inside("erp-host", *words, "--data", self.place / "data", "--modules", MODULES, **more)

    def version(self, name="erp-module-sales-leads"):
        return self.inside("dpkg-query", "-W", "-f", "${Version}", name)

    def later(self, number, migration=None):
        """The module's package as a later version: library, manifest and schemas agree."""
        tree = self.place / f"later-{number}"
        run("dpkg-deb", "-R", self.debs["erp-module-sales-leads"], tree)
        module = tree / MODULES[1:] / "sales_leads"
        library = module / "libsales_leads.so"
        library.write_bytes(library.read_bytes().replace(b"\x001.0.0\x00", b"\x00" + number.encode() + b"\x00"))
        for file, was, now in ((module / "manifest.yaml", "version: 1.0.0", f"version: {number}"), (tree / "DEBIAN/control", "Version: 1.0.0", f"Version: {number}")):
            self.assertIn(was, file.read_text())
            file.write_text(file.read_text().replace(was, now, 1))
        if migration:
            last = max(int(p.name[:4]) for p in (module / "schemas/migrations").glob("*.sql"))
            (module / f"schemas/migrations/{last + 1:04d}_extra.sql").write_text(migration)
        run("dpkg-deb", "--root-owner-group", "-b", tree, self.place / f"later-{number}.deb")
        return self.place / f"later-{number}.deb"

    def test_1_packages_in_upgraded_back_and_out(self):
        before = self.inside("dpkg-query", "-W", "-f", "${Package}\n").split()
        self.inside("apt-get", "update", "-qq")
        self.apt(*self.debs.values())
        self.assertEqual(self.inside("dpkg", "--audit"), "")
        self.erp("action", "campaign.create", '{"title":"Packed"}')
        self.assertIn("Packed", self.erp("action", "campaign.list"))
        self.assertRegex(self.inside("module-check", "--watch", "150", f"{MODULES}/sales_leads"), r"(?m)^2\d pass, (1 skip, )?seed")
        self.assertRegex(self.inside("host-check", "--patience", "4", "erp-host"), r"(?m)^28 pass, seed")

        # A later version, and the way back; the data stay.
        self.apt(self.later("1.0.1"))
        self.assertEqual(self.version(), "1.0.1")
        self.erp("action", "campaign.create", '{"title":"Later"}')
        self.apt("--allow-downgrades", self.debs["erp-module-sales-leads"])
        self.assertEqual(self.version(), "1.0.0")
        self.assertIn("Later", self.erp("action", "campaign.list"))

        # One that migrates: the older library refuses its data with the reason, and the newer one goes on with them.
        newer = self.later("1.0.2", test_addons.EXTRA)
        self.apt(newer)
        self.assertIn("Packed", self.erp("action", "campaign.list"))
        self.apt("--allow-downgrades", self.debs["erp-module-sales-leads"])
        self.assertRegex(self.erp("action", "campaign.list", fails=True), "newer|later")
        self.apt(newer)
        self.assertIn("Packed", self.erp("action", "campaign.list"))

        owned = [line for name in PACKAGES for line in self.inside("dpkg", "-L", name).split("\n") if "erp" in line]
        self.assertGreater(len(owned), 50)
        self.inside("apt-get", "purge", "-y", "-qq", *PACKAGES)
        self.assertEqual([path for path in owned if (self.root / path[1:]).exists()], [], "something is left behind")
        self.inside("apt-get", "autoremove", "--purge", "-y", "-qq")
        self.assertEqual(self.inside("dpkg-query", "-W", "-f", "${Package}\n").split(), before)
        self.assertTrue((self.place / "data").exists(), "data are the operator's")

    def addons(self, case):
        self.apt(self.debs["erp-host"])
        bare = type("Bare", (case,), {"host": (*self.enter, "/usr/bin/erp-host"), "place": self.place})
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(bare).run(result)
        self.assertEqual([text for _, text in result.failures + result.errors], [])
        self.assertEqual(result.skipped, [])
        return result.testsRun

    def test_2_an_add_on_that_is_not_as_it_must_be_is_refused(self):
        self.assertGreater(self.addons(test_addons.Refusals), 12)

    def test_3_an_add_on_from_install_to_removal(self):
        # What its library is linked to comes with the package of the same module; an archive brings none of it.
        self.apt(*self.debs.values())
        self.inside("dpkg", "--force-depends", "--purge", "erp-module-sales-leads")
        self.assertEqual(self.addons(test_addons.OnSqlite), 2)

    def test_4_the_partners_guide_needs_the_packages_and_nothing_else(self):
        self.apt("g++", "minisign", self.debs["erp-host"], self.debs["erp-host-dev"])
        folder = self.place / "guide"
        folder.mkdir()
        commands, texts = test_partners.write_out(folder)
        script = [f"set -e; cd {folder}", *(text for text in commands if not text.startswith(test_partners.PATHS))]
        self.assertEqual(len(script), len(commands), "one block is for those who work from a clone")
        test_partners.expect_said(self, texts, self.inside("bash", "-c", "\n".join(script)))


if __name__ == "__main__":
    unittest.main()
