// SPDX-License-Identifier: Apache-2.0
#include "reports/pipeline.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "domain/attribution/attribution.h"
#include "domain/weighted.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"
#include "store/pipeline_sums.h"

namespace sales_leads::reports {
namespace {

const std::vector<MeasureInfo> kMeasures = {{"count", false}, {"amount", true}, {"weighted", true}};
constexpr std::int64_t kWhole = domain::kCertain;

struct Share {
  Id seller = 0;
  std::int64_t basis_points = 0;
};

/// The sets of shares in force: the latest of each opportunity.
std::unordered_map<Id, std::vector<Share>> present_shares(const Context& context) {
  std::unordered_map<Id, std::vector<Share>> shares;
  std::unordered_map<Id, std::pair<std::int64_t, std::int64_t>> in_force;
  for (auto& [opportunity, effective_at, set_no, employee, share] : context.session.query<Id, Id, Id, Id, Id>(
           "select opportunity_id, effective_at, set_no, employee_id, share from sl_opportunity_seller "
           "where company_id = :company order by opportunity_id, effective_at, set_no, employee_id",
           {{"company", context.company}})) {
    auto& set = in_force[opportunity];
    auto& entries = shares[opportunity];
    if (set != std::pair{effective_at, set_no}) entries.clear();
    set = {effective_at, set_no};
    entries.push_back({employee, share});
  }
  return shares;
}

std::vector<std::int64_t> ordered(const std::vector<MeasureInfo>& asked, std::int64_t count, std::int64_t amount,
                                  std::int64_t weighted_amount) {
  std::vector<std::int64_t> values;
  for (const MeasureInfo& info : asked) {
    values.push_back(info.name == "count" ? count : info.name == "amount" ? amount : weighted_amount);
  }
  return values;
}

/// The one indexed axis that the question hangs on, if the sums have what it asks for.
std::optional<std::string> summed_axis(const Context& context, const Question& question) {
  if (!context.sees_all()) return std::nullopt;
  std::vector<Axis> axes{question.rows};
  if (question.columns) axes.push_back(*question.columns);
  for (const auto& [axis, keys] : question.filter) axes.push_back(axis);
  std::string chosen;
  for (const Axis axis : axes) {
    std::string own;
    if (axis == Axis::customer || axis == Axis::project || axis == Axis::currency) return std::nullopt;
    if (axis == Axis::seller || axis == Axis::group) own = "seller";
    if (axis == Axis::type) own = "type";
    if (axis == Axis::source) own = "source";
    if (axis == Axis::campaign || axis == Axis::medium) own = "campaign";
    if (own.empty() || own == chosen) continue;
    if (!chosen.empty()) return std::nullopt;
    chosen = own;
  }
  const auto starts_month = [](domain::Day day) { return domain::civil_date(day).day == 1; };
  if (question.from && !starts_month(*question.from)) return std::nullopt;
  if (question.to && !starts_month(*question.to + 1)) return std::nullopt;
  return chosen.empty() ? "type" : chosen;  // the shortest of them
}

/// Months in which an employee changes group on another day than the first: their deals are looked at one by one.
std::set<std::int64_t> mixed_months(const Context& context) {
  std::set<std::int64_t> months;
  const auto note = [&](Id first_day) {
    const auto day = static_cast<domain::Day>(first_day);
    if (domain::civil_date(day).day != 1) months.insert(store::month_number(day));
  };
  for (auto& [from, to] : context.session.query<Id, std::optional<Id>>(
           "select m.from_date, m.to_date from sl_group_member m join sl_group g on g.id = m.group_id where "
           "m.company_id = :company and g.kind = 'sales'",
           {{"company", context.company}})) {
    note(from);
    if (to) note(*to + 1);
  }
  return months;
}

domain::Day first_of(std::int64_t month) {
  return *domain::day_of({static_cast<std::int32_t>(month / 100), static_cast<std::int32_t>(month % 100), 1});
}

bool uses(const Question& question, Axis axis) {
  return question.rows == axis || question.columns == axis ||
         std::any_of(question.filter.begin(), question.filter.end(),
                     [axis](const auto& entry) { return entry.first == axis; });
}

/// Adds what the sums hold of all months but `left_out`; false while they are being built.
bool add_sums(const Context& context, const Question& question, const std::string& axis,
              const std::set<std::int64_t>& left_out, Pivot& pivot) {
  store::PipelineSumsQuestion asked;
  asked.axis = axis;
  asked.by_axis = uses(question, Axis::seller) || uses(question, Axis::group) || uses(question, Axis::type) ||
                  uses(question, Axis::source) || uses(question, Axis::campaign) || uses(question, Axis::medium);
  asked.by_month = question.needs().date || !left_out.empty();
  asked.by_step = uses(question, Axis::step);
  asked.by_status = uses(question, Axis::status);
  if (question.from) asked.first_month = store::month_number(*question.from);
  if (question.to) asked.last_month = store::month_number(*question.to);
  const auto cells = store::pipeline_sums(context.session, context.company, asked);
  if (!cells) return false;
  for (const auto& [cell, sums] : *cells) {
    if (left_out.contains(cell.month)) continue;
    Place place{.step = cell.step, .status = cell.status};
    if (cell.month != 0) place.date = first_of(cell.month);
    if (axis == "seller") place.seller = cell.axis_id;
    if (axis == "type") place.type = cell.axis_id;
    if (axis == "source") place.source = cell.axis_id;
    if (axis == "campaign") place.campaign = cell.axis_id;
    pivot.add(place, ordered(question.measures, sums.deals, sums.amount, sums.weighted),
              ordered(question.measures, sums.deals_once, sums.amount, sums.weighted));
  }
  return true;
}

/// Adds the opportunities one by one; with `months`, those alone that close in one of them.
void add_deals(const Context& context, const Question& question, const std::set<std::int64_t>* months, Pivot& pivot) {
  const auto shares = present_shares(context);
  const bool by_seller = question.needs().seller;
  // A deal that the caller may see counts whole, whatever it is grouped by: totals equal the sum of the visible rows.
  std::string visible;
  store::Params binds{{"company", context.company}};
  if (!context.sees_all()) {
    visible = " and " + store::own_condition(context.session, "o");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  if (months != nullptr) {
    visible += " and coalesce(o.actual_close, o.planned_close) between :first_day and :last_day";
    binds.emplace_back("first_day", first_of(*months->begin()));
    binds.emplace_back("last_day", domain::add_months(first_of(*months->rbegin()), 1) - 1);
  }
  for (auto& [id, owner, customer, project, type, source, campaign, step, status, currency, planned, actual, amount,
              probability] :
       context.session.query<Id, Id, Id, Id, Id, Id, Id, Id, std::string, std::string, std::optional<Id>,
                             std::optional<Id>, std::optional<std::int64_t>, std::int64_t>(
           "select o.id, o.owner_id, o.customer_id, o.project_id, o.type_id, o.source_id, o.campaign_id, o.step_id, "
           "o.status, o.currency, o.planned_close, o.actual_close, o.company_minor, o.probability from sl_opportunity "
           "o "
           "where o.company_id = :company and o.archived = 0" +
               visible + " order by o.id",
           binds)) {
    Place place{.seller = owner,
                .campaign = campaign,
                .customer = customer,
                .project = project,
                .type = type,
                .source = source,
                .step = step,
                .status = status,
                .currency = currency};
    if (const auto day = actual ? actual : planned) place.date = static_cast<domain::Day>(*day);
    if ((question.from && (!place.date || *place.date < *question.from)) ||
        (question.to && (!place.date || *place.date > *question.to))) {
      continue;
    }
    if (months != nullptr && (!place.date || !months->contains(store::month_number(*place.date)))) continue;
    const std::int64_t whole = amount.value_or(0);
    const std::int64_t whole_weighted = domain::weighted(whole, probability, status);

    std::vector<Share> sellers{{owner, kWhole}};
    if (const auto found = shares.find(id); found != shares.end()) sellers = found->second;
    if (!by_seller) {
      pivot.add(place, ordered(question.measures, 1, whole, whole_weighted));
      continue;
    }
    std::vector<std::int64_t> weights;
    for (const Share& share : sellers) weights.push_back(share.basis_points);
    const auto parts = domain::largest_remainder(whole, weights);
    const auto weighted_parts = domain::largest_remainder(whole_weighted, weights);
    bool counted = false;
    for (std::size_t i = 0; i < sellers.size(); ++i) {
      place.seller = sellers[i].seller;
      // Each seller has the deal once; all together it is one deal.
      const std::int64_t once = counted ? 0 : 1;
      pivot.add(place, ordered(question.measures, 1, parts[i], weighted_parts[i]),
                ordered(question.measures, once, parts[i], weighted_parts[i]));
      counted = true;
    }
  }
}

}  // namespace

boost::json::object pipeline(const Context& context, const boost::json::object& params) {
  const Question question = read_question(params, "step", kMeasures);
  if (question.needs().adjustment) {
    throw Failure(Code::invalid_argument, "report.rows.invalid",
                  "'adjustment' is an axis of the sales report: opportunities are not corrected.");
  }
  Labels labels(context);
  Pivot pivot(question, labels);
  const auto axis = summed_axis(context, question);
  std::set<std::int64_t> mixed;
  if (axis && uses(question, Axis::group)) mixed = mixed_months(context);
  if (!axis || !add_sums(context, question, *axis, mixed, pivot)) {
    add_deals(context, question, nullptr, pivot);
  } else if (!mixed.empty()) {
    add_deals(context, question, &mixed, pivot);
  }
  return pivot.json();
}

}  // namespace sales_leads::reports
