// SPDX-License-Identifier: Apache-2.0
//
// Short words for building documents in the attribution tests, and sums over the balances that come out.
#pragma once

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain::test {

inline LinkSet by_rule(std::vector<LinkShare> shares) { return {.present = true, .shares = std::move(shares)}; }
inline LinkSet by_user(std::vector<LinkShare> shares) {
  return {.present = true, .is_explicit = true, .shares = std::move(shares)};
}
inline LinkSet all_to(Id opportunity) { return by_rule({{opportunity, kWhole}}); }

inline Context context(Id opportunity, std::vector<WeightedId> campaigns, std::vector<WeightedId> sellers) {
  return {.opportunity = opportunity, .campaigns = std::move(campaigns), .sellers = std::move(sellers)};
}

inline LineSource order_line(Id line, Minor amount = 1) { return {SourceKind::order_line, line, amount}; }
inline LineSource invoice_line(Id line, Minor amount = 1) { return {SourceKind::invoice_line, line, amount}; }

/// Line ids double as line numbers.
inline Line line(Id id, Minor net, std::vector<LineSource> sources = {}) {
  Line made;
  made.id = id;
  made.line_no = static_cast<std::int32_t>(id);
  made.net = {net, net};
  made.sources = std::move(sources);
  return made;
}

inline Document document(DocumentKind kind, Measure measure, Id id, Day day, std::vector<Line> lines) {
  Document made;
  made.kind = kind;
  made.id = id;
  made.measure = measure;
  made.is_credit = measure == Measure::credits;
  made.effective_date = day;
  made.decided_on = day;
  made.lines = std::move(lines);
  return made;
}

inline Document order(Id id, Day day, LinkSet link, std::vector<Context> contexts, std::vector<Line> lines) {
  Document made = document(DocumentKind::order, Measure::ordered, id, day, std::move(lines));
  made.link = std::move(link);
  made.contexts = std::move(contexts);
  return made;
}
inline Document invoice(Id id, Day day, std::vector<Line> lines) {
  return document(DocumentKind::invoice, Measure::invoices, id, day, std::move(lines));
}
inline Document credit(Id id, Day day, std::vector<Line> lines) {
  return document(DocumentKind::invoice, Measure::credits, id, day, std::move(lines));
}

using Key = std::tuple<Id, Id, Id>;  // opportunity, campaign, seller
using Totals = std::map<Key, Amounts>;

/// Sums per key of the balances that `wanted` picks; zeros are left out.
template <typename Wanted>
Totals totals(const std::vector<Balance>& balances, Wanted wanted) {
  Totals sums;
  for (const Balance& balance : balances) {
    if (!wanted(balance)) continue;
    Amounts& sum = sums[{balance.opportunity, balance.campaign, balance.seller}];
    sum.document += balance.amount.document;
    sum.company += balance.amount.company;
  }
  std::erase_if(sums, [](const auto& entry) { return entry.second == Amounts{}; });
  return sums;
}

template <typename Wanted>
Minor company_sum(const std::vector<Balance>& balances, Wanted wanted) {
  Minor sum = 0;
  for (const Balance& balance : balances) sum += wanted(balance) ? balance.amount.company : 0;
  return sum;
}

inline auto of_kind(DocumentKind kind) {
  return [kind](const Balance& balance) { return balance.kind == kind; };
}
inline auto of_document(DocumentKind kind, Id id) {
  return [kind, id](const Balance& balance) { return balance.kind == kind && balance.document == id; };
}
inline auto of_line(DocumentKind kind, Id id) {
  return [kind, id](const Balance& balance) { return balance.kind == kind && balance.line == id; };
}
inline auto of_opportunity(Id id) {
  return [id](const Balance& balance) { return balance.opportunity == id; };
}
inline auto of_measure(Measure measure) {
  return [measure](const Balance& balance) { return balance.measure == measure; };
}

inline Amounts same(Minor amount) { return {amount, amount}; }

}  // namespace sales_leads::domain::test
