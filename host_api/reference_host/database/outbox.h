// SPDX-License-Identifier: Apache-2.0
//
// The outbox: events written with the change that they tell of, and the relay that gives committed events their
// numbers.
//
// Neither ids nor transaction numbers order commits on PostgreSQL. So the relay stamps a sequence onto committed rows
// in a transaction of its own, under a row lock that is its lease: a number, once readable, has no lower one coming
// after it. On SQLite there is one writer at a time; the number is drawn inside its transaction and commits in that
// order.
//
// Threads: any, each with its own session. Errors: HostError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database/sql.h"

namespace erp::host {

class Unit;

/// Writes the unit's pending events into its transaction; called by Unit::commit.
void write_outbox(Unit& unit);

/// Stamps what has been committed; answers how many. A transaction of its own.
std::int64_t relay_events(Db& db);

/// Removes stamped events that are older than 30 days and raises the horizon; answers how many.
std::int64_t purge_events(Db& db, std::int64_t now_us);

struct StampedEvent {
  std::int64_t sequence = 0;
  std::int64_t document = 0;
  std::int64_t occurred_at = 0;
  std::string kind, from_state, to_state;
};
struct EventHorizon {
  std::int64_t oldest = 1;
  std::int64_t head = 0;
};

/// Of one company: numbers are shared between companies, head and horizon are the company's own.
EventHorizon event_horizon(Db& db, std::int64_t company);
/// HostError(ERP_OUT_OF_RANGE) when events after `after` have been purged.
std::vector<StampedEvent> fetch_events(Db& db, std::int64_t company, std::int64_t after, std::int64_t limit);

}  // namespace erp::host
