# SPDX-License-Identifier: Apache-2.0
"""The menus in three languages, through the command line and through HTTP, word by word."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Host  # noqa: E402
from web import Server  # noqa: E402

SETTINGS = {
    "en": ("Administration", "Settings", "CRM"),
    "sv": ("Administration", "Inställningar", "CRM"),
    "nb": ("Administrasjon", "Innstillinger", "CRM"),
}
CRM = {"en": ("CRM",), "sv": ("CRM",), "nb": ("CRM",)}
# Below the settings and below CRM, in the order of the rules' table; the customers' page is the host's own.
BELOW_SETTINGS = {
    "en": (("Groups",), ("Sales opportunities", "Step"), ("Sales opportunities", "Rejection"), ("Sales opportunities", "Type"),
           ("Additional customer info",), ("Status",), ("Categories",), ("Sales budget",)),
    "sv": (("Grupper",), ("Säljmöjligheter", "Steg"), ("Säljmöjligheter", "Avvisning"), ("Säljmöjligheter", "Typ"),
           ("Tilläggsinfo på kund",), ("Status",), ("Kategorier",), ("Säljbudget",)),
    "nb": (("Grupper",), ("Salgsmuligheter", "Steg"), ("Salgsmuligheter", "Avvisning"), ("Salgsmuligheter", "Type"),
           ("Tilleggsinfo på kunde",), ("Status",), ("Kategorier",), ("Salgsbudsjett",)),
}
BELOW_CRM = {
    "en": ("Sales opportunities", "Leads", "Campaigns", "Customers", "Reports"),
    "sv": ("Säljmöjligheter", "Leadhantering", "Kampanjer", "Kundhantering", "Rapporter"),
    "nb": ("Salgsmuligheter", "Leadoppfølging", "Kampanjer", "Kundeoppfølging", "Rapporter"),
}


def paths(test, menus, above=()):
    """Every path of titles in the tree; `path` of an entry says the same, from the top."""
    found = []
    for menu in menus:
        here = above + (menu["title"],)
        test.assertEqual(tuple(menu["path"]), here)
        found.append(here)
        found += paths(test, menu.get("children") or (), here)
    return found


class Menus(unittest.TestCase):
    def check(self, menus, language):
        found = paths(self, menus)
        self.assertEqual(len(found), len(set(found)), "a menu stands twice")
        for below in BELOW_SETTINGS[language]:
            self.assertIn(SETTINGS[language] + below, found)
        for title in BELOW_CRM[language]:
            self.assertIn(CRM[language] + (title,), found)
        # And nothing else of ours: what lies below these two is exactly the table.
        settings = [p[3:] for p in found if p[:3] == SETTINGS[language] and len(p) > 3]
        groups = {p[:1] for p in BELOW_SETTINGS[language]}
        self.assertEqual(set(p for p in settings if len(p) == 1), groups)

    def test_command_line(self):
        with Host() as host:
            for language in SETTINGS:
                with self.subTest(language=language):
                    done = host.cli("action", "menu.list", json.dumps({"lang": language}))
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.check(json.loads(done.stdout)["menus"], language)

    def test_http(self):
        with Host() as host, Server(host) as server:
            for language in SETTINGS:
                with self.subTest(language=language):
                    status, answer = server.get(f"/api/menus?lang={language}")
                    self.assertEqual(status, 200, answer)
                    self.check(answer["menus"], language)

    def test_each_sees_what_he_may_use(self):
        """A seller finds no settings; the branch that held them goes too."""
        with Host() as host:
            for role in ("seller", "administrator"):
                host.call("user.create", login=role, password="correct horse", name=role, roles=[role])
            found = {role: set(paths(self, host.as_user(role).call("menu.list", lang="en")["menus"])) for role in ("seller", "administrator")}
        self.assertIn(("CRM", "Leads"), found["seller"])
        self.assertEqual([p for p in found["seller"] if p[0] == "Administration"], [])
        self.assertIn(("Administration", "Settings", "CRM", "Sales budget"), found["administrator"])

    def test_an_unknown_language_is_english(self):
        with Host() as host:
            self.check(host.call("menu.list", lang="fi")["menus"], "en")


if __name__ == "__main__":
    unittest.main()
