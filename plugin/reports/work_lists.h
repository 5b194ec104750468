// SPDX-License-Identifier: Apache-2.0
//
// What wants attention, each with the action that sees to it: gentle nudges on opportunities, and planned activities.
//
// Threads: the session's. Errors: Failure of parameters. Only what the caller sees.
#pragma once

#include "reports/reports.h"

namespace sales_leads::reports {

/// stale, overdue, slipped, no_activity, won_without_order, order_on_lost, invoiced_far; `kinds` picks some, `mine` the
/// caller's own. Of what is closed only the last year's. `counts` false spares the numbers of each kind, and with them
/// the reading of more than the rows asked for.
[[nodiscard]] boost::json::object nudges(const Context& context, const boost::json::object& params);
/// Tasks, calls and meetings not done: overdue, today, later, without a date. Counted whole; told by day, `limit` of
/// them (200) after the `next` of the page before.
[[nodiscard]] boost::json::object planned_activities(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
