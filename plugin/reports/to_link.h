// SPDX-License-Identifier: Apache-2.0
//
// Documents whose value is not, or not wholly, linked to an opportunity, newest first, with the reason and suggestions.
//
// Threads: the session's. Errors: Failure.
#pragma once

#include <boost/json.hpp>

#include "reports/reports.h"

namespace sales_leads::reports {

[[nodiscard]] boost::json::object to_link(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
