// SPDX-License-Identifier: Apache-2.0
//
// Reads the sums of sales (sales_rollup.h) with what is not yet in them, in one state of the database, whoever writes
// meanwhile.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sales_rollup.h"

namespace sales_leads::store {

/// The last ledger row that is in the sums, 0 before the first: to be read in the snapshot of what is read with it. A
/// value for that statement, not a query within it: PostgreSQL would expect a third of the ledger after such a one.
[[nodiscard]] Id last_in_sales_sums(Session& session, Id company);

/// What is asked of the sums; what nothing is grouped by is 0 in the answer.
struct SalesSumsQuestion {
  SalesAxis axis = SalesAxis::status;
  std::optional<std::vector<Id>> axis_ids;              // these alone
  std::optional<std::int64_t> first_month, last_month;  // 202601
  bool by_axis = false, by_month = false;
};

/// Each cell that is not nothing; no answer while so much is not yet in the sums that the ledger itself tells sooner.
[[nodiscard]] std::optional<SalesCells> sales_sums(Session& session, Id company, const SalesSumsQuestion& question);

/// The largest of many customers or projects, and what all others come to. `apart`: told whatever their size is.
struct SalesTop {
  std::vector<std::pair<Id, SalesSums>> told;
  std::int64_t others = 0;
  SalesSums of_others;
};
/// by: offered, ordered, invoices, credits or invoiced, either way from nothing.
[[nodiscard]] std::optional<SalesTop> largest_sales(Session& session, Id company, SalesAxis axis, const std::string& by,
                                                    std::int64_t most, const std::vector<Id>& apart);

}  // namespace sales_leads::store
