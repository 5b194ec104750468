# SPDX-License-Identifier: Apache-2.0
"""Who stands behind a call: tokens that live as long as the call, and the host's transactions on their behalf."""
import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

from trytond.pool import Pool
from trytond.transaction import Transaction

from .refusal import Refusal

SYSTEM, OPERATOR, USER = 0, 1, 2
DENIED = {
    'en': "This needs the permission %s. Ask an administrator for a group that grants it.",
    'sv': "Detta kräver behörigheten %s. Be en administratör om en grupp som ger den.",
    'nb': "Dette krever rettigheten %s. Be en administrator om en gruppe som gir den."}


@dataclass
class Caller:
    kind: int
    company: int
    user: int = 0
    locale: str = 'en'
    correlation: str = ''
    _permissions: frozenset = field(default=None, repr=False)

    def may(self, permission):
        if self.kind == OPERATOR:
            return True
        if self.kind != USER:
            return False
        if self._permissions is None:
            self._permissions = permissions_of(self.user)
        return permission in self._permissions

    def require(self, permission):
        if not self.may(permission):
            raise Refusal('PERMISSION', 'permission.denied', DENIED.get(language_of(self.locale), DENIED['en']) % permission)


def permissions_of(user):
    cursor = Transaction().connection.cursor()
    cursor.execute(
        'select distinct p.name from erp_host_permission p join "res_user-res_group" g on g."group" = p."group" '
        'join res_user u on u.id = g."user" where u.id = %s and u.active and p.granted', (user,))
    return frozenset(name for name, in cursor.fetchall())


class Tokens:
    """Good for one call, on its thread, in its company."""

    def __init__(self):
        self._live, self._lock = {}, threading.Lock()

    @contextmanager
    def minted(self, caller):
        with self._lock:
            token = secrets.randbits(64) or 1
            self._live[token] = (caller, threading.get_ident())
        try:
            yield token
        finally:
            with self._lock:
                del self._live[token]

    def caller_of(self, ffi, call):
        if call == ffi.NULL:
            raise Refusal('INVALID_ARGUMENT', 'call.missing', "The call is missing.")
        with self._lock:
            caller, thread = self._live.get(call.token, (None, None))
        if caller is None:
            raise Refusal('PERMISSION', 'call.token',
                "The call's token is not one of this host, or its call has ended.")
        if thread != threading.get_ident():
            raise Refusal('WRONG_THREAD', 'call.thread',
                "The host may be called only on the thread of the call that is under way.")
        if call.company != caller.company:
            raise Refusal('PERMISSION', 'call.company',
                "The call's token is for company %d, not %d." % (caller.company, call.company))
        return caller


@contextmanager
def transaction(database, caller=None, readonly=True, as_user=False):
    """A transaction of the host's own beside whatever runs on this thread: what a module asks for is done when it is
    answered. With the caller's rights where `as_user`, else with Tryton's own."""
    user = caller.user if caller and as_user else 0
    context = {'_check_access': bool(as_user and user)}
    if caller:
        context['company'] = caller.company
        context['language'] = language_of(caller.locale)
    own = Transaction(new=True)
    try:
        started = own.start(database, user, readonly=readonly, context=context)
    except BaseException:
        # It would stay on top of the thread's transactions and hide the one that Tryton is in.
        if own in own._local.transactions:
            own._local.transactions.remove(own)
        raise
    with started:
        yield own.connection.cursor()


def language_of(locale):
    return {'nn': 'nb', 'no': 'nb'}.get(locale[:2], locale[:2])


def belongs(user, company):
    """A context is what a client says; which companies a user has, Tryton knows. In the current transaction."""
    cursor = Transaction().connection.cursor()
    cursor.execute('select 1 from "res_user-company_company" where "user" = %s and company = %s', (user, company))
    return cursor.fetchone() is not None


def employee_of(user):
    """The user's employee in the company of the transaction."""
    if not user:
        return None
    User = Pool().get('res.user')
    company = Transaction().context.get('company')
    for employee in User(user).employees:
        if employee.company.id == company:
            return employee
