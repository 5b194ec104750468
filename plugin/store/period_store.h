// SPDX-License-Identifier: Apache-2.0
//
// Closed periods: through which day the ledger takes no new rows, and who said so when. Append-only; the latest row
// holds.
//
// Threads: the session's. Errors: Failure of the session. Whoever closes or reopens holds the company's row meanwhile
// (StreamStore::lock), as every reconciliation does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/calendar.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct PeriodRow {
  Id id = 0;
  std::optional<std::int64_t> closed_through;  // empty = nothing is closed
  std::string reason;
  std::int64_t at = 0;
  Id by = 0;
};

class PeriodStore {
 public:
  PeriodStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::optional<domain::Day> closed_through();
  Id add(const std::optional<domain::Day>& closed_through, const std::string& reason, Stamp stamp);
  /// Newest first; `before` = 0 begins with the newest.
  [[nodiscard]] std::vector<PeriodRow> list(Id before, std::int64_t limit);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
