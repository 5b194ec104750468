// SPDX-License-Identifier: Apache-2.0
#include "store/order_rule_store.h"

#include <optional>

#include "store/pipeline_rollup.h"

namespace sales_leads::store {

std::vector<Confirmation> OrderRuleStore::done(const std::vector<Id>& orders) {
  std::vector<Confirmation> found;
  for (const auto& [order, opportunity, at] : session_.query<Id, Id, std::int64_t>(
           "select order_id, opportunity_id, confirmed_at from sl_order_rule where company_id = :company and " +
               session_.in_ids("order_id", "ids"),
           {{"company", company_}, {"ids", session_.ids_text(orders)}})) {
    found.push_back({order, opportunity, at});
  }
  return found;
}

std::map<Id, OrderRuleTarget> OrderRuleStore::targets(const std::vector<Id>& opportunities) {
  std::map<Id, OrderRuleTarget> found;
  for (auto& [id, act, status, origin, step, won_step, probability, required] :
       session_.query<Id, std::string, std::string, std::string, Id, std::optional<Id>, std::optional<std::int64_t>,
                      std::string>(
           "select o.id, p.on_order_confirmed, o.status, o.probability_origin, o.step_id, s.id, s.probability, "
           "coalesce(s.required_fields, '') from "
           "sl_opportunity o join sl_pipeline p on p.id = o.pipeline_id left join sl_step s on s.id = coalesce((select "
           "n.id from sl_step n where n.id = p.won_step_id and n.archived = 0), (select w.id from sl_step w where "
           "w.company_id = o.company_id and w.pipeline_id = o.pipeline_id and w.status = 'won' and w.archived = 0 "
           "order "
           "by w.position, w.id limit 1)) where +o.company_id = :company and " +
               session_.in_ids("o.id", "ids"),
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    found[id] = {act, status, origin, step, won_step.value_or(0), probability.value_or(10'000), required};
  }
  return found;
}

void OrderRuleStore::write_status(Id opportunity, const std::string& status, Id step, std::int64_t at) {
  session_.execute(
      "insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, "
      "actor_id, origin) values (:company, :id, 'status', :status, :at, :now, 0, 'rule')",
      {{"company", company_}, {"id", opportunity}, {"status", status}, {"at", at}, {"now", now_us_}});
  session_.execute(
      "update sl_step_visit set left_at = :at where company_id = :company and opportunity_id = :id and "
      "left_at is null",
      {{"at", at}, {"company", company_}, {"id", opportunity}});
  session_.execute(
      "insert into sl_step_visit (company_id, opportunity_id, step_id, entered_at, actor_id, amount_minor, "
      "planned_close, recorded_at) select company_id, id, cast(:step as bigint), cast(:at as bigint), 0, "
      "amount_minor, planned_close, cast(:now as bigint) from sl_opportunity where company_id = :company and "
      "id = :id",
      {{"step", step}, {"at", at}, {"now", now_us_}, {"company", company_}, {"id", opportunity}});
}

void OrderRuleStore::audit(const std::string& action, Id opportunity, const std::string& detail) {
  session_.execute(
      "insert into sl_audit (company_id, at, actor_kind, actor_id, action, entity, entity_id, detail) values "
      "(:company, :at, 'rule', 0, :action, 'opportunity', :id, :detail)",
      {{"company", company_}, {"at", now_us_}, {"action", action}, {"id", opportunity}, {"detail", detail}});
}

void OrderRuleStore::win(const Confirmation& one, const OrderRuleTarget& target, std::int32_t day) {
  const Id step = target.won_step != 0 ? target.won_step : target.step;
  PipelineChange change(session_, company_, {one.opportunity});
  write_status(one.opportunity, "won", step, one.confirmed_at);
  session_.execute(
      "update sl_opportunity set version = version + 1, status = 'won', step_id = :step, actual_close = :day, "
      "probability = case when probability_origin = 'step' then cast(:probability as bigint) else probability "
      "end, changed_at = :at, changed_by = 0 where company_id = :company and id = :id",
      {{"step", step},
       {"day", day},
       {"probability", target.won_probability},
       {"at", now_us_},
       {"company", company_},
       {"id", one.opportunity}});
  change.done();
  audit("opportunity.won_by_order", one.opportunity, "order " + std::to_string(one.order));
}

std::map<Id, Id> OrderRuleStore::won_by_rule(const std::vector<Id>& opportunities) {
  std::map<Id, Id> wins;
  for (const auto& [opportunity, step] : session_.query<Id, Id>(
           "select r.opportunity_id, r.previous_step_id from sl_order_rule r join sl_opportunity o on o.id = "
           "r.opportunity_id where r.company_id = :company and " +
               session_.in_ids("r.opportunity_id", "ids") +
               " and r.act = 'won' and r.undone_at is null and o.status = 'won' and (select h.origin from "
               "sl_field_history h where h.company_id = r.company_id and h.opportunity_id = r.opportunity_id and "
               "h.field = "
               "'status' order by h.id desc limit 1) = 'rule' order by r.opportunity_id, r.at, r.order_id",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    wins.emplace(opportunity, step);
  }
  return wins;
}

void OrderRuleStore::reopen(Id opportunity, Id step) {
  PipelineChange change(session_, company_, {opportunity});
  write_status(opportunity, "open", step, now_us_);
  session_.execute(
      "update sl_opportunity set version = version + 1, status = 'open', step_id = :step, actual_close = null, "
      "probability = case when probability_origin = 'step' then coalesce((select s.probability from sl_step s "
      "where s.id = :step2), probability) else probability end, changed_at = :at, changed_by = 0 where "
      "company_id = :company and id = :id",
      {{"step", step}, {"step2", step}, {"at", now_us_}, {"company", company_}, {"id", opportunity}});
  change.done();
  session_.execute(
      "update sl_order_rule set undone_at = :at where company_id = :company and opportunity_id = :id and "
      "act = 'won' and undone_at is null",
      {{"at", now_us_}, {"company", company_}, {"id", opportunity}});
  audit("opportunity.reopened_by_order", opportunity, "no confirmed order or invoice remains");
}

void OrderRuleStore::remember(const std::vector<Looked>& looked) {
  std::vector<std::int64_t> orders, opportunities, confirmed, steps;
  std::vector<std::string> acts;
  for (const Looked& one : looked) {
    orders.push_back(one.confirmation.order);
    opportunities.push_back(one.confirmation.opportunity);
    confirmed.push_back(one.confirmation.confirmed_at);
    acts.push_back(one.act);
    steps.push_back(one.previous_step);
  }
  session_.bulk("sl_order_rule", {{"company_id", std::vector<std::int64_t>(looked.size(), company_)},
                                  {"order_id", std::move(orders)},
                                  {"opportunity_id", std::move(opportunities)},
                                  {"confirmed_at", std::move(confirmed)},
                                  {"act", std::move(acts)},
                                  {"at", std::vector<std::int64_t>(looked.size(), now_us_)},
                                  {"previous_step_id", std::move(steps)}});
}

}  // namespace sales_leads::store
