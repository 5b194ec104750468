// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_shape.h"

#include <algorithm>

#include "services/input.h"
#include "services/opportunity_rules.h"

namespace sales_leads::services {

json::value money(const std::optional<std::int64_t>& minor, const std::string& currency) {
  if (!minor) return nullptr;
  return json::object{{"minor", *minor}, {"currency", currency}};
}
json::value day_or_null(const std::optional<std::int64_t>& value) {
  if (!value) return nullptr;
  return json::value(domain::date_text(static_cast<domain::Day>(*value)));
}

std::optional<std::int64_t> contract_value(const store::OpportunityRow& row) {
  const std::int64_t recurring = row.recurring.value_or(0) * row.recurring_months.value_or(0);
  if (!row.amount && recurring == 0) return std::nullopt;
  return row.amount.value_or(0) + recurring;
}

json::object shape_of(UseCase& use_case, Names& names, const store::OpportunityRow& row) {
  using store::DirectoryKind;
  const std::string currency = row.currency.empty() ? use_case.rates.company_currency() : row.currency;
  json::object shaped{{"id", row.id}, {"version", row.version}, {"title", row.title}};
  shaped["external_id"] = row.external_id ? json::value(*row.external_id) : json::value(nullptr);
  shaped["customer"] = names.of(DirectoryKind::customer, row.customer);
  shaped["project"] = names.of(DirectoryKind::project, row.project);
  shaped["owner"] = names.of(DirectoryKind::employee, row.owner);
  shaped["amount"] = money(row.amount, row.currency);
  shaped["company_amount"] = money(row.company_minor, use_case.rates.company_currency());
  shaped["status"] = row.status;
  shaped["step"] = names.step(row.step);
  shaped["probability"] = share_text(row.probability);
  shaped["effective_probability"] = share_text(effective_probability(row));
  shaped["probability_origin"] = row.probability_origin;
  shaped["type"] = names.entry(row.type);
  shaped["source"] = names.entry(row.source);
  shaped["campaign"] = names.campaign(row.campaign);
  shaped["rejection"] = names.entry(row.rejection);
  shaped["start"] = day_or_null(row.start);
  shaped["planned_close"] = day_or_null(row.planned_close);
  shaped["actual_close"] = day_or_null(row.actual_close);
  shaped["times_slipped"] = row.times_slipped;
  shaped["next_activity"] = day_or_null(row.next_activity);
  shaped["margin"] = names.may_see_margin() ? money(row.margin, currency) : json::value(nullptr);
  shaped["amount2"] = money(row.amount2, currency);
  shaped["contract_value"] = money(contract_value(row), currency);
  shaped["archived"] = row.archived;
  return shaped;
}

void add_visits(json::object& shaped, Names& names, const std::vector<store::StepVisit>& visits, std::int64_t now_us) {
  struct Spent {
    std::int64_t step = 0, seconds = 0, visits = 0;
  };
  json::array list;
  std::vector<Spent> steps;  // in the order of the first visit
  for (const auto& visit : visits) {
    const std::int64_t seconds =
        std::max<std::int64_t>(0, visit.left_at.value_or(now_us) - visit.entered_at) / 1'000'000;
    list.push_back(
        json::object{{"step", names.step(visit.step)},
                     {"entered_at", time_text(visit.entered_at)},
                     {"left_at", visit.left_at ? json::value(time_text(*visit.left_at)) : json::value(nullptr)},
                     {"seconds", seconds},
                     {"amount", visit.amount ? json::value(*visit.amount) : json::value(nullptr)},
                     {"planned_close", day_or_null(visit.planned_close)}});
    auto spent = std::find_if(steps.begin(), steps.end(), [&](const Spent& one) { return one.step == visit.step; });
    if (spent == steps.end()) spent = steps.insert(steps.end(), {visit.step, 0, 0});
    spent->seconds += seconds;
    ++spent->visits;
  }
  json::array times;
  for (const auto& spent : steps) {
    times.push_back(
        json::object{{"step", names.step(spent.step)}, {"seconds", spent.seconds}, {"visits", spent.visits}});
  }
  shaped["visits"] = std::move(list);
  shaped["time_per_step"] = std::move(times);
}

}  // namespace sales_leads::services
