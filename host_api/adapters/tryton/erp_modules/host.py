# SPDX-License-Identifier: Apache-2.0
"""Tryton as one module sees it: the table of its extensions, as `erp_host`.

Every slot takes a transaction of its own and turns whatever goes wrong into a status: nothing is raised across the
border. Tables are immutable after construction and live as long as the module.
"""
import functools

from .callers import Tokens
from .contract import Table
from .extensions import records, streams, system, ui
from .refusal import as_refusal

EXTENSIONS = {
    'erp.log/1': ('erp_log', system.Log), 'erp.clock/1': ('erp_clock', system.Clock),
    'erp.config/1': ('erp_config', system.Config), 'erp.database/1': ('erp_database', system.Database),
    'erp.identity/1': ('erp_identity', system.Identity), 'erp.money/1': ('erp_money', system.Money),
    'erp.events/1': ('erp_events', streams.Events), 'erp.jobs/1': ('erp_jobs', streams.Jobs),
    'erp.documents/1': ('erp_documents', records.Documents), 'erp.directory/1': ('erp_directory', records.Directory),
    'erp.ui/1': ('erp_ui', ui.Ui)}


class Host:
    def __init__(self, contract, database, manifest, access, granted):
        self.contract, self.ffi = contract, contract.ffi
        self.database, self.manifest, self.access = database, manifest, access
        self.tokens = Tokens()
        self._tables = {}
        for id in granted:
            if id in EXTENSIONS:
                type_name, make = EXTENSIONS[id]
                self._tables[id] = Table(contract, type_name, make(self).slots(), self._translated)
        self._root = Table(contract, 'erp_host', {'get_extension': self._get_extension}, lambda f, kind: f)
        self.struct = self._root.struct

    def caller_of(self, call):
        return self.tokens.caller_of(self.ffi, call)

    def is_own(self, name):
        return name.startswith(self.manifest.id + '.')

    def _get_extension(self, ctx, id):
        table = self._tables.get(self.contract.text(id)) if id.len <= 64 else None
        return self.ffi.cast('void*', table.struct) if table else self.ffi.NULL

    def _translated(self, function, kind):
        """Without its ctx; and, where the slot has a status and an erp_error, with failures turned into them."""
        if kind.args[-1].cname != 'erp_error *':
            return lambda ctx, *args: function(*args)
        contract = self.contract

        @functools.wraps(function)
        def slot(ctx, *args):
            *given, error = args
            try:
                return function(*given) or 0
            except BaseException as failure:  # also an exit that is asked for meanwhile: nothing crosses the border
                refusal = as_refusal(failure)
                contract.fill_error(error, refusal.status, refusal.key, refusal.message)
                return refusal.status
        return slot
