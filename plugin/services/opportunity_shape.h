// SPDX-License-Identifier: Apache-2.0
//
// An opportunity as lists and forms show it: names for ids, amounts with their currency, dates as text.
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <vector>

#include "services/input.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/opportunity_parts_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

[[nodiscard]] json::value money(const std::optional<std::int64_t>& minor, const std::string& currency);
[[nodiscard]] json::value day_or_null(const std::optional<std::int64_t>& value);

/// Names for ids, a page at a time.
class Names {
 public:
  Names(UseCase& use_case, const std::vector<store::OpportunityRow>& rows)
      : use_case_(use_case), references_(use_case), directory_(use_case.session, use_case.company()) {
    std::vector<Id> customers, projects, employees, campaigns;
    for (const auto& row : rows) {
      customers.push_back(row.customer);
      projects.push_back(row.project);
      employees.push_back(row.owner);
    }
    add(store::DirectoryKind::customer, customers);
    add(store::DirectoryKind::project, projects);
    add(store::DirectoryKind::employee, employees);
  }

  void add(store::DirectoryKind kind, const std::vector<Id>& ids) {
    std::vector<Id> survivors;
    for (auto& entry : directory_.by_ids(kind, ids)) {
      if (entry.merged_into != 0) survivors.push_back(entry.merged_into);
      known_[{kind, entry.id}] = std::move(entry);
    }
    if (!survivors.empty()) add(kind, survivors);
  }
  /// A customer that was merged in the host is the one that took its place.
  [[nodiscard]] Id stands_for(store::DirectoryKind kind, Id id) const {
    const auto found = known_.find({kind, id});
    return found == known_.end() || found->second.merged_into == 0 ? id : found->second.merged_into;
  }
  [[nodiscard]] json::value of(store::DirectoryKind kind, Id stored) const {
    if (stored == 0) return nullptr;
    const Id id = stands_for(kind, stored);
    const auto found = known_.find({kind, id});
    json::object object{{"id", id}};
    object["number"] = found == known_.end() ? "" : found->second.number;
    object["name"] = found == known_.end() ? "" : found->second.name;
    return object;
  }
  [[nodiscard]] json::value step(Id id) {
    for (const auto& row : references_.steps()) {
      if (row.id == id)
        return json::object{{"id", id}, {"code", row.code}, {"title", row.title.in(use_case_.language())}};
    }
    return nullptr;
  }
  [[nodiscard]] json::value entry(Id id) {
    if (id == 0) return nullptr;
    for (const auto& row : references_.entries()) {
      if (row.id == id)
        return json::object{{"id", id}, {"code", row.code}, {"title", row.title.in(use_case_.language())}};
    }
    return nullptr;
  }
  [[nodiscard]] json::value campaign(Id id) {
    if (id == 0) return nullptr;
    auto found = campaigns_.find(id);
    if (found == campaigns_.end()) {
      const auto row = store::CampaignStore(use_case_.session, use_case_.company()).find(id);
      json::object object{{"id", id}, {"code", row ? row->code : ""}, {"title", row ? row->title : ""}};
      found = campaigns_.emplace(id, std::move(object)).first;
    }
    return found->second;
  }
  [[nodiscard]] bool may_see_margin() { return references_.may("sales_leads.margin"); }

 private:
  UseCase& use_case_;
  References references_;
  store::DirectoryStore directory_;
  std::map<std::pair<store::DirectoryKind, Id>, store::DirectoryEntry> known_;
  std::map<Id, json::value> campaigns_;
};

/// What a list shows of it. Margins for those alone who may see them.
[[nodiscard]] json::object shape_of(UseCase& use_case, Names& names, const store::OpportunityRow& row);
/// Amount plus what recurs in all its months; empty without either.
[[nodiscard]] std::optional<std::int64_t> contract_value(const store::OpportunityRow& row);
/// Each visit with the time spent, and the time per step.
void add_visits(json::object& shaped, Names& names, const std::vector<store::StepVisit>& visits, std::int64_t now_us);

}  // namespace sales_leads::services
