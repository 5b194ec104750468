// SPDX-License-Identifier: Apache-2.0
//
// Members and costs of campaigns from a file. A member is known by campaign and customer or lead; a cost by campaign,
// day and text: where several are alike in that, the rows stand for them one after the other.
//
// Threads: one, inside the caller's transaction. Errors: Refusal; those of single rows stand in the answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/import_batch.h"

namespace sales_leads::services {

json::value import_campaign_members(UseCase& use_case, const Input& input, const RowCheck& check);
json::value import_campaign_costs(UseCase& use_case, const Input& input, const RowCheck& check);

/// What was made goes; a lead's membership only by those who may see the lead.
std::map<std::int64_t, std::string> undo_campaign_members(UseCase& use_case, const std::vector<store::ImportRow>& rows);
std::map<std::int64_t, std::string> undo_campaign_costs(UseCase& use_case, const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
