// SPDX-License-Identifier: Apache-2.0
//
// A change of one opportunity in two halves: planned, with every rule asked and nothing written; then written. The form
// does both at once, bulk editing plans all rows before it writes the first.
//
// Threads: one. Errors: Refusal from plan_update; "opportunity.version.conflict" from write_planned.
#pragma once

#include <boost/json.hpp>

#include "services/customer_status.h"
#include "services/input.h"
#include "services/opportunity_fields.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

struct PlannedChange {
  store::OpportunityRow before, after;
  OpportunityParts parts;
  std::int64_t effective_at = 0;
};

[[nodiscard]] PlannedChange plan_update(UseCase& use_case, References& references, CustomerStatuses& statuses,
                                        const store::OpportunityRow& before, const Input& input, json::array& warnings);
/// Answers the version: a new one, where the change changes anything.
std::int64_t write_planned(UseCase& use_case, const PlannedChange& change);

/// {"id","version"}, with "warnings" where there are any.
[[nodiscard]] json::value answer_of(Id id, std::int64_t version, json::array warnings = {});

/// Audit rows for records of another kind than the
/// action's own.
void audit_others(UseCase& use_case, const std::string& action, const std::string& entity, const std::vector<Id>& ids,
                  const std::string& detail);

}  // namespace sales_leads::services
