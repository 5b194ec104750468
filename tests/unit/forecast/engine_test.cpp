// SPDX-License-Identifier: Apache-2.0
//
// The forecast's engine on companies whose hazards are known, and what must hold of any forecast.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <random>

#include "domain/forecast/explain.h"
#include "domain/forecast/gamma.h"
#include "domain/forecast/kept_model.h"
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

/// Several companies of a kind, each by itself: what it foretold and what came differ by no more than chance would have
/// them, and its chances score no worse than the steps' own probabilities.
Scores are_calibrated(const Company& company, const std::vector<Day>& days, std::int32_t within, int companies = 4) {
  Scores all;
  for (int seed = 1; seed <= companies; ++seed) {
    for (const Day day : days) {
      Scores scores;
      add_scores(company, whole(company, static_cast<std::uint64_t>(seed)), company.first + day, within, scores);
      add_scores(company, whole(company, static_cast<std::uint64_t>(seed)), company.first + day, within, all);
      const Scores done = finished(scores);
      EXPECT_LE(std::abs(done.miss()), 3) << "company " << seed << " on day " << day << " foretold " << done.mean_p
                                          << ", won " << done.rate << " of " << done.n;
    }
  }
  const Scores done = finished(all);
  EXPECT_LE(done.brier, done.steps_brier + 0.01) << done.n << " deals";
  std::printf("%s within %d days: Brier %.4f, of the steps %.4f; foretold %.4f, won %.4f of %d\n",
              ::testing::UnitTest::GetInstance()->current_test_info()->name(), within, done.brier, done.steps_brier,
              done.mean_p, done.rate, done.n);
  return done;
}

TEST(ForecastEngine, IsCalibratedOnFourStepsAndALongCycle) {
  are_calibrated(four_steps(), {850}, 90);
  are_calibrated(four_steps(), {850}, 0);
}

TEST(ForecastEngine, IsCalibratedWhereLossesAreNeverRecorded) {
  Company company = one_step();
  company.steps = {{0, 0.004, 0.012, 2'500}};
  company.record_losses = false;
  are_calibrated(company, {400}, 30);
  are_calibrated(company, {400}, 90);
  are_calibrated(company, {400}, 0);
  const Scores ever = are_calibrated(company, {200}, 0);  // no deal is as old yet as the chance reaches
  EXPECT_LT(ever.mean_p, 1.1 * ever.rate);
}

TEST(ForecastEngine, IsCalibratedWhereFewWereWonAndLossesAreNeverRecorded) {
  Company company = one_step();
  company.steps = {{0, 0.004, 0.012, 2'500}};
  company.record_losses = false;
  company.deals = 250;
  company.days = 600;
  const Scores ever = are_calibrated(company, {150, 300, 450}, 0, 12);
  EXPECT_LT(ever.mean_p, 1.3 * ever.rate);
  EXPECT_LT(ever.brier, ever.steps_brier - 0.02);
}

TEST(ForecastEngine, ADealThatLiesWhereLossesAreNeverRecordedIsLessAndLessWorth) {
  Company company = one_step();
  company.steps = {{0, 0.004, 0.012, 2'500}};
  company.record_losses = false;
  company.deals = 60;
  company.days = 600;
  const Day day = company.first + 450;
  const History then = as_of(company, whole(company, 2), day);
  const Model model = build_model(then, day, 1);
  ASSERT_GT(model.unlost, 0.99) << model.seen->won << " were won";
  EXPECT_NEAR(model.by_step(0.25, 0, 10'000, true), 0.25, 0.02);
  EXPECT_LT(model.by_step(0.25, 60, 10'000, true), 0.17);
  EXPECT_LT(model.by_step(0.25, 300, 10'000, true), 0.03);
  EXPECT_LE(model.by_step(0.25, 60, 30, false), model.by_step(0.25, 60, 365, true));
  company.record_losses = true;
  const Model told = build_model(as_of(company, whole(company, 2), day), day, 1);
  EXPECT_EQ(told.unlost, 0);
  EXPECT_EQ(told.by_step(0.25, 300, 160, true), 0.25) << "a loss would have been told";
}

TEST(ForecastEngine, TheAgeOfWinsIsThatOfThoseToComeToo) {
  Company company = one_step();
  company.steps = {{0, 0.004, 0.012, 2'500}};  // wins end at 62 days on average
  company.deals = 6'000;
  for (const Day days : {90, 450}) {
    const Day day = company.first + days;
    EXPECT_NEAR(build_model(as_of(company, whole(company, 2), day), day, 1).seen->mean_won_age, 62.5, 8) << days;
  }
}

TEST(ForecastEngine, FollowsATrendUpAndDown) {
  for (const double trend : {1.0, -0.5}) {  // twice as fast after five hundred days, half as fast
    Company company = one_step();
    company.trend = trend;
    are_calibrated(company, {420}, 30);
    are_calibrated(company, {420}, 90);
  }
}

TEST(ForecastEngine, AFallIsForetoldBeforeItIsOver) {
  Scores all;
  Company company = one_step();
  company.trend = -0.8;
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    add_scores(company, whole(company, seed), company.first + 420, 30, all);
  const Scores done = finished(all);
  std::printf("foretold %.4f, won %.4f of %d\n", done.mean_p, done.rate, done.n);
  EXPECT_LT(done.mean_p, 1.25 * done.rate);
}

TEST(ForecastEngine, TheLevelOfClosingDriftsWithTheCompany) {
  for (const double trend : {0.0, 1.5, -0.8}) {
    Company company = one_step();
    company.deals = 3'000;
    company.trend = trend;
    const Day day = company.first + 450;
    const Model model = build_model(as_of(company, whole(company, 5), day), day, 1);
    const double level = model.fits[0]->recent[0];  // of the variant without months of entry, which take some of it
    EXPECT_GT(level, trend > 0 ? 1.15 : trend < 0 ? 0.2 : 0.92) << trend;
    EXPECT_LT(level, trend > 0 ? 2.5 : trend < 0 ? 0.8 : 1.08) << trend;
    EXPECT_NEAR(model.fits[0]->recent[1], 1, 0.08) << "losses go on as ever";
  }
}

TEST(ForecastEngine, TheStepsAreSpreadOverTheMeanLifeOfADeal) {
  const Company company = one_step();  // 0.022 a day end
  const Model model = build_model(as_of(company, whole(company, 5), company.first + 400), company.first + 400, 1);
  EXPECT_NEAR(model.cycle_days, 1 / 0.022, 5);
  EXPECT_EQ(build_model(History{}, 20'000, 1).cycle_days, 60);
}

TEST(ForecastEngine, StaysWhereNothingChanges) {
  are_calibrated(one_step(), {200, 420}, 30);
  are_calibrated(one_step(), {420}, 0);
}

TEST(ForecastEngine, StartsFromTheStepsWithSixtyDeals) {
  Company company = one_step();
  company.deals = 60;
  company.days = 600;
  are_calibrated(company, {150, 300, 450}, 30);
  are_calibrated(company, {150, 300, 450}, 0);
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

TEST(ForecastEngine, ADealByItselfHasTheChanceThatItHasAmongOthers) {
  Company company = four_steps();
  company.strong_seller = 3;
  const Day day = company.first + 850;
  const History then = as_of(company, whole(company, 2), day);
  const Model model = build_model(then, day, 1);
  const auto open = open_deals(then, day);
  const std::vector<std::int32_t> marks{30, 60, 90, 120};
  const auto all = model.chances(then, open, marks);
  for (std::size_t d = 0; d < open.size(); ++d) {
    const auto alone = model.chances(then, open[d], marks);
    for (std::size_t m = 0; m <= marks.size(); ++m) ASSERT_EQ(alone[m], all[d * (marks.size() + 1) + m]) << d;
  }
}

TEST(ForecastEngine, SlicesMakeWhatOneRunMakes) {
  const Company company = one_step();
  const Day day = company.first + 400;
  const History then = as_of(company, whole(company, 2), day);
  Forecaster at_once(then, day, 1, 12), sliced(then, day, 1, 12);
  at_once.run();
  std::vector<std::int32_t> chances;
  std::size_t most = 0;
  while (!sliced.done()) {
    sliced.step();
    if (sliced.stage() != Forecaster::Stage::totals) continue;
    most = std::max(most, sliced.totals().deals().size());
    for (const DealForecast& deal : sliced.totals().deals()) chances.push_back(deal.ever);
  }
  EXPECT_LE(most, Totals::kSlice);
  ASSERT_EQ(chances.size(), at_once.totals().deals().size());
  for (std::size_t d = 0; d < chances.size(); ++d) EXPECT_EQ(chances[d], at_once.totals().deals()[d].ever);
  ASSERT_EQ(sliced.totals().rows().size(), at_once.totals().rows().size());
  for (std::size_t r = 0; r < sliced.totals().rows().size(); ++r) {
    EXPECT_EQ(sliced.totals().rows()[r].expected, at_once.totals().rows()[r].expected);
    EXPECT_EQ(sliced.totals().rows()[r].hi95, at_once.totals().rows()[r].hi95);
  }
}

TEST(ForecastEngine, ManyDealsAreToldOnceEachNearTheirNeighboursById) {
  Company company = one_step();
  company.deals = 100'000;
  company.days = 30;
  const Day day = company.first + company.days;
  History then = as_of(company, whole(company, 5), day);
  const auto deals = static_cast<std::int64_t>(then.size());
  for (std::int64_t i = 0; i < deals; ++i) then.id[static_cast<std::size_t>(i)] = 1 + i * 7'919 % deals;
  then.put_in_order();
  const Model model = build_model(then, day, 1);
  Totals totals(then, model, 3);
  std::vector<std::size_t> told;
  for (bool more = true; more;) {
    more = totals.step();
    std::int64_t first = deals, last = 0;
    for (const DealForecast& deal : totals.deals()) {
      told.push_back(deal.deal);
      first = std::min(first, then.id[deal.deal]);
      last = std::max(last, then.id[deal.deal]);
      if (told.size() % 499 != 0) continue;
      const auto alone = model.chances(then, deal.deal, {30, 60, 90});
      EXPECT_EQ(deal.ever, std::lround(1e6 * alone.back()));
      EXPECT_EQ(deal.within[2], std::lround(1e6 * alone[2]));
    }
    EXPECT_LT(last - first, 2 * deals / 3);  // of three bands at most two meet in a slice
  }
  std::sort(told.begin(), told.end());
  EXPECT_GT(told.size(), 65'536U);
  EXPECT_EQ(told, open_deals(then, day));
}

TEST(History, TheStepThatADealStoodInIsFoundInAnyOrder) {
  const Company company = four_steps();
  const History all = whole(company, 3);
  const Day day = company.first + 700;
  Dice dice(9);
  for (const int jump : {1, 7, 60, 449}) {
    StepsAt steps(all, day);
    int found = 0;
    for (int i = 0, deal = 0; i < 2'000; ++i, deal = (deal + 1 + dice.below(jump)) % company.deals) {
      std::int32_t stood = -1;
      for (const StepStay& stay : all.stays) {
        if (stay.deal == deal && stay.from <= day && day < stay.to) stood = stay.step;
      }
      ASSERT_EQ(steps(static_cast<std::size_t>(deal)), stood) << deal << " by " << jump;
      found += stood >= 0 ? 1 : 0;
    }
    EXPECT_GT(found, 50);
  }
}

TEST(History, RowsOfATableArePutInOrderWithTheirStays) {
  History h;
  h.levels = {1, 1, 1, 1, 1};
  const std::vector<Day> entries{50, 10, 30, 10, 50, 20};  // by ascending id
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto row = static_cast<std::int32_t>(i);
    h.id.push_back(row + 1);
    h.entry.push_back(entries[i]);
    h.close.push_back(100 + row);
    h.outcome.push_back(i % 2 == 0 ? Outcome::won : Outcome::lost);
    for (auto& family : h.level) family.push_back(row);
    h.value.push_back(row);
    h.won_value.push_back(row);
    h.step_p.push_back(row);
    h.untried.push_back(static_cast<std::uint8_t>(row));
    h.step.push_back(row);
    h.stays.push_back({row, 2 * row + 1, 70, 80});
    if (i != 3) h.stays.push_back({row, 2 * row, 60, 70});
  }
  h.put_in_order();
  EXPECT_EQ(h.id, (std::vector<std::int64_t>{2, 4, 6, 3, 1, 5}));
  for (std::size_t i = 0; i < h.size(); ++i) {
    const auto old = static_cast<std::int32_t>(h.id[i]) - 1;
    EXPECT_EQ(h.entry[i], entries[static_cast<std::size_t>(old)]);
    EXPECT_EQ(h.close[i], 100 + old);
    EXPECT_EQ(h.outcome[i], old % 2 == 0 ? Outcome::won : Outcome::lost);
    for (const auto& family : h.level) EXPECT_EQ(family[i], old);
    EXPECT_EQ(std::vector<std::int64_t>({h.value[i], h.won_value[i], h.step_p[i], h.untried[i], h.step[i]}),
              std::vector<std::int64_t>(5, old));
    EXPECT_EQ(h.step_at(i, 65), old == 3 ? -1 : 2 * old);
    EXPECT_EQ(h.step_at(i, 75), 2 * old + 1);
    EXPECT_EQ(h.step_at(i, 80), -1);
  }
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

TEST(KeptModel, GivesTheSameChancesToTheBit) {
  Company company = four_steps();
  company.strong_seller = 2;
  const Day day = company.first + 850;
  const History then = as_of(company, whole(company, 3), day);
  const Model made = build_model(then, day, 4);
  const std::string text = text_of(made);
  const auto kept = model_of(text);
  ASSERT_TRUE(kept);
  EXPECT_EQ(text_of(*kept), text);
  const auto open = open_deals(then, day);
  ASSERT_GT(open.size(), 20U);
  EXPECT_EQ(kept->chances(then, open, {30, 60, 90}), made.chances(then, open, {30, 60, 90}));
  for (const std::size_t deal : open) {
    const auto a = explain(then, made, deal), b = explain(then, *kept, deal);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t r = 0; r < a.size(); ++r) {
      EXPECT_EQ(a[r].key, b[r].key);
      EXPECT_EQ(a[r].hundredths, b[r].hundredths);
    }
  }
}

TEST(KeptModel, IsNotReadFromWhatIsCutOffOrOfAnotherVersion) {
  const Company company = one_step();
  const std::string text =
      text_of(build_model(as_of(company, whole(company, 1), company.first + 200), company.first + 200, 1));
  for (std::size_t length = 0; length < text.size(); length += 1 + length / 50)
    EXPECT_FALSE(model_of(std::string_view(text).substr(0, length))) << length;
  EXPECT_FALSE(model_of("3" + text.substr(1)));
  EXPECT_FALSE(model_of(text + "1 "));
  EXPECT_FALSE(model_of("2 nan " + text.substr(2)));
  EXPECT_TRUE(model_of(text));
}

TEST(Intervals, HoldWhatLiesWithinThem) {
  Accumulator sum;
  for (int deal = 0; deal < 3; ++deal) sum.add(0.5, 1'000);
  const Interval interval = sum.interval(0.1);
  for (double actual = 0; actual < 6'000; actual += 50) {
    const bool inside = actual >= static_cast<double>(interval.lo80) && actual <= static_cast<double>(interval.hi80);
    EXPECT_EQ(sum.holds(actual, 0.1), inside) << actual;
  }
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
