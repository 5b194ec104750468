// SPDX-License-Identifier: Apache-2.0
//
// Sums of the ledger by one axis and month, and by customer or project of all time, so that reports need not read a
// million rows (sales_sums.h reads them). Type, source, step and status are those that the opportunity has now.
//
// The ledger is its own list of what is not yet in the sums: rows up to a number (sl_rollup_state) are in them, whoever
// reads adds the rows after it, and `work` takes them in, slice by slice. So posting changes nothing here, and no
// writer waits for another in the few rows of sums. Ledger rows of a company are written one transaction after another
// (the company's lock), so their ids are in the order of their commits.
//
// Whoever changes an opportunity moves what is already in the sums from its old values to its new ones, as rows of
// their own, appended in the same transaction. It keeps the number where it is until then: slices are taken in before
// or after a change, never beside it.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/ledger_store.h"

namespace sales_leads::store {

enum class SalesAxis { seller, campaign, type, source, step, status, customer, project };
[[nodiscard]] std::string axis_text(SalesAxis axis);

struct SalesCell {
  SalesAxis axis = SalesAxis::seller;
  Id axis_id = 0;
  std::int64_t month = 0;  // 202601; 0 on the axes customer and project
  friend auto operator<=>(const SalesCell&, const SalesCell&) = default;
};
struct SalesSums {
  std::int64_t offered = 0, ordered = 0, invoices = 0, credits = 0;
  friend bool operator==(const SalesSums&, const SalesSums&) = default;
};
using SalesCells = std::map<SalesCell, SalesSums>;

/// What of an opportunity its sales are counted under; none where it is not there.
struct SalesPlace {
  Id type = 0, source = 0, step = 0, status = 0;
  friend bool operator==(const SalesPlace&, const SalesPlace&) = default;
};
using SalesValues = std::map<Id, SalesPlace>;

/// The axis status counts by number: 1 = open, 2 = won, 3 = lost, 4 = expired, 0 = none.
[[nodiscard]] Id status_number(std::string_view status);
[[nodiscard]] std::string status_of(Id number);

void add(SalesSums& into, const SalesSums& sums, std::int64_t sign = 1);

class SalesRollup {
 public:
  SalesRollup(Session& session, Id company) : session_(session), company_(company) {}

  /// Opportunities that were these and are those: after the change, in its transaction.
  void moved(const SalesValues& before, const SalesValues& after);
  /// Sums and what is appended against the ledger, inside a transaction of its own.
  [[nodiscard]] std::vector<Difference> compare(std::int64_t limit);

  /// One slice, once there are that many rows to take in; true while there is more.
  static bool work_off(Database& database, Id company, std::int64_t waiting = 500);
  /// From nothing, slice by slice.
  static void rebuild(Database& database, Id company);

 private:
  /// The last ledger row in the sums, kept there until the transaction ends; nothing while another keeps it otherwise.
  [[nodiscard]] std::optional<Id> keep_state(const char* postgresql_lock);
  void write(const char* table, const SalesCells& cells, const std::string& conflict);
  bool take_in();

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
