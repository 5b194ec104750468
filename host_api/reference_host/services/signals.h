// SPDX-License-Identifier: Apache-2.0
//
// The host's own signals, inside the transaction of the change that they tell of. A slot runs inside a guard, so that
// one that throws cannot keep the others from hearing; when a slot that was connected as `must_succeed` failed, emit
// throws after all have been called, and the transaction goes with it.
//
// Threads: connect at start, on one thread; emit on any thread. Ownership: slots live as long as Signals.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace erp::host {

class Unit;

enum class Topic { order, invoice, customer, project, employee, rate, company, module };

struct Change {
  Unit& unit;
  Topic topic;
  std::string_view kind;  // "order.confirmed"
  std::int64_t record = 0;
  std::string_view from_state, to_state;
};

class Signals {
 public:
  using Slot = std::function<void(const Change&)>;
  enum class Promise { must_succeed, best_effort };

  Signals();
  ~Signals();
  /// Connects to one topic's signal.
  void connect(Topic topic, std::string name, Promise promise, Slot slot);
  void connect_all(const std::string& name, Promise promise, const Slot& slot);
  void emit(const Change& change) const;

 private:
  struct Wires;
  std::unique_ptr<Wires> wires_;
};

}  // namespace erp::host
