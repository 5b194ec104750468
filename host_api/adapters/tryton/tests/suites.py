# SPDX-License-Identifier: Apache-2.0
"""Tryton's own tests of its own modules, with the adapter activated beside each of them.

    suites.py sale sale_opportunity account_invoice

In memory on SQLite, as Tryton runs them: outbox and references are at work there. Prints what each suite did and how many
events its postings wrote; exit status 1 when a test failed, or when a scenario told nobody of anything.
"""
import os
import sys
import unittest
from pathlib import Path

os.environ.setdefault('DB_NAME', ':memory:')
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trytond.tests import test_tryton, tools  # noqa: E402

OURS = 'erp_modules'
told = {'activated': 0, 'events': 0}


def beside(names):
    named = [names] if isinstance(names, str) else names
    return [*(name for name in named if name != OURS), OURS]


def watch():
    """Every activation brings us along; every commit with events is counted."""
    activate, activate_one = tools.activate_modules, test_tryton.activate_module

    def activate_modules(modules, *args, **options):
        told['activated'] += 1
        return activate(beside(modules), *args, **options)
    tools.activate_modules = activate_modules

    def activate_module(modules, lang='en'):
        activate_one(beside(modules), lang)
        told['activated'] += 1
    test_tryton.activate_module = activate_module

    test_tryton.Pool.test = True
    from trytond.transaction import Transaction
    commit = Transaction.commit

    def counted(self):
        for manager in self._datamanagers or ():
            if type(manager).__name__ == 'Outbox':
                told['events'] += sum(len(one) for one in manager.events.values())
        commit(self)
    Transaction.commit = counted


def main(names):
    watch()
    failed = False
    for name in names:
        told.update(activated=0, events=0)
        suite = test_tryton.modules_suite([name])
        result = unittest.TextTestRunner(verbosity=1, stream=sys.stderr).run(suite)
        print('%s: %d tests, %d failed, %d skipped; we were activated %d times and wrote %d events' % (
                name, result.testsRun, len(result.failures) + len(result.errors), len(result.skipped),
                told['activated'], told['events']), flush=True)
        silent = name != OURS and not told['events']  # our own suite posts nothing
        failed = failed or not result.wasSuccessful() or not result.testsRun or silent
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
