# SPDX-License-Identifier: Apache-2.0
"""erp.events/1 and erp.jobs/1."""
import datetime

from ..callers import transaction
from ..money import UTC
from ..outbox import now_us
from ..refusal import Refusal
from .system import Extension

MOST_EVENTS = 4096


class Events(Extension):
    def slots(self):
        return {'fetch': self.fetch, 'horizon': self.horizon, 'publish': self.publish}

    def fetch(self, call, after, out, stride, capacity, count):
        caller = self.host.caller_of(call)
        if out == self.ffi.NULL or count == self.ffi.NULL or stride < 8:
            raise Refusal('INVALID_ARGUMENT', 'events.out', "out, count or stride is missing.")
        count[0] = 0
        with self.read() as cursor:
            cursor.execute('select purged_to from erp_host_event_head where company = %s', (caller.company,))
            purged = cursor.fetchone()
            if purged and after < purged[0]:
                raise Refusal('OUT_OF_RANGE', 'events.purged', "Events after %d were purged up to %d. Scan the views, "
                    "then follow from the head." % (after, purged[0]))
            cursor.execute(
                'select sequence, document, occurred_at, kind, from_state, to_state from erp_host_event '
                'where company = %s and sequence > %s order by sequence limit %s',
                (caller.company, after, min(capacity, MOST_EVENTS)))
            rows = cursor.fetchall()
        event = self.contract.sized('erp_event')
        # The caller's elements may be shorter or longer than ours; stride is the size of each.
        length = min(stride, self.ffi.sizeof('erp_event'))
        event.size, event.company = length, caller.company
        target = self.ffi.cast('char*', out)
        for at, (sequence, document, occurred_at, kind, from_state, to_state) in enumerate(rows):
            event.sequence, event.document, event.occurred_at_us = sequence, document, occurred_at
            self.contract.put(event.kind, kind)
            self.contract.put(event.from_state, from_state or '')
            self.contract.put(event.to_state, to_state or '')
            self.ffi.memmove(target + at * stride, event, length)
        count[0] = len(rows)

    def horizon(self, call, out):
        caller = self.host.caller_of(call)
        with self.read() as cursor:
            cursor.execute('select head from erp_host_event_head where company = %s', (caller.company,))
            head = cursor.fetchone()
            cursor.execute(
                'select sequence from erp_host_event where company = %s and sequence is not null '
                'order by sequence limit 1', (caller.company,))
            oldest = cursor.fetchone()
        filled = self.contract.sized('erp_event_horizon')
        filled.head = head[0] if head else 0
        filled.oldest = oldest[0] if oldest else filled.head + 1
        self.contract.copy_out(out, filled)

    def publish(self, call, kind, record):
        caller, name = self.host.caller_of(call), self.contract.text(kind)
        if not self.host.is_own(name) or len(name.encode()) > 31:
            raise Refusal('INVALID_ARGUMENT', 'event.kind.invalid',
                'kind "%s" does not begin with "%s.", or is longer than 31 bytes.' % (name, self.host.manifest.id))
        with self.read(caller, readonly=False) as cursor:
            cursor.execute(
                'insert into erp_host_event (company, kind, document, from_state, to_state, occurred_at) '
                "values (%s, %s, %s, '', '', %s)", (caller.company, name, record, now_us()))


class Jobs(Extension):
    def slots(self):
        return {'run_at': self.run_at, 'run_daily': self.run_daily, 'progress': self.progress, 'cancel': self.cancel}

    def _name(self, name):
        found = self.contract.text(name)
        if not found or len(found) > 100:
            raise Refusal('INVALID_ARGUMENT', 'job.name.invalid', "name is empty or longer than 100. Name the job.")
        return found

    def _write(self, caller, name, minute, at_us):
        # A daily job that stands already at the same minute keeps its next run.
        with self.read(caller, readonly=False) as cursor:
            cursor.execute(
                'insert into erp_host_job (module, company, name, daily_minute, next_at, permille, progress) '
                "values (%s, %s, %s, %s, %s, 0, '') on conflict (module, company, name) do update set next_at = case "
                'when excluded.daily_minute is not null and excluded.daily_minute = erp_host_job.daily_minute '
                'then erp_host_job.next_at else excluded.next_at end, daily_minute = excluded.daily_minute',
                (self.host.manifest.id, caller.company, name, minute, at_us))

    def run_at(self, call, name, at_us):
        self._write(self.host.caller_of(call), self._name(name), None, at_us)

    def run_daily(self, call, name, minute):
        caller = self.host.caller_of(call)
        if not 0 <= minute < 1440:
            raise Refusal('INVALID_ARGUMENT', 'job.minute.invalid',
                "minute %d is no minute of a day. Give 0 to 1439." % minute)
        self._write(caller, self._name(name), minute, next_daily(self.host.database, caller.company, minute))

    def progress(self, call, name, permille, text):
        caller = self.host.caller_of(call)
        with self.read(caller, readonly=False) as cursor:
            cursor.execute(
                'update erp_host_job set permille = %s, progress = %s where module = %s and company = %s and name = %s',
                (max(0, min(permille, 1000)), self.contract.text(text)[:500], self.host.manifest.id, caller.company,
                    self._name(name)))

    def cancel(self, call, name):
        caller = self.host.caller_of(call)
        with self.read(caller, readonly=False) as cursor:
            cursor.execute('delete from erp_host_job where module = %s and company = %s and name = %s',
                (self.host.manifest.id, caller.company, self._name(name)))


def next_daily(database, company, minute):
    """The next time that the company's clock shows this minute of the day, in microseconds."""
    from trytond.pool import Pool

    from ..money import zone_of
    with transaction(database):
        zone = zone_of(Pool().get('company.company')(company))
    now = datetime.datetime.now(UTC)
    day = now.astimezone(zone).date()
    for _ in range(2):
        at = datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60), zone)
        if at > now:
            break
        day += datetime.timedelta(days=1)
    return int(at.timestamp()) * 1_000_000
