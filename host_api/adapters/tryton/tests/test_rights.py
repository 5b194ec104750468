# SPDX-License-Identifier: Apache-2.0
"""Who may what in Tryton, as its clients ask: a context says what it likes, companies and groups are Tryton's to tell."""
import unittest
from contextlib import contextmanager

from werkzeug.test import Client

from world import Pool, Transaction, TrytonCase


class Rights(TrytonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.as_client(1) as pool:
            party, = pool.get('party.party').create([{'name': "Sydljus AB"}])
            cls.foreign = pool.get('company.company').create([{
                        'party': party.id, 'currency': pool.get('company.company')(cls.company).currency.id}])[0].id
        cls.secret = cls.operator.__class__(cls.operator.kind, cls.foreign)
        cls.drain()

    @classmethod
    @contextmanager
    def as_client(cls, user, **context):
        """A request of Tryton's client: rights are checked, and the context is what the client sent."""
        context = {'company': cls.company, '_check_access': True, **context}
        with Transaction().start(cls.database, user, context=context) as transaction:
            yield Pool()
            transaction.commit()

    def user(self, login, group='seller'):
        with self.tryton() as pool:
            Data = pool.get('ir.model.data')
            user, = pool.get('res.user').create([{
                        'login': login, 'name': login.title(), 'company': self.company,
                        'companies': [('add', [self.company])],
                        'groups': [('add', [Data.get_id('erp_modules', 'group_' + group),
                                    Data.get_id('sale', 'group_sale')])]}])
            return user.id

    def click(self, user, **context):
        """The link behind the menu entry of the campaigns."""
        entry, = self.sql("select menu from erp_host_menu where name = 'sales_leads.campaigns'")
        with self.as_client(user, **context) as pool:
            Open = pool.get('erp.host.open', type='wizard')
            asked = {'active_model': 'ir.ui.menu', 'active_id': entry[0], 'active_ids': [entry[0]]}
            with Transaction().set_context(asked):
                session, start, _ = Open.create()
            with Transaction().set_context(asked, _check_access=False):  # as Tryton's RPC says of execute
                (action, _), = Open.execute(session, {}, start)['actions']
                return action['url']

    def follow(self, url):
        from trytond.wsgi import app
        client = Client(app.wsgi_app)
        return client, client.get('/' + url.split('/', 3)[3])

    def test_a_seller_opens_a_page_from_the_menu(self):
        client, answer = self.follow(self.click(self.user('stina')))
        self.assertEqual((answer.status_code, answer.headers['Location']), (303, '/app/v/campaign.list'))
        self.assertEqual(client.get('/api/me').get_json()['company']['name'], "Nordljus AB")

    def test_nobody_opens_a_page_in_a_company_that_is_not_theirs(self):
        from trytond.exceptions import UserError
        user = self.user('sten')
        for company in (self.foreign, None):
            with self.assertRaisesRegex(UserError, "one company"):
                self.click(user, company=company)

    def test_a_session_ends_with_the_right_to_its_company(self):
        user = self.user('stella')
        client, _ = self.follow(self.click(user))
        self.assertEqual(client.get('/api/me').status_code, 200)
        with self.tryton() as pool:
            User = pool.get('res.user')
            User.write([User(user)], {'company': None, 'companies': [('remove', [self.company])]})
        self.assertEqual(client.get('/api/me').status_code, 401)

    def test_a_form_shows_nothing_of_another_company(self):
        title = "Nobody's business"
        theirs = self.action('campaign.create', self.secret, title=title)['id']
        with self.as_client(self.user('styrbjorn'), company=self.foreign) as pool:
            Campaign = pool.get('sales_leads.campaign')
            self.assertEqual(Campaign(theirs).rec_name, '#%d' % theirs)
            self.assertEqual(Campaign.search([('rec_name', 'ilike', '%nobody%')]), [])
        with self.as_client(0, company=self.foreign) as pool:
            self.assertEqual(pool.get('sales_leads.campaign')(theirs).rec_name, title)

    def test_an_administrator_gives_and_takes_a_permission_and_the_menu_follows(self):
        user = self.user('sture', 'reader')
        entry, = self.sql("select menu, permission from erp_host_menu where name = 'sales_leads.campaigns'")
        with self.tryton() as pool:
            reader = pool.get('ir.model.data').get_id('erp_modules', 'group_reader')

        def sees():
            with self.as_client(user) as pool:
                return bool(pool.get('ir.ui.menu').search([('id', '=', entry[0])]))

        def grants(granted):
            with self.as_client(1) as pool:
                Permission = pool.get('erp.host.permission')
                found = Permission.search([('group', '=', reader), ('name', '=', entry[1])])
                if found:
                    Permission.write(found, {'granted': granted})
                else:
                    Permission.create([{'group': reader, 'name': entry[1], 'granted': granted}])
        grants(False)
        self.assertFalse(sees())
        grants(True)
        self.assertTrue(sees())
        grants(False)
        self.assertFalse(sees())

    def test_a_setting_is_an_administrators_to_make(self):
        before, = self.sql("select generation from erp_host_module where name = 'sales_leads'")
        with self.as_client(1) as pool:
            module, = pool.get('erp.host.module').search([('name', '=', 'sales_leads')])
            pool.get('erp.host.module.setting').create([{'module': module.id, 'name': 'x', 'value': '1'}])
        after, = self.sql("select generation from erp_host_module where name = 'sales_leads'")
        self.assertEqual(after[0], before[0] + 1)

    def test_nobody_reads_the_password_of_a_modules_role(self):
        from trytond.model.exceptions import AccessError
        password, = self.sql("select role_password from erp_host_module where name = 'sales_leads'")
        with self.as_client(1) as pool:
            Module = pool.get('erp.host.module')
            module, = Module.search([('name', '=', 'sales_leads')])
            self.assertEqual(Module.read([module.id], ['version'])[0]['version'], self.module.manifest.version)
            with self.assertRaises(AccessError):
                Module.read([module.id], ['role_password'])
            with self.assertRaises(AccessError):
                Module.search([('role_password', 'like', password[0][:4] + '%')])


if __name__ == '__main__':
    unittest.main()
