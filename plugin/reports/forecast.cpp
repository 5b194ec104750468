// SPDX-License-Identifier: Apache-2.0
#include "reports/forecast.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "domain/forecast/totals.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"
#include "store/budget_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using domain::forecast::Spread;

const std::vector<MeasureInfo> kMeasures = {{"count", false},   {"amount", true},   {"weighted", true},
                                            {"expected", true}, {"commit", true},   {"best_case", true},
                                            {"budget", true},   {"invoiced", true}, {"expected_all", true}};
constexpr std::int64_t kWhole = 10'000;
constexpr std::int64_t kPage = 5'000;  // opportunities held at a time, with a dozen months each
// Where more are open, intervals of single customers are not told: they would be held for each of them.
constexpr std::int64_t kMostForCustomers = 20'000;

std::int64_t weighted(std::int64_t amount, std::int64_t basis_points) {
  const domain::Wide product = static_cast<domain::Wide>(amount) * basis_points;
  return static_cast<std::int64_t>((product + kWhole / 2) / kWhole);
}

/// In the order of kMeasures.
enum class Measure { count, amount, weighted, expected, commit, best_case, budget, invoiced, expected_all };
constexpr std::size_t kMeasureCount = 9;

/// What is told of a place, in the order of the measures asked for. Kept from fact to fact.
class Values {
 public:
  explicit Values(const std::vector<MeasureInfo>& asked) : values_(asked.size(), 0) {
    for (std::size_t m = 0; m < kMeasureCount; ++m) {
      const auto found = std::find_if(asked.begin(), asked.end(),
                                      [m](const MeasureInfo& info) { return info.name == kMeasures[m].name; });
      if (found != asked.end()) places_[m] = static_cast<std::size_t>(found - asked.begin());
    }
  }
  /// Begins the next fact.
  Values& fresh() {
    std::fill(values_.begin(), values_.end(), 0);
    return *this;
  }
  Values& put(Measure measure, std::int64_t value) {
    if (const auto& place = places_[static_cast<std::size_t>(measure)]) values_[*place] = value;
    return *this;
  }
  [[nodiscard]] const std::vector<std::int64_t>& get() const { return values_; }

 private:
  std::array<std::optional<std::size_t>, kMeasureCount> places_{};
  std::vector<std::int64_t> values_;
};

Question limited_question(const json::object& params) {
  Question question = read_question(params, "month", kMeasures);
  question.limit = read_limit(params);
  return question;
}

bool is_time(Axis axis) { return axis == Axis::month || axis == Axis::quarter || axis == Axis::year; }

bool knows_only(const Question& question, std::initializer_list<Axis> axes) {
  const auto fits = [&](Axis axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
  return fits(question.rows) && (!question.columns || fits(*question.columns)) &&
         std::all_of(question.filter.begin(), question.filter.end(),
                     [&](const auto& entry) { return fits(entry.first); });
}

/// Stands in while no forecast is frozen: budget and invoiced are told all the same.
store::Snapshot none_of(domain::Day today) {
  store::Snapshot none;
  none.as_of = today;
  return none;
}

class ForecastReport {
 public:
  ForecastReport(const Context& context, Question question, std::optional<store::Snapshot> found)
      : context_(context),
        question_(std::move(question)),
        found_(std::move(found)),
        snapshot_(found_ ? *found_ : none_of(context.today)),
        labels_(context),
        pivot_(question_, labels_),
        row_headings_(question_.rows, labels_),
        values_(question_.measures) {
    if (question_.columns) column_headings_.emplace(*question_.columns, labels_);
    for (const Axis axis : {Axis::month, Axis::quarter, Axis::year, Axis::group}) {
      tells_times_ = tells_times_ || uses(question_, axis);  // a seller's group is the one of that time
    }
  }

  /// Of an axis of many.
  Told largest() {
    reads_months_ = question_.measures.front().name == "expected";
    add_opportunities();
    return told_by(pivot_.json());
  }

  json::object answer() {
    add_opportunities();
    add_new_business();
    add_budget();
    add_invoiced();
    json::object answer = pivot_.json();
    add_intervals(answer);
    leave_untold(answer);
    answer["as_of"] = found_ ? json::value(domain::date_text(snapshot_.as_of)) : json::value();
    answer["origin"] = found_ ? json::value(snapshot_.origin) : json::value();
    answer["learnt"] = snapshot_.believed > domain::forecast::kMillion / 2;
    return answer;
  }

 private:
  [[nodiscard]] bool inside(std::int64_t month) const {
    const auto first = static_cast<domain::Day>(month);
    return (!question_.from || domain::add_months(first, 1) > *question_.from) &&
           (!question_.to || first <= *question_.to);
  }

  void add_opportunities() {
    store::SnapshotStore store(context_.session, context_.company);
    const Visible visible(context_);
    const Needs needs = question_.needs();
    const store::SnapshotStore::Wanted wanted{.type = needs.opportunity,
                                              .source = needs.opportunity,
                                              .campaign = needs.campaign,
                                              .step = needs.opportunity,
                                              .place = needs.customer || needs.project || needs.currency};
    const auto months_of = [&](const std::vector<store::SnapshotRow>& rows) {
      return reads_months_ && !rows.empty()
                 ? std::optional(store.ask_months(snapshot_.id, rows.front().opportunity, rows.back().opportunity))
                 : std::nullopt;
    };
    // The database looks for a page and its months while those before are read and added up.
    auto rows = store.ask_plain_rows(snapshot_, 0, kPage, wanted).take();
    for (auto asked = months_of(rows); !rows.empty();) {
      if (asked) asked->arrive();
      const Id last = rows.back().opportunity;
      const auto parts = needs.seller ? seller_parts(context_, rows.front().opportunity, last) : SellerParts{};
      auto following = store.ask_plain_rows(snapshot_, last, kPage, wanted);
      const auto months = asked ? asked->take() : std::vector<store::SnapshotMonth>{};
      auto next = following.take();
      asked = months_of(next);
      add_page(rows, months, visible, parts);
      rows = std::move(next);
    }
  }

  void add_page(const std::vector<store::SnapshotRow>& rows, const std::vector<store::SnapshotMonth>& months,
                const Visible& visible, const SellerParts& parts) {
    std::size_t at = 0;
    Place place{.status = "open"};
    for (const auto& row : rows) {
      const std::size_t begin = at;
      while (at < months.size() && months[at].opportunity == row.opportunity) ++at;
      if (!visible.covers(row.opportunity)) continue;
      if (row.category == "omitted" && row.by_hand != 0) continue;  // somebody took it out
      place.campaign = row.campaign;
      place.type = row.type;
      place.source = row.source;
      place.step = row.step;
      place.customer = row.customer;
      place.project = row.project;
      place.currency = row.currency;
      const auto found = parts.find(row.opportunity);
      share_out(row, found == parts.end() ? std::vector<SellerPart>{{row.owner, kWhole}} : found->second);
      add_opportunity(row, std::span(months).subspan(begin, at - begin), place);
    }
  }

  /// The plain sums, counted in the month of its planned close, and what the forecast says, by month. Where nothing
  /// tells times apart both are one fact.
  void add_opportunity(const store::SnapshotRow& row, std::span<const store::SnapshotMonth> months, Place& place) {
    std::optional<domain::Day> planned;
    if (row.planned_close) planned = static_cast<domain::Day>(*row.planned_close);
    const bool is_planned = (!question_.from || (planned && *planned >= *question_.from)) &&
                            (!question_.to || (planned && *planned <= *question_.to));
    if (tells_times_ && is_planned) {
      place.date = planned;
      add_shares(row, place, true);
    }
    bool is_expected = false;
    for (const store::SnapshotMonth& month : months) {
      if (!inside(month.month)) continue;
      is_expected = true;
      place.date = static_cast<domain::Day>(month.month);
      const auto expected = domain::largest_remainder(month.expected, weights_);
      for (std::size_t s = 0; s < shares_.size(); ++s) {
        shares_[s].expected = tells_times_ ? expected[s] : shares_[s].expected + expected[s];
        place.seller = shares_[s].seller;
        spread(place, month, shares_[s].value);
      }
      if (tells_times_) add_shares(row, place, false);
    }
    if (!tells_times_ && (is_planned || is_expected)) add_shares(row, place, is_planned);
  }

  void share_out(const store::SnapshotRow& row, const std::vector<SellerPart>& sellers) {
    weights_.clear();
    for (const SellerPart& part : sellers) weights_.push_back(part.basis_points);
    const std::int64_t whole = row.amount.value_or(0);
    const auto amounts = domain::largest_remainder(whole, weights_);
    const auto plain = domain::largest_remainder(weighted(whole, row.probability), weights_);
    shares_.clear();
    for (std::size_t s = 0; s < sellers.size(); ++s) {
      const auto& [seller, basis_points] = sellers[s];
      shares_.push_back({seller, amounts[s], plain[s], weighted(row.value, basis_points), 0});
    }
  }

  void add_shares(const store::SnapshotRow& row, Place& place, bool is_planned) {
    bool counted = false;
    for (const Share& share : shares_) {
      place.seller = share.seller;
      if (!pivot_.passes(place)) continue;
      values_.fresh().put(Measure::expected, share.expected);
      if (is_planned) {
        values_.put(Measure::count, 1).put(Measure::amount, share.amount).put(Measure::weighted, share.weighted);
        if (row.category == "commit") values_.put(Measure::commit, share.amount);
        if (row.category == "best_case") values_.put(Measure::best_case, share.amount);
      }
      if (is_planned && counted) {
        const std::vector<std::int64_t> apart = values_.get();
        pivot_.add(place, apart, values_.put(Measure::count, 0).get());
      } else {
        pivot_.add(place, values_.get());
        counted = true;
      }
    }
  }

  /// With deals not yet created: known by seller and month, and so by what these are made of.
  void add_new_business() {
    if (!knows_only(question_, {Axis::month, Axis::quarter, Axis::year, Axis::seller, Axis::group})) return;
    for (const auto& total : store::SnapshotStore(context_.session, context_.company).totals(snapshot_.id)) {
      if (total.scope != "all" || !inside(total.month) || !covers_seller(total.seller)) continue;
      Place place{.seller = total.seller};
      place.date = static_cast<domain::Day>(total.month);
      pivot_.add(place, values_.fresh().put(Measure::expected_all, total.expected).get());
    }
  }

  void add_budget() {
    if (!knows_only(question_, {Axis::month, Axis::quarter, Axis::year, Axis::seller, Axis::group, Axis::type})) return;
    const auto of = context_.sees_all() ? std::nullopt : std::optional(context_.employees);
    for (const auto& figure :
         store::BudgetStore(context_.session, context_.company).figures(question_.from, question_.to, of)) {
      if (figure.minor == 0 || (!question_.from && figure.month < first_month())) continue;
      Place place{.seller = figure.employee, .type = figure.type};
      place.date = labels_.member_day(figure.employee, static_cast<domain::Day>(figure.month));
      pivot_.add(place, values_.fresh().put(Measure::budget, figure.minor).get());
    }
  }

  void add_invoiced() {
    if (!knows_only(question_, {Axis::month, Axis::quarter, Axis::year, Axis::seller, Axis::group, Axis::campaign}))
      return;
    std::string where = " and effective_date >= :first";
    store::Params binds{{"company", context_.company}, {"first", question_.from.value_or(first_month())}};
    if (question_.to) {
      where += " and effective_date <= :last";
      binds.emplace_back("last", *question_.to);
    }
    if (!context_.sees_all()) {
      where += " and " + context_.session.in_ids("seller_id", "sellers");
      binds.emplace_back("sellers", context_.session.ids_text(context_.employees));
    }
    for (const auto& [date, seller, campaign, sum] : context_.session.query<Id, Id, Id, std::int64_t>(
             "select effective_date, seller_id, campaign_id, cast(sum(company_minor) as bigint) from sl_rollup_day "
             "where "
             "company_id = :company and measure in ('invoices', 'credits')" +
                 where + " group by effective_date, seller_id, campaign_id",
             binds)) {
      Place place{.seller = seller, .campaign = campaign};
      place.date = static_cast<domain::Day>(date);
      pivot_.add(place, values_.fresh().put(Measure::invoiced, sum).get());
    }
  }

  /// Without a start of their own, budget and invoiced begin with the month that the forecast begins in.
  [[nodiscard]] domain::Day first_month() const {
    const auto date = domain::civil_date(snapshot_.as_of + 1);
    return *domain::day_of({date.year, date.month, 1});
  }

  [[nodiscard]] bool covers_seller(Id seller) const {
    return context_.sees_all() ||
           std::find(context_.employees.begin(), context_.employees.end(), seller) != context_.employees.end();
  }

  void spread(const Place& place, const store::SnapshotMonth& month, std::int64_t value) {
    if (!pivot_.passes(place)) return;
    total_.add(month.month, place.seller, month.chance, value);
    if (!tells_each_interval()) return;
    const std::string& row = row_headings_[row_headings_.at(place)].key;
    spreads_[row].add(month.month, place.seller, month.chance, value);
    if (!column_headings_) return;
    const std::string& column = (*column_headings_)[column_headings_->at(place)].key;
    cells_[{row, column}].add(month.month, place.seller, month.chance, value);
    columns_[column].add(month.month, place.seller, month.chance, value);
  }

  [[nodiscard]] bool tells_each_interval() const {
    return snapshot_.opportunities <= kMostForCustomers ||
           (question_.rows != Axis::customer && question_.columns != Axis::customer);
  }

  /// Null for what is not told apart.
  void put(json::object& entry, const Spread& spread, bool apart) const {
    if (!apart) {
      for (const char* name : {"lo80", "hi80", "lo95", "hi95"}) entry.at("measures").as_object()[name] = nullptr;
      return;
    }
    const auto i = spread.interval(snapshot_.month_shock, snapshot_.seller_shock);
    json::object& measures = entry.at("measures").as_object();
    measures["lo80"] = amount_json(i.lo80, context_.currency);
    measures["hi80"] = amount_json(i.hi80, context_.currency);
    measures["lo95"] = amount_json(i.lo95, context_.currency);
    measures["hi95"] = amount_json(i.hi95, context_.currency);
  }

  void add_intervals(json::object& answer) const {
    const auto text = [](const json::object& entry) { return std::string(entry.at("key").as_string()); };
    static const Spread kNothing;
    const auto of = [](const auto& map, const auto& key) -> const Spread& {
      const auto found = map.find(key);
      return found == map.end() ? kNothing : found->second;
    };
    const auto apart = [this](const json::object& entry) { return tells_each_interval() && !entry.contains("others"); };
    for (json::value& value : answer.at("rows").as_array()) {
      json::object& row = value.as_object();
      put(row, of(spreads_, text(row)), apart(row));
      if (!question_.columns) continue;
      for (json::value& cell : row.at("columns").as_array())
        put(cell.as_object(), of(cells_, std::pair{text(row), text(cell.as_object())}),
            apart(row) && apart(cell.as_object()));
    }
    json::object& totals = answer.at("totals").as_object();
    put(totals, total_, true);
    if (!question_.columns) return;
    for (json::value& column : totals.at("columns").as_array())
      put(column.as_object(), of(columns_, text(column.as_object())), apart(column.as_object()));
  }

  /// Keys of the periods along an axis that something is foretold of; none for an axis of something else.
  std::optional<std::set<std::string>> foretold(std::optional<Axis> axis) {
    std::set<std::string> keys;
    for (std::int32_t m = 0; found_ && m < store::kSnapshotMonths; ++m) {
      const domain::Day month = domain::add_months(first_month(), m);
      const Axis by = axis && is_time(*axis) ? *axis : Axis::month;
      if (inside(month)) keys.insert(heading(by, Place{.date = month}, labels_).key);
    }
    if (!keys.empty() && (!axis || !is_time(*axis))) return std::nullopt;
    return keys;
  }

  /// Of months before the forecast or past its end nothing is foretold, which is another thing than 0.
  void leave_untold(json::object& answer) {
    const auto rows = foretold(question_.rows), columns = foretold(question_.columns);
    const auto untold = [](const auto& keys, const json::object& entry) {
      return keys && !keys->contains(std::string(entry.at("key").as_string()));
    };
    const auto leave = [](json::object& entry) {
      for (const char* name : {"expected", "expected_all", "lo80", "hi80", "lo95", "hi95"}) {
        if (auto* value = entry.at("measures").as_object().if_contains(name)) *value = nullptr;
      }
    };
    for (json::value& value : answer.at("rows").as_array()) {
      json::object& row = value.as_object();
      const bool off = untold(rows, row);
      if (off) leave(row);
      if (!question_.columns) continue;
      for (json::value& cell : row.at("columns").as_array()) {
        if (off || untold(columns, cell.as_object())) leave(cell.as_object());
      }
    }
    json::object& totals = answer.at("totals").as_object();
    if (rows && rows->empty()) leave(totals);
    if (!question_.columns) return;
    for (json::value& column : totals.at("columns").as_array()) {
      if (untold(columns, column.as_object())) leave(column.as_object());
    }
  }

  const Context& context_;
  const Question question_;
  bool reads_months_ = true;
  const std::optional<store::Snapshot> found_;
  const store::Snapshot snapshot_;
  Labels labels_;
  Pivot pivot_;
  Headings row_headings_;  // of the intervals
  std::optional<Headings> column_headings_;
  bool tells_times_ = false;
  Values values_;
  struct Share {
    Id seller = 0;
    std::int64_t amount = 0, weighted = 0, value = 0, expected = 0;
  };
  std::vector<Share> shares_;  // of the opportunity that is being added
  std::vector<std::int64_t> weights_;
  std::map<std::string, Spread> spreads_, columns_;
  std::map<std::pair<std::string, std::string>, Spread> cells_;
  Spread total_;
};

}  // namespace

json::object forecast(const Context& context, const json::object& params) {
  Question question = limited_question(params);
  const auto found = snapshot_of(context, params, "as_of", context.today);
  for (const Axis axis : question.axes_of_many()) {
    question.tell(axis, ForecastReport(context, question.which_are_largest(axis), found).largest());
  }
  return ForecastReport(context, std::move(question), found).answer();
}

}  // namespace sales_leads::reports
