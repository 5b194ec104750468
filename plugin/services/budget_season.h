// SPDX-License-Identifier: Apache-2.0
//
// Another year's months, as the season to spread by or the figures to copy: of a budget, or of what was invoiced or
// ordered then. Months are matched by their place in the fiscal year.
//
// Threads: one. Errors: Refusal "budget.from.none", "budget.percent.invalid". Immutable once made.
#pragma once

#include <map>
#include <string>

#include "services/budget_sheet.h"

namespace sales_leads::services {

struct Season {
  domain::BudgetYear months{};
  const char* whose = "even";  // seller, company, even
};

class Seasons {
 public:
  /// Input: "basis" (budget, invoiced, ordered), "from_budget" or "from_year" (the year before where absent).
  Seasons(UseCase& use_case, const BudgetSheet& sheet, const Input& input);

  /// Of the row, else of the seller's rows together, else of all rows; where there is none at all, an even one.
  [[nodiscard]] Season of(const BudgetKey& key, bool of_company) const;
  [[nodiscard]] const std::map<BudgetKey, domain::BudgetYear>& rows() const { return rows_; }
  /// Whether that year had a figure there, if only a zero.
  [[nodiscard]] bool has(const BudgetKey& key, std::size_t month) const;

 private:
  void read_budget(UseCase& use_case, const store::BudgetVersion& budget);
  void read_sold(UseCase& use_case, std::int64_t year, const std::string& measure);

  std::map<BudgetKey, domain::BudgetYear> rows_;
  std::map<BudgetKey, std::array<bool, domain::kBudgetMonths>> has_;
};

/// Basis points of "-3.5", "12.50" or 5; 0 where absent.
[[nodiscard]] std::int64_t read_percent(const Input& input, const std::string& field);

}  // namespace sales_leads::services
