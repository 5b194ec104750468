// SPDX-License-Identifier: Apache-2.0
//
// Writes leads with everything that must go along: contacts, keys, score, history.
//
// Threads: one, inside the caller's transaction. Errors: Refusal "lead.version.conflict".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/lead_fields.h"
#include "services/use_case.h"

namespace sales_leads::services {

struct NewLead {
  store::LeadRow row;
  LeadContacts contacts;
  std::vector<store::LeadKey> keys;  // filled by write_new_leads()
};

/// Any number, set-based. The rows get their ids and scores.
void write_new_leads(UseCase& use_case, std::vector<NewLead>& leads, const std::string& origin);

struct LeadChange {
  store::LeadRow before, after;
  std::optional<LeadContacts> contacts;  // empty: they stay
};
/// Version check, contacts, keys, score, history of what differs. Answers the new version. A merged lead keeps no keys.
std::int64_t write_lead(UseCase& use_case, LeadChange change, const std::string& origin = "user");

}  // namespace sales_leads::services
