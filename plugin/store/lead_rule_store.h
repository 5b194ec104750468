// SPDX-License-Identifier: Apache-2.0
//
// The rules by which new leads find their owner, in their order.
//
// Threads: the session's. Errors: Failure of the session. update() and take_turn() answer false when somebody else was
// there first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct LeadRuleRow {
  Id id = 0;
  std::int64_t version = 1;
  std::int64_t position = 0;
  std::string title;
  Id source = 0, campaign = 0, category = 0;  // 0 = any
  std::string country, postal_from, postal_to;
  Id group = 0, employee = 0;  // exactly one of the two
  Id last_employee = 0;        // of the group: who had the last turn
  bool archived = false;
};

class LeadRuleStore {
 public:
  LeadRuleStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const LeadRuleRow& row, Stamp stamp);
  [[nodiscard]] bool update(const LeadRuleRow& row, Stamp stamp);
  [[nodiscard]] bool take_turn(Id rule, Id last_employee, Id next_employee);
  [[nodiscard]] std::optional<LeadRuleRow> find(Id id);
  [[nodiscard]] std::vector<LeadRuleRow> list(bool archived);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
