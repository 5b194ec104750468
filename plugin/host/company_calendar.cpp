// SPDX-License-Identifier: Apache-2.0
#include "host/company_calendar.h"

#include <date/date.h>
#include <date/tz.h>

#include <chrono>

#include "host/host.h"

namespace sales_leads {
namespace {

using Microseconds = std::chrono::microseconds;
using LocalTime = date::local_time<Microseconds>;
using SystemTime = date::sys_time<Microseconds>;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kFirst = -62'135'596'800 * kSecond;   // 0001-01-01T00:00:00Z
constexpr std::int64_t kBeyond = 253'402'300'800 * kSecond;  // 10000-01-01T00:00:00Z

std::int64_t in_range(std::int64_t time_us) {
  if (time_us >= kFirst && time_us < kBeyond) return time_us;
  throw Failure(Code::out_of_range, "time.out_of_range",
                "The time " + std::to_string(time_us) + " us lies outside the years 1 to 9999; correct the date.");
}

const date::time_zone* locate(const std::string& zone) {
  try {
    return date::locate_zone(zone);
  } catch (const std::exception&) {
    throw Failure(
        Code::invalid_argument, "time_zone.unknown",
        "The time zone \"" + zone + "\" is not known on this system; use an IANA name such as Europe/Stockholm.");
  }
}

LocalTime local(std::int32_t day, std::int64_t time_of_day_us) {
  // Both terms are bounded first, so that neither product nor sum can overflow.
  const bool fits =
      day >= kFirst / kDay && day < kBeyond / kDay && time_of_day_us > -2 * kDay && time_of_day_us < 2 * kDay;
  if (!fits) {
    throw Failure(Code::out_of_range, "time.out_of_range",
                  "Day " + std::to_string(day) + " with " + std::to_string(time_of_day_us) +
                      " us lies outside the years 1 to 9999; correct the date.");
  }
  return LocalTime(Microseconds(static_cast<std::int64_t>(day) * kDay + time_of_day_us));
}

std::int64_t count(SystemTime time) { return time.time_since_epoch().count(); }

}  // namespace

CompanyCalendar::CompanyCalendar(const std::string& zone) : name_(zone), zone_(locate(zone)) {}

std::int32_t CompanyCalendar::day_of(std::int64_t time_us) const {
  const LocalTime here = zone_->to_local(SystemTime(Microseconds(in_range(time_us))));
  return static_cast<std::int32_t>(date::floor<date::days>(here).time_since_epoch().count());
}

std::int64_t CompanyCalendar::start_of(std::int32_t day) const {
  const LocalTime midnight = local(day, 0);
  const date::local_info info = zone_->get_info(date::floor<std::chrono::seconds>(midnight));
  // A midnight that does not exist lies in a jump; the day begins where the jump ends.
  if (info.result == date::local_info::nonexistent) return count(SystemTime(info.first.end));
  return count(SystemTime((midnight - info.first.offset).time_since_epoch()));
}

std::int64_t CompanyCalendar::at(std::int32_t day, std::int64_t time_of_day_us) const {
  const LocalTime here = local(day, time_of_day_us);
  // `first` is the offset before a change: the earlier of two, and the one that reads a skipped time as later.
  const date::local_info info = zone_->get_info(date::floor<std::chrono::seconds>(here));
  return count(SystemTime((here - info.first.offset).time_since_epoch()));
}

}  // namespace sales_leads
