// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/split.h"

#include <algorithm>
#include <numeric>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain {
namespace {

/// Copies `weights` with negative ones as zero, halved together until their sum is below 2^bits. Answers the sum.
std::uint64_t clean(std::span<const std::int64_t> weights, unsigned bits, std::vector<std::uint64_t>& out) {
  out.resize(weights.size());
  WideUnsigned sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out[i] = weights[i] > 0 ? static_cast<std::uint64_t>(weights[i]) : 0;
    sum += out[i];
  }
  const WideUnsigned limit = WideUnsigned{1} << bits;
  while (sum >= limit) {
    sum = 0;
    for (auto& weight : out) sum += weight >>= 1;
  }
  return static_cast<std::uint64_t>(sum);
}

/// floor(total * weight / whole) and the remainder, without ever forming a product beyond 128 bits.
struct Quotient {
  WideUnsigned floor;
  std::uint64_t remainder;
};

class Divider {
 public:
  Divider(WideUnsigned total, std::uint64_t whole)
      : total_(total),
        whole_(whole),
        times_(total / whole),
        rest_(static_cast<std::uint64_t>(total % whole)),
        // A weight never exceeds the whole, so this also bounds the product: the common case stays in 64 bits, where
        // a division costs a tenth.
        small_(total <= UINT64_MAX / whole) {}

  [[nodiscard]] Quotient operator()(std::uint64_t weight) const {
    if (small_) {
      const std::uint64_t product = static_cast<std::uint64_t>(total_) * weight;
      return {product / whole_, product % whole_};
    }
    const WideUnsigned product = WideUnsigned{rest_} * weight;
    return {times_ * weight + product / whole_, static_cast<std::uint64_t>(product % whole_)};
  }

 private:
  WideUnsigned total_;
  std::uint64_t whole_;
  WideUnsigned times_;
  std::uint64_t rest_;
  bool small_;
};

/// Largest first, equal ones by their place.
auto by_size(const std::vector<std::uint64_t>& sizes) {
  return [&sizes](std::uint32_t a, std::uint32_t b) { return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b; };
}

void negate(std::span<Wide> values) {
  for (auto& value : values) value = -value;
}

}  // namespace

void Splitter::one_way(Wide total, std::span<const std::int64_t> weights, std::span<Wide> parts) {
  if (weights.size() <= 1) {
    if (!weights.empty()) parts[0] = total;
    return;
  }
  const std::uint64_t whole = clean(weights, 63, weights_);
  if (whole == 0 || total == 0) {
    std::fill(parts.begin(), parts.end(), Wide{0});
    parts[0] = total;
    return;
  }
  const WideUnsigned amount = magnitude(total);
  const Divider divide(amount, whole);
  remainders_.resize(weights.size());
  WideUnsigned given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto [floor, remainder] = divide(weights_[i]);
    parts[i] = static_cast<Wide>(floor);
    remainders_[i] = remainder;
    given += floor;
  }
  // Fewer units are missing than there are remainders above zero.
  const auto missing = static_cast<std::size_t>(amount - given);
  if (missing > 0) {
    order_.resize(weights.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::nth_element(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(missing), order_.end(),
                     by_size(remainders_));
    for (std::size_t i = 0; i < missing; ++i) ++parts[order_[i]];
  }
  if (total < 0) negate(parts);
}

void Splitter::two_way(Wide total, std::span<const std::int64_t> campaigns, std::span<const std::int64_t> sellers,
                       std::span<Wide> cells) {
  if (cells.empty()) return;
  // With a single row or column the two margins are the cells.
  if (campaigns.size() == 1) return one_way(total, sellers, cells);
  if (sellers.size() == 1) return one_way(total, campaigns, cells);
  const WideUnsigned amount = magnitude(total);
  rows_.resize(campaigns.size());
  columns_.resize(sellers.size());
  one_way(static_cast<Wide>(amount), campaigns, rows_);
  one_way(static_cast<Wide>(amount), sellers, columns_);
  if (clean(campaigns, 31, campaigns_) == 0) campaigns_[0] = 1;
  if (clean(sellers, 31, sellers_) == 0) sellers_[0] = 1;
  fill_cells(amount, cells);
  if (total < 0) negate(cells);
}

void Splitter::fill_cells(WideUnsigned total, std::span<Wide> cells) {
  const std::uint64_t all_campaigns = std::accumulate(campaigns_.begin(), campaigns_.end(), std::uint64_t{0});
  const std::uint64_t all_sellers = std::accumulate(sellers_.begin(), sellers_.end(), std::uint64_t{0});
  const Divider divide(total, all_campaigns * all_sellers);
  fractions_.resize(cells.size());
  Wide given = 0;
  for (std::size_t row = 0, cell = 0; row < campaigns_.size(); ++row) {
    for (std::size_t column = 0; column < sellers_.size(); ++column, ++cell) {
      const auto [floor, fraction] = divide(campaigns_[row] * sellers_[column]);
      // The floors never exceed a margin, unless the weights had to be scaled down.
      const Wide units = std::min({static_cast<Wide>(floor), rows_[row], columns_[column]});
      cells[cell] = units;
      fractions_[cell] = fraction;
      rows_[row] -= units;
      columns_[column] -= units;
      given += units;
    }
  }
  const WideUnsigned missing = total - static_cast<WideUnsigned>(given);
  if (missing > 0) hand_out_missing(missing, cells);
}

void Splitter::hand_out_missing(WideUnsigned missing, std::span<Wide> cells) {
  cell_order_.resize(cells.size());
  std::iota(cell_order_.begin(), cell_order_.end(), 0U);
  std::sort(cell_order_.begin(), cell_order_.end(), by_size(fractions_));
  // First one unit each; what then still lacks goes to cells that have had theirs.
  for (const bool again : {false, true}) {
    for (const std::uint32_t cell : cell_order_) {
      if (missing == 0) return;
      Wide& row = rows_[cell / sellers_.size()];
      Wide& column = columns_[cell % sellers_.size()];
      const Wide lacking = std::min(row, column);
      const Wide units = again ? lacking : std::min(lacking, Wide{1});
      cells[cell] += units;
      row -= units;
      column -= units;
      missing -= static_cast<WideUnsigned>(units);
    }
  }
}

namespace {
std::vector<Minor> narrowed(const std::vector<Wide>& values) {
  std::vector<Minor> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), narrow);
  return out;
}
}  // namespace

std::vector<Minor> largest_remainder(Minor total, const std::vector<std::int64_t>& weights) {
  if (weights.size() == 1) return {total};
  std::vector<Wide> parts(weights.size());
  Splitter().one_way(total, weights, parts);
  return narrowed(parts);
}

std::vector<Minor> split_two_way(Minor total, const std::vector<std::int64_t>& campaigns,
                                 const std::vector<std::int64_t>& sellers) {
  std::vector<Wide> cells(campaigns.size() * sellers.size());
  Splitter().two_way(total, campaigns, sellers, cells);
  return narrowed(cells);
}

}  // namespace sales_leads::domain
