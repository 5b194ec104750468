// SPDX-License-Identifier: Apache-2.0
//
// From a fit to chances: day by day, what is left is won, lost or goes on. So the chance to be won by a day grows with
// the day, and won and lost together never exceed one.
//
// Threads: one each. Ownership: borrows exposure and fit.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "domain/forecast/life_table.h"

namespace sales_leads::domain::forecast {

class Projection {
 public:
  /// `marks`: days after as_of, ascending, at which the chance is wanted; `horizon`: at which "ever" ends.
  Projection(const Exposure& seen, const Fit& fit, std::vector<std::int32_t> marks, std::int32_t horizon);

  /// Adds weight x chance of each deal to its row of `out`: an entry per mark, then "ever". Deals of one entry that
  /// follow each other are taken some at a time, which their days are looked up for once.
  void add(const History& history, const std::vector<std::size_t>& deals, double weight, std::vector<double>& out);

 private:
  /// So many deals go through the days together: one alone waits for each day's result before it can begin the next.
  static constexpr std::size_t kLanes = 8;
  using Lanes = std::array<double, kLanes>;

  void load(Day entry);
  void run(std::size_t lanes);

  const Exposure& seen_;
  const Fit& fit_;
  std::vector<std::int32_t> marks_;
  std::int32_t horizon_;
  std::int32_t fine_;  // days that are looked at singly
  std::int32_t stride_;
  Day loaded_ = kNever;
  std::vector<double> won_, lost_;                           // base hazards by step
  std::array<double, kCauses> most_{};                       // the highest of them
  std::vector<std::int32_t> end_;                            // days after as_of at the end of each step
  std::vector<std::uint8_t> part_;                           // of what lies ahead, by step
  std::array<std::array<Lanes, kAhead>, kCauses> factor_{};  // of each deal, by part
  std::vector<Lanes> chances_;                               // by mark, then "ever"
};

}  // namespace sales_leads::domain::forecast
