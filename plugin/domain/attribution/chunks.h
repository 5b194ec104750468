// SPDX-License-Identifier: Apache-2.0
//
// Cuts every line that follows into chunks, each of which follows one root line: an order line, or an invoice line that
// follows nothing itself. One currency at a time.
//
// Reads a Component, which must outlive it. One thread while it is built, immutable after.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "domain/attribution/component.h"
#include "domain/attribution/split.h"

namespace sales_leads::domain {

enum class Currency : std::uint8_t { document, company };

[[nodiscard]] constexpr Minor amount_in(Currency currency, const Amounts& amounts) {
  return currency == Currency::document ? amounts.document : amounts.company;
}

struct Chunk {
  std::uint32_t root = 0;    // line
  std::uint32_t origin = 0;  // the invoice that brought it to the root: a credit's chunk keeps that of what it credits
  Wide amount = 0;
};

/// A chunk that moves its root's running position.
struct Arrival {
  std::uint32_t line = 0;
  std::uint32_t origin = 0;
  Wide amount = 0;
};

class Chunks {
 public:
  Chunks(const Component& component, Currency currency, Splitter& splitter);

  /// What follows a root line, by (effective date, document, line, chunk). Lines that do not write are left out.
  [[nodiscard]] std::span<const Arrival> arrivals(std::uint32_t root) const {
    return std::span(arrivals_).subspan(arrivals_at_[root], arrivals_at_[root + 1] - arrivals_at_[root]);
  }

 private:
  struct Range {
    std::uint32_t at = 0;
    std::uint32_t count = 0;
  };

  [[nodiscard]] std::span<const Chunk> at(Range range) const { return std::span(pool_).subspan(range.at, range.count); }
  void cut(std::uint32_t line);
  void collect(std::uint32_t line);
  void merge_equal(Range& range);
  void run_credits(std::uint32_t line);
  void sort_arrivals();

  const Component& component_;
  Currency currency_;
  Splitter& splitter_;
  std::vector<Chunk> pool_;
  std::vector<Wide> edge_amounts_;  // of the follower, per source
  std::vector<Range> edge_chunks_;  // those that come through an invoice line
  std::vector<Range> line_chunks_;
  std::vector<std::uint32_t> arrivals_at_;
  std::vector<Arrival> arrivals_;
  std::vector<std::int64_t> weights_;
  std::vector<Wide> parts_;
  std::vector<Wide> parts_before_;
};

}  // namespace sales_leads::domain
