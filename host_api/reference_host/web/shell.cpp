// SPDX-License-Identifier: Apache-2.0
#include "web/shell.h"

namespace erp::host::web {
namespace {

constexpr const char* kStyle = "/assets/host.css?v=1";

std::string text_member(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<MenuEntry> entries(const boost::json::value& list, int depth) {
  std::vector<MenuEntry> out;
  if (!list.is_array() || depth > 16) return out;
  for (const auto& item : list.get_array()) {
    if (!item.is_object()) continue;
    const auto& object = item.get_object();
    MenuEntry entry{text_member(object, "id"), text_member(object, "title"), text_member(object, "view"), {}};
    if (const auto* children = object.if_contains("children")) entry.children = entries(*children, depth + 1);
    out.push_back(std::move(entry));
  }
  return out;
}

bool search(const std::vector<MenuEntry>& tree, const std::string& id, Found& found) {
  for (const MenuEntry& entry : tree) {
    if (entry.id == id) {
      found.entry = entry;
      return true;
    }
    found.above.push_back(entry.title);
    if (search(entry.children, id, found)) return true;
    found.above.pop_back();
  }
  return false;
}

}  // namespace

std::vector<MenuEntry> menu_tree(const boost::json::value& menus) {
  const auto* list = menus.is_object() ? menus.get_object().if_contains("menus") : &menus;
  return list ? entries(*list, 0) : std::vector<MenuEntry>{};
}

Found find_entry(const std::vector<MenuEntry>& tree, const std::string& id) {
  Found found;
  if (!search(tree, id, found)) return {};
  return found;
}

void write_head(Html& out, Language language, const std::string& title) {
  out.raw("<!doctype html>\n").open("html", {{"lang", language_tag(language)}}).raw("<head><meta charset=\"utf-8\">");
  out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
  out.raw("<meta name=\"color-scheme\" content=\"light dark\">");
  // Forms must tell this host where they come from, other hosts learn nothing.
  out.raw("<meta name=\"referrer\" content=\"same-origin\">");
  out.element("title", {}, title.empty() ? "ERP Host" : title + " · ERP Host");
  out.open("link", {{"rel", "stylesheet"}, {"href", kStyle}});
  out.raw("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/icon.svg?v=1\"></head>");
}

void write_menu(Html& out, const std::vector<MenuEntry>& tree, const std::string& current, bool links) {
  out.raw("<ul>");
  for (const MenuEntry& entry : tree) {
    out.raw("<li>");
    if (!entry.view.empty() && links) {
      const bool here = entry.id == current;
      out.element("a", {{"href", "/menu/" + url_escaped(entry.id)}, {here ? "aria-current" : "", "page"}}, entry.title);
    } else {
      out.element("span", {{"class", entry.children.empty() ? "leaf" : "branch"}}, entry.title);
    }
    if (!entry.children.empty()) write_menu(out, entry.children, current, links);
    out.raw("</li>");
  }
  out.raw("</ul>");
}

void write_languages(Html& out, Language current, const std::string& path,
                     const std::map<std::string, std::string>& query) {
  out.open("ul", {{"class", "languages"}, {"aria-label", text(current, "language")}});
  for (const Language language : {Language::kSwedish, Language::kNorwegian, Language::kEnglish}) {
    std::string address = path + "?lang=" + std::string(language_tag(language));
    for (const auto& [key, value] : query) {
      if (key != "lang") address += "&" + url_escaped(key) + "=" + url_escaped(value);
    }
    const bool here = language == current;
    out.raw("<li>");
    out.element("a",
                {{"href", address},
                 {"lang", language_tag(language)},
                 {"hreflang", language_tag(language)},
                 {here ? "aria-current" : "", "true"}},
                language_title(language));
    out.raw("</li>");
  }
  out.raw("</ul>");
}

std::string in_shell(const Asked& asked, const std::vector<MenuEntry>& tree, const Frame& frame, const Html& content) {
  const Language language = asked.language;
  Html out;
  write_head(out, language, frame.title);
  out.raw("<body class=\"inside\">");
  out.element("a", {{"class", "skip"}, {"href", "#content"}}, text(language, "skip"));
  out.raw("<header class=\"top\"><a class=\"brand\" href=\"/plain\"><span class=\"mark\" aria-hidden=\"true\"></span>");
  out.element("span", {}, frame.company.empty() ? "ERP Host" : frame.company).raw("</a><div class=\"tools\">");
  write_languages(out, language, asked.path, asked.query);
  out.raw("<form method=\"post\" action=\"/logout\">");
  out.open("input", {{"type", "hidden"}, {"name", "token"}, {"value", asked.form_token}});
  out.element("button", {{"class", "quiet"}, {"type", "submit"}}, text(language, "logout"))
      .raw("</form></div></header>");

  // Twice, for wide and for narrow windows; a style shows one of them, and a hidden one is hidden from all readers.
  out.raw("<div class=\"frame\">");
  out.open("nav", {{"class", "side wide"}, {"aria-label", text(language, "menu")}});
  write_menu(out, tree, frame.current, true);
  out.raw("</nav><details class=\"side narrow\">");
  out.element("summary", {}, text(language, "menu"));
  out.open("nav", {{"aria-label", text(language, "menu")}});
  write_menu(out, tree, frame.current, true);
  out.raw("</nav></details><main id=\"content\" tabindex=\"-1\">");
  if (!frame.above.empty()) {
    out.open("nav", {{"class", "crumbs"}, {"aria-label", "Breadcrumb"}}).raw("<ol>");
    for (const std::string& step : frame.above) out.element("li", {}, step);
    out.element("li", {{"aria-current", "page"}}, frame.title).raw("</ol></nav>");
  }
  out.element("h1", {}, frame.title);
  out.raw(content.str()).raw("</main></div></body></html>\n");
  return out.str();
}

}  // namespace erp::host::web
