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
  /// `locale`: in which the reasons are said.
  explicit Problems(std::string locale = "en") : locale_(std::move(locale)) {}
  void add(std::int64_t line, std::string column, std::string value, std::string reason);
  [[nodiscard]] bool has(std::int64_t line) const { return lines_.contains(line); }
  [[nodiscard]] std::int64_t bad_lines() const { return moved_ + static_cast<std::int64_t>(lines_.size()); }
  [[nodiscard]] const std::vector<Problem>& all() const { return all_; }

  /// Empties it into `file`, in order of lines; bad_lines() goes on counting.
  void move_to(class ProblemFile& file);

  /// Writes <data>/import-errors/<kind>-<utc time>-<n>.csv (line, column, value, reason; only its owner may read it)
  /// and answers its path. HostError when that is not possible.
  [[nodiscard]] std::filesystem::path write(const std::filesystem::path& data_dir, const std::string& kind) const;

 private:
  std::string locale_;
  std::vector<Problem> all_;  // bounded: see problems.cpp
  std::set<std::int64_t> lines_;
  std::int64_t moved_ = 0;
};

/// The same file written as the faults come, so that a million of them need no memory. Made with the first fault.
class ProblemFile {
 public:
  ProblemFile(std::filesystem::path data_dir, std::string kind)
      : data_dir_(std::move(data_dir)), kind_(std::move(kind)) {}
  ~ProblemFile();
  ProblemFile(const ProblemFile&) = delete;
  ProblemFile& operator=(const ProblemFile&) = delete;
  void add(const std::vector<Problem>& problems);
  /// Nothing when there was no fault.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path data_dir_, path_;
  std::string kind_;
  int file_ = -1;
};

/// Whether a spreadsheet may take a text that begins so for a formula, or for one that was made harmless.
bool is_risky(char first);

/// One cell of a CSV file that a spreadsheet will open: quoted where needed, and never taken for a formula.
std::string csv_cell(const std::string& text);

}  // namespace erp::host::import
