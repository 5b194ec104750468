// SPDX-License-Identifier: Apache-2.0
//
// The lines of documents behind a number of the sales report, newest first, page by page: what the ledger holds of each
// line for one opportunity, campaign and seller on one day. Their sum is the number, told beside the first page; which
// lines belong to it the report's own sieves say.
//
// Threads: the session's. Errors: Failure, also for a place that is none of this list.
#pragma once

#include <boost/json.hpp>

#include "reports/reports.h"

namespace sales_leads::reports {

[[nodiscard]] boost::json::object sales_lines(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
