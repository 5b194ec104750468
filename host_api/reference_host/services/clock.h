// SPDX-License-Identifier: Apache-2.0
//
// The host's time. ERP_HOST_CLOCK drives it in tests: "2026-11-23T10:00:00Z" stands still there; "@/path/file" reads
// the moment from the file at every question, so that a test can move it.
//
// Threads: any. Errors: HostError for an unreadable setting, at construction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace erp::host {

class Clock {
 public:
  Clock();  // reads ERP_HOST_CLOCK
  [[nodiscard]] std::int64_t now_us() const;
  [[nodiscard]] static std::int64_t monotonic_us();

 private:
  std::optional<std::int64_t> still_;
  std::string file_;
};

}  // namespace erp::host
