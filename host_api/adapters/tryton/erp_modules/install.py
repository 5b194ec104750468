# SPDX-License-Identifier: Apache-2.0
"""What a module needs of Tryton before its first instruction: rows, read views, role, grants, menu entries; and what
becomes of them when it is taken away."""
import time

import psycopg2

from trytond.pool import Pool

from . import menus
from .access import expect_postgresql, keep_role, keep_views
from .callers import transaction

LOCK_TIMEOUT = '10s'


def prepare(database, manifest):
    """(granted extensions, Access). Only the first process after a change has anything to do; the others wait for it."""
    expect_postgresql()
    for attempt in range(5):
        try:
            return _prepare(database, manifest)
        except (psycopg2.extensions.TransactionRollbackError, psycopg2.errors.UniqueViolation):
            if attempt == 4:  # another process did the same; what it has done is seen the next time
                raise
            time.sleep(0.2)


def _prepare(database, manifest):
    with transaction(database, readonly=False) as cursor:
        # Views and indexes wait for whoever writes documents; that may be the very transaction of Tryton's in which
        # this module was asked for, and nobody else would ever end that wait.
        cursor.execute("set local lock_timeout = '%s'" % LOCK_TIMEOUT)
        cursor.execute('lock table erp_host_module in exclusive mode')
        cursor.execute('select id, manifest_hash from erp_host_module where name = %s', (manifest.id,))
        known = cursor.fetchone()
        if not known:
            cursor.execute('insert into erp_host_module (name, generation) values (%s, 0) returning id', (manifest.id,))
            known = (cursor.fetchone()[0], None)
        projects = 'project.work' in [name for name, _ in Pool(database).iterobject()]
        fresh = keep_views(cursor, projects)
        if known[1] != manifest.hash:
            _install(cursor, known[0], manifest)
        access = keep_role(cursor, manifest.id, database, fresh)
        cursor.execute('select name from erp_host_module_extension where module = %s and granted', (known[0],))
        granted = {name for name, in cursor.fetchall()} & set(manifest.required + manifest.optional)
    return granted, access


def _install(cursor, module, manifest):
    """Tryton grants what the manifest asks for; what an administrator has taken away stays away."""
    cursor.execute('update erp_host_module set version = %s, manifest_hash = %s where id = %s',
        (manifest.version, manifest.hash, module))
    for extension in manifest.required + manifest.optional:
        cursor.execute('insert into erp_host_module_extension (module, name, granted) values (%s, %s, true) '
            'on conflict (module, name) do nothing', (module, extension))
    for role, permissions in manifest.roles.items():
        cursor.execute("select db_id from ir_model_data where module = 'erp_modules' and fs_id = %s",
            ('group_' + role,))
        group = cursor.fetchone()
        for permission in permissions if group else ():
            cursor.execute('insert into erp_host_permission ("group", name, granted) select %s, %s, true where not '
                'exists (select 1 from erp_host_permission where "group" = %s and name = %s)',
                (group[0], permission, group[0], permission))
    menus.synchronise(manifest)


def retire(database, names):
    """Modules whose folders are gone lose their menu entries. Their data, grants and settings stay."""
    expect_postgresql()
    with transaction(database, readonly=False) as cursor:
        cursor.execute('select id, name from erp_host_module where manifest_hash is not null and not name = any(%s)',
            (list(names),))
        for module, name in cursor.fetchall():
            menus.take_away(name)
            cursor.execute('update erp_host_module set manifest_hash = null, problem = %s where id = %s',
                ("It is not installed any more; its data are kept.", module))
