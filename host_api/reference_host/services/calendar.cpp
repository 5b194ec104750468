// SPDX-License-Identifier: Apache-2.0
#include "services/calendar.h"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "app.h"

namespace erp::host {

namespace {

using std::chrono::microseconds;
constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::int64_t kSecondUs = 1'000'000;

std::int64_t floor_day(std::int64_t us) { return us >= 0 ? us / kDayUs : -((-us + kDayUs - 1) / kDayUs); }

/// Exactly `width` digits at the start of the text, which moves on past them.
std::optional<int> digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + width, value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + width || text[0] == '-') return std::nullopt;
  text.remove_prefix(width);
  return value;
}

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> day_at(std::string_view& text) {
  const auto year = digits(text, 4);
  if (!year || !skip(text, '-')) return std::nullopt;
  const auto month = digits(text, 2);
  if (!month || !skip(text, '-')) return std::nullopt;
  const auto day = digits(text, 2);
  if (!day) return std::nullopt;
  const auto found =
      date::year(*year) / date::month(static_cast<unsigned>(*month)) / date::day(static_cast<unsigned>(*day));
  if (!found.ok() || *year < 1900) return std::nullopt;
  return date::sys_days(found).time_since_epoch().count();
}

std::optional<std::int64_t> clock_at(std::string_view& text) {
  const auto hour = digits(text, 2);
  if (!hour || *hour > 23 || !skip(text, ':')) return std::nullopt;
  const auto minute = digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t us = (*hour * 60 + *minute) * 60 * kSecondUs;
  if (!skip(text, ':')) return us;
  const auto second = digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  us += *second * kSecondUs;
  if (skip(text, '.')) {
    std::int64_t unit = kSecondUs;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      unit /= 10;
      us += (text[0] - '0') * unit;
      text.remove_prefix(1);
    }
  }
  return us;
}

[[noreturn]] void refuse(std::string_view field, std::string_view text, std::string_view form) {
  std::string key(field);
  key += ".invalid";
  throw HostError(ERP_INVALID_ARGUMENT, key,
                  std::string(field) + " \"" + std::string(text) + "\" is not " + std::string(form) + ".");
}

}  // namespace

TimeZone::TimeZone(const std::string& name) {
  try {
    zone_ = date::locate_zone(name);
  } catch (const std::exception&) {
    throw HostError(ERP_INVALID_ARGUMENT, "company.time_zone.invalid",
                    "time_zone \"" + name + "\" is not known. Give an IANA name such as Europe/Stockholm.");
  }
}

std::int64_t TimeZone::day_of(std::int64_t moment_us) const {
  const auto local = zone_->to_local(date::sys_time<microseconds>(microseconds(moment_us)));
  return floor_day(local.time_since_epoch().count());
}

std::int64_t TimeZone::moment_of(std::int64_t local_us) const {
  const date::local_time<microseconds> local{microseconds(local_us)};
  return zone_->to_sys(local, date::choose::earliest).time_since_epoch().count();
}

std::int64_t parse_time(std::string_view text, const TimeZone& zone, std::string_view field) {
  constexpr std::string_view kForm =
      "a time. Write it as 2026-11-23T10:00:00Z, or without Z in the company's time zone";
  std::string_view rest = text;
  const auto day = day_at(rest);
  if (!day) refuse(field, text, kForm);
  std::int64_t local = *day * kDayUs;
  if (!rest.empty()) {
    if (!skip(rest, 'T') && !skip(rest, ' ')) refuse(field, text, kForm);
    const auto clock = clock_at(rest);
    if (!clock) refuse(field, text, kForm);
    local += *clock;
  }
  if (rest == "Z" || rest == "+00:00") return local;
  if (!rest.empty()) refuse(field, text, kForm);
  return zone.moment_of(local);
}

std::int64_t parse_day(std::string_view text, std::string_view field) {
  std::string_view rest = text;
  const auto day = day_at(rest);
  if (!day || !rest.empty()) refuse(field, text, "a date. Write it as 2026-11-23");
  return *day;
}

std::string day_text(std::int64_t day) {
  const date::year_month_day found{date::sys_days(date::days(static_cast<int>(day)))};
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(found.year()),
                static_cast<unsigned>(found.month()), static_cast<unsigned>(found.day()));
  return out.data();
}

std::string time_text(std::int64_t moment_us) {
  const std::int64_t day = floor_day(moment_us);
  const std::int64_t rest = moment_us - day * kDayUs;
  const auto seconds = static_cast<int>(rest / kSecondUs);
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string text = day_text(day) + out.data();
  if (const auto micros = static_cast<int>(rest % kSecondUs); micros != 0) {
    std::snprintf(out.data(), out.size(), ".%06d", micros);
    text += out.data();
  }
  return text + "Z";
}

}  // namespace erp::host
