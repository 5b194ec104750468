// SPDX-License-Identifier: Apache-2.0
//
// What has changed since a page was read, told to browsers that wait for it: names of sources ("opportunity",
// "invoice", "ledger"), never what changed in them.
//
// A waiting browser holds its connection, and with it a thread of the server's pool: so only some may wait, and the
// others are told to ask again later. Threads: any. Errors: none.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace erp::host::http {

class Changes {
 public:
  void note(std::string_view source);

  struct Answer {
    std::int64_t sequence = 0;
    std::set<std::string> sources;
    bool all = false;    // too long ago to know: read everything anew
    bool waited = true;  // false: nobody more may wait, ask again in a while
  };
  /// What came after that number; waits for it at most so long.
  Answer since(std::int64_t after, std::chrono::milliseconds patience);
  /// Nobody waits any longer.
  void stop();

 private:
  static constexpr std::size_t kKept = 512;
  static constexpr int kWaitersMost = 32;  // half of the server's threads

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::array<std::string, kKept> ring_;  // the source of number n stands at n % kKept
  std::int64_t last_ = 0;
  int waiting_ = 0;
  bool stopping_ = false;
};

}  // namespace erp::host::http
