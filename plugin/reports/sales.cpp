// SPDX-License-Identifier: Apache-2.0
#include "reports/sales.h"

#include <algorithm>
#include <array>

#include "reports/pivot.h"
#include "store/budget_store.h"

namespace sales_leads::reports {
namespace {

const std::vector<MeasureInfo> kMeasures = {{"offered"},
                                            {"ordered"},
                                            {"invoices"},
                                            {"credits"},
                                            {"invoiced"},
                                            {"budget", true, true},
                                            {"ordered_variance", true, true},
                                            {"variance", true, true}};

bool asks_for_budget(const Question& question) {
  return std::any_of(question.measures.begin(), question.measures.end(),
                     [](const MeasureInfo& info) { return info.name == "budget" || info.name.ends_with("variance"); });
}

/// A budget knows months, sellers with their groups, and types; a question along anything else has no answer in it.
void check_budget(const Question& question) {
  const Needs needs = question.needs();
  std::vector<Axis> axes{question.rows};
  if (question.columns) axes.push_back(*question.columns);
  for (const auto& [axis, keys] : question.filter) axes.push_back(axis);
  const bool other = needs.campaign || needs.customer || needs.project || needs.currency || needs.adjustment ||
                     std::any_of(axes.begin(), axes.end(), [](Axis axis) {
                       return axis == Axis::source || axis == Axis::step || axis == Axis::status;
                     });
  if (!other) return;
  throw Failure(
      Code::invalid_argument, "report.measures.invalid",
      "measures 'budget' goes with month, quarter, year, seller, group and type alone: leave it out, or choose "
      "another axis.");
}

/// The smallest table that has the columns.
std::string table_for(const Needs& needs) {
  if (needs.adjustment || needs.currency || needs.project ||
      (needs.customer && (needs.seller || needs.campaign || needs.opportunity)))
    return "sl_ledger";
  if (needs.customer) return "sl_rollup_customer";
  return needs.opportunity ? "sl_rollup_opportunity" : "sl_rollup_day";
}

/// With what the opportunity is today beside each row: joined there, so that a million of them need not be read here.
std::string facts(const Needs& needs) {
  const std::string table = table_for(needs);
  if (!needs.opportunity) return table;
  return "(select l.*, coalesce(o.type_id, 0) as type_id, coalesce(o.source_id, 0) as source_id, coalesce(o.step_id, "
         "0) as step_id, coalesce(o.status, '') as status from " +
         table + " l left join sl_opportunity o on o.id = l.opportunity_id and o.company_id = l.company_id) facts";
}

/// What one measure of the ledger adds to each measure asked for.
std::vector<std::int64_t> spread(const std::vector<MeasureInfo>& asked, const std::string& measure, std::int64_t sum) {
  std::vector<std::int64_t> values(asked.size(), 0);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::string& name = asked[i].name;
    const bool invoiced = measure == "invoices" || measure == "credits";
    if (name == measure || (invoiced && (name == "invoiced" || name == "variance"))) values[i] = sum;
    // What was reached less what was planned: below the budget is below zero.
    if (name == "ordered_variance" && measure == "ordered") values[i] = sum;
    if (name.ends_with("variance") && measure == "budget") values[i] = -sum;
  }
  return values;
}

/// A month counts where its first day lies within the question's days: a part of a month has no budget of its own.
void add_budget(const Context& context, const Question& question, Labels& labels, Pivot& pivot) {
  check_budget(question);
  store::BudgetStore store(context.session, context.company);
  const auto of = context.sees_all() ? std::nullopt : std::optional(context.employees);
  for (const auto& figure : store.figures(question.from, question.to, of)) {
    if (figure.minor == 0) continue;
    Place place{.seller = figure.employee, .type = figure.type};
    place.date = labels.member_day(figure.employee, static_cast<domain::Day>(figure.month));
    pivot.add(place, spread(question.measures, "budget", figure.minor));
  }
}

/// What the question asks for, gathered into its rows; `corrections`: of closed days alone.
boost::json::object gather(const Context& context, const Question& question, bool corrections) {
  Needs needs = question.needs();
  needs.adjustment = needs.adjustment || corrections;
  if (!context.sees_all()) needs.seller = true;
  const auto column = [](bool wanted, const char* name) { return wanted ? std::string(name) : "cast(0 as bigint)"; };
  const std::array columns = {column(needs.date, "effective_date"),
                              column(needs.seller, "seller_id"),
                              column(needs.campaign, "campaign_id"),
                              column(needs.customer, "customer_id"),
                              column(needs.project, "project_id"),
                              column(uses(question, Axis::type), "type_id"),
                              column(uses(question, Axis::source), "source_id"),
                              column(uses(question, Axis::step), "step_id"),
                              uses(question, Axis::status) ? std::string("status") : std::string("cast('' as text)"),
                              needs.currency ? std::string("currency") : std::string("cast('' as text)"),
                              std::string(needs.adjustment ? "corrects_date" : "cast(null as bigint)")};
  std::string selected, grouped;
  for (const std::string& one : columns) {
    selected += one + ", ";
    if (!one.starts_with("cast(")) grouped += one + ", ";
  }
  store::Params binds{{"company", context.company}};
  std::string where = " where company_id = :company";
  if (corrections) where += " and corrects_date is not null";
  if (question.from) {
    where += " and effective_date >= :first";
    binds.emplace_back("first", *question.from);
  }
  if (question.to) {
    where += " and effective_date <= :last";
    binds.emplace_back("last", *question.to);
  }
  if (!context.sees_all()) {
    where += " and " + context.session.in_ids("seller_id", "sellers");
    binds.emplace_back("sellers", context.session.ids_text(context.employees));
  }
  const std::string sql = "select " + selected + "measure, cast(sum(company_minor) as bigint) from " + facts(needs) +
                          where + " group by " + grouped + "measure";

  Labels labels(context);
  Pivot pivot(question, labels);
  if (!corrections && asks_for_budget(question)) add_budget(context, question, labels, pivot);
  for (auto& [date, seller, campaign, customer, project, type, source, step, status, currency, corrects, measure, sum] :
       context.session.query<Id, Id, Id, Id, Id, Id, Id, Id, std::string, std::string, std::optional<Id>, std::string,
                             std::int64_t>(sql, binds)) {
    if (sum == 0) continue;
    Place place{.seller = seller,
                .campaign = campaign,
                .customer = customer,
                .project = project,
                .type = type,
                .source = source,
                .step = step,
                .status = status,
                .currency = currency};
    if (needs.date) place.date = static_cast<domain::Day>(date);
    if (corrects) place.corrects = static_cast<domain::Day>(*corrects);
    pivot.add(place, spread(question.measures, measure, sum));
  }
  return pivot.json();
}

}  // namespace

boost::json::object sales(const Context& context, const boost::json::object& params) {
  Question question = read_question(params, "month", kMeasures);
  question.limit = read_limit(params);
  boost::json::object answer = gather(context, question, false);
  // What of these figures belongs to closed days of other months: always said, whatever the axes are.
  Question corrections = question;
  corrections.rows = Axis::adjustment;
  corrections.columns = Axis::month;
  corrections.limit = 0;
  answer["adjustments"] = gather(context, corrections, true).at("rows");
  return answer;
}

}  // namespace sales_leads::reports
