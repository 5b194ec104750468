#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tryton as host-check drives it, by the protocol of host_api/conformance/README.md: one command a line on stdin, one
JSON object a line on stdout.

    host-check [OPTIONS] conformance_host.py         with TRYTON_TEST_CONFIG and TRYTON_TEST_TEMPLATE set

Each --data folder is a database of its own, copied from the template. It stays: a host that was killed is started again
on it; packaging/test-tryton throws the whole server away at last.
"""
import argparse
import hashlib
import json
import os
import select
import signal
import sys
import threading
import time

from world import Pool, World, config, open_pool, server, TEMPLATE


class Desk(World):
    def __init__(self, data, modules):
        config.set('erp_modules', 'modules', os.path.realpath(modules))
        self.database = 'conformance_' + hashlib.sha256(os.path.realpath(data).encode()).hexdigest()[:12]
        if not os.path.isdir(data):
            server('create database %s template %s' % (self.database, TEMPLATE))
            os.makedirs(data)
        self.company = open_pool(self.database)
        from trytond.modules.erp_modules import callers, catalogue, work
        self.catalogue, self.work = catalogue, work
        self.operator = callers.Caller(callers.OPERATOR, self.company)
        catalogue.running(self.database)

    def answer(self, line):
        command, _, rest = line.partition(' ')
        run = {'modules': self.modules, 'confirm': self.confirm_many, 'rollback': self.roll_back, 'work': self.drain,
            'run': self.run, 'load': self.load, 'call': self.call, 'parallel': self.parallel}.get(command)
        return run(rest) if run else {'ok': False, 'unsupported': True}

    def modules(self, rest):
        return {'ok': True, 'modules': [{'id': name, 'running': runs, 'problem': problem}
            for name, _, runs, problem in self.catalogue.states(self.database)]}

    def confirm_many(self, count):
        orders = []
        for _ in range(int(count)):
            orders.append(self.sale([(1, '100.00')]))
            self.press('sale.sale', orders[-1], 'quote', 'confirm')
        return {'ok': True, 'orders': orders}

    def roll_back(self, rest):
        sale = self.sale([(1, '100.00')])
        with self.tryton(commit=False) as pool:
            Sale = pool.get('sale.sale')
            Sale.quote([Sale(sale)])
            Sale.confirm([Sale(sale)])
        return {'ok': True}

    def drain(self, rest):
        return {'ok': self.work.Worker(self.database).drain(10)}

    def run(self, milliseconds):
        end = time.monotonic() + int(milliseconds) / 1000
        self._give_time(lambda: time.monotonic() >= end)
        return {'ok': True}

    def _give_time(self, over):
        worker = self.work.Worker(self.database)  # one of its own for each thread, as each process has
        while not over():
            time.sleep(min(worker.round(), 0.05))

    def load(self, rest):
        threads, orders = map(int, rest.split())
        over = threading.Event()
        workers = [threading.Thread(target=self._give_time, args=(over.is_set,)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        try:
            return self.confirm_many(orders)
        finally:
            over.set()
            for worker in workers:
                worker.join()

    def call(self, rest):
        name, _, text = rest.partition(' ')
        module = self.catalogue.answering(self.database, 'actions', name)
        return {'ok': True, 'result': json.loads(module.call_action(self.operator, name, text))}

    def parallel(self, rest):
        count, _, call = rest.partition(' ')
        answers = []
        callers = [threading.Thread(target=lambda: answers.append(self.call(call))) for _ in range(int(count))]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        return {'ok': len(answers) == int(count)}


def lines(ended):
    """Of stdin, until it ends, says quit, or `ended` can be read: SIGTERM wrote to it."""
    rest = b''
    while True:
        while b'\n' in rest:
            line, rest = rest.split(b'\n', 1)
            if line == b'quit':
                return
            yield line.decode()
        ready, _, _ = select.select([0, ended], [], [])
        got = b'' if ended in ready else os.read(0, 65536)
        if not got:
            return
        rest += got


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('command', choices=['conformance'])
    parser.add_argument('--data', required=True)
    parser.add_argument('--modules', required=True)
    options = parser.parse_args()
    ended, end = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(end, b'.'))
    desk = Desk(options.data, options.modules)
    for line in lines(ended):
        try:
            answer = desk.answer(line)
        except Exception as failure:
            answer = {'ok': False, 'error': {'key': getattr(failure, 'key', type(failure).__name__), 'message': str(failure)}}
        print(json.dumps(answer), flush=True)
    desk.catalogue.stop_all()
    Pool.stop(desk.database)
    return 0


if __name__ == '__main__':
    sys.exit(main())
