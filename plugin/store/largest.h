// SPDX-License-Identifier: Apache-2.0
//
// The largest of many sums, as one statement: those that are told, and what all others come to. Plain texts; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

/// One sum for each axis_id is kept in a table; few changes of them are pending beside it, if any ever are.
struct Largest {
  std::string table;              // of kept and pending: company_id, axis (parameters "company" and "axis"), axis_id
  std::string kept, pending;      // selects of axis_id and the sums, one row for each; no pending: kept is all
  std::vector<std::string> sums;  // their names
  std::string there;              // condition on the sums: what counts as one
  std::string size;               // what is large, either way from nothing
};

/// Rows of (1, axis_id, sums) that are told, and one of (0, number, sums) of all but those told apart. Takes the
/// parameter "most", and with `apart` the ids "apart" that are told whatever their size is.
[[nodiscard]] std::string largest_of(const Session& session, const Largest& largest, bool apart);

}  // namespace sales_leads::store
