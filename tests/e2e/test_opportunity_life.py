# SPDX-License-Identifier: Apache-2.0
"""Opportunities beyond the form: as they were, moved, changed by the hundred, listed, expiring."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused, compare  # noqa: E402
from sales_side import as_user, audit, cases, Clocked, module_rows, module_schema, refused, user  # noqa: E402


def _get(c, number, **more):
    return c.call("opportunity.get", id=number, **more)


def as_it_was_at_a_time(test, c):
    anna, bo, first, second = c.employee("Anna"), c.employee("Bo"), c.customer("Acme"), c.customer("Beta")
    c.to("2026-01-10T09:00:00Z")
    o = c.call("opportunity.create", title="x", customer=first, owner=anna, amount={"minor": 100}, source="web", type="new_sale",
               planned_close="2026-03-01")["id"]
    c.to("2026-02-10T09:00:00Z")
    c.call("opportunity.update", id=o, customer=second, owner=bo, amount={"minor": 900}, source="phone", margin={"minor": 50},
           planned_close="2026-06-01", probability="77.00", recurring={"minor": 10}, recurring_months=3)
    c.call("opportunity.set_step", id=o, step="offer")
    c.to("2026-03-10T09:00:00Z")
    c.call("opportunity.lose", id=o, rejection="price")

    def was(moment):
        f = _get(c, o, as_of=moment)
        return (f["customer"]["name"], f["owner"]["name"], f["amount"]["minor"], f["source"]["code"], f["planned_close"], f["step"]["code"],
                f["status"], f["probability"], f["rejection"] and f["rejection"]["code"], f["margin"] and f["margin"]["minor"],
                f["contract_value"]["minor"], len(f["visits"]))
    test.assertEqual(was("2026-01-20T09:00:00Z"),
                     ("Acme", "Anna", 100, "web", "2026-03-01", "first_meeting", "open", "10.00", None, None, 100, 1))
    test.assertEqual(was("2026-02-20"), ("Beta", "Bo", 900, "phone", "2026-06-01", "offer", "open", "77.00", None, 50, 930, 2))
    test.assertEqual(was("2026-03-20")[5:9], ("closed_lost", "lost", "77.00", "price"))
    test.assertEqual(refused(test, c, "opportunity.get", id=o, as_of="2026-01-01").key, "opportunity.as_of.before")
    entry = next(h for h in _get(c, o)["history"] if h["field"] == "amount" and h["value"] == "900")
    test.assertEqual((entry["effective_at"], entry["recorded_at"]), ("2026-02-10T09:00:00Z",) * 2)
    test.assertEqual(_get(c, o)["times_slipped"], 1)


def history_is_told_in_dates_and_percent(test, c):
    """What get and export tell of the past reads as people and files write it, never as the numbers that are stored."""
    o = c.call("opportunity.create", title="x", customer=c.customer("Acme"), start="2026-03-01", planned_close="2026-07-01", amount={"minor": 900})["id"]
    c.call("opportunity.update", id=o, probability="40.00", delivery_date="2026-08-01")
    want = {"start": "2026-03-01", "planned_close": "2026-07-01", "probability": "40.00", "delivery_date": "2026-08-01", "amount": "900"}
    test.assertEqual({h["field"]: h["value"] for h in _get(c, o)["history"] if h["field"] in want}, want)
    page = c.call("export.page", entity="opportunity_history")
    told = {r["field"]: r["value"] for r in (dict(zip(page["columns"], row)) for row in page["rows"])}
    test.assertEqual({field: value for field, value in told.items() if field in want}, want)
    test.assertEqual(_get(c, o, as_of="2026-03-03")["planned_close"], "2026-07-01")


def moved_to_another_customer_it_keeps_its_documents(test, c):
    first, second = c.customer("Acme"), c.customer("Beta")
    o = c.opportunity("Deal", first)
    order = c.order(first, [9000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    test.assertEqual([d["foreign"] for d in _get(c, o)["documents"]], [False])
    c.call("opportunity.update", id=o, customer=second)
    c.drain()
    documents = _get(c, o)["documents"]
    test.assertEqual([(d["kind"], d["id"], d["customer"]["name"], d["amount"]["minor"], d["foreign"]) for d in documents],
                     [("order", order["id"], "Acme", 9000, True)])
    figures, _ = c.figures("customer")
    test.assertEqual({k: v["ordered"] for k, v in figures.items()}, {first: 9000})  # the document's customer


def _query(c, name, field, value, op="=", **more):
    rows = c.call("list.query", **{"list": name, "filter": [{"field": field, "op": op, "value": value}], **more})["rows"]
    return [{"id": row["id"], **row["cells"]} for row in rows]


def a_customer_merged_in_the_host_is_one_customer(test, c):
    """A merge moves nothing; what was written down for either id is found by either, and told as the one that stayed."""
    old, new, other = (c.customer(n, number=n[:2].upper()) for n in ("Old Ltd", "New Ltd", "Third Ltd"))
    mine = c.opportunity("Old deal", old)
    order = c.order(old, [9000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.call("opportunity.create", title="Not theirs", customer=other)
    lost = c.call("opportunity.create", title="Gone", customer=old)["id"]
    c.call("opportunity.lose", id=lost, rejection="price", note="too dear")
    note = c.call("activity.create", customer=old, kind="note", title="Called")["id"]
    c.call("customer_extra.set", customer=old, contact_origin="fair", products="pumps", own_fields={"floor": "3"})
    campaign = c.campaign("Fair", "fair")
    c.call("campaign.add_members", id=campaign, customers=[old])
    version = [row for row in c.call("customer.list")["customers"] if row["id"] == old][0]["version"]
    c.call("customer.merge", id=old, into=new, expected_version=version)
    c.drain()

    for name in (old, new, "NE", "New Ltd"):
        test.assertEqual([o["id"] for o in c.call("opportunity.list", customer=name)["opportunities"]], [mine, lost], name)
        test.assertEqual([a["id"] for a in c.call("activity.list", customer=name)["activities"]], [note], name)
        extra = c.call("customer_extra.get", customer=name)
        test.assertEqual((extra["customer"], extra["name"], extra["contact_origin"], extra["version"], extra["own_fields"], extra["last_lost"]["opportunity"]),
                         (new, "New Ltd", "fair", 1, {"floor": "3"}, lost), name)
    for number in (old, new):
        rows = _query(c, "opportunity", "customer", number, columns=["customer"])
        test.assertEqual([(r["id"], r["customer"]) for r in rows], [(i, {"id": new, "title": "New Ltd"}) for i in (mine, lost)])
        test.assertEqual(len(_query(c, "opportunity", "customer", [number], "not_in")), 1)
        test.assertEqual(len(_query(c, "opportunity", "customer", number, "!=")), 1)
        test.assertEqual([r["customer"]["id"] for r in _query(c, "activity", "customer", number)], [new])
        test.assertEqual([r["customer"]["id"] for r in _query(c, "campaign_member", "customer", number)], [new])
    told = c.call("list.query", list="customer_extra", columns=["customer", "products"])["rows"]
    test.assertEqual({r["cells"]["customer"]["id"]: r["cells"]["products"] for r in told}, {new: "pumps", other: ""})
    groups = c.call("list.summary", list="opportunity", group="customer")["groups"]
    test.assertEqual({(g["key"], g["label"], g["count"]) for g in groups}, {(new, "New Ltd", 2), (other, "Third Ltd", 1)})
    found = _get(c, mine)
    test.assertEqual((found["customer"]["name"], [(d["id"], d["foreign"]) for d in found["documents"]]), ("New Ltd", [(order["id"], False)]))
    page = c.call("export.page", entity="opportunity")
    exported = [dict(zip(page["columns"], row)) for row in page["rows"]]
    test.assertEqual([(r["customer_no"], r["customer_name"]) for r in exported if r["id"] == mine], [("NE", "New Ltd")])

    test.assertEqual(c.call("campaign.add_members", id=campaign, customers=[new])["added"], 0)
    test.assertEqual([(m["member"], m["name"]) for m in c.call("campaign.list_members", id=campaign)["members"]], [(new, "New Ltd")])
    c.call("campaign.set_response", id=campaign, kind="customer", member=new, response="interested")
    c.call("campaign.remove_member", id=campaign, kind="customer", member=new)
    test.assertEqual(c.call("campaign.list_members", id=campaign)["members"], [])

    # What is set from now on stands on the one that stayed, whatever was known of the other.
    c.call("customer_extra.set", customer=new, products="", status="bankrupt", expected_version=1)
    extra = c.call("customer_extra.get", customer=old)
    test.assertEqual((extra["products"], extra["contact_origin"], extra["status"]["code"], extra["version"]), ("", "fair", "bankrupt", 2))
    test.assertEqual([r["customer"] for r in c.call("customer_extra.list", status="bankrupt")["customers"]], [new])
    test.assertEqual(module_rows(c, "select customer_id from sl_customer_extra"), [{"customer_id": new}])

    # Saving what a form shows moves nothing and is not held up by what stands in the way of new opportunities.
    for number in (old, new):
        c.call("opportunity.update", id=mine, customer=number, title=f"Saved {number}")
    test.assertEqual(module_rows(c, f"select customer_id from sl_opportunity where id = {mine}"), [{"customer_id": old}])
    test.assertEqual([h["field"] for h in _get(c, mine)["history"] if h["field"] == "customer"], ["customer"])
    for name in (old, new):
        test.assertEqual(refused(test, c, "opportunity.create", title="y", customer=name).key, "opportunity.customer.blocked")


def a_merged_customers_status_counts_until_the_other_has_one(test, c):
    old, new = c.customer("Old Ltd", number="OL"), c.customer("New Ltd", number="NE")
    c.call("customer_extra.set", customer=old, status="bankrupt", source="web", categories=[c.call("category.create", title={"en": "A"})["id"]])
    c.call("customer_extra.set", customer=new, products="pumps")
    version = [row for row in c.call("customer.list")["customers"] if row["id"] == old][0]["version"]
    c.call("customer.merge", id=old, into=new, expected_version=version)
    rows = [{"title": f"x{i}", "customer_number": "NE"} for i in range(30)]  # so many are read in bulk
    test.assertEqual(refused(test, c, "opportunity.create", title="y", customer=new).key, "opportunity.customer.blocked")
    for some in (rows, rows[:1]):
        test.assertEqual({r["key"] for r in c.call("opportunity.import", rows=some)["rejected"]}, {"opportunity.customer.blocked"})
    extra = c.call("customer_extra.get", customer=new)
    test.assertEqual((extra["products"], extra["source"]["code"], len(extra["categories"]), extra["version"]), ("pumps", "web", 1, 1))
    test.assertEqual([(e["customer"], e["source"]["code"]) for e in c.call("customer_extra.list")["customers"]], [(new, "web")])
    c.call("customer_extra.set", customer=new, status="active")
    c.call("opportunity.create", title="y", customer=new)
    test.assertEqual(c.call("opportunity.import", rows=rows)["rejected"], [])


def bulk_edit_holds_the_rules_of_the_form(test, c):
    customer, erik = c.customer("Acme"), c.employee("Erik")
    good, bad = (c.call("opportunity.create", title=t, customer=customer)["id"] for t in ("good", "bad"))
    c.call("opportunity.update", id=bad, amount={"minor": 5}, recurring={"minor": 5})
    c.rate("EUR", "2025-01-01", "10.00")
    changes = {"amount": {"minor": 100, "currency": "EUR"}, "owner": erik}
    answer = c.call("opportunity.bulk_update", ids=[good, bad, 999], changes=changes)
    test.assertEqual((answer["changed"], answer["refused"]), (0, 2))
    test.assertEqual([r["ok"] for r in answer["rows"]], [True, False, False])
    test.assertEqual([r.get("key") for r in answer["rows"]][1:], ["opportunity.currency.beside", "opportunity.not_found"])
    test.assertEqual((_get(c, good)["version"], _get(c, good)["owner"]), (1, None))  # one refusal leaves all as they were
    answer = c.call("opportunity.bulk_update", ids=[good, bad], changes=changes, keep_good=True)
    test.assertEqual((answer["changed"], answer["rows"][0]["version"]), (1, 2))
    test.assertEqual((_get(c, good)["company_amount"]["minor"], _get(c, bad)["version"]), (1000, 2))
    row = c.call("opportunity.bulk_update", ids=[{"id": good, "expected_version": 1}, good], changes={"title": "z"})["rows"]
    test.assertEqual([r["key"] for r in row], ["opportunity.version.conflict", "opportunity.ids.twice"])
    test.assertEqual(refused(test, c, "opportunity.bulk_update", ids=[good], changes={"titel": "z"}).key, "opportunity.titel.unknown")
    again = {"ids": [good], "changes": {"title": "once"}, "request_id": "r1"}
    test.assertEqual(c.call("opportunity.bulk_update", **again), c.call("opportunity.bulk_update", **again))
    test.assertEqual(_get(c, good)["version"], 3)


def margins_are_for_those_who_may_see_them(test, c):
    erik, customer = c.employee("Erik"), c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, owner=erik, amount={"minor": 1000}, margin={"minor": -50}, amount2={"minor": 7},
               recurring={"minor": 100}, recurring_months=6)["id"]
    c.call("opportunity.update", id=o, margin={"minor": 60})
    found = _get(c, o)
    test.assertEqual((found["margin"]["minor"], found["amount2"]["minor"], found["contract_value"]["minor"]), (60, 7, 1600))
    test.assertEqual(c.report("pipeline")["totals"]["measures"]["amount"]["minor"], 1000)  # neither is in any total
    user(c, "erik", ["seller"], erik)
    seen = as_user(c, "erik", "opportunity.get", id=o)
    test.assertEqual((seen["margin"], seen["amount2"]["minor"], [h for h in seen["history"] if h["field"] == "margin"]), (None, 7, []))
    test.assertIsNone(as_user(c, "erik", "opportunity.list")["opportunities"][0]["margin"])
    user(c, "linda", ["marketing"])
    for entity in ("opportunity", "opportunity_history"):
        page, all_of_it = as_user(c, "linda", "export.page", entity=entity), c.call("export.page", entity=entity)
        told = [dict(zip(page["columns"], row)) for row in page["rows"]]
        test.assertTrue(told and all(r.get("margin_minor") is None and r.get("field") != "margin" for r in told), entity)
        test.assertTrue(any("margin" in row or 60 in row for row in all_of_it["rows"]), entity)
    for fields in ({"action": "opportunity.update", "id": o}, {"action": "opportunity.create", "title": "y", "customer": customer}):
        with test.assertRaises(Refused) as caught:
            as_user(c, "erik", fields.pop("action"), margin={"minor": 1}, **fields)
        test.assertEqual(caught.exception.key, "opportunity.margin.right")


def lists_are_filtered_and_paged(test, c):
    customer, campaign = c.customer("Acme"), c.campaign("Fair", "fair")
    project = c.project("Bridge", customer=customer)
    made = {}
    for title, more in (("Ny TRÄDGÅRD 100%", {"type": "renewal", "planned_close": "2026-05-01"}), ("Bro", {"project": project, "source": "web"}),
                        ("trädgård igen", {"campaign": campaign, "planned_close": "2026-05-31"}), ("gone", {})):
        made[title] = c.call("opportunity.create", title=title, customer=customer, **more)["id"]
    c.call("opportunity.archive", id=made["gone"])

    def titles(**more):
        return [o["title"] for o in c.call("opportunity.list", **more)["opportunities"]]
    for text in ("Trädgård", "TRÄDGÅRD"):
        test.assertEqual(titles(text=text), ["Ny TRÄDGÅRD 100%", "trädgård igen"])
    test.assertEqual(titles(text="0%"), ["Ny TRÄDGÅRD 100%"])
    test.assertEqual(titles(text="_"), [])
    test.assertEqual(titles(type="renewal"), ["Ny TRÄDGÅRD 100%"])
    test.assertEqual(titles(project=project), ["Bro"])
    test.assertEqual(titles(source="web"), ["Bro"])
    test.assertEqual(titles(campaign="fair"), ["trädgård igen"])
    test.assertEqual(titles(planned_close_from="2026-05-01", planned_close_to="2026-05-30"), ["Ny TRÄDGÅRD 100%"])
    test.assertEqual(len(titles(archived=True)), 4)
    page, seen = c.call("opportunity.list", limit=2), []
    while True:
        seen += [o["title"] for o in page["opportunities"]]
        if page["next"] is None:
            break
        page = c.call("opportunity.list", limit=2, after=page["next"])
    test.assertEqual(seen, ["Ny TRÄDGÅRD 100%", "Bro", "trädgård igen"])
    c.call("type.archive", id="renewal")
    test.assertEqual(titles(type="renewal"), ["Ny TRÄDGÅRD 100%"])  # archived entries can be asked for


def overdue_opportunities_expire_after_a_week_of_notice(test, c):
    """Off by default. Notice seven days before, once; a planned activity or a new day keeps it; nightly by itself."""
    erik, customer = c.employee("Erik"), c.customer("Acme")
    user(c, "erik", ["seller"], erik)
    made = {t: c.call("opportunity.create", title=t, customer=customer, owner=erik, planned_close="2026-03-01")["id"]
            for t in ("due", "moved", "busy", "never")}
    c.send({"action": "opportunity.update", "input": {"id": made["never"], "planned_close": None}})
    c.drain()
    test.assertEqual(c.call("opportunity.expire_due"), {"expired": 0, "told": 0})  # off
    c.call("pipeline.update", expire_after_days=30)
    if c.backend.name == "sqlite":
        c.stop()
        import sqlite3
        with sqlite3.connect(c.backend.file) as db:  # a planned activity, as the activities keep it
            db.execute(f"update sl_opportunity set next_activity = 30000 where id = {made['busy']}")
    else:
        c.backend.psql(c.backend.url, f"update {module_schema(c)}.sl_opportunity set next_activity = 30000 where id = {made['busy']}")

    def status():
        return {t: _get(c, o)["status"] for t, o in made.items()}
    c.to("2026-03-24T09:00:00Z")
    test.assertEqual(c.call("opportunity.expire_due"), {"expired": 0, "told": 0})
    c.to("2026-03-25T09:00:00Z")
    c.drain()  # by itself: the night's job
    notices = [r["message"] for r in c.backend.rows("select message from host_notice order by id")]
    test.assertEqual(sorted(n.split(" expires")[0] for n in notices), ["The opportunity due", "The opportunity moved"])
    test.assertIn("2026-04-01", notices[0])
    test.assertEqual(c.call("opportunity.expire_due"), {"expired": 0, "told": 0})  # told once
    c.call("opportunity.update", id=made["moved"], planned_close="2026-03-20")
    c.to("2026-03-31T21:00:00Z")  # 23:00 in Stockholm: the last day
    c.drain()
    test.assertEqual(set(status().values()), {"open"})
    c.to("2026-04-01T09:00:00Z")
    c.drain()
    test.assertEqual(status(), {"due": "expired", "moved": "open", "busy": "open", "never": "open"})
    found = _get(c, made["due"])
    test.assertEqual((found["actual_close"], found["effective_probability"]), ("2026-04-01", "0.00"))
    test.assertEqual(audit(c, "opportunity", made["due"])[-2:], ["opportunity.expiry_notice", "opportunity.expired_by_rule"])
    c.call("opportunity.reopen", id=made["due"])
    test.assertEqual(c.call("opportunity.expire_due")["expired"], 0)  # a week of notice anew
    c.order(customer, [100], confirmed="2026-04-01T10:00:00Z")


def switched_on_late_it_warns_before_it_expires(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="old", customer=customer, planned_close="2025-01-01")["id"]
    c.call("pipeline.update", expire_after_days=10)
    test.assertEqual(c.call("opportunity.expire_due"), {"expired": 0, "told": 1})
    c.to("2026-03-08T09:00:00Z")
    test.assertEqual(c.call("opportunity.expire_due")["expired"], 0)
    c.to("2026-03-09T09:00:00Z")
    test.assertEqual(c.call("opportunity.expire_due")["expired"], 1)
    test.assertEqual(_get(c, o)["status"], "expired")


def an_expired_opportunity_catches_no_documents(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="old", customer=customer, start="2026-01-01", planned_close="2026-02-25",
               effective_at="2026-01-01T08:00:00Z")["id"]
    c.call("pipeline.update", expire_after_days=0)
    c.call("opportunity.expire_due")
    c.to("2026-03-12T09:00:00Z")
    test.assertEqual(c.call("opportunity.expire_due")["expired"], 1)
    c.order(customer, [100], confirmed="2026-03-12T10:00:00Z")
    c.order(customer, [200], confirmed="2026-03-01T10:00:00Z")
    c.drain()
    test.assertEqual({k[3]: v[1] for k, v in c.balances().items()}, {0: 100, o: 200})


def shares_from_an_earlier_day_hold_from_that_day_on(test, c):
    c.to("2026-03-20T09:00:00Z")
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    o = c.opportunity("x", customer, since="2026-01-01T08:00:00Z", start="2026-01-01", owner=anna)
    c.order(customer, [1000], confirmed="2026-02-10T09:00:00Z")
    c.drain()
    c.sellers(o, [(anna, 6000), (bo, 4000)], "2026-03-01")
    c.sellers(o, [(bo, 10000)], "2026-02-01")
    test.assertEqual([(s["employee"]["name"], s["share"]) for s in _get(c, o)["sellers"]], [("Bo", "100.00")])
    c.to("2026-03-21T09:00:00Z")
    c.order(customer, [1000], confirmed="2026-03-05T08:00:00Z")
    c.order(customer, [1000], confirmed="2026-03-21T08:00:00Z")
    c.drain()
    figures, _ = c.figures("seller")
    test.assertEqual({seller: row["ordered"] for seller, row in figures.items()}, {bo: 3000})
    compare(test, c)


def another_pipeline_opens_nothing_again(test, c):
    customer, other = c.customer("Acme"), c.call("pipeline.create", title="Long")["id"]
    for path in ("form", "import"):
        o = c.call("opportunity.create", title=path, customer=customer, external_id=path)["id"]
        c.call("opportunity.expire", id=o)
        if path == "form":
            c.call("opportunity.update", id=o, pipeline=other)
        else:
            c.call("opportunity.import", upsert=True, rows=[{"external_id": path, "title": path, "pipeline": other}])
        found = _get(c, o)
        test.assertEqual((found["pipeline"], found["status"], found["actual_close"]), (other, "expired", "2026-03-02"), path)
    third = c.call("pipeline.create", title="Third")["id"]
    o = c.call("opportunity.create", title="x", customer=customer, pipeline=third)["id"]
    c.call("opportunity.lose", id=o, rejection="price")
    c.call("opportunity.update", id=o, pipeline=other)
    c.call("pipeline.archive", id=third)
    c.call("opportunity.reopen", id=o)
    test.assertEqual((_get(c, o)["pipeline"], _get(c, o)["status"]), (other, "open"))
    # A file that says "open" goes back to where it stood, as the form does.
    o = c.call("opportunity.create", title="y", customer=customer, external_id="y", step="offer")["id"]
    c.call("opportunity.win", id=o)
    c.call("opportunity.import", upsert=True, rows=[{"external_id": "y", "title": "y", "status": "open"}])
    test.assertEqual(_get(c, o)["step"]["code"], "offer")


def saving_what_stands_there_changes_nothing_else(test, c):
    customer = c.customer("Acme")
    c.rate("USD", "2026-01-01", "10.00")
    o = c.call("opportunity.create", title="x", customer=customer, amount={"minor": 10000, "currency": "USD"})["id"]
    c.rate("USD", "2026-03-02", "11.00")
    c.call("opportunity.update", id=o, title="y", amount={"minor": 10000, "currency": "USD"})
    c.call("opportunity.bulk_update", ids=[o], changes={"amount": {"minor": 10000, "currency": "USD"}, "description": "z"})
    test.assertEqual(_get(c, o)["company_amount"]["minor"], 100000)  # the rate of the last change of amount
    c.call("opportunity.update", id=o, amount={"minor": 20000, "currency": "USD"})
    test.assertEqual(_get(c, o)["company_amount"]["minor"], 220000)
    test.assertEqual(refused(test, c, "opportunity.update", id=o, currency="SEK").key, "opportunity.currency.alone")
    # A record from before the step demanded a rejection can still be edited.
    late = c.call("step.create", title="Given up", code="given_up", probability="0", status="lost", rejection_rule="none")["id"]
    c.call("opportunity.set_step", id=o, step=late)
    c.call("step.update", id=late, rejection_rule="required")
    c.call("opportunity.update", id=o, title="still editable")
    test.assertEqual(_get(c, o)["title"], "still editable")
    c.call("opportunity.update", id=o, rejection="price")
    test.assertEqual(refused(test, c, "opportunity.update", id=o, rejection=0 or "no_such").key, "reference.not_found")


def product_lines_and_their_sum(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, lines=[{"product": "a", "net": 1000}, {"product": "b", "net": 2000}])["id"]
    test.assertEqual((_get(c, o)["amount"]["minor"], _get(c, o)["amount_origin"]), (3000, "lines"))
    c.call("opportunity.update", id=o, amount={"minor": 500})
    test.assertEqual((_get(c, o)["amount"]["minor"], _get(c, o)["amount_origin"]), (500, "user"))
    c.send({"action": "opportunity.update", "input": {"id": o, "amount": None}})  # no longer overridden
    test.assertEqual((_get(c, o)["amount"]["minor"], _get(c, o)["amount_origin"]), (3000, "lines"))
    c.call("opportunity.update", id=o, lines=[])
    test.assertEqual((_get(c, o)["amount"], _get(c, o)["lines"]), (None, []))
    most = 900_000_000_000_000
    test.assertEqual(refused(test, c, "opportunity.update", id=o, lines=[{"product": str(n), "net": most} for n in range(20)]).key, "amount.too_large")


def a_contact_is_one_of_the_customers(test, c):
    first, second = c.customer("Acme"), c.customer("Beta")
    eva = c.call("contact.create", customer=first, name="Eva")["id"]
    test.assertEqual(refused(test, c, "opportunity.create", title="x", customer=second, contact=eva).key, "opportunity.contact.other")
    o = c.call("opportunity.create", title="x", customer=first, contact=eva)["id"]
    c.call("opportunity.update", id=o, title="y")
    test.assertEqual(_get(c, o)["contact"], eva)
    c.call("opportunity.update", id=o, customer=second)
    test.assertIsNone(_get(c, o)["contact"])


def what_a_loss_said_is_kept(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer)["id"]
    test.assertEqual(refused(test, c, "opportunity.update", id=o, rejection="price").key, "opportunity.rejection.open")
    test.assertEqual(refused(test, c, "opportunity.create", title="y", customer=customer, rejection="price").key, "opportunity.rejection.open")
    c.call("opportunity.lose", id=o, rejection="price", note="They asked for 20 % off")
    c.to("2026-03-03T09:00:00Z")
    c.call("opportunity.reopen", id=o)
    test.assertIn("They asked for 20 % off", [h["value"] for h in _get(c, o)["history"] if h["field"] == "rejection_note"])
    then = _get(c, o, as_of="2026-03-02T20:00:00Z")
    test.assertEqual((then["rejection"]["code"], then["rejection_note"]), ("price", "They asked for 20 % off"))
    # An archived default is none for new losses.
    lost = next(s for s in c.call("step.list")["steps"] if s["status"] == "lost")
    c.call("step.update", id=lost["id"], rejection_rule="required", default_rejection="competitor")
    c.call("rejection.archive", id="competitor")
    test.assertEqual(refused(test, c, "opportunity.lose", id=o).key, "opportunity.rejection.missing")


def nothing_closes_before_it_began(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, start="2026-02-01")["id"]
    for action, more in {"opportunity.win": {}, "opportunity.lose": {"rejection": "price"}, "opportunity.expire": {},
                         "opportunity.set_step": {"step": "offer"}}.items():
        found = refused(test, c, action, id=o, effective_at="2020-01-01", **more)
        test.assertIn("2026-02-01", found.message, action)
    test.assertEqual(len(_get(c, o)["visits"]), 1)
    rows = [{"external_id": "a", "title": "a", "customer": customer, "effective_at": "2028-01-01"}]
    test.assertIn("effective_at", str(c.call("opportunity.import", rows=rows, keep_good=True)))
    rows = [{"external_id": "b", "title": "b", "customer": customer, "start": "2027-01-01"}]
    c.call("opportunity.import", rows=rows)
    late = next(row["id"] for row in c.call("opportunity.list", text="b")["opportunities"] if row["title"] == "b")
    c.to("2026-03-03T09:00:00Z")
    c.call("opportunity.set_step", id=late, step="offer")
    test.assertEqual([v["step"]["code"] for v in _get(c, late)["visits"]], ["first_meeting", "offer"])


def who_has_left_gets_nothing_new(test, c):
    """As owner or seller, on every path; what they have they keep, and what is closed may tell of them."""
    customer, anna, bo = c.customer("Acme"), c.employee("Anna Ek", number="7"), c.employee("Bo", number="8")
    kept = c.call("opportunity.create", title="kept", customer=customer, owner=anna,
                  sellers=[{"employee": anna, "share": "60"}, {"employee": bo, "share": "40"}])["id"]
    other = c.call("opportunity.create", title="other", customer=customer, owner=bo)["id"]
    c.call("employee.update", id=anna, state="left")
    whole = [{"employee": anna, "share": "100"}]
    for action, field, more in (("opportunity.create", "owner", {"title": "x", "customer": customer, "owner": anna}),
                                ("opportunity.create", "sellers", {"title": "x", "customer": customer, "owner": bo, "sellers": whole}),
                                ("opportunity.update", "owner", {"id": other, "owner": "7"}),
                                ("opportunity.update", "sellers", {"id": other, "sellers": whole}),
                                ("opportunity.set_sellers", "sellers", {"id": other, "sellers": whole})):
        found = refused(test, c, action, **more)
        test.assertEqual((found.key, found.field), (f"opportunity.{field}.left", field), action)
        test.assertIn("Anna Ek", found.message)
    bulk = c.call("opportunity.bulk_update", ids=[kept, other], changes={"owner": anna}, keep_good=True)
    test.assertEqual([row.get("key") for row in bulk["rows"]], [None, "opportunity.owner.left"])
    rows = [{"external_id": "a", "title": "a", "customer": customer, "owner": "7"},
            {"external_id": "b", "title": "b", "customer": customer, "owner": "7", "status": "won", "start": "2025-01-01", "closed_on": "2025-02-01"}]
    answer = c.call("opportunity.import", rows=rows, keep_good=True)
    test.assertEqual((answer["created"], [r["key"] for r in answer["rejected"]]), (1, ["opportunity.owner.left"]))
    # What is theirs can be saved as it stands, shared anew with them in it, and handed over.
    c.call("opportunity.update", id=kept, title="still hers", owner=anna)
    c.call("opportunity.set_sellers", id=kept, sellers=[{"employee": anna, "share": "50"}, {"employee": bo, "share": "50"}])
    c.call("opportunity.update", id=kept, owner=bo)
    test.assertEqual(refused(test, c, "opportunity.update", id=kept, owner=anna).key, "opportunity.owner.left")
    # Leads too; one of hers is converted by somebody who works there.
    lead = c.call("lead.create", name="Tents", owner=bo)["id"]
    for action, more in (("lead.create", {"name": "x", "owner": anna}), ("lead.assign", {"id": lead, "owner": anna})):
        found = refused(test, c, action, **more)
        test.assertEqual((found.key, "Anna Ek" in found.message), ("lead.owner.left", True), action)
    answer = c.call("lead.import", rows=[{"external_id": "l", "kind": "company", "name": "y", "owner": "7"}], keep_good=True)
    test.assertEqual([r["key"] for r in answer["rejected"]], ["lead.owner.left"])
    c.call("employee.update", id=bo, state="left")
    done = c.call("lead.convert", id=lead, opportunity={"title": "Tents for all"})
    test.assertNotEqual((_get(c, done["opportunity"])["owner"] or {}).get("id"), bo)


def no_plan_closes_before_it_starts(test, c):
    customer = c.customer("Acme")
    dates = {"start": "2026-02-01", "planned_close": "2026-01-31"}
    early = refused(test, c, "opportunity.create", title="x", customer=customer, **dates)
    test.assertEqual((early.key, early.field), ("opportunity.planned_close.early", "planned_close"))
    test.assertTrue("2026-01-31" in early.message and "2026-02-01" in early.message, early.message)
    o = c.call("opportunity.create", title="x", customer=customer, start="2026-02-01", planned_close="2026-02-01")["id"]
    test.assertEqual(refused(test, c, "opportunity.update", id=o, planned_close="2026-01-31").key, "opportunity.planned_close.early")
    test.assertEqual(refused(test, c, "opportunity.update", id=o, start="2026-02-02").key, "opportunity.start.late")
    test.assertEqual(c.call("opportunity.bulk_update", ids=[o], changes={"planned_close": "2026-01-31"})["rows"][0]["key"], "opportunity.planned_close.early")
    c.call("opportunity.update", id=o, start="2026-03-01", planned_close="2026-04-01")
    answer = c.call("opportunity.import", rows=[{"external_id": "a", "title": "a", "customer": customer, **dates}], keep_good=True)
    test.assertEqual([(r["key"], r["field"]) for r in answer["rejected"]], [("opportunity.planned_close.early", "planned_close")])
    c.call("opportunity.import", rows=[{"external_id": "b", "title": "b", "customer": customer, "start": "2026-02-01"}])
    answer = c.call("opportunity.import", upsert=True, keep_good=True, rows=[{"external_id": "b", "title": "b", "customer": customer, "planned_close": "2026-01-01"}])
    test.assertEqual([r["key"] for r in answer["rejected"]], ["opportunity.planned_close.early"])
    lead = c.call("lead.create", name="Tents")["id"]
    found = refused(test, c, "lead.convert", id=lead, opportunity={"title": "x", "planned_close": "2020-01-01"})
    test.assertEqual((found.key, found.field), ("opportunity.planned_close.early", "opportunity.planned_close"))
    test.assertEqual(c.call("lead.get", id=lead)["status"], "new", "nothing was begun")
    # Who names no start begins no later than they plan to close.
    late = c.call("opportunity.create", title="late", customer=customer, planned_close="2020-05-05")["id"]
    test.assertEqual(_get(c, late)["start"], "2020-05-05")


def what_changes_nothing_leaves_no_trace(test, c):
    customer, anna = c.customer("Acme"), c.employee("Anna")
    o = c.call("opportunity.create", title="x", customer=customer, owner=anna, amount={"minor": 100, "currency": "SEK"}, description="d",
               sellers=[{"employee": anna, "share": "100"}], lines=[{"product": "A", "net": 100}])["id"]
    before, log = _get(c, o), len(module_rows(c, "select id from sl_audit"))
    same = {"title": "x", "owner": anna, "amount": {"minor": 100, "currency": "SEK"}, "sellers": [{"employee": anna, "share": "100"}],
            "lines": [{"product": "A", "net": 100}]}
    test.assertEqual(c.call("opportunity.update", id=o, request_id="once", expected_version=before["version"], **same)["version"], before["version"])
    test.assertEqual(c.call("opportunity.update", id=o, request_id="once", expected_version=before["version"], **same)["version"], before["version"])
    c.call("opportunity.bulk_update", ids=[o], changes={"title": "x"})
    c.stop()
    test.assertEqual(_get(c, o), before)
    test.assertEqual(len(module_rows(c, "select id from sl_audit")), log)
    test.assertEqual(c.call("opportunity.update", id=o, title="y")["version"], before["version"] + 1)
    test.assertEqual(len(module_rows(c, "select id from sl_audit")), log + 1)


def a_share_of_nothing_names_its_seller(test, c):
    customer, anna, bo = c.customer("Acme"), c.employee("Anna"), c.employee("Bo Ek")
    o = c.call("opportunity.create", title="x", customer=customer)["id"]
    for shares, key in ((("100", "0"), "opportunity.sellers.zero"),):
        found = refused(test, c, "opportunity.set_sellers", id=o, sellers=[{"employee": anna, "share": shares[0]}, {"employee": bo, "share": shares[1]}])
        test.assertEqual((found.key, found.field, "Bo Ek" in found.message), (key, "sellers", True), found.message)
    found = refused(test, c, "opportunity.set_sellers", id=o, sellers=[{"employee": bo, "share": "50"}, {"employee": bo, "share": "50"}])
    test.assertEqual((found.key, "Bo Ek" in found.message), ("opportunity.sellers.twice", True))


def a_touch_said_twice_counts_once(test, c):
    customer, fair, mail = c.customer("Acme"), c.campaign("Fair", "fair"), c.campaign("Mail", "mail")
    c.model("linear", "2025-01-01")
    o = c.opportunity("x", customer, since="2026-01-01T08:00:00Z", start="2026-01-01", touches=[(fair, "2026-01-10"), (mail, "2026-01-11")])
    c.call("opportunity.add_touch", id=o, campaign=fair, date="2026-01-10")
    c.call("opportunity.update", id=o, touches=[{"campaign": fair, "date": "2026-01-10"}])
    c.order(customer, [900], confirmed="2026-03-01T09:00:00Z")
    c.drain()
    figures, _ = c.figures("campaign")
    test.assertEqual({k: v["ordered"] for k, v in figures.items()}, {fair: 450, mail: 450})
    # A wrong one is taken back: what is linked keeps its campaigns until it is weighed anew.
    c.call("opportunity.remove_touch", id=o, campaign=fair, date="2026-01-10")
    test.assertEqual([t["campaign"]["code"] for t in _get(c, o)["touches"]], ["mail"])
    c.call("link.rerun", **{"from": "2026-01-01"})
    c.drain()
    figures, _ = c.figures("campaign")
    test.assertEqual({k: v["ordered"] for k, v in figures.items()}, {mail: 900})
    test.assertEqual(refused(test, c, "opportunity.remove_touch", id=o, campaign=fair, date="2026-01-10").key, "opportunity.touch.none")


def an_undo_needs_a_link(test, c):
    customer = c.customer("Acme")
    order = c.order(customer, [1000], confirmed="2026-03-01T09:00:00Z")
    c.drain()
    test.assertEqual(refused(test, c, "link.undo", document_kind="order", document=order["id"], reason="x").key, "link.none")


Life = cases(globals(), "Life", Clocked)

if __name__ == "__main__":
    unittest.main()
