// SPDX-License-Identifier: Apache-2.0
//
// What an opportunity weighs: its amount times its probability, a won one whole, a lost or expired one nothing.
//
// Threads: any. Errors: none.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/attribution/split.h"

namespace sales_leads::domain {

inline constexpr std::int64_t kCertain = 10'000;  // basis points

/// Half a unit is rounded away from zero; exact beyond 64 bits in between.
[[nodiscard]] inline std::int64_t weighted(std::int64_t amount, std::int64_t probability, std::string_view status) {
  const std::int64_t effective = status == "won" ? kCertain : status == "open" ? probability : 0;
  const Wide product = static_cast<Wide>(amount) * effective;
  const Wide half = product < 0 ? -kCertain / 2 : kCertain / 2;
  return static_cast<std::int64_t>((product + half) / kCertain);
}

}  // namespace sales_leads::domain
