# SPDX-License-Identifier: Apache-2.0
"""A caller who cannot wait: --timeout goes as the call's deadline through the border, ends what waits for the database,
leaves nothing behind and says so in the caller's language."""
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import DEADLINE, a_company, on_both  # noqa: E402
from harness import Refused  # noqa: E402

WORDS = {"sv": "Tiden för anropet tog slut", "nb": "Tiden for kallet tok slutt", "en": "The time of the call ran out"}


class Holder:
    """Somebody else who writes and does not come to an end."""

    def __init__(self, company):
        self.company = company
        if company.backend.name == "sqlite":
            self.other = sqlite3.connect(company.backend.file, isolation_level=None)
            self.other.execute("begin immediate")
        else:
            self.other = subprocess.Popen(["psql", company.backend.url, "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
            self.other.stdin.write("begin; lock table sales_leads.sl_campaign in exclusive mode;\n\\echo ready\n")
            self.other.stdout.readline()

    def release(self):
        if self.company.backend.name == "sqlite":
            self.other.execute("rollback")
            self.other.close()
        else:
            self.other.communicate("rollback;\n\\q\n", timeout=10)


class Deadlines(unittest.TestCase):
    def run_on(self, backend):
        company, _ = a_company(backend)
        with company:
            before = len(company.call("campaign.list")["campaigns"])
            for language, words in WORDS.items():
                hurried = company.elsewhere(1)
                hurried.arguments += ["--timeout", "400", "--lang", language]
                hurried.call("campaign.list")  # up and connected
                holder = Holder(company)
                start = time.monotonic()
                with self.assertRaises(Refused) as refused:
                    hurried.call("campaign.create", title="Too late", request_id=f"late {language}")
                took = time.monotonic() - start
                holder.release()
                self.assertEqual((refused.exception.status, refused.exception.key), (DEADLINE, "database.deadline"))
                self.assertIn(words, refused.exception.message)
                self.assertTrue(0.3 < took < 3, took)
                self.assertEqual(len(company.call("campaign.list")["campaigns"]), before)
                # The same wish again, in time: made once, and not refused for the first try's sake.
                made = hurried.call("campaign.create", title="In time", request_id=f"late {language}")
                self.assertEqual(hurried.call("campaign.create", title="In time", request_id=f"late {language}"), made)
                before += 1
                self.assertEqual(len(company.call("campaign.list")["campaigns"]), before)
            told = company.cli("report", "sales", "--params", '{"rows":"month"}', "--timeout", "60000")
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertEqual(company.cli("report", "sales", "--timeout", "soon").returncode, 2)


on_both(Deadlines, "end_a_call_that_waits", Deadlines.run_on)

if __name__ == "__main__":
    unittest.main()
