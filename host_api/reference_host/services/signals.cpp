// SPDX-License-Identifier: Apache-2.0
#include "services/signals.h"

#include <array>
#include <boost/signals2/signal.hpp>
#include <exception>
#include <vector>

#include "extensions/log.h"

namespace erp::host {

namespace {

constexpr std::size_t kTopics = 8;

/// How one slot's call ended.
struct Outcome {
  const std::string* slot = nullptr;
  std::exception_ptr error;
  bool fatal = false;
};

/// Calls every slot, whatever the others did, and keeps what went wrong.
struct CollectFailures {
  using result_type = std::vector<Outcome>;
  template <class Iterator>
  result_type operator()(Iterator first, Iterator last) const {
    result_type failures;
    for (; first != last; ++first) {
      Outcome outcome = *first;
      if (outcome.error) failures.push_back(std::move(outcome));
    }
    return failures;
  }
};

using Wire = boost::signals2::signal<Outcome(const Change&), CollectFailures>;

std::string reason_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown";
  }
}

}  // namespace

struct Signals::Wires {
  // Named as the host's own modules would connect to them.
  Wire order_changed, invoice_changed, customer_changed, project_changed, employee_changed, rate_changed,
      company_changed, module_event;
  std::array<Wire*, kTopics> by_topic{&order_changed,    &invoice_changed, &customer_changed, &project_changed,
                                      &employee_changed, &rate_changed,    &company_changed,  &module_event};
};

Signals::Signals() : wires_(std::make_unique<Wires>()) {}
Signals::~Signals() = default;

void Signals::connect(Topic topic, std::string name, Promise promise, Slot slot) {
  auto shared_name = std::make_shared<const std::string>(std::move(name));
  wires_->by_topic.at(static_cast<std::size_t>(topic))
      ->connect([shared_name, promise, slot = std::move(slot)](const Change& change) {
        Outcome outcome{shared_name.get(), nullptr, promise == Promise::must_succeed};
        try {
          slot(change);
        } catch (...) {
          outcome.error = std::current_exception();
        }
        return outcome;
      });
}

void Signals::connect_all(const std::string& name, Promise promise, const Slot& slot) {
  for (std::size_t i = 0; i < kTopics; ++i) connect(static_cast<Topic>(i), name, promise, slot);
}

void Signals::emit(const Change& change) const {
  const auto failures = (*wires_->by_topic.at(static_cast<std::size_t>(change.topic)))(change);
  std::exception_ptr fatal;
  for (const Outcome& failure : failures) {
    log_line(ERP_LOG_ERROR, "A listener of the host failed.",
             {{"listener", *failure.slot}, {"event", change.kind}, {"reason", reason_of(failure.error)}});
    if (failure.fatal && !fatal) fatal = failure.error;
  }
  if (fatal) std::rethrow_exception(fatal);
}

}  // namespace erp::host
