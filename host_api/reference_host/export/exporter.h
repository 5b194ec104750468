// SPDX-License-Identifier: Apache-2.0
//
// Writes a list of the module into a file, page by page, with all its columns: CSV that a spreadsheet opens without
// running anything in it, or XLSX. The file appears whole or not at all. Memory does not grow with the list. One
// thread. Errors: HostError "export.*", and those of the action export.page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app.h"

namespace erp::host::exports {

struct Request {
  std::string entity;          // "opportunity"
  std::filesystem::path file;  // .csv or .xlsx
  char separator = ',';
  bool byte_order_mark = false;
};

struct Outcome {
  std::int64_t rows = 0;
};

Outcome run(App& app, const Caller& caller, const Request& request);

}  // namespace erp::host::exports
