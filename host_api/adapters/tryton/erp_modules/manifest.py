# SPDX-License-Identifier: Apache-2.0
"""manifest.yaml of a module, and whether its files may be trusted; all before any of its code runs."""
import hashlib
import os
import platform
import re
import stat

import yaml

from .refusal import Refusal

LIMIT = 64 * 1024
HOST_MENUS = ('administration', 'administration.settings', 'administration.settings.crm', 'crm', 'crm.customers')
KEYS = {'schema', 'id', 'version', 'titles', 'languages', 'abi', 'library', 'extensions', 'subscriptions', 'permissions',
    'roles', 'menus', 'views'}


def refuse(where, what):
    raise Refusal('INVALID_ARGUMENT', 'manifest.invalid', "%s: %s" % (where, what))


class Manifest:
    """Immutable."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        path = os.path.join(self.folder, 'manifest.yaml')
        _expect_trusted(self.folder)
        _expect_trusted(path)
        with open(path, 'rb') as file:
            data = file.read(LIMIT + 1)
        if len(data) > LIMIT:
            refuse(path, "is larger than 64 KiB.")
        self.hash = hashlib.sha256(data).hexdigest()
        try:
            content = yaml.load(data, Loader=_Strict)
        except yaml.YAMLError as failure:
            refuse(path, str(failure))
        if not isinstance(content, dict) or content.get('schema') != 1:
            refuse(path, "is no manifest of schema 1.")
        if set(content) - KEYS:
            refuse(path, "unknown key %s." % ', '.join(sorted(set(content) - KEYS)))
        self.id, self.version = str(content.get('id', '')), str(content.get('version', ''))
        if not re.fullmatch(r'[a-z][a-z0-9_]{0,40}', self.id):
            refuse(path, 'id "%s" is no lower-case name.' % self.id)
        abi = content.get('abi') or {}
        self.abi = (abi.get('major', 1), abi.get('min_minor', 0), abi.get('max_minor'))
        self.languages = [str(language) for language in content.get('languages') or ['en']]
        self.libraries = content.get('library') or {}
        extensions = content.get('extensions') or {}
        self.required = list(extensions.get('required') or [])
        self.optional = list(extensions.get('optional') or [])
        self.permissions = list(content.get('permissions') or [])
        self.roles = content.get('roles') or {}
        self.menus = list(content.get('menus') or [])
        for menu in self.menus:
            if not str(menu.get('id', '')).startswith(self.id + '.') or not menu.get('parent'):
                refuse(path, "menu %s needs an id that begins with %s. and a parent." % (menu.get('id'), self.id))

    def expect_abi(self, major, minor):
        """What the manifest says of versions is known before the library is mapped."""
        made_for, least, most = self.abi
        if made_for != major or least > minor or (most is not None and most < minor):
            raise Refusal('VERSION', 'module.abi', "%s is made for host ABI %s.%s%s, this host speaks %d.%d; %s." % (
                    self.id, made_for, least, '' if most is None else ' to %s.%s' % (made_for, most), major, minor,
                    "update the host or install an older module" if made_for == major and least > minor
                    else "install the module's build for this host"))

    def library(self):
        platform_key = 'linux-' + platform.machine()
        if platform_key not in self.libraries:
            raise Refusal('UNSUPPORTED', 'module.no_platform',
                "%s names no library for %s; install the module's build for this machine." % (
                    self.id, platform_key))
        path = os.path.realpath(os.path.join(self.folder, self.libraries[platform_key]))
        _expect_trusted(path)
        return path


def _expect_trusted(path):
    """What every user of the machine may replace is not loaded, nor what lies in such a folder. Above it a folder like
    /tmp, where nobody can take away what is another's, will do."""
    at = path
    while True:
        try:
            mode = os.stat(at).st_mode
        except OSError as failure:
            raise Refusal('NOT_FOUND', 'module.missing', "%s: %s; install the module again." % (path, failure.strerror))
        if mode & stat.S_IWOTH and not (mode & stat.S_ISVTX and at != path):
            raise Refusal('PERMISSION', 'module.writable',
                "%s: every user may write to %s; take that right away (chmod o-w)." % (path, at))
        if at == os.path.dirname(at):
            return
        at = os.path.dirname(at)


class _Strict(yaml.SafeLoader):
    """Repeated keys, anchors and aliases are refused."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, 'anchor', None):
            raise yaml.YAMLError("line %d: anchors and aliases are not read." % (event.start_mark.line + 1))
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.YAMLError("line %d: %s stands there twice." % (key.start_mark.line + 1, key.value))
            seen.add(key.value)
        return super().construct_mapping(node, deep)
