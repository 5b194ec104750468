// SPDX-License-Identifier: Apache-2.0
#include "services/lead_writer.h"

#include "host/refusal.h"

namespace sales_leads::services {
namespace {

using store::LeadPartsStore;

/// What is kept as history: nothing that says who somebody is.
std::vector<std::pair<std::string, std::string>> lead_history(const store::LeadRow& row) {
  const auto id = [](Id value) { return value == 0 ? std::string() : std::to_string(value); };
  return {{"status", row.status},
          {"owner", id(row.owner)},
          {"source", id(row.source)},
          {"campaign", id(row.campaign)},
          {"category", id(row.category)},
          {"customer", id(row.customer)},
          {"opportunity", id(row.opportunity)},
          {"merged_into", id(row.merged_into)}};
}

}  // namespace

void write_new_leads(UseCase& use_case, std::vector<NewLead>& leads, const std::string& origin) {
  std::vector<store::LeadRow> rows;
  rows.reserve(leads.size());
  for (auto& lead : leads) {
    if (lead.keys.empty()) lead.keys = keys_of(use_case, lead.row, lead.contacts);
    put_score(lead.row, lead.contacts, lead.keys);
    rows.push_back(lead.row);
  }
  store::LeadStore(use_case.session, use_case.company()).insert(rows, use_case.stamp());

  LeadContacts contacts;
  std::vector<store::LeadKey> keys;
  std::vector<store::LeadEntry> history;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    NewLead& lead = leads[i];
    const Id id = lead.row.id = rows[i].id;
    use_case.changed.push_back(id);
    for (auto& contact : lead.contacts) {
      contact.lead = id;
      contacts.push_back(contact);
    }
    for (auto& key : lead.keys) {
      key.lead = id;
      keys.push_back(key);
    }
    for (auto& [field, value] : lead_history(lead.row)) {
      if (!value.empty()) history.push_back({id, field, std::move(value), use_case.now_us, origin});
    }
  }
  LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  parts.add_contacts(contacts);
  parts.add_keys(keys);
  parts.add_history(history);
}

std::int64_t write_lead(UseCase& use_case, LeadChange change, const std::string& origin) {
  auto& [before, after, given] = change;
  LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  LeadContacts contacts = given ? *given : parts.contacts({after.id});
  const auto keys = keys_of(use_case, after, contacts);
  put_score(after, contacts, keys);
  if (!store::LeadStore(use_case.session, use_case.company()).update(after, use_case.stamp())) {
    throw Refusal(Code::conflict, "lead.version.conflict", "expected_version", std::to_string(before.version),
                  {{"version", std::to_string(before.version + 1)}});
  }
  use_case.changed.push_back(after.id);
  if (given) {
    parts.remove_contacts({after.id});
    for (std::size_t i = 0; i < contacts.size(); ++i) {
      contacts[i].lead = after.id;
      contacts[i].position = static_cast<std::int64_t>(i) + 1;
    }
    parts.add_contacts(contacts);
  }
  parts.remove_keys({after.id});
  if (after.status != "merged") parts.add_keys(keys);

  const auto old_values = lead_history(before);
  auto new_values = lead_history(after);
  std::vector<store::LeadEntry> history;
  for (std::size_t i = 0; i < new_values.size(); ++i) {
    auto& [field, value] = new_values[i];
    if (old_values[i].second != value) history.push_back({after.id, field, value, use_case.now_us, origin});
  }
  parts.add_history(history);
  return before.version + 1;
}

}  // namespace sales_leads::services
