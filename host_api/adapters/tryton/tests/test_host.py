# SPDX-License-Identifier: Apache-2.0
"""Tryton as a host by the contract: rights, tokens, threads, forks, what comes out of the slots, several processes."""
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

from world import ADAPTER, CONFIG, Pool, Transaction, TrytonCase


class Host(TrytonCase):
    """The slots, called through their C tables as a module calls them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract, cls.ffi = cls.module.contract, cls.module.ffi

    def table(self, id, type_name):
        name, keep = self.contract.borrowed(id)
        found = self.module.host.struct.get_extension(self.module.host.struct.ctx, name)
        self.assertNotEqual(found, self.ffi.NULL, id)
        return self.ffi.cast(type_name + ' const*', found)

    def refused(self, run):
        """(status, key) of a slot's refusal."""
        error = self.contract.sized('erp_error')
        status = run(error)
        self.assertNotEqual(status, 0)
        self.assertEqual(error.code, status)
        self.assertTrue(self.contract.got(error.message))
        return status, self.contract.got(error.key)

    def text(self, run):
        parts = []
        write = self.ffi.callback('erp_status(void*, char const*, uint32_t)',
            lambda ctx, data, length: parts.append(bytes(self.ffi.buffer(data, length))) or 0, error=-16)
        sink = self.contract.sized('erp_sink')
        sink.write = write
        error = self.contract.sized('erp_error')
        self.assertEqual(run(sink, error), 0, self.contract.got(error.message))
        return json.loads(b''.join(parts).decode())

    def user(self, login, group=None):
        with self.tryton() as pool:
            Data = pool.get('ir.model.data')
            groups = [('add', [Data.get_id('erp_modules', 'group_' + group)])] if group else []
            groups.append(('add', [Data.get_id('sale', 'group_sale')]))
            user, = pool.get('res.user').create([{
                        'login': login, 'name': login.title(), 'company': self.company,
                        'companies': [('add', [self.company])], 'groups': groups}])
            return self.callers.Caller(self.callers.USER, self.company, user.id)

    def test_who_has_no_group_may_nothing_and_who_has_may(self):
        nobody, seller = self.user('nina', None), self.user('stig', 'seller')
        with self.assertRaises(Exception) as refused:
            self.action('campaign.list', nobody)
        self.assertEqual(refused.exception.name, 'PERMISSION')
        self.assertIn('campaigns', self.action('campaign.list', seller))
        with self.assertRaises(Exception) as refused:
            self.action('campaign.create', seller, title="Not mine to make")
        self.assertEqual(refused.exception.name, 'PERMISSION')

    def test_a_token_is_good_for_its_call_its_thread_and_its_company(self):
        money = self.table('erp.money/1', 'erp_money')
        out = self.ffi.new('char[4]')
        call = self.contract.sized('erp_call')
        call.company = self.company
        ask = lambda error: money.company_currency(money.ctx, call, out, error)  # noqa: E731
        call.token = 42
        self.assertEqual(self.refused(ask), (self.contract.ERP_PERMISSION, 'call.token'))
        with self.module._call(self.operator) as good:
            call.token = good.token
            self.assertEqual(ask(self.ffi.NULL), 0)
            self.assertEqual(self.ffi.string(out), b'SEK')
            call.company = self.company + 1
            self.assertEqual(self.refused(ask), (self.contract.ERP_PERMISSION, 'call.company'))
            call.company = self.company
            found = []
            other = threading.Thread(target=lambda: found.append(self.refused(ask)))
            other.start()
            other.join()
            self.assertEqual(found, [(self.contract.ERP_WRONG_THREAD, 'call.thread')])
        self.assertEqual(self.refused(ask), (self.contract.ERP_PERMISSION, 'call.token'))

    def test_nothing_is_raised_across_the_border(self):
        clock = self.table('erp.clock/1', 'erp_clock')
        config = self.table('erp.config/1', 'erp_config')
        out = self.contract.sized('erp_company_time')
        self.assertEqual(self.refused(lambda e: clock.company_time(clock.ctx, 10**9, out, e)),
            (self.contract.ERP_NOT_FOUND, 'company.not_found'))
        out.size = 0
        self.assertEqual(self.refused(lambda e: clock.company_time(clock.ctx, self.company, out, e))[0],
            self.contract.ERP_INVALID_ARGUMENT)
        bad = self.ffi.new('erp_str*')
        memory = self.ffi.new('char[]', b'\xff\xfe')
        bad.data, bad.len = memory, 2
        sink = self.contract.sized('erp_sink')
        self.assertEqual(self.refused(lambda e: config.get(config.ctx, bad[0], sink, e))[0],
            self.contract.ERP_INVALID_ARGUMENT)
        system = sys.modules['trytond.modules.erp_modules.extensions.system']
        broken, system.transaction = system.transaction, None  # a fault of our own: TypeError inside the slot
        try:
            status = clock.company_time(clock.ctx, self.company, self.contract.sized('erp_company_time'), self.ffi.NULL)
        finally:
            system.transaction = broken
        self.assertEqual(status, self.contract.ERP_INTERNAL)

    def test_views_and_typed_calls_agree(self):
        campaign = self.campaign("Both ways")
        sale = self.sale([(2, '10.00'), (1, '0.99')], campaign)
        self.confirm(sale)
        invoice, = self.invoices_of(sale)
        documents, directory = self.table('erp.documents/1', 'erp_documents'), self.table('erp.directory/1', 'erp_directory')
        customer = self.customer('Acme')
        with self.module._call(self.operator) as call:
            for kind, id in (('order', sale), ('invoice', invoice)):
                name, keep = self.contract.borrowed(kind)
                read = self.text(lambda sink, e: documents.read(documents.ctx, call, name, id, sink, e))
                row, = self.sql('select to_jsonb(t) from erp_%s t where id = %%s' % kind, id)
                lines = self.sql('select to_jsonb(t) from erp_{0}_line t where {0}_id = %s '
                    'order by line_no, id'.format(kind), id)
                self.assertEqual({key: read[key] for key in row[0]}, row[0])
                self.assertEqual([{key: line[key] for key in row[0]} for line, row in zip(read['lines'], lines)],
                    [row[0] for row in lines])
                self.assertEqual([(r['ref_kind'], r['ref_id']) for r in read['references']],
                    [('sales_leads.campaign', campaign)])
            for kind, id in (('customer', customer), ('company', self.company), ('employee', 1)):
                name, keep = self.contract.borrowed(kind)
                read = self.text(lambda sink, e: directory.read(directory.ctx, call, name, id, sink, e))
                row, = self.sql('select to_jsonb(t) from erp_%s t where id = %%s' % kind, id)
                self.assertEqual(read, row[0])
            name, keep = self.contract.borrowed('customer')
            text, keep_text = self.contract.borrowed('ac')
            found = self.text(lambda sink, e: directory.search(directory.ctx, call, name, text, 10, sink, e))
            self.assertEqual([one['id'] for one in found], [customer])

    def test_a_customer_is_made_once_per_request(self):
        directory = self.table('erp.directory/1', 'erp_directory')
        id = self.ffi.new('int64_t*')

        def make(request, content):
            source, keep = self.module._source(json.dumps(content))
            name, keep_name = self.contract.borrowed(request)
            error = self.contract.sized('erp_error')
            with self.module._call(self.operator) as call:
                status = directory.create_customer(directory.ctx, call, name, source, id, error)
            return status, id[0], self.contract.got(error.key)
        content = {'name': "Nya Kunden", 'organisation_number': '556000-0001', 'contacts': [
                {'name': "Eva Ek", 'email': 'eva@example.com', 'phone': '+46 8 123 456 78'}]}
        status, first, key = make('request-1', content)
        self.assertEqual((status, key), (0, ''))
        self.assertEqual(make('request-1', content)[:2], (0, first))
        self.assertEqual(make('request-1', {'name': "Another"})[0], self.contract.ERP_CONFLICT)
        self.assertEqual(self.sql('select name, organisation_number from erp_customer where id = %s', first),
            [("Nya Kunden", '556000-0001')])
        contacts = self.sql('select name, email, phone from erp_contact where customer_id = %s', first)
        self.assertEqual([(name, email) for name, email, _ in contacts], [("Eva Ek", 'eva@example.com')])
        self.assertIn('8', contacts[0][2])

    def test_a_draft_order_is_made_with_its_references(self):
        documents = self.table('erp.documents/1', 'erp_documents')
        campaign, id = self.campaign("From us"), self.ffi.new('int64_t*')
        source, keep = self.module._source(json.dumps({
                    'customer': self.customer('Acme'), 'currency': 'SEK', 'lines': [{'description': "Work", 'net': 12345}],
                    'references': [{'kind': 'sales_leads.campaign', 'id': campaign}]}))
        request, keep_request = self.contract.borrowed('order-1')
        error = self.contract.sized('erp_error')
        with self.module._call(self.operator) as call:
            status = documents.create_draft_order(documents.ctx, call, request, source, id, error)
        self.assertEqual(status, 0, self.contract.got(error.message))
        self.assertEqual(self.sql('select o.state, l.net_minor, r.ref_id from erp_order o join erp_order_line l on '
                'l.order_id = o.id join erp_document_ref r on r.document_id = o.id and r.document_kind = %s where o.id = %s',
                'order', id[0]), [('draft', 12345, campaign)])

    def test_a_suppliers_invoice_is_no_document(self):
        supplier = self.customer('Supplier')
        with self.tryton() as pool:
            Invoice = pool.get('account.invoice')
            company = pool.get('company.company')(self.company)
            journal, = pool.get('account.journal').search([('type', '=', 'expense')], limit=1)
            party = pool.get('party.party')(supplier)
            invoice = Invoice(company=company, type='in', party=party, currency=company.currency, journal=journal,
                account=party.account_payable_used, invoice_address=party.addresses[0])
            invoice.save()
            fields = Invoice.fields_get(['erp_campaign', 'erp_project'])
            for name in fields:
                self.assertIn('invisible', fields[name]['states'], name)
        documents = self.table('erp.documents/1', 'erp_documents')
        kind, keep = self.contract.borrowed('invoice')
        ref, keep_ref = self.contract.borrowed('sales_leads.campaign')
        with self.module._call(self.operator) as call:
            self.assertEqual(self.refused(lambda e: documents.set_reference(documents.ctx, call, kind, invoice.id, 0, ref, 1, e)),
                (self.contract.ERP_NOT_FOUND, 'invoice.not_found'))

    def test_a_child_makes_its_own_instance_and_leaves_its_parents_alone(self):
        context, parent = multiprocessing.get_context('fork'), self.module
        answer, question = context.Pipe(duplex=False)

        def child():
            try:
                own = self.catalogue.of(self.database)
                question.send((own is parent, own.pid == os.getpid(), json.loads(own.health())['state']))
            except BaseException as failure:
                question.send(repr(failure))
            finally:
                os._exit(0)
        process = context.Process(target=child)
        process.start()
        self.assertTrue(answer.poll(120), "the child did not come to an end")
        self.assertEqual(answer.recv(), (False, True, 0))
        process.join()
        self.assertIs(self.catalogue.of(self.database), parent)
        self.assertEqual(json.loads(parent.health())['state'], 0)

    def test_menu_entries_stand_once_however_often_they_are_synchronised(self):
        def entries():
            return self.sql('select m.id, m.name, m.parent from erp_host_menu e join ir_ui_menu m on m.id = e.menu '
                'order by m.id')
        before = entries()
        self.assertGreater(len(before), 10)
        menus = sys.modules['trytond.modules.erp_modules.menus']
        with self.tryton(user=0):
            menus.synchronise(self.module.manifest)
        self.assertEqual(entries(), before)
        seen = self.sql("select distinct t.lang from ir_translation t join erp_host_menu e on e.menu = t.res_id where "
            "t.name = 'ir.ui.menu,name' and t.value in ('Kampanjer', 'Leadhantering', 'Leadoppfølging') order by t.lang")
        self.assertEqual(seen, [('nb',), ('sv',)])

    def test_the_modules_role_may_read_the_views_and_nothing_of_trytons(self):
        import psycopg2
        connection = psycopg2.connect(self.module.host.access.connection)
        try:
            cursor = connection.cursor()
            cursor.execute('select count(*) from erp_order')
            for forbidden in ('select * from sale_sale', 'select * from erp_host_module', "update res_user set login = 'x'"):
                with self.assertRaises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(forbidden)
                connection.rollback()
        finally:
            connection.close()

    def test_what_a_manifest_may_not_say(self):
        import tempfile
        from trytond.modules.erp_modules.manifest import Manifest
        from trytond.modules.erp_modules.refusal import Refusal
        good = 'schema: 1\nid: probe\nversion: 1.0.0\nabi: {major: 1, min_minor: 0}\nlibrary: {linux-x86_64: x.so}\n'
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, 'manifest.yaml')
            for text, what in ((good + 'what: 1\n', 'unknown key'), (good + 'id: other\n', 'twice'),
                    (good + 'titles: &t {en: A}\nmenus: []\n', 'anchors'), (good.replace('probe', 'Probe!'), 'lower-case')):
                with open(file, 'w') as opened:
                    opened.write(text)
                with self.assertRaisesRegex(Refusal, what):
                    Manifest(folder)
            with open(file, 'w') as opened:
                opened.write(good)
            Manifest(folder)
            os.chmod(file, 0o666)
            with self.assertRaisesRegex(Refusal, 'every user may write'):
                Manifest(folder)


class Processes(TrytonCase):
    """Two worker processes and this one on one database, one of them killed while documents are posted."""

    def worker_process(self):
        return subprocess.Popen(
            [sys.executable, '-W', 'ignore', str(ADAPTER / 'bin/trytond-erp-modules'), '-c', CONFIG, '-d', self.database],
            stderr=subprocess.DEVNULL)

    def test_two_worker_processes_and_a_killed_one_give_each_amount_once(self):
        workers = [self.worker_process(), self.worker_process()]
        try:
            campaign, total = self.campaign("Many hands"), 0
            for number in range(6):
                sale = self.sale([(1, '%d.50' % (100 + number))], campaign)
                self.confirm(sale)
                self.post(self.invoices_of(sale)[0])
                total += (100 + number) * 100 + 50
                if number == 3:
                    workers[0].send_signal(signal.SIGKILL)
                    workers[0].wait()
            end = time.monotonic() + 90
            while self.results(campaign) != (total, total, 0) and time.monotonic() < end:
                time.sleep(0.5)
            self.assertEqual(self.results(campaign), (total, total, 0))
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()

    def test_trytons_own_timetable_gives_time_too(self):
        """An installation that has trytond-cron and no worker process."""
        campaign = self.campaign("By the timetable")
        sale = self.sale([(1, '70.00')], campaign)
        self.press('sale.sale', sale, 'quote', 'confirm')
        self.assertEqual(self.results(campaign), (0, 0, 0))
        with self.tryton() as pool:
            Cron = pool.get('ir.cron')
            Cron.write(Cron.search([('method', '=', 'erp.host.timetable|run')]), {'next_call': None})
        Pool(self.database).get('ir.cron').run(self.database)
        self.assertEqual(self.results(campaign), (7000, 0, 0))

    def test_an_event_that_was_committed_late_is_not_lost(self):
        """The relay stamps what is committed: a lower id that commits last gets the higher number."""
        first = Transaction(new=True)
        with first.start(self.database, 1, context={'company': self.company, '_check_access': False}) as slow:
            party, = Pool().get('party.party').create([{'name': "Slow"}])
            from trytond.modules.erp_modules.outbox import outbox
            outbox().commit(slow)  # its row has its id, and is not committed
            done = threading.Thread(target=lambda: self.customer("Quick"))
            done.start()
            done.join()
            self.drain()
            slow.commit()
        self.drain()
        names = [name for name, in self.sql("select c.name from erp_event e join erp_customer c on c.id = e.document_id "
                "where e.kind = 'customer.changed' and c.name in ('Slow', 'Quick') group by c.name "
                'order by min(e.sequence)')]
        self.assertEqual(names, ["Quick", "Slow"])
        self.assertEqual(self.sql('select count(*) from erp_host_event where sequence is null'), [(0,)])


if __name__ == '__main__':
    unittest.main()
