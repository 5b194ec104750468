// SPDX-License-Identifier: Apache-2.0
//
// lead.import: rows are checked one by one; new ones are written set-based, known ones (by external id) updated where
// they differ. Whom a row may double is told row by row; it is never refused for that.
#include <map>
#include <set>
#include <unordered_map>

#include "host/refusal.h"
#include "services/import_batch.h"
#include "services/lead_assignment.h"
#include "services/lead_duplicates.h"
#include "services/lead_upsert.h"
#include "services/leads.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMostPerKey = 20;

using KnownLeads = std::unordered_map<std::string, KnownLead>;

KnownLeads known_leads(UseCase& use_case, const json::array& rows) {
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
  KnownLeads known;
  for (auto& row : store.by_ids(ids)) {
    const std::string external = row.external_id.value_or("");
    auto held = std::move(contacts[row.id]);
    known.emplace(external, KnownLead{std::move(row), std::move(held)});
  }
  return known;
}

NewLead read_new(UseCase& use_case, References& references, LeadAssigner& assigner, const Input& input) {
  NewLead lead;
  read_lead(use_case, references, input, lead.row);
  lead.contacts = read_contacts(input).value_or(LeadContacts{});
  lead.row.status = input.text("status").value_or("new");
  if (input.names("owner")) {
    read_lead_owner(references, input, lead.row);
  } else {
    lead.row.owner = assigner.owner_of(lead.row);
  }
  return lead;
}

/// For every new row: which leads (of the call too) and customers it may double.
class DuplicateReport {
 public:
  /// `stored`: who held the leads' keys before they were written. Leads that are not written have the negative number
  /// of their row as id.
  DuplicateReport(UseCase& use_case, const std::vector<NewLead>& leads, const std::vector<store::LeadKey>& stored)
      : use_case_(use_case), customers_(use_case) {
    for (const auto& key : stored) add(key.kind, key.value, key.lead);
    for (const auto& lead : leads) {
      own_.insert(lead.row.id);
      for (const auto& key : lead.keys) add(key.kind, key.value, lead.row.id);
    }
    hide();
  }

  /// null where nobody is like it.
  [[nodiscard]] json::value of(std::size_t row, const NewLead& lead) const {
    std::map<Id, json::array> like;
    for (const auto& key : lead.keys) {
      const auto found = holders_.find({key.kind, key.value});
      if (found == holders_.end()) continue;
      const bool at_domain = key.kind == "email" && key.value.starts_with("@");
      for (const Id other : found->second) {
        if (other != lead.row.id && !hidden_.contains(other)) like[other].emplace_back(at_domain ? "domain" : key.kind);
      }
    }
    json::array leads, customers;
    for (auto& [id, why] : like) {
      leads.push_back(id > 0 ? json::object{{"id", id}, {"reasons", std::move(why)}}
                             : json::object{{"id", nullptr}, {"row", -id}, {"reasons", std::move(why)}});
    }
    for (const auto& customer : customers_.of(lead.row, lead.keys)) {
      customers.push_back(json::object{{"id", customer.customer.id}, {"name", customer.customer.name}});
    }
    if (leads.empty() && customers.empty()) return nullptr;
    return json::object{{"row", row + 1},
                        {"id", lead.row.id > 0 ? json::value(lead.row.id) : json::value(nullptr)},
                        {"leads", std::move(leads)},
                        {"customers", std::move(customers)}};
  }

 private:
  void add(const std::string& kind, const std::string& value, Id lead) {
    auto& ids = holders_[{kind, value}];
    if (ids.size() < kMostPerKey) ids.push_back(lead);
  }

  /// What the caller may not see does not exist.
  void hide() {
    if (use_case_.caller.sees_leads.all()) return;
    std::set<Id> others;
    for (const auto& [key, ids] : holders_) {
      for (const Id id : ids) {
        if (!own_.contains(id)) others.insert(id);
      }
    }
    for (const auto& row :
         store::LeadStore(use_case_.session, use_case_.company()).by_ids({others.begin(), others.end()})) {
      if (row.owner != 0 && !use_case_.caller.sees_leads.covers(row.owner)) hidden_.insert(row.id);
    }
  }

  UseCase& use_case_;
  CustomerIndex customers_;
  std::set<Id> own_;
  std::map<std::pair<std::string, std::string>, std::vector<Id>> holders_;
  std::set<Id> hidden_;
};

/// One call's rows.
class Rows {
 public:
  Rows(UseCase& use_case, const Input& input)
      : use_case_(use_case),
        rows_(*input.array("rows")),
        upsert_(input.flag("upsert", true)),
        run_(use_case, input, "lead"),
        references_(use_case, rows_.size() > 20 ? References::Mode::bulk : References::Mode::single),
        assigner_(use_case),
        known_(known_leads(use_case, rows_)) {}

  json::value import(const std::function<void(const json::value&)>& check) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (run_.skips(i)) continue;
      try {
        check(rows_[i]);
        read(i, Input("lead", rows_[i].get_object()));
      } catch (const RatesNeeded& needed) {
        wishes_.insert(wishes_.end(), needed.wishes().begin(), needed.wishes().end());
      } catch (const Refusal& refusal) {
        run_.reject(i, refusal);
      }
    }
    if (!wishes_.empty()) throw RatesNeeded(std::move(wishes_));
    json::array duplicates;
    if (run_.writes()) {
      duplicates = write();
    } else if (run_.dry_run()) {
      duplicates = pretend();
    }
    json::value answer = run_.answer();
    answer.as_object()["duplicates"] = std::move(duplicates);
    return answer;
  }

 private:
  void read(std::size_t i, const Input& row) {
    const std::string external = row.text("external_id").value_or("");
    if (!external.empty() && !seen_.insert(external).second) {
      throw Refusal(Code::conflict, "lead.external_id.twice", "external_id", external);
    }
    const auto found = external.empty() ? known_.end() : known_.find(external);
    if (found == known_.end()) {
      created_.push_back(read_new(use_case_, references_, assigner_, row));
      created_at_.push_back(i);
      return;
    }
    if (!upsert_) throw Refusal(Code::conflict, "lead.external_id.taken", "external_id", external);
    auto change = read_lead_change(use_case_, references_, row, found->second);
    if (changes_something(change)) {
      updated_.push_back({i, std::move(change), &found->second});
    } else {
      run_.note(i, "same", found->second.row.id, found->second.row.version);
    }
  }

  json::array write() {
    assigner_.write_turns();
    for (auto& [i, change, known] : updated_) {
      const std::string before = former_values(change, known->contacts);
      const std::int64_t version = write_lead(use_case_, std::move(change), "import");
      run_.note(i, "updated", known->row.id, version, before);
    }
    // Asked before the new ones stand there: afterwards every key would find at least its own lead.
    const auto stored = holders_of_keys();
    if (!created_.empty()) write_new_leads(use_case_, created_, "import");
    for (std::size_t n = 0; n < created_.size(); ++n) run_.note(created_at_[n], "created", created_[n].row.id, 1);
    return report(stored);
  }

  json::array pretend() {
    const auto stored = holders_of_keys();
    for (std::size_t n = 0; n < created_.size(); ++n) {
      created_[n].row.id = -static_cast<Id>(created_at_[n]) - 1;
      run_.note(created_at_[n], "created");
    }
    for (const auto& update : updated_) run_.note(update.row, "updated", update.known->row.id);
    return report(stored);
  }

  /// Makes the keys of the new leads. Answers who has such keys already.
  std::vector<store::LeadKey> holders_of_keys() {
    std::vector<store::LeadKey> keys;
    for (NewLead& lead : created_) {
      lead.keys = keys_of(use_case_, lead.row, lead.contacts);
      keys.insert(keys.end(), lead.keys.begin(), lead.keys.end());
    }
    return store::LeadPartsStore(use_case_.session, use_case_.company(), use_case_.stamp()).matches(keys, kMostPerKey);
  }

  json::array report(const std::vector<store::LeadKey>& stored) {
    json::array found;
    if (created_.empty()) return found;
    const DuplicateReport duplicates(use_case_, created_, stored);
    for (std::size_t n = 0; n < created_.size(); ++n) {
      json::value one = duplicates.of(created_at_[n], created_[n]);
      if (!one.is_null()) found.push_back(std::move(one));
    }
    return found;
  }

  struct Update {
    std::size_t row;
    LeadChange change;
    const KnownLead* known;
  };

  UseCase& use_case_;
  const json::array& rows_;
  bool upsert_;
  ImportRun run_;
  References references_;
  LeadAssigner assigner_;
  KnownLeads known_;
  std::unordered_set<std::string> seen_;
  std::vector<NewLead> created_;
  std::vector<std::size_t> created_at_;
  std::vector<Update> updated_;
  std::vector<RateWish> wishes_;
};

}  // namespace

json::value import_leads(UseCase& use_case, const Input& input, const std::function<void(const json::value&)>& check) {
  return Rows(use_case, input).import(check);
}

}  // namespace sales_leads::services
