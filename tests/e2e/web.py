# SPDX-License-Identifier: Apache-2.0
"""`erp-host serve --port 0` as a context, and a small HTTP client with cookies. The paths of the host's HTTP stand here only."""
import http.client
import http.cookies
import json
import re
import select
import signal
import subprocess
import time
import urllib.parse

LOGIN, LOGOUT = "/api/login", "/api/logout"


def action_path(name):
    return f"/api/actions/{name}"


def report_path(name, **params):
    query = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
    return f"/api/reports/{name}" + ("?" + urllib.parse.urlencode(query) if query else "")


class Server:
    def __init__(self, host, *arguments):
        self.host = host
        host.stop()
        self.errors = open(host.folder / "serve.stderr", "w+", encoding="utf-8")
        self.process = subprocess.Popen(host.command("serve", "--port", "0", *arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, encoding="utf-8", bufsize=1)
        self.text, self.cookies = "", {}
        deadline = time.monotonic() + 60
        self.port = None
        while self.port is None and time.monotonic() < deadline:
            ready, _, _ = select.select([self.process.stdout], [], [], 1)
            line = self.process.stdout.readline() if ready else ""
            self.text += line
            found = re.search(r"(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0):(\d+)", line) or re.search(r"port (\d+)", line)
            if found:
                self.port = int(found[1])
            elif self.process.poll() is not None:
                break
        if self.port is None:
            self.close()
            raise AssertionError(f"erp-host serve did not say its port: {self.text[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def request(self, method, path, body=None, headers=None, cookies=True):
        """Answers (status, headers, text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = dict(headers or {})
        if cookies and self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, data.encode() if isinstance(data, str) else data, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for value in answer.headers.get_all("Set-Cookie") or []:
                for name, morsel in http.cookies.SimpleCookie(value).items():
                    self.cookies[name] = morsel.value
            return answer.status, answer.headers, text
        finally:
            connection.close()

    @staticmethod
    def parsed(text):
        try:
            return json.loads(text)
        except ValueError:
            return text

    def get(self, path, **more):
        status, _, text = self.request("GET", path, **more)
        return status, self.parsed(text)

    def post(self, path, body, headers=None, **more):
        status, _, text = self.request("POST", path, body, headers, **more)
        return status, self.parsed(text)

    def login(self, login, password):
        return self.post(LOGIN, {"login": login, "password": password})
