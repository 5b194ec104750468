# SPDX-License-Identifier: Apache-2.0
"""erp.log/1, erp.clock/1, erp.config/1, erp.database/1, erp.identity/1, erp.money/1."""
import datetime
import logging
import time
from decimal import Decimal

from trytond.pool import Pool

from ..callers import USER, employee_of, transaction
from ..refusal import Refusal

LEVELS = {0: logging.DEBUG, 1: logging.INFO, 2: logging.WARNING}
SECRETS = ('password', 'secret', 'token', 'connection', 'credential')
EPOCH = datetime.date(1970, 1, 1)
MODULE_SESSIONS = 4


class Extension:
    def __init__(self, host):
        self.host, self.contract, self.ffi = host, host.contract, host.ffi

    def read(self, caller=None, **options):
        return transaction(self.host.database, caller, **options)


class Log(Extension):
    def slots(self):
        self.logger = logging.getLogger('erp.modules.' + self.host.manifest.id)
        return {'write': self.write}

    def write(self, level, message, pairs, count):
        words = [self.contract.text(message)[:8192]]
        for i in range(min(count, 64) if pairs != self.ffi.NULL else 0):
            name = self.contract.text(pairs[i].name)
            secret = any(word in name.lower() for word in SECRETS)
            words.append('%s=%r' % (name, '***' if secret else self.contract.text(pairs[i].value)))
        self.logger.log(LEVELS.get(level, logging.ERROR), '%s', ' '.join(words))


class Clock(Extension):
    def slots(self):
        return {'now_us': self.now_us, 'monotonic_us': self.monotonic_us, 'company_time': self.company_time}

    def now_us(self):
        return time.time_ns() // 1000

    def monotonic_us(self):
        return time.monotonic_ns() // 1000

    def company_time(self, company, out):
        with self.read() as cursor:
            cursor.execute('select time_zone, fiscal_year_start_month from erp_company where id = %s', (company,))
            found = cursor.fetchone()
        if not found:
            raise Refusal('NOT_FOUND', 'company.not_found', "There is no company %d." % company)
        filled = self.contract.sized('erp_company_time')
        self.contract.put(filled.time_zone, found[0])
        filled.fiscal_year_start_month = found[1]
        self.contract.copy_out(out, filled)


class Config(Extension):
    def slots(self):
        return {'get': self.get, 'generation': self.generation}

    def get(self, key, out):
        name = self.contract.text(key)
        with self.read() as cursor:
            cursor.execute(
                'select s.value from erp_host_module_setting s join erp_host_module m on m.id = s.module '
                'where m.name = %s and s.name = %s', (self.host.manifest.id, name))
            found = cursor.fetchone()
        if not found or found[0] is None:
            raise Refusal('NOT_FOUND', 'config.not_set', 'The operator has set no value for "%s".' % name)
        return self.contract.write_out(out, found[0])

    def generation(self):
        with self.read() as cursor:
            cursor.execute('select generation from erp_host_module where name = %s', (self.host.manifest.id,))
            found = cursor.fetchone()
        return found[0] or 0 if found else 0


class Database(Extension):
    def slots(self):
        access = self.host.access
        self.texts = [self.contract.borrowed(text) for text in (access.connection, '', access.schema, '')]
        return {'info': self.info}

    def info(self, out):
        filled = self.contract.sized('erp_database_info')
        filled.backend = self.contract.ERP_BACKEND_POSTGRESQL
        filled.connection, filled.read_replica, filled.schema, filled.prefix = (text for text, _ in self.texts)
        filled.views_version, filled.max_sessions = 1, MODULE_SESSIONS
        self.contract.copy_out(out, filled)


class Identity(Extension):
    def slots(self):
        return {'whoami': self.whoami, 'check': self.check}

    def whoami(self, call, out):
        caller = self.host.caller_of(call)
        filled = self.contract.sized('erp_actor')
        filled.kind, filled.user = caller.kind, caller.user
        if caller.kind == USER:
            with self.read(caller):
                User = Pool().get('res.user')
                found = User.search([('id', '=', caller.user)])
                if not found:
                    raise Refusal('PERMISSION', 'user.not_found', "The user behind the call is not active any more.")
                employee = employee_of(caller.user)
                filled.employee = employee.id if employee else 0
                self.contract.put(filled.login, found[0].login)
                self.contract.put(filled.name, found[0].name or found[0].login)
        self.contract.copy_out(out, filled)

    def check(self, call, permission):
        caller, name = self.host.caller_of(call), self.contract.text(permission)
        if caller._permissions is None and caller.kind == USER:
            with self.read(caller):
                caller.may(name)
        caller.require(name)


class Money(Extension):
    def slots(self):
        return {'exponent': self.exponent, 'company_currency': self.company_currency, 'rate': self.rate}

    def exponent(self, currency, out):
        code = self.contract.text(currency)
        with self.read() as cursor:
            cursor.execute('select digits from currency_currency where code = %s order by active desc, id limit 1',
                (code,))
            found = cursor.fetchone()
        if not found:
            raise Refusal('NOT_FOUND', 'currency.unknown', '"%s" is no currency of this Tryton.' % code)
        out[0] = found[0]

    def company_currency(self, call, out):
        caller = self.host.caller_of(call)
        with self.read() as cursor:
            cursor.execute('select currency from erp_company where id = %s', (caller.company,))
            found = cursor.fetchone()
        self.ffi.memmove(out, (found[0] if found else '').encode()[:3].ljust(4, b'\0'), 4)

    def rate(self, call, currency, day, out):
        caller, code = self.host.caller_of(call), self.contract.text(currency)
        with self.read() as cursor:
            cursor.execute(
                'select units, exponent, rate_date from erp_currency_rate where company_id = %s and currency = %s '
                'and rate_date <= %s order by rate_date desc limit 1', (caller.company, code, day))
            found = cursor.fetchone()
        if not found:
            raise Refusal('NOT_FOUND', 'rate.missing', "There is no rate of %s on or before %s. Set one at the currency."
                % (code, EPOCH + datetime.timedelta(days=day)))
        filled = self.contract.sized('erp_rate')
        filled.units, filled.exponent, filled.date = (int(Decimal(n)) for n in found)
        self.contract.copy_out(out, filled)
