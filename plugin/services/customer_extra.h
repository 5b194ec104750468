// SPDX-License-Identifier: Apache-2.0
//
// Additional customer info: what the company knows of a customer beside the host's own record.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include "services/input.h"
#include "services/list_import.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value get_customer_extra(UseCase& use_case, const Input& input);
json::value set_customer_extra(UseCase& use_case, const Input& input);
json::value list_customer_extra(UseCase& use_case, const Input& input);
/// Rows by customer, as customer_extra.set takes them; what a row leaves out stays.
json::value import_customer_extra(UseCase& use_case, const Input& input, const RowCheck& check);
std::map<std::int64_t, std::string> undo_customer_extra(UseCase& use_case, const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
