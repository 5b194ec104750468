// SPDX-License-Identifier: Apache-2.0
//
// Who may come in, and who is still inside: closing a gate refuses newcomers and waits until it is empty. Coming in
// again on a thread that is inside already is fine, which a shared mutex would forbid.
//
//   const Gate::Pass pass(gate);
//   if (!pass) return ERP_WRONG_STATE;
//
// Threads: any. Errors: none. close() from inside the gate would wait for itself.
#pragma once

#include <condition_variable>
#include <mutex>

namespace erp::sdk {

class Gate {
 public:
  explicit Gate(bool open = false) : open_(open) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(gate.enter() ? &gate : nullptr) {}
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const noexcept { return gate_ != nullptr; }

   private:
    Gate* gate_;
  };

  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }

  void close() {
    std::unique_lock lock(mutex_);
    open_ = false;
    empty_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  bool enter() {
    const std::lock_guard lock(mutex_);
    if (!open_) return false;
    ++inside_;
    return true;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) empty_.notify_all();  // under the lock: the gate may be gone right after
  }

  std::mutex mutex_;
  std::condition_variable empty_;
  bool open_;
  int inside_ = 0;
};

}  // namespace erp::sdk
