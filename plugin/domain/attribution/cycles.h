// SPDX-License-Identifier: Apache-2.0
//
// Strongly connected parts of a graph (Tarjan 1972), without recursion: a chain of 100 000 credits must not end on the
// stack. Pure; any thread; never throws on odd data.
#pragma once

#include <cstdint>
#include <vector>

namespace sales_leads::domain {

/// Edges of node n: targets[first[n]] .. targets[first[n + 1] - 1].
struct Graph {
  std::vector<std::uint32_t> first;  // one more than there are nodes
  std::vector<std::uint32_t> targets;
};

/// The number of the part that each node belongs to. A node's targets have lower numbers or, in a cycle, the same: so
/// nodes sorted by this number have everything that they lead to before them.
[[nodiscard]] std::vector<std::uint32_t> connected_parts(const Graph& graph);

/// Nodes sorted by part, those of one part by number.
[[nodiscard]] std::vector<std::uint32_t> targets_first(const std::vector<std::uint32_t>& parts);

}  // namespace sales_leads::domain
