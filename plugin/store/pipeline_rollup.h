// SPDX-License-Identifier: Apache-2.0
//
// Sums of opportunities by one indexed axis (seller, type, source, campaign), month, step and status, for reports that
// must not read them all. Whoever writes opportunities or their shares does it within a PipelineChange:
//
//   PipelineChange change(session, company, {id});   // what they stand for now
//   … update sl_opportunity …
//   change.done();                                   // what they stand for then; the sums move by the difference
//
// On SQLite alone, which has one writer. On PostgreSQL many sellers would meet in the few rows of sums and wait for
// each other to the end of their transactions (tests/e2e/test_concurrency.py, fifty writers): there nothing is built,
// every call does nothing, and reports read the opportunities.
//
// A company that had opportunities before the sums existed is built in slices by build(), while work goes on; until it
// is complete, reports read the opportunities themselves.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "store/ledger_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::store {

struct PipelineCell {
  std::string axis;
  Id axis_id = 0;
  std::int64_t month = 0;  // 202601; 0 = no date
  Id step = 0;
  std::string status;
  friend auto operator<=>(const PipelineCell&, const PipelineCell&) = default;
};
struct PipelineSums {
  std::int64_t deals = 0, deals_once = 0, amount = 0, weighted = 0;
  friend bool operator==(const PipelineSums&, const PipelineSums&) = default;
};
using PipelineCells = std::map<PipelineCell, PipelineSums>;

class PipelineRollup {
 public:
  PipelineRollup(Session& session, Id company) : session_(session), company_(company) {}

  /// Whether all opportunities are in the sums.
  [[nodiscard]] bool complete();
  /// Rows that were just inserted, without shares.
  void added(const std::vector<OpportunityRow>& rows);

  /// Sums against the opportunities, inside a transaction of its own.
  [[nodiscard]] std::vector<Difference> compare(std::int64_t limit);
  /// One slice; true while there are more.
  static bool build(Database& database, Id company);
  /// From nothing, slice by slice.
  static void rebuild(Database& database, Id company);

 private:
  friend class PipelineChange;
  /// Up to which id opportunities are in the sums.
  [[nodiscard]] Id held_to();
  [[nodiscard]] PipelineCells of(const std::vector<Id>& ids);
  void move(const PipelineCells& deltas);
  [[nodiscard]] std::vector<Id> ids_after(Id after, std::int64_t limit);

  Session& session_;
  Id company_;
};

/// Reads on construction; done() reads again and moves the sums. Without done() nothing moves.
class PipelineChange {
 public:
  PipelineChange(Session& session, Id company, std::vector<Id> ids);
  void done();

 private:
  PipelineRollup rollup_;
  std::vector<Id> ids_;  // those that are in the sums
  PipelineCells before_;
};

/// 202601
[[nodiscard]] std::int64_t month_number(domain::Day day);

}  // namespace sales_leads::store
