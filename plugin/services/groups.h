// SPDX-License-Identifier: Apache-2.0
//
// Groups as a tree with dated membership. An employee is in at most one *sales* group at a time: only then do the
// figures of all groups add up.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/import_batch.h"
#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value list_groups(UseCase& use_case, const Input& input);
json::value update_group(UseCase& use_case, const Input& input);
/// Ends its memberships; refused while it has groups below it.
json::value archive_group(UseCase& use_case, const Input& input);
json::value end_group_member(UseCase& use_case, const Input& input);
/// One that has not begun yet: what has begun is history, and is ended.
json::value remove_group_member(UseCase& use_case, const Input& input);
json::value create_group(UseCase& use_case, const Input& input);
json::value add_group_member(UseCase& use_case, const Input& input);
/// Memberships from a file by their own columns; one is known by group, employee and its first day.
json::value import_group_members(UseCase& use_case, const Input& input, const RowCheck& check);
/// Not what reaches into a closed period.
std::map<std::int64_t, std::string> undo_group_members(UseCase& use_case, const std::vector<store::ImportRow>& rows);
/// Paths from the root; groups that are there already (same parent, same title) are used, memberships already held
/// skipped.
json::value import_groups(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
