# SPDX-License-Identifier: Apache-2.0
"""The rules of the sales side one by one, by their numbers, each through every path that it holds on."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused, compare  # noqa: E402
from sales_side import as_user, audit, cases, module_rows, refused, user  # noqa: E402


def _get(c, number, **more):
    return c.call("opportunity.get", id=number, **more)


def _reset(c, number):
    c.send({"action": "opportunity.update", "input": {"id": number, "probability": None}})


def rule_1_a_step_sets_probability_and_status_until_a_hand_does(test, c):
    """Form, board (set_step), bulk edit, import and action call treat a hand-set probability alike."""
    customer = c.customer("Acme")
    paths = {
        "board": lambda o, step: c.call("opportunity.set_step", id=o, step=step),
        "form": lambda o, step: c.call("opportunity.update", id=o, step=step),
        "bulk": lambda o, step: c.call("opportunity.bulk_update", ids=[o], changes={"step": step})}
    for name, move in paths.items():
        o = c.opportunity(name, customer)
        test.assertEqual(_get(c, o)["probability"], "10.00")
        move(o, "offer")
        test.assertEqual((_get(c, o)["probability"], _get(c, o)["probability_origin"]), ("40.00", "step"), name)
        c.call("opportunity.update", id=o, probability="31.56")
        move(o, "negotiation")
        test.assertEqual((_get(c, o)["probability"], _get(c, o)["probability_origin"]), ("31.56", "user"), name)
        move(o, "closed_won")
        won = _get(c, o)
        test.assertEqual((won["status"], won["probability"], won["effective_probability"]), ("won", "31.56", "100.00"), name)
        move(o, "closed_lost")
        test.assertEqual(_get(c, o)["effective_probability"], "0.00", name)
        c.call("opportunity.reopen", id=o)
        test.assertEqual(_get(c, o)["effective_probability"], "31.56", name)
        _reset(c, o)
        test.assertEqual((_get(c, o)["probability"], _get(c, o)["probability_origin"]), ("60.00", "step"), name)
    c.call("opportunity.import", rows=[{"title": "hand", "customer": customer, "step": "offer", "probability": "5.25"},
                                       {"title": "step", "customer": customer, "step": "offer"}])
    found = {o["title"]: (o["probability"], o["probability_origin"]) for o in c.call("opportunity.list", step="offer")["opportunities"]}
    test.assertEqual(found, {"hand": ("5.25", "user"), "step": ("40.00", "step")})


def rule_2_lost_demands_its_rejection_on_every_path(test, c):
    customer = c.customer("Acme")
    c.call("step.update", id="closed_lost", rejection_rule="required")
    o = c.opportunity("Deal", customer)
    key = "opportunity.rejection.missing"
    for action, fields in (("opportunity.lose", {"id": o}), ("opportunity.set_step", {"id": o, "step": "closed_lost"}),
                           ("opportunity.update", {"id": o, "step": "closed_lost"}),
                           ("opportunity.create", {"title": "x", "customer": customer, "step": "closed_lost"})):
        test.assertEqual(refused(test, c, action, **fields).key, key, action)
    row = c.call("opportunity.bulk_update", ids=[o], changes={"step": "closed_lost"})["rows"][0]
    test.assertEqual(row["key"], key)
    row = c.call("opportunity.import", rows=[{"title": "x", "customer": customer, "status": "lost", "start": "2025-01-01",
                                              "closed_on": "2025-02-01"}])["rejected"][0]
    test.assertEqual(row["key"], key)
    c.call("opportunity.lose", id=o, rejection="price")  # without a step: the pipeline's lost step
    lost = _get(c, o)
    test.assertEqual((lost["status"], lost["step"]["code"], lost["rejection"]["code"]), ("lost", "closed_lost", "price"))
    c.call("opportunity.lose", id=o, rejection="competitor", note="Beta AB")  # said better later
    test.assertEqual((_get(c, o)["rejection"]["code"], _get(c, o)["rejection_note"]), ("competitor", "Beta AB"))
    c.call("opportunity.reopen", id=o)
    test.assertEqual((_get(c, o)["status"], _get(c, o)["step"]["code"], _get(c, o)["rejection"]), ("open", "first_meeting", None))
    test.assertEqual(audit(c, "opportunity", o)[-1], "opportunity.reopen")


def rule_2_the_status_is_never_a_steps_name(test, c):
    customer = c.customer("Acme")
    c.call("step.create", title="Closed Won (not yet)", code="closed_won_not", probability=90)
    o = c.call("opportunity.create", title="x", customer=customer, step="closed_won_not")["id"]
    test.assertEqual((_get(c, o)["status"], _get(c, o)["effective_probability"]), ("open", "90.00"))


def rule_3_shares_add_up_and_count_a_deal_once(test, c):
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    for sellers in ([(anna, 6000), (bo, 3999)], [(anna, 5000), (anna, 5000)]):
        shares = [{"employee": e, "share": f"{bp / 100:.2f}"} for e, bp in sellers]
        for action, fields in (("opportunity.create", {"title": "x", "customer": customer}),):
            test.assertIn(refused(test, c, action, sellers=shares, **fields).key, ("opportunity.sellers.sum", "opportunity.sellers.twice"))
    alone = c.opportunity("alone", customer, owner=anna)
    test.assertEqual([s["share"] for s in _get(c, alone)["sellers"]], ["100.00"])
    c.call("opportunity.archive", id=alone)
    c.call("opportunity.create", title="two", customer=customer, owner=anna, amount={"minor": 10000},
           sellers=[{"employee": anna, "share": "66.67"}, {"employee": bo, "share": "33.33"}])
    report = c.report("pipeline", rows="seller")
    test.assertEqual(report["totals"]["measures"]["amount"]["minor"], 10000)
    test.assertEqual(sorted(r["measures"]["amount"]["minor"] for r in report["rows"]), [3333, 6667])


def rule_3_from_an_earlier_day_needs_right_and_reason_and_corrects(test, c):
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    o = c.opportunity("Deal", customer, owner=anna, sellers=[(anna, 10000)])
    order = c.order(customer, [9000], confirmed="2025-03-01T09:00:00Z")
    c.invoice("2025-04-01T09:00:00Z", order=order["id"])
    c.order(customer, [1000], confirmed="2025-01-10T09:00:00Z")
    c.drain()
    rows_before = module_rows(c, "select count(*) as n from sl_ledger")[0]["n"]
    shares = [{"employee": bo, "share": "100.00"}]
    back = {"id": o, "sellers": shares, "from": "2025-02-01"}
    test.assertEqual(refused(test, c, "opportunity.set_sellers", **back).key, "opportunity.sellers.reason")
    user(c, "anna", ["seller"], anna)
    with test.assertRaises(Refused) as caught:
        as_user(c, "anna", "opportunity.set_sellers", reason="mine", **back)
    test.assertEqual(caught.exception.key, "opportunity.sellers.right")
    # The form is no way round it.
    error = refused(test, c, "opportunity.update", id=o, sellers=shares, effective_at="2025-02-01T09:00:00Z")
    test.assertEqual(error.key, "opportunity.sellers.back")
    c.sellers(o, [(bo, 10000)], "2025-02-01")
    c.drain()
    compare(test, c)
    figures, _ = c.figures("seller")
    test.assertEqual({k: (v["ordered"], v["invoiced"]) for k, v in figures.items()}, {anna: (1000, 0), bo: (9000, 9000)})
    test.assertGreater(module_rows(c, "select count(*) as n from sl_ledger")[0]["n"], rows_before)  # corrections, nothing removed
    test.assertEqual([h["value"] for h in _get(c, o)["history"] if h["field"] == "sellers_reason"], ["agreed"])


def rule_4_parts_equal_the_whole_and_weighted_is_the_sum_of_rows(test, c):
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    for n, (amount, probability) in enumerate(((3333, "33.33"), (1, "50.00"), (9999, "0.01"), (777, "66.67"), (2, "25.00"))):
        c.call("opportunity.create", title=f"o{n}", customer=customer, owner=anna, amount={"minor": amount}, probability=probability,
               planned_close=f"2026-0{n + 1}-15", type=("new_sale", "renewal")[n % 2], source=("web", "phone", "fair")[n // 2],
               sellers=[{"employee": anna, "share": "33.33"}, {"employee": bo, "share": "66.67"}])
    total = c.report("pipeline")["totals"]["measures"]
    for axis in ("step", "seller", "month", "status", "type", "source", "customer", "campaign"):
        report = c.report("pipeline", rows=axis)
        for measure in ("amount", "weighted"):
            whole = total[measure]["minor"]
            test.assertEqual(sum(r["measures"][measure]["minor"] for r in report["rows"]), whole, f"{measure} by {axis}")
            test.assertEqual(report["totals"]["measures"][measure]["minor"], whole, f"total {measure} by {axis}")


def rule_5_unlike_currencies_are_never_added(test, c):
    customer = c.customer("Acme")
    error = refused(test, c, "opportunity.create", title="x", customer=customer, amount={"minor": 100000, "currency": "EUR"})
    test.assertEqual(error.key, "rate.missing")
    c.rate("EUR", "2025-01-01", "10.00")
    o = c.call("opportunity.create", title="x", customer=customer, amount={"minor": 100000, "currency": "EUR"},
               recurring={"minor": 1000}, recurring_months=12)["id"]
    found = _get(c, o)
    test.assertEqual((found["amount"], found["company_amount"]), ({"minor": 100000, "currency": "EUR"}, {"minor": 1000000, "currency": "SEK"}))
    test.assertEqual(found["contract_value"], {"minor": 112000, "currency": "EUR"})
    test.assertEqual(refused(test, c, "opportunity.update", id=o, recurring={"minor": 5, "currency": "SEK"}).key,
                     "opportunity.currency.unlike")
    test.assertEqual(refused(test, c, "opportunity.update", id=o, amount={"minor": 5, "currency": "SEK"}).key,
                     "opportunity.currency.beside")
    c.rate("EUR", "2025-06-01", "11.00")
    test.assertEqual(_get(c, o)["company_amount"]["minor"], 1000000)  # the stored rate, whatever the market does
    c.call("opportunity.update", id=o, title="y")
    test.assertEqual(_get(c, o)["company_amount"]["minor"], 1000000)
    c.call("opportunity.create", title="home", customer=customer, amount={"minor": 700})
    test.assertEqual(c.call("opportunity.refresh_rates"), {"refreshed": 1, "same": 0, "refused": [], "next": None})
    found = _get(c, o)
    test.assertEqual((found["company_amount"]["minor"], found["amount"]["minor"], found["rate"]["date"]), (1100000, 100000, "2025-06-01"))
    test.assertEqual(c.call("opportunity.refresh_rates", ids=[o])["same"], 1)
    test.assertEqual(c.report("pipeline")["totals"]["measures"]["amount"]["minor"], 1100700)


def rule_7_a_confirmed_order_does_what_the_pipeline_says(test, c):
    for rule, status, act in (("nothing", "open", "nothing"), ("propose", "open", "propose"), ("won", "won", "won")):
        c.on_confirmed(rule)
        customer = c.customer(rule)
        o = c.opportunity(rule, customer, amount={"minor": 5000})
        order = c.order(customer, [9000], confirmed="2025-03-01T09:00:00Z")
        c.drain()
        test.assertEqual((_get(c, o)["status"], _get(c, o)["amount"]["minor"]), (status, 5000), rule)  # the amount stays
        test.assertEqual(module_rows(c, f"select act from sl_order_rule where opportunity_id = {o}")[0]["act"], act)
        c.call("order.cancel", id=order["id"])
        c.drain()
        test.assertEqual(_get(c, o)["status"], "open", rule)


def rule_7_a_win_that_somebody_touched_stays(test, c):
    c.on_confirmed("won")
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer)
    order = c.order(customer, [9000], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.call("opportunity.reopen", id=o)
    c.call("opportunity.win", id=o)
    c.call("order.cancel", id=order["id"])
    c.drain()
    test.assertEqual(_get(c, o)["status"], "won")


def rule_11_the_companys_zone_and_fiscal_year_decide_the_month(test, c):
    customer = c.customer("Acme")
    c.call("company.update", fiscal_year_start_month=5)
    for number, moment in enumerate(("2026-04-30T21:30:00Z", "2026-04-30T22:30:00Z")):  # 23:30 on 30 April, 00:30 on 1 May
        c.order(customer, [100 * (number + 1)], confirmed=moment)
    c.drain()
    months, _ = c.figures("month")
    test.assertEqual({k: v["ordered"] for k, v in months.items() if v["ordered"]}, {"2026-04": 100, "2026-05": 200})
    quarters, _ = c.figures("quarter")
    test.assertEqual({k: v["ordered"] for k, v in quarters.items() if v["ordered"]}, {"2025-Q4": 100, "2026-Q1": 200})
    o = c.call("opportunity.create", title="x", customer=customer, effective_at="2026-01-01T00:00:00", start="2026-01-01")["id"]
    c.call("opportunity.win", id=o, effective_at="2026-03-31T22:30:00Z")
    test.assertEqual(_get(c, o)["actual_close"], "2026-04-01")


def rule_12_what_documents_tell_of_is_archived_not_deleted(test, c):
    customer = c.customer("Acme")
    kept, linked, free = c.opportunity("kept", customer), c.opportunity("linked", c.customer("Beta")), c.opportunity("free", c.customer("Gamma"))
    order = c.order(customer, [9000], confirmed="2025-03-01T09:00:00Z")
    draft = c.order(c.customer("Delta"), [100])
    c.drain()
    c.link("order", draft["id"], [(linked, 10000)])
    c.undo("order", draft["id"])
    c.drain()
    answer = c.call("opportunity.delete", id=kept)
    test.assertEqual((answer["deleted"], answer["archived"], answer["because"]), (False, True, "ledger"))
    test.assertIn("kept", answer["message"])
    test.assertEqual(c.call("opportunity.delete", id=linked)["because"], "link")  # no money, but people spoke of it
    test.assertEqual({k[3] for k in c.balances()}, {kept})
    test.assertEqual([o["title"] for o in c.call("opportunity.list")["opportunities"]], ["free"])
    test.assertEqual(len(c.call("opportunity.list", archived=True)["opportunities"]), 3)
    answer = c.call("opportunity.delete", id=free)
    test.assertEqual((answer["deleted"], answer["archived"]), (True, False))
    test.assertEqual(refused(test, c, "opportunity.get", id=free).key, "opportunity.not_found")
    for table in ("sl_field_history", "sl_step_visit"):
        test.assertEqual(module_rows(c, f"select count(*) as n from {table} where opportunity_id = {free}")[0]["n"], 0)
    test.assertEqual(audit(c, "opportunity", free), ["opportunity.create", "opportunity.delete"])
    test.assertGreater(c.opportunity("next", customer), free)  # a number is never given twice
    c.call("opportunity.restore", id=kept)
    test.assertIn("kept", [o["title"] for o in c.call("opportunity.list")["opportunities"]])
    c.call("opportunity.delete", id=kept)
    c.call("order.cancel", id=order["id"])
    c.drain()
    test.assertEqual(c.balances(), {})
    test.assertEqual(c.call("opportunity.delete", id=kept)["because"], "ledger")  # the money has gone, its history has not


def rule_10_the_log_tells_from_what_to_what(test, c):
    """Old and new value of every changed field, for one record and for many; what was deleted; which document a link was about."""
    def log(entity, number):
        rows = module_rows(c, f"select action, detail, changes from sl_audit where entity = '{entity}' and entity_id = {number} order by id")
        return [(r["action"], r["detail"], json.loads(r["changes"]) if r["changes"] else None) for r in rows]
    anna, customer = c.employee("Anna"), c.customer("Acme")
    deal, twin, gone = (c.call("opportunity.create", title=t, customer=customer, planned_close="2026-03-01")["id"] for t in ("Deal", "Twin", "Gone"))
    c.call("opportunity.update", id=deal, title="Big deal", owner=anna, planned_close="2026-04-01", probability="40.00", margin={"minor": 77}, request_id="r1")
    action, detail, changes = log("opportunity", deal)[-1]
    test.assertEqual((action, set(detail.split())), ("opportunity.update", {"id", "title", "owner", "planned_close", "probability", "margin", "request_id"}))
    test.assertEqual({k: changes[k] for k in ("title", "planned_close", "probability")},
                     {"title": ["Deal", "Big deal"], "planned_close": ["2026-03-01", "2026-04-01"], "probability": ["10", "40"]})
    test.assertEqual(changes["owner"], [None, {"id": anna, "title": "Anna"}])
    test.assertNotIn("margin", changes)  # whoever reads the log may lack that right
    c.call("opportunity.bulk_update", ids=[deal, twin], changes={"description": "both"})
    for number in (deal, twin):
        test.assertEqual(log("opportunity", number)[-1], ("opportunity.bulk_update", "description", {"description": ["", "both"]}))
    c.call("opportunity.delete", id=gone)
    action, _, changes = log("opportunity", gone)[-1]
    test.assertEqual((action, changes["deleted"]["title"], changes["deleted"]["customer"]["title"]), ("opportunity.delete", "Gone", "Acme"))
    made = c.call("source.create", title={"en": "Poster"}, code="poster")["id"]
    test.assertEqual(log("source", made)[-1][2]["code"], [None, "poster"])
    c.call("source.update", id="poster", title={"en": "Posters"})
    test.assertEqual([v for v in log("source", made)[-1][2].values() if "Posters" in str(v)][0], ["Poster", "Posters"])
    c.call("source.delete", id="poster")
    test.assertEqual(log("source", made)[-1][2]["deleted"]["code"], "poster")
    c.call("customer_extra.set", customer=customer, products="pumps")
    c.call("customer_extra.set", customer=customer, products="valves")
    test.assertEqual(log("customer_extra", customer)[-1][2], {"products": ["pumps", "valves"]})
    c.call("opportunity.import", rows=[{"title": "New", "customer": customer, "external_id": "X"}], upsert=True)
    imported = module_rows(c, "select id from sl_opportunity where external_id = 'X'")[0]["id"]
    test.assertEqual(log("opportunity", imported)[-1][:2], ("opportunity.import", "customer external_id title"))
    order, invoice = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")["id"], c.invoice("2025-03-02T09:00:00Z", [100], customer=customer)["id"]
    c.drain()
    for kind, number in (("order", order), ("invoice", invoice)):
        c.link(kind, number, [(deal, 5000)])
        given = log("link", number)[-1][2]["given"]
        test.assertEqual((given["document_kind"], given["document"], given["shares"]), (kind, number, [{"opportunity": deal, "share": "50.00"}]))
    told = c.call("list.query", **{"list": "audit", "filter": [{"field": "record_kind", "value": "source"}]})["rows"]
    test.assertTrue(any("Posters" in row["cells"]["changes"] for row in told))


def rule_12_what_was_put_away_catches_no_documents(test, c):
    customer = c.customer("Acme")
    o = c.call("opportunity.create", title="x", customer=customer, start="2025-01-01", effective_at="2025-01-01T08:00:00Z")["id"]
    c.call("opportunity.archive", id=o)
    c.order(customer, [100], confirmed="2090-01-01T09:00:00Z")  # later than the archiving
    c.order(customer, [200], confirmed="2025-03-01T09:00:00Z")  # before it
    c.drain()
    test.assertEqual({k[3]: v[1] for k, v in c.balances().items()}, {0: 100, o: 200})


Rules = cases(globals(), "Rules")

if __name__ == "__main__":
    unittest.main()
