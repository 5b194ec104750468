// SPDX-License-Identifier: Apache-2.0
//
// The text of one cell as a value: amounts in minor units, dates, times, yes and no. Pure but for the time zone
// database of the system; any thread. Every function gives the value or the reason, worded for whoever wrote the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace erp::host::import {

struct Fault {
  std::string reason;
};

template <class T>
using Read = std::variant<T, Fault>;

template <class T>
bool is_good(const Read<T>& read) {
  return read.index() == 0;
}

/// How a column writes its amounts.
struct AmountFormat {
  bool minor = false;  // whole minor units (pence), else major units with a decimal sign
  char decimal = '.';
  std::string grouping;  // sign between thousands that is skipped, "" = none is allowed
  bool any = false;      // either sign, told from how it stands there; what could be read in two ways is refused
};

Read<std::int64_t> read_amount(std::string_view text, const AmountFormat& format, std::string_view currency);
Read<std::int64_t> read_integer(std::string_view text);
/// yes, no, true, false, 1, 0, ja, nej, nei in any case.
Read<bool> read_boolean(std::string_view text);

/// For `any` of AmountFormat: the sign that is the decimal one in this text, and the one between thousands.
Read<AmountFormat> amount_format_of(std::string_view text);

/// "auto" as a format: YYYY-MM-DD, YYYY/MM/DD or DD.MM.YYYY, whichever the text is made as.
inline constexpr std::string_view kAnyDate = "auto";

/// True when `format` is made of YYYY, MM and DD, each once, with other signs between.
bool is_date_format(std::string_view format);
/// Days since 1970-01-01. `format` as "YYYY-MM-DD" or "DD.MM.YYYY".
Read<std::int32_t> read_date(std::string_view text, std::string_view format);
/// Microseconds UTC of "2010-12-01T08:26:00", a blank instead of the T, seconds and fraction optional; with Z it is
/// UTC, else the time of `zone`. A date alone is its first moment. An hour that summer time skips is refused, of one
/// that comes twice the first is taken.
Read<std::int64_t> read_time(std::string_view text, std::string_view format, const std::string& zone);

/// "2010-12-01" of days since 1970-01-01.
std::string date_text(std::int32_t day);

std::string_view trimmed(std::string_view text);

}  // namespace erp::host::import
