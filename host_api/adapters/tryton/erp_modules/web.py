# SPDX-License-Identifier: Apache-2.0
"""The modules' pages inside Tryton's own web server: the same HTTP contract as erp-host's, for the stock renderer.

    /DATABASE/erp/open?token=…&view=…   a menu entry was clicked: the one-time token becomes a session
    /app/…                              the renderer's files
    /api/…                              JSON; who is not logged in gets 401

The session's cookie names the database, so the paths are the ones that the renderer knows. Changing calls are answered
to our own pages alone.
"""
import datetime
import json
import logging
import mimetypes
import os
import re
import threading
import time

import psycopg2
from werkzeug.utils import safe_join
from werkzeug.wrappers import Response

from trytond.config import config
from trytond.pool import Pool
from trytond.wsgi import app

from . import catalogue, hostlists, hostviews, pages
from .asking import COOKIE, LANGUAGES, SAFE, answer, body_of, caller_of, init_pool, json_route, session_of, tagged
from .callers import employee_of, transaction
from .money import UTC, zone_of
from .refusal import Refusal
from .tickets import end_session, new_ticket, redeem

logger = logging.getLogger('erp.modules')
SESSION_US = 12 * 3600 * 1_000_000
WAIT = 20
_seats = threading.BoundedSemaphore(max(1, config.getint('erp_modules', 'waiting', default=2)))
WORDS = {0: 'ok', 1: 'degraded'}


def open_page(request, database_name):
    """One-time token in, session out."""
    init_pool(database_name)
    with transaction(database_name, readonly=False):
        found = redeem(request.args.get('token', ''))
        if not found:
            return pages.plain('en', 403, database_name)
        user, company, language = found
        language = language if language in LANGUAGES else 'en'
        token = new_ticket('session', user, company, language, SESSION_US)
    view = request.args.get('view', '')
    target = '/app/v/' + view if re.fullmatch(r'[a-z0-9_.\-]+', view) else '/app/'
    response = Response('', 303, {**SAFE, 'Location': target, 'Cache-Control': 'no-store'})
    response.set_cookie(COOKIE, '%s|%s' % (database_name, token), max_age=SESSION_US // 1_000_000, path='/',
        httponly=True, samesite='Lax', secure=request.is_secure)
    return response


def renderer_folder():
    beside = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..', '..', 'web', 'dist'))
    default = beside if os.path.isdir(beside) else '/usr/share/erp-modules/web'
    return config.get('erp_modules', 'web', default=default)


def app_page(request, path=''):
    """The renderer's one page, or a file of it."""
    found = caller_of(request)
    if not found:
        return pages.plain((request.accept_languages.best_match(LANGUAGES) or 'en'), 401, None)
    folder = renderer_folder()
    name = path[len('assets/'):] if path.startswith('assets/') else 'index.html'
    file = safe_join(folder, name)
    if not file or not os.path.isfile(file):
        if path.startswith('assets/'):
            return Response('', 404, SAFE)
        return pages.lists(*found, path)
    with open(file, 'rb') as opened:
        data = opened.read()
    kind = mimetypes.guess_type(file)[0] or 'application/octet-stream'
    hashed = path.startswith('assets/') and name.endswith('.js') and '-' in name
    kept = 'public, max-age=31536000, immutable' if hashed else 'no-cache'
    return Response(data, 200, {**SAFE, 'Cache-Control': kept}, content_type=kind)


def register_routes():
    """Once per process: Tryton loads this package when it builds its pool."""
    if any(rule.rule == '/api/me' for rule in app.url_map.iter_rules()):
        return
    app.route('/<string:database_name>/erp/open', methods=['GET'])(open_page)
    app.route('/app', methods=['GET'])(app_page)
    app.route('/app/', methods=['GET'])(app_page)
    app.route('/app/<path:path>', methods=['GET'])(app_page)
    json_route('/api/me', ['GET'])(get_me)
    json_route('/api/menus', ['GET'])(get_menus)
    json_route('/api/views', ['GET'])(get_views)
    json_route('/api/views/<name>', ['GET'])(get_view)
    json_route('/api/actions', ['GET'])(get_actions)
    json_route('/api/actions/<name>', ['POST'])(post_action)
    json_route('/api/reports', ['GET'])(get_reports)
    json_route('/api/reports/<name>', ['GET'])(get_report)
    json_route('/api/changes', ['GET'])(get_changes)
    json_route('/api/preferences', ['GET', 'POST'])(preferences)
    json_route('/api/upload', ['POST'], is_json=False)(upload)
    json_route('/api/logout', ['POST'])(logout)
    json_route('/api/health', ['GET'])(get_health)


def get_me(request, database, caller):
    with transaction(database, caller) as cursor:
        pool = Pool()
        user = pool.get('res.user')(caller.user)
        company = pool.get('company.company')(caller.company)
        employee = employee_of(caller.user)
        cursor.execute('select code, digits from currency_currency where active')
        currencies = dict(cursor.fetchall())
        cursor.execute('select fiscal_year_start_month from erp_company where id = %s', (caller.company,))
        month, = cursor.fetchone()
        today = datetime.datetime.now(UTC).astimezone(zone_of(company)).date()
        return answer({
            'schema': '1.0',
            'user': {'id': user.id, 'login': user.login, 'name': user.name or user.login,
                'employee': employee.id if employee else None},
            'company': {'id': company.id, 'name': company.party.name, 'currency': company.currency.code,
                'time_zone': company.timezone or 'UTC', 'fiscal_year_start_month': month},
            'currencies': currencies, 'today': today.isoformat(), 'language': caller.locale[:2],
            'languages': list(LANGUAGES), 'permissions': sorted(caller._permissions),
            'search': ['customer', 'opportunity', 'lead', 'campaign', 'project', 'order', 'invoice']})


def get_menus(request, database, caller):
    manifests = [module.manifest for module in catalogue.running(database)]
    with transaction(database, caller) as cursor:
        cursor.execute('select menu, number from erp_host_badge where company = %s and number > 0', (caller.company,))
        badges = dict(cursor.fetchall())
    return answer({'menus': pages.menu_tree(manifests, caller, badges)})


def listed(database, what):
    """What all modules declare; the first keeps a name."""
    found = {}
    for module in catalogue.running(database):
        for one in json.loads(module.list(what)).get(what) or []:
            found.setdefault(one.get('id' if what == 'views' else 'name'), one)
    return list(found.values())


def get_views(request, database, caller):
    shown = [
        {'id': one['id'], 'kind': one.get('kind', ''),
            'title': (one.get('titles') or {}).get(caller.locale[:2]) or one.get('title') or one['id']}
        for one in listed(database, 'views') if not one.get('permission') or caller.may(one['permission'])]
    shown += [{'id': id, 'kind': view['kind'], 'title': view['title']}
        for id, view in hostviews.views(caller.locale[:2]).items()]
    return tagged(request, json.dumps({'schema': '1.0', 'views': shown}, ensure_ascii=False))


def get_view(request, database, caller, name):
    own = hostviews.views(caller.locale[:2]).get(name)
    return tagged(request, json.dumps(own, ensure_ascii=False) if own else
        catalogue.answering(database, 'views', name).view(caller, name))


def get_actions(request, database, caller):
    return answer({'schema': '1.0', 'actions': listed(database, 'actions')})


def get_reports(request, database, caller):
    return answer({'schema': '1.0', 'reports': listed(database, 'reports')})


def post_action(request, database, caller, name):
    content = body_of(request)
    if hostlists.is_hosts(name, content):
        return answer(hostlists.call(database, caller, name, content))
    result = catalogue.answering(database, 'actions', name).call_action(caller, name, content)
    try:
        hostlists.note_change(database, caller, name)
    except psycopg2.Error as failure:  # what was asked for is done, whatever others see of it at once
        logger.warning("%s was done, and other pages are not told of it: %s", name, failure)
    return answer(result)


def get_report(request, database, caller, name):
    if 'params' in request.args:
        params = request.args['params']
    else:
        params = {}
        for key, text in request.args.items():
            if key == 'measures':
                params[key] = [one for one in text.split(',') if one]
            elif key in ('limit', 'after'):
                if not re.fullmatch(r'-?\d{1,18}', text):
                    raise Refusal('INVALID_ARGUMENT', 'params.invalid', "%s must be a whole number." % key)
                params[key] = int(text)
            elif key != 'lang' and text:
                params[key] = json.loads(text) if text.startswith('{') else text
    return answer(catalogue.answering(database, 'reports', name).run_report(caller, name, params))


def get_changes(request, database, caller):
    """Waits as long as this server can afford a waiting caller: for a seat 20 s, without one not. Tryton's own requests
    come to the same threads, so open pages may hold but a few of them; the others ask again five seconds later."""
    after = request.args.get('after', '')
    seated = bool(after) and request.environ.get('wsgi.multithread') and _seats.acquire(blocking=False)
    end = time.monotonic() + (WAIT if seated else 0)
    try:
        while True:
            seq, sources = hostlists.changes(database, caller, int(after) if after.isdigit() else None)
            if sources or not after or time.monotonic() >= end:
                again = {} if seated or sources or not after else {'retry_after': 5}
                return answer({'seq': seq, 'sources': sources, **again})
            time.sleep(1)
    finally:
        if seated:
            _seats.release()


def preferences(request, database, caller):
    if request.method == 'POST':
        content = body_of(request)
        key, value = str(content.get('key') or ''), json.dumps(content.get('value'))
        if not key or len(key) > 200 or len(value) > 65536:
            raise Refusal('INVALID_ARGUMENT', 'preference.invalid', "key is missing, or key or value is too long.")
        with transaction(database, caller, readonly=False) as cursor:
            cursor.execute('delete from erp_host_preference where "user" = %s and name = %s', (caller.user, key))
            if value != 'null':
                cursor.execute('insert into erp_host_preference ("user", name, value) values (%s, %s, %s)',
                    (caller.user, key, value))
        return answer({})
    key = request.args.get('key', '')
    with transaction(database, caller) as cursor:
        cursor.execute('select value from erp_host_preference where "user" = %s and name = %s', (caller.user, key))
        found = cursor.fetchone()
    return answer({'key': key, 'value': json.loads(found[0]) if found else None})


def upload(request, database, caller):
    raise Refusal('UNSUPPORTED', 'upload.unsupported',
        "Tryton takes no files for a module's imports; use erp-host's import, or Tryton's own for its records.")


def logout(request, database, caller):
    with transaction(database, caller, readonly=False):
        end_session(session_of(request)[1])
    response = answer({})
    response.delete_cookie(COOKIE, path='/')
    return response


def get_health(request, database, caller):
    """As erp-host's: a word for all of it, and one for each module with its reason."""
    modules = {}
    for name, version, runs, problem in catalogue.states(database):
        told = json.loads(catalogue.of(database, name).health()) if runs else {'state': 2, 'reason': problem}
        word = WORDS.get(told.get('state'), 'failed')
        if word == 'ok' and problem:
            word = 'degraded'
        modules[name] = {'version': version, 'state': word, 'reason': told.get('reason') or problem,
            'metrics': told.get('metrics') or {}}
    whole = 'ok' if all(one['state'] == 'ok' for one in modules.values()) else 'degraded'
    return answer({'state': whole, 'modules': modules})
