// SPDX-License-Identifier: Apache-2.0
//
// Which opportunities a document may belong to: those of its customer (read through the host's merges) or its project,
// with their state as of the document's moment. For the rules that link, and for suggestions to people.
//
// Threads: the session's while loading; values after. Errors: Failure of the session.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "store/document_store.h"
#include "store/opportunity_states.h"

namespace sales_leads::store {

class CandidateStore {
 public:
  CandidateStore(Session& session, Id company, OpportunityStates& states)
      : session_(session), company_(company), states_(states) {}

  /// Customers and projects of all documents that will be asked for; with them `also`, opportunities that somebody
  /// needs the state of: one reading instead of two.
  void load(std::vector<Id> customers, std::vector<Id> projects, const std::vector<Id>& also = {});
  [[nodiscard]] Id stands_for(Id customer) const;
  [[nodiscard]] bool is_stand_in(Id customer) const;
  /// By opportunity; `customer` of each is the one that it stands for.
  [[nodiscard]] std::vector<domain::Candidate> of(Id customer, Id project, std::int64_t moment_us,
                                                  const CompanyCalendar& calendar) const;

 private:
  Session& session_;
  Id company_;
  OpportunityStates& states_;
  std::map<Id, CustomerFacts> facts_;
  std::map<Id, Id> merged_;
  std::unordered_map<Id, std::vector<Id>> of_customer_, of_project_;
};

}  // namespace sales_leads::store
