// SPDX-License-Identifier: Apache-2.0
//
// Who gets a new lead: the first rule that fits; a group takes turns among its present sales members.
//
//   LeadAssigner assigner(use_case);  row.owner = assigner.owner_of(row);  …  assigner.write_turns();
//
// Threads: one, inside the caller's transaction. Errors: Failure(busy) when somebody else took the turn: the use case
// runs again.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "services/use_case.h"
#include "store/lead_rule_store.h"
#include "store/lead_store.h"

namespace sales_leads::services {

class LeadAssigner {
 public:
  explicit LeadAssigner(UseCase& use_case) : use_case_(use_case) {}
  /// 0 where no rule fits, or none that fits has anybody present.
  [[nodiscard]] Id owner_of(const store::LeadRow& row);
  void write_turns();

 private:
  struct Rule {
    store::LeadRuleRow row;
    std::vector<Id> members;  // present ones, by id
    Id last = 0;
  };
  void load();

  UseCase& use_case_;
  bool loaded_ = false;
  std::vector<Rule> rules_;
};

}  // namespace sales_leads::services
