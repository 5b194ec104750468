// SPDX-License-Identifier: Apache-2.0
//
// Runs checks, each in a process of its own, and tells what came of them.
//
//   return run_program(argc, argv, {"module-check", "MODULE_DIR", 1}, [](const Options& o) { return checks(o); });
//
// Threads: one; children are watched by polling. Errors: none gets out of run_program. Ownership: a check that does not
// end in time is ended with its whole process group, so that nothing of it stays.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "frame/check.h"
#include "frame/options.h"

namespace conformance {

struct Program {
  const char* name;
  const char* form;
  const char* what;
};

[[nodiscard]] std::vector<Result> run_checks(const std::vector<Check>& checks, const Options& options);
[[nodiscard]] std::string report(const Program& program, const std::vector<Result>& results, const Options& options);

/// A whole main(): options, --list, the run, the report, the exit status.
int run_program(int argc, char** argv, const Program& program,
                const std::function<std::vector<Check>(const Options&)>& make_checks) noexcept;

}  // namespace conformance
