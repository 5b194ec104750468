// SPDX-License-Identifier: Apache-2.0
#include "services/groups.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/campaigns.h"
#include "services/group_members.h"
#include "services/lists.h"
#include "services/references.h"
#include "signals/reconcile.h"

namespace sales_leads::services {
namespace {

using store::GroupRow;
using store::Membership;

std::string free_code(const std::vector<GroupRow>& groups, const std::string& made) {
  const auto taken = [&](const std::string& code) {
    return std::any_of(groups.begin(), groups.end(), [&](const GroupRow& group) { return group.code == code; });
  };
  std::string code = made;
  for (int number = 2; taken(code); ++number) code = made + "_" + std::to_string(number);
  return code;
}

void check_dates(const Membership& member) {
  if (member.to && *member.to < member.from) {
    throw Refusal(Code::invalid_argument, "group.member.dates", "to",
                  domain::date_text(static_cast<domain::Day>(*member.to)));
  }
}

}  // namespace

json::value create_group(UseCase& use_case, const Input& input) {
  store::GroupStore store(use_case.session, use_case.company());
  const auto groups = store.groups();
  GroupRow group;
  group.title = input.text("title").value_or("");
  group.description = input.text("description").value_or("");
  group.kind = input.text("kind").value_or("sales");
  if (input.has("parent")) group.parent = pick_group(groups, *input.find("parent"), "parent").id;
  if (const auto given = input.text("code")) {
    group.code = free_code(groups, *given);
    if (group.code != *given) throw Refusal(Code::conflict, "group.code.taken", "code", *given);
  } else {
    group.code = free_code(groups, code_from(group.title));
  }
  group.id = store.insert(group, use_case.stamp());
  use_case.changed.push_back(group.id);
  return json::object{{"id", group.id}, {"version", 1}, {"code", group.code}};
}

json::value add_group_member(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());  // two at once would both find the employee free
  store::GroupStore store(use_case.session, use_case.company());
  References references(use_case);
  const auto groups = store.groups();
  const GroupRow& group = pick_group(groups, *input.find("group"), "group");
  check_version(input, group.version);
  OpenDays open(use_case);
  Membership member;
  member.group = group.id;
  member.kind = group.kind;
  member.employee = references.employee(*input.find("employee"), "employee");
  member.from = open.begin(input.date("from").value_or(use_case.today()));
  if (const auto to = input.date("to")) member.to = *to;
  check_dates(member);
  auto held = store.members(member.employee);
  store_released(store, release_archived(held, member, groups));
  if (!is_held(held, member, groups)) store.add_members({member});
  json::object answer = new_version(use_case, store, group);
  answer["from"] = domain::date_text(static_cast<domain::Day>(member.from));
  open.say(answer);
  return answer;
}

json::value import_groups(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());
  store::GroupStore store(use_case.session, use_case.company());
  const json::array& rows = *input.array("rows");
  References references(use_case, rows.size() > 20 ? References::Mode::bulk : References::Mode::single);
  auto groups = store.groups();
  auto held = store.members();
  const std::string kind = input.text("kind").value_or("sales");
  std::vector<Membership> added;
  std::int64_t new_groups = 0;
  OpenDays open(use_case);
  for (const auto& value : rows) {
    const Input row("group", value.as_object());
    Id parent = 0;
    for (const auto& part : *row.array("path")) {
      const std::string title(part.as_string());
      const auto found = std::find_if(groups.begin(), groups.end(), [&](const GroupRow& g) {
        return g.parent == parent && g.title == title && !g.archived;
      });
      if (found != groups.end()) {
        parent = found->id;
        continue;
      }
      GroupRow group;
      group.title = title;
      group.kind = kind;
      group.parent = parent;
      group.code = free_code(groups, code_from(title));
      group.id = store.insert(group, use_case.stamp());
      use_case.changed.push_back(group.id);
      parent = group.id;
      groups.push_back(std::move(group));
      ++new_groups;
    }
    if (!row.has("employee")) continue;
    Membership member;
    member.group = parent;
    member.employee = references.employee(*row.find("employee"), "employee");
    // An organisation that is taken over without days has always been so: sums of earlier years are grouped too.
    member.from = open.begin(row.date("from").value_or(0));
    member.kind = pick_group(groups, json::value(parent), "path").kind;
    store_released(store, release_archived(held, member, groups));
    if (is_held(held, member, groups)) continue;
    held.push_back(member);
    added.push_back(member);
  }
  if (!added.empty()) store.add_members(added);
  json::object answer{{"groups", new_groups}, {"members", added.size()}};
  open.say(answer);
  return answer;
}

}  // namespace sales_leads::services
