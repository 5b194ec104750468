// SPDX-License-Identifier: Apache-2.0
#include "services/group_members.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/input.h"

namespace sales_leads::services {
namespace {

bool overlap(const store::Membership& a, const store::Membership& b) {
  return (!a.to || *a.to >= b.from) && (!b.to || *b.to >= a.from);
}

}  // namespace

const store::GroupRow& pick_group(const std::vector<store::GroupRow>& groups, const json::value& value,
                                  const std::string& field, bool archived) {
  for (const auto& group : groups) {
    const bool meant =
        value.is_int64() ? group.id == value.get_int64() : group.code == std::string_view(value.as_string());
    if (!meant) continue;
    if (group.archived && !archived) throw Refusal(Code::invalid_argument, "reference.archived", field, shown(value));
    return group;
  }
  throw Refusal(Code::invalid_argument, "reference.not_found", field, shown(value));
}

bool is_held(const std::vector<store::Membership>& held, const store::Membership& wanted,
             const std::vector<store::GroupRow>& groups) {
  for (const auto& member : held) {
    if (member.employee != wanted.employee || !overlap(member, wanted)) continue;
    if (member.group == wanted.group) return true;
    if (member.kind != "sales" || wanted.kind != "sales") continue;
    const auto other =
        std::find_if(groups.begin(), groups.end(), [&](const store::GroupRow& g) { return g.id == member.group; });
    throw Refusal(Code::conflict, "group.member.elsewhere", "employee", std::to_string(wanted.employee),
                  {{"group", other == groups.end() ? std::to_string(member.group) : other->title}});
  }
  return false;
}

}  // namespace sales_leads::services
