// SPDX-License-Identifier: Apache-2.0
//
// A folder for one run: in memory where the machine has that, and gone when the run is over.
// Threads: one. Errors: std::runtime_error when there is no place. Ownership: the process that made it takes it away.
#pragma once

#include <filesystem>

namespace conformance {

class ScratchFolder {
 public:
  explicit ScratchFolder(const char* program);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

 private:
  std::filesystem::path path_;
};

/// A folder of one check inside it; not made yet.
[[nodiscard]] std::filesystem::path scratch(const std::string& name);

}  // namespace conformance
