# SPDX-License-Identifier: Apache-2.0
"""Every declared action of the module: its example runs as it stands, answers what it declares, leaves an audit row if it
changes something and nothing at all if it does not; its errors have words in three languages.

Each example meets the same small company (example_world.json) in a copy of its own. What it needs beyond that stands in its
own `setup`, as calls that are made first, some of them by another user and meant to be refused.
"""
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROJECT, Company, Refused, Sqlite  # noqa: E402

ACTIONS = {}
for _file in sorted((PROJECT / "schemas" / "actions").glob("*.json")):
    _read = json.loads(_file.read_text(encoding="utf-8"))
    ACTIONS[_read["name"]] = _read
I18N = {lang: json.loads((PROJECT / "schemas" / "i18n" / f"{lang}.json").read_text(encoding="utf-8")) for lang in ("en", "sv", "nb")}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


def fits(value, schema, where):
    """What is wrong with a value under the part of JSON Schema that outputs use; empty: nothing."""
    kinds = schema.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if kinds and not any(isinstance(value, TYPES[k]) and not (k == "integer" and isinstance(value, bool)) for k in kinds):
        return [f"{where} is {type(value).__name__}, not {' or '.join(kinds)}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}"]
    faults = []
    if isinstance(value, dict):
        for name in schema.get("required", schema.get("properties", {}) if where == "output" else ()):
            if name not in value:
                faults.append(f"{where} lacks {name}")
        for name, part in schema.get("properties", {}).items():
            if name in value:
                faults += fits(value[name], part, f"{where}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for n, item in enumerate(value[:50]):
            faults += fits(item, schema["items"], f"{where}[{n}]")
    return faults


def module_rows(file):
    """A fingerprint of every row in the module's tables."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    try:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table' and name like 'sl_%' order by name")]
        whole = hashlib.sha256()
        for table in tables:
            for row in connection.execute(f"select * from {table} order by 1, 2, 3"):
                whole.update(repr((table, row)).encode())
        audit = connection.execute("select action from sl_audit order by id").fetchall()
        return whole.hexdigest(), [action for (action,) in audit]
    finally:
        connection.close()


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company = Company(Sqlite(), currency="SEK")
        try:
            world = json.loads((PROJECT / "tests" / "e2e" / "example_world.json").read_text(encoding="utf-8"))
            for call in world["calls"]:
                cls.company.call(call["action"], **call["input"])
            cls.company.drain()
            cls.company.stop()
            cls.kept = cls.company.folder / "kept"
            shutil.copytree(cls.company.data, cls.kept)
        except BaseException:
            cls.company.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.company.close()

    def setUp(self):
        self.company.stop()
        shutil.rmtree(self.company.data)
        shutil.copytree(self.kept, self.company.data)

    def check(self, action):
        example = action["example"]
        self.assertIn("input", example, "an example names its input")
        setup = example.get("setup", [])
        self.assertIsInstance(setup, list, "setup is a list of calls, so that it can be made")
        last = None
        for call in setup:
            host = self.company.as_user(call["user"]) if "user" in call else self.company
            try:
                last = host.call(call["action"], **call["input"])
                self.assertFalse(call.get("refused"), f"{call} was meant to be refused")
            except Refused:
                if not call.get("refused"):
                    raise
            if host is not self.company:
                host.stop()
            if action["name"].startswith(("link.", "parked.", "ledger.")):
                self.company.drain()
        self.company.stop()
        before, audit_before = module_rows(self.company.backend.file)
        given = dict(example["input"])
        if "dir" in given:  # the example's folder may hold what somebody made
            given["dir"] = str(self.company.folder / given["dir"])
        try:
            answer = self.company.call(action["name"], **given)
        except Refused as error:
            self.fail(f"the example is refused: {error} (after {last})")
        self.assertEqual(fits(answer, action["output"], "output"), [])
        self.company.stop()
        after, audit = module_rows(self.company.backend.file)
        if action["changes"] and not example["input"].get("preview") and not example["input"].get("dry_run"):
            self.assertIn(action["name"], audit[len(audit_before):], "no audit row")
        elif not action["changes"]:
            self.assertEqual(before, after, "an action that declares no change has changed something")

    def test_every_error_has_words_in_every_language(self):
        missing = []
        for action in ACTIONS.values():
            self.assertTrue(action["summary"].keys() >= {"en", "sv", "nb"}, action["name"])
            for key in action["errors"]:
                for language, words in I18N.items():
                    if key not in words and "*." + key.rsplit(".", 1)[-1] not in words:
                        missing.append(f"{action['name']}: {key} ({language})")
        self.assertEqual(missing, [])

    def test_changing_actions_take_a_request_id_and_updates_a_version(self):
        faults = []
        for name, action in ACTIONS.items():
            fields = action["input"].get("properties", {})
            if action["changes"] and "request_id" not in fields:
                faults.append(f"{name} takes no request_id")
            if action["changes"] and name != "person.erase" and "id" in action["input"].get("required", []) and "expected_version" not in fields:
                faults.append(f"{name} changes one record and takes no expected_version")
            if action["input"].get("additionalProperties") is not False:
                faults.append(f"{name} lets unknown fields through")
        self.assertEqual(faults, [])


def add(action):
    setattr(Examples, "test_" + action["name"].replace(".", "_"), lambda self: self.check(action))


for _action in ACTIONS.values():
    add(_action)

if __name__ == "__main__":
    unittest.main()
