// SPDX-License-Identifier: Apache-2.0
//
// Who is in which sales group when, for the budget: a month belongs to the first sales group that holds the employee in
// it, so that the parts of a group add up whoever moves; a month without one stands under "Others".
//
// Threads: any; immutable once made. Errors: Failure of the session, while it is made.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "domain/calendar.h"
#include "store/group_store.h"

namespace sales_leads::services {

class SalesMembers {
 public:
  SalesMembers(store::Session& session, store::Id company);

  /// Of the month that begins on this day; 0 = none.
  [[nodiscard]] store::Id group_in(store::Id employee, domain::Day month) const;
  /// Whether a sales group holds the employee on some day of these.
  [[nodiscard]] bool is_member(store::Id employee, domain::Day from, domain::Day to) const;
  /// All who are, in these groups where any are given.
  [[nodiscard]] std::set<store::Id> members(domain::Day from, domain::Day to,
                                            const std::set<store::Id>& groups = {}) const;
  /// The group and all below it.
  [[nodiscard]] std::set<store::Id> with_below(store::Id group) const;
  [[nodiscard]] const std::vector<store::GroupRow>& groups() const { return groups_; }

 private:
  std::vector<store::GroupRow> groups_;
  std::map<store::Id, std::vector<store::Membership>> by_employee_;  // of sales groups, by day
};

}  // namespace sales_leads::services
