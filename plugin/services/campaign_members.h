// SPDX-License-Identifier: Apache-2.0
//
// Who a campaign was meant for, and what they answered. Leads are in the caller's scope.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value add_campaign_members(UseCase& use_case, const Input& input);
json::value remove_campaign_member(UseCase& use_case, const Input& input);
json::value set_campaign_response(UseCase& use_case, const Input& input);
json::value list_campaign_members(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
