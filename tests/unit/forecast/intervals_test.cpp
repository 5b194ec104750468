// SPDX-License-Identifier: Apache-2.0
//
// How often intervals hold, on companies whose deals are dice: four times in five and nineteen in twenty, as they say.
#include <gtest/gtest.h>

#include <cstdio>

#include "unit/forecast/companies.h"

namespace companies {
namespace {

/// Each seller's taste decides how many cheap, plain and dear deals they have; a few are very dear.
History with_values(const Company& company, std::uint64_t seed) {
  History all = whole(company, seed);
  Dice dice(seed * 7'919);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double taste = 0.15 * (all.level[1][i] % 3), x = dice.unit();
    const double value = x < 0.4 - taste ? 500 : x < 0.8 - taste ? 2'500 : x < 0.985 ? 5'000 : 25'000;
    all.value[i] = std::llround(value * (90 + 20 * dice.unit()));
    all.won_value[i] = all.outcome[i] == Outcome::won ? all.value[i] : 0;
  }
  return all;
}

struct Held {
  int cells = 0, in80 = 0, in95 = 0;
  double expected = 0, came = 0;
};

/// Of sellers' months, deals not yet created included or not.
void hold(const Company& company, Day days, std::array<Held, 2>& held, std::uint64_t seed) {
  const History all = with_values(company, seed);
  const Day day = first_of_month(month_number(company.first + days)) - 1;
  const History then = as_of(company, all, day);
  Forecaster forecast(then, day, 1, 4);
  forecast.run();
  for (const TotalRow& row : forecast.totals().rows()) {
    if (row.seller < 0) continue;
    const Day end = first_of_month(month_number(row.month) + 1) - 1;
    std::int64_t came = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all.outcome[i] == Outcome::won && all.close[i] > day && all.close[i] >= row.month && all.close[i] <= end &&
          all.level[1][i] == row.seller && (row.all || all.entry[i] <= day))
        came += all.won_value[i];
    }
    Held& of = held[row.all ? 1 : 0];
    ++of.cells;
    of.in80 += row.lo80 <= came && came <= row.hi80;
    of.in95 += row.lo95 <= came && came <= row.hi95;
    of.expected += static_cast<double>(row.expected);
    of.came += static_cast<double>(came);
  }
}

Company many_deals() {
  Company company;
  company.deals = 2'400;
  company.days = 600;
  company.sellers = 10;
  company.steps = {{0, 0.01, 0.012, 4'500}};
  return company;
}

TEST(Intervals, HoldAsOftenAsTheySay) {
  for (const Day days : {130, 450}) {  // before months were learnt from, and after
    std::array<Held, 2> held;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) hold(many_deals(), days, held, seed);
    for (const bool all : {false, true}) {
      const Held& of = held[all ? 1 : 0];
      const double in80 = 1.0 * of.in80 / of.cells, in95 = 1.0 * of.in95 / of.cells;
      std::printf("day %d, %s: 80 %% held %.3f, 95 %% held %.3f of %d; foretold %.3f of what came\n", days,
                  all ? "all" : "pipeline", in80, in95, of.cells, of.expected / of.came);
      EXPECT_GE(in80, 0.75) << days << all;
      EXPECT_LE(in80, 0.88) << days << all;
      EXPECT_GE(in95, 0.92) << days << all;
      EXPECT_LE(in95, 0.99) << days << all;
    }
    // Its first months sold little because nothing had lived long enough yet: they tell nothing of later ones.
    EXPECT_GT(held[1].expected, (days == 450 ? 0.95 : 0.85) * held[1].came);
  }
}

TEST(Intervals, AreLearntFromAFewSellersToo) {
  Company company = many_deals();
  company.sellers = 3;
  const Day day = first_of_month(month_number(company.first + 450)) - 1;
  const History then = as_of(company, with_values(company, 3), day);
  Forecaster forecast(then, day, 1, 4);
  forecast.run();
  EXPECT_NE(forecast.shocks(true).month, kAllShocks.month);
  EXPECT_NE(forecast.shocks(false).month, kPipelineShocks.month);
}

TEST(Intervals, WhatIsLearntLeansOnTheStartByItsShareOfTheVariance) {
  ShockFit fit(kAllShocks);
  // Cells that always come as foretold ask for no shock at all.
  std::vector<PastCell> cells;
  for (int c = 0; c < 20; ++c) {
    Accumulator sum;
    for (int deal = 0; deal < 50; ++deal) sum.add(0.5, 1'000);
    cells.push_back({sum, 25'000 + 600.0 * (c % 9 - 4)});
  }
  while (fit.step(cells)) {
  }
  ASSERT_LT(fit.best().month, 0.1 * kAllShocks.month + 1e-9);
  EXPECT_DOUBLE_EQ(fit.leaning(1).month, kAllShocks.month);
  EXPECT_DOUBLE_EQ(fit.leaning(0).seller, fit.best().seller);
  EXPECT_NEAR(fit.leaning(0.25).month,
              std::sqrt(0.25 * kAllShocks.month * kAllShocks.month + 0.75 * fit.best().month * fit.best().month),
              1e-12);
}

TEST(Intervals, ASellerOfDearDealsVariesMoreThanOneOfCheapOnes) {
  Company company = many_deals();
  company.sellers = 2;
  History all = whole(company, 4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool dear = all.level[1][i] == 1;  // as much money in a tenth of the deals
    if (dear && i % 10 != 0 && all.outcome[i] == Outcome::won) all.outcome[i] = Outcome::lost;
    all.value[i] = dear ? 1'000'000 : 100'000;
    all.won_value[i] = all.outcome[i] == Outcome::won ? all.value[i] : 0;
  }
  const Day day = company.first + 450;
  const History then = as_of(company, all, day);
  Forecaster forecast(then, day, 1, 2);
  forecast.run();
  std::array<double, 2> width{};
  for (const TotalRow& row : forecast.totals().rows()) {
    if (row.all && row.seller >= 0)
      width[static_cast<std::size_t>(row.seller)] +=
          static_cast<double>(row.hi80 - row.lo80) / static_cast<double>(row.expected);
  }
  EXPECT_GT(width[1], 1.6 * width[0]) << width[0] << " and " << width[1];
}

}  // namespace
}  // namespace companies
