// SPDX-License-Identifier: Apache-2.0
//
// A new opportunity as an input wishes it, by every rule that may refuse it, and nothing written: what
// opportunity.create writes then, and what a conversion asks before it has the host make a customer.
//
// Threads: one. Errors: Refusal; RatesNeeded.
#pragma once

#include "services/input.h"
#include "services/opportunity_writer.h"
#include "services/references.h"
#include "services/use_case.h"

namespace sales_leads::services {

/// A customer that is still to be made.
inline constexpr Id kCustomerToCome = -1;

/// `customer`: where the input names none; 0 = it must. Warnings go to `warnings`.
[[nodiscard]] NewOpportunity read_new_opportunity(UseCase& use_case, References& references, const Input& input,
                                                  Id customer, json::array& warnings);

}  // namespace sales_leads::services
