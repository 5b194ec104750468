// SPDX-License-Identifier: Apache-2.0
//
// The actions of activities: notes, tasks, calls, meetings and files by reference, on opportunities, leads and
// customers. Whoever may see the record sees them, whoever may change it changes them; the owner may always do their
// own.
//
// Threads: one per call. Errors: Refusal; see schemas/actions/activity.*.json.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value create_activity(UseCase& use_case, const Input& input);
json::value update_activity(UseCase& use_case, const Input& input);
json::value finish_activity(UseCase& use_case, const Input& input);
json::value archive_activity(UseCase& use_case, const Input& input);
json::value list_activities(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
