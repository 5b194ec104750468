# SPDX-License-Identifier: Apache-2.0
"""The same library file in both hosts: what is mapped in running processes, by its checksum.

    same_library.py ERP_HOST MODULES PID [PID …]      PIDs of trytond's workers and of the worker process
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

NAME = 'libsales_leads.so'


def mapped(pid):
    """Path and checksum of the module's library in a process; of the file that is mapped, not of its name."""
    with open('/proc/%s/maps' % pid) as maps:
        for line in maps:
            parts = line.split()
            if len(parts) >= 6 and os.path.basename(parts[5]) == NAME:
                with open('/proc/%s/map_files/%s' % (pid, parts[0]), 'rb') as file:
                    return parts[5], hashlib.sha256(file.read()).hexdigest()
    return None


def in_erp_host(program, modules):
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen([program, 'batch', '--data', data, '--modules', modules], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        try:
            process.stdin.write(json.dumps({'action': 'campaign.list', 'input': {}}) + '\n')
            process.stdin.flush()
            process.stdout.readline()
            return mapped(process.pid)
        finally:
            process.stdin.close()
            process.wait()


def main(program, modules, *pids):
    found = {'erp-host': in_erp_host(program, modules), **{'trytond %s' % pid: mapped(pid) for pid in pids}}
    sums = {one[1] for one in found.values() if one}
    for who, one in found.items():
        print('%-16s %s' % (who, '%s  %s' % (one[1], one[0]) if one else 'has not loaded it'))
    # A web worker that was asked nothing has loaded nothing; the worker process and another one must have.
    good = len(sums) == 1 and found['erp-host'] and sum(map(bool, found.values())) >= min(3, len(found))
    print('%-4s the same library in both hosts' % ('ok' if good else 'FAIL'))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
