// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/group_members.h"
#include "services/groups.h"
#include "services/references.h"
#include "signals/reconcile.h"

namespace sales_leads::services {
namespace {

using store::GroupRow;
using store::GroupStore;
using store::Membership;

json::value day_or_null(const std::optional<std::int64_t>& day) {
  return day ? json::value(*day) : json::value(nullptr);
}
std::optional<std::int64_t> day_from(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(value.as_int64());
}
std::string day_text(std::int64_t day) { return domain::date_text(static_cast<domain::Day>(day)); }

/// A membership has no version of its own: what the import made of it tells whether somebody changed it since.
std::string then(const std::optional<Membership>& before, const Membership& now) {
  return json::serialize(
      json::object{{"before", day_or_null(before ? before->to : std::nullopt)}, {"now", day_or_null(now.to)}});
}

class Rows {
 public:
  explicit Rows(UseCase& use_case, References::Mode mode)
      : use_case_(use_case),
        store_(use_case.session, use_case.company()),
        references_(use_case, mode),
        groups_(store_.groups()),
        held_(store_.members()),
        open_(use_case) {}

  ImportPlan plan(const Input& row, ImportRun& run) {
    // History may be told of a group that takes no new members any more.
    const GroupRow& group = pick_group(groups_, *row.find("group"), "group", true);
    if (group.archived && !row.has("to")) {
      throw Refusal(Code::invalid_argument, "reference.archived", "group", shown(*row.find("group")));
    }
    Membership wanted;
    wanted.group = group.id;
    wanted.kind = group.kind;
    wanted.employee = references_.employee(*row.find("employee"), "employee");
    wanted.from = row.date("from").value_or(0);  // without a day: it has always been so
    run.once(std::to_string(group.id) + " " + std::to_string(wanted.employee) + " " + std::to_string(wanted.from),
             "employee", shown(*row.find("employee")));
    const Membership* before = held(wanted);
    if (before == nullptr) {
      wanted.from = open_.begin(wanted.from);
      before = held(wanted);
    }
    if (before != nullptr && before->id == 0) {
      throw Refusal(Code::conflict, "import.row.twice", "employee", shown(*row.find("employee")));
    }
    if (before != nullptr) wanted = *before;
    if (row.names("to")) read_end(row, wanted);
    if (wanted.to && *wanted.to < wanted.from) {
      throw Refusal(Code::invalid_argument, "group.member.dates", "to", day_text(*wanted.to));
    }
    if (before != nullptr && before->to == wanted.to) return {"same", before->id, 1, {}};
    if (before != nullptr && before->to && open_.is_closed(*before->to)) {
      throw Refusal(Code::wrong_state, "group_member.closed", "to", day_text(*before->to));
    }
    return before != nullptr ? change(*before, wanted) : add(wanted, group);
  }

  /// A new version of each group, which so also stands for its members.
  void finish(json::value& answer) {
    for (const Id id : touched_) touch(store_, use_case_, groups_, id);
    if (!touched_.empty()) open_.say(answer.as_object());
  }

  static void touch(GroupStore& store, UseCase& use_case, const std::vector<GroupRow>& groups, Id id) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const GroupRow& one) { return one.id == id; });
    if (group != groups.end()) (void)store.update(*group, use_case.stamp());
    use_case.changed_elsewhere.emplace_back("group", id);
  }

 private:
  [[nodiscard]] const Membership* held(const Membership& wanted) const {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const Membership& one) {
      return one.group == wanted.group && one.employee == wanted.employee && one.from == wanted.from;
    });
    return found == held_.end() ? nullptr : &*found;
  }

  void read_end(const Input& row, Membership& wanted) {
    const auto to = row.date("to");
    const bool as_it_was = to && wanted.to == std::optional<std::int64_t>(*to);
    if (as_it_was) return;
    wanted.to.reset();
    if (to) wanted.to = std::max<std::int64_t>(open_.end(*to), wanted.from - 1);
  }

  ImportPlan add(const Membership& wanted, const GroupRow& group) {
    const auto released = release_archived(held_, wanted, groups_);
    if (is_held(held_, wanted, groups_)) {
      throw Refusal(Code::conflict, "group_member.overlap", "from", day_text(wanted.from), {{"group", group.title}});
    }
    held_.push_back(wanted);
    return {"created", 0, 0, [this, wanted, released] {
              touched_.insert(wanted.group);
              store_released(store_, released);
              return store::ImportRow{0, "", store_.add_member(wanted), 1, then(std::nullopt, wanted)};
            }};
  }

  ImportPlan change(const Membership& before, const Membership& wanted) {
    std::vector<Membership> others;
    std::copy_if(held_.begin(), held_.end(), std::back_inserter(others),
                 [&](const Membership& one) { return one.id != before.id; });
    (void)is_held(others, wanted, groups_);  // refuses what would put the employee into two sales groups
    const Membership old = before;
    for (Membership& one : held_) {
      if (one.id == old.id) one.to = wanted.to;
    }
    return {"updated", 0, 0, [this, old, wanted] {
              touched_.insert(wanted.group);
              store_.end_member(old.id, wanted.to);
              return store::ImportRow{0, "", old.id, 1, then(old, wanted)};
            }};
  }

  UseCase& use_case_;
  GroupStore store_;
  References references_;
  std::vector<GroupRow> groups_;
  std::vector<Membership> held_;
  OpenDays open_;
  std::set<Id> touched_;
};

/// Whether another sales group has the employee by now, where the membership would go on again.
bool reaches_another(std::vector<Membership> held, Membership member, const std::optional<std::int64_t>& to,
                     const std::vector<GroupRow>& groups) {
  std::erase_if(held, [&](const Membership& one) { return one.id == member.id; });
  member.to = to;
  try {
    return is_held(held, member, groups);
  } catch (const Refusal&) {
    return true;
  }
}

}  // namespace

json::value import_group_members(UseCase& use_case, const Input& input, const RowCheck& check) {
  signals::lock_company(use_case.session, use_case.company());  // two at once would both find the employee free
  Rows rows(use_case, input.array("rows")->size() > 20 ? References::Mode::bulk : References::Mode::single);
  auto answer = import_each(use_case, input, "group_member", check,
                            [&](const Input& row, ImportRun& run) { return rows.plan(row, run); });
  rows.finish(answer);
  return answer;
}

std::map<std::int64_t, std::string> undo_group_members(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  signals::lock_company(use_case.session, use_case.company());
  const bool may = use_case.caller.may("sales_leads.settings");
  GroupStore store(use_case.session, use_case.company());
  const auto groups = store.groups();
  const auto held = store.members();
  const OpenDays open(use_case);
  std::set<Id> touched;
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    const auto member =
        std::find_if(held.begin(), held.end(), [&](const Membership& one) { return one.id == row.record; });
    if (member == held.end()) continue;  // gone already
    const auto was = json::parse(row.before).as_object();
    const auto now = day_from(was.at("now")), before = day_from(was.at("before"));
    const bool created = row.act == "created";
    // From this day on the sums of groups would change.
    const auto first = created ? member->from : std::min(now.value_or(member->from), before.value_or(member->from)) + 1;
    if (!may) {
      left[row.row_no] = "import.undo.right";
    } else if (member->to != now) {
      left[row.row_no] = "import.undo.changed";
    } else if (open.is_closed(first)) {
      left[row.row_no] = "import.undo.closed";
    } else if (created) {
      store.remove_member(member->id);
      touched.insert(member->group);
    } else if (reaches_another(held, *member, before, groups)) {
      left[row.row_no] = "import.undo.changed";
    } else {
      store.end_member(member->id, before);
      touched.insert(member->group);
    }
  }
  for (const Id id : touched) Rows::touch(store, use_case, groups, id);
  return left;
}

}  // namespace sales_leads::services
