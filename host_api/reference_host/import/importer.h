// SPDX-License-Identifier: Apache-2.0
//
// Takes over one CSV file: reads, checks everything, and writes all of it or nothing (or, when asked, what is good),
// with a file that names every fault. One call per file; one thread. Errors: HostError when the file as a whole cannot
// be taken.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.h"

namespace erp::host::import {

struct Request {
  std::string kind;  // "invoices"
  std::filesystem::path file;
  std::string map;  // profile by name or path; "" = the host's own columns
  std::filesystem::path modules_dir;
  std::filesystem::path data_dir;  // errors go to its import-errors/
  bool keep_good = false;
};

struct Outcome {
  std::int64_t read = 0, accepted = 0, rejected = 0;  // rows of the file
  std::optional<std::filesystem::path> errors;
  std::vector<std::string> notes;  // for a person: what was not looked at
};

Outcome run(App& app, const Caller& caller, const Request& request);

/// {"read":…,"accepted":…,"rejected":…,"errors":"FILE"|null}
boost::json::object to_json(const Outcome& outcome);

}  // namespace erp::host::import
