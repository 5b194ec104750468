# SPDX-License-Identifier: Apache-2.0
"""The oracle against numbers worked out by hand: the splits, the worked cases of the rules, and their corners."""
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from oracle import EPOCH, Oracle, add_months, largest_remainder, margin_split  # noqa: E402


def at(text):
    moment = datetime.datetime.fromisoformat(text)
    return (moment.replace(tzinfo=datetime.timezone.utc) - EPOCH) // datetime.timedelta(microseconds=1)


class World:
    """A tiny hand for building worlds; ids are given out in order."""

    def __init__(self):
        self.world = {"company": {"currency": "SEK", "time_zone": "Europe/Stockholm"}, "references": [], "user_links": [],
                      "customers": [{"id": 1}, {"id": 2}, {"id": 9, "is_stand_in": True}], "campaigns": [],
                      "pipelines": [{"id": 1, "window": 90, "models": []}], "opportunities": [], "orders": [], "invoices": []}
        self.next = 100
        self.clock = 0

    def new(self):
        self.next += 1
        return self.next

    def tick(self):
        self.clock += 1
        return self.clock

    def campaign(self, start=None, end=None):
        self.world["campaigns"].append({"id": self.new(), "start": start, "end": end})
        return self.next

    def opportunity(self, customer=1, sellers=None, owner=7, campaign=None, status=(("2026-01-01T08:00", "open"),), start="2026-01-01",
                    planned_close=None, touches=(), project=None, recurring_months=None):
        def entry(value):
            return [{"effective_at": at("2026-01-01T08:00"), "id": 1, "value": value}]
        self.world["opportunities"].append({
            "id": self.new(), "pipeline": 1, "start": start, "recurring_months": recurring_months,
            "touches": [{"campaign": c, "date": d} for c, d in touches],
            "history": {"status": [{"effective_at": at(t), "id": n, "value": v} for n, (t, v) in enumerate(status)],
                        "customer": entry(customer), "project": entry(project), "owner": entry(owner), "campaign": entry(campaign),
                        "planned_close": entry(planned_close), "sellers": entry(sellers)}})
        return self.next

    def lines(self, nets):
        result = []
        for number, net in enumerate(nets, 1):
            net = net if isinstance(net, dict) else {"net": net}
            result.append(dict({"id": self.new(), "line_no": number, "company_net": net["net"], "counts_as_sale": 1}, **net))
        return result

    def order(self, nets, confirmed="2026-03-01T09:00", customer=1, state="confirmed", **more):
        self.world["orders"].append(dict({"id": self.new(), "state": state, "customer": customer, "project": 0, "salesperson": 0,
                                          "offered_at": None, "confirmed_at": at(confirmed) if confirmed else None,
                                          "lines": self.lines(nets)}, **more))
        return self.world["orders"][-1]

    def invoice(self, nets, posted="2026-03-10T09:00", kind="invoice", customer=1, counts=1, **more):
        self.world["invoices"].append(dict({"id": self.new(), "kind": kind, "counts": counts, "customer": customer, "project": 0,
                                            "salesperson": 0, "posted_at": at(posted), "is_repeating": 0,
                                            "lines": self.lines(nets)}, **more))
        return self.world["invoices"][-1]

    def refer(self, kind, document, name, number, copied=0, line=0):
        self.world["references"].append({"document_kind": kind, "document": document["id"], "line": line, "ref": "sales_leads." + name,
                                         "id": number, "set_at": self.tick(), "copied": copied})

    def link(self, kind, document, shares, line=0):
        self.world["user_links"].append({"document_kind": kind, "document": document["id"], "line": line, "act": "link",
                                         "shares": shares, "set_at": self.tick()})

    def balances(self):
        return Oracle(self.world).balances()

    def sums(self, *axes, measures=("offered", "ordered", "invoices", "credits"), which=1):
        names = ("kind", "document", "line", "opportunity", "campaign", "seller", "measure", "day")
        result = {}
        for key, amounts in self.balances().items():
            if key[6] in measures:
                group = tuple(key[names.index(a)] for a in axes)
                group = group[0] if len(group) == 1 else group
                result[group] = result.get(group, 0) + amounts[which]
        return {k: v for k, v in result.items() if v}


def order_source(line, net=None):
    return {"net": net if net is not None else line["net"], "sources": [{"kind": "order_line", "id": line["id"], "net": net or line["net"]}]}


def credit_of(line, net):
    return {"net": net, "sources": [{"kind": "invoice_line", "id": line["id"], "net": net}]}


class Splits(unittest.TestCase):
    def test_largest_remainder(self):
        self.assertEqual(largest_remainder(100, [1, 1, 1]), [34, 33, 33])
        self.assertEqual(largest_remainder(-100, [1, 1, 1]), [-34, -33, -33])
        self.assertEqual(largest_remainder(1, [3333, 6667]), [0, 1])
        self.assertEqual(largest_remainder(0, [0, 5]), [0, 0])
        self.assertEqual(largest_remainder(7, [0, 5, 0]), [0, 7, 0])
        self.assertEqual(largest_remainder(10, [5, 3, 2]), [5, 3, 2])

    def test_margins_are_exact(self):
        # 100 over three campaigns and 60/40: rows 34 33 33, columns 60 40.
        split = margin_split(100, [1, 1, 1], [6000, 4000])
        self.assertEqual([sum(row) for row in split], [34, 33, 33])
        self.assertEqual([sum(column) for column in zip(*split)], [60, 40])
        for x in list(range(-60, 61)) + [10**12 + 7]:
            for c in ([1], [1, 1, 1], [2, 1, 2], [7, 11, 13, 1]):
                for e in ([1], [6000, 4000], [3333, 6667], [3333, 3333, 3334]):
                    split = margin_split(x, c, e)
                    self.assertEqual([sum(row) for row in split], largest_remainder(x, c))
                    self.assertEqual([sum(column) for column in zip(*split)], largest_remainder(x, e))

    def test_months(self):
        self.assertEqual(add_months(datetime.date(2025, 11, 30), 3), datetime.date(2026, 2, 28))
        self.assertEqual(add_months(datetime.date(2025, 1, 5), 12), datetime.date(2026, 1, 5))


class WorkedCases(unittest.TestCase):
    def test_w1_w2_ordered(self):
        w = World()
        o = w.opportunity()
        w.order([9000])
        b = w.order([1000, ])
        self.assertEqual(w.sums("opportunity"), {o: 10000})
        b["state"] = "cancelled"
        self.assertEqual(w.sums("opportunity"), {o: 9000})
        w.order([{"net": 10000, "company_net": 120}])
        self.assertEqual(w.sums("opportunity"), {o: 9120})
        self.assertEqual(w.sums("opportunity", which=0), {o: 19000})

    def test_w3_w4_credit(self):
        w = World()
        c = w.campaign()
        o = w.opportunity(campaign=c)
        i = w.invoice([10000])
        w.invoice([credit_of(i["lines"][0], -4000)], kind="credit_note", posted="2026-03-11T09:00")
        w.invoice([25000], counts=0)
        self.assertEqual(w.sums("opportunity", "campaign", "seller", "measure"), {(o, c, 7, "invoices"): 10000, (o, c, 7, "credits"): -4000})

    def test_w5_part_invoices(self):
        w = World()
        c = w.campaign()
        o = w.opportunity(campaign=c)
        order = w.order([90000])
        for n in range(3):
            w.invoice([order_source(order["lines"][0], 30000)], posted=f"2026-04-0{n + 1}T09:00", customer=2)
            self.assertEqual(w.sums("opportunity", "campaign", measures=("invoices",)), {(o, c): 30000 * (n + 1)})

    def test_w6_linear(self):
        w = World()
        a, b, c = w.campaign(), w.campaign(), w.campaign()
        w.opportunity(touches=((b, "2026-02-01"), (a, "2026-02-02"), (c, "2026-02-03")))
        w.order([10000])
        self.assertEqual(w.sums("campaign"), {b: 3334, a: 3333, c: 3333})
        w.world["pipelines"][0]["models"] = [{"model": "position", "valid_from": None}]
        self.assertEqual(w.sums("campaign"), {b: 4000, a: 2000, c: 4000})
        w.world["pipelines"][0]["models"] = [{"model": "last", "valid_from": "2026-01-01"}]
        self.assertEqual(w.sums("campaign"), {c: 10000})
        w.world["campaigns"][2]["end"] = "2026-02-02"  # the last touch falls outside its campaign
        self.assertEqual(w.sums("campaign"), {a: 10000})

    def test_w9_two_sellers(self):
        w = World()
        w.opportunity(sellers=[[3, 6000], [4, 4000]])
        w.order([100000])
        self.assertEqual(w.sums("seller"), {3: 60000, 4: 40000})

    def test_w14_two_orders_and_a_free_line(self):
        w = World()
        first, second = w.opportunity(customer=1), w.opportunity(customer=2)
        a, b = w.order([30000], customer=1), w.order([10000], customer=2)
        w.invoice([order_source(a["lines"][0]), order_source(b["lines"][0]), 1000])
        self.assertEqual(w.sums("opportunity", measures=("invoices",)), {first: 30750, second: 10250})

    def test_w15_won_before_the_order(self):
        w = World()
        o = w.opportunity(status=(("2026-01-01T08:00", "open"), ("2026-03-01T08:00", "won")))
        w.order([100], confirmed="2026-03-05T09:00")
        self.assertEqual(w.sums("opportunity"), {o: 100})
        w.world["orders"][0]["confirmed_at"] = at("2026-05-31T09:00")  # 91 days later
        self.assertEqual(w.sums("opportunity"), {0: 100})
        w.world["orders"][0]["confirmed_at"] = at("2026-05-30T09:00")
        self.assertEqual(w.sums("opportunity"), {o: 100})

    def test_w16_refund(self):
        w = World()
        w.opportunity(sellers=[[3, 3333], [4, 6667]])
        i = w.invoice([10000])
        w.invoice([credit_of(i["lines"][0], -10000)], kind="credit_note", posted="2026-03-10T09:00")
        self.assertEqual(w.sums("seller"), {})


class Links(unittest.TestCase):
    def test_two_candidates_are_none(self):
        w = World()
        first = w.opportunity()
        w.opportunity()
        order = w.order([100])
        self.assertEqual(w.sums("opportunity"), {0: 100})
        w.refer("order", order, "opportunity", first)
        self.assertEqual(w.sums("opportunity"), {first: 100})

    def test_the_campaign_tells_two_candidates_apart(self):
        w = World()
        c = w.campaign()
        w.opportunity()
        second = w.opportunity(touches=((c, "2026-01-05"),))
        order = w.order([100])
        w.refer("order", order, "campaign", c)
        self.assertEqual(w.sums("opportunity", "campaign"), {(second, c): 100})

    def test_project_before_customer(self):
        w = World()
        w.opportunity()
        inside = w.opportunity(customer=None, project=5)
        self.assertEqual(w.order([100], project=5)["project"], 5)
        self.assertEqual(w.sums("opportunity"), {inside: 100})

    def test_stand_ins_lost_ones_and_old_documents_are_left_alone(self):
        w = World()
        w.opportunity(customer=9)
        w.order([100], customer=9)
        w.opportunity(status=(("2026-01-01T08:00", "lost"),))
        w.order([10], customer=1)
        w.opportunity(customer=2)
        w.order([1], customer=2, confirmed="2026-02-01T09:00")
        w.world["company"]["start_date"] = "2026-02-02"
        self.assertEqual(w.sums("opportunity"), {0: 111})

    def test_later_of_link_and_reference_wins_and_a_line_beats_its_document(self):
        w = World()
        first, second = w.opportunity(), w.opportunity()
        order = w.order([100, 50])
        w.refer("order", order, "opportunity", first)
        w.link("order", order, [[second, 5000]])
        self.assertEqual(w.sums("opportunity"), {second: 75, 0: 75})
        w.link("order", order, [[first, 10000]], line=order["lines"][1]["id"])
        self.assertEqual(w.sums("opportunity"), {second: 50, 0: 50, first: 50})

    def test_merged_customers_are_one(self):
        w = World()
        w.world["customers"][1]["merged_into"] = 1
        o = w.opportunity(customer=2)
        w.order([100], customer=1)
        self.assertEqual(w.sums("opportunity"), {o: 100})

    def test_the_company_decides_the_day(self):
        w = World()
        w.order([100], confirmed="2026-03-31T22:30")
        self.assertEqual(w.sums("day"), {"2026-04-01": 100})


class Cumulation(unittest.TestCase):
    def test_hundred_small_lines(self):
        w = World()
        w.opportunity(sellers=[[3, 5000], [4, 5000]])
        w.order([33] * 100)
        self.assertEqual(w.sums("seller"), {3: 1650, 4: 1650})

    def test_ten_credits_bring_it_back_to_zero(self):
        w = World()
        a, b, c = w.campaign(), w.campaign(), w.campaign()
        w.opportunity(touches=((a, "2026-02-01"), (b, "2026-02-02"), (c, "2026-02-03")))
        i = w.invoice([100])
        self.assertEqual(w.sums("campaign"), {a: 34, b: 33, c: 33})
        for n in range(10):
            w.invoice([credit_of(i["lines"][0], -10)], kind="credit_note", posted=f"2026-04-{n + 10}T09:00")
        self.assertEqual(w.sums("campaign"), {})

    def test_fully_invoiced_is_as_ordered_by_cell(self):
        w = World()
        a, b, c = w.campaign(), w.campaign(), w.campaign()
        w.opportunity(sellers=[[3, 3333], [4, 6667]], touches=((a, "2026-02-01"), (b, "2026-02-02"), (c, "2026-02-03")))
        order = w.order([101, 77, 103])
        for line in order["lines"]:
            w.invoice([order_source(line, 31)], posted="2026-04-02T09:00")
            w.invoice([order_source(line, line["net"] - 31)], posted="2026-04-01T09:00")
        self.assertEqual(w.sums("campaign", "seller", measures=("ordered",)), w.sums("campaign", "seller", measures=("invoices",)))

    def test_credit_runs_along_the_orders_of_the_credited_line(self):
        w = World()
        first, second = w.opportunity(customer=1), w.opportunity(customer=2)
        a, b = w.order([100], customer=1), w.order([100], customer=2)
        i = w.invoice([{"net": 100, "sources": [{"kind": "order_line", "id": a["lines"][0]["id"], "net": 60},
                                                {"kind": "order_line", "id": b["lines"][0]["id"], "net": 40}]}])
        w.invoice([credit_of(i["lines"][0], -50)], kind="credit_note", posted="2026-04-01T09:00")
        self.assertEqual(w.sums("opportunity", measures=("credits",)), {first: -30, second: -20})

    def test_renewal(self):
        w = World()
        c = w.campaign()
        o = w.opportunity(campaign=c, recurring_months=1)
        order = w.order([100])
        w.invoice([order_source(order["lines"][0])], posted="2026-04-01T09:00", is_repeating=1, salesperson=8)
        w.invoice([order_source(order["lines"][0])], posted="2026-04-02T09:00", is_repeating=1, salesperson=8)
        self.assertEqual(w.sums("opportunity", "campaign", "seller", "day", measures=("invoices",)),
                         {(o, c, 7, "2026-04-01"): 100, (0, 0, 8, "2026-04-02"): 100})


class Coverage(unittest.TestCase):
    def test_a_credit_without_reference_needs_cover(self):
        w = World()
        o = w.opportunity()
        w.invoice([100], posted="2026-03-10T09:00")
        w.invoice([-60], kind="credit_note", posted="2026-03-11T09:00", salesperson=8)
        w.invoice([-60], kind="credit_note", posted="2026-03-12T09:00", salesperson=8)
        self.assertEqual(w.sums("opportunity", "seller", measures=("credits",)), {(o, 7): -60, (0, 8): -60})

    def test_an_earlier_credit_is_not_placed_on_later_money(self):
        w = World()
        o = w.opportunity()
        w.invoice([-60], kind="credit_note", posted="2026-03-09T09:00")
        w.invoice([100], posted="2026-03-10T09:00")
        self.assertEqual(w.sums("opportunity", "measure"), {(o, "invoices"): 100, (0, "credits"): -60})

    def test_a_credit_answers_only_for_the_campaigns_that_it_touches(self):
        w = World()
        a = w.campaign()
        o = w.opportunity(campaign=a)
        invoice = w.invoice([100], posted="2026-03-10T09:00")
        w.refer("invoice", invoice, "campaign", a)
        explicit = w.invoice([-20], kind="credit_note", posted="2026-03-11T09:00")  # by hand, below zero in its campaign
        w.link("invoice", explicit, [[o, 10000]])
        b = w.campaign()
        w.refer("invoice", explicit, "campaign", b)
        w.invoice([-60], kind="credit_note", posted="2026-03-12T09:00")
        self.assertEqual(w.sums("opportunity", "campaign", measures=("credits",)), {(o, b): -20, (o, a): -60})

    def test_a_document_without_rate_waits(self):
        w = World()
        w.opportunity()
        w.order([{"net": 100, "company_net": None}])
        self.assertEqual(w.balances(), {})


if __name__ == "__main__":
    unittest.main()
