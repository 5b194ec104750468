// SPDX-License-Identifier: Apache-2.0
//
// The rules that hold on every path by which an opportunity changes: what a step brings with it, what the probability
// is worth, whether shares add up. Pure, but for refusals.
//
// Threads: any. Errors: Refusal "opportunity.rejection.missing", "opportunity.sellers.sum",
// "opportunity.sellers.twice|zero", "opportunity.step.fields", "opportunity.planned_close.early",
// "opportunity.start.late".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/calendar.h"
#include "store/opportunity_parts_store.h"
#include "store/opportunity_store.h"
#include "store/settings_store.h"

namespace sales_leads::services {

/// What counts in sums: won 100 %, lost and expired 0, else the stored one, which is kept for the day it is reopened.
[[nodiscard]] std::int64_t effective_probability(const store::OpportunityRow& row);

/// Puts the opportunity on a step: status follows, the probability too unless it was set by hand, lost demands its
/// rejection (given, there already, or the step's default) where the step requires one. Who enters the step must have
/// the fields that it requires.
void enter_step(store::OpportunityRow& row, const store::Step& step, domain::Day day);

/// Shares in basis points that add up to the whole, nobody twice, nobody with nothing. `name_of`: for the refusal.
void check_shares(const std::vector<store::SellerShare>& shares, const std::function<std::string(store::Id)>& name_of);

/// Planned to close no earlier than it starts. What stands otherwise from of old stays until one of the two is changed;
/// `before`: an empty one for a new opportunity.
void check_planned_close(const store::OpportunityRow& before, const store::OpportunityRow& after);

/// The fields whose history is kept, with their values as history writes them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> history_values(const store::OpportunityRow& row);
/// Fields whose history begins with their first change: most opportunities never change them, and a million of imported
/// ones need no row for each.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> late_history_values(const store::OpportunityRow& row);

}  // namespace sales_leads::services
