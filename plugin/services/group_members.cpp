// SPDX-License-Identifier: Apache-2.0
#include "services/group_members.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/input.h"
#include "store/period_store.h"

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

json::object new_version(UseCase& use_case, store::GroupStore& store, const store::GroupRow& group) {
  if (!store.update(group, use_case.stamp())) {
    throw Refusal(Code::conflict, "group.version.conflict", "expected_version", std::to_string(group.version),
                  {{"version", std::to_string(group.version + 1)}});
  }
  use_case.changed.push_back(group.id);
  return {{"id", group.id}, {"version", group.version + 1}};
}

std::vector<store::Membership> release_archived(std::vector<store::Membership>& held, const store::Membership& wanted,
                                                const std::vector<store::GroupRow>& groups) {
  std::vector<store::Membership> released;
  if (wanted.kind != "sales") return released;
  std::erase_if(held, [&](store::Membership& member) {
    const bool last_day = member.employee == wanted.employee && member.group != wanted.group &&
                          member.kind == "sales" && member.to == wanted.from && member.id != 0;
    const bool archived = last_day && std::any_of(groups.begin(), groups.end(), [&](const store::GroupRow& group) {
                            return group.id == member.group && group.archived;
                          });
    if (!archived) return false;
    member.to = wanted.from - 1;
    released.push_back(member);
    return *member.to < member.from;
  });
  return released;
}

void store_released(store::GroupStore& store, const std::vector<store::Membership>& released) {
  for (const auto& member : released) {
    if (*member.to < member.from) {
      store.remove_member(member.id);
    } else {
      store.end_member(member.id, member.to);
    }
  }
}

OpenDays::OpenDays(UseCase& use_case)
    : use_case_(use_case), closed_(store::PeriodStore(use_case.session, use_case.company()).closed_through()) {}

std::int64_t OpenDays::begin(std::int64_t from) {
  if (!closed_ || from > *closed_) return from;
  moved_ = true;
  return *closed_ + 1;
}

std::int64_t OpenDays::end(std::int64_t to) {
  if (!closed_ || to >= *closed_) return to;
  moved_ = true;
  return *closed_;
}

void OpenDays::say(json::object& answer) const {
  if (!moved_) return;
  const std::string key = "group.member.closed";
  const std::string text = use_case_.messages.text(
      use_case_.call.locale, key, {{"value", domain::date_text(*closed_)}, {"date", domain::date_text(*closed_ + 1)}});
  answer["warnings"] = json::array{json::object{{"key", key}, {"message", text}}};
}

}  // namespace sales_leads::services
