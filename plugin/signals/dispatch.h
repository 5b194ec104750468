// SPDX-License-Identifier: Apache-2.0
//
// The host's events, sorted out: a signal per family of events, and the handlers that note in a batch what there is to
// do. Kinds that nobody knows are passed over. An event only says which document changed; handlers never look at its
// states.
//
// Threads: one dispatcher per thread. Errors: a handler that throws spoils nothing else: its event is named in the
// batch.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/host.h"
#include "store/document_key.h"

namespace sales_leads::signals {

/// What a run of events asks for.
struct Batch {
  std::vector<store::DocumentKey> documents;  // each once, in the order of their first event
  bool rates_changed = false;                 // documents parked for a rate are tried again
  bool company_changed = false;               // time zone or currency may be another
  std::vector<std::pair<HostEvent, std::string>> failed;

  void add(const store::DocumentKey& key) {
    if (known_.insert(key).second) documents.push_back(key);
  }

 private:
  std::set<store::DocumentKey> known_;
};

class Dispatcher {
 public:
  Dispatcher();
  ~Dispatcher();
  void dispatch(const HostEvent& event, Batch& batch) const;

 private:
  struct Signals;
  std::unique_ptr<Signals> signals_;
};

}  // namespace sales_leads::signals
