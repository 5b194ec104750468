// SPDX-License-Identifier: Apache-2.0
//
// What became of opportunities: the funnel from the history of steps, why deals were lost, what was won month by month,
// and by whom.
//
// Threads: the session's. Errors: Failure of parameters. All count what the caller sees and nothing else.
#pragma once

#include "reports/reports.h"

namespace sales_leads::reports {

/// By step: how many of the opportunities begun in the period reached it, went on, stand in it, dropped out of it, and
/// how long they stayed; by month of their start where `cohorts` is set. A step that was jumped over was reached.
[[nodiscard]] boost::json::object funnel(const Context& context, const boost::json::object& params);
[[nodiscard]] boost::json::object loss_reasons(const Context& context, const boost::json::object& params);
/// Twelve months up to `to`, each beside the same month a year before and the mean of three.
[[nodiscard]] boost::json::object won_trend(const Context& context, const boost::json::object& params);
/// By won amount, every deal by its shares.
[[nodiscard]] boost::json::object top_sellers(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
