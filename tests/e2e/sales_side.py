# SPDX-License-Identifier: Apache-2.0
"""What the tests of the sales side share: cases as plain functions on both databases, a clock that stands where it is
put, calls as a user, and refusals as values."""
import json
import os
import re
import types
import unittest

from harness import PROJECT, Company, Refused, backends


class Clocked(Company):
    """A company whose host reads the time from a file."""

    def __init__(self, backend=None, now="2026-03-02T09:00:00Z", **more):
        self.now = now
        self.clock = f"/tmp/sales_leads_clock_{os.getpid()}"
        self.to(now)
        os.environ["ERP_HOST_CLOCK"] = "@" + self.clock
        super().__init__(backend, **more)

    def to(self, moment):
        self.now = moment
        with open(self.clock + ".new", "w", encoding="utf-8") as file:
            file.write(moment + "\n")
        os.replace(self.clock + ".new", self.clock)

    def close(self):
        super().close()
        os.environ.pop("ERP_HOST_CLOCK", None)
        if os.path.exists(self.clock):
            os.remove(self.clock)


def refused(test, company, action, /, **fields):
    """The refusal of a call; a failure of the test where nothing was refused."""
    with test.assertRaises(Refused) as caught:
        company.call(action, **fields)
    return caught.exception


def user(company, login, roles, employee=None):
    company.call("user.create", login=login, password="correct horse", name=login, roles=roles, employee=employee)
    return login


def as_user(company, login, action, /, **fields):
    """One call as this user; answers the result, or raises Refused."""
    message = {"action": action, "input": {k: v for k, v in fields.items() if v is not None}}
    done = company.cli("batch", "--user", login, stdin=json.dumps(message) + "\n")
    answer = json.loads(done.stdout.splitlines()[0])
    if not answer.get("ok"):
        raise Refused(answer["error"], action)
    return answer.get("result")


def module_rows(company, sql):
    """Rows of the module's own tables, for what no action tells: the audit log, what was removed."""
    if company.backend.name == "sqlite":
        return company.backend.rows(sql)
    return company.backend.rows(re.sub(r"\b(sl_[a-z_]+)\b", module_schema(company) + r".\1", sql))


def module_schema(company):
    return company.backend.rows("select table_schema as s from information_schema.tables where table_name = 'sl_opportunity'")[0]["s"]


def audit(company, entity, number):
    rows = module_rows(company, f"select action from sl_audit where entity = '{entity}' and entity_id = {number} order by id")
    return [r["action"] for r in rows]


LABELS = {}
for _name in ("common", "fields"):
    LABELS |= json.loads((PROJECT / "schemas" / "i18n" / "labels" / f"{_name}.json").read_text(encoding="utf-8"))


def label_of(entity, field, language="en"):
    """What people call a field; a place inside another is named as it was written, too."""
    last = field.split(".")[-1]
    for key in (f"{entity}.{last}", f"*.{last}"):
        if key in LABELS:
            return LABELS[key][language] if last == field else f"{LABELS[key][language]} ({field})"
    return field


def cases(space, name, make=Company):
    """A test class with each public function of the module as a test on each database."""
    methods = {"maxDiff": 3000, "__module__": space["__name__"]}
    own = [f for n, f in list(space.items()) if getattr(f, "__module__", "") == space["__name__"] and isinstance(f, types.FunctionType) and not n.startswith("_")]
    for case in own:
        for backend in backends():
            def run(self, case=case, backend=backend):
                with make(backend()) as company:
                    case(self, company)
            run.__doc__ = case.__doc__
            methods[f"test_{case.__name__}_{backend.name}"] = run
    return type(name, (unittest.TestCase,), methods)
