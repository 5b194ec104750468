// SPDX-License-Identifier: Apache-2.0
//
// A list as a page shows it, with its filter, order and columns, into a file that a spreadsheet opens. Page by page;
// memory does not grow with the list.
//
// Threads: one. Errors: HostError "export.*", and those of list.query; the right to export is checked there.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "app.h"

namespace erp::host::exports {

struct ListRequest {
  boost::json::object query;                                 // as for list.query: list, filter, search, sort, archived
  std::vector<std::pair<std::string, std::string>> columns;  // field and its heading
  std::filesystem::path file;                                // .csv or .xlsx
};

/// Answers the number of rows.
std::int64_t export_list(App& app, const Caller& caller, const ListRequest& request);

/// "1234.50" of an amount, the title of a reference: what stands in a cell of the file.
boost::json::value flat_cell(const boost::json::value& cell, const boost::json::object& exponents);

}  // namespace erp::host::exports
