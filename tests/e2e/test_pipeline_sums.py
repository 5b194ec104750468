# SPDX-License-Identifier: Apache-2.0
"""The pipeline's sums: a company that changes its opportunities in every way, its pipeline report recounted from what opportunity.get says."""
import datetime
import random
import unittest

from harness import Company, backends, percent

AXES = ("month", "quarter", "seller", "group", "step", "status", "type", "source", "campaign", "customer", "project")
STEPS = ("first_meeting", "offer", "negotiation", "final_phase", "closed_won", "closed_lost")


def parts(total, shares):
    """Largest remainder; of equal remainders the first gets the unit."""
    sizes = [total * share // 10_000 for _, share in shares]
    order = sorted(range(len(shares)), key=lambda i: (-(total * shares[i][1] % 10_000), i))
    for i in order[:total - sum(sizes)]:
        sizes[i] += 1
    return sizes


def points(text):
    whole, _, cents = str(text).partition(".")
    return int(whole) * 100 + int((cents + "00")[:2])


class Recount:
    def __init__(self, company, memberships):
        self.deals = []
        for row in company.pages("opportunity.list", "opportunities", 50):
            whole = company.call("opportunity.get", id=row["id"])
            amount = (whole["company_amount"] or {"minor": 0})["minor"]
            weight = 10_000 if whole["status"] == "won" else points(whole["probability"]) if whole["status"] == "open" else 0
            date = whole["actual_close"] or whole["planned_close"]
            sellers = [(s["employee"]["id"], points(s["share"])) for s in whole["sellers"]] or [((whole["owner"] or {"id": 0})["id"], 10_000)]
            sellers.sort()
            self.deals.append({"date": date, "planned_close": whole["planned_close"], "amount": amount, "weighted": (amount * weight + 5_000) // 10_000, "sellers": sellers,
                               "step": whole["step"]["id"], "status": whole["status"],
                               "pipeline": whole["pipeline"],
                               **{axis: (whole[axis] or {"id": 0})["id"] for axis in ("type", "source", "campaign", "owner", "customer", "project")}})
        self.memberships = memberships

    def keys(self, axis, deal, seller):
        if axis in ("month", "quarter"):
            date = deal["date"]
            return date and (date[:7] if axis == "month" else f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}")
        if axis == "seller":
            return seller
        if axis == "group":
            held = [(since, group) for employee, group, since in self.memberships if employee == seller and since <= (deal["date"] or "2099")]
            return max(held)[1] if held else 0
        return deal[axis]

    def figures(self, rows, columns=None):
        found = {}
        by_seller = {rows, columns} & {"seller", "group"}
        for deal in self.deals:
            shares = deal["sellers"] if by_seller else [(None, 10_000)]
            for (seller, _), amount, weighted in zip(shares, parts(deal["amount"], shares), parts(deal["weighted"], shares)):
                key = (self.keys(rows, deal, seller), columns and self.keys(columns, deal, seller))
                cell = found.setdefault(key, [0, 0, 0])
                cell[0], cell[1], cell[2] = cell[0] + 1, cell[1] + amount, cell[2] + weighted
        return found, [len(self.deals), sum(d["amount"] for d in self.deals), sum(d["weighted"] for d in self.deals)]


    def summary(self, group, between=None, **narrowed):
        """Of the list: number, sum and weighted sum of each value of a column among the deals with these values, to be closed between two days."""
        found = {}
        for deal in self.deals:
            if any(deal[column] not in values for column, values in narrowed.items()):
                continue
            if between and not between[0] <= (deal["planned_close"] or "") <= between[1]:
                continue
            cell = found.setdefault(deal[group] or None if group else None, [0, 0, 0])
            cell[0], cell[1], cell[2] = cell[0] + 1, cell[1] + deal["amount"], cell[2] + deal["weighted"]
        return found


def summarized(company, group, close=(), **narrowed):
    filters = [{"field": column, "op": "in", "value": list(values)} for column, values in narrowed.items()]
    filters += [{"field": "planned_close", "op": op, "value": value} for op, value in close]
    answer = company.call("list.summary", list="opportunity", filter=filters, sums=["company_amount", "weighted"], **({"group": group} if group else {}))

    def values(one, count):
        return [one[count]] + [sum(part["minor"] for part in one["sums"][name]) for name in ("company_amount", "weighted")]
    if not group:
        return {None: values(answer, "total")} if answer["total"] else {}
    return {one["key"]: values(one, "count") for one in answer["groups"] if one["count"]}


def next_day(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def reported(company, rows, columns=None):
    answer = company.report("pipeline", rows=rows, columns=columns)

    def name(axis, row):
        if axis in ("month", "quarter"):
            return None if row["key"] == "none" else row["key"]
        return row["key"] if axis == "status" else row["id"]

    def values(cell):
        return [cell["measures"]["count"], cell["measures"]["amount"]["minor"], cell["measures"]["weighted"]["minor"]]
    found = {}
    for row in answer["rows"]:
        for column in row["columns"] if columns else [None]:
            found[name(rows, row), columns and name(columns, column)] = values(column or row)
    return found, values(answer["totals"])


class PipelineSums(unittest.TestCase):
    maxDiff = None

    def check(self, company, memberships, about):
        recount = Recount(company, memberships)
        for rows in AXES:
            self.assertEqual(reported(company, rows), recount.figures(rows), f"{about}: pipeline by {rows}")
        for rows, columns in (("seller", "step"), ("campaign", "status"), ("type", "month"), ("source", "type"), ("group", "status"), ("customer", "seller"),
                              ("month", "project"), ("group", "customer")):
            self.assertEqual(reported(company, rows, columns), recount.figures(rows, columns), f"{about}: pipeline by {rows} and {columns}")
        for group in (None, "step", "status", "owner", "pipeline", "type", "source", "campaign"):
            self.assertEqual(summarized(company, group), recount.summary(group), f"{about}: the list by {group}")
            self.assertEqual(summarized(company, group, status=("open",)), recount.summary(group, status=("open",)), f"{about}: the list's open ones by {group}")
        some = sorted({deal["owner"] for deal in recount.deals})[:2]
        for group in ("step", "owner", "type"):  # of one axis by itself, by the step, and by another axis
            self.assertEqual(summarized(company, group, owner=some, status=("open", "won")),
                             recount.summary(group, owner=some, status=("open", "won")), f"{about}: the list of two owners by {group}")
        # Days that are whole months, that cut months, that lie within one, and that leave one end open.
        for since, until in (("2026-02-01", "2026-03-31"), ("2026-02-11", "2026-04-17"), ("2026-02-05", "2026-02-19"), ("2026-01-31", "2026-03-01"),
                             ("2026-02-28", "2026-04-01"), ("0001-01-01", "2026-03-20"), ("0001-01-01", "2026-02-28"), ("2026-03-09", "9999-12-31")):
            ways = [[("between", [since, until])]]
            if since == "0001-01-01":
                ways += [[("<=", until)], [("<", next_day(until))]]
            if until == "9999-12-31":
                ways += [[(">=", since)]]
            for close in ways:
                for group, narrowed in ((None, {}), ("step", {}), ("owner", {}), ("type", {"owner": some}), ("step", {"owner": some})):
                    self.assertEqual(summarized(company, group, close, status=("open",), **narrowed),
                                     recount.summary(group, (since, until), status=("open",), **narrowed), f"{about}: the open ones of {close} by {group}")
                self.assertEqual(summarized(company, "status", close), recount.summary("status", (since, until)), f"{about}: all of {close}")
        checked = company.call("ledger.verify")
        self.assertEqual((checked["ok"], checked["differences"]), (True, []), about)

    def one(self, backend):
        chance = random.Random(20260105)
        with Company(backend()) as company:
            customers = [company.customer(f"Kund {i}") for i in range(5)]
            people = [company.employee(f"Säljare {i}") for i in range(5)]
            campaigns = [company.campaign(f"Kampanj {i}") for i in range(3)]
            groups = [company.call("group.create", title=f"Grupp {i}", code=f"g{i}", kind="sales")["id"] for i in range(2)]
            memberships = []
            for person, group, since, to in ((0, 0, "2020-01-01", None), (1, 1, "2020-01-01", None), (2, 0, "2020-01-01", "2026-03-16"),
                                             (2, 1, "2026-03-17", None), (3, 1, "2026-04-01", None)):
                company.call("group.add_member", group=groups[group], employee=people[person], to=to, **{"from": since})
                memberships.append((people[person], groups[group], since))
            ids = []

            def shares():
                chosen = sorted(chance.sample(people, chance.choice((2, 3))))
                first = chance.randrange(1, 60) * 100 + 33
                return [{"employee": chosen[0], "share": percent(first)}, {"employee": chosen[1], "share": percent(10_000 - first)}]

            def day():
                return f"2026-0{chance.randrange(1, 7)}-{chance.randrange(1, 28):02d}"

            def create():
                ids.append(company.call("opportunity.create", title=f"Affär {len(ids)}", customer=chance.choice(customers), owner=chance.choice(people),
                                        amount={"minor": chance.randrange(1, 10_000_000), "currency": "SEK"}, planned_close=chance.choice((None, day())),
                                        type=chance.choice((None, "new_sale", "add_on")), source=chance.choice((None, "web", "fair")),
                                        campaign=chance.choice((None, *campaigns)), step=chance.choice(STEPS[:4]),
                                        sellers=chance.choice((None, shares())))["id"])

            def change():
                company.call("opportunity.update", id=chance.choice(ids), amount={"minor": chance.randrange(1, 9_999_999), "currency": "SEK"},
                             planned_close=day(), owner=chance.choice(people), campaign=chance.choice(campaigns))

            def step():
                target = chance.choice(STEPS)
                company.call("opportunity.set_step", id=chance.choice(ids), step=target, rejection="price" if target == "closed_lost" else None)

            def sell():
                company.call("opportunity.set_sellers", id=chance.choice(ids), sellers=shares())

            def archive():
                company.call("opportunity.archive", id=ids.pop(chance.randrange(len(ids))))

            def remove():
                company.call("opportunity.delete", id=ids.pop(chance.randrange(len(ids))))

            def bulk():
                company.call("opportunity.bulk_update", ids=chance.sample(ids, 3), changes={"type": "renewal", "owner": chance.choice(people)})

            for _ in range(12):
                create()
            self.check(company, memberships, "before the sums are built")
            company.drain()
            self.check(company, memberships, "built from what was there")
            refused = 0
            for _ in range(60):
                act = chance.choice((create, create, change, change, step, step, sell, archive, remove, bulk))
                try:
                    act()
                except Exception as error:  # a closed one that may not change: nothing moved then either
                    if type(error).__name__ != "Refused":
                        raise
                    refused += 1
            self.assertLess(refused, 30)
            company.call("type.archive", id="renewal", replace_by="new_sale")
            company.call("pipeline.update", id=company.pipeline, on_order_confirmed="won")
            alone = company.customer("Ensam")
            chosen = company.call("opportunity.create", title="Vinst", customer=alone, owner=people[0], effective_at="2026-01-02T08:00:00Z", start="2026-01-01",
                                  amount={"minor": 4_711, "currency": "SEK"}, planned_close="2026-05-05")["id"]
            order = company.order(alone, [10_000], confirmed="2026-01-09T08:00:00Z")
            company.drain()
            self.check(company, memberships, "after 60 changes, a replaced type and a win by an order")
            self.assertEqual(company.call("opportunity.get", id=chosen)["status"], "won")
            company.call("order.cancel", id=order["id"])
            company.drain()
            self.check(company, memberships, "after the win was taken back")
            company.call("ledger.rebuild")
            self.check(company, memberships, "after ledger.rebuild")

    def test_sums_follow_every_change(self):
        for backend in backends():
            with self.subTest(backend.name):
                self.one(backend)


if __name__ == "__main__":
    unittest.main()
