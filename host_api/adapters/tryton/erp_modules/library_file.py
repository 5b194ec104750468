# SPDX-License-Identifier: Apache-2.0
"""What of a module's library can be known before it is mapped: an ELF library, of this machine, whole.

Mapping a file that was cut short works; touching what is missing kills the process. So its segments are counted first.
"""
import os
import platform
import struct

from .refusal import Refusal

HEADER = struct.Struct('<16sHHIQQQIHHHHHH')
SEGMENT = struct.Struct('<IIQQQQQQ')
SHARED, CLASS_64, LITTLE = 3, 2, 1
MACHINES = {'x86_64': 62, 'aarch64': 183, 'riscv64': 243}


def expect_library(path):
    with open(path, 'rb') as file:
        head = file.read(HEADER.size)
        if len(head) < HEADER.size or head[:4] != b'\x7fELF' or head[4:6] != bytes((CLASS_64, LITTLE)):
            _refuse(path, 'INVALID_ARGUMENT', 'module.not_a_library', "is no 64-bit ELF library; install the module again")
        _, kind, machine, _, _, table, _, _, _, entry, count, *_ = HEADER.unpack(head)
        if kind != SHARED:
            _refuse(path, 'INVALID_ARGUMENT', 'module.not_a_library', "is no shared library; install the module again")
        here = MACHINES.get(platform.machine())
        if here is not None and machine != here:
            _refuse(path, 'VERSION', 'module.other_machine', "was built for another kind of machine (ELF machine %d, this "
                "one is %d); install the module's build for this machine" % (machine, here))
        size = os.fstat(file.fileno()).st_size
        file.seek(table)
        segments = file.read(count * SEGMENT.size)
        if not count or entry != SEGMENT.size or len(segments) < count * SEGMENT.size or any(
                offset + length > size for _, _, offset, _, _, length, _, _ in SEGMENT.iter_unpack(segments)):
            _refuse(path, 'INVALID_ARGUMENT', 'module.truncated', "the library is cut short; install the module again")


def _refuse(path, status, key, what):
    raise Refusal(status, key, "%s: %s." % (path, what))
