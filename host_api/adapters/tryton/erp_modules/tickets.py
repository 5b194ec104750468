# SPDX-License-Identifier: Apache-2.0
"""One-time tokens and sessions of the modules' pages. Only hashes are kept; whoever reads the table cannot log in."""
import hashlib
import secrets

from trytond.pool import Pool
from trytond.transaction import Transaction

from .outbox import now_us


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def new_ticket(kind, user, company, language, life_us):
    token = secrets.token_urlsafe(32)
    table = Pool().get('erp.host.ticket').__table__()
    Transaction().connection.cursor().execute(*table.insert(
        [table.kind, table.token_hash, table.user, table.company, table.language, table.expires_at],
        [[kind, _hash(token), user, company, language, now_us() + life_us]]))
    return token


def redeem(token):
    """(user, company, language) of a one-time token, once; None afterwards."""
    return _take('delete from erp_host_ticket where kind = %s and token_hash = %s and expires_at > %s '
        'returning "user", company, language', 'open', token)


def session(token):
    return _take('select t."user", t.company, t.language from erp_host_ticket t join res_user u on u.id = t."user" '
        'where t.kind = %s and t.token_hash = %s and t.expires_at > %s and u.active and exists (select 1 from '
        '"res_user-company_company" c where c."user" = u.id and c.company = t.company)', 'session', token)


def end_session(token):
    _take('delete from erp_host_ticket where kind = %s and token_hash = %s and expires_at > %s returning "user"',
        'session', token)


def _take(sql, kind, token):
    if not token or len(token) > 100:
        return None
    cursor = Transaction().connection.cursor()
    cursor.execute(sql, (kind, _hash(token), now_us()))
    return cursor.fetchone()
