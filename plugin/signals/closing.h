// SPDX-License-Identifier: Apache-2.0
//
// Closed periods: on which day the ledger shows what a closed day should have held. README.md tells the rule.
//
// Threads: any for dated(); the session's for bring_home(). Errors: Failure of the session.
#pragma once

#include <optional>

#include "store/ledger_store.h"

namespace sales_leads::signals {

/// The balances that the ledger should hold, dated: `wanted` are those of the engine, each on the day it belongs to;
/// `present` those that stand. What stands on closed days stays; the rest of a closed day stands on the first open one,
/// as its correction. 100 wanted for 5 March, 60 stand there, March is closed: 60 on 5 March, 40 on 1 April that
/// correct 5 March.
[[nodiscard]] store::Balances dated(const store::Balances& wanted, const store::Balances& present,
                                    const std::optional<domain::Day>& closed_through);

/// wanted - present, without zeros.
[[nodiscard]] store::Balances difference(const store::Balances& wanted, const store::Balances& present);

/// After a reopening: corrections of days that are open now move to the days they correct, those of closed ones to the
/// first open day. Answers the number of rows written.
std::int64_t bring_home(store::Session& session, store::Id company, const std::optional<domain::Day>& closed_through,
                        std::int64_t now_us);

}  // namespace sales_leads::signals
