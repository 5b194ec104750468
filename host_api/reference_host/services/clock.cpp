// SPDX-License-Identifier: Apache-2.0
#include "services/clock.h"

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "services/calendar.h"

namespace erp::host {

Clock::Clock() {
  const char* setting = std::getenv("ERP_HOST_CLOCK");
  if (setting == nullptr || *setting == '\0') return;
  if (*setting == '@') {
    file_ = setting + 1;
  } else {
    still_ = parse_time(setting, TimeZone("UTC"), "ERP_HOST_CLOCK");
  }
}

std::int64_t Clock::now_us() const {
  if (still_) return *still_;
  if (!file_.empty()) {
    std::ifstream in(file_);
    std::string text;
    if (std::getline(in, text) && !text.empty()) return parse_time(text, TimeZone("UTC"), "ERP_HOST_CLOCK");
  }
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t Clock::monotonic_us() {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::steady_clock;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace erp::host
