# SPDX-License-Identifier: Apache-2.0
"""A campaign, a sale, an invoice, a refund, in a running Tryton, by its own client library; then the module's report.

    campaign_story.py URL-of-the-database [--wait SECONDS] [--kill PID,PID]

--kill ends these processes of Tryton's, without warning, once the first invoice is posted: others do the rest.
Compares the report with what Tryton's own records say, which are read here line by line. Exit status 1 when they differ.
"""
import argparse
import base64
import json
import os
import signal
import sys
import time
import urllib.parse
import urllib.request
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from proteus import Model, Wizard, config

sys.path.insert(0, str(Path(__file__).resolve().parent))
from company import Tryton  # noqa: E402
from pages import Pages, click, menu  # noqa: E402

MENUS = {
    'en': ('CRM / Campaigns', 'CRM / Sales opportunities', 'Administration / Settings / CRM / Groups'),
    'sv': ('CRM / Kampanjer', 'CRM / Säljmöjligheter', 'Administration / Inställningar / CRM / Grupper'),
    'nb': ('CRM / Kampanjer', 'CRM / Salgsmuligheter', 'Administration / Innstillinger / CRM / Grupper')}


def minor(amount):
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def tryton_says(sale):
    """Invoiced and credited of one sale, from Tryton's lines alone: quantity by price, each rounded to the öre."""
    invoices = credits = 0
    Invoice = Model.get('account.invoice')
    for invoice in Invoice.find([('type', '=', 'out')]):
        own = {line.id for line in sale.lines}
        parts = []
        for line in invoice.lines:
            at = line.origin
            while at is not None and at.__class__.__name__ == 'account.invoice.line':
                at = at.origin  # a credit note's line names the line that it credits
            if at is not None and at.__class__.__name__ == 'sale.line' and at.id in own:
                parts.append(minor(Decimal(str(line.quantity)) * line.unit_price))
        counts = invoice.state in ('posted', 'paid') or (invoice.state == 'cancelled' and invoice.number)
        if counts and sum(parts) < 0:
            credits += sum(parts)
        elif counts:
            invoices += sum(parts)
    ordered = sum(minor(Decimal(str(line.quantity)) * line.unit_price) for line in sale.lines)
    return {'ordered': ordered, 'invoices': invoices, 'credits': credits, 'invoiced': invoices + credits}


def module_says(pages, campaign):
    rows = pages.report('campaign_results')['rows']
    row = [row for row in rows if row['id'] == campaign][0]['measures']
    return {name: row[name]['minor'] for name in ('ordered', 'invoices', 'credits', 'invoiced')}


class Story:
    def __init__(self, tryton, pages, wait=30, kill=()):
        self.tryton, self.pages, self.wait, self.kill, self.failed = tryton, pages, wait, kill, 0

    def compare(self, what, sale, campaign):
        expected, end = tryton_says(sale), time.monotonic() + self.wait
        found = module_says(self.pages, campaign)
        while found != expected and time.monotonic() < end:
            time.sleep(0.2)
            found = module_says(self.pages, campaign)
        good = found == expected
        self.failed += not good
        print('%-4s %-34s %s' % ('ok' if good else 'FAIL', what, found if good else '%s, Tryton says %s' % (
                    found, expected)), flush=True)
        return good

    def run(self):
        tryton, pages = self.tryton, self.pages
        campaign = pages.action('campaign.create', title="Autumn fair %s" % time.strftime('%H:%M:%S'))['id']
        sale = tryton.sale(tryton.customer("Café Solrosen"), [(10, '100.00'), (3, '33.335'), (1, '0.99')],
            campaign=campaign, salesperson=tryton.employee("Anna Berg"))
        for button in ('quote', 'confirm'):
            sale.click(button)
        end = time.monotonic() + self.wait
        while sale.state != 'processing' and time.monotonic() < end:
            time.sleep(0.2)  # Tryton processes it by its queue
            sale.reload()
        self.compare("confirmed and processed", sale, campaign)
        first, = sale.invoices
        for line in first.lines:
            if line.quantity == 10:
                line.quantity = 4
        first.save()
        first.click('post')
        for pid in self.kill:
            os.kill(pid, signal.SIGKILL)
        if self.kill:
            self.expect("%d processes killed" % len(self.kill), True)
        self.compare("invoiced in part", sale, campaign)
        sale.click('process')
        sale.reload()
        second, = [invoice for invoice in sale.invoices if invoice.id != first.id]
        second.click('post')
        self.compare("invoiced", sale, campaign)
        self.credit(first, refund=True)
        first.reload()
        self.expect("the original is cancelled", first.state == 'cancelled')
        self.compare("refunded (W16)", sale, campaign)
        self.credit(second, refund=False)
        self.compare("a draft credit note adds nothing", sale, campaign)
        return campaign, sale

    def credit(self, invoice, refund):
        wizard = Wizard('account.invoice.credit', [invoice])
        wizard.form.with_refund = refund
        wizard.execute('credit')

    def expect(self, what, good):
        self.failed += not good
        print('%-4s %s' % ('ok' if good else 'FAIL', what), flush=True)

    def menus(self, current):
        for language, paths in MENUS.items():
            with current.set_context(language=language):
                names = {entry.complete_name for entry in Model.get('ir.ui.menu').find([])}
            self.expect("menu in %s: %s" % (language, ', '.join(paths)), set(paths) <= names)


def connect(url):
    """Logs in once, as Tryton's clients do; a password with every call would cost a hash each."""
    at = urllib.parse.urlsplit(url)
    base = '%s://%s:%d%s' % (at.scheme, at.hostname, at.port, at.path)
    login = {'id': 0, 'method': 'common.db.login', 'params': [at.username, {'password': at.password}, 'en']}
    with urllib.request.urlopen(urllib.request.Request(base, json.dumps(login).encode(),
                {'Content-Type': 'application/json'})) as answer:
        user, key = json.load(answer)['result']
    session = base64.b64encode(('%s:%d:%s' % (at.username, user, key)).encode()).decode()
    current = config.set_xmlrpc(base, headers=[('Authorization', 'Session ' + session)])
    current._context = Model.get('res.user').get_preferences(True, {})
    return current


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('url', help="http://admin:password@host:port/database/")
    parser.add_argument('--wait', type=float, default=30)
    parser.add_argument('--kill', type=lambda text: [int(pid) for pid in text.split(',')], default=[])
    options = parser.parse_args()
    current = connect(options.url)
    tryton = Tryton.__new__(Tryton)
    tryton.config = current
    tryton.find_company()
    pages = Pages(click(current, menu('CRM / Campaigns')))
    story = Story(tryton, pages, options.wait, options.kill)
    story.menus(current)
    story.run()
    return 1 if story.failed else 0


if __name__ == '__main__':
    sys.exit(main())
