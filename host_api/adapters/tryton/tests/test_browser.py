# SPDX-License-Identifier: Apache-2.0
"""Tryton's own web client in Chromium, served by prefork workers: its menu, a form's references, and the modules' pages that
open from the menu by a one-time token (browser.mjs)."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from world import ADAPTER, CONFIG, PROJECT, TrytonCase

CLIENT = '/usr/share/tryton-sao/www'
PACKAGES = PROJECT / 'host_api/web/node_modules/playwright-core'
CHROMIUM = next((path for path in (os.environ.get('CHROMIUM'), '/usr/bin/chromium') if path and os.path.exists(path)), None)


def free_port():
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return found.getsockname()[1]


@unittest.skipUnless(CHROMIUM and shutil.which('node') and PACKAGES.exists() and os.path.isdir(CLIENT),
    "Chromium, node, npm's packages of host_api/web or tryton-sao is missing (packaging/install-deps test)")
class Browser(TrytonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()
        campaign = case.campaign("Höstmässan")
        for amount in ('1234.00', '500.00'):
            cls.sale_id = case.sale([(1, amount)], campaign, customer="Café Solrosen")
            case.confirm(cls.sale_id)
            invoice, = case.invoices_of(cls.sale_id)
            case.post(invoice)
        case.credit(invoice)  # the second one: 1 234 is left
        cls.drain()
        cls.catalogue.stop_all()  # the workers answer from here on
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.base = 'http://127.0.0.1:%d' % (port := free_port())
        text = Path(CONFIG).read_text()
        conf = cls.folder / 'tryton.conf'
        conf.write_text(text.replace('[erp_modules]\n', '[web]\nroot = %s\n[session]\nauthentications = password\n[erp_modules]\n'
            'url = %s\n' % (CLIENT, cls.base)))
        environ = {**os.environ, 'TRYTOND_CONFIG': str(conf), 'TRYTOND_DATABASE_NAMES': cls.database}
        log = open(cls.folder / 'web.log', 'wb')
        cls.addClassCleanup(log.close)
        for words in (['-m', 'gunicorn', '--workers', '2', '--threads', '8', '--timeout', '300', '--bind', '127.0.0.1:%d' % port,
                    'trytond.application:app'],
                [str(ADAPTER / 'bin/trytond-erp-modules'), '-c', str(conf), '-d', cls.database]):
            process = subprocess.Popen([sys.executable, '-W', 'ignore', *words], env=environ, stdout=log, stderr=log)
            cls.addClassCleanup(cls.end, process)
        end = time.monotonic() + 300
        while True:
            try:
                urllib.request.urlopen(cls.base + '/', timeout=5).close()
                break
            except OSError:
                if time.monotonic() > end:
                    raise AssertionError((cls.folder / 'web.log').read_text()[-3000:])
                time.sleep(0.2)

    @staticmethod
    def end(process):
        process.send_signal(signal.SIGTERM)
        process.wait()

    def test_from_trytons_menu_to_the_pages(self):
        pictures = Path(os.environ.get('TRYTON_TEST_PICTURES', self.folder))
        done = subprocess.run(['node', str(Path(__file__).with_name('browser.mjs')), self.base, self.database, str(self.sale_id),
            str(pictures)], capture_output=True, text=True, timeout=900)
        print(done.stdout, end='')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + (self.folder / 'web.log').read_text()[-2000:])
        self.assertRegex(done.stdout, r'(?m)^\d+ ok$')


if __name__ == '__main__':
    unittest.main()
