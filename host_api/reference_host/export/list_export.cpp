// SPDX-License-Identifier: Apache-2.0
#include "export/list_export.h"

#include "export/sheet_writer.h"

namespace erp::host::exports {
namespace json = boost::json;
namespace {

constexpr std::int64_t kRowsPerPage = 200;

std::string major_text(std::int64_t minor, std::int64_t exponent) {
  const bool negative = minor < 0;
  std::string digits = std::to_string(minor);
  if (negative) digits.erase(0, 1);
  const auto decimals = static_cast<std::size_t>(exponent);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, ".");
  return (negative ? "-" : "") + digits;
}

}  // namespace

json::value flat_cell(const json::value& cell, const json::object& exponents) {
  if (const auto* tags = cell.if_array()) {
    std::string text;
    for (const json::value& tag : *tags)
      text += (text.empty() ? "" : "; ") + (tag.is_string() ? std::string(tag.get_string()) : json::serialize(tag));
    return json::value(text);
  }
  const auto* object = cell.if_object();
  if (object == nullptr) return cell;
  if (const auto* title = object->if_contains("title")) return *title;
  const auto* minor = object->if_contains("minor");
  if (minor == nullptr) return json::value(json::serialize(cell));
  const auto* exponent = exponents.if_contains(object->at("currency").as_string());
  return json::value(major_text(minor->as_int64(), exponent == nullptr ? 2 : exponent->as_int64()));
}

std::int64_t export_list(App& app, const Caller& caller, const ListRequest& request) {
  const json::value me = app.me(caller);
  const json::object& exponents = me.at("currencies").as_object();
  json::object query = request.query;
  json::array names, headings;
  for (const auto& [field, heading] : request.columns) {
    names.emplace_back(field);
    headings.emplace_back(heading);
  }
  query["columns"] = std::move(names);
  query["limit"] = kRowsPerPage;
  query["export"] = true;
  std::unique_ptr<SheetWriter> writer =
      request.file.extension() == ".xlsx" ? write_xlsx(request.file) : write_csv(request.file, ';', true);
  bool begun = false;
  std::int64_t rows = 0;
  for (;;) {
    const json::value page = app.call_action(caller, "list.query", query);
    if (!begun) writer->row(headings);
    begun = true;
    for (const json::value& row : page.at("rows").as_array()) {
      json::array cells;
      for (const auto& [field, heading] : request.columns) {
        const auto* cell = row.at("cells").as_object().if_contains(field);
        cells.push_back(cell == nullptr ? json::value() : flat_cell(*cell, exponents));
      }
      writer->row(cells);
      ++rows;
    }
    if (page.at("after").is_null()) break;
    query["after"] = page.at("after");
  }
  writer->close();
  return rows;
}

}  // namespace erp::host::exports
