// SPDX-License-Identifier: Apache-2.0
#include "signals/order_rule.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "domain/required_fields.h"
#include "store/opportunity_store.h"
#include "store/order_rule_store.h"

namespace sales_leads::signals {

using domain::Measure;
using store::Confirmation;

namespace {

/// Takes rule-made wins back where nothing is left and the rule had the last word on the status.
std::vector<Id> reopen(store::Session& session, Id company, store::OrderRuleStore& rules, const std::set<Id>& losing) {
  std::map<Id, Id> wins = rules.won_by_rule({losing.begin(), losing.end()});  // opportunity -> step before
  std::vector<Id> reopened;
  if (wins.empty()) return reopened;
  std::vector<Id> candidates;
  for (const auto& [opportunity, step] : wins) candidates.push_back(opportunity);
  for (const Id left : store::LedgerStore(session, company).with_sales(candidates)) wins.erase(left);
  for (const auto& [opportunity, step] : wins) {
    rules.reopen(opportunity, step);
    reopened.push_back(opportunity);
  }
  return reopened;
}

bool lacks_fields(store::Session& session, Id company, Id opportunity, const std::string& required) {
  if (required.empty()) return false;
  const auto row = store::OpportunityStore(session, company).find(opportunity);
  return row && !domain::missing_fields(required, store::filled_fields(*row)).empty();
}

}  // namespace

OrderRuleOutcome apply_order_rule(store::Session& session, Id company, std::int64_t now_us,
                                  const CompanyCalendar& calendar, const Items& items, const store::Balances& wanted,
                                  const store::Balances& deltas) {
  OrderRuleOutcome outcome;
  store::OrderRuleStore rules(session, company, now_us);
  std::set<Confirmation> affected;
  std::set<Id> orders, opportunities, losing;
  for (const auto& [key, amount] : wanted) {
    if (key.measure != Measure::ordered || key.opportunity == 0) continue;
    affected.insert({key.document.id, key.opportunity, items.at(key.document).host.confirmed_at.value_or(0)});
    orders.insert(key.document.id);
    opportunities.insert(key.opportunity);
  }
  for (const auto& [key, amount] : deltas) {
    if (key.opportunity != 0 && key.measure != Measure::offered) losing.insert(key.opportunity);
  }
  if (!affected.empty()) {
    for (const Confirmation& one : rules.done({orders.begin(), orders.end()})) affected.erase(one);
  }
  if (!affected.empty()) {
    auto by_id = rules.targets({opportunities.begin(), opportunities.end()});
    std::vector<Confirmation> in_time(affected.begin(), affected.end());
    std::sort(in_time.begin(), in_time.end(), [](const Confirmation& a, const Confirmation& b) {
      return std::tie(a.confirmed_at, a.order, a.opportunity) < std::tie(b.confirmed_at, b.order, b.opportunity);
    });
    std::vector<store::OrderRuleStore::Looked> looked;
    for (const Confirmation& one : in_time) {
      const auto found = by_id.find(one.opportunity);
      if (found == by_id.end()) continue;
      store::OrderRuleTarget& target = found->second;
      std::string act = target.status == "open" ? target.act : "nothing";
      // A step demands its fields on every path: what the rule cannot fill in, it leaves to people.
      if (act == "won" && lacks_fields(session, company, one.opportunity, target.won_required)) act = "propose";
      looked.push_back({one, act, target.step});
      if (act == "won") {
        rules.win(one, target, calendar.day_of(one.confirmed_at));
        target.status = "won";
        outcome.won.push_back(one.opportunity);
      } else if (act == "propose") {
        outcome.proposed.push_back(one.opportunity);
      }
    }
    if (!looked.empty()) rules.remember(looked);
  }
  if (!losing.empty()) outcome.reopened = reopen(session, company, rules, losing);
  return outcome;
}

}  // namespace sales_leads::signals
