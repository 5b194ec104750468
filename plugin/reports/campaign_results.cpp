// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign_results.h"

#include <map>

#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

struct Result {
  std::int64_t cost = 0, opportunities = 0, won = 0, won_amount = 0;
  std::int64_t offered = 0, ordered = 0, invoices = 0, credits = 0;

  void add(const Result& other) {
    cost += other.cost;
    opportunities += other.opportunities;
    won += other.won;
    won_amount += other.won_amount;
    offered += other.offered;
    ordered += other.ordered;
    invoices += other.invoices;
    credits += other.credits;
  }
};

/// (gain - cost) / cost in percent with two decimals, half away from zero: "300.00". Null without cost.
json::value return_on(std::int64_t gain, std::int64_t cost) {
  if (cost <= 0) return nullptr;
  const domain::Wide scaled = (static_cast<domain::Wide>(gain) - cost) * 10'000;
  const bool negative = scaled < 0;
  const domain::Wide hundredths = ((negative ? -scaled : scaled) * 2 + cost) / (static_cast<domain::Wide>(cost) * 2);
  const auto whole = static_cast<std::int64_t>(hundredths / 100);
  const auto rest = static_cast<std::int64_t>(hundredths % 100);
  std::string text = std::to_string(whole) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
  return json::value(negative && hundredths != 0 ? "-" + text : text);
}

json::object measures(const Result& result, const std::string& currency) {
  const std::int64_t invoiced = result.invoices + result.credits;
  return {{"cost", amount_json(result.cost, currency)},
          {"opportunities", result.opportunities},
          {"won", result.won},
          {"won_amount", amount_json(result.won_amount, currency)},
          {"offered", amount_json(result.offered, currency)},
          {"ordered", amount_json(result.ordered, currency)},
          {"invoices", amount_json(result.invoices, currency)},
          {"credits", amount_json(result.credits, currency)},
          {"invoiced", amount_json(invoiced, currency)},
          {"roi", return_on(invoiced, result.cost)},
          {"roi_on_won", return_on(result.won_amount, result.cost)}};
}

struct Period {
  std::string text;
  store::Params binds;
};

/// " and column >= :first and column <= :last" as far as asked for.
Period within(const std::string& column, const json::object& params, const Context& context) {
  Period period{"", {{"company", context.company}}};
  if (const auto from = read_day(params, "from", false)) {
    period.text += " and " + column + " >= :first";
    period.binds.emplace_back("first", *from);
  }
  if (const auto to = read_day(params, "to", true)) {
    period.text += " and " + column + " <= :last";
    period.binds.emplace_back("last", *to);
  }
  return period;
}

/// Sums of campaigns are a right of their own, apart from the rows behind them.
bool sees_all(const Context& context) { return context.sees_all() || context.sums_of_campaigns; }

void add_sales(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  Period period = within("effective_date", params, context);
  if (!sees_all(context)) {
    period.text += " and " + context.session.in_ids("seller_id", "them");
    period.binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  for (auto& [campaign, measure, sum] : context.session.query<Id, std::string, std::int64_t>(
           "select campaign_id, measure, cast(sum(company_minor) as bigint) from sl_rollup_day where company_id = "
           ":company" +
               period.text + " group by campaign_id, measure",
           period.binds)) {
    Result& result = results[campaign];
    (measure == "offered"    ? result.offered
     : measure == "ordered"  ? result.ordered
     : measure == "invoices" ? result.invoices
                             : result.credits) += sum;
  }
}

/// By the opportunity's own campaign. Opportunities count by their start, wins by their close.
void add_opportunities(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  const std::string own = sees_all(context) ? "" : " and " + store::own_condition(context.session, "o");
  const auto seller = [&](Period& period) {
    if (!sees_all(context)) period.binds.emplace_back("them", context.session.ids_text(context.employees));
  };
  Period started = within("start_date", params, context);
  seller(started);
  for (auto& [campaign, count] : context.session.query<Id, std::int64_t>(
           "select campaign_id, count(*) from sl_opportunity o where company_id = :company and archived = 0" +
               started.text + own + " group by campaign_id",
           started.binds)) {
    results[campaign].opportunities += count;
  }
  Period closed = within("actual_close", params, context);
  seller(closed);
  for (auto& [campaign, count, sum] : context.session.query<Id, std::int64_t, std::int64_t>(
           "select campaign_id, count(*), cast(coalesce(sum(company_minor), 0) as bigint) from sl_opportunity o "
           "where company_id = :company and archived = 0 and status = 'won'" +
               closed.text + own + " group by campaign_id",
           closed.binds)) {
    results[campaign].won += count;
    results[campaign].won_amount += sum;
  }
}

void add_costs(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  const Period period = within("cost_date", params, context);
  for (auto& [campaign, sum] : context.session.query<Id, std::int64_t>(
           "select campaign_id, cast(sum(company_minor) as bigint) from sl_campaign_cost where company_id = :company" +
               period.text + " group by campaign_id",
           period.binds)) {
    results[campaign].cost += sum;
  }
}

}  // namespace

json::object campaign_results(const Context& context, const json::object& params) {
  std::map<Id, Result> results;
  // A campaign that brought nothing is a result too.
  for (auto& [id] : context.session.query<Id>("select id from sl_campaign where company_id = :company and archived = 0",
                                              {{"company", context.company}})) {
    results[id];
  }
  results[0];
  add_sales(context, params, results);
  add_opportunities(context, params, results);
  add_costs(context, params, results);

  Labels labels(context);
  std::map<std::pair<std::string, std::string>, json::object> rows;
  Result totals;
  for (const auto& [id, result] : results) {
    const Label& label = labels.campaign(id);
    json::object row{{"key", label.key}, {"label", label.label}, {"id", id}};
    row["measures"] = measures(result, context.currency);
    rows[{label.order, label.key}] = std::move(row);
    totals.add(result);
  }
  json::array sorted;
  for (auto& [order, row] : rows) sorted.push_back(std::move(row));
  return {{"rows", std::move(sorted)}, {"totals", json::object{{"measures", measures(totals, context.currency)}}}};
}

}  // namespace sales_leads::reports
