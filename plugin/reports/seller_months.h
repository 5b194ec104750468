// SPDX-License-Identifier: Apache-2.0
//
// Months of sellers that a sum by month cannot place: somebody changed group within them.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <set>
#include <utility>

#include "domain/calendar.h"
#include "reports/reports.h"

namespace sales_leads::reports {

/// Whose figures of a month (202601) are looked at day by day.
using SellerMonths = std::set<std::pair<Id, std::int64_t>>;

/// The months in which an employee changes sales group on another day than the first.
[[nodiscard]] SellerMonths mixed_months(const Context& context);
/// The first day of 202601.
[[nodiscard]] domain::Day first_of(std::int64_t month);
/// From the first day of the first month to the last day of the last one.
[[nodiscard]] std::pair<domain::Day, domain::Day> days_of(const SellerMonths& months);
[[nodiscard]] std::vector<Id> sellers_of(const SellerMonths& months);

}  // namespace sales_leads::reports
