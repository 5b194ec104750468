// SPDX-License-Identifier: Apache-2.0
//
// A component put in order: documents and lines get numbers that do not depend on the order of the input, sources
// become edges between lines (unknown and cyclic ones are gone), link-sets and contexts become flat arrays. Built once
// per attribute() call and read by the passes over the two currencies.
//
// Points into the documents that it was built from: they must outlive it. Immutable after construction; never throws on
// odd data.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain {

enum class Role : std::uint8_t {
  root,      // has its own link-set, of the line or the document
  follower,  // has sources
  free,      // has none, but other lines of its document have: shares what those gave, else a root
};

struct DocumentNode {
  const Document* document = nullptr;
  std::uint32_t lines_at = 0;
  std::uint32_t lines_count = 0;
  std::uint32_t slots_at = 0;
  std::uint32_t slots_count = 0;
  bool has_free_lines = false;
};

struct LineNode {
  const Line* line = nullptr;
  std::uint32_t document = 0;
  Role role = Role::root;
  bool writes = false;  // the document counts and so does the line: it has balances and moves positions
  std::uint32_t edges_at = 0;
  std::uint32_t edges_count = 0;
  std::uint32_t group = 0;  // the line's link-set; a free line's is what it falls back to
};

struct SourceEdge {
  std::uint32_t owner = 0;   // the line that follows …
  std::uint32_t target = 0;  // … this one
  std::int64_t weight = 0;
};

/// One (root document, opportunity): who the part counts for.
struct ContextSlot {
  std::uint32_t document = 0;
  Id opportunity = 0;
  std::uint32_t campaigns_at = 0;
  std::uint32_t campaigns_count = 0;
  std::uint32_t sellers_at = 0;
  std::uint32_t sellers_count = 0;
  Day renewal_after = INT32_MAX;  // repeating invoices posted later than this day are renewals
};

/// Equal link-sets of one document share a group, because their lines are split over one running total.
struct LinkGroup {
  std::uint32_t at = 0;
  std::uint32_t count = 0;
};

/// A weighted list: numbers or ids with their weights.
template <typename T>
struct Weighted {
  std::span<const T> items;
  std::span<const std::int64_t> weights;
};

class Component {
 public:
  explicit Component(const std::vector<Document>& documents);

  [[nodiscard]] const std::vector<DocumentNode>& documents() const { return documents_; }
  [[nodiscard]] const std::vector<LineNode>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<ContextSlot>& slots() const { return slots_; }
  [[nodiscard]] const std::vector<LinkGroup>& groups() const { return groups_; }
  [[nodiscard]] std::size_t link_entries() const { return link_slots_.size(); }

  /// Sources before what follows them.
  [[nodiscard]] const std::vector<std::uint32_t>& sources_first() const { return sources_first_; }
  /// Lines that follow, by (effective date, document, line): the order in which they move positions.
  [[nodiscard]] const std::vector<std::uint32_t>& followers() const { return followers_; }

  [[nodiscard]] const std::vector<SourceEdge>& edges() const { return edges_; }
  /// A line's sources, by (kind, line id).
  [[nodiscard]] std::span<const SourceEdge> sources_of(const LineNode& line) const {
    return std::span(edges_).subspan(line.edges_at, line.edges_count);
  }
  /// Numbers of the edges that lead to a line, in the order of followers().
  [[nodiscard]] std::span<const std::uint32_t> followed_by(std::uint32_t line) const {
    return std::span(edges_in_).subspan(edges_in_at_[line], edges_in_at_[line + 1] - edges_in_at_[line]);
  }

  [[nodiscard]] Weighted<std::uint32_t> links(const LinkGroup& group) const {
    return {std::span(link_slots_).subspan(group.at, group.count),
            std::span(link_weights_).subspan(group.at, group.count)};
  }
  [[nodiscard]] Weighted<Id> campaigns(const ContextSlot& slot) const {
    return ids(slot.campaigns_at, slot.campaigns_count);
  }
  [[nodiscard]] Weighted<Id> sellers(const ContextSlot& slot) const { return ids(slot.sellers_at, slot.sellers_count); }

  [[nodiscard]] const Document& document_of(const LineNode& line) const { return *documents_[line.document].document; }

 private:
  using LineIndex = std::vector<std::pair<Id, std::uint32_t>>;  // by id
  using Shares = std::vector<std::pair<Id, std::int64_t>>;

  void number_lines(const std::vector<Document>& documents);
  void connect_sources();
  void drop_cycles();
  void assign_roles();
  void order_followers();
  void add_contexts();
  void add_slot(std::uint32_t document, Id opportunity, const Context* context);
  void add_weighted(const std::vector<WeightedId>& entries, Id when_empty);
  void add_groups();
  std::uint32_t add_group(const DocumentNode& document, const Shares& shares);

  [[nodiscard]] Weighted<Id> ids(std::uint32_t at, std::uint32_t count) const {
    return {std::span(ids_).subspan(at, count), std::span(id_weights_).subspan(at, count)};
  }

  std::vector<DocumentNode> documents_;
  std::vector<LineNode> lines_;
  LineIndex order_lines_;
  LineIndex invoice_lines_;
  std::vector<SourceEdge> edges_;
  std::vector<std::uint32_t> edges_in_at_;
  std::vector<std::uint32_t> edges_in_;
  std::vector<std::uint32_t> sources_first_;
  std::vector<std::uint32_t> followers_;
  std::vector<ContextSlot> slots_;
  std::vector<Id> ids_;
  std::vector<std::int64_t> id_weights_;
  std::vector<LinkGroup> groups_;
  std::vector<std::uint32_t> link_slots_;
  std::vector<std::int64_t> link_weights_;
};

/// |value|, at most the largest 64-bit number.
[[nodiscard]] constexpr std::int64_t weight_of(Minor value) {
  if (value == INT64_MIN) return INT64_MAX;
  return value < 0 ? -value : value;
}

}  // namespace sales_leads::domain
