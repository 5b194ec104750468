// SPDX-License-Identifier: Apache-2.0
//
// An opportunity as it was: fields from their history, the step from its visits. Fields without a history (title,
// description, notes) show as they are now.
//
// Pure, but for refusals. Errors: Refusal "opportunity.as_of.before" for a time before it existed.
#pragma once

#include <vector>

#include "store/opportunity_parts_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

/// `visits` loses what came later.
[[nodiscard]] store::OpportunityRow as_it_was(const store::OpportunityRow& present,
                                              const std::vector<store::FieldEntry>& history,
                                              std::vector<store::StepVisit>& visits, std::int64_t at_us);

}  // namespace sales_leads::services
