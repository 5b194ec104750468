// SPDX-License-Identifier: Apache-2.0
#include "store/sales_sums.h"

#include <set>

#include "domain/calendar.h"
#include "store/largest.h"
#include "store/read_snapshot.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

/// So many ledger rows beside the sums are read sooner than all of them.
constexpr Int kBeside = 20'000;

constexpr const char* kSums =
    "cast(coalesce(sum(offered_minor), 0) as bigint), cast(coalesce(sum(ordered_minor), 0) as bigint), "
    "cast(coalesce(sum(invoices_minor), 0) as bigint), cast(coalesce(sum(credits_minor), 0) as bigint)";
constexpr const char* kMeasures =
    "case l.measure when 'offered' then l.company_minor else 0 end as offered_minor, case l.measure when 'ordered' "
    "then "
    "l.company_minor else 0 end as ordered_minor, case l.measure when 'invoices' then l.company_minor else 0 end as "
    "invoices_minor, case l.measure when 'credits' then l.company_minor else 0 end as credits_minor";

/// What a ledger row stands under on the axis.
std::string axis_of_row(SalesAxis axis) {
  switch (axis) {
    case SalesAxis::seller:
    case SalesAxis::campaign:
    case SalesAxis::customer:
    case SalesAxis::project:
      return "l." + axis_text(axis) + "_id";
    case SalesAxis::type:
    case SalesAxis::source:
    case SalesAxis::step:
      return "coalesce(o." + axis_text(axis) + "_id, 0)";
    case SalesAxis::status:
      break;
  }
  return "case o.status when 'open' then 1 when 'won' then 2 when 'lost' then 3 when 'expired' then 4 else 0 end";
}

/// Ledger rows that are not yet in the sums; `month` holds their day.
std::string rows_beside(SalesAxis axis) {
  const bool of_opportunity =
      axis == SalesAxis::type || axis == SalesAxis::source || axis == SalesAxis::step || axis == SalesAxis::status;
  return "select " + axis_of_row(axis) + " as axis_id, l.effective_date as month, " + kMeasures + " from sl_ledger l" +
         (of_opportunity ? " left join sl_opportunity o on o.id = l.opportunity_id and o.company_id = l.company_id"
                         : "") +
         " where l.company_id = :company and l.id > :after";
}

std::string kept_in(const char* table) {
  return std::string("select axis_id, month, offered_minor, ordered_minor, invoices_minor, credits_minor from ") +
         table + " where company_id = :company and axis = :axis";
}

/// The last row that is in the sums; nothing where too many come after it.
std::optional<Id> last_of_few_beside(Session& session, Id company) {
  const Id last = last_in_sales_sums(session, company);
  const bool far_behind =
      session
          .first<Id>(
              "select id from sl_ledger where company_id = :company and id > :after order by id limit 1 offset "
              ":before",
              {{"company", company}, {"after", last}, {"before", kBeside}})
          .has_value();
  if (far_behind) return std::nullopt;
  return last;
}

std::int64_t month_of(Int day) {
  const domain::CivilDate date = domain::civil_date(static_cast<domain::Day>(day));
  return static_cast<Int>(date.year) * 100 + date.month;
}

}  // namespace

Id last_in_sales_sums(Session& session, Id company) {
  const auto state = session.first<Id>(
      "select done_to from sl_rollup_state where company_id = :company and rollup = 'sales'", {{"company", company}});
  return state ? std::get<0>(*state) : 0;
}

std::optional<SalesCells> sales_sums(Session& session, Id company, const SalesSumsQuestion& question) {
  const ReadSnapshot snapshot(session);
  const auto last = last_of_few_beside(session, company);
  if (!last) return std::nullopt;
  Params params{{"company", company}, {"axis", axis_text(question.axis)}, {"after", *last}};
  std::string narrowed, months;
  if (question.axis_ids) {
    narrowed += " and " + session.in_ids("axis_id", "axis_ids");
    params.emplace_back("axis_ids", session.ids_text(*question.axis_ids));
  }
  if (question.first_month) {
    months += " and month >= :first_month";
    params.emplace_back("first_month", *question.first_month);
  }
  if (question.last_month) {
    months += " and month <= :last_month";
    params.emplace_back("last_month", *question.last_month);
  }
  const std::string id = question.by_axis ? "axis_id" : "cast(0 as bigint)";
  const std::string month = question.by_month ? "month" : "cast(0 as bigint)";
  std::string grouped = question.by_axis ? " group by axis_id" : "";
  if (question.by_month) grouped += question.by_axis ? ", month" : " group by month";
  SalesCells cells;
  for (const auto& [day, axis_id, at, offered, ordered, invoices, credits] :
       session.query<Int, Id, Int, Int, Int, Int, Int>(
           "select 0, " + id + ", " + month + ", " + kSums + " from (" + kept_in("sl_rollup_sales") + narrowed +
               months + " union all " + kept_in("sl_rollup_sales_delta") + narrowed + months + ") kept" + grouped +
               " union all select 1, axis_id, month, " + kSums + " from (" + rows_beside(question.axis) +
               ") beside where 1 = 1" + narrowed + " group by axis_id, month",
           params)) {
    const Int own = day == 0 ? at : month_of(at);
    if (day != 0 && ((question.first_month && own < *question.first_month) ||
                     (question.last_month && own > *question.last_month))) {
      continue;
    }
    add(cells[{question.axis, question.by_axis ? axis_id : 0, question.by_month ? own : 0}],
        {offered, ordered, invoices, credits});
  }
  std::erase_if(cells, [](const auto& entry) { return entry.second == SalesSums{}; });
  return cells;
}

std::optional<SalesTop> largest_sales(Session& session, Id company, SalesAxis axis, const std::string& by, Int most,
                                      const std::vector<Id>& apart) {
  const ReadSnapshot snapshot(session);
  const auto last = last_of_few_beside(session, company);
  if (!last) return std::nullopt;
  Params params{{"company", company}, {"axis", axis_text(axis)}, {"most", most}, {"after", *last}};
  if (!apart.empty()) params.emplace_back("apart", session.ids_text(apart));
  const Largest largest{
      "sl_rollup_sales",
      "select axis_id, offered_minor as offered, ordered_minor as ordered, invoices_minor as invoices, credits_minor "
      "as "
      "credits from sl_rollup_sales where company_id = :company and axis = :axis",
      "select axis_id, cast(sum(offered_minor) as bigint) as offered, cast(sum(ordered_minor) as bigint) as ordered, "
      "cast(sum(invoices_minor) as bigint) as invoices, cast(sum(credits_minor) as bigint) as credits from (" +
          kept_in("sl_rollup_sales_delta") + " union all " + rows_beside(axis) + ") beside group by axis_id",
      {"offered", "ordered", "invoices", "credits"},
      "offered <> 0 or ordered <> 0 or invoices <> 0 or credits <> 0",
      by == "invoiced" ? "invoices + credits" : by};
  const std::set<Id> set_apart(apart.begin(), apart.end());
  SalesTop top;
  SalesSums told;
  for (const auto& [one, id, offered, ordered, invoices, credits] :
       session.query<Int, Id, Int, Int, Int, Int>(largest_of(session, largest, !apart.empty()), params)) {
    const SalesSums sums{offered, ordered, invoices, credits};
    if (one == 0) {
      top.others += id;
      add(top.of_others, sums);
      continue;
    }
    top.told.emplace_back(id, sums);
    if (set_apart.contains(id)) continue;
    --top.others;
    add(top.of_others, sums, -1);
  }
  return top;
}

}  // namespace sales_leads::store
