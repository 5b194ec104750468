# SPDX-License-Identifier: Apache-2.0
"""A person's rights: found, handed out, and erased from every text of every table of the module."""
import json
import os
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends, compare  # noqa: E402
from sales_side import module_rows  # noqa: E402

NAME, EMAIL, PHONE = "Zöe Kväckmarker", "zoe.kvackmarker@example.org", "+46 70 999 88 77"


class Tables:
    """The module's tables seen from outside, and rows written past the module where no action writes them."""

    def __init__(self, company):
        company.stop()
        self.backend = company.backend
        self.schema = ""
        if self.backend.name == "postgres":
            found = self.backend.psql(self.backend.url, "copy (select table_schema from information_schema.tables where table_name = 'sl_lead') to stdout")
            self.schema = found.strip() + "."

    def columns(self):
        """{table: [(column, is text)]}"""
        if self.backend.name == "postgres":
            rows = self.backend.rows("select table_name, column_name, data_type as type from information_schema.columns "
                                     f"where table_schema = '{self.schema[:-1]}' order by table_name, ordinal_position")
        else:
            rows = self.backend.rows("select t.name as table_name, c.name as column_name, lower(c.type) as type from sqlite_master t "
                                     "join pragma_table_info(t.name) c where t.type = 'table' and t.name like 'sl_%'")
        tables = {}
        for r in rows:
            tables.setdefault(r["table_name"], []).append((r["column_name"], r["type"] == "text"))
        return tables

    def run(self, sql):
        if self.backend.name == "postgres":
            self.backend.psql(self.backend.url, f"set search_path to {self.schema[:-1]}, public; {sql}")
            return
        connection = sqlite3.connect(self.backend.file)
        try:
            connection.executescript(sql)
        finally:
            connection.close()

    def insert(self, table, **values):
        texts = ["'" + v.replace("'", "''") + "'" if isinstance(v, str) else str(v) for v in values.values()]
        self.run(f"insert into {table} ({', '.join(values)}) values ({', '.join(texts)})")

    def cells(self):
        """Every cell of every table as text: (table, column, text)."""
        for table, columns in self.columns().items():
            for row in self.backend.rows(f"select * from {self.schema}{table}"):
                for column, _ in columns:
                    yield table, column, str(row[column])


STAMP = {"created_at": 1, "created_by": 1, "changed_at": 1, "changed_by": 1}


def write_everywhere(c, customer):
    """The person in every table that can hold a text. Answers the tables' lead ids: the person's own, and another's."""
    deal = c.opportunity(f"Deal with {NAME}", customer, external_id=f"crm/{EMAIL}", description=f"Ring {NAME.upper()} on {PHONE}!")
    other = c.opportunity("Kväckmarkerson's deal", customer, description="Zöe is somebody else")
    c.call("opportunity.lose", id=c.opportunity("Lost", customer), rejection=c.call("rejection.create", title="Dear", code="dear")["id"],
           note=f"{NAME} said no")
    fair = c.campaign(f"Fair with {NAME}", "fair")
    c.call("campaign.add_cost", id=fair, amount={"minor": 100}, date="2025-01-01", text=f"Gift to {EMAIL}")
    order = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.call("link.set", document_kind="order", document=order["id"], shares=[{"opportunity": other, "share": 100}], reason=f"{NAME} asked",
           request_id=f"for {NAME}")
    c.call("period.close", through="2025-01-31", reason=f"{NAME} reported")
    c.call("opportunity.update", id=deal, title=f"{NAME}s deal, {NAME}: yes", request_id="r")
    t = Tables(c)
    t.insert("sl_lead", id=501, company_id=1, kind="person", name=NAME, first_name="Zöe", last_name="Kväckmarker", org_number="800101-1234",
             website="zoe.example.org", street="Kväckgatan 1", external_id=EMAIL, description="Likes frogs", score_reasons=f'["{EMAIL}"]', **STAMP)
    t.insert("sl_lead", id=502, company_id=1, kind="company", name="Grodan AB", first_name="Other", last_name="Person", description=f"Knows {NAME}", **STAMP)
    for n, (lead, kind, value) in enumerate([(501, "email", EMAIL), (501, "phone", PHONE), (502, "email", "info@grodan.example")]):
        t.insert("sl_lead_contact", company_id=1, lead_id=lead, kind=kind, value=value, position=n)
    for kind, value in (("email", EMAIL), ("phone", "+46709998877"), ("name", "kväckmarker zöe 123 45")):
        t.insert("sl_lead_key", company_id=1, kind=kind, value=value, lead_id=501)
    t.insert("sl_lead_key", company_id=1, kind="email", value=EMAIL, lead_id=502)
    for field, value in (("name", NAME), ("email", EMAIL), ("status", "working")):
        t.insert("sl_lead_history", company_id=1, lead_id=501, field=field, value=value, effective_at=1, recorded_at=1, actor_id=1)
    for entity, number in (("lead", 501), ("opportunity", deal), ("customer", customer)):
        t.insert("sl_activity", company_id=1, entity=entity, entity_id=number, kind="note", title=f"Call {NAME}", text=f"{NAME}: frogs" if entity == "lead" else f"{NAME}: bridges", reference=EMAIL, **STAMP)
    t.insert("sl_conversion", company_id=1, lead_id=501, request_id="x", state="done", wishes=json.dumps({"name": NAME}), last_error=f"{EMAIL} is taken", **STAMP)
    for survivor, merged in ((501, 502), (502, 501)):
        t.insert("sl_merge", company_id=1, survivor_id=survivor, merged_id=merged, survivor_before=json.dumps({"name": NAME}, ensure_ascii=False),
                 merged_before=json.dumps({"name": NAME}, ensure_ascii=False), moved="[]", survivor_version=1, reason=f"both {NAME}", created_at=1, created_by=1)
    t.insert("sl_import_batch", id=7, company_id=1, entity="lead", title=f"{NAME}s list", state="done", **STAMP)
    t.insert("sl_import_row", company_id=1, batch_id=7, row_no=1, act="updated", record_id=501, before=json.dumps({"name": "Zöe"}))
    t.insert("sl_import_row", company_id=1, batch_id=7, row_no=2, act="updated", record_id=502, before=json.dumps({"email": EMAIL}))
    t.insert("sl_customer_extra", company_id=1, customer_id=customer, contact_origin=f"by {NAME}", products=NAME, own_fields=json.dumps({"who": NAME}, ensure_ascii=False), **STAMP)
    t.insert("sl_lead_rule", company_id=1, position=1, title=f"To {NAME}", **STAMP)
    t.insert("sl_request", company_id=1, actor_id=9, request_id="old", action="lead.create", input_hash="0", response=json.dumps({"name": NAME}, ensure_ascii=False), at=4102444800000000)
    t.insert("sl_parked", company_id=1, document_kind="order", document_id=999, sequence=0, reason_key="x", reason=f"by {NAME}", parked_at=1, next_try_at=4102444800000000)
    return t


def marks(text):
    low = text.lower()
    return "kväckmarker zöe" in low or "zöe kväckmarker" in low or "kvackmarker" in low or "999 88 77" in low or "9998877" in low or "frogs" in low


def erased_everywhere(test, c):
    customer = c.customer("Acme", contacts=[{"name": NAME, "email": EMAIL, "phone": PHONE}])
    write_everywhere(c, customer)
    before = {(t, k) for t, k, text in Tables(c).cells() if marks(text)}
    test.assertGreaterEqual(len({t for t, _ in before}), 17, "the marker must stand everywhere, or its absence shows nothing")
    ledger = c.balances()

    found = c.call("person.find", email=EMAIL.upper())["persons"]
    test.assertEqual([(p["kind"], p["name"]) for p in found], [("lead", NAME), ("contact", NAME)])
    for query in ({"phone": "070-999 88 77"}, {"name": "kväckmarker"}):
        test.assertEqual([(p["kind"], p["id"]) for p in c.call("person.find", **query)["persons"]], [("lead", 501), ("contact", found[1]["id"])])
    with test.assertRaises(Refused):
        c.call("person.find")

    held = c.call("person.export", kind="lead", id=501)
    test.assertEqual(set(held["records"]), {"lead", "lead_contact", "lead_key", "lead_history", "activity", "conversion", "merge", "import_row"})
    test.assertEqual((held["records"]["lead"][0]["name"], held["whole"]), (NAME, True))
    mentioned = {(m["table"], m["column"]) for m in held["mentions"]}
    test.assertTrue({("opportunity", "description"), ("opportunity", "title"), ("user_link", "reason"), ("campaign_cost", "text")} <= mentioned, mentioned)

    done = c.call("person.erase", kind="lead", id=501, reason=f"{NAME} wrote a letter")
    test.assertEqual((done["erased_before"], done["fields"] > 30), (False, True))
    cells = list(Tables(c).cells())
    test.assertEqual([cell for cell in cells if marks(cell[2])], [])

    # What is not the person's stays: the company, other people's names, figures, ids.
    texts = {text for _, _, text in cells}
    for kept in ("Grodan AB", "info@grodan.example", "Kväckmarkerson's deal", "Zöe is somebody else", "Knows [erased]", "working",
                 "[erased] wrote a letter"):
        test.assertIn(kept, texts)
    test.assertEqual(c.balances(), ledger)
    test.assertTrue(c.call("ledger.verify")["ok"])

    again = c.call("person.erase", kind="lead", id=501, reason="once more")
    test.assertEqual(again, {"fields": 0, "erased_before": True})
    test.assertEqual(len([1 for t, k, _ in Tables(c).cells() if (t, k) == ("sl_erasure", "id")]), 1)
    test.assertEqual([p["kind"] for p in c.call("person.find", email=EMAIL)["persons"]], ["contact"])  # the host's own record is the host's
    with test.assertRaises(Refused) as refused:
        c.call("person.erase", kind="lead", id=999, reason="who?")
    test.assertEqual(refused.exception.key, "person.not_found")


def what_the_log_tells(test, c):
    """From what to what a lead was changed goes with the person; that it was changed, when and by whom, stays."""
    lead = c.call("lead.create", kind="person", first_name="Zöe", last_name="Kväckmarker", street="Kväckgatan 1", emails=[EMAIL])["id"]
    c.call("lead.update", id=lead, street="Kväckvägen 2", description="Likes frogs")
    c.call("activity.create", lead=lead, kind="note", title="About frogs")
    deal = c.opportunity("Deal", c.customer("Acme"))
    c.call("opportunity.update", id=deal, title=f"Deal with {NAME}")
    log = lambda: [text for table, column, text in Tables(c).cells() if (table, column) == ("sl_audit", "changes") and text]  # noqa: E731
    held = "".join(log())
    for word in ("Kväckgatan", "Kväckvägen", "frogs", f"Deal with {NAME}"):
        test.assertIn(word, held)
    actions = len([1 for table, column, _ in Tables(c).cells() if (table, column) == ("sl_audit", "action")])
    c.call("person.erase", kind="lead", id=lead, reason="asked for")
    left = "".join(log())
    for word in ("Kväck", "Zöe", "frogs"):
        test.assertNotIn(word, left)
    test.assertIn("Deal with [erased]", left)
    test.assertEqual(len([1 for table, column, _ in Tables(c).cells() if (table, column) == ("sl_audit", "action")]), actions + 1)


def what_an_import_remembers(test, c):
    """What a lead was before an import, what other leads were that named it, and the answers that requests keep."""
    c.customer(NAME)  # told as a double in the import's answer
    batch = c.call("import.begin", entity="lead", title=f"for {NAME}")["batch"]
    first = [{"external_id": "Z", "kind": "person", "first_name": "Zöe", "last_name": "Kväckmarker", "emails": ["frogs.1@old.example"], "phones": ["+46 70 999 88 77"],
              "description": "Likes frogs"},
             {"external_id": "G", "name": "Grodan AB", "description": f"Ask {NAME} about it"}]
    c.call("lead.import", rows=first, batch=batch, request_id="first")
    second = [{"external_id": "Z", "kind": "person", "emails": [EMAIL], "description": "Likes toads"}, {"external_id": "G", "description": "Ask nobody"},
              {"name": "Bad AB", "emails": [f"not an address: {NAME}"]},
              {"external_id": "N", "kind": "person", "first_name": "Zöe", "last_name": "Kväckmarker", "description": "Another with the same name"}]
    answer = c.call("lead.import", rows=second, batch=batch, keep_good=True, request_id="second")
    test.assertEqual((answer["updated"], answer["created"], len(answer["rejected"]), len(answer["duplicates"])), (2, 1, 1, 1))
    held = {(t, k) for t, k, text in Tables(c).cells() if marks(text)}
    test.assertTrue({("sl_import_row", "before"), ("sl_request", "response"), ("sl_import_batch", "title")} <= held, held)
    lead = next(p["id"] for p in c.call("person.find", email=EMAIL)["persons"] if p["kind"] == "lead")
    other = next(p["id"] for p in c.call("person.find", name="Kväckmarker")["persons"] if p["kind"] == "lead" and p["id"] != lead)
    export = c.call("person.export", kind="lead", id=lead)["records"]["import_row"]
    test.assertTrue(any("frogs.1@old.example" in row["before"] for row in export), export)
    c.call("person.erase", kind="lead", id=lead, reason="asked")
    c.call("person.erase", kind="lead", id=other, reason="the same person")
    test.assertEqual([cell for cell in Tables(c).cells() if marks(cell[2])], [])
    # The import can still be taken back as far as it goes: what was erased stays erased.
    undone = c.call("import.undo", batch=batch)
    test.assertIn(lead, [row["record"] for row in undone["left"]])
    test.assertEqual([cell for cell in Tables(c).cells() if marks(cell[2])], [])
    grodan = next(x for x in c.pages("lead.list", "leads") if x["title"] == "Grodan AB")
    test.assertEqual(c.call("lead.get", id=grodan["id"])["description"], "Ask [erased] about it")


def contacts_and_employees(test, c):
    anna = c.employee("Anna Grodlund")
    customer = c.customer("Acme", contacts=[{"name": NAME, "email": EMAIL, "phone": PHONE}])
    contact = c.call("person.find", name=NAME)["persons"][0]
    deal = c.opportunity(customer=customer, owner=anna, contact=contact["id"], description=f"anna grodlund met {NAME}",
                         title="Deal of Annie", sellers=[(anna, 10000)])
    test.assertEqual([o["id"] for o in c.call("person.export", kind="contact", id=contact["id"])["records"]["opportunity"]], [deal])
    held = c.call("person.export", kind="employee", id=anna)
    test.assertEqual([s["employee_id"] for s in held["records"]["opportunity_seller"]], [anna])
    told = [m["text"] for m in held["mentions"]]
    test.assertEqual([text for text in told if '"description"' not in text], [f"anna grodlund met {NAME}"])
    test.assertEqual(len(told), 2, "the deal, and the log of how it came about")
    c.call("person.erase", kind="employee", id=anna, reason="left", also=["annie"])
    test.assertEqual(c.call("opportunity.get", id=deal)["description"], f"[erased] met {NAME}")
    c.call("person.erase", kind="contact", id=contact["id"], reason="asked")
    shown = c.call("opportunity.get", id=deal)
    test.assertEqual((shown["description"], shown["title"]), ("[erased] met [erased]", "Deal of [erased]"))
    figures, _ = c.figures("seller")
    test.assertEqual(figures, {})


def what_was_under_way(test, c):
    """A merge and a conversion of an erased lead cannot go on from what is no longer known, and say so."""
    first, second, third = (c.call("lead.create", kind="person", last_name=name)["id"] for name in ("One", "Two", "Three"))
    c.call("lead.merge", id=first, merged=second)
    c.call("person.erase", kind="lead", id=second, reason="asked")
    with test.assertRaises(Refused) as refused:
        c.call("lead.unmerge", id=second)
    test.assertEqual(refused.exception.key, "lead.unmerge.erased")
    c.call("role.create", name="telesales", title="Telesales")
    for right in ("lead.view", "lead.change"):
        c.call("role.grant", role="telesales", permission="sales_leads." + right)
    c.call("user.create", login="paula", password="long enough", name="Paula", roles=["telesales"])
    with test.assertRaises(Refused):
        c.as_user("paula").call("lead.convert", id=third)  # the host lets her create no customer
    c.call("person.erase", kind="lead", id=third, reason="asked")
    with test.assertRaises(Refused) as refused:
        c.call("lead.resume_conversion", id=third)
    test.assertEqual(refused.exception.key, "lead.conversion.erased")
    c.call("lead.resume_conversion", id=third, existing_customer=c.customer("Acme"))
    test.assertEqual(c.call("lead.get", id=third)["status"], "converted")


def _holding(c, *words):
    """Cells that hold one of the words, and whatever stands between the digits of numbers."""
    found = []
    for table, column, text in Tables(c).cells():
        bare = "".join(ch for ch in text if ch not in " -()/.").lower()
        found += [(table, column, text) for word in words if word.lower() in text.lower() or word in bare]
    return found


def what_was_merged_is_one_person(test, c):
    """A lead merged into another of the same person is the person too: handed out and erased with it, names in two columns, in the
    images of the merge, and numbers however they are written."""
    first = c.call("lead.create", first_name="Karin", last_name="Österqvist", emails=["karin.osterqvist@example.org"], phones=["070-123 45 67"],
                   org_number="850101-1234", street="Hemliga gatan 3", city="Göteborg", country="SE")["id"]
    second = c.call("lead.create", first_name="KARIN", last_name="ÖSTERQVIST", description="the same", phones=["031 77 88 99"])["id"]
    third = c.call("lead.create", name="Österqvist Båtar AB", first_name="Karin", last_name="Österqvist", phones=["031 77 88 99"])["id"]
    fourth = c.call("lead.create", name="Annat AB", first_name="Karin", last_name="Annorlunda")["id"]
    c.call("activity.create", lead=fourth, kind="note", title="Numren", text="Ring 0701234567, (031)-77 88 99 eller +46 70 123 4567; inte 0701234568. "
           "19850101-1234 och 8501011234, Hemliga gatan 3, inte Hemliga gatan 33")
    c.call("lead.merge", id=first, merged=second, reason="samma")
    test.assertTrue(_holding(c, "österqvist"))

    held = c.call("person.export", kind="lead", id=first)["records"]
    test.assertEqual({lead["id"] for lead in held["lead"]}, {first, second, third})
    test.assertEqual(len(held["merge"]), 1)
    c.call("person.erase", kind="lead", id=first, reason="Karin Österqvist bad om det")
    test.assertEqual(_holding(c, "karin.osterqvist", "0701234567", "46701234567", "031778899", "8501011234", "hemliga gatan 3,"), [])
    # The company keeps its own name; nobody else is taken for the person.
    test.assertEqual({text for _, _, text in _holding(c, "österqvist")}, {"Österqvist Båtar AB"})
    other = c.call("lead.get", id=fourth)
    test.assertEqual((other["first_name"], other["last_name"]), ("Karin", "Annorlunda"))
    note = c.call("activity.list", lead=fourth, plain=None)["activities"][0]["text"]
    test.assertEqual(note, "Ring [erased], [erased] eller [erased]; inte 0701234568. [erased] och [erased], [erased], inte Hemliga gatan 33")
    with test.assertRaises(Refused) as refused:
        c.call("lead.unmerge", id=second)
    test.assertEqual(refused.exception.key, "lead.unmerge.erased")
    test.assertEqual(c.call("person.erase", kind="lead", id=second, reason="again"), {"fields": 0, "erased_before": True})


def a_name_of_one_word_goes_where_it_is_the_persons(test, c):
    """The opportunity that a lead became bears its name; elsewhere a single word is many people's."""
    lead = c.call("lead.create", first_name="Zlatana", emails=["z@example.org"])["id"]
    done = c.call("lead.convert", id=lead, opportunity={})
    test.assertEqual(c.call("opportunity.get", id=done["opportunity"])["title"], "Zlatana")
    other = c.call("opportunity.create", title="Zlatana", customer=c.customer("Zlatana AB"))["id"]
    c.call("opportunity.update", id=done["opportunity"], description="Zlatana is back")  # the log tells what it was, and what it is
    c.call("person.erase", kind="lead", id=lead, reason="asked")
    told = module_rows(c, f"select changes from sl_audit where entity = 'opportunity' and entity_id = {done['opportunity']} order by id")
    test.assertEqual(["Zlatana" in str(row["changes"]) for row in told], [False] * len(told))
    test.assertEqual(c.call("opportunity.get", id=done["opportunity"])["title"], "[erased]")
    test.assertEqual(c.call("opportunity.get", id=other)["title"], "Zlatana")
    test.assertEqual(_holding(c, "z@example.org"), [])


# What people write. Every other text is a kind, a state, a key or a code of the module's own.
WRITTEN = {"title", "title_en", "title_sv", "title_nb", "description", "text", "reference", "detail", "changes", "code", "medium", "name", "value", "reason",
           "last_error", "wishes", "contact_origin", "products", "own_fields", "before", "external_id", "first_name", "last_name", "org_number", "website",
           "industry", "street", "postal_code", "city", "retire_reason", "score_reasons", "postal_from", "postal_to", "survivor_before", "merged_before",
           "moved", "product", "rejection_note", "request_id", "response", "correlation_id"}


def words_of_the_modules_own_are_nobodys_name(test, c):
    """Somebody may be called like a state or a kind: what the module knows by such words stays, what people wrote with them does not."""
    customer = c.customer("Acme")
    deal = c.opportunity("An order for Won", customer, description="Won has the invoice")
    order = c.order(customer, [100, 200], confirmed="2026-03-01T09:00:00Z")
    c.drain()
    c.call("link.set", document_kind="order", document=order["id"], shares=[{"opportunity": deal, "share": 100}], reason="the order of Won")
    c.call("opportunity.win", id=deal)
    lead = c.call("lead.create", first_name="Kim", last_name="Won", country="SE")["id"]

    def known():
        return sorted((t, k, text) for t, k, text in Tables(c).cells() if k not in WRITTEN and not k.endswith(("_at", "_by")) and k not in ("version", "id", "count")
                      and t in ("sl_ledger", "sl_document", "sl_decision", "sl_opportunity", "sl_step", "sl_list_entry", "sl_user_link", "sl_rollup_day"))
    before, ledger = known(), c.balances()
    test.assertTrue(ledger)
    done = c.call("person.erase", kind="lead", id=lead, reason="asked",
                  also=["order", "Won", "invoice", "open", "lost", "customer", "status", "SEK", "ordered", "explicit", "user"])
    test.assertGreater(done["fields"], 0)
    test.assertEqual(known(), before)
    test.assertEqual(c.balances(), ledger)
    test.assertTrue(c.call("ledger.verify")["ok"])
    shown = c.call("opportunity.get", id=deal)
    test.assertEqual((shown["status"], shown["title"], shown["description"]), ("won", "An [erased] for [erased]", "[erased] has the [erased]"))
    history = module_rows(c, f"select value from sl_field_history where opportunity_id = {deal} and field = 'status' order by id")
    test.assertEqual([row["value"] for row in history], ["open", "won"])


def a_person_is_found_whatever_the_case_of_the_letters(test, c):
    lead = c.call("lead.create", first_name="Öst", last_name="Åsén")["id"]
    berit = c.employee("Berit Åsén")
    c.customer("K AB", contacts=[{"name": "Ægir Øst"}])
    for name in ("åsén", "ÅSÉN", "Åsén"):
        test.assertEqual([(p["kind"], p["id"]) for p in c.call("person.find", name=name)["persons"]], [("lead", lead), ("employee", berit)], name)
    test.assertEqual([p["name"] for p in c.call("person.find", name="ægir øST")["persons"]], ["Ægir Øst"])
    test.assertEqual(c.call("person.find", name="%%")["persons"], [])


CASES = [erased_everywhere, what_the_log_tells, what_an_import_remembers, contacts_and_employees, what_was_under_way, what_was_merged_is_one_person,
         a_name_of_one_word_goes_where_it_is_the_persons, words_of_the_modules_own_are_nobodys_name, a_person_is_found_whatever_the_case_of_the_letters]


class DataRights(unittest.TestCase):
    maxDiff = 3000


def add(case, backend):
    def run(self):
        with Company(backend()) as company:
            case(self, company)
    setattr(DataRights, f"test_{case.__name__}_{backend.name}", run)


for _backend in backends():
    for _case in CASES:
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
