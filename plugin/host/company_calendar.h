// SPDX-License-Identifier: Apache-2.0
//
// Which day an instant falls on in a company's time zone, and back: the day of an order decides its month in every
// report.
//
//   CompanyCalendar calendar("Europe/Stockholm");
//   Day day = calendar.day_of(microseconds_utc);
//
// Threads: const after construction, any thread. Errors: Failure(invalid_argument, "time_zone.unknown") in the
// constructor, Failure(out_of_range, "time.out_of_range") for instants outside the years 1 to 9999. Zones are those of
// the system's tzdata; they are looked up once per object, so keep the object.
#pragma once

#include <cstdint>
#include <string>

namespace date {
class time_zone;
}

namespace sales_leads {

class CompanyCalendar {
 public:
  explicit CompanyCalendar(const std::string& zone);

  [[nodiscard]] const std::string& zone() const { return name_; }

  /// Days since 1970-01-01 of the local day that the instant (microseconds UTC) falls on.
  [[nodiscard]] std::int32_t day_of(std::int64_t time_us) const;

  /// First instant of a local day. Not always midnight: some zones begin summer time at 00:00.
  [[nodiscard]] std::int64_t start_of(std::int32_t day) const;

  /// The instant of a local time, microseconds from the day's nominal midnight. A time that occurs twice (end of summer
  /// time) is the earlier one; one that never occurs is read with the offset before the jump: 02:30 becomes 03:30.
  [[nodiscard]] std::int64_t at(std::int32_t day, std::int64_t time_of_day_us) const;

 private:
  std::string name_;
  const date::time_zone* zone_;
};

}  // namespace sales_leads
