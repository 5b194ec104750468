// SPDX-License-Identifier: Apache-2.0
#include "services/lead_upsert.h"

#include <set>

#include "host/refusal.h"
#include "services/leads.h"
#include "store/lead_passage_store.h"

namespace sales_leads::services {
namespace {

using store::LeadRow;

/// Every stored field that an import can change; the external id is what the lead is known by.
template <class Row, class Visit>
void visit_fields(Row& row, Visit&& visit) {
  visit("kind", row.kind), visit("name", row.name), visit("first_name", row.first_name);
  visit("last_name", row.last_name), visit("org_number", row.org_number), visit("website", row.website);
  visit("industry", row.industry), visit("turnover", row.turnover), visit("currency", row.currency);
  visit("employees", row.employees), visit("street", row.street), visit("postal_code", row.postal_code);
  visit("city", row.city), visit("country", row.country), visit("source", row.source);
  visit("campaign", row.campaign), visit("category", row.category), visit("owner", row.owner);
  visit("status", row.status), visit("retire_reason", row.retire_reason), visit("description", row.description);
}

json::value to_json(const std::string& value) { return json::value(value); }
json::value to_json(std::int64_t value) { return value; }
json::value to_json(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

void from_json(const json::value& value, std::string& target) { target = std::string(value.as_string()); }
void from_json(const json::value& value, std::int64_t& target) { target = value.as_int64(); }
void from_json(const json::value& value, std::optional<std::int64_t>& target) {
  target = value.is_null() ? std::nullopt : std::optional(value.as_int64());
}

json::object fields_of(const LeadRow& row) {
  json::object fields;
  visit_fields(row, [&](const char* name, const auto& value) { fields[name] = to_json(value); });
  return fields;
}

bool same_contacts(const LeadContacts& a, const LeadContacts& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.kind == y.kind && x.value == y.value; });
}

void put_back(UseCase& use_case, const LeadRow& present, const json::object& before) {
  LeadChange change{present, present, {}};
  visit_fields(change.after, [&](const char* name, auto& value) {
    if (const auto* kept = before.if_contains(name)) from_json(*kept, value);
  });
  if (const auto* contacts = before.if_contains("contacts")) {
    change.contacts.emplace();
    for (const auto& pair : contacts->as_array()) {
      store::LeadContact contact;
      from_json(pair.at(0), contact.kind);
      from_json(pair.at(1), contact.value);
      change.contacts->push_back(std::move(contact));
    }
  }
  write_lead(use_case, std::move(change), "import");
}

}  // namespace

void read_lead_owner(References& references, const Input& input, LeadRow& row) {
  const auto* owner = input.find("owner");
  if (owner == nullptr) return;
  const Id before = row.owner;
  row.owner = owner->is_null() ? 0 : references.employee(*owner, "owner");
  references.refuse_leaver("lead", row.owner, before);
}

LeadChange read_lead_change(UseCase& use_case, References& references, const Input& input, const KnownLead& known) {
  const LeadRow& row = known.row;
  if (row.owner != 0 && !use_case.caller.sees_leads.covers(row.owner)) {
    throw Refusal(Code::conflict, "lead.external_id.taken", "external_id", row.external_id.value_or(""));
  }
  if (row.owner != 0 && !use_case.caller.changes_leads.covers(row.owner)) {
    throw Refusal(Code::permission, "lead.change.right", "external_id", row.external_id.value_or(""));
  }
  require_living(use_case, row);
  LeadChange change{row, row, {}};
  read_lead(use_case, references, input, change.after);
  read_lead_owner(references, input, change.after);
  if (const auto status = input.text("status")) change.after.status = *status;
  if (change.after.status != "retired") change.after.retire_reason.clear();
  change.contacts = read_contacts(input, known.contacts);
  if (change.contacts && same_contacts(*change.contacts, known.contacts)) change.contacts.reset();
  return change;
}

bool changes_something(const LeadChange& change) {
  return change.contacts || fields_of(change.before) != fields_of(change.after);
}

std::string former_values(const LeadChange& change, const LeadContacts& held) {
  json::object mine = fields_of(change.before), former;
  const json::object theirs = fields_of(change.after);
  for (const auto& field : mine) {
    if (field.value() != theirs.at(field.key())) former[field.key()] = field.value();
  }
  if (change.contacts) {
    json::array pairs;
    for (const auto& contact : held) pairs.push_back(json::array{contact.kind, contact.value});
    former["contacts"] = std::move(pairs);
  }
  return json::serialize(former);
}

std::map<std::int64_t, std::string> undo_leads(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  store::LeadStore store(use_case.session, use_case.company());
  std::vector<Id> ids, created, removed;
  for (const auto& row : rows) {
    ids.push_back(row.record);
    if (row.act == "created") created.push_back(row.record);
  }
  std::map<Id, LeadRow> present;
  for (auto& row : store.by_ids(ids)) present.emplace(row.id, std::move(row));
  std::set<Id> used, converting;
  for (const Id id : store.referred_to(created)) used.insert(id);
  for (const auto& one : store::LeadPassageStore(use_case.session, use_case.company()).running(ids)) {
    converting.insert(one.lead);
  }
  std::map<std::int64_t, std::string> left;
  const std::size_t changed = use_case.changed.size();
  for (const auto& row : rows) {
    const auto found = present.find(row.record);
    if (found == present.end()) continue;  // gone already
    const Id owner = found->second.owner;
    if (owner != 0 && !use_case.caller.changes_leads.covers(owner)) {
      left[row.row_no] = "import.undo.right";
    } else if (found->second.version != row.version || converting.contains(row.record)) {
      left[row.row_no] = "import.undo.changed";
    } else if (row.act == "created") {
      if (used.contains(row.record)) {
        left[row.row_no] = "import.undo.used";
      } else {
        removed.push_back(row.record);
      }
    } else {
      put_back(use_case, found->second, json::parse(row.before).as_object());
    }
  }
  use_case.changed.resize(changed);  // the log gets them under their own kind
  store.remove(removed, use_case.stamp());
  return left;
}

}  // namespace sales_leads::services
