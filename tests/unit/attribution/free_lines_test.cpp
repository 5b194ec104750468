// SPDX-License-Identifier: Apache-2.0
//
// Lines without source beside lines that follow, and repeating invoices that became renewals.
#include <gtest/gtest.h>

#include <algorithm>

#include "builders.h"
#include "domain/calendar.h"

namespace sales_leads::domain::test {
namespace {

const auto kAll = [](const Balance&) { return true; };

TEST(FreeLines, ShareWhatTheOtherLinesOfTheDocumentWereGiven) {
  const Document first = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 300)});
  const Document second = order(2, 1, by_rule({{6, kWhole}}), {}, {line(21, 100)});
  Document sale = invoice(3, 2, {line(31, 300, {order_line(11)}), line(32, 100, {order_line(21)}), line(33, 40)});
  sale.link = all_to(8);  // a rule of the invoice comes after following
  // 5 was given 150, 6 was given 150 by the first order and 100 by the second: 15, 15 and 10 of the 40.
  EXPECT_EQ(totals(attribute({first, second, sale}), of_line(DocumentKind::invoice, 33)),
            (Totals{{{5, 0, 0}, same(15)}, {{6, 0, 0}, same(25)}}));
}

TEST(FreeLines, ShareByExactlyWhatWasGivenHoweverLittle) {
  const Document first = order(1, 1, all_to(5), {}, {line(11, 1)});
  const Document second = order(2, 1, all_to(6), {}, {line(21, 3)});
  const Document sale = invoice(3, 2, {line(31, 1, {order_line(11)}), line(32, -3, {order_line(21)}), line(33, 100)});
  EXPECT_EQ(totals(attribute({first, second, sale}), of_line(DocumentKind::invoice, 33)),
            (Totals{{{5, 0, 0}, same(25)}, {{6, 0, 0}, same(75)}}));
}

TEST(FreeLines, AreCutByOpportunityThenRootDocument) {
  const Document first = order(1, 1, all_to(6), {context(6, {{70, 1}}, {})}, {line(11, 1)});
  const Document second = order(2, 1, all_to(6), {context(6, {{71, 1}}, {})}, {line(21, 1)});
  const Document third = order(3, 1, all_to(5), {}, {line(31, 1)});
  const auto sale = [](Minor free) {
    return invoice(
        4, 2,
        {line(41, 1, {order_line(11)}), line(42, 1, {order_line(21)}), line(43, 1, {order_line(31)}), line(44, free)});
  };
  const auto freight = [&](Minor net) {
    return totals(attribute({first, second, third, sale(net)}), of_line(DocumentKind::invoice, 44));
  };
  EXPECT_EQ(freight(1), (Totals{{{5, 0, 0}, same(1)}}));
  EXPECT_EQ(freight(2), (Totals{{{5, 0, 0}, same(1)}, {{6, 70, 0}, same(1)}}));
}

TEST(FreeLines, FallBackToTheRuleWhenTheOthersGiveNothing) {
  const Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 60, {order_line(11)}), line(22, -60, {order_line(11)}), line(23, 7)});
  sale.link = all_to(8);
  EXPECT_EQ(totals(attribute({sold, sale}), of_line(DocumentKind::invoice, 23)), (Totals{{{8, 0, 0}, same(7)}}));
}

TEST(FreeLines, FollowInBothCurrenciesOrInNeither) {
  Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 1, {order_line(11)}), line(22, 70)});
  sale.lines[0].net = {.document = 1, .company = 0};  // a unit that is worth none of the company's
  sale.lines[1].net = {.document = 70, .company = 7};
  sale.link = all_to(8);
  EXPECT_EQ(totals(attribute({sold, sale}), of_line(DocumentKind::invoice, 22)),
            (Totals{{{8, 0, 0}, {.document = 70, .company = 7}}}));
}

TEST(FreeLines, AreLeftToTheRuleWhenOnlyLinesThatAreNoSalesFollow) {
  const Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 60, {order_line(11)}), line(22, 7)});
  sale.lines[0].counts_as_sale = false;
  sale.link = all_to(8);
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)), (Totals{{{8, 0, 0}, same(7)}}));
}

TEST(FreeLines, AreCreditedWhereTheyWent) {
  const Document first = order(1, 1, by_rule({{5, 3333}, {6, 6667}}),
                               {context(5, {{70, 1}, {71, 2}}, {{1, 60}, {2, 40}})}, {line(11, 301)});
  const Document sale = invoice(3, 2, {line(31, 301, {order_line(11)}), line(33, 41), line(34, 13)});
  const Document back = credit(4, 3, {line(41, -20, {invoice_line(33)}), line(42, -13, {invoice_line(34)})});
  const Document rest = credit(5, 4, {line(51, -21, {invoice_line(33)}), line(52, -301, {invoice_line(31)})});
  const auto balances = attribute({first, sale, back, rest});
  EXPECT_FALSE(totals(balances, of_document(DocumentKind::invoice, 4)).empty());
  EXPECT_EQ(totals(balances, of_kind(DocumentKind::invoice)), Totals{});
}

TEST(FreeLines, OfDocumentsThatWaitForEachOtherEndUpSomewhereAndExactly) {
  // Each document's line with a source credits the other's free line.
  Document a = invoice(1, 1, {line(11, 10, {invoice_line(22)}), line(12, 7)});
  Document b = invoice(2, 1, {line(21, 20, {invoice_line(12)}), line(22, 9)});
  a.link = all_to(5);
  b.link = all_to(6);
  const auto balances = attribute({a, b});
  EXPECT_EQ(attribute({b, a}), balances);
  EXPECT_EQ(company_sum(balances, kAll), 46);
  EXPECT_EQ(totals(balances, of_line(DocumentKind::invoice, 12)), (Totals{{{5, 0, 0}, same(7)}}));
}

class Renewals : public testing::Test {
 protected:
  static Day day(int year, int month, int of_month) { return *day_of({year, month, of_month}); }

  Document sold = order(1, day(2023, 1, 31), by_rule({{5, 5000}, {6, 5000}}),
                        {{.opportunity = 5, .campaigns = {{70, 1}}, .sellers = {{1, 1}}, .recurring_months = 1},
                         {.opportunity = 6, .campaigns = {{71, 1}}, .sellers = {{2, 1}}, .recurring_months = 12}},
                        {line(11, 100)});
  static Document repeating(Id id, Day day, std::vector<Line> lines) {
    Document made = invoice(id, day, std::move(lines));
    made.is_repeating = true;
    made.salesperson = 9;
    return made;
  }
};

TEST_F(Renewals, BeginTheDayAfterTheRecurringMonthsForEachOpportunityOnItsOwn) {
  const Totals linked{{{5, 70, 1}, same(50)}, {{6, 71, 2}, same(50)}};
  const Totals half{{{0, 0, 9}, same(50)}, {{6, 71, 2}, same(50)}};
  const Totals none{{{0, 0, 9}, same(100)}};
  const auto invoiced_on = [&](Day date) {
    return totals(attribute({sold, repeating(2, date, {line(21, 100, {order_line(11)})})}),
                  of_kind(DocumentKind::invoice));
  };
  EXPECT_EQ(invoiced_on(day(2023, 2, 28)), linked);  // 31 January and one month
  EXPECT_EQ(invoiced_on(day(2023, 3, 1)), half);
  EXPECT_EQ(invoiced_on(day(2024, 1, 31)), half);
  EXPECT_EQ(invoiced_on(day(2024, 2, 1)), none);
}

TEST_F(Renewals, AreMarkedAndOnlyRepeatingInvoicesMakeThem) {
  Document sale = repeating(2, day(2025, 1, 1), {line(21, 100, {order_line(11)})});
  auto balances = attribute({sold, sale});
  EXPECT_TRUE(std::all_of(balances.begin(), balances.end(),
                          [](const Balance& b) { return b.renewal == (b.kind == DocumentKind::invoice); }));
  sale.is_repeating = false;
  balances = attribute({sold, sale});
  EXPECT_TRUE(std::none_of(balances.begin(), balances.end(), [](const Balance& b) { return b.renewal; }));
}

TEST_F(Renewals, AreTakenBackByTheirCreditsAndReachTheFreeLines) {
  const Document sale = repeating(2, day(2025, 1, 1), {line(21, 100, {order_line(11)}), line(22, 31)});
  Document back = credit(3, day(2025, 2, 1), {line(31, -100, {invoice_line(21)}), line(32, -31, {invoice_line(22)})});
  back.salesperson = 8;
  const auto balances = attribute({sold, sale, back});
  EXPECT_EQ(totals(balances, of_document(DocumentKind::invoice, 2)), (Totals{{{0, 0, 9}, same(131)}}));
  EXPECT_EQ(totals(balances, of_document(DocumentKind::invoice, 3)), (Totals{{{0, 0, 9}, same(-131)}}));
}

TEST_F(Renewals, DoNotMoveTheDealsOwnRunningTotals) {
  sold.link = all_to(6);
  sold.contexts = {context(6, {{70, 1}, {71, 1}, {72, 1}}, {{1, 1}, {2, 1}})};
  const Document own = repeating(2, day(2023, 2, 1), {line(21, 100, {order_line(11)})});
  const Document renewed = repeating(3, day(2025, 1, 1), {line(31, 101, {order_line(11)})});
  const Document back = credit(4, day(2025, 2, 1), {line(41, -100, {invoice_line(21)})});
  const Document also_back = credit(5, day(2025, 3, 1), {line(51, -101, {invoice_line(31)})});
  EXPECT_EQ(totals(attribute({sold, own, renewed, back, also_back}), of_kind(DocumentKind::invoice)), Totals{});
}

}  // namespace
}  // namespace sales_leads::domain::test
