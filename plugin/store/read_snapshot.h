// SPDX-License-Identifier: Apache-2.0
//
// Several statements over one state of the database: what others commit meanwhile is not seen. Given up at the end; it
// only reads. Inside a transaction that is open already it does nothing.
//
// Threads: the session's. Errors: Failure of the session. Ownership: borrows the session.
#pragma once

#include <optional>

#include "store/session.h"

namespace sales_leads::store {

/// The first statement of a transaction: PostgreSQL shows each statement a state of its own otherwise.
inline void see_one_state(Session& session) {
  if (session.backend() == Backend::postgresql) session.run("set transaction isolation level repeatable read");
}

class ReadSnapshot {
 public:
  explicit ReadSnapshot(Session& session) {
    if (session.in_transaction()) return;
    transaction_.emplace(session, Begin::reading);
    see_one_state(session);
  }

 private:
  std::optional<Transaction> transaction_;
};

}  // namespace sales_leads::store
