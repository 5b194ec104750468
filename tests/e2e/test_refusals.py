# SPDX-License-Identifier: Apache-2.0
"""What a refusal says: the field, the value and what is allowed instead, in the caller's language, whoever refuses."""
import csv
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sales_side import cases, label_of  # noqa: E402

LANGUAGES = ("en", "sv", "nb")


def _said(c, action, language, /, **fields):
    """The refusal's field and message in a language."""
    done = c.cli("batch", "--lang", language, stdin=json.dumps({"action": action, "input": fields}) + "\n")
    answer = json.loads(done.stdout.splitlines()[0])
    if answer["ok"]:
        raise AssertionError(f"{action} {fields} was not refused")
    return answer["error"].get("field"), answer["error"]["message"]


def _holds(test, c, action, fields, field, words):
    for language, word in zip(LANGUAGES, words):
        named, message = _said(c, action, language, **fields)
        with test.subTest(action=action, fields=str(fields)[:80], language=language):
            test.assertEqual(named, field)
            test.assertIn(word, message)
            entity = action.split(".")[0]  # the host's own records have no labels in the module
            test.assertTrue(message.startswith(label_of(entity, field, language) if entity in ("opportunity", "lead") else field), message)


def what_a_field_allows_is_said_in_words(test, c):
    customer = c.customer("Acme")
    long = "å" * 201
    for action, fields, field, words in (
            ("opportunity.create", {"title": long, "customer": customer}, "title",
             ("text of 1 to 200 characters (this has 201)", "text på 1 till 200 tecken (det här har 201)",
              "tekst på 1 til 200 tegn (dette har 201)")),
            ("opportunity.create", {"title": "A", "customer": customer, "planned_close": "tomorrow"}, "planned_close",
             ("a date such as 2026-12-31", "ett datum som 2026-12-31", "en dato som 2026-12-31")),
            ("opportunity.create", {"title": "A", "customer": customer, "recurring_months": 700}, "recurring_months",
             ("a whole number from 0 to 600", "ett heltal från 0 till 600", "et heltall fra 0 til 600")),
            ("opportunity.create", {"title": "A", "customer": customer, "amount": {"minor": 1, "currency": "kr"}}, "amount.currency",
             ("three capital letters", "tre versaler", "tre store bokstaver")),
            ("opportunity.create", {"customer": customer}, "title", ("is missing: give text", "saknas: ange text", "mangler: oppgi tekst")),
            ("opportunity.create", {"title": "A", "customer": customer, "titel": 1}, "titel",
             ("leave it out", "utelämna det", "utelat det")),
            ("customer.create", {"name": 5}, "name", ("Expected: text", "Förväntat: text", "Forventet: tekst")),
            ("lead.create", {"name": "A", "kind": "alien"}, "kind",
             ("one of company, person", "något av company, person", "en av company, person"))):
        _holds(test, c, action, fields, field, words)


def a_day_that_does_not_exist_is_told_from_one_that_is_demanded(test, c):
    customer = c.customer("Acme")
    _holds(test, c, "opportunity.create", {"title": "A", "customer": customer, "planned_close": "2026-02-30"}, "planned_close",
           ("Expected: a date that exists, written like 2026-12-31", "Förväntat: ett datum som finns, skrivet som 2026-12-31",
            "Forventet: en dato som finnes, skrevet som 2026-12-31"))


def no_remedy_is_empty(test, c):
    customer = c.customer("Acme")
    deal = c.call("opportunity.create", title="A", customer=customer)["id"]
    order = c.order(customer, [100], confirmed="2026-03-01T09:00:00Z")["id"]
    c.drain()
    for language, word in zip(LANGUAGES, ("is not between 0.01 and 100.00", "är inte mellan 0.01 och 100.00", "er ikke mellom 0.01 og 100.00")):
        _, message = _said(c, "link.set", language, document_kind="order", document=order, shares=[{"opportunity": deal, "share": "0"}])
        test.assertIn(word, message)
    _holds(test, c, "opportunity.create", {"title": "A\0B", "customer": customer}, "title",
           ("without the NUL character", "utan tecknet NUL", "uten tegnet NUL"))


def a_refusal_of_the_module_names_its_field_too(test, c):
    """An answer to one action carries the field as a bulk's or an import's does, so that a form can show it there."""
    for action, fields, field in (("opportunity.create", {"title": "A"}, "customer"),
                                  ("lead.create", {"name": "A", "emails": ["nobody"]}, "emails"),
                                  ("lead.create", {"kind": "person"}, "name")):
        test.assertEqual(_said(c, action, "sv", **fields)[0], field, action)


def fields_are_called_what_people_call_them(test, c):
    """By the host that refuses an input before the module sees it, by the module, and in the rows of an import."""
    customer = c.customer("Acme")
    deal = c.call("opportunity.create", title="A", customer=customer)["id"]
    c.call("step.create", title="Proof", code="proof", probability="50", required_fields=["planned_close", "amount"])
    for language, close, amount, title, name in (("en", "Planned close", "Amount", "Title", "Customer"),
                                                 ("sv", "Planerat avslut", "Belopp", "Rubrik", "Kund"),
                                                 ("nb", "Planlagt avslutning", "Beløp", "Tittel", "Kunde")):
        test.assertIn(close, _said(c, "opportunity.create", language, title="A", customer=customer, planned_close="soon")[1])
        test.assertIn(title, _said(c, "opportunity.create", language, customer=customer)[1])
        test.assertIn(name, _said(c, "opportunity.create", language, title="A", customer="Nobody")[1])
        _, message = _said(c, "opportunity.set_step", language, id=deal, step="proof")
        test.assertTrue(close in message and amount in message and "planned_close" not in message, message)
        done = c.cli("batch", "--lang", language, stdin=json.dumps({"action": "opportunity.import", "input": {
            "rows": [{"customer": customer}], "keep_good": True}}) + "\n")
        rejected = json.loads(done.stdout.splitlines()[0])["result"]["rejected"]
        test.assertEqual((rejected[0]["field"], title in rejected[0]["message"]), ("title", True), rejected)


def a_file_is_refused_in_the_callers_language(test, c):
    """What the reader of files says of cells, rows and whole files; a host without the words would say them in English."""
    c.call("customer.create", name="Alfa", number="C1")
    head, xls = "external_id,title,customer_no,amount,start\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    rows = "a,A,C1,abc,2025-01-01\nb,B,C1,1.00,2025-02-30\nc,C,C1\nd,,C1,1.00,2025-01-01\n"
    c.stop()
    for language, faults, whole in (
            ("en", ("is not an amount", "a day that does not exist", "the row has 3 cells, the header has 5", "the cell is empty"),
             ("lacks the column title", "is never closed", "an old .xls workbook", "is empty: its first line", "cannot be opened")),
            ("sv", ("är inget belopp", "en dag som inte finns", "raden har 3 celler, rubrikraden har 5", "cellen är tom"),
             ("saknar kolumnen title", "stängs aldrig", "en gammal .xls-arbetsbok", "är tom: första raden", "kan inte öppnas")),
            ("nb", ("er ikke et beløp", "en dag som ikke finnes", "raden har 3 celler, overskriften har 5", "cellen er tom"),
             ("mangler kolonnen title", "lukkes aldri", "en gammel .xls-arbeidsbok", "er tom: første linje", "kan ikke åpnes"))):
        file = c.folder / f"{language}.csv"
        file.write_text(head + rows)
        done = c.cli("import", "opportunities", file, "--lang", language)
        with open(json.loads(done.stdout)["errors"], encoding="utf-8", newline="") as errors:
            reasons = [row["reason"] for row in csv.DictReader(errors)]
        test.assertEqual([word in reason for word, reason in zip(faults, reasons)], [True] * 4, reasons)
        for word, data in zip(whole, ("external_id,customer_no\n1,C1\n", head + 'a,"b,C1,,\n', xls, "", None)):
            file = c.folder / f"{language}-{len(word)}.{'xlsx' if data is xls else 'csv'}"
            if data is not None:
                file.write_bytes(data if isinstance(data, bytes) else data.encode())
            done = c.cli("import", "opportunities", file, "--lang", language)
            test.assertEqual((done.returncode, word in done.stderr), (1, True), done.stderr)


def numbers_that_cannot_be_right_are_warned_of(test, c):
    keys = lambda answer: [(w["key"], w["field"], w["value"]) for w in answer.get("warnings", [])]  # noqa: E731
    bad = c.call("lead.create", name="A", country="SE", phones=["abc", "070-123 45 67"], org_number="123")
    test.assertEqual(keys(bad), [("lead.phones.doubtful", "phones", "abc"), ("lead.org_number.doubtful", "org_number", "123")])
    test.assertIn("abc", bad["warnings"][0]["message"])
    test.assertEqual(c.call("lead.get", id=bad["id"])["org_number"], "123", "kept as written")
    for country, number, right in (("SE", "556036-0793", True), ("SE", "556036-0794", False), ("NO", "923 609 016", True), ("NO", "923609017", False),
                                   ("SE", "SE556036079301", True), ("DK", "12345678", True), (None, "123", False), (None, "556036-0794", True)):
        made = c.call("lead.create", name="B", country=country, org_number=number)
        test.assertEqual(keys(made) == [], right, (country, number))
    test.assertEqual(keys(c.call("lead.update", id=bad["id"], org_number="556036-0793", phones=["070-123 45 67"])), [])
    test.assertEqual(keys(c.call("lead.update", id=bad["id"], phones=["xyz"])), [("lead.phones.doubtful", "phones", "xyz")])
    test.assertEqual(keys(c.call("lead.update", id=bad["id"], name="C")), [], "of what the call says alone")


def spaces_are_no_text_where_text_is_required(test, c):
    customer = c.customer("Acme")
    deal = c.call("opportunity.create", title="A", customer=customer)["id"]
    lead = c.call("lead.create", name="L")["id"]
    blank = " \t\u00a0\u2003"
    for action, fields, field in (("opportunity.create", {"title": blank, "customer": customer}, "title"),
                                  ("opportunity.update", {"id": deal, "title": blank}, "title"),
                                  ("lead.create", {"name": blank}, "name"),
                                  ("lead.update", {"id": lead, "name": blank}, "name"),
                                  ("lead.retire", {"id": lead, "reason": blank}, "reason"),
                                  ("period.close", {"through": "2026-01-31", "reason": blank}, "reason"),
                                  ("type.create", {"title": {"en": blank, "sv": "x"}}, "title"),
                                  ("campaign.create", {"title": blank}, "title"),
                                  ("group.create", {"title": blank, "kind": "sales"}, "title")):
        for language, word in zip(LANGUAGES, ("is missing", "saknas", "mangler")):
            named, message = _said(c, action, language, **fields)
            test.assertEqual((named, word in message), (field, True), (action, message))
    # Row by row in an import, too; what is not required may be left empty.
    answer = c.call("opportunity.import", rows=[{"title": blank, "customer": customer}, {"title": "Good", "customer": customer}], keep_good=True)
    test.assertEqual((answer["accepted"], [(r["row"], r["field"]) for r in answer["rejected"]]), (1, [(1, "title")]))
    c.call("opportunity.update", id=deal, description=blank)
    test.assertEqual((c.call("opportunity.get", id=deal)["title"], c.call("opportunity.get", id=deal)["description"]), ("A", ""))
    test.assertEqual(c.call("opportunity.list", text=" ")["opportunities"] == [], False)


RefusalTests = cases(globals(), "RefusalTests")

if __name__ == "__main__":
    unittest.main()
