# SPDX-License-Identifier: Apache-2.0
"""The C contract as Python sees it: read from its own headers, so that no second description of it can drift.

cffi in ABI mode: no compiler at run time, the interpreter's lock is let go during every call, and structs pass by value
in both directions. A slot that Python offers is a closure of libffi; `Table` keeps it alive as long as its table lives.
"""
import logging
import os
import re
import threading

import cffi

logger = logging.getLogger('erp.modules')

HEADERS = ('base', 'module', 'module_extensions', 'clock', 'config', 'database', 'directory', 'documents', 'events',
    'identity', 'jobs', 'log', 'money', 'ui')
CHUNK = 64 * 1024
LIMIT = 64 * 1024 * 1024


class Contract:
    """The declarations of one folder of headers. Immutable after construction; any thread."""

    def __init__(self, folder):
        self.ffi = cffi.FFI()
        self.constants = {}
        for name in HEADERS:
            with open(os.path.join(folder, name + '.h'), encoding='utf-8') as file:
                text = file.read()
            self._read_constants(text)
            self.ffi.cdef(_declarations(text))

    def _read_constants(self, text):
        for name, number in re.findall(r'#define (ERP_\w+) \(?(?:\(erp_status\))?(-?\d+)u?\)?', text):
            self.constants[name] = int(number)
        for name, value in re.findall(r'#define (ERP_\w+) "([^"]*)"', text):
            self.constants[name] = value

    def __getattr__(self, name):
        try:
            return self.constants[name]
        except KeyError:
            raise AttributeError(name) from None

    def sized(self, type_name):
        """A zeroed struct that knows its size."""
        made = self.ffi.new(type_name + '*')
        made.size = self.ffi.sizeof(type_name)
        return made

    def text(self, value):
        """erp_str -> str; ValueError when it is no UTF-8 or holds NUL."""
        if value.len == 0:
            return ''
        if value.data == self.ffi.NULL or value.len > LIMIT:
            raise ValueError("a text is missing or longer than %d bytes" % LIMIT)
        return _checked(bytes(self.ffi.buffer(value.data, value.len)))

    def borrowed(self, value):
        """str -> (erp_str, what keeps it alive)."""
        data = value.encode()
        memory = self.ffi.new('char[]', data or b'\0')
        made = self.ffi.new('erp_str*')
        made.data, made.len = memory, len(data)
        return made[0], (memory, made)

    def put(self, array, value):
        """Text into a char array, cut at a UTF-8 boundary, ended by NUL."""
        room = self.ffi.sizeof(self.ffi.typeof(array)) - 1
        data = value.encode()[:room].decode(errors='ignore').encode()
        self.ffi.memmove(array, data + b'\0', len(data) + 1)

    def got(self, array):
        return self.ffi.string(array).decode(errors='replace')

    def fill_error(self, error, status, key, message):
        if error != self.ffi.NULL and error.size >= self.ffi.sizeof('erp_error'):
            error.code = status
            self.put(error.key, key)
            self.put(error.message, message)

    def write_out(self, sink, text):
        """All of a text through a sink; the status of the first chunk that is refused."""
        data = text.encode()
        for at in range(0, len(data), CHUNK):
            part = data[at:at + CHUNK]
            status = sink.write(sink.ctx, self.ffi.from_buffer(part), len(part))
            if status != 0:
                return status
        return 0

    def read_all(self, source, limit=1 << 20):
        parts, length = [], 0
        buffer, got = self.ffi.new('char[]', CHUNK), self.ffi.new('uint32_t*')
        while True:
            status = source.read(source.ctx, buffer, CHUNK, got)
            if status != 0:
                raise ValueError("the input could not be read (status %d)" % status)
            if got[0] == 0:
                return _checked(b''.join(parts))
            if got[0] > CHUNK or length + got[0] > limit:
                raise ValueError("the input is longer than %d bytes" % limit)
            parts.append(bytes(self.ffi.buffer(buffer, got[0])))
            length += got[0]

    def copy_out(self, out, filled):
        """A filled struct into its caller's, who may know a shorter or a longer one."""
        if out == self.ffi.NULL or out.size < 8:
            raise ValueError("out is missing or its size is not set")
        filled.size = min(out.size, self.ffi.sizeof(self.ffi.typeof(filled).item))
        self.ffi.memmove(out, filled, filled.size)


class Table:
    """An extension's table with Python behind its slots, and the closures that must outlive it."""

    def __init__(self, contract, type_name, slots, translate):
        ffi = contract.ffi
        self.struct = contract.sized(type_name)
        self._closures = []
        for name, function in slots.items():
            kind = dict(ffi.typeof(type_name).fields)[name].type
            closure = ffi.callback(kind, translate(function, kind), error=_on_failure(contract, kind))
            self._closures.append(closure)
            setattr(self.struct, name, closure)


class Slots:
    """A module's table by name. None: what it does not offer, be it null, behind the table's size, or no table at all."""

    def __init__(self, contract, table):
        ffi, there = contract.ffi, table != contract.ffi.NULL
        for name, field in ffi.typeof(table).item.fields:
            if field.type.kind == 'function':
                inside = there and field.offset + ffi.sizeof(field.type) <= table.size
                setattr(self, name, (getattr(table, name) or None) if inside else None)


def _on_failure(contract, kind):
    if kind.result.kind == 'void':
        return None
    if kind.args[-1].cname == 'erp_error *':
        return contract.ERP_INTERNAL
    return contract.ffi.NULL if kind.result.kind == 'pointer' else 0


def _declarations(text):
    """C without its preprocessor: what is for C++ or for modules' makers falls away."""
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'#ifdef __cplusplus\n.*?#endif\n', '', text, flags=re.S)
    text = re.sub(r'#if defined\(ERP_MODULE_IMPLEMENTATION\)\n.*?#endif\n', '', text, flags=re.S)
    return re.sub(r'^\s*#.*$', '', text, flags=re.M)


def _checked(data):
    if b'\0' in data:
        raise ValueError("a text holds NUL at byte %d" % data.index(b'\0'))
    return data.decode()


_contracts, _lock = {}, threading.Lock()


def _forked():
    """In a child: the thread of the parent that held the lock is not there to let it go."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forked)


def contract_of(folder):
    with _lock:
        if folder not in _contracts:
            _contracts[folder] = Contract(folder)
        return _contracts[folder]
