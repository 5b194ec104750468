// SPDX-License-Identifier: Apache-2.0
#include "import/values.h"

#include <gmock/gmock.h>

#include "import/currencies.h"
#include "import/problems.h"
#include "web/language.h"
#include "web/table.h"

namespace erp::host::import {
namespace {

using ::testing::HasSubstr;

std::string shown(const Read<std::int64_t>& read) {
  return is_good(read) ? std::to_string(std::get<0>(read)) : "fault: " + std::get<1>(read).reason;
}

TEST(Amounts, AreReadIntoMinorUnits) {
  EXPECT_EQ(shown(read_amount("12.34", {}, "SEK")), "1234");
  EXPECT_EQ(shown(read_amount("-12.3", {}, "SEK")), "-1230");
  EXPECT_EQ(shown(read_amount("1054", {}, "USD")), "105400");
  EXPECT_EQ(shown(read_amount("0", {}, "USD")), "0");
  EXPECT_EQ(shown(read_amount("1054", {}, "JPY")), "1054");
  EXPECT_EQ(shown(read_amount("1.234", {}, "KWD")), "1234");
  EXPECT_EQ(shown(read_amount("12.3400", {}, "SEK")), "1234");
  EXPECT_EQ(shown(read_amount("-2750", {true, '.', ""}, "GBP")), "-2750");
  EXPECT_EQ(shown(read_amount("1 234,50", {false, ',', " "}, "SEK")), "123450");
  EXPECT_EQ(shown(read_amount("\xE2\x88\x92"
                              "5,00",
                              {false, ',', ""}, "SEK")),
            "-500");
}

TEST(Amounts, AreRefusedWithTheReason) {
  EXPECT_THAT(shown(read_amount("12.345", {}, "SEK")), HasSubstr("more decimals than SEK has (2)"));
  EXPECT_THAT(shown(read_amount("1.5", {}, "JPY")), HasSubstr("more decimals than JPY has (0)"));
  EXPECT_THAT(shown(read_amount("1,50", {}, "SEK")), HasSubstr("decimal point"));
  EXPECT_THAT(shown(read_amount("1.5", {true, '.', ""}, "SEK")), HasSubstr("whole minor units"));
  EXPECT_THAT(shown(read_amount("1 23,50", {false, ',', " "}, "SEK")), HasSubstr("not an amount"));
  EXPECT_THAT(shown(read_amount("1", {}, "XYZ")), HasSubstr("unknown"));
  EXPECT_EQ(shown(read_integer(std::string(59, 'x') + "åäö")),
            "fault: \"" + std::string(59, 'x') + "\" is not a whole number");
  for (const char* bad : {"", "-", ".", "1.", ".5x", "1e5", "0x10", "12 34", "99999999999999999999"}) {
    EXPECT_THAT(shown(read_amount(bad, {}, "SEK")), HasSubstr("fault")) << bad;
  }
}

TEST(Dates, AreReadInTheirFormatAndMustExist) {
  EXPECT_EQ(std::get<0>(read_date("1970-01-02", "YYYY-MM-DD")), 1);
  EXPECT_EQ(std::get<0>(read_date("29.02.2016", "DD.MM.YYYY")), std::get<0>(read_date("2016-02-29", "YYYY-MM-DD")));
  EXPECT_EQ(date_text(std::get<0>(read_date("20161020", "YYYYMMDD"))), "2016-10-20");
  EXPECT_THAT(std::get<1>(read_date("2017-02-29", "YYYY-MM-DD")).reason, HasSubstr("does not exist"));
  for (const char* bad : {"2017-13-01", "2017-00-10", "2017-1-1", "17-01-01", "2017/01/01", "0000-01-01", ""}) {
    EXPECT_FALSE(is_good(read_date(bad, "YYYY-MM-DD"))) << bad;
  }
  EXPECT_TRUE(is_date_format("DD/MM/YYYY"));
  EXPECT_FALSE(is_date_format("DD/MM/YY"));
  EXPECT_FALSE(is_date_format("DD-MM-YYYY-DD"));
}

TEST(Times, WithoutZAreTheCompanys) {
  EXPECT_EQ(shown(read_time("1970-01-01T00:00:01Z", "YYYY-MM-DD", "Europe/Stockholm")), "1000000");
  EXPECT_EQ(shown(read_time("1970-01-01T01:00:00", "YYYY-MM-DD", "Europe/Stockholm")), "0");
  EXPECT_EQ(shown(read_time("1970-01-01 01:00", "YYYY-MM-DD", "Europe/Stockholm")), "0");
  EXPECT_EQ(shown(read_time("1970-01-01T00:00:00.5Z", "YYYY-MM-DD", "")), "500000");
  // Summer time: two hours before UTC.
  EXPECT_EQ(shown(read_time("2011-07-01T02:00:00", "YYYY-MM-DD", "Europe/Stockholm")),
            shown(read_time("2011-07-01T00:00:00Z", "YYYY-MM-DD", "Europe/Stockholm")));
  EXPECT_THAT(shown(read_time("2011-03-27T02:30:00", "YYYY-MM-DD", "Europe/Stockholm")),
              HasSubstr("summer time skips"));
  // An hour that comes twice is the first of the two.
  EXPECT_EQ(shown(read_time("2011-10-30T02:30:00", "YYYY-MM-DD", "Europe/Stockholm")),
            shown(read_time("2011-10-30T00:30:00Z", "YYYY-MM-DD", "Europe/Stockholm")));
  for (const char* bad : {"2011-01-01T24:00:00", "2011-01-01T1:00", "2011-01-01T01:00:60", "2011-01-01X01:00", "x"}) {
    EXPECT_FALSE(is_good(read_time(bad, "YYYY-MM-DD", "UTC"))) << bad;
  }
}

TEST(PlainAmounts, ShowEveryDigit) {
  EXPECT_EQ(plain_amount(-5, 2), "-0.05");
  EXPECT_EQ(plain_amount(123456, 2), "1234.56");
  EXPECT_EQ(plain_amount(7, 0), "7");
  EXPECT_EQ(plain_amount(std::numeric_limits<std::int64_t>::min(), 3), "-9223372036854775.808");
}

TEST(AmountsForPeople, FollowTheLanguage) {
  using web::Language;
  EXPECT_EQ(web::amount_text(123450, "SEK", Language::kSwedish), "1\u00A0234,50\u00A0kr");
  EXPECT_EQ(web::amount_text(-123450, "NOK", Language::kNorwegian), "\u22121\u00A0234,50\u00A0kr");
  EXPECT_EQ(web::amount_text(-123450, "GBP", Language::kEnglish), "-1,234.50\u00A0GBP");
  EXPECT_EQ(web::amount_text(1234567, "JPY", Language::kSwedish), "1\u00A0234\u00A0567\u00A0JPY");
  EXPECT_EQ(web::day_text("2011-07-01", Language::kNorwegian), "01.07.2011");
}

TEST(ErrorFiles, DoNotCarryFormulas) {
  EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
  EXPECT_EQ(csv_cell("@x"), "'@x");
  EXPECT_EQ(csv_cell("-12.50"), "-12.50");
  EXPECT_EQ(csv_cell("-1+cmd"), "'-1+cmd");
  EXPECT_EQ(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(ReportTables, SpreadMeasuresAndColumnsAndKeepTheTotals) {
  const auto report = boost::json::parse(R"({"rows":[
    {"key":"2011-01","label":"2011-01","id":0,"measures":{"invoiced":{"minor":150,"currency":"GBP"},"count":2},
     "columns":[{"key":"a","label":"A","measures":{"invoiced":{"minor":150,"currency":"GBP"}}}]},
    {"key":"none","label":"none","measures":{"invoiced":{"minor":-50,"currency":"GBP"},"count":1}}],
    "totals":{"measures":{"invoiced":{"minor":100,"currency":"GBP"},"count":3}}})");
  const web::Table table = web::table_of_report(report, web::Language::kEnglish);
  EXPECT_EQ(web::as_csv(table),
            "key,label,invoiced,invoiced_currency,count,a/invoiced,a/invoiced_currency\n"
            "2011-01,2011-01,1.50,GBP,2,1.50,GBP\n"
            "none,None,-0.50,GBP,1,,\n"
            "total,Total,1.00,GBP,3,,\n");
  EXPECT_THAT(web::as_text(table, web::Language::kSwedish), HasSubstr("\u22120,50"));
}

}  // namespace
}  // namespace erp::host::import
