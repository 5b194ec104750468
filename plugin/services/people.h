// SPDX-License-Identifier: Apache-2.0
//
// A person's rights to their data: find who is meant, hand out what the module holds, erase it. The ledger holds ids
// alone and stays. The host's own records are the host's to erase.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value find_person(UseCase& use_case, const Input& input);
json::value export_person(UseCase& use_case, const Input& input);
json::value erase_person(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
