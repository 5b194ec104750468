// SPDX-License-Identifier: Apache-2.0
//
// What the documents of a To-link page may belong to: opportunities of their customers and projects, and for credits
// that name no invoice the customer's earlier invoices. Ranked, each with the reasons for its place.
//
// Threads: the session's. Errors: Failure of the session. One set of queries per page, one more per credit.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "domain/attribution/decision.h"
#include "reports/reports.h"
#include "store/candidate_store.h"
#include "store/link_store.h"

namespace sales_leads::reports {

/// A document that waits to be linked.
struct Waiting {
  store::DocumentKey key;
  std::string measure, number, currency, reason;
  Id customer = 0, project = 0;
  domain::Day date = 0;
  std::int64_t net_minor = 0, company_minor = 0, linked_minor = 0;
  std::optional<std::int64_t> moment_us;  // as of which it was decided
};

class Suggestions {
 public:
  Suggestions(const Context& context, const std::vector<Waiting>& page);

  /// [{"opportunity","title","reasons"}], at most ten that the caller may see.
  [[nodiscard]] boost::json::array opportunities(const Waiting& document) const;
  /// [{"invoice","number","date","amount","left","shares","reasons"}], at most five; for credits without reference.
  [[nodiscard]] boost::json::array invoices(const Waiting& credit);

 private:
  void load_titles(const std::vector<Id>& opportunities);
  [[nodiscard]] boost::json::array shares(Id invoice);

  const Context& context_;
  store::OpportunityStates states_;
  store::CandidateStore candidates_;
  CompanyCalendar calendar_;
  std::map<store::DocumentKey, std::vector<domain::Suggestion>> found_;
  std::map<Id, std::string> titles_;  // of opportunities that the caller may see
};

}  // namespace sales_leads::reports
