# SPDX-License-Identifier: Apache-2.0
"""What sales and invoices have in common as documents of the contract: outbox, moments, references, company amounts."""
from collections import defaultdict

from sql import Literal
from sql.operators import In

from trytond.model import fields
from trytond.pool import Pool
from trytond.transaction import Transaction

from .outbox import now_us, outbox

OPPORTUNITY, CAMPAIGN = 'sales_leads.opportunity', 'sales_leads.campaign'
FIELD_KINDS = {'erp_opportunity': OPPORTUNITY, 'erp_campaign': CAMPAIGN}


def pairs(args):
    """(records, values) of a write."""
    actions = iter(args)
    return zip(actions, actions)


class Document:
    """Mix-in of sale.sale and account.invoice."""
    __slots__ = ()

    erp_opportunity = fields.Function(fields.Many2One(
        'sales_leads.opportunity', "Sales opportunity"), 'get_erp_reference', setter='set_erp_reference',
        searcher='search_erp_reference')
    erp_campaign = fields.Function(fields.Many2One(
        'sales_leads.campaign', "Campaign"), 'get_erp_reference', setter='set_erp_reference',
        searcher='search_erp_reference')

    @classmethod
    def get_erp_reference(cls, records, name):
        Reference = Pool().get('erp.host.document.reference')
        table = Reference.__table__()
        found = dict.fromkeys((r.id for r in records))
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(table.document, table.record, where=(
            (table.document_kind == cls._erp_topic) & (table.line == 0) & (table.kind == FIELD_KINDS[name])
            & (table.record > 0) & In(table.document, list(found)))))
        found.update(cursor.fetchall())
        return found

    @classmethod
    def set_erp_reference(cls, records, name, value):
        for record in records:
            set_reference(cls._erp_topic, record, 0, FIELD_KINDS[name], value or 0)

    @classmethod
    def search_erp_reference(cls, name, clause):
        _, operator, value = clause[:3]
        table = Pool().get('erp.host.document.reference').__table__()
        at_work = table.select(table.document, where=(
            (table.document_kind == cls._erp_topic) & (table.line == 0) & (table.kind == FIELD_KINDS[name])
            & (table.record > 0)))
        if value is None:
            return [('id', 'not in' if operator == '=' else 'in', at_work)]
        if isinstance(value, str):
            Target = Pool().get(FIELD_KINDS[name])
            value = [r.id for r in Target.search([('rec_name', operator, value)], limit=200)]
        wanted = list(value) if isinstance(value, (list, tuple)) else [int(value)]
        at_work.where &= In(table.record, wanted or [-1])
        return [('id', 'not in' if operator in ('!=', 'not in') else 'in', at_work)]


def set_reference(topic, document, line, kind, record, copied=False, set_by=None, set_at=None):
    """Sets (record > 0) or clears (0) a reference, in the current transaction, and tells of it. True = it changed."""
    Reference = Pool().get('erp.host.document.reference')
    table = Reference.__table__()
    transaction = Transaction()
    cursor = transaction.connection.cursor()
    place = ((table.document_kind == topic) & (table.document == document.id) & (table.line == line)
        & (table.kind == kind))
    cursor.execute(*table.select(table.record, table.version, where=place))
    known = cursor.fetchone()
    if (known[0] if known else 0) == record:
        return False
    by = set_by if set_by is not None else (transaction.user or None)
    at = set_at or now_us()
    if known:
        cursor.execute(*table.update(
            [table.record, table.set_by, table.set_at, table.copied, table.version],
            [record, by, at, copied, known[1] + 1], where=place))
    else:
        cursor.execute(*table.insert(
            [table.company, table.document_kind, table.document, table.line, table.kind, table.record, table.set_by,
                table.set_at, table.copied, table.version],
            [[document.company.id, topic, document.id, line, kind, record, by, at, copied, 1]]))
    state = document.erp_state
    outbox().document(topic, document.company.id, document.id, state, state)
    return True


def references_of(topic, ids):
    """document id -> [(line, kind, record, set_by)] of what is set."""
    table = Pool().get('erp.host.document.reference').__table__()
    found = defaultdict(list)
    if ids:
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
            table.document, table.line, table.kind, table.record, table.set_by,
            where=(table.document_kind == topic) & (table.record > 0) & In(table.document, list(ids))))
        for document, *reference in cursor.fetchall():
            found[document].append(tuple(reference))
    return found


def carry_references(invoices):
    """References of the document before, and of the lines before, go along as copies: when all of an invoice's lines
    come from one document. A reference that the invoice has already stays."""
    before = {}
    for invoice in invoices:
        sources = {}
        for line in invoice.lines:
            source = line.erp_source()
            if source:
                sources[line.id] = source
        before[invoice] = sources
    orders = {s[1].id for sources in before.values() for s in sources.values() if s[0] == 'order'}
    credited = {s[1].id for sources in before.values() for s in sources.values() if s[0] == 'invoice'}
    if not orders and not credited:
        return
    known = {'order': references_of('order', orders), 'invoice': references_of('invoice', credited)}
    if not any(known.values()):
        return
    own = references_of('invoice', [i.id for i in invoices])
    for invoice, sources in before.items():
        present = {(line, kind) for line, kind, *_ in own[invoice.id]}
        documents = {(topic, document.id) for topic, document, _ in sources.values()}
        if len(documents) == 1:
            (topic, document), = documents
            for line, kind, record, by in known[topic][document]:
                if line == 0 and (0, kind) not in present:
                    set_reference('invoice', invoice, 0, kind, record, copied=True, set_by=by)
        for own_line, (topic, document, source_line) in sources.items():
            for line, kind, record, by in known[topic][document.id]:
                if line == source_line and (own_line, kind) not in present:
                    set_reference('invoice', invoice, own_line, kind, record, copied=True, set_by=by)


def part_references(invoices):
    """Lines of another document came to invoices (Tryton groups sales on a draft): what was carried over for the whole of
    an invoice, when all of its lines came from one document, holds no longer."""
    table = Pool().get('erp.host.document.reference').__table__()
    by_id = {invoice.id: invoice for invoice in invoices}
    if not by_id:
        return
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(table.document, table.kind, where=(
        (table.document_kind == 'invoice') & (table.line == 0) & (table.record > 0) & (table.copied == Literal(True))
        & In(table.document, list(by_id)))))
    for document, kind in cursor.fetchall():
        sources = filter(None, (line.erp_source() for line in by_id[document].lines))
        if len({(topic, source.id) for topic, source, _ in sources}) > 1:
            set_reference('invoice', by_id[document], 0, kind, 0)


def leave_tombstones(kind, records, **columns):
    """What modules need of a record that is about to be deleted: name -> function of the record."""
    table = Pool().get('erp.host.tombstone').__table__()
    names = ['kind', 'record', 'deleted_at', *columns]
    at = now_us()
    rows = [[kind, record.id, at, *(value(record) for value in columns.values())] for record in records]
    if rows:
        Transaction().connection.cursor().execute(*table.insert([getattr(table, n) for n in names], rows))


def write_company_amounts(model, amounts):
    """line id -> company minor units or None; past Tryton's write hooks, which have no say here."""
    table = Pool().get(model).__table__()
    cursor = Transaction().connection.cursor()
    for line, amount in amounts.items():
        cursor.execute(*table.update([table.erp_company_net], [amount], where=table.id == line))
