# SPDX-License-Identifier: Apache-2.0
"""What Tryton's clients do for modules: open a page of theirs, run work from the timetable."""
from trytond.config import config
from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction
from trytond.url import http_host
from trytond.wizard import StateAction, Wizard

from . import menus, work
from .callers import belongs
from .tickets import new_ticket

TICKET_US = 60 * 1_000_000


class Timetable(ModelSingleton, ModelSQL, ModelView):
    "Work of modules"
    __name__ = 'erp.host.timetable'

    @classmethod
    def run(cls):
        work.cron()


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.append(('erp.host.timetable|run', "Give time to modules"))


class Permission(metaclass=PoolMeta):
    __name__ = 'erp.host.permission'

    @classmethod
    def create(cls, vlist):
        found = super().create(vlist)
        menus.keep_rights()
        return found

    @classmethod
    def write(cls, *args):
        super().write(*args)
        menus.keep_rights()

    @classmethod
    def delete(cls, permissions):
        super().delete(permissions)
        menus.keep_rights()


class Open(Wizard):
    "Open a page of a module"
    __name__ = 'erp.host.open'
    start_state = 'page'
    page = StateAction('erp_modules.act_url')

    def do_page(self, action):
        """The menu entry that was clicked names the view; the token is good once, for a minute."""
        Entry = Pool().get('erp.host.menu')
        context, user = Transaction().context, Transaction().user
        company = context.get('company') or 0
        if user and not belongs(user, company):
            raise UserError(gettext('erp_modules.msg_no_company'))
        entries = Entry.search([('menu', '=', context.get('active_id'))]) if (
            context.get('active_model') == 'ir.ui.menu') else []
        token = new_ticket('open', user, company, (context.get('language') or 'en')[:2], TICKET_US)
        base = config.get('erp_modules', 'url', default=http_host())
        action['url'] = '%s/%s/erp/open?token=%s&view=%s' % (
            base.rstrip('/'), Transaction().database.name, token, entries[0].view if entries else '')
        return action, {}


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    erp_notices = fields.One2Many('erp.host.notice', 'user', "Notices", readonly=True)
