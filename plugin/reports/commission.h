// SPDX-License-Identifier: Apache-2.0
//
// What sellers have earned, and what is still to be invoiced.
//
// Threads: the session's. Errors: Failure "permission.missing" without the right to commission; those of parameters.
#pragma once

#include "reports/reports.h"

namespace sales_leads::reports {

/// A month's statement: each seller's part of the ledger's invoices and credits times a rate. Rows of the ledger carry
/// the split by share already; what corrects closed months shows as such, so a closed statement never changes.
[[nodiscard]] boost::json::object commission(const Context& context, const boost::json::object& params);

/// Confirmed orders and what of their lines no counting invoice has taken up, along two axes.
[[nodiscard]] boost::json::object not_invoiced(const Context& context, const boost::json::object& params);

}  // namespace sales_leads::reports
