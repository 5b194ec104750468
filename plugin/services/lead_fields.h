// SPDX-License-Identifier: Apache-2.0
//
// From input to lead, the same for form, import and program; and what follows from its fields: the keys by which
// duplicates are found, the score with its reasons.
//
// Threads: one. Errors: Refusal naming field and value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/input.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/lead_parts_store.h"
#include "store/lead_store.h"

namespace sales_leads::services {

using LeadContacts = std::vector<store::LeadContact>;

/// Sets the fields that the input names, but for owner and status.
void read_lead(UseCase& use_case, References& references, const Input& input, store::LeadRow& row);
/// The lists that the input names replace those that were there; empty when it names none.
[[nodiscard]] std::optional<LeadContacts> read_contacts(const Input& input, const LeadContacts& before = {});

/// Numbers of the lead that the input gives and that cannot be right: they are kept as written, and the answer says so.
[[nodiscard]] json::array doubtful_numbers(UseCase& use_case, const Input& input, const store::LeadRow& row,
                                           const LeadContacts& contacts);

/// The name that people see.
[[nodiscard]] std::string lead_name(const store::LeadRow& row);
[[nodiscard]] std::vector<store::LeadKey> keys_of(UseCase& use_case, const store::LeadRow& row,
                                                  const LeadContacts& contacts);
void put_score(store::LeadRow& row, const LeadContacts& contacts, const std::vector<store::LeadKey>& keys);

}  // namespace sales_leads::services
