// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/attribution.h"

#include <algorithm>
#include <tuple>

#include "domain/attribution/component.h"
#include "domain/attribution/pass.h"
#include "domain/attribution/split.h"

namespace sales_leads::domain {
namespace {

/// Where both amounts of every line are the same (the company's own currency), one pass serves for both.
bool is_single_currency(const Component& component) {
  return std::all_of(component.lines().begin(), component.lines().end(),
                     [](const LineNode& node) { return node.line->net.document == node.line->net.company; });
}

/// Both currencies document by document, so that a free line follows in both or goes by the rule in both.
void run_passes(const Component& component, bool single, Splitter& splitter, std::vector<Cell>& cells) {
  std::vector<Pass> passes;
  passes.reserve(2);
  passes.emplace_back(component, Currency::document, splitter, cells);
  if (!single) passes.emplace_back(component, Currency::company, splitter, cells);
  const Schedule order = schedule(component, passes.front().chunks());
  for (Pass& pass : passes) {
    pass.follow_schedule(order);
    for (const std::uint32_t document : order.at_once) pass.place_document(document);
  }
  for (const auto& step : order.in_turn) {
    // Of documents that wait for each other in a circle neither counts what the other gave: settled first, then placed.
    for (const std::uint32_t document : step) {
      bool shared = true;
      for (Pass& pass : passes) shared = pass.settle_free_lines(document) && shared;
      if (shared) continue;
      for (Pass& pass : passes) pass.drop_free_lines(document);
    }
    for (Pass& pass : passes) {
      for (const std::uint32_t document : step) pass.place_document(document);
    }
  }
}

auto key_of(const Component& component, const Cell& cell) {
  const LineNode& node = component.lines()[cell.line];
  // Documents are numbered by (kind, id).
  return std::tuple(node.document, node.line->id, cell.opportunity, cell.campaign, cell.seller);
}

Balance balance_of(const Component& component, const Cell& cell) {
  const LineNode& node = component.lines()[cell.line];
  const Document& document = component.document_of(node);
  return {.kind = document.kind,
          .document = document.id,
          .line = node.line->id,
          .opportunity = cell.opportunity,
          .campaign = cell.campaign,
          .seller = cell.seller,
          .measure = document.measure,
          .effective_date = document.effective_date};
}

}  // namespace

std::vector<Balance> attribute(const std::vector<Document>& component) {
  const Component ordered(component);
  Splitter splitter;
  std::vector<Cell> cells;
  const bool single = is_single_currency(ordered);
  run_passes(ordered, single, splitter, cells);
  std::sort(cells.begin(), cells.end(),
            [&](const Cell& a, const Cell& b) { return key_of(ordered, a) < key_of(ordered, b); });

  std::vector<Balance> balances;
  for (std::size_t i = 0; i < cells.size();) {
    const auto key = key_of(ordered, cells[i]);
    Balance balance = balance_of(ordered, cells[i]);
    Wide document = 0;
    Wide company = 0;
    for (; i < cells.size() && key_of(ordered, cells[i]) == key; ++i) {
      (cells[i].currency == Currency::document ? document : company) += cells[i].amount;
      balance.renewal = balance.renewal || cells[i].renewal;
    }
    balance.amount = {narrow(document), narrow(single ? document : company)};
    if (balance.amount != Amounts{}) balances.push_back(balance);
  }
  return balances;
}

}  // namespace sales_leads::domain
