# SPDX-License-Identifier: Apache-2.0
"""HTTP of the reference host: login, the refusal of foreign pages, actions, reports, health, metrics."""
import gzip
import http.client
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Sqlite  # noqa: E402
from web import LOGOUT, Server, action_path, report_path  # noqa: E402


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company = c = Company(Sqlite(), currency="SEK")
        try:
            c.call("user.create", login="admin", password="correct horse", name="Admin", roles=["administrator"])
            c.call("user.create", login="reader", password="battery staple", name="Reader", roles=["reader"])
            cls.customer = c.customer("Åkes & Söner")
            cls.opportunity = c.opportunity("Deal", cls.customer)
            c.order(cls.customer, [12345], confirmed="2025-03-01T09:00:00Z")
            c.drain()
            cls.server = Server(c)
        except BaseException:
            c.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.company.close()

    def setUp(self):
        self.server.cookies.clear()

    def login(self, login="admin", password="correct horse"):
        status, answer = self.server.login(login, password)
        self.assertEqual(status, 200, answer)

    def test_health(self):
        status, answer = self.server.get("/healthz")
        self.assertEqual(status, 200)
        self.assertEqual(answer["state"], "ok", answer)
        self.login()
        status, answer = self.server.get("/healthz")
        self.assertEqual((status, answer["state"]), (200, "ok"), answer)
        self.assertIn("sales_leads", answer["modules"])

    def test_metrics(self):
        status, _, text = self.server.request("GET", "/metrics")
        self.assertEqual(status, 200)
        samples = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.assertTrue(samples)
        for line in samples:
            self.assertRegex(line, r'^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? -?[0-9.eE+-]+$')

    def test_answers_travel_compressed_for_who_takes_it(self):
        self.login()
        for path in ("/api/views/opportunity.list?lang=sv", "/app/assets/app.css", "/api/menus?lang=sv"):
            with self.subTest(path=path):
                _, _, plain = self.server.request("GET", path)
                ready = path.startswith("/app/assets/")
                for offered in ("gzip",) if ready else ("gzip", "gzip, deflate, br"):
                    answer = self.raw("GET", path, {"Accept-Encoding": offered})
                    self.assertEqual(answer.headers.get_all("Content-Encoding"), ["gzip"], "brotli takes a hundred times as long")
                    self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
                    packed = answer.read()
                    self.assertLess(len(packed) * 2, len(plain))
                    self.assertEqual(gzip.decompress(packed).decode(), plain)
                answer = self.raw("GET", path, {"Accept-Encoding": "br;q=1.0"})
                got = answer.headers["Content-Encoding"], answer.read()
                if ready:
                    self.assertEqual(got[0], "br", "the renderer's files were packed when the host was built")
                    self.assertLess(len(got[1]), len(packed))
                else:
                    self.assertEqual(got, (None, plain.encode()))
        self.assertIsNone(self.raw("GET", "/app/assets/app.css", {"Accept-Encoding": "br;q=0"}).headers["Content-Encoding"])
        tags = {offered: self.raw("GET", "/app/assets/app.css", {"Accept-Encoding": offered}).headers["ETag"] for offered in ("br", "gzip")}
        self.assertNotEqual(*tags.values())
        for offered, tag in tags.items():
            self.assertEqual(self.raw("GET", "/app/assets/app.css", {"Accept-Encoding": offered, "If-None-Match": tag}).status, 304)
        listed = json.dumps({"list": "opportunity", "limit": 50})
        answer = self.raw("POST", action_path("list.query"), {"Accept-Encoding": "gzip", "Content-Type": "application/json"}, listed)
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertEqual(json.loads(gzip.decompress(answer.read()))["rows"][0]["title"], "Deal")

    def raw(self, method, path, headers, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        self.addCleanup(connection.close)
        cookie = "; ".join(f"{k}={v}" for k, v in self.server.cookies.items())
        connection.request(method, path, body, {**headers, "Cookie": cookie})
        return connection.getresponse()

    def test_wrong_password_and_unknown_login_read_the_same(self):
        wrong = self.server.login("admin", "wrong")
        unknown = self.server.login("nobody", "wrong")
        self.assertEqual(wrong[0], 401)
        self.assertEqual(wrong, unknown)

    def test_without_login_nothing_is_told(self):
        for method, path, body in (("POST", action_path("customer.list"), {}), ("POST", action_path("customer.create"), {"name": "x"}),
                                   ("GET", report_path("sales", rows="month"), None), ("GET", "/api/actions", None)):
            with self.subTest(path=path):
                status, _, text = self.server.request(method, path, body)
                self.assertEqual(status, 401)
                self.assertNotIn("Åkes", text)

    def test_session_cookie_is_guarded(self):
        _, headers, _ = self.server.request("POST", "/api/login", {"login": "admin", "password": "correct horse"})
        cookie = "; ".join(headers.get_all("Set-Cookie")).lower()
        self.assertIn("httponly", cookie)
        self.assertIn("samesite", cookie)

    def test_action_and_report(self):
        self.login()
        status, answer = self.server.post(action_path("customer.get"), {"id": self.customer})
        self.assertEqual((status, answer["name"]), (200, "Åkes & Söner"))
        status, answer = self.server.get(report_path("sales", rows="month"))
        self.assertEqual(status, 200, answer)
        self.assertEqual([(r["key"], r["measures"]["ordered"]["minor"]) for r in answer["rows"]], [("2025-03", 12345)])

    def test_foreign_pages_change_nothing(self):
        self.login()
        before = self.count()
        for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://127.0.0.1.elsewhere.example"}):
            with self.subTest(headers=headers):
                status, answer = self.server.post(action_path("customer.create"), {"name": "Forged"}, headers)
                self.assertEqual(status, 403, answer)
        for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""):
            with self.subTest(kind=kind):  # what a form of another page can send
                status, _, _ = self.server.request("POST", action_path("customer.create"), '{"name": "Forged"}', {"Content-Type": kind})
                self.assertIn(status, (400, 403, 415))
        self.assertEqual(self.count(), before)
        for headers in ({}, {"Origin": f"http://127.0.0.1:{self.server.port}", "Sec-Fetch-Site": "same-origin"}):
            status, answer = self.server.post(action_path("customer.create"), {"name": "Meant"}, headers)
            self.assertEqual(status, 200, answer)
        self.assertEqual(self.count(), before + 2)

    def test_forms_of_the_pages_need_their_token(self):
        self.login()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in ("", "token=", "token=" + "0" * 64):
            status, _, _ = self.server.request("POST", "/logout", body, form)
            self.assertIn(status, (400, 403))
        self.assertEqual(self.server.post(action_path("customer.list"), {})[0], 200)  # still logged in

    def count(self):
        return self.company.backend.rows("select count(*) as n from erp_customer")[0]["n"]

    def test_rights_hold_on_http(self):
        self.login("reader", "battery staple")
        before = self.count()
        status, answer = self.server.post(action_path("customer.create"), {"name": "Mine"})
        self.assertEqual(status, 403, answer)
        self.assertEqual(answer["error"]["status"], -4)
        status, answer = self.server.post(action_path("opportunity.update"), {"id": self.opportunity, "title": "Taken"})
        self.assertEqual(status, 403, answer)
        self.assertEqual(self.count(), before)

    def test_refusals_are_plain(self):
        self.login()
        status, answer = self.server.post(action_path("opportunity.create"), {"title": "No customer"})
        self.assertEqual(status, 400, answer)
        self.assertEqual(answer["error"]["key"], "opportunity.customer.missing")
        status, answer = self.server.post(action_path("no.such.action"), {})
        self.assertEqual(status, 404, answer)
        status, answer = self.server.post(action_path("customer.create"), "{not json")
        self.assertEqual(status, 400, answer)
        status, _ = self.server.get("/healthz")
        self.assertEqual(status, 200)

    def test_logout_ends_the_session(self):
        self.login()
        self.assertEqual(self.server.post(LOGOUT, {})[0] // 100, 2)
        self.assertIn(self.server.post(action_path("customer.list"), {})[0], (401, 403))

    def test_hostile_requests_leave_the_host_up(self):
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/actions/" + "x" * 4000, "/api/reports/%00"):
            status, _, text = self.server.request("GET", path)
            self.assertGreaterEqual(status, 400)
            self.assertFalse(re.search(r"root:.*:0:0", text))
        self.login()
        status, _ = self.server.post(action_path("customer.create"), {"name": "x" * 3_000_000})
        self.assertIn(status, (400, 413))
        status, _ = self.server.post(action_path("customer.create"), "[" * 100_000)
        self.assertEqual(status, 400)
        self.assertEqual(self.server.get("/healthz")[0], 200)


if __name__ == "__main__":
    unittest.main()
