// SPDX-License-Identifier: Apache-2.0
//
// Takes over one CSV file: reads, checks everything, and writes all of it or nothing (or, when asked, what is good),
// with a file that names every fault. One call per file; one thread. Errors: HostError when the file as a whole cannot
// be taken.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app.h"

namespace erp::host::import {

struct Request {
  std::string kind;  // "invoices"; "" = the profile's
  std::filesystem::path file;
  std::string map;  // profile by name or path; "" = the host's own columns
  std::filesystem::path modules_dir;
  std::filesystem::path data_dir;  // errors go to its import-errors/
  bool keep_good = false;
  bool dry_run = false, upsert = false;
  std::int64_t resume = 0, undo = 0;                // batches of the module's
  std::string encoding{};                           // instead of the profile's; "" = the profile's
  std::function<void(std::int64_t batch)> begun{};  // told as soon as there is a batch to resume
};

struct Outcome {
  std::int64_t read = 0, accepted = 0, rejected = 0;                       // rows of the file
  std::int64_t batch = 0, created = 0, updated = 0, same = 0, undone = 0;  // of what goes through the module
  bool through_module = false, dry_run = false;
  std::optional<std::filesystem::path> errors;
  std::vector<std::string> notes;  // for a person: what was not looked at
};

/// With `undo`: takes a batch back instead; what could not be is counted as rejected.
Outcome run(App& app, const Caller& caller, const Request& request);

/// {"read":…,"accepted":…,"rejected":…,"errors":"FILE"|null}
boost::json::object to_json(const Outcome& outcome);

}  // namespace erp::host::import
