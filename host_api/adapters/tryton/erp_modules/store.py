# SPDX-License-Identifier: Apache-2.0
"""The host's own tables: outbox, references, grants, settings, jobs, what modules asked for.

Ids of documents are plain integers here: an event or a tombstone outlives what it tells of. Everything that runs on
every posting writes these tables by SQL with the host's cursor, in Tryton's transaction.
"""
from trytond.model import ModelSQL, ModelView, Unique, fields

__all__ = ['Badge', 'Change', 'DocumentReference', 'Event', 'EventHead', 'Extension', 'Job', 'MenuEntry', 'Merged', 'Module',
    'Notice', 'Permission', 'Preference', 'Relay', 'Request', 'Setting', 'Ticket', 'Tombstone']


class Event(ModelSQL, ModelView):
    "Event of the outbox"
    __name__ = 'erp.host.event'
    company = fields.Integer("Company", required=True, readonly=True)
    kind = fields.Char("Kind", required=True, readonly=True)
    document = fields.BigInteger("Record", required=True, readonly=True)
    from_state = fields.Char("From", readonly=True)
    to_state = fields.Char("To", readonly=True)
    occurred_at = fields.BigInteger("Occurred at, µs", required=True, readonly=True)
    sequence = fields.BigInteger("Sequence", readonly=True, help="Given by the relay once the row is committed.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('id', 'DESC')]


class EventHead(ModelSQL):
    "Head and horizon of a company's events"
    __name__ = 'erp.host.event.head'
    company = fields.Integer("Company", required=True)
    head = fields.BigInteger("Head", required=True)
    purged_to = fields.BigInteger("Purged to", required=True)


class Relay(ModelSQL):
    "Last sequence that was given"
    __name__ = 'erp.host.relay'
    last_sequence = fields.BigInteger("Last sequence", required=True)


class DocumentReference(ModelSQL, ModelView):
    "Reference from a document to a record of a module"
    __name__ = 'erp.host.document.reference'
    company = fields.Integer("Company", required=True)
    document_kind = fields.Char("Document", required=True)
    document = fields.BigInteger("Document id", required=True)
    line = fields.BigInteger("Line id, 0 = whole document", required=True)
    kind = fields.Char("Kind", required=True)
    record = fields.BigInteger("Record", required=True)
    set_by = fields.Integer("Set by")
    set_at = fields.BigInteger("Set at, µs", required=True)
    copied = fields.Boolean("Copied from the document before")
    version = fields.BigInteger("Version", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints = [
            ('place', Unique(table, table.document_kind, table.document, table.line, table.kind),
                'erp_modules.msg_reference_unique'),
            ]


class Tombstone(ModelSQL):
    "What is left of a deleted record"
    __name__ = 'erp.host.tombstone'
    kind = fields.Char("Kind", required=True)
    record = fields.BigInteger("Record", required=True)
    company = fields.Integer("Company")
    number = fields.Char("Number")
    name = fields.Char("Name")
    customer = fields.BigInteger("Customer")
    currency = fields.Char("Currency")
    is_credit = fields.Boolean("Credit note")
    deleted_at = fields.BigInteger("Deleted at, µs", required=True)


class Merged(ModelSQL):
    "A party that was replaced, and the last one of its chain"
    __name__ = 'erp.host.merged'
    party = fields.BigInteger("Party", required=True)
    into_party = fields.BigInteger("Into", required=True)


class Module(ModelSQL, ModelView):
    "Installed module"
    __name__ = 'erp.host.module'
    name = fields.Char("Name", required=True, readonly=True)
    version = fields.Char("Version", readonly=True)
    problem = fields.Text("What ails it", readonly=True)
    manifest_hash = fields.Char("Manifest's hash", readonly=True)
    generation = fields.Integer("Generation of the settings", readonly=True)
    menus = fields.Text("Menus", readonly=True)
    parts = fields.Text("Parts of pages", readonly=True)
    schema_hash = fields.Char("Hash of the read views", readonly=True)
    role_name = fields.Char("Database role", readonly=True)
    role_password = fields.Char("Password of the role", readonly=True)
    extensions = fields.One2Many('erp.host.module.extension', 'module', "Extensions")
    settings = fields.One2Many('erp.host.module.setting', 'module', "Settings")

    @staticmethod
    def default_generation():
        return 0


class Extension(ModelSQL, ModelView):
    "Extension granted to a module"
    __name__ = 'erp.host.module.extension'
    module = fields.Many2One('erp.host.module', "Module", required=True, ondelete='CASCADE', select=True)
    name = fields.Char("Extension", required=True, readonly=True)
    granted = fields.Boolean("Granted")


class Setting(ModelSQL, ModelView):
    "Setting of a module"
    __name__ = 'erp.host.module.setting'
    module = fields.Many2One('erp.host.module', "Module", required=True, ondelete='CASCADE', select=True)
    name = fields.Char("Name", required=True)
    value = fields.Text("Value")

    @classmethod
    def _changed(cls, settings):
        for module in {setting.module for setting in settings}:
            module.generation = (module.generation or 0) + 1
            module.save()

    @classmethod
    def create(cls, vlist):
        settings = super().create(vlist)
        cls._changed(settings)
        return settings

    @classmethod
    def write(cls, *args):
        super().write(*args)
        cls._changed(sum(args[::2], []))

    @classmethod
    def delete(cls, settings):
        cls._changed(settings)
        super().delete(settings)


class Permission(ModelSQL, ModelView):
    "Permission of a group"
    __name__ = 'erp.host.permission'
    group = fields.Many2One('res.group', "Group", required=True, ondelete='CASCADE', select=True)
    name = fields.Char("Permission", required=True)
    granted = fields.Boolean("Granted")

    @staticmethod
    def default_granted():
        return True


class MenuEntry(ModelSQL):
    "A module's menu entry in Tryton's menu"
    __name__ = 'erp.host.menu'
    module = fields.Char("Module", required=True)
    name = fields.Char("Technical id", required=True)
    menu = fields.Many2One('ir.ui.menu', "Menu", required=True, ondelete='CASCADE', select=True)
    view = fields.Char("View")
    permission = fields.Char("Permission")


class Badge(ModelSQL):
    "Number beside a menu entry"
    __name__ = 'erp.host.badge'
    company = fields.Integer("Company", required=True)
    menu = fields.Char("Menu", required=True)
    number = fields.BigInteger("Number", required=True)


class Notice(ModelSQL, ModelView):
    "Notice from a module"
    __name__ = 'erp.host.notice'
    company = fields.Many2One('company.company', "Company", required=True, ondelete='CASCADE', readonly=True)
    user = fields.Many2One('res.user', "User", required=True, ondelete='CASCADE', select=True, readonly=True)
    message = fields.Text("Message", required=True, readonly=True)
    url = fields.Char("Link", readonly=True)
    seen = fields.Boolean("Seen")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('id', 'DESC')]


class Job(ModelSQL, ModelView):
    "Job of a module"
    __name__ = 'erp.host.job'
    module = fields.Char("Module", required=True, readonly=True)
    company = fields.Integer("Company", required=True, readonly=True)
    name = fields.Char("Name", required=True, readonly=True)
    daily_minute = fields.Integer("Minute of the day", readonly=True)
    next_at = fields.BigInteger("Next run, µs", readonly=True)
    permille = fields.Integer("Progress, ‰", readonly=True)
    progress = fields.Char("Progress", readonly=True)


class Request(ModelSQL):
    "Answer that was given to a request"
    __name__ = 'erp.host.request'
    company = fields.Integer("Company", required=True)
    scope = fields.Char("Scope", required=True)
    request = fields.Char("Request", required=True)
    fingerprint = fields.Char("Fingerprint", required=True)
    answer = fields.BigInteger("Answer", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints = [
            ('request', Unique(table, table.company, table.scope, table.request), 'erp_modules.msg_request_unique'),
            ]


class Ticket(ModelSQL):
    "One-time token or session of a page"
    __name__ = 'erp.host.ticket'
    kind = fields.Char("Kind", required=True)
    token_hash = fields.Char("Hash", required=True, select=True)
    user = fields.Integer("User", required=True)
    company = fields.Integer("Company", required=True)
    language = fields.Char("Language", required=True)
    expires_at = fields.BigInteger("Expires at, µs", required=True)


class Preference(ModelSQL):
    "Preference of a user in a module's pages"
    __name__ = 'erp.host.preference'
    user = fields.Integer("User", required=True, select=True)
    name = fields.Char("Key", required=True)
    value = fields.Text("Value")


class Change(ModelSQL):
    "What open pages may want to fetch again"
    __name__ = 'erp.host.change'
    company = fields.Integer("Company", required=True, select=True)
    source = fields.Char("Source", required=True)
    changed_at = fields.BigInteger("Changed at, µs", required=True)
