// SPDX-License-Identifier: Apache-2.0
//
// Notes, tasks, calls, meetings and files on opportunities, leads and customers. What is planned next on an opportunity
// or a lead is kept equal to the earliest due date of its planned activities.
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct ActivityRow {
  Id id = 0;
  std::int64_t version = 1;
  std::string entity;  // opportunity, lead, customer
  Id entity_id = 0;
  std::string kind = "note";
  std::string title, text, reference;
  Id owner = 0;
  std::optional<std::int64_t> due, done_at;
  Id done_by = 0;
  bool archived = false;
  std::int64_t created_at = 0;
};

struct ActivityFilter {
  std::string entity;  // empty = of all records
  Id entity_id = 0;
  std::optional<std::vector<Id>> owners;
  std::string state;                             // planned, done, empty = both
  std::optional<std::int64_t> due_from, due_to;  // of planned ones with a date
  bool by_due = false;                           // earliest first, those without a date last; else by id
  std::int64_t after_due = 0;
  Id after = 0;
  std::int64_t limit = 50;
};

/// Sorts behind every day there is: activities without a due date.
inline constexpr std::int64_t kNoDue = 9'000'000;

class ActivityStore {
 public:
  ActivityStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const ActivityRow& row, Stamp stamp);
  [[nodiscard]] bool update(const ActivityRow& row, Stamp stamp);
  [[nodiscard]] std::optional<ActivityRow> find(Id id);
  [[nodiscard]] std::vector<ActivityRow> list(const ActivityFilter& filter);
  void remove(Id id);
  /// All of a record, also archived ones.
  [[nodiscard]] std::vector<ActivityRow> of(const std::string& entity, Id entity_id);
  /// Their ids.
  [[nodiscard]] std::vector<Id> ids_of(const std::string& entity, Id entity_id);
  /// How many of these are of that record.
  [[nodiscard]] std::int64_t count(const std::vector<Id>& ids, const std::string& entity, Id entity_id);
  void move(const std::vector<Id>& ids, const std::string& entity, Id entity_id);
  /// Writes what is planned next on the record; the host's customers have no such field.
  void refresh_next(const std::string& entity, Id entity_id);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
