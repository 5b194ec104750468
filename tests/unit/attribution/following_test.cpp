// SPDX-License-Identifier: Apache-2.0
//
// How lines are cumulated and followed: chunks, credits, explicit links, and what becomes of sources that are unknown
// or go round in a circle.
#include <gtest/gtest.h>

#include <algorithm>

#include "builders.h"

namespace sales_leads::domain::test {
namespace {

const auto kAll = [](const Balance&) { return true; };

std::vector<Line> small_lines(int count, Minor net) {
  std::vector<Line> lines;
  for (int i = 1; i <= count; ++i) lines.push_back(line(i, net));
  return lines;
}

TEST(Cumulation, AHundredLinesOf33OverTwoOpportunitiesGiveEachExactlyHalf) {
  const Document sold = order(1, 10, by_rule({{5, 5000}, {6, 5000}}), {}, small_lines(100, 33));
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 0}, same(1'650)}, {{6, 0, 0}, same(1'650)}}));
}

TEST(Cumulation, AHundredLinesOf33OverTwoSellersGiveEachExactlyHalf) {
  const Document sold = order(1, 10, all_to(5), {context(5, {}, {{1, 5000}, {2, 5000}})}, small_lines(100, 33));
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 1}, same(1'650)}, {{5, 0, 2}, same(1'650)}}));
}

TEST(Cumulation, LinesWithEqualLinkSetsOfTheirOwnShareARunningTotal) {
  Document sold = order(1, 10, {}, {}, small_lines(2, 1));
  sold.lines[0].link = by_user({{5, 5000}, {6, 5000}});
  sold.lines[1].link = by_user({{6, 5000}, {5, 5000}});  // the same, told in another order
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 0}, same(1)}, {{6, 0, 0}, same(1)}}));
  sold.lines[1].link = by_user({{5, 5001}, {6, 4999}});  // not the same: begins anew, so the unit goes to 5 again
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 0}, same(2)}}));
}

TEST(Cumulation, ContextsAreCumulatedAcrossLinkSets) {
  Document sold = order(1, 10, all_to(5), {context(5, {}, {{1, 1}, {2, 1}})}, small_lines(2, 1));
  sold.lines[1].link = by_user({{5, 9000}, {6, 1000}});
  const auto balances = attribute({sold});
  EXPECT_EQ(totals(balances, of_opportunity(5)), (Totals{{{5, 0, 1}, same(1)}, {{5, 0, 2}, same(1)}}));
}

TEST(Cumulation, LineNumbersAndNotTheInputGiveTheOrder) {
  Document sold = order(1, 10, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 1), line(12, 1)});
  sold.lines[0].line_no = 2;
  sold.lines[1].line_no = 1;
  const auto balances = attribute({sold});
  EXPECT_EQ(totals(balances, of_line(DocumentKind::order, 12)), (Totals{{{5, 0, 0}, same(1)}}));
  EXPECT_EQ(totals(balances, of_line(DocumentKind::order, 11)), (Totals{{{6, 0, 0}, same(1)}}));
}

TEST(Cumulation, TheRestOfALinkSetIsUnlinkedAndBelongsToTheSalesperson) {
  Document sold = order(1, 10, by_rule({{5, 2500}}), {}, {line(11, 1'000)});
  sold.salesperson = 3;
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 0}, same(250)}, {{0, 0, 3}, same(750)}}));
  sold.link = {};
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{0, 0, 3}, same(1'000)}}));
  sold.contexts = {context(0, {{70, 1}}, {{4, 1}})};
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{0, 70, 4}, same(1'000)}}));
}

TEST(Cumulation, LinesThatAreNoSalesWriteNothingAndMoveNothing) {
  Document sold = order(1, 10, by_rule({{5, 5000}, {6, 5000}}), {}, small_lines(3, 1));
  sold.lines[1].counts_as_sale = false;
  EXPECT_EQ(totals(attribute({sold}), kAll), (Totals{{{5, 0, 0}, same(1)}, {{6, 0, 0}, same(1)}}));
}

TEST(Credits, TenOfTenBringAThirdEachBackToZero) {
  Document sale = invoice(1, 10, {line(11, 100)});
  sale.link = all_to(5);
  sale.contexts = {context(5, {{70, 1}, {71, 1}, {72, 1}}, {{1, 1}})};
  std::vector<Document> component = {sale};
  EXPECT_EQ(totals(attribute(component), kAll),
            (Totals{{{5, 70, 1}, same(34)}, {{5, 71, 1}, same(33)}, {{5, 72, 1}, same(33)}}));
  for (Id i = 1; i <= 10; ++i) {
    component.push_back(credit(10 + i, static_cast<Day>(10 + i), {line(100 + i, -10, {invoice_line(11)})}));
    // Every credit takes exactly its own ten.
    EXPECT_EQ(company_sum(attribute(component), of_document(DocumentKind::invoice, 10 + i)), -10);
  }
  EXPECT_EQ(totals(attribute(component), kAll), Totals{});
}

TEST(Credits, OfALineWithTwoSourcesRunAlongItsChunks) {
  const Document first = order(1, 10, all_to(5), {}, {line(11, 67)});
  const Document second = order(2, 10, all_to(6), {}, {line(21, 34)});
  const Document sale = invoice(3, 11, {line(31, 101, {order_line(11, 67), order_line(21, 34)})});
  const Document one = credit(4, 12, {line(41, -50, {invoice_line(31)})});
  const Document two = credit(5, 13, {line(51, -51, {invoice_line(31)})});
  const auto balances = attribute({first, second, sale, one, two});
  EXPECT_EQ(totals(balances, of_document(DocumentKind::invoice, 3)),
            (Totals{{{5, 0, 0}, same(67)}, {{6, 0, 0}, same(34)}}));
  // 50 over 67:34 = 33.17 / 16.83.
  EXPECT_EQ(totals(balances, of_document(DocumentKind::invoice, 4)),
            (Totals{{{5, 0, 0}, same(-33)}, {{6, 0, 0}, same(-17)}}));
  EXPECT_EQ(totals(balances, of_document(DocumentKind::invoice, 5)),
            (Totals{{{5, 0, 0}, same(-34)}, {{6, 0, 0}, same(-17)}}));
}

TEST(Credits, OfACreditPutBackWhatItTook) {
  const Document first = order(1, 10, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 67)});
  const Document second = order(2, 10, all_to(6), {}, {line(21, 34)});
  const Document sale = invoice(3, 11, {line(31, 101, {order_line(11, 67), order_line(21, 34)})});
  const Document wrong = credit(4, 12, {line(41, -50, {invoice_line(31)})});
  const Document put_back = invoice(5, 13, {line(51, 50, {invoice_line(41)})});
  const auto balances = attribute({first, second, sale, wrong, put_back});
  EXPECT_EQ(totals(balances, of_kind(DocumentKind::invoice)), totals(balances, of_kind(DocumentKind::order)));
}

TEST(Credits, ThatAreDraftsTakeNothingFromThoseThatCount) {
  const Document first = order(1, 10, all_to(5), {}, {line(11, 1)});
  const Document second = order(2, 10, all_to(6), {}, {line(21, 1)});
  const Document sale = invoice(3, 11, {line(31, 2, {order_line(11), order_line(21)})});
  Document draft = credit(4, 12, {line(41, -1, {invoice_line(31)})});
  draft.measure = Measure::none;
  const Document counts = credit(5, 13, {line(51, -1, {invoice_line(31)})});
  EXPECT_EQ(totals(attribute({first, second, sale, draft, counts}), of_measure(Measure::credits)),
            (Totals{{{5, 0, 0}, same(-1)}}));
}

TEST(Credits, OfALineOfNothingAreSharedEquallyByItsSources) {
  const Document first = order(1, 10, all_to(5), {}, {line(11, 67)});
  const Document second = order(2, 10, all_to(6), {}, {line(21, 34)});
  const Document sale = invoice(3, 11, {line(31, 0, {order_line(11, 67), order_line(21, 34)})});
  const Document back = credit(4, 12, {line(41, -10, {invoice_line(31)})});
  EXPECT_EQ(totals(attribute({first, second, sale, back}), of_kind(DocumentKind::invoice)),
            (Totals{{{5, 0, 0}, same(-5)}, {{6, 0, 0}, same(-5)}}));
}

TEST(Credits, OfAnInvoiceThatDoesNotCountAreWhatTheyWereIfItDid) {
  Document sale = invoice(1, 10, {line(11, 1), line(12, 1)});
  sale.link = by_rule({{5, 5000}, {6, 5000}});
  const Document back = credit(2, 11, {line(21, -1, {invoice_line(12)})});
  const auto expected = totals(attribute({sale, back}), of_document(DocumentKind::invoice, 2));
  EXPECT_EQ(expected, (Totals{{{6, 0, 0}, same(-1)}}));
  sale.measure = Measure::none;
  EXPECT_EQ(totals(attribute({sale, back}), kAll), expected);
}

TEST(Credits, OfANegativeLineAreAddedBack) {
  Document sale = invoice(1, 10, {line(11, 100), line(12, -31)});
  sale.link = by_rule({{5, 5000}, {6, 5000}});
  const Document back = credit(2, 11, {line(21, -100, {invoice_line(11)}), line(22, 31, {invoice_line(12)})});
  EXPECT_EQ(totals(attribute({sale, back}), kAll), Totals{});
}

TEST(Following, GoesByEffectiveDateThenDocumentWhateverTheInput) {
  const Document sold = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 4)});
  const Document late = invoice(7, 30, {line(71, 1, {order_line(11)})});
  const Document early = invoice(9, 20, {line(91, 1, {order_line(11)})});
  const Document also_late = invoice(8, 30, {line(81, 1, {order_line(11)})});
  const auto balances = attribute({late, sold, also_late, early});
  const auto opportunity_of = [&](Id id) {
    return std::get<0>(totals(balances, of_document(DocumentKind::invoice, id)).begin()->first);
  };
  EXPECT_EQ(opportunity_of(9), 5);
  EXPECT_EQ(opportunity_of(7), 6);
  EXPECT_EQ(opportunity_of(8), 5);
}

TEST(Following, BeginsWhereTheOrderLineBeginsAndRunsOnAboveTheOrderedPrice) {
  // The first line takes the unit for 5, the second therefore the one for 6; so does its invoice.
  const Document sold = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 1), line(12, 1)});
  const Document part = invoice(2, 2, {line(21, 1, {order_line(12)})});
  EXPECT_EQ(totals(attribute({sold, part}), of_kind(DocumentKind::invoice)), (Totals{{{6, 0, 0}, same(1)}}));
  const Document more = invoice(2, 2, {line(21, 6, {order_line(12)})});
  EXPECT_EQ(totals(attribute({sold, more}), of_kind(DocumentKind::invoice)),
            (Totals{{{5, 0, 0}, same(3)}, {{6, 0, 0}, same(3)}}));
}

TEST(Following, DraftsMoveNothingAndWriteNothing) {
  const Document sold = order(1, 1, by_rule({{5, 5000}, {6, 5000}}), {}, {line(11, 4)});
  Document draft = invoice(2, 2, {line(21, 1, {order_line(11)})});
  draft.measure = Measure::none;
  const Document posted = invoice(3, 3, {line(31, 1, {order_line(11)})});
  EXPECT_EQ(totals(attribute({sold, draft, posted}), of_kind(DocumentKind::invoice)), (Totals{{{5, 0, 0}, same(1)}}));
}

TEST(Following, ACancelledOrderLeavesItsInvoicedPart) {
  Document sold = order(1, 1, all_to(5), {context(5, {{70, 1}}, {{1, 1}})}, {line(11, 100)});
  sold.measure = Measure::none;
  const Document part = invoice(2, 2, {line(21, 40, {order_line(11)})});
  const auto balances = attribute({sold, part});
  EXPECT_EQ(totals(balances, kAll), (Totals{{{5, 70, 1}, same(40)}}));
  EXPECT_EQ(balances.at(0).measure, Measure::invoices);
  EXPECT_EQ(balances.at(0).effective_date, 2);
}

TEST(Following, CutsALineInProportionToItsSourcesAndEquallyWhenTheyAreAllZero) {
  const Document first = order(1, 1, all_to(5), {}, {line(11, 100)});
  const Document second = order(2, 1, all_to(6), {}, {line(21, 100)});
  Document sale = invoice(3, 2, {line(31, 101, {order_line(21, -75), order_line(11, 25)})});
  EXPECT_EQ(totals(attribute({first, second, sale}), of_kind(DocumentKind::invoice)),
            (Totals{{{5, 0, 0}, same(25)}, {{6, 0, 0}, same(76)}}));
  sale.lines[0].sources = {order_line(21, 0), order_line(11, 0)};
  EXPECT_EQ(totals(attribute({first, second, sale}), of_kind(DocumentKind::invoice)),
            (Totals{{{5, 0, 0}, same(51)}, {{6, 0, 0}, same(50)}}));
}

TEST(Following, GivesWayToAnExplicitLinkOfTheLineOrTheInvoice) {
  const Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 60, {order_line(11)}), line(22, 40, {order_line(11)})});
  sale.lines[0].link = by_user({{8, kWhole}});
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)),
            (Totals{{{5, 0, 0}, same(40)}, {{8, 0, 0}, same(60)}}));
  sale.link = by_user({});  // a user took all links of the invoice away
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)),
            (Totals{{{0, 0, 0}, same(40)}, {{8, 0, 0}, same(60)}}));
}

TEST(Following, BeatsARuleOfTheInvoice) {
  const Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 60, {order_line(11)})});
  sale.link = all_to(8);
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)), (Totals{{{5, 0, 0}, same(60)}}));
}

TEST(Following, TreatsAnUnknownSourceAsNone) {
  const Document sold = order(1, 1, all_to(5), {}, {line(11, 100)});
  Document sale = invoice(2, 2, {line(21, 60, {order_line(999)})});
  sale.link = all_to(8);
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)), (Totals{{{8, 0, 0}, same(60)}}));
  sale.lines[0].sources = {order_line(999, 90), order_line(11, 10)};  // the known one takes all
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)), (Totals{{{5, 0, 0}, same(60)}}));
  sale.lines[0].sources = {invoice_line(11)};  // an order line's id among invoice lines
  EXPECT_EQ(totals(attribute({sold, sale}), of_kind(DocumentKind::invoice)), (Totals{{{8, 0, 0}, same(60)}}));
}

TEST(Following, TreatsSourcesThatGoInACircleAsNone) {
  Document a = invoice(1, 1, {line(11, 10, {invoice_line(21)})});
  Document b = invoice(2, 2, {line(21, 20, {invoice_line(31)})});
  Document c = invoice(3, 3, {line(31, 30, {invoice_line(11)})});
  Document itself = invoice(4, 4, {line(41, 40, {invoice_line(41)})});
  const Document hanging_on = credit(5, 5, {line(51, -5, {invoice_line(21)})});  // follows into the circle
  a.link = all_to(5);
  b.link = all_to(6);
  c.link = all_to(7);
  itself.link = all_to(8);
  const Totals expected{{{5, 0, 0}, same(10)}, {{6, 0, 0}, same(15)}, {{7, 0, 0}, same(30)}, {{8, 0, 0}, same(40)}};
  std::vector<Document> component = {a, b, c, itself, hanging_on};
  const auto by_id = [](const Document& x, const Document& y) { return x.id < y.id; };
  do {
    ASSERT_EQ(totals(attribute(component), kAll), expected);
  } while (std::next_permutation(component.begin(), component.end(), by_id));
}

}  // namespace
}  // namespace sales_leads::domain::test
