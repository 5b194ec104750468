# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around a host: connections that are lost or taken, locks, forks, copies of a database, odd input."""
import json
import logging
import multiprocessing
import os
import random
import sys
import threading
import time
import unittest
from unittest import mock

import psycopg2
import psycopg2.pool
from werkzeug.test import Client

from world import Pool, Transaction, TrytonCase, config, open_pool, server


class Faults(TrytonCase):
    def setUp(self):
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def client(self):
        from trytond.modules.erp_modules.tickets import new_ticket
        from trytond.wsgi import app
        with self.tryton(user=0):
            token = new_ticket('open', 1, self.company, 'en', 60_000_000)
        client = Client(app.wsgi_app)
        client.get('/%s/erp/open?token=%s' % (self.database, token))
        return client

    def test_without_a_connection_trytons_own_transaction_stays_what_it_is(self):
        from trytond import backend
        from trytond.modules.erp_modules.refusal import as_refusal
        with self.tryton() as pool:
            before = Transaction()
            for failure, name in ((psycopg2.OperationalError("gone"), 'UNAVAILABLE'), (psycopg2.pool.PoolError("all"), 'BUSY')):
                with mock.patch.object(backend.Database, 'get_connection', side_effect=failure):
                    with self.assertRaises(psycopg2.Error) as raised, self.callers.transaction(self.database):
                        pass
                    self.assertEqual(as_refusal(raised.exception).name, name)
                    self.assertEqual(pool.get('sales_leads.campaign')(1).rec_name, '#1')
                self.assertIs(Transaction(), before)
            self.assertEqual(pool.get('company.company')(self.company).rec_name, "Nordljus AB")

    def test_after_lost_connections_everything_goes_on(self):
        campaign = self.campaign("Cut")
        sale = self.sale([(1, '10.00')], campaign)
        for _ in range(2):
            server("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", self.database)
            end = time.monotonic() + 60
            while True:
                try:
                    self.worker.round()
                    self.action('campaign.list')
                    break
                except Exception as failure:
                    self.assertLess(time.monotonic(), end, repr(failure))
                    time.sleep(0.1)
        self.press('sale.sale', sale, 'quote', 'confirm')
        self.drain()
        self.assertEqual(self.results(campaign)[0], 1000)

    def test_a_child_is_not_held_up_by_a_lock_of_its_parents(self):
        contract = sys.modules['trytond.modules.erp_modules.contract']
        context = multiprocessing.get_context('fork')
        answer, question = context.Pipe(duplex=False)

        def child():
            question.send([lock.acquire(timeout=5) for lock in (self.catalogue._lock, contract._lock)])
            os._exit(0)
        taken, done = threading.Event(), threading.Event()

        def hold():
            with self.catalogue._lock, contract._lock:
                taken.set()
                done.wait(60)
        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait(60)
        process = context.Process(target=child)
        process.start()
        self.assertTrue(answer.poll(60))
        self.assertEqual(answer.recv(), [True, True])
        process.join()
        done.set()
        holder.join()

    def test_a_module_that_runs_does_not_wait_for_one_that_starts(self):
        catalogue = self.catalogue
        began, go_on, found = threading.Event(), threading.Event(), []

        def slow(database, name):
            began.set()
            go_on.wait(60)
            raise RuntimeError("never mind")

        def start():
            try:
                catalogue.of(self.database, 'another')
            except Exception as refused:
                found.append(refused)
        with mock.patch.object(catalogue, 'ModuleInstance', slow):
            starting = threading.Thread(target=start)
            starting.start()
            began.wait(60)
            asking = threading.Thread(target=lambda: found.append(catalogue.of(self.database)))
            asking.start()
            asking.join(30)
            done = list(found)
            go_on.set()
            starting.join()
            asking.join()
        self.assertEqual(done, [self.module])
        self.assertEqual(found[1].name, 'INTERNAL')

    def test_a_start_that_waits_for_its_own_transaction_gives_up(self):
        """The views are to be made again while this thread has a sale half written."""
        install = sys.modules['trytond.modules.erp_modules.install']
        sale = self.sale([(1, '10.00')])
        with self.tryton() as pool:
            pool.get('erp.host.module').write(pool.get('erp.host.module').search([]), {'schema_hash': 'old'})
            cursor = Transaction().connection.cursor()
            cursor.execute('drop index erp_host_sale_id')
        self.catalogue.stop_all()
        try:
            with self.tryton() as pool, mock.patch.object(install, 'LOCK_TIMEOUT', '300ms'):
                Sale = pool.get('sale.sale')
                Sale.write([Sale(sale)], {'description': "half"})
                with self.assertRaises(Exception) as refused:
                    self.catalogue.of(self.database)
                self.assertEqual(refused.exception.name, 'BUSY')
        finally:
            self.catalogue.stop_all()
            type(self).module = self.catalogue.of(self.database)
        self.drain()

    def test_what_hangs_on_the_views_is_named(self):
        install = sys.modules['trytond.modules.erp_modules.install']
        from trytond.modules.erp_modules.refusal import as_refusal
        with Transaction().start(self.database, 0) as transaction:
            cursor = transaction.connection.cursor()
            cursor.execute('create view their_own as select id from erp_order')
            cursor.execute("update erp_host_module set schema_hash = 'old'")
            transaction.commit()
        try:
            with self.assertRaises(psycopg2.Error) as raised:
                install.prepare(self.database, self.module.manifest)
            refusal = as_refusal(raised.exception)
            self.assertEqual((refusal.name, refusal.key), ('CONFLICT', 'database.depends'))
            self.assertIn('their_own', refusal.message)
        finally:
            with Transaction().start(self.database, 0) as transaction:
                transaction.connection.cursor().execute('drop view their_own')
                transaction.commit()
            install.prepare(self.database, self.module.manifest)

    def test_a_relay_before_any_module_has_run_stamps_nothing(self):
        relay = sys.modules['trytond.modules.erp_modules.work'].relay
        with self.tryton() as pool:
            cursor = Transaction().connection.cursor()
            cursor.execute('delete from erp_host_relay returning last_sequence')
            last, = cursor.fetchone()
        try:
            self.customer("Before")
            self.assertEqual(relay(self.database), 0)
        finally:
            with self.tryton():
                Transaction().connection.cursor().execute('insert into erp_host_relay (last_sequence) values (%s)', (last,))
        self.assertGreater(relay(self.database), 0)

    def test_a_fault_of_ours_does_not_end_the_worker(self):
        works = self.works
        stop, rounds = threading.Event(), []

        def once(worker):
            rounds.append(worker.database)
            if len(rounds) == 3:
                stop.set()
            raise TypeError("a fault of ours")
        with mock.patch.object(works.Worker, 'round', once), mock.patch.object(works, 'LONGEST_WAIT', 0.01), \
                mock.patch.object(works.catalogue, 'stop_all'), mock.patch.object(works, 'retire'):
            works.serve([self.database], stop)
        self.assertEqual(len(rounds), 3)

    def test_the_same_request_twice_at_once_is_answered_once(self):
        records = sys.modules['trytond.modules.erp_modules.extensions.records']
        from trytond.modules.erp_modules.refusal import as_refusal
        both, answers = threading.Barrier(2, timeout=60), []

        def make():
            both.wait()  # each has looked, and seen no answer
            return 7 + len(answers)

        def ask():
            try:
                with self.callers.transaction(self.database, self.operator, readonly=False) as cursor:
                    answers.append(records.once(cursor, self.operator, 'test', 'r-1', {'a': 1}, make))
            except Exception as failure:
                answers.append(as_refusal(failure).name)
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(map(str, answers)), ['7', 'BUSY'])
        with self.callers.transaction(self.database, self.operator, readonly=False) as cursor:
            self.assertEqual(records.once(cursor, self.operator, 'test', 'r-1', {'a': 1}, make), 7)

    def test_an_answer_is_kept_for_a_day(self):
        records, work = (sys.modules['trytond.modules.erp_modules.' + name] for name in ('extensions.records', 'work'))
        with self.callers.transaction(self.database, self.operator, readonly=False) as cursor:
            for request in ('old', 'new'):
                records.once(cursor, self.operator, 'day', request, {}, lambda: 1)
            cursor.execute("update erp_host_request set create_date = create_date - interval '25 hours' where request = 'old'")
        work.purge(self.database)
        self.assertEqual(self.sql("select request from erp_host_request where scope = 'day'"), [('new',)])

    def test_what_was_done_is_answered_even_if_nobody_is_told(self):
        hostlists = sys.modules['trytond.modules.erp_modules.hostlists']
        client = self.client()
        with mock.patch.object(hostlists, 'note_change', side_effect=psycopg2.OperationalError("gone")):
            answer = client.post('/api/actions/campaign.create', json={'title': "Done"})
        self.assertEqual(answer.status_code, 200)

    def test_open_pages_do_not_take_every_thread(self):
        web = sys.modules['trytond.modules.erp_modules.web']
        client = self.client()
        last = client.get('/api/changes').get_json()['seq']
        with mock.patch.object(web, '_seats', threading.BoundedSemaphore(1)), mock.patch.object(web, 'WAIT', 4):
            found = []

            def wait():
                found.append(client.get('/api/changes?after=%d' % last, multithread=True).get_json())
            seated = threading.Thread(target=wait)
            seated.start()
            end = time.monotonic() + 30
            while web._seats._value and time.monotonic() < end:
                time.sleep(0.01)
            other = client.get('/api/changes?after=%d' % last, multithread=True).get_json()
            self.assertEqual(other['retry_after'], 5)
            self.assertFalse(found)
            seated.join()
            self.assertNotIn('retry_after', found[0])
            self.assertEqual(web._seats._value, 1)

    def test_whatever_json_a_list_is_asked_with_is_no_fault_of_trytons(self):
        pick, client = random.Random(8), self.client()
        odd = [None, True, 0, -1, 2**70, 1.5, '', 'name', '\x00', '%', [], [1], ['name'], [[]], {}, {'a': 1}, 'WzEsIDJd', 'bnVsbA==']

        def value(depth=0):
            if depth < 2 and pick.random() < 0.3:
                return [{'field': pick.choice(['name', 'customer', 'number', value(2)]), 'value': value(1),
                        'op': pick.choice(['=', 'in', 'not_in', 'between', 'contains', '<', 'is_null', 'x', value(2)])}]
            return pick.choice(odd)
        seen = set()
        for _ in range(400):
            content = {'list': pick.choice(['customer', 'order', 'invoice', 'employee', value()])}
            for key in pick.sample(['filter', 'sort', 'limit', 'after', 'before', 'search', 'sums', 'group', 'ids', 'id', 'text'], 3):
                content[key] = value()
            name = pick.choice(['list.query', 'list.summary', 'list.lookup', 'list.record'])
            answer = client.post('/api/actions/' + name, data=json.dumps(content), content_type='application/json')
            seen.add(answer.status_code)
            self.assertIn(answer.status_code, (200, 400, 404), (name, content, answer.data))
        self.assertLessEqual({200, 400}, seen)


class Copies(TrytonCase):
    def test_a_copy_of_a_database_is_a_company_of_its_own(self):
        """As operators make them: create database … template …, on the same server."""
        campaign = self.campaign("Original")
        self.catalogue.stop_all()
        Pool.stop(self.database)
        from trytond import backend
        backend.Database(self.database).close()
        copy = self.database + '_copy'
        server('drop database if exists %s' % copy)
        server("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", self.database)
        server('create database %s template %s' % (copy, self.database))
        try:
            open_pool(copy)
            module = self.catalogue.of(copy)
            module.call_action(self.operator, 'campaign.create', {'title': "Copy"})
            titles = [one['title'] for one in json.loads(module.call_action(self.operator, 'campaign.list', {}))['campaigns']]
            self.assertEqual(sorted(titles), ["Copy", "Original"])
            work = self.works.Worker(copy)
            self.assertTrue(work.drain(60))
            owners = self.copy_sql(copy, "select distinct pg_get_userbyid(c.relowner) from pg_class c join pg_namespace n on "
                "n.oid = c.relnamespace where n.nspname = 'sales_leads'")
            self.assertEqual(owners, [('sales_leads_' + copy,)])
        finally:
            self.catalogue.stop_all()
            Pool.stop(copy)
            backend.Database(copy).close()
            server('drop database if exists %s with (force)' % copy)
            open_pool(self.database)
        type(self).module = self.catalogue.of(self.database)
        titles = [one['title'] for one in self.action('campaign.list')['campaigns']]
        self.assertEqual(titles, ["Original"])
        self.assertGreater(campaign, 0)

    def test_a_role_that_is_no_superuser_may_do_all_of_it(self):
        """As packaging/run-tryton sets Tryton's role up: it may make roles, and owns its databases."""
        access = sys.modules['trytond.modules.erp_modules.access']
        names = ['plain_tryton', 'plain_copy']
        uri = config.get('database', 'uri').replace('postgres@', 'plain_tryton@')

        def as_plain(database, run):
            connection = psycopg2.connect(uri.rstrip('/') + '/' + database)
            try:
                with connection, connection.cursor() as cursor:
                    return run(cursor)
            finally:
                connection.close()

        def first(cursor):
            for view in access.VIEWS:
                cursor.execute('create view %s as select 1 as id' % view)
            access._provide(cursor, 'plain_first', 'plain', 'x', 'plain_tryton', True)
            cursor.execute('set role plain_first')
            cursor.execute('create table plain.t (id bigint generated always as identity, n bigserial primary key)')
            cursor.execute('create view plain.v as select n from plain.t')
            cursor.execute('create sequence plain.s')
            cursor.execute("create function plain.f(bigint) returns bigint language sql as 'select 1::bigint'")
            cursor.execute('reset role')

        def second(cursor):
            access._provide(cursor, 'plain_second', 'plain', 'x', 'plain_copy', True)
            cursor.execute("select distinct pg_get_userbyid(c.relowner) from pg_class c join pg_namespace n on n.oid = "
                "c.relnamespace where n.nspname = 'plain' union select pg_get_userbyid(p.proowner) from pg_proc p join "
                "pg_namespace n on n.oid = p.pronamespace where n.nspname = 'plain'")
            owners = cursor.fetchall()
            cursor.execute("select has_database_privilege('plain_second', 'plain_copy', 'create')")
            return owners, cursor.fetchone()[0]

        def clean():
            for name in reversed(names):
                server('drop database if exists %s with (force)' % name)
            for role in ('plain_second', 'plain_first', 'plain_tryton'):
                server('drop role if exists %s' % role)
        clean()
        self.addCleanup(clean)
        server('create role plain_tryton login createdb createrole')
        server('create database plain_tryton owner plain_tryton')
        as_plain('plain_tryton', first)
        server('create database plain_copy owner plain_tryton template plain_tryton')
        self.assertEqual(as_plain('plain_copy', second), ([('plain_second',)], False))
        from trytond.modules.erp_modules.refusal import as_refusal
        server('drop database plain_copy')
        server('drop role plain_second')
        server('alter role plain_tryton nocreaterole')
        with self.assertRaises(psycopg2.Error) as raised:
            as_plain('plain_tryton', lambda cursor: access._provide(cursor, 'plain_third', 'third', 'x', 'plain_tryton', True))
        refusal = as_refusal(raised.exception)
        self.assertEqual((refusal.name, refusal.key), ('PERMISSION', 'database.role'))
        self.assertIn('CREATEROLE', refusal.message)

    def copy_sql(self, database, text):
        with Transaction().start(database, 0, readonly=True) as transaction:
            cursor = transaction.connection.cursor()
            cursor.execute(text)
            return cursor.fetchall()


if __name__ == '__main__':
    unittest.main()
