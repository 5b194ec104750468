// SPDX-License-Identifier: Apache-2.0
//
// The pipeline's sums as `work` keeps them: building, taking in what is appended, checking.
#include "store/bulk_columns.h"
#include "store/pipeline_rollup.h"
#include "store/read_snapshot.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

constexpr Int kSlice = 1'000;
constexpr const char* kDoneTo =
    "select done_to from sl_rollup_state where company_id = :company and rollup = 'pipeline'";

/// What a row means for each axis.
void spread(const PipelinePlace& place, const PipelineSums& sums, PipelineCells& cells) {
  PipelineCell cell{"", 0, place.month, place.step, place.status};
  const auto on = [&](const char* axis, Id id) {
    cell.axis = axis;
    cell.axis_id = id;
    add(cells, cell, sums);
  };
  if (place.of_shares != 0) return on("seller", place.owner);
  on("owner", place.owner);
  on("pipeline", place.pipeline);
  on("type", place.type);
  on("source", place.source);
  on("campaign", place.campaign);
  // These are many: by month and step they would be as many as the opportunities.
  cell.month = cell.step = 0;
  on("customer", place.customer);
  on("project", place.project);
  // Whatever the status: the largest of all are found without grouping.
  cell.status.clear();
  on("whole_customer", place.customer);
  on("whole_project", place.project);
}

std::string text_of(const PipelineCell& cell) {
  return cell.axis + " " + std::to_string(cell.axis_id) + " month " + std::to_string(cell.month) + " step " +
         std::to_string(cell.step) + " " + cell.status;
}

}  // namespace

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

std::vector<Id> PipelineRollup::ids_after(Id after, std::int64_t limit) {
  std::vector<Id> ids;
  for (const auto& [id] : session_.query<Id>(
           "select id from sl_opportunity where +company_id = :company and id > :after order by id limit :count",
           {{"company", company_}, {"after", after}, {"count", limit}})) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<Id> PipelineRollup::read_appended(std::int64_t limit, PipelineCells& cells) {
  std::vector<Id> ids;
  for (auto& [id, of_shares, owner, pipeline, type, source, campaign, customer, project, month, step, status, deals,
              once, amount, weighted] :
       session_.query<Id, Int, Id, Id, Id, Id, Id, Id, Id, Int, Id, std::string, Int, Int, Int, Int>(
           "select id, of_shares, owner_id, pipeline_id, type_id, source_id, campaign_id, customer_id, project_id, "
           "month, step_id, status, "
           "deals, "
           "deals_once, amount_minor, weighted_minor from sl_rollup_pipeline_delta where +company_id = :company order "
           "by id limit "
           ":count",
           {{"company", company_}, {"count", limit}})) {
    ids.push_back(id);
    spread({0, of_shares, owner, pipeline, type, source, campaign, customer, project, month, step, std::move(status)},
           {deals, once, amount, weighted}, cells);
  }
  return ids;
}

std::vector<Difference> PipelineRollup::compare(std::int64_t limit) {
  std::vector<Difference> differences;
  const ReadSnapshot snapshot(session_);
  const auto state = session_.first<Id>(kDoneTo, {{"company", company_}});
  if (!state || std::get<0>(*state) != kAllRolledUp) return differences;
  PipelineCells should_be, is;
  for (Id after = 0;;) {
    const auto ids = ids_after(after, kSlice);
    if (ids.empty()) break;
    after = ids.back();
    for (const auto& [place, sums] : of(ids)) spread(place, sums, should_be);
  }
  for (auto& [axis, id, month, step, status, deals, once, amount, weighted] :
       session_.query<std::string, Id, Int, Id, std::string, Int, Int, Int, Int>(
           "select axis, axis_id, month, step_id, status, deals, deals_once, amount_minor, weighted_minor from "
           "sl_rollup_pipeline where company_id = :company",
           {{"company", company_}})) {
    is[{std::move(axis), id, month, step, std::move(status)}] = {deals, once, amount, weighted};
  }
  read_appended(INT64_MAX, is);
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

std::optional<Id> PipelineRollup::take_state() {
  const char* lock = session_.backend() == Backend::postgresql ? " for update skip locked" : "";
  const auto state = session_.first<Id>(std::string(kDoneTo) + lock, {{"company", company_}});
  if (!state) return std::nullopt;
  return std::get<0>(*state);
}

/// The next opportunities, in one snapshot with what is appended of them, which they stand for.
bool PipelineRollup::build_slice() {
  see_one_state(session_);
  const auto done_to = take_state();
  if (!done_to || *done_to == kAllRolledUp) return false;
  const auto ids = ids_after(*done_to, kSlice);
  PipelineCells cells;
  for (const auto& [place, sums] : of(ids)) spread(place, sums, cells);
  move(cells);
  const bool more = static_cast<Int>(ids.size()) == kSlice;
  const Id to = more ? ids.back() : kAllRolledUp;
  session_.execute(
      "delete from sl_rollup_pipeline_delta where company_id = :company and opportunity_id > :after and opportunity_id "
      "<= :last",
      {{"company", company_}, {"after", *done_to}, {"last", to}});
  session_.execute("update sl_rollup_state set done_to = :done where company_id = :company and rollup = 'pipeline'",
                   {{"done", to}, {"company", company_}});
  return more;
}

/// Rows are read and go by their ids: one that is committed meanwhile is left for the next time.
bool PipelineRollup::take_in() {
  const auto done_to = take_state();
  if (!done_to || *done_to != kAllRolledUp) return false;
  PipelineCells cells;
  const auto ids = read_appended(kSlice, cells);
  move(cells);
  session_.execute("delete from sl_rollup_pipeline_delta where " + session_.in_ids("id", "ids"),
                   {{"ids", session_.ids_text(ids)}});
  return static_cast<Int>(ids.size()) == kSlice;
}

bool PipelineRollup::work_off(Database& database, Id company, std::int64_t appended) {
  Id done_to = 0;
  {
    const Lease session = database.lease();
    const auto state = session->first<Id>(kDoneTo, {{"company", company}});
    if (!state) {
      session->execute(
          "insert into sl_rollup_state (company_id, rollup, done_to) values (:company, 'pipeline', 0) on conflict do "
          "nothing",
          {{"company", company}});
      return true;
    }
    done_to = std::get<0>(*state);
    if (done_to == kAllRolledUp &&
        !session->first<Id>(
            "select id from sl_rollup_pipeline_delta where company_id = :company limit 1 offset :before",
            {{"company", company}, {"before", appended - 1}}))
      return false;
  }
  return in_transaction(database, [&](Session& session) {
    PipelineRollup rollup(session, company);
    return done_to == kAllRolledUp ? rollup.take_in() : rollup.build_slice();
  });
}

void PipelineRollup::rebuild(Database& database, Id company) {
  work_off(database, company);  // a row of the state there must be
  in_transaction(database, [&](Session& session) {
    session.execute("update sl_rollup_state set done_to = 0 where company_id = :company and rollup = 'pipeline'",
                    {{"company", company}});
    session.execute("delete from sl_rollup_pipeline where company_id = :company", {{"company", company}});
  });
  while (work_off(database, company)) {
  }
}

}  // namespace sales_leads::store
