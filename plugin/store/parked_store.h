// SPDX-License-Identifier: Apache-2.0
//
// Documents that could not be reconciled: shown to people with their reason, tried again with growing pauses.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "store/document_key.h"
#include "store/session.h"

namespace sales_leads::store {

struct Parked {
  DocumentKey key;
  std::string reason_key, reason;
  std::int64_t sequence = 0, attempts = 1, parked_at = 0, next_try_at = 0;
};

class ParkedStore {
 public:
  ParkedStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Parks, or parks again: 10 s to the next try, then twice as long each time, at most an hour.
  void park(const std::vector<Parked>& documents, std::int64_t now_us);
  /// Answers those that were parked.
  std::vector<DocumentKey> release(const std::vector<DocumentKey>& keys);
  [[nodiscard]] std::vector<Parked> list(std::int64_t limit = 200);
  [[nodiscard]] std::vector<DocumentKey> due(std::int64_t now_us, std::int64_t limit);
  [[nodiscard]] std::int64_t count();
  /// When the next one is due; nothing parked: empty.
  [[nodiscard]] std::optional<std::int64_t> next_try_at();
  /// Makes all, or those with this reason, due now.
  void retry_now(std::int64_t now_us, const std::string& reason_key = "");
  void retry_now(const DocumentKey& key, std::int64_t now_us);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
