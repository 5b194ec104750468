// SPDX-License-Identifier: Apache-2.0
#include "web/pages.h"

#include <algorithm>
#include <map>

#include "web/action_block.h"
#include "web/blocks.h"
#include "web/shell.h"

namespace erp::host::web {
namespace {

constexpr std::int64_t kRowsShown = 100;

/// What a list page shows: the view ids of menu entries are "<stem>.<form>", or "host.<stem>s" for the host's own
/// pages, and the stem says which action answers.
struct ListView {
  std::string_view stem, action;
  bool paged = false;
  std::vector<std::string> columns;
};

const std::vector<ListView>& list_views() {
  static const std::vector<ListView> kViews = {
      {"opportunity",
       "opportunity.list",
       true,
       {"title", "customer", "owner", "step", "amount", "start", "planned_close", "actual_close", "campaign"}},
      {"lead", "lead.list", true, {"title", "status", "score", "owner", "city", "source", "next_activity"}},
      {"campaign", "campaign.list", true, {"title", "code", "medium", "start", "end", "budget", "owner"}},
      {"customer", "customer.list", true, {"name", "number", "organisation_number", "country", "is_stand_in"}},
      {"project", "project.list", true, {"name", "number", "customer", "state"}},
      {"employee", "employee.list", true, {"name", "number", "manager"}},
      {"order", "order.list", true, {"number", "customer", "state", "confirmed_at", "net"}},
      {"invoice", "invoice.list", true, {"number", "kind", "customer", "state", "posted_at", "net"}},
      {"user", "user.list", false, {"name", "login", "roles"}},
      {"group", "group.list", false, {"title", "parent", "kind", "members", "code"}},
      {"step", "step.list", false, {"title", "code", "status", "probability", "rejection_rule", "archived"}},
      {"rejection", "rejection.list", false, {"title", "code", "archived"}},
      {"type", "type.list", false, {"title", "code", "archived"}},
      {"source", "source.list", false, {"title", "code", "archived"}},
      {"customer_status", "customer_status.list", false, {"title", "code", "effect", "archived"}},
      {"category", "category.list", false, {"title", "code", "archived"}},
  };
  return kViews;
}

std::string stem_of(const std::string& view) {
  if (view.starts_with("host.") && view.ends_with('s')) return view.substr(5, view.size() - 6);
  return view.substr(0, view.find('.'));
}

/// The reports that have a page, with the axes one may choose.
struct ReportView {
  std::string_view name;
  std::vector<std::string> axes;
  std::string_view bars;  // the measure that the chart shows
};

const std::vector<ReportView>& report_views() {
  static const std::vector<ReportView> kViews = {
      {"campaign_results", {}, "invoiced"},
      {"sales",
       {"month", "quarter", "year", "seller", "group", "customer", "project", "type", "source", "campaign", "step"},
       "invoiced"},
      {"pipeline",
       {"step", "status", "month", "quarter", "year", "seller", "group", "customer", "type", "source", "campaign"},
       "amount"},
      {"to_link", {}, ""},
  };
  return kViews;
}

const ReportView* report_view(std::string_view name) {
  const auto& views = report_views();
  const auto found =
      std::find_if(views.begin(), views.end(), [&](const ReportView& view) { return view.name == name; });
  return found == views.end() ? nullptr : &*found;
}

std::string value_of(const Asked& asked, const std::string& key) {
  const auto found = asked.query.find(key);
  return found == asked.query.end() ? std::string() : found->second;
}

const boost::json::array* records_of(const boost::json::value& answer) {
  if (answer.is_array()) return &answer.get_array();
  if (!answer.is_object()) return nullptr;
  for (const auto& member : answer.get_object()) {
    if (member.value().is_array()) return &member.value().get_array();
  }
  return nullptr;
}

// What a list shows better than its plain values: the title in the reader's language, the name of the record above, and
// how many there are of what it holds.
void settle(boost::json::array& records) {
  std::map<std::int64_t, boost::json::value> titles;
  for (auto& record : records) {
    if (!record.is_object()) continue;
    auto& object = record.get_object();
    const auto* several = object.if_contains("titles");
    if (several && !object.contains("title")) object["title"] = *several;
    const auto* id = object.if_contains("id");
    const auto* title = object.if_contains("title");
    if (id && id->is_int64() && title) titles.emplace(id->get_int64(), *title);
  }
  for (auto& record : records) {
    if (!record.is_object()) continue;
    auto& object = record.get_object();
    if (auto* parent = object.if_contains("parent"); parent && parent->is_int64()) {
      const auto found = titles.find(parent->get_int64());
      if (found != titles.end()) *parent = boost::json::value(found->second);
    }
    if (auto* members = object.if_contains("members"); members && members->is_array()) {
      *members = static_cast<std::int64_t>(members->get_array().size());
    }
  }
}

// Columns that no record fills say nothing.
void drop_empty_columns(Table& table) {
  for (std::size_t i = table.columns.size(); i-- > 1;) {
    const bool filled = std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      return row[i].kind != Cell::Kind::kEmpty && !(row[i].kind == Cell::Kind::kText && row[i].text.empty());
    });
    if (filled) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    table.columns.erase(table.columns.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
    if (!table.totals.empty()) table.totals.erase(table.totals.begin() + at);
  }
}

std::string company_name(App& app, const Caller& caller) {
  try {
    const auto company = app.call_action(caller, "company.get", boost::json::object{});
    if (const auto* name = company.is_object() ? company.get_object().if_contains("name") : nullptr;
        name && name->is_string()) {
      return std::string(name->get_string());
    }
  } catch (const HostError&) {
    // Whoever may not see the company sees the product's name.
    return "";
  }
  return "";
}

boost::json::object params_for(const Asked& asked, const std::string& axis) {
  boost::json::object params;
  if (!axis.empty()) params["rows"] = axis;
  for (const char* key : {"from", "to"}) {
    if (!value_of(asked, key).empty()) params[key] = value_of(asked, key);
  }
  return params;
}

void write_list(App& app, const Asked& asked, const ListView& view, Html& out) {
  boost::json::object input;
  if (view.paged) {
    input["limit"] = kRowsShown;
    const std::string after = value_of(asked, "after");
    if (!after.empty() && after.size() < 19 &&
        std::all_of(after.begin(), after.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      input["after"] = std::stoll(after);
    }
  }
  const boost::json::value answer = app.call_action(asked.caller, view.action, input);
  const boost::json::array* records = records_of(answer);
  if (!records || records->empty()) {
    const std::string key = "empty." + std::string(view.stem);
    write_note(out, text(asked.language, has_text(key) ? key : "empty.other"));
    return;
  }
  boost::json::array settled = *records;
  settle(settled);
  Table table = table_of_list(settled, view.columns, asked.language);
  drop_empty_columns(table);
  write_table(out, table, asked.language, text(asked.language, "table.caption"));
  const auto* next = answer.is_object() ? answer.get_object().if_contains("next") : nullptr;
  if (next && next->is_int64()) {
    out.open("p", {{"class", "more"}});
    out.element("a", {{"class", "button"}, {"href", asked.path + "?after=" + std::to_string(next->get_int64())}},
                text(asked.language, "next"));
    out.close("p");
  }
}

void write_report(App& app, const Asked& asked, const ReportView& view, Html& out) {
  std::string axis = value_of(asked, "rows");
  if (std::find(view.axes.begin(), view.axes.end(), axis) == view.axes.end()) {
    axis = view.axes.empty() ? "" : view.axes.front();
  }
  write_report_form(out, asked, view.axes, axis);
  Table table;
  try {
    table = table_of_report(app.run_report(asked.caller, view.name, params_for(asked, axis)), asked.language);
  } catch (const HostError& error) {
    // A period that cannot be read is put right in the form above, so the page stays.
    if (error.status() != ERP_INVALID_ARGUMENT) throw;
    write_problem(out, error.what());
    return;
  }
  if (table.rows.empty()) {
    write_note(out, text(asked.language, "empty.report"));
    return;
  }
  if (!axis.empty()) table.columns[0].title = text(asked.language, axis);
  if (view.name == "campaign_results") table.columns[0].title = text(asked.language, "campaign");
  drop_empty_columns(table);
  write_bars(out, table, std::string(view.bars), asked.language);
  write_table(out, table, asked.language, text(asked.language, view.name));
}

void write_report_cards(Language language, Html& out) {
  out.raw("<ul class=\"cards\">");
  for (const ReportView& view : report_views()) {
    out.raw("<li>").open("a", {{"href", "/report/" + std::string(view.name)}});
    out.element("strong", {}, text(language, view.name));
    out.element("span", {}, text(language, std::string(view.name) + ".about")).raw("</a></li>");
  }
  out.raw("</ul>");
}

}  // namespace

std::string Pages::login(Language language, const std::string& next, const std::string& problem) {
  const auto tree = menu_tree(app_.menus(language_tag(language)));
  Html out;
  write_head(out, language, text(language, "login.heading"));
  out.raw("<body class=\"outside\"><main class=\"login\"><section class=\"card\" aria-labelledby=\"heading\">");
  out.raw("<p class=\"brand\"><span class=\"mark\" aria-hidden=\"true\"></span><span>ERP Host</span></p>");
  out.element("h1", {{"id", "heading"}}, text(language, "login.heading"));
  if (!problem.empty()) write_problem(out, problem);
  out.raw("<form method=\"post\" action=\"/login\">");
  out.open("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  out.element("label", {{"for", "login"}}, text(language, "login"));
  out.open("input", {{"id", "login"},
                     {"name", "login"},
                     {"autocomplete", "username"},
                     {"autocapitalize", "none"},
                     {"spellcheck", "false"},
                     {"maxlength", "100"},
                     {"required", ""},
                     {"autofocus", ""}});
  out.element("label", {{"for", "password"}}, text(language, "password"));
  out.open("input", {{"id", "password"},
                     {"name", "password"},
                     {"type", "password"},
                     {"autocomplete", "current-password"},
                     {"maxlength", "200"},
                     {"required", ""}});
  out.element("button", {{"type", "submit"}}, text(language, "login.submit")).raw("</form>");
  std::map<std::string, std::string> query;
  if (next != "/") query["next"] = next;
  write_languages(out, language, "/login", query);
  out.raw("</section>");
  if (!tree.empty()) {
    out.raw("<aside class=\"preview\" aria-labelledby=\"preview\">");
    out.element("h2", {{"id", "preview"}}, text(language, "menus.preview"));
    out.open("nav", {{"class", "side"}, {"aria-label", text(language, "menu")}});
    write_menu(out, tree, "", false);
    out.raw("</nav></aside>");
  }
  out.raw("</main></body></html>\n");
  return out.str();
}

Page Pages::home(const Asked& asked) {
  const auto tree = menu_tree(app_.menus(asked.caller));
  const std::string company = company_name(app_, asked.caller);
  Html out;
  out.element("p", {{"class", "lead"}}, text(asked.language, "home.about"));
  write_report_cards(asked.language, out);
  out.raw("<p class=\"more\">").element("a", {{"href", "/actions"}}, text(asked.language, "actions")).raw("</p>");
  return {200, in_shell(asked, tree, {text(asked.language, "home"), "", {}, company}, out)};
}

Page Pages::menu(const Asked& asked, const std::string& id) {
  const auto tree = menu_tree(app_.menus(asked.caller));
  const std::string company = company_name(app_, asked.caller);
  const Found found = find_entry(tree, id);
  Html out;
  if (found.entry.id.empty()) {
    write_problem(out, text(asked.language, "error.missing"));
    return {404, in_shell(asked, tree, {text(asked.language, "error.title"), "", {}, company}, out)};
  }
  const std::string stem = stem_of(found.entry.view);
  const auto& views = list_views();
  const auto view = std::find_if(views.begin(), views.end(), [&](const ListView& one) { return one.stem == stem; });
  if (view != views.end()) {
    write_list(app_, asked, *view, out);
  } else if (stem == "report" || stem == "reports") {
    write_report_cards(asked.language, out);
  } else if (found.entry.view.empty()) {
    out.raw("<ul class=\"cards\">");
    for (const MenuEntry& child : found.entry.children) {
      out.raw("<li>").open("a", {{"href", "/menu/" + url_escaped(child.id)}}).element("strong", {}, child.title);
      out.raw("</a></li>");
    }
    out.raw("</ul>");
  } else {
    write_note(out, text(asked.language, "later"));
  }
  return {200, in_shell(asked, tree, {found.entry.title, id, found.above, company}, out)};
}

Page Pages::report(const Asked& asked, const std::string& name) {
  const auto tree = menu_tree(app_.menus(asked.caller));
  const std::string company = company_name(app_, asked.caller);
  const ReportView* view = report_view(name);
  Html out;
  if (!view) {
    write_problem(out, text(asked.language, "error.missing"));
    return {404, in_shell(asked, tree, {text(asked.language, "error.title"), "", {}, company}, out)};
  }
  write_report(app_, asked, *view, out);
  // Reports stand below the menu entry that lists them.
  Frame frame{text(asked.language, name), "", {}, company};
  std::vector<const std::vector<MenuEntry>*> levels{&tree};
  while (!levels.empty() && frame.current.empty()) {
    const auto* level = levels.back();
    levels.pop_back();
    for (const MenuEntry& entry : *level) {
      if (entry.view.starts_with("report")) frame.current = entry.id;
      levels.push_back(&entry.children);
    }
  }
  if (!frame.current.empty()) {
    const Found found = find_entry(tree, frame.current);
    frame.above = found.above;
    frame.above.push_back(found.entry.title);
  }
  return {200, in_shell(asked, tree, frame, out)};
}

Page Pages::actions(const Asked& asked) {
  const auto tree = menu_tree(app_.menus(asked.caller));
  const std::string company = company_name(app_, asked.caller);
  Html out;
  out.element("p", {{"class", "lead"}}, text(asked.language, "actions.lead"));
  for (const ActionText& one : action_texts(app_.list_actions(), std::string(language_tag(asked.language)))) {
    write_action(asked.language, one, out);
  }
  return {200, in_shell(asked, tree, {text(asked.language, "actions"), "", {}, company}, out)};
}

std::string Pages::error(const Asked& asked, const std::string& message) {
  std::vector<MenuEntry> tree;
  try {
    tree = menu_tree(app_.menus(asked.caller));
  } catch (const std::exception&) {
    tree.clear();  // the page shows without its menu rather than not at all
  }
  Html out;
  write_problem(out, message);
  out.open("p", {}).element("a", {{"class", "button"}, {"href", "/"}}, text(asked.language, "error.back")).close("p");
  return in_shell(asked, tree, {text(asked.language, "error.title"), "", {}, ""}, out);
}

std::string plain_error_page(Language language, int status, const std::string& message) {
  Html out;
  write_head(out, language, text(language, "error.title"));
  out.raw("<body class=\"outside\"><main class=\"login\"><section class=\"card\">");
  out.element("h1", {}, text(language, "error.title"));
  write_problem(out, message);
  out.element("p", {{"class", "code"}}, std::to_string(status));
  out.open("p", {}).element("a", {{"class", "button"}, {"href", "/"}}, text(language, "error.back"));
  out.raw("</p></section></main></body></html>\n");
  return out.str();
}

}  // namespace erp::host::web
