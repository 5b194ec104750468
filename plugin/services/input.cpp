// SPDX-License-Identifier: Apache-2.0
#include "services/input.h"

#include <array>
#include <cstdio>

#include "domain/blank.h"
#include "host/refusal.h"

namespace sales_leads::services {
namespace {
constexpr std::int64_t kSecond = 1'000'000;

/// Digits of a fixed width at a place of the text; -1 where they are none.
std::int64_t digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  std::int64_t value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}
}  // namespace

std::optional<std::int64_t> parse_share(const json::value& value) {
  if (value.is_int64()) {
    const std::int64_t percent = value.get_int64();
    return percent >= 0 && percent <= 100 ? std::optional(percent * 100) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  if (whole.empty() || whole.size() > 3 || part.empty() || part.size() > 2) return std::nullopt;
  const std::int64_t percent = digits(whole, 0, whole.size());
  std::int64_t hundredths = digits(part, 0, part.size());
  if (percent < 0 || hundredths < 0) return std::nullopt;
  if (part.size() == 1) hundredths *= 10;
  const std::int64_t share = percent * 100 + hundredths;
  return share <= 10'000 ? std::optional(share) : std::nullopt;
}

std::string share_text(std::int64_t basis_points) {
  const std::int64_t rest = basis_points % 100;
  return std::to_string(basis_points / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

std::optional<std::int64_t> parse_time(std::string_view text, const CompanyCalendar& calendar) {
  const auto day = domain::parse_date(text.substr(0, 10));
  if (!day) return std::nullopt;
  if (text.size() == 10) return calendar.start_of(*day);
  const bool utc = text.back() == 'Z';
  const std::string_view clock = text.substr(10, text.size() - 10 - (utc ? 1 : 0));
  const std::int64_t hour = digits(clock, 1, 2);
  const std::int64_t minute = digits(clock, 4, 2);
  const std::int64_t second = clock.size() > 6 ? digits(clock, 7, 2) : 0;
  if (clock[0] != 'T' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  if (clock.size() > 10) {
    fraction = digits(clock, 10, clock.size() - 10);
    if (fraction < 0) return std::nullopt;
    for (std::size_t i = clock.size() - 10; i < 6; ++i) fraction *= 10;
  }
  const std::int64_t of_day = ((hour * 60 + minute) * 60 + second) * kSecond + fraction;
  return utc ? std::int64_t{*day} * 86'400 * kSecond + of_day : calendar.at(*day, of_day);
}

std::string time_text(std::int64_t time_us) {
  std::int64_t seconds = time_us / kSecond;
  if (time_us % kSecond < 0) --seconds;
  std::int64_t day = seconds / 86'400;
  if (seconds % 86'400 < 0) --day;
  const std::int64_t rest = seconds - day * 86'400;
  std::array<char, 16> clock{};
  std::snprintf(clock.data(), clock.size(), "T%02d:%02d:%02dZ", static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return domain::date_text(static_cast<domain::Day>(day)) + clock.data();
}

std::string shown(const json::value& value) {
  std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  if (text.size() > 80) {
    std::size_t end = 77;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    text += "...";
  }
  return text;
}

bool Input::has(std::string_view field) const {
  const auto* value = find(field);
  return value != nullptr && !value->is_null();
}

std::optional<std::string> Input::text(std::string_view field) const {
  if (!has(field)) return std::nullopt;
  const auto* value = find(field);
  if (!value->is_string()) refuse(field, *value, "@expected.text");
  if (value->get_string().find('\0') != json::string::npos) refuse(field, "\\u0000", "@expected.no_nul");
  // Spaces alone are no text, wherever a use case asks whether there is one.
  return domain::is_blank(value->get_string()) ? std::string() : std::string(value->get_string());
}

std::optional<std::int64_t> Input::integer(std::string_view field) const {
  if (!has(field)) return std::nullopt;
  const auto* value = find(field);
  if (!value->is_int64()) refuse(field, *value, "@expected.integer");
  return value->get_int64();
}

bool Input::flag(std::string_view field, bool otherwise) const {
  const auto* value = find(field);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

std::int64_t Input::id(std::string_view field) const {
  const auto value = integer(field);
  if (!value)
    throw Refusal(Code::invalid_argument, entity_ + "." + std::string(field) + ".missing", std::string(field));
  return *value;
}

std::optional<domain::Day> Input::date(std::string_view field) const {
  const auto value = text(field);
  if (!value) return std::nullopt;
  const auto day = domain::parse_date(*value);
  if (!day) refuse(field, *find(field), "@expected.date");
  return day;
}

std::optional<std::int64_t> Input::time(std::string_view field, const CompanyCalendar& calendar) const {
  const auto value = text(field);
  if (!value) return std::nullopt;
  const auto time = parse_time(*value, calendar);
  if (!time) refuse(field, *find(field), "@expected.time");
  return time;
}

std::optional<std::int64_t> Input::share(std::string_view field) const {
  if (!has(field)) return std::nullopt;
  const auto value = parse_share(*find(field));
  if (!value) refuse(field, *find(field), "@expected.share");
  return value;
}

std::optional<AmountInput> Input::amount(std::string_view field) const {
  if (!has(field)) return std::nullopt;
  const auto* object = find(field)->if_object();
  if (object == nullptr) refuse(field, *find(field), "@expected.amount");
  const Input parts(entity_, *object);
  const auto minor = parts.integer("minor");
  if (!minor) refuse(field, *find(field), "@expected.amount");
  return AmountInput{*minor, parts.text("currency").value_or("")};
}

const json::array* Input::array(std::string_view field) const {
  const auto* value = find(field);
  return value == nullptr ? nullptr : value->if_array();
}

void Input::refuse(std::string_view field, const json::value& value, const std::string& expected) const {
  throw Refusal(Code::invalid_argument, entity_ + "." + std::string(field) + ".invalid", std::string(field),
                shown(value), {{"expected", expected.empty() ? "@expected.described" : expected}});
}

}  // namespace sales_leads::services
