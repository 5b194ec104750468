# SPDX-License-Identifier: Apache-2.0
"""Leads from a file: dry runs that name the doubles, upsert by external id, batches that are resumed and undone, workbooks,
refused rows in a file, and who may do it."""
import csv
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workbook  # noqa: E402
from sales_side import as_user, audit, cases, module_rows, refused, user  # noqa: E402

HEAD = "external_id,kind,name,first_name,last_name,org_number,email,email2,phone,postal_code,city,country,turnover,owner,source,description\n"
TABLES = ("sl_lead", "sl_lead_contact", "sl_lead_key", "sl_lead_history", "sl_activity", "sl_campaign_member")


def _run(test, c, *arguments, code=0):
    c.stop()
    done = c.cli(*arguments)
    test.assertEqual(done.returncode, code, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def _take(test, c, text, *arguments, code=0, name="leads.csv"):
    file = c.folder / name
    file.write_text(text, encoding="utf-8")
    return _run(test, c, "import", "leads", file, *arguments, code=code)


def _faults(answer):
    with open(answer["errors"], encoding="utf-8", newline="") as file:
        return [(int(r["line"]), r["column"], r["value"], r["reason"]) for r in csv.DictReader(file)]


def _leads(c):
    return {lead["external_id"]: c.call("lead.get", id=lead["id"]) for lead in c.pages("lead.list", "leads", limit=200)}


def _counts(c):
    c.stop()
    return {table: module_rows(c, f"select count(*) as n from {table}")[0]["n"] for table in TABLES}


def _company(number, **more):
    return {"external_id": f"L{number}", "name": f"Bolaget {number} AB", "emails": [f"info@bolag{number}.example"], "postal_code": "11455", **more}


def a_dry_run_names_faults_and_doubles_and_writes_nothing(test, c):
    c.call("customer.create", name="Norrland Tents AB", organisation_number="556036-0793")
    old = c.call("lead.create", name="Acme AB", emails=["info@acme.example"], external_id="OLD")["id"]
    rule = c.call("employee.create", name="Anna")["id"]
    c.call("lead_rule.create", title="All", employee=rule)
    before = _counts(c)
    rows = [{"external_id": "A", "name": "Acme", "emails": ["info@acme.example"]},
            {"external_id": "B", "name": "Norrland Tents", "org_number": "5560360793", "emails": ["b@north.example"]},
            {"external_id": "C", "name": "Other", "emails": ["b@north.example"]},
            {"external_id": "D", "name": "Bad", "emails": ["nobody"]},
            {"external_id": "OLD", "name": "Acme AB", "emails": ["info@acme.example"]},
            {"external_id": "A", "name": "Twice"}]
    answer = c.call("lead.import", rows=rows, dry_run=True, keep_good=True)
    test.assertEqual({k: answer[k] for k in ("accepted", "created", "updated", "same", "skipped", "dry_run")},
                     {"accepted": 4, "created": 3, "updated": 0, "same": 1, "skipped": 0, "dry_run": True})
    test.assertEqual([(r["row"], r["field"], r["key"]) for r in answer["rejected"]],
                     [(4, "emails", "lead.emails.invalid"), (6, "external_id", "lead.external_id.twice")])
    doubles = {d["row"]: d for d in answer["duplicates"]}
    test.assertEqual(set(doubles), {1, 2, 3})
    test.assertEqual([(d["id"], set(d["reasons"])) for d in doubles[1]["leads"]], [(old, {"email", "domain"})])
    test.assertEqual([x["name"] for x in doubles[2]["customers"]], ["Norrland Tents AB"])
    test.assertEqual([(d["id"], d["row"]) for d in doubles[2]["leads"]], [(None, 3)])
    test.assertEqual([(d["id"], d["row"]) for d in doubles[3]["leads"]], [(None, 2)])
    test.assertEqual(_counts(c), before)

    text = HEAD + "A,,Acme,,,,info@acme.example,,,,,,,,,\nB,,Beta,,,,nobody,,,,,,,,,\nOLD,,Acme Ltd,,,,,,,,,,,,,\n"
    answer = _take(test, c, text, "--dry-run", "--keep-good", "--upsert")
    test.assertEqual((answer["created"], answer["updated"], answer["rejected"], answer["batch"], answer["dry_run"]), (1, 1, 1, None, True))
    test.assertEqual([f[:3] for f in _faults(answer)], [(3, "emails", "nobody")])
    test.assertEqual(_counts(c), before)
    test.assertEqual(c.call("import.list")["batches"], [])
    # The real call afterwards finds the same doubles, now with their ids.
    made = c.call("lead.import", rows=rows, keep_good=True)
    test.assertEqual((made["created"], made["same"], len(made["rejected"])), (3, 1, 2))
    now = _leads(c)
    doubles = {d["row"]: d for d in made["duplicates"]}
    test.assertEqual([d["id"] for d in doubles[2]["leads"]], [now["C"]["id"]])
    test.assertEqual(now["A"]["owner"]["id"], rule)


def one_bad_row_refuses_all_unless_the_good_are_kept(test, c):
    text = HEAD + "A,,Acme,,,,a@acme.example,,,,,,,,,\nB,,Beta,,,,nobody,,,,,,,,,\n"
    answer = _take(test, c, text, code=1)
    test.assertEqual((answer["accepted"], answer["created"], answer["rejected"]), (0, 0, 1))
    test.assertEqual(_leads(c), {})
    answer = c.call("lead.import", rows=[_company(1), {"name": "x", "emails": ["nobody"]}])
    test.assertEqual((answer["accepted"], len(answer["rejected"]), answer["duplicates"]), (0, 1, []))
    test.assertEqual(_leads(c), {})
    answer = _take(test, c, text, "--keep-good")
    test.assertEqual((answer["created"], answer["rejected"]), (1, 1))
    test.assertEqual([f[:3] for f in _faults(answer)], [(3, "emails", "nobody")])
    test.assertEqual(set(_leads(c)), {"A"})


def a_row_beyond_its_limits_costs_only_itself(test, c):
    """Length, form, range and choice of a field are checked row by row, as everything else is."""
    long, good = "x" * 201, {"name": "Good"}
    bad = [{"name": long}, {"name": "A", "country": "Sverige"}, {"name": "A", "employees": -5}, {"name": "A", "kind": "alien"},
           {"name": "A", "no_such": 1}]
    answer = c.call("lead.import", rows=[*bad, good], keep_good=True)
    test.assertEqual((answer["accepted"], [(r["row"], r["field"]) for r in answer["rejected"]]),
                     (1, [(1, "name"), (2, "country"), (3, "employees"), (4, "kind"), (5, "no_such")]))
    words = {"name": "text på högst 200 tecken (det här har 201)", "country": "ett land med två versaler, som SE",
             "employees": "ett heltal från 0", "kind": "något av company, person", "no_such": "inget fält"}
    spoken = c.cli("batch", "--lang", "sv", stdin=json.dumps({"action": "lead.import", "input": {"rows": bad, "dry_run": True}}) + "\n")
    for fault in json.loads(spoken.stdout)["result"]["rejected"]:
        test.assertIn(words[fault["field"]], fault["message"])
    customer = c.call("customer.create", name="Acme", number="1001")["id"]
    for row in ({"title": long}, {"title": "T", "recurring_months": 700}):
        answer = c.call("opportunity.import", rows=[{"customer": customer, **row}, {"customer": customer, "title": "Good"}], keep_good=True)
        test.assertEqual((answer["accepted"], [(r["row"], r["field"]) for r in answer["rejected"]]), (1, [(1, list(row)[-1])]))

    # A long file: the row is told by its line, in the caller's language, and the batch is closed.
    text = HEAD + "".join(f"F{i},,{long if i == 2500 else 'Bolag'},,,,,,,,,,,,,\n" for i in range(3000))
    answer = _take(test, c, text, "--keep-good", "--lang", "nb")
    test.assertEqual((answer["created"], answer["rejected"]), (2999, 1))
    (line, column, value, reason), = _faults(answer)
    test.assertEqual((line, column, value[:3]), (2502, "name", "xxx"))
    test.assertIn("tekst på høyst 200 tegn", reason)
    test.assertEqual(c.call("import.status", batch=answer["batch"])["state"], "done")
    answer = _take(test, c, HEAD + f"G1,,{long},,,,,,,,,,,,,\nG2,,Fine,,,,,,,,,,,,,\n", "--dry-run", "--keep-good")
    test.assertEqual((answer["created"], [f[:2] for f in _faults(answer)]), (1, [(2, "name")]))


def a_file_comes_in_as_text_and_as_workbook(test, c):
    c.call("employee.create", name="Anna", number="7")
    row = ["P1", "person", "", "Zoë", "Åkesson", "", "zoe@a.example", "z@b.example", "070-123 45 67", "11455", "Umeå", "SE", "", "7", "", "Räk"]
    answer = _take(test, c, HEAD + ",".join(row) + "\nC1,company,Acme AB,,,556036-0793,,,,,,,1234.50,,,\n")
    test.assertEqual((answer["created"], answer["rejected"]), (2, 0))
    now = _leads(c)
    person, company = now["P1"], now["C1"]
    test.assertEqual((person["kind"], person["title"], person["emails"], person["phones"], person["owner"]["number"], person["description"]),
                     ("person", "Zoë Åkesson", ["zoe@a.example", "z@b.example"], ["070-123 45 67"], "7", "Räk"))
    test.assertEqual((company["kind"], company["turnover"]["minor"], company["turnover"]["currency"]), ("company", 123450, "SEK"))
    # The same as a workbook with Swedish headings: known by their ids, so refused without --upsert and the same with it.
    file = c.folder / "leads.xlsx"
    workbook.write(file, [["Externt id", "Slag", "Förnamn", "Efternamn", "E-post", "Andra e-post", "Telefon", "Ort", "Ansvarig"],
                          ["P1", "Person", "Zoë", "Åkesson", "zoe@a.example", "z@b.example", "070-123 45 67", "Umeå", "7"],
                          ["P2", "Person", "Ola", "Nordmann", "ola@c.example", "", "", "Oslo", ""]])
    taken = _run(test, c, "import", "leads", file, "--map", "leads", code=1)
    test.assertEqual((taken["accepted"], [f[:3] for f in _faults(taken)]), (0, [(2, "external_id", "P1")]))
    again = _run(test, c, "import", "leads", file, "--map", "leads", "--upsert")
    test.assertEqual((again["created"], again["updated"], again["same"]), (1, 0, 1))
    test.assertEqual(_leads(c)["P1"], person, "the same row again changes nothing, no version and no history")


def an_import_is_undone_where_nobody_touched_it(test, c):
    anna, bo = (c.call("employee.create", name=n, number=n)["id"] for n in ("Anna", "Bo"))
    c.call("campaign.create", title="Fair", code="fair", start="2025-01-01")
    c.call("source.create", title="Web", code="web_form")
    first = [_company(i, phones=["070-123 45 6" + str(i)], owner="Anna", turnover={"minor": 500, "currency": "SEK"}, description=f"old {i}") for i in range(1, 6)]
    c.call("lead.import", rows=first)
    start = _leads(c)
    c.call("lead.retire", id=start["L2"]["id"], reason="asleep")
    before, counted = _leads(c), _counts(c)
    text = HEAD + ("L1,,New name AB,,,556036-0793,new@other.example,,08-123 45 67,90001,Umeå,SE,99.00,Bo,web_form,new\n"
                   "L2,,Bolaget 2 AB,,,,,,,,,,,,,woken\nL3,,Changed AB,,,,,,,,,,,,,\nL4,,Held AB,,,,,,,,,,,,,\nL5,,Bolaget 5 AB,,,,,,,,,,,,,\n"
                   + "".join(f"N{i},,Nytt {i} AB,,,,n{i}@nytt.example,,,,,,,,,\n" for i in range(6)))
    answer = _take(test, c, text, "--upsert")
    test.assertEqual((answer["created"], answer["updated"], answer["same"]), (6, 4, 1))
    now = _leads(c)
    test.assertEqual((now["L1"]["title"], now["L1"]["owner"]["id"], now["L1"]["emails"]), ("New name AB", bo, ["new@other.example"]))
    c.call("lead.update", id=now["L3"]["id"], city="Kiruna")         # touched by hand since
    c.call("lead.update", id=now["N1"]["id"], city="Kiruna")
    c.call("activity.create", lead=now["N2"]["id"], kind="task", title="Ring")
    c.call("campaign.add_members", id="fair", leads=[now["N3"]["id"]])
    c.call("lead.merge", id=now["N4"]["id"], merged=now["N5"]["id"])
    kept = _leads(c)
    undone = _run(test, c, "import", "--undo", answer["batch"])
    test.assertEqual((undone["undone"], undone["rejected"]), (4, 6), _faults(undone))
    reasons = {int(value): reason for _, _, value, reason in _faults(undone)}
    test.assertEqual(set(reasons), {now[k]["id"] for k in ("L3", "N1", "N2", "N3", "N4", "N5")})
    test.assertIn("was changed after the import", reasons[now["L3"]["id"]])
    test.assertIn("refer to the record", reasons[now["N2"]["id"]])
    left = _leads(c)
    test.assertEqual(set(left), set(before) | {"N1", "N2", "N3", "N4", "N5"})
    for key in ("L3", "N1", "N2", "N3", "N4", "N5"):
        test.assertEqual(left[key], kept[key], key)
    volatile = {"version", "changed_at", "history"}
    for key in ("L1", "L2", "L4", "L5"):
        test.assertEqual({k: v for k, v in left[key].items() if k not in volatile}, {k: v for k, v in before[key].items() if k not in volatile}, key)
    test.assertEqual(left["L5"]["version"], before["L5"]["version"], "a row that changed nothing has nothing to take back")
    test.assertEqual([d["id"] for d in c.call("lead.duplicates", name="x", emails=["new@other.example"])["duplicates"]], [], "keys go back too")
    test.assertEqual([d["id"] for d in c.call("lead.duplicates", name="x", emails=["info@bolag1.example"])["duplicates"]], [left["L1"]["id"]])
    gone = now["N0"]["id"]
    c.stop()
    for table, column in (("sl_lead", "id"), ("sl_lead_contact", "lead_id"), ("sl_lead_key", "lead_id"), ("sl_lead_history", "lead_id")):
        test.assertEqual(module_rows(c, f"select count(*) as n from {table} where {column} = {gone}")[0]["n"], 0, table)
    test.assertEqual(audit(c, "lead", gone), ["lead.import", "import.undo"])
    test.assertEqual(c.call("import.status", batch=answer["batch"])["state"], "undone")
    again = _run(test, c, "import", "--undo", answer["batch"], code=1)
    test.assertEqual((again["undone"], again["rejected"]), (0, 6))

    # All of a file vanishes without a trace but the log's, and its ids never come to mean another lead.
    counted = _counts(c)
    whole = _take(test, c, HEAD + "".join(f"W{i},,Whole {i} AB,,,,w{i}@whole.example,,,,,,,,,\n" for i in range(3)), name="whole.csv")
    highest = max(lead["id"] for lead in _leads(c).values())
    test.assertEqual(_run(test, c, "import", "--undo", whole["batch"])["undone"], 3)
    test.assertEqual(_counts(c), counted)
    test.assertGreater(c.call("lead.create", name="Next AB")["id"], highest)


def a_broken_off_import_goes_on_where_it_stopped(test, c):
    file = c.folder / "many.csv"
    file.write_text("external_id,name,email\n" + "".join(f"L{i},Bolaget {i} AB,info@bolag{i}.example\n" for i in range(1, 31)) + "L3,Twice,\n", encoding="utf-8")
    batch = c.call("import.begin", entity="lead", title=f"many.csv ({file.stat().st_size} bytes)")["batch"]
    rows = [{"external_id": f"L{i}", "name": f"Bolaget {i} AB", "emails": [f"info@bolag{i}.example"]} for i in range(1, 13)]
    sent = c.call("lead.import", rows=rows, batch=batch, row_numbers=list(range(1, 13)))
    test.assertEqual((sent["created"], sent["skipped"]), (12, 0))
    # The same chunk again, as after an answer that was lost; those without an id too.
    again = c.call("lead.import", rows=rows, batch=batch, row_numbers=list(range(1, 13)))
    test.assertEqual((again["skipped"], again["created"], again["same"], again["accepted"], again["rejected"]), (12, 0, 0, 0, []))
    side = c.call("import.begin", entity="lead", title="rows without ids")["batch"]
    for _ in range(2):
        c.call("lead.import", rows=[{"name": "No id AB"}], batch=side, row_numbers=[5])
    test.assertEqual(c.call("import.status", batch=side)["created"], 1)
    _run(test, c, "import", "--undo", side)
    answer = _run(test, c, "import", "leads", file, "--keep-good", "--resume", batch)
    test.assertEqual((answer["created"], answer["rejected"], answer["batch"]), (18, 1, batch))
    test.assertEqual([f[:2] for f in _faults(answer)], [(32, "external_id")])
    test.assertEqual(len(_leads(c)), 30)
    status = c.call("import.status", batch=batch)
    test.assertEqual((status["state"], status["created"]), ("done", 30))
    test.assertEqual(refused(test, c, "lead.import", rows=rows, batch=batch).key, "import.batch.state")
    other = c.call("import.begin", entity="opportunity", title="deals")["batch"]
    test.assertEqual(refused(test, c, "lead.import", rows=rows, batch=other).key, "import.batch.entity")
    numbers = c.call("import.begin", entity="lead", title="x")["batch"]
    test.assertEqual(refused(test, c, "lead.import", rows=rows, batch=numbers, row_numbers=[2, 1]).key, "import.row_numbers.invalid")
    undone = _run(test, c, "import", "--undo", batch)
    test.assertEqual((undone["undone"], _leads(c)), (30, {}))


def upsert_is_the_default_of_the_action_and_can_be_declined(test, c):
    c.call("lead.import", rows=[_company(1), _company(2)])
    before = _leads(c)
    declined = c.call("lead.import", rows=[_company(1, city="Oslo"), _company(3)], upsert=False, keep_good=True)
    test.assertEqual((declined["created"], [(r["row"], r["key"]) for r in declined["rejected"]]), (1, [(1, "lead.external_id.taken")]))
    test.assertEqual(_leads(c)["L1"], before["L1"])
    answer = c.call("lead.import", rows=[_company(1, city="Oslo"), _company(2)])
    test.assertEqual((answer["updated"], answer["same"], _leads(c)["L1"]["city"]), (1, 1, "Oslo"))


def who_may_import_leads_and_what_they_hear_of(test, c):
    """Without the right nobody imports; with it nobody changes, or hears of, leads outside the scope."""
    people = {n: c.call("employee.create", name=n, number=n)["id"] for n in ("Anna", "Bo")}
    c.call("role.create", name="importer", title="Importer")
    for right in ("sales_leads.import", "sales_leads.lead.view", "sales_leads.lead.change"):
        c.call("role.grant", role="importer", permission=right)
    user(c, "ida", ["importer"], people["Anna"])
    user(c, "sven", ["seller"], people["Anna"])
    c.call("lead.import", rows=[_company(1, owner="Anna"), _company(2, owner="Bo")])
    test.assertEqual(refused(test, _As(c, "sven"), "lead.import", rows=[_company(9)]).key, "permission.denied")
    answer = as_user(c, "ida", "lead.import", keep_good=True,
                     rows=[_company(1, city="Ours"), _company(2, city="Mine"), {"name": "Like both", "emails": ["info@bolag1.example", "info@bolag2.example"]}])
    test.assertEqual((answer["created"], answer["updated"]), (1, 1))
    test.assertEqual([(r["row"], r["key"]) for r in answer["rejected"]], [(2, "lead.external_id.taken")])
    now = _leads(c)
    test.assertEqual((now["L1"]["city"], now["L2"]["city"]), ("Ours", ""))
    test.assertEqual([[lead["id"] for lead in d["leads"]] for d in answer["duplicates"]], [[now["L1"]["id"]]], "whom she cannot see is not there")


def whoever_undoes_an_import_changes_only_what_is_theirs(test, c):
    """The right to import is not the right to change everybody's leads: what is not theirs stays, with its reason."""
    for name in ("Anna", "Bo"):
        c.call("employee.create", name=name, number=name)
    c.call("role.create", name="importer", title="Importer")
    for right in ("sales_leads.import", "sales_leads.lead.view", "sales_leads.lead.view_all", "sales_leads.lead.change"):
        c.call("role.grant", role="importer", permission=right)
    user(c, "ida", ["importer"], 1)
    c.call("lead.import", rows=[_company(3, owner="Bo")])
    batch = c.call("import.begin", entity="lead", title="everybody's")["batch"]
    c.call("lead.import", batch=batch, rows=[_company(1, owner="Anna"), _company(2, owner="Bo"), _company(3, owner="Bo", city="Oslo"), _company(4, owner=None)])
    undone = as_user(c, "ida", "import.undo", batch=batch)
    test.assertEqual((undone["undone"], [(x["row"], x["key"]) for x in undone["left"]]), (2, [(2, "import.undo.right"), (3, "import.undo.right")]))
    now = _leads(c)
    test.assertEqual((set(now), now["L3"]["city"]), ({"L2", "L3"}, "Oslo"))
    test.assertEqual(c.call("import.undo", batch=batch)["undone"], 2)
    now = _leads(c)
    test.assertEqual((set(now), now["L3"]["city"]), ({"L3"}, ""))


class _As:
    def __init__(self, company, login):
        self.company, self.login = company, login

    def call(self, action, /, **fields):
        return as_user(self.company, self.login, action, **fields)


LeadImport = cases(globals(), "LeadImport")

if __name__ == "__main__":
    unittest.main()
