// SPDX-License-Identifier: Apache-2.0
#include "reports/pipeline.h"

#include <unordered_map>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace {

const std::vector<MeasureInfo> kMeasures = {{"count", false}, {"amount", true}, {"weighted", true}};
constexpr std::int64_t kWhole = 10'000;

/// amount * probability, half a unit rounded up; exact beyond 64 bits in between.
std::int64_t weighted(std::int64_t amount, std::int64_t basis_points) {
  const domain::Wide product = static_cast<domain::Wide>(amount) * basis_points;
  const domain::Wide half = product < 0 ? -kWhole / 2 : kWhole / 2;
  return static_cast<std::int64_t>((product + half) / kWhole);
}

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

}  // namespace

boost::json::object pipeline(const Context& context, const boost::json::object& params) {
  const Question question = read_question(params, "step", kMeasures);
  if (question.needs().adjustment) {
    throw Failure(Code::invalid_argument, "report.rows.invalid",
                  "'adjustment' is an axis of the sales report: opportunities are not corrected.");
  }
  const auto shares = present_shares(context);
  const bool by_seller = question.needs().seller;
  // A deal that the caller may see counts whole, whatever it is grouped by: totals equal the sum of the visible rows.
  std::string visible;
  store::Params binds{{"company", context.company}};
  if (!context.sees_all()) {
    visible = " and " + store::own_condition(context.session, "o");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  Labels labels(context);
  Pivot pivot(question, labels);
  for (auto& [id, owner, customer, project, type, source, campaign, step, status, planned, actual, amount,
              probability] : context.session.query<Id, Id, Id, Id, Id, Id, Id, Id, std::string, std::optional<Id>,
                                                   std::optional<Id>, std::optional<std::int64_t>, std::int64_t>(
           "select o.id, o.owner_id, o.customer_id, o.project_id, o.type_id, o.source_id, o.campaign_id, o.step_id, "
           "o.status, o.planned_close, o.actual_close, o.company_minor, o.probability from sl_opportunity o "
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
                .status = status};
    if (const auto day = actual ? actual : planned) place.date = static_cast<domain::Day>(*day);
    if ((question.from && (!place.date || *place.date < *question.from)) ||
        (question.to && (!place.date || *place.date > *question.to))) {
      continue;
    }
    const std::int64_t effective = status == "won" ? kWhole : status == "open" ? probability : 0;
    const std::int64_t whole = amount.value_or(0);
    const std::int64_t whole_weighted = weighted(whole, effective);

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
  return pivot.json();
}

}  // namespace sales_leads::reports
