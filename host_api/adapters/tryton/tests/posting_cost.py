# SPDX-License-Identifier: Apache-2.0
"""What the adapter adds to a posting, printed beside Tryton's own time. Paired; never an assertion on speed.

    posting_cost.py [--pairs 200]

One order each way, one transaction each, as one click after the other would do it: quote, confirm, process, post. "with" is
everything the adapter does; "without" is the same process, models and database with our methods taken out of the classes
(outbox, moments, references, amounts), so that nothing but they differ. Order within a pair is drawn by lot. Prints one
JSON line: medians, the median of the paired differences with its quartiles, and a 95 % interval of the median from
resampling. CPU of Python and wall time, both.
"""
import argparse
import json
import os
import random
import statistics
import sys
import time
from contextlib import contextmanager

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


def order(case, lines):
    sale = case.sale([(1 + i, '10.25') for i in range(lines)])
    with case.tryton() as pool:  # what is measured starts with an order that stands there
        pool.get('sale.sale')(sale)
    return sale


def post(case, sale):
    started, cpu = time.perf_counter(), time.process_time()
    for button in ('quote', 'confirm', 'process'):
        case.press('sale.sale', sale, button)
    for invoice in case.invoices_of(sale):
        case.post(invoice)
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
    options = parser.parse_args()
    Bench.setUpClass()
    case = Bench()
    try:
        with case.tryton() as pool:  # printing is neither side's time
            pool.get('account.invoice').print_invoice = lambda self: None
        lot, pairs = random.Random(2), []
        for _ in range(5):
            post(case, order(case, options.lines))
        for number in range(options.pairs):
            results = {}
            for ours in lot.sample([False, True], 2):
                sale = order(case, options.lines)
                if ours:
                    results[True] = post(case, sale)
                else:
                    with without(case.database):
                        results[False] = post(case, sale)
            pairs.append((results[False], results[True]))
        with_events = case.sql("select count(*) from erp_host_event where kind = 'invoice.posted'")[0][0]
        assert with_events == options.pairs + 5, (with_events, options.pairs)
        print(json.dumps({'case': 'posting', 'pairs': len(pairs), 'lines': options.lines, 'wall': summary(pairs, 0),
                    'python_cpu': summary(pairs, 1), 'load': os.getloadavg()[0]}), flush=True)
    finally:
        Bench.tearDownClass()
    return 0


if __name__ == '__main__':
    sys.exit(main())
