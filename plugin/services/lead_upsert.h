// SPDX-License-Identifier: Apache-2.0
//
// An imported row on a lead that is there already: what it changes, and what was there before, so that the import can
// be undone.
//
// Threads: one, inside the caller's transaction. Errors: Refusal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/input.h"
#include "services/lead_writer.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/import_store.h"

namespace sales_leads::services {

struct KnownLead {
  store::LeadRow row;
  LeadContacts contacts;
};

/// null takes the owner away.
void read_lead_owner(References& references, const Input& input, store::LeadRow& row);
/// What the row makes of the lead; nothing is written.
[[nodiscard]] LeadChange read_lead_change(UseCase& use_case, References& references, const Input& input,
                                          const KnownLead& known);
[[nodiscard]] bool changes_something(const LeadChange& change);
/// JSON of what the change touches, as it was.
[[nodiscard]] std::string former_values(const LeadChange& change, const LeadContacts& held);

/// Created leads vanish, updated ones get their former values; answers what could not be, with the reason's key.
std::map<std::int64_t, std::string> undo_leads(UseCase& use_case, const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
