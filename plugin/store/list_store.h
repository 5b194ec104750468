// SPDX-License-Identifier: Apache-2.0
//
// The lists of the module on a session: whose rows there are is added here, to every statement.
//
//   auto runner = list_runner(session, table, {company, "sv", today, seen});
//   auto rows = runner->page(question);
//
// Threads: the session's. Errors: Failure of the session. Ownership: the runner borrows session and table.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "store/list_tables.h"
#include "store/session.h"

namespace sales_leads::store {

struct ListCaller {
  Id company = 0;
  std::string language = "en";
  std::int64_t today = 0;
  std::optional<std::vector<Id>> opportunities_of, leads_of;  // nothing = all
};

[[nodiscard]] std::unique_ptr<lists::Runner> list_runner(Session& session, const ListTable& table,
                                                         const ListCaller& caller);

}  // namespace sales_leads::store
