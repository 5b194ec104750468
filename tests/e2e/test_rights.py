# SPDX-License-Identifier: Apache-2.0
"""Rights (spec, rule 10): each role on its own records, its group's, those of the groups below, others', another
company's (E21 of other systems' tests). What one may not see does not exist; what one may see but not change is refused with its reason."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends  # noqa: E402

VIEW, CHANGE = "sales_leads.opportunity.view", "sales_leads.opportunity.change"
NO_RIGHT = ("permission.denied", "permission.missing")  # said by the host, or by the module where the host lets it through
REACH = {"own": {"own", "shared"}, "group": {"own", "shared", "peer"}, "subtree": {"own", "shared", "peer", "below"},
         "all": {"own", "shared", "peer", "below", "other"}, None: set()}
# role -> (sees, changes); None: not at all
ROLES = {"administrator": ("all", "all"), "sales_manager": ("subtree", "subtree"), "seller": ("own", "own"), "marketing": ("all", None),
         "reader": ("all", None), "team_leader": ("group", "own"), "observer": (None, None)}
AMOUNTS = {"own": 100_00, "shared": 200_00, "peer": 400_00, "below": 800_00, "other": 1600_00}
# What else an action needs beside the id; with these it is accepted where the right is there.
CHANGES = {"opportunity.update": {"description": "seen"}, "opportunity.set_step": {"step": "offer"},
           "opportunity.add_touch": {"campaign": "fair", "date": "2025-02-01"}, "opportunity.lose": {"rejection": "price"},
           "opportunity.reopen": {}, "opportunity.win": {}}


class World(Company):
    """Me in the group north, a peer in it, somebody below it, somebody elsewhere; one opportunity each."""

    def __init__(self, backend):
        super().__init__(backend)
        self.people = {name: self.employee(name) for name in ("me", "peer", "below", "other")}
        self.call("group.create", title="North", code="north", kind="sales")
        self.call("group.create", title="North west", code="north_west", kind="sales", parent="north")
        self.call("group.create", title="South", code="south", kind="sales")
        for name, group in (("me", "north"), ("peer", "north"), ("below", "north_west"), ("other", "south")):
            self.call("group.add_member", group=group, employee=self.people[name], **{"from": "2025-01-01"})
        fair = self.campaign("Fair", "fair")
        self.ids = {}
        for name, amount in AMOUNTS.items():
            owner = {"own": "me", "shared": "other"}.get(name, name)
            customer = self.customer(f"Customer of {name}")
            self.ids[name] = self.opportunity(name, customer, owner=self.people[owner], campaign=fair,
                                              amount={"minor": amount, "currency": "SEK"},
                                              sellers=[(self.people["other"], 7000), (self.people["me"], 3000)] if name == "shared" else None)
            self.order(customer, [amount], confirmed="2025-03-01T09:00:00Z")
        self.drain()
        self.call("role.create", name="team_leader", title="Team leader")
        for right in (VIEW, VIEW + "_group", CHANGE, "sales_leads.report", "sales_leads.campaign.view"):
            self.call("role.grant", role="team_leader", permission=right)
        self.call("role.create", name="observer", title="Observer")
        self.users = {}
        for role in ROLES:
            self.call("user.create", login=role, password="long enough", name=role, roles=[role], employee=self.people["me"])
            self.users[role] = self.as_user(role)


def outcome(host, name, keys=("opportunity.not_found", "opportunity.change.right"), **fields):
    """allowed, hidden or refused; anything else that an action says means that rights let it through."""
    try:
        host.call(name, **fields)
    except Refused as error:
        if error.key == keys[0]:
            return "hidden"
        if error.key in NO_RIGHT or error.key == keys[1]:
            return "refused"
    return "allowed"


def who_sees_and_who_changes_what(test, world):
    for role, (sees, changes) in ROLES.items():
        user = world.users[role]
        for name, number in world.ids.items():
            seen, changed = name in REACH[sees], name in REACH[changes]
            want = "refused" if sees is None else "allowed" if seen else "hidden"
            test.assertEqual(outcome(user, "opportunity.get", id=number), want, f"{role} reads {name}")
            want = "refused" if changes is None else "hidden" if not seen else "allowed" if changed else "refused"
            for action, more in CHANGES.items():
                test.assertEqual(outcome(user, action, id=number, **more), want, f"{role}: {action} on {name}")


def every_action_asks_for_its_permission(test, world):
    granted = {r["name"]: set(r["permissions"]) for r in world.call("role.list")["roles"]}
    actions = [a for a in world.actions() if a["permission"].startswith("sales_leads.")]
    test.assertGreater(len(actions), 50)
    for role in ROLES:
        for action in actions:
            try:
                world.users[role].call(action["name"], no_such_field=1)
                key = "ok"
            except Refused as error:
                key = error.key
            lacks = action["permission"] not in granted[role]
            test.assertEqual(key in NO_RIGHT, lacks, f"{role}: {action['name']} needs {action['permission']}, said {key}")


def another_company_does_not_exist(test, world):
    elsewhere = world.elsewhere(2)
    elsewhere.call("company.update", currency="SEK", time_zone="Europe/Stockholm")
    customer = elsewhere.call("customer.create", name="Far away")["id"]
    far = elsewhere.call("opportunity.create", title="Far", customer=customer, amount={"minor": 1, "currency": "SEK"})["id"]
    near = world.ids["own"]
    for host in (world, world.users["administrator"]):
        for action in ("opportunity.get", "opportunity.win"):
            test.assertEqual(outcome(host, action, id=far), "hidden", f"{action} across companies")
        with test.assertRaises(Refused):
            host.call("opportunity.update", id=near, customer=customer)
    test.assertEqual(elsewhere.call("opportunity.get", id=far)["status"], "open")


def totals_are_the_sum_of_the_visible_rows(test, world):
    balances = world.balances()
    employees = {"own": {"me"}, "group": {"me", "peer"}, "subtree": {"me", "peer", "below"}, "all": set(world.people)}
    for role, (sees, _) in ROLES.items():
        if sees is None:
            continue
        user = world.users[role]
        rows = user.pages("opportunity.list", "opportunities", 2)
        test.assertEqual({r["title"] for r in rows}, REACH[sees], role)
        whole = sum(r["company_amount"]["minor"] for r in rows)
        for axis in ("step", "seller", "customer", "campaign", "group"):
            report = user.report("pipeline", rows=axis)
            test.assertEqual(report["scope"], sees)
            test.assertEqual(report["totals"]["measures"]["amount"]["minor"], whole, f"{role}: pipeline by {axis}")
            test.assertEqual(sum(r["measures"]["amount"]["minor"] for r in report["rows"]), whole, f"{role}: rows by {axis}")
        them = {world.people[name] for name in employees[sees]}
        ordered = sum(c for key, (_, c) in balances.items() if key[6] == "ordered" and (sees == "all" or key[5] in them))
        test.assertGreater(ordered, 0)
        for axis in ("seller", "month", "campaign", "customer"):
            report = user.report("sales", rows=axis)
            test.assertEqual(report["totals"]["measures"]["ordered"]["minor"], ordered, f"{role}: sales by {axis}")
        result = user.report("campaign_results")["totals"]["measures"]["ordered"]["minor"]
        everything = sum(c for key, (_, c) in balances.items() if key[6] == "ordered")
        sums = role in ("administrator", "sales_manager", "marketing", "reader")
        test.assertEqual(result, everything if sums else ordered, f"{role}: sums of campaigns")


def leads_know_their_owners_too(test, world):
    """Who sees and who changes a lead: by its owner; one without owner is everybody's who may see leads."""
    leads = {name: world.call("lead.create", kind="company", name=f"Lead of {name}", owner=world.people[name])["id"]
             for name in ("me", "peer", "below", "other")}
    leads["nobody"] = world.call("lead.create", kind="company", name="Nobody's lead", owner=None)["id"]
    for right in ("sales_leads.lead.view", "sales_leads.lead.view_group", "sales_leads.lead.change"):
        world.call("role.grant", role="team_leader", permission=right)
    own, group, subtree = {"me", "nobody"}, {"me", "peer", "nobody"}, {"me", "peer", "below", "nobody"}
    everybody = {"me", "peer", "below", "other", "nobody"}
    roles = {"administrator": (everybody, everybody), "sales_manager": (everybody, subtree), "seller": (own, own),
             "marketing": (everybody, everybody), "reader": (everybody, None), "team_leader": (group, own), "observer": (None, None)}
    keys = ("lead.not_found", "lead.change.right")
    for role, (sees, changes) in roles.items():
        user = world.users[role]
        if sees is not None:
            found = {row["name"] for row in user.call("lead.list")["leads"]}
            test.assertEqual(found, {f"Lead of {name}" if name != "nobody" else "Nobody's lead" for name in sees}, role)
        for name, number in leads.items():
            want = "refused" if sees is None else "allowed" if name in sees else "hidden"
            test.assertEqual(outcome(user, "lead.get", keys, id=number), want, f"{role} reads {name}")
            want = ("refused" if changes is None else "hidden" if name not in sees else "allowed" if name in changes else "refused")
            for action, more in {"lead.update": {"description": role}, "lead.set_status": {"status": "working"},
                                 "activity.create": {"kind": "note", "title": role}}.items():
                if action == "activity.create" and changes is None:
                    continue
                field = {"lead": number} if action == "activity.create" else {"id": number}
                test.assertEqual(outcome(user, action, keys, **field, **more), want, f"{role}: {action} on {name}")


CASES = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__ and f.__name__ not in ("World", "outcome")]


class Rights(unittest.TestCase):
    maxDiff = 2000


def add(case, backend):
    def run(self):
        with World(backend()) as world:
            case(self, world)
    setattr(Rights, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
