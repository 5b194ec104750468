# SPDX-License-Identifier: Apache-2.0
"""The views behind the host's own entries in the menu of the pages. Tryton's client is where parties are changed; here
they are looked up, so a row opens nothing and nothing is made."""
LABELS = {
    'host.customers': {'en': "Customers", 'sv': "Kundhantering", 'nb': "Kundeoppfølging"},
    'number': {'en': "Number", 'sv': "Nummer", 'nb': "Nummer"},
    'name': {'en': "Name", 'sv': "Namn", 'nb': "Navn"},
    'organisation_number': {'en': "Organisation number", 'sv': "Organisationsnummer", 'nb': "Organisasjonsnummer"},
    'country': {'en': "Country", 'sv': "Land", 'nb': "Land"},
    'state': {'en': "State", 'sv': "Status", 'nb': "Status"},
    'active': {'en': "Active", 'sv': "Aktiv", 'nb': "Aktiv"},
    'deleted': {'en': "Deleted", 'sv': "Borttagen", 'nb': "Slettet"}}
COLUMNS = ('number', 'name', 'organisation_number', 'country', 'state')


def _label(name, language):
    return LABELS[name].get(language) or LABELS[name]['en']


def views(language):
    """id -> view, as /api/views/ID answers it."""
    fields = {name: {'type': 'text', 'readonly': True, 'label': _label(name, language)} for name in COLUMNS[:-1]}
    fields['state'] = {'type': 'choice', 'readonly': True, 'label': _label('state', language), 'choices': [
            {'value': 'active', 'tone': 'positive', 'label': _label('active', language)},
            {'value': 'deleted', 'tone': 'muted', 'label': _label('deleted', language)}]}
    return {'host.customers': {
            'schema': '1.0', 'id': 'host.customers', 'kind': 'list', 'title': _label('host.customers', language),
            'entity': 'customer', 'source': {'action': 'list.query', 'summary': 'list.summary', 'list': 'customer'},
            'columns': [{'field': name, **({'width': 280} if name == 'name' else {'as': 'badge'} if name == 'state' else {})}
                for name in COLUMNS],
            'sort': ['name'], 'search': True, 'filters': [{'field': 'state'}, {'field': 'country'}], 'fields': fields}}
