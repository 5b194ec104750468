// SPDX-License-Identifier: Apache-2.0
#include "reports/pipeline.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "domain/attribution/attribution.h"
#include "domain/weighted.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"
#include "reports/seller_months.h"
#include "reports/slices.h"
#include "store/opportunity_store.h"
#include "store/pipeline_sums.h"
#include "store/read_snapshot.h"

namespace sales_leads::reports {
namespace {

using Int = std::int64_t;
using MaybeInt = std::optional<std::int64_t>;

const std::vector<MeasureInfo> kMeasures = {{"count", false}, {"amount", true}, {"weighted", true}};

std::vector<std::int64_t> ordered(const std::vector<MeasureInfo>& asked, std::int64_t count, std::int64_t amount,
                                  std::int64_t weighted_amount) {
  std::vector<std::int64_t> values;
  for (const MeasureInfo& info : asked) {
    values.push_back(info.name == "count" ? count : info.name == "amount" ? amount : weighted_amount);
  }
  return values;
}

/// The one indexed axis that the question hangs on, if the sums have what it asks for.
std::optional<std::string> summed_axis(const Context& context, const Question& question) {
  if (!context.sees_all()) return std::nullopt;
  std::vector<Axis> axes{question.rows};
  if (question.columns) axes.push_back(*question.columns);
  for (const auto& [axis, keys] : question.filter) axes.push_back(axis);
  std::string chosen;
  for (const Axis axis : axes) {
    std::string own;
    if (axis == Axis::currency) return std::nullopt;
    if (axis == Axis::seller || axis == Axis::group) own = "seller";
    if (axis == Axis::type) own = "type";
    if (axis == Axis::source) own = "source";
    if (axis == Axis::campaign || axis == Axis::medium) own = "campaign";
    if (axis == Axis::customer) own = "customer";
    if (axis == Axis::project) own = "project";
    if (own.empty() || own == chosen) continue;
    if (!chosen.empty()) return std::nullopt;
    chosen = own;
  }
  // Of these there are sums by status alone.
  if ((chosen == "customer" || chosen == "project") &&
      (question.needs().date || uses(question, Axis::step) || question.from || question.to)) {
    return std::nullopt;
  }
  const auto starts_month = [](domain::Day day) { return domain::civil_date(day).day == 1; };
  if (question.from && !starts_month(*question.from)) return std::nullopt;
  if (question.to && !starts_month(*question.to + 1)) return std::nullopt;
  return chosen.empty() ? "type" : chosen;  // the shortest of them
}

bool of_some_sellers(const Question& question) {
  return std::any_of(question.filter.begin(), question.filter.end(),
                     [](const auto& entry) { return entry.first == Axis::seller || entry.first == Axis::group; });
}

/// Adds what the sums hold, but for `mixed`: of these only those stay in it that have deals. False while the sums are
/// being built.
bool add_sums(const Context& context, const Question& question, const std::string& axis, Labels& labels,
              SellerMonths& mixed, Pivot& pivot) {
  store::PipelineSumsQuestion asked;
  asked.axis = axis;
  for (const Axis one : {Axis::seller, Axis::group, Axis::type, Axis::source, Axis::campaign, Axis::medium,
                         Axis::customer, Axis::project}) {
    asked.by_axis = asked.by_axis || uses(question, one);
  }
  for (const auto& [one, keys] : question.filter) {
    if (one == Axis::customer) asked.axis_ids = labels.standing_for(labels.customers_named(keys));
    if (one == Axis::project) {
      const auto ids = labels.projects_named(keys);
      asked.axis_ids.assign(ids.begin(), ids.end());
    }
    if ((one == Axis::customer || one == Axis::project) && asked.axis_ids.empty()) return true;  // nobody
  }
  if (axis == "customer" || axis == "project") {
    const auto told = question.told.find(axis == "customer" ? Axis::customer : Axis::project);
    if (told != question.told.end()) {
      const std::set<Id> ids(told->second.ids.begin(), told->second.ids.end());
      asked.apart = axis == "customer" ? labels.standing_for(ids) : told->second.ids;
    }
  }
  asked.by_month = question.needs().date;
  asked.by_step = uses(question, Axis::step);
  asked.by_status = uses(question, Axis::status);
  if (question.from) asked.first_month = store::month_number(*question.from);
  if (question.to) asked.last_month = store::month_number(*question.to);
  const auto cells = store::pipeline_sums(context.session, context.company, asked);
  if (!cells) return false;
  const bool of_some = of_some_sellers(question);
  SellerMonths left_out;
  for (const auto& [cell, sums] : *cells) {
    if (mixed.contains({cell.axis_id, cell.month})) {
      left_out.emplace(cell.axis_id, cell.month);
      continue;
    }
    Place place{.step = cell.step, .status = cell.status};
    if (cell.month != 0) place.date = first_of(cell.month);
    if (axis == "seller") place.seller = cell.axis_id;
    if (axis == "type") place.type = cell.axis_id;
    if (axis == "source") place.source = cell.axis_id;
    if (axis == "campaign") place.campaign = cell.axis_id;
    if (axis == "customer") place.customer = cell.axis_id;
    if (axis == "project") place.project = cell.axis_id;
    pivot.add(place, ordered(question.measures, sums.deals, sums.amount, sums.weighted),
              ordered(question.measures, of_some ? sums.deals : sums.deals_once, sums.amount, sums.weighted));
  }
  mixed = std::move(left_out);
  return true;
}

/// Whether the database itself can tell the largest customers or projects: rows of these, at most of a status.
bool asks_for_largest(const Question& question) {
  return (question.rows == Axis::customer || question.rows == Axis::project) && !question.columns &&
         question.limit > 0 && std::all_of(question.filter.begin(), question.filter.end(), [](const auto& entry) {
           return entry.first == Axis::status;
         });
}

boost::json::object told(const store::PipelineTop& top, const Question& question, Labels& labels) {
  Pivot pivot(question, labels);
  for (const auto& [id, sums] : top.told) {
    pivot.add({.customer = id, .project = id}, ordered(question.measures, sums.deals, sums.amount, sums.weighted));
  }
  const store::PipelineSums& rest = top.of_others;
  pivot.add_others(top.others, ordered(question.measures, rest.deals, rest.amount, rest.weighted));
  return pivot.json();
}

/// Told apart whatever their size is: the report shows them as one.
std::vector<Id> told_apart(const Question& question, Labels& labels) {
  return question.rows == Axis::customer ? labels.merged_customers() : std::vector<Id>{};
}

/// The answer, or nothing while the sums are being built.
std::optional<boost::json::object> largest(const Context& context, Question question, const std::string& axis,
                                           Labels& labels) {
  std::vector<std::string> statuses;
  for (const auto& [one, keys] : question.filter) {
    std::vector<std::string> both;  // several filters of one axis narrow each other
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(both), [&](const std::string& key) {
      return statuses.empty() || std::find(statuses.begin(), statuses.end(), key) != statuses.end();
    });
    if (both.empty()) return std::nullopt;
    statuses = std::move(both);
  }
  question.filter.clear();
  const std::string& by = question.measures.front().name;
  const auto top = store::largest_pipeline(context.session, context.company, axis, statuses,
                                           by == "count" ? "deals" : by, question.limit, told_apart(question, labels));
  if (!top) return std::nullopt;
  return told(*top, question, labels);
}

/// Where the deals are read, as text for the database. `o` is the opportunity itself, in `frozen` as far as it is
/// there.
struct Source {
  std::string rows, condition;  // what follows "from"; what holds of the rows beside the company
  std::string whole_table;      // the same, where all of it is read
  std::string id, day, status;
  std::string owner, type, source, campaign, step, customer, project, currency;
  std::string amount, probability;
  std::optional<std::int64_t> before_us;  // of the shares those given before

  /// domain::weighted() in SQL, with nothing that passes 64 bits in between. A test compares the two.
  [[nodiscard]] std::string weighted() const {
    return "case " + status + " when 'won' then " + amount + " when 'open' then " + amount + " / 10000 * " +
           probability + " + (" + amount + " % 10000 * " + probability + " + case when " + amount +
           " < 0 then -5000 else 5000 end) / 10000 else 0 end";
  }
};

/// As they are now. Of all of them the table is read from end to end; by an index of the company it would be read here
/// and there.
Source present() {
  return {.rows = "sl_opportunity o",
          .condition = "o.company_id = :company and o.archived = 0",
          .whole_table = "+o.company_id = :company and o.archived = 0",
          .id = "o.id",
          .day = "coalesce(o.actual_close, o.planned_close)",
          .status = "o.status",
          .owner = "o.owner_id",
          .type = "o.type_id",
          .source = "o.source_id",
          .campaign = "o.campaign_id",
          .step = "o.step_id",
          .customer = "o.customer_id",
          .project = "o.project_id",
          .currency = "o.currency",
          .amount = "coalesce(o.company_minor, 0)",
          .probability = "o.probability",
          .before_us = {}};
}

/// Those that were open at the end of a day, as that day's forecast froze them. Customer, project and currency are as
/// now where a forecast of an earlier release froze none. So is, in a back-dated one, an amount that nobody had written
/// down by that day: to foretell with it would be cheating, to leave it out would tell a company that imported its
/// history that it had nothing.
Source frozen(const Context& context, const Question& question, const store::Snapshot& snapshot) {
  const Needs needs = question.needs();
  // Every deal that is read costs a look for the opportunity itself.
  const bool dated_back = snapshot.origin != "daily", told = snapshot.places;
  const bool joins =
      dated_back || (!told && (needs.customer || needs.project || needs.currency)) || !context.sees_all();
  return {.rows = std::string("sl_snapshot_row r") +
                  (joins ? " left join sl_opportunity o on o.id = r.opportunity_id" : ""),
          .condition = "r.company_id = :company and r.snapshot_id = :snapshot",
          .whole_table = "r.company_id = :company and r.snapshot_id = :snapshot",
          .id = "r.opportunity_id",
          .day = "r.planned_close",
          .status = "cast('open' as text)",
          .owner = "r.owner_id",
          .type = "r.type_id",
          .source = "r.source_id",
          .campaign = "r.campaign_id",
          .step = "r.step_id",
          .customer = told ? "r.customer_id" : "coalesce(o.customer_id, 0)",
          .project = told ? "r.project_id" : "coalesce(o.project_id, 0)",
          .currency = told ? "r.currency" : "coalesce(o.currency, '')",
          .amount = dated_back ? "coalesce(r.amount_minor, o.company_minor, 0)" : "coalesce(r.amount_minor, 0)",
          .probability = "r.probability",
          .before_us = context.calendar->start_of(snapshot.as_of + 1)};
}

/// Opportunities themselves: summed by what the question's axes need, and those with shares one by one.
class Deals {
 public:
  Deals(const Context& context, const Question& question, Labels& labels, Pivot& pivot, Source from)
      : context_(context),
        question_(question),
        pivot_(pivot),
        from_(std::move(from)),
        by_seller_(question.needs().seller),
        binds_{{"company", context.company}} {
    // A deal that the caller may see counts whole, whatever it is grouped by: totals equal the sum of the visible rows.
    if (!context.sees_all()) {
      narrow(store::own_condition(context.session, "o"));
      binds_.emplace_back("them", context.session.ids_text(context.employees));
    }
    if (question.from) {
      narrow(from_.day + " >= :first_day");
      binds_.emplace_back("first_day", *question.from);
    }
    if (question.to) {
      narrow(from_.day + " <= :last_day");
      binds_.emplace_back("last_day", *question.to);
    }
    for (const auto& [axis, told] : question.told) {
      std::string& column = axis == Axis::customer ? from_.customer : from_.project;
      column = told_column(context.session, column, axis, told, labels, binds_);
    }
    for (const auto& [axis, keys] : question.filter) {
      if (axis == Axis::customer)
        among(from_.customer, "customer_id", labels.standing_for(labels.customers_named(keys)));
      if (axis == Axis::project) {
        const auto ids = labels.projects_named(keys);
        among(from_.project, "project_id", {ids.begin(), ids.end()});
      }
    }
  }

  /// Those alone of these sellers and months.
  void only(const SellerMonths& pairs) {
    pairs_ = &pairs;
    const auto [first, last] = days_of(pairs);
    narrow(from_.day + " between :first_mixed and :last_mixed");
    binds_.emplace_back("first_mixed", first);
    binds_.emplace_back("last_mixed", last);
    movers_ = context_.session.ids_text(sellers_of(pairs));
  }

  void of(const store::Snapshot& snapshot) { binds_.emplace_back("snapshot", snapshot.id); }

  void add() {
    for (const Slice& slice : cut(groups_many(question_))) add_whole(slice);
    if (!by_seller_) return;
    for (const Slice& slice : cut(Answers::many)) add_shared(slice);
  }

  /// Takes out again what sums by seller count more than once of deals that several of the sellers asked for share, but
  /// for those sellers and months, which are not of the sums.
  void take_out_twice(const SellerMonths& but) {
    twice_but_ = &but;
    for (const Slice& slice : cut(Answers::many)) add_shared(slice);
    twice_but_ = nullptr;
  }

  /// Of customers or projects alone, which are many: the database itself tells the largest.
  [[nodiscard]] store::PipelineTop largest(const std::vector<Id>& apart) const {
    const std::string& id = question_.rows == Axis::customer ? from_.customer : from_.project;
    const std::string& by = question_.measures.front().name;
    return store::largest_of_select(context_.session,
                                    "select " + id + " as axis_id, count(*) as deals, cast(sum(" + from_.amount +
                                        ") as bigint) as amount, cast(sum(" + from_.weighted() +
                                        ") as bigint) as weighted from " + from_.rows + " where " + from_.whole_table +
                                        conditions_ + " group by " + id,
                                    binds_, by == "count" ? "deals" : by, question_.limit, apart);
  }

 private:
  /// Otherwise an index tells which.
  [[nodiscard]] bool reads_all() const { return !few_ && pairs_ == nullptr; }
  [[nodiscard]] std::vector<Slice> cut(Answers answers) const {
    return reads_all() ? slices(context_.session, "sl_opportunity", answers) : std::vector<Slice>{kWhole};
  }
  void narrow(const std::string& condition) { conditions_ += " and " + condition; }
  void among(const std::string& column, const std::string& name, const std::vector<Id>& ids) {
    narrow(context_.session.in_ids(column, name));
    binds_.emplace_back(name, context_.session.ids_text(ids));
    few_ = true;
  }

  /// Narrows shares to those that had been given by then.
  [[nodiscard]] std::string in_force(const std::string& shares, store::Params& binds) const {
    if (!from_.before_us) return "";
    binds.emplace_back("shares_before", *from_.before_us);
    return " and " + shares + ".effective_at < :shares_before";
  }

  /// What the question's axes need of a deal, as text for the database: columns, and what to group by.
  struct Columns {
    std::string selected, grouped;
  };
  [[nodiscard]] Columns columns() const {
    Columns columns;
    int place = 0;  // in what is selected
    const auto column = [&](bool wanted, const std::string& name, const char* otherwise = "cast(0 as bigint)") {
      ++place;
      columns.selected += (wanted ? name : otherwise) + ", ";
      if (wanted) columns.grouped += (columns.grouped.empty() ? " group by " : ", ") + std::to_string(place);
    };
    column(by_seller_, from_.owner);
    column(uses(question_, Axis::customer), from_.customer);
    column(uses(question_, Axis::project), from_.project);
    column(uses(question_, Axis::type), from_.type);
    column(uses(question_, Axis::source), from_.source);
    column(uses(question_, Axis::campaign) || uses(question_, Axis::medium), from_.campaign);
    column(uses(question_, Axis::step), from_.step);
    column(uses(question_, Axis::status), from_.status, "cast('' as text)");
    column(uses(question_, Axis::currency), from_.currency, "cast('' as text)");
    column(question_.needs().date, from_.day, "cast(null as bigint)");
    return columns;
  }

  static bool holds(const SellerMonths& pairs, const Place& place) {
    return pairs.contains({place.seller, place.date ? store::month_number(*place.date) : 0});
  }
  void put(const Place& place, const std::vector<Int>& values, const std::vector<Int>& once) {
    if (pairs_ == nullptr || holds(*pairs_, place)) pivot_.add(place, values, once);
  }

  /// Of a slice those with shares are hashed. Of all of them PostgreSQL would look through the list for each deal, were
  /// it too long for its memory.
  [[nodiscard]] std::string without_shares(const Slice& slice, store::Params& binds) const {
    const std::string shares = " from sl_opportunity_seller x where x.company_id = :company" + in_force("x", binds);
    const std::string in_slice = within(slice, "x.opportunity_id", binds);
    return in_slice.empty() ? " and not exists (select 1" + shares + " and x.opportunity_id = " + from_.id + ")"
                            : " and " + from_.id + " not in (select x.opportunity_id" + shares + in_slice + ")";
  }

  /// Those of their owner alone.
  void add_whole(const Slice& slice) {
    const Columns columns = this->columns();
    store::Params binds = binds_;
    std::string where = conditions_ + within(slice, from_.id, binds);
    if (by_seller_) where += without_shares(slice, binds);
    if (pairs_ != nullptr) {
      where += " and " + context_.session.in_ids(from_.owner, "movers");
      binds.emplace_back("movers", movers_);
    }
    const std::string& all = reads_all() ? from_.whole_table : from_.condition;
    for (auto& [owner, customer, project, type, source, campaign, step, status, currency, day, count, amount,
                weighted] :
         context_.session.query<Id, Id, Id, Id, Id, Id, Id, std::string, std::string, MaybeInt, Int, Int, Int>(
             "select " + columns.selected + "count(*), cast(sum(" + from_.amount + ") as bigint), cast(sum(" +
                 from_.weighted() + ") as bigint) from " + from_.rows + " where " + all + where + columns.grouped,
             binds)) {
      Place place{.seller = owner,
                  .campaign = campaign,
                  .customer = customer,
                  .project = project,
                  .type = type,
                  .source = source,
                  .step = step,
                  .status = std::move(status),
                  .currency = std::move(currency)};
      if (day) place.date = static_cast<domain::Day>(*day);
      const auto values = ordered(question_.measures, count, amount, weighted);
      put(place, values, values);
    }
  }

  struct Shared {
    Id id = 0;
    Place place;
    Int amount = 0, weighted = 0;
    std::pair<Int, Int> set;  // the latest is in force
    std::vector<Id> sellers;
    std::vector<Int> weights;
  };

  void add_shared(const Slice& slice) {
    store::Params binds = binds_;
    std::string where = conditions_ + within(slice, "s.opportunity_id", binds) + in_force("s", binds);
    if (pairs_ != nullptr) {
      where += " and " + from_.id +
               " in (select m.opportunity_id from sl_opportunity_seller m where m.company_id = :company and " +
               context_.session.in_ids("m.employee_id", "movers") + ")";
      binds.emplace_back("movers", movers_);
    }
    Shared deal;
    for (auto& [id, effective_at, set_no, seller, share, owner, customer, project, type, source, campaign, step, status,
                currency, day, amount, weighted] :
         context_.session
             .query<Id, Int, Int, Id, Int, Id, Id, Id, Id, Id, Id, Id, std::string, std::string, MaybeInt, Int, Int>(
                 "select " + from_.id + ", s.effective_at, s.set_no, s.employee_id, s.share, " + columns().selected +
                     from_.amount + ", " + from_.weighted() + " from sl_opportunity_seller s, " + from_.rows +
                     " where s.company_id = :company and " + from_.id + " = s.opportunity_id and " + from_.condition +
                     where + " order by s.opportunity_id, s.effective_at, s.set_no, s.employee_id",
                 binds)) {
      if (id != deal.id) {
        split(deal);
        deal = {id,
                {.campaign = campaign,
                 .customer = customer,
                 .project = project,
                 .type = type,
                 .source = source,
                 .step = step,
                 .status = std::move(status),
                 .currency = std::move(currency)},
                amount,
                weighted,
                {effective_at, set_no},
                {},
                {}};
        if (day) deal.place.date = static_cast<domain::Day>(*day);
      } else if (deal.set != std::pair{effective_at, set_no}) {
        deal.set = {effective_at, set_no};
        deal.sellers.clear();
        deal.weights.clear();
      }
      deal.sellers.push_back(seller);
      deal.weights.push_back(share);
    }
    split(deal);
  }

  void split(Shared& deal) {
    if (deal.id == 0) return;
    const auto parts = domain::largest_remainder(deal.amount, deal.weights);
    const auto weighted_parts = domain::largest_remainder(deal.weighted, deal.weights);
    bool counted = false;
    for (std::size_t i = 0; i < deal.sellers.size(); ++i) {
      deal.place.seller = deal.sellers[i];
      if (!pivot_.passes(deal.place)) continue;
      // Each seller has the deal once; all together, those that pass, it is one deal.
      if (twice_but_ == nullptr) {
        put(deal.place, ordered(question_.measures, 1, parts[i], weighted_parts[i]),
            ordered(question_.measures, counted ? 0 : 1, parts[i], weighted_parts[i]));
      } else if (counted && !holds(*twice_but_, deal.place)) {
        pivot_.add(deal.place, ordered(question_.measures, 0, 0, 0), ordered(question_.measures, -1, 0, 0));
      }
      counted = true;
    }
  }

  const Context& context_;
  const Question& question_;
  Pivot& pivot_;
  Source from_;
  bool by_seller_, few_ = false;
  const SellerMonths *pairs_ = nullptr, *twice_but_ = nullptr;
  std::string conditions_, movers_;
  store::Params binds_;
};

/// The open deals as they were at the end of a day that lies behind, from what that day's forecast froze.
boost::json::object as_of_then(const Context& context, const Question& question, const store::Snapshot& snapshot,
                               Labels& labels) {
  Pivot pivot(question, labels);
  Deals deals(context, question, labels, pivot, frozen(context, question, snapshot));
  deals.of(snapshot);
  boost::json::object answer;
  if (asks_for_largest(question) && question.filter.empty()) {
    answer = told(deals.largest(told_apart(question, labels)), question, labels);
  } else {
    deals.add();
    answer = pivot.json();
  }
  return answer;
}

/// Those of the present.
boost::json::object as_of_now(const Context& context, const Question& question, Labels& labels) {
  const auto axis = summed_axis(context, question);
  if (axis && asks_for_largest(question)) {
    if (auto answer = largest(context, question, *axis, labels)) return *std::move(answer);
  }
  Pivot pivot(question, labels);
  SellerMonths mixed;
  if (axis && uses(question, Axis::group)) mixed = mixed_months(context);
  const bool summed = axis && add_sums(context, question, *axis, labels, mixed, pivot);
  if (!summed || !mixed.empty()) {
    Deals deals(context, question, labels, pivot, present());
    if (summed) deals.only(mixed);
    deals.add();
  }
  if (summed && of_some_sellers(question)) Deals(context, question, labels, pivot, present()).take_out_twice(mixed);
  return pivot.json();
}

}  // namespace

boost::json::object pipeline(const Context& context, const boost::json::object& params) {
  Question question = read_question(params, "step", kMeasures);
  question.limit = read_limit(params);
  if (question.needs().adjustment) {
    throw Failure(Code::invalid_argument, "report.rows.invalid",
                  "'adjustment' is an axis of the sales report: opportunities are not corrected.");
  }
  const store::ReadSnapshot one_state(context.session);  // of sums, of what is beside them, and of who is told
  Labels labels(context);
  std::optional<store::Snapshot> then;
  if (params.contains("as_of")) then = snapshot_of(context, params, "as_of", context.today);
  const auto ask = [&](const Question& one) {
    return then ? as_of_then(context, one, *then, labels) : as_of_now(context, one, labels);
  };
  for (const Axis axis : question.axes_of_many()) question.tell(axis, told_by(ask(question.which_are_largest(axis))));
  boost::json::object answer = ask(question);
  if (then) {
    answer["as_of"] = domain::date_text(then->as_of);
    answer["origin"] = then->origin;
  }
  return answer;
}

}  // namespace sales_leads::reports
