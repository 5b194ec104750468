// SPDX-License-Identifier: Apache-2.0
//
// Days as numbers since 1970-01-01, as text, and the words that mean a period: today, this_week, last_30_days.
//
// Threads: pure. Errors: an empty optional. Quarters and years are those of the company's fiscal year.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace erp::sdk::lists {

struct Civil {
  std::int64_t year = 1970;
  std::int64_t month = 1, day = 1;
};

/// Howard Hinnant's days_from_civil.
[[nodiscard]] constexpr std::int64_t day_of(Civil c) {
  const std::int64_t y = c.month <= 2 ? c.year - 1 : c.year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}
[[nodiscard]] constexpr Civil civil_of(std::int64_t day) {
  const std::int64_t z = day + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}
static_assert(day_of({1970, 1, 1}) == 0 && day_of({2026, 11, 29}) == 20786 && civil_of(20786).month == 11);

[[nodiscard]] inline std::string day_text(std::int64_t day) {
  const Civil c = civil_of(day);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04lld-%02lld-%02lld", static_cast<long long>(c.year),
                static_cast<long long>(c.month), static_cast<long long>(c.day));
  return text.data();
}

[[nodiscard]] inline std::optional<std::int64_t> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  Civil c{0, 0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    std::int64_t& part = i < 4 ? c.year : i < 7 ? c.month : c.day;
    part = part * 10 + (text[i] - '0');
  }
  if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31) return std::nullopt;
  const std::int64_t day = day_of(c);
  const Civil again = civil_of(day);  // 30 February comes back as a day of March
  return again.month == c.month && again.day == c.day ? std::optional(day) : std::nullopt;
}

using Period = std::pair<std::int64_t, std::int64_t>;  // both days are in it

[[nodiscard]] constexpr Period months_from(std::int64_t year, std::int64_t month0, std::int64_t count) {
  const auto first = [](std::int64_t y, std::int64_t m) {
    const std::int64_t carry = m >= 0 ? m / 12 : (m - 11) / 12;
    return day_of({y + carry, m - carry * 12 + 1, 1});
  };
  return {first(year, month0), first(year, month0 + count) - 1};
}

/// What a word means on a day; nothing for a word that is none.
[[nodiscard]] inline std::optional<Period> period_named(std::string_view word, std::int64_t today,
                                                        std::int64_t fiscal_start_month) {
  const Civil c = civil_of(today);
  const std::int64_t weekday = ((today + 3) % 7 + 7) % 7;  // Monday = 0
  const std::int64_t into_year = (c.month - fiscal_start_month + 12) % 12;
  const std::int64_t year_month0 = c.month - 1 - into_year;  // of the fiscal year's first month, may be negative
  const std::int64_t quarter_month0 = c.month - 1 - into_year % 3;
  if (word == "today") return Period{today, today};
  if (word == "yesterday") return Period{today - 1, today - 1};
  if (word == "tomorrow") return Period{today + 1, today + 1};
  if (word == "this_week") return Period{today - weekday, today - weekday + 6};
  if (word == "last_week") return Period{today - weekday - 7, today - weekday - 1};
  if (word == "next_week") return Period{today - weekday + 7, today - weekday + 13};
  if (word == "this_month") return months_from(c.year, c.month - 1, 1);
  if (word == "last_month") return months_from(c.year, c.month - 2, 1);
  if (word == "next_month") return months_from(c.year, c.month, 1);
  if (word == "this_quarter") return months_from(c.year, quarter_month0, 3);
  if (word == "last_quarter") return months_from(c.year, quarter_month0 - 3, 3);
  if (word == "next_quarter") return months_from(c.year, quarter_month0 + 3, 3);
  if (word == "this_year") return months_from(c.year, year_month0, 12);
  if (word == "last_year") return months_from(c.year, year_month0 - 12, 12);
  if (word == "next_year") return months_from(c.year, year_month0 + 12, 12);
  if (word == "last_7_days") return Period{today - 6, today};
  if (word == "last_30_days") return Period{today - 29, today};
  if (word == "last_90_days") return Period{today - 89, today};
  if (word == "next_30_days") return Period{today, today + 29};
  if (word == "overdue") return Period{-719162, today - 1};
  return std::nullopt;
}
inline constexpr std::string_view kPeriods =
    "today, yesterday, tomorrow, this_week, last_week, next_week, this_month, last_month, next_month, this_quarter, "
    "last_quarter, next_quarter, this_year, last_year, next_year, last_7_days, last_30_days, last_90_days, "
    "next_30_days, overdue";

}  // namespace erp::sdk::lists
