// SPDX-License-Identifier: Apache-2.0
//
// Moments (microseconds UTC), days (since 1970-01-01) and a company's zone, to and from text.
//
// Threads: any. Errors: HostError(ERP_INVALID_ARGUMENT) naming the field and the value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace erp::host {

class TimeZone {
 public:
  explicit TimeZone(const std::string& name);  // IANA name
  [[nodiscard]] std::int64_t day_of(std::int64_t moment_us) const;
  /// A wall clock time that a clock change skips counts as the moment of the change; one that comes twice as the first.
  [[nodiscard]] std::int64_t moment_of(std::int64_t local_us) const;

 private:
  const date::time_zone* zone_;
};

/// "2026-11-23T10:00:00Z" (UTC); without the Z the zone's time; "2026-11-23" is the start of that day in the zone.
std::int64_t parse_time(std::string_view text, const TimeZone& zone, std::string_view field);
std::int64_t parse_day(std::string_view text, std::string_view field);
std::string time_text(std::int64_t moment_us);  // UTC with Z
std::string day_text(std::int64_t day);

}  // namespace erp::host
