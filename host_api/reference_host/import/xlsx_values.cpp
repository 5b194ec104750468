// SPDX-License-Identifier: Apache-2.0
#include "import/xlsx_values.h"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace erp::host::import {
namespace {

constexpr std::size_t kDigitsShown = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Rounds decimal digits half up to `kDigitsShown` of them; a carry may add one in front.
void round_digits(std::string& digits, int& point) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos || digits.size() - first <= kDigitsShown) return;
  const std::size_t keep = first + kDigitsShown;
  const bool up = digits[keep] >= '5';
  digits.resize(keep);
  for (std::size_t i = keep; up; --i) {
    if (i == 0) {
      digits.insert(digits.begin(), '1');
      ++point;
      break;
    }
    if (digits[i - 1] != '9') {
      ++digits[i - 1];
      break;
    }
    digits[i - 1] = '0';
  }
}

}  // namespace

std::optional<std::string> plain_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  int point = -1;  // digits before the decimal point
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] != '.') {
      digits += text[at];
    } else if (point >= 0) {
      return std::nullopt;
    } else {
      point = static_cast<int>(digits.size());
    }
  }
  if (digits.empty() || digits.size() > 400) return std::nullopt;
  if (point < 0) point = static_cast<int>(digits.size());
  if (at < text.size()) {
    if (text[at] != 'E' && text[at] != 'e') return std::nullopt;
    std::string_view exponent = text.substr(at + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
    if (error != std::errc() || end != exponent.data() + exponent.size() || value > 400 || value < -400)
      return std::nullopt;
    point += value;
  }
  round_digits(digits, point);
  if (point < 0) {
    digits.insert(0, static_cast<std::size_t>(-point), '0');
    point = 0;
  }
  if (static_cast<std::size_t>(point) > digits.size())
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  std::string whole = digits.substr(0, static_cast<std::size_t>(point));
  std::string fraction = digits.substr(static_cast<std::size_t>(point));
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.empty()) whole = "0";
  const bool zero = whole == "0" && fraction.empty();
  return (negative && !zero ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

std::optional<std::string> date_of_serial(std::string_view text, bool from_1904) {
  const auto plain = plain_number(text);
  if (!plain || plain->starts_with('-')) return std::nullopt;
  const auto point = plain->find('.');
  std::int64_t days = 0;
  const std::string whole = plain->substr(0, point);
  if (whole.size() > 7) return std::nullopt;
  std::from_chars(whole.data(), whole.data() + whole.size(), days);
  std::string fraction = point == std::string::npos ? "" : plain->substr(point + 1);
  fraction.resize(9, '0');
  std::int64_t billionths = 0;
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), billionths);
  std::int64_t seconds = (billionths * 86'400 + 500'000'000) / 1'000'000'000;
  if (seconds == 86'400) {
    seconds = 0;
    ++days;
  }
  if (days > 2'958'465 || (days < 1 && !from_1904)) return std::nullopt;
  // The workbook of 1900 holds a 29 February 1900 that never was: days before it are one further on.
  const date::sys_days epoch = from_1904   ? date::sys_days(date::year(1904) / 1 / 1)
                               : days < 60 ? date::sys_days(date::year(1899) / 12 / 31)
                                           : date::sys_days(date::year(1899) / 12 / 30);
  std::string out = date::format("%F", epoch + date::days(days));
  if (seconds == 0) return out;
  const auto two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return out + "T" + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

bool is_date_format_id(int id) { return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58); }

bool is_date_format_code(std::string_view code) {
  bool quoted = false, bracket = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;  // the next sign stands for itself
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '[') {
      bracket = true;
    } else if (c == ']') {
      bracket = false;
    } else if (!quoted && !bracket && std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      return true;
    } else if (!quoted && !bracket && c == ';') {
      return false;  // further sections are for negative numbers and texts
    }
  }
  return false;
}

int column_of(std::string_view place) {
  int column = 0;
  std::size_t letters = 0;
  for (; letters < place.size() && place[letters] >= 'A' && place[letters] <= 'Z' && letters < 4; ++letters)
    column = column * 26 + (place[letters] - 'A' + 1);
  return letters == 0 ? -1 : column - 1;
}

}  // namespace erp::host::import
