// SPDX-License-Identifier: Apache-2.0
//
// The sales budget: versions of a fiscal year, rows per seller and type, cells per month, and what cells were before.
// Reports and the forecast read figures().
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given. lock() holds a version of the budget until the transaction ends: two changes of it come one after the other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/settings_store.h"

namespace sales_leads::store {

struct BudgetVersion {
  Id id = 0;
  std::int64_t version = 1;
  std::int64_t year = 0;         // the calendar year in which the fiscal year begins
  std::int64_t first_month = 0;  // the day on which it does
  std::string title;
  bool active = false, locked = false, archived = false;
  std::int64_t changed_at = 0;
  Id changed_by = 0;
};

struct BudgetRow {
  Id id = 0;
  std::int64_t version = 1;
  Id employee = 0, type = 0;  // type 0 = not split
};

struct BudgetCell {
  Id id = 0;
  Id row = 0;
  std::int64_t month = 0;  // its first day
  std::int64_t minor = 0;
};

/// Of the active version.
struct BudgetFigure {
  Id employee = 0, type = 0;
  std::int64_t month = 0;  // its first day
  std::int64_t minor = 0;
};

struct BudgetChange {
  Id id = 0;
  Id employee = 0, type = 0;
  std::int64_t month = 0;
  std::optional<std::int64_t> before, after;  // none = no budget
  std::string origin;
  std::int64_t recorded_at = 0;
  Id actor = 0;
};

struct BudgetHistoryFilter {
  Id budget = 0;
  Id before = 0;  // 0 = the newest first
  std::int64_t limit = 50;
  Id employee = 0;          // 0 = all
  std::optional<Id> type;   // none = all
  std::int64_t month = -1;  // -1 = all
  std::optional<std::vector<Id>> employees;
};

/// What a seller sold in a month.
struct SoldFigure {
  Id employee = 0;
  std::int64_t day = 0;
  std::int64_t minor = 0;
};

class BudgetStore {
 public:
  BudgetStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Of one year, or of all (0); by year and id.
  [[nodiscard]] std::vector<BudgetVersion> versions(std::int64_t year = 0);
  [[nodiscard]] std::optional<BudgetVersion> find(Id id);
  [[nodiscard]] std::optional<BudgetVersion> lock(Id id);
  Id insert(const BudgetVersion& version, Stamp stamp);
  [[nodiscard]] bool update(const BudgetVersion& version, Stamp stamp);
  /// No version of the year is active after this.
  void deactivate(std::int64_t year, Stamp stamp);

  [[nodiscard]] std::vector<BudgetRow> rows(Id budget);
  [[nodiscard]] std::vector<BudgetCell> cells(Id budget);
  /// Sums of versions, by id.
  [[nodiscard]] std::vector<std::pair<Id, std::int64_t>> totals(const std::optional<std::vector<Id>>& employees);
  Id insert(Id budget, const BudgetRow& row, Stamp stamp);
  /// One change more for each of the rows.
  void touch(const std::vector<Id>& rows, Stamp stamp);
  void put(const std::vector<BudgetCell>& cells);
  void remove(const std::vector<Id>& cells);
  void add_history(Id budget, const std::vector<BudgetChange>& changes);
  [[nodiscard]] std::vector<BudgetChange> history(const BudgetHistoryFilter& filter);

  /// Cells of the active versions whose month begins on one of these days (both included).
  [[nodiscard]] std::vector<BudgetFigure> figures(std::optional<std::int64_t> from, std::optional<std::int64_t> to,
                                                  const std::optional<std::vector<Id>>& employees);
  /// What was invoiced (less credits) or ordered, per seller and day.
  [[nodiscard]] std::vector<SoldFigure> sold(const std::string& measure, std::int64_t from, std::int64_t to);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
