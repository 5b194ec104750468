// SPDX-License-Identifier: Apache-2.0
#include "services/exports.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/history_text.h"
#include "store/export_store.h"

namespace sales_leads::services {
namespace {

using store::ExportKind;
using store::ExportPlace;

/// A place is a number, or "text:number".
ExportPlace place_of(const Input& input) {
  const auto* value = input.has("after") ? input.find("after") : nullptr;
  if (value == nullptr) return {};
  if (value->is_int64()) return {"", value->get_int64()};
  const std::string text = *input.text("after");
  const auto colon = text.rfind(':');
  const std::string number = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool digits =
      !number.empty() && number.size() < 19 && number.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) throw Refusal(Code::invalid_argument, "page.invalid", "after", text);
  return {text.substr(0, colon), std::stoll(number)};
}

json::value cell_of(const store::Session::Cell& cell, ExportKind kind, bool margins) {
  if (cell.index() == 0 || (kind == ExportKind::margin && !margins)) return nullptr;
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  const std::int64_t number = std::get<std::int64_t>(cell);
  if (kind == ExportKind::day) return json::value(domain::date_text(static_cast<domain::Day>(number)));
  if (kind == ExportKind::month) return json::value(domain::month_key(static_cast<domain::Day>(number)));
  if (kind == ExportKind::time) return json::value(time_text(number));
  if (kind == ExportKind::share) return json::value(share_text(number));
  return number;
}

json::value quantity_of(const store::ExportStore::Line& line) {
  std::string digits = std::to_string(line.units);
  if (line.exponent >= 0) return json::value(digits + std::string(static_cast<std::size_t>(line.exponent), '0'));
  const auto decimals = static_cast<std::size_t>(-line.exponent);
  if (digits.size() <= decimals) digits.insert(0, decimals - digits.size() + 1, '0');
  digits.insert(digits.size() - decimals, ".");
  return json::value(digits);
}

/// What stands in tables of its own, told in one cell each, as opportunity.import takes it back.
void add_parts(UseCase& use_case, store::ExportStore& store, const store::ExportPage& page, json::array& columns,
               json::array& rows) {
  std::vector<Id> ids;
  for (const ExportPlace& place : page.places) ids.push_back(place.number);
  const auto sellers = store.sellers(ids, use_case.now_us);
  const auto touches = store.touches(ids);
  std::map<Id, json::array> lines;
  for (const auto& line : store.lines(ids)) {
    json::object shaped{{"product", line.product}, {"quantity", quantity_of(line)}};
    if (line.net) shaped["net"] = *line.net;
    lines[line.opportunity].push_back(std::move(shaped));
  }
  for (const char* name : {"sellers", "touches", "lines"}) columns.emplace_back(name);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    json::array& row = rows[i].as_array();
    const auto text = [&](const std::map<Id, std::string>& texts) {
      const auto found = texts.find(ids[i]);
      return found == texts.end() ? json::value(nullptr) : json::value(found->second);
    };
    row.push_back(text(sellers));
    row.push_back(text(touches));
    const auto found = lines.find(ids[i]);
    row.push_back(found == lines.end() ? json::value(nullptr) : json::value(json::serialize(found->second)));
  }
}

/// E-mail addresses and phones, as lead.import takes them back.
void add_contacts(store::ExportStore& store, const store::ExportPage& page, json::array& columns, json::array& rows) {
  std::vector<Id> ids;
  for (const ExportPlace& place : page.places) ids.push_back(place.number);
  const auto contacts = store.contacts(ids);
  for (const char* name : {"email", "phone"}) columns.emplace_back(name);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = contacts.find(ids[i]);
    const auto known = found == contacts.end() ? store::ExportStore::Contacts{} : found->second;
    for (const std::string& text : {known.emails, known.phones})
      rows[i].as_array().push_back(text.empty() ? json::value(nullptr) : json::value(text));
  }
}

void add_categories(store::ExportStore& store, const store::ExportPage& page, json::array& columns, json::array& rows) {
  std::vector<Id> ids;
  for (const ExportPlace& place : page.places) ids.push_back(place.number);
  const auto texts = store.categories(ids);
  columns.emplace_back("categories");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = texts.find(ids[i]);
    rows[i].as_array().push_back(found == texts.end() ? json::value(nullptr) : json::value(found->second));
  }
}

/// As pipeline.import takes them back.
void add_pipeline_parts(store::ExportStore& store, const store::ExportPage& page, json::array& columns,
                        json::array& rows) {
  std::vector<Id> ids;
  for (const ExportPlace& place : page.places) ids.push_back(place.number);
  const auto pipelines = store.pipelines(ids);
  for (const char* name : {"steps", "types", "groups"}) columns.emplace_back(name);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = pipelines.find(ids[i]);
    const auto parts = found == pipelines.end() ? store::ExportStore::Pipelines{} : found->second;
    for (const std::string& text : {parts.steps, parts.types, parts.groups})
      rows[i].as_array().push_back(text.empty() ? json::value(nullptr) : json::value(text));
  }
}

}  // namespace

json::value export_page(UseCase& use_case, const Input& input) {
  const std::string entity = input.text("entity").value_or("");
  const store::ExportTable* table = store::export_table(entity);
  if (table == nullptr) {
    throw Refusal(Code::invalid_argument, "export.entity.unknown", "entity", entity,
                  {{"expected", store::export_entities()}});
  }
  const std::string permission = table->permission;
  if (!permission.empty() && !use_case.caller.may(permission))
    throw Refusal(Code::permission, "permission.missing", "", permission);
  store::ExportSeen seen;
  const auto& caller = use_case.caller;
  if (!caller.sees.all()) seen.opportunities_of = caller.sees.employees;
  if (!caller.sees_leads.all()) seen.leads_of = caller.sees_leads.employees;
  seen.margins = caller.may("sales_leads.margin");
  const std::int64_t limit = input.integer("limit").value_or(1'000);
  store::ExportStore store(use_case.session, use_case.company());
  store::ExportPage page = store.page(*table, place_of(input), limit + 1, seen);
  const bool more = static_cast<std::int64_t>(page.rows.size()) > limit;
  if (more) page.rows.pop_back(), page.places.pop_back();
  json::array columns, rows;
  for (const auto& column : table->columns) columns.emplace_back(column.name);
  for (const auto& cells : page.rows) {
    json::array row;
    row.reserve(cells.size() + 3);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool told_by_field = table->columns[i].kind == ExportKind::history;
      row.push_back(told_by_field ? json::value(history_text(std::get<std::string>(cells[i - 1]),
                                                             std::get<std::string>(cells[i])))
                                  : cell_of(cells[i], table->columns[i].kind, seen.margins));
    }
    rows.push_back(std::move(row));
  }
  if (entity == "opportunity") add_parts(use_case, store, page, columns, rows);
  if (entity == "pipeline") add_pipeline_parts(store, page, columns, rows);
  if (entity == "customer_extra") add_categories(store, page, columns, rows);
  if (entity == "lead") add_contacts(store, page, columns, rows);
  json::value next = nullptr;
  if (more) {
    const ExportPlace& last = page.places.back();
    next = std::string_view(table->text_key).empty() ? json::value(last.number)
                                                     : json::value(last.text + ":" + std::to_string(last.number));
  }
  return json::object{{"entity", entity}, {"columns", std::move(columns)}, {"rows", std::move(rows)}, {"next", next}};
}

}  // namespace sales_leads::services
