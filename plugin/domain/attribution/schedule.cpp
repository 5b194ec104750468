// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "domain/attribution/cycles.h"
#include "domain/attribution/pass.h"

namespace sales_leads::domain {

Schedule schedule(const Component& component, const Chunks& chunks) {
  const auto& documents = component.documents();
  const auto& lines = component.lines();
  constexpr std::uint32_t kNone = UINT32_MAX;
  Schedule result;
  std::vector<std::uint32_t> waiting;  // documents with free lines …
  std::vector<std::uint32_t> place_of(documents.size(), kNone);
  for (std::uint32_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].has_free_lines) {
      result.at_once.push_back(i);
      continue;
    }
    place_of[i] = static_cast<std::uint32_t>(waiting.size());
    waiting.push_back(i);
  }
  if (waiting.empty()) return result;

  std::vector<std::pair<std::uint32_t, std::uint32_t>> waits;  // who, for whom
  for (std::uint32_t root = 0; root < lines.size(); ++root) {
    const std::uint32_t whom = place_of[lines[root].document];
    if (whom == kNone) continue;
    for (const Arrival& arrival : chunks.arrivals(root)) {
      const std::uint32_t who = place_of[lines[arrival.line].document];
      if (who != kNone) waits.emplace_back(who, whom);
    }
  }
  std::sort(waits.begin(), waits.end());
  waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
  Graph graph;
  graph.first.assign(waiting.size() + 1, 0);
  for (const auto& [who, whom] : waits) {
    ++graph.first[who + 1];
    graph.targets.push_back(whom);
  }
  for (std::size_t i = 1; i < graph.first.size(); ++i) graph.first[i] += graph.first[i - 1];
  const auto parts = connected_parts(graph);
  for (const std::uint32_t place : targets_first(parts)) {
    if (parts[place] == result.in_turn.size()) result.in_turn.emplace_back();
    result.in_turn.back().push_back(waiting[place]);
  }
  return result;
}

}  // namespace sales_leads::domain
