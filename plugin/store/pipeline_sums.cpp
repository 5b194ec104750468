// SPDX-License-Identifier: Apache-2.0
#include "store/pipeline_sums.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

constexpr const char* kSums = "deals, deals_once, amount_minor, weighted_minor";

}  // namespace

std::optional<std::vector<std::pair<PipelineCell, PipelineSums>>> pipeline_sums(Session& session, Id company,
                                                                                const PipelineSumsQuestion& question) {
  Params params{{"company", company}, {"axis", question.axis}, {"built", kAllRolledUp}};
  std::string narrowed;
  const auto narrow = [&](const std::string& condition) { narrowed += " and " + condition; };
  if (question.first_month || question.last_month) narrow("month > 0");
  if (question.first_month) {
    narrow("month >= :first");
    params.emplace_back("first", *question.first_month);
  }
  if (question.last_month) {
    narrow("month <= :last");
    params.emplace_back("last", *question.last_month);
  }
  if (!question.axis_ids.empty()) {
    narrow(session.in_ids("axis_id", "axis_ids"));
    params.emplace_back("axis_ids", session.ids_text(question.axis_ids));
  }
  if (!question.steps.empty()) {
    narrow(session.in_ids("step_id", "steps"));
    params.emplace_back("steps", session.ids_text(question.steps));
  }
  if (!question.statuses.empty()) {
    narrow(session.in_texts("status", "statuses"));
    params.emplace_back("statuses", session.texts_text(question.statuses));
  }
  std::string selected, grouped;
  const auto column = [&](bool wanted, const char* name, const char* otherwise) {
    selected += std::string(wanted ? name : otherwise) + ", ";
    if (wanted) grouped += (grouped.empty() ? " group by " : ", ") + std::string(name);
  };
  column(question.by_axis, "axis_id", "cast(0 as bigint)");
  column(question.by_month, "month", "cast(0 as bigint)");
  column(question.by_step, "step_id", "cast(0 as bigint)");
  column(question.by_status, "status", "''");

  // Sellers: what owners have, and what shares change in it.
  const bool sellers = question.axis == "seller";
  const std::string own = sellers ? "owner" : question.axis;
  const std::string appended = "select " + own + "_id as axis_id, month, step_id, status, " + kSums +
                               " from sl_rollup_pipeline_delta where company_id = :company" +
                               (sellers ? "" : " and of_shares = 0");
  const std::string kept = std::string("select axis_id, month, step_id, status, ") + kSums +
                           " from sl_rollup_pipeline where company_id = :company and axis ";
  const std::string sql =
      "select 1, " + selected +
      "cast(coalesce(sum(deals), 0) as bigint), cast(coalesce(sum(deals_once), 0) as bigint), cast(coalesce("
      "sum(amount_minor), 0) as bigint), cast(coalesce(sum(weighted_minor), 0) as bigint) from (" +
      kept + (sellers ? "in ('owner', :axis)" : "= :axis") + narrowed + " union all select * from (" + appended +
      ") pending where 1 = 1" + narrowed + ") cells" + grouped +
      " union all select 0, 0, 0, 0, '', 0, 0, 0, 0 from sl_rollup_state where company_id = :company and rollup = "
      "'pipeline' and done_to = :built";
  std::vector<std::pair<PipelineCell, PipelineSums>> cells;
  bool complete = false;
  for (auto& [is_cell, id, month, step, status, deals, once, amount, weighted] :
       session.query<Int, Id, Int, Id, std::string, Int, Int, Int, Int>(sql, params)) {
    if (is_cell == 0) {
      complete = true;
    } else if (deals != 0) {
      cells.push_back({{question.axis, id, month, step, std::move(status)}, {deals, once, amount, weighted}});
    }
  }
  if (!complete) return std::nullopt;
  return cells;
}

}  // namespace sales_leads::store
