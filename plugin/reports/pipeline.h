// SPDX-License-Identifier: Apache-2.0
//
// Opportunities of every status: how many, their amount, and the amount weighted by probability (won 100 %, lost and
// expired 0). Dates: actual close, else planned close.
//
// Threads: the session's. Errors: Failure.
#pragma once

#include <boost/json.hpp>

#include "reports/reports.h"

namespace sales_leads::reports {

[[nodiscard]] boost::json::object pipeline(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
