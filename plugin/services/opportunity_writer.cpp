// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_writer.h"

#include <algorithm>

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

/// Collects the history of one change. A change dated back keeps what was true before its day, and holds now too: later
/// entries of the past stay true for their time only.
class Changes {
 public:
  Changes(UseCase& use_case, OpportunityPartsStore& parts, Id opportunity, std::int64_t effective_at,
          const std::string& origin)
      : use_case_(use_case), parts_(parts), opportunity_(opportunity), effective_at_(effective_at), origin_(origin) {}

  void add(const std::string& field, const std::string& value) {
    if (effective_at_ < use_case_.now_us) {
      const auto past = parts_.history(opportunity_, field);
      if (!past.empty() && past.front().effective_at > effective_at_) {
        push(field, past.front().value, effective_at_ - 1);
      }
      if (!past.empty() && past.back().effective_at > effective_at_) {
        push(field, value, effective_at_);
        push(field, value, std::max(use_case_.now_us, past.back().effective_at));
        return;
      }
    }
    push(field, value, effective_at_);
  }

  /// A field whose history begins now: what it was from the opportunity's birth on.
  void add_late(const std::string& field, const std::string& old_value, const std::string& value) {
    if (parts_.history(opportunity_, field).empty()) {
      const auto births = parts_.history(opportunity_, "status");
      push(field, old_value, std::min(births.empty() ? 0 : births.front().effective_at, effective_at_ - 1));
    }
    add(field, value);
  }

  void write() {
    if (!history_.empty()) parts_.add_history(history_);
  }

 private:
  void push(const std::string& field, const std::string& value, std::int64_t at) {
    history_.push_back({opportunity_, field, value, at, origin_});
  }

  UseCase& use_case_;
  OpportunityPartsStore& parts_;
  Id opportunity_;
  std::int64_t effective_at_;
  const std::string& origin_;
  std::vector<FieldEntry> history_;
};

/// The same for visits: one dated back lasts until the next that is known, and the step is entered anew now, since it
/// is where the opportunity stands.
void write_visit(UseCase& use_case, OpportunityPartsStore& parts, const store::OpportunityRow& row,
                 std::int64_t effective_at) {
  const auto past = parts.visits(row.id);
  const auto next = std::find_if(past.begin(), past.end(),
                                 [&](const store::StepVisit& visit) { return visit.entered_at > effective_at; });
  std::vector<store::StepVisit> visits;
  if (next == past.end()) {
    parts.leave_step(row.id, effective_at);
    visits.push_back({row.id, row.step, effective_at, std::nullopt, row.amount, row.planned_close});
  } else {
    const std::int64_t now = std::max(use_case.now_us, past.back().entered_at);
    parts.cut_visit(row.id, effective_at);
    parts.leave_step(row.id, now);
    visits.push_back({row.id, row.step, effective_at, next->entered_at, row.amount, row.planned_close});
    visits.push_back({row.id, row.step, now, std::nullopt, row.amount, row.planned_close});
  }
  parts.add_visits(visits);
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
  // Whoever moves the day or the status has a week's notice anew.
  if (before.planned_close != after.planned_close || before.status != after.status) after.expiry_notice_on.reset();
  if (!store::OpportunityStore(use_case.session, use_case.company()).update(after, use_case.stamp())) {
    throw Refusal(Code::conflict, "opportunity.version.conflict", "expected_version", std::to_string(before.version));
  }
  use_case.changed.push_back(after.id);
  if (before.status != "won" && after.status == "won") use_case.won.push_back(after.id);
  OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  Changes changes(use_case, parts, after.id, effective_at, origin);
  const auto old_values = history_values(before), new_values = history_values(after);
  for (std::size_t i = 0; i < new_values.size(); ++i) {
    if (old_values[i].second != new_values[i].second) changes.add(new_values[i].first, new_values[i].second);
  }
  const auto old_late = late_history_values(before), new_late = late_history_values(after);
  for (std::size_t i = 0; i < new_late.size(); ++i) {
    if (old_late[i].second != new_late[i].second)
      changes.add_late(new_late[i].first, old_late[i].second, new_late[i].second);
  }
  changes.write();
  if (before.step != after.step) write_visit(use_case, parts, after, effective_at);
  return before.version + 1;
}

}  // namespace sales_leads::services
