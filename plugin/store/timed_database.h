// SPDX-License-Identifier: Apache-2.0
//
// The database as one call sees it: every session that is leased through it ends its work at the call's deadline.
//
// Threads: as the database behind it. Errors: Failure(deadline) besides those of the database. Ownership: refers to the
// database, which outlives it.
#pragma once

#include <algorithm>

#include "store/session.h"

namespace sales_leads::store {

class TimedDatabase final : public Database {
 public:
  TimedDatabase(Database& database, Deadline deadline) : database_(database), deadline_(deadline) {}

  Lease lease(std::int32_t wait_ms = 5'000) override { return database_.lease_until(deadline_, wait_ms); }
  Lease lease_until(Deadline deadline, std::int32_t wait_ms = 5'000) override {
    return database_.lease_until(deadline && deadline_ ? std::min(*deadline, *deadline_)
                                 : deadline            ? deadline
                                                       : deadline_,
                                 wait_ms);
  }
  [[nodiscard]] Backend backend() const override { return database_.backend(); }
  [[nodiscard]] const std::string& schema() const override { return database_.schema(); }

 private:
  Database& database_;
  const Deadline deadline_;
};

}  // namespace sales_leads::store
