// SPDX-License-Identifier: Apache-2.0
//
// Lines and their sources; contexts and link-sets are in component_links.cpp.
#include "domain/attribution/component.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "domain/attribution/cycles.h"

namespace sales_leads::domain {
namespace {

/// Explicit links, of the line or the document, beat following.
bool is_explicit(const Document& document, const Line& line) {
  return (line.link.present && line.link.is_explicit) || (document.link.present && document.link.is_explicit);
}

std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }

constexpr std::uint32_t kUnknown = UINT32_MAX;

}  // namespace

Component::Component(const std::vector<Document>& documents) {
  number_lines(documents);
  connect_sources();
  drop_cycles();
  assign_roles();
  order_followers();
  add_contexts();
  add_groups();
}

void Component::number_lines(const std::vector<Document>& documents) {
  std::vector<const Document*> sorted(documents.size());
  std::transform(documents.begin(), documents.end(), sorted.begin(), [](const Document& d) { return &d; });
  const auto key = [](const Document* d) { return std::tuple(d->kind, d->id); };
  std::sort(sorted.begin(), sorted.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
  // The same document handed over twice counts once.
  sorted.erase(std::unique(sorted.begin(), sorted.end(), [&](auto* a, auto* b) { return key(a) == key(b); }),
               sorted.end());

  std::size_t line_count = 0;
  for (const auto* document : sorted) line_count += document->lines.size();
  documents_.reserve(sorted.size());
  lines_.reserve(line_count);
  for (const auto* document : sorted) {
    const std::uint32_t number = size32(documents_.size());
    const std::uint32_t at = size32(lines_.size());
    for (const Line& line : document->lines) {
      lines_.push_back(
          {.line = &line, .document = number, .writes = document->measure != Measure::none && line.counts_as_sale});
    }
    std::sort(lines_.begin() + at, lines_.end(), [](const LineNode& a, const LineNode& b) {
      return std::tuple(a.line->line_no, a.line->id) < std::tuple(b.line->line_no, b.line->id);
    });
    documents_.push_back({.document = document, .lines_at = at, .lines_count = size32(lines_.size()) - at});
    auto& index = document->kind == DocumentKind::order ? order_lines_ : invoice_lines_;
    for (std::uint32_t i = at; i < lines_.size(); ++i) index.emplace_back(lines_[i].line->id, i);
  }
  std::sort(order_lines_.begin(), order_lines_.end());
  std::sort(invoice_lines_.begin(), invoice_lines_.end());
}

void Component::connect_sources() {
  const auto find = [&](const LineSource& source) {
    const auto& index = source.kind == SourceKind::order_line ? order_lines_ : invoice_lines_;
    const auto found = std::lower_bound(index.begin(), index.end(), std::pair(source.line, std::uint32_t{0}));
    return found != index.end() && found->first == source.line ? found->second : kUnknown;
  };
  std::vector<LineSource> sources;
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    LineNode& node = lines_[i];
    const Document& document = document_of(node);
    node.edges_at = size32(edges_.size());
    if (document.kind != DocumentKind::invoice || is_explicit(document, *node.line)) continue;
    sources = node.line->sources;
    std::sort(sources.begin(), sources.end(), [](const LineSource& a, const LineSource& b) {
      return std::tuple(a.kind, a.line, weight_of(a.amount)) < std::tuple(b.kind, b.line, weight_of(b.amount));
    });
    for (const LineSource& source : sources) {
      if (const std::uint32_t target = find(source); target != kUnknown) {
        edges_.push_back({.owner = i, .target = target, .weight = weight_of(source.amount)});
      }
    }
    node.edges_count = size32(edges_.size()) - node.edges_at;
  }
}

void Component::drop_cycles() {
  const bool chained = std::any_of(edges_.begin(), edges_.end(), [&](const SourceEdge& edge) {
    return document_of(lines_[edge.target]).kind == DocumentKind::invoice;
  });
  if (!chained) {  // everything follows order lines, which follow nothing
    sources_first_.resize(lines_.size());
    std::iota(sources_first_.begin(), sources_first_.end(), 0U);
    return;
  }
  Graph graph;
  graph.first.reserve(lines_.size() + 1);
  for (const LineNode& node : lines_) graph.first.push_back(node.edges_at);
  graph.first.push_back(size32(edges_.size()));
  graph.targets.reserve(edges_.size());
  for (const SourceEdge& edge : edges_) graph.targets.push_back(edge.target);
  const auto part = connected_parts(graph);
  sources_first_ = targets_first(part);

  // Every edge inside a cycle goes, not just the one that a walk would find last: that depends on where it begins.
  std::uint32_t kept = 0;
  for (LineNode& node : lines_) {
    const auto sources = sources_of(node);
    node.edges_at = kept;
    for (const SourceEdge& edge : sources) {
      if (part[edge.owner] != part[edge.target]) edges_[kept++] = edge;
    }
    node.edges_count = kept - node.edges_at;
  }
  edges_.resize(kept);
}

void Component::assign_roles() {
  for (DocumentNode& entry : documents_) {
    const auto lines = std::span(lines_).subspan(entry.lines_at, entry.lines_count);
    bool follows = false;
    for (LineNode& node : lines) {
      if (node.edges_count == 0) continue;
      node.role = Role::follower;
      follows = follows || node.line->counts_as_sale;
      // All source amounts zero: equal weights.
      const auto sources = std::span(edges_).subspan(node.edges_at, node.edges_count);
      if (std::all_of(sources.begin(), sources.end(), [](const SourceEdge& edge) { return edge.weight == 0; })) {
        for (SourceEdge& edge : sources) edge.weight = 1;
      }
    }
    if (!follows) continue;
    for (LineNode& node : lines) {
      if (node.role == Role::follower || is_explicit(*entry.document, *node.line)) continue;
      node.role = Role::free;
      entry.has_free_lines = true;
    }
  }
}

void Component::order_followers() {
  for (std::uint32_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].role == Role::follower) followers_.push_back(i);
  }
  const auto key = [&](std::uint32_t i) {
    const Document& document = document_of(lines_[i]);
    return std::tuple(document.effective_date, document.id, lines_[i].line->id, i);
  };
  std::sort(followers_.begin(), followers_.end(), [&](auto a, auto b) { return key(a) < key(b); });

  edges_in_at_.assign(lines_.size() + 1, 0);
  for (const SourceEdge& edge : edges_) ++edges_in_at_[edge.target + 1];
  std::partial_sum(edges_in_at_.begin(), edges_in_at_.end(), edges_in_at_.begin());
  edges_in_.resize(edges_.size());
  std::vector<std::uint32_t> next(edges_in_at_.begin(), edges_in_at_.end() - 1);
  for (const std::uint32_t i : followers_) {
    for (std::uint32_t edge = lines_[i].edges_at; edge < lines_[i].edges_at + lines_[i].edges_count; ++edge) {
      edges_in_[next[edges_[edge].target]++] = edge;
    }
  }
}

}  // namespace sales_leads::domain
