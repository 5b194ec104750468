// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "domain/forecast/totals.h"
#include "reports/forecast.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"
#include "store/read_snapshot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using domain::forecast::kMillion;
constexpr std::int64_t kMostSnapshots = 60;
constexpr domain::Day kQuiet = 60;

struct Win {
  Id id = 0, owner = 0;
  std::int64_t amount = 0;
  domain::Day on = 0;
};

constexpr std::int64_t kWins = 2'000, kPage = 10'000;  // rows held at a time

/// Wins as they stand now, by opportunity: what the forecasts are held against.
std::vector<Win> wins(const Context& context) {
  std::vector<Win> found;
  const store::ReadSnapshot one_state(context.session);
  // Page by page: what the database hands over is larger than what is kept of it.
  for (std::size_t before = 0, read = kWins; read == kWins; read = found.size() - before) {
    before = found.size();
    for (const auto& [id, owner, closed, amount] : context.session.query<Id, Id, Id, std::int64_t>(
             "select id, owner_id, actual_close, coalesce(company_minor, 0) from sl_opportunity where company_id = "
             ":company and archived = 0 and status = 'won' and actual_close is not null and id > :after order by id "
             "limit :rows",
             {{"company", context.company}, {"after", found.empty() ? 0 : found.back().id}, {"rows", kWins}})) {
      found.push_back({id, owner, amount, static_cast<domain::Day>(closed)});
    }
  }
  return found;
}

/// Outcomes are known up to today, or up to the last closing where nothing was closed for long since: a company whose
/// history was brought in from a file has none after the file's last day.
domain::Day known_until(const Context& context) {
  const auto last =
      std::get<0>(context.session
                      .query<std::optional<Id>>("select max(actual_close) from sl_opportunity where company_id = "
                                                ":company and archived = 0 and status in ('won', 'lost')",
                                                {{"company", context.company}})
                      .at(0));
  if (!last || context.today - *last <= kQuiet) return context.today;
  return static_cast<domain::Day>(*last) + 1;
}

/// part / whole with four decimals, half up: "0.1234"; null without a whole.
json::value ratio(domain::Wide part, domain::Wide whole) {
  if (whole <= 0) return nullptr;
  const bool negative = part < 0;
  const auto units = static_cast<std::int64_t>(((negative ? -part : part) * 20'000 + whole) / (whole * 2));
  std::string rest = std::to_string(units % 10'000);
  rest.insert(0, 4 - rest.size(), '0');
  return json::value((negative && units != 0 ? "-" : "") + std::to_string(units / 10'000) + "." + rest);
}

/// Chances against what happened: Brier sums in parts of a million squared, beside those of the steps' probabilities.
struct Chances {
  struct Bucket {
    std::int64_t count = 0, won = 0, foretold = 0;
  };
  std::int64_t count = 0, won = 0, foretold = 0;
  domain::Wide squares = 0, step_squares = 0;
  std::array<Bucket, 10> buckets{};

  void add(std::int64_t chance, std::int64_t by_step, bool is_won) {
    const std::int64_t truth = is_won ? kMillion : 0;
    squares += static_cast<domain::Wide>(chance - truth) * (chance - truth);
    step_squares += static_cast<domain::Wide>(by_step - truth) * (by_step - truth);
    Bucket& bucket = buckets[static_cast<std::size_t>(std::min<std::int64_t>(9, chance * 10 / kMillion))];
    ++bucket.count;
    bucket.won += is_won;
    bucket.foretold += chance;
    ++count;
    won += is_won;
    foretold += chance;
  }
  /// Mean distance of what was foretold from what came, over tenths of chance.
  [[nodiscard]] json::value calibration_error() const {
    domain::Wide off = 0;
    for (const Bucket& bucket : buckets) {
      const domain::Wide miss =
          static_cast<domain::Wide>(bucket.foretold) - static_cast<domain::Wide>(bucket.won) * kMillion;
      off += miss < 0 ? -miss : miss;
    }
    return ratio(off, static_cast<domain::Wide>(count) * kMillion);
  }
  /// By tenth of chance, as rows of a report: per cent with two decimals.
  [[nodiscard]] json::array by_tenth() const {
    json::array rows;
    for (std::size_t tenth = 0; tenth < buckets.size(); ++tenth) {
      const Bucket& bucket = buckets[tenth];
      if (bucket.count == 0) continue;
      const std::string from = std::to_string(tenth * 10), to = std::to_string(tenth * 10 + 10);
      const auto percent = [&bucket](std::int64_t millionths) {
        const std::int64_t whole = (millionths + 50 * bucket.count) / (100 * bucket.count);  // hundredths of a per cent
        const std::string rest = std::to_string(whole % 100);
        return std::to_string(whole / 100) + (rest.size() < 2 ? ".0" : ".") + rest;
      };
      rows.push_back(json::object{{"key", from},
                                  {"label", from + "–" + to + " %"},
                                  {"measures", json::object{{"count", bucket.count},
                                                            {"foretold", percent(bucket.foretold)},
                                                            {"came", percent(bucket.won * kMillion)}}}});
    }
    return rows;
  }
  [[nodiscard]] json::object shown(std::int32_t days) const {
    json::array calibration;
    for (const Bucket& bucket : buckets) {
      if (bucket.count == 0) continue;
      calibration.push_back(
          json::object{{"count", bucket.count},
                       {"foretold", ratio(bucket.foretold, static_cast<domain::Wide>(bucket.count) * kMillion)},
                       {"won", ratio(bucket.won, bucket.count)}});
    }
    const domain::Wide whole = static_cast<domain::Wide>(count) * kMillion * kMillion;
    return {{"days", days},
            {"count", count},
            {"foretold", ratio(foretold, static_cast<domain::Wide>(count) * kMillion)},
            {"won", ratio(won, count)},
            {"brier", ratio(squares, whole)},
            {"brier_of_steps", ratio(step_squares, whole)},
            {"calibration_error", calibration_error()},
            {"calibration", std::move(calibration)}};
  }
};

/// Amounts foretold per seller and month against what came.
struct Amounts {
  std::int64_t cells = 0, held80 = 0, held95 = 0;
  domain::Wide expected = 0, actual = 0, missed = 0, width80 = 0;
  void add(const store::SnapshotTotal& total, std::int64_t came) {
    ++cells;
    held80 += total.lo80 <= came && came <= total.hi80;
    held95 += total.lo95 <= came && came <= total.hi95;
    expected += total.expected;
    actual += came;
    missed += total.expected > came ? total.expected - came : came - total.expected;
    width80 += total.hi80 - total.lo80;
  }
  [[nodiscard]] json::object shown(const std::string& currency) const {
    return {{"cells", cells},
            {"expected", amount_json(static_cast<std::int64_t>(expected), currency)},
            {"actual", amount_json(static_cast<std::int64_t>(actual), currency)},
            {"error", ratio(missed, actual)},
            {"bias", ratio(expected - actual, actual)},
            {"held80", ratio(held80, cells)},
            {"held95", ratio(held95, cells)},
            {"width80", ratio(width80, actual)}};
  }
};

class Accuracy {
 public:
  explicit Accuracy(const Context& context)
      : context_(context),
        store_(context.session, context.company),
        visible_(context),
        wins_(wins(context)),
        until_(known_until(context)) {}

  void look_at(const store::Snapshot& snapshot) {
    std::vector<bool> open(wins_.size());  // by win: whether the forecast knew it as an open deal
    std::array<Chances, 3> chances;
    std::size_t at = 0;
    Id last = 0;
    for (auto rows = store_.chances(snapshot.id, last, kPage); !rows.empty();
         rows = store_.chances(snapshot.id, last, kPage)) {
      for (const auto& row : rows) {
        while (at < wins_.size() && wins_[at].id < row.opportunity) ++at;
        const bool wins = at < wins_.size() && wins_[at].id == row.opportunity;
        if (wins) open[at] = true;
        if (visible_.covers(row.opportunity)) hold(snapshot, row, wins ? &wins_[at] : nullptr, chances);
      }
      last = rows.back().opportunity;
    }
    std::map<std::pair<std::int64_t, Id>, std::int64_t> came[2];  // of open deals, of all
    for (std::size_t i = 0; i < wins_.size(); ++i) {
      const Win& win = wins_[i];
      if (win.on <= snapshot.as_of) continue;
      const auto date = domain::civil_date(win.on);
      const std::pair<std::int64_t, Id> cell{*domain::day_of({date.year, date.month, 1}), win.owner};
      came[1][cell] += win.amount;
      if (open[i]) came[0][cell] += win.amount;
    }
    std::array<Amounts, 2> amounts;
    for (const auto& total : store_.totals(snapshot.id)) {
      const auto month = static_cast<domain::Day>(total.month);
      const domain::Day end = domain::add_months(month, 1);
      if (end > until_ || end > snapshot.as_of + kMonthsAhead || !covers(total.seller)) continue;
      const std::size_t scope = total.scope == "all" ? 1 : 0;
      const auto found = came[scope].find({total.month, total.seller});
      const std::int64_t actual = found == came[scope].end() ? 0 : found->second;
      amounts[scope].add(total, actual);
      amounts_[scope].add(total, actual);
    }
    if (chances[0].count == 0 && amounts[0].cells == 0) return;
    rows_.push_back(json::object{{"key", domain::date_text(snapshot.as_of)},
                                 {"label", domain::date_text(snapshot.as_of)},
                                 {"origin", snapshot.origin},
                                 {"measures", measures(chances, amounts)}});
  }

  json::object answer() {
    return {{"rows", std::move(rows_)},
            {"calibration", chances_[0].by_tenth()},
            {"totals", json::object{{"measures", measures(chances_, amounts_)}}}};
  }

 private:
  static constexpr domain::Day kMonthsAhead = 125;  // four months

  /// The chances of one deal against what is known of it.
  void hold(const store::Snapshot& snapshot, const store::SnapshotChances& row, const Win* win,
            std::array<Chances, 3>& chances) {
    const std::array<std::int64_t, 3> foretold{row.within_30, row.within_60, row.within_90};
    for (std::size_t h = 0; h < 3; ++h) {
      const domain::Day until = snapshot.as_of + 30 * (static_cast<domain::Day>(h) + 1);
      if (until >= until_) continue;
      const bool is_won = win != nullptr && win->on > snapshot.as_of && win->on <= until;
      chances[h].add(foretold[h], row.probability * (kMillion / 10'000), is_won);
      chances_[h].add(foretold[h], row.probability * (kMillion / 10'000), is_won);
    }
  }

  [[nodiscard]] bool covers(Id seller) const {
    return context_.sees_all() ||
           std::find(context_.employees.begin(), context_.employees.end(), seller) != context_.employees.end();
  }
  [[nodiscard]] json::object measures(const std::array<Chances, 3>& chances,
                                      const std::array<Amounts, 2>& amounts) const {
    json::array by_days;
    for (std::size_t h = 0; h < 3; ++h) {
      if (chances[h].count > 0) by_days.push_back(chances[h].shown(30 * (static_cast<std::int32_t>(h) + 1)));
    }
    return {{"chances", std::move(by_days)},
            {"pipeline", amounts[0].shown(context_.currency)},
            {"all", amounts[1].shown(context_.currency)}};
  }

  const Context& context_;
  store::SnapshotStore store_;
  const Visible visible_;
  const std::vector<Win> wins_;
  const domain::Day until_;  // first day of which nothing is known
  std::array<Chances, 3> chances_;
  std::array<Amounts, 2> amounts_;
  json::array rows_;
};

}  // namespace

json::object forecast_accuracy(const Context& context, const json::object& params) {
  const auto from = read_day(params, "from", false), to = read_day(params, "to", true);
  const json::value* origin = params.if_contains("origin");
  const json::value* every = params.if_contains("every");
  const bool ends_alone = every == nullptr || !every->is_string() || every->get_string() != "day";
  Accuracy accuracy(context);
  store::SnapshotStore store(context.session, context.company);
  std::vector<store::Snapshot> wanted;
  for (const auto& snapshot : store.list(0, 10'000)) {
    if ((from && snapshot.as_of < *from) || (to && snapshot.as_of > *to)) continue;
    if (origin != nullptr && origin->is_string() && origin->get_string() != snapshot.origin) continue;
    // Every day's forecast holds nearly the same deals: the ends of months tell enough, and no deal thirty times.
    if (ends_alone && domain::civil_date(snapshot.as_of + 1).day != 1) continue;
    wanted.push_back(snapshot);
  }
  std::sort(wanted.begin(), wanted.end(), [](const store::Snapshot& a, const store::Snapshot& b) {
    return a.as_of != b.as_of ? a.as_of > b.as_of : a.origin > b.origin;  // daily before back-dated
  });
  domain::Day before = 0;
  std::int64_t count = 0;
  for (const auto& snapshot : wanted) {
    if ((count > 0 && snapshot.as_of == before) || ++count > kMostSnapshots) continue;
    before = snapshot.as_of;
    accuracy.look_at(snapshot);
  }
  return accuracy.answer();
}

}  // namespace sales_leads::reports
