# SPDX-License-Identifier: Apache-2.0
"""A module's way into Tryton's database: its own role, its own schema, the read views, and nothing else."""
import hashlib
import os
import re
import secrets
from urllib.parse import unquote

from psycopg2.extensions import make_dsn
from psycopg2.sql import SQL, Identifier, Literal

from trytond import backend
from trytond.config import config, parse_uri

from .refusal import Refusal

VIEWS = ('erp_company', 'erp_customer', 'erp_contact', 'erp_project', 'erp_employee', 'erp_currency_rate', 'erp_order',
    'erp_order_line', 'erp_invoice', 'erp_invoice_line', 'erp_invoice_line_source', 'erp_document_ref', 'erp_event')


class Access:
    def __init__(self, connection, schema):
        self.connection, self.schema = connection, schema


def expect_postgresql():
    if backend.name != 'postgresql':
        raise Refusal('UNSUPPORTED', 'database.backend',
            "Modules run in Tryton on PostgreSQL; this Tryton runs on %s. Set [database] uri." % backend.name)


def module_folder():
    folder = config.get('erp_modules', 'modules', default='/usr/lib/erp-host/modules')
    if not os.path.isabs(folder):
        raise Refusal('INVALID_ARGUMENT', 'modules.folder', "[erp_modules] modules must be an absolute path.")
    return folder


def headers_folder():
    beside = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..', '..', 'include', 'erp'))
    default = beside if os.path.isdir(beside) else '/usr/include/erp'
    return config.get('erp_modules', 'headers', default=default)


def keep_views(cursor, projects):
    """Makes the views when their text, or what Tryton has, changed. Idempotent; one process at a time."""
    with open(os.path.join(os.path.dirname(__file__), 'views.sql'), encoding='utf-8') as file:
        text = file.read()
    for name, active in (('project', projects), ('no_project', not projects)):
        text = re.sub(r'^\{%s\}' % name if active else r'^\{%s\}.*\n' % name, '', text, flags=re.M)
    wanted = hashlib.sha256(text.encode()).hexdigest()
    cursor.execute("select to_regclass('public.erp_event') is not null and exists (select 1 from erp_host_module where "
        'schema_hash = %s)', (wanted,))
    if cursor.fetchone()[0]:
        return False
    cursor.execute(text)
    cursor.execute('update erp_host_module set schema_hash = %s', (wanted,))
    # They are new to every module's role, not only to that of the module whose start made them.
    cursor.execute('select r.rolname from erp_host_module m join pg_roles r on r.rolname = m.role_name')
    for role, in cursor.fetchall():
        cursor.execute(SQL('grant select on {} to {}').format(SQL(', ').join(map(Identifier, VIEWS)), Identifier(role)))
    return True


def role_name(module, database):
    name = '%s_%s' % (module, re.sub(r'[^a-z0-9_]', '_', database))
    if name == '%s_%s' % (module, database) and len(name) <= 63:
        return name
    return '%s_%s' % (name[:54], hashlib.sha256(database.encode()).hexdigest()[:8])


def keep_role(cursor, module, database, fresh_views):
    """The module's role, with a password of our own making that only Tryton's tables hold."""
    role = role_name(module, database)
    cursor.execute('select role_name, role_password from erp_host_module where name = %s', (module,))
    known, password = cursor.fetchone()
    fresh = known != role
    if fresh:
        password = secrets.token_hex(24)
        cursor.execute('update erp_host_module set role_name = %s, role_password = %s where name = %s',
            (role, password, module))
    cursor.execute(
        'select 1 from pg_roles r join pg_namespace n on n.nspowner = r.oid where r.rolname = %s and n.nspname = %s',
        (role, module))
    if fresh or fresh_views or not cursor.fetchone():
        _provide(cursor, role, module, password, database, fresh)
    uri = parse_uri(config.get('database', 'uri'))
    parts = {'dbname': database, 'user': role, 'password': password}
    if uri.hostname:
        parts['host'] = unquote(uri.hostname)
    if uri.port:
        parts['port'] = uri.port
    return Access(make_dsn(**parts), module)


def _hand_over(cursor, role, schema):
    """In a copy of a database, or one restored from a dump, the schema is another role's: that of the original."""
    cursor.execute(SQL('alter schema {} owner to {}').format(Identifier(schema), role))
    cursor.execute("select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' "
        "else 'table' end, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s "
        "and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relowner <> n.nspowner and not (c.relkind = 'S' and exists "
        "(select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')))",
        (schema,))
    for kind, relation in cursor.fetchall():
        cursor.execute(SQL('alter %s {}.{} owner to {}' % kind).format(Identifier(schema), Identifier(relation), role))
    cursor.execute("select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        'where n.nspname = %s and p.proowner <> n.nspowner', (schema,))
    for function, in cursor.fetchall():
        cursor.execute(SQL('alter routine %s owner to {}' % function).format(role))


def _provide(cursor, role, schema, password, database, set_password):
    # The module logs in next, maybe through an address that names a synchronous standby first.
    cursor.execute('set local synchronous_commit = remote_apply')
    name = Identifier(role)
    cursor.execute('select 1 from pg_roles where rolname = %s', (role,))
    if not cursor.fetchone():
        cursor.execute(SQL('create role {} login nosuperuser nocreatedb nocreaterole noinherit password {}').format(
                name, Literal(password)))
    elif set_password:
        cursor.execute(SQL('alter role {} login password {}').format(name, Literal(password)))
    cursor.execute('select rolsuper from pg_roles where rolname = current_user')
    if not cursor.fetchone()[0]:  # who is no superuser must be a member to make a schema for the role
        cursor.execute(SQL('grant {} to current_user').format(name))
    cursor.execute(SQL('create schema if not exists {} authorization {}').format(Identifier(schema), name))
    _hand_over(cursor, name, schema)
    cursor.execute(SQL('grant usage on schema public to {}').format(name))
    cursor.execute(SQL('grant select on {} to {}').format(SQL(', ').join(map(Identifier, VIEWS)), name))
    cursor.execute(SQL('alter role {} in database {} set search_path = {}, public').format(
            name, Identifier(database), Identifier(schema)))
