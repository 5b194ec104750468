// SPDX-License-Identifier: Apache-2.0
//
// Opportunities as rows: insert many, update one, read one, page through those that somebody may see.
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct OpportunityRow {
  Id id = 0;
  std::int64_t version = 1;
  std::optional<std::string> external_id;
  std::string title, description;
  Id customer = 0, project = 0, contact = 0, owner = 0;
  std::optional<std::int64_t> amount;
  std::string currency;
  std::optional<std::int64_t> company_minor, rate_units, rate_exponent, rate_date;
  std::string amount_origin = "user";
  std::optional<std::int64_t> recurring, recurring_months;
  Id pipeline = 0, step = 0;
  std::string status = "open";
  std::int64_t probability = 0;
  std::string probability_origin = "step";
  Id type = 0, source = 0, campaign = 0, rejection = 0;
  std::string rejection_note;
  std::optional<std::int64_t> start, planned_close;
  std::int64_t times_slipped = 0;
  std::optional<std::int64_t> actual_close, delivery_date;
  bool archived = false;
  std::optional<std::int64_t> margin, amount2;
  std::optional<std::int64_t> next_activity;     // kept by the activities; update() leaves it alone
  std::optional<std::int64_t> expiry_notice_on;  // day of the notice that it is about to expire
};

/// Names, as the actions write them, of the fields that have a value: what a step may require.
[[nodiscard]] std::vector<std::string> filled_fields(const OpportunityRow& row);

struct OpportunityFilter {
  Id after = 0;
  std::int64_t limit = 50;
  std::string status;  // empty = all
  Id owner = 0, customer = 0, step = 0, project = 0, campaign = 0, type = 0, source = 0, pipeline = 0;
  std::string text;                                  // somewhere in the title, in upper or lower case
  std::optional<std::int64_t> close_from, close_to;  // planned close, both days included
  bool archived = false;                             // those too
  bool foreign_currency = false;                     // only with an amount in another currency than this one:
  std::string currency;
  std::optional<std::vector<Id>> ids;
  std::optional<std::vector<Id>> seen_by;  // only where one of these employees is owner or seller
};

class OpportunityStore {
 public:
  OpportunityStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Gives the rows their ids.
  void insert(std::vector<OpportunityRow>& rows, Stamp stamp);
  [[nodiscard]] bool update(const OpportunityRow& row, Stamp stamp);
  [[nodiscard]] std::optional<OpportunityRow> find(Id id);
  [[nodiscard]] std::vector<OpportunityRow> list(const OpportunityFilter& filter);
  /// Which of these external ids are taken.
  [[nodiscard]] std::vector<std::string> taken(const std::vector<std::string>& external_ids);
  /// Of those that have one.
  [[nodiscard]] std::unordered_map<Id, std::string> external_ids(const std::vector<Id>& ids);
  [[nodiscard]] std::vector<OpportunityRow> by_external(const std::vector<std::string>& external_ids);
  [[nodiscard]] std::vector<OpportunityRow> by_ids(const std::vector<Id>& ids);
  /// Which of them something else refers to: documents, links, activities, leads.
  [[nodiscard]] std::vector<Id> referred_to(const std::vector<Id>& ids);
  /// Takes them out with their history, as if they never were.
  void remove(const std::vector<Id>& ids);
  /// Whether one of the employees is its owner or one of its sellers now.
  [[nodiscard]] bool is_of(Id id, const std::vector<Id>& employees);
  [[nodiscard]] bool exists(Id id);

 private:
  Session& session_;
  Id company_;
};

/// "<alias>: one of the employees :them owns or sells it now", for where-clauses over sl_opportunity; bind
/// {"them", session.ids_text(employees)}.
[[nodiscard]] std::string own_condition(const Session& session, const std::string& alias);

}  // namespace sales_leads::store
