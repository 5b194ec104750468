#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Throws random JSON at every action of the module, through the host's door, and watches the database.

    actions.py [--seconds 60] [--seed N] [--host PATH] [--corpus]

Found faults: the host ends or stops answering; an answer that is "internal"; a commit that left no audit row (seen by
SQLite's data_version on a connection of our own); a ledger that no longer verifies. Inputs are grown from the examples and
the corpus: half of them fit the schema as far as a generator can tell, so that they reach the rules behind it. --corpus
plays the corpus alone. An input that found something is appended to the corpus by hand, as one JSON line.
"""
import argparse
import collections
import copy
import json
import os
import pathlib
import random
import re
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

HOSTILE = [None, True, False, 0, -1, 1, 2, 3, 7, 10**18, -(10**18), 9223372036854775807, 99999999999999999999, 0.5, 1e308, "", " ", "a" * 300,
           "0", "1", "-1", "100.00", "33.33", "100.001", "2026-02-30", "2026-02-28", "9999-12-31", "0000-00-00", "2026-11-23T25:61:00Z",
           "'; drop table sl_audit; --", "\u0000", "a\u0000b", "åäö ÆØÅ", "\u202e", "\U0001f600", "%s%n", "../../etc", "SEK", "ZZZ", "sek",
           [], {}, [[]], [None], [1, "a"], {"": ""}, {"id": 1}, {"minor": 1}, {"minor": -1, "currency": "SEK"}, {"minor": 10**15, "currency": "EUR"},
           {"sv": "x"}, {"en": ""}]
# These work in transactions of their own between taking a request id and giving it back when they refuse: two commits, no change.
IN_SLICES = ("link.rerun", "ledger.verify", "ledger.rebuild", "opportunity.expire_due", "forecast.snapshot", "forecast.backtest")
SLICED = ("ledger.rebuild", "ledger.verify")  # slow, and fuzzed seldom
CALLS_PER_WORLD = 1500  # then a fresh company: in the old one most things are archived, ended or erased by now


class Grower:
    """Random inputs by an action's schema, its example and what others were given."""

    def __init__(self, rnd, actions, world_words):
        self.rnd, self.actions, self.words = rnd, actions, world_words

    def by_schema(self, schema, depth=0):
        r = self.rnd
        if "enum" in schema:
            return r.choice(schema["enum"])
        kinds = schema.get("type", ["string", "integer", "object", "null"])
        kind = r.choice(kinds) if isinstance(kinds, list) else kinds
        if kind == "object":
            if depth > 6:
                return {}
            properties = schema.get("properties", {})
            chosen = [n for n in properties if n in schema.get("required", []) or r.random() < 0.35]
            return {n: self.by_schema(properties[n], depth + 1) for n in chosen}
        if kind == "array":
            size = r.choice([schema.get("minItems", 0), 1, 2, 3])
            return [self.by_schema(schema.get("items", {}), depth + 1) for _ in range(size)]
        if kind == "integer":
            low, high = schema.get("minimum", -5), schema.get("maximum", 10**9)
            return r.choice([low, high, min(high, max(low, r.randint(1, 6)))])
        if kind == "boolean":
            return r.random() < 0.5
        if kind == "null":
            return None
        if "pattern" in schema:
            return r.choice(["2026-03-01", "2026-12-31", "2025-01-01T10:00:00Z", "SEK", "50", "12.50", "100.00", "a"])
        return r.choice(self.words)

    def mutated(self, value):
        r = self.rnd
        value = copy.deepcopy(value)
        for _ in range(r.randint(1, 3)):
            at = value
            while isinstance(at, (dict, list)) and at:
                key = r.choice(list(at)) if isinstance(at, dict) else r.randrange(len(at))
                if isinstance(at[key], (dict, list)) and at[key] and r.random() < 0.6:
                    at = at[key]
                    continue
                act = r.random()
                if act < 0.2:
                    del at[key]
                elif act < 0.3 and isinstance(at, dict):
                    at[r.choice(self.words)[:20]] = copy.deepcopy(r.choice(HOSTILE))
                elif act < 0.4 and isinstance(at, list):
                    at.extend(copy.deepcopy(at[key]) for _ in range(r.choice([1, 2, 60])))
                else:
                    at[key] = copy.deepcopy(r.choice(HOSTILE))
                break
        return value

    def grow(self, name):
        action = self.actions[name]
        example = action["example"].get("input", {})
        base = self.by_schema(action["input"]) if self.rnd.random() < 0.6 else copy.deepcopy(example)
        if self.rnd.random() < 0.3:
            base = {**example, **base}
        return self.mutated(base) if self.rnd.random() < 0.5 else base


class Watch:
    """Whether anything was committed, and how many audit rows there are, on a connection of our own."""

    def __init__(self, file):
        self.connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30, isolation_level=None)

    def state(self):
        return (self.connection.execute("pragma data_version").fetchone()[0],
                self.connection.execute("select coalesce(max(id), 0) from sl_audit").fetchone()[0])

    def close(self):
        self.connection.close()


def prepare():
    from harness import Company, Sqlite
    company = Company(Sqlite(), currency="SEK")
    world = json.loads((ROOT / "tests/e2e/example_world.json").read_text(encoding="utf-8"))
    for call in world["calls"]:
        company.call(call["action"], **call["input"])
    # What some actions need to have anything to do.
    company.call("group.create", title="Sellers", code="sellers", kind="sales")
    company.call("group.add_member", group="sellers", employee=1, **{"from": "2020-01-01"})
    company.call("budget.set", year=2025, cells=[{"employee": 1, "column": f"2025-{month:02d}", "minor": 1000 * month} for month in range(1, 13)])
    retired = company.call("lead.create", kind="company", name="Retired AB")["id"]
    company.call("lead.retire", id=retired, reason="no_answer")
    company.drain()
    return company


def play(company, watch, name, value, found, outcomes):
    """One call; what is wrong with it goes into `found`."""
    from harness import Refused
    before = watch.state()
    try:
        try:
            company.send({"action": name, "input": value})
        except Refused as error:  # who looks again, as the message says, has the version that is there
            there = re.search(r"is at version (\d+)", error.message)
            if not there or not isinstance(value, dict):
                raise
            company.send({"action": name, "input": value | {"expected_version": int(there[1])}})
        outcome = "accepted"
    except Refused as error:
        outcome = error.key
        if error.key.startswith(("internal", "host.")) or error.status in ("INTERNAL", "internal"):
            found.append(("internal", name, value, str(error)[:500]))
        if not error.message or error.message == error.key:
            found.append(("no words", name, value, error.key))
    except AssertionError as error:
        found.append(("ended", name, value, str(error)[:2000]))
        outcome = "ended"
    after = watch.state()
    took_an_id = name in IN_SLICES and outcome != "accepted" and isinstance(value, dict) and "request_id" in value
    if after[0] != before[0] and after[1] == before[1] and not took_an_id:
        found.append(("no audit", name, value, outcome))
    outcomes[outcome if outcome in ("accepted", "ended") else "refused"] += 1
    outcomes["by action", name, outcome == "accepted"] += 1


def fuzz(options, rnd, grower, names, fresh, end, found, outcomes):
    """Companies one after the other until the time is over; answers the number of calls."""
    calls = 0
    while fresh or (not options.corpus and time.monotonic() < end and len(found) < 20):
        company = prepare()
        try:
            watch = Watch(company.backend.file)
            for entry in fresh:
                play(company, watch, entry["action"], entry["input"], found, outcomes)
                calls += 1
            fresh, until = [], calls + CALLS_PER_WORLD
            while not options.corpus and calls < until and time.monotonic() < end and len(found) < 20:
                name = rnd.choice(names) if rnd.random() > 0.002 else rnd.choice(SLICED)
                play(company, watch, name, grower.grow(name), found, outcomes)
                calls += 1
                if calls % 500 == 0:
                    company.drain()
            if not any(kind == "ended" for kind, *_ in found):
                company.drain()
                checked = company.call("ledger.verify")
                if not checked["ok"]:
                    found.append(("ledger", "ledger.verify", {}, json.dumps(checked)[:1000]))
            watch.close()
        finally:
            company.close()
    return calls


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=int(time.time()))
    arguments.add_argument("--host")
    arguments.add_argument("--corpus", action="store_true", help="the corpus alone")
    options = arguments.parse_args()
    os.environ["ERP_HOST"] = os.path.abspath(options.host or os.environ.get("ERP_HOST") or ROOT / "build/bin/erp-host")
    actions = {}
    for file in sorted((ROOT / "schemas/actions").glob("*.json")):
        action = json.loads(file.read_text(encoding="utf-8"))
        actions[action["name"]] = action
    words = ["a", "example", "another", "offer", "closed_won", "closed_lost", "spring_fair", "north", "price", "Alfa AB", "Moses Frase", "order",
             "invoice", "1", "Åke", "x@example.com", "+46 8 123 456", "email", "none"]
    rnd = random.Random(options.seed)
    corpus = [json.loads(line) for file in sorted((HERE / "corpus").glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    found, outcomes = [], collections.Counter()
    grower = Grower(rnd, actions, words)
    names = [n for n in actions if n not in SLICED]
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as away:  # deep enough that "../../etc" stays in it: exports write where they are told to
        os.makedirs(os.path.join(away, "in", "here"))
        os.chdir(os.path.join(away, "in", "here"))
        calls = fuzz(options, rnd, grower, names, corpus, end, found, outcomes)
        os.chdir(ROOT)
    for kind, name, value, about in found:
        print(f"FOUND {kind}: " + json.dumps({"action": name, "input": value}, ensure_ascii=False)[:600] + f"\n      {about}")
    never = [n for n in actions if not options.corpus and not outcomes["by action", n, True]]
    print(json.dumps({"fuzz": "actions", "seed": options.seed, "calls": calls, "accepted": outcomes["accepted"], "refused": outcomes["refused"],
                      "found": len(found), "never_accepted": never}))
    print(f"{0 if found else 1} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
