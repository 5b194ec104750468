// SPDX-License-Identifier: Apache-2.0
//
// What hangs on an opportunity: the history of its fields, visits to steps, sets of seller shares, campaign touches and
// product lines. History is only added to; a later reading "as of T" takes the latest entry not after T, and before the
// first entry the first one holds.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct FieldEntry {
  Id opportunity = 0;
  std::string field;
  std::string value;  // decimal text of ids, days and minor units; '' = none; a status by its name
  std::int64_t effective_at = 0;
  std::string origin = "user";
  std::int64_t recorded_at = 0;  // when read
  Id actor = 0;                  // when read
};

struct StepVisit {
  Id opportunity = 0;
  Id step = 0;
  std::int64_t entered_at = 0;
  std::optional<std::int64_t> left_at;
  std::optional<std::int64_t> amount, planned_close;
};

struct SellerShare {
  Id opportunity = 0;
  Id employee = 0;
  std::int64_t share = 0;  // basis points
};

struct SellerSet {
  std::int64_t effective_at = 0;
  std::vector<SellerShare> shares;  // of one opportunity or of many
};

struct TouchRow {
  Id opportunity = 0;
  Id campaign = 0;
  std::int64_t date = 0;
  std::int64_t effective_at = 0;
};

struct ProductLine {
  Id opportunity = 0;
  std::int64_t line_no = 0;
  std::string product;
  std::int64_t quantity_units = 1, quantity_exponent = 0;
  std::optional<std::int64_t> net;
};

class OpportunityPartsStore {
 public:
  OpportunityPartsStore(Session& session, Id company, Stamp stamp)
      : session_(session), company_(company), stamp_(stamp) {}

  void add_history(const std::vector<FieldEntry>& entries);
  /// All entries of one field, by time, then order of recording.
  [[nodiscard]] std::vector<FieldEntry> history(Id opportunity, const std::string& field = "");

  void add_visits(const std::vector<StepVisit>& visits);
  void leave_step(Id opportunity, std::int64_t left_at);
  /// A visit that lasted through that moment ends there: a later entry into another step was dated back to it.
  void cut_visit(Id opportunity, std::int64_t at);
  /// By the time of entry.
  [[nodiscard]] std::vector<StepVisit> visits(Id opportunity);

  /// Shares of opportunities that have none yet: set number 1.
  void add_first_shares(const std::vector<SellerShare>& shares, const std::vector<std::int64_t>& effective_at);
  void add_shares(Id opportunity, const SellerSet& set);
  /// The set that holds at that time; empty = the owner has all.
  [[nodiscard]] std::vector<SellerShare> shares(Id opportunity, std::int64_t at);
  /// When shares were given after this moment, each time once, in order.
  [[nodiscard]] std::vector<std::int64_t> shares_given_after(Id opportunity, std::int64_t at);

  void add_touches(const std::vector<TouchRow>& touches);
  [[nodiscard]] std::vector<TouchRow> touches(Id opportunity);

  void remove_shares(Id opportunity);
  void remove_touch(Id opportunity, Id campaign, std::int64_t date);
  void add_lines(const std::vector<ProductLine>& lines);
  void remove_lines(Id opportunity);
  [[nodiscard]] std::vector<ProductLine> lines(Id opportunity);

 private:
  Session& session_;
  Id company_;
  Stamp stamp_;
};

}  // namespace sales_leads::store
