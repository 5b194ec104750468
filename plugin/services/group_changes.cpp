// SPDX-License-Identifier: Apache-2.0
//
// Groups as a tree, moving and archiving them, and the end of memberships.
#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/group_members.h"
#include "services/groups.h"
#include "services/lists.h"
#include "services/references.h"
#include "signals/reconcile.h"

namespace sales_leads::services {
namespace {

using store::GroupRow;
using store::Membership;

json::value date_or_null(const std::optional<std::int64_t>& day) {
  if (!day) return nullptr;
  return json::value(domain::date_text(static_cast<domain::Day>(*day)));
}

/// Members of each group on a day, with their names.
std::map<Id, json::array> members_on(UseCase& use_case, const std::vector<Membership>& members, std::int64_t day) {
  std::vector<const Membership*> present;
  std::vector<Id> employees;
  for (const auto& member : members) {
    if (member.from > day || (member.to && *member.to < day)) continue;
    present.push_back(&member);
    employees.push_back(member.employee);
  }
  std::map<Id, std::string> names;
  for (auto& entry :
       store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::employee, employees)) {
    names[entry.id] = entry.name;
  }
  std::map<Id, json::array> shaped;
  for (const auto* member : present) {
    shaped[member->group].push_back(json::object{{"employee", member->employee},
                                                 {"name", names[member->employee]},
                                                 {"from", date_or_null(member->from)},
                                                 {"to", date_or_null(member->to)}});
  }
  return shaped;
}

struct Tree {
  std::map<Id, std::vector<const GroupRow*>> children;
  std::map<Id, json::array> members;

  json::object shape(const GroupRow& group, std::int64_t depth) {
    json::object object{{"id", group.id}, {"version", group.version}, {"code", group.code}, {"title", group.title}};
    object["description"] = group.description;
    object["kind"] = group.kind;
    object["parent"] = group.parent == 0 ? json::value(nullptr) : json::value(group.parent);
    object["depth"] = depth;
    object["archived"] = group.archived;
    object["members"] = std::move(members[group.id]);
    return object;
  }
  /// Each group before those below it.
  void flat(Id parent, std::int64_t depth, json::array& into) {
    for (const auto* group : children[parent]) {
      into.push_back(shape(*group, depth));
      flat(group->id, depth + 1, into);
    }
  }
  json::array nested(Id parent, std::int64_t depth) {
    json::array into;
    for (const auto* group : children[parent]) {
      json::object object = shape(*group, depth);
      object["children"] = nested(group->id, depth + 1);
      into.push_back(std::move(object));
    }
    return into;
  }
};

/// Whether `below` is the group itself or somewhere under it.
bool is_within(const std::vector<GroupRow>& groups, Id below, Id group) {
  for (std::size_t steps = 0; below != 0 && steps <= groups.size(); ++steps) {
    if (below == group) return true;
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const GroupRow& g) { return g.id == below; });
    below = found == groups.end() ? 0 : found->parent;
  }
  return false;
}

json::object save(UseCase& use_case, store::GroupStore& store, const GroupRow& group) {
  json::object answer = new_version(use_case, store, group);
  answer["code"] = group.code;
  return answer;
}

/// Sums by group and seller ask for the type that a group has, on all days: with a past it keeps its type.
void check_past(UseCase& use_case, store::GroupStore& store, const GroupRow& group) {
  for (const auto& member : store.members()) {
    if (member.group == group.id && member.from <= use_case.today()) {
      throw Refusal(Code::wrong_state, "group.kind.past", "kind", group.title,
                    {{"date", domain::date_text(static_cast<domain::Day>(member.from))}});
    }
  }
}

/// A group that becomes a sales group must not hold anybody whom another one holds at the same time.
void check_members(store::GroupStore& store, const GroupRow& group, const std::vector<GroupRow>& groups) {
  const auto all = store.members();
  for (auto member : all) {
    if (member.group != group.id) continue;
    member.kind = group.kind;
    std::vector<Membership> others;
    std::copy_if(all.begin(), all.end(), std::back_inserter(others),
                 [&](const Membership& other) { return other.employee == member.employee && other.group != group.id; });
    is_held(others, member, groups);
  }
}

}  // namespace

json::value list_groups(UseCase& use_case, const Input& input) {
  store::GroupStore store(use_case.session, use_case.company());
  const auto groups = store.groups();
  const bool archived = input.flag("archived", false);
  const auto is_shown = [&](Id id) {
    return std::any_of(groups.begin(), groups.end(),
                       [&](const GroupRow& g) { return g.id == id && (archived || !g.archived); });
  };
  Tree tree;
  for (const auto& group : groups) {
    if (!is_shown(group.id)) continue;
    tree.children[is_shown(group.parent) ? group.parent : 0].push_back(&group);
  }
  tree.members = members_on(use_case, store.members(), input.date("date").value_or(use_case.today()));
  if (input.flag("tree", false)) return json::object{{"groups", tree.nested(0, 0)}};
  json::array shaped;
  tree.flat(0, 0, shaped);
  return json::object{{"groups", std::move(shaped)}};
}

json::value update_group(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());  // two moves at once could close a circle
  store::GroupStore store(use_case.session, use_case.company());
  const auto groups = store.groups();
  GroupRow group = pick_group(groups, *input.find("id"), "id", true);
  check_version(input, group.version);
  if (const auto title = input.text("title")) group.title = *title;
  if (const auto description = input.text("description")) group.description = *description;
  if (input.names("parent")) {
    group.parent = input.has("parent") ? pick_group(groups, *input.find("parent"), "parent").id : 0;
    if (is_within(groups, group.parent, group.id)) {
      throw Refusal(Code::invalid_argument, "group.parent.circle", "parent", shown(*input.find("parent")),
                    {{"group", group.title}});
    }
  }
  if (const auto kind = input.text("kind"); kind && *kind != group.kind) {
    group.kind = *kind;
    if (group.kind == "sales") check_members(store, group, groups);
    check_past(use_case, store, group);
  }
  return save(use_case, store, group);
}

json::value archive_group(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());
  store::GroupStore store(use_case.session, use_case.company());
  const auto groups = store.groups();
  GroupRow group = pick_group(groups, *input.find("id"), "id", true);
  check_version(input, group.version);
  group.archived = input.flag("archived", true);
  OpenDays open(use_case);
  if (group.archived) {
    const std::int64_t day = open.end(input.date("date").value_or(use_case.today()));
    const auto below = std::find_if(groups.begin(), groups.end(),
                                    [&](const GroupRow& g) { return g.parent == group.id && !g.archived; });
    if (below != groups.end()) {
      throw Refusal(Code::wrong_state, "group.children", "id", group.code, {{"group", below->title}});
    }
    // Its members are free for other groups from the next day on; what they were stays.
    for (const auto& member : store.members()) {
      if (member.group != group.id || (member.to && *member.to <= day)) continue;
      if (member.from > day) {
        store.remove_member(member.id);
      } else {
        store.end_member(member.id, day);
      }
    }
  }
  json::object answer = save(use_case, store, group);
  open.say(answer);
  return answer;
}

json::value end_group_member(UseCase& use_case, const Input& input) {
  store::GroupStore store(use_case.session, use_case.company());
  References references(use_case);
  const auto groups = store.groups();
  const GroupRow& group = pick_group(groups, *input.find("group"), "group", true);
  const Id employee = references.employee(*input.find("employee"), "employee");
  check_version(input, group.version);
  const std::int64_t last = input.date("to").value_or(use_case.today());
  for (const auto& member : store.members(employee)) {
    if (member.group != group.id || member.from > last || (member.to && *member.to < last)) continue;
    OpenDays open(use_case);
    const std::int64_t at = open.end(last), to = member.to ? std::min(at, *member.to) : at;
    store.end_member(member.id, to);
    json::object answer = new_version(use_case, store, group);
    answer["to"] = date_or_null(to);
    open.say(answer);
    return answer;
  }
  throw Refusal(Code::not_found, "group.member.none", "employee", shown(*input.find("employee")),
                {{"group", group.title}, {"date", domain::date_text(static_cast<domain::Day>(last))}});
}

json::value remove_group_member(UseCase& use_case, const Input& input) {
  store::GroupStore store(use_case.session, use_case.company());
  References references(use_case);
  const auto groups = store.groups();
  const GroupRow& group = pick_group(groups, *input.find("group"), "group", true);
  check_version(input, group.version);
  const Id employee = references.employee(*input.find("employee"), "employee");
  bool begun = false;
  for (const auto& member : store.members(employee)) {
    if (member.group != group.id) continue;
    if (member.from <= use_case.today()) {
      begun = true;
      continue;
    }
    store.remove_member(member.id);
    return new_version(use_case, store, group);
  }
  const std::string value = shown(*input.find("employee"));
  if (begun) throw Refusal(Code::wrong_state, "group.member.begun", "employee", value, {{"group", group.title}});
  throw Refusal(Code::not_found, "group.member.none", "employee", value,
                {{"group", group.title}, {"date", domain::date_text(use_case.today())}});
}

}  // namespace sales_leads::services
