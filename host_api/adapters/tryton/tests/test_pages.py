# SPDX-License-Identifier: Apache-2.0
"""The modules' pages in Tryton's own web server: one-time tokens, sessions, whose pages may call, the renderer's files."""
import json
import unittest

from werkzeug.test import Client

from world import PROJECT, TrytonCase

MINUTE_US = 60 * 1_000_000


class WebPages(TrytonCase):
    def ticket(self, user=1, life_us=MINUTE_US):
        from trytond.modules.erp_modules.tickets import new_ticket
        with self.tryton(user=0):
            return new_ticket('open', user, self.company, 'sv', life_us)

    def client(self):
        from trytond.wsgi import app
        return Client(app.wsgi_app)

    def logged_in(self):
        client = self.client()
        answer = client.get('/%s/erp/open?token=%s&view=campaign.list' % (self.database, self.ticket()))
        self.assertEqual((answer.status_code, answer.headers['Location']), (303, '/app/v/campaign.list'))
        return client, answer.headers['Set-Cookie']

    def post(self, client, action, content, **options):
        options.setdefault('content_type', 'application/json')
        answer = client.post('/api/actions/' + action, data=json.dumps(content), **options)
        return answer.status_code, json.loads(answer.data)

    def test_a_token_is_good_once_and_for_a_minute(self):
        token, client = self.ticket(), self.client()
        url = '/%s/erp/open?token=' % self.database
        self.assertEqual(client.get(url + token).status_code, 303)
        self.assertEqual(client.get(url + token).status_code, 403)
        self.assertEqual(client.get(url + self.ticket(life_us=-1)).status_code, 403)
        self.assertEqual(client.get(url + 'x').status_code, 403)

    def test_the_cookie_is_for_this_server_and_no_script(self):
        _, cookie = self.logged_in()
        for word in ('HttpOnly', 'SameSite=Lax', 'Path=/'):
            self.assertIn(word, cookie)

    def test_a_view_of_another_site_is_no_target(self):
        answer = self.client().get('/%s/erp/open?token=%s&view=//evil.example' % (self.database, self.ticket()))
        self.assertEqual(answer.headers['Location'], '/app/')

    def test_who_is_not_logged_in_gets_nothing(self):
        client = self.client()
        for path in ('/api/me', '/api/menus', '/api/views', '/api/actions', '/api/reports/sales', '/api/changes', '/app/'):
            self.assertEqual(client.get(path).status_code, 401, path)
        self.assertEqual(self.post(client, 'campaign.list', {})[0], 401)

    def test_only_our_own_pages_may_call(self):
        client, _ = self.logged_in()
        self.assertEqual(self.post(client, 'campaign.list', {})[0], 200)
        for headers in ({'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'}):
            status, answer = self.post(client, 'campaign.list', {}, headers=headers)
            self.assertEqual((status, answer['error']['key']), (403, 'http.origin'))
        status, answer = self.post(client, 'campaign.list', {}, content_type='text/plain')
        self.assertEqual((status, answer['error']['key']), (400, 'http.content_type'))

    def test_refusals_are_in_the_users_language(self):
        client, _ = self.logged_in()
        status, answer = self.post(client, 'campaign.create', {})
        self.assertEqual((status, answer['error']['key']), (400, 'campaign.title.missing'))
        self.assertIn('saknas', answer['error']['message'])

    def test_who_am_i_and_what_may_i_see(self):
        client, _ = self.logged_in()
        me = json.loads(client.get('/api/me').data)
        self.assertEqual((me['user']['login'], me['company']['currency'], me['language']), ('admin', 'SEK', 'sv'))
        self.assertEqual(me['currencies']['JPY'], 0)
        titles = [entry['title'] for entry in json.loads(client.get('/api/menus').data)['menus'][0]['children']]
        self.assertIn('Kampanjer', titles)

    def test_every_entry_of_the_pages_menu_has_its_view(self):
        client, _ = self.logged_in()
        left, views = json.loads(client.get('/api/menus').data)['menus'], set()
        while left:
            entry = left.pop()
            left += entry['children']
            views |= {entry['view']} - {None}
        self.assertGreater(len(views), 20)
        told = {view['id'] for view in json.loads(client.get('/api/views').data)['views']}
        self.assertLessEqual(views, told)
        for view in sorted(views):
            answer = client.get('/api/views/' + view)
            self.assertEqual((answer.status_code, json.loads(answer.data)['id']), (200, view))

    def test_the_hosts_lists_go_by_pages_in_both_directions(self):
        for name in ("Berg", "Dal", "Ek", "Fors", "Gran"):
            self.customer(name)
        client, _ = self.logged_in()
        question = {'list': 'customer', 'limit': 2, 'sort': ['name']}
        forward, after = [], None
        while True:
            _, page = self.post(client, 'list.query', {**question, **({'after': after} if after else {})})
            forward.append([row['title'] for row in page['rows']])
            after = page['after']
            if not after:
                break
        names = sum(forward, [])
        self.assertEqual(names, sorted(names))
        self.assertEqual(len(names), len(set(names)))
        _, summary = self.post(client, 'list.summary', {'list': 'customer'})
        self.assertEqual(summary['total'], len(names))
        _, first = self.post(client, 'list.query', question)
        _, second = self.post(client, 'list.query', {**question, 'after': first['after']})
        _, back = self.post(client, 'list.query', {**question, 'before': second['before']})
        self.assertEqual(back['rows'], first['rows'])
        status, answer = self.post(client, 'list.query', {**question, 'filter': [{'field': 'x', 'op': '=', 'value': 1}]})
        self.assertEqual((status, answer['error']['key']), (400, 'list.field.unknown'))

    @unittest.skipUnless((PROJECT / 'host_api/web/dist/index.html').exists(), "the renderer is not built")
    def test_the_stock_renderers_files_are_served_unchanged(self):
        client, _ = self.logged_in()
        dist = PROJECT / 'host_api/web/dist'
        self.assertEqual(client.get('/app/v/campaign.list').data, (dist / 'index.html').read_bytes())
        self.assertEqual(client.get('/app/assets/app.js').data, (dist / 'app.js').read_bytes())
        for path in ('/app/assets/../../README.md', '/app/assets/nothing.js', '/app/assets/%2e%2e/package.json'):
            self.assertEqual(client.get(path).status_code, 404, path)


if __name__ == '__main__':
    unittest.main()
