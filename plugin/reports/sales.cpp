// SPDX-License-Identifier: Apache-2.0
#include "reports/sales.h"

#include <algorithm>
#include <array>

#include "reports/pivot.h"
#include "reports/seller_months.h"
#include "reports/slices.h"
#include "store/budget_store.h"
#include "store/pipeline_rollup.h"
#include "store/read_snapshot.h"
#include "store/sales_sums.h"

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
  store::BudgetStore store(context.session, context.company);
  const auto of = context.sees_all() ? std::nullopt : std::optional(context.employees);
  for (const auto& figure : store.figures(question.from, question.to, of)) {
    if (figure.minor == 0) continue;
    Place place{.seller = figure.employee, .type = figure.type};
    place.date = labels.member_day(figure.employee, static_cast<domain::Day>(figure.month));
    pivot.add(place, spread(question.measures, "budget", figure.minor));
  }
}

using Int = std::int64_t;
using store::SalesAxis;

/// The one axis that the question hangs on, if there are sums by it and the caller may see them.
std::optional<SalesAxis> summed_axis(const Context& context, const Question& question) {
  std::optional<SalesAxis> chosen;
  std::vector<Axis> axes{question.rows};
  if (question.columns) axes.push_back(*question.columns);
  for (const auto& [axis, keys] : question.filter) axes.push_back(axis);
  if (!context.sees_all()) axes.push_back(Axis::seller);
  for (const Axis axis : axes) {
    std::optional<SalesAxis> own;
    if (axis == Axis::currency || axis == Axis::adjustment) return std::nullopt;
    if (axis == Axis::seller || axis == Axis::group) own = SalesAxis::seller;
    if (axis == Axis::campaign || axis == Axis::medium) own = SalesAxis::campaign;
    if (axis == Axis::type) own = SalesAxis::type;
    if (axis == Axis::source) own = SalesAxis::source;
    if (axis == Axis::step) own = SalesAxis::step;
    if (axis == Axis::status) own = SalesAxis::status;
    if (axis == Axis::customer) own = SalesAxis::customer;
    if (axis == Axis::project) own = SalesAxis::project;
    if (!own || own == chosen) continue;
    if (chosen) return std::nullopt;
    chosen = own;
  }
  // Of these there are sums of all time alone.
  if ((chosen == SalesAxis::customer || chosen == SalesAxis::project) &&
      (question.needs().date || question.from || question.to)) {
    return std::nullopt;
  }
  return chosen.value_or(SalesAxis::status);  // the shortest of them
}

/// What the question asks for, gathered into its rows; `corrections`: of closed days alone.
class Gathering {
 public:
  Gathering(const Context& context, const Question& question, Labels& labels, Pivot& pivot)
      : context_(context), question_(question), labels_(labels), pivot_(pivot), needs_(question.needs()) {
    if (!context.sees_all()) needs_.seller = true;
  }

  /// All of it out of the sums by month, but for what is not whole months or has no one group; false where there are no
  /// such sums.
  bool add_sums(SalesAxis axis) {
    store::SalesSumsQuestion asked;
    asked.axis = axis;
    asked.by_month = needs_.date;
    asked.by_axis = axis != SalesAxis::status || uses(question_, Axis::status);
    if (!narrow(axis, asked)) return true;  // nobody
    std::optional<domain::Day> from = question_.from, to = question_.to;
    std::vector<std::pair<std::optional<domain::Day>, std::optional<domain::Day>>> edges;
    if (from && domain::civil_date(*from).day != 1) {
      const domain::Day next = domain::add_months(first_of(store::month_number(*from)), 1);
      edges.emplace_back(from, to ? std::min(*to, next - 1) : next - 1);
      from = next;
    }
    if (to && domain::civil_date(*to + 1).day != 1 && (!from || *to >= *from)) {
      const domain::Day first = first_of(store::month_number(*to));
      edges.emplace_back(first, to);
      to = first - 1;
    }
    SellerMonths mixed, by_day;
    if (uses(question_, Axis::group)) mixed = mixed_months(context_);
    if (!from || !to || *from <= *to) {
      if (from) asked.first_month = store::month_number(*from);
      if (to) asked.last_month = store::month_number(*to);
      const auto cells = store::sales_sums(context_.session, context_.company, asked);
      if (!cells) return false;
      for (const auto& [cell, sums] : *cells) {
        if (mixed.contains({cell.axis_id, cell.month})) {
          by_day.emplace(cell.axis_id, cell.month);
        } else {
          put(place_of(axis, cell), sums);
        }
      }
    }
    for (const auto& [first, last] : edges) add_days(first, last, nullptr);
    if (!by_day.empty()) {
      const auto [first, last] = days_of(by_day);
      add_days(first, last, &by_day);
    }
    return true;
  }

  /// Out of the smallest table that has the columns; of these sellers and months alone.
  void add_days(std::optional<domain::Day> from, std::optional<domain::Day> to, const SellerMonths* only,
                bool corrections = false);

 private:
  void add_rows(const std::string& sql, const store::Params& binds, const Needs& needs, const SellerMonths* only);
  /// Whose sums are wanted; false: nobody's.
  bool narrow(SalesAxis axis, store::SalesSumsQuestion& asked) {
    if (!context_.sees_all()) asked.axis_ids = context_.employees;
    if (axis != SalesAxis::customer && axis != SalesAxis::project)
      return context_.sees_all() || !context_.employees.empty();
    std::vector<Sieve> sieves;
    for (const auto& [one, keys] : question_.filter) sieves.emplace_back(one, keys, labels_);
    for (const Picked& picked : question_.picked) {
      if (!picked.others) sieves.emplace_back(picked, labels_);
    }
    for (const Sieve& sieve : sieves) {
      const auto& ids = sieve.named();
      asked.axis_ids =
          axis == SalesAxis::customer ? labels_.standing_for(ids) : std::vector<Id>(ids.begin(), ids.end());
      if (asked.axis_ids->empty()) return false;
    }
    return true;
  }

  static Place place_of(SalesAxis axis, const store::SalesCell& cell) {
    Place place;
    if (cell.month != 0) place.date = first_of(cell.month);
    switch (axis) {
      case SalesAxis::seller:
        place.seller = cell.axis_id;
        break;
      case SalesAxis::campaign:
        place.campaign = cell.axis_id;
        break;
      case SalesAxis::type:
        place.type = cell.axis_id;
        break;
      case SalesAxis::source:
        place.source = cell.axis_id;
        break;
      case SalesAxis::step:
        place.step = cell.axis_id;
        break;
      case SalesAxis::status:
        place.status = store::status_of(cell.axis_id);
        break;
      case SalesAxis::customer:
        place.customer = cell.axis_id;
        break;
      case SalesAxis::project:
        place.project = cell.axis_id;
        break;
    }
    return place;
  }

  void put(const Place& place, const store::SalesSums& sums) {
    const auto put_one = [&](const char* measure, Int sum) {
      if (sum != 0) pivot_.add(place, spread(question_.measures, measure, sum));
    };
    put_one("offered", sums.offered);
    put_one("ordered", sums.ordered);
    put_one("invoices", sums.invoices);
    put_one("credits", sums.credits);
  }

  const Context& context_;
  const Question& question_;
  Labels& labels_;
  Pivot& pivot_;
  Needs needs_;
};

void Gathering::add_days(std::optional<domain::Day> from, std::optional<domain::Day> to, const SellerMonths* only,
                         bool corrections) {
  Needs needs = needs_;
  needs.adjustment = needs.adjustment || corrections;
  const auto column = [](bool wanted, const std::string& name) { return wanted ? name : "cast(0 as bigint)"; };
  store::Params binds{{"company", context_.company}};
  std::string customer_column = "customer_id", project_column = "project_id";
  for (const auto& [axis, told] : question_.told) {
    std::string& name = axis == Axis::customer ? customer_column : project_column;
    name = told_column(context_.session, name, axis, told, labels_, binds);
  }
  const std::array columns = {column(needs.date, "effective_date"),
                              column(needs.seller, "seller_id"),
                              column(needs.campaign, "campaign_id"),
                              column(needs.customer, customer_column),
                              column(needs.project, project_column),
                              column(uses(question_, Axis::type), "type_id"),
                              column(uses(question_, Axis::source), "source_id"),
                              column(uses(question_, Axis::step), "step_id"),
                              uses(question_, Axis::status) ? std::string("status") : std::string("cast('' as text)"),
                              needs.currency ? std::string("currency") : std::string("cast('' as text)"),
                              std::string(needs.adjustment ? "corrects_date" : "cast(null as bigint)")};
  std::string selected, grouped;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    selected += columns[i] + ", ";
    if (!columns[i].starts_with("cast(")) grouped += std::to_string(i + 1) + ", ";
  }
  // Corrections are few and have an index of their own; by that of the company all its rows would be looked at.
  std::string where =
      corrections ? " where +company_id = :company and corrects_date is not null" : " where company_id = :company";
  // Days, and corrections, have an index; the tables by day have the measure before it in their keys.
  const std::string table = table_for(needs);
  const bool by_day = table != "sl_ledger" && !corrections;
  const std::vector<Slice> every =
      by_day                         ? day_slices(context_.session, context_.company, table, groups_many(question_))
      : !from && !to && !corrections ? slices(context_.session, table, groups_many(question_))
                                     : std::vector<Slice>{kWhole};
  if (from || to || (by_day && every.size() > 1)) {
    where += " and measure in ('offered', 'ordered', 'invoices', 'credits')";
  }
  if (from) {
    where += " and effective_date >= :first";
    binds.emplace_back("first", *from);
  }
  if (to) {
    where += " and effective_date <= :last";
    binds.emplace_back("last", *to);
  }
  std::vector<Id> sellers;
  if (!context_.sees_all()) {
    sellers = context_.employees;
  } else if (only != nullptr) {
    sellers = sellers_of(*only);
  }
  if (!context_.sees_all() || only != nullptr) {
    where += " and " + context_.session.in_ids("seller_id", "sellers");
    binds.emplace_back("sellers", context_.session.ids_text(sellers));
  }
  for (const Slice& slice : every) {
    if ((from && slice.last < *from) || (to && slice.after >= *to)) continue;
    store::Params of_slice = binds;
    const std::string sliced = where + within(slice, by_day ? "effective_date" : "id", of_slice);
    add_rows("select " + selected + "measure, cast(sum(company_minor) as bigint) from " + facts(needs) + sliced +
                 " group by " + grouped + "measure",
             of_slice, needs, only);
  }
}

void Gathering::add_rows(const std::string& sql, const store::Params& binds, const Needs& needs,
                         const SellerMonths* only) {
  for (auto& [date, seller, campaign, customer, project, type, source, step, status, currency, corrects, measure, sum] :
       context_.session.query<Id, Id, Id, Id, Id, Id, Id, Id, std::string, std::string, std::optional<Id>, std::string,
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
    if (only != nullptr && !only->contains({seller, store::month_number(static_cast<domain::Day>(date))})) continue;
    pivot_.add(place, spread(question_.measures, measure, sum));
  }
}

/// Rows of customers or projects alone: the database itself tells the largest. Nothing where there are no such sums.
std::optional<boost::json::object> largest(const Context& context, const Question& question, SalesAxis axis,
                                           Labels& labels) {
  const bool customers = axis == SalesAxis::customer;
  if ((!customers && axis != SalesAxis::project) || question.columns || !question.filter.empty() ||
      !question.picked.empty() || question.limit <= 0) {
    return std::nullopt;
  }
  const auto top = store::largest_sales(context.session, context.company, axis, question.measures.front().name,
                                        question.limit, customers ? labels.merged_customers() : std::vector<Id>{});
  if (!top) return std::nullopt;
  Pivot pivot(question, labels);
  const auto all = [&](const store::SalesSums& sums) {
    std::vector<Int> values(question.measures.size(), 0);
    for (const auto& [measure, sum] : {std::pair{"offered", sums.offered}, std::pair{"ordered", sums.ordered},
                                       std::pair{"invoices", sums.invoices}, std::pair{"credits", sums.credits}}) {
      const auto own = spread(question.measures, measure, sum);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += own[i];
    }
    return values;
  };
  for (const auto& [id, sums] : top->told) pivot.add({.customer = id, .project = id}, all(sums));
  pivot.add_others(top->others, all(top->of_others));
  return pivot.json();
}

boost::json::object gather(const Context& context, const Question& question, bool corrections) {
  const store::ReadSnapshot one_state(context.session);
  Labels labels(context);
  const bool budget = asks_for_budget(question);
  if (!corrections && budget) check_budget(question);
  const auto axis = corrections ? std::nullopt : summed_axis(context, question);
  if (axis && !budget) {
    if (auto answer = largest(context, question, *axis, labels)) return *std::move(answer);
  }
  Pivot pivot(question, labels);
  Gathering gathering(context, question, labels, pivot);
  if (!axis || !gathering.add_sums(*axis)) gathering.add_days(question.from, question.to, nullptr, corrections);
  if (!corrections && budget) add_budget(context, question, labels, pivot);
  return pivot.json();
}

}  // namespace

Question sales_question(const boost::json::object& params) { return read_question(params, "month", kMeasures); }

boost::json::object sales_rows(const Context& context, const Question& question) {
  return gather(context, question, false);
}

boost::json::object sales(const Context& context, const boost::json::object& params) {
  Question question = sales_question(params);
  question.limit = read_limit(params);
  // What of these figures belongs to closed days of other months: always said, whatever the axes are.
  Question corrections = question;
  corrections.rows = Axis::adjustment;
  corrections.columns = Axis::month;
  corrections.limit = 0;
  const store::ReadSnapshot one_state(context.session);
  for (const Axis axis : question.axes_of_many()) {
    question.tell(axis, told_by(gather(context, question.which_are_largest(axis), false)));
  }
  boost::json::object answer = gather(context, question, false);
  answer["adjustments"] = gather(context, corrections, true).at("rows");
  return answer;
}

}  // namespace sales_leads::reports
