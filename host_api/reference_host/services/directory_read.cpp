// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "services/directory.h"

namespace erp::host::directory {

namespace {

/// One kind of record, as its view shows it: column name and whether it holds a text.
struct Column {
  std::string_view name;
  bool text = false;
};
struct Kind {
  std::string_view name, view;
  std::vector<Column> columns;
  bool has_number = true;
};

const std::array<Kind, 5>& kinds() {
  static const std::array<Kind, 5> all{{
      {"customer",
       "erp_customer",
       {{"id"},
        {"company_id"},
        {"number", true},
        {"name", true},
        {"organisation_number", true},
        {"country", true},
        {"merged_into"},
        {"is_stand_in"},
        {"state", true},
        {"row_version"}},
       true},
      {"contact",
       "erp_contact",
       {{"id"}, {"company_id"}, {"customer_id"}, {"name", true}, {"email", true}, {"phone", true}, {"row_version"}},
       false},
      {"project",
       "erp_project",
       {{"id"}, {"company_id"}, {"number", true}, {"name", true}, {"customer_id"}, {"state", true}, {"row_version"}},
       true},
      {"employee",
       "erp_employee",
       {{"id"},
        {"company_id"},
        {"number", true},
        {"name", true},
        {"user_id"},
        {"manager_id"},
        {"state", true},
        {"row_version"}},
       true},
      {"company",
       "erp_company",
       {{"id"}, {"name", true}, {"currency", true}, {"time_zone", true}, {"fiscal_year_start_month"}, {"row_version"}},
       false},
  }};
  return all;
}

const Kind& kind_named(std::string_view name) {
  for (const Kind& kind : kinds()) {
    if (kind.name == name) return kind;
  }
  refuse(ERP_INVALID_ARGUMENT, "directory.kind.invalid",
         "kind \"" + std::string(name) + "\" is not known. Use customer, contact, project, employee or company.");
}

/// Columns of one record as (integer, text) pairs would need dynamic rows, so each value is asked for by its own type.
json::value one_value(Unit& unit, const Kind& kind, const Column& column, std::int64_t id) {
  const std::string sql = "select " + std::string(column.name) + " from " + std::string(kind.view) + " where id = ?";
  if (column.text) return optional_json(std::get<0>(*unit.db().row<std::optional<std::string>>(sql, {id})));
  return optional_json(std::get<0>(*unit.db().row<std::optional<std::int64_t>>(sql, {id})));
}

}  // namespace

std::optional<json::object> read(Unit& unit, std::string_view name, std::int64_t id) {
  const Kind& kind = kind_named(name);
  const std::string company_column = kind.name == "company" ? "id" : "company_id";
  if (!unit.db().row<std::int64_t>(
          "select id from " + std::string(kind.view) + " where id = ? and " + company_column + " = ?",
          {id, unit.company_id()})) {
    return std::nullopt;
  }
  json::object out;
  for (const Column& column : kind.columns) out[column.name] = one_value(unit, kind, column, id);
  return out;
}

std::vector<std::int64_t> search(Unit& unit, std::string_view name, std::string_view text, std::int64_t limit) {
  const Kind& kind = kind_named(name);
  if (kind.name == "company") return {unit.company_id()};
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '%';
  std::string sql =
      "select id from " + std::string(kind.view) + " where company_id = ? and (lower(name) like lower(?) escape '\\'";
  Args args{unit.company_id(), pattern};
  if (kind.has_number) {
    sql += " or number like ? escape '\\'";
    args.emplace_back(pattern);
  }
  sql += ") order by name, id limit ?";
  args.emplace_back(limit);
  std::vector<std::int64_t> out;
  for (const auto& [id] : unit.db().rows<std::int64_t>(sql, args)) out.push_back(id);
  return out;
}

}  // namespace erp::host::directory
