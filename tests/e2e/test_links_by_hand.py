# SPDX-License-Identifier: Apache-2.0
"""Links by hand: previews that tell what then happens, reasons part by part, suggestions with their reasons."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends, compare  # noqa: E402
from test_random_worlds import RandomWorld  # noqa: E402


def moved(changes):
    """{(measure, seller, campaign, month): (before, after)}"""
    found = {}
    for m in changes:
        key = (m["measure"], m["seller"], m["campaign"], m["month"])
        assert key not in found and m["after"]["minor"] - m["before"]["minor"] == m["amount"]["minor"] != 0
        found[key] = (m["before"]["minor"], m["after"]["minor"])
    return found


def by_seller_campaign_month(c):
    """What the reports say, in the shape of moved()."""
    found = {}
    for campaign in [0, *c.campaigns]:
        key = "none" if campaign == 0 else c.campaigns[campaign]["code"]
        figures, _ = c.figures("seller", "month", filter={"campaign": key})
        for (seller, month), row in figures.items():
            for measure in ("offered", "ordered", "invoiced"):
                found[measure, seller, campaign, month] = row[measure]
    return found


def differences(before, after):
    keys = set(before) | set(after)
    return {k: (before.get(k, 0), after.get(k, 0)) for k in keys if before.get(k, 0) != after.get(k, 0)}


def two_users_on_one_document(test, c):
    """Both saw the document without a link by hand; the second is told that there is one now, whatever the line."""
    customer = c.customer("Acme")
    first, second = c.opportunity("First", customer), c.opportunity("Second", customer)
    order = c.order(customer, [100, 50], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    place = {"document_kind": "order", "document": order["id"]}
    seen = c.call("link.show", **place)["version"]
    whole = lambda deal: [{"opportunity": deal, "share": "100.00"}]  # noqa: E731
    c.call("link.set", **place, shares=whole(first), expected_version=seen, preview=True)
    test.assertEqual(c.call("link.show", **place)["version"], seen, "a look changes nothing")
    done = c.call("link.set", **place, shares=whole(first), expected_version=seen)
    for action, more in (("link.set", {"shares": whole(second), "reason": "mine"}), ("link.undo", {"reason": "mine"}),
                         ("link.set", {"shares": whole(second), "reason": "mine", "line": order["lines"][0]})):
        with test.assertRaises(Refused) as refused:
            c.call(action, **place, **more, expected_version=seen)
        test.assertEqual((refused.exception.key, str(done["version"]) in refused.exception.message), ("link.version.conflict", True), action)
    test.assertEqual([x["opportunity"] for x in c.call("link.show", **place)["links"]], [first])
    c.call("link.undo", **place, reason="wrong", expected_version=done["version"])
    c.call("link.set", **place, shares=whole(second), reason="who cannot know it says nothing")
    test.assertEqual([x["opportunity"] for x in c.call("link.show", **place)["links"]], [second])


def a_preview_tells_what_the_relink_then_does(test, c):
    anna, bo, customer = c.employee("Anna"), c.employee("Bo"), c.customer("Acme")
    fair, mail = c.campaign("Fair", "fair"), c.campaign("Mail", "mail")
    first = c.opportunity("First", customer, sellers=[(anna, 10000)], campaign=fair)
    second = c.opportunity("Second", customer, sellers=[(anna, 5000), (bo, 5000)], campaign=mail)
    order = c.order(customer, [10000, 333], confirmed="2025-03-01T09:00:00Z", opportunity=first)
    invoice = c.invoice("2025-04-02T09:00:00Z", order=order["id"])
    credit = c.credit("2025-05-03T09:00:00Z", [{"net": -111, "sources": [{"invoice_line": invoice["lines"][1]}]}], invoice=invoice["id"])
    kept = c.invoice("2025-04-03T09:00:00Z", [{"net": 50, "sources": [{"order_line": order["lines"][0]}]}], order=order["id"])
    c.link("invoice", kept["id"], [(first, 10000)])
    c.drain()
    shares = [{"opportunity": first, "share": "25.00"}, {"opportunity": second, "share": "50.00"}]
    before, rows = by_seller_campaign_month(c), c.dated_balances()
    seen = c.call("link.set", document_kind="order", document=order["id"], shares=shares, preview=True, request_id="look")
    test.assertEqual((seen["preview"], seen["reason_required"]), (True, True))
    test.assertEqual((c.dated_balances(), by_seller_campaign_month(c)), (rows, before))
    test.assertEqual(c.call("link.show", document_kind="order", document=order["id"])["set_by_users"], [])
    with test.assertRaises(Refused) as refused:
        c.call("link.set", document_kind="order", document=order["id"], shares=shares)
    test.assertEqual(refused.exception.key, "link.reason.relink")
    done = c.call("link.set", document_kind="order", document=order["id"], shares=shares, reason="agreed")
    test.assertEqual((seen["changes"], seen["carried"], seen["links"]), (done["changes"], done["carried"], done["links"]))
    test.assertEqual(moved(done["changes"]), differences(before, by_seller_campaign_month(c)))
    # What inherits goes along, also the credit of the invoice; what somebody linked by hand stays.
    test.assertEqual({d["document"] for d in done["carried"]}, {invoice["id"], credit["id"]})
    test.assertEqual({k[3] for k in c.balances() if k[0] == "invoice" and k[1] == kept["id"]}, {first})
    test.assertEqual({k[3] for k in c.balances() if k[0] == "invoice" and k[1] == credit["id"]}, {0, first, second})
    # An undo has its preview too.
    before = by_seller_campaign_month(c)
    seen = c.call("link.undo", document_kind="order", document=order["id"], preview=True)
    test.assertEqual(by_seller_campaign_month(c), before)
    c.call("link.undo", document_kind="order", document=order["id"])
    test.assertEqual(moved(seen["changes"]), differences(before, by_seller_campaign_month(c)))


def reasons_stand_with_their_parts(test, c):
    """A credit that no rule may place, with one line linked by hand: each part says its own reason."""
    customer, other = c.customer("Acme"), c.customer("Other")
    c.opportunity("By rule", customer)
    hand = c.opportunity("By hand", other)
    credit = c.credit("2025-03-01T09:00:00Z", [-10000, -5000], customer=customer)
    c.link("invoice", credit["id"], [(hand, 6000)], credit["lines"][0])
    c.drain()
    shown = c.call("link.show", document_kind="invoice", document=credit["id"])["links"]
    test.assertEqual({(p["opportunity"], p["reason"], tuple(p["lines"])): p["amount"]["minor"] for p in shown},
                     {(hand, "user", (credit["lines"][0],)): -6000, (0, "user", (credit["lines"][0],)): -4000,
                      (0, "credit.not_placed", (credit["lines"][1],)): -5000})
    test.assertTrue(all(p["reason_text"] and p["reason_text"] != "reason." + p["reason"] for p in shown))
    order = c.order(other, [700], confirmed="2025-03-02T09:00:00Z")
    invoice = c.invoice("2025-03-03T09:00:00Z", [{"net": 700, "sources": [{"order_line": order["lines"][0]}]}, 300], order=order["id"])
    c.drain()
    shown = c.call("link.show", document_kind="invoice", document=invoice["id"])["links"]
    test.assertEqual({(p["reason"], p["amount"]["minor"]) for p in shown}, {("follows", 700), ("follows.others", 300)})


def suggestions_are_ranked_and_explained(test, c):
    customer, project = c.customer("Acme"), c.project("Bridge")
    fair = c.campaign("Fair", "fair")
    near = c.opportunity("Near", customer, planned_close="2025-03-10")
    far = c.opportunity("Far", customer, planned_close="2025-04-30")
    in_campaign = c.opportunity("In campaign", customer, planned_close="2025-05-30", campaign=fair)
    in_campaign_too = c.opportunity("In campaign too", customer, planned_close="2025-05-29", campaign=fair)
    of_project = c.opportunity("Of project", customer, project=project, planned_close="2025-05-30")
    plain = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    named = c.order(customer, [200], confirmed="2025-03-02T09:00:00Z", campaign=fair)
    c.drain()
    rows = {r["id"]: r for r in c.report("to_link")["rows"]}
    first = [(s["opportunity"], s["reasons"]) for s in rows[plain["id"]]["suggestions"]]
    test.assertEqual(first[:2], [(near, ["customer", "nearest"]), (far, ["customer"])])
    test.assertEqual({o for o, _ in first}, {near, far, in_campaign, in_campaign_too, of_project})
    ranked = rows[named["id"]]["suggestions"]
    test.assertEqual([s["opportunity"] for s in ranked[:3]], [in_campaign_too, in_campaign, near])
    test.assertEqual(ranked[0]["reasons"], ["campaign", "customer"])
    test.assertEqual(ranked[0]["reasons_text"], ["In the campaign that the document names", "Of the document's customer"])
    # What was undone stands last, the only one that fits says so, and where none fits the date those are shown that do not.
    lonely, late = c.customer("Lonely"), c.customer("Late")
    only = c.opportunity("Only", lonely)
    over = c.opportunity("Over", late, planned_close="2025-01-10")
    undone = c.order(lonely, [300], confirmed="2025-03-03T09:00:00Z")
    outside = c.order(late, [400], confirmed="2025-11-03T09:00:00Z")
    c.drain()
    c.undo("order", undone["id"])
    rows = {r["id"]: r for r in c.report("to_link")["rows"]}
    test.assertEqual([(s["opportunity"], s["reasons"]) for s in rows[undone["id"]]["suggestions"]], [(only, ["undone", "customer", "only"])])
    test.assertEqual([(s["opportunity"], s["reasons"]) for s in rows[outside["id"]]["suggestions"]], [(over, ["customer", "outside"])])


def both_pages_tell_what_may_belong_together(test, c):
    customer = c.customer("Acme")
    one, other = c.opportunity("One", customer, planned_close="2025-03-10"), c.opportunity("Other", customer, planned_close="2025-03-20")
    elsewhere = c.opportunity("Elsewhere", c.customer("Bolaget"))
    order = c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    of_order = c.call("list.feed", list="document", kind="order", id=order["id"], kinds=["link", "suggestion"])["items"]
    test.assertEqual({(i["kind"], i["link"]["id"]) for i in of_order}, {("suggestion", one), ("suggestion", other)})
    [of_one] = c.call("list.feed", list="opportunity", id=one, kinds=["suggestion"])["items"]
    test.assertEqual((of_one["link"]["view"], of_one["link"]["id"], of_one["amount"]["minor"]), ("order.form", order["id"], 100))
    test.assertEqual(c.call("list.feed", list="opportunity", id=elsewhere, kinds=["suggestion"])["items"], [])
    # Its button links; then nothing is proposed any more, and the way back leads back.
    c.call(of_one["act"]["action"], **of_one["act"]["input"])
    c.drain()
    test.assertEqual([(i["kind"], i["link"]["id"]) for i in c.call("list.feed", list="document", kind="order", id=order["id"], kinds=["link", "suggestion"])["items"]],
                     [("link", one)])
    test.assertEqual(c.call("list.feed", list="opportunity", id=other, kinds=["suggestion"])["items"], [])
    c.call(of_one["act"]["undo"]["run"], **of_one["act"]["undo"]["input"])


def a_credit_not_placed_is_shown_the_invoices_that_it_may_take_back(test, c):
    customer = c.customer("Acme")
    deal = c.opportunity("Deal", customer)
    old = c.invoice("2025-02-01T09:00:00Z", [4000], customer=customer)
    c.undo("invoice", old["id"])
    big = c.invoice("2025-02-10T09:00:00Z", [9000], customer=customer)
    c.undo("invoice", big["id"])
    part = c.invoice("2025-03-01T09:00:00Z", [2000], customer=customer)
    gone = c.invoice("2025-03-02T09:00:00Z", [4000], customer=customer)
    c.credit("2025-03-03T09:00:00Z", invoice=gone["id"])
    credit = c.credit("2025-03-05T09:00:00Z", [-4000], customer=customer)
    c.invoice("2025-03-20T09:00:00Z", [4000], customer=c.customer("Other"))
    c.drain()
    row = next(r for r in c.report("to_link", measure="credits")["rows"] if r["id"] == credit["id"])
    test.assertEqual(row["reason"], "credit.not_placed")
    test.assertEqual([(i["invoice"], i["reasons"]) for i in row["invoices"]],
                     [(old["id"], ["invoice.amount"]), (big["id"], ["invoice.covers"]), (part["id"], ["invoice.less", "invoice.latest"])])
    test.assertEqual([s["share"] for s in row["invoices"][2]["shares"]], ["100.00"])
    test.assertEqual(row["invoices"][2]["shares"][0]["opportunity"], deal)
    test.assertTrue(all(len(i["reasons_text"]) == len(i["reasons"]) for i in row["invoices"]))


def a_credit_is_shown_the_latest_invoices_of_all_that_one_customer_was(test, c):
    """Fifty of them are looked at: what is older is not proposed, even where its amount fits."""
    new, old = c.customer("Acme"), c.customer("Acme of old")
    c.invoice("2025-01-10T09:00:00Z", [4000], customer=old)
    for day in range(1, 26):
        c.invoice(f"2025-02-{day:02d}T09:00:00Z", [100], customer=new)
        latest = c.invoice(f"2025-02-{day:02d}T10:00:00Z", [4000 if day == 1 else 200], customer=old)["id"]
        fits = latest if day == 1 else fits
    credit = c.credit("2025-03-05T09:00:00Z", [-4000], customer=new)
    version = next(row["version"] for row in c.call("customer.list")["customers"] if row["id"] == old)
    c.call("customer.merge", id=old, into=new, expected_version=version)
    c.drain()
    row = next(r for r in c.report("to_link", measure="credits")["rows"] if r["id"] == credit["id"])
    test.assertEqual([i["invoice"] for i in row["invoices"] if "invoice.amount" in i["reasons"]], [fits])
    test.assertEqual([i["invoice"] for i in row["invoices"] if "invoice.latest" in i["reasons"]][:1], [latest])


def the_worklist_is_filtered_and_paged(test, c):
    anna, acme, other = c.employee("Anna"), c.customer("Acme"), c.customer("Other")
    for day in range(1, 8):
        c.order(acme if day % 2 else other, [100 * day], confirmed=f"2025-03-0{day}T09:00:00Z", salesperson=anna if day < 4 else None)
    c.order(acme, [999])  # a draft is nobody's sale
    c.invoice("2025-03-09T09:00:00Z", [50], customer=acme)
    c.drain()

    def dates(**params):
        rows, after = [], None
        while True:
            page = c.report("to_link", after=after, **params)
            rows += [r["date"][-1] for r in page["rows"]]
            after = page["next"]
            if not after:
                return "".join(rows), page["totals"]["measures"]["documents"]
    test.assertEqual(dates(limit=2), ("97654321", 8))
    test.assertEqual(dates(customer=acme), ("97531", 5))
    test.assertEqual(dates(customer=acme, measure="ordered", limit=1), ("7531", 4))
    test.assertEqual(dates(seller=anna), ("321", 3))
    test.assertEqual(dates(document_kind="invoice"), ("9", 1))
    test.assertEqual(dates(reason="customer.none", **{"from": "2025-03-06"}), ("976", 3))
    test.assertEqual(dates(reason="user"), ("", 0))


def a_request_of_a_rerun_is_remembered(test, c):
    """The same request id answers the same again, also for what works in slices; another wish under it is refused."""
    customer = c.customer("Acme")
    c.order(customer, [100], confirmed="2025-03-01T09:00:00Z")
    c.drain()
    c.opportunity("Later known", customer)
    wish = {"from": "2025-01-01", "request_id": "r1"}
    first = c.call("link.rerun", **wish)
    test.assertEqual((first["documents"], first["moved"]), (1, 1))
    test.assertEqual(c.call("link.rerun", **wish), first)
    test.assertEqual(c.call("link.rerun", **{"from": "2025-01-01", "request_id": "r2"})["moved"], 0)
    with test.assertRaises(Refused) as refused:
        c.call("link.rerun", **{"from": "2025-02-01", "request_id": "r1"})
    test.assertEqual(refused.exception.key, "request.reused")
    with test.assertRaises(Refused):
        c.call("ledger.rebuild", request_id="r1")
    test.assertEqual(c.call("ledger.rebuild", request_id="r3"), c.call("ledger.rebuild", request_id="r3"))


def a_rerun_previews_what_a_changed_model_moves(test, c):
    anna, customer = c.employee("Anna"), c.customer("Acme")
    campaigns = [c.campaign(f"C{n}", f"c{n}", "2025-01-01", None) for n in range(3)]
    c.opportunity("Deal", customer, sellers=[(anna, 10000)], touches=[(k, "2025-02-01") for k in campaigns], campaign=campaigns[0])
    order = c.order(customer, [10000], confirmed="2025-03-01T09:00:00Z")
    c.invoice("2025-04-01T09:00:00Z", order=order["id"])
    c.drain()
    c.model("linear", "2025-01-01")  # edits restate nothing
    before = by_seller_campaign_month(c)
    seen = c.call("link.rerun", preview=True, **{"from": "2025-01-01"})
    test.assertEqual(by_seller_campaign_month(c), before)
    # W6: 100 over three campaigns: 33.34 + 33.33 + 33.33
    test.assertEqual(moved(seen["changes"]), {(m, anna, k, month): (was, now) for m, month in (("ordered", "2025-03"), ("invoiced", "2025-04"))
                                              for k, was, now in zip(campaigns, (10000, 0, 0), (3334, 3333, 3333))})
    test.assertEqual(seen["moved"], 2)
    done = c.call("link.rerun", **{"from": "2025-01-01"})
    test.assertEqual({**done, "preview": True}, seen)


def a_preview_over_many_documents_is_what_the_rerun_does(test, c):
    """More documents than one slice, and an invoice whose free line belongs to orders of two slices."""
    customer = c.customer("Acme")
    campaigns = [c.campaign(f"C{n}", f"c{n}", "2025-01-01", None) for n in range(2)]
    c.opportunity("Deal", customer, sellers=[(c.employee("Anna"), 10000)], touches=[(k, "2025-02-01") for k in campaigns], campaign=campaigns[0])
    orders = [c.order(customer, [1000], confirmed="2025-03-01T09:00:00Z") for _ in range(230)]
    c.invoice("2025-04-01T09:00:00Z", [{"net": 1000, "sources": [{"order_line": orders[n]["lines"][0]}]} for n in (0, 229)] + [501],
              customer=customer)
    c.drain()
    c.model("linear", "2025-01-01")
    seen = c.call("link.rerun", preview=True, **{"from": "2025-01-01"})
    test.assertEqual({m["month"]: m["amount"]["minor"] for m in seen["changes"] if m["campaign"] == campaigns[1]}, {"2025-03": 115000, "2025-04": 1250})
    test.assertEqual({**c.call("link.rerun", **{"from": "2025-01-01"}), "preview": True}, seen)


CASES = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__ and f.__code__.co_varnames[:2] == ("test", "c")]


class LinksByHand(unittest.TestCase):
    maxDiff = 3000


def add(case, backend):
    def run(self):
        with Company(backend()) as company:
            case(self, company)
            self.assertTrue(company.call("ledger.verify")["ok"])
    run.__doc__ = case.__doc__
    setattr(LinksByHand, f"test_{case.__name__}_{backend.name}", run)


def add_world(seed, backend):
    def run(self):
        """In a company that does everything: the preview of a re-run from any day is what the re-run does."""
        world = RandomWorld(seed, backend)
        with world.c as c:
            for _ in range(70):
                world.step()
            c.drain()
            customer = world.customers[0]
            for number in range(6):  # facts that were not known when the documents were decided
                c.opportunity(f"New {number}", world.customers[number], sellers=[(world.r.choice(world.employees), 10000)])
            c.credit("2025-09-01T09:00:00Z", [-12345], customer=customer)
            c.drain()
            moved_documents = 0
            for day in ("2025-06-01", "2025-01-01"):
                seen = c.call("link.rerun", preview=True, **{"from": day})
                self.assertEqual({**c.call("link.rerun", **{"from": day}), "preview": True}, seen)
                moved_documents += seen["moved"]
            self.assertGreater(moved_documents, 0, "a world in which nothing moves shows nothing")
            c.drain()
            self.assertTrue(c.call("ledger.verify")["ok"])
    setattr(LinksByHand, f"test_rerun_preview_{seed:03d}_{backend.name}", run)


for _backend in backends():
    for _case in CASES:
        add(_case, _backend)
    for _seed in (2, 11, 40, 77):
        add_world(_seed, _backend)

if __name__ == "__main__":
    unittest.main()
