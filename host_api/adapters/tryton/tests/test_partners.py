# SPDX-License-Identifier: Apache-2.0
"""Modules written from packaging/PARTNERS.md by copy and paste, beside sales_leads in one Tryton; and one that cannot run."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from world import CONFIG, PROJECT, TrytonCase

BLOCK = re.compile(r'^```(\w+) ?(\S*)\n(.*?)^```$', re.M | re.S)


def written_from_the_guide(folder):
    """Every file of the guide, and every library that it builds."""
    commands = []
    for language, name, text in BLOCK.findall((PROJECT / 'packaging/PARTNERS.md').read_text()):
        if name:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        elif language == 'sh':
            commands += [line for line in text.splitlines() if line.startswith('g++') and '-shared' in line]
    flags = '-I %s/host_api/include -I %s/host_api/sdk' % (PROJECT, PROJECT)
    for command in commands:
        subprocess.run(['bash', '-c', command], cwd=folder, check=True, env={**os.environ, 'CPPFLAGS': flags})
    return sorted(file.parent.name for file in folder.glob('*/manifest.yaml'))


@unittest.skipUnless(shutil.which('g++'), "g++ is not installed")
class Partners(TrytonCase):
    @classmethod
    def setUpClass(cls):
        if not CONFIG:
            raise unittest.SkipTest("TRYTON_TEST_CONFIG is not set; packaging/test-tryton sets it")
        from trytond.config import config
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.modules = cls.folder / 'modules'
        cls.modules.mkdir()
        cls.guide = cls.folder / 'guide'
        cls.guide.mkdir()
        cls.written = written_from_the_guide(cls.guide)
        for name in cls.written:
            shutil.copytree(cls.guide / name, cls.modules / name)
        stock = config.get('erp_modules', 'modules')
        (cls.modules / 'sales_leads').symlink_to(Path(stock) / 'sales_leads')
        broken = cls.modules / 'broken'
        shutil.copytree(cls.guide / 'hello', broken)
        text = (broken / 'manifest.yaml').read_text()
        (broken / 'manifest.yaml').write_text(text.replace('id: hello', 'id: broken').replace('min_minor: 0', 'min_minor: 9'))
        config.set('erp_modules', 'modules', str(cls.modules))
        cls.addClassCleanup(config.set, 'erp_modules', 'modules', stock)
        super().setUpClass()

    def states(self):
        return {name: (version, runs, problem) for name, version, runs, problem in self.catalogue.states(self.database)}

    def user(self, login):
        with self.tryton() as pool:
            user, = pool.get('res.user').create([{'login': login, 'name': login.title()}])
            return self.callers.Caller(self.callers.USER, self.company, user.id, 'sv')

    def test_they_run_beside_the_stock_module(self):
        self.assertEqual(self.written, ['hello', 'visits'])
        states = self.states()
        for name in [*self.written, 'sales_leads']:
            self.assertEqual(states[name][1:], (True, ''), name)
        self.assertIn('campaigns', self.action('campaign.list'))

    def test_their_actions_are_answered_and_their_rights_are_the_hosts(self):
        visits = self.catalogue.answering(self.database, 'actions', 'visits.list')
        self.assertEqual(json.loads(visits.call_action(self.operator, 'visits.list', {})), {'rows': []})
        with self.assertRaises(Exception) as refused:
            visits.call_action(self.user('vera'), 'visits.list', {})
        self.assertEqual((refused.exception.name, refused.exception.key), ('PERMISSION', 'permission.denied'))
        self.assertIn('behörigheten visits.view', refused.exception.message)
        hello = self.catalogue.of(self.database, 'hello')
        self.assertEqual(json.loads(hello.call_action(self.operator, 'hello.greet', {}))['company'], self.company)
        with self.assertRaises(Exception) as refused:
            self.catalogue.answering(self.database, 'actions', 'no.such')
        self.assertIn(refused.exception.name, ('NOT_FOUND', 'UNAVAILABLE'))

    def test_a_panel_is_kept(self):
        parts, = self.sql('select parts from erp_host_module where name = %s', 'visits')
        self.assertEqual([part['id'] for part in json.loads(parts[0])['parts']], ['visits.panel'])

    def test_one_that_cannot_run_is_told_of_and_hinders_nobody(self):
        version, runs, problem = self.states()['broken']
        self.assertFalse(runs)
        self.assertIn('1.9', problem)
        self.assertIn('1.0', problem)
        self.assertEqual(self.sql('select problem from erp_host_module where name = %s', 'broken'), [(problem,)])
        sale = self.sale([(1, '10.00')], self.campaign("Beside a broken one"))
        self.confirm(sale)
        self.drain()

    def test_the_views_stay_readable_for_every_module(self):
        import psycopg2
        for name in [*self.written, 'sales_leads']:
            connection = psycopg2.connect(self.catalogue.of(self.database, name).host.access.connection)
            try:
                connection.cursor().execute('select count(*) from erp_order')
            finally:
                connection.close()

    def test_one_that_is_taken_away_loses_its_menu_entries_and_gets_them_back(self):
        from trytond.modules.erp_modules.install import retire
        count = "select count(*) from erp_host_menu where module = 'sales_leads'"
        before, = self.sql(count)
        retire(self.database, self.written)
        self.assertEqual(self.sql(count), [(0,)])
        self.assertIn('not installed', self.sql("select problem from erp_host_module where name = 'sales_leads'")[0][0])
        self.catalogue.stop_all()
        type(self).module = self.catalogue.of(self.database)
        self.assertGreater(before[0], 10)
        self.assertEqual(self.sql(count), [before])
        self.assertEqual(self.states()['sales_leads'][1:], (True, ''))


if __name__ == '__main__':
    unittest.main()
