# SPDX-License-Identifier: Apache-2.0
"""Opportunities and campaigns as Tryton's forms see them: records without a table, read through the module's actions
with the rights of Tryton's user. Whatever goes wrong, a form still opens: the record shows as its number."""
import json
import logging

import psycopg2

from trytond.model import ModelStorage, ModelView, fields
from trytond.transaction import Transaction

from .callers import OPERATOR, USER, Caller, belongs
from .refusal import Refusal, as_refusal

logger = logging.getLogger('erp.modules')


def caller_of_transaction():
    """Tryton's user in a company that is theirs, or Tryton itself."""
    transaction = Transaction()
    company = transaction.context.get('company') or 0
    if transaction.user and not belongs(transaction.user, company):
        raise Refusal('PERMISSION', 'company.denied', "User %d has no company %s." % (transaction.user, company))
    return Caller(USER if transaction.user else OPERATOR, company, transaction.user, transaction.language or 'en')


def ask(action, content):
    from . import catalogue
    caller = caller_of_transaction()
    try:
        return json.loads(catalogue.of(Transaction().database.name).call_action(caller, action, content))
    except psycopg2.Error as failure:
        raise as_refusal(failure) from failure


class Linked(ModelStorage, ModelView):
    """Base of both; `_erp_list` names the list in the answer of the list action."""
    name = fields.Char("Title", readonly=True)

    @classmethod
    def read(cls, ids, fields_names):
        found = []
        for id in ids:
            try:
                title = ask(cls._erp_action + '.get', {'id': id}).get('title') or '#%d' % id
            except Refusal as refusal:
                if refusal.name not in ('NOT_FOUND', 'PERMISSION'):
                    logger.warning("%s %d cannot be read: %s", cls.__name__, id, refusal)
                title = '#%d' % id
            row = {'id': id, 'name': title, 'rec_name': title}
            found.append({name: row.get(name) for name in ['id', *fields_names]})
        return found

    @classmethod
    def search(cls, domain, offset=0, limit=None, order=None, count=False, query=False):
        rows = cls._erp_rows(domain, (limit or 100) + offset)[offset:]
        if count:
            return len(rows)
        return cls.browse([row['id'] for row in rows[:limit]])

    @classmethod
    def search_count(cls, domain):
        return cls.search(domain, limit=500, count=True)

    @classmethod
    def _erp_rows(cls, domain, limit):
        ids, text = _wanted(domain)
        if ids is not None:
            return [{'id': id} for id in ids if id and id > 0]
        content = {'limit': max(1, min(limit, 500))}
        if text:
            content['text'] = text
        try:
            return ask(cls._erp_action + '.list', content)[cls._erp_list]
        except Refusal as refusal:
            logger.warning("%s cannot be listed: %s", cls.__name__, refusal)
            return []


def _wanted(domain):
    """(ids or None, text): what a client's completion asks for. Deeper domains ask for everything."""
    ids, text = None, ''
    for clause in domain or ():
        if not isinstance(clause, (list, tuple)) or not clause or isinstance(clause[0], (list, tuple)):
            if isinstance(clause, (list, tuple)):
                more_ids, more_text = _wanted(clause)
                ids, text = more_ids if more_ids is not None else ids, more_text or text
        elif clause[0] == 'id' and clause[1] in ('=', 'in'):
            ids = [clause[2]] if clause[1] == '=' else list(clause[2])
        elif clause[0] in ('rec_name', 'name') and isinstance(clause[2], str):
            text = clause[2].strip('%').replace('\\', '')[:200]
    return ids, text


class Opportunity(Linked):
    "Sales opportunity"
    __name__ = 'sales_leads.opportunity'
    _erp_action, _erp_list = 'opportunity', 'opportunities'


class Campaign(Linked):
    "Campaign"
    __name__ = 'sales_leads.campaign'
    _erp_action, _erp_list = 'campaign', 'campaigns'
