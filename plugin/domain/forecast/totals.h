// SPDX-License-Identifier: Apache-2.0
//
// From chances to money: what each open deal is expected to bring by month, and totals per seller and month with 80 %
// and 95 % intervals, for the deals that are open (pipeline) and with those not yet created (all).
//
// Every total is the sum of its rows to the minor unit: a deal's month is rounded once and only whole units are added.
// Intervals: nothing at all with the chance that every deal fails, else a gamma distribution with the mean and variance
// of the sum, the variance widened by what moves all deals of a month together.
//
// Usage:  Totals totals(history, model, months);  while (totals.step()) use(totals.deals());  … totals.rows()
//
// Pure; any thread. Ownership: borrows history and model.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "domain/forecast/model.h"
#include "domain/forecast/run_rate.h"

namespace sales_leads::domain::forecast {

struct Interval {
  std::int64_t lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;
};

/// What moves many deals together, as shares of the mean: the month, and the seller.
struct Shocks {
  double month = 0.3, seller = 0.2;
  [[nodiscard]] std::int64_t month_millionths() const { return static_cast<std::int64_t>(month * 1e6 + 0.5); }
  [[nodiscard]] std::int64_t seller_millionths() const { return static_cast<std::int64_t>(seller * 1e6 + 0.5); }
};

/// Sum of independent deals, each worth about `value` with a chance.
class Accumulator {
 public:
  void add(double chance, double value);
  void add_variance(double mean, double variance, double none_chance);
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return variance_; }
  /// The chance that nothing comes at all.
  [[nodiscard]] double none() const { return none_; }
  /// `shock`: variance of the common movement, as a share of the squared mean.
  [[nodiscard]] Interval interval(double shock) const;
  /// The same with the common movement's variance in money.
  [[nodiscard]] Interval interval_with(double shock_variance) const;
  /// Whether the 80 % interval with that shock holds what came.
  [[nodiscard]] bool holds(double actual, double shock) const;

 private:
  double mean_ = 0, variance_ = 0, none_ = 1;
};

/// What was foretold for a seller's month and what came: from these the shocks are learnt.
struct PastCell {
  Accumulator foretold;
  double actual = 0;
};

/// The multiple of a start with which the 80 % intervals of past cells would have held four times in five.
class ShockFit {
 public:
  explicit ShockFit(const Shocks& start) : start_(start), best_(start) {}
  /// Tries the next multiple; false when there is none left.
  bool step(const std::vector<PastCell>& cells);
  [[nodiscard]] const Shocks& best() const { return best_; }
  /// The best, drawn to the start by that share of the variance.
  [[nodiscard]] Shocks leaning(double share) const;

 private:
  Shocks start_, best_;
  double best_miss_ = 2;
  int tried_ = 0;
};

inline constexpr Shocks kPipelineShocks{0.3, 0.2};
inline constexpr Shocks kAllShocks{0.25, 0.2};

inline constexpr std::int64_t kMillion = 1'000'000;

/// Sum of parts of deals over any months and sellers, told in whole numbers: chances and shocks in parts of a million.
/// What moves a month moves all of its deals, what moves a seller all of theirs.
class Spread {
 public:
  void add(std::int64_t month, std::int64_t seller, std::int64_t chance, std::int64_t value);
  [[nodiscard]] Interval interval(std::int64_t month_shock, std::int64_t seller_shock) const;

 private:
  Accumulator sum_;
  std::map<std::int64_t, double> months_, sellers_;
};

struct DealForecast {
  std::size_t deal = 0;                  // row of the history
  std::int32_t ever = 0;                 // chances in parts of a million
  std::array<std::int32_t, 3> within{};  // 30, 60, 90 days
  std::vector<std::int32_t> by_month;    // to be won in each month
  std::int64_t value = 0, expected = 0;
  std::vector<std::int64_t> expected_by_month;
};

struct TotalRow {
  Day month = 0;             // its first day
  std::int32_t seller = -1;  // level of Family::seller, -1 = all
  bool all = false;          // with deals not yet created
  std::int64_t expected = 0, lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;
};

class Totals {
 public:
  /// How many deals step() forecasts.
  static constexpr std::size_t kSlice = 500;

  Totals(const History& history, const Model& model, std::int32_t months, Shocks pipeline = kPipelineShocks,
         Shocks all = kAllShocks);
  /// One slice: the next deals, in the end what they sum up to, a month each; false when the last slice is done.
  bool step();
  /// All slices, and keeps the deals of all.
  void run();

  /// Those of the last slice, which goes on about where the one before ended by id; after run() all.
  [[nodiscard]] const std::vector<DealForecast>& deals() const { return deals_; }
  /// All deals are forecast; what is left are sums.
  [[nodiscard]] bool summing() const { return next_ >= open_.size(); }
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  /// By seller and month, for what comes of open deals and of all.
  [[nodiscard]] const std::vector<std::vector<Accumulator>>& cells(bool all) const { return all ? all_cells_ : cells_; }
  [[nodiscard]] const std::vector<Day>& months() const { return months_; }
  /// Whole once the last slice is done.
  [[nodiscard]] const std::vector<TotalRow>& rows() const { return rows_; }
  [[nodiscard]] std::int64_t value_of(std::size_t deal) const;

 private:
  void forecast_deals();
  void sum_pipeline(std::size_t month);
  void share_out();
  void add_new_business(std::size_t month);

  const History& history_;
  const Model& model_;
  std::vector<Day> months_;               // first days
  std::vector<std::int32_t> month_ends_;  // days after as_of
  std::vector<std::size_t> open_;
  std::size_t next_ = 0;  // of open_
  std::vector<DealForecast> deals_;
  std::vector<TotalRow> rows_;
  Shocks pipeline_shocks_, all_shocks_;
  std::vector<std::vector<Accumulator>> cells_, all_cells_;  // seller x month
  std::vector<std::vector<std::int64_t>> sums_;              // seller x month
  std::optional<RunRate> rate_;
  std::vector<double> share_;  // of what is new, by seller
  struct Worth {               // of a won deal: mean, and mean of the square
    double mean = 0, square = 0;
  };
  std::vector<Worth> worth_;  // by seller
  std::size_t summed_ = 0;    // months of both scopes
};

}  // namespace sales_leads::domain::forecast
