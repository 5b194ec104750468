// SPDX-License-Identifier: Apache-2.0
#include "signals/order_rule.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace sales_leads::signals {

using domain::DocumentKind;
using domain::Measure;

namespace {

using Int = std::int64_t;

struct Affected {
  Id order = 0, opportunity = 0;
  Int confirmed_at = 0;
  friend auto operator<=>(const Affected&, const Affected&) = default;
};

struct Target {
  std::string act, status, probability_origin;
  Id step = 0, won_step = 0;
  Int won_probability = 0;
};

void write_status(store::Session& session, Id company, Id opportunity, const std::string& status, Id step, Int at,
                  Int now_us) {
  session.execute(
      "insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, "
      "actor_id, origin) values (:company, :id, 'status', :status, :at, :now, 0, 'rule')",
      {{"company", company}, {"id", opportunity}, {"status", status}, {"at", at}, {"now", now_us}});
  session.execute(
      "update sl_step_visit set left_at = :at where company_id = :company and opportunity_id = :id and "
      "left_at is null",
      {{"at", at}, {"company", company}, {"id", opportunity}});
  session.execute(
      "insert into sl_step_visit (company_id, opportunity_id, step_id, entered_at, actor_id, amount_minor, "
      "planned_close, recorded_at) select company_id, id, cast(:step as bigint), cast(:at as bigint), 0, "
      "amount_minor, planned_close, cast(:now as bigint) from sl_opportunity where company_id = :company and "
      "id = :id",
      {{"step", step}, {"at", at}, {"now", now_us}, {"company", company}, {"id", opportunity}});
}

void audit(store::Session& session, Id company, Int now_us, const std::string& action, Id opportunity,
           const std::string& detail) {
  session.execute(
      "insert into sl_audit (company_id, at, actor_kind, actor_id, action, entity, entity_id, detail) values "
      "(:company, :at, 'rule', 0, :action, 'opportunity', :id, :detail)",
      {{"company", company}, {"at", now_us}, {"action", action}, {"id", opportunity}, {"detail", detail}});
}

std::map<Id, Target> targets(store::Session& session, Id company, const std::vector<Id>& opportunities) {
  std::map<Id, Target> found;
  for (auto& [id, act, status, origin, step, won_step, probability] :
       session.query<Id, std::string, std::string, std::string, Id, std::optional<Id>, std::optional<Int>>(
           "select o.id, p.on_order_confirmed, o.status, o.probability_origin, o.step_id, s.id, s.probability from "
           "sl_opportunity o join sl_pipeline p on p.id = o.pipeline_id left join sl_step s on s.id = (select w.id "
           "from "
           "sl_step w where w.company_id = o.company_id and w.pipeline_id = o.pipeline_id and w.status = 'won' and "
           "w.archived = 0 order by w.position, w.id limit 1) where +o.company_id = :company and " +
               session.in_ids("o.id", "ids"),
           {{"company", company}, {"ids", session.ids_text(opportunities)}})) {
    found[id] = {act, status, origin, step, won_step.value_or(0), probability.value_or(10'000)};
  }
  return found;
}

void win(store::Session& session, Id company, Int now_us, const CompanyCalendar& calendar, const Affected& one,
         const Target& target) {
  const Id step = target.won_step != 0 ? target.won_step : target.step;
  write_status(session, company, one.opportunity, "won", step, one.confirmed_at, now_us);
  session.execute(
      "update sl_opportunity set version = version + 1, status = 'won', step_id = :step, actual_close = :day, "
      "probability = case when probability_origin = 'step' then cast(:probability as bigint) else probability "
      "end, changed_at = :at, changed_by = 0 where company_id = :company and id = :id",
      {{"step", step},
       {"day", calendar.day_of(one.confirmed_at)},
       {"probability", target.won_probability},
       {"at", now_us},
       {"company", company},
       {"id", one.opportunity}});
  audit(session, company, now_us, "opportunity.won_by_order", one.opportunity, "order " + std::to_string(one.order));
}

/// Takes rule-made wins back where nothing is left and the rule had the last word on the status.
std::vector<Id> reopen(store::Session& session, Id company, Int now_us, const std::set<Id>& losing) {
  std::vector<Id> reopened;
  const std::string ids = session.ids_text({losing.begin(), losing.end()});
  std::map<Id, Id> wins;  // opportunity -> step before
  for (const auto& [opportunity, step] : session.query<Id, Id>(
           "select r.opportunity_id, r.previous_step_id from sl_order_rule r join sl_opportunity o on o.id = "
           "r.opportunity_id where r.company_id = :company and " +
               session.in_ids("r.opportunity_id", "ids") +
               " and r.act = 'won' and r.undone_at is null and o.status = 'won' and (select h.origin from "
               "sl_field_history h where h.company_id = r.company_id and h.opportunity_id = r.opportunity_id and "
               "h.field = "
               "'status' order by h.id desc limit 1) = 'rule' order by r.opportunity_id, r.at, r.order_id",
           {{"company", company}, {"ids", ids}})) {
    wins.emplace(opportunity, step);
  }
  if (wins.empty()) return reopened;
  std::vector<Id> candidates;
  for (const auto& [opportunity, step] : wins) candidates.push_back(opportunity);
  for (const Id left : store::LedgerStore(session, company).with_sales(candidates)) wins.erase(left);
  for (const auto& [opportunity, step] : wins) {
    write_status(session, company, opportunity, "open", step, now_us, now_us);
    session.execute(
        "update sl_opportunity set version = version + 1, status = 'open', step_id = :step, actual_close = null, "
        "probability = case when probability_origin = 'step' then coalesce((select s.probability from sl_step s "
        "where s.id = :step2), probability) else probability end, changed_at = :at, changed_by = 0 where "
        "company_id = :company and id = :id",
        {{"step", step}, {"step2", step}, {"at", now_us}, {"company", company}, {"id", opportunity}});
    session.execute(
        "update sl_order_rule set undone_at = :at where company_id = :company and opportunity_id = :id and "
        "act = 'won' and undone_at is null",
        {{"at", now_us}, {"company", company}, {"id", opportunity}});
    audit(session, company, now_us, "opportunity.reopened_by_order", opportunity,
          "no confirmed order or invoice remains");
    reopened.push_back(opportunity);
  }
  return reopened;
}

}  // namespace

OrderRuleOutcome apply_order_rule(store::Session& session, Id company, std::int64_t now_us,
                                  const CompanyCalendar& calendar, const Items& items, const store::Balances& wanted,
                                  const store::Balances& deltas) {
  OrderRuleOutcome outcome;
  std::set<Affected> affected;
  std::set<Id> orders, opportunities, losing;
  for (const auto& [key, amount] : wanted) {
    if (key.measure != Measure::ordered || key.opportunity == 0) continue;
    const Int at = items.at(key.document).host.confirmed_at.value_or(0);
    affected.insert({key.document.id, key.opportunity, at});
    orders.insert(key.document.id);
    opportunities.insert(key.opportunity);
  }
  for (const auto& [key, amount] : deltas) {
    if (key.opportunity != 0 && key.measure != Measure::offered) losing.insert(key.opportunity);
  }
  if (!affected.empty()) {
    for (const auto& [order, opportunity, at] : session.query<Id, Id, Int>(
             "select order_id, opportunity_id, confirmed_at from sl_order_rule where company_id = :company and " +
                 session.in_ids("order_id", "ids"),
             {{"company", company}, {"ids", session.ids_text({orders.begin(), orders.end()})}})) {
      affected.erase({order, opportunity, at});
    }
  }
  if (!affected.empty()) {
    auto by_id = targets(session, company, {opportunities.begin(), opportunities.end()});
    std::vector<Affected> in_time(affected.begin(), affected.end());
    std::sort(in_time.begin(), in_time.end(), [](const Affected& a, const Affected& b) {
      return std::tie(a.confirmed_at, a.order, a.opportunity) < std::tie(b.confirmed_at, b.order, b.opportunity);
    });
    std::vector<Int> order_ids, opportunity_ids, confirmed, steps;
    std::vector<std::string> acts;
    for (const Affected& one : in_time) {
      const auto found = by_id.find(one.opportunity);
      if (found == by_id.end()) continue;
      Target& target = found->second;
      std::string act = target.status == "open" ? target.act : "nothing";
      const Id step_before = target.step;
      if (act == "won") {
        win(session, company, now_us, calendar, one, target);
        target.status = "won";
        outcome.won.push_back(one.opportunity);
      } else if (act == "propose") {
        outcome.proposed.push_back(one.opportunity);
      }
      order_ids.push_back(one.order);
      opportunity_ids.push_back(one.opportunity);
      confirmed.push_back(one.confirmed_at);
      steps.push_back(step_before);
      acts.push_back(std::move(act));
    }
    const std::size_t n = acts.size();
    session.bulk("sl_order_rule", {{"company_id", std::vector<Int>(n, company)},
                                   {"order_id", std::move(order_ids)},
                                   {"opportunity_id", std::move(opportunity_ids)},
                                   {"confirmed_at", std::move(confirmed)},
                                   {"act", std::move(acts)},
                                   {"at", std::vector<Int>(n, now_us)},
                                   {"previous_step_id", std::move(steps)}});
  }
  if (!losing.empty()) outcome.reopened = reopen(session, company, now_us, losing);
  return outcome;
}

}  // namespace sales_leads::signals
