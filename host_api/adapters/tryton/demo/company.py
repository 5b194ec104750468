# SPDX-License-Identifier: Apache-2.0
"""A small company in an activated database, made by Tryton's own client library.

    tryton = Tryton(config_file, 'demo')
    tryton.set_up_company()

    company.py CONFIG DATABASE        the same from the command line

Through proteus, in process: what a user's clicks would do. Idempotent: a company that stands there is found again.
"""
import datetime
import sys
from decimal import Decimal

from proteus import Model, Wizard, config


class Tryton:
    def __init__(self, config_file, database):
        self.config = config.set_trytond(database, user='admin', config_file=config_file)

    def set_up_company(self, currency='SEK', name='Nordljus AB', time_zone='Europe/Stockholm'):
        Company = Model.get('company.company')
        known = Company.find([])
        if known:
            self.company = known[0]
        else:
            self._currencies()
            Party = Model.get('party.party')
            party = Party(name=name)
            party.save()
            wizard = Wizard('company.company.config')
            wizard.execute('company')
            wizard.form.party = party
            wizard.form.currency = self.currency(currency)
            wizard.form.timezone = time_zone
            wizard.execute('add')
            self.company, = Company.find([])
        self.config._context = Model.get('res.user').get_preferences(True, {})
        if not known:
            self._accounts()
            self._products()
            self._sellers()
        return self.find_company()

    def find_company(self):
        self.company, = Model.get('company.company').find([], limit=1)
        self.product, = Model.get('product.product').find([('code', '=', 'SERVICE')])
        return self.company

    def currency(self, code):
        return Model.get('currency.currency').find([('code', '=', code)])[0]

    def rate(self, code, date, rate):
        """`rate` units of the currency for one of the base."""
        Rate = Model.get('currency.currency.rate')
        made = Rate(currency=self.currency(code), date=date, rate=Decimal(rate))
        made.save()
        return made

    def _currencies(self):
        Currency, Rate = Model.get('currency.currency'), Model.get('currency.currency.rate')
        for code, name, digits in (('SEK', 'Krona', 2), ('EUR', 'Euro', 2), ('JPY', 'Yen', 0)):
            if not Currency.find([('code', '=', code)]):
                currency = Currency(name=name, code=code, symbol=code, digits=digits,
                    rounding=Decimal(1).scaleb(-digits))
                currency.rates.append(Rate(date=datetime.date(2020, 1, 1), rate={
                    'SEK': Decimal('1'), 'EUR': Decimal('0.1'), 'JPY': Decimal('15')}[code]))
                currency.save()

    def _accounts(self):
        Template, Account = Model.get('account.account.template'), Model.get('account.account')
        template, = Template.find([('parent', '=', None), ('name', '=', 'Minimal Account Chart')])
        wizard = Wizard('account.create_chart')
        wizard.execute('account')
        wizard.form.account_template = template
        wizard.form.company = self.company
        wizard.execute('create_account')
        receivable, = Account.find([('type.receivable', '=', True), ('company', '=', self.company.id)], limit=1)
        payable, = Account.find([('type.payable', '=', True), ('company', '=', self.company.id)], limit=1)
        wizard.form.account_receivable, wizard.form.account_payable = receivable, payable
        wizard.execute('create_properties')
        self._fiscal_years()

    def _fiscal_years(self):
        FiscalYear, Sequence = Model.get('account.fiscalyear'), Model.get('ir.sequence.strict')
        today = datetime.date.today().year
        Types, Plain = Model.get('ir.sequence.type'), Model.get('ir.sequence')
        for year in (today - 1, today, today + 1):
            fiscal = FiscalYear(name=str(year), start_date=datetime.date(year, 1, 1),
                end_date=datetime.date(year, 12, 31), company=self.company)
            move_type, = Types.find([('name', '=', "Account Move")], limit=1)
            post = Plain(name=str(year), sequence_type=move_type, company=self.company)
            post.save()
            fiscal.post_move_sequence = post
            invoice_type, = Types.find([('name', '=', "Invoice")], limit=1)
            number = Sequence(name=str(year), sequence_type=invoice_type, company=self.company, prefix='%d-' % year)
            number.save()
            line = fiscal.invoice_sequences[0] if fiscal.invoice_sequences else fiscal.invoice_sequences.new()
            line.out_invoice_sequence = line.in_invoice_sequence = number
            line.out_credit_note_sequence = line.in_credit_note_sequence = number
            fiscal.save()
            fiscal.click('create_period')

    def _products(self):
        Account, Category = Model.get('account.account'), Model.get('product.category')
        revenue, = Account.find([('type.revenue', '=', True), ('company', '=', self.company.id)], limit=1)
        expense, = Account.find([('type.expense', '=', True), ('company', '=', self.company.id)], limit=1)
        category = Category(name="Sold", accounting=True, account_revenue=revenue, account_expense=expense)
        category.save()
        unit, = Model.get('product.uom').find([('name', '=', 'Unit')])
        template = Model.get('product.template')(name="Service", type='service', default_uom=unit, salable=True,
            list_price=Decimal('100'), account_category=category)
        template.save()
        product, = template.products
        product.suffix_code = 'SERVICE'
        product.cost_price = Decimal('10')
        product.save()
        Journal, Method = Model.get('account.journal'), Model.get('account.invoice.payment.method')
        cash, = Journal.find([('type', '=', 'cash')], limit=1)
        account, = Account.find([('name', '=', 'Main Cash'), ('company', '=', self.company.id)], limit=1)
        Method(name="Cash", journal=cash, credit_account=account, debit_account=account).save()

    def _sellers(self):
        Party, Employee = Model.get('party.party'), Model.get('company.employee')
        for name in ("Anna Berg", "Bo Lind"):
            party = Party(name=name)
            party.save()
            employee = Employee(party=party, company=self.company)
            employee.save()

    def customer(self, name):
        Party = Model.get('party.party')
        found = Party.find([('name', '=', name)])
        if found:
            return found[0]
        party = Party(name=name)
        party.save()
        return party

    def employee(self, name):
        return Model.get('company.employee').find([('party.name', '=', name)])[0]

    def sale(self, customer, lines, campaign=None, opportunity=None, currency=None, salesperson=None):
        """A draft; lines of (quantity, unit price)."""
        sale = Model.get('sale.sale')(party=customer)
        sale.invoice_method = 'order'
        if currency:
            sale.currency = self.currency(currency)
        for quantity, price in lines:
            line = sale.lines.new()
            line.product = self.product
            line.quantity = quantity
            line.unit_price = Decimal(price)
        sale.erp_salesperson = salesperson
        sale.save()
        if campaign or opportunity:
            sale.erp_campaign = campaign and Model.get('sales_leads.campaign')(campaign)
            sale.erp_opportunity = opportunity and Model.get('sales_leads.opportunity')(opportunity)
            sale.save()
        return sale

    def confirm(self, *sales):
        for button in ('quote', 'confirm', 'process'):
            for sale in sales:
                sale.click(button)


if __name__ == '__main__':
    Tryton(*sys.argv[1:3]).set_up_company()
