// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_rules.h"

#include <algorithm>

#include "domain/required_fields.h"
#include "host/refusal.h"
#include "services/input.h"

namespace sales_leads::services {
namespace {
constexpr std::int64_t kWhole = 10'000;

std::string text_of(std::int64_t id) { return id == 0 ? "" : std::to_string(id); }
std::string text_of(const std::optional<std::int64_t>& value) { return value ? std::to_string(*value) : ""; }

void check_required(const store::OpportunityRow& row, const store::Step& step) {
  const auto missing = domain::missing_fields(step.required_fields, store::filled_fields(row));
  if (missing.empty()) return;
  std::string names;
  for (const auto& name : missing) names += (names.empty() ? "" : " ") + name;
  throw Refusal(Code::invalid_argument, "opportunity.step.fields", missing.front(), names,
                {{"step", step.code}, {"fields", names}});
}
}  // namespace

std::int64_t effective_probability(const store::OpportunityRow& row) {
  if (row.status == "won") return kWhole;
  return row.status == "open" ? row.probability : 0;
}

void enter_step(store::OpportunityRow& row, const store::Step& step, domain::Day day) {
  if (row.step != step.id) check_required(row, step);
  const bool was_closed = row.actual_close.has_value() && row.status == step.status;
  row.pipeline = step.pipeline;
  row.step = step.id;
  row.status = step.status;
  if (row.probability_origin == "step") row.probability = step.probability;
  if (step.status == "lost") {
    if (row.rejection == 0) row.rejection = step.default_rejection;
    if (row.rejection == 0 && step.rejection_rule == "required") {
      throw Refusal(Code::invalid_argument, "opportunity.rejection.missing", "rejection", "", {{"step", step.code}});
    }
  } else {
    row.rejection = 0;
    row.rejection_note.clear();
  }
  if (step.status == "open") {
    row.actual_close.reset();
  } else if (!was_closed) {
    row.actual_close = day;
  }
}

void check_planned_close(const store::OpportunityRow& before, const store::OpportunityRow& after) {
  if (!after.start || !after.planned_close || *after.planned_close >= *after.start) return;
  const auto start = domain::date_text(static_cast<domain::Day>(*after.start));
  const auto close = domain::date_text(static_cast<domain::Day>(*after.planned_close));
  if (after.planned_close != before.planned_close) {
    throw Refusal(Code::invalid_argument, "opportunity.planned_close.early", "planned_close", close,
                  {{"start", start}});
  }
  if (after.start != before.start) {
    throw Refusal(Code::invalid_argument, "opportunity.start.late", "start", start, {{"planned_close", close}});
  }
}

void check_shares(const std::vector<store::SellerShare>& shares, const std::function<std::string(store::Id)>& name_of) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i].share;
    for (std::size_t j = 0; j < i; ++j) {
      if (shares[i].employee == shares[j].employee) {
        throw Refusal(Code::invalid_argument, "opportunity.sellers.twice", "sellers", name_of(shares[i].employee));
      }
    }
    if (shares[i].share <= 0) {
      throw Refusal(Code::invalid_argument, "opportunity.sellers.zero", "sellers", name_of(shares[i].employee));
    }
  }
  if (sum != kWhole) throw Refusal(Code::invalid_argument, "opportunity.sellers.sum", "sellers", share_text(sum));
}

std::vector<std::pair<std::string, std::string>> history_values(const store::OpportunityRow& row) {
  return {{"status", row.status},
          {"owner", text_of(row.owner)},
          {"customer", text_of(row.customer)},
          {"project", text_of(row.project)},
          {"campaign", text_of(row.campaign)},
          {"planned_close", text_of(row.planned_close)},
          {"start", text_of(row.start)},
          {"pipeline", text_of(row.pipeline)},
          {"recurring_months", text_of(row.recurring_months)},
          {"amount", text_of(row.amount)},
          {"probability", std::to_string(row.probability)}};
}

std::vector<std::pair<std::string, std::string>> late_history_values(const store::OpportunityRow& row) {
  return {{"currency", row.currency},
          {"company_amount", text_of(row.company_minor)},
          {"recurring", text_of(row.recurring)},
          {"margin", text_of(row.margin)},
          {"amount2", text_of(row.amount2)},
          {"type", text_of(row.type)},
          {"source", text_of(row.source)},
          {"rejection", text_of(row.rejection)},
          {"rejection_note", row.rejection_note},
          {"delivery_date", text_of(row.delivery_date)},
          {"actual_close", text_of(row.actual_close)},
          {"archived", row.archived ? "1" : ""}};
}

}  // namespace sales_leads::services
