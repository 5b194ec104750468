// SPDX-License-Identifier: Apache-2.0
#include "services/budget_members.h"

namespace sales_leads::services {
namespace {

bool holds(const store::Membership& member, domain::Day from, domain::Day to) {
  return member.from <= to && (!member.to || *member.to >= from);
}

}  // namespace

SalesMembers::SalesMembers(store::Session& session, store::Id company) {
  store::GroupStore store(session, company);
  groups_ = store.groups();
  for (auto& member : store.members()) {
    if (member.kind == "sales") by_employee_[member.employee].push_back(std::move(member));
  }
}

store::Id SalesMembers::group_in(store::Id employee, domain::Day month) const {
  const auto found = by_employee_.find(employee);
  if (found == by_employee_.end()) return 0;
  for (const auto& member : found->second) {
    if (holds(member, month, domain::add_months(month, 1) - 1)) return member.group;
  }
  return 0;
}

bool SalesMembers::is_member(store::Id employee, domain::Day from, domain::Day to) const {
  const auto found = by_employee_.find(employee);
  if (found == by_employee_.end()) return false;
  for (const auto& member : found->second) {
    if (holds(member, from, to)) return true;
  }
  return false;
}

std::set<store::Id> SalesMembers::members(domain::Day from, domain::Day to, const std::set<store::Id>& groups) const {
  std::set<store::Id> found;
  for (const auto& [employee, memberships] : by_employee_) {
    for (const auto& member : memberships) {
      if (holds(member, from, to) && (groups.empty() || groups.contains(member.group))) found.insert(employee);
    }
  }
  return found;
}

std::set<store::Id> SalesMembers::with_below(store::Id group) const {
  std::set<store::Id> found{group};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& one : groups_) {
      if (one.parent != 0 && found.contains(one.parent)) grown = found.insert(one.id).second || grown;
    }
  }
  return found;
}

}  // namespace sales_leads::services
