// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign_results.h"

#include <map>
#include <optional>
#include <set>

#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "reports/slices.h"
#include "store/opportunity_store.h"
#include "store/pipeline_rollup.h"
#include "store/read_snapshot.h"
#include "store/sales_sums.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

struct Result {
  std::int64_t cost = 0, opportunities = 0, won = 0, won_amount = 0;
  std::int64_t offered = 0, ordered = 0, invoices = 0, credits = 0;
  std::optional<domain::Day> paid_back, begun;  // of the campaign itself
  std::int64_t members = 0, opened = 0, responses = 0, interested = 0, unsubscribed = 0;

  void add(const Result& other) {
    cost += other.cost;
    opportunities += other.opportunities;
    won += other.won;
    won_amount += other.won_amount;
    offered += other.offered;
    ordered += other.ordered;
    invoices += other.invoices;
    credits += other.credits;
    members += other.members;
    opened += other.opened;
    responses += other.responses;
    interested += other.interested;
    unsubscribed += other.unsubscribed;
  }
};

/// part / whole in percent with two decimals, half away from zero: "12.50". Null without a whole.
json::value percent_of(domain::Wide part, std::int64_t whole_amount) {
  if (whole_amount <= 0) return nullptr;
  const domain::Wide scaled = part * 10'000;
  const bool negative = scaled < 0;
  const domain::Wide hundredths =
      ((negative ? -scaled : scaled) * 2 + whole_amount) / (static_cast<domain::Wide>(whole_amount) * 2);
  const auto whole = static_cast<std::int64_t>(hundredths / 100);
  const auto rest = static_cast<std::int64_t>(hundredths % 100);
  std::string text = std::to_string(whole) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
  return json::value(negative && hundredths != 0 ? "-" + text : text);
}

/// (gain - cost) / cost: "300.00".
json::value return_on(std::int64_t gain, std::int64_t cost) {
  return percent_of(static_cast<domain::Wide>(gain) - cost, cost);
}

/// Half a unit rounded up; null without responses.
json::value cost_per(std::int64_t cost, std::int64_t responses, const std::string& currency) {
  if (responses <= 0) return nullptr;
  const domain::Wide doubled = static_cast<domain::Wide>(cost < 0 ? -cost : cost) * 2;
  const auto each = static_cast<std::int64_t>((doubled + responses) / (static_cast<domain::Wide>(responses) * 2));
  return amount_json(cost < 0 ? -each : each, currency);
}

json::object measures(const Result& result, const std::string& currency) {
  const std::int64_t invoiced = result.invoices + result.credits;
  return {{"cost", amount_json(result.cost, currency)},
          {"members", result.members},
          {"opened", result.opened},
          {"responses", result.responses},
          {"interested", result.interested},
          {"unsubscribed", result.unsubscribed},
          {"response_rate", percent_of(result.responses, result.members)},
          {"cost_per_response", cost_per(result.cost, result.responses, currency)},
          {"opportunities", result.opportunities},
          {"won", result.won},
          {"won_amount", amount_json(result.won_amount, currency)},
          {"offered", amount_json(result.offered, currency)},
          {"ordered", amount_json(result.ordered, currency)},
          {"invoices", amount_json(result.invoices, currency)},
          {"credits", amount_json(result.credits, currency)},
          {"invoiced", amount_json(invoiced, currency)},
          {"roi", return_on(invoiced, result.cost)},
          {"roi_on_won", return_on(result.won_amount, result.cost)},
          {"paid_back_on", result.paid_back ? json::value(domain::date_text(*result.paid_back)) : json::value()},
          {"paid_back_week", result.paid_back && result.begun ? json::value((*result.paid_back - *result.begun) / 7 + 1)
                                                              : json::value()}};
}

struct Period {
  std::string text;
  store::Params binds;
};

/// " and column >= :first and column <= :last" as far as asked for.
Period period_of(const std::string& column, const json::object& params, const Context& context) {
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

/// Whole months of all that there is: the sums by month tell. False where they do not.
bool add_sums(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  if (!sees_all(context)) return false;
  store::SalesSumsQuestion asked;
  asked.axis = store::SalesAxis::campaign;
  asked.by_axis = true;
  if (const auto from = read_day(params, "from", false)) {
    if (domain::civil_date(*from).day != 1) return false;
    asked.first_month = store::month_number(*from);
  }
  if (const auto to = read_day(params, "to", true)) {
    if (domain::civil_date(*to + 1).day != 1) return false;
    asked.last_month = store::month_number(*to);
  }
  const auto cells = store::sales_sums(context.session, context.company, asked);
  if (!cells) return false;
  for (const auto& [cell, sums] : *cells) {
    Result& result = results[cell.axis_id];
    result.offered += sums.offered;
    result.ordered += sums.ordered;
    result.invoices += sums.invoices;
    result.credits += sums.credits;
  }
  return true;
}

void add_sales(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  if (add_sums(context, params, results)) return;
  Period period = period_of("effective_date", params, context);
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
  // Each opportunity is one; what is sorted to group a million of them is bounded.
  const auto every = slices(context.session, "sl_opportunity", Answers::few);
  Period started = period_of("start_date", params, context);
  seller(started);
  for (const Slice& slice : every) {
    store::Params binds = started.binds;
    for (auto& [campaign, count] : context.session.query<Id, std::int64_t>(
             "select campaign_id, count(*) from sl_opportunity o where company_id = :company and archived = 0" +
                 started.text + own + within(slice, "o.id", binds) + " group by campaign_id",
             binds)) {
      results[campaign].opportunities += count;
    }
  }
  Period closed = period_of("actual_close", params, context);
  seller(closed);
  for (const Slice& slice : every) {
    store::Params binds = closed.binds;
    for (auto& [campaign, count, sum] : context.session.query<Id, std::int64_t, std::int64_t>(
             "select campaign_id, count(*), cast(coalesce(sum(company_minor), 0) as bigint) from sl_opportunity o "
             "where company_id = :company and archived = 0 and status = 'won'" +
                 closed.text + own + within(slice, "o.id", binds) + " group by campaign_id",
             binds)) {
      results[campaign].won += count;
      results[campaign].won_amount += sum;
    }
  }
}

void add_costs(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  const Period period = period_of("cost_date", params, context);
  for (auto& [campaign, sum] : context.session.query<Id, std::int64_t>(
           "select campaign_id, cast(sum(company_minor) as bigint) from sl_campaign_cost where company_id = :company" +
               period.text + " group by campaign_id",
           period.binds)) {
    results[campaign].cost += sum;
  }
}

/// The day from which on what was invoiced, less credits, covered all of the campaign's cost. The last such day: a
/// credit that takes it below makes the campaign wait for more. Weeks count from its start, else from its first cost.
void add_pay_back(const Context& context, std::map<Id, Result>& results) {
  std::map<Id, std::int64_t> costs, sums;
  for (auto& [id, start] : context.session.query<Id, std::optional<Id>>(
           "select id, start_date from sl_campaign where company_id = :company", {{"company", context.company}})) {
    if (start && results.contains(id)) results[id].begun = static_cast<domain::Day>(*start);
  }
  for (auto& [id, sum, first] :
       context.session.query<Id, std::int64_t, Id>("select campaign_id, cast(sum(company_minor) as bigint), "
                                                   "min(cost_date) from sl_campaign_cost where company_id = "
                                                   ":company group by campaign_id",
                                                   {{"company", context.company}})) {
    costs[id] = sum;
    if (results.contains(id) && !results[id].begun) results[id].begun = static_cast<domain::Day>(first);
  }
  if (!sees_all(context)) return;  // sums that others brought along are not told by a date either
  for (auto& [id, day, sum] :
       context.session.query<Id, Id, std::int64_t>("select campaign_id, effective_date, cast(sum(company_minor) as "
                                                   "bigint) from sl_rollup_day where company_id = "
                                                   ":company and campaign_id > 0 and measure in ('invoices', "
                                                   "'credits') group by campaign_id, effective_date order by "
                                                   "campaign_id, effective_date",
                                                   {{"company", context.company}})) {
    const auto cost = costs.find(id);
    const auto result = results.find(id);
    if (cost == costs.end() || cost->second <= 0 || result == results.end()) continue;
    std::int64_t& so_far = sums[id];
    so_far += sum;
    if (so_far < cost->second) {
      result->second.paid_back.reset();
    } else if (!result->second.paid_back) {
      result->second.paid_back = static_cast<domain::Day>(day);
    }
  }
}

/// Members count whenever they were added, answers by their date. An answer is: responded, interested or declined; who
/// merely opened it or unsubscribed has given none. Without the right to sums: the leads that the caller sees.
void add_members(const Context& context, const json::object& params, std::map<Id, Result>& results) {
  const Period period = period_of("m.response_date", params, context);
  std::string seen;
  store::Params binds = period.binds;
  if (!sees_all(context)) {
    seen =
        " and (m.kind = 'customer' or exists (select 1 from sl_lead l where l.company_id = m.company_id and "
        "l.id = m.member_id and (l.owner_id = 0 or " +
        context.session.in_ids("l.owner_id", "them") + ")))";
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  const auto count = [&](const std::string& condition, const store::Params& bound, auto&& note) {
    for (auto& [campaign, response, members] : context.session.query<Id, std::string, std::int64_t>(
             "select m.campaign_id, m.response, count(*) from sl_campaign_member m where m.company_id = :company" +
                 condition + seen + " group by m.campaign_id, m.response",
             bound)) {
      note(results[campaign], response, members);
    }
  };
  store::Params all = binds;
  std::erase_if(all, [](const store::Param& bind) { return bind.name == "first" || bind.name == "last"; });
  count("", all, [](Result& result, const std::string&, std::int64_t members) { result.members += members; });
  count(period.text, binds, [](Result& result, const std::string& response, std::int64_t members) {
    if (response == "opened") result.opened += members;
    if (response == "unsubscribed") result.unsubscribed += members;
    if (response == "interested") result.interested += members;
    if (response == "responded" || response == "interested" || response == "declined") result.responses += members;
  });
}

/// To each campaign what all campaigns below it brought. A tree has no circles, but a damaged one must not hang this.
std::map<Id, Result> rolled_up(const Context& context, const std::map<Id, Result>& own) {
  std::map<Id, Id> parents;
  for (auto& [id, parent] : context.session.query<Id, Id>(
           "select id, parent_id from sl_campaign where company_id = :company and parent_id > 0",
           {{"company", context.company}})) {
    parents[id] = parent;
  }
  std::map<Id, Result> sums = own;
  for (const auto& [id, result] : own) {
    std::set<Id> above{id};
    for (auto at = parents.find(id); at != parents.end() && above.insert(at->second).second;) {
      sums[at->second].add(result);
      at = parents.find(at->second);
    }
  }
  return sums;
}

}  // namespace

json::object campaign_results(const Context& context, const json::object& params) {
  const store::ReadSnapshot one_state(context.session);
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
  add_members(context, params, results);
  add_pay_back(context, results);
  const json::value* roll_up = params.if_contains("roll_up");
  const bool rolls_up = roll_up != nullptr && roll_up->is_bool() && roll_up->get_bool();
  const std::map<Id, Result> shown = rolls_up ? rolled_up(context, results) : results;

  Labels labels(context);
  std::map<std::pair<std::string, std::string>, json::object> rows;
  Result totals;
  for (const auto& [id, result] : results) totals.add(result);
  for (const auto& [id, result] : shown) {
    const Label& label = labels.campaign(id);
    json::object row{{"key", label.key}, {"label", label.label}, {"id", id}};
    row["measures"] = measures(result, context.currency);
    rows[{label.order, label.key}] = std::move(row);
  }
  json::array sorted;
  for (auto& [order, row] : rows) sorted.push_back(std::move(row));
  return {{"rows", std::move(sorted)}, {"totals", json::object{{"measures", measures(totals, context.currency)}}}};
}

}  // namespace sales_leads::reports
