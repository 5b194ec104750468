// SPDX-License-Identifier: Apache-2.0
//
// The currencies of ISO 4217 that trade is done in, with the number of digits behind the point. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::host::import {

/// 2 for SEK, 0 for JPY, 3 for KWD; nothing for a code that ISO 4217 does not list.
std::optional<int> currency_digits(std::string_view code);

/// 10 to the power of `digits`, digits in 0..4.
std::int64_t minor_units_per_major(int digits);

/// The amount with a point and all its digits: (-1234, 2) is "-12.34".
std::string plain_amount(std::int64_t minor, int digits);

}  // namespace erp::host::import
