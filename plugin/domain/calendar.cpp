// SPDX-License-Identifier: Apache-2.0
#include "domain/calendar.h"

#include <algorithm>
#include <chrono>

namespace sales_leads::domain {
namespace {
namespace chrono = std::chrono;

constexpr std::int32_t kFirstYear = 0;
constexpr std::int32_t kLastYear = 9999;

constexpr Day number(chrono::year_month_day date) {
  return static_cast<Day>(chrono::sys_days{date}.time_since_epoch().count());
}
constexpr Day kFirstDay = number(chrono::year{kFirstYear} / 1 / 1);
constexpr Day kLastDay = number(chrono::year{kLastYear} / 12 / 31);

chrono::year_month_day to_chrono(Day day) {
  return chrono::year_month_day{chrono::sys_days{chrono::days{std::clamp(day, kFirstDay, kLastDay)}}};
}

std::string padded(std::int32_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::optional<std::int32_t> digits(std::string_view text) {
  std::int32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}
}  // namespace

CivilDate civil_date(Day day) {
  const auto date = to_chrono(day);
  return {static_cast<int>(date.year()), static_cast<std::int32_t>(static_cast<unsigned>(date.month())),
          static_cast<std::int32_t>(static_cast<unsigned>(date.day()))};
}

std::optional<Day> day_of(const CivilDate& date) {
  if (date.year < kFirstYear || date.year > kLastYear || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > 31) {
    return std::nullopt;
  }
  const auto found = chrono::year{date.year} / static_cast<int>(date.month) / static_cast<int>(date.day);
  if (!found.ok()) return std::nullopt;
  return number(found);
}

Day add_months(Day day, std::int32_t months) {
  const auto date = to_chrono(day);
  const std::int64_t month_number = std::int64_t{static_cast<int>(date.year())} * 12 +
                                    (static_cast<std::int64_t>(static_cast<unsigned>(date.month())) - 1) + months;
  if (month_number < std::int64_t{kFirstYear} * 12) return kFirstDay;
  if (month_number > std::int64_t{kLastYear} * 12 + 11) return kLastDay;
  const auto month =
      chrono::year{static_cast<int>(month_number / 12)} / chrono::month{static_cast<unsigned>(month_number % 12 + 1)};
  const auto last = chrono::year_month_day{month / chrono::last};
  return number(month / std::min(date.day(), last.day()));
}

std::string month_key(Day day) {
  const CivilDate date = civil_date(day);
  return padded(date.year, 4) + "-" + padded(date.month, 2);
}

std::string date_text(Day day) { return month_key(day) + "-" + padded(civil_date(day).day, 2); }

std::optional<Day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return day_of({*year, *month, *day});
}

FiscalQuarter fiscal_quarter(Day day, std::int32_t first_month) {
  const CivilDate date = civil_date(day);
  const std::int32_t first = std::clamp(first_month, 1, 12);
  const std::int32_t months_in = (date.month - first + 12) % 12;
  return {date.month >= first ? date.year : date.year - 1, months_in / 3 + 1};
}

std::string quarter_key(const FiscalQuarter& quarter) {
  return padded(quarter.start_year, 4) + "-Q" + std::to_string(quarter.quarter);
}

}  // namespace sales_leads::domain
