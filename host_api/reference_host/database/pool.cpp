// SPDX-License-Identifier: Apache-2.0
#include "database/pool.h"

#include <chrono>

#include "app.h"

namespace erp::host {

namespace {
constexpr auto kLongestWait = std::chrono::seconds(20);
}

Pool::Lease Pool::lease() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, kLongestWait, [&] { return !idle_.empty() || open_ < limit_; })) {
    throw HostError(ERP_BUSY, "database.sessions.busy", "All database sessions of the host are in use. Try again.");
  }
  std::unique_ptr<Db> db;
  if (!idle_.empty()) {
    db = std::move(idle_.back());
    idle_.pop_back();
  } else {
    ++open_;
  }
  lock.unlock();
  try {
    // A session that the server has closed meanwhile is replaced, not reported.
    if (db && !db->alive()) db.reset();
    if (!db) db = std::make_unique<Db>(address_);
  } catch (...) {
    lock.lock();
    --open_;
    freed_.notify_one();
    throw;
  }
  return {*this, std::move(db)};
}

void Pool::give_back(std::unique_ptr<Db> db) noexcept {
  db->rollback();
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(db));
  freed_.notify_one();
}

}  // namespace erp::host
