// SPDX-License-Identifier: Apache-2.0
//
// An imported row on an opportunity that is there already: changed through the same rules as the form, with what it was
// before, so that the import can be undone.
//
// Threads: one, inside the caller's transaction. Errors: Refusal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/customer_status.h"
#include "services/input.h"
#include "services/opportunity_fields.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/import_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

struct UpsertResult {
  bool changed = false;
  std::int64_t version = 0;
  std::string before;                          // JSON; empty when nothing changed
  std::optional<boost::json::object> warning;  // of the status of the customer that it moves to
};

/// What the row would make of the opportunity; `write` does it.
UpsertResult upsert_opportunity(UseCase& use_case, References& references, CustomerStatuses& statuses,
                                const Input& input, const store::OpportunityRow& before, bool write);

/// Whether fields or parts differ from what is there.
[[nodiscard]] bool changes_anything(UseCase& use_case, const store::OpportunityRow& before,
                                    const store::OpportunityRow& after, const OpportunityParts& parts);

/// Created opportunities vanish, updated ones get their former values; answers what could not be, with the reason's
/// key.
std::map<std::int64_t, std::string> undo_opportunities(UseCase& use_case, const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
