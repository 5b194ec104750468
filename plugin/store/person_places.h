// SPDX-License-Identifier: Apache-2.0
//
// Where the module holds rows about a person, and those rows as they stand: what a person is handed out on request.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "store/catalog.h"
#include "store/person_store.h"

namespace sales_leads::store {

struct RowsAbout {
  std::string table;
  std::vector<std::string> columns;
  std::vector<AnyRow> rows;
  bool whole = true;  // false: there are more than the limit
};

/// `persons`: of one kind, and one person all of them; a row about two of them stands there once.
[[nodiscard]] std::vector<RowsAbout> rows_about(Session& session, Id company, const std::vector<Person>& persons,
                                                std::int64_t limit);

}  // namespace sales_leads::store
