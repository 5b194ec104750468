// SPDX-License-Identifier: Apache-2.0
//
// Contexts and link-sets of a component as flat arrays.
#include <algorithm>
#include <tuple>

#include "domain/attribution/component.h"
#include "domain/calendar.h"

namespace sales_leads::domain {
namespace {

std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }

/// Explicit before by rule; of each, the line before its document.
const LinkSet& governing_link(const Document& document, const Line& line) {
  if (line.link.present && line.link.is_explicit) return line.link;
  if (document.link.present && document.link.is_explicit) return document.link;
  return line.link.present ? line.link : document.link;
}

/// Opportunities by id, each once, then the unlinked rest as opportunity 0.
std::vector<std::pair<Id, std::int64_t>> normalized(const LinkSet& link) {
  std::vector<std::pair<Id, std::int64_t>> shares;
  std::int64_t linked = 0;
  if (link.present) {
    for (const auto& [opportunity, share] : link.shares) {
      if (opportunity != 0 && share > 0) shares.emplace_back(opportunity, share);
    }
    std::sort(shares.begin(), shares.end());
    std::size_t kept = 0;
    for (const auto& [opportunity, share] : shares) {
      linked += share;
      if (kept > 0 && shares[kept - 1].first == opportunity) {
        shares[kept - 1].second += share;
      } else {
        shares[kept++] = {opportunity, share};
      }
    }
    shares.resize(kept);
  }
  if (linked < kWhole) shares.emplace_back(0, kWhole - linked);
  return shares;
}

}  // namespace

void Component::add_contexts() {
  std::vector<Id> opportunities;
  std::vector<std::pair<Id, const Context*>> given;
  for (std::uint32_t number = 0; number < documents_.size(); ++number) {
    DocumentNode& entry = documents_[number];
    const Document& document = *entry.document;
    opportunities.assign(1, 0);
    for (const LinkShare& share : document.link.shares) opportunities.push_back(share.opportunity);
    for (const Line& line : document.lines) {
      for (const LinkShare& share : line.link.shares) opportunities.push_back(share.opportunity);
    }
    std::sort(opportunities.begin(), opportunities.end());
    opportunities.erase(std::unique(opportunities.begin(), opportunities.end()), opportunities.end());

    given.clear();
    for (const Context& context : document.contexts) given.emplace_back(context.opportunity, &context);
    std::stable_sort(given.begin(), given.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    entry.slots_at = size32(slots_.size());
    entry.slots_count = size32(opportunities.size());
    auto context = given.begin();
    for (const Id opportunity : opportunities) {
      while (context != given.end() && context->first < opportunity) ++context;
      const bool found = context != given.end() && context->first == opportunity;
      add_slot(number, opportunity, found ? context->second : nullptr);
    }
  }
}

void Component::add_slot(std::uint32_t document, Id opportunity, const Context* context) {
  static const std::vector<WeightedId> kNobody;
  const Document& root = *documents_[document].document;
  ContextSlot slot{.document = document, .opportunity = opportunity};
  slot.campaigns_at = size32(ids_.size());
  add_weighted(context != nullptr ? context->campaigns : kNobody, 0);
  slot.campaigns_count = size32(ids_.size()) - slot.campaigns_at;
  slot.sellers_at = size32(ids_.size());
  // An unlinked part belongs to the document's own salesperson, also when nobody said so in a context.
  add_weighted(context != nullptr ? context->sellers : kNobody,
               context == nullptr && opportunity == 0 ? root.salesperson : 0);
  slot.sellers_count = size32(ids_.size()) - slot.sellers_at;
  std::vector<std::pair<Id, std::int64_t>> sellers;
  if (slot.sellers_count > 1) {
    for (std::uint32_t i = 0; i < slot.sellers_count; ++i) {
      sellers.emplace_back(ids_[slot.sellers_at + i], id_weights_[slot.sellers_at + i]);
    }
    std::sort(sellers.begin(), sellers.end());
    for (std::uint32_t i = 0; i < slot.sellers_count; ++i) {
      std::tie(ids_[slot.sellers_at + i], id_weights_[slot.sellers_at + i]) = sellers[i];
    }
  }
  // A day of confirmation that nobody gave (0) makes no renewals.
  if (opportunity != 0 && root.kind == DocumentKind::order && root.decided_on != 0) {
    slot.renewal_after = add_months(root.decided_on, context != nullptr ? context->recurring_months : 12);
  }
  slots_.push_back(slot);
}

void Component::add_weighted(const std::vector<WeightedId>& entries, Id when_empty) {
  for (const WeightedId& entry : entries) {
    ids_.push_back(entry.id);
    id_weights_.push_back(entry.weight);
  }
  if (!entries.empty()) return;
  ids_.push_back(when_empty);
  id_weights_.push_back(1);
}

void Component::add_groups() {
  std::map<Shares, std::uint32_t> known;  // of one document; used when lines have links of their own
  for (const DocumentNode& entry : documents_) {
    known.clear();
    constexpr std::uint32_t kNone = UINT32_MAX;
    std::uint32_t of_document = kNone;
    const auto group_of = [&](const LinkSet& link) {
      const Shares shares = normalized(link);
      const auto [found, is_new] = known.try_emplace(shares, 0);
      if (is_new) found->second = add_group(entry, shares);
      return found->second;
    };
    for (LineNode& node : std::span(lines_).subspan(entry.lines_at, entry.lines_count)) {
      if (node.role == Role::follower) continue;
      const LinkSet& link = governing_link(*entry.document, *node.line);
      if (&link == &entry.document->link) {
        if (of_document == kNone) of_document = group_of(link);
        node.group = of_document;
      } else {
        node.group = group_of(link);
      }
    }
  }
}

std::uint32_t Component::add_group(const DocumentNode& document, const Shares& shares) {
  const auto slots = std::span(slots_).subspan(document.slots_at, document.slots_count);
  LinkGroup group{.at = size32(link_slots_.size()), .count = size32(shares.size())};
  for (const auto& [opportunity, share] : shares) {
    const auto slot = std::lower_bound(slots.begin(), slots.end(), opportunity,
                                       [](const ContextSlot& s, Id id) { return s.opportunity < id; });
    link_slots_.push_back(document.slots_at + size32(static_cast<std::size_t>(slot - slots.begin())));
    link_weights_.push_back(share);
  }
  groups_.push_back(group);
  return size32(groups_.size() - 1);
}

}  // namespace sales_leads::domain
