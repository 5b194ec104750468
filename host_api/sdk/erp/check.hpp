// SPDX-License-Identifier: Apache-2.0
//
// Who is inside whom, on which thread: the rules of the threads, checked while a host and a module talk.
//
//   none     nothing is looked at
//   minimal  the control lane and each company's serial lane are never entered twice at once
//   maximal  and: host calls come only from the thread and the call that they belong to, none in create and none after
//            stop; the host never enters the module from inside one of its own callbacks on that thread
//
// A breach is told to the handler as it happens, and the scope of the offending call is not legal(); the program goes
// on. Threads: any (one mutex; no thread_local, which would keep a library from being unloaded). Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace erp::sdk {

enum class CheckLevel { none, minimal, maximal };
enum class Side { host, module };
enum class Lane { query, control, serial, worker, any };

struct Misbehaviour {
  Side side = Side::host;  // who broke the contract
  std::string rule;        // stable: "lane.serial", "call.outside"
  std::string what;        // for a person: which slot, and when
};
using MisbehaviourHandler = std::function<void(const Misbehaviour&)>;

class CallTracker {
 public:
  explicit CallTracker(CheckLevel level = CheckLevel::none, MisbehaviourHandler handler = {})
      : level_(level), handler_(std::move(handler)) {}
  CallTracker(const CallTracker&) = delete;
  CallTracker& operator=(const CallTracker&) = delete;

  /// Lives as long as the call that it stands for.
  class Scope {
   public:
    Scope() = default;
    Scope(CallTracker* tracker, std::uint64_t number, bool legal) : tracker_(tracker), number_(number), legal_(legal) {}
    Scope(Scope&& other) noexcept
        : tracker_(std::exchange(other.tracker_, nullptr)), number_(other.number_), legal_(other.legal_) {}
    Scope& operator=(Scope&&) = delete;
    ~Scope() {
      if (tracker_ != nullptr) tracker_->leave(number_);
    }
    [[nodiscard]] bool legal() const noexcept { return legal_; }

   private:
    CallTracker* tracker_ = nullptr;
    std::uint64_t number_ = 0;
    bool legal_ = true;
  };

  /// The host enters a slot of the module. Names are literals: "work", "create".
  [[nodiscard]] Scope enter(Lane lane, std::string_view name, std::int64_t company = 0) {
    if (level_ == CheckLevel::none) return {};
    return open({Side::host, lane, company, name}, &CallTracker::judge_entry);
  }

  /// The module calls a slot of the host; `lane` is Lane::any for slots that are legal everywhere.
  [[nodiscard]] Scope host_call(Lane lane, std::string_view name) {
    if (level_ != CheckLevel::maximal) return {};
    return open({Side::module, lane, 0, name}, &CallTracker::judge_host_call);
  }

  [[nodiscard]] CheckLevel level() const noexcept { return level_; }

 private:
  struct Frame {
    Side by = Side::host;
    Lane lane = Lane::any;
    std::int64_t company = 0;
    std::string_view name;
    std::thread::id thread = std::this_thread::get_id();
    std::uint64_t number = 0;
  };
  using Found = std::vector<Misbehaviour>;

  Scope open(Frame frame, void (CallTracker::*judge)(const Frame&, Found&) const) {
    Found found;
    {
      const std::lock_guard lock(mutex_);
      (this->*judge)(frame, found);
      frame.number = ++last_number_;
      frames_.push_back(frame);
    }
    for (const Misbehaviour& one : found) {
      if (handler_) handler_(one);
    }
    return {this, frame.number, found.empty()};
  }

  void leave(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    std::erase_if(frames_, [&](const Frame& frame) { return frame.number == number; });
  }

  void judge_entry(const Frame& frame, Found& found) const {
    for (const Frame& other : frames_) {
      if (other.by == Side::module) {
        if (level_ == CheckLevel::maximal && other.thread == frame.thread) {
          found.push_back({Side::host, "call.reentered",
                           quoted(frame.name) + " was entered from inside the host's own " + quoted(other.name) +
                               " on the same thread"});
        }
      } else if (frame.lane == Lane::control && other.lane == Lane::control) {
        found.push_back({Side::host, "lane.control",
                         quoted(frame.name) + " was entered while " + quoted(other.name) + " was still running"});
      } else if (frame.lane == Lane::serial && other.lane == Lane::serial && frame.company == other.company) {
        found.push_back(
            {Side::host, "lane.serial",
             quoted(frame.name) + " was entered twice at once for company " + std::to_string(frame.company)});
      }
    }
  }

  void judge_host_call(const Frame& frame, Found& found) const {
    const Frame* around = nullptr;  // the innermost call of the host on this thread
    for (const Frame& other : frames_) {
      if (other.by == Side::host && other.thread == frame.thread) around = &other;
    }
    if (around != nullptr && (around->name == "create" || around->name == "query")) {
      found.push_back(
          {Side::module, "call.too_early", quoted(frame.name) + " was called inside " + quoted(around->name)});
    } else if (around == nullptr && frame.lane != Lane::any) {
      found.push_back({Side::module, "call.outside",
                       quoted(frame.name) + " was called on a thread that is in no call of the host" +
                           (frames_.empty() ? ", while the module had nothing to do" : "")});
    }
  }

  static std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

  const CheckLevel level_;
  const MisbehaviourHandler handler_;
  std::mutex mutex_;
  std::vector<Frame> frames_;
  std::uint64_t last_number_ = 0;
};

}  // namespace erp::sdk
