# SPDX-License-Identifier: Apache-2.0
"""Campaigns: what they cost and brought, who answered, how they add up; and the cases of other systems with their numbers."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import cases  # noqa: E402


def _sek(minor):
    return {"minor": minor, "currency": "SEK"}


def _results(c, **params):
    """{campaign id: measures with amounts as minor units}, and the totals."""
    answer = c.report("campaign_results", **params)

    def plain(measures):
        return {k: v["minor"] if isinstance(v, dict) else v for k, v in measures.items()}
    return {r["id"]: plain(r["measures"]) for r in answer["rows"]}, plain(answer["totals"]["measures"])


def w8_return_on_won_and_on_invoiced(test, c):
    """W8: 2 won of 100 each on a campaign with cost 50, nothing invoiced: ROI on won 300 %, ROI -100 %."""
    fair, customer = c.campaign("Fair", "fair"), c.customer("Acme")
    c.call("campaign.add_cost", id=fair, amount=_sek(5000), date="2025-01-10")
    for _ in range(2):
        c.call("opportunity.win", id=c.opportunity("Deal", customer, campaign=fair, amount=_sek(10000)))
    own, _ = _results(c)
    test.assertEqual((own[fair]["roi_on_won"], own[fair]["roi"], own[fair]["invoiced"]), ("300.00", "-100.00", 0))
    free = c.campaign("Free", "free")
    test.assertIsNone(_results(c)[0][free]["roi"])  # cost 0 shows nothing


def e11_campaign_invoiced(test, c):
    """E11: posted 100 -> 100; a draft of 250 -> 0; 100 with a refund of 40 -> 60. 100 at 99 % and 200 at 0 % -> 99.00 (not 148.50).
    A team's 10,000 with a credit note of 3,000 -> 7,000."""
    anna, customer = c.employee("Anna"), c.customer("Acme")
    c.group("Team", "team", [anna])
    fair = c.campaign("Fair", "fair")
    c.invoice("2025-03-01T09:00:00Z", [10000], customer=customer, campaign=fair)
    c.drain()
    test.assertEqual(_results(c)[0][fair]["invoiced"], 10000)
    c.invoice(None, [25000], customer=customer, campaign=fair)
    c.drain()
    test.assertEqual(_results(c)[0][fair]["invoiced"], 10000)
    refunded = c.campaign("Refunded", "refunded")
    invoice = c.invoice("2025-03-02T09:00:00Z", [10000], customer=customer, campaign=refunded)
    c.credit("2025-03-03T09:00:00Z", [{"net": -4000, "sources": [{"invoice_line": invoice["lines"][0]}]}], invoice=invoice["id"])
    c.drain()
    own = _results(c)[0][refunded]
    test.assertEqual((own["invoices"], own["credits"], own["invoiced"]), (10000, -4000, 6000))

    def listed():
        rows = c.call("list.query", list="campaign", columns=["invoiced"], sort=["-invoiced"])["rows"]
        whole = c.call("list.summary", list="campaign", sums=["invoiced"])["sums"]["invoiced"]
        return [(row["id"], row["cells"]["invoiced"]["minor"]) for row in rows], [part["minor"] for part in whole]
    # The list of campaigns: while nothing is in the sums of sales, while all is, and with a row beside them.
    test.assertEqual(listed(), ([(fair, 10000), (refunded, 6000)], [16000]))
    c.call("ledger.rebuild")
    c.drain()
    test.assertEqual(listed(), ([(fair, 10000), (refunded, 6000)], [16000]))
    c.invoice("2025-03-04T09:00:00Z", [5000], customer=customer, campaign=refunded)
    c.drain()
    test.assertEqual(listed(), ([(refunded, 11000), (fair, 10000)], [21000]))
    c.opportunity("Sure", customer, amount=_sek(10000), probability=99)
    c.opportunity("Hopeless", customer, amount=_sek(20000), probability=0)
    test.assertEqual(c.report("pipeline", rows="status", filter={"status": "open"})["totals"]["measures"]["weighted"]["minor"], 9900)
    big = c.invoice("2025-04-01T09:00:00Z", [1000000], customer=c.customer("Big"), salesperson=anna)
    c.credit("2025-04-02T09:00:00Z", [{"net": -300000, "sources": [{"invoice_line": big["lines"][0]}]}], invoice=big["id"])
    c.drain()
    figures, _ = c.figures("group", **{"from": "2025-04"})
    test.assertEqual([v["invoiced"] for v in figures.values()], [700000])


def e16_pipeline_by_month_and_quarter(test, c):
    """E16: one opportunity of 150,000, close 2021-08-31, no owner, source Cold Calling: August 1 / 150,000, Q3 1 / 150,000. The year is
    kept (W12): the peer's "August" and "Q3" are "2021-08" and "2021-Q3" here, and a deal of August 2022 is another month."""
    c.call("source.create", title="Cold Calling", code="cold_calling")
    customer = c.customer("Acme")
    c.opportunity("Deal", customer, amount=_sek(15000000), start="2021-01-01", planned_close="2021-08-31", source="cold_calling")

    def cells(rows, **params):
        return {r["key"]: (r["measures"]["count"], r["measures"]["amount"]["minor"]) for r in c.report("pipeline", rows=rows, **params)["rows"]}
    for rows, key in (("month", "2021-08"), ("quarter", "2021-Q3"), ("seller", "none"), ("source", "cold_calling"), ("type", "none"),
                      ("step", "first_meeting")):
        test.assertEqual(cells(rows), {key: (1, 15000000)})
    c.opportunity("A year later", customer, amount=_sek(100), start="2021-01-01", planned_close="2022-08-31")
    test.assertEqual(cells("month"), {"2021-08": (1, 15000000), "2022-08": (1, 100)})
    test.assertEqual(cells("quarter"), {"2021-Q3": (1, 15000000), "2022-Q3": (1, 100)})


def e18_campaign_efficiency(test, c):
    """E18: two leads -> leads 2, quotes 0, orders 0; a quote of 2 x 1,000 of which one is ordered -> orders 1, value 1,000. Members stand
    in the place of leads. Ours differs in one number: a confirmed order is no offer any more, so what is ordered leaves "offered"."""
    fair = c.campaign("Fair", "fair")
    first, second = c.customer("First"), c.customer("Second")
    c.call("campaign.add_members", id=fair, customers=[first, second])
    own = _results(c)[0][fair]
    test.assertEqual((own["members"], own["offered"], own["ordered"]), (2, 0, 0))
    quotes = [c.order(first, [100000], offered="2025-03-01T09:00:00Z", campaign=fair) for _ in range(2)]
    c.drain()
    test.assertEqual(_results(c)[0][fair]["offered"], 200000)
    c.call("order.confirm", id=quotes[0]["id"], at="2025-03-02T09:00:00Z")
    c.drain()
    own = _results(c)[0][fair]
    test.assertEqual((own["members"], own["offered"], own["ordered"]), (2, 100000, 100000))


def members_stand_once_and_answer(test, c):
    fair = c.campaign("Fair", "fair")
    c.call("campaign.add_cost", id=fair, amount=_sek(10000), date="2025-01-10")
    people = [c.customer(f"Customer {n}") for n in range(7)]
    test.assertEqual(c.call("campaign.add_members", id="fair", customers=people[:5]), {"id": fair, "added": 5, "already": 0})
    test.assertEqual(c.call("campaign.add_members", id=fair, customers=people), {"id": fair, "added": 2, "already": 5})
    for bad in ({"customers": [999]}, {"leads": [999]}, {}):
        with test.assertRaises(Refused):
            c.call("campaign.add_members", id=fair, **bad)

    def respond(n, response, date="2025-02-01", **more):
        return c.call("campaign.set_response", id=fair, kind="customer", member=people[n], response=response, date=date, **more)
    for n, response in enumerate(["opened", "responded", "interested", "declined", "unsubscribed"]):
        test.assertEqual(respond(n, response)["version"], 2)
    with test.assertRaises(Refused) as refused:
        respond(0, "interested", expected_version=1)
    test.assertEqual(refused.exception.key, "campaign.member.version.conflict")
    with test.assertRaises(Refused) as refused:
        respond(0, "interested", date="2999-01-01")
    test.assertEqual(refused.exception.key, "campaign.date.future")
    own, totals = _results(c)
    # 3 of 7 answered: 42.86 %; 100.00 over three answers: 33.33 each
    wanted = {"members": 7, "opened": 1, "responses": 3, "interested": 1, "unsubscribed": 1, "response_rate": "42.86", "cost_per_response": 3333}
    for measures in (own[fair], totals):
        test.assertEqual({k: measures[k] for k in wanted}, wanted)
    test.assertEqual(_results(c, **{"from": "2025-02-02"})[0][fair]["responses"], 0)
    respond(1, "none")
    test.assertEqual(_results(c)[0][fair]["responses"], 2)
    c.call("campaign.remove_member", id=fair, kind="customer", member=people[2])
    with test.assertRaises(Refused) as refused:
        c.call("campaign.remove_member", id=fair, kind="customer", member=people[2])
    test.assertEqual(refused.exception.key, "campaign.member.not_found")

    def listed(**params):
        rows, after = [], None
        while True:
            page = c.call("campaign.list_members", id=fair, limit=2, after=after, **params)
            rows += [(m["member"], m["response"], m["name"]) for m in page["members"]]
            after = page["next"]
            if after is None:
                return rows
    test.assertEqual([m for m, _, _ in listed()], [p for n, p in enumerate(people) if n != 2])
    test.assertEqual(listed(response="declined"), [(people[3], "declined", "Customer 3")])
    test.assertEqual(listed(kind="lead"), [])


def campaigns_roll_up_and_have_no_circles(test, c):
    whole, part, leaf = c.campaign("Whole", "whole"), c.campaign("Part", "part", parent="whole"), c.campaign("Leaf", "leaf", parent="part")
    for campaign, cost in ((whole, 100), (part, 20), (leaf, 3)):
        c.call("campaign.add_cost", id=campaign, amount=_sek(cost), date="2025-01-10")
        c.invoice("2025-03-01T09:00:00Z", [cost * 10], customer=c.customer("Acme"), campaign=campaign)
    c.drain()
    own, totals = _results(c)
    rolled, rolled_totals = _results(c, roll_up=True)
    test.assertEqual([own[k]["cost"] for k in (whole, part, leaf)], [100, 20, 3])
    test.assertEqual([rolled[k]["cost"] for k in (whole, part, leaf)], [123, 23, 3])
    test.assertEqual([rolled[k]["invoiced"] for k in (whole, part, leaf)], [1230, 230, 30])
    test.assertEqual(rolled[whole]["roi"], "900.00")
    test.assertEqual((totals["cost"], totals["invoiced"], rolled_totals), (123, 1230, totals))
    for parent in ("leaf", "part", whole):
        with test.assertRaises(Refused) as refused:
            c.call("campaign.update", id=whole, parent=parent)
        test.assertEqual(refused.exception.key, "campaign.parent.circle")
    c.send({"action": "campaign.update", "input": {"id": part, "parent": None}})
    c.call("campaign.update", id=whole, parent="leaf")
    test.assertEqual(c.call("campaign.get", id=whole)["parent"], leaf)


def costs_are_corrected_and_leave_a_trace(test, c):
    fair = c.campaign("Fair", "fair")
    cost = c.call("campaign.add_cost", id=fair, amount=_sek(10000), date="2025-01-10", text="Stand")["cost"]
    c.rate("EUR", "2025-01-01", "11.00")
    done = c.call("campaign.update_cost", id=fair, cost=cost, amount={"minor": 1000, "currency": "EUR"}, expected_version=1)
    test.assertEqual(done, {"id": fair, "version": 2, "code": "fair", "cost": cost})
    with test.assertRaises(Refused) as refused:
        c.call("campaign.update_cost", id=fair, cost=cost, date="2025-02-10", expected_version=1)
    test.assertEqual(refused.exception.key, "campaign.version.conflict")
    shown = c.call("campaign.get", id=fair)["costs"]
    test.assertEqual([(k["amount"]["minor"], k["company_amount"]["minor"], k["text"], k["date"]) for k in shown], [(1000, 11000, "Stand", "2025-01-10")])
    test.assertEqual(_results(c)[0][fair]["cost"], 11000)
    c.call("campaign.remove_cost", id=fair, cost=cost)
    test.assertEqual(_results(c)[0][fair]["cost"], 0)
    with test.assertRaises(Refused) as refused:
        c.call("campaign.remove_cost", id=fair, cost=cost)
    test.assertEqual(refused.exception.key, "campaign.cost.not_found")
    c.stop()
    schema = getattr(c.backend, "schema", None)
    table = "sl_audit"
    if schema is not None or c.backend.name == "postgres":
        found = c.backend.psql(c.backend.url, "copy (select table_schema from information_schema.tables where table_name = 'sl_audit') to stdout")
        table = found.strip() + ".sl_audit"
    traces = [r["action"] for r in c.backend.rows(f"select action from {table} where entity = 'campaign' and entity_id = {fair} order by id")]
    test.assertEqual(traces, ["campaign.create", "campaign.add_cost", "campaign.update_cost", "campaign.remove_cost"])


def campaigns_are_listed_by_what_they_are(test, c):
    anna = c.employee("Anna")
    c.call("source.create", title="Web", code="web_site")
    a = c.campaign("Höstmässan 100 %", "autumn", "2025-09-01", "2025-10-31", medium="event", owner=anna)
    b = c.campaign("Mail", "mail", "2025-01-01", None, medium="mail", source="web_site", status="planned")
    d = c.campaign("Always", "always", medium="mail", parent="autumn")

    def listed(**params):
        return [k["id"] for k in c.call("campaign.list", **params)["campaigns"]]
    for params, wanted in (({}, [a, b, d]), ({"text": "MÄSSAN" if c.backend.name == "postgres" else "mässan"}, [a]), ({"text": "100 %"}, [a]),
                           ({"text": "_"}, []), ({"text": "AL"}, [d]), ({"status": "planned"}, [b]), ({"medium": "mail"}, [b, d]),
                           ({"owner": anna}, [a]), ({"source": "web_site"}, [b]), ({"parent": a}, [d]), ({"active_on": "2025-09-01"}, [a, b, d]),
                           ({"active_on": "2025-08-31"}, [b, d]), ({"active_on": "2024-12-31"}, [d]), ({"medium": "mail", "text": "mail"}, [b])):
        test.assertEqual(listed(**params), wanted, params)
    test.assertEqual(c.call("campaign.archive", id="mail", expected_version=1)["version"], 2)
    test.assertEqual(c.call("campaign.archive", id="mail")["version"], 2)  # said twice
    test.assertEqual((listed(), listed(archived=True)), ([a, d], [a, b, d]))
    c.call("campaign.archive", id="mail", archived=False)
    test.assertEqual(listed(), [a, b, d])
    test.assertEqual([len(c.pages("campaign.list", "campaigns", 1)), len(c.pages("campaign.list", "campaigns", 2))], [3, 3])


Campaigns = cases(globals(), "Campaigns")

if __name__ == "__main__":
    unittest.main()
