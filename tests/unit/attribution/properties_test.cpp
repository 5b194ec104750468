// SPDX-License-Identifier: Apache-2.0
//
// What must hold for every component, tried on many random ones. A failure names its seed; `Seeds` in a debugger or a
// filter on one seed repeats it.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "builders.h"
#include "random_component.h"

namespace sales_leads::domain::test {
namespace {

constexpr std::uint64_t kSeeds = 1'000;

using LineKey = std::pair<DocumentKind, Id>;

std::map<LineKey, Amounts> sums_by_line(const std::vector<Balance>& balances) {
  std::map<LineKey, Amounts> sums;
  for (const Balance& balance : balances) {
    Amounts& sum = sums[{balance.kind, balance.line}];
    sum.document += balance.amount.document;
    sum.company += balance.amount.company;
  }
  return sums;
}

TEST(AnyComponent, HasPartsThatAddUpToEachLineInBothCurrencies) {
  std::size_t renewals = 0;
  std::size_t with_several_parts = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto documents = RandomComponent(seed).make({});
    const auto balances = attribute(documents);
    auto sums = sums_by_line(balances);
    for (const Document& document : documents) {
      for (const Line& line : document.lines) {
        const bool counts = document.measure != Measure::none && line.counts_as_sale;
        const Amounts expected = counts ? line.net : Amounts{};
        const Amounts sum = sums[{document.kind, line.id}];
        ASSERT_EQ(sum.document, expected.document) << "seed " << seed << " line " << line.id;
        ASSERT_EQ(sum.company, expected.company) << "seed " << seed << " line " << line.id;
      }
    }
    for (const Balance& balance : balances) renewals += balance.renewal ? 1 : 0;
    with_several_parts += balances.size() > sums.size() ? 1 : 0;
  }
  // The generator must reach what it is there for.
  EXPECT_GT(renewals, kSeeds / 10);
  EXPECT_GT(with_several_parts, kSeeds / 2);
}

TEST(AnyComponent, ComesOutTheSameHoweverItIsShuffledOrRepeated) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomComponent random(seed);
    const auto documents = random.make({});
    const auto expected = attribute(documents);
    auto again = random.shuffled(documents);
    ASSERT_EQ(attribute(again), expected) << "seed " << seed;
    again.insert(again.end(), documents.begin(), documents.end());
    ASSERT_EQ(attribute(random.shuffled(again)), expected) << "seed " << seed << ", everything twice";
  }
}

TEST(AnyComponent, NamesOnlyWhatItsContextsName) {
  for (std::uint64_t seed = 1; seed <= kSeeds / 10; ++seed) {
    const auto documents = RandomComponent(seed).make({});
    std::set<Key> possible;
    for (const Document& document : documents) {
      possible.insert({0, 0, document.salesperson});
      for (Id opportunity = 100; opportunity <= 106; ++opportunity) possible.insert({opportunity, 0, 0});
      for (const Context& each : document.contexts) {
        auto campaigns = each.campaigns;
        auto sellers = each.sellers;
        if (campaigns.empty()) campaigns = {{0, 1}};
        if (sellers.empty()) sellers = {{0, 1}};
        for (const auto& campaign : campaigns) {
          for (const auto& seller : sellers) possible.insert({each.opportunity, campaign.id, seller.id});
        }
      }
    }
    for (const Balance& balance : attribute(documents)) {
      ASSERT_TRUE(possible.contains({balance.opportunity, balance.campaign, balance.seller})) << "seed " << seed;
    }
  }
}

TEST(AnyComponent, CreditedInFullComesToZeroForEveryOpportunityCampaignAndSeller) {
  std::size_t cells = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomComponent random(seed);
    auto documents = random.make({.repeating = false, .odd_sources = false});
    const auto before = totals(attribute(documents), of_kind(DocumentKind::invoice));
    for (Document& each : random.full_credits(documents)) documents.push_back(std::move(each));
    const auto after = totals(attribute(random.shuffled(documents)), of_kind(DocumentKind::invoice));
    ASSERT_TRUE(after.empty()) << "seed " << seed << " opportunity " << std::get<0>(after.begin()->first);
    cells += before.size();
  }
  EXPECT_GT(cells, kSeeds);
}

TEST(AnyOrder, InvoicedInFullHasInvoicedCellsEqualToItsOrderedOnes) {
  std::size_t cells = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomComponent random(seed);
    auto documents = random.make({.drafts = false, .orders_only = true});
    const auto invoices = random.full_invoices(documents);
    std::map<Id, Id> order_line_of;
    for (const Document& each : invoices) {
      for (const Line& one : each.lines) order_line_of[one.id] = one.sources.at(0).line;
    }
    documents.insert(documents.end(), invoices.begin(), invoices.end());
    std::map<Id, Totals> ordered;
    std::map<Id, Totals> invoiced;
    const auto balances = attribute(random.shuffled(documents));
    for (const Balance& balance : balances) {
      const bool is_order = balance.kind == DocumentKind::order;
      Totals& sums = is_order ? ordered[balance.line] : invoiced[order_line_of.at(balance.line)];
      Amounts& sum = sums[{balance.opportunity, balance.campaign, balance.seller}];
      sum.document += balance.amount.document;
      sum.company += balance.amount.company;
    }
    for (auto& [line, sums] : invoiced) std::erase_if(sums, [](const auto& e) { return e.second == Amounts{}; });
    std::erase_if(invoiced, [](const auto& entry) { return entry.second.empty(); });
    ASSERT_EQ(invoiced, ordered) << "seed " << seed;
    cells += balances.size();
  }
  EXPECT_GT(cells, kSeeds * 10);
}

TEST(AnyRenewal, OfOneOpportunityCreditedInFullComesToZero) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomComponent random(seed);
    auto documents = random.make({.odd_sources = false});
    for (Document& each : documents) {
      if (each.kind == DocumentKind::order) each.link = all_to(101);
      for (Line& one : each.lines) one.link = {};
    }
    for (Document& each : random.full_credits(documents)) documents.push_back(std::move(each));
    const auto after = totals(attribute(documents), of_kind(DocumentKind::invoice));
    ASSERT_TRUE(after.empty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sales_leads::domain::test
