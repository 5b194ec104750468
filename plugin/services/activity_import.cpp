// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/refusal.h"
#include "services/activities.h"
#include "services/record_reference.h"
#include "services/references.h"

namespace sales_leads::services {
namespace {

using store::ActivityRow;
using store::ActivityStore;

json::value number_or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}
std::optional<std::int64_t> number_from(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(value.as_int64());
}

/// What a row may change of an activity that is there.
json::object kept(const ActivityRow& row) {
  return {{"text", row.text},       {"reference", row.reference},
          {"owner", row.owner},     {"done_at", number_or_null(row.done_at)},
          {"done_by", row.done_by}, {"archived", row.archived}};
}

void put_back(const json::object& before, ActivityRow& row) {
  row.text = std::string(before.at("text").as_string());
  row.reference = std::string(before.at("reference").as_string());
  row.owner = before.at("owner").as_int64();
  row.done_at = number_from(before.at("done_at"));
  row.done_by = before.at("done_by").as_int64();
  row.archived = before.at("archived").as_bool();
}

class Rows {
 public:
  Rows(UseCase& use_case, References::Mode mode)
      : use_case_(use_case), store_(use_case.session, use_case.company()), references_(use_case, mode) {}

  ImportPlan plan(const Input& row, ImportRun& run) {
    const auto record = read_record(use_case_, references_, row, {"opportunity", "lead", "customer"}, "record_title");
    const auto& present = of(record);
    ActivityRow wanted;
    wanted.entity = record.entity;
    wanted.entity_id = record.id;
    wanted.kind = row.text("kind").value_or(wanted.kind);
    wanted.title = *row.text("title");
    if (const auto due = row.date("due")) wanted.due = *due;
    std::optional<ActivityRow> before;
    for (const ActivityRow& one : present) {
      // One that was put away is meant by those rows alone that say so.
      const bool fits = one.kind == wanted.kind && one.title == wanted.title && one.due == wanted.due &&
                        (!one.archived || row.flag("archived", false));
      if (!before && fits && run.take(one.id)) before = one;
    }
    if (before) wanted = *before;
    read_activity(use_case_, row, wanted);
    read_done(row, wanted);
    wanted.archived = row.flag("archived", wanted.archived);
    if (before && kept(*before) == kept(wanted)) return {"same", before->id, before->version, {}};
    return {before ? "updated" : "created", 0, 0, [this, wanted, before] { return write(wanted, before); }};
  }

 private:
  /// The record's activities; asks whether the caller may change the record, once.
  const std::vector<ActivityRow>& of(const RecordReference& record) {
    const auto key = std::pair(record.entity, record.id);
    auto known = activities_.find(key);
    if (known == activities_.end()) {
      check_activity_record(use_case_, record.entity, record.id, Reach::change);
      known = activities_.emplace(key, store_.of(record.entity, record.id)).first;
    }
    return known->second;
  }

  void read_done(const Input& row, ActivityRow& wanted) {
    if (!row.names("done_at")) return;
    const auto done = row.time("done_at", use_case_.calendar);
    if (done && (wanted.kind == "note" || wanted.kind == "file")) {
      throw Refusal(Code::wrong_state, "activity.done.import", "done_at", shown(*row.find("done_at")),
                    {{"kind", wanted.kind}});
    }
    // Files tell seconds: what is the same in them stays as exact as it was.
    if (done.has_value() == wanted.done_at.has_value() && (!done || time_text(*done) == time_text(*wanted.done_at)))
      return;
    wanted.done_at = done;
    wanted.done_by = done ? use_case_.caller.actor.user : 0;
  }

  store::ImportRow write(ActivityRow wanted, const std::optional<ActivityRow>& before) {
    std::int64_t version = 1;
    if (!before) wanted.id = store_.insert(wanted, use_case_.stamp());
    if (before || wanted.done_at || wanted.archived) {
      version = wanted.version + 1;
      (void)store_.update(wanted, use_case_.stamp());
    }
    store_.refresh_next(wanted.entity, wanted.entity_id);
    return {0, "", wanted.id, version, before ? json::serialize(kept(*before)) : ""};
  }

  UseCase& use_case_;
  ActivityStore store_;
  References references_;
  std::map<std::pair<std::string, Id>, std::vector<ActivityRow>> activities_;
};

}  // namespace

json::value import_activities(UseCase& use_case, const Input& input, const RowCheck& check) {
  Rows rows(use_case, input.array("rows")->size() > 20 ? References::Mode::bulk : References::Mode::single);
  return import_each(use_case, input, "activity", check,
                     [&](const Input& row, ImportRun& run) { return rows.plan(row, run); });
}

std::map<std::int64_t, std::string> undo_activities(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  ActivityStore store(use_case.session, use_case.company());
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    auto activity = store.find(row.record);
    if (!activity) continue;  // gone already
    try {
      check_activity_record(use_case, activity->entity, activity->entity_id, Reach::change);
    } catch (const Refusal&) {
      left[row.row_no] = "import.undo.right";
      continue;
    }
    if (activity->version != row.version) {
      left[row.row_no] = "import.undo.changed";
      continue;
    }
    if (row.act == "created") {
      store.remove(activity->id);
    } else {
      put_back(json::parse(row.before).as_object(), *activity);
      (void)store.update(*activity, use_case.stamp());
    }
    store.refresh_next(activity->entity, activity->entity_id);
  }
  return left;
}

}  // namespace sales_leads::services
