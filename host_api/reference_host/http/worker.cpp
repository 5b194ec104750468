// SPDX-License-Identifier: Apache-2.0
#include "http/worker.h"

#include <algorithm>
#include <chrono>
#include <iostream>

namespace erp::host::http {
namespace {

constexpr std::int64_t kBudgetMicroseconds = 20'000;
constexpr auto kLongestPause = std::chrono::seconds(1);
// A document posted alone is worked off at once. Those of a stream are gathered: a round costs nearly the same for one
// event as for a hundred, and on the posters' own processors. So a stream gives a fortieth of one processor to the
// rounds, whatever a round takes here; within a second each document is worked off all the same.
constexpr auto kGatherLeast = std::chrono::milliseconds(100);
constexpr int kGatherTimesTheRound = 40;

}  // namespace

Worker::Worker(App& app, std::function<void()> done) : app_(app), done_(std::move(done)), thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Worker::run() {
  for (;;) {
    bool more = false;
    const auto began = std::chrono::steady_clock::now();
    try {
      more = app_.work_once(kBudgetMicroseconds);
      if (!more && done_) done_();
    } catch (const std::exception& error) {
      // The next round tries again; a second's pause keeps a lasting fault from filling the log.
      ++failures_;
      std::cerr << "erp-host: a round of work failed: " << error.what() << std::endl;
    }
    ++rounds_;
    std::unique_lock lock(mutex_);
    if (!more) {
      const auto now = std::chrono::steady_clock::now();
      const auto gathered = now + std::clamp<std::chrono::steady_clock::duration>((now - began) * kGatherTimesTheRound,
                                                                                  kGatherLeast, kLongestPause);
      changed_.wait_for(lock, kLongestPause, [this] { return woken_ || stopping_; });
      changed_.wait_until(lock, gathered, [this] { return stopping_; });
    }
    woken_ = false;
    if (stopping_) return;
  }
}

}  // namespace erp::host::http
