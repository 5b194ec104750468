// SPDX-License-Identifier: Apache-2.0
#include "store/pipeline_rollup.h"

#include <unordered_map>

#include "domain/attribution/attribution.h"
#include "domain/calendar.h"
#include "domain/weighted.h"
#include "store/bulk_columns.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;
using MaybeInt = std::optional<std::int64_t>;

struct Shares {
  std::vector<Id> sellers;
  std::vector<Int> weights;
};

/// One deal: whole for its owner, and what its shares change in that.
void add_deal(PipelineDeltas& into, PipelinePlace place, Int amount, Int probability, const Shares* shares) {
  const Int weighted = domain::weighted(amount, probability, place.status);
  add(into, place, {1, 1, amount, weighted});
  if (shares == nullptr) return;
  place.of_shares = 1;
  place.pipeline = place.type = place.source = place.campaign = place.customer = place.project = 0;
  const auto at = [&](Id seller) {
    PipelinePlace own = place;
    own.owner = seller;
    return own;
  };
  add(into, at(place.owner), {-1, -1, -amount, -weighted});
  const auto amounts = domain::largest_remainder(amount, shares->weights);
  const auto weights = domain::largest_remainder(weighted, shares->weights);
  for (std::size_t i = 0; i < shares->sellers.size(); ++i)
    add(into, at(shares->sellers[i]), {1, i == 0 ? 1 : 0, amounts[i], weights[i]});
}

Int month_of(MaybeInt actual, MaybeInt planned) {
  const MaybeInt date = actual ? actual : planned;
  return date ? month_number(static_cast<domain::Day>(*date)) : 0;
}

}  // namespace

std::int64_t month_number(domain::Day day) {
  const domain::CivilDate date = domain::civil_date(day);
  return static_cast<std::int64_t>(date.year) * 100 + date.month;
}

/// With `lock` they stay as they are read until the transaction ends: two changes of one opportunity come one after the
/// other, and the second sees what the first made of it. SQLite has one writer anyhow.
PipelineDeltas PipelineRollup::of(const std::vector<Id>& ids, bool lock, SalesValues* values) {
  PipelineDeltas deltas;
  if (ids.empty()) return deltas;
  const bool row_locks = lock && session_.backend() == Backend::postgresql;
  const Params params{{"company", company_}, {"ids", session_.ids_text(ids)}};
  struct Deal {
    PipelinePlace place;
    Int amount, probability;
  };
  std::vector<Deal> deals;
  for (auto& [id, owner, pipeline, type, source, campaign, customer, project, step, status, planned, actual, amount,
              probability, archived] :
       session_.query<Id, Id, Id, Id, Id, Id, Id, Id, Id, std::string, MaybeInt, MaybeInt, MaybeInt, Int, Int>(
           "select id, owner_id, pipeline_id, type_id, source_id, campaign_id, customer_id, project_id, step_id, "
           "status, "
           "planned_close, actual_close, company_minor, probability, archived from sl_opportunity where +company_id = "
           ":company and " +
               session_.in_ids("id", "ids") + (row_locks ? " order by id for no key update" : ""),
           params)) {
    if (values != nullptr) (*values)[id] = {type, source, step, status_number(status)};
    if (archived != 0) continue;
    PipelinePlace place{id,       0,
                        owner,    pipeline,
                        type,     source,
                        campaign, customer,
                        project,  month_of(actual, planned),
                        step,     std::move(status)};
    deals.push_back({std::move(place), amount.value_or(0), probability});
  }
  std::unordered_map<Id, Shares> shares;
  std::unordered_map<Id, std::pair<Int, Int>> in_force;  // the latest set of each
  for (const auto& [opportunity, effective_at, set_no, employee, share] : session_.query<Id, Int, Int, Id, Int>(
           "select opportunity_id, effective_at, set_no, employee_id, share from sl_opportunity_seller where "
           "company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") + " order by opportunity_id, effective_at, set_no, employee_id",
           params)) {
    auto& set = in_force[opportunity];
    Shares& own = shares[opportunity];
    if (set != std::pair{effective_at, set_no}) own = {};
    set = {effective_at, set_no};
    own.sellers.push_back(employee);
    own.weights.push_back(share);
  }
  for (const Deal& deal : deals) {
    const auto own = shares.find(deal.place.opportunity);
    add_deal(deltas, deal.place, deal.amount, deal.probability, own == shares.end() ? nullptr : &own->second);
  }
  drop_zeros(deltas);
  return deltas;
}

void PipelineRollup::append(const PipelineDeltas& deltas) {
  if (deltas.empty()) return;
  Integers opportunities, of_shares, owners, pipelines, types, sources, campaigns, customers, projects, months, steps,
      deals, once, amounts, weighted;
  Texts statuses;
  for (const auto& [place, sums] : deltas) {
    opportunities.push_back(place.opportunity);
    of_shares.push_back(place.of_shares);
    owners.push_back(place.owner);
    pipelines.push_back(place.pipeline);
    types.push_back(place.type);
    sources.push_back(place.source);
    campaigns.push_back(place.campaign);
    customers.push_back(place.customer);
    projects.push_back(place.project);
    months.push_back(place.month);
    steps.push_back(place.step);
    statuses.push_back(place.status);
    deals.push_back(sums.deals);
    once.push_back(sums.deals_once);
    amounts.push_back(sums.amount);
    weighted.push_back(sums.weighted);
  }
  session_.bulk("sl_rollup_pipeline_delta", {{"company_id", Integers(deltas.size(), company_)},
                                             {"opportunity_id", std::move(opportunities)},
                                             {"of_shares", std::move(of_shares)},
                                             {"owner_id", std::move(owners)},
                                             {"pipeline_id", std::move(pipelines)},
                                             {"type_id", std::move(types)},
                                             {"source_id", std::move(sources)},
                                             {"campaign_id", std::move(campaigns)},
                                             {"customer_id", std::move(customers)},
                                             {"project_id", std::move(projects)},
                                             {"month", std::move(months)},
                                             {"step_id", std::move(steps)},
                                             {"status", std::move(statuses)},
                                             {"deals", std::move(deals)},
                                             {"deals_once", std::move(once)},
                                             {"amount_minor", std::move(amounts)},
                                             {"weighted_minor", std::move(weighted)}});
}

void PipelineRollup::added(const std::vector<OpportunityRow>& rows) {
  PipelineDeltas deltas;
  for (const OpportunityRow& row : rows) {
    if (row.archived) continue;
    add_deal(deltas,
             {row.id, 0, row.owner, row.pipeline, row.type, row.source, row.campaign, row.customer, row.project,
              month_of(row.actual_close, row.planned_close), row.step, row.status},
             row.company_minor.value_or(0), row.probability, nullptr);
  }
  append(deltas);
}

PipelineChange::PipelineChange(Session& session, Id company, std::vector<Id> ids)
    : rollup_(session, company),
      sales_(session, company),
      ids_(std::move(ids)),
      before_(rollup_.of(ids_, true, &values_)) {}

void PipelineChange::done() {
  SalesValues values;
  PipelineDeltas deltas = rollup_.of(ids_, false, &values);
  for (const auto& [place, sums] : before_) add(deltas, place, sums, -1);
  drop_zeros(deltas);
  rollup_.append(deltas);
  sales_.moved(values_, values);
}

}  // namespace sales_leads::store
