// SPDX-License-Identifier: Apache-2.0
//
// Numbers and sums of the list of opportunities from the pipeline's sums, where they have all that is asked for: a
// board over a million opportunities in milliseconds. For callers who see everybody's; the rest is read row by row.
// Of open ones that are to be closed between two days, the sums have the whole months, and the rows the days before and
// after them.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "host/declared.h"
#include "store/session.h"

namespace sales_leads::store {

/// Reads the rows of a question; as lists::Runner::totals.
using TotalsOfRows = std::function<std::vector<lists::Sum>(const lists::Question&)>;

/// As lists::Runner::totals answers, or nothing where the sums cannot tell it.
[[nodiscard]] std::optional<std::vector<lists::Sum>> opportunity_totals(Session& session, Id company,
                                                                        const lists::Question& question,
                                                                        const std::vector<const lists::Column*>& sums,
                                                                        const lists::Column* group,
                                                                        const TotalsOfRows& of_rows);

}  // namespace sales_leads::store
