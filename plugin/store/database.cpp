// SPDX-License-Identifier: Apache-2.0
//
// The pool: at most max_sessions of this process, opened when first needed, taken back tidy. A forked child never
// touches its parent's connections nor the parent's lock: it starts a pool of its own and leaves the other behind.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "store/soci_session.h"

namespace sales_leads::store {

namespace {

struct Pool {
  explicit Pool(int process) : pid(process) {}
  const int pid;
  std::mutex mutex;
  std::condition_variable freed;
  std::vector<std::unique_ptr<SociSession>> idle;
  std::uint32_t open = 0;  // idle and lent
};

class PooledDatabase final : public Database {
 public:
  explicit PooledDatabase(DatabaseInfo info)
      : info_(std::move(info)),
        max_sessions_(std::max<std::uint32_t>(1, info_.max_sessions)),
        pool_(new Pool(getpid())) {}

  ~PooledDatabase() override {
    Pool* pool = pool_.load();
    if (pool->pid == getpid()) delete pool;
  }

  Lease lease(std::int32_t wait_ms) override { return lease_until({}, wait_ms); }

  Lease lease_until(Deadline deadline, std::int32_t wait_ms) override {
    Pool& pool = own_pool();
    if (deadline) wait_ms = std::min(wait_ms, left_ms(*deadline));
    std::unique_ptr<SociSession> session;
    try {
      session = take(pool, wait_ms);
    } catch (const Failure&) {
      if (deadline && left_ms(*deadline) == 0) fail_out_of_time("All database sessions are in use.");
      throw;
    }
    try {
      session->make_ready();
      session->set_deadline(deadline);
    } catch (...) {
      forget(pool);
      throw;
    }
    return {session.release(), [&pool](Session* lent) { give_back(pool, static_cast<SociSession*>(lent)); }};
  }

  [[nodiscard]] Backend backend() const override { return info_.backend; }
  [[nodiscard]] const std::string& schema() const override { return info_.schema; }

 private:
  static std::int32_t left_ms(std::chrono::steady_clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(left, 0, 3'600'000));
  }

  Pool& own_pool() {
    Pool* pool = pool_.load();
    if (pool->pid == getpid()) return *pool;
    Pool* fresh = new Pool(getpid());
    if (pool_.compare_exchange_strong(pool, fresh)) return *fresh;  // the parent's is left to the parent
    delete fresh;
    return *pool_.load();
  }

  std::unique_ptr<SociSession> take(Pool& pool, std::int32_t wait_ms) const {
    std::unique_lock lock(pool.mutex);
    const bool free = pool.freed.wait_for(lock, std::chrono::milliseconds(std::max(0, wait_ms)),
                                          [&] { return !pool.idle.empty() || pool.open < max_sessions_; });
    if (!free) {
      throw Failure(Code::busy, "database.sessions",
                    "All " + std::to_string(max_sessions_) + " database sessions are in use; try again.");
    }
    if (!pool.idle.empty()) {
      auto session = std::move(pool.idle.back());
      pool.idle.pop_back();
      return session;
    }
    auto session = info_.backend == Backend::sqlite ? open_sqlite(info_) : open_postgresql(info_);
    ++pool.open;
    return session;
  }

  static void forget(Pool& pool) {
    const std::lock_guard lock(pool.mutex);
    --pool.open;
    pool.freed.notify_one();
  }

  static void give_back(Pool& pool, SociSession* lent) {
    if (pool.pid != getpid()) {  // lent before the fork: the connection is the parent's
      lent->leak();
      return;
    }
    lent->tidy();
    const std::lock_guard lock(pool.mutex);
    pool.idle.emplace_back(lent);
    pool.freed.notify_one();
  }

  const DatabaseInfo info_;
  const std::uint32_t max_sessions_;
  std::atomic<Pool*> pool_;
};

}  // namespace

std::unique_ptr<Database> Database::open(const DatabaseInfo& info) { return std::make_unique<PooledDatabase>(info); }

}  // namespace sales_leads::store
