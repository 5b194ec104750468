// SPDX-License-Identifier: Apache-2.0
//
// The host that module-check puts under a module: every extension, a small company in SQLite behind the read views, and
// a record of every call with the lane that it came in.
//
//   BenchHost host(scratch);
//   { Lane lane(host, kControl, "init"); abi.init(module, &error); }
//   host.calls(), host.breaches()
//
// Threads: any. Errors: none out of a slot; a table's handle that is not one of this host's (stale, foreign) is
// reported as a breach and not looked into. Ownership: owns its tables and its database file.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "erp/erp.h"

namespace conformance {

enum LaneKind : unsigned { kControl = 1, kSerial = 2, kWorker = 4, kAnyLane = 8, kEverywhere = 16 };

class BenchHost {
 public:
  explicit BenchHost(const std::filesystem::path& folder);
  ~BenchHost();
  BenchHost(const BenchHost&) = delete;
  BenchHost& operator=(const BenchHost&) = delete;

  [[nodiscard]] const erp_host* table() const { return &host_; }
  [[nodiscard]] static const std::vector<std::string>& extensions();

  /// What a check arranges, before the module sees the host.
  std::set<std::string> withheld;
  enum class Cut { none, no_slots, null_slots };
  std::map<std::string, Cut> cut;                        // by extension
  int fail_at = 0;                                       // the n-th call of the module fails, 0 = none
  std::function<void(const std::string& slot)> on_call;  // inside every call of the module, on its thread

  /// What the module did.
  [[nodiscard]] std::vector<std::string> calls() const;  // "init: clock.now_us"
  [[nodiscard]] std::vector<std::string> breaches() const;
  [[nodiscard]] int count() const { return count_; }
  void forget();

  /// An order that is confirmed, with its event.
  void confirm_order();
  [[nodiscard]] erp_call call(std::uint64_t user) const;
  [[nodiscard]] const std::filesystem::path& database() const { return file_; }

 private:
  friend class Lane;
  friend struct Slots;
  struct Tables;
  const void* extension(const std::string& name);
  [[nodiscard]] bool admit(const char* slot, unsigned lanes, bool any);
  void breach(const std::string& what);

  const std::filesystem::path file_;
  erp_host host_{};
  Tables* tables_;
  mutable std::mutex mutex_;  // guards all below
  std::vector<std::string> calls_, breaches_;
  std::map<std::thread::id, std::vector<std::pair<unsigned, std::string>>> lanes_;
  std::vector<erp_event> events_;
  std::map<std::string, std::int64_t> made_;  // request id -> record
  std::atomic<int> count_{0};
};

/// The calling thread is inside a call of the module, in this lane, as long as this lives.
class Lane {
 public:
  Lane(BenchHost& host, LaneKind kind, const std::string& name);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

 private:
  BenchHost& host_;
};

}  // namespace conformance
