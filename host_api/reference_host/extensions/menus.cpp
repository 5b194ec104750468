// SPDX-License-Identifier: Apache-2.0
#include "extensions/menus.h"

#include <algorithm>
#include <set>

namespace erp::host {

namespace {

constexpr std::string_view kLanguages[] = {"en", "sv", "nb"};
constexpr std::string_view kPages[] = {"customer", "project", "employee", "order", "invoice"};
constexpr int kDeepest = 8;

/// The host's own entries.
std::vector<ManifestMenu> own_entries() {
  const auto entry = [](std::string id, std::string parent, std::int32_t order, std::string en, std::string sv,
                        std::string nb, std::string view, std::string permission) {
    ManifestMenu menu;
    menu.id = std::move(id);
    menu.parent = std::move(parent);
    menu.order = order;
    menu.titles = {{"en", std::move(en)}, {"sv", std::move(sv)}, {"nb", std::move(nb)}};
    menu.view = std::move(view);
    menu.permission = std::move(permission);
    return menu;
  };
  return {
      entry("administration", "", 100, "Administration", "Administration", "Administrasjon", "", ""),
      entry("administration.settings", "administration", 10, "Settings", "Inställningar", "Innstillinger", "", ""),
      entry("administration.settings.crm", "administration.settings", 10, "CRM", "CRM", "CRM", "", ""),
      entry("crm", "", 10, "CRM", "CRM", "CRM", "", ""),
      entry("documents", "", 20, "Orders and invoices", "Order och fakturor", "Ordrer og fakturaer", "", ""),
      entry("documents.orders", "documents", 10, "Offers and orders", "Offerter och order", "Tilbud og ordrer",
            "order.list", "host.order.view"),
      entry("documents.invoices", "documents", 20, "Invoices", "Fakturor", "Fakturaer", "invoice.list",
            "host.invoice.view"),
      entry("registers", "", 30, "Registers", "Register", "Registre", "", ""),
      entry("registers.projects", "registers", 10, "Projects", "Projekt", "Prosjekter", "project.list",
            "host.project.view"),
      entry("registers.contacts", "registers", 20, "Contacts", "Kontakter", "Kontakter", "contact.list",
            "host.customer.view"),
      entry("registers.employees", "registers", 30, "Employees", "Medarbetare", "Medarbeidere", "employee.list",
            "host.employee.view"),
      entry("registers.users", "registers", 40, "Users", "Användare", "Brukere", "user.list", "host.user.view"),
      entry("crm.customers", "crm", 40, "Customers", "Kundhantering", "Kundeoppfølging", "host.customers",
            "host.customer.view"),
  };
}

[[noreturn]] void wrong(std::string_view what, const std::string& message) {
  refuse(ERP_INVALID_ARGUMENT, std::string(what) + ".invalid", message);
}

json::array entries_of(std::string_view text, std::string_view name) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) wrong(name, "The " + std::string(name) + " are not a JSON object. Correct them.");
  const std::string schema = text_of(value.get_object(), "schema").value_or("");
  if (!schema.starts_with("1.")) {
    wrong(name, "schema \"" + schema + "\" of the " + std::string(name) +
                    " is not 1.x. Use a module for this host's schema.");
  }
  const json::array* entries = array_of(value.get_object(), name);
  if (entries == nullptr) wrong(name, "The list \"" + std::string(name) + "\" is missing.");
  for (const json::value& entry : *entries) {
    if (!entry.is_object()) wrong(name, "The list \"" + std::string(name) + "\" holds something that is no object.");
  }
  return *entries;
}

std::string title_in(const ManifestMenu& menu, std::string_view language) {
  for (const std::string_view wanted : {language, std::string_view("en")}) {
    if (const auto found = menu.titles.find(std::string(wanted)); found != menu.titles.end()) return found->second;
  }
  return menu.id;
}

json::array children_of(const std::vector<ManifestMenu>& all, const std::string& parent, const json::array& path,
                        std::string_view language, const std::map<std::string, std::int64_t>& badges, int depth) {
  json::array out;
  if (depth > kDeepest) return out;
  for (const ManifestMenu& menu : all) {
    if (menu.parent != parent) continue;
    const std::string title = title_in(menu, language);
    json::array own_path = path;
    own_path.emplace_back(title);
    json::object entry{{"id", menu.id}, {"title", title}, {"path", own_path}};
    entry["view"] = menu.view.empty() ? json::value(nullptr) : json::value(menu.view);
    entry["permission"] = menu.permission.empty() ? json::value(nullptr) : json::value(menu.permission);
    if (const auto badge = badges.find(menu.id); badge != badges.end() && badge->second > 0)
      entry["badge"] = badge->second;
    entry["children"] = children_of(all, menu.id, own_path, language, badges, depth + 1);
    out.push_back(std::move(entry));
  }
  return out;
}

void check_parents(const std::vector<ManifestMenu>& menus) {
  std::map<std::string, std::string> parents;
  for (const ManifestMenu& menu : menus) parents[menu.id] = menu.parent;
  for (const ManifestMenu& menu : menus) {
    std::string at = menu.parent;
    for (int depth = 0; std::find(std::begin(kHostMenus), std::end(kHostMenus), at) == std::end(kHostMenus); ++depth) {
      const auto next = parents.find(at);
      if (next == parents.end()) {
        wrong("menus", "Menu " + menu.id + ": the parent \"" + at + "\" is neither the host's nor the module's own.");
      }
      if (depth > kDeepest) wrong("menus", "Menu " + menu.id + " lies in a circle or deeper than 8 entries.");
      at = next->second;
    }
  }
}

}  // namespace

std::vector<ManifestMenu> read_menus(const Manifest& manifest, std::string_view text) {
  std::vector<ManifestMenu> out;
  std::set<std::string> ids;
  for (const json::value& value : entries_of(text, "menus")) {
    const json::object& entry = value.get_object();
    ManifestMenu menu;
    menu.id = required_text(entry, "id");
    menu.parent = required_text(entry, "parent");
    menu.order =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(integer_of(entry, "order").value_or(0), 0, 1'000'000));
    menu.view = text_of(entry, "view").value_or("");
    menu.permission = text_of(entry, "permission").value_or("");
    if (!menu.id.starts_with(manifest.id + "."))
      wrong("menus", "Menu \"" + menu.id + "\" does not begin with \"" + manifest.id + ".\".");
    if (!ids.insert(menu.id).second) wrong("menus", "Menu " + menu.id + " stands there twice.");
    const json::value* titles = field(entry, "titles");
    if (titles == nullptr || !titles->is_object()) wrong("menus", "Menu " + menu.id + " has no titles.");
    for (const auto& [language, title] : titles->get_object()) {
      if (title.is_string()) menu.titles[std::string(language)] = std::string(title.get_string());
    }
    for (const std::string_view language : kLanguages) {
      if (menu.titles[std::string(language)].empty()) {
        wrong("menus", "Menu " + menu.id + " has no title in " + std::string(language) + ". Give en, sv and nb.");
      }
    }
    out.push_back(std::move(menu));
  }
  check_parents(out);
  return out;
}

json::array read_parts(const Manifest& manifest, std::string_view text) {
  json::array out = entries_of(text, "parts");
  for (const json::value& value : out) {
    const json::object& part = value.get_object();
    const std::string id = required_text(part, "id");
    const std::string page = required_text(part, "page");
    const std::string kind = required_text(part, "kind");
    if (!id.starts_with(manifest.id + "."))
      wrong("parts", "Part \"" + id + "\" does not begin with \"" + manifest.id + ".\".");
    if (std::find(std::begin(kPages), std::end(kPages), page) == std::end(kPages)) {
      wrong("parts", "Part " + id + ": page \"" + page + "\" is not customer, project, employee, order or invoice.");
    }
    if (kind != "panel" && kind != "reference") {
      wrong("parts", "Part " + id + ": kind \"" + kind + "\" is not panel or reference.");
    }
  }
  return out;
}

json::object menu_tree(const std::vector<ManifestMenu>& entries, std::string_view language,
                       const std::map<std::string, std::int64_t>& badges) {
  std::vector<ManifestMenu> all = own_entries();
  all.insert(all.end(), entries.begin(), entries.end());
  std::stable_sort(all.begin(), all.end(), [](const ManifestMenu& a, const ManifestMenu& b) {
    return std::tie(a.order, a.id) < std::tie(b.order, b.id);
  });
  return {{"menus", children_of(all, "", {}, language.substr(0, 2), badges, 0)}};
}

}  // namespace erp::host
