# SPDX-License-Identifier: Apache-2.0
"""The outbox: events go into Tryton's own transaction, in one statement, when it commits.

    outbox().document('order', sale.company.id, sale.id, 'draft', 'offer')

A data manager of the transaction, so a rollback leaves nothing behind and a commit cannot forget it. Only "which
document changed" is trusted by modules; so a document that changed five times in one transaction is told of once, and
every change of its state once. One thread, as the transaction itself.
"""
import time

from trytond.pool import Pool
from trytond.transaction import Transaction

# What a state is called in an event's kind, when it was reached.
ORDER_KINDS = {
    'draft': 'order.drafted', 'offer': 'offer.changed', 'confirmed': 'order.confirmed',
    'cancelled': 'order.cancelled', 'deleted': 'order.deleted'}
INVOICE_KINDS = {
    'draft': 'invoice.changed', 'posted': 'invoice.posted', 'paid': 'invoice.paid',
    'cancelled': 'invoice.cancelled', 'voided': 'invoice.voided', 'deleted': 'invoice.deleted'}


def now_us():
    return time.time_ns() // 1000


def document_kind(topic, before, after):
    if topic == 'invoice':
        if not before:
            return 'invoice.created'
        return 'invoice.changed' if before == after else INVOICE_KINDS[after]
    if not before:
        return 'offer.created' if after == 'offer' else 'order.created'
    if before == after:
        return 'offer.changed' if after == 'offer' else 'order.changed'
    return ORDER_KINDS[after]


class Outbox:
    def __init__(self):
        self.events = {}

    def __eq__(self, other):  # Transaction.join: one per transaction
        return isinstance(other, Outbox)

    __hash__ = None

    def document(self, topic, company, document, before, after):
        told = self.events.setdefault((topic, company, document), [])
        if before == after and told:
            return
        if before is None:
            told.clear()  # its lines were made first, and told of it
        elif told and told[-1][1] == told[-1][2]:
            told.pop()  # the change of state says it all
        told.append((document_kind(topic, before, after), before or '', after or ''))

    def record(self, kind, company, record):
        self.events.setdefault((kind, company, record), [(kind, '', '')])

    def tpc_begin(self, transaction):
        pass

    def commit(self, transaction):
        if not self.events:
            return
        table = Pool(transaction.database.name).get('erp.host.event').__table__()
        at = now_us()
        rows = [[company, kind, document, before, after, at]
            for (_, company, document), told in self.events.items()
            for kind, before, after in told]
        self.events = {}
        cursor = transaction.connection.cursor()
        cursor.execute(*table.insert(
            [table.company, table.kind, table.document, table.from_state, table.to_state, table.occurred_at], rows))

    def tpc_vote(self, transaction):
        pass

    def tpc_finish(self, transaction):
        self.events = {}
        from . import catalogue
        catalogue.wake(transaction.database.name)

    def tpc_abort(self, transaction):
        self.events = {}


def outbox():
    return Transaction().join(Outbox())
