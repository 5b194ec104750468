// SPDX-License-Identifier: Apache-2.0
//
// Currencies and exact conversion: whole numbers only, 128 bit in between, half away from zero.
//
// Threads: any. Errors: HostError(ERP_OUT_OF_RANGE) when a result does not fit into 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::host {

/// Minor digits by ISO 4217, or nothing for an unknown code.
std::optional<int> currency_exponent(std::string_view currency);
/// The code, or a refusal that names the field.
const std::string& check_currency(const std::string& currency, std::string_view field);

/// Company currency for one major unit of another = units * 10^exponent.
struct Rate {
  std::int64_t units = 0;
  std::int32_t exponent = 0;
};

/// "10.25" -> {1025, -2}. Greater than zero, at most 12 digits on each side.
Rate parse_rate(std::string_view text);
std::string rate_text(const Rate& rate);

/// Minor units of `from` in minor units of `to`. Example: 10.01 USD (1001) at 10.255 gives SEK 10265.255 -> 10265.
std::int64_t convert(std::int64_t minor, int from_exponent, const Rate& rate, int to_exponent);

/// a * b / c, half away from zero; c != 0.
std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t c);

/// Cuts x over weights by largest remainder, ties to the earlier; all weights zero = equal weights.
std::vector<std::int64_t> cut(std::int64_t x, const std::vector<std::int64_t>& weights);

/// a + b, refused when it does not fit.
std::int64_t add(std::int64_t a, std::int64_t b);

}  // namespace erp::host
