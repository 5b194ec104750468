# SPDX-License-Identifier: Apache-2.0
"""What every route of the modules' pages needs: who asks, whether they may ask here, and how a refusal is answered.

The session's cookie names the database. No transaction of Tryton's is open while a module works.
"""
import functools
import hashlib
import json
import re

from werkzeug.wrappers import Response

from trytond.pool import Pool
from trytond.transaction import Transaction
from trytond.wsgi import app

from .callers import USER, Caller, permissions_of, transaction
from .refusal import Refusal, as_refusal
from .tickets import session

COOKIE = 'erp_session'
LANGUAGES = ('sv', 'nb', 'en')
HTTP = {'INVALID_ARGUMENT': 400, 'UNSUPPORTED': 400, 'LIMIT': 400, 'OUT_OF_RANGE': 400, 'PERMISSION': 403,
    'NOT_FOUND': 404, 'CONFLICT': 409, 'WRONG_STATE': 409, 'VERSION': 409, 'UNAVAILABLE': 503, 'BUSY': 503,
    'DEADLINE': 503, 'CANCELLED': 503}
SAFE = {
    'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"}


def answer(content, status=200, **headers):
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    response = Response(text, status, {**SAFE, 'Cache-Control': 'no-store', **headers},
        content_type='application/json; charset=utf-8')
    return response


def failure(refusal, status=None):
    return answer({'error': {'status': refusal.status, 'key': refusal.key, 'message': refusal.message}},
        status or HTTP.get(refusal.name, 500))


def init_pool(database):
    if database not in Pool.database_list():
        with Transaction().start(database, 0, readonly=True):
            Pool(database).init()


def session_of(request):
    """(database, token) of the cookie."""
    database, _, token = request.cookies.get(COOKIE, '').partition('|')
    return (database, token) if re.fullmatch(r'[A-Za-z0-9_\-]{1,63}', database) and token else (None, None)


def caller_of(request):
    """(database, Caller) or None."""
    database, token = session_of(request)
    if not database:
        return None
    init_pool(database)
    with transaction(database):
        found = session(token)
        if not found:
            return None
        user, company, language = found
        wanted = request.args.get('lang', '')[:2]
        caller = Caller(USER, company, user, wanted if wanted in LANGUAGES else language,
            request.headers.get('X-Request-Id', '')[:100], permissions_of(user))
    return database, caller


def is_own_page(request):
    site, origin = request.headers.get('Sec-Fetch-Site', ''), request.headers.get('Origin', '')
    if site and site not in ('same-origin', 'none'):
        return False
    return not origin or origin.split('://', 1)[-1] == request.host


def api(function):
    """Logs in, turns refusals into answers."""
    @functools.wraps(function)
    def wrapper(request, **arguments):
        try:
            if request.method == 'POST':
                if not is_own_page(request):
                    raise Refusal('PERMISSION', 'http.origin',
                        "The request comes from another site; Tryton answers its own pages alone.")
                if function.is_json and (request.content_type or '').split(';')[0].strip() != 'application/json':
                    raise Refusal('INVALID_ARGUMENT', 'http.content_type',
                        "The request must be sent as application/json.")
            found = caller_of(request)
            if not found:
                return failure(Refusal('PERMISSION', 'session.missing',
                        "Open this page from Tryton's menu first."), 401)
            return function(request, *found, **arguments)
        except Exception as error:
            return failure(as_refusal(error))
    return wrapper


def json_route(path, methods, is_json=True):
    def decorate(function):
        function.is_json = is_json
        app.route(path, methods=methods)(api(function))
        return function
    return decorate


def body_of(request):
    text = request.get_data(as_text=True)
    try:
        return json.loads(text) if text else {}
    except ValueError as error:
        raise Refusal('INVALID_ARGUMENT', 'json.invalid', "The request is not JSON: %s." % error)


def tagged(request, text):
    tag = '"%s"' % hashlib.sha256(text.encode()).hexdigest()[:32]
    kept = {'ETag': tag, 'Cache-Control': 'private, no-cache'}
    if tag in request.headers.get('If-None-Match', ''):
        return Response('', 304, {**SAFE, **kept})
    return answer(text, **kept)
