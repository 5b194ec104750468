# SPDX-License-Identifier: Apache-2.0
"""What the adapter adds to a posting, printed beside Tryton's own time. Paired; never an assertion on speed.

    posting_cost.py [--pairs 200] [--lines 3] [--whole-order]

One invoice each way, posted and committed in a transaction of its own; with --whole-order an order from its quotation to
its invoice's posting, a transaction per click. "with" is everything the adapter does; "without" is the same process,
models and database with our methods taken out of the classes (outbox, moments, references, amounts), so that nothing but
they differ. Order within a pair is drawn by lot. Prints one JSON line: medians, the median of the paired differences with
its quartiles, and a 95 % interval of the median from resampling. CPU of Python and wall time, both.
"""
import argparse
import json
import os
import random
import statistics
import sys
import time
from contextlib import contextmanager
from decimal import Decimal

from world import Pool, TrytonCase

DOCUMENTS = ('sale.sale', 'sale.line', 'account.invoice', 'account.invoice.line', 'party.party', 'company.employee')
METHODS = ('create', 'write', 'delete', 'copy')


class Bench(TrytonCase):
    def runTest(self):
        pass


@contextmanager
def without(database):
    """The documents' classes without our mix-ins' methods."""
    taken = []
    for name in DOCUMENTS:
        for cls in Pool(database).get(name).__mro__:
            if cls.__module__.startswith('trytond.modules.erp_modules') and cls.__name__ != 'object':
                for method in METHODS:
                    if method in vars(cls):
                        taken.append((cls, method, vars(cls)[method]))
                        delattr(cls, method)
    assert len(taken) >= 10, "our methods were not found: the comparison would be of nothing with nothing"
    try:
        yield
    finally:
        for cls, method, function in taken:
            setattr(cls, method, function)


def drafts(case, count, lines):
    """Draft invoices, made in one transaction."""
    party = case.customer("Cost")
    with case.tryton() as pool:
        Invoice, Line = pool.get('account.invoice'), pool.get('account.invoice.line')
        product, = pool.get('product.product').search([('code', '=', 'SERVICE')])
        company = pool.get('company.company')(case.company)
        made = []
        for _ in range(count):
            invoice = Invoice(company=company, type='out', party=party, currency=company.currency,
                account=pool.get('party.party')(party).account_receivable_used)
            invoice.on_change_type()
            invoice.on_change_party()
            invoice.lines = [
                Line(type='line', invoice_type='out', company=company, currency=company.currency, product=product,
                    unit=product.default_uom, account=product.account_revenue_used, quantity=1 + number,
                    unit_price=Decimal('10.25'))
                for number in range(lines)]
            made.append(invoice)
        Invoice.save(made)
        return [invoice.id for invoice in made]


def orders(case, count, lines):
    return [case.sale([(1 + number, '10.25') for number in range(lines)]) for _ in range(count)]


def post_invoice(case, invoice):
    case.post(invoice)


def post_order(case, sale):
    for button in ('quote', 'confirm', 'process'):
        case.press('sale.sale', sale, button)
    for invoice in case.invoices_of(sale):
        case.post(invoice)


def timed(post, case, document):
    started, cpu = time.perf_counter(), time.process_time()
    post(case, document)
    return (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000


def summary(pairs, at):
    plain, ours = [one[at] for one, _ in pairs], [one[at] for _, one in pairs]
    differences = sorted(b - a for a, b in zip(plain, ours))
    pick = random.Random(1)
    medians = sorted(statistics.median(pick.choices(differences, k=len(differences))) for _ in range(2000))
    return {
        'tryton_alone_ms': round(statistics.median(plain), 2), 'with_adapter_ms': round(statistics.median(ours), 2),
        'adds_ms': round(statistics.median(differences), 2),
        'quartiles_ms': [round(differences[len(differences) // 4], 2), round(differences[3 * len(differences) // 4], 2)],
        'interval_95_ms': [round(medians[50], 2), round(medians[1949], 2)],
        'adds_percent': round(100 * statistics.median(differences) / statistics.median(plain), 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--pairs', type=int, default=200)
    parser.add_argument('--lines', type=int, default=3)
    parser.add_argument('--whole-order', action='store_true')
    options = parser.parse_args()
    make, post = (orders, post_order) if options.whole_order else (drafts, post_invoice)
    Bench.setUpClass()
    case = Bench()
    try:
        # Printing is neither side's time.
        Pool(case.database).get('account.invoice').print_invoice = lambda self: None
        lot, pairs, waiting = random.Random(2), [], make(case, 5, options.lines)
        for document in waiting:
            timed(post, case, document)
        waiting = []
        for number in range(options.pairs):
            if len(waiting) < 2:
                waiting = make(case, 50, options.lines)
            results = {}
            for ours in lot.sample([False, True], 2):
                document = waiting.pop()
                if ours:
                    results[True] = timed(post, case, document)
                else:
                    with without(case.database):
                        results[False] = timed(post, case, document)
            pairs.append((results[False], results[True]))
        told = case.sql("select count(*) from erp_host_event where kind = 'invoice.posted'")[0][0]
        assert told == options.pairs + 5, "one side of each pair and no other told of its posting: %d" % told
        print(json.dumps({'case': 'order to posting' if options.whole_order else 'posting', 'pairs': len(pairs),
                    'lines': options.lines, 'wall': summary(pairs, 0), 'python_cpu': summary(pairs, 1),
                    'load': os.getloadavg()[0]}), flush=True)
    finally:
        Bench.tearDownClass()
    return 0


if __name__ == '__main__':
    sys.exit(main())
