// SPDX-License-Identifier: Apache-2.0
#include "domain/leads/lead_score.h"

#include <algorithm>

namespace sales_leads::domain {

std::vector<ScoreReason> explain(const LeadFacts& facts) {
  std::vector<ScoreReason> reasons;
  const auto add = [&](bool holds, const char* code, std::int64_t points) {
    if (holds) reasons.push_back({code, points});
  };
  add(facts.email_at_company, "email.company", 20);
  add(facts.email && !facts.email_at_company, "email", 10);
  add(facts.phone, "phone", 15);
  add(facts.org_number, "org_number", 10);
  add(facts.website, "website", 5);
  add(facts.address, "address", 5);
  add(facts.industry, "industry", 5);
  add(facts.turnover, "turnover", 5);
  add(facts.employees >= 250, "employees.large", 15);
  add(facts.employees >= 50 && facts.employees < 250, "employees.medium", 10);
  add(facts.employees >= 10 && facts.employees < 50, "employees.small", 5);
  add(facts.source, "source", 5);
  add(facts.campaign, "campaign", 10);
  add(facts.qualified, "qualified", 20);
  return reasons;
}

std::int64_t score_of(const std::vector<ScoreReason>& reasons) {
  std::int64_t sum = 0;
  for (const auto& reason : reasons) sum += reason.points;
  return std::clamp(sum, std::int64_t{0}, std::int64_t{100});
}

}  // namespace sales_leads::domain
