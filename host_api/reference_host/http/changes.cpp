// SPDX-License-Identifier: Apache-2.0
#include "http/changes.h"

namespace erp::host::http {

void Changes::note(std::string_view source) {
  {
    const std::lock_guard lock(mutex_);
    ++last_;
    ring_[static_cast<std::size_t>(last_) % kKept] = source;
  }
  changed_.notify_all();
}

Changes::Answer Changes::since(std::int64_t after, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  Answer answer;
  // A number of a server that ran before this one: everything may have changed.
  if (after > last_ || after < 0) {
    answer.sequence = last_;
    answer.all = true;
    return answer;
  }
  if (after == last_ && patience.count() > 0) {
    if (waiting_ >= kWaitersMost) {
      answer.waited = false;
    } else {
      ++waiting_;
      changed_.wait_for(lock, patience, [&] { return last_ > after || stopping_; });
      --waiting_;
    }
  }
  answer.sequence = last_;
  answer.all = last_ - after > static_cast<std::int64_t>(kKept);
  if (!answer.all) {
    for (std::int64_t number = after + 1; number <= last_; ++number)
      answer.sources.insert(ring_[static_cast<std::size_t>(number) % kKept]);
  }
  return answer;
}

void Changes::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

}  // namespace erp::host::http
