// SPDX-License-Identifier: Apache-2.0
//
// A company's place in the host's event stream: cursor, scan, and the lease that lets one process at a time move it.
// The fence rises with every change of hands; whoever writes under an old one writes nothing.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>

#include "store/session.h"

namespace sales_leads::store {

/// What sl_company says of the company's stream.
struct Stream {
  std::int64_t cursor = 0, scan_after = 0, fence = 0, lease_until = 0;
  std::string scan_state, scan_kind, owner;
};

class StreamStore {
 public:
  StreamStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::optional<Stream> read();
  void make_sure_it_exists();
  /// Takes or renews the lease; nothing when another process holds it.
  [[nodiscard]] std::optional<Stream> take(const std::string& owner, std::int64_t now_us, std::int64_t until_us);
  /// False: another process took the company over.
  [[nodiscard]] bool save(const Stream& stream, const std::string& owner);
  void give_back(const std::string& owner, std::int64_t fence);
  /// Holds the company's row until the transaction ends, so that documents are reconciled one transaction at a time.
  void lock();

  /// On SQLite a number that changes when any other connection has committed; 0 on PostgreSQL, where nobody waits for
  /// it.
  [[nodiscard]] std::int64_t commits_of_others();

  /// The time zone that all dates were made with.
  [[nodiscard]] std::string time_zone();
  void set_time_zone(const std::string& zone);
  /// Older documents are never linked by rule.
  [[nodiscard]] std::optional<std::int64_t> start_date();

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
