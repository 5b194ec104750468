// SPDX-License-Identifier: Apache-2.0
//
// Ids for rows that are about to be inserted by the thousand, so that their children can name them in the same bulk.
//
// `above`: ids up to this one were used by rows that are gone; SQLite would give them again.
//
// Threads: the session's, inside its write transaction (SQLite: nobody else can insert meanwhile). Errors: of the
// session.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

[[nodiscard]] std::vector<Id> reserve_ids(Session& session, const std::string& table, std::size_t count, Id above = 0);

}  // namespace sales_leads::store
