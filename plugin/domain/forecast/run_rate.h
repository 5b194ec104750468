// SPDX-License-Identifier: Apache-2.0
//
// What a month brings in all, deals not yet created included, by what past months brought: the mean of the same month
// of the quarter once every such month has been seen twice; before that as far as single deals show a season, and else
// a mixture of simple rules by how they foretold the months so far.
//
// Pure; any thread.
#pragma once

#include <vector>

#include "domain/forecast/life_table.h"

namespace sales_leads::domain::forecast {

class RunRate {
 public:
  /// `season`: how far the life tables of single deals have shown a season, 0 to 1.
  RunRate(const History& history, const Exposure& seen, double season);
  /// Expected sales of the month from `from` to its end.
  [[nodiscard]] double level(Day month, Day from) const;
  [[nodiscard]] std::size_t full_months() const { return months_.size(); }

 private:
  struct Month {
    std::int32_t number = 0;
    double won = 0;
  };
  [[nodiscard]] double same_phase(std::size_t known, std::int32_t number) const;
  [[nodiscard]] double mean(std::size_t known) const;
  [[nodiscard]] double falling(std::size_t known) const;
  [[nodiscard]] double rule(std::size_t rule, std::size_t known, std::int32_t number) const;
  [[nodiscard]] double whole_month(std::int32_t number) const;

  std::int32_t fiscal_first_month_;
  std::vector<Month> months_;
  double season_ = 0;
  double daily_ = 0;  // while no month is full
};

}  // namespace sales_leads::domain::forecast
