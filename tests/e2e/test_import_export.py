# SPDX-License-Identifier: Apache-2.0
"""Files in and out: dry runs, batches that are resumed and undone, upsert by external id, every encoding and workbook, and
what was exported from one company taken into another."""
import csv
import io
import json
import os
import sys
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workbook  # noqa: E402
from harness import Company, Refused, backends  # noqa: E402
from workbook import Number  # noqa: E402


def command(test, c, *arguments, code=0):
    c.stop()
    done = c.cli(*arguments)
    test.assertEqual(done.returncode, code, done.stderr)
    c.said = done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def take(test, c, kind, text, *arguments, code=0, encoding="utf-8", name="rows.csv"):
    file = c.folder / name
    file.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return command(test, c, "import", kind, file, *arguments, code=code)


def exported(test, c, entity, name=None, *arguments):
    """The exported rows as dictionaries."""
    file = c.folder / (name or f"{entity}.csv")
    command(test, c, "export", entity, "--file", file, *arguments)
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def faults(answer):
    with open(answer["errors"], encoding="utf-8", newline="") as file:
        return [(int(r["line"]), r["column"], r["value"], r["reason"]) for r in csv.DictReader(file)]


def deals(count, first=1, **more):
    head = ["external_id", "title", "customer_no", "amount", "start", *more]
    rows = [[f"X{i}", f"Deal {i}", "C1", f"{i}.50", "2025-01-15", *[str(v) for v in more.values()]] for i in range(first, first + count)]
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


def opportunities(c):
    return {o["external_id"]: o for o in c.pages("opportunity.list", "opportunities", limit=500)}


def furnish(c):
    """A company that the other tests import into: one customer, two sellers, a campaign."""
    c.call("customer.create", name="Alfa", number="C1")
    c.call("employee.create", name="Anna", number="7")
    c.call("employee.create", name="Bo", number="8")
    c.call("contact.create", customer=c.call("customer.list")["customers"][0]["id"], name="Åsa Ek")
    c.call("campaign.create", title="Fair", code="fair", start="2025-01-01")
    c.call("project.create", name="House", number="P1")


def a_dry_run_checks_everything_and_writes_nothing(test, c):
    furnish(c)
    text = deals(3) + "X9,No customer,C77,1.00,\n"
    answer = take(test, c, "opportunities", text, "--dry-run", "--keep-good", code=0)
    test.assertEqual((answer["created"], answer["rejected"], answer["batch"], answer["dry_run"]), (3, 1, None, True))
    test.assertEqual([f[:3] for f in faults(answer)], [(5, "customer_number", "C77")])
    test.assertEqual(opportunities(c), {})
    test.assertEqual(c.call("import.list")["batches"], [])
    direct = c.call("opportunity.import", dry_run=True, rows=[{"title": "a", "customer_number": "C1"}])
    test.assertEqual((direct["created"], direct["dry_run"]), (1, True))
    test.assertEqual(opportunities(c), {})


def upsert_changes_by_the_rules_of_the_form(test, c):
    furnish(c)
    take(test, c, "opportunities", deals(3, probability=30))
    before = opportunities(c)
    test.assertEqual(take(test, c, "opportunities", deals(3, probability=30), "--upsert")["same"], 3)
    test.assertEqual(opportunities(c), before, "the same rows again change nothing, no version and no rate")
    # Without upsert a known id is refused.
    test.assertEqual(take(test, c, "opportunities", deals(3), code=1)["rejected"], 3)
    lost = next(s for s in c.call("step.list")["steps"] if s["code"] == "closed_lost")
    c.call("step.update", id=lost["id"], rejection_rule="required")
    text = ("external_id,title,customer_no,amount,step,status,rejection,closed_on\n"
            "X1,Deal 1,C1,1.50,,lost,,2025-03-01\n"       # lost demands its rejection on this path too
            "X2,Deal 2,C1,99.00,,won,,2025-03-01\nX4,New,C1,4.00,,,,\n")
    answer = take(test, c, "opportunities", text, "--upsert", "--keep-good")
    test.assertEqual((answer["created"], answer["updated"], answer["rejected"]), (1, 1, 1))
    test.assertIn("rejection", faults(answer)[0][1])
    now = opportunities(c)
    test.assertEqual(now["X1"], before["X1"])
    test.assertEqual((now["X2"]["status"], now["X2"]["amount"]["minor"], now["X2"]["actual_close"], now["X2"]["version"]),
                     ("won", 9900, "2025-03-01", before["X2"]["version"] + 1))
    test.assertEqual((now["X2"]["probability"], now["X2"]["effective_probability"]), ("30.00", "100.00"),
                     "a probability set by hand stays through the import")
    full = c.call("opportunity.get", id=now["X2"]["id"])
    last = {h["field"]: (h["value"], h["origin"]) for h in full["history"]}
    test.assertEqual(last["amount"], ("9900", "import"))
    test.assertEqual(last["status"], ("won", "import"))
    test.assertEqual(len(full["visits"]), 2)
    test.assertIsNotNone(full["visits"][0]["left_at"])


def an_import_is_undone_where_nobody_touched_it(test, c):
    furnish(c)
    take(test, c, "opportunities", deals(2))
    before = {k: c.call("opportunity.get", id=v["id"]) for k, v in opportunities(c).items()}
    text = ("external_id,title,customer_no,amount,owner,sellers,touches,planned_close,status,closed_on\n"
            "X1,Other title,C1,77.00,7,7 60.00; 8 40.00,fair 2025-02-01,2026-01-31,,\n"
            "X2,Deal 2,C1,2.50,,,,,won,2025-03-01\n" + "".join(f"N{i},New {i},C1,1.00,,,,,,\n" for i in range(3)))
    answer = take(test, c, "opportunities", text, "--upsert")
    test.assertEqual((answer["created"], answer["updated"]), (3, 2))
    now = opportunities(c)
    c.call("opportunity.update", id=now["N1"]["id"], title="Mine")  # touched by hand since
    order = c.call("customer.create", name="Beta", number="C2")["id"]
    c.order(order, [100], confirmed="2025-03-01T09:00:00Z", opportunity=now["N2"]["id"])
    c.drain()
    undone = command(test, c, "import", "--undo", answer["batch"])
    test.assertEqual((undone["undone"], undone["rejected"]), (3, 2))
    test.assertEqual({(line, value) for line, _, value, _ in faults(undone)},
                     {(4, str(now["N1"]["id"])), (5, str(now["N2"]["id"]))})
    left = opportunities(c)
    test.assertEqual(set(left), {"X1", "X2", "N1", "N2"})
    for key, old in before.items():
        new = c.call("opportunity.get", id=old["id"])
        for field in ("title", "amount", "owner", "status", "step", "planned_close", "actual_close", "sellers", "touches",
                      "probability", "times_slipped"):
            test.assertEqual(new[field], old[field], f"{key}.{field}")
    test.assertEqual(c.call("import.status", batch=answer["batch"])["state"], "undone")
    again = command(test, c, "import", "--undo", answer["batch"], code=1)
    test.assertEqual((again["undone"], again["rejected"]), (0, 2))
    # An id that the log knows never comes to mean another opportunity.
    take(test, c, "opportunities", deals(1, first=50))
    test.assertGreater(opportunities(c)["X50"]["id"], max(o["id"] for o in now.values()))


def a_batch_counts_every_row_of_its_file(test, c):
    """Rows that the host cannot read never reach the module; the list of imports counts them with those that it refused."""
    furnish(c)
    text = ("external_id,title,customer_no,amount,start\nA,Fine,C1,1.00,2025-01-15\nB,No customer,C77,1.00,2025-01-15\n"
            "C,No amount,C1,abc,2025-01-15\nD,No day,C1,1.00,2025-02-30\n")
    answer = take(test, c, "opportunities", text, "--keep-good")
    test.assertEqual((answer["created"], answer["rejected"]), (1, 3))
    batch = c.call("import.list")["batches"][0]
    test.assertEqual((batch["id"], batch["state"], batch["created"], batch["rejected"]), (answer["batch"], "done", 1, 3))
    # Said once more, it is counted once.
    c.call("import.finish", batch=answer["batch"], rejected=3)
    test.assertEqual(c.call("import.status", batch=answer["batch"])["rejected"], 3)


def whoever_undoes_an_import_changes_only_what_is_theirs(test, c):
    """The right to import is not the right to change everybody's opportunities: what is not theirs stays, with its reason."""
    furnish(c)
    c.call("role.create", name="importer", title="Importer")
    for right in ("sales_leads.import", "sales_leads.opportunity.view", "sales_leads.opportunity.view_all", "sales_leads.opportunity.change"):
        c.call("role.grant", role="importer", permission=right)
    c.call("user.create", login="ida", password="long enough", name="Ida", roles=["importer"], employee=1)
    c.call("opportunity.import", rows=[{"external_id": "X3", "title": "Before", "customer_number": "C1", "owner": "8"}])
    batch = c.call("import.begin", entity="opportunity", title="everybody's")["batch"]
    rows = [{"external_id": "X1", "title": "Anna's", "customer_number": "C1", "owner": "7"},
            {"external_id": "X2", "title": "Bo's", "customer_number": "C1", "owner": "8"},
            {"external_id": "X3", "title": "After", "customer_number": "C1", "owner": "8"},
            {"external_id": "X4", "title": "Half Anna's", "customer_number": "C1", "owner": "8",
             "sellers": [{"employee": "7", "share": "50.00"}, {"employee": "8", "share": "50.00"}]}]
    done = c.call("opportunity.import", rows=rows, batch=batch, upsert=True)
    test.assertEqual((done["created"], done["updated"]), (3, 1), done)
    ida = c.as_user("ida")
    undone = ida.call("import.undo", batch=batch)
    test.assertEqual((undone["undone"], [(x["row"], x["key"]) for x in undone["left"]]), (2, [(2, "import.undo.right"), (3, "import.undo.right")]))
    now = opportunities(c)
    test.assertEqual((set(now), now["X3"]["title"]), ({"X2", "X3"}, "After"))
    test.assertEqual(c.call("import.undo", batch=batch)["undone"], 2)
    now = opportunities(c)
    test.assertEqual((set(now), now["X3"]["title"]), ({"X3"}, "Before"))


def a_broken_off_import_goes_on_where_it_stopped(test, c):
    furnish(c)
    file = c.folder / "many.csv"
    file.write_text(deals(30) + "X3,Twice,C1,1.00,\n")
    title = f"many.csv ({file.stat().st_size} bytes)"
    batch = c.call("import.begin", entity="opportunity", title=title)["batch"]
    rows = [{"external_id": f"X{i}", "title": f"Deal {i}", "customer_number": "C1"} for i in range(1, 13)]
    sent = c.call("opportunity.import", rows=rows, batch=batch, row_numbers=list(range(1, 13)))
    test.assertEqual(sent["created"], 12)
    # The same chunk again, as after an answer that was lost: nothing twice.
    again = c.call("opportunity.import", rows=rows, batch=batch, row_numbers=list(range(1, 13)))
    test.assertEqual((again["skipped"], again["created"], again["rejected"]), (12, 0, []))
    nameless = [{"title": "no id", "customer_number": "C1"}]
    side = c.call("import.begin", entity="opportunity", title="rows without ids")["batch"]
    for _ in range(2):
        c.call("opportunity.import", rows=nameless, batch=side, row_numbers=[5])
    test.assertEqual(c.call("import.status", batch=side)["created"], 1)
    command(test, c, "import", "--undo", side)
    test.assertEqual(c.call("import.status", batch=batch)["next_row"], 13)
    answer = command(test, c, "import", "opportunities", file, "--keep-good", "--resume", batch)
    test.assertEqual((answer["created"], answer["rejected"], answer["batch"]), (18, 1, batch))
    test.assertEqual(len(opportunities(c)), 30)
    status = c.call("import.status", batch=batch)
    test.assertEqual((status["state"], status["created"]), ("done", 30))
    with test.assertRaises(Refused) as refused:
        c.call("opportunity.import", rows=rows, batch=batch)
    test.assertEqual(refused.exception.key, "import.batch.state")
    other = c.folder / "other.csv"
    other.write_text(deals(2))
    open_batch = c.call("import.begin", entity="opportunity", title="something else")["batch"]
    command(test, c, "import", "opportunities", other, "--resume", open_batch, code=1)
    test.assertIn("import.resume.file", c.said)
    undone = command(test, c, "import", "--undo", batch)
    test.assertEqual((undone["undone"], len(opportunities(c))), (30, 0))


def all_or_nothing_holds_beyond_one_chunk(test, c):
    """9,000 rows are several calls; the bad one stands at the end."""
    furnish(c)
    answer = take(test, c, "opportunities", deals(9000) + "Y1,Bad,C77,1.00,\n", code=1)
    test.assertEqual((answer["accepted"], answer["rejected"], answer["batch"]), (0, 1, None))
    test.assertEqual(c.call("opportunity.list", limit=5)["opportunities"], [])
    answer = take(test, c, "opportunities", deals(9000) + "X17,Twice,C1,1.00,\n", "--keep-good")
    test.assertEqual((answer["read"], answer["created"], answer["rejected"]), (9001, 9000, 1))
    test.assertEqual([(f[0], f[1]) for f in faults(answer)], [(9002, "external_id")])
    test.assertIn("line 18", faults(answer)[0][3])
    test.assertEqual(len(c.pages("opportunity.list", "opportunities", limit=500)), 9000)


def lists_are_known_by_their_codes(test, c):
    furnish(c)
    text = "code,title_en,title_sv,title_nb,position\nnew_one,New,Ny,Ny,40\nnew_one,Again,,,\n"
    test.assertEqual(take(test, c, "types", text, code=1)["rejected"], 1)
    answer = take(test, c, "types", text.replace("new_one,Again,,,\n", "second,Second,,,\n"))
    test.assertEqual((answer["created"], answer["updated"]), (2, 0))
    entries = {e["code"]: e for e in c.call("type.list")["entries"]}
    test.assertEqual((entries["new_one"]["titles"]["sv"], entries["new_one"]["position"]), ("Ny", 40))
    second = take(test, c, "types", "code,title_sv\nnew_one,Nyast\nsecond,Second\n")
    test.assertEqual((second["created"], second["updated"], second["same"]), (0, 1, 1))
    test.assertEqual(command(test, c, "import", "--undo", second["batch"])["undone"], 1)
    test.assertEqual(command(test, c, "import", "--undo", answer["batch"])["rejected"], 1, "new_one was changed since")
    entries = {e["code"]: e for e in c.call("type.list", archived=True)["entries"]}
    test.assertEqual((entries["new_one"]["titles"]["sv"], entries["second"]["archived"]), ("Ny", True))
    answer = take(test, c, "campaigns", "code,title,start,end,budget,owner\nfair,Fair,2025-01-01,2025-02-01,500.00,7\nmail,Mail,,,,\n")
    test.assertEqual((answer["created"], answer["updated"]), (1, 1))
    rows = {r["code"]: r for r in exported(test, c, "campaign")}
    test.assertEqual((rows["fair"]["budget_minor"], rows["fair"]["owner"], rows["mail"]["title"]), ("50000", "7", "Mail"))
    dry = take(test, c, "customer_statuses", "code,title,effect\nhalt,Halt,block\n", "--dry-run")
    test.assertEqual(dry["created"], 1)
    test.assertNotIn("halt", {e["code"] for e in c.call("customer_status.list")["entries"]})


def text_files_of_every_encoding(test, c):
    furnish(c)
    c.call("customer.create", name="Räksmörgås AB", number="Å1")
    for number, (encoding, mark, title) in enumerate((
            ("utf-8", b"", "Łódź Räk"), ("utf-8", b"\xef\xbb\xbf", "Łódź"), ("utf-16-le", b"\xff\xfe", "Łódź 😀"), ("utf-16-be", b"\xfe\xff", "Łódź"),
            ("utf-16-le", b"", "Åäö utan märke"), ("cp1252", b"", "Räksmörgås € “å”"), ("iso-8859-1", b"", "Räksmörgås åäö æøå"),
            ("utf-32-le", b"\xff\xfe\0\0", "Åäö"))):
        text = f"external_id;title;customer_no;amount\r\nE{number};{title};Å1;1234,50\r\n"
        answer = take(test, c, "opportunities", mark + text.encode(encoding), "--map", "opportunities")
        test.assertEqual(answer["created"], 1, encoding)
        test.assertEqual(opportunities(c)[f"E{number}"]["title"], title, encoding)
        test.assertEqual(opportunities(c)[f"E{number}"]["amount"]["minor"], 123450, encoding)
    # By name: an old Nordic code page, and one whose letters tell it apart.
    for number, (name, title) in enumerate((("cp850", "Räksmörgås æøå"), ("iso-8859-2", "Zażółć gęślą jaźń"), ("koi8-r", "Пример текста"))):
        text = f"external_id|title|customer_no\nN{number}|{title}|C1\n"
        take(test, c, "opportunities", text.encode(name), "--map", "opportunities", "--encoding", name)
        test.assertEqual(opportunities(c)[f"N{number}"]["title"], title, name)
    # What is not of the encoding is refused with its place, as ever.
    take(test, c, "opportunities", "external_id,title,customer_no\nQ1,R\xe4k,C1\n".encode("latin-1"), code=1)
    test.assertIn("line 2", c.said)
    take(test, c, "opportunities", b"title,customer_no\nab\x00,C1\n", "--map", "opportunities", code=1)
    test.assertIn("NUL", c.said)


def separators_quotes_and_amounts(test, c):
    furnish(c)
    for number, separator in enumerate(",;\t|"):
        text = separator.join(("external_id", "title", "customer_no")) + f'\nS{number}{separator}"two\nlines; a, b | ""c"""{separator}C1\n'
        take(test, c, "opportunities", text, "--map", "opportunities")
        test.assertEqual(opportunities(c)[f"S{number}"]["title"], 'two\nlines; a, b | "c"')
    amounts = {"1 234,50": 123450, "1.234,50": 123450, "1,234.50": 123450, "1234.5": 123450, "1\u00a0234\u00a0567,8": 123456780,
               "1.234.567": 123456700, "0": 0, "0.5": 50}
    text = "external_id;title;customer_no;Belopp\n" + "".join(f'A{i};t;C1;"{a}"\n' for i, a in enumerate(amounts))
    take(test, c, "opportunities", text, "--map", "opportunities")
    found = opportunities(c)
    for i, (text, minor) in enumerate(amounts.items()):
        test.assertEqual(found[f"A{i}"]["amount"]["minor"], minor, text)
    bad = "external_id;title;customer_no;Belopp;Startdatum\nB1;t;C1;1,234;\nB2;t;C1;1.2345,00;\nB3;t;C1;1;2025-02-30\nB4;t;C1;1;03/04/2025\n"
    answer = take(test, c, "opportunities", bad, "--map", "opportunities", code=1)
    test.assertEqual([f[0] for f in faults(answer)], [2, 3, 4, 5])
    test.assertIn("thousands or three decimals", faults(answer)[0][3])


def a_tfso_file_may_speak_swedish_or_norwegian(test, c):
    furnish(c)
    for number, head in enumerate(("Kundnummer;Säljmöjlighetsnummer;Titel;Belopp;Sannolikhet;Status;Steg;Ansvarig;Startdatum;Förväntat avslut",
                                   "Kundenummer;Salgsmulighetsnummer;Tittel;Beløp;Sannsynlighet;Status;Steg;Ansvarlig;Startdato;Forventet avslutning")):
        text = f"{head}\nC1;T{number};Båtar;12 345,50;40;1;offer;7;01.02.2026;31.12.2026\n"
        answer = take(test, c, "opportunities", text.encode("cp1252"), "--map", "tfso_opportunities")
        test.assertEqual((answer["created"], answer["rejected"]), (1, 0))
        got = opportunities(c)[f"T{number}"]
        test.assertEqual((got["title"], got["amount"]["minor"], got["probability"], got["planned_close"], got["owner"]["number"], got["status"]),
                         ("Båtar", 1234550, "40.00", "2026-12-31", "7", "open"))
    # What a status may be is said in the file's own words.
    answer = take(test, c, "opportunities", "Kundnummer;Titel;Status\nC1;Fyra;4\n", "--map", "tfso_opportunities", code=1)
    (line, column, value, reason), = faults(answer)
    test.assertEqual((line, value), (2, "4"))
    test.assertIn("one of 1, 2, 3", reason)


def a_tfso_file_comes_in_by_its_profile(test, c):
    furnish(c)
    text = ("Customer number;Title;Amount;Probability;Status;Step;Type;Source;Campaign;Owner;Start date;Expected close;Closed date\r\n"
            "C1;Ny maskin;1 200,00;45;1;;;;fair;Anna;01.02.2025;31.12.2026;\r\n"
            "C1;Service;300;;2;;;;;8;02.02.2025;;03.03.2025\r\n")
    answer = take(test, c, "opportunities", text.encode("cp1252"), "--map", "tfso_opportunities")
    test.assertEqual(answer["created"], 2)
    rows = {o["title"]: o for o in c.pages("opportunity.list", "opportunities")}
    first, second = rows["Ny maskin"], rows["Service"]
    test.assertEqual((first["status"], first["probability"], first["amount"]["minor"], first["planned_close"], first["owner"]["name"],
                      first["campaign"]["code"], first["start"]), ("open", "45.00", 120000, "2026-12-31", "Anna", "fair", "2025-02-01"))
    test.assertEqual((second["status"], second["actual_close"], second["owner"]["number"]), ("won", "2025-03-03", "8"))
    bad = text.replace(";1;;;;fair", ";4;;;;fair").replace("02.02.2025", "2025-02-02")
    answer = take(test, c, "opportunities", bad.encode("cp1252"), "--profile", "tfso_opportunities", code=1)
    test.assertEqual([(f[0], f[1]) for f in faults(answer)], [(2, "Status"), (3, "Start date")])


def workbooks(test, c):
    furnish(c)
    head = ["external_id", "Title", "customer_no", "Amount", "Start date", "Probability"]
    for number, (shared, old) in enumerate(((True, False), (False, False), (True, True))):
        serial = "44197" if not old else str(44197 - 1462)  # 2021-01-01
        rows = [head, [f"W{number}a", "Å & <b>", "C1", Number("1.1000000000000001"), Number(serial, 1), Number("12.5")],
                [f"W{number}b", "  x", "C1", Number("1.2345E3"), Number(serial + ".75", 2), None],
                [None, None, None], [f"W{number}c", "days", "C1", Number("30", 3), "2021-01-01", None]]
        file = c.folder / f"book{number}.xlsx"
        workbook.write(file, rows, shared_texts=shared, from_1904=old)
        answer = command(test, c, "import", "--profile", "opportunities", "--file", file)
        test.assertEqual((answer["read"], answer["created"]), (3, 3))
        found = opportunities(c)
        a, b, last = (found[f"W{number}{x}"] for x in "abc")
        test.assertEqual((a["title"], a["amount"]["minor"], a["start"], a["probability"]), ("Å & <b>", 110, "2021-01-01", "12.50"))
        test.assertEqual((b["title"], b["amount"]["minor"], b["start"]), ("x", 123450, "2021-01-01"))
        test.assertEqual(last["amount"]["minor"], 3000)
    rows = [head, ["V1", "t", "C1", Number("1.234"), None, None], ["V2", "t", "C1", Number("1"), Number("60.5", 1), None],
            ["V3", "t", "C9", Number("1"), None, None], ["W0a", "t", "C1", Number("1"), None, None]]
    workbook.write(c.folder / "bad.xlsx", rows)
    answer = command(test, c, "import", "--profile", "opportunities", "--file", c.folder / "bad.xlsx", "--keep-good")
    test.assertEqual([f[0] for f in faults(answer)], [2, 4, 5])


def broken_workbooks_are_refused_with_their_reason(test, c):
    furnish(c)

    def refused(key, data=None, **how):
        file = c.folder / "broken.xlsx"
        if data is None:
            workbook.write(file, [["title", "customer_no"], ["a", "C1"]], **how)
        else:
            file.write_bytes(data)
        command(test, c, "import", "opportunities", file, code=1)
        test.assertIn(f"[{key}]", c.said)

    workbook.write(c.folder / "whole.xlsx", [["title", "customer_no"], ["a", "C1"]])
    whole = (c.folder / "whole.xlsx").read_bytes()
    refused("import.xlsx.broken", whole[:len(whole) // 2])
    refused("import.xlsx.broken", b"PK\x03\x04 nothing")
    refused("import.xlsx.old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    refused("import.xlsx.broken", sheet="<worksheet><sheetData><row><c></row>")
    refused("import.xlsx.broken", prologue='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>')
    refused("import.xlsx.bomb", sheet="<worksheet><sheetData>" + "<row/>" * 8_000_000 + "</sheetData></worksheet>")
    bytes_ = bytearray(whole)
    at = whole.index(b"xl/worksheets/sheet1.xml") + 40
    bytes_[at:at + 30] = b"\x55" * 30
    refused("import.xlsx.broken", bytes(bytes_))
    with zipfile.ZipFile(c.folder / "broken.xlsx", "w") as book:
        book.writestr("readme.txt", "no workbook")
    command(test, c, "import", "opportunities", c.folder / "broken.xlsx", code=1)
    test.assertIn("[import.xlsx.broken]", c.said)
    test.assertEqual(opportunities(c), {})


def what_is_exported_can_be_imported(test, c):
    """From one company into another, as CSV and as workbook: the same opportunities, but for ids and times."""
    furnish(c)
    c.call("rate.set", currency="EUR", date="2025-01-01", rate="11.425")
    types = c.call("type.list")["entries"]
    common = dict(customer="C1", start="2025-01-15", owner="7")
    rows = [dict(common, external_id="R1", title='=1+1 "å", ;\n|x', amount={"minor": 12345, "currency": "EUR"}, description="+46 70 123",
                 type=types[0]["code"], campaign="fair", planned_close="2026-02-01", delivery_date="2026-03-01"),
            dict(common, external_id="R2", title="'=kept", amount={"minor": 99900}, probability="33.34",
                 sellers=[{"employee": "7", "share": "60.00"}, {"employee": "8", "share": "40.00"}],
                 touches=[{"campaign": "fair", "date": "2025-02-03"}], recurring={"minor": 500}, recurring_months=12),
            dict(external_id="R3", title="Project alone", project="P1", start="2025-01-15"),
            dict(common, external_id="R4", title="Lost", status="lost", closed_on="2025-03-01", rejection_note="price",
                 rejection=c.call("rejection.list")["entries"][0]["code"]),
            dict(common, external_id="R5", title="Lines", lines=[{"product": "A", "quantity": "2.50", "net": 100}, {"product": "B", "net": 50}]),
            dict(common, external_id="R6", title="Won", status="won", closed_on="2025-03-01"),
            dict(common, external_id="R7", title="Expired", status="expired", closed_on="2025-03-01"),
            dict(common, external_id="=1+1", title="Put away", contact_name="Åsa Ek", archived=True, amount={"minor": 100, "currency": "EUR"},
                 margin={"minor": -40, "currency": "EUR"}, amount2={"minor": 7, "currency": "EUR"})]
    test.assertEqual(c.call("opportunity.import", rows=rows)["rejected"], [])
    volatile = {"id", "version", "created_at", "created_by", "changed_at", "changed_by"}
    first = exported(test, c, "opportunity")
    test.assertEqual(len(first), 8)
    test.assertEqual([(r["contact"], r["archived"], r["margin_minor"], r["amount2_minor"]) for r in first if r["title"] == "Put away"],
                     [("Åsa Ek", "1", "-40", "7")])
    raw = (c.folder / "opportunity.csv").read_text()
    test.assertIn("'=1+1", raw, "a spreadsheet must not run what a title holds")
    command(test, c, "export", "opportunity", "--file", c.folder / "opportunity.xlsx")
    semicolons = exported_with(test, c, "--separator", "semicolon", "--bom")
    test.assertEqual(semicolons, first)
    for name, profile in (("opportunity.csv", []), ("opportunity.xlsx", []), ("opportunity.csv", ["--map", "opportunities"])):
        with Company(type(c.backend)()) as other:
            furnish(other)
            other.call("rate.set", currency="EUR", date="2025-01-01", rate="11.425")
            answer = command(test, other, "import", "opportunities", c.folder / name, *profile)
            test.assertEqual((answer["created"], answer["rejected"]), (8, 0), (name, profile))
            again = exported(test, other, "opportunity")
            clean = lambda table: [{k: v for k, v in row.items() if k not in volatile} for row in table]  # noqa: E731
            test.assertEqual(clean(again), clean(first), (name, profile))
            test.assertEqual(command(test, other, "import", "opportunities", c.folder / name, "--upsert", *profile)["same"], 8)
            test.assertEqual("is not read" in other.said and bool(profile), False, other.said)


def leads_and_campaigns_come_back_whole(test, c):
    """Every address and phone of a lead, and the tree of campaigns, whatever the order of its rows."""
    furnish(c)
    held = c.call("lead.create", kind="company", name="Gamma AB", emails=["a@gamma.se", "b@gamma.se", "c@gamma.se"], phones=["08-123 45 67", "070-123 45 67"],
                  external_id="L1")["id"]
    c.call("campaign.create", title="Below", code="below", start="2025-01-01")
    c.call("campaign.create", title="Above", code="above", start="2025-01-01")
    c.call("campaign.update", id="below", parent="above")
    leads, campaigns = exported(test, c, "lead"), exported(test, c, "campaign")
    test.assertEqual((leads[0]["email"], leads[0]["phone"]), ("a@gamma.se; b@gamma.se; c@gamma.se", "08-123 45 67; 070-123 45 67"))
    with Company(type(c.backend)()) as other:
        furnish(other)
        answer = command(test, other, "import", "leads", c.folder / "lead.csv", "--keep-good")
        test.assertEqual(answer["created"], 1, faults(answer) if answer["errors"] else "")
        mine, theirs = c.call("lead.get", id=held), other.call("lead.get", id=other.call("lead.list")["leads"][0]["id"])
        test.assertEqual((theirs["emails"], theirs["phones"]), (mine["emails"], mine["phones"]))
        answer = command(test, other, "import", "campaigns", c.folder / "campaign.csv")
        test.assertEqual((answer["created"], answer["same"]), (2, 1))
        tree = lambda rows: {r["code"]: r["parent"] for r in rows}  # noqa: E731
        test.assertEqual(tree(exported(test, other, "campaign")), tree(campaigns))
        test.assertEqual(tree(campaigns)["below"], "above")
        test.assertEqual(command(test, other, "import", "campaigns", c.folder / "campaign.csv")["same"], 3)
        take(test, other, "campaigns", "code,title,parent\nx,X,y\ny,Y,x\n", code=1)
        test.assertEqual(len(exported(test, other, "campaign")), 3)
        take(test, other, "campaigns", "code,title,parent\nx,X,nobody\n", code=1)


def additional_info_comes_back_whole(test, c):
    """What is known of customers, out and in again: dry run, upsert by customer, undo; a row leaves alone what it does not name."""
    furnish(c)
    c.call("customer.create", name="Beta", number="C2")
    c.call("category.import", rows=[{"code": "vip", "title": "Important"}, {"code": "south", "title": "South"}])
    c.call("customer_extra.set", customer="C1", status="active", source="web", contact_origin="fair", products="pumps", categories=["vip", "south"],
           own_fields={"Floor": "3", "Ä;": "x"})
    c.call("customer_extra.set", customer="C2", products="valves")
    first = exported(test, c, "customer_extra")
    test.assertEqual((first[0]["customer_no"], first[0]["categories"]), ("C1", "south; vip"))
    told = lambda c: [{k: v for k, v in e.items() if k not in ("customer", "version")} for e in c.call("customer_extra.list")["customers"]]  # noqa: E731
    file = c.folder / "customer_extra.csv"
    with Company(type(c.backend)()) as other:
        furnish(other)
        other.call("customer.create", name="Beta", number="C2")
        other.call("category.import", rows=[{"code": "vip", "title": "Important"}, {"code": "south", "title": "South"}])
        test.assertEqual(command(test, other, "import", "customer_extra", file, "--dry-run")["created"], 2)
        test.assertEqual(told(other), [])
        answer = command(test, other, "import", "customer_extra", file)
        test.assertEqual((answer["created"], answer["rejected"]), (2, 0))
        codes = lambda c: [(e["number"], e["status"] and e["status"]["code"], e["source"] and e["source"]["code"], e["contact_origin"], e["products"],  # noqa: E731
                            sorted(k["code"] for k in e["categories"]), e["own_fields"]) for e in c.call("customer_extra.list")["customers"]]
        test.assertEqual(codes(other), codes(c))
        test.assertEqual(command(test, other, "import", "customer_extra", file)["same"], 2)
        answer = take(test, other, "customer_extra", "customer_no,products\nC1,hoses\nC2,valves\n")
        test.assertEqual((answer["updated"], answer["same"]), (1, 1))
        test.assertEqual([e[3:5] for e in codes(other)], [("fair", "hoses"), ("", "valves")])
        command(test, other, "import", "--undo", answer["batch"])
        test.assertEqual(codes(other), codes(c))
        answer = take(test, other, "customer_extra", "customer_no,status,categories\nC1,nothing,\nC2,,vip\nC2,,south\nC9,active,\n", "--keep-good")
        test.assertEqual((answer["accepted"], [f[0] for f in faults(answer)]), (1, [2, 4, 5]))


def exported_with(test, c, *options):
    file = c.folder / "other.csv"
    command(test, c, "export", "opportunity", "--file", file, *options)
    data = file.read_bytes()
    test.assertTrue(data.startswith(b"\xef\xbb\xbf"))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


ENTITIES = ("opportunity", "opportunity_history", "opportunity_visit", "opportunity_seller", "opportunity_line", "opportunity_touch", "link",
            "link_decision", "campaign", "campaign_cost", "campaign_member", "lead", "lead_contact", "lead_history", "activity",
            "customer_extra", "customer_category", "type", "source", "rejection", "customer_status", "category", "step", "pipeline", "group",
            "group_member")


def every_list_has_its_export(test, c):
    furnish(c)
    opportunity = c.call("opportunity.create", title="Deal", customer="C1", owner="7", amount={"minor": 100})["id"]
    c.call("opportunity.set_step", id=opportunity, step="offer")
    customer = c.call("customer.list")["customers"][0]["id"]
    order = c.order(customer, [1000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.link("order", order["id"], [(opportunity, 5000)])
    c.call("group.import", rows=[{"path": ["Sales", "East"], "employee": "7"}])
    c.call("campaign.add_cost", id="fair", date="2025-01-02", amount={"minor": 5000})
    counts = {entity: len(exported(test, c, entity)) for entity in ENTITIES}
    for entity in ("opportunity_history", "opportunity_visit", "link", "campaign_cost", "type", "step", "pipeline", "group", "group_member"):
        test.assertGreater(counts[entity], 0, entity)
    test.assertEqual(counts["opportunity_visit"], 2)
    test.assertEqual(exported(test, c, "link")[0]["share"], "50.00")
    test.assertEqual({r["code"] for r in exported(test, c, "step")}, {s["code"] for s in c.call("step.list")["steps"]})
    # Page by page: each row once, whatever the page's size.
    for entity in ("opportunity_history", "step", "link_decision"):
        seen, after = [], None
        while True:
            page = c.call("export.page", entity=entity, limit=2, after=after)
            seen += [tuple(r) for r in page["rows"]]
            after = page["next"]
            if after is None:
                break
        test.assertEqual(len(seen), counts[entity])
        test.assertEqual(len(set(seen)), len(seen))
    with test.assertRaises(Refused) as refused:
        c.call("export.page", entity="salaries")
    test.assertEqual(refused.exception.key, "export.entity.unknown")
    command(test, c, "export", "opportunity", "--file", c.folder / "x.pdf", code=1)
    test.assertFalse((c.folder / "x.pdf.part").exists())


def who_may_import_and_export_what(test, c):
    """A manager takes along and changes what her groups hold, and nothing else; a seller neither imports nor exports."""
    furnish(c)
    people = {e["number"]: e["id"] for e in c.call("employee.list")["employees"]}
    c.call("group.import", rows=[{"path": ["North"], "employee": "7"}, {"path": ["South"], "employee": "8"}])
    for login, role in (("maja", "sales_manager"), ("sven", "seller")):
        c.call("user.create", login=login, password="long enough", name=login, roles=[role], employee=people["7"])
    head = "external_id,title,customer_no,owner,start\n"
    take(test, c, "opportunities", head + "X1,Ours,C1,7,2025-01-15\nX2,Theirs,C1,8,2025-01-15\n")
    test.assertEqual({r["external_id"] for r in exported(test, c, "opportunity", "m.csv", "--user", "maja")}, {"X1"})
    test.assertEqual({r["external_id"] for r in exported(test, c, "opportunity_history", "h.csv", "--user", "maja")}, {"X1"})
    answer = take(test, c, "opportunities", head + "X1,Ours now,C1,7,2025-01-15\nX2,Mine now,C1,7,2025-01-15\n", "--upsert", "--keep-good",
                  "--user", "maja")
    test.assertEqual((answer["updated"], answer["rejected"]), (1, 1))
    test.assertEqual({k: o["title"] for k, o in opportunities(c).items()}, {"X1": "Ours now", "X2": "Theirs"})
    take(test, c, "opportunities", head + "X3,Not so,C1,7,2025-01-15\n", "--user", "sven", code=1)
    command(test, c, "export", "opportunity", "--file", c.folder / "s.csv", "--user", "sven", code=1)
    test.assertIn("permission", c.said)
    test.assertFalse((c.folder / "s.csv").exists())
    test.assertEqual(len(opportunities(c)), 2)


CASES = [a_dry_run_checks_everything_and_writes_nothing, upsert_changes_by_the_rules_of_the_form, an_import_is_undone_where_nobody_touched_it,
         a_broken_off_import_goes_on_where_it_stopped, all_or_nothing_holds_beyond_one_chunk, lists_are_known_by_their_codes,
         text_files_of_every_encoding, separators_quotes_and_amounts, a_tfso_file_comes_in_by_its_profile,
         a_tfso_file_may_speak_swedish_or_norwegian, a_batch_counts_every_row_of_its_file, workbooks,
         broken_workbooks_are_refused_with_their_reason, what_is_exported_can_be_imported, leads_and_campaigns_come_back_whole, additional_info_comes_back_whole,
         every_list_has_its_export,
         who_may_import_and_export_what]


class ImportExport(unittest.TestCase):
    pass


def add(case, backend):
    def run(self):
        with Company(backend()) as company:
            case(self, company)
    run.__doc__ = case.__doc__
    setattr(ImportExport, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add(_case, _backend)

if __name__ == "__main__":
    unittest.main()
