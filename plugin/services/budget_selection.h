// SPDX-License-Identifier: Apache-2.0
//
// Which sellers are meant ("employees", "group", or all), and which row ("row", or "employee" with "type").
//
// Threads: one. Errors: Refusal "budget.…", "reference.…". Ownership: borrows the use case.
#pragma once

#include <map>
#include <set>
#include <string>

#include "services/budget_sheet.h"
#include "services/references.h"

namespace sales_leads::services {

class BudgetSelection {
 public:
  BudgetSelection(UseCase& use_case, BudgetSheet& sheet) : use_case_(use_case), sheet_(sheet), references_(use_case) {}

  /// Members of sales groups in the year and who has a budget already, of those whom the caller sees. Where some are
  /// named: refused for one who is no seller.
  [[nodiscard]] std::set<Id> employees(const Input& input);
  /// The row that is meant. A seller without a type is refused where the budget is split by type: which part?
  [[nodiscard]] BudgetKey key(const Input& input);
  [[nodiscard]] References& references() { return references_; }

 private:
  UseCase& use_case_;
  BudgetSheet& sheet_;
  References references_;
};

struct EmployeeName {
  std::string number, name;
};
[[nodiscard]] std::map<Id, EmployeeName> names_of(UseCase& use_case, const std::set<Id>& employees);

}  // namespace sales_leads::services
