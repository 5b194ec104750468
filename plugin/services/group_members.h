// SPDX-License-Identifier: Apache-2.0
//
// What the actions of groups have in common: which group is meant, and that an employee is in at most one sales group
// at a time, on every path.
//
// Threads: any; over values. Errors: Refusal "reference.not_found", "reference.archived", "group.member.elsewhere".
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "store/group_store.h"

namespace sales_leads::services {

/// By id or code. `archived`: also one that takes no new members.
[[nodiscard]] const store::GroupRow& pick_group(const std::vector<store::GroupRow>& groups,
                                                const boost::json::value& value, const std::string& field,
                                                bool archived = false);

/// Whether the membership is held already; refused when another sales group holds the employee at the time.
bool is_held(const std::vector<store::Membership>& held, const store::Membership& wanted,
             const std::vector<store::GroupRow>& groups);

}  // namespace sales_leads::services
