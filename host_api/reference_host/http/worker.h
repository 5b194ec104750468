// SPDX-License-Identifier: Apache-2.0
//
// Gives the modules time: one thread of the host that calls App::work_once round and round, at once after a wake and at
// least every second. Owns its thread; the destructor ends it. wake and rounds may be called from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "app.h"

namespace erp::host::http {

class Worker {
 public:
  /// `done`: after each round that left nothing to do, on the worker's thread.
  explicit Worker(App& app, std::function<void()> done = {});
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  /// Something has changed: do not wait for the next second.
  void wake();
  [[nodiscard]] std::int64_t rounds() const { return rounds_; }
  [[nodiscard]] std::int64_t failures() const { return failures_; }

 private:
  void run();

  App& app_;
  const std::function<void()> done_;
  std::mutex mutex_;  // guards woken_ and stopping_
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::atomic<std::int64_t> rounds_{0}, failures_{0};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace erp::host::http
