// SPDX-License-Identifier: Apache-2.0
//
// Request ids: a call that is repeated because its answer got lost gets the first answer again and changes nothing.
// Kept for 24 hours.
//
// Threads: the unit's. Errors: HostError(ERP_CONFLICT) when a request id comes again with another input.
#pragma once

#include "services/input.h"
#include "services/unit.h"

namespace erp::host {

std::optional<json::value> earlier_answer(Unit& unit, const std::string& scope, const std::string& request,
                                          const json::object& input);
void keep_answer(Unit& unit, const std::string& scope, const std::string& request, const json::object& input,
                 const json::value& answer);

}  // namespace erp::host
