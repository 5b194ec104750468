// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_as_of.h"

#include <charconv>
#include <map>

#include "host/refusal.h"
#include "services/input.h"

namespace sales_leads::services {
namespace {

/// The latest entry of each field that is not later; before its first entry the first one holds.
class Past {
 public:
  Past(const std::vector<store::FieldEntry>& history, std::int64_t at_us) {
    for (const auto& entry : history) {  // by time, then order of recording
      const auto held = values_.find(entry.field);
      if (held == values_.end()) {
        values_[entry.field] = entry.value;
      } else if (entry.effective_at <= at_us) {
        held->second = entry.value;
      }
    }
  }
  void read(const char* field, std::string& target) const {
    if (const auto held = values_.find(field); held != values_.end()) target = held->second;
  }
  void read(const char* field, std::int64_t& target) const {
    if (const auto held = values_.find(field); held != values_.end()) target = number(held->second).value_or(0);
  }
  void read(const char* field, std::optional<std::int64_t>& target) const {
    if (const auto held = values_.find(field); held != values_.end()) target = number(held->second);
  }

 private:
  static std::optional<std::int64_t> number(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
  }
  std::map<std::string, std::string> values_;
};

}  // namespace

store::OpportunityRow as_it_was(const store::OpportunityRow& present, const std::vector<store::FieldEntry>& history,
                                std::vector<store::StepVisit>& visits, std::int64_t at_us) {
  if (history.empty() || history.front().effective_at > at_us) {
    throw Refusal(Code::not_found, "opportunity.as_of.before", "as_of", time_text(at_us),
                  {{"date", history.empty() ? "" : time_text(history.front().effective_at)}});
  }
  store::OpportunityRow row = present;
  const Past past(history, at_us);
  past.read("status", row.status);
  past.read("owner", row.owner);
  past.read("customer", row.customer);
  past.read("project", row.project);
  past.read("campaign", row.campaign);
  past.read("planned_close", row.planned_close);
  past.read("start", row.start);
  past.read("pipeline", row.pipeline);
  past.read("recurring_months", row.recurring_months);
  past.read("amount", row.amount);
  past.read("probability", row.probability);
  past.read("currency", row.currency);
  past.read("company_amount", row.company_minor);
  past.read("recurring", row.recurring);
  past.read("margin", row.margin);
  past.read("amount2", row.amount2);
  past.read("type", row.type);
  past.read("source", row.source);
  past.read("rejection", row.rejection);
  past.read("rejection_note", row.rejection_note);
  past.read("delivery_date", row.delivery_date);
  past.read("actual_close", row.actual_close);
  std::int64_t archived = present.archived ? 1 : 0;
  past.read("archived", archived);
  row.archived = archived != 0;
  std::erase_if(visits, [&](const store::StepVisit& visit) { return visit.entered_at > at_us; });
  if (!visits.empty()) {
    row.step = visits.back().step;
    for (auto& visit : visits) {
      if (visit.left_at && *visit.left_at > at_us) visit.left_at.reset();
    }
  }
  return row;
}

}  // namespace sales_leads::services
