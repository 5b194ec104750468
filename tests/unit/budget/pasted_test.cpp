// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/pasted.h"

#include <gtest/gtest.h>

#include <random>

namespace sales_leads::test {
namespace {

using domain::DecimalSign;
using domain::PastedAmount;
using Is = PastedAmount::Is;
using enum DecimalSign;

struct Written {
  const char* text;
  DecimalSign sign;
  std::int64_t minor;
};

TEST(PastedAmount, IsReadAsPeopleWriteIt) {
  const Written kGood[] = {{"1234", unknown, 123'400},
                           {"1 234,50", unknown, 123'450},
                           {"1\xc2\xa0"
                            "234,50",
                            unknown, 123'450},
                           {"1\xe2\x80\xaf"
                            "234,50",
                            unknown, 123'450},
                           {"1,234.50", unknown, 123'450},
                           {"1.234,50", unknown, 123'450},
                           {"1'234.50", unknown, 123'450},
                           {"1\xe2\x80\x99"
                            "234.50",
                            unknown, 123'450},
                           {"12,5", unknown, 1'250},
                           {"0,05", unknown, 5},
                           {"1,234", point, 123'400},
                           {"1.234", comma, 123'400},
                           {"1.234", point, -1},  // three decimals: below
                           {"1 234 567", unknown, 123'456'700},
                           {"1,234,567", unknown, 123'456'700},
                           {"1.234.567,8", unknown, 123'456'780},
                           {"0,500", unknown, 50},
                           {"1 234,500", unknown, 123'450},
                           {"  7 ", unknown, 700},
                           {"7,00 kr", unknown, 700},
                           {"SEK 7", unknown, 700},
                           {"-", unknown, 0},
                           {"\xe2\x80\x93", unknown, 0},
                           {"-0,00", unknown, 0},
                           {"9 000 000 000 000,00", unknown, 900'000'000'000'000}};
  for (const auto& [text, sign, minor] : kGood) {
    const auto read = domain::pasted_amount(text, sign, 2, "SEK");
    if (minor < 0) {
      EXPECT_EQ(read.is, Is::too_fine) << text;
      continue;
    }
    EXPECT_EQ(read.is, Is::amount) << text;
    EXPECT_EQ(read.minor, minor) << text;
  }
}

TEST(PastedAmount, IsRefusedRatherThanGuessed) {
  const struct {
    const char* text;
    DecimalSign sign;
    Is is;
  } kBad[] = {{"", unknown, Is::empty},
              {"   ", unknown, Is::empty},
              {"\xc2\xa0", unknown, Is::empty},
              {"1,234", unknown, Is::ambiguous},
              {"1.234", unknown, Is::ambiguous},
              {"-5", unknown, Is::negative},
              {"(5,00)", unknown, Is::negative},
              {"\xe2\x88\x92"
               "5",
               unknown, Is::negative},
              {"1,2345", unknown, Is::too_fine},
              {"1.005", point, Is::too_fine},
              {"abc", unknown, Is::not_a_number},
              {"12 34", unknown, Is::not_a_number},
              {"1,2,3", unknown, Is::not_a_number},
              {"1 23,5", unknown, Is::not_a_number},
              {"1.2.3,4", unknown, Is::not_a_number},
              {"5,", unknown, Is::not_a_number},
              {",5", unknown, Is::not_a_number},
              {"1e5", unknown, Is::not_a_number},
              {"5 %", unknown, Is::not_a_number},
              {"=A1", unknown, Is::not_a_number},
              {"EUR 5", unknown, Is::not_a_number},
              {"12,50", point, Is::not_a_number},
              {"1'234 567", unknown, Is::not_a_number},
              {"--5", unknown, Is::not_a_number},
              {"9000000000000,01", unknown, Is::too_large},
              {"99999999999999999999", unknown, Is::too_large},
              {"#REF!", unknown, Is::not_a_number},
              {"1234567,1234567", unknown, Is::too_fine}};
  for (const auto& [text, sign, is] : kBad) {
    EXPECT_EQ(static_cast<int>(domain::pasted_amount(text, sign, 2, "SEK").is), static_cast<int>(is)) << text;
  }
  EXPECT_EQ(static_cast<int>(domain::pasted_amount("1,234.00", unknown, 0, "JPY").is), static_cast<int>(Is::amount));
  EXPECT_EQ(domain::pasted_amount("1,234.00", unknown, 0, "JPY").minor, 1'234);
  EXPECT_EQ(static_cast<int>(domain::pasted_amount("1,5", unknown, 0, "JPY").is), static_cast<int>(Is::too_fine));
}

TEST(PastedAmount, OneCellTellsTheDecimalSignForTheWholeBlock) {
  EXPECT_EQ(domain::decimal_sign_of({"Anna", "1,234", "2,500", "12.50"}), point);
  EXPECT_EQ(domain::decimal_sign_of({"1.234", "2.500", "12,5"}), comma);
  EXPECT_EQ(domain::decimal_sign_of({"1,234,567", "1,234"}), point);
  EXPECT_EQ(domain::decimal_sign_of({"1,234", "Anna B. Clark", "12"}), unknown);
}

/// Written by a printer of its own in each way, read back.
TEST(PastedAmount, WhatIsPrintedIsReadBack) {
  std::mt19937_64 random(5);
  const struct {
    std::string grouping;
    char decimal;
  } kWays[] = {{" ", ','}, {"\xc2\xa0", ','}, {",", '.'}, {".", ','}, {"'", '.'}, {"", ','}, {"", '.'}};
  for (int round = 0; round < 20'000; ++round) {
    const auto minor = static_cast<std::int64_t>(random() % (round % 2 == 0 ? 10'000'000 : 900'000'000'000'000));
    for (const auto& [grouping, decimal] : kWays) {
      std::string whole = std::to_string(minor / 100);
      for (std::size_t at = whole.size(); at > 3;) whole.insert(at -= 3, grouping);
      const std::string cents = std::to_string(100 + minor % 100).substr(1);
      const std::string text = whole + decimal + cents;
      const auto read = domain::pasted_amount(text, domain::decimal_sign_of({text}), 2, "EUR");
      ASSERT_EQ(static_cast<int>(read.is), static_cast<int>(Is::amount)) << text;
      ASSERT_EQ(read.minor, minor) << text;
    }
  }
}

TEST(PastedCells, AreTabsAndLinesWithQuotedOnes) {
  using Lines = std::vector<std::vector<std::string>>;
  EXPECT_EQ(domain::pasted_cells("a\tb\r\nc\t\r\n"), (Lines{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(domain::pasted_cells("\"a \"\"b\"\"\nc\"\td\n\n\n"), (Lines{{"a \"b\"\nc", "d"}}));
  EXPECT_EQ(domain::pasted_cells("a\n\nb"), (Lines{{"a"}, {""}, {"b"}}));
  EXPECT_EQ(domain::pasted_cells("x\ry"), (Lines{{"x"}, {"y"}}));
  EXPECT_EQ(domain::pasted_cells("5\" pipe\t1"), (Lines{{"5\" pipe", "1"}}));
  EXPECT_EQ(domain::pasted_cells("\"never closed\t1"), (Lines{{"never closed\t1"}}));
  EXPECT_TRUE(domain::pasted_cells(" \t\n").empty());
}

TEST(MonthHeading, IsKnownInThreeLanguages) {
  for (const auto& [text, month] : std::vector<std::pair<std::string, int>>{{"2026-03", 3},
                                                                            {"2026M12", 12},
                                                                            {"mars", 3},
                                                                            {"Mars 2026", 3},
                                                                            {"Mar-26", 3},
                                                                            {"maj", 5},
                                                                            {"Mai", 5},
                                                                            {"May", 5},
                                                                            {"October", 10},
                                                                            {"oktober", 10},
                                                                            {"okt.", 10},
                                                                            {"Desember", 12},
                                                                            {"dec 26", 12},
                                                                            {"Sept", 9},
                                                                            {"januar", 1},
                                                                            {"JANUARI", 1}}) {
    EXPECT_EQ(domain::month_of_heading(text), month) << text;
  }
  for (const char* text : {"Anna", "Total", "2026-13", "2026-00", "mary", "", "12", "marsian", "decade 1x"}) {
    EXPECT_EQ(domain::month_of_heading(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sales_leads::test
