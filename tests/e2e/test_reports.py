# SPDX-License-Identifier: Apache-2.0
"""The reports beside sales and pipeline, each against what the test itself entered, counted anew in plain Python; a
seller's answers against the deals that the seller may see."""
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Refused  # noqa: E402
from sales_side import Clocked, cases, user  # noqa: E402

STEPS = {"first_meeting": 1000, "offer": 4000, "negotiation": 6000, "final_phase": 8000}  # in order, with their chances
ORDER = list(STEPS)


def _parts(total, shares):
    """Largest remainder; of equal remainders the first gets the unit."""
    sizes = [total * share // 10_000 for _, share in shares]
    order = sorted(range(len(shares)), key=lambda i: (-(total * shares[i][1] % 10_000), i))
    for i in order[:total - sum(sizes)]:
        sizes[i] += 1
    return sizes


def _half_up(part, whole):
    return (2 * part + whole) // (2 * whole)


def _minor(cell, name):
    return cell["measures"][name]["minor"]


def _rows_of(answer, key="key"):
    return {row[key]: row for row in answer["rows"]}


class Deals(Clocked):
    """A company that remembers what it was told of its deals, on a clock that goes on from day to day."""

    def __init__(self, backend):
        super().__init__(backend, now="2025-03-03T09:00:00Z")
        self.people = {name: self.employee(name) for name in ("anna", "bo", "cleo")}
        user(self, "anna", ["seller"], self.people["anna"])
        user(self, "reader", ["reader"], self.people["cleo"])
        self.deals = {}

    def on(self, date):
        self.to(f"{date}T09:00:00Z")

    @property
    def today(self):
        return self.now[:10]

    def begin(self, title, owner="anna", amount=100_000, step="first_meeting", planned=None, shares=None, **more):
        sellers = shares and [{"employee": self.people[n], "share": f"{bp // 100}.{bp % 100:02d}"} for n, bp in shares]
        customer = more.pop("customer", None) or self.customer("Customer of " + title)
        made = self.call("opportunity.create", title=title, owner=self.people[owner], customer=customer, start=self.today,
                         amount=None if amount is None else {"minor": amount, "currency": "SEK"}, step=step, planned_close=planned, sellers=sellers, **more)
        self.deals[title] = {"id": made["id"], "owner": owner, "amount": amount, "start": self.today, "planned": planned, "customer": customer,
                             "shares": sorted(shares or [(owner, 10_000)], key=lambda s: self.people[s[0]]),
                             "visits": [[step, self.now, None]], "status": "open", "closed": None, "rejection": None}
        return made["id"]

    def go(self, title, step):
        self.call("opportunity.set_step", id=self.deals[title]["id"], step=step)
        self.deals[title]["visits"][-1][2] = self.now
        self.deals[title]["visits"].append([step, self.now, None])

    def end(self, title, status, rejection=None):
        deal = self.deals[title]
        self.call("opportunity.win" if status == "won" else "opportunity.lose", id=deal["id"], rejection=rejection)
        deal["visits"][-1][2] = self.now
        deal.update(status=status, closed=self.today, rejection=rejection)

    def seen_by(self, name):
        """The deals that a seller sees: owned or shared."""
        return {t: d for t, d in self.deals.items() if name in (None, d["owner"], *(n for n, _ in d["shares"]))}

    def asks(self, name):
        return self if name is None else self.as_user(name)


def _history(c):
    """Deals of a year and a bit."""
    c.begin("Old", amount=70_001)
    c.on("2025-03-24")
    c.end("Old", "won")
    c.on("2025-04-07")
    c.begin("Old of Bo", "bo", 50_000)
    c.go("Old of Bo", "final_phase")
    c.on("2025-04-30")
    c.end("Old of Bo", "won")
    c.on("2026-01-07")
    c.begin("Straight", amount=200_000)
    c.begin("Common", "bo", 100_001, shares=[("anna", 3333), ("bo", 6667)])
    c.begin("Back and forth", amount=30_000)
    c.on("2026-01-20")
    c.go("Straight", "offer")
    c.go("Common", "negotiation")
    c.go("Back and forth", "negotiation")
    c.begin("Dear", "bo", 90_000)
    c.begin("Beaten", "cleo", 45_000, step="offer")
    c.on("2026-02-03")
    c.go("Straight", "negotiation")
    c.go("Back and forth", "offer")
    c.end("Dear", "lost", "price")
    c.begin("Dear too", amount=10_000)
    c.on("2026-02-17")
    c.end("Straight", "won")
    c.go("Back and forth", "final_phase")
    c.end("Beaten", "lost", "competitor")
    c.go("Dear too", "offer")
    c.begin("Waiting", amount=5_000)
    c.begin("Waiting of Cleo", "cleo", 6_000)
    c.on("2026-03-10")
    c.end("Common", "won")
    c.end("Dear too", "lost", "price")
    c.begin("Quick", "cleo", 12_345, step="negotiation")
    c.on("2026-03-25")
    c.end("Quick", "won")
    c.go("Waiting", "offer")
    c.on("2026-04-02")
    c.drain()


def _funnel_of(c, deals):
    """{step: (reached, passed, standing, dropped, share, days)}"""
    now = datetime.datetime.fromisoformat(c.today + "T22:00:00+00:00")  # the end of the day in Stockholm, summer time
    answer = {}
    for place, step in enumerate(ORDER):
        reached = passed = standing = dropped = 0
        stays = []
        for deal in deals.values():
            furthest = max(ORDER.index(s) for s, _, _ in deal["visits"])
            here, beyond = furthest >= place or deal["status"] == "won", furthest > place or deal["status"] == "won"
            reached, passed = reached + here, passed + beyond
            standing += deal["status"] == "open" and deal["visits"][-1][0] == step
            dropped += deal["status"] == "lost" and here and not beyond
            stays += [(datetime.datetime.fromisoformat(to.replace("Z", "+00:00")) if to else now)
                      - datetime.datetime.fromisoformat(since.replace("Z", "+00:00")) for s, since, to in deal["visits"] if s == step]
        if not reached and not stays:
            continue
        days = _half_up(int(sum(s.total_seconds() for s in stays)), 86_400 * len(stays)) if stays else None
        answer[step] = (reached, passed, standing, dropped, _half_up(passed * 10_000, reached), days)
    return answer


def _funnel_told(rows):
    return {row["key"]: tuple(row["measures"][n] for n in ("reached", "passed", "standing", "dropped", "passed_share", "days")) for row in rows}


def what_became_of_deals(test, c):
    _history(c)
    _what_became_is_told(test, c)


def what_became_of_many_deals(test, c):
    """More than two pages of them: these reports read five hundred at first, then twice as many. Anna sees every eleventh."""
    _history(c)
    c.on("2026-04-03")
    customer = c.customer("Of many")
    moves = {0: {"status": "won"}, 1: {"status": "lost", "rejection": "price"}, 2: {"step": "negotiation"}, 3: {"status": "won"}}
    rows, later = [], []
    for n in range(1, 1_751):
        owner, step = "anna" if n % 11 == 0 else ("bo", "cleo")[n % 2], ORDER[n % 3]
        shares = [("anna", 1_250), (owner, 8_750)] if n % 77 == 1 else [(owner, 10_000)]
        row = {"external_id": f"M{n}", "title": f"Many {n}", "customer": customer, "start": c.today, "owner": c.people[owner], "step": step,
               "amount": {"minor": 1_000 + n, "currency": "SEK"}}
        if len(shares) > 1:
            row["sellers"] = [{"employee": c.people[e], "share": f"{bp / 100:.2f}"} for e, bp in shares]
        rows.append({**row, "archived": n % 100 == 99})
        deal = {"owner": owner, "amount": 1_000 + n, "start": c.today, "shares": sorted(shares, key=lambda s: c.people[s[0]]),
                "visits": [[step, c.now, None]], "status": "open", "closed": None, "rejection": None}
        if n % 100 != 99:
            c.deals[f"M{n}"] = deal
            later += [({"external_id": f"M{n}", "title": f"Many {n}", **moves[n % 4]}, deal)] if n % 4 in moves else []
    c.call("opportunity.import", rows=rows)
    c.on("2026-04-09")
    c.call("opportunity.import", upsert=True, rows=[row for row, _ in later])
    for row, deal in later:
        if deal["visits"][-1][0] == row.get("step"):
            continue
        deal["visits"][-1][2] = c.now
        if "step" in row:
            deal["visits"].append([row["step"], c.now, None])
        else:
            deal.update(status=row["status"], closed=c.today, rejection=row.get("rejection"))
    c.on("2026-04-10")
    c.drain()
    _what_became_is_told(test, c)


def _what_became_is_told(test, c):
    """funnel, loss_reasons, won_trend and top_sellers; for all and for a seller who sees some of them."""
    keys = {r["id"]: r["code"] for p in c.call("pipeline.list")["pipelines"] for r in p["steps"]}
    names = {e: n for n, e in c.people.items()}
    for who in (None, "anna"):
        seen, host = c.seen_by(who), c.asks(who)
        test.assertGreater(len(c.deals), 8)
        # funnel
        for span, asked in (((), {}), (("2026-01-01", "2026-01-31"), {"from": "2026-01", "to": "2026-01"})):
            begun = {t: d for t, d in seen.items() if not span or span[0] <= d["start"] <= span[1]}
            answer = host.report("funnel", cohorts=True, **asked)
            for row in answer["rows"]:
                row["key"] = keys[row["id"]]
            test.assertEqual(_funnel_told(answer["rows"]), _funnel_of(c, begun), f"{who}: funnel {asked}")
            for row in answer["rows"]:
                for column in row["columns"]:
                    cohort = {t: d for t, d in begun.items() if d["start"][:7] == column["key"]}
                    test.assertEqual(_funnel_told([{**column, "key": row["key"]}])[row["key"]], _funnel_of(c, cohort)[row["key"]],
                                     f"{who}: cohort {column['key']} in {row['key']}")
            count = lambda status, of=begun: sum(d["status"] == status for d in of.values())  # noqa: E731
            test.assertEqual(answer["totals"]["measures"], {"begun": len(begun), "won": count("won"), "lost": count("lost"), "open": count("open")})
        # loss_reasons
        lost = [d for d in seen.values() if d["status"] == "lost"]
        want = {}
        for deal in lost:
            number, amount = want.get(deal["rejection"], (0, 0))
            want[deal["rejection"]] = (number + 1, amount + deal["amount"])
        entries = {e["id"]: e["code"] for e in c.call("rejection.list")["entries"]}
        answer = host.report("loss_reasons")
        told = {entries[r["id"]]: (r["measures"]["count"], _minor(r, "amount"), r["measures"]["share"]) for r in answer["rows"]}
        test.assertEqual(told, {k: (n, a, _half_up(n * 10_000, len(lost))) for k, (n, a) in want.items()}, f"{who}: why lost")
        test.assertEqual((answer["totals"]["measures"]["count"], _minor(answer["totals"], "amount")), (len(lost), sum(d["amount"] for d in lost)))
        early = [d for d in lost if d["closed"] <= "2026-02-10"]
        answer = host.report("loss_reasons", to="2026-02-10")
        test.assertEqual(answer["totals"]["measures"]["count"], len(early), f"{who}: lost early")
        # won_trend
        won = [d for d in seen.values() if d["status"] == "won"]
        months = [f"{y}-{m:02d}" for y in (2023, 2024, 2025, 2026) for m in range(1, 13)]
        last = months.index("2026-04")
        sums = {m: sum(d["amount"] for d in won if d["closed"][:7] == m) for m in months}
        answer = host.report("won_trend")
        test.assertEqual([r["key"] for r in answer["rows"]], months[last - 11:last + 1])
        for row in answer["rows"]:
            at = months.index(row["key"])
            three = sum(sums[m] for m in months[at - 2:at + 1])
            test.assertEqual((row["measures"]["count"], _minor(row, "amount"), _minor(row, "year_before"), _minor(row, "mean_of_three")),
                             (sum(d["closed"][:7] == row["key"] for d in won), sums[row["key"]], sums[months[at - 12]], _half_up(three, 3)),
                             f"{who}: trend in {row['key']}")
        test.assertEqual(_minor(answer["totals"], "amount"), sum(sums[m] for m in months[last - 11:last + 1]))
        earlier = _rows_of(host.report("won_trend", to="2026-03"))
        test.assertEqual(_minor(earlier["2026-03"], "year_before"), 70_001)
        # top_sellers: a colleague's share of a common deal is the colleague's
        best = {}
        for deal in won:
            for (name, _), part in zip(deal["shares"], _parts(deal["amount"], deal["shares"])):
                if who in (None, name):
                    number, amount = best.get(name, (0, 0))
                    best[name] = (number + 1, amount + part)
        answer = host.report("top_sellers")
        ranked = sorted(best, key=lambda n: (-best[n][1], c.people[n]))
        test.assertEqual([(names[r["id"]], r["rank"], r["measures"]["count"], _minor(r, "amount")) for r in answer["rows"]],
                         [(n, at + 1, *best[n]) for at, n in enumerate(ranked)], f"{who}: best sellers")
        test.assertEqual((answer["totals"]["measures"]["count"], _minor(answer["totals"], "amount")), (len(won), sum(a for _, a in best.values())))
        first = host.report("top_sellers", limit=1)
        test.assertEqual(len(first["rows"]), 1)
        test.assertEqual(first["totals"], answer["totals"], "a shorter list has the same total")


def commission_is_rounded_once_per_document(test, c):
    """Shared and single documents, a credit note, paid ones, other months; a seller's own, and who may not."""
    c.on("2026-01-07")
    c.begin("Common", "bo", 100_000, shares=[("anna", 3333), ("bo", 6667)])
    c.on("2026-02-02")
    alone = c.customer("Alone")
    made = {}

    def post(name, net, seller=None, on="2026-02-10", credit=False, **more):
        made[name] = c.invoice(f"{on}T10:00:00Z", [net], credit=credit, customer=alone, salesperson=c.people[seller] if seller else None, **more)["id"]

    c.on("2026-03-05")
    post("single", 10_050, "anna")
    post("small", 37, "anna")
    post("back", -5_025, "anna", credit=True)
    post("of bo", 99_990, "bo")
    post("before", 777_777, "anna", on="2026-01-31")
    post("after", 888_888, "anna", on="2026-03-01")
    common = c.invoice(None, [33_333], customer=c.deals["Common"]["customer"])["id"]
    c.refer("invoice", common, "opportunity", c.deals["Common"]["id"])
    c.call("invoice.post", id=common, at="2026-02-27T22:30:00Z")
    made["common"] = common
    for name in ("single", "common"):
        c.call("invoice.pay", id=made[name])
    c.drain()
    amounts = {"anna": {"single": 10_050, "small": 37, "back": -5_025}, "bo": {"of bo": 99_990}}
    for (name, _), part in zip(c.deals["Common"]["shares"], _parts(33_333, c.deals["Common"]["shares"])):
        amounts[name]["common"] = part

    def earned(base, rate):
        return (abs(base) * rate + 5_000) // 10_000 * (1 if base >= 0 else -1)
    c.call("role.grant", role="seller", permission="sales_leads.commission")
    numbers = {r["id"]: r["number"] for r in c.backend.rows("select id, number from erp_invoice")}
    for who in (None, "anna"):
        host = c.asks(who)
        for rate, points in (("5", 500), ("2.5", 250), ("12.34", 1234)):
            for base in ("invoiced", "paid"):
                want = {}
                for name, documents in amounts.items():
                    if who in (None, name):
                        kept = {made[d]: (a, earned(a, points)) for d, a in documents.items() if base == "invoiced" or d in ("single", "common", "back")}
                        if kept:
                            want[c.people[name]] = kept
                answer = host.report("commission", month="2026-02", rate=rate, base=base)
                told = {r["id"]: {d["document"]: (_minor(d, "base"), _minor(d, "commission")) for d in r["documents"]} for r in answer["rows"]}
                test.assertEqual(told, want, f"{who}: {rate} % of {base}")
                test.assertEqual([d["number"] for r in answer["rows"] for d in r["documents"]],
                                 [numbers[d["document"]] for r in answer["rows"] for d in r["documents"]])
                for row in answer["rows"]:
                    for at, measure in enumerate(("base", "commission")):
                        test.assertEqual(_minor(row, measure), sum(d[at] for d in want[row["id"]].values()))
                test.assertEqual(_minor(answer["totals"], "commission"), sum(d[1] for r in want.values() for d in r.values()))
                test.assertEqual(_minor(answer["totals"], "base"), sum(d[0] for r in want.values() for d in r.values()))
    with test.assertRaises(Refused):
        c.asks("reader").report("commission", month="2026-02", rate="5")


def orders_not_yet_invoiced(test, c):
    """What is left of each confirmed line, by seller and customer; over-invoiced, cancelled, offered and drafts do not count. More lines
    than are read at a time."""
    c.on("2026-02-02")
    left = {}

    def order(customer, seller, nets, taken, state=None, confirmed="2026-01-15T10:00:00Z", post=True):
        made = c.order(customer, nets, confirmed=None if state else confirmed, state=state, salesperson=c.people[seller])
        for line, net in zip(made["lines"], taken):
            if net:
                c.invoice("2026-01-20T10:00:00Z" if post else None, [{"net": net, "sources": [{"order_line": line}]}], customer=customer)
        return made["id"]
    first, second = c.customer("First"), c.customer("Second")
    order(first, "anna", [10_000, 5_000, 300], [4_000, 5_000, 0])
    order(second, "anna", [8_000], [9_000])                    # more than ordered
    order(second, "anna", [7_000], [7_000], post=False)        # a draft takes nothing up
    order(first, "bo", [1_234], [0], confirmed="2026-02-01T10:00:00Z")
    order(first, "bo", [99], [0], state="offer")
    c.call("order.cancel", id=order(second, "bo", [55_555], [0]))
    order(second, "bo", [7] * 2_050, [0] * 2_049 + [7], confirmed="2026-02-01T10:00:00Z")
    left["anna", first] = (2, 10_300, 4_000, 6_300)
    left["anna", second] = (1, 7_000, 0, 7_000)
    left["bo", first] = (1, 1_234, 0, 1_234)
    left["bo", second] = (2_049, 7 * 2_049, 0, 7 * 2_049)
    c.drain()
    for who in (None, "anna"):
        host = c.asks(who)
        for asked, keep in (({}, lambda k: True), ({"to": "2026-01-31"}, lambda k: k[0] == "anna")):
            want = {(c.people[n], customer): v for (n, customer), v in left.items() if who in (None, n) and keep((n, customer))}
            answer = host.report("not_invoiced", **asked)

            def values(cell):
                return (cell["measures"]["lines"], _minor(cell, "ordered"), _minor(cell, "taken_up"), _minor(cell, "remaining"))
            told = {(r["id"], k["id"]): values(k) for r in answer["rows"] for k in r["columns"]}
            test.assertEqual({k: v for k, v in told.items() if any(v)}, want, f"{who}: {asked}")
            test.assertEqual(values(answer["totals"]), tuple(map(sum, zip(*want.values()))), f"{who}: total {asked}")


def a_campaign_pays_back_on_a_day(test, c):
    """The last day from which on invoices less credits cover the cost, in weeks from the start; not told to who sees no sums."""
    c.on("2026-01-02")
    names = {"pays": "2026-01-05", "falls": "2026-01-05", "never": "2026-01-05", "unstarted": None, "free": "2026-01-05"}
    ids = {n: c.campaign(n, n, start=start) for n, start in names.items()}
    for name in ("pays", "falls", "never"):
        c.call("campaign.add_cost", id=ids[name], amount={"minor": 60_000, "currency": "SEK"}, date="2026-01-03", text="Stand")
        c.call("campaign.add_cost", id=ids[name], amount={"minor": 40_000, "currency": "SEK"}, date="2026-01-20", text="More")
    c.call("campaign.add_cost", id=ids["unstarted"], amount={"minor": 100, "currency": "SEK"}, date="2026-01-10", text="Print")
    c.on("2026-04-01")
    customer = c.customer("Buyer")
    facts = {"pays": [("2026-01-12", 60_000), ("2026-01-25", 39_999), ("2026-01-26", 1), ("2026-03-01", 500)],
             "falls": [("2026-01-12", 110_000), ("2026-02-02", -20_000), ("2026-02-16", 10_000)],
             "never": [("2026-01-12", 99_999)], "unstarted": [("2026-01-16", 50), ("2026-01-17", 50)], "free": [("2026-01-12", 10)]}
    for name, entries in facts.items():
        for day, net in entries:
            made = c.invoice(None, [net], credit=net < 0, customer=customer, salesperson=c.people["anna"])["id"]
            c.refer("invoice", made, "campaign", ids[name])
            c.call("invoice.post", id=made, at=day + "T10:00:00Z")
    c.drain()
    costs = {"pays": 100_000, "falls": 100_000, "never": 100_000, "unstarted": 100, "free": 0}
    for name, number in ids.items():
        day, week, total = None, None, 0
        for on, net in facts[name]:
            total += net
            day = None if total < costs[name] or not costs[name] else day or on
        if day:
            week = (datetime.date.fromisoformat(day) - datetime.date.fromisoformat(names[name] or "2026-01-10")).days // 7 + 1
        row = next(r for r in c.report("campaign_results")["rows"] if r["id"] == number)
        test.assertEqual(_minor(row, "invoiced"), total, name)
        test.assertEqual((row["measures"]["paid_back_on"], row["measures"]["paid_back_week"]), (day, week), name)
        late = next(r for r in c.report("campaign_results", **{"from": "2026-03-15"})["rows"] if r["id"] == number)
        test.assertEqual(late["measures"]["paid_back_on"], day, name + ": the day does not hang on the span asked for")
    c.call("role.create", name="outside", title="Outside")
    for right in ("sales_leads.opportunity.view", "sales_leads.report", "sales_leads.campaign.view"):
        c.call("role.grant", role="outside", permission=right)
    user(c, "outside", ["outside"], c.people["bo"])
    for row in c.as_user("outside").report("campaign_results")["rows"]:
        test.assertEqual((_minor(row, "invoiced"), row["measures"]["paid_back_on"]), (0, None), row["label"])


def _snapshot(c):
    return c.call("forecast.snapshot")["as_of"]


def forecasts_of_two_days_and_the_bridge_between_them(test, c):
    """Every part of the bridge once; it sums to nothing, for all and for a seller."""
    c.on("2026-01-05")
    with test.assertRaises(Refused):
        c.call("forecast.snapshot", as_of="2099-01-01", request_id="first")
    begin = {"Stays": ("anna", 10_000, "2026-03-10"), "Up": ("anna", 20_000, "2026-03-10"), "Down": ("bo", 30_000, "2026-03-10"),
             "Pushed": ("anna", 40_000, "2026-03-31"), "Pulled": ("bo", 50_000, "2026-04-01"), "Won": ("anna", 60_000, "2026-03-01"),
             "Lost": ("bo", 70_000, "2026-03-01"), "Outside": ("anna", 80_000, "2026-05-01"), "Undated": ("anna", 90_000, None)}
    for title, (owner, amount, planned) in begin.items():
        c.begin(title, owner, amount, planned=planned)
    c.on("2026-01-31")
    # The wish that was refused has left its request id free; the one that is answered is answered again.
    made = c.call("forecast.snapshot", request_id="first")
    test.assertEqual(made["as_of"], "2026-01-31")
    test.assertEqual(c.call("forecast.snapshot", request_id="first"), made)
    c.on("2026-02-20")

    def update(title, **fields):
        c.call("opportunity.update", id=c.deals[title]["id"], **fields)
    update("Up", amount={"minor": 25_001, "currency": "SEK"})
    update("Down", amount={"minor": 29_999, "currency": "SEK"})
    update("Pushed", planned_close="2026-04-01", amount={"minor": 41_000, "currency": "SEK"})
    update("Pulled", planned_close="2026-03-31", amount={"minor": 55_000, "currency": "SEK"})
    c.end("Won", "won")
    c.end("Lost", "lost", "price")
    c.begin("New", "bo", 11_000, planned="2026-03-15")
    c.begin("New outside", "bo", 12_000, planned="2026-06-15")
    c.on("2026-02-28")
    _snapshot(c)
    c.on("2026-03-05")
    c.end("Stays", "won")  # after the later forecast: still there at its end
    amounts = {"up": {"Up": 5_001}, "down": {"Down": -1}, "pushed_out": {"Pushed": -40_000}, "pulled_in": {"Pulled": 55_000},
               "won": {"Won": -60_000}, "lost": {"Lost": -70_000}, "new": {"New": 11_000},
               "start": {"Stays": 10_000, "Up": 20_000, "Down": 30_000, "Pushed": 40_000, "Won": 60_000, "Lost": 70_000},
               "end": {"Stays": 10_000, "Up": 25_001, "Down": 29_999, "Pulled": 55_000, "New": 11_000}}
    whole = {"up": {"Up": 5_001, "Pushed": 1_000, "Pulled": 5_000}, "down": {"Down": -1}, "won": {"Won": -60_000}, "lost": {"Lost": -70_000},
             "new": {"New": 11_000, "New outside": 12_000}, "pushed_out": {}, "pulled_in": {},
             "start": {t: a for t, (_, a, _) in begin.items()}}
    for who in (None, "anna"):
        seen = c.seen_by(who)
        for want, span in ((amounts, {"from": "2026-03", "to": "2026-03"}), (whole, {})):
            answer = c.asks(who).report("forecast_bridge", start="2026-01-31", end="2026-02-28", **span)
            told = {r["key"]: (r["measures"]["count"], _minor(r, "amount")) for r in answer["rows"]}
            for part, deals in want.items():
                mine = [a for t, a in deals.items() if t in seen]
                test.assertEqual(told[part], (len(mine), sum(mine)), f"{who}: {part} {span}")
            test.assertEqual(sum(a for part, (_, a) in told.items() if part != "end"), told["end"][1], "the bridge reaches its end")
            test.assertEqual(answer["difference"]["minor"], 0)
            test.assertLessEqual({m["opportunity"] for m in answer["moved"]}, {d["id"] for d in seen.values()})
    with test.assertRaises(Refused):
        c.report("forecast_bridge", start="2026-02-28", end="2026-01-31")
    # How the first one did: of what was open on 2026-01-31.
    c.on("2026-05-15")
    c.end("Outside", "lost", "price")  # where nothing closes for long, nothing is known of these days
    c.on("2026-05-20")
    answer = c.report("forecast_accuracy", **{"from": "2026-01-31", "to": "2026-01-31"})["totals"]["measures"]
    within = {30: {"Won"}, 60: {"Won", "Stays"}, 90: {"Won", "Stays"}}
    for chances in answer["chances"]:
        won = within[chances["days"]]
        squares = sum((10_000 * (t in won) - STEPS["first_meeting"]) ** 2 for t in begin)
        test.assertEqual(chances["count"], len(begin))
        test.assertEqual(chances["won"], f"{_half_up(len(won) * 10_000, len(begin)) / 10_000:.4f}", chances["days"])
        test.assertEqual(chances["brier_of_steps"], f"{_half_up(squares, len(begin) * 10_000) / 10_000:.4f}", chances["days"])
    test.assertEqual([x["days"] for x in answer["chances"]], [30, 60, 90])
    for scope in ("pipeline", "all"):
        test.assertEqual(answer[scope]["actual"]["minor"], 70_000, scope)
    mine = c.as_user("anna").report("forecast_accuracy", **{"from": "2026-01-31", "to": "2026-01-31"})["totals"]["measures"]
    test.assertEqual(mine["chances"][0]["count"], sum(o == "anna" for o, _, _ in begin.values()))


def what_was_foretold_of_many_deals_is_held_against_all_that_were_won(test, c):
    """Wins are read two thousand at a time; the last of them count as the first do."""
    c.on("2026-01-05")
    customer, many = c.customer("Of many"), 2_050

    def rows(**fields):
        return [{"external_id": f"M{n}", "title": f"Many {n}", **fields} for n in range(1, many + 1)]
    c.call("opportunity.import", rows=rows(customer=customer, start=c.today, owner=c.people["anna"], step="first_meeting", planned_close="2026-03-01",
                                           amount={"minor": 100, "currency": "SEK"}))
    c.on("2026-01-31")
    _snapshot(c)
    c.on("2026-02-05")
    c.call("opportunity.import", upsert=True, rows=rows(status="won"))
    c.on("2026-03-10")
    answer = c.report("forecast_accuracy")["totals"]["measures"]
    test.assertEqual(answer["chances"][0], answer["chances"][0] | {"days": 30, "count": many, "won": "1.0000"})
    test.assertEqual((answer["pipeline"]["actual"]["minor"], answer["all"]["actual"]["minor"]), (100 * many, 100 * many))


def the_forecast_is_the_sum_of_its_deals(test, c):
    """Amount, weighted, categories and expected by month, step and seller; without history a deal's chance is its step's."""
    c.on("2026-01-05")
    for at, (title, owner, shares) in enumerate((("One", "anna", None), ("Two", "bo", None), ("Common", "bo", [("anna", 3333), ("bo", 6667)]),
                                                 ("Late", "cleo", None), ("Out", "anna", None))):
        c.begin(title, owner, 100_001 + 1_000 * at, step=ORDER[at % 4], planned=f"2026-0{2 + at}-10", shares=shares)
    c.call("forecast.set_category", id=c.deals["One"]["id"], category="commit")
    c.call("forecast.set_category", id=c.deals["Late"]["id"], category="best_case")
    c.call("forecast.set_category", id=c.deals["Out"]["id"], category="omitted")
    c.call("forecast.set_category", id=c.deals["Two"]["id"], category="pipeline")
    c.call("forecast.set_category", id=c.deals["Common"]["id"], category="commit")
    c.on("2026-01-31")
    _snapshot(c)
    by_deal = {t: c.call("forecast.opportunity", id=d["id"]) for t, d in c.deals.items()}
    for title, deal in c.deals.items():
        step = STEPS[deal["visits"][-1][0]]
        test.assertEqual(by_deal[title]["chance"], f"{step // 100}.{step % 100:02d}", title)
        test.assertEqual(by_deal[title]["expected"]["minor"], _half_up(deal["amount"] * step, 10_000), title)
    commit, best = {"One", "Common"}, {"Late"}
    for who in (None, "anna"):
        host = c.asks(who)
        deals = {t: d for t, d in c.seen_by(who).items() if t != "Out"}
        want = {}
        for title, deal in deals.items():
            weighted = _half_up(deal["amount"] * STEPS[deal["visits"][-1][0]], 10_000)
            want[deal["planned"][:7]] = (1, deal["amount"], weighted, deal["amount"] * (title in commit), deal["amount"] * (title in best))
        expected = {}
        for title in deals:
            for month in by_deal[title]["months"]:
                expected[month["month"]] = expected.get(month["month"], 0) + month["expected"]["minor"]
        answer = host.report("forecast", as_of="2026-01-31")
        rows = _rows_of(answer)

        def values(cell):
            return (cell["measures"]["count"], *(_minor(cell, n) for n in ("amount", "weighted", "commit", "best_case")))
        for month in set(want) | set(expected):
            test.assertEqual(values(rows[month]), want.get(month, (0,) * 5), f"{who}: {month}")
            if month in expected:
                test.assertEqual(_minor(rows[month], "expected"), expected[month], f"{who}: expected in {month}")
                test.assertGreater(expected[month], 0)
        whole = tuple(map(sum, zip(*want.values())))
        test.assertEqual(values(answer["totals"]), whole, str(who))
        test.assertEqual(_minor(answer["totals"], "expected"), sum(_minor(r, "expected") for r in rows.values()))
        test.assertLessEqual(_minor(answer["totals"], "expected"), whole[2] + len(deals))
        for cell in (*rows.values(), answer["totals"]):
            low95, low80, high80, high95 = (_minor(cell, n) for n in ("lo95", "lo80", "hi80", "hi95"))
            test.assertTrue(0 <= low95 <= low80 <= high80 <= high95, cell["measures"])
        sellers = {}
        for deal in deals.values():
            for (name, _), part in zip(deal["shares"], _parts(deal["amount"], deal["shares"])):
                sellers[c.people[name]] = sellers.get(c.people[name], 0) + part
        by_seller = host.report("forecast", as_of="2026-01-31", rows="seller", columns="step")
        test.assertEqual({r["id"]: _minor(r, "amount") for r in by_seller["rows"] if _minor(r, "amount")}, sellers, str(who))
        test.assertEqual(values(by_seller["totals"]), whole, f"{who}: by seller")
        test.assertEqual(_minor(by_seller["totals"], "expected"), _minor(answer["totals"], "expected"))
        step_rows = host.report("forecast", as_of="2026-01-31", rows="step")["rows"]
        test.assertEqual(sum(_minor(r, "expected") for r in step_rows), _minor(answer["totals"], "expected"))


def nothing_is_foretold_of_months_that_are_past(test, c):
    """What was not foretold is not there, in rows, cells and totals; it is never told as 0. What is open counts all the same."""
    c.on("2026-01-05")
    for title, planned in (("Overdue", "2026-01-20"), ("Soon", "2026-03-01"), ("Late", "2027-02-01")):
        c.begin(title, amount=10_000, planned=planned)
    c.on("2026-01-31")
    _snapshot(c)
    foretold = ("expected", "expected_all", "lo80", "hi80", "lo95", "hi95")

    def told(cell):
        there = {cell["measures"][name] is not None for name in foretold}
        test.assertEqual(len(there), 1, cell)
        return there.pop()

    def rows(**asked):
        return c.report("forecast", as_of="2026-01-31", **asked)
    months = rows()
    first_to_last = sorted(r["key"] for r in months["rows"] if told(r))
    test.assertEqual((first_to_last[0], first_to_last[-1]), ("2026-02", "2027-01"))
    test.assertEqual({r["key"]: _minor(r, "amount") for r in months["rows"] if not told(r)}, {"2026-01": 10_000, "2027-02": 10_000})
    test.assertTrue(told(months["totals"]))
    quarters = _rows_of(rows(rows="quarter"))
    test.assertTrue(told(quarters["2026-Q1"]), "a part of it is")
    for one, other in (("seller", "month"), ("month", "seller"), ("month", "quarter")):
        for row in rows(rows=one, columns=other)["rows"]:
            for cell in row["columns"]:
                month = cell["key"] if other == "month" else row["key"]
                if one == "seller" or other == "seller":
                    test.assertEqual(told(cell), month in first_to_last, (row["key"], cell["key"]))
                test.assertTrue(told(row) or not told(cell))
    past = rows(rows="seller", to="2026-01-31")
    test.assertFalse(told(past["totals"]))
    test.assertEqual([told(r) for r in past["rows"]], [False])


def a_category_set_by_hand_survives(test, c):
    """A step change, another forecast and a day do not take it away; null gives it back; closed deals have none; others' deals are not there."""
    c.on("2026-01-05")
    first = c.begin("Mine", amount=10_000, planned="2026-03-01")
    other = c.begin("Bo's", "bo", 20_000, planned="2026-03-01")
    anna = c.as_user("anna")
    anna.call("forecast.set_category", id=first, category="commit")
    with test.assertRaises(Refused) as hidden:
        anna.call("forecast.set_category", id=other, category="commit")
    test.assertEqual(hidden.exception.key, "opportunity.not_found")

    def state(day):
        c.on(day)
        as_of = _snapshot(c)
        told = c.call("forecast.opportunity", id=first)
        row = c.report("forecast", as_of=as_of)["totals"]["measures"]
        return told["category"], told["category_by_hand"], row["commit"]["minor"]
    test.assertEqual(state("2026-01-10"), ("commit", True, 10_000))
    c.go("Mine", "offer")
    c.drain()
    test.assertEqual(state("2026-01-11"), ("commit", True, 10_000))
    anna.call("forecast.set_category", id=first, category="omitted")
    test.assertEqual(state("2026-01-12"), ("omitted", True, 0))
    test.assertEqual(c.report("forecast", as_of="2026-01-11")["totals"]["measures"]["commit"]["minor"], 10_000, "what was frozen stays")
    anna.send({"action": "forecast.set_category", "input": {"id": first, "category": None}})
    c.go("Mine", "final_phase")
    category, by_hand, amount = state("2026-01-13")
    test.assertEqual((category, by_hand, amount), ("commit", False, 10_000))  # 80 % by its step
    c.end("Mine", "won")
    with test.assertRaises(Refused) as closed:
        c.call("forecast.set_category", id=first, category="commit")
    test.assertEqual(closed.exception.key, "opportunity.status.closed")


Reports = cases(globals(), "Reports", make=Deals)

if __name__ == "__main__":
    unittest.main()
