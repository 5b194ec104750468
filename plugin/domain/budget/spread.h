// SPDX-License-Identifier: Apache-2.0
//
// How a year's budget becomes twelve months, to the minor unit: evenly, by the season of another year, or as that year
// was and some per cent more.
//
// Pure; any thread; never throws. Amounts are zero or more.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "domain/calendar.h"

namespace sales_leads::domain {

inline constexpr std::size_t kBudgetMonths = 12;
using BudgetYear = std::array<std::int64_t, kBudgetMonths>;

/// The remainder goes to the first months: 10000 = 834 × 4 + 833 × 8.
[[nodiscard]] BudgetYear spread_evenly(std::int64_t total);

/// In proportion to the season, largest remainder first and ties to the earlier month; a month below zero counts as
/// zero, and a season without anything spreads evenly. 100 by (3, 1, 0 …) = (75, 25, 0 …).
[[nodiscard]] BudgetYear spread_by_season(std::int64_t total, const BudgetYear& season);

/// The amount and so many basis points more, half a unit away from zero: 333 at +500 = 349.65 = 350. Empty where the
/// answer is below zero or does not fit.
[[nodiscard]] std::optional<std::int64_t> changed_by(std::int64_t amount, std::int64_t basis_points);

/// The year's total so changed, spread as the year was: the months add up to changed_by(total).
[[nodiscard]] std::optional<BudgetYear> changed_by(const BudgetYear& year, std::int64_t basis_points);

/// Empty where the sum leaves 64 bits.
[[nodiscard]] std::optional<std::int64_t> total_of(const BudgetYear& year);

/// The first days of the twelve months of the fiscal year that begins in this calendar year.
[[nodiscard]] std::array<Day, kBudgetMonths> months_of_year(std::int32_t year, std::int32_t first_month);

}  // namespace sales_leads::domain
