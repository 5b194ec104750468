// SPDX-License-Identifier: Apache-2.0
#include "store/pipeline_sums.h"

#include <set>

#include "store/largest.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

constexpr const char* kSums = "deals, deals_once, amount_minor, weighted_minor";

/// What is appended, as cells of the axis.
std::string appended_on(const std::string& axis) {
  const bool sellers = axis == "seller", many = axis == "customer" || axis == "project";
  return "select " + std::string(sellers ? "owner" : axis) + "_id as axis_id, " +
         (many ? "cast(0 as bigint) as month, cast(0 as bigint) as step_id" : "month, step_id") + ", status, " + kSums +
         " from sl_rollup_pipeline_delta where company_id = :company" + (sellers ? "" : " and of_shares = 0");
}

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
  std::string selected, grouped, column_of_id = "axis_id";
  if (question.apart) {
    column_of_id = "case when " + session.in_many_ids("axis_id", "apart") + " then axis_id else -1 end";
    params.emplace_back("apart", session.ids_text(*question.apart));
  }
  int place = 1;  // in what is selected
  const auto column = [&](bool wanted, const std::string& name, const char* otherwise) {
    ++place;
    selected += (wanted ? name : otherwise) + ", ";
    if (wanted) grouped += (grouped.empty() ? " group by " : ", ") + std::to_string(place);
  };
  column(question.by_axis, column_of_id, "cast(0 as bigint)");
  column(question.by_month, "month", "cast(0 as bigint)");
  column(question.by_step, "step_id", "cast(0 as bigint)");
  column(question.by_status, "status", "''");

  // Sellers: what owners have, and what shares change in it.
  const bool sellers = question.axis == "seller";
  const std::string appended = appended_on(question.axis);
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

namespace {

/// The top of what the statement tells; whether it told a row of its own (2), too.
std::pair<PipelineTop, bool> read_top(Session& session, const std::string& sql, const Params& params,
                                      const std::vector<Id>& apart) {
  const std::set<Id> set_apart(apart.begin(), apart.end());
  std::pair<PipelineTop, bool> found;
  auto& [top, complete] = found;
  for (const auto& [one, id, deals, amount, weighted] : session.query<Int, Id, Int, Int, Int>(sql, params)) {
    const PipelineSums sums{deals, deals, amount, weighted};
    if (one == 2) {
      complete = true;
    } else if (one == 0) {
      top.others += id;
      add(top.of_others, sums, 1);
    } else {
      top.told.emplace_back(id, sums);
      if (set_apart.contains(id)) continue;
      --top.others;
      add(top.of_others, sums, -1);
    }
  }
  return found;
}

}  // namespace

std::optional<PipelineTop> largest_pipeline(Session& session, Id company, const std::string& axis,
                                            const std::vector<std::string>& statuses, const std::string& by, Int most,
                                            const std::vector<Id>& apart) {
  const bool of_some = !statuses.empty();
  Params params{
      {"company", company}, {"axis", of_some ? axis : "whole_" + axis}, {"most", most}, {"built", kAllRolledUp}};
  if (!apart.empty()) params.emplace_back("apart", session.ids_text(apart));
  std::string narrowed;
  if (of_some) {
    narrowed = " and " + session.in_texts("status", "statuses");
    params.emplace_back("statuses", session.texts_text(statuses));
  }
  const std::string sums =
      "select axis_id, cast(sum(deals) as bigint) as deals, cast(sum(amount_minor) as bigint) as amount, "
      "cast(sum(weighted_minor) as bigint) as weighted from ";
  const std::string rows = "sl_rollup_pipeline where company_id = :company and axis = :axis";
  const Largest largest{"sl_rollup_pipeline",
                        of_some
                            ? sums + rows + narrowed + " group by axis_id"
                            : "select axis_id, deals, amount_minor as amount, weighted_minor as weighted from " + rows,
                        sums + "(" + appended_on(axis) + narrowed + ") beside group by axis_id",
                        {"deals", "amount", "weighted"},
                        "deals <> 0",
                        by};
  auto [top, complete] =
      read_top(session,
               largest_of(session, largest, !apart.empty()) +
                   " union all select 2, 0, 0, 0, 0 from sl_rollup_state where company_id = :company and rollup = "
                   "'pipeline' and done_to = :built",
               params, apart);
  if (!complete) return std::nullopt;
  return std::move(top);
}

PipelineTop largest_of_select(Session& session, const std::string& select, Params params, const std::string& by,
                              Int most, const std::vector<Id>& apart) {
  params.emplace_back("most", most);
  if (!apart.empty()) params.emplace_back("apart", session.ids_text(apart));
  const Largest largest{"", select, "", {"deals", "amount", "weighted"}, "deals <> 0", by};
  return read_top(session, largest_of(session, largest, !apart.empty()), params, apart).first;
}

}  // namespace sales_leads::store
