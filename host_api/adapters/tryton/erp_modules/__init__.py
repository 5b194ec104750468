# SPDX-License-Identifier: Apache-2.0
"""Modules of the ERP host ABI inside Tryton. README.md beside this package tells how it is installed and works."""
from trytond.pool import Pool

__all__ = ['register']


def register():
    from . import directory, invoice, linked, sale, screens, store
    Pool.register(
        *(getattr(store, name) for name in store.__all__),
        linked.Opportunity, linked.Campaign,
        directory.Party, directory.ContactMechanism, directory.Identifier, directory.Address, directory.Employee,
        directory.Company, directory.Rate,
        sale.Sale, sale.SaleLine, invoice.Invoice, invoice.InvoiceLine,
        screens.Timetable, screens.Cron, screens.Permission, screens.User,
        module='erp_modules', type_='model')
    Pool.register(screens.Open, module='erp_modules', type_='wizard')
    Pool.register(
        sale.SaleWithProject, invoice.InvoiceWithProject, directory.Work,
        module='erp_modules', type_='model', depends=['project'])
    from . import web
    web.register_routes()
