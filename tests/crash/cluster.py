# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL in pairs: a primary with a synchronous standby made by hand, and the same under Patroni. A machine is lost by
killing the postmaster with all of its children: a backend that outlived it could still finish what it does."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from world import OwnServer, free_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--inh-caps=-all"] if os.getuid() == 0 else []


def until(condition, what, patience_s=60):
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s} s for {what}")
        time.sleep(0.1)


def lose_machine(data):
    """The postmaster of a data folder and all of its children, at once."""
    postmaster = int((data / "postmaster.pid").read_text().split()[0])
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False).stdout.split()
    for pid in (postmaster, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def ask(port, sql):
    done = subprocess.run(["psql", "-XAtqh", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", sql], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def both(ports):
    """What a client needs to find whoever leads."""
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write&connect_timeout=2"


class WithStandby:
    """Every commit waits until the standby has it."""

    def __init__(self):
        self.primary = OwnServer()
        self.folder = self.primary.folder / "pg" / "standby"
        self.port = free_port()
        subprocess.run([*AS_POSTGRES, str(BINARIES[-1] / "pg_basebackup"), "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast", "-h", "127.0.0.1",
                        "-p", str(self.primary.port), "-U", "postgres"], check=True, cwd="/", capture_output=True)
        self.ctl("-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.primary.folder / 'pg'} -c max_connections=100 -c fsync=off",
                 "-l", str(self.primary.folder / "pg" / "standby.log"), "-w", "start")
        ask(self.primary.port, "alter system set synchronous_standby_names = '*'")
        ask(self.primary.port, "select pg_reload_conf()")
        until(lambda: ask(self.primary.port, "select sync_state from pg_stat_replication") == "sync", "the standby to be synchronous")
        self.url = both((self.primary.port, self.port))

    def ctl(self, *arguments):
        subprocess.run([*AS_POSTGRES, str(BINARIES[-1] / "pg_ctl"), "-D", str(self.folder), *arguments], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def fail_over(self):
        lose_machine(self.primary.folder / "pg" / "data")
        assert ask(self.port, "select pg_promote(true, 30)") == "t"

    def close(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.ctl("-m", "immediate", "stop")
        self.primary.close()


class UnderPatroni:
    """Two nodes and one etcd: enough to see a fail-over, never enough for production (that takes three)."""

    @staticmethod
    def missing():
        return [name for name in ("patroni", "etcd") if shutil.which(name) is None]

    def __init__(self, folder):
        self.folder, self.processes = Path(folder), {}
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o700)
        if AS_POSTGRES:
            shutil.chown(self.folder, "postgres")
        self.etcd, self.peer = free_port(), free_port()
        self.ports, self.rest = {1: free_port(), 2: free_port()}, {1: free_port(), 2: free_port()}
        client, peer = f"http://127.0.0.1:{self.etcd}", f"http://127.0.0.1:{self.peer}"
        try:
            self.spawn("etcd", "etcd", "--data-dir", self.folder / "etcd", "--listen-client-urls", client, "--advertise-client-urls", client,
                       "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}", "--unsafe-no-fsync")
            until(lambda: self.get(self.etcd, "health"), "etcd", 30)
            for node in self.ports:
                self.start(node)
            until(self.leader, "a leader", 90)
            until(lambda: any(self.get(port, "sync") for port in self.rest.values()), "a synchronous standby", 90)
        except BaseException:
            self.close()
            raise
        self.url = both(self.ports.values())

    def spawn(self, name, *command):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([*AS_POSTGRES, *map(str, command)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                                    cwd=self.folder, env={**os.environ, "HOME": str(self.folder)})

    @staticmethod
    def get(port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def start(self, node):
        log_in = {"superuser": {"username": "postgres"}, "replication": {"username": "repl"}, "rewind": {"username": "postgres"}}
        settings = {
            "scope": "pair", "name": f"n{node}", "etcd3": {"host": f"127.0.0.1:{self.etcd}"},
            "restapi": {"listen": f"127.0.0.1:{self.rest[node]}", "connect_address": f"127.0.0.1:{self.rest[node]}"},
            "bootstrap": {
                "dcs": {"ttl": 5, "loop_wait": 1, "retry_timeout": 2, "maximum_lag_on_failover": 1048576, "master_start_timeout": 0,
                        "synchronous_mode": True,
                        "postgresql": {"use_pg_rewind": True, "use_slots": True, "parameters": {
                            "wal_log_hints": "on", "hot_standby": "on", "max_connections": 100, "max_wal_senders": 8, "wal_keep_size": "64MB"}}},
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums", {"auth": "trust"}],
                "pg_hba": ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]},
            "postgresql": {"listen": f"127.0.0.1:{self.ports[node]}", "connect_address": f"127.0.0.1:{self.ports[node]}",
                           "data_dir": str(self.folder / f"d{node}"), "bin_dir": str(BINARIES[-1]), "authentication": log_in,
                           "parameters": {"unix_socket_directories": str(self.folder), "shared_buffers": "32MB"}}}
        file = self.folder / f"n{node}.yml"
        file.write_text(json.dumps(settings))  # JSON is YAML
        file.chmod(0o644)
        self.spawn(f"n{node}", "patroni", file)

    def leader(self):
        return next((node for node, port in self.rest.items() if self.get(port, "primary")), None)

    def fail_over(self):
        """The leading machine is lost, Patroni and all; the other one is promoted by itself."""
        lost = self.leader()
        self.end(f"n{lost}")
        lose_machine(self.folder / f"d{lost}")
        until(lambda: self.leader() not in (None, lost), "the standby to be promoted", 60)
        return lost

    def come_back(self, node):
        self.start(node)
        until(lambda: self.get(self.rest[node], "replica"), "the lost node to follow", 60)

    def end(self, name):
        process = self.processes.pop(name, None)
        if process:
            process.kill()
            process.wait()

    def close(self):
        for name in list(self.processes):
            if name != "etcd":
                self.end(name)
        for node in self.ports:
            with contextlib.suppress(OSError, ValueError, IndexError):
                lose_machine(self.folder / f"d{node}")
        self.end("etcd")
        shutil.rmtree(self.folder, ignore_errors=True)
