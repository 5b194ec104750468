// SPDX-License-Identifier: Apache-2.0
//
// Opportunities as they were at a moment: fields from their history, shares, touches, the pipeline's model, for
// deciding what a document belongs to and who and which campaigns it counts for.
//
// As of T: the latest entry with effective_at <= T; before the first entry the first one holds; ties by id. Statuses
// that the order-confirmed rule wrote are passed over. An opportunity without history stands as it is now.
//
// Threads: the session's while loading; values after. Errors: Failure of the session.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/attribution/decision.h"
#include "host/company_calendar.h"
#include "store/session.h"

namespace sales_leads::store {

class OpportunityStates {
 public:
  OpportunityStates(Session& session, Id company) : session_(session), company_(company) {}

  /// Whether the company has any opportunity at all.
  [[nodiscard]] bool any();
  /// Who has or had one of these customers or projects.
  [[nodiscard]] std::vector<Id> belonging_to(const std::vector<Id>& customers, const std::vector<Id>& projects);
  /// Loads what is not loaded yet.
  void load(const std::vector<Id>& ids);
  [[nodiscard]] bool knows(Id opportunity) const { return states_.contains(opportunity); }
  [[nodiscard]] std::vector<Id> known() const;

  /// `customer` is the raw one of that moment: the caller reads it through the host's merges.
  [[nodiscard]] domain::Candidate candidate(Id opportunity, std::int64_t at_us, const CompanyCalendar& calendar) const;
  /// Of an opportunity for a document of that moment and campaign reference.
  [[nodiscard]] domain::Context context(Id opportunity, std::int64_t at_us, Id document_campaign,
                                        const CompanyCalendar& calendar) const;
  /// Every customer or project that a loaded opportunity has or had.
  [[nodiscard]] std::vector<Id> customers_of(Id opportunity) const { return ever(opportunity, Field::customer); }
  [[nodiscard]] std::vector<Id> projects_of(Id opportunity) const { return ever(opportunity, Field::project); }

 private:
  enum class Field : std::uint8_t {
    status,
    owner,
    customer,
    project,
    campaign,
    planned_close,
    start,
    pipeline,
    recurring_months,
    archived
  };
  static constexpr std::size_t kFields = 10;
  struct Entry {
    std::int64_t effective_at = 0;
    Id id = 0;
    std::string value;
  };
  struct Shares {
    std::int64_t effective_at = 0, set_no = 0;
    std::vector<domain::WeightedId> sellers;
  };
  struct State {
    std::array<std::vector<Entry>, kFields> history;  // by (effective_at, id)
    std::array<std::string, kFields> present;

    [[nodiscard]] const std::vector<Entry>& of(Field field) const { return history[static_cast<std::size_t>(field)]; }
    [[nodiscard]] const std::string& now(Field field) const { return present[static_cast<std::size_t>(field)]; }
    std::optional<domain::Day> actual_close;
    std::vector<Shares> shares;  // by (effective_at, set_no)
    std::vector<domain::Touch> touches;
  };
  struct Model {
    domain::Day valid_from = 0;
    domain::Model model = domain::Model::explicit_;
    std::vector<std::int64_t> weights;
  };
  struct Pipeline {
    std::int32_t window_days = 90;
    std::vector<Model> models;  // by valid_from
  };

  [[nodiscard]] const Entry* entry(const State& state, Field field, std::int64_t at_us) const;
  [[nodiscard]] std::string value(const State& state, Field field, std::int64_t at_us) const;
  [[nodiscard]] Id number(const State& state, Field field, std::int64_t at_us) const;
  [[nodiscard]] std::optional<domain::Day> day(const State& state, Field field, std::int64_t at_us) const;
  [[nodiscard]] const Pipeline& pipeline(const State& state, std::int64_t at_us) const;
  [[nodiscard]] static std::vector<domain::Touch> touches(const State& state, domain::Day day);
  [[nodiscard]] std::vector<Id> ever(Id opportunity, Field field) const;
  void load_pipelines();

  Session& session_;
  Id company_;
  std::unordered_map<Id, State> states_;
  std::unordered_map<Id, Pipeline> pipelines_;
  bool pipelines_loaded_ = false;
};

}  // namespace sales_leads::store
