# SPDX-License-Identifier: Apache-2.0
"""The modules of a database in this process: which there are, which run, and who answers what.

    catalogue.of(database, 'sales_leads')                          the running instance, or a Refusal with its reason
    catalogue.answering(database, 'actions', 'campaign.list')      the instance that declares it

Every folder with a manifest below [erp_modules] modules is a module. One that cannot run keeps nobody else from it: its
reason goes to the log and to the administrator (Administration › Modules of the ERP ABI), and it is tried again a minute
later. One instance per module, database and process, made at its first use: nothing is opened before a fork, and who
inherits instances from its parent puts them aside, untouched. Threads: any; a module starts once, under a lock of its own.
"""
import atexit
import logging
import os
import threading
import time

import psycopg2

from .access import expect_postgresql, module_folder
from .callers import transaction
from .instance import ModuleInstance
from .refusal import Refusal, as_refusal

logger = logging.getLogger('erp.modules')
STOCK = 'sales_leads'  # whose records Tryton's own forms refer to: linked.py
TRY_AGAIN = 60

_instances, _refused, _inherited, _starts, _lock = {}, {}, [], {}, threading.RLock()


def names():
    """Of the modules that lie there, whether or not they can run."""
    folder = module_folder()
    try:
        found = sorted(os.listdir(folder))
    except OSError:
        return []
    return [name for name in found if os.path.isfile(os.path.join(folder, name, 'manifest.yaml'))]


def of(database, name=STOCK):
    """The running instance; a Refusal when the module cannot run here. Who asks for one that runs waits for nobody, also
    while another starts (and migrates, which may take its time)."""
    key = (database, name)
    found = _known(key)
    if found is None:
        with _lock:
            start = _starts.setdefault(key, threading.RLock())
        with start:
            found = _known(key)
            if found is None:
                found = _instances[key] = _started(database, name)
    return found


def _known(key):
    found = _instances.get(key)
    if found is not None and found.pid != os.getpid():
        _inherited.append(found)  # of the parent: never touched, never freed
        found = None
    if found is None:
        refusal, until = _refused.get(key, (None, 0))
        if refusal is not None and time.monotonic() < until:
            raise refusal.with_traceback(None)
    return found


def _started(database, name):
    expect_postgresql()
    _instances.pop((database, name), None)
    try:
        started = ModuleInstance(database, name)
    except Exception as failure:
        refusal = as_refusal(failure)
        logger.error("%s does not run for %s: %s", name, database, refusal.message)
        _refused[(database, name)] = (refusal, time.monotonic() + TRY_AGAIN)
        tell(database, name, refusal.message)
        raise refusal from failure
    _refused.pop((database, name), None)
    tell(database, name, '')
    return started


def running(database):
    """All that run; those that cannot are told of elsewhere."""
    expect_postgresql()
    found = []
    for name in names():
        try:
            found.append(of(database, name))
        except Refusal:
            continue
    return found


def states(database):
    """[(name, version, whether it runs in this process, what ails it)], as an administrator sees them."""
    for name in names():
        try:
            of(database, name)
        except Refusal:
            continue
    with transaction(database) as cursor:
        cursor.execute('select name, version, problem from erp_host_module')
        rows = {name: (version, problem) for name, version, problem in cursor.fetchall()}
    return [(name, rows.get(name, ('', ''))[0] or '', (database, name) in _instances, rows.get(name, ('', ''))[1] or '')
        for name in names()]


def answering(database, what, name):
    """`what`: actions, reports or views. The first module that declares a name keeps it."""
    for module in running(database):
        if name in module.declared(what):
            return module
    with _lock:
        down = ["%s: %s" % (module, refusal.message) for (at, module), (refusal, _) in _refused.items() if at == database]
    if down:
        raise Refusal('UNAVAILABLE', 'module.does_not_run', "Nobody answers %s; a module does not run. %s" % (
                name, ' '.join(down)))
    raise Refusal('NOT_FOUND', what[:-1] + '.unknown', 'There is no %s "%s".' % (what[:-1], name))


def wake(database):
    """After a commit: sets a flag in this process's instances, if it has any."""
    for (of_database, _), module in list(_instances.items()):
        if of_database == database and module.pid == os.getpid():
            module.wake()


def tell(database, name, problem):
    """Stands beside the module, for the administrator, until it works again."""
    try:
        with transaction(database, readonly=False) as cursor:
            cursor.execute('select problem from erp_host_module where name = %s', (name,))
            found = cursor.fetchone()
            if found and (found[0] or '') != problem:
                cursor.execute('update erp_host_module set problem = %s where name = %s', (problem, name))
            elif not found and problem:
                cursor.execute('lock table erp_host_module in exclusive mode')
                cursor.execute('insert into erp_host_module (name, generation, problem) select %s, 0, %s '
                    'where not exists (select 1 from erp_host_module where name = %s)', (name, problem, name))
    except psycopg2.Error as failure:
        logger.warning("What ails %s could not be noted: %s", name, failure)


def stop_all():
    with _lock:
        for module in _instances.values():
            module.stop()
        _instances.clear()
        _refused.clear()


def _forked():
    """In a child: what its parent runs is put aside, and a lock that another thread of the parent held is nobody's."""
    global _lock
    _lock = threading.RLock()
    _starts.clear()
    _inherited.extend(_instances.values())
    _instances.clear()


atexit.register(stop_all)
os.register_at_fork(after_in_child=_forked)
