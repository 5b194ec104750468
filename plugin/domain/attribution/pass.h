// SPDX-License-Identifier: Apache-2.0
//
// One currency's way through a component: splits root lines over opportunities and their parts over campaigns and
// sellers, cumulatively, and lets the chunks that follow run on from there. The result is a heap of cells, in no order
// and with keys repeated; attribute() puts them together.
//
// Reads a Component, which must outlive it. One thread; used once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "domain/attribution/chunks.h"
#include "domain/attribution/component.h"
#include "domain/attribution/split.h"

namespace sales_leads::domain {

struct Cell {
  Wide amount = 0;
  Id opportunity = 0;
  Id campaign = 0;
  Id seller = 0;
  std::uint32_t line = 0;
  Currency currency = Currency::document;
  bool renewal = false;
};

/// In which order documents can be placed: those with free lines wait for what their other lines are given, which may
/// come from free lines of an earlier document (a credit note of such an invoice).
struct Schedule {
  std::vector<std::uint32_t> at_once;               // documents without free lines
  std::vector<std::vector<std::uint32_t>> in_turn;  // those of one step wait for each other in a circle, else are alone
};
[[nodiscard]] Schedule schedule(const Component& component, const Chunks& chunks);

class Pass {
 public:
  Pass(const Component& component, Currency currency, Splitter& splitter, std::vector<Cell>& cells);
  [[nodiscard]] const Chunks& chunks() const { return chunks_; }

  /// Must come first; the same for all passes, because chunks differ in their amounts only.
  void follow_schedule(const Schedule& schedule);
  /// Works out what the free lines of a document share, from what its other lines have been given so far: all documents
  /// of a step are settled before the first is placed. Answers whether it is anything.
  bool settle_free_lines(std::uint32_t document);
  /// Free lines of the document go by its rule.
  void drop_free_lines(std::uint32_t document);
  void place_document(std::uint32_t document);

 private:
  /// The link-set that the free lines of a document get from its other lines, with its running totals.
  struct Derived {
    std::vector<std::uint32_t> slots;
    std::vector<std::int64_t> weights;
    std::vector<Wide> split;    // of the position
    std::vector<Wide> running;  // per slot
    Wide position = 0;
    std::vector<std::pair<std::uint32_t, Wide>> given;  // by the lines with sources: slot, part
  };
  /// A link-set in use: where the running totals stand.
  struct Track {
    Weighted<std::uint32_t> links;
    std::span<Wide> split;
    Wide* position = nullptr;
    Derived* derived = nullptr;  // else the running totals per slot are the document's
  };

  void place_line(std::uint32_t line, const Track& track);
  void follow(std::uint32_t root, const Track& track, Wide position);
  void note_given(const Arrival& arrival, std::uint32_t slot, Wide part);
  void write_cells(std::uint32_t line, const ContextSlot& slot, Wide from, Wide to);
  [[nodiscard]] bool is_renewal(const ContextSlot& slot, std::uint32_t origin) const;

  const Component& component_;
  Currency currency_;
  Splitter& splitter_;
  std::vector<Cell>& cells_;
  Chunks chunks_;
  std::vector<Wide> group_positions_;
  std::vector<Wide> group_splits_;         // parallel to the component's link entries
  std::vector<Wide> slot_running_;         // level 2, per (root document, opportunity)
  std::vector<Derived> derived_;           // per document with free lines …
  std::vector<std::uint32_t> derived_of_;  // … its place there, else UINT32_MAX
  std::vector<Wide> next_split_;
  std::vector<Wide> line_running_;  // of the root line in hand, per link
  std::vector<Wide> cells_from_;
  std::vector<Wide> cells_to_;
};

}  // namespace sales_leads::domain
