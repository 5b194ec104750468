// SPDX-License-Identifier: Apache-2.0
//
// Credits that name no invoice may stay linked only as long as no figure of the opportunity or a campaign falls below
// zero, on any day from theirs on.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain {
namespace {

SeriesEntry firm(Day day, Id document, std::vector<WeightedId> campaigns) {
  return {.effective_date = day, .document = document, .campaigns = std::move(campaigns)};
}
SeriesEntry conditional(Day day, Id document, std::vector<WeightedId> campaigns) {
  return {.effective_date = day, .document = document, .conditional = true, .campaigns = std::move(campaigns)};
}

using Stays = std::vector<bool>;

TEST(Coverage, LetsACreditStayThatWhatWasInvoicedCovers) {
  EXPECT_EQ(cover_credits({firm(1, 1, {{70, 100}}), conditional(2, 2, {{70, -100}})}), (Stays{true, true}));
  EXPECT_EQ(cover_credits({firm(1, 1, {{70, 100}}), conditional(2, 2, {{70, -101}})}), (Stays{true, false}));
  EXPECT_EQ(cover_credits({}), Stays{});
}

TEST(Coverage, DoesNotCountOnWhatIsInvoicedLater) {
  EXPECT_EQ(cover_credits({firm(2, 1, {{70, 100}}), conditional(1, 2, {{70, -1}})}), (Stays{true, false}));
}

TEST(Coverage, LooksAtEveryLaterDayToo) {
  // 100 on day 1, of which a firm credit takes 80 on day 3: on day 2 there is room for 20 only.
  const auto series = [](Minor amount) {
    return std::vector<SeriesEntry>{firm(1, 1, {{70, 100}}), conditional(2, 2, {{70, -amount}}),
                                    firm(3, 3, {{70, -80}}), firm(4, 4, {{70, 500}})};
  };
  EXPECT_TRUE(cover_credits(series(20))[1]);
  EXPECT_FALSE(cover_credits(series(21))[1]);
}

TEST(Coverage, ProtectsEachCampaignThatTheCreditTouches) {
  const SeriesEntry sale = firm(1, 1, {{70, 100}, {71, 10}});
  EXPECT_EQ(cover_credits({sale, conditional(2, 2, {{71, -11}})}), (Stays{true, false}));
  EXPECT_EQ(cover_credits({sale, conditional(2, 2, {{70, -50}, {71, -10}})}), (Stays{true, true}));
  EXPECT_EQ(cover_credits({sale, conditional(2, 2, {{72, -1}})}), (Stays{true, false}));
  // A campaign that is below zero already is no concern of a credit that does not touch it.
  EXPECT_EQ(cover_credits({sale, firm(2, 2, {{71, -20}}), conditional(3, 3, {{70, -30}})}), (Stays{true, true, true}));
}

TEST(Coverage, TakesCreditsByDateThenDocumentAndPassesOverOneThatIsTooLarge) {
  EXPECT_EQ(cover_credits({conditional(5, 9, {{70, -60}}), conditional(5, 8, {{70, -60}}), firm(1, 1, {{70, 100}}),
                           conditional(6, 2, {{70, -40}})}),
            (Stays{false, true, true, true}));
}

TEST(Coverage, KeepsFiguresThatARuleDidNotMakeNegativeOutOfReach) {
  EXPECT_EQ(cover_credits({firm(1, 1, {{70, -5}}), conditional(2, 2, {{70, -1}}), firm(3, 3, {{70, 100}})}),
            (Stays{true, false, true}));
}

/// The rule without shortcuts: put the credit in and look at every sum.
Stays by_the_book(const std::vector<SeriesEntry>& series) {
  std::vector<std::size_t> order(series.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    return std::pair(series[a].effective_date, series[a].document) <
           std::pair(series[b].effective_date, series[b].document);
  });
  Stays stays(series.size(), false);
  for (std::size_t i = 0; i < series.size(); ++i) stays[i] = !series[i].conditional;
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (!series[order[place]].conditional) continue;
    stays[order[place]] = true;
    std::map<Id, Minor> touched;
    for (const auto& part : series[order[place]].campaigns) touched[part.id] += part.weight;
    std::erase_if(touched, [](const auto& part) { return part.second == 0; });
    Minor total = 0;
    std::map<Id, Minor> sums;
    bool fits = true;
    for (std::size_t at = 0; at < order.size(); ++at) {
      if (stays[order[at]]) {
        for (const auto& part : series[order[at]].campaigns) {
          total += part.weight;
          sums[part.id] += part.weight;
        }
      }
      if (at < place) continue;
      fits = fits && total >= 0;
      for (const auto& part : touched) fits = fits && sums[part.first] >= 0;
    }
    stays[order[place]] = fits;
  }
  return stays;
}

TEST(Coverage, IsWhatTheRuleSaysForAnySeries) {
  std::mt19937_64 random(17);
  int refused = 0;
  int placed = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::vector<SeriesEntry> series(1 + random() % 12);
    for (std::size_t i = 0; i < series.size(); ++i) {
      series[i] = {.effective_date = static_cast<Day>(random() % 6),
                   .document = static_cast<Id>(i + 1),
                   .conditional = random() % 2 == 0,
                   .campaigns = {}};
      for (std::size_t part = 0; part < 1 + random() % 3; ++part) {
        const auto amount = static_cast<Minor>(random() % 50);
        const bool back = series[i].conditional ? random() % 10 != 0 : random() % 6 == 0;
        series[i].campaigns.push_back({static_cast<Id>(random() % 3), back ? -amount / 2 : amount});
      }
    }
    std::shuffle(series.begin(), series.end(), random);
    const Stays expected = by_the_book(series);
    ASSERT_EQ(cover_credits(series), expected) << round;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].conditional) ++(expected[i] ? placed : refused);
    }
  }
  EXPECT_GT(refused, 1'000);
  EXPECT_GT(placed, 1'000);
}

TEST(Coverage, OfAHundredThousandDocumentsIsNotQuadratic) {
  std::vector<SeriesEntry> series;
  for (Id i = 1; i <= 100'000; ++i) {
    const Id campaign = i % 1'000;
    series.push_back(i % 2 == 0 ? conditional(static_cast<Day>(i), i, {{campaign, -10}, {campaign + 1, -1}})
                                : firm(static_cast<Day>(i), i, {{campaign, 10}, {campaign + 1, 10}}));
  }
  EXPECT_EQ(cover_credits(series).size(), series.size());
}

}  // namespace
}  // namespace sales_leads::domain
