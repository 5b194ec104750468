// SPDX-License-Identifier: Apache-2.0
//
// The command line that both checkers share, and the file that switches checks off. Threads: one. Errors: BadUsage,
// which the program answers with its usage and exit status 2.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "frame/check.h"

namespace conformance {

class BadUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::vector<std::string> words;          // what is checked, with its own arguments
  std::vector<std::string> only;           // empty = all
  std::map<std::string, std::string> off;  // check -> reason
  std::string format = "text";             // text, json, junit
  std::uint64_t seed = 0;                  // told in every report, so that a run can be repeated
  int watch_ms = 2000;                     // how long a check looks for what must not happen
  int jobs = 1;
  int patience = 1;  // every time limit so many times as long: for a machine that others use too
  bool list = false, in_process = false, help = false;
};

/// Options stand before the first word; what follows it belongs to the host's program.
[[nodiscard]] Options parse_options(int argc, char** argv);

/// Refuses names of checks that do not exist, under --only and in the file.
void expect_known(const Options& options, const std::vector<Check>& checks);

/// The help of both programs below the line that is their own.
extern const char* const kOptionsHelp;

}  // namespace conformance
