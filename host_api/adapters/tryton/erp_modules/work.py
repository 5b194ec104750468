# SPDX-License-Identifier: Apache-2.0
"""Giving time to modules: the relay stamps committed events, then every company gets a slice, round robin.

    Worker(database).round()        one round; the seconds until the next
    Worker(database).drain(20)      until nothing is left or the seconds are over: Tryton's cron, tests

One process at a time works on a company: the module's lease decides, whoever else calls is told BUSY. So any number of
workers, and trytond-cron beside them, do no harm.
"""
import datetime
import logging
import time

import psycopg2

from trytond.pool import Pool

from . import catalogue
from .callers import SYSTEM, Caller, transaction
from .extensions.streams import next_daily
from .hostlists import KEEP_US
from .install import retire
from .outbox import now_us
from .refusal import Refusal

logger = logging.getLogger('erp.modules')
BUDGET_US = 200_000
LONGEST_WAIT = 1.0
BUSY_WAIT = 0.2
KEEP = datetime.timedelta(days=30)
PURGE_EVERY = 3600


def relay(database):
    """Sequences onto committed events, in a transaction of its own: no lower number can appear later. The number of
    events stamped; 0 also when another relay was at it."""
    try:
        with transaction(database, readonly=False) as cursor:
            cursor.execute('select 1 from erp_host_event where sequence is null limit 1')
            if not cursor.fetchone():
                return 0
        with transaction(database, readonly=False) as cursor:
            # The lock comes with the transaction's first statement, so with its snapshot: what is seen was committed
            # before, and nobody stamps beside it.
            cursor.execute('select id, last_sequence from erp_host_relay for update nowait')
            found = cursor.fetchone()
            if not found:
                return 0  # no module has run here yet: nobody reads
            relay_id, last = found
            cursor.execute(
                'with picked as (select id, row_number() over (order by id) as position from erp_host_event '
                'where sequence is null), stamped as (update erp_host_event e set sequence = %s + picked.position '
                'from picked where e.id = picked.id returning e.company, e.sequence) '
                'select company, max(sequence), count(*) from stamped group by company', (last,))
            heads = cursor.fetchall()
            count = sum(row[2] for row in heads)
            cursor.execute('update erp_host_relay set last_sequence = %s where id = %s', (last + count, relay_id))
            for company, head, _ in heads:
                cursor.execute(
                    'insert into erp_host_event_head (company, head, purged_to) values (%s, %s, 0) '
                    'on conflict (company) do update set head = greatest(erp_host_event_head.head, excluded.head)',
                    (company, head))
            cursor.execute('insert into erp_host_change (company, source, changed_at) '
                "select distinct company, replace(split_part(kind, '.', 1), 'offer', 'order'), %s "
                'from erp_host_event where sequence > %s', (now_us(), last))
            return count
    except (psycopg2.errors.LockNotAvailable, psycopg2.extensions.TransactionRollbackError):
        return 0


def purge(database):
    """Events and tombstones older than 30 days, answers to requests older than one. A younger event with a lower number
    keeps all from itself on."""
    limit = now_us() - int(KEEP.total_seconds()) * 1_000_000
    with transaction(database, readonly=False) as cursor:
        cursor.execute('select distinct company from erp_host_event where sequence is not null and occurred_at < %s',
            (limit,))
        for company, in cursor.fetchall():
            cursor.execute(
                'select coalesce((select min(sequence) from erp_host_event where company = %s and occurred_at >= %s), '
                '(select max(sequence) + 1 from erp_host_event where company = %s)) - 1', (company, limit, company))
            to = cursor.fetchone()[0]
            cursor.execute('delete from erp_host_event where company = %s and sequence <= %s', (company, to))
            cursor.execute('update erp_host_event_head set purged_to = %s where company = %s and purged_to < %s',
                (to, company, to))
        cursor.execute('delete from erp_host_tombstone where deleted_at < %s', (limit,))
        # A request's answer is given again for 24 hours.
        cursor.execute("delete from erp_host_request where create_date < now() at time zone 'utc' - interval '1 day'")
        cursor.execute('delete from erp_host_ticket where expires_at < %s', (now_us(),))
        cursor.execute('delete from erp_host_change where changed_at < %s', (now_us() - KEEP_US,))


class Worker:
    """One thread. Keeps when each company is to be called again."""

    def __init__(self, database):
        self.database = database
        self._next, self._backoff, self._purged = {}, {}, 0
        self.handled = self.parked = 0

    def companies(self):
        with transaction(self.database) as cursor:
            cursor.execute('select id from company_company order by id')
            return [id for id, in cursor.fetchall()]

    def round(self):
        if relay(self.database):
            self._next.clear()
            catalogue.wake(self.database)
        if time.monotonic() - self._purged > PURGE_EVERY:
            purge(self.database)
            self._purged = time.monotonic()
        more = False
        for module in catalogue.running(self.database):
            for company in self.companies():
                if time.monotonic() >= self._next.get((module.name, company), 0):
                    more = self._slice(module, company) or more
        now = time.monotonic()
        return 0 if more else max(0.0, min([LONGEST_WAIT / 4, *(at - now for at in self._next.values())]))

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._next.clear()
            before = self.handled
            if self.round() > 0 and self.handled == before and not self._busy():
                return True
        return False

    def _busy(self):
        now = time.monotonic()
        return any(now <= at <= now + BUSY_WAIT for at in self._next.values())

    def _slice(self, module, company):
        key = (module.name, company)
        caller = Caller(SYSTEM, company)
        try:
            job = self._due_job(module.name, company)
            outcome = module.work(caller, BUDGET_US, job)
            if outcome is None:
                self._next[key] = time.monotonic() + BUSY_WAIT
                return False
            more, retry_after_us, handled, parked = outcome
            self.handled, self.parked = self.handled + handled, self.parked + parked
            if job and not more:
                self._finish_job(module.name, company, job)
                more = True  # events may have waited behind it
            if self._backoff.pop(key, None) and not any(name == module.name for name, _ in self._backoff):
                catalogue.tell(self.database, module.name, '')
            wait = min(retry_after_us / 1e6 or LONGEST_WAIT, LONGEST_WAIT)
            self._next[key] = time.monotonic() + (0 if more else wait)
            return more
        except Refusal as refusal:
            wait = BUSY_WAIT
            if refusal.name != 'BUSY':
                logger.error("%s failed in work for company %d: %s", module.name, company, refusal)
                catalogue.tell(self.database, module.name, "work: %s" % refusal)
                wait = self._backoff[key] = min(self._backoff.get(key, 0.05) * 2, 30)
            self._next[key] = time.monotonic() + wait
            return False

    def _due_job(self, module, company):
        with transaction(self.database) as cursor:
            cursor.execute('select name from erp_host_job where module = %s and company = %s and next_at <= %s '
                'order by next_at, name limit 1', (module, company, now_us()))
            found = cursor.fetchone()
        return found[0] if found else ''

    def _finish_job(self, module, company, job):
        with transaction(self.database, readonly=False) as cursor:
            cursor.execute('select daily_minute from erp_host_job where module = %s and company = %s and name = %s '
                'and next_at <= %s', (module, company, job, now_us()))
            found = cursor.fetchone()
            if not found:
                return  # moved or cancelled by the job itself
            if found[0] is None:
                cursor.execute('delete from erp_host_job where module = %s and company = %s and name = %s',
                    (module, company, job))
            else:  # missed days are caught up by this one run
                cursor.execute('update erp_host_job set next_at = %s where module = %s and company = %s and name = %s',
                    (next_daily(self.database, company, found[0]), module, company, job))


def cron():
    """Tryton's own timetable, once a minute: enough for an installation that has no worker process."""
    from trytond.transaction import Transaction
    try:
        Worker(Transaction().database.name).drain(20)
    except Refusal as refusal:  # no module can run here: nothing to mail the administrator about every minute
        logger.warning("No time is given to modules: %s", refusal)


def serve(databases, stop):
    """A worker process: until `stop` is set. False when a module could not be started."""
    workers = []
    for name in databases:
        with transaction_of_start(name):
            Pool(name).init()
        retire(name, catalogue.names())
        workers.append(Worker(name))
    good = all(len(catalogue.running(name)) == len(catalogue.names()) for name in databases)
    while not stop.is_set():
        waits = []
        for worker in workers:
            try:
                waits.append(worker.round())
            except (Refusal, psycopg2.Error) as failure:
                logger.error("The worker of %s failed: %s", worker.database, failure)
                waits.append(LONGEST_WAIT)
            except Exception:  # a fault of ours in one database is no reason to leave the others without time
                logger.exception("The worker of %s failed.", worker.database)
                waits.append(LONGEST_WAIT)
        stop.wait(min(waits))
    catalogue.stop_all()
    return good


def transaction_of_start(database):
    from trytond.transaction import Transaction
    return Transaction().start(database, 0, readonly=True)
