# SPDX-License-Identifier: Apache-2.0
"""Host and module killed at random moments while documents are posted: the process that works, the process that posts, or
both. At the end every acknowledged document is there once, and the ledger is the oracle's.

SALES_LEADS_KILLS says how often (default 200 in the long tier, 4 else). The seed is printed with a failure.
"""
import os
import random
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import LONG, Clock, Load, a_company, check_documents, environment, kill, on_both  # noqa: E402
from harness import compare, rebuild_changes_nothing  # noqa: E402
from web import Server  # noqa: E402

KILLS = int(os.environ.get("SALES_LEADS_KILLS") or (200 if LONG else 4))
SEED = int(os.environ.get("SALES_LEADS_CRASH_SEED") or 1)


class UnderLoad(unittest.TestCase):
    maxDiff = 4000

    def run_on(self, backend):
        r = random.Random(SEED)
        company, customers = a_company(backend)
        with company:
            clock = Clock(company.folder)
            with environment(ERP_HOST_CLOCK=clock.setting):
                company.stop()
                workplace = company.elsewhere(1)
                server = Server(workplace)
                # A process of its own posts; it dies too, and its script sends what was not acknowledged again.
                load = Load(company, SEED, customers)
                load.start()
                poster_kills = 0
                try:
                    for number in range(KILLS):
                        time.sleep(r.choice([0.0, 0.01, r.random() * 0.1, r.random() * 0.5]))
                        victims = r.choice(["worker", "worker", "poster", "both"])
                        if victims != "poster":
                            kill(server.process)
                            server.close()
                            clock.move(6)  # the dead one's lease is over
                            server = Server(workplace)
                        poster = company.process
                        if victims != "worker" and poster is not None:
                            poster.kill()
                            poster_kills += 1
                        if load.trouble:
                            break
                    end = time.monotonic() + 60
                    while sum(load.posted.values()) < 10 and not load.trouble and time.monotonic() < end:
                        time.sleep(0.05)
                    load.stop()
                finally:
                    load.ended.set()
                    load.join(60)
                    server.close()
                self.assertGreaterEqual(sum(load.posted.values()), 10)
                clock.move(6)
                load.script.drain()
                check_documents(self, company, load.posted)
                compare(self, company, reports=False)
                rebuild_changes_nothing(self, company)
                print(f"{backend.name}: {KILLS} kills ({poster_kills} of them of the posting process, {load.script.deaths} calls cut off), "
                      f"{sum(load.posted.values())} documents, seed {SEED}")


on_both(UnderLoad, "killed_at_random_moments", UnderLoad.run_on)

if __name__ == "__main__":
    unittest.main()
