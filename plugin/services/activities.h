// SPDX-License-Identifier: Apache-2.0
//
// The actions of activities: notes, tasks, calls, meetings and files by reference, on opportunities, leads and
// customers. Whoever may see the record sees them, whoever may change it changes them; the owner may always do their
// own.
//
// Threads: one per call. Errors: Refusal; see schemas/actions/activity.*.json.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/import_batch.h"
#include "services/input.h"
#include "services/use_case.h"
#include "store/activity_store.h"

namespace sales_leads::services {

/// Activities from a file: known by record, kind, title and due date; alike ones one after the other.
json::value import_activities(UseCase& use_case, const Input& input, const RowCheck& check);
std::map<std::int64_t, std::string> undo_activities(UseCase& use_case, const std::vector<store::ImportRow>& rows);

enum class Reach { see, change };
/// Refuses a record that the caller may not see, or not change.
void check_activity_record(UseCase& use_case, const std::string& entity, store::Id id, Reach reach);
/// What the input says of an activity; what it leaves out stays.
void read_activity(UseCase& use_case, const Input& input, store::ActivityRow& row);

json::value create_activity(UseCase& use_case, const Input& input);
json::value update_activity(UseCase& use_case, const Input& input);
json::value finish_activity(UseCase& use_case, const Input& input);
json::value archive_activity(UseCase& use_case, const Input& input);
json::value list_activities(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
