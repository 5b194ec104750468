// SPDX-License-Identifier: Apache-2.0
//
// Civil days: a day number (days since 1970-01-01) to and from year, month and day, months, fiscal quarters. No time
// zones here: which day an instant falls on in the company's zone is decided by the caller.
//
// Pure; any thread; never throws. Years 0 to 9999: days outside are taken as the nearest end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sales_leads::domain {

using Day = std::int32_t;  // days since 1970-01-01

struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1..12
  std::int32_t day = 1;    // 1..31
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

struct FiscalQuarter {
  std::int32_t start_year = 1970;  // the calendar year in which the fiscal year begins
  std::int32_t quarter = 1;        // 1..4
  friend bool operator==(const FiscalQuarter&, const FiscalQuarter&) = default;
};

[[nodiscard]] CivilDate civil_date(Day day);

/// Empty when there is no such day (2023-02-29, month 13, year 10000).
[[nodiscard]] std::optional<Day> day_of(const CivilDate& date);

/// Same day of the month; where the month is too short, its last day: 2024-01-31 + 1 = 2024-02-29.
[[nodiscard]] Day add_months(Day day, std::int32_t months);

[[nodiscard]] std::string month_key(Day day);  // "2024-02"
[[nodiscard]] std::string date_text(Day day);  // "2024-02-29"

/// Reads exactly "YYYY-MM-DD".
[[nodiscard]] std::optional<Day> parse_date(std::string_view text);

/// `first_month` 1..12 is the month in which the company's fiscal year begins. With May: 2024-04-30 lies in the fourth
/// quarter of the year that began in 2023.
[[nodiscard]] FiscalQuarter fiscal_quarter(Day day, std::int32_t first_month);
[[nodiscard]] std::string quarter_key(const FiscalQuarter& quarter);  // "2023-Q4"

}  // namespace sales_leads::domain
