// SPDX-License-Identifier: Apache-2.0
//
// What a record holds beyond the columns of its list: sellers, lines and touches of an opportunity, e-mails and phones
// of a lead.
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

void add_record_parts(UseCase& use_case, const std::string& list, Id id, json::object& answer);

}  // namespace sales_leads::services
