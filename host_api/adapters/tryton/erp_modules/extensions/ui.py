# SPDX-License-Identifier: Apache-2.0
"""erp.ui/1. Menus and parts are kept as the module gave them; Tryton's menu follows when the module is prepared."""
import json

from ..manifest import HOST_MENUS
from ..refusal import Refusal
from .system import Extension

LIMIT = 1 << 20
PAGES = ('customer', 'project', 'employee', 'order', 'invoice')


def entries(manifest, text, name):
    """The checked list of a synchronisation."""
    given = json.loads(text)
    if not isinstance(given, dict) or not str(given.get('schema', '')).startswith('1.'):
        raise Refusal('INVALID_ARGUMENT', name + '.invalid', "The %s are no JSON object of schema 1.x." % name)
    found = given.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refusal('INVALID_ARGUMENT', name + '.invalid', 'The list "%s" is missing.' % name)
    for one in found:
        if not str(one.get('id', '')).startswith(manifest.id + '.'):
            raise Refusal('INVALID_ARGUMENT', name + '.invalid',
                '"%s" does not begin with "%s.".' % (one.get('id'), manifest.id))
    return found


def check_menus(manifest, text):
    found = entries(manifest, text, 'menus')
    parents = {one['id']: one.get('parent') for one in found}
    if len(parents) != len(found):
        raise Refusal('INVALID_ARGUMENT', 'menus.invalid', "A menu stands there twice.")
    for one in found:
        titles = one.get('titles') or {}
        missing = [language for language in manifest.languages if not titles.get(language)]
        if missing:
            raise Refusal('INVALID_ARGUMENT', 'menus.invalid',
                "Menu %s has no title in %s; the manifest names that language." % (one['id'], missing[0]))
        at = one.get('parent')
        for _ in range(8):
            if at in HOST_MENUS or at is None:
                break
            at = parents.get(at)
        if at not in HOST_MENUS:
            raise Refusal('INVALID_ARGUMENT', 'menus.invalid', 'Menu %s: the parent "%s" is neither the host\'s nor '
                "the module's own, or lies deeper than 8 entries." % (one['id'], one.get('parent')))
    return found


def check_parts(manifest, text):
    found = entries(manifest, text, 'parts')
    for one in found:
        if one.get('page') not in PAGES or one.get('kind') not in ('panel', 'reference'):
            raise Refusal('INVALID_ARGUMENT', 'parts.invalid', 'Part %s: page "%s" and kind "%s" are not among %s and '
                "panel, reference." % (one['id'], one.get('page'), one.get('kind'), ', '.join(PAGES)))
    return found


class Ui(Extension):
    def slots(self):
        return {'sync_menus': self.sync_menus, 'sync_parts': self.sync_parts, 'set_badge': self.set_badge,
            'notify': self.notify}

    def _keep(self, column, json_text, check):
        text = self.contract.text(json_text)
        if len(text) > LIMIT:
            raise Refusal('INVALID_ARGUMENT', column + '.invalid', "The %s are longer than 1 MiB." % column)
        check(self.host.manifest, text)
        with self.read(readonly=False) as cursor:
            cursor.execute('update erp_host_module set %s = %%s where name = %%s' % column,
                (text, self.host.manifest.id))

    def sync_menus(self, json_text):
        self._keep('menus', json_text, check_menus)

    def sync_parts(self, json_text):
        self._keep('parts', json_text, check_parts)

    def set_badge(self, call, menu_id, count):
        caller, menu = self.host.caller_of(call), self.contract.text(menu_id)
        if not self.host.is_own(menu):
            raise Refusal('INVALID_ARGUMENT', 'menu_id.invalid', 'Menu "%s" is not the module\'s own.' % menu)
        with self.read(caller, readonly=False) as cursor:
            cursor.execute(
                'insert into erp_host_badge (company, menu, number) values (%s, %s, %s) '
                'on conflict (company, menu) do update set number = excluded.number', (caller.company, menu, count))

    def notify(self, call, user, message, url):
        caller = self.host.caller_of(call)
        text, link = self.contract.text(message)[:1000], self.contract.text(url)[:1000]
        with self.read(caller, readonly=False) as cursor:
            cursor.execute(
                'insert into erp_host_notice (company, "user", message, url, seen) '
                'select %s, u.id, %s, %s, false from res_user u where u.id = %s and u.active',
                (caller.company, text, link, user))
            if cursor.rowcount == 0:
                raise Refusal('NOT_FOUND', 'user.not_found', "There is no active user %d." % user)
