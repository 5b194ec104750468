// SPDX-License-Identifier: Apache-2.0
//
// The record that a row of a file is about: "customer" (id, number or exact name), "lead" or "opportunity" (an id, or
// the external id as text). Ids are a company's own: where the row says the record's name too, an id that leads to a
// record of another name is refused, so that a file from another company attaches nothing to a stranger.
//
// Threads: one. Errors: Refusal "<entity>.record.missing|several", "reference.not_found", "lead.not_found",
// "opportunity.not_found", "import.record.name". Whether the caller may change the record is asked by who writes.
#pragma once

#include <string>
#include <vector>

#include "services/input.h"
#include "services/references.h"
#include "services/use_case.h"

namespace sales_leads::services {

struct RecordReference {
  std::string entity;  // opportunity, lead, customer
  Id id = 0;
};

/// `entities`: which there may be; `name_field`: where the row says the record's name.
[[nodiscard]] RecordReference read_record(UseCase& use_case, References& references, const Input& row,
                                          const std::vector<std::string>& entities, const char* name_field);

}  // namespace sales_leads::services
