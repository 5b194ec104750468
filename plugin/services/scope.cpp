// SPDX-License-Identifier: Apache-2.0
#include "services/scope.h"

#include <algorithm>
#include <set>

#include "store/group_store.h"

namespace sales_leads::services {
namespace {

using store::Id;

/// The groups themselves and, where asked for, everything below them.
std::set<Id> with_children(std::set<Id> groups, const std::vector<store::GroupRow>& all) {
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& group : all) {
      if (group.parent != 0 && groups.contains(group.parent)) grown = groups.insert(group.id).second || grown;
    }
  }
  return groups;
}

bool holds(const store::Membership& member, domain::Day today) {
  return member.from <= today && (!member.to || today <= *member.to);
}

}  // namespace

bool Scope::covers(Id employee) const {
  return all() || (employee != 0 && std::binary_search(employees.begin(), employees.end(), employee));
}

Scope whole_scope() { return {"all", {}}; }

Scope scope_of(store::Session& session, Id company, Id employee, domain::Day today, const std::string& prefix,
               const std::function<bool(const std::string&)>& may) {
  if (may(prefix + "_all")) return whole_scope();
  Scope scope;
  if (employee != 0) scope.employees.push_back(employee);
  const bool subtree = may(prefix + "_subtree");
  if (employee == 0 || (!subtree && !may(prefix + "_group"))) return scope;

  store::GroupStore store(session, company);
  const auto members = store.members();
  std::set<Id> groups;
  for (const auto& member : members) {
    if (member.employee == employee && holds(member, today)) groups.insert(member.group);
  }
  if (subtree) groups = with_children(std::move(groups), store.groups());
  std::set<Id> seen{employee};
  for (const auto& member : members) {
    if (groups.contains(member.group) && holds(member, today)) seen.insert(member.employee);
  }
  scope.name = subtree ? "subtree" : "group";
  scope.employees.assign(seen.begin(), seen.end());
  return scope;
}

}  // namespace sales_leads::services
