#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The forecast of the real pipeline beside simple ways, scored by an independent scorer. See README.md."""
import argparse
import csv
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HOST = os.environ.get("ERP_HOST", str(ROOT / "build/bin/erp-host"))
DATA = pathlib.Path(os.environ.get("SALES_LEADS_DATA", ROOT.parent / "shared/data")) / "crm_pipeline"
SCORER = pathlib.Path(os.environ.get("SALES_LEADS_SCORER", ROOT.parent / "shared/tools/score_forecast.py"))
DATES = ("2017-05-31", "2017-06-30", "2017-07-31")
HORIZONS = (30, 60, 90)
FILES = (("products", "products.csv", "crm_pipeline_products"), ("customers", "accounts.csv", "crm_pipeline_accounts"),
         ("employees", "sales_teams.csv", "crm_pipeline_sales_teams"),
         ("opportunities", "sales_pipeline.csv", "crm_pipeline_sales_pipeline"))


def absent():
    """Why nothing can be scored, or None."""
    for path, name in ((DATA, "SALES_LEADS_DATA"), (SCORER, "SALES_LEADS_SCORER"), (pathlib.Path(HOST), "ERP_HOST")):
        if not path.exists():
            return f"{path} is absent (set {name})"
    return None


def host(*args):
    done = subprocess.run([HOST, *map(str, args)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"erp-host {' '.join(map(str, args))}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout


def company(folder, pipeline=None):
    """A company with the real pipeline, or with another file of the same shape."""
    host("action", "company.update", json.dumps({"currency": "USD", "time_zone": "America/New_York"}), "--data", folder)
    for kind, file, profile in FILES:
        path = pipeline if pipeline and kind == "opportunities" else DATA / file
        host("import", kind, path, "--map", profile, "--data", folder)


def export(folder, as_of, out):
    host("action", "forecast.export", json.dumps({"as_of": as_of, "dir": str(out)}), "--data", folder)
    return out / "opportunities.csv", out / "totals.csv"


def sample(percent, seed, target):
    """A random part of the deals, as a file of the same shape."""
    chance = random.Random(seed)
    with open(DATA / "sales_pipeline.csv", encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    with open(target, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([rows[0]] + [r for r in rows[1:] if chance.random() * 100 < percent])
    return target


def life_table(pipeline, as_of, target):
    """The plain way: of the deals at risk at each age, which share is won and which lost that day."""
    day = datetime.date.fromisoformat(as_of).toordinal()
    ordinal = lambda text: datetime.date.fromisoformat(text).toordinal() if text else None  # noqa: E731
    with open(pipeline, encoding="utf-8", newline="") as lines:
        rows = [(r["opportunity_id"], ordinal(r["engage_date"]), ordinal(r["close_date"]), r["deal_stage"] == "Won")
                for r in csv.DictReader(lines) if r["engage_date"]]
    rows = [(i, e, c if c and c <= day else None, won) for i, e, c, won in rows if e <= day]
    start = min((c for _, _, c, _ in rows if c), default=day)
    longest = day - min(e for _, e, _, _ in rows) + 200
    risk, won, lost = [0] * (longest + 2), [0] * (longest + 2), [0] * (longest + 2)
    for _, entry, close, is_won in rows:
        first, last = max(entry + 1, start) - entry, max((close or day) - entry, 1 if close else 0)
        for age in range(first, last + 1):
            risk[age] += 1
        if close:
            (won if is_won else lost)[last] += 1
    with open(target, "w", encoding="utf-8", newline="") as out:
        out.write("opportunity_id,p_won,p_won_30,p_won_60,p_won_90,expected_amount\n")
        for name, entry, close, _ in rows:
            if close:
                continue
            left, chance, at = 1.0, 0.0, {}
            for ahead in range(1, 161):
                age = day - entry + ahead
                if risk[age]:
                    chance += left * won[age] / risk[age]
                    left *= 1 - (won[age] + lost[age]) / risk[age]
                at[ahead] = chance
            out.write(f"{name},{at[160]:.6f},{at[30]:.6f},{at[60]:.6f},{at[90]:.6f},0\n")
    return target


def score(truth, cases):
    args = [sys.executable, str(SCORER), "--truth", str(truth), "--products", str(DATA / "products.csv")]
    for as_of, opportunities, totals in cases:
        args += ["--case", as_of, str(opportunities), str(totals)]
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    values = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    return {k: float(v) for k, v in values.items()}


def measure(work, pipeline=None, dates=DATES):
    """(scores of ours, scores of the plain life table) per date and pooled."""
    work = pathlib.Path(work)
    truth = pipeline or DATA / "sales_pipeline.csv"
    company(work / "company", pipeline)
    ours, plain = [], []
    for date in dates:
        out = work / date
        ours.append((date, *export(work / "company", date, out)))
        plain.append((date, life_table(truth, date, out / "life_table.csv"), "-"))
    answers = {date: (score(truth, [a]), score(truth, [b])) for date, a, b in zip(dates, ours, plain)}
    answers["pooled"] = (score(truth, ours), score(truth, plain))
    return answers


def faults(answers):
    """Where ours is not better than a simple way, pooled over the dates."""
    ours, plain = answers["pooled"]
    found = [] if ours.get("valid") == 1 else ["the files are not valid"]
    for h in HORIZONS:
        if f"brier_{h}" not in ours:
            continue
        for name, other in [(k, ours[f"brier_{h}_base_{k}"]) for k in "abk"] + [("age", plain[f"brier_{h}"])]:
            if not ours[f"brier_{h}"] < other:
                found.append(f"{h} days: {ours[f'brier_{h}']:.4f} is not below {other:.4f} of {name}")
    return found


def show(answers):
    print(f"{'as of':<12}{'horizon':<9}{'n':>6}{'ours':>9}{'a':>9}{'b':>9}{'k':>9}{'age':>9}{'auc':>8}{'ece':>8}")
    for date, (ours, plain) in answers.items():
        for h in HORIZONS:
            if f"brier_{h}" in ours:
                print(f"{date:<12}{'Brier ' + str(h):<9}{int(ours[f'n_{h}']):>6}{ours[f'brier_{h}']:>9.4f}"
                      + "".join(f"{ours[f'brier_{h}_base_{k}']:>9.4f}" for k in "abk")
                      + f"{plain[f'brier_{h}']:>9.4f}{ours[f'auc_{h}']:>8.3f}{ours[f'ece_{h}']:>8.3f}")
    ours = answers["pooled"][0]
    for scope, simple in (("pipeline", "ab"), ("all", "abms")):
        for level in ("total", "seller"):
            pre = f"{scope}_{level}_"
            if pre + "wape" in ours:
                print(f"{scope} per {level}: error {ours[pre + 'wape']:.3f} of sales ("
                      + ", ".join(f"{k} {ours[pre + 'wape_base_' + k]:.3f}" for k in simple)
                      + f"); 80 % interval held {ours[pre + 'cov80']:.3f}, width {ours[pre + 'width80']:.2f}; 95 %: {ours[pre + 'cov95']:.3f}")
    for key in ("pipeline_sum_gap_max", "all_sum_gap_max", "opps_monotone_violations", "pipeline_nesting_violations",
                "all_nesting_violations", "account_leak_flag", "valid"):
        if key in ours:
            print(key, f"{ours[key]:g}")


def main():
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--sample", type=float, help="so many per cent of the deals")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--out", help="keep company and files here")
    args = read.parse_args()
    if absent():
        print(absent())
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(args.out or temporary)
        work.mkdir(parents=True, exist_ok=True)
        pipeline = sample(args.sample, args.seed, work / "sample.csv") if args.sample else None
        answers = measure(work, pipeline)
    show(answers)
    found = faults(answers)
    for fault in found:
        print("NOT BETTER:", fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
