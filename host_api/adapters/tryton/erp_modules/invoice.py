# SPDX-License-Identifier: Apache-2.0
"""account.invoice and account.invoice.line as invoices and credit notes of the contract. Customers' invoices alone.

A refund in Tryton posts a credit note and sets the original to "cancelled", with the credit's move as cancel_move; both
count. An invoice that the Cancel button took back without a credit note is voided and does not count.
"""
import datetime

from sql import Null
from sql.operators import In

from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .documents import Document, carry_references, leave_tombstones, pairs, part_references, write_company_amounts
from .money import UTC, business_moment, company_amount, credited_part, minor
from .outbox import outbox

STATES = {'draft': 'draft', 'validated': 'draft', 'posted': 'posted', 'paid': 'paid'}
HEAD_FIELDS = {'number', 'party', 'currency', 'company', 'cancel_move', 'erp_salesperson', 'erp_project'}
LINE_FIELDS = {'invoice', 'type', 'quantity', 'unit_price', 'sequence', 'origin', 'account'}


def state_of(state, cancel_move):
    if state == 'cancelled' and cancel_move and not str(cancel_move.origin or '').startswith('account.invoice,'):
        return 'voided'
    return STATES.get(state, 'cancelled')


def hide_from_suppliers(field):
    """Their invoices are no documents of the contract."""
    field.states = {**field.states, 'invisible': Eval('type') == 'in'}
    field.depends = [*field.depends, 'type']


class Invoice(Document, metaclass=PoolMeta):
    __name__ = 'account.invoice'
    _erp_topic = 'invoice'

    erp_posted_at = fields.Timestamp("Posted at", readonly=True)
    erp_salesperson = fields.Many2One(
        'company.employee', "Salesperson", ondelete='RESTRICT',
        domain=[('company', '=', Eval('company', -1))], depends=['company'])

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._check_modify_exclude |= {'erp_posted_at', 'erp_opportunity', 'erp_campaign'}
        for field in (cls.erp_opportunity, cls.erp_campaign, cls.erp_salesperson):
            hide_from_suppliers(field)

    @property
    def erp_state(self):
        return state_of(self.state, self.cancel_move)

    @classmethod
    def create(cls, vlist):
        invoices = super().create(vlist)
        customers = [invoice for invoice in invoices if invoice.type == 'out']
        for invoice in customers:
            outbox().document('invoice', invoice.company.id, invoice.id, None, invoice.erp_state)
        carry_references(customers)
        return invoices

    @classmethod
    def write(cls, *args):
        told, moved, posted, split = [], [], [], []
        now = datetime.datetime.now(UTC)
        for invoices, values in pairs(args):
            relevant = bool(HEAD_FIELDS & values.keys())
            groups = {}
            for invoice in invoices:
                moment = None
                if invoice.type == 'out':
                    before = invoice.erp_state
                    if 'state' in values and values['state'] != invoice.state:
                        moved.append((invoice, before))
                        if values['state'] == 'posted' and before == 'draft':
                            posted.append(invoice)
                            date = values.get('invoice_date') or invoice.invoice_date
                            moment = business_moment(invoice.company, date, now)
                    elif relevant:
                        told.append(invoice)
                groups.setdefault(moment, []).append(invoice)
            for moment, group in (groups or {None: []}).items():
                split.extend((group, {**values, 'erp_posted_at': moment} if moment else values))
        super().write(*split)
        if not told and not moved:
            return
        events = outbox()
        for invoice in told:
            events.document('invoice', invoice.company.id, invoice.id, invoice.erp_state, invoice.erp_state)
        for invoice, before in moved:
            after = cls(invoice.id).erp_state
            if after != before:
                events.document('invoice', invoice.company.id, invoice.id, before, after)
        fix_invoice_amounts(posted)

    @classmethod
    def delete(cls, invoices):
        customers = [invoice for invoice in invoices if invoice.type == 'out']
        gone = [(invoice.company.id, invoice.id, invoice.erp_state) for invoice in customers]
        leave_tombstones('invoice', customers, company=lambda i: i.company.id, number=lambda i: i.number or '',
            customer=lambda i: i.party.id, currency=lambda i: i.currency.code,
            is_credit=lambda i: i.untaxed_amount < 0)
        super().delete(invoices)
        for company, invoice, state in gone:
            outbox().document('invoice', company, invoice, state, 'deleted')

    @classmethod
    def copy(cls, invoices, default=None):
        default = dict(default or {})
        default.setdefault('erp_posted_at', None)
        return super().copy(invoices, default=default)

    def _credit(self, **values):
        credit = super()._credit(**values)
        credit.erp_salesperson = self.erp_salesperson
        return credit


class InvoiceWithProject(metaclass=PoolMeta):
    __name__ = 'account.invoice'

    erp_project = fields.Many2One(
        'project.work', "Project", ondelete='RESTRICT',
        domain=[('type', '=', 'project'), ('company', '=', Eval('company', -1))], depends=['company'])

    @classmethod
    def __setup__(cls):
        super().__setup__()
        hide_from_suppliers(cls.erp_project)

    def _credit(self, **values):
        credit = super()._credit(**values)
        credit.erp_project = self.erp_project
        return credit


class InvoiceLine(metaclass=PoolMeta):
    __name__ = 'account.invoice.line'

    erp_company_net = fields.BigInteger(
        "Net in company currency", readonly=True,
        help="Minor units, by the rate of the posting; empty in company currency and without a rate.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._check_modify_exclude |= {'erp_company_net'}

    def erp_source(self):
        """('order', sale, line id) or ('invoice', invoice, line id) or None."""
        origin = self.origin
        if origin is None or origin.id < 0:
            return None
        if origin.__name__ == 'sale.line':
            return 'order', origin.sale, origin.id
        if origin.__name__ == 'account.invoice.line' and origin.invoice:
            return 'invoice', origin.invoice, origin.id
        return None

    @classmethod
    def create(cls, vlist):
        lines = super().create(vlist)
        invoices = {line.invoice for line in lines if line.invoice}
        cls._erp_changed(invoices)
        part_references(Pool().get('account.invoice').browse([i.id for i in invoices if i.type == 'out']))
        return lines

    @classmethod
    def write(cls, *args):
        touched = [line for lines, values in pairs(args) if LINE_FIELDS & values.keys() for line in lines]
        invoices = {line.invoice for line in touched}
        super().write(*args)
        if touched:
            cls._erp_changed(invoices | {line.invoice for line in cls.browse([line.id for line in touched])})

    @classmethod
    def delete(cls, lines):
        invoices = {line.invoice for line in lines}
        super().delete(lines)
        cls._erp_changed(invoices)

    @classmethod
    def copy(cls, lines, default=None):
        default = dict(default or {})
        default.setdefault('erp_company_net', None)
        return super().copy(lines, default=default)

    @classmethod
    def _erp_changed(cls, invoices):
        for invoice in invoices:
            if invoice and invoice.type == 'out':
                state = invoice.erp_state
                outbox().document('invoice', invoice.company.id, invoice.id, state, state)


def fix_invoice_amounts(invoices, only_missing=False):
    """Company amounts of posted invoices in a foreign currency. Credits follow what they credit."""
    amounts = {}
    for invoice in Pool().get('account.invoice').browse([i.id for i in invoices]):
        if invoice.currency == invoice.company.currency:
            continue
        taken = {}
        for line in invoice.lines:
            if line.type != 'line' or (only_missing and line.erp_company_net is not None):
                continue
            source = line.erp_source()
            if source and source[0] == 'invoice':
                amounts[line.id] = _credit_amount(line, invoice, source[2], taken)
            else:
                amounts[line.id] = company_amount(
                    line.amount, invoice.currency, invoice.company, invoice.currency_date)
    write_company_amounts('account.invoice.line', amounts)
    return amounts


def _credit_amount(line, invoice, credited, taken):
    Line = Pool().get('account.invoice.line')
    credited = Line(credited)
    if credited not in taken:
        others = Line.search([
                ('origin', '=', str(credited)),
                ('invoice.state', 'in', ['posted', 'paid']),
                ('invoice', '!=', invoice.id),
                ])
        if any(other.erp_company_net is None for other in others):
            return None
        taken[credited] = (
            sum(minor(other.amount, invoice.currency) for other in others),
            sum(other.erp_company_net for other in others))
    if credited.erp_company_net is None:
        return None
    part = minor(line.amount, invoice.currency)
    net, company_net = taken[credited]
    amount = credited_part(
        credited.erp_company_net, minor(credited.amount, invoice.currency), company_net, net, part)
    if amount is not None:
        taken[credited] = (net + part, company_net + amount)
    return amount


def invoices_without_rate(currencies):
    pool = Pool()
    invoice, line = pool.get('account.invoice').__table__(), pool.get('account.invoice.line').__table__()
    company = pool.get('company.company').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*invoice.join(line, condition=line.invoice == invoice.id)
        .join(company, condition=(company.id == invoice.company) & (company.currency != invoice.currency))
        .select(invoice.id, where=(invoice.type == 'out') & In(invoice.state, ['posted', 'paid', 'cancelled'])
            & (invoice.erp_posted_at != Null) & (line.type == 'line') & (line.erp_company_net == Null)
            & (In(invoice.currency, currencies) | In(company.currency, currencies)), group_by=invoice.id))
    return pool.get('account.invoice').browse([id for id, in cursor.fetchall()])
