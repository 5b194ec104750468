# SPDX-License-Identifier: Apache-2.0
"""One module for one database in this process: its library, its life, calls into it.

    catalogue.of(database, 'sales_leads').call_action(caller, 'campaign.list', {})

Libraries stay mapped until the process ends. Threads: any; the life cycle under the catalogue's lock, work one at a time
per company. Errors: Refusal.
"""
import json
import logging
import os
import threading

from .access import headers_folder, module_folder
from .callers import USER, transaction
from .contract import Slots, contract_of
from .host import EXTENSIONS, Host
from .install import prepare
from .library_file import expect_library
from .manifest import Manifest
from .refusal import Refusal

logger = logging.getLogger('erp.modules')
_unstopped = []  # still in use: the collector may not free their tables


class ModuleInstance:
    def __init__(self, database, name):
        self.database, self.name, self.pid = database, name, os.getpid()
        self._instance = None
        self._lanes, self._lanes_lock, self._declared = {}, threading.Lock(), {}
        self.manifest = Manifest(os.path.join(module_folder(), name))
        if self.manifest.id != name:
            raise Refusal('CONFLICT', 'module.id_differs', "%s holds the module %s." % (name, self.manifest.id))
        self.contract = contract_of(headers_folder())
        self.ffi = self.contract.ffi
        self._negotiate()
        unknown = [e for e in self.manifest.required if e not in EXTENSIONS]
        if unknown:
            raise Refusal('UNSUPPORTED', 'module.extension',
                "Module %s requires %s, which Tryton does not offer." % (name, unknown[0]))
        granted, access = prepare(database, self.manifest)
        self.host = Host(self.contract, database, self.manifest, access, granted)
        self._start()

    def _negotiate(self):
        contract, ffi = self.contract, self.ffi
        ours = (contract.ERP_ABI_MAJOR, contract.ERP_ABI_MINOR)
        self.manifest.expect_abi(*ours)
        self.path = self.manifest.library()
        expect_library(self.path)
        # now: a missing symbol shows here and not at its first call. local: no module sees another one's symbols.
        try:
            self._library = ffi.dlopen(self.path, ffi.RTLD_NOW | ffi.RTLD_LOCAL)
        except OSError as failure:
            raise Refusal('INVALID_ARGUMENT', 'module.cannot_load', "%s: the library cannot be loaded (%s); install what "
                "it misses, or the module's build for this system." % (self.path, failure))
        query = _entry(ffi, self._library, self.path)
        host_abi = contract.sized('erp_host_abi')
        host_abi.abi_major, host_abi.abi_minor = ours
        host_abi.name, keep_name = contract.borrowed('tryton')
        host_abi.version, keep_version = contract.borrowed('6.0')
        self._kept = (host_abi, keep_name, keep_version)
        self.abi = contract.sized('erp_module_abi')
        self._checked('erp_module_query', lambda error: query(host_abi, self.abi, error))
        if self.abi.abi_major != ours[0] or self.abi.abi_minor_required > ours[1]:
            raise Refusal('VERSION', 'module.abi', "%s: %s needs host ABI %d.%d, this host speaks %d.%d; install the "
                "module's build for this host, or update the host." % (self.path, self.name, self.abi.abi_major,
                    self.abi.abi_minor_required, *ours))
        self.life = Slots(contract, self.abi)
        for slot in ('create', 'init', 'start', 'stop', 'destroy', 'get_extension'):
            if getattr(self.life, slot) is None:
                raise Refusal('INVALID_ARGUMENT', 'module.slot_missing', "%s: %s offers no %s; every module must." % (
                        self.path, self.name, slot))
        told = (contract.text(self.abi.id), contract.text(self.abi.version))
        if told != (self.manifest.id, self.manifest.version):
            raise Refusal('CONFLICT', 'module.version_differs', "%s says that it is %s %s, its manifest says %s %s; "
                "install the module again." % (self.path, *told, self.manifest.id, self.manifest.version))

    def _start(self):
        contract, ffi, abi = self.contract, self.ffi, self.life
        folder, keep = contract.borrowed(self.manifest.folder)
        made = ffi.new('erp_module**')
        self._checked('create', lambda error: abi.create(self.host.struct, folder, made, error))
        instance = made[0]
        try:
            self._checked('init', lambda error: abi.init(instance, error))
            self._instance = instance
            migrate = self._extension('erp_module_migrate', contract.ERP_EXT_MODULE_MIGRATE)
            if migrate.apply:
                self._checked('migrate.apply', lambda error: migrate.apply(instance, error))
            self._checked('start', lambda error: abi.start(instance, error))
        except BaseException:
            self._instance = None
            abi.destroy(instance)
            raise
        self._actions = self._extension('erp_module_actions', contract.ERP_EXT_MODULE_ACTIONS)
        self._reports = self._extension('erp_module_reports', contract.ERP_EXT_MODULE_REPORTS)
        self._work = self._extension('erp_module_work', contract.ERP_EXT_MODULE_WORK)
        self._views = self._extension('erp_module_views', contract.ERP_EXT_MODULE_VIEWS)
        self._health = self._extension('erp_module_health', contract.ERP_EXT_MODULE_HEALTH)
        logger.info("%s %s runs for %s from %s", self.name, self.manifest.version, self.database, self.path)

    def stop(self):
        instance, self._instance = self._instance, None
        if instance is not None and os.getpid() == self.pid:
            try:
                self._checked('stop', lambda error: self.life.stop(instance, error))
            except Refusal as failure:
                logger.error("%s did not stop: %s", self.name, failure)
                _unstopped.append(self)
            else:
                self.life.destroy(instance)

    def declared(self, what):
        """name -> permission of the module's actions, reports or views, as it told at first."""
        if what not in self._declared:
            listed = json.loads(self.list(what)).get(what) or []
            self._declared[what] = {
                one.get('id' if what == 'views' else 'name'): one.get('permission') or '' for one in listed}
        return self._declared[what]

    def _expect_permission(self, caller, what, name):
        """The host checks what the module declares; modules may check more."""
        permission = self.declared(what).get(name)
        if permission and caller.kind == USER:
            with transaction(self.database, caller):
                caller.require(permission)

    def call_action(self, caller, name, content):
        self._expect_permission(caller, 'actions', name)
        run = self._offered(self._actions.call, name)
        text = content if isinstance(content, str) else json.dumps(content)
        source, keep = self._source(text)
        action, keep_name = self.contract.borrowed(name)
        with self._call(caller) as call:
            return self._text(name, lambda sink, error: run(self._running(), call, action, source, sink, error))

    def run_report(self, caller, name, params):
        self._expect_permission(caller, 'reports', name)
        run = self._offered(self._reports.run, name)
        report, keep = self.contract.borrowed(name)
        text, keep_text = self.contract.borrowed(params if isinstance(params, str) else json.dumps(params))
        with self._call(caller) as call:
            return self._text(name, lambda sink, error: run(self._running(), call, report, text, sink, error))

    def list(self, what):
        """The module's own declaration of its actions, reports or views, as JSON."""
        run = {'actions': self._actions, 'reports': self._reports, 'views': self._views}[what].list
        if run is None:
            return json.dumps({'schema': '1.0', what: []})
        return self._text(what + '.list', lambda sink, error: run(self._running(), sink, error))

    def view(self, caller, id):
        self._expect_permission(caller, 'views', id)
        run = self._offered(self._views.get, id)
        view, keep = self.contract.borrowed(id)
        with self._call(caller) as call:
            return self._text('views.get', lambda sink, error: run(self._running(), call, view, sink, error))

    def health(self):
        run = self._health.report
        if run is None:
            return '{"state":0,"reason":"","metrics":{}}'
        return self._text('health.report', lambda sink, error: run(self._running(), sink, error))

    def work(self, caller, budget_us, job=''):
        """(more, retry_after_us, handled, parked). One at a time per company: None while another thread is at it."""
        with self._lanes_lock:
            lane = self._lanes.setdefault(caller.company, threading.Lock())
        if self._work.work is None:
            return False, 0, 0, 0
        if not lane.acquire(blocking=False):
            return None
        try:
            request, result = self.contract.sized('erp_work_request'), self.contract.sized('erp_work_result')
            request.budget_us = budget_us
            request.job, keep = self.contract.borrowed(job)
            with self._call(caller) as call:
                self._checked('work', lambda error: self._work.work(self._running(), call, request, result, error))
            return bool(result.more), result.retry_after_us, result.handled, result.parked
        finally:
            lane.release()

    def wake(self):
        if self._instance is not None and self._work.wake is not None:
            self._work.wake(self._instance)

    def _running(self):
        if self._instance is None:
            raise Refusal('UNAVAILABLE', 'module.stopped', "Module %s does not run." % self.name)
        return self._instance

    def _extension(self, type_name, id):
        name, keep = self.contract.borrowed(id)
        table = self.life.get_extension(self._instance, name)
        return Slots(self.contract, self.ffi.cast(type_name + ' const*', table))

    def _offered(self, slot, name):
        if slot is None:
            raise Refusal('UNSUPPORTED', 'module.not_offered', "Module %s does not offer %s." % (self.name, name))
        return slot

    def _call(self, caller):
        return _Call(self, caller)

    def _source(self, text):
        data, at = text.encode(), 0

        def read(ctx, buffer, capacity, got):
            nonlocal at
            part = data[at:at + capacity]
            self.ffi.memmove(buffer, part, len(part))
            at += len(part)
            got[0] = len(part)
            return 0
        closure = self.ffi.callback('erp_status(void*, char*, uint32_t, uint32_t*)', read, error=-16)
        source = self.contract.sized('erp_source')
        source.read = closure
        return source, closure

    def _text(self, what, run):
        parts = []

        def write(ctx, data, length):
            parts.append(bytes(self.ffi.buffer(data, length)))
            return 0
        closure = self.ffi.callback('erp_status(void*, char const*, uint32_t)', write, error=-16)
        sink = self.contract.sized('erp_sink')
        sink.write = closure
        self._checked(what, lambda error: run(sink, error))
        return b''.join(parts).decode()

    def _checked(self, what, run):
        error = self.contract.sized('erp_error')
        status = run(error)
        if status != 0:
            raise Refusal(status, self.contract.got(error.key) or 'module.refused',
                self.contract.got(error.message) or "Module %s refused %s with status %d." % (
                    self.name, what, status))


class _Call:
    """An erp_call with a token that lives as long as the block."""

    def __init__(self, module, caller):
        self._token = module.host.tokens.minted(caller)
        self._call = module.contract.sized('erp_call')
        self._call.company, self._call.actor = caller.company, caller.user
        self._call.locale, keep_locale = module.contract.borrowed(caller.locale)
        self._call.correlation_id, keep_id = module.contract.borrowed(caller.correlation)
        self._kept = (keep_locale, keep_id)

    def __enter__(self):
        self._call.token = self._token.__enter__()
        return self._call

    def __exit__(self, *failure):
        return self._token.__exit__(*failure)


def _entry(ffi, library, path):
    name = 'erp_module_query'
    try:
        ffi.cdef('erp_status %s(const erp_host_abi*, erp_module_abi*, erp_error*);' % name, override=True)
        return getattr(library, name)
    except AttributeError:
        raise Refusal('INVALID_ARGUMENT', 'module.no_entry',
            "%s does not export %s, the entry of every module; is it a module of this host?" % (path, name))

