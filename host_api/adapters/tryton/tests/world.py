# SPDX-License-Identifier: Apache-2.0
"""A real Tryton inside the test's process, on a copy of an activated database; and what a test asks of it.

TRYTON_TEST_CONFIG names the configuration, TRYTON_TEST_TEMPLATE the database that is copied: packaging/test-tryton
makes both. Everything here runs on PostgreSQL.
"""
import datetime
import json
import os
import sys
import unittest
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import psycopg2

ADAPTER = Path(__file__).resolve().parents[1]
PROJECT = ADAPTER.parents[2]
sys.path.insert(0, str(ADAPTER))

CONFIG = os.environ.get('TRYTON_TEST_CONFIG')
TEMPLATE = os.environ.get('TRYTON_TEST_TEMPLATE', 'tryton_template')
if CONFIG:
    from trytond.config import config
    config.update_etc(CONFIG)
    from trytond.pool import Pool
    from trytond.transaction import Transaction
    Pool.start()


def server(sql, *params):
    uri = config.get('database', 'uri')
    connection = psycopg2.connect(uri.rstrip('/') + '/postgres')
    connection.autocommit = True
    try:
        connection.cursor().execute(sql, params)
    finally:
        connection.close()


def open_pool(database):
    """Tryton's models of the database; the id of its first company."""
    with Transaction().start(database, 0, readonly=True):
        Pool(database).init()
    with Transaction().start(database, 1, readonly=True):
        return Pool().get('company.company').search([], limit=1)[0].id


class World:
    """What a user does in Tryton; of whoever has a `database` and a `company`."""

    @contextmanager
    def tryton(self, user=1, commit=True):
        """A transaction of a user's. Committed at its end, with what Tryton queued in it."""
        context = {'company': self.company, '_check_access': False}
        with Transaction().start(self.database, user, context=context) as transaction:
            yield Pool()
            if commit:
                transaction.commit()
            else:
                transaction.rollback()
            tasks = list(transaction.tasks)
            transaction.tasks.clear()
        from trytond.worker import run_task
        for task in tasks if commit else ():
            run_task(Pool(self.database), task)

    def sql(self, text, *params):
        with Transaction().start(self.database, 0, readonly=True) as transaction:
            cursor = transaction.connection.cursor()
            cursor.execute(text, params)
            return cursor.fetchall()

    def customer(self, name):
        with self.tryton() as pool:
            Party = pool.get('party.party')
            found = Party.search([('name', '=', name)])
            return (found or Party.create([{'name': name, 'addresses': [('create', [{}])]}]))[0].id

    def sale(self, lines, campaign=None, opportunity=None, currency='SEK', date=None, customer='Acme'):
        """A draft; lines of (quantity, unit price)."""
        party = self.customer(customer)
        with self.tryton() as pool:
            Sale, Line = pool.get('sale.sale'), pool.get('sale.line')
            product, = pool.get('product.product').search([('code', '=', 'SERVICE')])
            sale = Sale(company=self.company, party=party, sale_date=date)
            sale.on_change_party()
            sale.currency, = pool.get('currency.currency').search([('code', '=', currency)])
            made = []
            for quantity, price in lines:
                line = Line(sale=sale, type='line', quantity=quantity)
                if quantity == int(quantity):  # the product comes in whole units
                    line.product, line.unit = product, product.default_uom
                line.unit_price = Decimal(price)
                made.append(line)
            sale.lines = made
            sale.save()
            sale.erp_campaign, sale.erp_opportunity = campaign, opportunity
            sale.save()
            return sale.id

    def press(self, model, id, *buttons):
        for button in buttons:
            with self.tryton() as pool:
                Model = pool.get(model)
                getattr(Model, button)([Model(id)])

    def confirm(self, sale):
        self.press('sale.sale', sale, 'quote', 'confirm', 'process')

    def invoices_of(self, sale):
        with self.tryton() as pool:
            return sorted(invoice.id for invoice in pool.get('sale.sale')(sale).invoices)

    def post(self, invoice, date=None):
        with self.tryton() as pool:
            Invoice = pool.get('account.invoice')
            if date:
                Invoice.write([Invoice(invoice)], {'invoice_date': date})
            Invoice.post([Invoice(invoice)])

    def credit(self, invoice, refund=True):
        with self.tryton() as pool:
            Invoice = pool.get('account.invoice')
            made, = Invoice.credit([Invoice(invoice)], refund=refund)
            return made.id

    def rate(self, currency, date, rate):
        with self.tryton() as pool:
            found, = pool.get('currency.currency').search([('code', '=', currency)])
            pool.get('currency.currency.rate').create([{'currency': found.id, 'date': date, 'rate': Decimal(rate)}])


@unittest.skipUnless(CONFIG, "TRYTON_TEST_CONFIG is not set; packaging/test-tryton sets it")
class TrytonCase(World, unittest.TestCase):
    """One database per class."""

    @classmethod
    def setUpClass(cls):
        cls.database = 'tryton_%s' % cls.__name__.lower()
        server('drop database if exists %s' % cls.database)
        server('create database %s template %s' % (cls.database, TEMPLATE))
        cls.company = open_pool(cls.database)
        from trytond.modules.erp_modules import callers, catalogue, work
        cls.callers, cls.catalogue, cls.works = callers, catalogue, work
        cls.operator = callers.Caller(callers.OPERATOR, cls.company)
        cls.module = catalogue.of(cls.database)
        cls.worker = work.Worker(cls.database)
        cls.drain()

    @classmethod
    def tearDownClass(cls):
        cls.catalogue.stop_all()
        Pool.stop(cls.database)
        from trytond import backend
        backend.Database(cls.database).close()
        server('drop database if exists %s with (force)' % cls.database)

    @classmethod
    def drain(cls):
        if not cls.worker.drain(60):
            raise AssertionError("the module did not come to an end")

    def action(self, name, caller=None, **content):
        return json.loads(self.module.call_action(caller or self.operator, name, content))

    def campaign(self, title):
        return self.action('campaign.create', title=title)['id']

    def results(self, campaign):
        """Ordered, invoices, credits of a campaign in company currency, as its report says."""
        report = json.loads(self.module.run_report(self.operator, 'campaign_results', {}))
        row, = [row for row in report['rows'] if row['id'] == campaign]
        return tuple(row['measures'][name]['minor'] for name in ('ordered', 'invoices', 'credits'))


def today():
    return datetime.date.today()
