// SPDX-License-Identifier: Apache-2.0
//
// Whose records a caller may see or change: their own, those of their groups, of their groups and all groups below, or
// all (spec, rule 10). Visibility goes by present membership.
//
// Threads: any; a Scope is a value. Errors: Failure of the session.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/calendar.h"
#include "store/session.h"

namespace sales_leads::services {

struct Scope {
  std::string name = "own";          // own, group, subtree, all
  std::vector<store::Id> employees;  // sorted; whose records count, unless all

  [[nodiscard]] bool all() const { return name == "all"; }
  [[nodiscard]] bool covers(store::Id employee) const;
};

/// What the caller holds of the rights `<prefix>` (own), `<prefix>_group`, `<prefix>_subtree` and `<prefix>_all`: the
/// widest counts. Reads groups where it must.
[[nodiscard]] Scope scope_of(store::Session& session, store::Id company, store::Id employee, domain::Day today,
                             const std::string& prefix, const std::function<bool(const std::string&)>& may);

/// Everything: the local operator and the module's own work.
[[nodiscard]] Scope whole_scope();

}  // namespace sales_leads::services
