// SPDX-License-Identifier: Apache-2.0
//
// Civil days, months and fiscal quarters.
#include "domain/calendar.h"

#include <gtest/gtest.h>

namespace sales_leads::domain {
namespace {

Day on(int year, int month, int day) { return day_of({year, month, day}).value(); }

TEST(Calendar, CountsDaysFromTheStartOf1970) {
  EXPECT_EQ(on(1970, 1, 1), 0);
  EXPECT_EQ(on(1969, 12, 31), -1);
  EXPECT_EQ(on(2000, 3, 1), 11'017);
  EXPECT_EQ(on(2024, 2, 29), 19'782);
  for (Day day = on(1999, 12, 1); day < on(2005, 2, 1); ++day) EXPECT_EQ(day_of(civil_date(day)), day);
}

TEST(Calendar, KnowsDaysThatDoNotExist) {
  for (const CivilDate& date : {CivilDate{2023, 2, 29}, CivilDate{1900, 2, 29}, CivilDate{2023, 13, 1},
                                CivilDate{2023, 0, 1}, CivilDate{2023, 4, 31}, CivilDate{10'000, 1, 1}}) {
    EXPECT_FALSE(day_of(date).has_value());
  }
}

TEST(Calendar, AddsMonthsAndStopsAtTheEndOfAShorterOne) {
  EXPECT_EQ(add_months(on(2024, 1, 31), 1), on(2024, 2, 29));
  EXPECT_EQ(add_months(on(2023, 1, 31), 1), on(2023, 2, 28));
  EXPECT_EQ(add_months(on(2023, 11, 15), 12), on(2024, 11, 15));
  EXPECT_EQ(add_months(on(2023, 1, 15), -1), on(2022, 12, 15));
  EXPECT_EQ(add_months(on(2023, 1, 15), INT32_MAX), on(9999, 12, 31));
  EXPECT_EQ(add_months(INT32_MIN, INT32_MIN), on(0, 1, 1));
}

TEST(Calendar, WritesAndReadsDates) {
  EXPECT_EQ(month_key(on(2024, 2, 9)), "2024-02");
  EXPECT_EQ(date_text(on(824, 2, 9)), "0824-02-09");
  EXPECT_EQ(parse_date("2024-02-29"), on(2024, 2, 29));
  for (const char* text : {"2023-02-29", "2024-2-29", "2024-02-29 ", "2024/02/29", "", "20x4-02-29", "-024-02-29"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

TEST(Calendar, NamesFiscalQuartersByTheYearInWhichTheFiscalYearBegins) {
  EXPECT_EQ(fiscal_quarter(on(2024, 3, 31), 1), (FiscalQuarter{2024, 1}));
  EXPECT_EQ(fiscal_quarter(on(2024, 4, 30), 5), (FiscalQuarter{2023, 4}));
  EXPECT_EQ(fiscal_quarter(on(2024, 5, 1), 5), (FiscalQuarter{2024, 1}));
  EXPECT_EQ(fiscal_quarter(on(2024, 1, 1), 7), (FiscalQuarter{2023, 3}));
  EXPECT_EQ(quarter_key(fiscal_quarter(on(2024, 4, 30), 5)), "2023-Q4");
}

}  // namespace
}  // namespace sales_leads::domain
