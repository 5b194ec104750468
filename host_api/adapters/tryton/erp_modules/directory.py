# SPDX-License-Identifier: Apache-2.0
"""Parties, employees, projects, rates and companies: what modules are told when they change.

Tryton's parties belong to no company, so every company is told. A party that was replaced points to the last one of its
chain, kept in a table of our own, so that the view needs no recursion.
"""
from sql.operators import In

from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

from .documents import leave_tombstones, pairs
from .outbox import outbox


def companies():
    table = Pool().get('company.company').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(table.id))
    return [id for id, in cursor.fetchall()]


def tell_all(kind, records):
    ids = [record if isinstance(record, int) else record.id for record in records]
    if ids:
        for company in companies():
            for id in ids:
                outbox().record(kind, company, id)


class Party(metaclass=PoolMeta):
    __name__ = 'party.party'

    @classmethod
    def create(cls, vlist):
        parties = super().create(vlist)
        tell_all('customer.changed', parties)
        return parties

    @classmethod
    def write(cls, *args):
        super().write(*args)
        for parties, values in pairs(args):
            if values.get('replaced_by'):
                keep_merges([party.id for party in parties], values['replaced_by'])
                tell_all('customer.merged', parties)
            tell_all('customer.changed', parties)

    @classmethod
    def delete(cls, parties):
        ids = [party.id for party in parties]
        leave_tombstones('customer', parties, number=lambda p: p.code or '', name=lambda p: p.name or '')
        super().delete(parties)
        tell_all('customer.deleted', ids)


def keep_merges(parties, into):
    table = Pool().get('erp.host.merged').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(table.into_party, where=table.party == into))
    further = cursor.fetchone()
    last = further[0] if further else into
    cursor.execute(*table.update([table.into_party], [last], where=In(table.into_party, parties)))
    cursor.execute(*table.delete(where=In(table.party, parties)))
    cursor.execute(*table.insert([table.party, table.into_party], [[party, last] for party in parties]))


class PartyPart:
    """Mix-in of what belongs to a party and shows in its row."""
    __slots__ = ()

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        tell_all('customer.changed', {record.party for record in records if record.party})
        return records

    @classmethod
    def write(cls, *args):
        before = {record.party for records, _ in pairs(args) for record in records}
        super().write(*args)
        after = {record.party for records, _ in pairs(args) for record in records}
        tell_all('customer.changed', {party for party in before | after if party})

    @classmethod
    def delete(cls, records):
        parties = {record.party for record in records if record.party}
        super().delete(records)
        tell_all('customer.changed', parties)


class ContactMechanism(PartyPart, metaclass=PoolMeta):
    __name__ = 'party.contact_mechanism'


class Identifier(PartyPart, metaclass=PoolMeta):
    __name__ = 'party.identifier'


class Address(PartyPart, metaclass=PoolMeta):
    __name__ = 'party.address'


class OfCompany:
    """Mix-in of records with a company whose every change is one kind of event."""
    __slots__ = ()

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        for record in records:
            outbox().record(cls._erp_kind, record.company.id, record.id)
        return records

    @classmethod
    def write(cls, *args):
        super().write(*args)
        for records, _ in pairs(args):
            for record in records:
                if record.company:
                    outbox().record(cls._erp_kind, record.company.id, record.id)

    @classmethod
    def delete(cls, records):
        gone = [(record.company.id, record.id) for record in records if record.company]
        leave_tombstones(cls._erp_kind.split('.')[0], [r for r in records if r.company],
            company=lambda r: r.company.id, number=lambda r: '', name=lambda r: r.rec_name)
        super().delete(records)
        for company, record in gone:
            outbox().record(cls._erp_kind, company, record)


class Employee(OfCompany, metaclass=PoolMeta):
    __name__ = 'company.employee'
    _erp_kind = 'employee.changed'


class Work(OfCompany, metaclass=PoolMeta):
    __name__ = 'project.work'
    _erp_kind = 'project.changed'


class Company(metaclass=PoolMeta):
    __name__ = 'company.company'

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        for record in records:
            outbox().record('company.changed', record.id, 0)
        return records

    @classmethod
    def write(cls, *args):
        super().write(*args)
        for records, _ in pairs(args):
            for record in records:
                outbox().record('company.changed', record.id, 0)


class Rate(metaclass=PoolMeta):
    __name__ = 'currency.currency.rate'

    @classmethod
    def create(cls, vlist):
        rates = super().create(vlist)
        cls._erp_changed({rate.currency.id for rate in rates if rate.currency})
        return rates

    @classmethod
    def write(cls, *args):
        super().write(*args)
        cls._erp_changed({rate.currency.id for rates, _ in pairs(args) for rate in rates if rate.currency})

    @classmethod
    def delete(cls, rates):
        super().delete(rates)
        for company in companies():
            outbox().record('rate.changed', company, 0)

    @classmethod
    def _erp_changed(cls, currencies):
        """Documents that waited for a rate get their amounts; what has one keeps it."""
        for company in companies():
            outbox().record('rate.changed', company, 0)
        if not currencies:
            return
        from .invoice import fix_invoice_amounts, invoices_without_rate
        from .sale import fix_order_amounts, orders_without_rate
        for topic, documents, fix in (
                ('order', orders_without_rate(list(currencies)), fix_order_amounts),
                ('invoice', invoices_without_rate(list(currencies)), fix_invoice_amounts)):
            fix(documents, only_missing=True)
            for document in documents:
                outbox().document(topic, document.company.id, document.id, document.erp_state, document.erp_state)
