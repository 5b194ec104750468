// SPDX-License-Identifier: Apache-2.0
//
// Order confirmed: by the opportunity's pipeline nothing, a proposal, or won. Once per confirmation. A win that the
// rule made is taken back when no confirmed order or invoice remains on the opportunity and nobody touched its status
// since. Never looked at when documents are linked: candidacy does not depend on other documents.
//
// Threads: the session's, inside the caller's transaction. Errors: Failure of the session.
#pragma once

#include <vector>

#include "signals/resolver.h"
#include "store/ledger_store.h"

namespace sales_leads::signals {

struct OrderRuleOutcome {
  std::vector<Id> won, reopened, proposed;
};

/// `wanted`: the balances as they stand now; `deltas`: what was just appended to the ledger.
[[nodiscard]] OrderRuleOutcome apply_order_rule(store::Session& session, Id company, std::int64_t now_us,
                                                const CompanyCalendar& calendar, const Items& items,
                                                const store::Balances& wanted, const store::Balances& deltas);

}  // namespace sales_leads::signals
