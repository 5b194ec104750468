// SPDX-License-Identifier: Apache-2.0
//
// Where leads go: conversions to customers and merges into each other, and the campaign memberships that go along.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session. advance() answers false when
// the conversion is no longer in the state that was read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct ConversionRow {
  Id id = 0;
  Id lead = 0;
  std::string request_id;
  std::string state = "intended";  // intended, customer_made, done, cancelled
  Id customer = 0, opportunity = 0;
  std::string wishes = "{}";
  std::int64_t attempts = 0;
  std::string last_error;
  std::int64_t created_at = 0, changed_at = 0;
};

struct MergeRow {
  Id id = 0;
  Id survivor = 0, merged = 0;
  std::string survivor_before, merged_before, moved;
  std::int64_t survivor_version = 0;
  std::string reason;
};

struct LeadMembership {
  Id id = 0;
  std::int64_t version = 1;
  Id campaign = 0;
  std::string kind;  // customer, lead
  Id member = 0;
  std::string response = "none";
  std::optional<std::int64_t> response_date;
  std::int64_t created_at = 0;
  Id created_by = 0;
  std::int64_t changed_at = 0;
  Id changed_by = 0;
};

class LeadPassageStore {
 public:
  LeadPassageStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const ConversionRow& row, Stamp stamp);
  /// Writes state, customer, opportunity, wishes, attempts and error; only while the state is still `from`.
  [[nodiscard]] bool advance(const ConversionRow& row, const std::string& from, Stamp stamp);
  /// Those that are neither done nor cancelled.
  [[nodiscard]] std::vector<ConversionRow> running(const std::vector<Id>& leads);
  [[nodiscard]] std::optional<ConversionRow> conversion(Id id);

  Id insert(const MergeRow& row, Stamp stamp);
  /// The merge that holds: the latest of the merged lead, unless it was undone.
  [[nodiscard]] std::optional<MergeRow> merge_of(Id merged);
  [[nodiscard]] bool undo(Id merge, Stamp stamp);

  [[nodiscard]] std::vector<LeadMembership> memberships(const std::string& kind, Id member);
  /// Gives the rows to another member; the rows' kind and member say to whom.
  void move_members(const std::vector<Id>& ids, const std::string& kind, Id member, Stamp stamp);
  void set_response(const LeadMembership& row, Stamp stamp);
  void remove_members(const std::vector<Id>& ids);
  /// Rows as they were, ids and all.
  void restore(const std::vector<LeadMembership>& rows);

  /// What a new customer takes over from its lead, where nobody has written anything yet.
  void seed_customer(Id customer, Id source, Id category, Stamp stamp);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
