# SPDX-License-Identifier: Apache-2.0
"""The host's own lists for the renderer: customers, projects, employees, orders, invoices, by the generic actions
list.query, list.summary, list.lookup and list.record, over the read views; and what changed lately.

With Tryton's rights: a user sees a list when Tryton lets them read its model. Pages go by key: (sort value, id)."""
import base64
import json
import logging

import psycopg2

from trytond.pool import Pool

from .callers import transaction
from .outbox import now_us
from .refusal import Refusal

logger = logging.getLogger('erp.modules')
ACTIONS = ('list.query', 'list.summary', 'list.lookup', 'list.record')
LIMIT = 200
KEEP_US = 3600 * 1_000_000
LISTS = {  # name -> (view, model, title, columns: name -> (SQL, type))
    'customer': ('erp_customer', 'party.party', 't.name', {
        'number': ('t.number', 'text'), 'name': ('t.name', 'text'),
        'organisation_number': ("coalesce(t.organisation_number, '')", 'text'),
        'country': ("coalesce(t.country, '')", 'text'), 'state': ('t.state', 'choice')}),
    'project': ('erp_project', 'project.work', 't.name', {
        'number': ('t.number', 'text'), 'name': ('t.name', 'text'), 'customer': ('t.customer_id', 'customer'),
        'state': ('t.state', 'choice')}),
    'employee': ('erp_employee', 'company.employee', 't.name', {
        'number': ('t.number', 'text'), 'name': ('t.name', 'text'), 'state': ('t.state', 'choice')}),
    'order': ('erp_order', 'sale.sale', 't.number', {
        'number': ('t.number', 'text'), 'customer': ('t.customer_id', 'customer'), 'state': ('t.state', 'choice'),
        'salesperson': ('t.salesperson_id', 'employee'), 'currency': ('t.currency', 'text'),
        'net': ('(select coalesce(sum(l.net_minor), 0) from erp_order_line l where l.order_id = t.id)', 'money'),
        'confirmed_at': ('t.confirmed_at', 'datetime')}),
    'invoice': ('erp_invoice', 'account.invoice', 't.number', {
        'number': ('t.number', 'text'), 'kind': ('t.kind', 'choice'), 'customer': ('t.customer_id', 'customer'),
        'state': ('t.state', 'choice'), 'salesperson': ('t.salesperson_id', 'employee'),
        'currency': ('t.currency', 'text'),
        'net': ('(select coalesce(sum(l.net_minor), 0) from erp_invoice_line l where l.invoice_id = t.id)', 'money'),
        'posted_at': ('t.posted_at', 'datetime')})}
OPERATORS = {'=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>='}


def is_hosts(action, content):
    return action in ACTIONS and isinstance(content, dict) and isinstance(content.get('list'), str) and content['list'] in LISTS


def call(database, caller, action, content):
    view, model, title, columns = LISTS[content['list']]
    with transaction(database, caller, as_user=True) as cursor:
        if caller.user:
            if model not in [name for name, _ in Pool().iterobject()]:
                raise Refusal('NOT_FOUND', 'list.unknown', "Tryton's module for %s is not active." % content['list'])
            Pool().get('ir.model.access').check(model, 'read')
        question = _Question(cursor, caller, content)
        try:
            return {'list.query': question.query, 'list.summary': question.summary, 'list.lookup': question.lookup,
                'list.record': question.record}[action]()
        # Whatever JSON may come: a value of another kind than its column's is the asker's fault, not Tryton's.
        except (TypeError, AttributeError, LookupError, psycopg2.DataError, psycopg2.ProgrammingError) as failure:
            logger.info("A list was asked for in a wrong way: %r", failure)
            raise Refusal('INVALID_ARGUMENT', 'list.input.invalid', "The question is not as agreed: %s." % failure)


class _Question:
    def __init__(self, cursor, caller, content):
        self.cursor, self.caller, self.content = cursor, caller, content
        self.view, _, self.title, self.columns = LISTS[content['list']]

    def _column(self, name):
        if name not in self.columns:
            raise Refusal('INVALID_ARGUMENT', 'list.field.unknown', 'There is no field "%s" in this list; it has %s.' % (
                    name, ', '.join(self.columns)))
        return self.columns[name]

    def _where(self):
        where, params = ['t.company_id = %s'], [self.caller.company]
        for one in self.content.get('filter') or []:
            sql, kind = self._column(one.get('field'))
            op, value = one.get('op'), one.get('value')
            if isinstance(value, (list, dict)) and op not in ('in', 'not_in', 'between'):
                raise Refusal('INVALID_ARGUMENT', 'list.value.invalid', "value of %s is no single value." % one['field'])
            if op in OPERATORS:
                where.append('%s %s %%s' % (sql, OPERATORS[op]))
                params.append(value)
            elif op in ('in', 'not_in'):
                where.append('%s(%s = any(%%s))' % ('not ' if op == 'not_in' else '', sql))
                params.append(list(value))
            elif op == 'between':
                where.append('%s between %%s and %%s' % sql)
                params.extend(value)
            elif op == 'contains':
                where.append('%s ilike %%s' % sql)
                params.append('%' + _plain(value) + '%')
            elif op in ('is_null', 'not_null'):
                where.append('%s is %snull' % (sql, 'not ' if op == 'not_null' else ''))
            else:
                raise Refusal('INVALID_ARGUMENT', 'list.op.invalid', 'op "%s" is none that this list knows.' % op)
        text = self.content.get('search') or ''
        if text:
            names = [sql for sql in ('t.number', 't.name') if sql[2:] in self.columns]
            where.append('(%s)' % ' or '.join('%s ilike %%s' % sql for sql in names))
            params.extend(['%' + _plain(text) + '%'] * len(names))
        return where, params

    def query(self):
        limit = max(1, min(int(self.content.get('limit') or 50), LIMIT))
        sort = (self.content.get('sort') or ['number' if self.title == 't.number' else 'name'])[0]
        down, name = sort.startswith('-'), sort.lstrip('-')
        sql, kind = self._column(name)
        key = "coalesce(cast(%s as text), '')" % sql if kind in ('text', 'choice') else 'coalesce(%s, 0)' % sql
        where, params = self._where()
        before = self.content.get('before')
        cursor_text = before or self.content.get('after')
        if cursor_text:
            value, id = _opened(cursor_text)
            where.append('(%s, t.id) %s (%%s, %%s)' % (key, '<' if down != bool(before) else '>'))
            params.extend([value, id])
        direction = 'desc' if down != bool(before) else 'asc'
        rows = self._rows(key, where, params, 'order by sort_key %s, id %s limit %d' % (direction, direction, limit + 1))
        more = len(rows) > limit
        rows = rows[:limit]
        if before:
            rows.reverse()
        ends = [_closed(row.pop('sort_key'), row['id']) for row in rows]
        return {'rows': rows, 'after': ends[-1] if ends and (more or before) else None,
            'before': ends[0] if ends and (cursor_text if not before else more) else None, 'position': 0}

    def _rows(self, key, where, params, tail):
        names = list(self.columns)
        self.cursor.execute(
            'select t.id, t.row_version, %s as title, %s as sort_key, %s from %s t where %s %s' % (
                self.title, key, ', '.join(self.columns[n][0] for n in names), self.view, ' and '.join(where), tail),
            params)
        found = self.cursor.fetchall()
        titles = {}
        for kind in ('customer', 'employee'):
            ids = {row[4 + i] for row in found for i, n in enumerate(names) if self.columns[n][1] == kind and row[4 + i]}
            if ids:
                self.cursor.execute('select id, name from erp_%s where company_id = %%s and id = any(%%s)' % kind,
                    (self.caller.company, list(ids)))
                titles.update({(kind, id): name for id, name in self.cursor.fetchall()})
        return [self._row(names, titles, row) for row in found]

    def _row(self, names, titles, row):
        currency = row[4 + names.index('currency')] if 'currency' in names else None
        cells = {}
        for name, value in zip(names, row[4:]):
            kind = self.columns[name][1]
            if value is None or value == '':
                continue
            if kind == 'money':
                value = {'minor': int(value), 'currency': currency}
            elif kind in ('customer', 'employee'):
                value = {'id': value, 'title': titles.get((kind, value), '#%d' % value)}
            elif kind == 'datetime':
                value = _iso(value)
            cells[name] = value
        key = row[3]
        return {'id': row[0], 'version': row[1], 'title': row[2] or '#%d' % row[0], 'cells': cells,
            'sort_key': key if isinstance(key, str) else int(key)}

    def summary(self):
        where, params = self._where()
        self.cursor.execute('select count(*) from %s t where %s' % (self.view, ' and '.join(where)), params)
        answer = {'total': self.cursor.fetchone()[0], 'exact': True, 'sums': {}, 'groups': []}
        for name in self.content.get('sums') or []:
            sql, kind = self._column(name)
            if kind != 'money':
                raise Refusal('INVALID_ARGUMENT', 'list.field.unknown', '"%s" is no amount.' % name)
            self.cursor.execute('select t.currency, sum(%s) from %s t where %s group by t.currency order by t.currency' % (
                    sql, self.view, ' and '.join(where)), params)
            answer['sums'][name] = [{'minor': int(total), 'currency': code} for code, total in self.cursor.fetchall()]
        group = self.content.get('group')
        if group:
            sql, _ = self._column(group)
            self.cursor.execute('select %s, count(*) from %s t where %s group by 1 order by 1' % (
                    sql, self.view, ' and '.join(where)), params)
            answer['groups'] = [{'key': key, 'label': str(key), 'count': count} for key, count in self.cursor.fetchall()]
        return answer

    def lookup(self):
        limit = max(1, min(int(self.content.get('limit') or 20), 100))
        where, params = ['t.company_id = %s'], [self.caller.company]
        ids = self.content.get('ids')
        if ids:
            where.append('t.id = any(%s)')
            params.append([int(id) for id in ids])
        else:
            names = [sql for sql in ('t.number', 't.name') if sql[2:] in self.columns]
            where.append('(%s)' % ' or '.join('%s ilike %%s' % sql for sql in names))
            params.extend([_plain(self.content.get('text') or '') + '%'] * len(names))
            where.append("t.state <> 'deleted'")
        self.cursor.execute('select t.id, %s, t.number, t.state from %s t where %s order by 2, 1 limit %d' % (
                self.title, self.view, ' and '.join(where), limit), params)
        return {'items': [{'id': id, 'title': title or '#%d' % id, 'subtitle': number if number != title else '',
                    'archived': state == 'deleted'} for id, title, number, state in self.cursor.fetchall()]}

    def record(self):
        id = int(self.content.get('id') or 0)
        rows = self._rows('0', ['t.company_id = %s', 't.id = %s'], [self.caller.company, id], '')
        if not rows:
            raise Refusal('NOT_FOUND', self.content['list'] + '.not_found', "There is no such record.")
        rows[0].pop('sort_key')
        return rows[0]


def _plain(text):
    for special in '\\%_':
        text = str(text).replace(special, '\\' + special)
    return text[:200]


def _iso(us):
    import datetime
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)).isoformat() + 'Z'


def _closed(value, id):
    return base64.urlsafe_b64encode(json.dumps([value, id]).encode()).decode()


def _opened(text):
    try:
        value, id = json.loads(base64.urlsafe_b64decode(str(text)))
        return value if isinstance(value, (str, int)) else str(value), int(id)
    except ValueError:
        raise Refusal('INVALID_ARGUMENT', 'list.cursor.invalid', "after or before is none of this list's.")


def note_change(database, caller, action):
    """What other pages may want to fetch again. Reading actions are known by their last word."""
    source, _, verb = action.partition('.')
    if verb.split('_')[0] in ('list', 'get', 'query', 'summary', 'lookup', 'record', 'show', 'preview', 'status', 'page'):
        return
    with transaction(database, caller, readonly=False) as cursor:
        cursor.execute('insert into erp_host_change (company, source, changed_at) values (%s, %s, %s)',
            (caller.company, source, now_us()))


def changes(database, caller, after):
    """(number, sources) since a number; commits out of order within a second are told of twice rather than never."""
    with transaction(database) as cursor:
        cursor.execute('select coalesce(max(id), 0) from erp_host_change where company = %s', (caller.company,))
        last, = cursor.fetchone()
        if after is None:
            return last, []
        cursor.execute('select distinct source from erp_host_change where company = %s and (id > %s or '
            '(id > %s - 20 and id <= %s and changed_at > %s)) order by source',
            (caller.company, after, after, after, now_us() - 1_000_000))
        found = [source for source, in cursor.fetchall()]
    return max(last, after), found if last > after else []
