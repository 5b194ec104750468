// SPDX-License-Identifier: Apache-2.0
#include "services/activities.h"

#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/leads.h"
#include "services/opportunities.h"
#include "services/references.h"
#include "store/activity_store.h"
#include "store/directory_store.h"

namespace sales_leads::services {
namespace {

using store::ActivityRow;
using store::ActivityStore;

void need(UseCase& use_case, const std::string& right) {
  if (!use_case.caller.may(right)) throw Refusal(Code::permission, "permission.missing", "", right);
}

}  // namespace

void check_activity_record(UseCase& use_case, const std::string& entity, Id id, Reach reach) {
  need(use_case, "sales_leads." + entity + (reach == Reach::see ? ".view" : ".change"));
  if (entity == "customer") {
    if (store::DirectoryStore(use_case.session, use_case.company()).by_id(store::DirectoryKind::customer, id).empty())
      throw Refusal(Code::not_found, "reference.not_found", "customer", std::to_string(id));
  } else if (entity == "lead") {
    const auto lead = reach == Reach::see ? load_lead(use_case, id) : load_lead_to_change(use_case, id);
    if (reach == Reach::change) require_living(use_case, lead);
  } else {
    const json::object wanted{{"id", id}};
    const Input read("opportunity", wanted);
    static_cast<void>(reach == Reach::see ? load_opportunity(use_case, read) : load_to_change(use_case, read));
  }
}

void read_activity(UseCase& use_case, const Input& input, ActivityRow& row) {
  if (const auto kind = input.text("kind")) row.kind = *kind;
  if (const auto title = input.text("title")) row.title = *title;
  if (input.names("text")) row.text = input.text("text").value_or("");
  if (input.names("reference")) row.reference = input.text("reference").value_or("");
  if (input.names("owner")) {
    row.owner = input.has("owner") ? References(use_case).employee(*input.find("owner"), "owner") : 0;
  }
  if (input.names("due")) {
    const auto due = input.date("due");
    row.due = due ? std::optional<std::int64_t>(*due) : std::nullopt;
  }
  if (row.kind == "file" && row.reference.empty()) {
    throw Refusal(Code::invalid_argument, "activity.reference.missing", "reference");
  }
  if (row.due && (row.kind == "note" || row.kind == "file")) {
    throw Refusal(Code::invalid_argument, "activity.due.kind", "due",
                  domain::date_text(static_cast<domain::Day>(*row.due)), {{"kind", row.kind}});
  }
}

namespace {

/// The record that the input names; empty entity where it names none.
std::pair<std::string, Id> record_of(UseCase& use_case, const Input& input) {
  std::pair<std::string, Id> record;
  for (const char* entity : {"opportunity", "lead", "customer"}) {
    if (!input.has(entity)) continue;
    if (!record.first.empty()) throw Refusal(Code::invalid_argument, "activity.record.several", entity);
    const Id id = entity == std::string_view("customer") ? References(use_case).customer(*input.find(entity), entity)
                                                         : input.id(entity);
    record = {entity, id};
  }
  return record;
}

ActivityRow load_activity(UseCase& use_case, const Input& input) {
  auto row = ActivityStore(use_case.session, use_case.company()).find(input.id());
  if (!row) throw Refusal(Code::not_found, "activity.not_found", "id", std::to_string(input.id()));
  const Id self = use_case.caller.actor.employee;
  if (self == 0 || row->owner != self) {
    try {
      check_activity_record(use_case, row->entity, row->entity_id, Reach::see);
    } catch (const Refusal& refusal) {
      if (refusal.code() != Code::not_found) throw;
      throw Refusal(Code::not_found, "activity.not_found", "id", std::to_string(input.id()));
    }
    check_activity_record(use_case, row->entity, row->entity_id, Reach::change);
  }
  if (const auto expected = input.integer("expected_version"); expected && *expected != row->version) {
    throw Refusal(Code::conflict, "activity.version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(row->version)}});
  }
  return *row;
}

json::value write(UseCase& use_case, const ActivityRow& row) {
  ActivityStore store(use_case.session, use_case.company());
  if (!store.update(row, use_case.stamp())) {
    throw Refusal(Code::conflict, "activity.version.conflict", "expected_version", std::to_string(row.version),
                  {{"version", std::to_string(row.version + 1)}});
  }
  store.refresh_next(row.entity, row.entity_id);
  use_case.changed.push_back(row.id);
  return json::object{{"id", row.id}, {"version", row.version + 1}};
}

bool is_planned(const ActivityRow& row) {
  return !row.done_at && (row.kind == "task" || row.kind == "call" || row.kind == "meeting");
}

std::string urgency(UseCase& use_case, const ActivityRow& row) {
  if (!is_planned(row) || !row.due) return "";
  if (*row.due < use_case.today()) return "overdue";
  return *row.due == use_case.today() ? "today" : "upcoming";
}

json::object shape(UseCase& use_case, const ActivityRow& row, const std::map<Id, std::string>& names) {
  const auto name = names.find(row.owner);
  return {{"id", row.id},
          {"version", row.version},
          {"entity", row.entity},
          {"entity_id", row.entity_id},
          {"kind", row.kind},
          {"title", row.title},
          {"text", row.text},
          {"reference", row.reference},
          {"owner", row.owner == 0 ? json::value(nullptr)
                                   : json::value(json::object{{"id", row.owner},
                                                              {"name", name == names.end() ? "" : name->second}})},
          {"due", row.due ? json::value(domain::date_text(static_cast<domain::Day>(*row.due))) : json::value(nullptr)},
          {"when", urgency(use_case, row)},
          {"done_at", row.done_at ? json::value(time_text(*row.done_at)) : json::value(nullptr)},
          {"created_at", time_text(row.created_at)}};
}

/// "20780.17": due day and id of the last row; a list by due date goes on behind it.
void read_place(const Input& input, store::ActivityFilter& filter) {
  const auto after = input.text("after");
  if (!after) return;
  const auto point = after->find('.');
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::string due = after->substr(0, point), id = point == std::string::npos ? "" : after->substr(point + 1);
  if (!digits(due) || !digits(id)) throw Refusal(Code::invalid_argument, "page.invalid", "after", *after);
  filter.after_due = std::stoll(due);
  filter.after = std::stoll(id);
}

void read_when(UseCase& use_case, const Input& input, store::ActivityFilter& filter) {
  const auto when = input.text("when");
  if (!when) return;
  filter.state = "planned";
  const domain::Day today = use_case.today();
  if (*when == "overdue") filter.due_to = today - 1;
  if (*when == "today") filter.due_from = filter.due_to = today;
  if (*when == "upcoming") filter.due_from = today + 1;
  if (*when == "now") filter.due_to = today;  // today and overdue
}

/// Whose activities: of a record everybody's; otherwise the caller's own, or those of somebody whose records they see.
void read_owner(UseCase& use_case, const Input& input, store::ActivityFilter& filter) {
  const Id self = use_case.caller.actor.employee;
  if (input.has("owner")) {
    const Id owner = References(use_case).employee(*input.find("owner"), "owner");
    const bool seen = owner == self || use_case.caller.sees.covers(owner) || use_case.caller.sees_leads.covers(owner);
    if (!seen && filter.entity.empty()) {
      throw Refusal(Code::permission, "activity.owner.right", "owner", std::to_string(owner));
    }
    filter.owners = std::vector<Id>{owner};
  } else if (filter.entity.empty() && (self != 0 || !use_case.caller.sees.all())) {
    filter.owners = std::vector<Id>{self};
  }
}

}  // namespace

json::value create_activity(UseCase& use_case, const Input& input) {
  ActivityRow row;
  std::tie(row.entity, row.entity_id) = record_of(use_case, input);
  if (row.entity.empty()) throw Refusal(Code::invalid_argument, "activity.record.missing", "opportunity");
  check_activity_record(use_case, row.entity, row.entity_id, Reach::change);
  row.owner = use_case.caller.actor.employee;
  read_activity(use_case, input, row);
  ActivityStore store(use_case.session, use_case.company());
  row.id = store.insert(row, use_case.stamp());
  store.refresh_next(row.entity, row.entity_id);
  use_case.changed.push_back(row.id);
  return json::object{{"id", row.id}, {"version", 1}};
}

json::value update_activity(UseCase& use_case, const Input& input) {
  auto row = load_activity(use_case, input);
  read_activity(use_case, input, row);
  return write(use_case, row);
}

json::value finish_activity(UseCase& use_case, const Input& input) {
  auto row = load_activity(use_case, input);
  if (row.kind == "note" || row.kind == "file") {
    throw Refusal(Code::wrong_state, "activity.done.kind", "id", std::to_string(row.id), {{"kind", row.kind}});
  }
  const bool done = input.flag("done", true);
  if (done == row.done_at.has_value()) return json::object{{"id", row.id}, {"version", row.version}};
  row.done_at = done ? std::optional(use_case.now_us) : std::nullopt;
  row.done_by = done ? use_case.caller.actor.user : 0;
  return write(use_case, row);
}

json::value archive_activity(UseCase& use_case, const Input& input) {
  auto row = load_activity(use_case, input);
  row.archived = input.flag("archived", true);
  return write(use_case, row);
}

json::value list_activities(UseCase& use_case, const Input& input) {
  store::ActivityFilter filter;
  std::tie(filter.entity, filter.entity_id) = record_of(use_case, input);
  if (!filter.entity.empty()) check_activity_record(use_case, filter.entity, filter.entity_id, Reach::see);
  filter.state = input.text("state").value_or(filter.entity.empty() ? "planned" : "");
  filter.by_due = true;
  read_when(use_case, input, filter);
  read_owner(use_case, input, filter);
  read_place(input, filter);
  const std::int64_t limit = input.integer("limit").value_or(50);
  filter.limit = limit + 1;
  auto rows = ActivityStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  std::vector<Id> owners;
  for (const auto& row : rows) owners.push_back(row.owner);
  std::map<Id, std::string> names;
  for (auto& entry :
       store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::employee, owners)) {
    names[entry.id] = entry.name;
  }
  json::array shaped;
  for (const auto& row : rows) shaped.push_back(shape(use_case, row, names));
  json::value next = nullptr;
  if (more)
    next = json::string(std::to_string(rows.back().due.value_or(store::kNoDue)) + "." + std::to_string(rows.back().id));
  return json::object{{"activities", std::move(shaped)}, {"next", std::move(next)}};
}

}  // namespace sales_leads::services
