# SPDX-License-Identifier: Apache-2.0
"""A slow, plain oracle: from one world of documents and opportunities to the balances of the ledger.

It shares nothing with the engine: no code, no SQL, no incremental state. Every call computes every balance from the
beginning, with exact fractions, in the order in which the rules are written down in README.md beside this file.

    balances = Oracle(world).balances()
    # {(document_kind, document, line, opportunity, campaign, seller, measure, "YYYY-MM-DD"): (document_minor, company_minor)}

On the command line:  oracle.py WORLD.json  prints the balances as JSON lines. README.md describes the world.
"""
import calendar
import datetime
import json
import sys
from fractions import Fraction
from zoneinfo import ZoneInfo

BOTH = ("document", "company")  # every split happens twice, apart: for document-currency and for company-currency amounts
DEFAULT_WINDOW_DAYS = 90
DEFAULT_RECURRING_MONTHS = 12
NOWHERE = -1  # where the lines of a credit go that no rule may place: no opportunity, no campaign; 0 in the balances
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


# ---------------------------------------------------------------- splitting whole minor units

def largest_remainder(x, weights):
    """Splits the integer x over the weights: floors first, then one unit each to the largest remainder, ties to the
    earlier one. A negative x is the mirror image. 100 over (1, 1, 1) = [34, 33, 33]."""
    if x < 0:
        return [-part for part in largest_remainder(-x, weights)]
    total = sum(weights)
    assert total > 0, weights
    exact = [Fraction(x * w, total) for w in weights]
    parts = [e.numerator // e.denominator for e in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(exact[i] - parts[i]), i))
    for i in by_remainder[: x - sum(parts)]:
        parts[i] += 1
    assert sum(parts) == x
    return parts


def margin_split(x, campaigns, sellers):
    """Splits x over campaigns x sellers (two lists of weights) so that the sum of every row and of every column is that
    of largest_remainder over the campaigns or the sellers alone. Answers a list of rows."""
    if x < 0:
        return [[-cell for cell in row] for row in margin_split(-x, campaigns, sellers)]
    rows, columns = largest_remainder(x, campaigns), largest_remainder(x, sellers)
    whole = sum(campaigns) * sum(sellers)
    exact = {(j, k): Fraction(x * c * e, whole) for j, c in enumerate(campaigns) for k, e in enumerate(sellers)}
    cells = {at: value.numerator // value.denominator for at, value in exact.items()}
    fraction = {at: exact[at] - cells[at] for at in exact}
    row_lacks = [rows[j] - sum(cells[j, k] for k in range(len(sellers))) for j in range(len(campaigns))]
    column_lacks = [columns[k] - sum(cells[j, k] for j in range(len(campaigns))) for k in range(len(sellers))]
    while any(row_lacks):
        # One round gives every cell at most one unit; a second round only happens when no fresh cell can take one.
        for j, k in sorted(exact, key=lambda at: (-fraction[at], at)):
            if row_lacks[j] > 0 and column_lacks[k] > 0:
                cells[j, k] += 1
                row_lacks[j] -= 1
                column_lacks[k] -= 1
    assert not any(column_lacks)
    return [[cells[j, k] for k in range(len(sellers))] for j in range(len(campaigns))]


# ---------------------------------------------------------------- time

def day_of(microseconds, zone):
    """The company's calendar day of a moment in UTC."""
    return (EPOCH + datetime.timedelta(microseconds=microseconds)).astimezone(zone).date()


def add_months(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def date_or_none(text):
    return datetime.date.fromisoformat(text) if text else None


def as_of(entries, moment):
    """The history entry that holds at the moment: the latest one not after it; before the first entry, the first one."""
    entries = sorted(entries, key=lambda e: (e["effective_at"], e["id"]))
    past = [e for e in entries if e["effective_at"] <= moment]
    if past:
        return past[-1]
    return entries[0] if entries else None


# ---------------------------------------------------------------- the oracle

class Oracle:
    def __init__(self, world):
        self.world = world
        self.zone = ZoneInfo(world["company"]["time_zone"])
        self.start_date = date_or_none(world["company"].get("start_date"))
        self.customers = {c["id"]: c for c in world.get("customers", [])}
        self.campaigns = {c["id"]: c for c in world.get("campaigns", [])}
        self.pipelines = {p["id"]: p for p in world.get("pipelines", [])}
        self.opportunities = {o["id"]: o for o in world.get("opportunities", [])}
        self.documents = {}  # (kind, id) -> document
        self.lines = {}      # (kind, line id) -> (document, line)
        for kind, group in (("order", "orders"), ("invoice", "invoices")):
            for document in world.get(group, []):
                document = dict(document, document_kind=kind)
                document["lines"] = sorted(document["lines"], key=lambda l: (l["line_no"], l["id"]))
                self.documents[kind, document["id"]] = document
                for line in document["lines"]:
                    self.lines[kind, line["id"]] = (document, line)
        self.references = {(r["document_kind"], r["document"], r["line"], r["ref"]): r for r in world.get("references", [])}
        self.refused = set()  # credits whose rule link is not covered
        self.memo = {}

    def once(self, name, function, *key):
        key = (name,) + key
        if key not in self.memo:
            self.memo[key] = function()
        return self.memo[key]

    # ---- what a document is

    def moment(self, document):
        """T: offered for an offer, confirmed for any other order, posted for invoices and credit notes."""
        if document["document_kind"] == "invoice":
            return document.get("posted_at")
        if document["state"] == "offer":
            return document.get("offered_at")
        return document.get("confirmed_at") or document.get("offered_at")

    def measure(self, document):
        """The measure that the document's rows carry, or None when it has no rows."""
        if any(l["counts_as_sale"] and l["company_net"] is None for l in document["lines"]):
            return None  # parked: no rate
        if document["document_kind"] == "order":
            return {"offer": "offered", "confirmed": "ordered"}.get(document["state"])
        if not document["counts"]:
            return None
        return "credits" if document["kind"] == "credit_note" else "invoices"

    def day(self, document):
        return day_of(self.moment(document), self.zone)

    def merged(self, customer):
        """The customer that stands for this one after merges."""
        seen = set()
        while customer in self.customers and self.customers[customer].get("merged_into") and customer not in seen:
            seen.add(customer)
            customer = self.customers[customer]["merged_into"]
        return customer or 0

    def amount(self, line, which):
        value = line["net"] if which == "document" else line["company_net"]
        return value if line["counts_as_sale"] and value is not None else 0

    # ---- links: explicit, then by rule

    def reference(self, document, line, name, copied):
        """The document's reference of that name: (id, set_at), or None. copied: True, False, or None for either."""
        r = self.references.get((document["document_kind"], document["id"], line, name))
        if r and r["id"] and (copied is None or bool(r["copied"]) == copied):
            return r["id"], r["set_at"]
        return None

    def explicit(self, document, line):
        """The explicit link-set at exactly this level (line 0 = the document), or None: the later of the user's act and
        the document's own reference wins. A link-set is a tuple of (opportunity, basis points), () = unlinked."""
        found = []
        own = self.reference(document, line, "sales_leads.opportunity", copied=False)
        if own and own[0] in self.opportunities:
            found.append((own[1], 0, ((own[0], 10000),)))
        for u in self.world.get("user_links", []):
            if (u["document_kind"], u["document"], u["line"]) == (document["document_kind"], document["id"], line):
                if u["act"] == "link":
                    found.append((u["set_at"], 1, tuple(sorted((o, bp) for o, bp in u["shares"]))))
                elif u["act"] == "undo":
                    found.append((u["set_at"], 1, ()))
        return max(found)[2] if found else None

    def field(self, opportunity, name, moment):
        entry = as_of(opportunity["history"].get(name, []), moment)
        return entry["value"] if entry else None

    def touches(self, opportunity, moment):
        """A touch counts from its own date on, whenever it was recorded."""
        return [t for t in opportunity.get("touches", []) if date_or_none(t["date"]) <= day_of(moment, self.zone)]

    def window(self, opportunity):
        pipeline = self.pipelines.get(opportunity.get("pipeline"), {})
        return datetime.timedelta(days=pipeline.get("window", DEFAULT_WINDOW_DAYS))

    def candidates(self, document, belongs):
        """Opportunities that the document may be linked to by rule, among those for which belongs() holds: the open
        ones, and only when there are none the recently won ones. Entries that the order-confirmed rule itself wrote
        are left out, so candidacy never depends on other documents."""
        moment, day = self.moment(document), self.day(document)
        open_ones, won_ones = [], []
        for opportunity in sorted(self.opportunities.values(), key=lambda o: o["id"]):
            if not belongs(opportunity):
                continue
            status = as_of([s for s in opportunity["history"]["status"] if s.get("origin") != "rule"], moment)
            if status["value"] == "open":
                start = date_or_none(opportunity.get("start"))
                planned = date_or_none(self.field(opportunity, "planned_close", moment))
                if (start is None or start <= day) and (planned is None or day <= planned + self.window(opportunity)):
                    open_ones.append(opportunity)
            elif status["value"] == "won" and status["effective_at"] <= moment:
                if day - day_of(status["effective_at"], self.zone) <= self.window(opportunity):
                    won_ones.append(opportunity)
        return open_ones or won_ones

    def rule(self, document):
        """The opportunity that the rules find for the document, or 0."""
        return self.once("rule", lambda: self.decide(document), document["document_kind"], document["id"])

    def decide(self, document):
        moment = self.moment(document)
        customer = self.merged(document["customer"])
        if moment is None or (self.start_date and self.day(document) < self.start_date):
            return 0
        if self.customers.get(customer, {}).get("is_stand_in") or self.customers.get(document["customer"], {}).get("is_stand_in"):
            return 0

        def undone(opportunity, rule):
            return any(u["act"] == "undo_rule" and u["opportunity"] == opportunity["id"] and u.get("rule", rule) in (rule, "")
                       and (u["document_kind"], u["document"]) == (document["document_kind"], document["id"])
                       for u in self.world.get("user_links", []))

        def of_customer(opportunity):
            return customer and self.merged(self.field(opportunity, "customer", moment) or 0) == customer

        # (a) a copied reference names it
        copied = self.reference(document, 0, "sales_leads.opportunity", copied=True)
        if copied and copied[0] in self.opportunities and not undone(self.opportunities[copied[0]], "a"):
            return copied[0]
        # (b) the customer has one candidate in the document's campaign
        campaign = self.reference(document, 0, "sales_leads.campaign", copied=None)
        if campaign:
            found = [o for o in self.candidates(document, of_customer) if not undone(o, "b")
                     and (self.field(o, "campaign", moment) == campaign[0]
                          or any(t["campaign"] == campaign[0] for t in self.touches(o, moment)))]
            if len(found) == 1:
                return found[0]["id"]
        # (c) its project, else its customer, has one candidate
        if document.get("project"):
            found = [o for o in self.candidates(document, lambda o: self.field(o, "project", moment) == document["project"])
                     if not undone(o, "c")]
            if found:
                return found[0]["id"] if len(found) == 1 else 0
        found = [o for o in self.candidates(document, of_customer) if not undone(o, "c")]
        return found[0]["id"] if len(found) == 1 else 0

    # ---- how a line is resolved

    def resolution(self, document, line):
        """("explicit", link-set) | ("follow",) | ("derived",) | ("rule", link-set)"""
        return self.once("resolution", lambda: self.resolve(document, line), document["document_kind"], line["id"])

    def resolve(self, document, line):
        for level in (line["id"], 0):
            found = self.explicit(document, level)
            if found is not None:
                return "explicit", found
        if document["document_kind"] == "invoice":
            if line.get("sources"):
                return ("follow",)
            for other in document["lines"]:
                if other["counts_as_sale"] and self.resolution_is_follow(document, other) and self.derived_weights(document):
                    return ("derived",)
        if document["document_kind"] == "invoice" and document["id"] in self.refused:
            return "rule", ((NOWHERE, 10000),)
        found = self.rule(document)
        return "rule", (((found, 10000),) if found else ())

    def resolution_is_follow(self, document, line):
        return bool(line.get("sources")) and self.explicit(document, line["id"]) is None and self.explicit(document, 0) is None

    def is_conditional(self, document, line):
        """A credit without reference that only a rule links: it must be covered by what the opportunity was invoiced."""
        if document["document_kind"] != "invoice" or document["kind"] != "credit_note":
            return False
        found = self.resolution(document, line)
        return found[0] == "rule" and found[1] != () and document["id"] not in self.refused

    # ---- contexts: who gets it, for a root document and an opportunity

    def context(self, key):
        """([(campaign, weight)], [(seller, weight)]) of (document kind, document, opportunity), as of the root's T."""
        return self.once("context", lambda: self.make_context(*key), *key)

    def make_context(self, kind, document_id, opportunity_id):
        document = self.documents[kind, document_id]
        named = self.reference(document, 0, "sales_leads.campaign", copied=None)
        named = named[0] if named else 0
        if not opportunity_id or opportunity_id == NOWHERE:
            return [(named if opportunity_id != NOWHERE else 0, 1)], [(document.get("salesperson") or 0, 1)]
        opportunity, moment = self.opportunities[opportunity_id], self.moment(document)
        shares = self.field(opportunity, "sellers", moment)
        if shares:
            sellers = sorted((employee, bp) for employee, bp in shares)
        else:
            sellers = [(self.field(opportunity, "owner", moment) or 0, 1)]
        return self.campaign_weights(opportunity, moment, named), sellers

    def campaign_weights(self, opportunity, moment, named):
        day = day_of(moment, self.zone)
        pipeline = self.pipelines.get(opportunity.get("pipeline"), {})
        valid = [m for m in pipeline.get("models", []) if not m.get("valid_from") or date_or_none(m["valid_from"]) <= day]
        model = max(valid, key=lambda m: (m.get("valid_from") or "", m.get("id", 0))) if valid else {"model": "explicit"}
        field = self.field(opportunity, "campaign", moment) or 0
        eligible = []
        for touch in self.touches(opportunity, moment):
            when, campaign = date_or_none(touch["date"]), self.campaigns[touch["campaign"]]
            start, end = date_or_none(campaign.get("start")), date_or_none(campaign.get("end"))
            if (start is None or start <= when) and (end is None or when <= end) and day - self.window(opportunity) <= when <= day:
                eligible.append((when, touch["campaign"]))
        eligible.sort()
        name = model["model"]
        if name == "explicit":
            if named or field:
                return [(named or field, 1)]
            name = "linear"
        if not eligible:
            return [(named or field, 1)]
        count = len(eligible)
        if name == "first":
            return [(eligible[0][1], 1)]
        if name == "last":
            latest = eligible[-1][0]
            return [(min(c for when, c in eligible if when == latest), 1)]
        if name == "linear":
            weights = [1] * count
        elif name == "position":
            weights = [1] * count if count <= 2 else [2 * (count - 2)] + [1] * (count - 2) + [2 * (count - 2)]
        elif name == "weights":
            own = list(model["weights"])  # of the first, second, third touch …; the last one repeats
            weights = (own + own[-1:] * count)[:count]
            if not any(weights):
                weights = [1] * count
        else:
            raise ValueError(name)
        together = {}  # kept in the order of the first touch
        for (_, campaign), weight in zip(eligible, weights):
            together[campaign] = together.get(campaign, 0) + weight
        return [(c, w) for c, w in together.items() if w]

    # ---- following: chunks, and the derived link-set of free lines

    def chunks(self, document, line, which):
        """A following line cut into [(root, amount, renewed)]; root = (kind, line id). renewed: the opportunities for
        which this chunk is a renewal."""
        return self.once("chunks", lambda: self.cut(document, line, which), document["id"], line["id"], which)

    def cut(self, document, line, which):
        result = []
        for source, amount in self.source_amounts(line, which):
            if source["kind"] == "order_line":
                result.append((("order", source["id"]), amount, self.renewed(document, source["id"])))
                continue
            credited, credited_line = self.lines["invoice", source["id"]]
            own = self.credited_chunks(credited, credited_line, which)
            before, after = self.credit_position(document, line, source["id"], which)
            weights = [abs(a) for _, a, _ in own]
            weights = weights if any(weights) else [1] * len(own)
            till, since = largest_remainder(after, weights), largest_remainder(before, weights)
            sign = self.direction(credited_line, which)
            for (root, _, renewed), a, b in zip(own, till, since):
                result.append((root, -sign * (a - b), renewed))
        return result

    def direction(self, line, which):
        """-1 for a line that takes away (a discount): its credit gives back."""
        return -1 if self.amount(line, which) < 0 else 1

    def source_amounts(self, line, which):
        sources = sorted(line["sources"], key=lambda s: (s["kind"] != "order_line", s["id"]))
        weights = [abs(s["net"] or 0) for s in sources]
        weights = weights if any(weights) else [1] * len(sources)
        return list(zip(sources, largest_remainder(self.amount(line, which), weights)))

    def credited_chunks(self, document, line, which):
        if self.resolution_is_follow(document, line):
            return self.chunks(document, line, which)
        return [(("invoice", line["id"]), self.amount(line, which), frozenset())]

    def credit_position(self, document, line, credited_line, which):
        """Where this credit stands along the amount of the invoice line that it credits: (before, after)."""
        position, sign = 0, self.direction(self.lines["invoice", credited_line][1], which)
        for other, other_line in self.following_lines():
            for source, amount in self.source_amounts(other_line, which):
                if source["kind"] == "invoice_line" and source["id"] == credited_line:
                    if (other["id"], other_line["id"]) == (document["id"], line["id"]):
                        return position, position - sign * amount
                    position -= sign * amount
        # A document that does not count moves nothing; its own chunks are never used either.
        return position, position

    def following_lines(self):
        """Every counting line that follows, of documents that count, by (effective date, document, line)."""
        def find():
            found = [(d, l) for d in self.documents.values() if d["document_kind"] == "invoice" and self.measure(d)
                     for l in d["lines"] if l["counts_as_sale"] and self.resolution_is_follow(d, l)]
            return sorted(found, key=lambda pair: (self.day(pair[0]), pair[0]["id"], pair[1]["id"]))
        return self.once("following", find)

    def renewed(self, document, order_line):
        """Opportunities for which a repeating invoice of this order line, so late, is a renewal."""
        if not document.get("is_repeating") or not document.get("posted_at"):
            return frozenset()
        order, _ = self.lines["order", order_line]
        if self.moment(order) is None:
            return frozenset()
        return frozenset(o["id"] for o in self.opportunities.values() if self.day(document) > add_months(
            self.day(order), o.get("recurring_months") or DEFAULT_RECURRING_MONTHS))

    def derived_weights(self, document):
        """[(context, document weight, company weight)] of the document's free lines: what its sourced lines gave each
        context; empty when they gave nothing."""
        def find():
            given = {}
            for line in document["lines"]:
                if line["counts_as_sale"] and self.resolution_is_follow(document, line):
                    for which in BOTH:
                        for context, part, _ in self.follower_parts(document, line, which):
                            given.setdefault(context, dict.fromkeys(BOTH, 0))[which] += part
            rows = sorted(((c, abs(g["document"]), abs(g["company"])) for c, g in given.items()),
                          key=lambda row: (row[0][2], row[0][1], row[0][0]))
            if not any(r[1] for r in rows) or not any(r[2] for r in rows):
                return []
            return rows
        return self.once("derived", find, document["id"])

    # ---- cumulation

    def targets(self, document, line, which):
        """Level 1 of a root line: [(context, weight)] in order, the unlinked rest last."""
        kind, number = document["document_kind"], document["id"]
        found = self.resolution(document, line)
        if found[0] == "derived":
            return tuple((c, d if which == "document" else m) for c, d, m in self.derived_weights(document))
        linked = tuple(((kind, number, o), bp) for o, bp in sorted(found[1]))
        return linked + (((kind, number, 0), 10000 - sum(bp for _, bp in linked)),)

    def cells(self, context, before, after):
        """Level 2: {(campaign, seller): amount} of the step from before to after."""
        campaigns, sellers = self.context(context)
        step = {}
        high = margin_split(after, [w for _, w in campaigns], [w for _, w in sellers])
        low = margin_split(before, [w for _, w in campaigns], [w for _, w in sellers])
        for j, (campaign, _) in enumerate(campaigns):
            for k, (seller, _) in enumerate(sellers):
                step[campaign, seller] = step.get((campaign, seller), 0) + high[j][k] - low[j][k]
        return step

    def roots(self, document, which):
        """{line id: (targets, P before, {context: R before}, [(context, part, cells)])} of the document's root lines."""
        return self.once("roots", lambda: self.make_roots(document, which), document["document_kind"], document["id"], which)

    def make_roots(self, document, which):
        result, total, running = {}, {}, {}
        for line in document["lines"]:
            if self.resolution(document, line)[0] == "follow":
                continue
            targets = self.targets(document, line, which)
            before = total.get(targets, 0)
            after = before + self.amount(line, which)
            total[targets] = after
            offsets, parts = {}, []
            for (context, _), high, low in zip(targets, largest_remainder(after, [w for _, w in targets]),
                                               largest_remainder(before, [w for _, w in targets])):
                offset = running.get(context, 0)
                offsets[context] = offset
                parts.append((context, high - low, self.cells(context, offset, offset + high - low)))
                running[context] = offset + high - low
            result[line["id"]] = (targets, before, offsets, parts)
        return result

    def walk(self, root, which):
        """All followers of one root line: {(document, line, chunk no): [(context, part, cells or None = renewal)]}"""
        return self.once("walk", lambda: self.make_walk(root, which), root, which)

    def make_walk(self, root, which):
        root_document, root_line = self.lines[root]
        targets, position, offsets, own = self.roots(root_document, which)[root_line["id"]]
        running = dict(offsets)
        if root[0] == "invoice":  # the invoice itself already stands there
            position += self.amount(root_line, which)
            for context, part, _ in own:
                running[context] += part
        result = {}
        weights = [w for _, w in targets]
        for document, line in self.following_lines():
            for number, (chunk_root, amount, renewed) in enumerate(self.chunks(document, line, which)):
                if chunk_root != root:
                    continue
                steps = []
                for (context, _), high, low in zip(targets, largest_remainder(position + amount, weights),
                                                   largest_remainder(position, weights)):
                    if context[2] and context[2] in renewed:
                        steps.append((context, high - low, None))
                        continue
                    steps.append((context, high - low, self.cells(context, running[context], running[context] + high - low)))
                    running[context] += high - low
                position += amount
                result[document["id"], line["id"], number] = steps
        return result

    def follower_parts(self, document, line, which):
        parts = []
        for number, (root, _, _) in enumerate(self.chunks(document, line, which)):
            parts += self.walk(root, which).get((document["id"], line["id"], number), [])
        return parts

    # ---- balances

    def line_rows(self, document, line, which):
        """{(opportunity, campaign, seller): amount} of one counting line."""
        rows = {}
        if self.resolution(document, line)[0] == "follow":
            parts = self.follower_parts(document, line, which)
        else:
            parts = self.roots(document, which)[line["id"]][3]
        for context, part, cells in parts:
            if cells is None:  # renewal: in customer totals, for no opportunity and no campaign
                key = (0, 0, document.get("salesperson") or 0)
                rows[key] = rows.get(key, 0) + part
                continue
            for (campaign, seller), amount in cells.items():
                key = (max(context[2], 0), campaign, seller)
                rows[key] = rows.get(key, 0) + amount
        return rows

    def balances(self):
        """Again and again with the refused links left out, since a line that stays with its opportunity is split by what
        that opportunity was given in the document, until no further link is refused."""
        self.refused, self.memo = set(), {}
        while True:
            found, refused = self.balances_once()
            if not refused:
                return found
            self.refused |= refused
            self.memo = {}

    def balances_once(self):
        firm, conditional = {}, []
        for (kind, number), document in sorted(self.documents.items()):
            measure = self.measure(document)
            if not measure:
                continue
            day = self.day(document).isoformat()
            waiting = {}
            for line in document["lines"]:
                if not line["counts_as_sale"]:
                    continue
                into = waiting if self.is_conditional(document, line) else firm
                for which in BOTH:
                    for (opportunity, campaign, seller), amount in self.line_rows(document, line, which).items():
                        key = (kind, number, line["id"], opportunity, campaign, seller, measure, day)
                        into.setdefault(key, dict.fromkeys(BOTH, 0))[which] += amount
            if waiting:
                conditional.append((day, number, document, waiting))
        refused = self.place(firm, conditional)
        return {key: (v["document"], v["company"]) for key, v in sorted(firm.items()) if v["document"] or v["company"]}, refused

    def place(self, firm, conditional):
        """Adds the conditional credits: as they are where the opportunity's invoiced figures stay >= 0 from there to the
        end, in total and per campaign. Answers the others, which have neither opportunity nor campaign."""
        refused = set()
        series = {}  # opportunity -> [(day, document, campaign, company amount)]
        for key, value in firm.items():
            if key[3] and key[6] in ("invoices", "credits"):
                series.setdefault(key[3], []).append((key[7], key[1], key[4], value["company"]))
        for day, number, document, waiting in sorted(conditional, key=lambda c: c[:2]):
            opportunity = self.rule(document)
            parts = [(key[7], key[1], key[4], value["company"]) for key, value in waiting.items() if value["company"]]
            attempt = series.get(opportunity, []) + parts
            if self.covered(attempt, day, number, {p[2] for p in parts}):
                series[opportunity] = attempt
                for key, value in waiting.items():
                    firm[key] = value
                continue
            refused.add(number)
        return refused

    @staticmethod
    def covered(series, day, number, campaigns):
        for campaign in [None] + sorted(campaigns):
            total, at = 0, {}
            for d, n, c, amount in series:
                if campaign is None or c == campaign:
                    at[d, n] = at.get((d, n), 0) + amount
            for position in sorted(set(at) | {(day, number)}):
                total += at.get(position, 0)
                if position >= (day, number) and total < 0:
                    return False
        return True


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        world = json.load(file)
    for key, (document, company) in Oracle(world).balances().items():
        names = ("document_kind", "document", "line", "opportunity", "campaign", "seller", "measure", "effective_date")
        print(json.dumps(dict(zip(names, key), document_minor=document, company_minor=company)))


if __name__ == "__main__":
    main()
