// SPDX-License-Identifier: Apache-2.0
//
// What the reports on forecasts have in common: the frozen forecast that is meant, and which of its rows the caller
// sees.
//
// Threads: the session's. Errors: Refusal "report.as_of.none".
#pragma once

#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reports/reports.h"
#include "store/snapshot_store.h"

namespace sales_leads::reports {

/// The latest frozen forecast not after the day that the parameter names, of one day the daily before the back-dated;
/// refused where there is none. Without a day the latest not after `otherwise`, daily before back-dated, if any.
[[nodiscard]] std::optional<store::Snapshot> snapshot_of(const Context& context, const boost::json::object& params,
                                                         std::string_view name, domain::Day otherwise);

/// Whose opportunities count: all, or those that the caller's employees own or have a share in.
class Visible {
 public:
  explicit Visible(const Context& context);
  [[nodiscard]] bool covers(Id opportunity) const { return all_ || ids_.contains(opportunity); }

 private:
  bool all_;
  std::unordered_set<Id> ids_;
};

/// The rows of a frozen forecast one by one, by opportunity, read page by page.
class FrozenRows {
 public:
  FrozenRows(const Context& context, const store::Snapshot& snapshot);
  /// The row it stands at, good until next(); none after the last.
  [[nodiscard]] const store::SnapshotRow* at() const { return next_ < page_.size() ? &page_[next_] : nullptr; }
  void next();

 private:
  void read(Id after);
  store::SnapshotStore store_;
  const store::Snapshot snapshot_;
  std::vector<store::SnapshotRow> page_;
  std::size_t next_ = 0;
};

struct SellerPart {
  Id seller = 0;
  std::int64_t basis_points = 0;
};
using SellerParts = std::unordered_map<Id, std::vector<SellerPart>>;  // by opportunity
/// The shares of the opportunities first ... last as they hold now; one without any is its owner's.
[[nodiscard]] SellerParts seller_parts(const Context& context, Id first = 0, Id last = std::numeric_limits<Id>::max());

}  // namespace sales_leads::reports
