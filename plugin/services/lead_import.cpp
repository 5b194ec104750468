// SPDX-License-Identifier: Apache-2.0
//
// lead.import: rows are checked one by one; new ones are written set-based, known ones (by external id) updated where
// they differ. Whom a row may double is told row by row; it is never refused for that.
#include <map>
#include <unordered_map>

#include "host/refusal.h"
#include "services/lead_assignment.h"
#include "services/lead_duplicates.h"
#include "services/lead_writer.h"
#include "services/leads.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMostPerKey = 20;

struct Known {
  store::LeadRow row;
  LeadContacts contacts;
};

struct Batch {
  std::vector<NewLead> created;
  std::vector<std::size_t> created_rows;  // row numbers of the file
  std::vector<LeadChange> updated;
  std::int64_t same = 0;
  json::array rejected;
  std::vector<RateWish> wishes;
};

std::unordered_map<std::string, Known> known_leads(UseCase& use_case, const json::array& rows) {
  std::vector<std::string> wanted;
  for (const auto& row : rows) {
    const auto* object = row.if_object();
    const auto* external = object == nullptr ? nullptr : object->if_contains("external_id");
    if (external != nullptr && external->is_string()) wanted.emplace_back(external->get_string());
  }
  store::LeadStore store(use_case.session, use_case.company());
  std::vector<Id> ids;
  for (const auto& [external, id] : store.taken(wanted)) ids.push_back(id);
  std::unordered_map<Id, LeadContacts> contacts;
  for (auto& contact : store::LeadPartsStore(use_case.session, use_case.company(), use_case.stamp()).contacts(ids)) {
    contacts[contact.lead].push_back(std::move(contact));
  }
  std::unordered_map<std::string, Known> known;
  for (auto& row : store.by_ids(ids)) {
    const std::string external = row.external_id.value_or("");
    auto held = std::move(contacts[row.id]);
    known.emplace(external, Known{std::move(row), std::move(held)});
  }
  return known;
}

bool differ(const LeadContacts& a, const LeadContacts& b) {
  if (a.size() != b.size()) return true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].kind != b[i].kind || a[i].value != b[i].value) return true;
  }
  return false;
}

bool differ(const store::LeadRow& a, const store::LeadRow& b) {
  const auto fields = [](const store::LeadRow& r) {
    return std::tie(r.kind, r.name, r.first_name, r.last_name, r.org_number, r.website, r.industry, r.turnover,
                    r.currency, r.employees, r.street, r.postal_code, r.city, r.country, r.source, r.campaign,
                    r.category, r.owner, r.status, r.description);
  };
  return fields(a) != fields(b);
}

void read_owner(References& references, const Input& input, store::LeadRow& row) {
  if (const auto* owner = input.find("owner")) row.owner = owner->is_null() ? 0 : references.employee(*owner, "owner");
}

void read_known(UseCase& use_case, References& references, const Input& input, const Known& known, Batch& batch) {
  LeadChange change{known.row, known.row, {}};
  if (known.row.owner != 0 && !use_case.caller.changes_leads.covers(known.row.owner)) {
    throw Refusal(Code::permission, "lead.change.right", "external_id", known.row.external_id.value_or(""));
  }
  require_living(use_case, known.row);
  read_lead(use_case, references, input, change.after);
  read_owner(references, input, change.after);
  if (const auto status = input.text("status")) change.after.status = *status;
  if (change.after.status != "retired") change.after.retire_reason.clear();
  change.contacts = read_contacts(input, known.contacts);
  if (change.contacts && !differ(*change.contacts, known.contacts)) change.contacts.reset();
  if (change.contacts || differ(change.before, change.after)) {
    batch.updated.push_back(std::move(change));
  } else {
    ++batch.same;
  }
}

NewLead read_new(UseCase& use_case, References& references, LeadAssigner& assigner, const Input& input) {
  NewLead lead;
  read_lead(use_case, references, input, lead.row);
  lead.contacts = read_contacts(input).value_or(LeadContacts{});
  lead.row.status = input.text("status").value_or("new");
  if (input.names("owner")) {
    read_owner(references, input, lead.row);
  } else {
    lead.row.owner = assigner.owner_of(lead.row);
  }
  return lead;
}

/// For every new row: which leads (of the file too) and customers it may double.
json::array duplicates_of(UseCase& use_case, const Batch& batch) {
  std::vector<store::LeadKey> keys;
  for (const auto& lead : batch.created) keys.insert(keys.end(), lead.keys.begin(), lead.keys.end());
  std::map<std::pair<std::string, std::string>, std::vector<Id>> holders;
  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  for (auto& key : parts.matches(keys, kMostPerKey)) holders[{key.kind, std::move(key.value)}].push_back(key.lead);
  const CustomerIndex customers(use_case);
  json::array found;
  for (std::size_t i = 0; i < batch.created.size(); ++i) {
    const NewLead& lead = batch.created[i];
    std::map<Id, json::array> leads;
    for (const auto& key : lead.keys) {
      const bool at_domain = key.kind == "email" && key.value.starts_with("@");
      for (const Id other : holders[{key.kind, key.value}]) {
        if (other != lead.row.id) leads[other].emplace_back(at_domain ? "domain" : key.kind);
      }
    }
    json::array same_leads, same_customers;
    for (auto& [id, why] : leads) same_leads.push_back(json::object{{"id", id}, {"reasons", std::move(why)}});
    for (const auto& customer : customers.of(lead.row)) {
      same_customers.push_back(json::object{{"id", customer.customer.id}, {"name", customer.customer.name}});
    }
    if (same_leads.empty() && same_customers.empty()) continue;
    found.push_back(json::object{{"row", batch.created_rows[i]},
                                 {"id", lead.row.id},
                                 {"leads", std::move(same_leads)},
                                 {"customers", std::move(same_customers)}});
  }
  return found;
}

json::object counts(const Batch& batch, bool written) {
  const auto created = written ? batch.created.size() : 0;
  const auto updated = written ? batch.updated.size() : 0;
  return {{"accepted", written ? created + updated + static_cast<std::size_t>(batch.same) : 0},
          {"created", created},
          {"updated", updated},
          {"same", written ? batch.same : 0},
          {"rejected", batch.rejected}};
}

}  // namespace

json::value import_leads(UseCase& use_case, const Input& input, const std::function<void(const json::value&)>& check) {
  const json::array& rows = *input.array("rows");
  References references(use_case, rows.size() > 20 ? References::Mode::bulk : References::Mode::single);
  LeadAssigner assigner(use_case);
  const auto known = known_leads(use_case, rows);
  std::unordered_map<std::string, std::size_t> seen;
  Batch batch;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    try {
      check(rows[i]);
      const Input row("lead", rows[i].get_object());
      const std::string external = row.text("external_id").value_or("");
      if (!external.empty() && !seen.emplace(external, i).second) {
        throw Refusal(Code::conflict, "lead.external_id.twice", "external_id", external);
      }
      if (const auto found = known.find(external); !external.empty() && found != known.end()) {
        read_known(use_case, references, row, found->second, batch);
      } else {
        batch.created.push_back(read_new(use_case, references, assigner, row));
        batch.created_rows.push_back(i + 1);
      }
    } catch (const RatesNeeded& needed) {
      batch.wishes.insert(batch.wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      batch.rejected.push_back(json::object{{"row", i + 1},
                                            {"field", refusal.field()},
                                            {"value", refusal.value()},
                                            {"key", refusal.key()},
                                            {"message", use_case.messages.of(use_case.call.locale, refusal)}});
    }
  }
  if (!batch.wishes.empty()) throw RatesNeeded(std::move(batch.wishes));
  if (!batch.rejected.empty() && !input.flag("keep_good", false)) return counts(batch, false);
  assigner.write_turns();
  if (!batch.created.empty()) write_new_leads(use_case, batch.created, "import");
  for (auto& change : batch.updated) write_lead(use_case, std::move(change), "import");
  json::object answer = counts(batch, true);
  answer["duplicates"] = batch.created.empty() ? json::array{} : duplicates_of(use_case, batch);
  return answer;
}

}  // namespace sales_leads::services
