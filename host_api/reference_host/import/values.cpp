// SPDX-License-Identifier: Apache-2.0
#include "import/values.h"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "import/currencies.h"

namespace erp::host::import {
namespace {

bool digits_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The minus of a typographer (U+2212) counts as a minus.
bool take_sign(std::string_view& text) {
  constexpr std::string_view kMinus = "\xE2\x88\x92";
  if (text.starts_with(kMinus)) {
    text.remove_prefix(kMinus.size());
    return true;
  }
  if (text.starts_with('-') || text.starts_with('+')) {
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    return negative;
  }
  return false;
}

// "1 234" -> "1234" where the groups behind the first have three digits each.
std::optional<std::string> without_grouping(std::string_view whole, const std::string& sign) {
  if (sign.empty() || whole.find(sign) == std::string_view::npos) return std::string(whole);
  std::string out;
  bool first = true;
  while (true) {
    const std::size_t at = whole.find(sign);
    const std::string_view group = whole.substr(0, at);
    if (first ? (group.empty() || group.size() > 3) : group.size() != 3) return std::nullopt;
    out += group;
    first = false;
    if (at == std::string_view::npos) return out;
    whole.remove_prefix(at + sign.size());
  }
}

// At most 60 bytes of it, cut between characters.
std::string in_quotes(std::string_view text) {
  std::size_t cut = std::min<std::size_t>(text.size(), 60);
  while (cut > 0 && cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return "\"" + std::string(text.substr(0, cut)) + "\"";
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  for (;;) {
    if (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
      text.remove_prefix(1);
    } else if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(2);
    } else {
      break;
    }
  }
  for (;;) {
    if (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
      text.remove_suffix(1);
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(2);
    } else {
      break;
    }
  }
  return text;
}

Read<std::int64_t> read_integer(std::string_view text) {
  const auto value = number(text);
  if (!value) return Fault{in_quotes(text) + " is not a whole number"};
  return *value;
}

Read<bool> read_boolean(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "1" || lower == "true" || lower == "yes" || lower == "ja") return true;
  if (lower == "0" || lower == "false" || lower == "no" || lower == "nej" || lower == "nei") return false;
  return Fault{in_quotes(text) + " is neither yes nor no: write 1 or 0"};
}

Read<AmountFormat> amount_format_of(std::string_view text) {
  AmountFormat format;
  for (const char* space : {" ", "\xC2\xA0", "\xE2\x80\xAF", "'"}) {
    if (text.find(space) != std::string_view::npos) format.grouping = space;
  }
  const std::size_t point = text.rfind('.'), comma = text.rfind(',');
  constexpr auto kNone = std::string_view::npos;
  if (point == kNone && comma == kNone) return format;
  if (point != kNone && comma != kNone) {
    format.decimal = point > comma ? '.' : ',';
    if (format.grouping.empty()) format.grouping = point > comma ? "," : ".";
    return format;
  }
  const char sign = point != kNone ? '.' : ',';
  const std::size_t last = point != kNone ? point : comma;
  if (text.find(sign) != last) {
    if (format.grouping.empty()) format.grouping = std::string(1, sign);  // twice: between thousands
    format.decimal = sign == '.' ? ',' : '.';
  } else if (text.size() - last - 1 == 3 && format.grouping.empty() && last > 0 && text.substr(0, last) != "0") {
    return Fault{in_quotes(text) + " could be thousands or three decimals: write it without a sign between thousands"};
  } else {
    format.decimal = sign;
  }
  return format;
}

Read<std::int64_t> read_amount(std::string_view text, const AmountFormat& given, std::string_view currency) {
  AmountFormat format = given;
  if (given.any) {
    const Read<AmountFormat> found = amount_format_of(text);
    if (!is_good(found)) return std::get<1>(found);
    format = std::get<0>(found);
    format.minor = given.minor;
  }
  const std::optional<int> digits = currency_digits(currency);
  if (!digits) return Fault{"its currency " + in_quotes(currency) + " is unknown"};
  std::string_view rest = text;
  const bool negative = take_sign(rest);
  std::string_view whole = rest, fraction;
  const std::size_t point = format.minor ? std::string_view::npos : rest.find(format.decimal);
  if (point != std::string_view::npos) {
    whole = rest.substr(0, point);
    fraction = rest.substr(point + 1);
    if (!digits_only(fraction)) return Fault{in_quotes(text) + " is not an amount"};
  }
  const std::optional<std::string> plain = without_grouping(whole, format.grouping);
  if (!plain || !digits_only(*plain)) {
    const char* hint = format.minor ? ": whole minor units are expected"
                                    : (format.decimal == '.' ? ": digits with a decimal point are expected"
                                                             : ": digits with a decimal comma are expected");
    return Fault{in_quotes(text) + " is not an amount" + hint};
  }
  // Zeros behind the last digit of the currency say nothing and are allowed.
  while (fraction.size() > static_cast<std::size_t>(*digits) && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > static_cast<std::size_t>(*digits)) {
    return Fault{in_quotes(text) + " has more decimals than " + std::string(currency) + " has (" +
                 std::to_string(*digits) + ")"};
  }
  std::string all = *plain + std::string(fraction);
  if (!format.minor) all.append(static_cast<std::size_t>(*digits) - fraction.size(), '0');
  const auto value = number(all);
  // The bound that the rest of the host keeps, far from overflow of sums.
  constexpr std::int64_t kAmountMax = 900'000'000'000'000;
  if (!value || *value > kAmountMax) return Fault{in_quotes(text) + " is greater than any amount may be"};
  return negative ? -*value : *value;
}

bool is_date_format(std::string_view format) {
  const auto once = [&](std::string_view part) {
    const std::size_t at = format.find(part);
    return at != std::string_view::npos && format.find(part, at + part.size()) == std::string_view::npos;
  };
  if (!once("YYYY") || !once("MM") || !once("DD")) return false;
  return std::all_of(format.begin(), format.end(),
                     [](char c) { return std::string_view("YMD-./ ").find(c) != std::string_view::npos; }) &&
         std::count(format.begin(), format.end(), 'Y') == 4 && std::count(format.begin(), format.end(), 'M') == 2 &&
         std::count(format.begin(), format.end(), 'D') == 2;
}

Read<std::int32_t> read_date(std::string_view text, std::string_view format) {
  if (format == kAnyDate) {
    for (const char* one : {"YYYY-MM-DD", "YYYY/MM/DD", "DD.MM.YYYY"}) {
      if (text.size() == 10 &&
          text[std::string_view(one).find_first_of("-/.")] == one[std::string_view(one).find_first_of("-/.")])
        return read_date(text, one);
    }
    return Fault{in_quotes(text) + " is not a date: write it as 2026-12-31 or 31.12.2026"};
  }
  const Fault shape{in_quotes(text) + " is not a date as " + std::string(format)};
  if (text.size() != format.size()) return shape;
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < format.size(); ++i) {
    const std::size_t which = std::string_view("YMD").find(format[i]);
    if (which == std::string_view::npos) {
      if (text[i] != format[i]) return shape;
    } else {
      if (text[i] < '0' || text[i] > '9') return shape;
      parts[which] = parts[which] * 10 + (text[i] - '0');
    }
  }
  const date::year_month_day day{date::year(parts[0]), date::month(static_cast<unsigned>(parts[1])),
                                 date::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok()) return Fault{in_quotes(text) + " is a day that does not exist"};
  if (parts[0] < 1900 || parts[0] > 2200) return Fault{in_quotes(text) + " lies outside the years 1900 to 2200"};
  return static_cast<std::int32_t>(date::sys_days(day).time_since_epoch().count());
}

Read<std::int64_t> read_time(std::string_view text, std::string_view format, const std::string& zone) {
  const Fault shape{in_quotes(text) + " is not a time as " + std::string(format) + "THH:MM:SS"};
  if (text.size() < format.size()) return shape;
  const Read<std::int32_t> day = read_date(text.substr(0, format.size()), format);
  if (!is_good(day)) return std::get<1>(day);
  std::string_view rest = text.substr(format.size());
  bool utc = false;
  if (rest.ends_with('Z')) {
    utc = true;
    rest.remove_suffix(1);
  }
  std::int64_t microseconds = 0;
  if (!rest.empty()) {
    if (rest.front() != 'T' && rest.front() != ' ') return shape;
    rest.remove_prefix(1);
    const auto two = [&](std::size_t at, std::int64_t limit) -> std::optional<std::int64_t> {
      if (rest.size() < at + 2 || !digits_only(rest.substr(at, 2))) return std::nullopt;
      const auto value = number(rest.substr(at, 2));
      return value && *value < limit ? value : std::nullopt;
    };
    const auto hour = two(0, 24), minute = two(3, 60);
    if (!hour || !minute || rest[2] != ':') return shape;
    microseconds = (*hour * 60 + *minute) * 60'000'000;
    if (rest.size() > 5) {
      const auto second = two(6, 60);
      if (!second || rest[5] != ':') return shape;
      microseconds += *second * 1'000'000;
      if (rest.size() > 8) {
        std::string fraction(rest.substr(9));
        if (rest[8] != '.' || !digits_only(fraction) || fraction.size() > 6) return shape;
        fraction.resize(6, '0');
        microseconds += number(fraction).value_or(0);
      }
    }
  } else if (utc) {
    return shape;
  }
  const date::local_time<std::chrono::microseconds> local{date::local_days(date::days(std::get<0>(day))) +
                                                          std::chrono::microseconds(microseconds)};
  if (utc || zone.empty() || zone == "UTC") return std::int64_t{local.time_since_epoch().count()};
  try {
    const date::local_info info = date::locate_zone(zone)->get_info(local);
    if (info.result == date::local_info::nonexistent) {
      // Midnight itself is skipped in some zones; a date alone means the first moment that there is.
      if (text.size() == format.size()) {
        return std::int64_t{
            std::chrono::duration_cast<std::chrono::microseconds>(info.second.begin.time_since_epoch()).count()};
      }
      return Fault{in_quotes(text) + " falls into the hour that summer time skips in " + zone};
    }
    return std::int64_t{(local.time_since_epoch() - info.first.offset).count()};
  } catch (const std::runtime_error&) {
    return Fault{"the time zone " + in_quotes(zone) + " is unknown on this machine"};
  }
}

std::string date_text(std::int32_t day) { return date::format("%F", date::sys_days(date::days(day))); }

}  // namespace erp::host::import
