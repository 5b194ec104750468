# SPDX-License-Identifier: Apache-2.0
"""Amounts as whole minor units, and moments as microseconds: what the contract speaks. Decimal throughout."""
import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from trytond.pool import Pool
from trytond.transaction import Transaction

UTC = datetime.timezone.utc


def minor(amount, currency):
    """Minor units of an amount that Tryton has rounded by the currency."""
    return int(amount.scaleb(currency.digits).to_integral_value())


def zone_of(company):
    return ZoneInfo(company.timezone or 'UTC')


def business_moment(company, date, now=None):
    """When a document of this day took effect: now when it is of today, else noon of its day, in the company's zone.
    Naive UTC, as Tryton stores it."""
    now = now or datetime.datetime.now(UTC)
    zone = zone_of(company)
    if date and date != now.astimezone(zone).date():
        now = datetime.datetime.combine(date, datetime.time(12), zone)
    return now.astimezone(UTC).replace(tzinfo=None)


def company_amount(amount, currency, company, date):
    """The amount in company currency by Tryton's own conversion, in minor units. None when a rate is missing: never
    1 : 1."""
    Currency = Pool().get('currency.currency')
    with Transaction().set_context(date=date):
        pair = Currency.browse([currency.id, company.currency.id])
        if not all(one.rate for one in pair):
            return None
        return minor(Currency.compute(pair[0], amount, pair[1]), company.currency)


def credited_part(company_net, net, credited_company, credited_net, part):
    """What a credit of `part` takes of a line's company amount. The running credit decides and not this part alone, so
    that nothing is left over after the last one: net 3.00 is 0.10; credits of 1.00 take 0.03, 0.04, 0.03."""
    if net == 0:
        return None
    after = (Decimal(company_net) * (credited_net + part) / net).to_integral_value(rounding=ROUND_HALF_UP)
    return int(after) - credited_company
