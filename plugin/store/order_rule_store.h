// SPDX-License-Identifier: Apache-2.0
//
// What the order-confirmed rule reads and writes: which confirmations it has looked at, what a pipeline wants, and the
// status of the opportunities that it wins or takes back.
//
// Threads: the session's, inside the caller's transaction. Errors: Failure of the session.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

/// One confirmation of an order that counts for an opportunity.
struct Confirmation {
  Id order = 0, opportunity = 0;
  std::int64_t confirmed_at = 0;
  friend auto operator<=>(const Confirmation&, const Confirmation&) = default;
};

/// An opportunity as the rule sees it. `act`: what its pipeline does with a confirmed order.
struct OrderRuleTarget {
  std::string act, status, probability_origin;
  Id step = 0, won_step = 0;
  std::int64_t won_probability = 0;
  std::string won_required;  // fields that the won step demands
};

class OrderRuleStore {
 public:
  OrderRuleStore(Session& session, Id company, std::int64_t now_us)
      : session_(session), company_(company), now_us_(now_us) {}

  /// Confirmations of these orders that were looked at before.
  [[nodiscard]] std::vector<Confirmation> done(const std::vector<Id>& orders);
  [[nodiscard]] std::map<Id, OrderRuleTarget> targets(const std::vector<Id>& opportunities);
  /// `day`: of the confirmation, company zone.
  void win(const Confirmation& confirmation, const OrderRuleTarget& target, std::int32_t day);
  /// Won by the rule, which had the last word on the status; with the step that they stood on before.
  [[nodiscard]] std::map<Id, Id> won_by_rule(const std::vector<Id>& opportunities);
  void reopen(Id opportunity, Id step);
  struct Looked {
    Confirmation confirmation;
    std::string act;
    Id previous_step = 0;
  };
  void remember(const std::vector<Looked>& looked);

 private:
  void write_status(Id opportunity, const std::string& status, Id step, std::int64_t at);
  void audit(const std::string& action, Id opportunity, const std::string& detail);

  Session& session_;
  Id company_;
  std::int64_t now_us_;
};

}  // namespace sales_leads::store
