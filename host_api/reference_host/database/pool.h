// SPDX-License-Identifier: Apache-2.0
//
// The host's sessions: opened when needed, kept, handed out one at a time.
//
// Threads: any. Errors: HostError(ERP_BUSY) when none is free in time. Ownership: a lease gives its session back,
// rolled back, when it ends; the pool outlives its leases.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "database/sql.h"

namespace erp::host {

class Pool {
 public:
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Db> db) : pool_(&pool), db_(std::move(db)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (db_) pool_->give_back(std::move(db_));
    }
    Db& operator*() const { return *db_; }
    Db* operator->() const { return db_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Db> db_;
  };

  Pool(DatabaseAddress address, std::size_t limit) : address_(std::move(address)), limit_(limit) {}
  Lease lease();
  [[nodiscard]] const DatabaseAddress& address() const { return address_; }

 private:
  void give_back(std::unique_ptr<Db> db) noexcept;

  const DatabaseAddress address_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Db>> idle_;
  std::size_t open_ = 0;
};

}  // namespace erp::host
