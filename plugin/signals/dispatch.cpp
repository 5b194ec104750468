// SPDX-License-Identifier: Apache-2.0
#include "signals/dispatch.h"

#include <boost/signals2.hpp>
#include <unordered_map>

namespace sales_leads::signals {

namespace {

namespace s2 = boost::signals2;
using EventSignal = s2::signal<void(const HostEvent&, Batch&)>;
using domain::DocumentKind;

/// A throwing slot would stop all later ones: each is wrapped, and says what went wrong in the batch.
template <class Handler>
auto guarded(Handler handler) {
  return [handler](const HostEvent& event, Batch& batch) {
    try {
      handler(event, batch);
    } catch (const std::exception& error) {
      batch.failed.emplace_back(event, error.what());
    }
  };
}

void document_changed(DocumentKind kind, const HostEvent& event, Batch& batch) {
  if (event.document <= 0) {
    throw Failure(Code::invalid_argument, "event.document", "The event names no document: " + event.kind);
  }
  batch.add({kind, event.document});
}

}  // namespace

/// Signals first, connections last: so these are gone before what they are connected to.
struct Dispatcher::Signals {
  std::unordered_map<std::string, EventSignal> families;
  std::vector<s2::scoped_connection> connections;

  template <class Handler>
  void on(const char* family, Handler handler) {
    connections.emplace_back(families[family].connect(guarded(handler)));
  }
};

Dispatcher::Dispatcher() : signals_(std::make_unique<Signals>()) {
  const auto order = [](const HostEvent& event, Batch& batch) { document_changed(DocumentKind::order, event, batch); };
  signals_->on("order", order);
  signals_->on("offer", order);  // offers are orders in state offer
  signals_->on("invoice",
               [](const HostEvent& event, Batch& batch) { document_changed(DocumentKind::invoice, event, batch); });
  signals_->on("rate", [](const HostEvent&, Batch& batch) { batch.rates_changed = true; });
  signals_->on("company", [](const HostEvent&, Batch& batch) { batch.company_changed = true; });
  // customer, project, employee: links are decided as of their documents' moments and moved by nobody; merges are read
  // through the host's map whenever a document is decided. Nothing to note.
}

Dispatcher::~Dispatcher() = default;

void Dispatcher::dispatch(const HostEvent& event, Batch& batch) const {
  const auto found = signals_->families.find(event.kind.substr(0, event.kind.find('.')));
  if (found != signals_->families.end()) found->second(event, batch);
}

}  // namespace sales_leads::signals
