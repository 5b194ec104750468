// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/pass.h"

#include <algorithm>
#include <tuple>

namespace sales_leads::domain {
namespace {
constexpr std::uint32_t kNone = UINT32_MAX;
}  // namespace

Pass::Pass(const Component& component, Currency currency, Splitter& splitter, std::vector<Cell>& cells)
    : component_(component),
      currency_(currency),
      splitter_(splitter),
      cells_(cells),
      chunks_(component, currency, splitter),
      group_positions_(component.groups().size(), 0),
      group_splits_(component.link_entries(), 0),
      slot_running_(component.slots().size(), 0) {}

void Pass::follow_schedule(const Schedule& schedule) {
  derived_of_.assign(component_.documents().size(), kNone);
  std::uint32_t count = 0;
  for (const auto& step : schedule.in_turn) {
    for (const std::uint32_t document : step) derived_of_[document] = count++;
  }
  derived_.resize(count);
}

/// From what was given to the contexts and their weights, by (opportunity, root document).
bool Pass::settle_free_lines(std::uint32_t document) {
  Derived& derived = derived_[derived_of_[document]];
  const auto key = [&](const auto& given) {
    const ContextSlot& slot = component_.slots()[given.first];
    const Document& root = *component_.documents()[slot.document].document;
    return std::tuple(slot.opportunity, root.id, root.kind);
  };
  std::sort(derived.given.begin(), derived.given.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < derived.given.size();) {
    const std::uint32_t slot = derived.given[i].first;
    Wide sum = 0;
    for (; i < derived.given.size() && derived.given[i].first == slot; ++i) sum += derived.given[i].second;
    if (sum == 0) continue;
    derived.slots.push_back(slot);
    derived.weights.push_back(narrow(static_cast<Wide>(magnitude(sum))));
  }
  derived.split.assign(derived.slots.size(), 0);
  derived.running.assign(derived.slots.size(), 0);
  return !derived.slots.empty();
}

void Pass::drop_free_lines(std::uint32_t document) { derived_[derived_of_[document]] = Derived{}; }

void Pass::place_document(std::uint32_t document) {
  const DocumentNode& entry = component_.documents()[document];
  Derived* derived = derived_of_[document] == kNone ? nullptr : &derived_[derived_of_[document]];
  for (std::uint32_t line = entry.lines_at; line < entry.lines_at + entry.lines_count; ++line) {
    const LineNode& node = component_.lines()[line];
    if (node.role == Role::follower) continue;
    if (node.role == Role::free && !derived->slots.empty()) {
      place_line(line, {.links = {derived->slots, derived->weights},
                        .split = derived->split,
                        .position = &derived->position,
                        .derived = derived});
    } else {
      const LinkGroup& group = component_.groups()[node.group];
      place_line(line, {.links = component_.links(group),
                        .split = std::span(group_splits_).subspan(group.at, group.count),
                        .position = &group_positions_[node.group]});
    }
  }
}

void Pass::place_line(std::uint32_t line, const Track& track) {
  const LineNode& node = component_.lines()[line];
  const bool is_order = component_.document_of(node).kind == DocumentKind::order;
  const std::size_t count = track.links.items.size();
  const Wide offset = *track.position;
  const Wide amount = node.line->counts_as_sale ? amount_in(currency_, node.line->net) : 0;
  *track.position += amount;
  next_split_.resize(count);
  splitter_.one_way(*track.position, track.links.weights, next_split_);
  line_running_.resize(count);
  // What follows an order line begins where the line begins. What follows an invoice line begins where it ends, for the
  // invoice itself stands there.
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t slot = track.links.items[i];
    Wide& running = track.derived != nullptr ? track.derived->running[i] : slot_running_[slot];
    const Wide before = running;
    running += next_split_[i] - track.split[i];
    const ContextSlot& context = component_.slots()[slot];
    if (node.writes && running != before) {
      if (is_renewal(context, node.document)) {
        cells_.push_back({.amount = running - before,
                          .seller = component_.document_of(node).salesperson,
                          .line = line,
                          .currency = currency_,
                          .renewal = true});
      } else {
        write_cells(line, context, before, running);
      }
    }
    line_running_[i] = is_order ? before : running;
  }
  std::copy(next_split_.begin(), next_split_.end(), track.split.begin());
  if (!chunks_.arrivals(line).empty()) follow(line, track, is_order ? offset : *track.position);
}

void Pass::follow(std::uint32_t root, const Track& track, Wide position) {
  const std::size_t count = track.links.items.size();
  std::vector<Wide> split(count);
  splitter_.one_way(position, track.links.weights, split);
  for (const Arrival& arrival : chunks_.arrivals(root)) {
    position += arrival.amount;
    splitter_.one_way(position, track.links.weights, next_split_);
    for (std::size_t i = 0; i < count; ++i) {
      const Wide part = next_split_[i] - split[i];
      if (part == 0) continue;
      const std::uint32_t slot = track.links.items[i];
      const ContextSlot& context = component_.slots()[slot];
      note_given(arrival, slot, part);
      if (is_renewal(context, arrival.origin)) {
        // A credit of a renewal takes it back from where the renewal went.
        cells_.push_back({.amount = part,
                          .seller = component_.documents()[arrival.origin].document->salesperson,
                          .line = arrival.line,
                          .currency = currency_,
                          .renewal = true});
        continue;
      }
      write_cells(arrival.line, context, line_running_[i], line_running_[i] + part);
      line_running_[i] += part;
    }
    std::swap(split, next_split_);
  }
}

void Pass::note_given(const Arrival& arrival, std::uint32_t slot, Wide part) {
  const std::uint32_t waiting = derived_of_[component_.lines()[arrival.line].document];
  if (waiting != kNone) derived_[waiting].given.emplace_back(slot, part);
}

/// The cells of a context's running total that goes `from` .. `to`.
void Pass::write_cells(std::uint32_t line, const ContextSlot& slot, Wide from, Wide to) {
  const auto campaigns = component_.campaigns(slot);
  const auto sellers = component_.sellers(slot);
  const std::size_t count = campaigns.items.size() * sellers.items.size();
  cells_from_.resize(count);
  cells_to_.resize(count);
  splitter_.two_way(from, campaigns.weights, sellers.weights, cells_from_);
  splitter_.two_way(to, campaigns.weights, sellers.weights, cells_to_);
  for (std::size_t i = 0; i < count; ++i) {
    if (cells_to_[i] == cells_from_[i]) continue;
    cells_.push_back({.amount = cells_to_[i] - cells_from_[i],
                      .opportunity = slot.opportunity,
                      .campaign = campaigns.items[i / sellers.items.size()],
                      .seller = sellers.items[i % sellers.items.size()],
                      .line = line,
                      .currency = currency_});
  }
}

bool Pass::is_renewal(const ContextSlot& slot, std::uint32_t origin) const {
  const Document& invoice = *component_.documents()[origin].document;
  return invoice.kind == DocumentKind::invoice && invoice.is_repeating && slot.opportunity != 0 &&
         invoice.effective_date > slot.renewal_after;
}

}  // namespace sales_leads::domain
