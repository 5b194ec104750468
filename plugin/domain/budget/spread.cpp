// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/spread.h"

#include <algorithm>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"

namespace sales_leads::domain {
namespace {
constexpr Wide kHundredPercent = 10'000;
}

BudgetYear spread_evenly(std::int64_t total) {
  BudgetYear year{};
  const auto count = static_cast<std::int64_t>(kBudgetMonths);
  for (std::int64_t i = 0; i < count; ++i) {
    year[static_cast<std::size_t>(i)] = total / count + (i < total % count ? 1 : 0);
  }
  return year;
}

BudgetYear spread_by_season(std::int64_t total, const BudgetYear& season) {
  if (std::all_of(season.begin(), season.end(), [](std::int64_t month) { return month <= 0; })) {
    return spread_evenly(total);
  }
  BudgetYear year{};
  const auto parts = largest_remainder(total, {season.begin(), season.end()});
  std::copy(parts.begin(), parts.end(), year.begin());
  return year;
}

std::optional<std::int64_t> changed_by(std::int64_t amount, std::int64_t basis_points) {
  const Wide product = static_cast<Wide>(amount) * (kHundredPercent + basis_points);
  if (product < 0) return std::nullopt;
  const Wide rounded = (product + kHundredPercent / 2) / kHundredPercent;
  if (rounded > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

std::optional<BudgetYear> changed_by(const BudgetYear& year, std::int64_t basis_points) {
  const auto total = total_of(year);
  const auto changed = total ? changed_by(*total, basis_points) : std::nullopt;
  if (!changed) return std::nullopt;
  return spread_by_season(*changed, year);
}

std::optional<std::int64_t> total_of(const BudgetYear& year) {
  Wide total = 0;
  for (const std::int64_t month : year) total += month;
  if (total > INT64_MAX || total < INT64_MIN) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

std::array<Day, kBudgetMonths> months_of_year(std::int32_t year, std::int32_t first_month) {
  std::array<Day, kBudgetMonths> months{};
  const Day first = day_of({year, first_month, 1}).value_or(0);
  for (std::size_t i = 0; i < kBudgetMonths; ++i) months[i] = add_months(first, static_cast<std::int32_t>(i));
  return months;
}

}  // namespace sales_leads::domain
