// SPDX-License-Identifier: Apache-2.0
//
// One check, and what can come of it. A check's body returns for "pass" and throws for everything else:
//
//   if (host.calls() > 0) throw Failed("create called " + host.first_call());
//
// Threads: one per check; each check runs in a process of its own. Errors: Skipped, Warned, Failed; any other exception
// is a failure of the check. Ownership: plain values.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace conformance {

enum class Status { pass, skip, warn, fail, crash, hang };
[[nodiscard]] const char* status_name(Status status);
[[nodiscard]] inline bool is_bad(Status status) { return status >= Status::fail; }

class Outcome : public std::runtime_error {
 public:
  Outcome(Status status, const std::string& detail) : std::runtime_error(detail), status_(status) {}
  [[nodiscard]] Status status() const { return status_; }

 private:
  Status status_;
};
struct Skipped : Outcome {
  explicit Skipped(const std::string& why) : Outcome(Status::skip, why) {}
};
struct Warned : Outcome {
  explicit Warned(const std::string& what) : Outcome(Status::warn, what) {}
};
struct Failed : Outcome {
  explicit Failed(const std::string& what) : Outcome(Status::fail, what) {}
};

struct Check {
  std::string name;  // kebab-case, stable
  std::string proves;
  std::function<void()> body;
  int limit_s = 20;
};

struct Result {
  std::string name;
  Status status = Status::fail;
  std::string detail;
  int milliseconds = 0;
};

}  // namespace conformance
