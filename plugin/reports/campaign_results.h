// SPDX-License-Identifier: Apache-2.0
//
// What each campaign cost and brought: cost, opportunities, won, offered, ordered, invoices, credits, invoiced, and
// ROI = (invoiced - cost) / cost with ROI on won beside it; without cost both are null.
//
// Threads: the session's. Errors: Failure.
#pragma once

#include <boost/json.hpp>

#include "reports/reports.h"

namespace sales_leads::reports {

[[nodiscard]] boost::json::object campaign_results(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
