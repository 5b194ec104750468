# SPDX-License-Identifier: Apache-2.0
"""packaging/PARTNERS.md, run as a partner would: every file written, every command run, in an empty folder."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BUILD, PROJECT

GUIDE = PROJECT / "packaging/PARTNERS.md"
PATHS = "export CPPFLAGS="  # what only who works from a clone must say
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.M | re.S)


def write_out(folder):
    """The guide's files into the folder; its commands and the texts that they must print."""
    commands, texts = [], []
    for language, name, text in BLOCK.findall(GUIDE.read_text()):
        if name:
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        elif language == "sh":
            commands.append(text)
        elif language == "text":
            texts.append(text)
        else:
            raise AssertionError(f"a block of {language} without a file name is not run by anybody")
    return commands, texts


def expect_said(case, texts, printed):
    for text in [*texts, '{"company":1,"now":', '{"rows": []}' if '{"rows": []}' in printed else '{"rows":[]}', "hello 1.0.0\n", "its data stay"]:
        case.assertIn(text, printed)
    case.assertNotRegex(printed, r"(?m)^(fail|crash|hang|warn) ")


class Guide(unittest.TestCase):
    def test_samples_of_the_guide_are_those_of_the_tests(self):
        blocks = {name: text for _, name, text in BLOCK.findall(GUIDE.read_text()) if name}
        for name in ("hello.cpp", "tiny_host.c"):
            self.assertEqual(blocks[name], (PROJECT / "tests/contract/samples" / name).read_text())
        self.assertLessEqual(len(blocks["hello.cpp"].splitlines()), 30)
        self.assertLessEqual(len(blocks["tiny_host.c"].splitlines()), 150)

    @unittest.skipUnless(shutil.which("doxygen") and (BUILD / "host_api/Doxyfile").exists(), "doxygen is not installed (packaging/install-deps package)")
    def test_pages_of_the_contract_are_made_without_a_warning(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = (BUILD / "host_api/Doxyfile").read_text() + f"OUTPUT_DIRECTORY = {folder}\n"
            done = subprocess.run(["doxygen", "-"], input=settings, capture_output=True, text=True, timeout=600)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            pages = "".join(page.read_text() for page in Path(folder, "html").glob("*.html"))
            for name in ("erp_module_query", "erp_documents", "erp_module_work", "A module in 30 lines", "A host in 150 lines"):
                self.assertIn(name, pages)

    @unittest.skipUnless(shutil.which("minisign") and (BUILD / "bin/module-check").exists() and (BUILD / "bin/host-check").exists(),
                         "minisign is not installed, or the target zoo is not built")
    def test_everything_in_the_guide_works(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            commands, texts = write_out(folder)
            self.assertGreater(len(commands), 8)
            env = {**os.environ, "ERP": str(PROJECT), "PATH": f"{BUILD / 'bin'}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
            done = subprocess.run(["bash", "-c", "\n".join(["set -eu", *commands])], cwd=folder, env=env, capture_output=True, text=True, timeout=600)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            expect_said(self, texts, done.stdout)


if __name__ == "__main__":
    unittest.main()
