// SPDX-License-Identifier: Apache-2.0
//
// What tables the module has, as the database itself knows them: for what must reach every text that there is, also in
// tables that a later version adds.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

struct TableColumns {
  struct Column {
    std::string name;
    bool is_text = false;
    bool holds_words = false;  // text that people write; otherwise kinds, states, keys and codes of the module's own
  };
  std::string table;
  std::vector<Column> columns;  // in the table's order

  [[nodiscard]] bool has(const std::string& column) const;
};

/// The module's tables with rows of companies, by name.
[[nodiscard]] std::vector<TableColumns> company_tables(Session& session);

/// A cell of any column; rows of `table` that fulfil the condition (bound by `params`, "" = all), at most `limit`.
using AnyRow = std::vector<Session::Cell>;
[[nodiscard]] std::vector<AnyRow> rows_of(Session& session, const TableColumns& table, const std::string& condition,
                                          const Params& params, std::int64_t limit);

}  // namespace sales_leads::store
