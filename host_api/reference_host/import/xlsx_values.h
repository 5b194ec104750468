// SPDX-License-Identifier: Apache-2.0
//
// What a workbook writes as a number, as text: decimal digits without floating point, and days since its epoch as
// dates. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace erp::host::import {

/// "1.1000000000000001" → "1.1", "1.05E3" → "1050": plain decimals with the fifteen digits that a spreadsheet shows; it
/// writes seventeen, of which the last two are noise. Nothing where it is no number.
std::optional<std::string> plain_number(std::string_view text);

/// "45292.5" → "2024-01-01T12:00:00", whole days without the time. Nothing where it is no day of the years 1900 to
/// 9999.
std::optional<std::string> date_of_serial(std::string_view text, bool from_1904);

/// Whether a number format shows a day or a time: one of the built-in ones, or made of date signs.
bool is_date_format_id(int id);
bool is_date_format_code(std::string_view code);

/// "BC12" → 54; -1 where it is no cell's place.
int column_of(std::string_view place);

}  // namespace erp::host::import
