// SPDX-License-Identifier: Apache-2.0
//
// Discrete-time life tables of two competing ends, won and lost: daily hazards by age, times factors for the month of
// the quarter, the month of entry, and what a deal is known by from its first day on. Every factor is the posterior
// mean of a gamma-Poisson model: no data gives 1, much data gives the ratio of seen to expected. Factors are found by
// turns in a fixed order, so the same history gives the same bits.
//
// Usage:  const Exposure seen(history, as_of, fiscal_first_month);  const Fit fit = fit_life_table(seen, {true, true});
// In slices, each some hundred thousand rows:  ExposureMaker made(…);  while (made.step()) {}  … made.take()
//         LifeTableFit fit(seen, {true, true});  while (fit.step()) {}  … fit.take()
//
// Pure; any thread. Nothing after `as_of` is looked at: what closes later is open, what enters later is not there.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "domain/forecast/history.h"

namespace sales_leads::domain::forecast {

inline constexpr std::size_t kCauses = 2;  // won, lost
inline constexpr std::size_t kPhases = 3;  // month of the fiscal quarter

/// Ages in bands that are fine where the company's deals close and coarse beyond.
class Bands {
 public:
  Bands() = default;
  /// `unit`: 1 day for a cycle of about a quarter, more for a longer one.
  explicit Bands(std::int32_t unit);
  [[nodiscard]] std::size_t count() const { return first_.size(); }
  [[nodiscard]] std::size_t of(std::int32_t age) const {
    return age < static_cast<std::int32_t>(band_.size())
               ? static_cast<std::size_t>(band_[age < 1 ? 1U : static_cast<std::size_t>(age)])
               : count() - 1;
  }
  [[nodiscard]] std::int32_t first(std::size_t band) const { return first_[band]; }
  [[nodiscard]] std::int32_t unit() const { return unit_; }
  /// Days after which a deal is taken as never won.
  [[nodiscard]] std::int32_t horizon() const { return 160 * unit_; }

 private:
  std::int32_t unit_ = 1;
  std::vector<std::int32_t> first_;  // first age of each band
  std::vector<std::int16_t> band_;   // by age
};

/// The history as seen at the end of one day.
struct Exposure {
  Exposure() = default;
  Exposure(const History& history, Day as_of, std::int32_t fiscal_first_month);

  struct Row {
    std::int32_t deal = 0;  // row of the history
    std::int32_t first_age = 1, last_age = 0;
    std::int8_t cause = -1;  // 0 won, 1 lost, -1 open at as_of
    bool light = false;      // began before recording did
  };
  struct Entry {  // deals that entered on one day
    Day day = 0;
    std::int32_t cohort = 0;
    std::size_t begin = 0, end = 0;
    std::int32_t last_age = 0;  // the highest of its rows
  };

  const History* history = nullptr;
  Day as_of = 0, recording_start = 0;
  std::int32_t fiscal_first_month = 1;
  Bands bands;
  std::vector<Row> rows;
  std::vector<Entry> entries;
  std::vector<std::int8_t> phase;  // by day - recording_start
  Day first_cohort_month = 0;      // month number of cohort 0
  std::int32_t cohorts = 0, own_cohorts = 0;
  bool two_phases = false;
  std::int32_t usual_age = 60;     // at which half of what closed had closed
  std::int32_t dead_age = kNever;  // far older than anything that ever closed: nothing is expected from here on
  std::int64_t won = 0, lost = 0;
  double mean_won_age = 60;  // at which deals are won, those that still will be thought of too

  [[nodiscard]] std::int64_t closings() const { return won + lost; }
  [[nodiscard]] std::size_t phase_of(Day day) const;
  [[nodiscard]] std::int32_t cohort_of(Day day) const;
  [[nodiscard]] std::int32_t days() const { return as_of - recording_start + 1; }
};

class ExposureMaker {
 public:
  ExposureMaker(const History& history, Day as_of, std::int32_t fiscal_first_month);
  ~ExposureMaker();
  /// false when the last slice is done.
  bool step();
  [[nodiscard]] Exposure take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct FitOptions {
  bool season = true;
  bool cohort = true;
};

/// Parts of what lies ahead, seen from the day on which a deal's step is known: quarters of a usual cycle, then the
/// rest.
inline constexpr std::size_t kAhead = 5;
using AheadFactors = std::array<double, kAhead>;

struct Fit {
  std::array<std::vector<double>, kCauses> base;                       // by band
  std::array<std::array<double, kPhases>, kCauses> phase{};            // by month of the quarter
  std::array<std::vector<std::array<double, kPhases>>, kCauses> both;  // band x phase
  std::array<std::vector<double>, kCauses> cohort;                     // by month of entry
  std::array<std::array<std::vector<double>, kFamilies>, kCauses> level;
  std::array<std::array<double, kFamilies>, kCauses> strength{};  // the weight of 1 in each family

  std::array<double, kCauses> recent{1, 1};  // of the last quarter's closings to what all other factors foretell
  /// Where a deal stands now says how soon it will be won or lost: factors by step and by what lies ahead.
  std::array<std::vector<AheadFactors>, kCauses> step;
  std::int32_t ahead_days = 30;  // length of a part

  /// Of a deal in that step; null where nothing is known of it.
  [[nodiscard]] const AheadFactors* step_of(std::int32_t the_step, std::size_t cause) const {
    const auto& all = step[cause];
    return the_step < 0 || static_cast<std::size_t>(the_step) >= all.size() ? nullptr
                                                                            : &all[static_cast<std::size_t>(the_step)];
  }
  /// Product of the level factors of one deal.
  [[nodiscard]] double levels_of(const History& history, std::size_t deal, std::size_t cause) const;
};

class LifeTableFit {
 public:
  /// With `known` its factors by level are taken as they are: they differ little between seasons and cohorts, and
  /// finding them is most of the work.
  LifeTableFit(const Exposure& seen, const FitOptions& options, const Fit* known = nullptr);
  ~LifeTableFit();
  /// false when the last slice is done.
  bool step();
  [[nodiscard]] Fit take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Fit fit_life_table(const Exposure& seen, const FitOptions& options, const Fit* known = nullptr);

/// Number of the month: 12 * year + month - 1.
[[nodiscard]] std::int32_t month_number(Day day);
[[nodiscard]] Day first_of_month(std::int32_t month_number);

}  // namespace sales_leads::domain::forecast
