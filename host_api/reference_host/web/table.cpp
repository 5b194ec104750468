// SPDX-License-Identifier: Apache-2.0
#include "web/table.h"

#include <algorithm>

#include "import/currencies.h"
#include "import/problems.h"

namespace erp::host::web {
namespace {

using boost::json::value;
using Kind = Cell::Kind;

const value* member(const value& from, std::string_view key) {
  return from.is_object() ? from.get_object().if_contains(key) : nullptr;
}

Cell text_cell(std::string text) { return {Kind::kText, std::move(text), 0}; }

std::size_t column_at(Table& table, const std::string& key, const std::string& title) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].key == key) return i;
  }
  table.columns.push_back({key, title, false});
  return table.columns.size() - 1;
}

void put(Table& table, std::vector<Cell>& row, const std::string& key, const std::string& title, Cell cell) {
  const std::size_t at = column_at(table, key, title);
  if (row.size() <= at) row.resize(at + 1);
  row[at] = std::move(cell);
}

// measures: {"invoiced":{"minor","currency"},"count":3}
void put_measures(Table& table, std::vector<Cell>& row, const value& holder, const std::string& before,
                  const std::string& before_title, Language language) {
  const value* measures = member(holder, "measures");
  if (!measures || !measures->is_object()) return;
  const bool several = measures->get_object().size() > 1;
  for (const auto& measure : measures->get_object()) {
    const std::string key(measure.key());
    std::string title = text(language, key);
    if (!before_title.empty()) title = several ? before_title + " · " + title : before_title;
    put(table, row, before + key, title, cell_of(measure.value(), language));
  }
}

void put_row(Table& table, std::vector<Cell>& row, const value& source, Language language) {
  const value* label = member(source, "label");
  if (!label) label = member(source, "key");
  if (label) {
    Cell cell = cell_of(*label, language);
    if (cell.kind == Kind::kText && cell.text == "none") cell.text = text(language, "none");
    put(table, row, "label", text(language, "label"), std::move(cell));
  }
  for (const auto& part : source.get_object()) {
    const std::string key(part.key());
    if (key == "key" || key == "label" || key == "id" || key == "measures" || key == "columns") continue;
    put(table, row, key, text(language, key), cell_of(part.value(), language));
  }
  put_measures(table, row, source, "", "", language);
  if (const value* columns = member(source, "columns"); columns && columns->is_array()) {
    for (const auto& column : columns->get_array()) {
      const value* key = member(column, "key");
      const value* title = member(column, "label");
      const std::string name = key ? cell_text(cell_of(*key, language), language) : "";
      put_measures(table, row, column, name + "/", title ? cell_text(cell_of(*title, language), language) : name,
                   language);
    }
  }
}

void finish(Table& table) {
  for (auto& row : table.rows) row.resize(table.columns.size());
  if (!table.totals.empty()) table.totals.resize(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    table.columns[i].right = std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      return row[i].kind == Kind::kNumber || row[i].kind == Kind::kAmount;
    });
  }
}

// Characters, not bytes: each of the texts at hand is one column wide in a terminal.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Cell cell_of(const value& source, Language language) {
  switch (source.kind()) {
    case boost::json::kind::null:
      return {};
    case boost::json::kind::bool_:
      return text_cell(text(language, source.get_bool() ? "yes" : "no"));
    case boost::json::kind::int64:
      return {Kind::kNumber, "", source.get_int64()};
    case boost::json::kind::string:
      return text_cell(std::string(source.get_string()));
    case boost::json::kind::array: {
      const auto& items = source.get_array();
      std::string joined;
      constexpr std::size_t kShown = 3;
      for (std::size_t i = 0; i < items.size() && i < kShown; ++i) {
        joined += (i ? ", " : "") + cell_text(cell_of(items[i], language), language);
      }
      if (items.size() > kShown) joined += " …";
      return text_cell(joined);
    }
    case boost::json::kind::object:
      break;
    default:
      return text_cell(boost::json::serialize(source));
  }
  const value* minor = member(source, "minor");
  if (minor && minor->is_int64()) {
    const value* currency = member(source, "currency");
    return {Kind::kAmount, currency && currency->is_string() ? std::string(currency->get_string()) : "",
            minor->get_int64()};
  }
  for (const std::string_view key : {language_tag(language), std::string_view("en"), std::string_view("title"),
                                     std::string_view("name"), std::string_view("label"), std::string_view("number"),
                                     std::string_view("code"), std::string_view("employee"), std::string_view("id")}) {
    if (const value* found = member(source, key); found && !found->is_null()) return cell_of(*found, language);
  }
  return {};
}

Table table_of_report(const value& report, Language language) {
  Table table;
  if (const value* rows = member(report, "rows"); rows && rows->is_array()) {
    for (const auto& row : rows->get_array()) {
      if (!row.is_object()) continue;
      table.rows.emplace_back();
      const value* key = member(row, "key");
      table.keys.push_back(key && key->is_string() ? std::string(key->get_string()) : std::string());
      put_row(table, table.rows.back(), row, language);
    }
  }
  const value* totals = member(report, "totals");
  if (totals && totals->is_object() && !totals->get_object().empty() && !table.rows.empty()) {
    put(table, table.totals, "label", text(language, "label"), text_cell(text(language, "total")));
    put_row(table, table.totals, *totals, language);
  }
  finish(table);
  return table;
}

Table table_of_list(const boost::json::array& records, const std::vector<std::string>& keys, Language language) {
  Table table;
  for (const std::string& key : keys) column_at(table, key, text(language, key));
  for (const auto& record : records) {
    if (!record.is_object()) continue;
    std::vector<Cell> row;
    for (const auto& part : record.get_object()) {
      const std::string key(part.key());
      const bool wanted =
          keys.empty() ? key != "id" && key != "version" : std::find(keys.begin(), keys.end(), key) != keys.end();
      if (wanted) put(table, row, key, text(language, key), cell_of(part.value(), language));
    }
    table.rows.push_back(std::move(row));
  }
  finish(table);
  return table;
}

std::string cell_text(const Cell& cell, Language language) {
  switch (cell.kind) {
    case Kind::kEmpty:
      return "";
    case Kind::kText:
      return cell.text;
    case Kind::kNumber:
      return number_text(cell.number, language);
    case Kind::kAmount:
      return amount_text(cell.number, cell.text, language);
  }
  return "";
}

std::string as_text(const Table& table, Language language) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns) widths.push_back(width_of(column.title));
  const auto measure = [&](const std::vector<Cell>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(cell_text(row[i], language)));
  };
  for (const auto& row : table.rows) measure(row);
  measure(table.totals);
  std::string out;
  const auto line = [&](auto text_at) {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string cell = text_at(i);
      const std::string pad(widths[i] - width_of(cell), ' ');
      text += (i ? "  " : "") + (table.columns[i].right ? pad + cell : cell + pad);
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  const auto rule = [&] { line([&](std::size_t i) { return std::string(widths[i], '-'); }); };
  line([&](std::size_t i) { return table.columns[i].title; });
  rule();
  for (const auto& row : table.rows) line([&](std::size_t i) { return cell_text(row[i], language); });
  if (!table.totals.empty()) {
    rule();
    line([&](std::size_t i) { return cell_text(table.totals[i], language); });
  }
  return out;
}

namespace {

/// Which columns hold amounts: they get their currency beside them, so that a column of figures is one of figures.
std::vector<bool> amounts_of(const Table& table) {
  std::vector<bool> amounts(table.columns.size(), false);
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) amounts[i] = amounts[i] || row[i].kind == Kind::kAmount;
  }
  return amounts;
}

std::string plain(const Cell& cell) {
  if (cell.kind == Kind::kNumber) return std::to_string(cell.number);
  if (cell.kind == Kind::kAmount)
    return import::plain_amount(cell.number, import::currency_digits(cell.text).value_or(2));
  return cell.text;
}

std::string currency_of(const Cell& cell) { return cell.kind == Kind::kAmount ? cell.text : std::string(); }

}  // namespace

std::string as_csv(const Table& table) {
  std::string out;
  const std::vector<bool> amounts = amounts_of(table);
  // Not every report has keys: documents to link have numbers.
  const bool keyed = std::any_of(table.keys.begin(), table.keys.end(), [](const auto& key) { return !key.empty(); });
  const auto line = [&](const std::string& key, auto text_at, auto currency_at) {
    if (keyed) out += import::csv_cell(key) + ",";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out += (i ? "," : "") + import::csv_cell(text_at(i));
      if (amounts[i]) out += "," + import::csv_cell(currency_at(i));
    }
    out += "\n";
  };
  line(
      "key", [&](std::size_t i) { return table.columns[i].key; },
      [&](std::size_t i) { return table.columns[i].key + "_currency"; });
  const auto cells = [&](const std::string& key, const std::vector<Cell>& row) {
    line(
        key, [&](std::size_t i) { return plain(row[i]); }, [&](std::size_t i) { return currency_of(row[i]); });
  };
  for (std::size_t i = 0; i < table.rows.size(); ++i) cells(i < table.keys.size() ? table.keys[i] : "", table.rows[i]);
  if (!table.totals.empty()) cells("total", table.totals);
  return out;
}

std::vector<boost::json::array> as_lines(const Table& table) {
  const std::vector<bool> amounts = amounts_of(table);
  std::vector<boost::json::array> lines;
  const auto line = [&](auto text_at, auto currency_at) {
    auto& cells = lines.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      cells.emplace_back(text_at(i));
      if (amounts[i]) cells.emplace_back(currency_at(i));
    }
  };
  line([&](std::size_t i) { return table.columns[i].title; }, [](std::size_t) { return std::string(); });
  const auto row_of = [&](const std::vector<Cell>& row) {
    line([&](std::size_t i) { return plain(row[i]); }, [&](std::size_t i) { return currency_of(row[i]); });
  };
  for (const auto& row : table.rows) row_of(row);
  if (!table.totals.empty()) row_of(table.totals);
  return lines;
}

}  // namespace erp::host::web
