// SPDX-License-Identifier: Apache-2.0
//
// Columns of a bulk insert out of rows: one member of each, or one value for all. Plain functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

using Integers = std::vector<std::int64_t>;
using Maybes = std::vector<std::optional<std::int64_t>>;
using Texts = std::vector<std::string>;

template <class Values, class Row, class Value>
BulkColumn column(const char* name, const std::vector<Row>& rows, Value Row::*member) {
  Values values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*member);
  return {name, std::move(values)};
}

template <class Row>
BulkColumn constant(const char* name, const std::vector<Row>& rows, std::int64_t value) {
  return {name, Integers(rows.size(), value)};
}

}  // namespace sales_leads::store
