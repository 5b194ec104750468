// SPDX-License-Identifier: Apache-2.0
//
// The reports on frozen forecasts: what will come in and how sure it is, beside budget and invoiced; the bridge between
// two of them; and how they did.
//
// Threads: the session's. Errors: Failure "report.as_of.none" where no forecast is frozen of that day or before, and
// those of the pivot. What is foretold is null, not 0, in periods that the forecast does not tell of. Everything obeys
// the caller's scope: what one may not see is in no total and in no interval.
#pragma once

#include "reports/reports.h"

namespace sales_leads::reports {

[[nodiscard]] boost::json::object forecast(const Context& context, const boost::json::object& params);
[[nodiscard]] boost::json::object forecast_bridge(const Context& context, const boost::json::object& params);
[[nodiscard]] boost::json::object forecast_accuracy(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
