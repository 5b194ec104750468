# SPDX-License-Identifier: Apache-2.0
"""Files of what belongs to other records: members and costs of campaigns, pipelines and steps, activities, members of groups.
Each is tried, taken, taken again, changed, undone, and taken from one company into another whole."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends  # noqa: E402
from test_import_export import command, exported, faults, furnish, take  # noqa: E402

VOLATILE = {"id", "version", "created_at", "created_by", "changed_at", "changed_by", "member", "lead_id", "record", "done_by"}


def told(rows):
    return sorted(tuple(sorted((k, v) for k, v in row.items() if k not in VOLATILE)) for row in rows)


def counts(answer):
    return answer["created"], answer["updated"], answer["same"], answer["rejected"]


def world(c, groups=True):
    furnish(c)
    c.call("customer.create", name="Beta", number="C2")
    c.call("lead.import", rows=[{"external_id": "L1", "kind": "company", "name": "Tents"}])
    c.call("opportunity.import", rows=[{"external_id": "O1", "title": "Deal", "customer_number": "C1", "start": "2025-01-15"}])
    if groups:
        c.call("group.create", title="North", code="north")
        c.call("group.create", title="Board", code="board", kind="standard")


def comes_back_whole(test, c, kind, entity, *, make=world, first=()):
    """The exported file in a company that has what it names: tried, taken, taken again, and exported as it was."""
    mine = exported(test, c, entity)
    for other_kind, other in first:
        exported(test, c, other)
    for profile in ([], ["--map", kind]):
        with Company(type(c.backend)()) as other:
            make(other)
            for other_kind, other_entity in first:
                command(test, other, "import", other_kind, c.folder / f"{other_entity}.csv")
            file = c.folder / f"{entity}.csv"
            tried = command(test, other, "import", kind, file, "--dry-run", *profile)
            test.assertEqual((tried["rejected"], tried["batch"]), (0, None), c.said)
            taken = command(test, other, "import", kind, file, *profile)
            test.assertEqual((taken["rejected"], taken["created"]), (0, tried["created"]))
            test.assertEqual(told(exported(test, other, entity)), told(mine), profile)
            test.assertEqual(counts(command(test, other, "import", kind, file, *profile)), (0, 0, len(mine), 0))
    # And in the company that it came from it changes nothing.
    test.assertEqual(counts(command(test, c, "import", kind, c.folder / f"{entity}.csv")), (0, 0, len(mine), 0))


def members_of_campaigns(test, c):
    world(c)
    text = ("campaign,customer_no,lead,response,response_date\nfair,C1,,interested,2025-02-01\nfair,C2,,,\nfair,,L1,declined,2025-02-03\n"
            "fair,C1,,,\nnone,C1,,,\nfair,,,,\nfair,C2,L1,,\nfair,,L9,,\nfair,Nobody,,,\nfair,C2,,,2025-02-01\n")
    answer = take(test, c, "campaign_members", text, "--keep-good")
    test.assertEqual(counts(answer), (3, 0, 0, 7))
    test.assertEqual([(f[0], f[1]) for f in faults(answer)],
                     [(5, "customer"), (6, "campaign"), (7, "customer"), (8, "lead"), (9, "lead"), (10, "customer"), (11, "customer")])
    members = lambda: {m["name"]: (m["response"], m["response_date"]) for m in c.call("campaign.list_members", id="fair")["members"]}  # noqa: E731
    test.assertEqual(members(), {"Alfa": ("interested", "2025-02-01"), "Beta": ("none", None), "Tents": ("declined", "2025-02-03")})
    second = take(test, c, "campaign_members", "campaign,customer_no,response\nfair,C1,interested\nfair,C2,opened\n")
    test.assertEqual(counts(second), (0, 1, 1, 0))
    test.assertEqual(members()["Beta"][0], "opened")
    comes_back_whole(test, c, "campaign_members", "campaign_member")
    test.assertEqual(command(test, c, "import", "--undo", second["batch"])["undone"], 1)
    test.assertEqual(members()["Beta"], ("none", None))
    c.call("campaign.set_response", id="fair", kind="lead", member=1, response="interested")
    undone = command(test, c, "import", "--undo", answer["batch"])
    test.assertEqual((undone["undone"], undone["rejected"]), (1, 2), "two were answered since, one by the other import")
    test.assertEqual(set(members()), {"Beta", "Tents"})
    # An id is a company's own: it must lead to the name that the row says.
    bad = take(test, c, "campaign_members", "campaign,lead_id,name\nfair,1,Somebody else\n", code=1)
    test.assertIn("Tents", faults(bad)[0][3])
    test.assertEqual(take(test, c, "campaign_members", "campaign,lead_id,name\nfair,1,Tents\n")["same"], 1)


def a_lead_that_one_may_not_see_is_no_member_to_take_or_tell(test, c):
    world(c)
    c.call("lead.assign", id=1, owner="8")
    c.call("campaign.add_members", id="fair", leads=[1], customers=[1])
    c.call("role.create", name="importer", title="Importer")
    for right in ("sales_leads.import", "sales_leads.export", "sales_leads.campaign.view", "sales_leads.lead.view"):
        c.call("role.grant", role="importer", permission=right)
    c.call("user.create", login="ida", password="long enough", name="Ida", roles=["importer"], employee=1)
    ida = c.as_user("ida")
    answer = ida.call("campaign_member.import", keep_good=True, rows=[{"campaign": "fair", "lead": "L1", "response": "opened"},
                                                                    {"campaign": "fair", "customer": "C2"}])
    test.assertEqual([(r["row"], r["key"], r["field"]) for r in answer["rejected"]], [(1, "lead.not_found", "lead")])
    page = ida.call("export.page", entity="campaign_member")
    kinds = [dict(zip(page["columns"], row))["kind"] for row in page["rows"]]
    test.assertEqual(kinds, ["customer", "customer"])


def costs_of_campaigns(test, c):
    world(c)
    c.call("rate.set", currency="EUR", date="2025-01-01", rate="11.00")
    head = "campaign,date,amount,currency,text\n"
    text = head + "fair,2025-02-01,100.00,SEK,Ads\nfair,2025-02-01,100.00,SEK,Ads\nfair,2025-02-01,50.00,EUR,Stand\n"
    answer = take(test, c, "campaign_costs", text)
    test.assertEqual(counts(answer), (3, 0, 0, 0))
    costs = lambda: sorted((k["text"], k["amount"]["minor"], k["company_amount"]["minor"]) for k in c.call("campaign.get", id="fair")["costs"])  # noqa: E731
    test.assertEqual(costs(), [("Ads", 10000, 10000), ("Ads", 10000, 10000), ("Stand", 5000, 55000)])
    # Two alike are two; another amount changes one of them.
    version = c.call("campaign.get", id="fair")["version"]
    second = take(test, c, "campaign_costs", head + "fair,2025-02-01,120.00,SEK,Ads\nfair,2025-02-01,100.00,SEK,Ads\n")
    test.assertEqual(counts(second), (0, 1, 1, 0))
    test.assertEqual(costs(), [("Ads", 10000, 10000), ("Ads", 12000, 12000), ("Stand", 5000, 55000)])
    test.assertGreater(c.call("campaign.get", id="fair")["version"], version)
    bad = take(test, c, "campaign_costs", head + "none,2025-02-01,1.00,SEK,a\nfair,2025-02-01,1.00,XXQ,a\nfair,,1.00,SEK,a\nfair,2025-02-01,,SEK,a\n", "--keep-good", code=1)
    test.assertEqual([f[0] for f in faults(bad)], [2, 3, 4, 5])

    def make(other):
        world(other)
        other.call("rate.set", currency="EUR", date="2025-01-01", rate="11.00")
    comes_back_whole(test, c, "campaign_costs", "campaign_cost", make=make)
    test.assertEqual(command(test, c, "import", "--undo", second["batch"])["undone"], 1)
    stand = next(k["id"] for k in c.call("campaign.get", id="fair")["costs"] if k["text"] == "Stand")
    c.call("campaign.update_cost", id="fair", cost=stand, text="Stand, corner")
    undone = command(test, c, "import", "--undo", answer["batch"])
    test.assertEqual((undone["undone"], undone["rejected"]), (2, 1))
    test.assertEqual(costs(), [("Stand, corner", 5000, 55000)])


def alike_costs_stay_apart_over_several_calls(test, c):
    """What an earlier call of the batch stands for, no later row takes again."""
    world(c)
    batch = c.call("import.begin", entity="campaign_cost", title="two calls")["batch"]
    row = {"campaign": "fair", "date": "2025-02-01", "amount": {"minor": 100}, "text": "Ads"}
    for number in (1, 2):
        test.assertEqual(c.call("campaign_cost.import", batch=batch, row_numbers=[number], rows=[row])["created"], 1)
    test.assertEqual(len(c.call("campaign.get", id="fair")["costs"]), 2)


def pipelines_and_steps(test, c):
    world(c)
    head = "title_en,title_sv,steps,won_step,types,groups,expire_after_days\n"
    text = head + "Service,Tjänst,offer open; signed won; closed_lost lost,signed,renewal,north,30\n"
    test.assertEqual(take(test, c, "pipelines", text, "--dry-run")["created"], 1)
    answer = take(test, c, "pipelines", text)
    test.assertEqual(counts(answer), (1, 0, 0, 0))
    made = lambda name="Service": next(p for p in c.call("pipeline.list", archived=True)["pipelines"] if p["titles"]["en"] == name)  # noqa: E731
    service = made()
    test.assertEqual([(s["code"], s["status"], s["probability"], s["titles"]["sv"]) for s in service["steps"]],
                     [("offer", "open", "40.00", "Offert"), ("signed", "won", "100.00", "signed"), ("closed_lost", "lost", "0.00", "Stängd – tappad")])
    test.assertEqual((service["titles"]["sv"], service["expire_after_days"], len(service["types"]), len(service["groups"])), ("Tjänst", 30, 1, 1))
    test.assertEqual(service["won_step"], service["steps"][1]["id"])
    bad = take(test, c, "pipelines", head + "A,,offer open; won won,,,,\nB,,a open; b won; c lost,a,,,\nC,,,,nothing,,\nD,,,,,board,\n,,,,,,\n", code=1)
    test.assertEqual([(f[0], f[1]) for f in faults(bad)], [(2, "steps"), (3, "won_step"), (4, "type"), (5, "groups"), (6, "title")])
    steps = ("pipeline,code,title_en,title_sv,position,probability,status,rejection_rule,default_rejection,stale_days,required_fields\n"
             "Service,signed,Signed,Undertecknad,5,100.00,won,none,,0,amount\nService,visit,Visit,Besök,2,15.00,open,none,,14,\n"
             "Service,closed_lost,,,6,,,required,price,,\n")
    taken = take(test, c, "steps", steps)
    test.assertEqual(counts(taken), (1, 2, 0, 0))
    now = {s["code"]: s for s in made()["steps"]}
    test.assertEqual((now["signed"]["titles"]["sv"], now["signed"]["required_fields"], now["visit"]["stale_days"], now["closed_lost"]["rejection_rule"]),
                     ("Undertecknad", ["amount"], 14, "required"))
    bad = take(test, c, "steps", "pipeline,code,title_en,probability,status,archived\nService,signed,,,,1\nService,new,,5,open,0\nNone,x,X,5,open,0\n"
                                 "Service,visit,,50,won,0\nService,visit,,,,\n", "--keep-good", code=1)
    test.assertEqual([(f[0], f[1]) for f in faults(bad)], [(2, "archived"), (3, "title"), (4, "pipeline"), (5, "probability"), (6, "code")])

    def make(other):
        world(other)
    comes_back_whole(test, c, "pipelines", "pipeline", make=make)
    comes_back_whole(test, c, "steps", "step", make=make, first=[("pipelines", "pipeline")])
    test.assertEqual(command(test, c, "import", "--undo", taken["batch"])["undone"], 3)
    now = {s["code"]: s for s in made()["steps"]}
    test.assertEqual((set(now), now["signed"]["titles"]["sv"], now["closed_lost"]["rejection_rule"]), ({"offer", "signed", "closed_lost"}, "signed", "asked"))
    test.assertEqual(command(test, c, "import", "--undo", answer["batch"])["undone"], 1)
    test.assertEqual((made()["archived"], made()["types"], made()["groups"]), (True, [], []))


def what_a_pipeline_took_is_given_back(test, c):
    """Which is the default one, and what another one served."""
    world(c)
    old = c.call("pipeline.create", title="Old", types=["renewal"])["id"]
    batch = c.call("import.begin", entity="pipeline", title="x")["batch"]
    answer = c.call("pipeline.import", batch=batch, rows=[{"title": "New", "types": ["renewal"], "is_default": True}])
    test.assertEqual(answer["created"], 1)
    state = lambda: {p["titles"]["en"]: (p["is_default"], len(p["types"])) for p in c.call("pipeline.list", archived=True)["pipelines"]}  # noqa: E731
    test.assertEqual(state(), {"Sales": (False, 0), "Old": (False, 0), "New": (True, 1)})
    test.assertEqual(c.call("import.undo", batch=batch)["undone"], 1)
    test.assertEqual(state(), {"Sales": (True, 0), "Old": (False, 1), "New": (False, 0)})
    test.assertTrue(old)


def activities(test, c):
    world(c)
    head = "opportunity,lead,customer_no,kind,title,text,owner,due_date,done_at\n"
    text = head + ("O1,,,call,Ring,about it,7,2027-02-01,\nO1,,,call,Ring,again,8,2027-02-01,\n,L1,,task,Write,,7,2026-02-01,2026-02-02T10:00:00Z\n"
                   ",,C1,note,They moved,,,,\n")
    test.assertEqual(take(test, c, "activities", text, "--dry-run")["created"], 4)
    answer = take(test, c, "activities", text)
    test.assertEqual(counts(answer), (4, 0, 0, 0))
    test.assertEqual(c.call("opportunity.get", id=1)["next_activity"], "2027-02-01")
    ring = lambda: sorted((a["text"], a["owner"]["name"]) for a in c.call("activity.list", opportunity=1)["activities"])  # noqa: E731
    test.assertEqual(ring(), [("about it", "Anna"), ("again", "Bo")])
    second = take(test, c, "activities", head + "O1,,,call,Ring,changed,7,2027-02-01,\n,,C1,note,They moved,,,,\n")
    test.assertEqual(counts(second), (0, 1, 1, 0))
    bad = take(test, c, "activities", head + "O9,,,call,x,,,,\n,,,call,x,,,,\nO1,L1,,call,x,,,,\nO1,,,note,x,,,2027-01-01,\nO1,,,file,x,,,,\n"
                                             "O1,,,note,x,,,,2026-01-01T10:00:00Z\nO1,,,ring,x,,,,\n", code=1)
    test.assertEqual([(f[0], f[1]) for f in faults(bad)],
                     [(2, "opportunity"), (3, "opportunity"), (4, "lead"), (5, "due"), (6, "reference"), (7, "done_at"), (8, "kind")])
    comes_back_whole(test, c, "activities", "activity")
    test.assertEqual(command(test, c, "import", "--undo", second["batch"])["undone"], 1)
    test.assertEqual(ring(), [("about it", "Anna"), ("again", "Bo")])
    changed = next(a for a in c.call("activity.list", opportunity=1)["activities"] if a["text"] == "again")
    c.call("activity.update", id=changed["id"], text="by hand")
    undone = command(test, c, "import", "--undo", answer["batch"])
    test.assertEqual((undone["undone"], undone["rejected"]), (2, 2), "one was changed by hand, one by the import that was taken back since")
    test.assertEqual(c.call("activity.list", lead=1)["activities"], [])


def whose_records_one_may_not_change_get_no_activities(test, c):
    world(c)
    c.call("opportunity.update", id=1, owner="8")
    c.call("role.create", name="importer", title="Importer")
    for right in ("sales_leads.import", "sales_leads.opportunity.view", "sales_leads.opportunity.view_all", "sales_leads.opportunity.change"):
        c.call("role.grant", role="importer", permission=right)
    c.call("user.create", login="ida", password="long enough", name="Ida", roles=["importer"], employee=1)
    batch = c.call("import.begin", entity="activity", title="mine")["batch"]
    c.call("activity.import", batch=batch, rows=[{"opportunity": "O1", "title": "A note"}])
    ida = c.as_user("ida")
    answer = ida.call("activity.import", keep_good=True, rows=[{"opportunity": "O1", "title": "x"}, {"lead": "L1", "title": "x"}])
    test.assertEqual([r["key"] for r in answer["rejected"]], ["opportunity.change.right", "permission.missing"])
    test.assertEqual([x["key"] for x in ida.call("import.undo", batch=batch)["left"]], ["import.undo.right"])
    # Settings are taken back by those who may set them.
    for entity, rows in (("step", [{"code": "extra", "title": "Extra", "probability": "5"}]), ("pipeline", [{"title": "Extra"}]),
                         ("group_member", [{"group": "north", "employee": "7", "from": "2025-01-01"}])):
        batch = c.call("import.begin", entity=entity, title=entity)["batch"]
        test.assertEqual(c.call(f"{entity}.import", batch=batch, rows=rows)["created"], 1)
        test.assertEqual([x["key"] for x in ida.call("import.undo", batch=batch)["left"]], ["import.undo.right"], entity)
        with test.assertRaises(Refused) as refused:
            ida.call(f"{entity}.import", rows=rows)
        test.assertEqual(refused.exception.key, "permission.denied")


def members_of_groups(test, c):
    world(c)
    c.call("group.create", title="South", code="south")
    head = "group,employee,from,to\n"
    text = head + "north,7,2025-01-01,2025-06-30\nsouth,7,2025-07-01,\nboard,7,2024-01-01,\nnorth,8,,\n"
    test.assertEqual(take(test, c, "group_members", text, "--dry-run")["created"], 4)
    answer = take(test, c, "group_members", text)
    test.assertEqual(counts(answer), (4, 0, 0, 0))
    bad = take(test, c, "group_members", head + "north,7,2025-07-05,\nnorth,7,2025-02-01,\nwest,7,2025-01-01,\nnorth,99,2025-01-01,\n"
                                                "north,7,2025-01-01,2024-01-01\nsouth,8,2025-01-01,\nnorth,7,2025-01-01,2025-12-31\n", code=1)
    test.assertEqual([(f[0], f[1]) for f in faults(bad)],
                     [(2, "employee"), (3, "from"), (4, "group"), (5, "employee"), (6, "to"), (7, "employee"), (8, "employee")])
    second = take(test, c, "group_members", head + "south,7,2025-07-01,2025-12-31\nnorth,8,,\n")
    test.assertEqual(counts(second), (0, 1, 1, 0))

    def make(other):
        world(other)
        other.call("group.create", title="South", code="south")
    comes_back_whole(test, c, "group_members", "group_member", make=make)
    test.assertEqual(command(test, c, "import", "--undo", second["batch"])["undone"], 1)
    rows = {(r["group"], r["employee"]): r["to"] for r in exported(test, c, "group_member")}
    test.assertEqual(rows[("south", "7")], "")
    c.call("group.end_member", group="south", employee="7", to="2026-01-31")
    c.call("period.close", through="2025-01-31", reason="told to the board")
    undone = command(test, c, "import", "--undo", answer["batch"], code=1)
    test.assertEqual((undone["undone"], undone["rejected"]), (0, 4), "one was changed since, three reach into a closed period")
    # A row that is dated into the closed period counts from the first open day on, as by the form.
    late = c.call("group_member.import", rows=[{"group": "board", "employee": "8", "from": "2024-05-01"}])
    test.assertEqual((late["created"], [w["key"] for w in late["warnings"]]), (1, ["group.member.closed"]))
    test.assertEqual({(r["group"], r["employee"]): r["from"] for r in exported(test, c, "group_member")}[("board", "8")], "2025-02-01")


CASES = [members_of_campaigns, a_lead_that_one_may_not_see_is_no_member_to_take_or_tell, costs_of_campaigns,
         alike_costs_stay_apart_over_several_calls, pipelines_and_steps, what_a_pipeline_took_is_given_back, activities,
         whose_records_one_may_not_change_get_no_activities, members_of_groups]


class ImportRecords(unittest.TestCase):
    pass


def add(case, backend):
    def run(self):
        with Company(backend()) as company:
            case(self, company)
    run.__doc__ = case.__doc__
    setattr(ImportRecords, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
