// SPDX-License-Identifier: Apache-2.0
//
// Sums of opportunities by one indexed axis (owner, seller, pipeline, type, source, campaign), month, step and status,
// and by customer or project, of each status and of all, so that lists, boards and reports must not read them all
// (pipeline_sums.h reads them). What of the sums of sales hangs on an opportunity moves with it (sales_rollup.h).
// Whoever writes opportunities or their shares does it within a PipelineChange:
//
//   PipelineChange change(session, company, {id});   // what they stand for now; on PostgreSQL it locks them
//   … update sl_opportunity …
//   change.done();                                   // what they stand for then; the difference is appended
//
// The difference is appended as rows of its own: the sums themselves are few and hot, and many writers would wait for
// each other in them. Whoever reads adds what is appended; `work` takes it into the sums, slice by slice.
//
// A company that had opportunities before the sums existed is built in slices while work goes on. No lock is needed for
// that: a change and its appended rows become visible together, so a slice of opportunities read in one snapshot stands
// for all their rows that the same snapshot shows, which go; what is committed later stays appended.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "store/ledger_store.h"
#include "store/opportunity_store.h"
#include "store/sales_rollup.h"

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

/// What an opportunity is in the sums; of_shares = a difference that shares make for a seller (the owner here), on the
/// axis seller alone.
struct PipelinePlace {
  Id opportunity = 0, of_shares = 0, owner = 0, pipeline = 0, type = 0, source = 0, campaign = 0;
  Id customer = 0, project = 0;
  std::int64_t month = 0;
  Id step = 0;
  std::string status;
  friend auto operator<=>(const PipelinePlace&, const PipelinePlace&) = default;
};
using PipelineDeltas = std::map<PipelinePlace, PipelineSums>;

inline void add(PipelineSums& into, const PipelineSums& sums, std::int64_t sign) {
  into.deals += sign * sums.deals;
  into.deals_once += sign * sums.deals_once;
  into.amount += sign * sums.amount;
  into.weighted += sign * sums.weighted;
}
template <class Key>
void add(std::map<Key, PipelineSums>& into, const Key& key, const PipelineSums& sums, std::int64_t sign = 1) {
  add(into[key], sums, sign);
}

template <class Map>
void drop_zeros(Map& sums) {
  std::erase_if(sums, [](const auto& entry) { return entry.second == PipelineSums{}; });
}

class PipelineRollup {
 public:
  PipelineRollup(Session& session, Id company) : session_(session), company_(company) {}

  /// Rows that were just inserted, without shares.
  void added(const std::vector<OpportunityRow>& rows);
  /// Sums and what is appended against the opportunities, inside a transaction of its own.
  [[nodiscard]] std::vector<Difference> compare(std::int64_t limit);

  /// One slice of building, or of taking in what is appended once there are that many rows; true while there is more.
  static bool work_off(Database& database, Id company, std::int64_t appended = 500);
  /// From nothing, slice by slice.
  static void rebuild(Database& database, Id company);

 private:
  friend class PipelineChange;
  /// `values`: of all that there are, archived ones too.
  [[nodiscard]] PipelineDeltas of(const std::vector<Id>& ids, bool lock = false, SalesValues* values = nullptr);
  void append(const PipelineDeltas& deltas);
  void move(const PipelineCells& deltas);
  [[nodiscard]] std::vector<Id> ids_after(Id after, std::int64_t limit);
  /// Rows that are appended, oldest first, into `cells`; answers their ids.
  std::vector<Id> read_appended(std::int64_t limit, PipelineCells& cells);
  /// Up to which id the opportunities are in the sums, for this transaction alone; nothing while another has it.
  [[nodiscard]] std::optional<Id> take_state();
  bool build_slice();
  bool take_in();

  Session& session_;
  Id company_;
};

/// Reads on construction; done() reads again and appends the difference. Without done() nothing moves.
class PipelineChange {
 public:
  PipelineChange(Session& session, Id company, std::vector<Id> ids);
  void done();

 private:
  PipelineRollup rollup_;
  SalesRollup sales_;
  std::vector<Id> ids_;
  SalesValues values_;
  PipelineDeltas before_;
};

/// 202601
[[nodiscard]] std::int64_t month_number(domain::Day day);

/// What sl_rollup_state.done_to says of a company whose opportunities are all in the sums.
inline constexpr Id kAllRolledUp = INT64_MAX;

}  // namespace sales_leads::store
