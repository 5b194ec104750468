# SPDX-License-Identifier: Apache-2.0
"""Lays a sales company over the retail set's customers: opportunities, campaigns, orders whose part invoices the set's
invoices are, references, credits of earlier invoices. Seeded; the documents of the set keep number, moment, customer and
amount.

What the ledger must say is kept here, from plain one-to-one structures (one line per document, one opportunity per
document, one or two sellers, one campaign), and computed without the oracle and without the host's help: only ids are
looked up afterwards.
"""
import csv
import datetime
import random

STAND_IN = "UNKNOWN"
SINCE = "2010-10-01"
CAMPAIGNS = {"fair": 250000, "letters": 400000, "web": 1200000, "phone": 90000, "idle": 50000}  # code -> cost in pence


class Deal:
    """An opportunity: owner alone, or two sellers at 60/40; one campaign or none."""

    def __init__(self, external_id, customer, sellers, campaign):
        self.external_id, self.customer, self.sellers, self.campaign = external_id, customer, sellers, campaign


class Paper:
    """An order, an invoice or a credit note with one line."""

    def __init__(self, kind, number, customer, at, net, salesperson):
        self.kind, self.number, self.customer, self.at, self.net, self.salesperson = kind, number, customer, at, net, salesperson
        self.deal = None          # what it is linked to, where it is a root
        self.reference = None     # the deal that it names
        self.campaign = None      # the campaign that it names
        self.source = None        # the order that it invoices, or the invoice that it credits
        self.conditional = False  # a credit that only the rule links

    def root(self):
        return self if self.source is None else self.source.root()


class Retail:
    def __init__(self, file, seed=1, take=None):
        self.random = random.Random(seed)
        with open(file, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))[:take]
        self.sellers = [f"S{n}" for n in range(1, 9)]
        self.deals, self.orders, self.papers = [], [], []
        self.by_customer = {}
        for row in rows:
            self.by_customer.setdefault(row["customer_no"] or STAND_IN, []).append(row)
        self.order_numbers = 0
        for customer in sorted(self.by_customer):
            self.lay(customer, self.by_customer[customer])

    # ---- laying

    def lay(self, customer, rows):
        r = self.random
        count = 0 if customer == STAND_IN else r.choices((0, 1, 2), (6, 74, 20))[0]
        deals = []
        for n in range(count):
            sellers = [(r.choice(self.sellers), 100)]
            if r.random() < 0.4:
                sellers = list(zip(r.sample(self.sellers, 2), (60, 40)))
            deals.append(Deal(f"O-{customer}-{n}", customer, sellers, r.choice(list(CAMPAIGNS)[:4] + [None])))
        self.deals += deals
        invoices, waiting = [], None  # waiting: (order, how many invoices it still gets)
        for row in sorted(rows, key=lambda row: row["posted_at"]):
            net = int(row["net_minor"])
            seller = deals[0].sellers[0][0] if deals and r.random() < 0.7 else r.choice(self.sellers + [""])
            paper = Paper(row["kind"], row["invoice_no"], customer, row["posted_at"], net, seller)
            self.papers.append(paper)
            if row["kind"] == "credit_note":
                self.lay_credit(paper, invoices, deals)
                continue
            if waiting is None and count and r.random() < 0.75:
                waiting = (self.lay_order(paper, deals), r.choice((1, 1, 2, 3)))
            if waiting:
                order, left = waiting
                paper.source, paper.salesperson = order, order.salesperson
                order.net += net
                waiting = (order, left - 1) if left > 1 else None
            else:
                self.name(paper, deals)
            invoices.append([paper, net])

    def lay_order(self, first, deals):
        self.order_numbers += 1
        at = datetime.datetime.fromisoformat(first.at) - datetime.timedelta(days=self.random.randint(1, 10))
        order = Paper("order", f"R{self.order_numbers:06d}", first.customer, at.replace(hour=10, minute=0, second=0).isoformat(), 0,
                      first.salesperson)
        self.name(order, deals)
        self.orders.append(order)
        return order

    def name(self, paper, deals):
        """References of a root document, and what they and the rules make of it."""
        r = self.random
        if deals and r.random() < (0.75 if len(deals) == 2 else 0.2):
            paper.reference = r.choice(deals)
        if r.random() < 0.2:
            paper.campaign = r.choice(list(CAMPAIGNS)[:4])
        if paper.reference:
            paper.deal = paper.reference
            return
        in_campaign = [d for d in deals if paper.campaign and d.campaign == paper.campaign]
        paper.deal = in_campaign[0] if len(in_campaign) == 1 else deals[0] if len(deals) == 1 else None

    def lay_credit(self, paper, invoices, deals):
        fit = [entry for entry in invoices if entry[1] >= -paper.net > 0]
        if fit:
            entry = self.random.choice(fit)
            entry[1] += paper.net
            paper.source = entry[0]
        elif deals and self.random.random() < 0.3:
            paper.reference = paper.deal = self.random.choice(deals)
        elif len(deals) == 1:
            paper.deal, paper.conditional = deals[0], True

    # ---- files

    def write(self, folder):
        """customers.csv, employees.csv, orders.csv and invoices.csv in the host's own columns."""
        def table(name, header, rows):
            with open(folder / name, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(rows)

        def named(paper):
            return [paper.reference.external_id if paper.reference else "", paper.campaign or ""]
        table("customers.csv", ["number", "name", "is_stand_in"],
              [[c, f"Customer {c}", "yes" if c == STAND_IN else "no"] for c in sorted(self.by_customer)])
        table("employees.csv", ["number", "name"], [[s, f"Seller {s}"] for s in self.sellers])
        table("orders.csv", ["order_no", "state", "customer_no", "confirmed_at", "currency", "salesperson", "line_no", "net_minor",
                             "opportunity", "campaign"],
              [[o.number, "confirmed", o.customer, o.at, "GBP", o.salesperson, 1, o.net] + named(o) for o in self.orders])
        table("invoices.csv", ["invoice_no", "kind", "posted_at", "customer_no", "currency", "salesperson", "line_no", "net_minor",
                               "order_no", "order_line", "credits_invoice", "credits_line", "opportunity", "campaign"],
              [[p.number, p.kind, p.at, p.customer, "GBP", p.salesperson, 1, p.net]
               + ([p.source.number, 1] if p.source and p.source.kind == "order" else ["", ""])
               + ([p.source.number, 1] if p.source and p.source.kind != "order" else ["", ""]) + named(p) for p in self.papers])

    def opportunity_rows(self):
        rows = []
        for deal in self.deals:
            row = {"title": f"Deal {deal.external_id}", "external_id": deal.external_id, "customer_number": deal.customer, "start": SINCE,
                   "effective_at": f"{SINCE}T08:00:00Z", "owner": deal.sellers[0][0],
                   "sellers": [{"employee": s, "share": share} for s, share in deal.sellers]}
            if deal.campaign:
                row["campaign"] = deal.campaign
            rows.append(row)
        return rows

    def linked_share(self):
        """The part of the invoices' value that stands on an opportunity."""
        invoices = [p for p in self.papers if p.kind == "invoice"]
        return sum(p.net for p in invoices if p.root().deal) / sum(p.net for p in invoices)

    # ---- what the ledger must say

    def expected(self, ids):
        """{(kind, document, line, opportunity, campaign, seller, measure, day): minor}. ids: {"order": {number: (id, line id)},
        "invoice": the same, "opportunity": {external id: id}, "campaign": {code: id}, "employee": {number: id}}."""
        balances = {}

        def place(paper):
            return ids["order" if paper.kind == "order" else "invoice"][paper.number]

        def put(paper, deal, campaign, start, amount):
            """Books the step of a running total from start to start + amount, split over the deal's sellers."""
            sellers = sorted((ids["employee"][s], share) for s, share in deal.sellers) if deal else [
                (ids["employee"].get(paper.salesperson_of_root, 0), 100)]
            measure = {"order": "ordered", "invoice": "invoices", "credit_note": "credits"}[paper.kind]
            for n, (seller, _) in enumerate(sellers):
                part = split(start + amount, sellers)[n] - split(start, sellers)[n]
                if part:
                    key = ("order" if paper.kind == "order" else "invoice", *place(paper), ids["opportunity"][deal.external_id] if deal else 0,
                           ids["campaign"].get(campaign, 0), seller, measure, paper.at[:10])
                    balances[key] = balances.get(key, 0) + part

        followers, bare = {}, []
        for paper in self.orders + self.papers:
            root = paper.root()
            paper.salesperson_of_root = root.salesperson
            if paper.conditional:
                bare.append(paper)
            elif paper is not root:
                followers.setdefault(id(root), []).append(paper)
        for root in self.orders + self.papers:
            if root.root() is not root or root.conditional:
                continue
            campaign = root.campaign or (root.deal.campaign if root.deal else None)
            put(root, root.deal, campaign, 0, root.net)
            running = 0 if root.kind == "order" else root.net
            for paper in sorted(followers.get(id(root), []), key=lambda p: (p.at[:10], place(p))):
                put(paper, root.deal, campaign, running, paper.net)
                running += paper.net
        for paper in sorted(bare, key=lambda p: (p.at[:10], place(p))):
            number, key_campaign = ids["opportunity"][paper.deal.external_id], ids["campaign"].get(paper.deal.campaign, 0)
            of_deal = [(k, v) for k, v in balances.items() if k[3] == number and k[0] == "invoice"]
            here = (paper.at[:10], place(paper)[0])
            if covered([(k[7], k[1], v) for k, v in of_deal], here, paper.net) and covered(
                    [(k[7], k[1], v) for k, v in of_deal if k[4] == key_campaign], here, paper.net):
                put(paper, paper.deal, paper.deal.campaign, 0, paper.net)
            else:
                put(paper, None, None, 0, paper.net)
        return balances


def split(total, sellers):
    """Whole pence of one or two sellers: floors, the odd penny to the larger remainder, to the first on a tie."""
    if len(sellers) == 1:
        return [total]
    if total < 0:
        return [-part for part in split(-total, sellers)]
    first, second = (total * share // 100 for _, share in sellers)
    if first + second < total:
        if total * sellers[0][1] % 100 >= total * sellers[1][1] % 100:
            first += 1
        else:
            second += 1
    return [first, second]


def covered(series, here, amount):
    """Whether the running total, with the amount at `here`, never falls below zero from there on."""
    total, lowest = sum(v for day, number, v in series if (day, number) <= here) + amount, None
    lowest = total
    later = {}
    for day, number, v in series:
        if (day, number) > here:
            later[day, number] = later.get((day, number), 0) + v
    for at in sorted(later):
        total += later[at]
        lowest = min(lowest, total)
    return lowest >= 0
