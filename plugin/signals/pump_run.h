// SPDX-License-Identifier: Apache-2.0
//
// One call of Pump::work(), and the time it may hold others up. For pump*.cpp alone.
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include <chrono>

#include "signals/pump.h"

namespace sales_leads::signals {

inline std::int64_t since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
}

/// The pump's session settings, put back at the end.
/// - Its commits need not reach the disk one by one: what a power cut takes is delivered again, since the cursor goes
///   with it; and a commit that does wait, a user's, takes all earlier ones along.
/// - While tables grow from nothing, as on a first start, PostgreSQL would keep plans from when they were empty, which
///   read more of them with every batch: a batch is worth planning anew.
class PumpSettings {
 public:
  explicit PumpSettings(store::Session& session) : session_(session) {
    set("pragma synchronous = normal", "set synchronous_commit to off; set plan_cache_mode to force_custom_plan");
  }
  ~PumpSettings() {
    try {
      set("pragma synchronous = full", "reset synchronous_commit; reset plan_cache_mode");
    } catch (...) {  // the session is tidied by its pool
    }
  }
  PumpSettings(const PumpSettings&) = delete;
  PumpSettings& operator=(const PumpSettings&) = delete;

 private:
  void set(const char* sqlite, const char* postgresql) {
    session_.run(session_.backend() == Backend::sqlite ? sqlite : postgresql);
  }
  store::Session& session_;
};

/// One call of work().
struct Pump::Run {
  const CallContext& call;
  store::Session& session;
  Stream stream;
  BatchSizes sizes{};
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::int64_t budget_us = 0;
  WorkResult result{};

  bool progressed = false;
  bool alone = false;  // on SQLite: nobody else has written since the batch before
  std::int64_t commits_of_others = 0;

  /// At least one batch is done, however short the time.
  [[nodiscard]] bool out_of_time() const { return progressed && since(start) >= budget_us; }
  [[nodiscard]] std::size_t batch_size() const {
    if (session.backend() == Backend::sqlite && sizes.locked_first > 0) return sizes.locked;
    return alone ? sizes.alone : sizes.batch;
  }
};

}  // namespace sales_leads::signals
