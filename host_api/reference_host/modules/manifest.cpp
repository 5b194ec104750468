// SPDX-License-Identifier: Apache-2.0
#include "modules/manifest.h"

#include <algorithm>
#include <set>

#include "app.h"
#include "erp/base.h"
#include "modules/yaml_reader.h"

namespace erp::host {
namespace {

constexpr std::size_t kMenusMost = 500;
constexpr std::size_t kListMost = 1000;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "sales_leads": a lower-case letter, then letters, digits and underscores.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_lower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

/// "sales_leads.settings.step": words with dots between them.
bool is_dotted(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_word(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// "1.0.0", optionally with a suffix: "1.0.0-rc1".
bool is_version(std::string_view text) {
  int parts = 1;
  bool digit_due = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digit_due = false;
    } else if (text[i] == '.' && !digit_due && parts < 3) {
      ++parts;
      digit_due = true;
    } else if (text[i] == '-' && !digit_due && parts == 3) {
      const std::string_view suffix = text.substr(i + 1);
      return !suffix.empty() && suffix.size() <= 32 &&
             std::all_of(suffix.begin(), suffix.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '.'; });
    } else {
      return false;
    }
  }
  return parts == 3 && !digit_due;
}

/// "erp.database/1".
bool is_extension(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view revision = text.substr(slash + 1);
  return is_dotted(text.substr(0, slash)) && !revision.empty() && revision.size() <= 4 && revision[0] != '0' &&
         std::all_of(revision.begin(), revision.end(), is_digit);
}

bool is_language(std::string_view text) {
  const auto is_tag = [](char c) { return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-'; };
  return text.size() >= 2 && text.size() <= 16 && is_lower(text[0]) && is_lower(text[1]) &&
         std::all_of(text.begin(), text.end(), is_tag);
}

/// "order.*", "rate.changed".
bool is_subscription(std::string_view text) {
  if (text.ends_with(".*")) text.remove_suffix(2);
  return text.size() <= 31 && is_dotted(text);
}

/// A file name in the folder itself: no way out of it.
bool is_file_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text[0] != '.' && text.find('/') == std::string_view::npos &&
         text.find('\\') == std::string_view::npos;
}

using Shape = bool (*)(std::string_view);

std::vector<std::string> read_list(const YamlReader& list, Shape shape, const std::string& must_be) {
  std::vector<std::string> out;
  for (const YamlReader& item : list.items()) {
    std::string text = item.text();
    if (!shape(text)) item.refuse("value.shape", item.way() + " is \"" + text + "\"; it must be " + must_be);
    if (std::find(out.begin(), out.end(), text) != out.end()) {
      item.refuse("value.repeated", item.way() + " \"" + text + "\" stands twice in the list; remove one");
    }
    if (out.size() == kListMost) item.refuse("value.many", "more than 1000 entries; shorten the list");
    out.push_back(std::move(text));
  }
  return out;
}

std::string read_shaped(const YamlReader& map, std::string_view key, Shape shape, const std::string& must_be) {
  const YamlReader value = map.child(key);
  std::string text = value.text();
  if (!shape(text)) value.refuse("value.shape", value.way() + " is \"" + text + "\"; it must be " + must_be);
  return text;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::map<std::string, std::string> read_titles(const YamlReader& map, const Manifest& manifest) {
  std::map<std::string, std::string> out;
  for (const auto& [language, title] : map.entries()) {
    if (!contains(manifest.languages, language)) {
      title.refuse("title.language",
                   title.way() + ": \"" + language + "\" is not listed under languages; add it there");
    }
    out[language] = title.text();
  }
  for (const std::string& language : manifest.languages) {
    if (!out.contains(language))
      map.refuse("title.missing", map.way() + " has no title in \"" + language + "\"; add it");
  }
  return out;
}

void read_abi(const YamlReader& abi, Manifest& manifest) {
  abi.only({"major", "min_minor", "max_minor"});
  manifest.abi_major = static_cast<std::uint32_t>(abi.integer("major", 1, 1000));
  manifest.abi_min_minor = static_cast<std::uint32_t>(abi.integer("min_minor", 0, 10'000));
  if (abi.has("max_minor")) {
    manifest.abi_max_minor = static_cast<std::uint32_t>(abi.integer("max_minor", 0, 10'000));
    if (*manifest.abi_max_minor < manifest.abi_min_minor) {
      abi.child("max_minor").refuse("abi.range", "abi.max_minor is below abi.min_minor; no host could ever load this");
    }
  }
}

void read_libraries(const YamlReader& libraries, Manifest& manifest) {
  for (const auto& [platform, file] : libraries.entries()) {
    std::string name = file.text();
    if (!is_file_name(name)) {
      file.refuse("library.path", file.way() + " is \"" + name +
                                      "\"; it must be the name of a file inside the module's folder, without a path");
    }
    manifest.libraries[platform] = std::move(name);
  }
  if (manifest.libraries.empty()) {
    libraries.refuse("library.none", "library names no file; add a line such as linux-x86_64: libmodule.so");
  }
}

void read_permissions(const YamlReader& root, Manifest& manifest) {
  if (root.has("permissions")) {
    const YamlReader list = root.child("permissions");
    manifest.permissions = read_list(list, is_dotted, "words with dots, such as " + manifest.id + ".report");
    for (const std::string& name : manifest.permissions) {
      if (!name.starts_with(manifest.id + ".")) {
        list.refuse("permission.foreign", "the permission \"" + name + "\" must begin with \"" + manifest.id +
                                              ".\": a module defines only its own");
      }
    }
  }
  if (!root.has("roles")) return;
  for (const auto& [role, grants] : root.child("roles").entries()) {
    if (!is_word(role)) grants.refuse("value.shape", "the role \"" + role + "\" must be one lower-case word");
    std::vector<std::string> names = read_list(grants, is_dotted, "a permission of this module");
    for (const std::string& name : names) {
      if (!contains(manifest.permissions, name)) {
        grants.refuse("role.permission", grants.way() + " grants \"" + name +
                                             "\", which is not listed under permissions; add it there or correct it");
      }
    }
    manifest.roles[role] = std::move(names);
  }
}

ManifestMenu read_menu(const YamlReader& entry, const Manifest& manifest) {
  entry.only({"id", "parent", "order", "titles", "view", "permission"});
  ManifestMenu menu;
  menu.id = read_shaped(entry, "id", is_dotted, "words with dots, such as " + manifest.id + ".settings");
  if (!menu.id.starts_with(manifest.id + ".")) {
    entry.refuse("menu.foreign", "the menu id \"" + menu.id + "\" must begin with \"" + manifest.id + ".\"");
  }
  menu.parent = read_shaped(entry, "parent", is_dotted, "the id of a menu entry");
  menu.order = static_cast<std::int32_t>(entry.integer("order", 0, 1'000'000));
  menu.titles = read_titles(entry.child("titles"), manifest);
  if (entry.has("view")) menu.view = read_shaped(entry, "view", is_dotted, "the id of a view, such as step.list");
  menu.permission = entry.text_or("permission", "");
  if (!menu.permission.empty() && !contains(manifest.permissions, menu.permission)) {
    entry.child("permission")
        .refuse("menu.permission", "the menu entry \"" + menu.id + "\" asks for \"" + menu.permission +
                                       "\", which is not listed under permissions; add it there or correct it");
  }
  return menu;
}

bool is_host_menu(std::string_view id) {
  return std::find(std::begin(kHostMenus), std::end(kHostMenus), id) != std::end(kHostMenus);
}

void read_menus(const YamlReader& list, Manifest& manifest) {
  std::map<std::string, std::string> parents;
  const std::vector<YamlReader> entries = list.items();
  if (entries.size() > kMenusMost) list.refuse("menu.many", "more than 500 menu entries; shorten the list");
  for (const YamlReader& entry : entries) {
    ManifestMenu menu = read_menu(entry, manifest);
    if (!parents.emplace(menu.id, menu.parent).second) {
      entry.refuse("menu.repeated", "the menu id \"" + menu.id + "\" stands twice; ids are unique");
    }
    manifest.menus.push_back(std::move(menu));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::string above = manifest.menus[i].parent;
    for (std::size_t steps = 0; !is_host_menu(above); ++steps) {
      const auto found = parents.find(above);
      if (found == parents.end()) {
        entries[i].refuse("menu.parent", "the menu entry \"" + manifest.menus[i].id + "\" hangs under \"" + above +
                                             "\", which is neither the host's nor in this file; host menus are: "
                                             "administration, administration.settings, administration.settings.crm, "
                                             "crm, crm.customers");
      }
      if (steps > entries.size()) {
        entries[i].refuse("menu.cycle", "the menu entry \"" + manifest.menus[i].id +
                                            "\" lies under itself; give one of its parents a host menu");
      }
      above = found->second;
    }
  }
}

void read_extensions(const YamlReader& extensions, Manifest& manifest) {
  const std::string must_be = "an extension id with its revision, such as erp.database/1";
  extensions.only({"required", "optional"});
  if (extensions.has("required"))
    manifest.required_extensions = read_list(extensions.child("required"), is_extension, must_be);
  if (!extensions.has("optional")) return;
  const YamlReader optional = extensions.child("optional");
  manifest.optional_extensions = read_list(optional, is_extension, must_be);
  for (const std::string& id : manifest.optional_extensions) {
    if (contains(manifest.required_extensions, id)) {
      optional.refuse("value.repeated", "\"" + id + "\" is both required and optional; remove one");
    }
  }
}

}  // namespace

bool Manifest::asks_for(std::string_view extension) const {
  return contains(required_extensions, extension) || contains(optional_extensions, extension);
}

bool Manifest::subscribes_to(std::string_view event_kind) const {
  return std::any_of(subscriptions.begin(), subscriptions.end(), [&](std::string_view wanted) {
    if (!wanted.ends_with(".*")) return wanted == event_kind;
    return event_kind.starts_with(wanted.substr(0, wanted.size() - 1));
  });
}

Manifest read_manifest(const std::filesystem::path& file) {
  const YamlDocument document = YamlDocument::load(file, kManifestLimitBytes, "manifest");
  const YamlReader root = document.root();
  root.only({"schema", "id", "version", "titles", "languages", "abi", "library", "extensions", "subscriptions",
             "permissions", "roles", "menus"});
  static_cast<void>(root.integer("schema", 1, 1));  // the only layout there is
  Manifest manifest;
  manifest.id = read_shaped(root, "id", is_word, "one lower-case word, such as sales_leads");
  manifest.version = read_shaped(root, "version", is_version, "three numbers, such as 1.0.0");
  manifest.languages = read_list(root.child("languages"), is_language, "a language tag such as sv");
  if (!contains(manifest.languages, "en")) {
    root.child("languages")
        .refuse("language.english", "languages must hold en: it is shown when the user's is missing");
  }
  manifest.titles = read_titles(root.child("titles"), manifest);
  read_abi(root.child("abi"), manifest);
  read_libraries(root.child("library"), manifest);
  if (root.has("extensions")) read_extensions(root.child("extensions"), manifest);
  if (root.has("subscriptions")) {
    manifest.subscriptions =
        read_list(root.child("subscriptions"), is_subscription, "an event kind such as order.confirmed or order.*");
  }
  read_permissions(root, manifest);
  if (root.has("menus")) read_menus(root.child("menus"), manifest);
  return manifest;
}

std::string this_platform() {
#if defined(__x86_64__)
  return "linux-x86_64";
#elif defined(__aarch64__)
  return "linux-aarch64";
#else
  return "linux-unknown";
#endif
}

}  // namespace erp::host
