# SPDX-License-Identifier: Apache-2.0
"""Tryton's documents as the module sees them: each rule by itself, with numbers worked out by hand or by Tryton."""
import datetime
import random
import re
import unittest
from decimal import Decimal

from world import PROJECT, Transaction, TrytonCase, today


class Documents(TrytonCase):
    def kinds(self, topic, document):
        self.drain()
        kinds = ['offer.%', 'order.%'] if topic == 'order' else ['invoice.%']
        return [kind for kind, in self.sql(
                'select kind from erp_event where document_id = %s and kind like any(%s) order by sequence',
                document, kinds)]

    def test_an_order_from_draft_to_refund(self):
        campaign = self.campaign("Whole way")
        sale = self.sale([(10, '100.00'), (3, '33.333')], campaign)
        self.confirm(sale)
        self.assertEqual(self.kinds('order', sale), ['order.created', 'offer.changed', 'order.confirmed'])
        self.assertEqual(self.results(campaign), (110000, 0, 0))
        invoice, = self.invoices_of(sale)
        self.post(invoice)
        self.drain()
        self.assertEqual(self.results(campaign), (110000, 110000, 0))
        credit = self.credit(invoice)
        self.drain()
        self.assertEqual(self.results(campaign), (110000, 110000, -110000))
        self.assertEqual(
            self.sql('select id, kind, state, counts from erp_invoice where id in (%s, %s) order by id', invoice, credit),
            [(invoice, 'invoice', 'cancelled', 1), (credit, 'credit_note', 'paid', 1)])
        self.assertIn('invoice.cancelled', self.kinds('invoice', invoice))

    def test_what_is_rolled_back_is_told_to_nobody(self):
        sale = self.sale([(1, '10.00')])
        before = self.sql('select count(*), max(id) from erp_host_event')
        with self.tryton(commit=False) as pool:
            Sale = pool.get('sale.sale')
            Sale.quote([Sale(sale)])
            Sale.confirm([Sale(sale)])
        self.assertEqual(self.sql('select count(*), max(id) from erp_host_event'), before)

    def test_a_document_that_changed_often_is_told_of_once_per_transaction(self):
        sale = self.sale([(1, '10.00')])
        before = len(self.kinds('order', sale))
        with self.tryton() as pool:
            Line = pool.get('sale.line')
            line, = Line.search([('sale', '=', sale)])
            for quantity in (2, 3, 4):
                Line.write([line], {'quantity': quantity})
        self.assertEqual(len(self.kinds('order', sale)), before + 1)

    def test_cancelled_drafted_and_deleted(self):
        campaign = self.campaign("To and fro")
        sale = self.sale([(1, '10.00')], campaign)
        self.press('sale.sale', sale, 'quote', 'draft', 'cancel')
        self.assertEqual(self.kinds('order', sale)[-2:], ['order.drafted', 'order.cancelled'])
        with self.tryton() as pool:
            Sale = pool.get('sale.sale')
            Sale.delete([Sale(sale)])
        self.assertEqual(self.kinds('order', sale)[-1], 'order.deleted')
        self.assertEqual(self.sql('select state from erp_order where id = %s', sale), [('deleted',)])
        self.assertEqual(self.results(campaign), (0, 0, 0))

    def test_lines_are_rounded_as_tryton_rounds_them(self):
        pick = random.Random(7)
        prices = ['0.005', '0.015', '0.025', '2.675', '-0.005', '-0.015', '33.3333', '0.1250']
        lines = [(pick.choice([1, -1, 3, 0.5, 1.5, 2.5, 0.1, 7.75]), pick.choice(prices)) for _ in range(60)]
        sale = self.sale(lines)
        with self.tryton() as pool:
            tryton = {line.id: int(line.amount * 100) for line in pool.get('sale.sale')(sale).lines}
        found = dict(self.sql('select id, net_minor from erp_order_line where order_id = %s', sale))
        self.assertEqual(found, tryton)
        self.assertGreater(len(set(tryton.values())), 10)

    def test_yen_have_no_minor_units(self):
        sale = self.sale([(3, '1000.4')], currency='JPY')
        self.assertEqual(self.sql('select net_minor, currency from erp_order_line l join erp_order o on o.id = l.order_id '
                'where o.id = %s', sale), [(3001, 'JPY')])

    def test_a_foreign_order_keeps_the_rate_of_its_confirmation(self):
        self.rate('EUR', datetime.date(2024, 1, 1), '0.08')
        campaign = self.campaign("Abroad")
        sale = self.sale([(2, '40.00')], campaign, currency='EUR', date=datetime.date(2024, 3, 1))
        self.confirm(sale)
        self.rate('EUR', datetime.date(2024, 2, 1), '0.05')
        self.drain()
        self.assertEqual(self.sql('select company_net_minor from erp_order_line where order_id = %s', sale), [(100000,)])
        self.assertEqual(self.results(campaign)[0], 100000)

    def test_a_missing_rate_is_never_one_to_one(self):
        with self.tryton() as pool:
            pool.get('currency.currency').create([
                    {'name': "Pound", 'code': 'GBP', 'symbol': "£", 'digits': 2, 'rounding': Decimal('0.01')}])
        campaign = self.campaign("Without a rate")
        sale = self.sale([(1, '10.00')], campaign, currency='GBP')
        self.press('sale.sale', sale, 'quote', 'confirm')
        self.drain()
        self.assertEqual(self.sql('select company_net_minor from erp_order_line where order_id = %s', sale), [(None,)])
        self.assertEqual(self.results(campaign)[0], 0)
        self.rate('GBP', datetime.date(2020, 1, 1), '0.08')
        self.drain()
        self.assertEqual(self.sql('select company_net_minor from erp_order_line where order_id = %s', sale), [(12500,)])
        self.assertEqual(self.results(campaign)[0], 12500)

    def test_a_credit_in_foreign_currency_brings_all_to_zero(self):
        campaign = self.campaign("Abroad and back")
        sale = self.sale([(3, '1.11'), (7, '0.37')], campaign, currency='EUR')
        self.confirm(sale)
        invoice, = self.invoices_of(sale)
        self.post(invoice)
        self.rate('EUR', today(), '0.093')
        self.post(self.credit(invoice, refund=False))  # Tryton refunds at one rate alone
        self.drain()
        ordered, invoices, credits = self.results(campaign)
        self.assertGreater(invoices, 0)
        self.assertEqual(invoices + credits, 0)

    def test_what_the_cancel_button_takes_back_does_not_count(self):
        with self.tryton() as pool:
            Company = pool.get('company.company')
            Company.write([Company(self.company)], {'cancel_invoice_out': True})
        campaign = self.campaign("Voided")
        sale = self.sale([(1, '50.00')], campaign)
        self.confirm(sale)
        invoice, = self.invoices_of(sale)
        self.post(invoice)
        self.drain()
        self.assertEqual(self.results(campaign), (5000, 5000, 0))
        self.press('account.invoice', invoice, 'cancel')
        self.drain()
        self.assertEqual(self.sql('select state, counts from erp_invoice where id = %s', invoice), [('voided', 0)])
        self.assertEqual(self.results(campaign), (5000, 0, 0))

    def test_references_go_along_and_can_be_taken_away(self):
        campaign = self.campaign("Along")
        sale = self.sale([(1, '50.00')], campaign)
        self.confirm(sale)
        invoice, = self.invoices_of(sale)
        self.post(invoice)
        credit = self.credit(invoice)
        found = self.sql("select document_kind, document_id, copied from erp_document_ref where ref_id = %s and ref_kind = "
            "'sales_leads.campaign' order by document_kind desc, document_id", campaign)
        self.assertEqual(found, [('order', sale, 0), ('invoice', invoice, 1), ('invoice', credit, 1)])
        with self.tryton() as pool:
            Sale = pool.get('sale.sale')
            found = Sale(sale).erp_campaign
            self.assertEqual((found.id, found.rec_name), (campaign, "Along"))
            self.assertEqual([s.id for s in Sale.search([('erp_campaign', '=', campaign)])], [sale])
            self.assertEqual([s.id for s in Sale.search([('erp_campaign', 'ilike', '%along%')])], [sale])
        other = self.sale([(1, '10.00')], campaign)
        with self.tryton() as pool:
            Sale = pool.get('sale.sale')
            Sale.write([Sale(other)], {'erp_campaign': None})
        self.assertEqual(self.sql('select count(*) from erp_document_ref where document_id = %s and document_kind = %s',
                other, 'order'), [(0,)])

    def test_two_orders_on_one_invoice_keep_their_campaigns(self):
        """As sale_invoice_grouping makes them: lines of another order come to a draft."""
        one, two = self.campaign("One"), self.campaign("Two")
        first, second = self.sale([(1, '100.00')], one), self.sale([(1, '30.00')], two)
        self.confirm(first)
        self.press('sale.sale', second, 'quote')
        invoice, = self.invoices_of(first)
        kept = "select ref_id from erp_document_ref where document_kind = 'invoice' and document_id = %s"
        self.assertEqual(self.sql(kept, invoice), [(one,)])
        with self.tryton() as pool:
            Sale, Line = pool.get('sale.sale'), pool.get('account.invoice.line')
            line, = Sale(second).lines[0].get_invoice_line()
            line.invoice = invoice
            Line.save([line])
        self.assertEqual(self.sql(kept, invoice), [])
        self.press('sale.sale', second, 'confirm')
        self.assertEqual(self.invoices_of(second), [invoice])
        self.post(invoice)
        self.drain()
        self.assertEqual((self.results(one), self.results(two)), ((10000, 10000, 0), (3000, 3000, 0)))
        credit = self.credit(invoice)
        self.drain()
        self.assertEqual(self.sql(kept, credit), [])
        self.assertEqual((self.results(one), self.results(two)), ((10000, 10000, -10000), (3000, 3000, -3000)))

    def test_an_old_order_counts_on_its_own_day(self):
        date = datetime.date(today().year - 1, 12, 30)
        sale = self.sale([(1, '10.00')], date=date)
        self.confirm(sale)
        confirmed, = self.sql('select confirmed_at from erp_order where id = %s', sale)[0]
        noon = datetime.datetime.combine(date, datetime.time(11), datetime.timezone.utc)  # 12 in Stockholm, in winter
        self.assertEqual(confirmed, int(noon.timestamp()) * 1_000_000)

    def test_a_replaced_party_is_read_as_the_last_one(self):
        first, second, third = (self.customer(name) for name in ("Old", "New", "Newest"))
        for source, destination in ((first, second), (second, third)):
            with self.tryton() as pool:
                Party = pool.get('party.party')
                Party.write([Party(source)], {'replaced_by': destination})
        self.assertEqual(self.sql('select id, merged_into from erp_customer where id in (%s, %s, %s) order by id',
                first, second, third), [(first, third), (second, third), (third, None)])

    def test_the_views_are_the_contracts(self):
        contract = (PROJECT / 'host_api/sql/README.md').read_text()
        views = re.findall(r'^\| `(erp_\w+)` \| (.*) \|$', contract, re.M)
        self.assertEqual(len(views), 13)
        for view, columns in views:
            with self.subTest(view):
                plain = re.sub(r'\([^()]*\)', '', re.sub(r'\([^()]*\)', '', columns))
                wanted = []
                for one in plain.split(':')[0].split(','):
                    name, *kind = one.split()
                    kind = 'text' if 'text' in kind or 'text?' in kind else 'bigint'
                    wanted.append((name.rstrip('?'), kind))
                found = self.sql('select column_name, data_type from information_schema.columns where table_schema = '
                    "'public' and table_name = %s order by ordinal_position", view)
                self.assertEqual([(name, kind) for name, kind in found], wanted)

    def test_lookups_by_id_use_an_index(self):
        """Tryton's ids are narrower than the contract's: a view must not hide its table's index."""
        sale = self.sale([(1, '10.00')])
        self.confirm(sale)
        self.post(self.invoices_of(sale)[0])
        with Transaction().start(self.database, 0) as transaction:
            cursor = transaction.connection.cursor()
            cursor.execute("set local session_replication_role = replica; set local statement_timeout = '300s'")
            for table, other in (('party_party', "'code', 'n' || n.n"), ('sale_sale', "'number', 'n' || n.n"),
                    ('sale_line', "'sale', 1000000 + n.n"), ('account_invoice', "'number', 'n' || n.n"),
                    ('account_invoice_line', "'invoice', 1000000 + n.n, 'origin', 'sale.line,' || (1000000 + n.n)")):
                cursor.execute("insert into {0} select r.* from (select * from {0} order by id desc limit 1) x, "
                    "generate_series(1, 5000) n(n), jsonb_populate_record(null::{0}, to_jsonb(x) || "
                    "jsonb_build_object('id', 1000000 + n.n, {1})) r".format(table, other))
                cursor.execute('analyze ' + table)
            for view, column, table in (('erp_order', 'id', 'sale_sale'), ('erp_order_line', 'order_id', 'sale_line'),
                    ('erp_invoice', 'id', 'account_invoice'), ('erp_customer', 'id', 'party_party'),
                    ('erp_invoice_line', 'invoice_id', 'account_invoice_line'),
                    ('erp_invoice_line_source', 'source_line_id', 'account_invoice_line')):
                with self.subTest(view):
                    cursor.execute('explain select * from %s where %s = any(cast(%%s as bigint[]))' % (view, column),
                        ('{1000001,1000002}',))
                    plan = '\n'.join(line for line, in cursor.fetchall())
                    self.assertRegex(plan, r'erp_host_(sale|invoice|party)_\w+')
                    self.assertNotRegex(plan, r'Seq Scan on %s\b' % table)
            transaction.rollback()


if __name__ == '__main__':
    unittest.main()
