// SPDX-License-Identifier: Apache-2.0
//
// Exact division of minor units, the 128-bit form that the engine works with: running totals may leave 64 bits, and so
// do products of an amount and two weights. A Splitter only keeps scratch memory, so that a component of many lines
// allocates once. The rules are those of largest_remainder() and split_two_way() in attribution.h.
//
// Threads: one per Splitter. Errors: none; weights below zero count as zero, weights that are all zero give everything
// to the first. Totals up to 2^100 and weights of any size are safe: weights whose sum is beyond the arithmetic (2^63
// one way, 2^31 per side two way) are first scaled down by a power of two, which no real share or amount ever needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sales_leads::domain {

__extension__ typedef __int128 Wide;  // an alias declaration cannot carry __extension__
__extension__ typedef unsigned __int128 WideUnsigned;

[[nodiscard]] constexpr WideUnsigned magnitude(Wide value) {
  return value < 0 ? WideUnsigned{0} - static_cast<WideUnsigned>(value) : static_cast<WideUnsigned>(value);
}

/// The nearest 64-bit value: exact for all real amounts, the limit for what does not fit.
[[nodiscard]] constexpr std::int64_t narrow(Wide value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<std::int64_t>(value);
}

class Splitter {
 public:
  /// parts.size() == weights.size().
  void one_way(Wide total, std::span<const std::int64_t> weights, std::span<Wide> parts);

  /// cells.size() == campaigns.size() * sellers.size(), row-major with a row per campaign.
  void two_way(Wide total, std::span<const std::int64_t> campaigns, std::span<const std::int64_t> sellers,
               std::span<Wide> cells);

 private:
  void fill_cells(WideUnsigned total, std::span<Wide> cells);
  void hand_out_missing(WideUnsigned missing, std::span<Wide> cells);

  std::vector<std::uint64_t> weights_;     // one_way: cleaned weights
  std::vector<std::uint64_t> remainders_;  // one_way: x * w mod W
  std::vector<std::uint32_t> order_;       // one_way: who is next for a missing unit
  std::vector<std::uint64_t> campaigns_;   // two_way: cleaned weights
  std::vector<std::uint64_t> sellers_;     // two_way: cleaned weights
  std::vector<std::uint64_t> fractions_;   // two_way: x * c * e mod (Wc * We)
  std::vector<std::uint32_t> cell_order_;  // two_way: by fraction
  std::vector<Wide> rows_;                 // two_way: what each campaign still lacks
  std::vector<Wide> columns_;              // two_way: what each seller still lacks
};

}  // namespace sales_leads::domain
