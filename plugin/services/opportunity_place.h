// SPDX-License-Identifier: Apache-2.0
//
// Where a new opportunity begins: the step that the input names, else the pipeline's own one for the status. Pipeline:
// the one named, else the one that serves the opportunity's type or its owner's sales group, else the default one.
//
// Threads: one. Errors: Refusal of References.
#pragma once

#include "services/input.h"
#include "services/references.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

[[nodiscard]] const store::Step& place_of(References& references, const Input& input, const store::OpportunityRow& row,
                                          const std::string& status = "open");

/// Where it goes on when it is opened again: the last open step of its pipeline that it stood on, else the first one.
[[nodiscard]] const store::Step& step_to_reopen(UseCase& use_case, References& references,
                                                const store::OpportunityRow& row);

}  // namespace sales_leads::services
