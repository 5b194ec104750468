# SPDX-License-Identifier: Apache-2.0
"""A user of Tryton's web client, as far as modules' pages go: clicks a menu entry, follows the link, calls the API."""
import http.cookiejar
import json
import urllib.error
import urllib.request

from proteus import Model


class Answer(Exception):
    """A refusal of the API."""

    def __init__(self, status, error):
        super().__init__(error.get('message', ''))
        self.status, self.key = status, error.get('key')


def click(config, menu):
    """The link behind a menu entry of Tryton: what its client opens in a new tab."""
    keyword, = config.get_proxy('ir.action.keyword').get_keyword('tree_open', ('ir.ui.menu', menu.id), config.context)
    wizard = config.get_proxy(keyword['wiz_name'], type='wizard')
    session, start, _ = wizard.create(config.context)
    context = dict(config.context, active_model='ir.ui.menu', active_id=menu.id, active_ids=[menu.id],
        action_id=keyword['id'])
    (action, _), = wizard.execute(session, {}, start, context)['actions']
    return action['url']


def menu(path):
    """By its path in the language of the session: "CRM / Campaigns"."""
    title = path.split(' / ')[-1]
    return [m for m in Model.get('ir.ui.menu').find([('name', '=', title)]) if m.complete_name == path][0]


class Pages:
    def __init__(self, url):
        self.base = url.split('/', 3)[0] + '//' + url.split('/', 3)[2]
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        with self._opener.open(url, timeout=30) as page:
            self.landed, self.page = page.url, page.read().decode()

    def _open(self, request):
        try:
            with self._opener.open(request, timeout=60) as found:
                return json.load(found)
        except urllib.error.HTTPError as failure:
            raise Answer(failure.code, json.load(failure).get('error', {})) from None

    def get(self, path):
        return self._open(self.base + path)

    def action(self, name, **content):
        return self._open(urllib.request.Request(self.base + '/api/actions/' + name,
                json.dumps(content).encode(), {'Content-Type': 'application/json'}))

    def report(self, name, **params):
        return self.get('/api/reports/%s?params=%s' % (name, urllib.request.quote(json.dumps(params))))
