// SPDX-License-Identifier: Apache-2.0
#include "store/catalog.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sales_leads::store {
namespace {

/// Words of the module's own, whatever table they stand in: nobody is named in them, and somebody may be called like
/// one of them ("Won", "Order").
constexpr std::array kOwnWords = {"act",
                                  "action",
                                  "actor_kind",
                                  "amount_origin",
                                  "axis",
                                  "category",
                                  "checksum",
                                  "contexts",
                                  "country",
                                  "currency",
                                  "document_kind",
                                  "effect",
                                  "entity",
                                  "facts",
                                  "field",
                                  "fingerprint",
                                  "form",
                                  "input_hash",
                                  "kind",
                                  "levels",
                                  "lease_owner",
                                  "list",
                                  "measure",
                                  "model",
                                  "on_order_confirmed",
                                  "origin",
                                  "rollup",
                                  "probability_origin",
                                  "reason_key",
                                  "rule",
                                  "required_fields",
                                  "rejection_rule",
                                  "scan_kind",
                                  "scope",
                                  "scan_state",
                                  "state",
                                  "status",
                                  "suggestions",
                                  "time_zone",
                                  "undone_rule",
                                  "weights"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOwnWordsOf = {
    {{"sl_campaign_member", "response"}, {"sl_decision", "reason"}, {"sl_document", "reason"}}};

bool holds_words(const std::string& table, const std::string& column) {
  return std::find(kOwnWords.begin(), kOwnWords.end(), column) == kOwnWords.end() &&
         std::find(kOwnWordsOf.begin(), kOwnWordsOf.end(),
                   std::pair<std::string_view, std::string_view>(table, column)) == kOwnWordsOf.end();
}

}  // namespace

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
    const bool text = type == "text";
    tables.back().columns.push_back({column, text, text && holds_words(table, column)});
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
