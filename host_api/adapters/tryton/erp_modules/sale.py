# SPDX-License-Identifier: Apache-2.0
"""sale.sale and sale.line as orders and offers of the contract.

`write` is the one place through which every change of state passes: buttons, queue runs, saves of other modules.
"""
import datetime

from sql import Null
from sql.operators import In

from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .documents import Document, leave_tombstones, pairs, write_company_amounts
from .money import UTC, business_moment, company_amount
from .outbox import outbox

STATES = {
    'draft': 'draft', 'quotation': 'offer', 'confirmed': 'confirmed', 'processing': 'confirmed', 'done': 'confirmed',
    'cancelled': 'cancelled'}
HEAD_FIELDS = {'number', 'party', 'currency', 'company', 'erp_salesperson', 'erp_project'}
LINE_FIELDS = {'sale', 'type', 'quantity', 'unit_price', 'sequence'}


class Sale(Document, metaclass=PoolMeta):
    __name__ = 'sale.sale'
    _erp_topic = 'order'

    erp_offered_at = fields.Timestamp("Offered at", readonly=True)
    erp_confirmed_at = fields.Timestamp("Confirmed at", readonly=True)
    erp_salesperson = fields.Many2One(
        'company.employee', "Salesperson", ondelete='RESTRICT',
        domain=[('company', '=', Eval('company', -1))], depends=['company'])

    @property
    def erp_state(self):
        return STATES[self.state]

    @staticmethod
    def default_erp_salesperson():
        return Transaction().context.get('employee')

    @classmethod
    def create(cls, vlist):
        sales = super().create(vlist)
        for sale in sales:
            outbox().document('order', sale.company.id, sale.id, None, sale.erp_state)
        return sales

    @classmethod
    def write(cls, *args):
        told, moved, split = [], [], []
        now = datetime.datetime.now(UTC)
        for sales, values in pairs(args):
            after = STATES.get(values.get('state'))
            relevant = bool(HEAD_FIELDS & values.keys())
            groups = {}
            for sale in sales:
                before = sale.erp_state
                moment = None
                if after and after != before:
                    moved.append((sale, before, after))
                    moment = cls._erp_moment(sale, after, values, now)
                elif relevant:
                    told.append(sale)
                groups.setdefault(moment, []).append(sale)
            for moment, group in (groups or {None: []}).items():
                split.extend((group, {**values, **dict([moment])} if moment else values))
        super().write(*split)
        events = outbox() if told or moved else None
        for sale in told:
            events.document('order', sale.company.id, sale.id, sale.erp_state, sale.erp_state)
        for sale, before, after in moved:
            events.document('order', sale.company.id, sale.id, before, after)
        fix_order_amounts([sale for sale, _, after in moved if after in ('offer', 'confirmed')])

    @classmethod
    def _erp_moment(cls, sale, after, values, now):
        if after == 'offer':
            return 'erp_offered_at', business_moment(sale.company, None, now)
        if after == 'confirmed':
            date = values.get('sale_date') or sale.sale_date
            return 'erp_confirmed_at', business_moment(sale.company, date, now)

    @classmethod
    def delete(cls, sales):
        gone = [(sale.company.id, sale.id) for sale in sales]
        states = [sale.erp_state for sale in sales]
        leave_tombstones('order', sales, company=lambda s: s.company.id, number=lambda s: s.number or '',
            customer=lambda s: s.party.id, currency=lambda s: s.currency.code)
        super().delete(sales)
        for (company, sale), state in zip(gone, states):
            outbox().document('order', company, sale, state, 'deleted')

    @classmethod
    def copy(cls, sales, default=None):
        default = dict(default or {})
        default.setdefault('erp_offered_at', None)
        default.setdefault('erp_confirmed_at', None)
        return super().copy(sales, default=default)

    def _get_invoice_sale(self):
        invoice = super()._get_invoice_sale()
        if not getattr(invoice, 'erp_salesperson', None):
            invoice.erp_salesperson = self.erp_salesperson
        return invoice


class SaleWithProject(metaclass=PoolMeta):
    __name__ = 'sale.sale'

    erp_project = fields.Many2One(
        'project.work', "Project", ondelete='RESTRICT',
        domain=[('type', '=', 'project'), ('company', '=', Eval('company', -1))], depends=['company'])

    def _get_invoice_sale(self):
        invoice = super()._get_invoice_sale()
        if not getattr(invoice, 'erp_project', None):
            invoice.erp_project = self.erp_project
        return invoice


class SaleLine(metaclass=PoolMeta):
    __name__ = 'sale.line'

    erp_company_net = fields.BigInteger(
        "Net in company currency", readonly=True,
        help="Minor units, by the rate of the offer or the confirmation; empty in company currency and without a rate.")

    @classmethod
    def create(cls, vlist):
        lines = super().create(vlist)
        cls._erp_changed(lines)
        return lines

    @classmethod
    def write(cls, *args):
        touched = [line for lines, values in pairs(args) if LINE_FIELDS & values.keys() for line in lines]
        before = {line.sale for line in touched}
        super().write(*args)
        if touched:
            cls._erp_changed(touched, before)

    @classmethod
    def delete(cls, lines):
        sales = {line.sale for line in lines if line.sale}
        super().delete(lines)
        for sale in sales:
            outbox().document('order', sale.company.id, sale.id, sale.erp_state, sale.erp_state)

    @classmethod
    def copy(cls, lines, default=None):
        default = dict(default or {})
        default.setdefault('erp_company_net', None)
        return super().copy(lines, default=default)

    @classmethod
    def _erp_changed(cls, lines, before=()):
        sales = {line.sale for line in lines} | set(before)
        for sale in sales:
            outbox().document('order', sale.company.id, sale.id, sale.erp_state, sale.erp_state)
        fix_order_amounts([sale for sale in sales if sale.erp_state in ('offer', 'confirmed')])


def fix_order_amounts(sales, only_missing=False):
    """Company amounts of orders in a foreign currency, by the rate of their offer's or confirmation's day."""
    amounts = {}
    for sale in Pool().get('sale.sale').browse([s.id for s in sales]):
        if sale.currency == sale.company.currency:
            continue
        day = sale.sale_date or (sale.erp_confirmed_at or sale.erp_offered_at).date()
        for line in sale.lines:
            if line.type == 'line' and not (only_missing and line.erp_company_net is not None):
                amounts[line.id] = company_amount(line.amount, sale.currency, sale.company, day)
    write_company_amounts('sale.line', amounts)
    return amounts


def orders_without_rate(currencies):
    """Offers and confirmed orders in these currencies, or of companies that count in them, that lack an amount."""
    pool = Pool()
    sale, line = pool.get('sale.sale').__table__(), pool.get('sale.line').__table__()
    company = pool.get('company.company').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*sale.join(line, condition=line.sale == sale.id)
        .join(company, condition=(company.id == sale.company) & (company.currency != sale.currency))
        .select(sale.id, where=In(sale.state, ['quotation', 'confirmed', 'processing', 'done'])
            & (line.type == 'line') & (line.erp_company_net == Null)
            & (In(sale.currency, currencies) | In(company.currency, currencies)), group_by=sale.id))
    return pool.get('sale.sale').browse([id for id, in cursor.fetchall()])
