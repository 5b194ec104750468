// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/cycles.h"

#include <algorithm>

namespace sales_leads::domain {
namespace {
constexpr std::uint32_t kUnseen = UINT32_MAX;

struct Visit {
  std::uint32_t node;
  std::uint32_t next_edge;
};
}  // namespace

std::vector<std::uint32_t> connected_parts(const Graph& graph) {
  const std::size_t count = graph.first.empty() ? 0 : graph.first.size() - 1;
  std::vector<std::uint32_t> part(count, kUnseen);
  std::vector<std::uint32_t> seen_as(count, kUnseen);
  std::vector<std::uint32_t> lowest(count, 0);
  std::vector<std::uint32_t> open;  // seen, part not known yet
  std::vector<Visit> path;
  std::uint32_t seen = 0;
  std::uint32_t parts = 0;

  const auto enter = [&](std::uint32_t node) {
    seen_as[node] = lowest[node] = seen++;
    open.push_back(node);
    path.push_back({node, graph.first[node]});
  };
  for (std::uint32_t start = 0; start < count; ++start) {
    if (seen_as[start] != kUnseen) continue;
    enter(start);
    while (!path.empty()) {
      const std::uint32_t node = path.back().node;
      if (path.back().next_edge < graph.first[node + 1]) {
        const std::uint32_t target = graph.targets[path.back().next_edge++];
        if (seen_as[target] == kUnseen) {
          enter(target);
        } else if (part[target] == kUnseen) {
          lowest[node] = std::min(lowest[node], seen_as[target]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) lowest[path.back().node] = std::min(lowest[path.back().node], lowest[node]);
      if (lowest[node] != seen_as[node]) continue;
      while (part[node] == kUnseen) {
        part[open.back()] = parts;
        open.pop_back();
      }
      ++parts;
    }
  }
  return part;
}

std::vector<std::uint32_t> targets_first(const std::vector<std::uint32_t>& parts) {
  std::vector<std::uint32_t> nodes(parts.size());
  std::vector<std::uint32_t> at(parts.size() + 1, 0);
  for (const std::uint32_t part : parts) ++at[part + 1];
  for (std::size_t i = 1; i < at.size(); ++i) at[i] += at[i - 1];
  for (std::uint32_t node = 0; node < parts.size(); ++node) nodes[at[parts[node]]++] = node;
  return nodes;
}

}  // namespace sales_leads::domain
