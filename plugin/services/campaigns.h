// SPDX-License-Identifier: Apache-2.0
//
// The use cases of campaigns and their costs.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include "services/input.h"
#include "services/use_case.h"
#include "store/campaign_store.h"

namespace sales_leads::services {

json::value create_campaign(UseCase& use_case, const Input& input);
json::value update_campaign(UseCase& use_case, const Input& input);
json::value archive_campaign(UseCase& use_case, const Input& input);
json::value add_campaign_cost(UseCase& use_case, const Input& input);
json::value update_campaign_cost(UseCase& use_case, const Input& input);
json::value remove_campaign_cost(UseCase& use_case, const Input& input);
json::value get_campaign(UseCase& use_case, const Input& input);
json::value list_campaigns(UseCase& use_case, const Input& input);

/// The campaign that "id" (or code) means, at the version that was expected.
[[nodiscard]] store::CampaignRow load_campaign(UseCase& use_case, const Input& input);

/// "Höstmässan i Älvsjö!" → "hostmassan_i_alvsjo": the code of a record whose user gave none.
[[nodiscard]] std::string code_from(const std::string& title);

}  // namespace sales_leads::services
