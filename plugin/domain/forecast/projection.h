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

  /// Adds weight x chance to out[mark], the last entry being "ever": out has marks + 1 entries. Deals that follow each
  /// other with the same entry and factors cost one pass.
  void add(Day entry, double won_factor, double lost_factor, double weight, double* out, std::int32_t step = -1);

 private:
  void load(Day entry);

  const Exposure& seen_;
  const Fit& fit_;
  std::vector<std::int32_t> marks_;
  std::int32_t horizon_;
  std::int32_t fine_;  // days that are looked at singly
  std::int32_t stride_;
  Day loaded_ = kNever;
  double last_won_ = -1, last_lost_ = -1;
  std::int32_t last_step_ = -1;
  std::vector<double> won_, lost_;  // base hazards by step
  std::vector<std::int32_t> end_;   // days after as_of at the end of each step
  std::vector<std::uint8_t> part_;  // of what lies ahead, by step
  std::vector<double> chances_;
};

}  // namespace sales_leads::domain::forecast
