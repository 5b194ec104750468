# SPDX-License-Identifier: Apache-2.0
"""erp.documents/1 and erp.directory/1: single records, with the rights that Tryton gives the user behind the call. Work,
which has no user, may read: it sees the same rows in the views."""
import hashlib
import json
from decimal import Decimal

from trytond.pool import Pool
from trytond.transaction import Transaction

from ..callers import employee_of
from ..documents import set_reference
from ..refusal import Refusal
from .system import Extension

DOCUMENTS = {'order': ('sale.sale', 'sale.line'), 'invoice': ('account.invoice', 'account.invoice.line')}
RECORDS = {'customer': 'party.party', 'contact': 'party.contact_mechanism', 'project': 'project.work',
    'employee': 'company.employee', 'company': 'company.company'}


def rows_of(cursor, sql, params):
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def permitted(model, id, kind):
    """NOT_FOUND for what the user may not see, as for what there is not."""
    if Transaction().user:
        known = [name for name, _ in Pool().iterobject()]
        if model not in known or not Pool().get(model).search([('id', '=', id)]):
            raise Refusal('NOT_FOUND', kind + '.not_found', "There is no %s %d that you may see." % (kind, id))


def once(cursor, caller, scope, request, content, make):
    """The answer that was given to this request before, or a new one, kept in the same transaction."""
    if not request:
        return make()
    fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    cursor.execute('select fingerprint, answer from erp_host_request where company = %s and scope = %s and request = %s',
        (caller.company, scope, request))
    known = cursor.fetchone()
    if known:
        if known[0] != fingerprint:
            raise Refusal('CONFLICT', 'request.reused',
                'request_id "%s" was used for something else. Give a new one.' % request)
        return known[1]
    answer = make()
    cursor.execute(
        'insert into erp_host_request (company, scope, request, fingerprint, answer, create_date) '
        "values (%s, %s, %s, %s, %s, now() at time zone 'utc')",
        (caller.company, scope, request, fingerprint, answer))
    return answer


class Records(Extension):
    def writing(self, caller):
        return self.read(caller, readonly=False, as_user=True)

    def content(self, source):
        found = json.loads(self.contract.read_all(source))
        if not isinstance(found, dict):
            raise Refusal('INVALID_ARGUMENT', 'json.invalid', "The input is not a JSON object. Correct it.")
        return found

    def request(self, text):
        found = self.contract.text(text)
        if len(found) > 100:
            raise Refusal('INVALID_ARGUMENT', 'request_id.invalid', "request_id is longer than 100. Shorten it.")
        return found


class Documents(Records):
    def slots(self):
        return {'read': self.read_document, 'create_draft_order': self.create_draft_order,
            'set_reference': self.set_reference}

    def _kind(self, kind):
        name = self.contract.text(kind)
        if name not in DOCUMENTS:
            raise Refusal('INVALID_ARGUMENT', 'document.kind.invalid', 'kind "%s" is not order or invoice.' % name)
        return name

    def read_document(self, call, kind, id, out):
        caller, name = self.host.caller_of(call), self._kind(kind)
        with self.read(caller, as_user=True) as cursor:
            permitted(DOCUMENTS[name][0], id, name)
            found = rows_of(cursor, 'select * from erp_%s where company_id = %%s and id = %%s' % name,
                (caller.company, id))
            if not found:
                raise Refusal('NOT_FOUND', name + '.not_found', "There is no %s %d in this company." % (name, id))
            document = found[0]
            document['lines'] = rows_of(cursor,
                'select * from erp_{0}_line where {0}_id = %s order by line_no, id'.format(name), (id,))
            if name == 'invoice':
                for line in document['lines']:
                    line['sources'] = rows_of(cursor, 'select source_kind, source_line_id, net_minor from '
                        'erp_invoice_line_source where invoice_line_id = %s', (line['id'],))
            document['references'] = rows_of(cursor,
                'select line_id, ref_kind, ref_id, set_by, set_at, copied, row_version from erp_document_ref '
                'where company_id = %s and document_kind = %s and document_id = %s order by line_id, ref_kind',
                (caller.company, name, id))
        return self.contract.write_out(out, json.dumps(document, ensure_ascii=False))

    def create_draft_order(self, call, request_id, source, id):
        caller, request, content = self.host.caller_of(call), self.request(request_id), self.content(source)
        with self.writing(caller) as cursor:
            id[0] = once(cursor, caller, self.host.manifest.id + '/create_draft_order', request, content,
                lambda: self._make_order(caller, content).id)

    def _make_order(self, caller, content):
        pool = Pool()
        Sale, Line = pool.get('sale.sale'), pool.get('sale.line')
        Party, Currency = pool.get('party.party'), pool.get('currency.currency')
        parties = Party.search([('id', '=', content.get('customer'))])
        if not parties:
            raise Refusal('NOT_FOUND', 'customer.not_found',
                "customer %r is no customer. Give the id of one." % content.get('customer'))
        sale = Sale(company=caller.company, party=parties[0])
        sale.on_change_party()
        code = content.get('currency')
        if code:
            currencies = Currency.search([('code', '=', code)])
            if not currencies:
                raise Refusal('INVALID_ARGUMENT', 'currency.unknown', 'currency "%s" is no currency here.' % code)
            sale.currency = currencies[0]
        else:
            sale.currency = pool.get('company.company')(caller.company).currency
        if content.get('project') and hasattr(Sale, 'erp_project'):
            sale.erp_project = content['project']
        sale.erp_salesperson = content.get('salesperson') or employee_of(caller.user)
        lines = content.get('lines') or []
        if not lines:
            raise Refusal('INVALID_ARGUMENT', 'order.lines.missing',
                "lines is empty. Give at least one line with its net amount.")
        sale.lines = [
            Line(type='line', quantity=1, description=str(line.get('description') or ''),
                unit_price=Decimal(int(line['net'])).scaleb(-sale.currency.digits))
            for line in lines]
        sale.save()
        for reference in content.get('references') or []:
            self._own_kind(reference.get('kind', ''))
            set_reference('order', sale, 0, reference['kind'], int(reference['id']))
        return sale

    def _own_kind(self, kind):
        if not self.host.is_own(kind):
            raise Refusal('INVALID_ARGUMENT', 'reference.kind.invalid',
                'ref_kind "%s" does not begin with "%s.".' % (kind, self.host.manifest.id))

    def set_reference(self, call, kind, document, line, ref_kind, ref_id):
        caller, name, reference = self.host.caller_of(call), self._kind(kind), self.contract.text(ref_kind)
        self._own_kind(reference)
        if ref_id < 0:
            raise Refusal('INVALID_ARGUMENT', 'document.reference.id.invalid',
                "id %d is no id. Give one above 0, or 0 to clear the reference." % ref_id)
        model, line_model = DOCUMENTS[name]
        with self.writing(caller):
            pool = Pool()
            permitted(model, document, name)
            pool.get('ir.model.access').check(model, 'write')
            own = [('id', '=', document), ('company', '=', caller.company)]
            found = pool.get(model).search(own + [('type', '=', 'out')] if name == 'invoice' else own)
            if not found:
                raise Refusal('NOT_FOUND', name + '.not_found', "There is no %s %d in this company." % (name, document))
            if line and line not in [one.id for one in found[0].lines]:
                raise Refusal('NOT_FOUND', name + '.line.not_found',
                    "line %d is no line of %s %s. Give a line's id, or 0." % (line, name, found[0].rec_name))
            set_reference(name, found[0], line, reference, ref_id)


class Directory(Records):
    def slots(self):
        return {'read': self.read_record, 'search': self.search, 'create_customer': self.create_customer}

    def _kind(self, kind):
        name = self.contract.text(kind)
        if name not in RECORDS:
            raise Refusal('INVALID_ARGUMENT', 'directory.kind.invalid',
                'kind "%s" is not one of %s.' % (name, ', '.join(RECORDS)))
        return name

    def read_record(self, call, kind, id, out):
        caller, name = self.host.caller_of(call), self._kind(kind)
        with self.read(caller, as_user=True) as cursor:
            permitted(RECORDS[name], id, name)
            found = rows_of(cursor, 'select * from erp_%s where %s = %%s and id = %%s' % (
                    name, 'id' if name == 'company' else 'company_id'), (caller.company, id))
        if not found:
            raise Refusal('NOT_FOUND', name + '.not_found', "There is no %s %d in this company." % (name, id))
        return self.contract.write_out(out, json.dumps(found[0], ensure_ascii=False))

    def search(self, call, kind, text, limit, out):
        caller, name, wanted = self.host.caller_of(call), self._kind(kind), self.contract.text(text)[:200]
        for special in '\\%_':
            wanted = wanted.replace(special, '\\' + special)
        has_number = name in ('customer', 'project', 'employee')
        has_state = name in ('customer', 'project', 'employee')
        with self.read(caller, as_user=True) as cursor:
            if caller.user:
                Pool().get('ir.model.access').check(RECORDS[name], 'read')
            found = rows_of(cursor, 'select * from erp_%s where %s = %%(company)s and (name ilike %%(text)s%s)%s '
                'order by name, id limit %%(limit)s' % (
                    name, 'id' if name == 'company' else 'company_id',
                    ' or number ilike %(text)s' if has_number else '', " and state <> 'deleted'" if has_state else ''),
                {'company': caller.company, 'text': wanted + '%', 'limit': min(limit, 100)})
        return self.contract.write_out(out, json.dumps(found, ensure_ascii=False))

    def create_customer(self, call, request_id, source, id):
        caller, request, content = self.host.caller_of(call), self.request(request_id), self.content(source)
        name = str(content.get('name') or '').strip()
        if not name:
            raise Refusal('INVALID_ARGUMENT', 'customer.name.missing', "name is empty. Give the customer a name.")
        with self.writing(caller) as cursor:
            id[0] = once(cursor, caller, self.host.manifest.id + '/create_customer', request, content,
                lambda: self._make_customer(name, content).id)

    def _make_customer(self, name, content):
        pool = Pool()
        Party, Address = pool.get('party.party'), pool.get('party.address')
        Identifier, Mechanism = pool.get('party.identifier'), pool.get('party.contact_mechanism')
        party = Party(name=name)
        if content.get('number'):
            party.code = str(content['number'])
        address = Address()
        if content.get('country'):
            countries = pool.get('country.country').search([('code', '=', str(content['country']).upper())])
            if countries:
                address.country = countries[0]
        party.addresses = [address]
        if content.get('organisation_number'):
            party.identifiers = [Identifier(type=None, code=str(content['organisation_number']))]
        mechanisms = []
        for contact in content.get('contacts') or []:
            who = str(contact.get('name') or '')
            for key, kind in (('email', 'email'), ('phone', 'phone')):
                if contact.get(key):
                    mechanisms.append(Mechanism(type=kind, value=str(contact[key]), name=who))
            if who and not contact.get('email') and not contact.get('phone'):
                mechanisms.append(Mechanism(type='other', value=who, name=who))
        party.contact_mechanisms = mechanisms
        party.save()
        return party
