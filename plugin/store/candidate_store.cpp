// SPDX-License-Identifier: Apache-2.0
#include "store/candidate_store.h"

#include <algorithm>
#include <set>

namespace sales_leads::store {
namespace {

void make_unique(std::vector<Id>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::erase(ids, 0);
}

}  // namespace

Id CandidateStore::stands_for(Id customer) const {
  const auto found = facts_.find(customer);
  return found == facts_.end() ? customer : found->second.stands_for;
}

bool CandidateStore::is_stand_in(Id customer) const {
  const auto found = facts_.find(customer);
  return found != facts_.end() && found->second.is_stand_in;
}

void CandidateStore::load(std::vector<Id> customers, std::vector<Id> projects, const std::vector<Id>& also) {
  make_unique(customers);
  make_unique(projects);
  DocumentStore documents(session_, company_);
  facts_ = documents.customers(customers);
  if (!states_.any()) return;
  std::vector<Id> masters;
  for (const Id customer : customers) masters.push_back(stands_for(customer));
  make_unique(masters);
  merged_ = documents.merged_into(masters);
  std::vector<Id> members;
  for (const auto& [member, master] : merged_) members.push_back(member);
  std::vector<Id> wanted = states_.belonging_to(members, projects);
  wanted.insert(wanted.end(), also.begin(), also.end());
  make_unique(wanted);
  states_.load(wanted);
  for (const Id opportunity : states_.known()) {
    std::set<Id> own;
    for (const Id customer : states_.customers_of(opportunity)) {
      const auto found = merged_.find(customer);
      if (found != merged_.end()) own.insert(found->second);
    }
    for (const Id master : own) of_customer_[master].push_back(opportunity);
    for (const Id project : states_.projects_of(opportunity)) of_project_[project].push_back(opportunity);
  }
}

std::vector<domain::Candidate> CandidateStore::of(Id customer, Id project, std::int64_t moment_us,
                                                  const CompanyCalendar& calendar) const {
  std::set<Id> ids;
  if (const auto found = of_customer_.find(stands_for(customer)); found != of_customer_.end()) {
    ids.insert(found->second.begin(), found->second.end());
  }
  if (const auto found = of_project_.find(project); project != 0 && found != of_project_.end()) {
    ids.insert(found->second.begin(), found->second.end());
  }
  std::vector<domain::Candidate> candidates;
  for (const Id id : ids) {
    domain::Candidate candidate = states_.candidate(id, moment_us, calendar);
    const auto master = merged_.find(candidate.customer);
    if (master != merged_.end()) candidate.customer = master->second;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace sales_leads::store
