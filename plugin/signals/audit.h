// SPDX-License-Identifier: Apache-2.0
//
// Checking and rebuilding the ledger: rollups against the ledger's sums, the ledger against what the documents and the
// stored decisions give. Rebuilding appends differences like every reconciliation: it ends with equal balances and
// deletes nothing but rollup rows.
//
// Threads: one. Errors: Failure. verify() reads in slices and is exact only while nothing is written; rebuild() takes
// one transaction per slice.
#pragma once

#include <set>
#include <vector>

#include "signals/reconcile.h"
#include "store/session.h"

namespace sales_leads::signals {

struct RebuildResult {
  std::int64_t documents = 0;
  std::int64_t corrected = 0;  // ledger rows appended
  std::int64_t parked = 0;
  std::vector<Id> won;  // opportunities, by the order-confirmed rule
};

class Audit {
 public:
  Audit(const Host& host, store::Database& database) : host_(host), database_(database) {}

  /// Differences, at most `limit`; empty = all is well.
  [[nodiscard]] std::vector<store::Difference> verify(const CallContext& call, std::int64_t limit = 100);
  RebuildResult rebuild(const CallContext& call);

  struct Rerun {
    std::int64_t documents = 0;
    store::Balances deltas;  // what moved, or would move
    std::vector<Id> won;
  };
  /// Decides again what was decided as of `from_us` or later.
  Rerun rerun(const CallContext& call, std::int64_t from_us);
  /// What rerun() would move. Reads without a lock and writes nothing.
  [[nodiscard]] Rerun preview_rerun(const CallContext& call, std::int64_t from_us);

 private:
  template <class Slice>
  void each_slice(const CallContext& call, Slice&& slice);
  void settle_credits(const CallContext& call, std::int64_t from_us, std::set<Id> covering, store::Balances& deltas);

  const Host& host_;
  store::Database& database_;
};

}  // namespace sales_leads::signals
