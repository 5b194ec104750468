// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_writer.h"

#include "host/refusal.h"
#include "services/opportunity_rules.h"

namespace sales_leads::services {
namespace {

using store::FieldEntry;
using store::OpportunityPartsStore;

void add_birth(const NewOpportunity& opportunity, const std::string& origin, std::vector<FieldEntry>& history) {
  const auto& row = opportunity.row;
  for (auto& [field, value] : history_values(row)) {
    const bool born_closed = field == "status" && opportunity.closed_at;
    history.push_back({row.id, field, born_closed ? "open" : value, opportunity.effective_at, origin});
    if (born_closed) history.push_back({row.id, field, value, *opportunity.closed_at, origin});
  }
}

/// One changed field. A change dated back keeps what was true before its day, and holds now too: later entries of the
/// past stay true for their time only.
void add_change(UseCase& use_case, OpportunityPartsStore& parts, Id opportunity, const std::string& field,
                const std::string& value, std::int64_t effective_at, const std::string& origin,
                std::vector<FieldEntry>& history) {
  if (effective_at < use_case.now_us) {
    const auto past = parts.history(opportunity, field);
    if (!past.empty() && past.front().effective_at > effective_at) {
      history.push_back({opportunity, field, past.front().value, effective_at - 1, origin});
    }
    if (!past.empty() && past.back().effective_at > effective_at) {
      history.push_back({opportunity, field, value, effective_at, origin});
      history.push_back({opportunity, field, value, std::max(use_case.now_us, past.back().effective_at), origin});
      return;
    }
  }
  history.push_back({opportunity, field, value, effective_at, origin});
}

}  // namespace

void write_new(UseCase& use_case, std::vector<NewOpportunity>& opportunities, const std::string& origin) {
  std::vector<store::OpportunityRow> rows;
  rows.reserve(opportunities.size());
  for (const auto& opportunity : opportunities) rows.push_back(opportunity.row);
  store::OpportunityStore(use_case.session, use_case.company()).insert(rows, use_case.stamp());

  std::vector<FieldEntry> history;
  std::vector<store::StepVisit> visits;
  std::vector<store::SellerShare> shares;
  std::vector<std::int64_t> shares_at;
  std::vector<store::TouchRow> touches;
  std::vector<store::ProductLine> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    NewOpportunity& opportunity = opportunities[i];
    opportunity.row.id = rows[i].id;
    const auto& row = opportunity.row;
    use_case.changed.push_back(row.id);
    if (row.status == "won" && origin == "user") use_case.won.push_back(row.id);
    add_birth(opportunity, origin, history);
    visits.push_back({row.id, row.step, opportunity.closed_at.value_or(opportunity.effective_at), std::nullopt,
                      row.amount, row.planned_close});
    for (auto share : opportunity.parts.sellers) {
      share.opportunity = row.id;
      shares.push_back(share);
      shares_at.push_back(opportunity.effective_at);
    }
    for (auto touch : opportunity.parts.touches) {
      touch.opportunity = row.id;
      touches.push_back(touch);
    }
    if (opportunity.parts.lines) {
      for (auto line : *opportunity.parts.lines) {
        line.opportunity = row.id;
        lines.push_back(std::move(line));
      }
    }
  }
  OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  parts.add_history(history);
  parts.add_visits(visits);
  if (!shares.empty()) parts.add_first_shares(shares, shares_at);
  if (!touches.empty()) parts.add_touches(touches);
  if (!lines.empty()) parts.add_lines(lines);
}

std::int64_t write_change(UseCase& use_case, const store::OpportunityRow& before, store::OpportunityRow after,
                          std::int64_t effective_at, const std::string& origin) {
  if (before.planned_close && after.planned_close && *after.planned_close > *before.planned_close)
    ++after.times_slipped;
  if (!store::OpportunityStore(use_case.session, use_case.company()).update(after, use_case.stamp())) {
    throw Refusal(Code::conflict, "opportunity.version.conflict", "expected_version", std::to_string(before.version));
  }
  use_case.changed.push_back(after.id);
  if (before.status != "won" && after.status == "won") use_case.won.push_back(after.id);
  OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  const auto old_values = history_values(before);
  const auto new_values = history_values(after);
  std::vector<FieldEntry> history;
  for (std::size_t i = 0; i < new_values.size(); ++i) {
    if (old_values[i].second == new_values[i].second) continue;
    add_change(use_case, parts, after.id, new_values[i].first, new_values[i].second, effective_at, origin, history);
  }
  if (!history.empty()) parts.add_history(history);
  if (before.step != after.step) {
    parts.leave_step(after.id, effective_at);
    parts.add_visits({{after.id, after.step, effective_at, std::nullopt, after.amount, after.planned_close}});
  }
  return before.version + 1;
}

}  // namespace sales_leads::services
