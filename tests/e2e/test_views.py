# SPDX-License-Identifier: Apache-2.0
"""Declared views, the host's and the module's: valid in three languages, no text missing, everything that a view names exists, and
each role gets no more than it may use. Beside them what a browser's pages ask for first: who is logged in, menus, news, settings, files."""
import json
import os
import pathlib
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Sqlite  # noqa: E402
from web import Server, action_path  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "host_api/web/schema/views.schema.json").read_text(encoding="utf-8"))  # the host checks by it
LANGUAGES = ("sv", "nb", "en")
ROLES = ("administrator", "sales_manager", "seller", "marketing", "reader")
PASSWORD = "correct horse"
TEXTS = {"title", "label", "help", "empty", "text"}
OPAQUE = {"input", "filter", "input_fixed", "default", "values", "defaults", "create_with", "fields_of", "card"}


def walk(value, path=()):
    """Every object of a view with where it stands."""
    if isinstance(value, dict):
        yield path, value
        for key, one in value.items():
            if key not in OPAQUE:
                yield from walk(one, path + (key,))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from walk(one, path + (i,))


def expressions(view):
    for path, part in walk(view):
        for member in ("visible_if", "required_if", "ask_if", "if", "collapse_if"):
            if isinstance(part.get(member), str):
                yield path + (member,), part[member]
    for flag in view.get("board", {}).get("card", {}).get("flags", []):
        yield ("card",), flag["if"]


class Views(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company = c = Company(Sqlite(), currency="SEK")
        try:
            cls.employee = c.employee("Erik")
            for role in ROLES:
                c.call("user.create", login=role, password=PASSWORD, name=role.title(), roles=[role], employee=cls.employee if role == "seller" else None)
            cls.customer = c.customer("Åkes")
            cls.opportunity = c.opportunity("Deal", cls.customer, owner=cls.employee, amount={"minor": 100_00, "currency": "SEK"},
                                            margin={"minor": 10_00, "currency": "SEK"})
            cls.other = c.opportunity("Not for all", cls.customer, amount={"minor": 900_00, "currency": "SEK"})
            cls.actions = {a["name"]: a for a in c.actions()}
            c.drain()
            cls.server = Server(c)
        except BaseException:
            c.close()
            raise
        cls.views = {}
        cls.login_as("administrator")
        for language in LANGUAGES:
            status, answer = cls.server.get(f"/api/views?lang={language}")
            assert status == 200, answer
            for entry in answer["views"]:
                status, view = cls.server.get(f"/api/views/{entry['id']}?lang={language}")
                assert status == 200, (entry, view)
                cls.views[language, entry["id"]] = view

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.company.close()

    @classmethod
    def login_as(cls, role):
        cls.server.cookies.clear()
        status, answer = cls.server.login(role, PASSWORD)
        assert status == 200, answer

    def setUp(self):
        self.login_as("administrator")

    def test_there_are_views_for_every_menu(self):
        ids = {name for _, name in self.views}
        _, menus = self.server.get("/api/menus?lang=en")
        stack, leaves = list(menus["menus"]), 0
        while stack:
            entry = stack.pop()
            stack += entry.get("children") or []
            if entry.get("view"):
                leaves += 1
                self.assertIn(entry["view"], ids, entry)
        self.assertGreater(leaves, 12)

    def test_each_is_valid_in_each_language(self):
        for (language, name), view in self.views.items():
            with self.subTest(view=name, language=language):
                self.assertNotEqual(view["kind"], "broken", view.get("message"))
                self.assertIn(view["kind"], SCHEMA["properties"]["kind"]["enum"])
                self.assertLessEqual(view.keys(), SCHEMA["properties"].keys())
                self.assertEqual((view["schema"][:2], view["id"]), ("1.", name))
                for field, declared in view.get("fields", {}).items():
                    self.assertIn(declared["type"], SCHEMA["definitions"]["field"]["properties"]["type"]["enum"], field)

    def test_no_text_is_missing_or_left_in_another_language(self):
        same = 0
        for (language, name), view in self.views.items():
            for path, part in walk(view):
                for member in TEXTS & part.keys():
                    if isinstance(part[member], str):
                        with self.subTest(view=name, language=language, path=path):
                            self.assertNotRegex(part[member], r"^[a-z_*]+(\.[a-z0-9_]+)+$", "a key where a text should be")
            if language == "sv" and view["title"] == self.views["en", name]["title"]:
                same += 1
        self.assertLess(same, len(self.views) / 10)

    def test_everything_named_exists(self):
        ids = {name for _, name in self.views}
        host_side = {"import.preview", "import.check", "import.run"}
        for (language, name), view in self.views.items():
            if language != "en":
                continue
            fields = view.get("fields", {})
            with self.subTest(view=name):
                for path, part in walk(view):
                    for member in ("action", "run"):
                        if isinstance(part.get(member), str):
                            self.assertIn(part[member], self.actions.keys() | host_side, path)
                    if isinstance(part.get("view"), str):
                        self.assertIn(part["view"], ids, path)
                    if isinstance(part.get("field"), str) and fields and path[:1] != ("params",):
                        self.assertIn(part["field"], fields, path)
                for verb in ("create", "update"):
                    if verb in view.get("save", {}):
                        self.assertIn(view["save"][verb], self.actions)
                for section in view.get("sections", []):
                    for field in section.get("fields", []) + ([section["lines"]] if "lines" in section else []):
                        self.assertIn(field, fields, section)
                for field in view.get("header", {}).get("facts", []):
                    self.assertIn(field, fields)
                for button in view.get("header", {}).get("actions", []) + view.get("row_actions", []) + view.get("page_actions", []):
                    self.assertIn(button, view["actions"])
                for key in view.get("sort", []):
                    self.assertIn(key.lstrip("-"), fields.keys() | {"id"})
                for field in fields.values():
                    if "ref" in field:
                        status, answer = self.server.post(action_path("list.lookup"), {"list": field["ref"]["list"], "limit": 1})
                        self.assertEqual(status, 200, (field, answer))

    def test_inputs_of_actions_fit_their_schemas(self):
        """What a view says it will send is known to the action: a misspelt member would be refused at the click."""
        for (language, name), view in self.views.items():
            if language != "en":
                continue
            for path, part in walk(view):
                action = part.get("run") or part.get("action")
                if not isinstance(action, str):
                    continue
                known = self.actions.get(action, {}).get("input", {}).get("properties")
                if known is None or part.get("part") == "feed":
                    continue
                sent = set(part.get("input", {}))
                for asked in part.get("form", []) if not part.get("form_into") else []:
                    asked = {"field": asked} if isinstance(asked, str) else asked
                    sent.add((asked.get("name") or asked["field"]).split(".")[0])
                with self.subTest(view=name, path=path, action=action):
                    self.assertLessEqual(sent, known.keys())

    def test_fields_that_a_form_saves_are_known_to_the_action(self):
        for (language, name), view in self.views.items():
            if language != "en" or view["kind"] != "form" or "save" not in view:
                continue
            for section in view["sections"]:
                for field in section.get("fields", []) + ([section["lines"]] if "lines" in section else []):
                    declared = view["fields"][field]
                    if declared.get("readonly"):
                        continue
                    verbs = [section["only"]] if "only" in section else [declared["only"]] if "only" in declared else ["create", "update"]
                    for verb in verbs:
                        action = view["save"].get(verb)
                        if action is None or (verb == "update" and field in ("owner", "code", "pipeline", "status", "order")):
                            continue  # changed by an action of its own
                        wire = declared.get("input", field).split(".")[0]
                        with self.subTest(view=name, field=field, action=action):
                            self.assertIn(wire, self.actions[action]["input"]["properties"])

    def test_expressions_name_fields(self):
        words = {"and", "or", "not", "in", "true", "false", "null"}
        for (language, name), view in self.views.items():
            for path, text in expressions(view):
                bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
                for word in set(re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", bare)) - words:
                    with self.subTest(view=name, path=path):
                        known = view.get("fields", {}).keys() | {"closed", "conversion"}
                        if "versions" in view:
                            known |= {"id", "active", "locked"}  # of the version that is open
                        self.assertTrue(word.startswith("target.") or word in known, f"{word} in {text}")

    def test_lists_can_be_asked_for_what_their_views_show(self):
        for (language, name), view in self.views.items():
            if language != "en" or view["kind"] not in ("list", "tree", "board"):
                continue
            with self.subTest(view=name):
                columns = [c["field"] for c in view.get("columns", [])]
                status, answer = self.server.post(action_path("list.query"), {"list": view["source"]["list"], "limit": 5, "sort": view.get("sort", []),
                                                                              **({"columns": columns} if columns else {})})
                self.assertEqual(status, 200, answer)
                for saved in view.get("saved", []):
                    filters = [f for f in saved["filter"] if not str(f.get("value", "")).startswith("$")]
                    status, answer = self.server.post(action_path("list.summary"), {"list": view["source"]["list"], "filter": filters,
                                                                                   "sums": [c["field"] for c in view.get("columns", []) if c.get("total")]})
                    self.assertEqual(status, 200, (saved, answer))

    def test_each_role_gets_what_it_may_use(self):
        for role in ROLES:
            self.login_as(role)
            _, me = self.server.get("/api/me")
            rights = set(me["permissions"])
            _, listed = self.server.get("/api/views?lang=en")
            mine = {entry["id"] for entry in listed["views"]}
            with self.subTest(role=role):
                for (language, name), whole in self.views.items():
                    if language != "en":
                        continue
                    status, view = self.server.get(f"/api/views/{name}?lang=en")
                    self.assertEqual(status == 200, name in mine, (name, view))
                    if status != 200:
                        self.assertIn(status, (403, 404))
                        continue
                    for path, part in walk(view):
                        for member in ("action", "run"):
                            action = self.actions.get(part.get(member) if isinstance(part.get(member), str) else None)
                            if action and action["permission"] and not {"source", "load"} & set(path):
                                self.assertIn(action["permission"], rights, (name, path))
                        if isinstance(part.get("view"), str):
                            self.assertIn(part["view"], mine, (name, path))
        self.login_as("seller")
        _, form = self.server.get("/api/views/opportunity.form?lang=en")
        self.assertNotIn("margin", form["fields"])
        self.assertNotIn("margin", json.dumps(form))
        self.login_as("reader")
        _, form = self.server.get("/api/views/opportunity.form?lang=en")
        self.assertNotIn("save", form)
        _, board = self.server.get("/api/views/opportunity.board?lang=en")
        self.assertNotIn("on_drop", board["board"])

    def test_a_view_is_not_sent_twice(self):
        _, headers, _ = self.server.request("GET", "/api/views/opportunity.list?lang=sv")
        tag = headers["ETag"]
        status, _, text = self.server.request("GET", "/api/views/opportunity.list?lang=sv", headers={"If-None-Match": tag})
        self.assertEqual((status, text), (304, ""))
        status, _, _ = self.server.request("GET", "/api/views/opportunity.list?lang=nb", headers={"If-None-Match": tag})
        self.assertEqual(status, 200)

    def test_an_unknown_view_says_so(self):
        status, answer = self.server.get("/api/views/no.such?lang=en")
        self.assertEqual((status, answer["error"]["key"]), (404, "view.unknown"))

    def test_without_login_nothing_is_told(self):
        self.server.cookies.clear()
        for path in ("/api/me", "/api/views", "/api/views/opportunity.list", "/api/changes", "/api/preferences?key=x",
                     "/api/export?query=%7B%22list%22%3A%22opportunity%22%7D&columns=%5B%5D"):
            with self.subTest(path):
                self.assertEqual(self.server.request("GET", path)[0], 401)
        for path in ("/api/preferences", "/api/upload?name=x"):
            with self.subTest(path):
                status, _, _ = self.server.request("POST", path, "{}", {"Content-Type": "application/json" if "pref" in path else "application/octet-stream"})
                self.assertEqual(status, 401)

    def test_me(self):
        self.login_as("seller")
        _, me = self.server.get("/api/me?lang=nb")
        self.assertEqual((me["user"]["login"], me["user"]["employee"], me["language"]), ("seller", self.employee, "nb"))
        self.assertEqual((me["company"]["currency"], me["currencies"]["SEK"]), ("SEK", 2))
        self.assertIn("sales_leads.opportunity.view", me["permissions"])
        self.assertNotIn("sales_leads.opportunity.view_all", me["permissions"])

    def test_news_come_while_one_waits(self):
        _, first = self.server.get("/api/changes")
        got = {}

        def wait():
            other = type(self.server).__new__(type(self.server))
            other.__dict__.update(self.server.__dict__)
            got["answer"] = other.get(f"/api/changes?after={first['seq']}")

        waiting = threading.Thread(target=wait)
        started = time.monotonic()
        waiting.start()
        time.sleep(0.3)
        self.assertTrue(waiting.is_alive(), got)
        status, answer = self.server.post(action_path("opportunity.update"), {"id": self.opportunity, "description": f"seen {started}"})
        self.assertEqual(status, 200, answer)
        waiting.join(20)
        self.assertIn("opportunity", got["answer"][1]["sources"])
        self.assertGreater(got["answer"][1]["seq"], first["seq"])
        _, old = self.server.get("/api/changes?after=999999")
        self.assertTrue(old["all"])

    def test_preferences_are_ones_own_unless_shared(self):
        key = "/api/preferences?key=view.opportunity.list"
        value = {"saved": [{"id": "x", "filter": []}]}
        self.assertEqual(self.server.post("/api/preferences", {"key": "view.opportunity.list", "value": value})[0], 200)
        self.assertEqual(self.server.get(key)[1]["value"], value)
        self.login_as("seller")
        self.assertEqual(self.server.get(key)[1], {"key": "view.opportunity.list", "value": None, "shared": []})
        status, answer = self.server.post("/api/preferences", {"key": "view.opportunity.list", "value": 1, "shared": True})
        self.assertEqual(status, 403, answer)
        self.login_as("administrator")
        self.server.post("/api/preferences", {"key": "view.opportunity.list", "value": value, "shared": True})
        self.login_as("seller")
        self.assertEqual([s["value"] for s in self.server.get(key)[1]["shared"]], [value])
        self.assertEqual(self.server.post("/api/preferences", {"key": "", "value": 1})[0], 400)
        self.assertEqual(self.server.post("/api/preferences", {"key": "k", "value": "x" * 70000})[0], 400)

    def test_a_list_as_a_file_holds_what_the_page_shows(self):
        import urllib.parse
        query = urllib.parse.urlencode({"query": json.dumps({"list": "opportunity", "sort": ["title"]}),
                                        "columns": json.dumps([{"field": "title", "label": "Rubrik"}, {"field": "amount", "label": "Belopp"}])})
        status, headers, text = self.server.request("GET", f"/api/export?{query}")
        self.assertEqual(status, 200, text)
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertEqual([line.split(";") for line in text.lstrip("\ufeff").split()[:1]], [["Rubrik", "Belopp"]])
        self.assertIn("Deal;100.00", text)
        status, headers, _ = self.server.request("GET", f"/api/export?format=xlsx&{query}")
        self.assertEqual((status, headers["Content-Type"][:20]), (200, "application/vnd.open"))
        self.login_as("seller")
        status, _, text = self.server.request("GET", f"/api/export?{query}")
        self.assertEqual(status, 403, text)

    def test_a_file_comes_in_by_preview_check_and_run(self):
        content = "Titel;Kund;Belopp;Annat\nFrån fil;Åkes;1 234,50;x\nUtan kund;;5;y\n".encode("utf-8")
        status, headers, text = self.server.request("POST", "/api/upload?name=lista.csv", content, {"Content-Type": "application/octet-stream"})
        self.assertEqual(status, 200, text)
        token = json.loads(text)["token"]
        status, seen = self.server.post(action_path("import.preview"), {"token": token, "profile": "opportunities"})
        self.assertEqual(status, 200, seen)
        self.assertEqual((seen["rows"], [c["header"] for c in seen["columns"]]), (2, ["Titel", "Kund", "Belopp", "Annat"]))
        self.assertEqual(seen["columns"][0]["suggested"], "title")
        mapping = {"Titel": "title", "Kund": "customer_no", "Belopp": "amount", "Annat": ""}
        question = {"token": token, "profile": "opportunities", "mapping": mapping, "keep_good": True}
        status, checked = self.server.post(action_path("import.check"), question)
        self.assertEqual((status, checked["rows"], checked["ok"]), (200, 2, 1), checked)
        self.assertEqual(len(checked["errors"]), 1, checked)
        status, run = self.server.post(action_path("import.run"), question)
        self.assertEqual(status, 200, run)
        deadline = time.monotonic() + 30
        while run["state"] == "running" and time.monotonic() < deadline:
            time.sleep(0.1)
            status, run = self.server.post(action_path("import.status"), {"job": run["job"]})
        self.assertEqual((run["state"], run["created"]), ("done", 1), run)
        status, found = self.server.post(action_path("list.query"), {"list": "opportunity", "search": "från fil"})
        self.assertEqual([r["cells"]["amount"]["minor"] for r in found["rows"]], [123450])
        status, undone = self.server.post(action_path("import.undo"), {"batch": run["batch"]})
        self.assertEqual(status, 200, undone)
        self.assertEqual(self.server.post(action_path("list.query"), {"list": "opportunity", "search": "från fil"})[1]["rows"], [])
        # Somebody else's file is not there.
        self.login_as("sales_manager")
        status, answer = self.server.post(action_path("import.preview"), {"token": token, "profile": "opportunities"})
        self.assertEqual((status, answer["error"]["key"]), (404, "upload.not_found"))
        status, _, _ = self.server.request("POST", "/api/upload?name=x", b"a", {"Content-Type": "text/plain"})
        self.assertEqual(status, 400)

    def test_anothers_record_is_not_there(self):
        self.login_as("seller")
        for action in ("list.record", "list.feed"):
            self.assertEqual(self.server.post(action_path(action), {"list": "opportunity", "id": self.opportunity})[0], 200)
            status, answer = self.server.post(action_path(action), {"list": "opportunity", "id": self.other})
            self.assertEqual((status, answer["error"]["key"]), (404, "list.record.not_found"))
        _, page = self.server.post(action_path("list.query"), {"list": "opportunity"})
        self.assertEqual([r["title"] for r in page["rows"]], ["Deal"])
        _, total = self.server.post(action_path("list.summary"), {"list": "opportunity", "sums": ["company_amount"]})
        self.assertEqual((total["total"], total["sums"]["company_amount"]), (1, [{"minor": 100_00, "currency": "SEK"}]))

    def test_a_session_token_is_new_with_each_login(self):
        """A token that somebody else planted before the login is not the one that is logged in."""
        self.server.cookies.clear()
        self.server.cookies["erp_session"] = "0" * 64
        self.server.login("seller", PASSWORD)
        self.assertNotEqual(self.server.cookies["erp_session"], "0" * 64)
        one = self.server.cookies["erp_session"]
        self.server.login("seller", PASSWORD)
        self.assertNotEqual(self.server.cookies["erp_session"], one)

    def test_feeds_tell_what_happened(self):
        self.server.post(action_path("opportunity.update"), {"id": self.opportunity, "planned_close": "2027-01-31"})
        self.server.post(action_path("activity.create"), {"opportunity": self.opportunity, "kind": "task", "title": "Ring", "due": "2027-01-01"})
        status, feed = self.server.post(action_path("list.feed"), {"list": "opportunity", "id": self.opportunity})
        self.assertEqual(status, 200, feed)
        kinds = {item["kind"] for item in feed["items"]}
        self.assertLessEqual({"visit", "change", "activity", "audit"}, kinds)
        changes = [c for item in feed["items"] if item["kind"] == "change" for c in item["changes"]]
        self.assertIn("2027-01-31", [c["to"] for c in changes])
        logged = [item for item in feed["items"] if item["kind"] == "audit"]
        self.assertIn("Change a sales opportunity", [item["title"] for item in logged])
        for item in logged:
            self.assertNotRegex(item["title"], r"^[a-z_]+\.[a-z_]+$", "an action is named in words")
        self.assertEqual([item["at"] for item in feed["items"]], sorted((item["at"] for item in feed["items"]), reverse=True))

    def test_the_log_is_told_in_words(self):
        self.server.post(action_path("opportunity.update"), {"id": self.opportunity, "title": "Deal", "planned_close": "2027-02-28"})
        for language, action, kind, field in (("sv", "Ändra en säljmöjlighet", "Säljmöjlighet", "Planerat avslut"),
                                              ("nb", "Endre en salgsmulighet", "Salgsmulighet", "Planlagt avslutning")):
            _, view = self.server.get(f"/api/views/audit.list?lang={language}")
            named = {name: {c["value"]: c["label"] for c in view["fields"][name]["choices"]} for name in ("action", "record_kind", "actor_kind")}
            _, page = self.server.post(action_path("list.query") + f"?lang={language}", {"list": "audit", "limit": 200, "sort": ["-at"]})
            told = [(named["action"][r["cells"]["action"]], named["record_kind"][r["cells"]["record_kind"]], r["cells"]["detail"]) for r in page["rows"]]
            self.assertTrue(any(a == action and k == kind and field in d for a, k, d in told), told[:5])
            for row in page["rows"]:  # each has a name, of whatever is kept so far
                self.assertIn(row["cells"]["actor_kind"], named["actor_kind"])
                self.assertNotIn("_", row["cells"]["detail"])
        _, found = self.server.post(action_path("list.query"), {"list": "audit", "filter": [{"field": "action", "op": "=", "value": "opportunity.update"}]})
        self.assertTrue(found["rows"])
        self.assertEqual({r["cells"]["action"] for r in found["rows"]}, {"opportunity.update"})


if __name__ == "__main__":
    unittest.main()
