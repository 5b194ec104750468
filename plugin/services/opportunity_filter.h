// SPDX-License-Identifier: Apache-2.0
//
// Which opportunities a list or an action on many means: the same words everywhere.
//
// Threads: one. Errors: Refusal of References.
#pragma once

#include "services/input.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

/// Only what the caller may see. `after` from the input, the limit is the caller's own.
[[nodiscard]] store::OpportunityFilter read_filter(UseCase& use_case, References& references, const Input& input);

}  // namespace sales_leads::services
