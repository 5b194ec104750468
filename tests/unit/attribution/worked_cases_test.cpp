// SPDX-License-Identifier: Apache-2.0
//
// The worked cases of the specification (section 8) as far as the engine decides them. Amounts in the tests are minor
// units: 100 in the case is 10 000 here.
#include <gtest/gtest.h>

#include <algorithm>

#include "builders.h"
#include "domain/attribution/decision.h"

namespace sales_leads::domain::test {
namespace {

constexpr Id kDeal = 7;
constexpr Id kCampaign = 70;
constexpr Id kOtherCampaign = 71;
constexpr Id kAnna = 1;
constexpr Id kBo = 2;

Context simple_context() { return context(kDeal, {{kCampaign, 1}}, {{kAnna, 1}}); }
/// Two campaigns, two sellers, and shares that leave odd units.
Context shared_context() { return context(kDeal, {{kCampaign, 1}, {kOtherCampaign, 2}}, {{kAnna, 6000}, {kBo, 4000}}); }

TEST(WorkedCases, W1OrderedFollowsWhatIsConfirmedAndExpectsNothing) {
  Document a = order(1, 10, all_to(kDeal), {simple_context()}, {line(11, 9'000)});
  Document b = order(2, 12, all_to(kDeal), {simple_context()}, {line(21, 1'000)});
  const auto ordered = [&] { return company_sum(attribute({a, b, a}), of_measure(Measure::ordered)); };
  b.measure = Measure::none;
  EXPECT_EQ(ordered(), 9'000);
  b.measure = Measure::ordered;
  EXPECT_EQ(ordered(), 10'000);
  b.measure = Measure::none;  // cancelled
  EXPECT_EQ(ordered(), 9'000);
  EXPECT_EQ(ordered(), 9'000);
}

TEST(WorkedCases, W2OrdersInTwoCurrenciesAddUpInTheCompanysOnly) {
  Document dollars = order(1, 10, all_to(kDeal), {simple_context()}, {line(11, 20'000)});
  Document rupees = order(2, 12, all_to(kDeal), {simple_context()}, {line(21, 10'000)});
  rupees.lines[0].net = {.document = 10'000, .company = 120};
  const auto balances = attribute({dollars, rupees});
  EXPECT_EQ(company_sum(balances, of_opportunity(kDeal)), 20'120);
  EXPECT_EQ(totals(balances, of_document(DocumentKind::order, 2)),
            (Totals{{{kDeal, kCampaign, kAnna}, {10'000, 120}}}));
}

TEST(WorkedCases, W3ACreditTakesItsPartBackAndADraftAddsNothing) {
  Document sale = invoice(1, 10, {line(11, 10'000)});
  sale.link = all_to(kDeal);
  sale.contexts = {simple_context()};
  const Document back = credit(2, 20, {line(21, -4'000, {invoice_line(11)})});
  Document draft = invoice(3, 21, {line(31, 25'000)});
  draft.measure = Measure::none;
  draft.link = all_to(kDeal);
  draft.contexts = {simple_context()};
  const auto balances = attribute({sale, back, draft});
  EXPECT_EQ(totals(balances, of_opportunity(kDeal)), (Totals{{{kDeal, kCampaign, kAnna}, same(6'000)}}));
  EXPECT_EQ(company_sum(balances, of_measure(Measure::invoices)), 10'000);
  EXPECT_EQ(company_sum(balances, of_measure(Measure::credits)), -4'000);
}

TEST(WorkedCases, W4ACreditLowersTheSellersFigure) {
  Document sale = invoice(1, 10, {line(11, 1'000'000)});
  sale.link = all_to(kDeal);
  sale.contexts = {simple_context()};
  const auto balances = attribute({sale, credit(2, 20, {line(21, -300'000, {invoice_line(11)})})});
  EXPECT_EQ(totals(balances, [](const Balance&) { return true; }),
            (Totals{{{kDeal, kCampaign, kAnna}, same(700'000)}}));
}

TEST(WorkedCases, W5ThreePartInvoicesGrowToTheOrderOnTheSameDealAndCampaigns) {
  const Document sold = order(1, 10, all_to(kDeal), {shared_context()}, {line(11, 90'000)});
  std::vector<Document> component = {sold};
  for (Id part = 1; part <= 3; ++part) {
    component.push_back(invoice(part, static_cast<Day>(10 + part), {line(100 + part, 30'000, {order_line(11)})}));
    const auto invoiced = totals(attribute(component), of_kind(DocumentKind::invoice));
    Minor sum = 0;
    for (const auto& [key, amount] : invoiced) {
      EXPECT_EQ(std::get<0>(key), kDeal);
      sum += amount.company;
    }
    EXPECT_EQ(sum, part * 30'000);
    EXPECT_EQ(invoiced.size(), 4U);
  }
  const auto balances = attribute(component);
  EXPECT_EQ(totals(balances, of_kind(DocumentKind::invoice)), totals(balances, of_kind(DocumentKind::order)));
}

TEST(WorkedCases, W6ThreeCampaignsShareAHundredToTheUnit) {
  CampaignFacts facts{.model = Model::linear, .date = 100};
  facts.touches = {{.campaign = 3, .date = 92}, {.campaign = 1, .date = 90}, {.campaign = 2, .date = 91}};
  const Document sold =
      order(1, 100, all_to(kDeal), {context(kDeal, campaign_weights(facts), {{kAnna, 1}})}, {line(11, 10'000)});
  EXPECT_EQ(
      totals(attribute({sold}), of_opportunity(kDeal)),
      (Totals{{{kDeal, 1, kAnna}, same(3'334)}, {{kDeal, 2, kAnna}, same(3'333)}, {{kDeal, 3, kAnna}, same(3'333)}}));
}

TEST(WorkedCases, W9TwoSellersShareADealAndItCountsOnce) {
  const Document sold =
      order(1, 10, all_to(kDeal), {context(kDeal, {}, {{kAnna, 6000}, {kBo, 4000}})}, {line(11, 100'000)});
  const auto balances = attribute({sold});
  EXPECT_EQ(totals(balances, of_opportunity(kDeal)),
            (Totals{{{kDeal, 0, kAnna}, same(60'000)}, {{kDeal, 0, kBo}, same(40'000)}}));
  EXPECT_EQ(company_sum(balances, of_opportunity(kDeal)), 100'000);
}

TEST(WorkedCases, W13TheOrderOfArrivalAndRepetitionChangeNothing) {
  const Document sold = order(1, 10, all_to(kDeal), {shared_context()}, {line(11, 9'999), line(12, 333)});
  const Document part = invoice(1, 15, {line(101, 5'001, {order_line(11)}), line(102, 333, {order_line(12)})});
  const auto expected = attribute({sold, part});
  EXPECT_FALSE(totals(expected, of_document(DocumentKind::invoice, 1)).empty());
  EXPECT_EQ(attribute({part, sold}), expected);
  EXPECT_EQ(attribute({part, sold, sold, part, part}), expected);
}

TEST(WorkedCases, W14AnInvoiceOverTwoOrdersGoesToBothAndItsFreeLineInProportion) {
  constexpr Id kSecond = 9;
  const Document first = order(1, 10, all_to(kDeal), {shared_context()}, {line(11, 30'000)});
  const Document second = order(2, 11, all_to(kSecond), {context(kSecond, {{90, 1}}, {{kBo, 1}})}, {line(21, 10'000)});
  const Document both =
      invoice(5, 20, {line(51, 30'000, {order_line(11)}), line(52, 10'000, {order_line(21)}), line(53, 1'001)});
  const auto balances = attribute({first, second, both});
  EXPECT_EQ(totals(balances, of_line(DocumentKind::invoice, 51)), totals(balances, of_line(DocumentKind::order, 11)));
  EXPECT_EQ(totals(balances, of_line(DocumentKind::invoice, 52)), totals(balances, of_line(DocumentKind::order, 21)));
  const auto freight = of_line(DocumentKind::invoice, 53);
  const auto of = [&](Id opportunity) {
    return company_sum(balances, [&](const Balance& b) { return freight(b) && b.opportunity == opportunity; });
  };
  EXPECT_EQ(of(kDeal), 751);  // 750.75
  EXPECT_EQ(of(kSecond), 250);
  // Within the deal the free line has the order's campaigns and sellers: 751 over 1:2 and 60:40.
  const auto split = split_two_way(751, {1, 2}, {6000, 4000});
  const Totals in_deal = totals(balances, [&](const Balance& b) { return freight(b) && b.opportunity == kDeal; });
  EXPECT_EQ(in_deal, (Totals{{{kDeal, kCampaign, kAnna}, same(split[0])},
                             {{kDeal, kCampaign, kBo}, same(split[1])},
                             {{kDeal, kOtherCampaign, kAnna}, same(split[2])},
                             {{kDeal, kOtherCampaign, kBo}, same(split[3])}}));
}

TEST(WorkedCases, W15ADealWonBeforeItsOrderWasConfirmedIsStillItsDeal) {
  DocumentFacts facts{.date = 105, .customer = 40};
  const Candidate won{.opportunity = kDeal, .customer = 40, .status = Status::won, .won_on = 101};
  const Decision decision = decide(facts, {won});
  EXPECT_EQ(decision.opportunity, kDeal);
  EXPECT_EQ(decision.reason, "customer.one");
}

TEST(WorkedCases, W16ARefundThatCancelsItsInvoiceComesToNothing) {
  Document sale = invoice(1, 10, {line(11, 10'000), line(12, 33)});
  sale.link = all_to(kDeal);
  sale.contexts = {shared_context()};
  const Document refund = credit(2, 12, {line(21, -10'000, {invoice_line(11)}), line(22, -33, {invoice_line(12)})});
  // The host goes on counting an invoice that a credit note has cancelled.
  const auto balances = attribute({sale, refund});
  EXPECT_FALSE(balances.empty());
  EXPECT_EQ(totals(balances, [](const Balance&) { return true; }), Totals{});
}

}  // namespace
}  // namespace sales_leads::domain::test
