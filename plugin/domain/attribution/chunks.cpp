// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/chunks.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace sales_leads::domain {
namespace {
/// Far more sources than a line has. Below that, each source keeps its chunk, as the rule has it.
constexpr std::uint32_t kManyChunks = 200;

std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }
}  // namespace

Chunks::Chunks(const Component& component, Currency currency, Splitter& splitter)
    : component_(component),
      currency_(currency),
      splitter_(splitter),
      edge_amounts_(component.edges().size()),
      edge_chunks_(component.edges().size()),
      line_chunks_(component.lines().size()) {
  for (const std::uint32_t line : component.followers()) cut(line);
  for (const std::uint32_t line : component.sources_first()) {
    if (component.lines()[line].role == Role::follower) collect(line);
    if (!component.followed_by(line).empty() &&
        component.document_of(component.lines()[line]).kind == DocumentKind::invoice) {
      run_credits(line);
    }
  }
  sort_arrivals();
}

/// A line's amount over its sources.
void Chunks::cut(std::uint32_t line) {
  const LineNode& node = component_.lines()[line];
  weights_.clear();
  for (const SourceEdge& edge : component_.sources_of(node)) weights_.push_back(edge.weight);
  splitter_.one_way(amount_in(currency_, node.line->net), weights_,
                    std::span(edge_amounts_).subspan(node.edges_at, node.edges_count));
}

/// A line's chunks, in the order of its sources; those of invoice lines have been worked out by run_credits().
void Chunks::collect(std::uint32_t line) {
  const LineNode& node = component_.lines()[line];
  Range range{.at = size32(pool_.size())};
  for (std::uint32_t edge = node.edges_at; edge < node.edges_at + node.edges_count; ++edge) {
    const std::uint32_t target = component_.edges()[edge].target;
    if (component_.document_of(component_.lines()[target]).kind == DocumentKind::order) {
      pool_.push_back({.root = target, .origin = node.document, .amount = edge_amounts_[edge]});
    } else if (node.edges_count == 1) {
      line_chunks_[line] = edge_chunks_[edge];
      return;
    } else {
      const Range through = edge_chunks_[edge];
      for (std::uint32_t i = 0; i < through.count; ++i) {
        const Chunk chunk = pool_[through.at + i];
        pool_.push_back(chunk);
      }
    }
  }
  range.count = size32(pool_.size()) - range.at;
  if (range.count > kManyChunks) merge_equal(range);
  line_chunks_[line] = range;
}

/// Chunks to the same root from the same invoice become one, in the place of the first. Otherwise lines that each
/// follow two lines, which each follow two lines, would double their chunks at every step.
void Chunks::merge_equal(Range& range) {
  const auto key = [&](std::uint32_t i) { return std::tuple(pool_[i].root, pool_[i].origin); };
  std::vector<std::uint32_t> order(range.count);
  std::iota(order.begin(), order.end(), range.at);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return std::tuple(key(a), a) < std::tuple(key(b), b); });
  std::vector<bool> merged(range.count, false);
  std::uint32_t first = range.at;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || key(order[i]) != key(first)) {
      first = order[i];
      continue;
    }
    pool_[first].amount += pool_[order[i]].amount;
    merged[order[i] - range.at] = true;
  }
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < range.count; ++i) {
    if (!merged[i]) pool_[range.at + kept++] = pool_[range.at + i];
  }
  range.count = kept;
  pool_.resize(range.at + kept);
}

/// The credits of an invoice line run along its chunks, so that crediting all of it credits each chunk exactly.
void Chunks::run_credits(std::uint32_t line) {
  const LineNode& node = component_.lines()[line];
  if (node.role != Role::follower) {  // a root: one chunk, itself
    for (const std::uint32_t edge : component_.followed_by(line)) {
      edge_chunks_[edge] = {.at = size32(pool_.size()), .count = 1};
      pool_.push_back({.root = line, .origin = node.document, .amount = edge_amounts_[edge]});
    }
    return;
  }
  const Range own = line_chunks_[line];
  weights_.clear();
  for (const Chunk& chunk : at(own)) weights_.push_back(narrow(static_cast<Wide>(magnitude(chunk.amount))));
  // A line of nothing that is credited all the same: each chunk alike.
  if (std::all_of(weights_.begin(), weights_.end(), [](std::int64_t weight) { return weight == 0; })) {
    std::fill(weights_.begin(), weights_.end(), 1);
  }
  parts_.resize(own.count);
  parts_before_.assign(own.count, 0);
  // Measured along the line's own direction: what credits it moves forward, what takes a credit back moves backward.
  const Wide direction = amount_in(currency_, node.line->net) < 0 ? -1 : 1;
  Wide position = 0;
  for (const std::uint32_t edge : component_.followed_by(line)) {
    const Wide step = -edge_amounts_[edge] * direction;
    splitter_.one_way(position + step, weights_, parts_);
    edge_chunks_[edge] = {.at = size32(pool_.size()), .count = own.count};
    for (std::uint32_t i = 0; i < own.count; ++i) {
      Chunk chunk = pool_[own.at + i];
      chunk.amount = -direction * (parts_[i] - parts_before_[i]);
      pool_.push_back(chunk);
    }
    if (!component_.lines()[component_.edges()[edge].owner].writes) continue;  // drafts move nothing
    position += step;
    std::swap(parts_, parts_before_);
  }
}

void Chunks::sort_arrivals() {
  const auto& lines = component_.lines();
  arrivals_at_.assign(lines.size() + 1, 0);
  for (const std::uint32_t line : component_.followers()) {
    if (!lines[line].writes) continue;
    for (const Chunk& chunk : at(line_chunks_[line])) ++arrivals_at_[chunk.root + 1];
  }
  std::partial_sum(arrivals_at_.begin(), arrivals_at_.end(), arrivals_at_.begin());
  arrivals_.resize(arrivals_at_.back());
  std::vector<std::uint32_t> next(arrivals_at_.begin(), arrivals_at_.end() - 1);
  for (const std::uint32_t line : component_.followers()) {
    if (!lines[line].writes) continue;
    for (const Chunk& chunk : at(line_chunks_[line])) {
      arrivals_[next[chunk.root]++] = {.line = line, .origin = chunk.origin, .amount = chunk.amount};
    }
  }
}

}  // namespace sales_leads::domain
