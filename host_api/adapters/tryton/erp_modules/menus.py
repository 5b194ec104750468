# SPDX-License-Identifier: Apache-2.0
"""A module's menu entries in Tryton's menu: by technical id, so it may be done again at any time.

The host's own entries come from menu.xml. Titles stand in English, Swedish and Norwegian; whoever lacks an entry's
permission in every group does not see it. Clients keep the menu until the next log-in.
"""
import json

from trytond.pool import Pool
from trytond.transaction import Transaction

HOST = {  # technical id -> (record of menu.xml, titles)
    'administration': ('ir', 'menu_administration', None),
    'administration.settings': ('erp_modules', 'menu_settings', {'sv': 'Inställningar', 'nb': 'Innstillinger'}),
    'administration.settings.crm': ('erp_modules', 'menu_settings_crm', {'sv': 'CRM', 'nb': 'CRM'}),
    'crm': ('erp_modules', 'menu_crm', {'sv': 'CRM', 'nb': 'CRM'}),
    'crm.customers': ('erp_modules', 'menu_crm_customers', {'sv': 'Kundhantering', 'nb': 'Kundeoppfølging'})}
OPEN = ('erp_modules', 'wizard_open')
NOTICES = ('menu_notice', {'sv': 'Meddelanden', 'nb': 'Meldinger'})


def title_of(entry, language):
    """A manifest need not speak every language of Tryton's users."""
    titles = entry['titles']
    return titles.get(language) or titles.get('en') or next(iter(titles.values()))


def synchronise(manifest):
    """In the current transaction, with Tryton's own rights."""
    pool = Pool()
    Menu, Entry, Data = pool.get('ir.ui.menu'), pool.get('erp.host.menu'), pool.get('ir.model.data')
    with Transaction().set_context(_check_access=False, language='en'):
        at = {}
        for id, (module, record, titles) in HOST.items():
            at[id] = Menu(Data.get_id(module, record))
            _translate(at[id], titles or {})
        _translate(Menu(Data.get_id('erp_modules', NOTICES[0])), NOTICES[1])
        known = {entry.name: entry for entry in Entry.search([('module', '=', manifest.id)])}
        action = 'ir.action.wizard,%d' % Data.get_id(*OPEN)
        wanted = _entries(manifest)
        for one in wanted:
            parent = at[one['parent']]
            entry = known.pop(one['id'], None)
            values = {
                'name': title_of(one, 'en'), 'parent': parent.id, 'sequence': int(one.get('order') or 0),
                'action': action if one.get('view') else None}
            if entry:
                Menu.write([entry.menu], values)
            else:
                menu, = Menu.create([values])
                entry = Entry(module=manifest.id, name=one['id'], menu=menu)
            entry.view, entry.permission = one.get('view'), one.get('permission')
            entry.save()
            at[one['id']] = entry.menu
            _translate(entry.menu, one['titles'])
        Menu.delete([entry.menu for entry in known.values()])
        keep_rights()


def take_away(module):
    """All entries of a module that is gone."""
    pool = Pool()
    Menu, Entry = pool.get('ir.ui.menu'), pool.get('erp.host.menu')
    with Transaction().set_context(_check_access=False):
        entries = Entry.search([('module', '=', module)])
        left = [entry.menu for entry in entries]
        Entry.delete(entries)
        Menu.delete(left)


def keep_rights():
    """Each entry is shown to the groups that have its permission. Entries without one are everybody's. Tryton does it,
    whoever changed the permission: the entries are no user's to read."""
    with Transaction().set_context(_check_access=False):
        _keep_rights(Pool())


def _keep_rights(pool):
    Menu, Entry, Permission = pool.get('ir.ui.menu'), pool.get('erp.host.menu'), pool.get('erp.host.permission')
    groups = {}
    for permission in Permission.search([('granted', '=', True)]):
        groups.setdefault(permission.name, set()).add(permission.group.id)
    nobody = pool.get('ir.model.data').get_id('erp_modules', 'group_nobody')
    for entry in Entry.search([]):
        wanted = (groups.get(entry.permission) or {nobody}) if entry.permission else set()
        shown = {group.id for group in entry.menu.groups}
        if shown != wanted:  # only what differs: a group that is removed and added in one write is removed
            Menu.write([entry.menu], {'groups': [('remove', sorted(shown - wanted)), ('add', sorted(wanted - shown))]})


def _entries(manifest):
    """Parents first. What the module synchronised by itself goes before its manifest."""
    Module = Pool().get('erp.host.module')
    kept = [module.menus for module in Module.search([('name', '=', manifest.id)]) if module.menus]
    left = json.loads(kept[0])['menus'] if kept else list(manifest.menus)
    done, ordered = set(HOST), []
    while left:
        ready = [one for one in left if one['parent'] in done]
        if not ready:
            raise ValueError("menu %s hangs under %s, which is neither the host's nor the module's" % (
                    left[0]['id'], left[0]['parent']))
        ordered.extend(ready)
        done.update(one['id'] for one in ready)
        left = [one for one in left if one['id'] not in done]
    return ordered


def _translate(menu, titles):
    Menu = Pool().get('ir.ui.menu')
    for language in ('sv', 'nb'):
        if titles.get(language):
            with Transaction().set_context(language=language):
                Menu.write([Menu(menu.id)], {'name': titles[language]})
