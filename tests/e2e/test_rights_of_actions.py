# SPDX-License-Identifier: Apache-2.0
"""Rights, action by action (spec, rule 10): what each role is answered for a record of its own, of its group, of the groups
below, of others and of another company. Every declared action stands in exactly one of the tables below; one that is new and
stands in none fails here.

A changing action is asked with a version that no record has: one that gets past its rights says "conflict" and writes nothing,
and one that may not so much as know the record must not tell its version either."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROJECT, Refused, backends  # noqa: E402
from sales_side import label_of  # noqa: E402
from test_rights import CHANGE, NO_RIGHT, REACH, ROLES, World  # noqa: E402

FAR = "Far away"  # in every text of the other company
NEVER = 999_999   # a version that no record has

# Roles of leads: (sees, changes); marketing and the manager see all of them.
LEAD_ROLES = {"administrator": ("all", "all"), "sales_manager": ("all", "subtree"), "seller": ("own", "own"), "marketing": ("all", "all"),
              "reader": ("all", None), "team_leader": ("group", "own"), "observer": (None, None)}

# Actions on one opportunity: fields beside its id (a function of the id where the id has another name).
SEES_OPPORTUNITY = {
    "opportunity.get": {}, "forecast.opportunity": {}, "list.record": {"list": "opportunity"}, "list.feed": {"list": "opportunity"},
    "activity.list": lambda number: {"opportunity": number}}
CHANGES_OPPORTUNITY = {
    "opportunity.update": {"description": "x"}, "opportunity.set_step": {"step": "offer"}, "opportunity.win": {}, "opportunity.reopen": {},
    "opportunity.lose": {"rejection": "price"}, "opportunity.expire": {}, "opportunity.archive": {}, "opportunity.restore": {},
    "opportunity.delete": {}, "opportunity.add_touch": {"campaign": "fair", "date": "2025-02-01"},
    "opportunity.remove_touch": {"campaign": "fair", "date": "2025-02-01"}, "forecast.set_category": {"category": "commit"},
    "opportunity.set_sellers": lambda number: {"id": number, "sellers": [{"employee": 1, "share": "100.00"}], "from": "2025-06-01", "reason": "x",
                                                "expected_version": NEVER},
    "opportunity.bulk_update": lambda number: {"ids": [{"id": number, "expected_version": NEVER}], "changes": {"description": "x"}},
    "activity.create": lambda number: {"opportunity": number, "title": "Call", "kind": "note"}}
IN_OTHER_CURRENCIES = {"opportunity.refresh_rates": lambda number: {"ids": [number]}}
ON_ACTIVITY = {"activity.update": {"title": "x"}, "activity.done": {}, "activity.archive": {}}

SEES_LEAD = {"lead.get": {}, "lead.duplicates": {}}
CHANGES_LEAD = {
    "lead.update": {"description": "x"}, "lead.assign": {"owner": 1}, "lead.set_status": {"status": "working"}, "lead.retire": {"reason": "x"},
    "lead.reopen": {}, "lead.convert": {}, "lead.cancel_conversion": {}, "lead.resume_conversion": {}, "lead.unmerge": {}, "lead.merge": {}}

# Actions on what the whole company shares: another company's does not exist. Fields as a function of the far ids.
COMPANY_WIDE = {
    "budget.activate": lambda far: {"id": far["budget"]}, "budget.archive": lambda far: {"id": far["budget"]},
    "budget.copy": lambda far: {"budget": far["budget"], "year": 2025}, "budget.history": lambda far: {"budget": far["budget"]},
    "budget.create": lambda far: {"year": 2025, "copy_of": far["budget"]},
    "budget.load": lambda far: {"budget": far["budget"]}, "budget.lock": lambda far: {"id": far["budget"]},
    "budget.paste": lambda far: {"budget": far["budget"], "text": "me\t1"}, "budget.update": lambda far: {"id": far["budget"], "title": "x"},
    "budget.season": lambda far: {"budget": far["budget"], "rows": [{"employee": far["me"], "total": 1}]},
    "budget.set": lambda far: {"budget": far["budget"], "cells": [{"employee": far["me"], "column": "2025-01", "minor": 1}]},
    "budget.set_total": lambda far: {"budget": far["budget"], "rows": [{"employee": far["me"], "total": 1}]},
    "campaign.add_cost": lambda far: {"id": far["campaign"], "amount": {"minor": 1, "currency": "SEK"}, "date": "2025-01-01"},
    "campaign.add_members": lambda far: {"id": far["campaign"], "customers": []}, "campaign.archive": lambda far: {"id": far["campaign"]},
    "campaign.get": lambda far: {"id": far["campaign"]}, "campaign.list_members": lambda far: {"id": far["campaign"]},
    "campaign.remove_cost": lambda far: {"id": far["campaign"], "cost": far["cost"]},
    "campaign.update_cost": lambda far: {"id": far["campaign"], "cost": far["cost"], "text": "x"},
    "campaign.remove_member": lambda far: {"id": far["campaign"], "kind": "customer", "member": far["customer"]},
    "campaign.set_response": lambda far: {"id": far["campaign"], "kind": "customer", "member": far["customer"], "response": "interested"},
    "campaign.update": lambda far: {"id": far["campaign"], "title": "x"},
    **{f"{entity}.{verb}": (lambda far, entity=entity, verb=verb: {"id": far[entity], **({"position": 3} if verb == "update" else {})})
       for entity in ("category", "customer_status", "rejection", "source", "type") for verb in ("archive", "delete", "update")},
    **{f"{entity}.reorder": (lambda far, entity=entity: {"order": [far[entity]]})
       for entity in ("category", "customer_status", "rejection", "source", "type")},
    "customer_extra.get": lambda far: {"customer": far["customer"]},
    "customer_extra.set": lambda far: {"customer": far["customer"], "products": "x"},
    "group.add_member": lambda far: {"group": far["group"], "employee": far["me"]},
    "group.end_member": lambda far: {"group": far["group"], "employee": far["me"], "to": "2025-02-01"},
    "group.remove_member": lambda far: {"group": far["group"], "employee": far["me"]},
    "group.archive": lambda far: {"id": far["group"]}, "group.update": lambda far: {"id": far["group"], "title": "x"},
    "import.finish": lambda far: {"batch": far["batch"]}, "import.status": lambda far: {"batch": far["batch"]},
    "import.undo": lambda far: {"batch": far["batch"]},
    "lead_rule.archive": lambda far: {"id": far["lead_rule"]}, "lead_rule.update": lambda far: {"id": far["lead_rule"], "title": "x"},
    "link.show": lambda far: {"document_kind": "order", "document": far["order"]},
    "link.set": lambda far: {"document_kind": "order", "document": far["order"], "shares": [{"opportunity": far["opportunity"], "share": "100.00"}]},
    "link.undo": lambda far: {"document_kind": "order", "document": far["order"], "reason": "x"},
    "person.erase": lambda far: {"kind": "contact", "id": far["contact"], "reason": "x"},
    "person.export": lambda far: {"kind": "contact", "id": far["contact"]},
    "pipeline.archive": lambda far: {"id": far["pipeline"]}, "pipeline.update": lambda far: {"id": far["pipeline"], "link_window_days": 3},
    "pipeline.set_model": lambda far: {"id": far["pipeline"], "model": "linear", "valid_from": "2025-01-01"},
    "step.archive": lambda far: {"id": far["step"]}, "step.update": lambda far: {"id": far["step"], "position": 3},
    "step.create": lambda far: {"pipeline": far["pipeline"], "title": "x", "probability": "10"},
    "step.reorder": lambda far: {"pipeline": far["pipeline"], "order": [far["step"]]}}

# Actions that write a record which names others: one of another company in any of these fields is refused, field by field.
REFERENCES = {
    "opportunity.create": ({"title": "x"}, {"customer": "customer", "project": "project", "contact": "contact", "owner": "me", "pipeline": "pipeline",
                                            "step": "step", "type": "type", "source": "source", "campaign": "campaign"}),
    "lead.create": ({"kind": "company", "name": "x"}, {"source": "source", "campaign": "campaign", "category": "category", "owner": "me"}),
    "campaign.create": ({"title": "x"}, {"owner": "me", "source": "source", "parent": "campaign"}),
    "group.create": ({"title": "x"}, {"parent": "group"}),
    "lead_rule.create": ({"title": "x"}, {"source": "source", "campaign": "campaign", "category": "category", "group": "group", "employee": "me"}),
    "pipeline.create": ({"title": "x"}, {"steps_of": "pipeline", "first_step": "step", "won_step": "step", "lost_step": "step"})}

# Lists and reports of the company: asked as they stand, none tells a word of another one.
READS = {
    "budget.list": {}, "campaign.list": {}, "category.list": {}, "customer_extra.list": {}, "customer_status.list": {},
    "forecast.snapshots": {}, "group.list": {}, "import.list": {}, "lead.list": {}, "lead_rule.list": {}, "ledger.balances": {},
    "list.lookup": {"list": "opportunity"}, "list.query": {"list": "opportunity"}, "list.summary": {"list": "opportunity"},
    "opportunity.list": {}, "parked.list": {}, "period.list": {}, "person.find": {"name": FAR}, "pipeline.list": {}, "rejection.list": {},
    "source.list": {}, "step.list": {}, "type.list": {},
    "export.page": {"entity": "opportunity"}}

# What names no record: the permission alone decides (test_rights.py asks it of every action), or, for rows of a file, the
# tests beside.
NO_RECORD = {
    "category.create", "category.import", "customer_status.create", "customer_status.import", "rejection.create", "rejection.import", "source.create",
    "source.import", "type.create", "type.import", "company.start", "forecast.backtest", "forecast.export", "forecast.snapshot",
    "group.import", "import.begin", "campaign.import", "customer_extra.import", "campaign_cost.import", "pipeline.import", "step.import", "group_member.import", "ledger.rebuild", "ledger.verify", "link.rerun", "opportunity.expire_due", "parked.retry",
    "period.close", "period.reopen"}
ROWS = {"opportunity.import", "lead.import", "budget.import", "campaign_member.import", "activity.import"}


def answer(host, action, fields):
    """allowed, hidden or refused. A refusal for any other reason than a version that no record has is none of them."""
    try:
        result = host.call(action, **fields)
    except Refused as error:
        key = error.key
        if key in NO_RIGHT or key.endswith(".change.right") or key == "opportunity.sellers.right":
            return "refused"
        if key.endswith(".not_found"):
            return "hidden"
        return "allowed" if key.endswith("version.conflict") else key
    if action == "opportunity.bulk_update":
        key = result["rows"][0].get("key", "ok")
        return {"opportunity.not_found": "hidden", "opportunity.change.right": "refused", "opportunity.version.conflict": "allowed"}.get(key, key)
    if action == "opportunity.refresh_rates":
        if result["refused"]:
            return {"opportunity.change.right": "refused"}.get(result["refused"][0]["key"], result["refused"][0]["key"])
        return "allowed" if result["refreshed"] + result["same"] else "hidden"
    return "allowed"


class Matrix(World):
    """The world of test_rights with leads and activities, and another company that has one of everything."""

    def __init__(self, backend):
        super().__init__(backend)
        self.granted = {r["name"]: set(r["permissions"]) for r in self.call("role.list")["roles"]}
        for right in ("sales_leads.lead.view", "sales_leads.lead.view_group", "sales_leads.lead.change"):
            self.call("role.grant", role="team_leader", permission=right)
            self.granted["team_leader"].add(right)
        self.leads = {name: self.call("lead.create", kind="company", name=f"Lead of {name}", owner=number)["id"]
                      for name, number in (("own", self.people["me"]), ("peer", self.people["peer"]), ("below", self.people["below"]),
                                           ("other", self.people["other"]))}
        self.activities = {name: self.call("activity.create", opportunity=number, title=f"Call {name}", kind="call")["id"]
                           for name, number in self.ids.items()}
        self.rate("EUR", "2025-01-01", "11.50")
        self.near = self.customer("Abroad")
        self.foreign = {name: self.call("opportunity.create", title=f"Abroad {name}", customer=self.near, owner=self.people[name.replace("own", "me")],
                                        amount={"minor": 1_00, "currency": "EUR"})["id"] for name in ("own", "peer", "below", "other")}
        self.far = self.another_company()
        self.ids["far"], self.leads["far"], self.activities["far"] = (self.far[k] for k in ("opportunity", "lead", "activity"))
        self.foreign["far"] = self.far["abroad"]

    def another_company(self):
        there = self.elsewhere(2)
        there.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
        far = {"customer": there.call("customer.create", name=FAR)["id"], "project": there.call("project.create", name=FAR)["id"],
               "me": there.call("employee.create", name=FAR)["id"]}
        far["contact"] = there.call("contact.create", customer=far["customer"], name=FAR)["id"]
        for entity in ("category", "customer_status", "rejection", "source", "type"):
            far[entity] = there.call(f"{entity}.create", title=FAR)["id"]
        far["pipeline"] = there.call("pipeline.create", title=FAR)["id"]
        far["step"] = there.call("step.create", pipeline=far["pipeline"], title=FAR, probability="10")["id"]
        far["group"] = there.call("group.create", title=FAR, kind="sales")["id"]
        there.call("group.add_member", group=far["group"], employee=far["me"], **{"from": "2025-01-01"})
        far["campaign"] = there.call("campaign.create", title=FAR)["id"]
        far["cost"] = there.call("campaign.add_cost", id=far["campaign"], amount={"minor": 100, "currency": "SEK"}, date="2025-01-01", text=FAR)["cost"]
        there.call("campaign.add_members", id=far["campaign"], customers=[far["customer"]])
        there.call("customer_extra.set", customer=far["customer"], products=FAR)
        far["budget"] = there.call("budget.create", year=2025, title=FAR)["id"]
        there.call("budget.set_total", budget=far["budget"], rows=[{"employee": far["me"], "total": 1200}])
        far["lead_rule"] = there.call("lead_rule.create", title=FAR, employee=far["me"])["id"]
        far["opportunity"] = there.call("opportunity.create", title=FAR, customer=far["customer"], amount={"minor": 1, "currency": "SEK"})["id"]
        there.call("rate.set", currency="EUR", date="2025-01-01", rate="11.50")
        far["abroad"] = there.call("opportunity.create", title=FAR, customer=far["customer"], amount={"minor": 1, "currency": "EUR"})["id"]
        far["lead"] = there.call("lead.create", kind="company", name=FAR)["id"]
        far["activity"] = there.call("activity.create", opportunity=far["opportunity"], title=FAR)["id"]
        far["batch"] = there.call("import.begin", entity="opportunity", title=FAR)["batch"]
        far["order"] = there.call("order.create", customer=far["customer"], lines=[{"net": 77_00}])["id"]
        there.call("order.confirm", id=far["order"], at="2025-03-01T09:00:00Z")
        there.drain()
        return far


def wanted(reach, sees, changes, place, permitted):
    if not permitted:
        return "refused"
    if place not in REACH[sees]:
        return "hidden"
    return "allowed" if reach == "see" or place in REACH[changes] else "refused"


def declarations():
    files = (PROJECT / "schemas" / "actions").glob("*.json")
    return {declared["name"]: declared for declared in (json.loads(file.read_text(encoding="utf-8")) for file in files)}


def ask_each(test, world, roles, reach, actions, numbers, declared):
    wrong = []
    for role, (sees, changes) in roles.items():
        for action, more in actions.items():
            permitted = declared[action]["permission"] in world.granted[role]
            if action == "activity.create":  # what it hangs on is changed by it
                permitted = permitted and CHANGE in world.granted[role]
            for place, number in numbers.items():
                fields = more(number) if callable(more) else {"id": number, **more}
                if declared[action]["changes"] and not callable(more) and "expected_version" in declared[action]["input"]["properties"]:
                    fields["expected_version"] = NEVER
                if action == "lead.merge" and "merged" not in fields:
                    fields["merged"] = world.leads["other" if number == world.leads["own"] else "own"]
                found = answer(world.users[role], action, fields)
                want = wanted(reach, sees, changes, place, permitted)
                if found != want:
                    wrong.append(f"{role}: {action} on {place}: {found}, not {want}")
    test.assertFalse(wrong, "\n" + "\n".join(wrong))


def each_role_on_each_opportunity(test, world, declared):
    ask_each(test, world, ROLES, "see", SEES_OPPORTUNITY, world.ids, declared)
    ask_each(test, world, ROLES, "change", CHANGES_OPPORTUNITY, world.ids, declared)
    ask_each(test, world, ROLES, "change", IN_OTHER_CURRENCIES, world.foreign, declared)
    ask_each(test, world, ROLES, "change", ON_ACTIVITY, world.activities, declared)


def each_role_on_each_lead(test, world, declared):
    ask_each(test, world, LEAD_ROLES, "see", SEES_LEAD, world.leads, declared)
    ask_each(test, world, LEAD_ROLES, "change", CHANGES_LEAD, world.leads, declared)
    own = world.leads["own"]
    merged = {"lead.merge": lambda number: {"id": own, "merged": number, "merged_expected_version": NEVER}}
    ask_each(test, world, LEAD_ROLES, "change", merged, {name: number for name, number in world.leads.items() if name != "own"}, declared)


def what_another_company_has_does_not_exist(test, world, declared):
    for host in (world, world.users["administrator"]):
        for action, fields in COMPANY_WIDE.items():
            with test.assertRaises(Refused, msg=action) as refused:
                host.call(action, **fields(world.far))
            test.assertRegex(refused.exception.key, r"\.not_found$|\.none$", f"{action}: {refused.exception}")
        for action, (base, references) in REFERENCES.items():
            if action == "opportunity.create":
                base = {**base, "customer": world.near}
            for field, kind in references.items():
                with test.assertRaises(Refused, msg=f"{action}, {field}") as refused:
                    host.call(action, **{**base, field: world.far[kind]})
                test.assertEqual(refused.exception.key, "reference.not_found", f"{action}, {field}: {refused.exception}")
                test.assertIn(label_of(action.split(".")[0], field), refused.exception.message, action)


def no_list_tells_of_another_company(test, world, declared):
    there = world.elsewhere(2)
    told = 0
    for action, fields in READS.items():
        test.assertNotIn(FAR, str(world.call(action, **fields)), action)
        told += FAR in str(there.call(action, **fields))
    test.assertGreater(told, len(READS) - 7, "what the other company's lists say of themselves")


def every_action_stands_in_one_table(test, world, declared):
    tables = [SEES_OPPORTUNITY, CHANGES_OPPORTUNITY, IN_OTHER_CURRENCIES, ON_ACTIVITY, SEES_LEAD, CHANGES_LEAD, COMPANY_WIDE, REFERENCES, READS, NO_RECORD, ROWS]
    listed = [action for table in tables for action in table]
    test.assertEqual(sorted(listed), sorted(declared))


CASES = (each_role_on_each_opportunity, each_role_on_each_lead, what_another_company_has_does_not_exist, no_list_tells_of_another_company,
         every_action_stands_in_one_table)


class RightsOfActions(unittest.TestCase):
    maxDiff = 2000


def add(case, backend):
    def run(self):
        with Matrix(backend()) as world:
            case(self, world, declarations())
    setattr(RightsOfActions, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
