// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/spread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace sales_leads::test {
namespace {

using domain::BudgetYear;

std::vector<std::int64_t> list(const BudgetYear& year) { return {year.begin(), year.end()}; }

/// The schoolbook's way, in decimal digits on paper: knows nothing of the module's arithmetic.
class Paper {
 public:
  explicit Paper(std::string digits) : digits_(std::move(digits)) {}
  static Paper of(std::int64_t number) { return Paper(std::to_string(number)); }
  /// Multiplied digit by digit.
  [[nodiscard]] Paper times(const Paper& other) const {
    std::vector<int> places(digits_.size() + other.digits_.size(), 0);
    for (std::size_t i = digits_.size(); i-- > 0;) {
      for (std::size_t j = other.digits_.size(); j-- > 0;) {
        places[i + j + 1] += (digits_[i] - '0') * (other.digits_[j] - '0');
      }
      for (std::size_t k = places.size(); k-- > 1;) {
        places[k - 1] += places[k] / 10;
        places[k] %= 10;
      }
    }
    std::string text;
    for (const int place : places) text += static_cast<char>('0' + place);
    const auto first = text.find_first_not_of('0');
    return Paper(first == std::string::npos ? "0" : text.substr(first));
  }
  /// Divided by hand, with what is left over.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> over(std::int64_t divisor) const {
    std::int64_t quotient = 0, rest = 0;
    for (const char digit : digits_) {
      // rest * 10 stays below 2^63 for divisors up to 9 * 10^17.
      rest = rest * 10 + (digit - '0');
      quotient = quotient * 10 + rest / divisor;
      rest %= divisor;
    }
    return {quotient, rest};
  }

 private:
  std::string digits_;
};

/// Every unit handed out one by one to the month that lacks most.
std::vector<std::int64_t> handed_out(std::int64_t total, const std::vector<std::int64_t>& season) {
  const std::int64_t whole = std::accumulate(season.begin(), season.end(), std::int64_t{0});
  std::vector<std::int64_t> months, rests;
  std::int64_t given = 0;
  for (const std::int64_t weight : season) {
    const auto [floor, rest] = Paper::of(total).times(Paper::of(weight)).over(whole);
    months.push_back(floor);
    rests.push_back(rest);
    given += floor;
  }
  for (; given < total; ++given) {
    const auto most = std::max_element(rests.begin(), rests.end());  // the first of the largest
    ++months[static_cast<std::size_t>(most - rests.begin())];
    *most = -1;
  }
  return months;
}

TEST(BudgetSpread, W11TheRemainderGoesToTheFirstMonths) {
  EXPECT_EQ(list(domain::spread_evenly(10'000)),
            (std::vector<std::int64_t>{834, 834, 834, 834, 833, 833, 833, 833, 833, 833, 833, 833}));
}

TEST(BudgetSpread, EvenMonthsDifferByAtMostOneUnitAndNeverRise) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20'000; ++round) {
    const auto total = static_cast<std::int64_t>(random() % (round % 2 == 0 ? 1'000 : 9'000'000'000'000'000));
    const auto months = list(domain::spread_evenly(total));
    std::int64_t sum = 0;
    for (const std::int64_t month : months) sum += month;
    ASSERT_EQ(sum, total);
    ASSERT_LE(months.front() - months.back(), 1);
    ASSERT_TRUE(std::is_sorted(months.rbegin(), months.rend())) << total;
  }
}

TEST(BudgetSpread, ASeasonIsKeptToTheUnit) {
  EXPECT_EQ(list(domain::spread_by_season(100, {3, 1})),
            (std::vector<std::int64_t>{75, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  // 10.00 by thirds: the missing öre goes to the first.
  EXPECT_EQ(list(domain::spread_by_season(1'000, {1, 1, 1})),
            (std::vector<std::int64_t>{334, 333, 333, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(BudgetSpread, ASeasonOfNothingIsAnEvenOneAndAMonthBelowZeroCountsAsNothing) {
  EXPECT_EQ(domain::spread_by_season(10'000, BudgetYear{}), domain::spread_evenly(10'000));
  EXPECT_EQ(domain::spread_by_season(10'000, {-5, -7}), domain::spread_evenly(10'000));
  EXPECT_EQ(list(domain::spread_by_season(100, {1, -50, 1})),
            (std::vector<std::int64_t>{50, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(BudgetSpread, RandomSeasonsGiveWhatHandingOutByHandGives) {
  std::mt19937_64 random(12);
  for (int round = 0; round < 5'000; ++round) {
    BudgetYear season{};
    const std::int64_t size = round % 3 == 0 ? 4 : round % 3 == 1 ? 1'000'000 : 50'000'000'000'000'000;
    for (auto& month : season) month = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(size));
    if (std::all_of(season.begin(), season.end(), [](auto month) { return month == 0; })) continue;
    const auto total = static_cast<std::int64_t>(random() % (round % 2 == 0 ? 500 : 9'000'000'000'000'000));
    ASSERT_EQ(list(domain::spread_by_season(total, season)), handed_out(total, list(season))) << total;
  }
}

TEST(BudgetSpread, PerCentsAreRoundedHalfUpAndTheMonthsAddUpToTheChangedTotal) {
  EXPECT_EQ(domain::changed_by(333, 500), 350);  // 349.65
  EXPECT_EQ(domain::changed_by(1'000, -350), 965);
  EXPECT_EQ(domain::changed_by(10, 500), 11);  // 10.5
  EXPECT_EQ(domain::changed_by(10'000, -10'000), 0);
  EXPECT_EQ(domain::changed_by(std::int64_t{1}, -10'001), std::nullopt);
  EXPECT_EQ(domain::changed_by(INT64_MAX, 1), std::nullopt);
  // Each month by itself would make 12 × 1.05 → 12; the year is 12.60 → 13.
  const auto year = domain::changed_by(BudgetYear{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 500);
  ASSERT_TRUE(year);
  EXPECT_EQ(list(*year), (std::vector<std::int64_t>{2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(BudgetSpread, RandomCopiesAddUpToTheirTotal) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 5'000; ++round) {
    BudgetYear year{};
    std::int64_t total = 0;
    for (auto& month : year) total += month = static_cast<std::int64_t>(random() % 900'000'000'000);
    const auto points = static_cast<std::int64_t>(random() % 30'000) - 10'000;
    const auto changed = domain::changed_by(year, points);
    ASSERT_TRUE(changed);
    const auto [whole, rest] = Paper::of(total).times(Paper::of(10'000 + points)).over(10'000);
    std::int64_t sum = 0;
    for (const auto month : *changed) sum += month;
    ASSERT_EQ(sum, whole + (rest >= 5'000 ? 1 : 0)) << total << " at " << points;
    if (points == 0) {
      ASSERT_EQ(*changed, year);
    }
  }
}

TEST(BudgetMonths, AFiscalYearThatBeginsInJulyEndsInJune) {
  const auto months = domain::months_of_year(2026, 7);
  EXPECT_EQ(domain::month_key(months.front()), "2026-07");
  EXPECT_EQ(domain::month_key(months.back()), "2027-06");
  for (const auto month : months) {
    EXPECT_EQ(domain::civil_date(month).day, 1);
    EXPECT_EQ(domain::fiscal_quarter(month, 7).start_year, 2026);
  }
}

}  // namespace
}  // namespace sales_leads::test
