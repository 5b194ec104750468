// SPDX-License-Identifier: Apache-2.0
//
// Writes opportunities with everything that must go along: history of fields, visits to steps, shares, touches, lines.
//
// Threads: one, inside the caller's transaction. Errors: Refusal "opportunity.version.conflict".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/opportunity_fields.h"
#include "services/use_case.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

struct NewOpportunity {
  store::OpportunityRow row;
  OpportunityParts parts;
  std::int64_t effective_at = 0;          // from when the fields hold
  std::optional<std::int64_t> closed_at;  // of one that is born closed: open until then
};

/// Any number, set-based. The rows get their ids.
void write_new(UseCase& use_case, std::vector<NewOpportunity>& opportunities, const std::string& origin);

/// A changed row: version check, history of what differs, the visit where the step differs. Answers the new version.
std::int64_t write_change(UseCase& use_case, const store::OpportunityRow& before, store::OpportunityRow after,
                          std::int64_t effective_at, const std::string& origin = "user");

}  // namespace sales_leads::services
