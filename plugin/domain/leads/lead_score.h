// SPDX-License-Identifier: Apache-2.0
//
// How promising a lead is, 0 to 100, from its own fields alone: the same fields give the same score, and every point
// has its reason. The reasons are codes; whoever shows them translates ("score.phone").
//
//   explain({.email_at_company = true, .phone = true}) -> {{"email.company", 20}, {"phone", 15}}: 35
//
// Threads: pure. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sales_leads::domain {

struct LeadFacts {
  bool email_at_company = false;  // an address at a domain of its own
  bool email = false;
  bool phone = false;  // one that can be dialled
  bool org_number = false;
  bool website = false;
  bool address = false;  // a postal code or a city
  bool industry = false;
  bool turnover = false;
  bool source = false;
  bool campaign = false;
  std::int64_t employees = 0;
  bool qualified = false;
};

struct ScoreReason {
  std::string code;
  std::int64_t points = 0;
};

[[nodiscard]] std::vector<ScoreReason> explain(const LeadFacts& facts);
[[nodiscard]] std::int64_t score_of(const std::vector<ScoreReason>& reasons);

}  // namespace sales_leads::domain
