# SPDX-License-Identifier: Apache-2.0
"""What Tryton checks of every module: views, access, depends, texts. Run by suites.py, as the suites of Tryton's own."""
import unittest

from trytond.tests.test_tryton import ModuleTestCase


class ErpModulesTestCase(ModuleTestCase):
    "Test erp_modules"
    module = 'erp_modules'
    extras = ['project']


def suite():
    return [unittest.TestLoader().loadTestsFromTestCase(ErpModulesTestCase)]
