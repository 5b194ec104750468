// SPDX-License-Identifier: Apache-2.0
//
// lead.merge and lead.unmerge. The survivor keeps its fields and takes the merged lead's where it has none (or where
// the user says so); contacts, activities and campaign memberships move to it. What was done is written down field by
// field and row by row, so that it can be undone exactly, or refused where it cannot.
#include <algorithm>

#include "host/refusal.h"
#include "services/lead_writer.h"
#include "services/leads.h"
#include "store/activity_store.h"
#include "store/lead_passage_store.h"

namespace sales_leads::services {
namespace {

using store::LeadMembership;
using store::LeadPassageStore;

constexpr std::pair<const char*, std::string store::LeadRow::*> kTexts[] = {
    {"name", &store::LeadRow::name},
    {"org_number", &store::LeadRow::org_number},
    {"website", &store::LeadRow::website},
    {"industry", &store::LeadRow::industry},
    {"description", &store::LeadRow::description}};
constexpr std::pair<const char*, Id store::LeadRow::*> kIds[] = {{"source", &store::LeadRow::source},
                                                                 {"campaign", &store::LeadRow::campaign},
                                                                 {"category", &store::LeadRow::category},
                                                                 {"owner", &store::LeadRow::owner}};

/// What a merge may take over. Parts that mean nothing apart go together: an address, a person's name, an amount.
json::object fields_of(const store::LeadRow& row) {
  json::object fields;
  for (const auto& [name, member] : kTexts) fields[name] = row.*member;
  for (const auto& [name, member] : kIds) fields[name] = row.*member;
  fields["person"] = json::array{row.first_name, row.last_name};
  fields["address"] = json::array{row.street, row.postal_code, row.city, row.country};
  fields["turnover"] = row.turnover ? json::value(json::array{*row.turnover, row.currency}) : json::value(nullptr);
  fields["employees"] = row.employees ? json::value(*row.employees) : json::value(nullptr);
  return fields;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

void put_field(store::LeadRow& row, std::string_view field, const json::value& value) {
  for (const auto& [name, member] : kTexts) {
    if (field == name) row.*member = text_of(value);
  }
  for (const auto& [name, member] : kIds) {
    if (field == name) row.*member = value.as_int64();
  }
  if (field == "person") {
    row.first_name = text_of(value.at(0));
    row.last_name = text_of(value.at(1));
  } else if (field == "address") {
    row.street = text_of(value.at(0));
    row.postal_code = text_of(value.at(1));
    row.city = text_of(value.at(2));
    row.country = text_of(value.at(3));
  } else if (field == "turnover") {
    row.turnover = value.is_null() ? std::nullopt : std::optional(value.at(0).as_int64());
    row.currency = value.is_null() ? "" : text_of(value.at(1));
  } else if (field == "employees") {
    row.employees = value.is_null() ? std::nullopt : std::optional(value.as_int64());
  }
}

bool is_empty(const json::value& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* number = value.if_int64()) return *number == 0;
  const auto* parts = value.if_array();
  return parts != nullptr && std::all_of(parts->begin(), parts->end(), [](const auto& part) { return is_empty(part); });
}

json::array written(const LeadContacts& contacts) {
  json::array out;
  for (const auto& contact : contacts) out.push_back(json::array{contact.kind, contact.value});
  return out;
}

LeadContacts read_written(const json::value& array) {
  LeadContacts contacts;
  for (const auto& one : array.as_array()) contacts.push_back({0, text_of(one.at(0)), text_of(one.at(1)), 0});
  return contacts;
}

LeadContacts::iterator find(LeadContacts& contacts, const store::LeadContact& wanted) {
  return std::find_if(contacts.begin(), contacts.end(),
                      [&](const auto& one) { return one.kind == wanted.kind && one.value == wanted.value; });
}

json::object snapshot(const store::LeadRow& row, const LeadContacts& contacts) {
  return {{"fields", fields_of(row)},
          {"status", row.status},
          {"retire_reason", row.retire_reason},
          {"version", row.version},
          {"contacts", written(contacts)}};
}

json::array member_written(const LeadMembership& row) {
  return {row.id,
          row.version,
          row.campaign,
          row.response,
          row.response_date ? json::value(*row.response_date) : nullptr,
          row.created_at,
          row.created_by,
          row.changed_at,
          row.changed_by};
}

LeadMembership member_read(const json::value& v, Id member) {
  LeadMembership row;
  row.id = v.at(0).as_int64();
  row.version = v.at(1).as_int64();
  row.campaign = v.at(2).as_int64();
  row.kind = "lead";
  row.member = member;
  row.response = text_of(v.at(3));
  if (!v.at(4).is_null()) row.response_date = v.at(4).as_int64();
  row.created_at = v.at(5).as_int64();
  row.created_by = v.at(6).as_int64();
  row.changed_at = v.at(7).as_int64();
  row.changed_by = v.at(8).as_int64();
  return row;
}

/// Moves the merged lead's memberships. In a campaign that has both, the survivor's stays, with the answer that was
/// given.
void move_memberships(UseCase& use_case, Id merged, Id survivor, json::object& moved) {
  LeadPassageStore store(use_case.session, use_case.company());
  auto held = store.memberships("lead", survivor);
  std::vector<Id> moving, dropped;
  json::array moved_ids, dropped_rows, responses;
  for (const auto& row : store.memberships("lead", merged)) {
    const auto same = std::find_if(held.begin(), held.end(), [&](const auto& h) { return h.campaign == row.campaign; });
    if (same == held.end()) {
      moving.push_back(row.id);
      moved_ids.emplace_back(row.id);
      continue;
    }
    dropped.push_back(row.id);
    dropped_rows.push_back(member_written(row));
    if (same->response != "none" || row.response == "none") continue;
    json::array before = member_written(*same);
    same->response = row.response;
    same->response_date = row.response_date;
    store.set_response(*same, use_case.stamp());
    responses.push_back(json::array{std::move(before), member_written(*same)});
  }
  store.remove_members(dropped);
  store.move_members(moving, "lead", survivor, use_case.stamp());
  moved["members"] = std::move(moved_ids);
  moved["dropped"] = std::move(dropped_rows);
  moved["responses"] = std::move(responses);
}

[[noreturn]] void refuse_undo(const std::string& field, Id survivor) {
  throw Refusal(Code::conflict, "lead.unmerge.changed", field, std::to_string(survivor));
}

std::vector<Id> ids_of(const json::value& array) {
  std::vector<Id> ids;
  for (const auto& id : array.as_array()) ids.push_back(id.as_int64());
  return ids;
}

/// Gives the memberships back; they must still be as the merge left them.
void return_memberships(UseCase& use_case, Id survivor, Id merged, const json::object& moved) {
  LeadPassageStore store(use_case.session, use_case.company());
  const auto held = store.memberships("lead", survivor);
  const auto of = [&](Id id) {
    const auto found = std::find_if(held.begin(), held.end(), [&](const auto& row) { return row.id == id; });
    if (found == held.end()) refuse_undo("memberships", survivor);
    return *found;
  };
  const auto moving = ids_of(moved.at("members"));
  for (const Id id : moving) of(id);
  store.move_members(moving, "lead", merged, use_case.stamp());
  for (const auto& pair : moved.at("responses").as_array()) {
    const LeadMembership before = member_read(pair.at(0), survivor), after = member_read(pair.at(1), survivor);
    const LeadMembership now = of(after.id);
    if (now.response != after.response || now.response_date != after.response_date)
      refuse_undo("memberships", survivor);
    store.set_response(before, use_case.stamp());
  }
  std::vector<LeadMembership> dropped;
  for (const auto& row : moved.at("dropped").as_array()) dropped.push_back(member_read(row, merged));
  store.restore(dropped);
}

/// The survivor's fields, and which of them came from the merged lead: {field: [before, after]}.
json::object fill(LeadChange& survivor, const store::LeadRow& merged, const json::array* take) {
  const auto wanted = [&](std::string_view field) {
    return take != nullptr &&
           std::any_of(take->begin(), take->end(), [&](const json::value& one) { return one.as_string() == field; });
  };
  json::object taken;
  const json::object before = fields_of(survivor.before), other = fields_of(merged);
  for (const auto& [field, value] : before) {
    const json::value& offered = other.at(field);
    if (value == offered || is_empty(offered) || (!is_empty(value) && !wanted(field))) continue;
    put_field(survivor.after, field, offered);
    taken[field] = json::array{value, offered};
  }
  return taken;
}

}  // namespace

json::value merge_leads(UseCase& use_case, const Input& input) {
  LeadChange survivor, merged;
  survivor.before = load_living_lead(use_case, input);
  merged.before = load_lead_to_change(use_case, input.id("merged"));
  if (survivor.before.id == merged.before.id) {
    throw Refusal(Code::invalid_argument, "lead.merge.itself", "merged", std::to_string(merged.before.id));
  }
  require_living(use_case, merged.before);
  expect_version(merged.before, input, "merged_expected_version");
  survivor.after = survivor.before;
  merged.after = merged.before;

  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  const LeadContacts before = parts.contacts({survivor.before.id}), given = parts.contacts({merged.before.id});
  json::object moved{{"fields", fill(survivor, merged.before, input.array("take"))}};
  LeadContacts contacts = before, added;
  for (const auto& contact : given) {
    if (find(contacts, contact) != contacts.end()) continue;
    contacts.push_back(contact);
    added.push_back(contact);
  }
  moved["contacts"] = written(added);
  survivor.contacts = contacts;
  merged.contacts = LeadContacts{};
  merged.after.status = "merged";
  merged.after.merged_into = survivor.before.id;

  store::ActivityStore activities(use_case.session, use_case.company());
  const auto moving = activities.ids_of("lead", merged.before.id);
  activities.move(moving, "lead", survivor.before.id);
  json::array activity_ids;
  for (const Id id : moving) activity_ids.emplace_back(id);
  moved["activities"] = std::move(activity_ids);
  move_memberships(use_case, merged.before.id, survivor.before.id, moved);

  const auto version = write_lead(use_case, survivor, "merge");
  moved["merged_version"] = write_lead(use_case, merged, "merge");
  activities.refresh_next("lead", survivor.before.id);
  activities.refresh_next("lead", merged.before.id);
  store::MergeRow row;
  row.survivor = survivor.before.id;
  row.merged = merged.before.id;
  row.survivor_before = json::serialize(snapshot(survivor.before, before));
  row.merged_before = json::serialize(snapshot(merged.before, given));
  row.moved = json::serialize(moved);
  row.survivor_version = version;
  row.reason = input.text("reason").value_or("");
  const Id merge = LeadPassageStore(use_case.session, use_case.company()).insert(row, use_case.stamp());
  return json::object{{"id", row.survivor}, {"version", version}, {"merged", row.merged}, {"merge", merge}};
}

json::value unmerge_lead(UseCase& use_case, const Input& input) {
  LeadChange merged, survivor;
  merged.before = load_lead_to_change(use_case, input.id());
  expect_version(merged.before, input);
  LeadPassageStore passages(use_case.session, use_case.company());
  const auto merge = passages.merge_of(merged.before.id);
  if (merged.before.status != "merged" || !merge) {
    throw Refusal(Code::wrong_state, "lead.unmerge.none", "id", std::to_string(merged.before.id));
  }
  // What erasing a person took out of the images cannot be put back.
  if (merge->merged_before == "{}" || merge->survivor_before == "{}") {
    throw Refusal(Code::wrong_state, "lead.unmerge.erased", "id", std::to_string(merged.before.id));
  }
  survivor.before = load_lead_to_change(use_case, merge->survivor);
  require_living(use_case, survivor.before);
  const json::object moved = json::parse(merge->moved).as_object();
  const json::object merged_before = json::parse(merge->merged_before).as_object();
  if (moved.at("merged_version").as_int64() != merged.before.version) refuse_undo("id", merged.before.id);

  survivor.after = survivor.before;
  const json::object now = fields_of(survivor.before);
  for (const auto& [field, pair] : moved.at("fields").as_object()) {
    if (now.at(field) != pair.at(1)) refuse_undo(field, survivor.before.id);
    put_field(survivor.after, field, pair.at(0));
  }
  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  LeadContacts contacts = parts.contacts({survivor.before.id});
  for (const auto& contact : read_written(moved.at("contacts"))) {
    const auto found = find(contacts, contact);
    if (found == contacts.end()) refuse_undo(contact.kind == "email" ? "emails" : "phones", survivor.before.id);
    contacts.erase(found);
  }
  survivor.contacts = contacts;
  merged.after = merged.before;
  merged.after.status = text_of(merged_before.at("status"));
  merged.after.merged_into = 0;
  merged.contacts = read_written(merged_before.at("contacts"));

  store::ActivityStore activities(use_case.session, use_case.company());
  const auto moving = ids_of(moved.at("activities"));
  if (activities.count(moving, "lead", survivor.before.id) != static_cast<std::int64_t>(moving.size())) {
    refuse_undo("activities", survivor.before.id);
  }
  activities.move(moving, "lead", merged.before.id);
  return_memberships(use_case, survivor.before.id, merged.before.id, moved);
  if (!passages.undo(merge->id, use_case.stamp())) {
    throw Refusal(Code::wrong_state, "lead.unmerge.none", "id", std::to_string(merged.before.id));
  }
  const auto version = write_lead(use_case, merged, "merge");
  const auto survivor_version = write_lead(use_case, survivor, "merge");
  activities.refresh_next("lead", survivor.before.id);
  activities.refresh_next("lead", merged.before.id);
  return json::object{{"id", merged.before.id},
                      {"version", version},
                      {"survivor", survivor.before.id},
                      {"survivor_version", survivor_version}};
}

}  // namespace sales_leads::services
