// SPDX-License-Identifier: Apache-2.0
//
// The two splits, against worked numbers, against a slow restatement of their rules, and at the ends of 64 bits.
#include "domain/attribution/split.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain {
namespace {

using Weights = std::vector<std::int64_t>;
using Parts = std::vector<Minor>;

constexpr Minor kMax = std::numeric_limits<Minor>::max();
constexpr Minor kMin = std::numeric_limits<Minor>::min();

Wide sum(const Parts& parts) { return std::accumulate(parts.begin(), parts.end(), Wide{0}); }

TEST(LargestRemainder, GivesTheOddUnitsToTheLargestRemaindersAndTiesToTheEarlier) {
  struct Case {
    Minor total;
    Weights weights;
    Parts parts;
  };
  const std::vector<Case> cases = {
      {10'000, {1, 1, 1}, {3334, 3333, 3333}},
      {100, {60, 40}, {60, 40}},
      {1, {1, 1}, {1, 0}},
      {2, {1, 1, 1}, {1, 1, 0}},
      {10, {1, 2, 4}, {1, 3, 6}},          // 1.43, 2.86, 5.71: the second and the third are closest to the next unit
      {7, {5000, 3000, 2000}, {4, 2, 1}},  // 3.5, 2.1, 1.4
      {0, {1, 2}, {0, 0}},
      {5, {0, 1, 0}, {0, 5, 0}},
      {-10'000, {1, 1, 1}, {-3334, -3333, -3333}},
      {-1, {1, 1}, {-1, 0}},
      {7, {0, 0}, {7, 0}},
      {7, {-3, 1}, {0, 7}},
      {9, {4}, {9}},
      {9, {}, {}},
  };
  for (const Case& c : cases) EXPECT_EQ(largest_remainder(c.total, c.weights), c.parts) << c.total;
}

TEST(LargestRemainder, KeepsTheSumAtTheEndsOfTheNumberRange) {
  for (const Minor total : {kMax, kMin, kMax - 1, kMin + 1}) {
    for (const Weights& weights : {Weights{1, 1, 1}, Weights{kMax, kMax, kMax}, Weights{kMax, 1}, Weights{1, kMax, 7},
                                   Weights{9999, 1}, Weights(1000, kMax)}) {
      EXPECT_EQ(sum(largest_remainder(total, weights)), Wide{total});
    }
  }
  EXPECT_EQ(largest_remainder(kMin, {1, 1}), (Parts{kMin / 2, kMin / 2}));
  EXPECT_EQ(largest_remainder(kMax, {1, 1}), (Parts{kMax / 2 + 1, kMax / 2}));
}

TEST(LargestRemainder, ComesToTheSameWithShortAndWithLongArithmetic) {
  // Totals that differ by a multiple of the weights' sum have the same odd units; one side is small enough for 64-bit
  // products, the other is not.
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    Weights weights(2 + random() % 5);
    for (auto& weight : weights) weight = static_cast<std::int64_t>(1 + random() % 10'000);
    const Wide whole = std::accumulate(weights.begin(), weights.end(), Wide{0});
    const auto small = static_cast<Minor>(random() % 1'000'000);
    const auto times = static_cast<Minor>(Wide{4'000'000'000'000'000'000} / whole);
    const Parts short_way = largest_remainder(small, weights);
    const Parts long_way = largest_remainder(static_cast<Minor>(small + times * whole), weights);
    for (std::size_t i = 0; i < weights.size(); ++i) ASSERT_EQ(long_way[i] - times * weights[i], short_way[i]);
  }
}

TEST(TwoWaySplit, KeepsBothMarginsWherePlainJointRoundingMissesOne) {
  // 1 unit over 2 x 2 equal cells: it goes to the first of both.
  EXPECT_EQ(split_two_way(1, {1, 1}, {1, 1}), (Parts{1, 0, 0, 0}));
  // 2 units: one per campaign and one per seller, so they lie on the diagonal.
  EXPECT_EQ(split_two_way(2, {1, 1}, {1, 1}), (Parts{1, 0, 0, 1}));
  // 10 over 3 equal campaigns x sellers 60/40: margins 4/3/3 and 6/4.
  EXPECT_EQ(split_two_way(10, {1, 1, 1}, {60, 40}), (Parts{2, 2, 2, 1, 2, 1}));
  EXPECT_EQ(split_two_way(-10, {1, 1, 1}, {60, 40}), (Parts{-2, -2, -2, -1, -2, -1}));
  EXPECT_EQ(split_two_way(100, {1}, {60, 40}), (Parts{60, 40}));
  EXPECT_EQ(split_two_way(10'000, {1, 1, 1}, {1}), (Parts{3334, 3333, 3333}));
}

void expect_margins(Minor total, const Weights& campaigns, const Weights& sellers) {
  const Parts cells = split_two_way(total, campaigns, sellers);
  Parts rows(campaigns.size(), 0);
  Parts columns(sellers.size(), 0);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    rows[i / sellers.size()] += cells[i];
    columns[i % sellers.size()] += cells[i];
    if (total >= 0) {
      ASSERT_GE(cells[i], 0);
    }
  }
  ASSERT_EQ(rows, largest_remainder(total, campaigns));
  ASSERT_EQ(columns, largest_remainder(total, sellers));
}

TEST(TwoWaySplit, HasLargestRemainderOnBothMarginsWhateverTheWeights) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20'000; ++round) {
    Weights campaigns(1 + random() % 6);
    Weights sellers(1 + random() % 6);
    for (auto& weight : campaigns) weight = static_cast<std::int64_t>(random() % 5 == 0 ? 0 : random() % 10'000);
    for (auto& weight : sellers) weight = static_cast<std::int64_t>(random() % 5 == 0 ? 0 : random() % 100);
    const auto range = std::uint64_t{1} << (random() % 60);
    const auto total = static_cast<Minor>(random() % range);
    expect_margins(round % 2 == 0 ? total : -total, campaigns, sellers);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(TwoWaySplit, HasLargestRemainderOnBothMarginsForWeightsBeyondAllReason) {
  for (const Minor total : {kMax, Minor{1}, Minor{12'345}}) {
    expect_margins(total, {kMax, kMax - 5, 3}, {kMax, 1});
    expect_margins(total, {std::int64_t{1} << 40, 3, 5}, {std::int64_t{1} << 35, 7});
  }
}

/// The rule once more, in words only: no sorting, no shortcuts.
Parts two_way_by_the_book(Minor total, const Weights& campaigns, const Weights& sellers) {
  const Wide whole = std::accumulate(campaigns.begin(), campaigns.end(), Wide{0}) *
                     std::accumulate(sellers.begin(), sellers.end(), Wide{0});
  Parts rows = largest_remainder(total, campaigns);
  Parts columns = largest_remainder(total, sellers);
  const std::size_t width = sellers.size();
  Parts cells(campaigns.size() * width);
  std::vector<Wide> fractions(cells.size());
  std::vector<int> given(cells.size(), 0);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Wide product = Wide{total} * campaigns[i / width] * sellers[i % width];
    cells[i] = static_cast<Minor>(product / whole);
    fractions[i] = product % whole;
    rows[i / width] -= cells[i];
    columns[i % width] -= cells[i];
  }
  for (Minor missing = std::accumulate(rows.begin(), rows.end(), Minor{0}); missing > 0; --missing) {
    std::size_t best = cells.size();
    for (const bool again : {false, true}) {
      for (std::size_t i = 0; i < cells.size() && (best == cells.size() || !again || given[best] > 0); ++i) {
        if (rows[i / width] <= 0 || columns[i % width] <= 0 || (given[i] > 0) != again) continue;
        if (best == cells.size() || fractions[i] > fractions[best]) best = i;
      }
      if (best != cells.size()) break;
    }
    ++given[best];
    ++cells[best];
    --rows[best / width];
    --columns[best % width];
  }
  return cells;
}

TEST(TwoWaySplit, GivesEachMissingUnitToTheLargestFractionWhoseCampaignAndSellerStillLack) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 20'000; ++round) {
    Weights campaigns(2 + random() % 4);
    Weights sellers(2 + random() % 4);
    const std::uint64_t spread = round % 3 == 0 ? 3 : 10'000;  // many equal fractions, too
    for (auto& weight : campaigns) weight = static_cast<std::int64_t>(1 + random() % spread);
    for (auto& weight : sellers) weight = static_cast<std::int64_t>(1 + random() % spread);
    const auto total = static_cast<Minor>(random() % (round % 2 == 0 ? 60 : 100'000'000));
    ASSERT_EQ(split_two_way(total, campaigns, sellers), two_way_by_the_book(total, campaigns, sellers)) << total;
  }
}

}  // namespace
}  // namespace sales_leads::domain
