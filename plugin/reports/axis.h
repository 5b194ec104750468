// SPDX-License-Identifier: Apache-2.0
//
// The axes of a report: what a fact is counted under.
//
// Threads: one; values and borrowed labels. Errors: Failure for an axis that does not exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/calendar.h"
#include "reports/labels.h"
#include "store/session.h"

namespace sales_leads::reports {

using store::Id;

enum class Axis {
  month,
  quarter,
  year,
  seller,
  group,
  customer,
  project,
  type,
  source,
  campaign,
  step,
  status,
  medium,     // of the campaign
  currency,   // that it was agreed in; sums stay in the company's
  adjustment  // the month whose closed days a figure corrects
};

/// Failure(invalid_argument) naming the parameter, the value and what there is.
[[nodiscard]] Axis axis_of(std::string_view parameter, std::string_view name);

/// What a fact must know for an axis.
struct Needs {
  bool date = false, seller = false, campaign = false, customer = false, project = false, opportunity = false;
  bool currency = false, adjustment = false;
};
void add_needs(Axis axis, Needs& needs);

/// In the place of a customer's or project's id: one of those that are not told apart.
constexpr Id kRest = -1;

/// Where a fact stands. Ids 0 = none.
struct Place {
  std::optional<domain::Day> date = std::nullopt;
  std::optional<domain::Day> corrects = std::nullopt;
  Id seller = 0, campaign = 0, customer = 0, project = 0;
  Id type = 0, source = 0, step = 0;
  std::string status = {};    // of the opportunity, "" = none
  std::string currency = {};  // "" = none
};

struct Heading {
  std::string key;    // stable: "2011-07", a number, a code, "none"
  std::string label;  // in the user's language
  Id id = 0;
  std::string order;  // headings are sorted by this
};

/// The heading of a place on an axis.
[[nodiscard]] Heading heading(Axis axis, const Place& place, Labels& labels);

}  // namespace sales_leads::reports
