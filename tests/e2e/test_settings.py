# SPDX-License-Identifier: Apache-2.0
"""The settings of the sales side: groups, pipelines, steps, the five lists, additional customer info."""
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import companys_today  # noqa: E402
from sales_side import as_user, audit, cases, module_rows, refused, user  # noqa: E402


def _groups(c, **more):
    return {g["code"]: g for g in c.call("group.list", **more)["groups"]}


def groups_form_a_tree_without_circles(test, c):
    top = c.call("group.create", title="Norden", code="norden", kind="standard")["id"]
    north = c.call("group.create", title="North", code="north", parent=top)["id"]
    leaf = c.call("group.create", title="Far north", code="far", parent=north)["id"]
    for parent in (top, north, leaf):
        test.assertEqual(refused(test, c, "group.update", id=top, parent=parent).key, "group.parent.circle")
    made = c.call("group.update", id=leaf, title="Farthest north", description="Kiruna", parent=top, expected_version=1)
    test.assertEqual(refused(test, c, "group.update", id=leaf, title="x", expected_version=1).key, "group.version.conflict")
    test.assertEqual(made["version"], 2)
    test.assertEqual([(g["code"], g["depth"]) for g in c.call("group.list")["groups"]], [("norden", 0), ("north", 1), ("far", 1)])
    tree = c.call("group.list", tree=True)["groups"]
    test.assertEqual([g["code"] for g in tree], ["norden"])
    test.assertEqual([g["title"] for g in tree[0]["children"]], ["North", "Farthest north"])
    c.send({"action": "group.update", "input": {"id": leaf, "parent": None}})
    test.assertEqual(_groups(c)["far"]["parent"], None)


def one_sales_group_at_a_time_on_every_path(test, c):
    anna = c.employee("Anna")
    c.group("North", "north", [anna], since="2025-01-01")
    c.group("South", "south", [])
    c.group("Choir", "choir", [anna], kind="standard")
    key = "group.member.elsewhere"
    test.assertEqual(refused(test, c, "group.add_member", group="south", employee=anna, **{"from": "2026-01-01"}).key, key)
    test.assertEqual(refused(test, c, "group.import", rows=[{"path": ["South"], "employee": anna, "from": "2026-01-01"}]).key, key)
    test.assertEqual(refused(test, c, "group.update", id="choir", kind="sales").key, key)
    c.call("group.end_member", group="north", employee=anna, to="2025-06-30")
    test.assertEqual(refused(test, c, "group.add_member", group="south", employee=anna, **{"from": "2025-06-30"}).key, key)  # its last day
    c.call("group.add_member", group="south", employee=anna, **{"from": "2025-07-01"})
    test.assertEqual(refused(test, c, "group.add_member", group="north", employee=anna, **{"from": "2025-08-01"}).key, key)
    for day, group in (("2025-06-30", "north"), ("2025-07-01", "south")):  # what was stays to be seen
        held = [code for code, g in _groups(c, date=day).items() if g["kind"] == "sales" and g["members"]]
        test.assertEqual(held, [group], day)
    test.assertEqual(refused(test, c, "group.end_member", group="north", employee=anna, to="2025-09-01").key, "group.member.none")
    test.assertEqual(_groups(c, date="2025-07-01")["south"]["members"][0]["name"], "Anna")


def a_membership_that_has_begun_is_ended_not_removed(test, c):
    anna = c.employee("Anna")
    c.group("North", "north", [anna], since="2025-01-01")
    test.assertEqual(refused(test, c, "group.remove_member", group="north", employee=anna).key, "group.member.begun")
    c.call("group.end_member", group="north", employee=anna, to="2025-12-31")
    c.call("group.add_member", group="north", employee=anna, **{"from": "2090-01-01"})
    c.call("group.remove_member", group="north", employee=anna)
    test.assertEqual(_groups(c, date="2090-01-01")["north"]["members"], [])
    test.assertEqual(len(_groups(c, date="2025-05-01")["north"]["members"]), 1)


def archiving_a_group_frees_its_members(test, c):
    anna = c.employee("Anna")
    north = c.group("North", "north", [anna], since="2025-01-01")
    below = c.call("group.create", title="Below", code="below", parent=north)["id"]
    test.assertEqual(refused(test, c, "group.archive", id="north").key, "group.children")
    c.call("group.archive", id=below)
    c.call("group.archive", id="north", date="2025-12-31")
    test.assertEqual(list(_groups(c)), [])
    test.assertEqual(len(_groups(c, archived=True, date="2025-05-01")["north"]["members"]), 1)
    c.group("South", "south", [anna], since="2026-01-01")
    test.assertEqual(refused(test, c, "group.add_member", group="north", employee=anna).key, "reference.archived")
    test.assertEqual(refused(test, c, "group.create", title="x", parent="north").key, "reference.archived")
    c.call("group.archive", id="north", archived=False)
    test.assertIn("north", _groups(c))


def archiving_a_group_today_frees_its_members_today(test, c):
    """What was stays; nobody is held by a group that is put away, nor in two groups on a day."""
    today = companys_today()
    anna, bo = c.employee("Anna"), c.employee("Bo")
    c.group("North", "north", [anna], since="2025-01-01")
    c.call("group.add_member", group="north", employee=bo)  # since today
    c.group("South", "south", [])
    c.call("group.archive", id="north")
    for employee in (anna, bo):
        c.call("group.add_member", group="south", employee=employee)
    held = lambda day: {code: sorted(m["name"] for m in g["members"]) for code, g in _groups(c, archived=True, date=day).items()}  # noqa: E731
    test.assertEqual(held(str(today)), {"north": [], "south": ["Anna", "Bo"]})
    test.assertEqual(held(str(today - datetime.timedelta(days=1))), {"north": ["Anna"], "south": []})


def a_group_with_a_past_keeps_its_type(test, c):
    """Sums of all days ask for the type: to change it would rewrite them without a word."""
    anna, customer = c.employee("Anna"), c.customer("Acme")
    north = c.group("North", "north", [anna], since="2025-01-01")
    c.opportunity("Deal", customer, owner=anna)
    c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    before, _ = c.figures("group")
    test.assertEqual({k: v["ordered"] for k, v in before.items()}, {north: 100})
    test.assertEqual(refused(test, c, "group.update", id="north", kind="standard").key, "group.kind.past")
    test.assertEqual(c.figures("group")[0], before)
    c.call("group.create", title="New", code="new", kind="sales")
    c.call("group.add_member", group="new", employee=c.employee("Bo"), **{"from": "2090-01-01"})
    c.call("group.update", id="new", kind="standard")  # nothing was yet


def closed_periods_keep_their_groups(test, c):
    """A change that is dated into a closed period counts from the first open day on, and says so."""
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    north = c.group("North", "north", [anna], since="2025-01-01")
    south = c.call("group.create", title="South", code="south")["id"]
    for owner in (anna, bo):
        buyer = c.customer(f"Buyer {owner}")
        c.opportunity("Deal", buyer, owner=owner)
        c.order(buyer, [100 * owner], confirmed="2025-03-20T09:00:00Z")
    c.drain()
    before, _ = c.figures("group")
    c.call("period.close", through="2025-03-31", reason="reported")
    ended = c.call("group.end_member", group="north", employee=anna, to="2025-03-10")
    test.assertEqual((ended["to"], ended["warnings"][0]["key"]), ("2025-03-31", "group.member.closed"))
    test.assertIn("2025-03-31", ended["warnings"][0]["message"])
    begun = c.call("group.add_member", group="south", employee=bo, **{"from": "2025-03-01"})
    test.assertEqual((begun["from"], begun["warnings"][0]["key"]), ("2025-04-01", "group.member.closed"))
    test.assertEqual(c.figures("group")[0], before)
    c.call("group.archive", id=north, date="2025-01-15")
    test.assertEqual(c.figures("group")[0], before)
    test.assertNotIn("warnings", c.call("group.end_member", group=south, employee=bo, to="2025-05-31"))
    test.assertEqual(len(_groups(c, archived=True, date="2025-03-15")["north"]["members"]), 1)


def members_and_models_know_their_versions(test, c):
    anna = c.employee("Anna")
    c.call("group.create", title="North", code="north")
    test.assertEqual(c.call("group.add_member", group="north", employee=anna, expected_version=1, **{"from": "2025-01-01"})["version"], 2)
    for action, more in (("group.add_member", {}), ("group.end_member", {"to": "2025-06-30"}), ("group.remove_member", {})):
        test.assertEqual(refused(test, c, action, group="north", employee=anna, expected_version=1, **more).key, "group.version.conflict", action)
    test.assertEqual(c.call("group.end_member", group="north", employee=anna, to="2025-06-30", expected_version=2)["version"], 3)
    version = c.call("pipeline.list")["pipelines"][0]["version"]
    test.assertEqual(c.call("pipeline.set_model", model="linear", expected_version=version)["version"], version + 1)
    test.assertEqual(refused(test, c, "pipeline.set_model", model="first", expected_version=version).key, "pipeline.version.conflict")


def a_pipeline_serves_types_and_groups(test, c):
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    top = c.call("group.create", title="Top", code="top", kind="sales")["id"]
    c.call("group.create", title="Team", code="team", parent=top)
    c.call("group.add_member", group="team", employee=anna, **{"from": "2025-01-01"})
    service = c.call("pipeline.create", title="Service", types=["renewal"])["id"]
    field = c.call("pipeline.create", title={"en": "Field", "sv": "Fält", "nb": "Felt"}, groups=["top"])["id"]

    def pipeline(**more):
        return c.call("opportunity.get", id=c.call("opportunity.create", title="x", customer=customer, **more)["id"])
    test.assertEqual(pipeline(type="renewal", owner=anna)["pipeline"], service)  # the type comes first
    test.assertEqual(pipeline(owner=anna)["pipeline"], field)  # by the group above the owner's
    test.assertEqual(pipeline(owner=bo)["pipeline"], c.pipeline)
    test.assertEqual(pipeline(owner=anna, step="offer")["pipeline"], field)  # a code means the step of that pipeline
    test.assertEqual(pipeline(type="renewal", pipeline=c.pipeline)["pipeline"], c.pipeline)
    c.call("opportunity.import", rows=[{"title": "imported", "customer": customer, "type": "renewal"}])
    found = c.call("opportunity.list", text="IMPORTED")["opportunities"][0]["id"]
    test.assertEqual(c.call("opportunity.get", id=found)["pipeline"], service)
    c.call("pipeline.update", id=field, types=["renewal"])  # a type is served by one pipeline
    test.assertEqual(pipeline(type="renewal")["pipeline"], field)
    c.call("pipeline.archive", id=field)
    test.assertEqual(pipeline(type="renewal")["pipeline"], c.pipeline)
    test.assertEqual(refused(test, c, "opportunity.create", title="x", customer=customer, pipeline=field).key, "reference.archived")
    test.assertEqual(refused(test, c, "pipeline.archive", id=c.pipeline).key, "pipeline.default.archived")
    c.call("pipeline.update", id=service, is_default=True)
    test.assertEqual(pipeline()["pipeline"], service)
    listed = {p["id"]: p for p in c.call("pipeline.list", archived=True)["pipelines"]}
    test.assertEqual([p for p, row in listed.items() if row["is_default"]], [service])
    c.call("pipeline.archive", id=c.pipeline)
    kept = pipeline(pipeline=service)
    test.assertEqual(refused(test, c, "opportunity.update", id=kept["id"], pipeline=c.pipeline).key, "reference.archived")


def a_pipelines_own_steps_are_used(test, c):
    customer = c.customer("Acme")
    c.call("step.create", title="Signed", code="signed", probability=100, status="won")
    c.call("step.create", title="Walked away", code="walked", probability=0, status="lost")
    c.call("pipeline.update", first_step="offer", won_step="signed", lost_step="walked", on_order_confirmed="won")
    test.assertEqual(refused(test, c, "pipeline.update", won_step="offer").key, "pipeline.step.status")
    o = c.opportunity("Deal", customer)

    def step(number):
        return c.call("opportunity.get", id=number)["step"]["code"]
    test.assertEqual(step(o), "offer")
    c.call("opportunity.lose", id=o)
    test.assertEqual(step(o), "walked")
    c.call("opportunity.win", id=o)
    test.assertEqual(step(o), "signed")
    second = c.customer("Beta")
    by_order = c.opportunity("By order", second)
    c.order(second, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    test.assertEqual(step(by_order), "signed")
    c.send({"action": "pipeline.update", "input": {"first_step": None}})
    test.assertEqual(step(c.opportunity("Deal", customer)), "first_meeting")


def a_step_demands_its_fields_on_every_path(test, c):
    """Form, step, win, bulk, import, reopening into another step, an archived step's successor, a confirmed order."""
    customer = c.customer("Acme")
    c.call("step.update", id="offer", required_fields=["amount", "planned_close"])
    c.call("step.update", id="closed_won", required_fields=["type"])
    key = "opportunity.step.fields"
    o = c.opportunity("Deal", customer)
    error = refused(test, c, "opportunity.set_step", id=o, step="offer")
    test.assertEqual((error.key, "Amount, Planned close" in error.message, "offer" in error.message), (key, True, True))
    test.assertEqual(refused(test, c, "opportunity.update", id=o, step="offer", planned_close="2026-12-01").key, key)
    test.assertEqual(refused(test, c, "opportunity.create", title="x", customer=customer, step="offer").key, key)
    test.assertEqual(refused(test, c, "opportunity.win", id=o).key, key)
    row = c.call("opportunity.bulk_update", ids=[o], changes={"step": "offer"})["rows"][0]
    test.assertEqual((row["ok"], row["key"]), (False, key))
    answer = c.call("opportunity.import", rows=[{"title": "x", "customer": customer, "step": "offer"}])
    test.assertEqual([r["key"] for r in answer["rejected"]], [key])
    c.call("opportunity.update", id=o, step="offer", planned_close="2026-12-01", amount={"minor": 100})
    # Leaving a field empty later is allowed, also where the form names the step that it stands on.
    c.send({"action": "opportunity.update", "input": {"id": o, "step": "offer", "amount": None}})
    test.assertIsNone(c.call("opportunity.get", id=o)["amount"])
    c.call("opportunity.set_step", id=o, step="negotiation")
    test.assertEqual(refused(test, c, "step.archive", id="negotiation", replace_by="offer").key, key)
    c.call("pipeline.update", on_order_confirmed="won")
    c.call("opportunity.update", id=o, planned_close="2027-12-01")
    c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    test.assertEqual(c.call("opportunity.get", id=o)["status"], "open")  # proposed, since the won step demands a type
    test.assertEqual(module_rows(c, "select act from sl_order_rule")[0]["act"], "propose")


def an_archived_step_hands_its_opportunities_over(test, c):
    customer = c.customer("Acme")
    by_step = c.call("opportunity.create", title="a", customer=customer, step="offer")["id"]
    by_hand = c.call("opportunity.create", title="b", customer=customer, step="offer", probability="33.00")["id"]
    away = c.call("opportunity.create", title="c", customer=customer, step="offer")["id"]
    c.call("opportunity.archive", id=away)
    for wrong in ("closed_won", "offer"):
        test.assertEqual(refused(test, c, "step.archive", id="offer", replace_by=wrong).key, "step.replace.unlike")
    test.assertEqual(c.call("step.archive", id="offer", replace_by="negotiation")["moved"], 3)
    found = [c.call("opportunity.get", id=o) for o in (by_step, by_hand, away)]
    test.assertEqual([(o["step"]["code"], o["probability"]) for o in found],
                     [("negotiation", "60.00"), ("negotiation", "33.00"), ("negotiation", "60.00")])
    test.assertEqual([v["step"]["code"] for v in found[0]["visits"]], ["offer", "negotiation"])
    test.assertEqual(audit(c, "opportunity", by_step), ["opportunity.create", "step.archive"])


def an_order_names_every_entry_once(test, c):
    steps = ["first_meeting", "negotiation", "offer", "final_phase", "closed_won", "closed_lost"]
    c.call("step.reorder", order=steps)
    test.assertEqual([s["code"] for s in c.call("step.list")["steps"]], steps)
    for order in (steps[:-1], steps + ["offer"]):
        test.assertEqual(refused(test, c, "step.reorder", order=order).key, "step.order.incomplete")
    for name in ("type", "source", "rejection", "customer_status", "category"):
        codes = [e["code"] for e in c.call(f"{name}.list")["entries"]][::-1]
        c.call(f"{name}.reorder", order=codes)
        test.assertEqual([e["code"] for e in c.call(f"{name}.list")["entries"]], codes)
        test.assertEqual(refused(test, c, f"{name}.reorder", order=codes[1:]).key, f"{name}.order.incomplete")


def who_orders_a_list_says_which_one_they_saw(test, c):
    """Two users look at one list; the second who orders it is told, and so is who missed a change of one entry."""
    for name in ("type", "source", "rejection", "customer_status", "category", "step"):
        key = "steps" if name == "step" else "entries"
        seen = c.call(f"{name}.list")
        codes = [e["code"] for e in seen[key]]
        turned = codes[::-1]
        first = c.call(f"{name}.reorder", order=turned, expected_version=seen["version"])
        late = refused(test, c, f"{name}.reorder", order=codes, expected_version=seen["version"])
        test.assertEqual(late.key, f"{name}.version.conflict")
        now = c.call(f"{name}.list")
        test.assertEqual(([e["code"] for e in now[key]], now["version"]), (turned, first["version"]))
        entry = now[key][0]
        c.call(f"{name}.update", id=entry["id"], title=entry["title"] + " x")
        test.assertEqual(refused(test, c, f"{name}.reorder", order=codes, expected_version=first["version"]).key, f"{name}.version.conflict")
        c.call(f"{name}.reorder", order=codes)  # who cannot know it says nothing
        test.assertEqual([e["code"] for e in c.call(f"{name}.list")[key]], codes)
    other = c.call("pipeline.create", title="Other")["id"]
    seen = c.call("step.list", pipeline=other)
    c.call("step.reorder", pipeline=other, order=[s["id"] for s in seen["steps"]][::-1], expected_version=seen["version"])
    test.assertEqual(refused(test, c, "step.reorder", pipeline=other, order=[s["id"] for s in seen["steps"]], expected_version=seen["version"]).key,
                     "step.version.conflict")


def a_used_entry_is_replaced_everywhere_or_kept(test, c):
    """One shared list of sources: opportunities, campaigns, additional customer info move along, with history and audit."""
    customer, campaign = c.customer("Acme"), c.campaign("Fair", source="web")
    o = c.call("opportunity.create", title="x", customer=customer, source="web", type="new_sale")["id"]
    lost = c.call("opportunity.create", title="y", customer=customer)["id"]
    c.call("opportunity.lose", id=lost, rejection="price")
    c.call("step.update", id="closed_lost", default_rejection="price")
    c.call("customer_extra.set", customer=customer, source="web", status="merged", categories=["key_account", "association"])
    c.call("pipeline.update", types=["new_sale"])
    for name, code in (("source", "web"), ("rejection", "price"), ("type", "new_sale"), ("customer_status", "merged"), ("category", "key_account")):
        test.assertEqual(refused(test, c, f"{name}.delete", id=code).key, "list.used", name)
    test.assertEqual(refused(test, c, "source.archive", id="web", replace_by="web").key, "list.replace.same")
    test.assertEqual(c.call("source.archive", id="web", replace_by="partner")["moved"], 3)
    c.call("rejection.archive", id="price", replace_by="no_budget")
    c.call("type.archive", id="new_sale", replace_by="add_on")
    c.call("customer_status.archive", id="merged", replace_by="active")
    c.call("category.archive", id="key_account", replace_by="association")
    found = c.call("opportunity.get", id=o)
    test.assertEqual((found["source"]["code"], found["type"]["code"], found["version"]), ("partner", "add_on", 3))
    sources = [h["value"] for h in found["history"] if h["field"] == "source"]
    ids = {e["code"]: e["id"] for e in c.call("source.list", archived=True)["entries"]}
    test.assertEqual(sources, [str(ids["web"]), str(ids["partner"])])
    test.assertIn("source.archive", audit(c, "opportunity", o))
    test.assertEqual(c.call("opportunity.get", id=lost)["rejection"]["code"], "no_budget")
    test.assertEqual(c.call("campaign.get", id=campaign)["source"], ids["partner"])
    extra = c.call("customer_extra.get", customer=customer)
    test.assertEqual((extra["source"]["code"], extra["status"]["code"], [e["code"] for e in extra["categories"]]),
                     ("partner", "active", ["association"]))
    rejection = {e["id"]: e["code"] for e in c.call("rejection.list")["entries"]}
    test.assertEqual(rejection[[s for s in c.call("step.list")["steps"] if s["code"] == "closed_lost"][0]["default_rejection"]], "no_budget")
    test.assertEqual(len(c.call("pipeline.list")["pipelines"][0]["types"]), 1)
    test.assertEqual(refused(test, c, "source.delete", id="web").key, "list.used")  # history still names it


def an_entry_never_used_can_be_deleted(test, c):
    c.call("type.create", title="Example", code="example")
    test.assertEqual(refused(test, c, "type.delete", id="example", expected_version=2).key, "type.version.conflict")
    made = c.call("type.delete", id="example")["id"]
    test.assertNotIn("example", [e["code"] for e in c.call("type.list", archived=True)["entries"]])
    test.assertEqual(audit(c, "type", made), ["type.create", "type.delete"])


def a_new_company_speaks_three_languages(test, c):
    """The lists of a new company: the statuses of the customer with their effects, titles of their own in sv and nb."""
    effects = {e["code"]: e["effect"] for e in c.call("customer_status.list")["entries"]}
    test.assertEqual(effects, {"active": "none", "bankrupt": "block", "merged": "warn"})
    steps = [(s["code"], s["probability"], s["status"]) for s in c.call("step.list")["steps"]]
    test.assertEqual(steps, [("first_meeting", "10.00", "open"), ("offer", "40.00", "open"), ("negotiation", "60.00", "open"),
                             ("final_phase", "80.00", "open"), ("closed_won", "100.00", "won"), ("closed_lost", "0.00", "lost")])
    for name in ("type", "source", "rejection", "category", "customer_status"):
        for entry in c.call(f"{name}.list")["entries"]:
            test.assertTrue(all(entry["titles"][language] for language in ("en", "sv", "nb")), entry)
    test.assertEqual(c.call("step.list")["steps"][4]["titles"]["sv"], "Stängd – vunnen")


def additional_info_of_a_customer(test, c):
    customer, other = c.customer("Acme"), c.customer("Beta")
    empty = c.call("customer_extra.get", customer=customer)
    test.assertEqual((empty["version"], empty["status"], empty["own_fields"], empty["last_lost"]), (0, None, {}, None))
    made = c.call("customer_extra.set", customer="Acme", status="active", source="web", contact_origin="Fair 2025", products="Pumps",
                  categories=["key_account"], own_fields={"Segment": "Small", "Lang": "sv"}, expected_version=0)
    test.assertEqual(made["version"], 1)
    test.assertEqual(refused(test, c, "customer_extra.set", customer=customer, products="x", expected_version=3).key,
                     "customer_extra.version.conflict")
    c.call("customer_extra.set", customer=customer, own_fields={"Lang": None, "Size": "9"}, categories=[])
    found = c.call("customer_extra.get", customer=customer)
    test.assertEqual((found["own_fields"], found["products"], found["categories"], found["source"]["code"]),
                     ({"Segment": "Small", "Size": "9"}, "Pumps", [], "web"))
    c.call("customer_extra.set", customer=other, source="phone")
    listed = c.call("customer_extra.list", limit=1)
    test.assertEqual([r["name"] for r in listed["customers"]], ["Acme"])
    test.assertEqual([r["name"] for r in c.call("customer_extra.list", after=listed["next"])["customers"]], ["Beta"])
    test.assertEqual([r["customer"] for r in c.call("customer_extra.list", source="phone")["customers"]], [other])
    for number, (reason, day) in enumerate((("price", "2025-05-01"), ("no_need", "2025-09-01"), ("competitor", "2025-07-01"))):
        o = c.opportunity(f"Deal {number}", customer)
        c.call("opportunity.lose", id=o, rejection=reason, note="n", effective_at=f"{day}T09:00:00Z")
    lost = c.call("customer_extra.get", customer=customer)["last_lost"]
    test.assertEqual((lost["rejection"]["code"], lost["date"], lost["title"]), ("no_need", "2025-09-01", "Deal 1"))
    user(c, "sara", ["seller"], c.employee("Sara"))
    test.assertIsNone(as_user(c, "sara", "customer_extra.get", customer=customer)["last_lost"])  # not hers to see


def a_customers_status_warns_or_blocks_on_every_path(test, c):
    fine, warned, blocked = c.customer("Fine"), c.customer("Warned"), c.customer("Blocked")
    c.call("customer_extra.set", customer=warned, status="merged")
    c.call("customer_extra.set", customer=blocked, status="bankrupt")
    project = c.project("Bridge", customer=blocked)
    key = "opportunity.customer.blocked"
    error = refused(test, c, "opportunity.create", title="x", customer=blocked)
    test.assertEqual((error.key, "Blocked" in error.message, "Bankrupt" in error.message), (key, True, True))
    test.assertEqual(refused(test, c, "opportunity.create", title="x", project=project).key, key)
    made = c.call("opportunity.create", title="x", customer=warned)
    test.assertEqual([w["status"] for w in made["warnings"]], ["merged"])
    o = c.call("opportunity.create", title="y", customer=fine)
    test.assertNotIn("warnings", o)
    test.assertEqual(refused(test, c, "opportunity.update", id=o["id"], customer=blocked).key, key)
    test.assertEqual(len(c.call("opportunity.update", id=o["id"], customer=warned)["warnings"]), 1)
    test.assertNotIn("warnings", c.call("opportunity.update", id=o["id"], title="z"))  # not new there
    row = c.call("opportunity.bulk_update", ids=[o["id"]], changes={"customer": blocked})["rows"][0]
    test.assertEqual(row["key"], key)
    for count in (1, 25):  # one by one, and in bulk
        rows = [{"title": f"i{n}", "customer": who} for n in range(count) for who in (fine, warned, blocked)]
        answer = c.call("opportunity.import", rows=rows, keep_good=True)
        test.assertEqual((answer["accepted"], len(answer["rejected"]), len(answer["warnings"])), (2 * count, count, count))
        test.assertEqual({r["key"] for r in answer["rejected"]}, {key})
    # Never the host's own documents, nor what stood there before.
    order = c.order(blocked, [100], confirmed="2025-03-01T09:00:00Z")
    c.call("customer_extra.set", customer=fine, status="bankrupt")
    c.call("opportunity.update", id=c.call("opportunity.list", customer=fine)["opportunities"][0]["id"], title="goes on")
    test.assertTrue(order["id"])


Settings = cases(globals(), "Settings")

if __name__ == "__main__":
    unittest.main()
