# SPDX-License-Identifier: Apache-2.0
"""Pages without the renderer: why somebody sees nothing, and the menu as plain links where it is not installed."""
from html import escape

from werkzeug.wrappers import Response

from . import catalogue
from .asking import SAFE
from .menus import HOST, title_of
from .refusal import Refusal

WORDS = {
    401: {'en': ("Please open this page from Tryton's menu.", "Your log-in here has ended."),
        'sv': ("Öppna sidan från Trytons meny.", "Din inloggning här har tagit slut."),
        'nb': ("Åpne siden fra Trytons meny.", "Innloggingen din her er utløpt.")},
    403: {'en': ("This link has been used or is too old.", "Open the page from Tryton's menu again."),
        'sv': ("Länken är använd eller för gammal.", "Öppna sidan från Trytons meny igen."),
        'nb': ("Lenken er brukt eller for gammel.", "Åpne siden fra Trytons meny på nytt.")},
    'none': {'en': "The renderer's files are not installed; see [erp_modules] web.",
        'sv': "Sidornas filer är inte installerade; se [erp_modules] web.",
        'nb': "Filene til sidene er ikke installert; se [erp_modules] web."}}
TITLES = {
    'administration': {'en': "Administration", 'sv': "Administration", 'nb': "Administrasjon"},
    'administration.settings': {'en': "Settings", 'sv': "Inställningar", 'nb': "Innstillinger"},
    'administration.settings.crm': {'en': "CRM", 'sv': "CRM", 'nb': "CRM"},
    'crm': {'en': "CRM", 'sv': "CRM", 'nb': "CRM"},
    'crm.customers': {'en': "Customers", 'sv': "Kundhantering", 'nb': "Kundeoppfølging"}}
ORDER = {'crm': 10, 'administration': 100}


def html(language, status, title, body):
    text = ('<!doctype html><html lang="%s"><meta charset="utf-8"><title>%s</title>'
        '<body style="font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em">%s</body></html>'
        % (escape(language), escape(title), body))
    return Response(text, status, {**SAFE, 'Cache-Control': 'no-store'}, content_type='text/html; charset=utf-8')


def plain(language, status, database):
    """`status`: 401, no session; 403, a token that was used."""
    title, text = WORDS[status].get(language, WORDS[status]['en'])
    link = '<p><a href="/#%s">Tryton</a></p>' % escape(database) if database else '<p><a href="/">Tryton</a></p>'
    return html(language, status, title, '<h1>%s</h1><p>%s</p>%s' % (escape(title), escape(text), link))


def menu_tree(manifests, caller, badges):
    """The host's entries and the modules', as /api/menus tells them; without what the caller may not use."""
    language = caller.locale[:2]
    entries = [
        {'id': id, 'parent': id.rpartition('.')[0], 'order': ORDER.get(id, 40 if id == 'crm.customers' else 10),
            'titles': TITLES[id], 'view': 'host.customers' if id == 'crm.customers' else None, 'permission': None}
        for id in HOST]
    entries += [one for manifest in manifests for one in manifest.menus
        if not one.get('permission') or caller.may(one['permission'])]

    def children(parent, path):
        found = []
        for one in sorted((e for e in entries if e['parent'] == parent), key=lambda e: (e.get('order') or 0, e['id'])):
            title = title_of(one, language)
            below = children(one['id'], [*path, title])
            if not below and not one.get('view'):
                continue
            entry = {'id': one['id'], 'title': title, 'path': [*path, title], 'view': one.get('view'),
                'permission': one.get('permission'), 'children': below}
            if badges.get(one['id']):
                entry['badge'] = badges[one['id']]
            found.append(entry)
        return found
    return children('', [])


def lists(database, caller, path):
    language = caller.locale[:2]
    try:
        tree = menu_tree([module.manifest for module in catalogue.running(database)], caller, {})
    except Refusal as refusal:
        return html(language, 503, 'Tryton', '<p>%s</p>' % escape(refusal.message))

    def shown(entries):
        return '<ul>%s</ul>' % ''.join(
            '<li>%s%s</li>' % (escape(one['title']), shown(one['children']) if one['children'] else '')
            for one in entries)
    return html(language, 200, 'CRM', '<p>%s</p>%s' % (escape(WORDS['none'].get(language, WORDS['none']['en'])),
            shown(tree)))
