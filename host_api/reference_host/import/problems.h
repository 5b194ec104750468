// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a file, cell by cell, and the file that says so. One thread; plain value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace erp::host::import {

struct Problem {
  std::int64_t line = 0;
  std::string column, value, reason;
};

class Problems {
 public:
  void add(std::int64_t line, std::string column, std::string value, std::string reason);
  [[nodiscard]] bool has(std::int64_t line) const { return lines_.contains(line); }
  [[nodiscard]] std::int64_t bad_lines() const { return static_cast<std::int64_t>(lines_.size()); }
  [[nodiscard]] const std::vector<Problem>& all() const { return all_; }

  /// Writes <data>/import-errors/<kind>-<utc time>-<n>.csv (line, column, value, reason; only its owner may read it)
  /// and answers its path. HostError when that is not possible.
  [[nodiscard]] std::filesystem::path write(const std::filesystem::path& data_dir, const std::string& kind) const;

 private:
  std::vector<Problem> all_;  // bounded: see problems.cpp
  std::set<std::int64_t> lines_;
};

/// One cell of a CSV file that a spreadsheet will open: quoted where needed, and never taken for a formula.
std::string csv_cell(const std::string& text);

}  // namespace erp::host::import
