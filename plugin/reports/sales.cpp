// SPDX-License-Identifier: Apache-2.0
#include "reports/sales.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "reports/pivot.h"
#include "store/budget_store.h"

namespace sales_leads::reports {
namespace {

const std::vector<MeasureInfo> kMeasures = {{"offered"}, {"ordered"},  {"invoices"},
                                            {"credits"}, {"invoiced"}, {"budget", true, true}};

bool asks_for_budget(const Question& question) {
  return std::any_of(question.measures.begin(), question.measures.end(),
                     [](const MeasureInfo& info) { return info.name == "budget"; });
}

/// A budget knows months, sellers with their groups, and types; a question along anything else has no answer in it.
void check_budget(const Question& question) {
  const Needs needs = question.needs();
  std::vector<Axis> axes{question.rows};
  if (question.columns) axes.push_back(*question.columns);
  for (const auto& [axis, keys] : question.filter) axes.push_back(axis);
  const bool other = needs.campaign || needs.customer || needs.project || needs.adjustment ||
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
  if (needs.adjustment || needs.project || (needs.customer && (needs.seller || needs.campaign || needs.opportunity)))
    return "sl_ledger";
  if (needs.customer) return "sl_rollup_customer";
  return needs.opportunity ? "sl_rollup_opportunity" : "sl_rollup_day";
}

struct Traits {
  Id type = 0, source = 0, step = 0;
  std::string status;
};

/// Today's type, source, step and status of the company's opportunities.
std::unordered_map<Id, Traits> opportunity_traits(const Context& context) {
  std::unordered_map<Id, Traits> traits;
  for (auto& [id, type, source, step, status] : context.session.query<Id, Id, Id, Id, std::string>(
           "select id, type_id, source_id, step_id, status from sl_opportunity where company_id = :company",
           {{"company", context.company}})) {
    traits[id] = {type, source, step, std::move(status)};
  }
  return traits;
}

/// What one measure of the ledger adds to each measure asked for.
std::vector<std::int64_t> spread(const std::vector<MeasureInfo>& asked, const std::string& measure, std::int64_t sum) {
  std::vector<std::int64_t> values(asked.size(), 0);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const bool counts =
        asked[i].name == measure || (asked[i].name == "invoiced" && (measure == "invoices" || measure == "credits"));
    if (counts) values[i] = sum;
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
                              column(needs.opportunity, "opportunity_id"),
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
  const std::string sql = "select " + selected + "measure, cast(sum(company_minor) as bigint) from " +
                          table_for(needs) + where + " group by " + grouped + "measure";

  std::unordered_map<Id, Traits> traits;
  if (needs.opportunity) traits = opportunity_traits(context);
  Labels labels(context);
  Pivot pivot(question, labels);
  if (!corrections && asks_for_budget(question)) add_budget(context, question, labels, pivot);
  for (auto& [date, seller, campaign, customer, project, opportunity, corrects, measure, sum] :
       context.session.query<Id, Id, Id, Id, Id, Id, std::optional<Id>, std::string, std::int64_t>(sql, binds)) {
    if (sum == 0) continue;
    Place place{.seller = seller, .campaign = campaign, .customer = customer, .project = project};
    if (needs.date) place.date = static_cast<domain::Day>(date);
    if (corrects) place.corrects = static_cast<domain::Day>(*corrects);
    if (const auto found = traits.find(opportunity); found != traits.end()) {
      place.type = found->second.type;
      place.source = found->second.source;
      place.step = found->second.step;
      place.status = found->second.status;
    }
    pivot.add(place, spread(question.measures, measure, sum));
  }
  return pivot.json();
}

}  // namespace

boost::json::object sales(const Context& context, const boost::json::object& params) {
  const Question question = read_question(params, "month", kMeasures);
  boost::json::object answer = gather(context, question, false);
  // What of these figures belongs to closed days of other months: always said, whatever the axes are.
  Question corrections = question;
  corrections.rows = Axis::adjustment;
  corrections.columns = Axis::month;
  answer["adjustments"] = gather(context, corrections, true).at("rows");
  return answer;
}

}  // namespace sales_leads::reports
