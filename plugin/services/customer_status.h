// SPDX-License-Identifier: Apache-2.0
//
// What a customer's status means for a new opportunity: nothing, a warning, or a refusal; the same on every path (form,
// program, import, conversion of a lead, moving to another customer). Documents of the host are never touched by it.
//
//   CustomerStatuses statuses(use_case, references);
//   if (auto warning = statuses.check(row.customer, row.project)) warnings.push_back(*warning);
//
// Threads: one. Errors: Refusal "opportunity.customer.blocked". In bulk mode all marked customers are read once.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>

#include "services/references.h"
#include "services/use_case.h"

namespace sales_leads::services {

class CustomerStatuses {
 public:
  CustomerStatuses(UseCase& use_case, References& references, References::Mode mode = References::Mode::single)
      : use_case_(use_case), references_(references), bulk_(mode == References::Mode::bulk) {}

  /// For a new opportunity of the customer; without one, of the project's customer. Answers the warning
  /// {"key","message","customer","status"} where there is one.
  [[nodiscard]] std::optional<boost::json::object> check(Id customer, Id project);

 private:
  [[nodiscard]] Id status_of(Id customer);

  UseCase& use_case_;
  References& references_;
  bool bulk_;
  std::optional<std::map<Id, Id>> marked_;  // customer -> status that warns or blocks
};

}  // namespace sales_leads::services
