// SPDX-License-Identifier: Apache-2.0
//
// What the budget has to do with types: whether one is planned for, and planning moved to the type that takes its
// place.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session.
#pragma once

#include "store/settings_store.h"

namespace sales_leads::store {

/// Planned now or ever before.
[[nodiscard]] bool is_budgeted(Session& session, Id company, Id type);

/// Rows of one type become rows of the other; where the seller has both, the amounts are added. Sums stay, in locked
/// versions too. Answers how many rows moved.
std::int64_t move_budgets(Session& session, Id company, Id from, Id to, Stamp stamp);

}  // namespace sales_leads::store
