// SPDX-License-Identifier: Apache-2.0
//
// A contact as a file names it: by its exact name, among those of the opportunity's customer.
//
//   read_contact_name(use_case, input, row);   // field "contact_name"; what is not named stays
//
// Threads: one. Errors: Refusal where there is none of that name, or several.
#pragma once

#include "services/input.h"
#include "services/use_case.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

void read_contact_name(UseCase& use_case, const Input& input, store::OpportunityRow& row);

}  // namespace sales_leads::services
