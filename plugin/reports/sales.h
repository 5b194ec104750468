// SPDX-License-Identifier: Apache-2.0
//
// What was offered, ordered, invoiced and credited, in the company's currency. Offers are open offers, orders stand as
// they are now, credits are negative, invoiced = invoices + credits. Dates: offer, confirmation, posting.
//
// Threads: the session's. Errors: Failure.
#pragma once

#include <boost/json.hpp>

#include "reports/pivot.h"
#include "reports/reports.h"

namespace sales_leads::reports {

/// What the parameters of this report ask for.
[[nodiscard]] Question sales_question(const boost::json::object& params);
/// Rows and totals of a question.
[[nodiscard]] boost::json::object sales_rows(const Context& context, const Question& question);

[[nodiscard]] boost::json::object sales(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
