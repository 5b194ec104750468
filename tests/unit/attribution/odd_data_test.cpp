// SPDX-License-Identifier: Apache-2.0
//
// The shape of the answer, and data that is odd, extreme or very large.
#include <gtest/gtest.h>

#include <algorithm>

#include "builders.h"

namespace sales_leads::domain::test {
namespace {

const auto kAll = [](const Balance&) { return true; };

TEST(Currencies, AreSplitApart) {
  Document sold = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 1), line(12, 1)});
  sold.lines[0].net = {.document = 1, .company = 10};
  sold.lines[1].net = {.document = 1, .company = 11};
  EXPECT_EQ(totals(attribute({sold}), kAll),
            (Totals{{{5, 0, 0}, {.document = 1, .company = 11}}, {{6, 0, 0}, {.document = 1, .company = 10}}}));
}

TEST(Answers, AreSortedAndHaveEachKeyOnce) {
  Document sold = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(12, 50), line(11, 70)});
  sold.lines[0].line_no = 1;
  sold.lines[1].line_no = 2;
  const Document two_sources = invoice(1, 2, {line(21, 60, {order_line(11), order_line(12)})});
  const auto balances = attribute({two_sources, sold});
  const auto key = [](const Balance& b) {
    return std::tuple(b.kind, b.document, b.line, b.opportunity, b.campaign, b.seller);
  };
  ASSERT_EQ(balances.size(), 6U);
  for (std::size_t i = 1; i < balances.size(); ++i) EXPECT_LT(key(balances[i - 1]), key(balances[i]));
}

TEST(Answers, OfNothingAreNothing) {
  EXPECT_TRUE(attribute({}).empty());
  EXPECT_TRUE(attribute({order(1, 1, all_to(5), {}, {}), invoice(1, 1, {line(1, 0)})}).empty());
}

TEST(OddData, AtTheEndsOfTheNumberRangeStaysDefined) {
  constexpr Minor kMax = INT64_MAX;
  constexpr Minor kMin = INT64_MIN;
  Document sold = order(1, INT32_MAX, by_rule({{5, INT32_MAX}, {6, -1}, {5, INT32_MAX}, {0, 7}}),
                        {{.opportunity = 5,
                          .campaigns = {{70, kMax}, {71, kMin}},
                          .sellers = {{1, kMax}, {2, kMax}},
                          .recurring_months = INT32_MAX}},
                        {line(11, kMax), line(12, kMax), line(13, kMin)});
  Document sale = invoice(2, INT32_MIN,
                          {line(21, kMin, {order_line(11, kMin), order_line(12, kMax)}),
                           line(22, kMin, {order_line(11, kMin)}), line(23, kMax)});
  sale.is_repeating = true;
  sale.decided_on = INT32_MIN;
  sale.lines[1].line_no = INT32_MIN;
  const Document back = credit(3, 0, {line(31, kMin, {invoice_line(21), invoice_line(22), invoice_line(23)})});
  const auto balances = attribute({sold, sale, back});
  EXPECT_EQ(company_sum(balances, of_line(DocumentKind::order, 11)), kMax);
  EXPECT_EQ(company_sum(balances, of_line(DocumentKind::order, 13)), kMin);
  EXPECT_EQ(company_sum(balances, of_line(DocumentKind::invoice, 22)), kMin);
}

TEST(OddData, LongChainsOfCreditsOfCreditsDoNotOverflowTheStack) {
  std::vector<Document> component = {order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(1, 101)}),
                                     invoice(1, 2, {line(1, 101, {order_line(1)})})};
  for (Id i = 2; i <= 30'000; ++i) {
    component.push_back(invoice(i, static_cast<Day>(i), {line(i, i % 2 == 0 ? -101 : 101, {invoice_line(i - 1)})}));
  }
  std::reverse(component.begin(), component.end());
  EXPECT_EQ(totals(attribute(component), of_kind(DocumentKind::invoice)), Totals{});
}

TEST(OddData, ChainsWithTwoSourcesAtEachStepDoNotDoubleTheirChunksAtEachStep) {
  // Both lines of a document follow both lines of the one before: 2^60 ways lead from the last to the order.
  std::vector<Document> component = {order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(1, 100)})};
  component.push_back(invoice(1, 2, {line(1, 101, {order_line(1)}), line(2, 99, {order_line(1)})}));
  for (Id i = 2; i <= 60; ++i) {
    const std::vector<LineSource> both = {invoice_line(2 * i - 3), invoice_line(2 * i - 2)};
    const Minor sign = i % 2 == 0 ? -1 : 1;
    component.push_back(
        invoice(i, static_cast<Day>(i), {line(2 * i - 1, sign * 101, both), line(2 * i, sign * 99, both)}));
  }
  EXPECT_EQ(company_sum(attribute(component), of_kind(DocumentKind::invoice)), 0);
}

// No clock here: were the work quadratic, this one test would take minutes.
TEST(OddData, ComponentsOfTensOfThousandsOfLinesAreDoneLineByLine) {
  constexpr Id kLines = 40'000;
  Document sold = order(1, 1, {}, {}, {});
  Document sale = invoice(2, 2, {});
  Document back = credit(3, 3, {});
  for (Id i = 1; i <= kLines; ++i) {
    sold.lines.push_back(line(i, 1'000 + i));
    if (i % 2 == 0) sold.lines.back().link = by_user({{i, 5000}, {i + 1, 5000}});  // a link-set each
    sale.lines.push_back(line(i, 1'000 + i, {order_line(i)}));
    back.lines.push_back(line(2 * kLines + i, -1'000 - i, {invoice_line(i)}));
  }
  for (Id i = 1; i <= 5; ++i) sale.lines.push_back(line(4 * kLines + i, 10'000));  // shared by all opportunities
  EXPECT_GT(attribute({sold, sale, back}).size(), 3U * kLines);
}

}  // namespace
}  // namespace sales_leads::domain::test
