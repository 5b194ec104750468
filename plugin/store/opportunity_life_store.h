// SPDX-License-Identifier: Apache-2.0
//
// The end of opportunities: what keeps one from being deleted, removing it wholly, who is about to expire and who has;
// and the documents that count for one.
//
// Threads: the session's, changes inside its write transaction. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/opportunity_store.h"
#include "store/session.h"

namespace sales_leads::store {

struct LinkedDocument {
  std::string kind;
  Id id = 0;
  std::string number;
  Id customer = 0;  // the one that took its place, where the host merged it
  std::int64_t company_minor = 0;
};

/// Why an opportunity cannot be removed; empty = nothing holds it.
enum class Trace { none, ledger, link, decision, reference, lead };

class OpportunityLifeStore {
 public:
  OpportunityLifeStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] Trace trace_of(Id opportunity);
  /// With everything that hangs on it; its id is never given again.
  void remove(Id opportunity, Stamp stamp);

  /// By id, after the cursor: open, planned to close so long ago that they expire, with no activity planned for today
  /// or later, and whose owner was told at least `kNoticeDays` ago.
  [[nodiscard]] std::vector<Id> to_expire(std::int64_t today, Id after, std::int64_t limit);
  struct Notice {
    Id opportunity = 0;
    std::string title;
    Id user = 0;  // of the owner; 0 = none to tell
    std::int64_t expires_on = 0;
  };
  /// Those that would expire within `kNoticeDays` and whose owner was not told yet.
  [[nodiscard]] std::vector<Notice> to_tell(std::int64_t today, Id after, std::int64_t limit);
  void told(Id opportunity, std::int64_t today);

  /// Whose parts of documents the ledger holds, newest first.
  [[nodiscard]] std::vector<LinkedDocument> documents(Id opportunity, std::int64_t limit);

  static constexpr std::int64_t kNoticeDays = 7;

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
