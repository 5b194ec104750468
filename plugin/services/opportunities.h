// SPDX-License-Identifier: Apache-2.0
//
// The use cases of sales opportunities. Each takes an input that fits its schema in schemas/actions and answers what
// stands there under "output".
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include <boost/json.hpp>
#include <functional>

#include "services/input.h"
#include "services/use_case.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

json::value create_opportunity(UseCase& use_case, const Input& input);
json::value update_opportunity(UseCase& use_case, const Input& input);
json::value set_opportunity_step(UseCase& use_case, const Input& input);
json::value win_opportunity(UseCase& use_case, const Input& input);
json::value lose_opportunity(UseCase& use_case, const Input& input);
json::value reopen_opportunity(UseCase& use_case, const Input& input);
json::value expire_opportunity(UseCase& use_case, const Input& input);
json::value set_opportunity_sellers(UseCase& use_case, const Input& input);
json::value add_opportunity_touch(UseCase& use_case, const Input& input);
/// What is linked already keeps the campaigns that it was given; a re-run weighs them anew.
json::value remove_opportunity_touch(UseCase& use_case, const Input& input);
json::value archive_opportunity(UseCase& use_case, const Input& input);
json::value restore_opportunity(UseCase& use_case, const Input& input);
/// Removed wholly where nothing tells of it; archived, and said so, where documents, links or leads do.
json::value delete_opportunity(UseCase& use_case, const Input& input);
json::value refresh_opportunity_rates(UseCase& use_case, const Input& input);
json::value bulk_update_opportunities(UseCase& use_case, const Input& input);
/// In slices with transactions of its own; see opportunity_expiry.h.
json::value expire_due_opportunities(UseCase& use_case, const Input& input);
json::value get_opportunity(UseCase& use_case, const Input& input);
json::value list_opportunities(UseCase& use_case, const Input& input);

json::value import_opportunities(UseCase& use_case, const Input& input, const RowCheck& check);

/// The opportunity, if the caller may see it; what one may not see does not exist.
[[nodiscard]] store::OpportunityRow load_opportunity(UseCase& use_case, const Input& input);
/// The same, if the caller may change it too and has its present version in mind.
[[nodiscard]] store::OpportunityRow load_to_change(UseCase& use_case, const Input& input);
/// Whether the caller may change what they see of it.
[[nodiscard]] bool may_change(UseCase& use_case, Id opportunity);
/// When the change holds from: given and not after today, else now.
[[nodiscard]] std::int64_t effective_time(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
