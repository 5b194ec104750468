// SPDX-License-Identifier: Apache-2.0
//
// Additional customer info: what the company knows of a customer beside the host's own record.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value get_customer_extra(UseCase& use_case, const Input& input);
json::value set_customer_extra(UseCase& use_case, const Input& input);
json::value list_customer_extra(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
