// SPDX-License-Identifier: Apache-2.0
//
// The forecast's engine on companies whose hazards are known, and what must hold of any forecast.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "domain/forecast/gamma.h"
#include "unit/forecast/companies.h"

namespace companies {
namespace {

Company one_step() {
  Company company;
  company.deals = 1'200;
  company.days = 500;
  company.steps = {{0, 0.01, 0.012, 4'500}};
  return company;
}

Company four_steps() {
  Company company;
  company.deals = 450;
  company.days = 1'000;
  company.steps = {
      {0.008, 0, 0.004, 3'170}, {0.010, 0, 0.003, 4'760}, {0.012, 0, 0.002, 5'710}, {0, 0.006, 0.003, 6'670}};
  return company;
}

void not_worse_than_steps(const Scores& scores, double miss) {
  EXPECT_LE(scores.brier, scores.steps_brier + 0.01) << scores.n << " deals";
  EXPECT_LE(std::abs(scores.miss()), miss)
      << "foretold " << scores.mean_p << ", won " << scores.rate << " of " << scores.n;
}

TEST(ForecastEngine, IsCalibratedOnFourStepsAndALongCycle) {
  Scores scores;
  // One company has some fifty to a hundred open deals, too few to tell the scores of two good ways apart.
  for (std::uint64_t seed = 7; seed < 11; ++seed)
    add_scores(four_steps(), whole(four_steps(), seed), four_steps().first + 850, 0, scores);
  not_worse_than_steps(finished(scores), 3);
}

TEST(ForecastEngine, IsCalibratedWhereLossesAreNeverRecorded) {
  Company company = one_step();
  company.steps = {{0, 0.004, 0.012, 2'500}};
  company.record_losses = false;
  Scores scores;
  add_scores(company, whole(company, 5), company.first + 400, 90, scores);
  not_worse_than_steps(finished(scores), 3);
}

TEST(ForecastEngine, FollowsATrend) {
  Company company = one_step();
  company.trend = 1;
  Scores scores;
  add_scores(company, whole(company, 9), company.first + 420, 30, scores);
  const Scores done = finished(scores);
  EXPECT_LE(std::abs(done.miss()), 3) << "foretold " << done.mean_p << ", won " << done.rate << " of " << done.n;
}

TEST(ForecastEngine, StartsFromTheStepsWithSixtyDeals) {
  Company company = one_step();
  company.deals = 60;
  company.days = 600;
  Scores scores;
  for (const int day : {150, 300, 450, 590}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
      add_scores(company, whole(company, seed), company.first + day, 0, scores);
  }
  not_worse_than_steps(finished(scores), 3);
}

TEST(ForecastEngine, NothingThatComesLaterChangesAnything) {
  const Company company = one_step();
  const Day day = company.first + 300;
  const History all = whole(company, 3), then = as_of(company, all, day);
  History poisoned = then;
  for (std::size_t i = 0; i < poisoned.size(); ++i) {
    if (poisoned.outcome[i] != Outcome::open || i % 2 == 0) continue;
    poisoned.outcome[i] = Outcome::won;
    poisoned.close[i] = std::max(poisoned.entry[i], day) + 1;
    poisoned.won_value[i] = 99'999'999;
  }
  Forecaster known(then, day, 1, 4), told(poisoned, day, 1, 4);
  known.run();
  told.run();
  ASSERT_EQ(known.totals().deals().size(), told.totals().deals().size());
  for (std::size_t d = 0; d < known.totals().deals().size(); ++d)
    ASSERT_EQ(known.totals().deals()[d].ever, told.totals().deals()[d].ever) << d;
  for (std::size_t r = 0; r < known.totals().rows().size(); ++r) {
    ASSERT_EQ(known.totals().rows()[r].expected, told.totals().rows()[r].expected) << r;
    ASSERT_EQ(known.totals().rows()[r].hi95, told.totals().rows()[r].hi95) << r;
  }
}

TEST(ForecastEngine, TheOrderOfRowsChangesNotOneBit) {
  const Company company = one_step();
  const Day day = company.first + 400;
  const History then = as_of(company, whole(company, 3), day);
  History shuffled = then;
  std::vector<std::size_t> order(then.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(11));
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t from = order[i];
    shuffled.id[i] = then.id[from];
    shuffled.entry[i] = then.entry[from];
    shuffled.close[i] = then.close[from];
    shuffled.outcome[i] = then.outcome[from];
    for (std::size_t f = 0; f < kFamilies; ++f) shuffled.level[f][i] = then.level[f][from];
    shuffled.value[i] = then.value[from];
    shuffled.won_value[i] = then.won_value[from];
    shuffled.step_p[i] = then.step_p[from];
    shuffled.untried[i] = then.untried[from];
    shuffled.step[i] = then.step[from];
  }
  std::vector<std::int32_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<std::int32_t>(i);
  for (StepStay& stay : shuffled.stays) stay.deal = place[static_cast<std::size_t>(stay.deal)];
  shuffled.put_in_order();
  Forecaster a(then, day, 1, 4), b(shuffled, day, 1, 4);
  a.run();
  b.run();
  for (std::size_t d = 0; d < a.totals().deals().size(); ++d) {
    ASSERT_EQ(then.id[a.totals().deals()[d].deal], shuffled.id[b.totals().deals()[d].deal]);
    ASSERT_EQ(a.totals().deals()[d].ever, b.totals().deals()[d].ever);
    ASSERT_EQ(a.totals().deals()[d].expected, b.totals().deals()[d].expected);
  }
  for (std::size_t r = 0; r < a.totals().rows().size(); ++r)
    ASSERT_EQ(a.totals().rows()[r].lo80, b.totals().rows()[r].lo80);
}

TEST(ForecastEngine, TotalsAreSumsIntervalsNestAndChancesGrow) {
  Company company = one_step();
  company.strong_seller = 2;
  const Day day = company.first + 450;
  const History then = as_of(company, whole(company, 4), day);
  Forecaster forecast(then, day, 1, 4);
  forecast.run();
  std::map<std::pair<bool, Day>, std::int64_t> sums, totals;
  for (const TotalRow& row : forecast.totals().rows()) {
    EXPECT_LE(row.lo95, row.lo80);
    EXPECT_LE(row.lo80, row.hi80);
    EXPECT_LE(row.hi80, row.hi95);
    (row.seller < 0 ? totals : sums)[{row.all, row.month}] += row.expected;
  }
  EXPECT_EQ(sums, totals);
  std::map<Day, std::int64_t> of_deals;
  for (const DealForecast& deal : forecast.totals().deals()) {
    EXPECT_LE(deal.within[0], deal.within[1]);
    EXPECT_LE(deal.within[1], deal.within[2]);
    EXPECT_LE(deal.within[2], deal.ever);
    for (std::size_t m = 0; m < deal.expected_by_month.size(); ++m)
      of_deals[forecast.totals().months()[m]] += deal.expected_by_month[m];
  }
  for (const auto& [month, sum] : of_deals) EXPECT_EQ(sum, (totals[{false, month}]));
}

TEST(ForecastEngine, ADealFarOlderThanAnyThatClosedIsWorthNothing) {
  Company company = one_step();
  History all = whole(company, 6);
  all.id.push_back(999'999);
  all.entry.push_back(company.first - 1'500);
  all.close.push_back(kNever);
  all.outcome.push_back(Outcome::open);
  for (std::size_t f = 0; f < kFamilies; ++f) all.level[f].push_back(f < 2 ? 0 : -1);
  all.value.push_back(100'000);
  all.won_value.push_back(0);
  all.step_p.push_back(4'500);
  all.untried.push_back(0);
  all.step.push_back(-1);
  all.put_in_order();
  const Day day = company.first + 450;
  const History then = as_of(company, all, day);
  const Model model = build_model(then, day, 1);
  EXPECT_LE(model.chances(then, 0, {30}).back(), 0.03);
}

TEST(ForecastEngine, AnEmptyCompanyAndOneWithoutClosingsAreNoTrouble) {
  const History nothing;
  Forecaster empty(nothing, 20'000, 1, 4);
  empty.run();
  EXPECT_TRUE(empty.totals().deals().empty());
  Company company = one_step();
  company.deals = 5;
  const History young = as_of(company, whole(company, 1), company.first);
  Forecaster first_day(young, company.first, 1, 4);
  first_day.run();
  for (const DealForecast& deal : first_day.totals().deals()) EXPECT_EQ(deal.ever, 450'000);
}

TEST(Gamma, AgreesWithKnownValues) {
  EXPECT_NEAR(log_gamma(0.5), 0.57236494292470, 1e-10);
  EXPECT_NEAR(log_gamma(10), 12.80182748008147, 1e-9);
  EXPECT_NEAR(gamma_below(1, 1), 0.63212055882856, 1e-12);
  EXPECT_NEAR(gamma_below(5, 5), 0.55950671493479, 1e-10);
  EXPECT_NEAR(gamma_quantile(2, 2, 0.9), 3.88972016986743, 1e-6);  // shape 2, scale 1
  EXPECT_EQ(gamma_quantile(0, 1, 0.5), 0);
}

}  // namespace
}  // namespace companies
