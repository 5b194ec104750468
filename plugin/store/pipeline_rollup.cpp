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

constexpr Id kAll = INT64_MAX;
constexpr Int kSlice = 1'000;

struct Deal {
  Id owner = 0, type = 0, source = 0, campaign = 0, step = 0;
  std::string status;
  MaybeInt planned, actual;
  Int amount = 0, probability = 0;
};
struct Shares {
  std::vector<Id> sellers;
  std::vector<Int> weights;
};

void add(PipelineCells& cells, const PipelineCell& cell, const PipelineSums& sums, Int sign = 1) {
  PipelineSums& own = cells[cell];
  own.deals += sign * sums.deals;
  own.deals_once += sign * sums.deals_once;
  own.amount += sign * sums.amount;
  own.weighted += sign * sums.weighted;
}

void add(PipelineCells& cells, const Deal& deal, const Shares* shares) {
  const MaybeInt date = deal.actual ? deal.actual : deal.planned;
  PipelineCell cell{"type", deal.type, date ? month_number(static_cast<domain::Day>(*date)) : 0, deal.step,
                    deal.status};
  const Int weighted = domain::weighted(deal.amount, deal.probability, deal.status);
  const PipelineSums whole{1, 1, deal.amount, weighted};
  add(cells, cell, whole);
  cell.axis = "source";
  cell.axis_id = deal.source;
  add(cells, cell, whole);
  cell.axis = "campaign";
  cell.axis_id = deal.campaign;
  add(cells, cell, whole);
  cell.axis = "seller";
  cell.axis_id = deal.owner;
  if (shares == nullptr) {
    add(cells, cell, whole);
    return;
  }
  const auto amounts = domain::largest_remainder(deal.amount, shares->weights);
  const auto weights = domain::largest_remainder(weighted, shares->weights);
  for (std::size_t i = 0; i < shares->sellers.size(); ++i) {
    cell.axis_id = shares->sellers[i];
    add(cells, cell, {1, i == 0 ? 1 : 0, amounts[i], weights[i]});
  }
}

void drop_zeros(PipelineCells& cells) {
  std::erase_if(cells, [](const auto& entry) { return entry.second == PipelineSums{}; });
}

std::string text_of(const PipelineCell& cell) {
  return cell.axis + " " + std::to_string(cell.axis_id) + " month " + std::to_string(cell.month) + " step " +
         std::to_string(cell.step) + " " + cell.status;
}

bool is_postgresql(const Session& session) { return session.backend() == Backend::postgresql; }

}  // namespace

std::int64_t month_number(domain::Day day) {
  const domain::CivilDate date = domain::civil_date(day);
  return static_cast<std::int64_t>(date.year) * 100 + date.month;
}

bool PipelineRollup::complete() {
  const auto row =
      session_.first<Id>("select done_to from sl_rollup_state where company_id = :company and rollup = 'pipeline'",
                         {{"company", company_}});
  return row && std::get<0>(*row) == kAll;
}

Id PipelineRollup::held_to() {
  if (is_postgresql(session_)) return 0;
  const auto row =
      session_.first<Id>("select done_to from sl_rollup_state where company_id = :company and rollup = 'pipeline'",
                         {{"company", company_}});
  return row ? std::get<0>(*row) : 0;
}

PipelineCells PipelineRollup::of(const std::vector<Id>& ids) {
  PipelineCells cells;
  if (ids.empty()) return cells;
  const Params params{{"company", company_}, {"ids", session_.ids_text(ids)}};
  std::map<Id, Deal> deals;
  for (auto& [id, owner, type, source, campaign, step, status, planned, actual, amount, probability] :
       session_.query<Id, Id, Id, Id, Id, Id, std::string, MaybeInt, MaybeInt, MaybeInt, Int>(
           "select id, owner_id, type_id, source_id, campaign_id, step_id, status, planned_close, actual_close, "
           "company_minor, probability from sl_opportunity where +company_id = :company and archived = 0 and " +
               session_.in_ids("id", "ids"),
           params)) {
    deals[id] = {owner,      type, source, campaign, step, std::move(status), planned, actual, amount.value_or(0),
                 probability};
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
  for (const auto& [id, deal] : deals) {
    const auto own = shares.find(id);
    add(cells, deal, own == shares.end() ? nullptr : &own->second);
  }
  return cells;
}

void PipelineRollup::move(const PipelineCells& deltas) {
  std::vector<std::pair<PipelineCell, PipelineSums>> rows;
  for (const auto& entry : deltas) {
    if (entry.second != PipelineSums{}) rows.emplace_back(entry);
  }
  if (rows.empty()) return;
  Texts axes, statuses;
  Integers ids, months, steps, deals, once, amounts, weighted;
  for (const auto& [cell, sums] : rows) {
    axes.push_back(cell.axis);
    ids.push_back(cell.axis_id);
    months.push_back(cell.month);
    steps.push_back(cell.step);
    statuses.push_back(cell.status);
    deals.push_back(sums.deals);
    once.push_back(sums.deals_once);
    amounts.push_back(sums.amount);
    weighted.push_back(sums.weighted);
  }
  session_.bulk("sl_rollup_pipeline",
                {constant("company_id", rows, company_),
                 {"axis", std::move(axes)},
                 {"axis_id", std::move(ids)},
                 {"month", std::move(months)},
                 {"step_id", std::move(steps)},
                 {"status", std::move(statuses)},
                 {"deals", std::move(deals)},
                 {"deals_once", std::move(once)},
                 {"amount_minor", std::move(amounts)},
                 {"weighted_minor", std::move(weighted)}},
                "on conflict (company_id, axis, axis_id, month, step_id, status) do update set deals = t.deals + "
                "excluded.deals, deals_once = t.deals_once + excluded.deals_once, amount_minor = t.amount_minor + "
                "excluded.amount_minor, weighted_minor = t.weighted_minor + excluded.weighted_minor");
}

void PipelineRollup::added(const std::vector<OpportunityRow>& rows) {
  const Id to = held_to();
  PipelineCells cells;
  for (const OpportunityRow& row : rows) {
    if (row.id > to || row.archived) continue;
    add(cells,
        Deal{row.owner, row.type, row.source, row.campaign, row.step, row.status, row.planned_close, row.actual_close,
             row.company_minor.value_or(0), row.probability},
        nullptr);
  }
  move(cells);
}

std::vector<Id> PipelineRollup::ids_after(Id after, std::int64_t limit) {
  std::vector<Id> ids;
  for (const auto& [id] : session_.query<Id>(
           "select id from sl_opportunity where +company_id = :company and id > :after order by id limit :count",
           {{"company", company_}, {"after", after}, {"count", limit}})) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<Difference> PipelineRollup::compare(std::int64_t limit) {
  std::vector<Difference> differences;
  const Transaction transaction(session_, Begin::reading);  // given up at the end: it only reads
  if (!complete()) return differences;
  PipelineCells should_be, is;
  for (Id after = 0;;) {
    const auto ids = ids_after(after, kSlice);
    if (ids.empty()) break;
    after = ids.back();
    for (const auto& [cell, sums] : of(ids)) add(should_be, cell, sums);
  }
  for (auto& [axis, id, month, step, status, deals, once, amount, weighted] :
       session_.query<std::string, Id, Int, Id, std::string, Int, Int, Int, Int>(
           "select axis, axis_id, month, step_id, status, deals, deals_once, amount_minor, weighted_minor from "
           "sl_rollup_pipeline where company_id = :company",
           {{"company", company_}})) {
    is[{std::move(axis), id, month, step, std::move(status)}] = {deals, once, amount, weighted};
  }
  PipelineCells wrong = should_be;
  for (const auto& [cell, sums] : is) add(wrong, cell, sums, -1);
  drop_zeros(wrong);
  for (const auto& [cell, sums] : wrong) {
    if (static_cast<std::int64_t>(differences.size()) >= limit) break;
    // The amount, or where that is right the number of deals.
    const auto figure = [&, &difference = sums](const PipelineSums& one) {
      return difference.amount != 0 ? one.amount : difference.weighted != 0 ? one.weighted : one.deals;
    };
    differences.push_back({"rollup_pipeline", text_of(cell), figure(is[cell]), figure(should_be[cell])});
  }
  return differences;
}

bool PipelineRollup::build(Database& database, Id company) {
  return in_transaction(database, [&](Session& session) {
    if (is_postgresql(session)) return false;
    const auto state =
        session.first<Id>("select done_to from sl_rollup_state where company_id = :company and rollup = 'pipeline'",
                          {{"company", company}});
    if (!state) {
      session.execute(
          "insert into sl_rollup_state (company_id, rollup, done_to) values (:company, 'pipeline', 0) on conflict do "
          "nothing",
          {{"company", company}});
      return true;
    }
    const Id done_to = std::get<0>(*state);
    if (done_to == kAll) return false;
    PipelineRollup rollup(session, company);
    const auto ids = rollup.ids_after(done_to, kSlice);
    rollup.move(rollup.of(ids));
    const bool more = static_cast<Int>(ids.size()) == kSlice;
    session.execute("update sl_rollup_state set done_to = :done where company_id = :company and rollup = 'pipeline'",
                    {{"done", more ? ids.back() : kAll}, {"company", company}});
    return more;
  });
}

void PipelineRollup::rebuild(Database& database, Id company) {
  while (build(database, company)) {  // a row of the state there must be
  }
  in_transaction(database, [&](Session& session) {
    session.execute("update sl_rollup_state set done_to = 0 where company_id = :company and rollup = 'pipeline'",
                    {{"company", company}});
    session.execute("delete from sl_rollup_pipeline where company_id = :company", {{"company", company}});
  });
  while (build(database, company)) {
  }
}

PipelineChange::PipelineChange(Session& session, Id company, std::vector<Id> ids)
    : rollup_(session, company), ids_(std::move(ids)) {
  if (ids_.empty()) return;
  const Id to = rollup_.held_to();
  std::erase_if(ids_, [to](Id id) { return id > to; });
  before_ = rollup_.of(ids_);
}

void PipelineChange::done() {
  if (ids_.empty()) return;
  PipelineCells deltas = rollup_.of(ids_);
  for (const auto& [cell, sums] : before_) add(deltas, cell, sums, -1);
  rollup_.move(deltas);
}

}  // namespace sales_leads::store
