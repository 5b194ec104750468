#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lays out the demo company: Nordljus AB, a year of Swedish business, from a fixed seed.

Everything goes in through the host's own door (`erp-host batch`), as a user's work would; nothing is written past it.
Usage: demo_company.py --host build/bin/erp-host --data DIR [--database URL]
"""
import argparse
import datetime
import json
import random
import subprocess
import sys

CUSTOMERS = [
    ("Bergslagens Mekaniska AB", "SE"), ("Café Solrosen", "SE"), ("Dalarö Varv AB", "SE"), ("Ekbackens Förskola", "SE"),
    ("Fjällräddarna Sport AB", "SE"), ("Göta Bygg & Betong AB", "SE"), ("Hälsingland Trä AB", "SE"), ("Isfjord Logistikk AS", "NO"),
    ("Järna Ekologiska", "SE"), ("Kustens Fisk AB", "SE"), ("Lofoten Hotell AS", "NO"), ("Mälardalens Tryckeri AB", "SE"),
    ("Norrlands Energi AB", "SE"), ("Oslofjord Regnskap AS", "NO"), ("Piteå Plåt AB", "SE"), ("Roslagens Åkeri AB", "SE"),
    ("Skåne Data AB", "SE"), ("Tromsø Klinikk AS", "NO"), ("Uppsala Labbteknik AB", "SE"), ("Visby Bokhandel", "SE"),
    ("Hamburg Lichttechnik GmbH", "DE"), ("Västkustens Rör AB", "SE"), ("Åre Fastigheter AB", "SE"), ("Örebro Skolmat AB", "SE"),
]
SELLERS = [("Erik Lindqvist", "Fältsälj"), ("Sara Holm", "Fältsälj"), ("Johan Berg", "Fältsälj"), ("Linnea Åkesson", "Innesälj"), ("Amir Nasser", "Innesälj")]
GOODS = ["LED-armatur, kontor", "Styrsystem för belysning", "Utomhusbelysning", "Projektering", "Installation", "Serviceavtal"]


class Host:
    """One `erp-host batch` process: a line in, a line out."""

    def __init__(self, program, data, database):
        command = [program, "batch", "--data", data] + (["--database", database] if database else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("the host ended early")
        answer = json.loads(answer)
        if not answer["ok"]:
            sys.exit(f"{request}: {answer['error']['message']}")
        return answer["result"]

    def __call__(self, action, **values):
        return self.line({"action": action, "input": values})

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def keep_going(host, later, today, opportunity, owner, age):
    """What a seller does with an open deal: most get a new closing date, and something planned."""
    day = lambda n: (today + datetime.timedelta(days=n)).isoformat()
    if later.random() < 0.85:
        host("opportunity.update", id=opportunity, planned_close=day(max(later.randrange(-12, 150), -age)))
    if later.random() < 0.7:
        kind, title = later.choice((("call", "Ring om offerten"), ("meeting", "Genomgång på plats"), ("task", "Skicka referenser"), ("task", "Räkna på belysning")))
        host("activity.create", opportunity=opportunity, kind=kind, title=title, due=day(later.choice((-4, -1, 0, 0, 0, 1, 2, 3, 5, 8, 13))), owner=owner)


def lay_out(host, today):
    rnd = random.Random(20261123)
    days = lambda n: today - datetime.timedelta(days=n)
    at = lambda day: f"{day.isoformat()}T10:{rnd.randrange(60):02d}:00"

    host("company.update", name="Nordljus AB", currency="SEK", time_zone="Europe/Stockholm", fiscal_year_start_month=1)
    for currency, rate in (("NOK", "0.98"), ("EUR", "11.42")):
        host("rate.set", currency=currency, date=days(400).isoformat(), rate=rate)

    manager = host("employee.create", name="Maria Sjöberg")["id"]
    sellers = {name: host("employee.create", name=name, manager=manager)["id"] for name, _ in SELLERS}
    marketer = host("employee.create", name="Linda Ek")["id"]
    joined = datetime.date(today.year - 1, 1, 1).isoformat()
    host("group.import", rows=[{"path": ["Försäljning"], "employee": manager, "from": joined}] +
         [{"path": ["Försäljning", group], "employee": sellers[name], "from": joined} for name, group in SELLERS])
    # What each is to sell, a round sum from the seller's place in the list: the forecast stands beside it.
    for year in (today.year - 1, today.year, today.year + 1):
        host("budget.set_total", year=year, rows=[
            {"employee": sellers[name], "total": (14 + number % 3 + year - today.year) * 120_000_00} for number, (name, _) in enumerate(SELLERS)])
    for login, name, employee, roles in (
            ("admin", "Administratör", None, ["administrator"]), ("maria", "Maria Sjöberg", manager, ["sales_manager"]),
            ("erik", "Erik Lindqvist", sellers["Erik Lindqvist"], ["seller"]), ("linda", "Linda Ek", marketer, ["marketing"])):
        user = {"login": login, "password": "nordljus", "name": name, "roles": roles}
        if employee:
            user["employee"] = employee
        host("user.create", **user)

    customers = [(host("customer.create", name=name, country=country)["id"], country) for name, country in CUSTOMERS]
    campaigns = []
    for title, medium, start, length, costs in (
            ("Höstmässan i Älvsjö", "event", 330, 60, [(325, 85_000_00), (310, 42_000_00)]),
            ("Webbinarium: spara energi", "web", 240, 90, [(238, 18_500_00), (200, 9_000_00)]),
            ("Utskick till skolor", "mail", 150, 60, [(148, 26_400_00)]),
            ("Partnerdagar Norge", "event", 80, 75, [(79, 54_000_00)])):
        campaign = host("campaign.create", title=title, medium=medium, start=days(start).isoformat(),
                        end=days(start - length).isoformat(), owner=marketer, budget={"minor": 100_000_00, "currency": "SEK"})["id"]
        for day, minor in costs:
            host("campaign.add_cost", id=campaign, amount={"minor": minor, "currency": "SEK"}, date=days(day).isoformat(), text="Faktura från leverantör")
        invited = rnd.sample([c for c, _ in customers], 6)
        host("campaign.add_members", id=campaign, customers=invited)
        for member, response in zip(invited, ("interested", "responded", "opened", "declined")):
            host("campaign.set_response", id=campaign, kind="customer", member=member, response=response, date=days(start - 5).isoformat())
        campaigns.append((campaign, start, start - length))

    # Steps in which nothing should stand for months.
    steps = {one["cells"]["code"]: one for one in host("list.query", list="step", limit=50)["rows"]}
    for code, limit in (("first_meeting", 45), ("offer", 30), ("negotiation", 60)):
        host("step.update", id=steps[code]["id"], expected_version=steps[code]["version"], stale_days=limit)

    names = list(sellers)
    later = random.Random(20261124)  # what was added to the company since; the history before it stays as it is
    for number in range(140):
        age = rnd.randrange(5, 350)
        customer, country = customers[rnd.randrange(len(customers))]
        owner = sellers[rnd.choice(names)]
        currency = {"NO": "NOK", "DE": "EUR"}.get(country, "SEK")
        amount = rnd.randrange(8, 260) * 1_000_00
        running = [c for c, first, last in campaigns if last <= age <= first]
        values = {
            "title": f"{rnd.choice(GOODS)}, {rnd.randrange(2, 60)} enheter", "customer": customer, "owner": owner,
            "amount": {"minor": amount, "currency": currency}, "start": days(age).isoformat(), "effective_at": at(days(age)),
            "planned_close": days(age - rnd.randrange(20, 100)).isoformat(), "source": rnd.choice(["web", "fair", "referral"]),
            "type": rnd.choice(["new_sale", "add_on"]),
        }
        if running and rnd.random() < 0.7:
            values["campaign"] = rnd.choice(running)
        if rnd.random() < 0.25:
            other = sellers[rnd.choice([n for n in names if sellers[n] != owner])]
            values["sellers"] = [{"employee": owner, "share": "60.00"}, {"employee": other, "share": "40.00"}]
        opportunity = host("opportunity.create", **values)["id"]
        fate = rnd.random()
        decided = age - rnd.randrange(10, 60)
        if fate < 0.25 and decided > 0:
            host("opportunity.lose", id=opportunity, rejection=rnd.choice(["price", "competitor", "no_need"]), effective_at=at(days(decided)))
            continue
        if fate < 0.45 or decided <= 0:
            step = rnd.choice(["first_meeting", "offer", "negotiation", "final_phase"])
            host("opportunity.set_step", id=opportunity, step=step, effective_at=at(days(max(age - 3, 0))))
            if step in ("offer", "negotiation"):
                host("order.create", customer=customer, salesperson=owner, currency=currency, state="offer", offered_at=at(days(max(age - 4, 0))),
                     lines=[{"net": amount, "description": values["title"]}], opportunity=opportunity)
            keep_going(host, later, today, opportunity, owner, age)
            continue
        # Won: an order in one to three lines, invoiced in parts, now and then credited in part.
        host("opportunity.win", id=opportunity, effective_at=at(days(decided)))
        parts = rnd.randrange(1, 4)
        nets = [amount // parts] * (parts - 1)
        nets.append(amount - sum(nets))
        order = host("order.create", customer=customer, salesperson=owner, currency=currency, state="draft",
                     lines=[{"net": net, "description": rnd.choice(GOODS)} for net in nets], opportunity=opportunity)
        host("order.confirm", id=order["id"], at=at(days(decided)))
        if rnd.random() < 0.15:
            continue  # not yet invoiced
        for line, net in zip(order["lines"], nets):
            posted = max(decided - rnd.randrange(1, 40), 0)
            invoice = host("invoice.create", order=order["id"], lines=[{"net": net, "description": "Enligt order", "sources": [{"order_line": line["id"]}]}])
            host("invoice.post", id=invoice["id"], at=at(days(posted)))
            if rnd.random() < 0.08:
                credit = host("credit_note.create", invoice=invoice["id"], lines=[
                    {"net": -(net // 4), "description": "Återbetalning", "sources": [{"invoice_line": invoice["lines"][0]["id"]}]}])
                host("invoice.post", id=credit["id"], at=at(days(max(posted - 7, 0))))

    leads = [("Fjällkraft AB", "Östersund", "83131", "SE", "info@fjallkraft.example", "063-12 34 50", "fair"),
             ("Havsbris Restaurang", "Göteborg", "41104", "SE", "bokning@havsbris.example", "031-711 20 30", "web"),
             ("Lysende Hytter AS", "Lillehammer", "2609", "NO", "post@lysendehytter.example", "+47 61 25 00 00", "referral"),
             ("Ängslyckans förskola", "Lund", "22223", "SE", "rektor@angslyckan.example", "046-35 50 00", "email"),
             ("Fjallkraft", "Östersund", "83131", "SE", "info@fjallkraft.example", "+46 63 12 34 50", "web"),
             ("Bergslagens Plåt AB", "Borlänge", "78170", "SE", "order@bergslagenplat.example", "0243-25 70 00", "phone")]
    for number, (name, city, postal, country, mail, phone, source) in enumerate(leads):
        lead = host("lead.create", kind="company", name=name, city=city, postal_code=postal, country=country, emails=[mail], phones=[phone],
                    source=source, owner=sellers[names[number % len(names)]], employees=8 + 40 * number)["id"]
        host("activity.create", lead=lead, kind="call", title=f"Ring {name}", due=days(3 - 2 * number).isoformat(), owner=sellers[names[number % len(names)]])
        if number % 3 == 1:
            host("lead.set_status", id=lead, status="qualified")

    # A few invoices that nobody has connected yet: something to do on the To link page.
    for _ in range(9):
        customer, country = customers[rnd.randrange(len(customers))]
        currency = {"NO": "NOK", "DE": "EUR"}.get(country, "SEK")
        invoice = host("invoice.create", customer=customer, currency=currency, salesperson=sellers[rnd.choice(names)],
                       lines=[{"net": rnd.randrange(2, 30) * 1_000_00, "description": "Reservdelar"}])
        host("invoice.post", id=invoice["id"], at=at(days(rnd.randrange(1, 60))))
    counts = host.line({"drain": True})
    # Frozen forecasts, back-dated ones from the history and today's own: the forecast, what moved, and how it did.
    host("forecast.backtest", months=4)
    host("forecast.snapshot")
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--today", default=datetime.date.today().isoformat(), help="the day that the history ends on")
    options = parser.parse_args()
    host = Host(options.host, options.data, options.database)
    counts = lay_out(host, datetime.date.fromisoformat(options.today))
    if host.close() != 0:
        sys.exit(1)
    print(f"Demo company ready: {json.dumps(counts)}", file=sys.stderr)


if __name__ == "__main__":
    main()
