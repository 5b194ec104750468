# SPDX-License-Identifier: Apache-2.0
"""The forecast of the real pipeline is better than every simple way, on every horizon that the data reach."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "forecast"))
import accuracy  # noqa: E402


class ForecastOfRealData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if accuracy.absent():
            raise unittest.SkipTest(accuracy.absent())
        cls.folder = tempfile.TemporaryDirectory()
        cls.answers = accuracy.measure(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_better_than_every_simple_way(self):
        self.assertEqual(accuracy.faults(self.answers), [])

    def test_files_hold_what_they_promise(self):
        ours = self.answers["pooled"][0]
        for key in ("opps_invalid_or_missing", "opps_monotone_violations", "pipeline_nesting_violations",
                    "all_nesting_violations", "account_leak_flag"):
            self.assertEqual(ours[key], 0, key)
        for key in ("pipeline_sum_gap_max", "all_sum_gap_max"):
            self.assertLess(ours[key], 0.005, key)
        self.assertEqual(ours["valid"], 1)

    def test_totals_are_better_than_step_and_win_rate(self):
        ours = self.answers["pooled"][0]
        for scope in ("pipeline", "all"):
            for level in ("total", "seller"):
                for simple in "ab":
                    pre = f"{scope}_{level}_"
                    self.assertLess(ours[pre + "wape"], ours[pre + "wape_base_" + simple], pre + simple)

    def test_sellers_intervals_hold_about_as_often_as_they_say(self):
        ours = self.answers["pooled"][0]
        for scope in ("pipeline", "all"):
            self.assertGreater(ours[f"{scope}_seller_cov80"], 0.70, scope)
            self.assertLess(ours[f"{scope}_seller_cov80"], 0.92, scope)
            self.assertGreater(ours[f"{scope}_seller_cov95"], 0.88, scope)

    def test_what_comes_later_changes_nothing(self):
        """The same files, byte for byte, from a company that never heard of anything after the day."""
        folder = pathlib.Path(self.folder.name)
        date = "2017-06-30"
        with open(accuracy.DATA / "sales_pipeline.csv", encoding="utf-8", newline="") as lines:
            rows = [line.rstrip("\r\n").split(",") for line in lines]
        known = [rows[0]]
        for row in rows[1:]:
            if not row[5] or row[5] > date:
                continue
            if row[6] > date:  # what became of it lies in the future
                row = row[:3] + ["", "Engaging", row[5], "", ""]
            known.append(row)
        past = folder / "known_then.csv"
        past.write_text("".join(",".join(row) + "\n" for row in known), encoding="utf-8")
        accuracy.company(folder / "then", past)
        files = accuracy.export(folder / "then", date, folder / "then_out")
        for now, then in zip((folder / date / "opportunities.csv", folder / date / "totals.csv"), files):
            self.assertEqual(now.read_text().splitlines(), then.read_text().splitlines(), now.name)


if __name__ == "__main__":
    unittest.main()
