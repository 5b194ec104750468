// SPDX-License-Identifier: Apache-2.0
#include "store/catalog.h"

#include <algorithm>

namespace sales_leads::store {

bool TableColumns::has(const std::string& column) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& one) { return one.name == column; });
}

std::vector<TableColumns> company_tables(Session& session) {
  const char* sql =
      session.backend() == Backend::sqlite
          ? "select t.name, c.name, lower(c.type) from sqlite_master t join pragma_table_info(t.name) c "
            "where t.type = 'table' and t.name like 'sl!_%' escape '!' order by t.name, c.cid"
          : "select cast(t.table_name as text), cast(c.column_name as text), cast(c.data_type as text) "
            "from information_schema.tables t join information_schema.columns c on c.table_schema = t.table_schema and "
            "c.table_name = t.table_name where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' and "
            "t.table_name like 'sl!_%' escape '!' order by t.table_name, c.ordinal_position";
  std::vector<TableColumns> tables;
  for (auto& [table, column, type] : session.query<std::string, std::string, std::string>(sql)) {
    if (tables.empty() || tables.back().table != table) tables.push_back({table, {}});
    tables.back().columns.push_back({column, type == "text"});
  }
  std::erase_if(tables, [](const TableColumns& table) { return !table.has("company_id"); });
  return tables;
}

std::vector<AnyRow> rows_of(Session& session, const TableColumns& table, const std::string& condition,
                            const Params& params, std::int64_t limit) {
  std::string sql;
  std::vector<Session::CellKind> kinds;
  for (const auto& column : table.columns) {
    sql += (sql.empty() ? "select " : ", ") + column.name;
    kinds.push_back(column.is_text ? Session::CellKind::text : Session::CellKind::integer);
  }
  sql += " from " + table.table + " where company_id = :company";
  if (!condition.empty()) sql += " and (" + condition + ")";
  sql += " order by " + table.columns.front().name + " limit :count";
  Params bound = params;
  bound.emplace_back("count", limit);
  std::vector<AnyRow> rows;
  session.fetch(sql, bound, kinds, [&](AnyRow& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

}  // namespace sales_leads::store
