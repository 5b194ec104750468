# SPDX-License-Identifier: Apache-2.0
"""The way of an invoice, from the posting to the ledger, killed before every single write (SQLite) or send (PostgreSQL):
host, relay and module in one process. After the restart the rest is posted and worked off, and each such episode leaves
the balances of one that nobody disturbed.

The fast tier takes a sample of the steps; SALES_LEADS_LONG=1 takes all.
"""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import KILLER, LONG, Clock, Script, a_company, check_documents, environment, kill, on_both  # noqa: E402
from harness import compare, rebuild_changes_nothing  # noqa: E402

MOST_STEPS = 3000
SAMPLE = {"sqlite": (3, 19, 37, 61, 83, 97), "postgres": (61, 97)}  # steps of the fast tier


class SignalWay(unittest.TestCase):
    maxDiff = 4000

    def episode(self, company, number, clock):
        """Answers (customer, whether it came through undisturbed). `number` 0: nobody is killed."""
        customer = company.customer(f"Customer of episode {number}")
        company.opportunity(f"Deal of episode {number}", customer, campaign=self.fair, sellers=[(self.people[0], 3333), (self.people[1], 6667)])
        company.stop()
        script = Script(company, f"episode {number}", on_death=lambda: clock.move(6))
        armed = company.folder / f"armed{number}"
        if number:
            with environment(LD_PRELOAD=str(KILLER), KILL_AT_ARMED=str(armed), KILL_AT=str(number)):
                company.call("pipeline.list")  # the process is up and connected
            armed.touch()
        _, lines = script.order(customer, [70001, 510, 33], "2025-03-01T09:00:00Z")
        _, invoiced = script.invoice(customer, [(35000, "order_line", lines[0]), (33, "order_line", lines[2])], "2025-04-01T09:00:00Z")
        script.drain()
        script.invoice(customer, [(-17, "invoice_line", invoiced[1]), (-9999, "invoice_line", invoiced[0])], "2025-05-01T09:00:00Z", credit=True)
        script.drain()
        if number and not script.deaths:
            kill(company.process)  # still armed
            company.process = None
            clock.move(6)
        return customer, not script.deaths

    @staticmethod
    def without_ids(balances):
        """What the ledger holds, apart from the numbers of documents, lines and opportunities."""
        result = {}
        for (kind, _, _, _, campaign, seller, measure, day, corrected), amounts in balances.items():
            key = (kind, campaign, seller, measure, day, corrected)
            before = result.get(key, (0, 0))
            result[key] = (before[0] + amounts[0], before[1] + amounts[1])
        return result

    def run_on(self, backend):
        if not KILLER.exists():
            self.fail(f"{KILLER} is not built (target kill_at)")
        with a_company(backend)[0] as company:
            clock = Clock(company.folder)
            with environment(ERP_HOST_CLOCK=clock.setting):
                company.stop()
                self.people = [company.employee("Anna"), company.employee("Bo")]
                self.fair = company.campaign("Spring fair", "spring", "2025-01-01", None)
                episodes = {}
                company.drain()
                episodes[0] = self.episode(company, 0, clock)[0]
                steps = range(1, MOST_STEPS)
                if not LONG:
                    steps = SAMPLE[backend.name]
                through = False
                for number in steps:
                    with self.subTest(killed_before=number):
                        episodes[number], through = self.episode(company, number, clock)
                        if through:
                            break
                if LONG:
                    self.assertTrue(through, "the episode never comes through")
                print(f"{type(self).__name__} on {backend.name}: {len(episodes) - 1} episodes, killed before up to {max(episodes)} writes")
                check_documents(self, company, {"order": len(episodes), "invoice": 2 * len(episodes)})
                compare(self, company, reports=False)
                rebuild_changes_nothing(self, company)
                customer_of = {}
                for kind in ("order", "invoice"):
                    for row in company.backend.rows(f"select id, customer_id from erp_{kind}"):
                        customer_of[kind, row["id"]] = row["customer_id"]
                found = {}
                for key, amounts in company.dated_balances().items():
                    found.setdefault(customer_of[key[:2]], {})[key] = amounts
                clean = self.without_ids(found[episodes[0]])
                self.assertGreater(len(clean), 5)
                for number, customer in episodes.items():
                    with self.subTest(killed_before=number):
                        self.assertEqual(self.without_ids(found[customer]), clean)


on_both(SignalWay, "killed_before_every_write", SignalWay.run_on)

if __name__ == "__main__":
    unittest.main()
