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

#include "services/use_case.h"
#include "store/group_store.h"

namespace sales_leads::services {

/// By id or code. `archived`: also one that takes no new members.
[[nodiscard]] const store::GroupRow& pick_group(const std::vector<store::GroupRow>& groups,
                                                const boost::json::value& value, const std::string& field,
                                                bool archived = false);

/// Whether the membership is held already; refused when another sales group holds the employee at the time.
bool is_held(const std::vector<store::Membership>& held, const store::Membership& wanted,
             const std::vector<store::GroupRow>& groups);

/// A new version of the group, which so also stands for its members. Answers {"id", "version"}.
boost::json::object new_version(UseCase& use_case, store::GroupStore& store, const store::GroupRow& group);

/// An archived sales group lets its members go on its last day already: their membership in it then ends the day before
/// the wanted one begins. Changes `held`; answers what is to be stored with store_released().
[[nodiscard]] std::vector<store::Membership> release_archived(std::vector<store::Membership>& held,
                                                              const store::Membership& wanted,
                                                              const std::vector<store::GroupRow>& groups);
void store_released(store::GroupStore& store, const std::vector<store::Membership>& released);

/// Sums of groups go by dated membership, and a closed period keeps its sums: a change of membership that is dated into
/// one counts from the first open day on (spec, section 5), and the answer says so.
class OpenDays {
 public:
  explicit OpenDays(UseCase& use_case);

  /// The first day of a membership, and its last, as they can still be.
  [[nodiscard]] std::int64_t begin(std::int64_t from);
  [[nodiscard]] std::int64_t end(std::int64_t to);
  /// Whether the day is closed.
  [[nodiscard]] bool is_closed(std::int64_t day) const { return closed_ && day <= *closed_; }
  /// "warnings" where a day was moved.
  void say(boost::json::object& answer) const;

 private:
  UseCase& use_case_;
  std::optional<domain::Day> closed_;
  bool moved_ = false;
};

}  // namespace sales_leads::services
