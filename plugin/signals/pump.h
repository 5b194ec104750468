// SPDX-License-Identifier: Apache-2.0
//
// The pump: turns the time that the host gives into reconciled documents. On a first start (or below the event horizon)
// it notes the head of the stream, scans orders and invoices by key, then follows the events from there. The cursor
// moves in the transaction of the effects: delivered at least once, effective exactly once.
//
// One process works on a company's stream at a time: a lease in sl_company (5 s), and a fence number that every batch
// checks, so that one who lost the lease without noticing can write nothing more.
//
// A batch that fails is halved down to the guilty document; that one is parked with its reason and the rest flows on.
// Failures of the database as a whole (busy, full, gone, damaged) park nothing: they are the caller's to hear of.
//
// Threads: work() never two at once per company; different companies at once are fine. Errors: Failure(busy) while
// another process holds the company. The host is never called inside a transaction, but for its clock.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/host.h"
#include "signals/dispatch.h"
#include "signals/reconcile.h"
#include "store/session.h"
#include "store/stream_store.h"

namespace sales_leads::signals {

struct WorkResult {
  bool more = false;                // there is more to do now
  std::int64_t retry_after_us = 0;  // without more: call again at the latest after this; 0 = after the next wake
  std::int64_t handled = 0;         // events, and documents of a scan
  std::int64_t parked = 0;
};

struct PumpState {
  std::string scan_state;  // new, scanning, following
  std::int64_t cursor = 0, parked = 0;
};

class Pump {
 public:
  Pump(const Host& host, store::Database& database);

  WorkResult work(const CallContext& call, std::int64_t budget_us);
  /// Gives the leases back, so that another process need not wait for their end.
  void release() noexcept;
  [[nodiscard]] static PumpState state(store::Session& session, store::Id company);

  /// For tests: called inside the transaction before each commit; may throw.
  std::function<void(const std::vector<DocumentKey>&)> before_commit;

 private:
  using Stream = store::Stream;
  struct Run;
  struct BatchSizes {
    std::size_t batch = 64;   // documents of a transaction
    std::size_t alone = 64;   // the same on SQLite while nobody else writes
    std::size_t locked = 64;  // the same of one that takes SQLite's write lock before it reads
    int locked_first = 0;     // so many batches take the lock first: somebody wrote while one was reading
  };

  Stream take_lease(store::Session& session, store::Id company);
  void save(store::Session& session, store::Id company, Stream& stream) const;
  void start_scan(Run& run) const;
  void scan(Run& run);
  void follow(Run& run);
  [[nodiscard]] std::vector<HostEvent> next_events(Run& run);
  void retry_parked(Run& run);
  void apply(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
             const std::function<void(store::Session&)>& also);
  void apply_locked(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
                    const std::function<void(store::Session&)>& also);
  void apply_once(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
                  const std::function<void(store::Session&)>& also, store::Begin begin);
  static void adapt(Run& run, std::size_t documents, std::int64_t took, store::Begin begin);
  void park_one(Run& run, const DocumentKey& key, Stream then, std::int64_t sequence, const std::string& reason_key,
                const std::string& reason, const std::function<void(store::Session&)>& also);
  [[nodiscard]] bool is_guilt_of_documents(const Failure& failure) const;

  const Host& host_;
  store::Database& database_;
  const Reconciler reconciler_;
  const Dispatcher dispatcher_;
  const std::string owner_;  // pid and chance
  std::mutex mutex_;         // guards what follows
  std::map<store::Id, BatchSizes> batch_sizes_;
  std::map<store::Id, std::int64_t> held_;  // company -> fence
  /// Fetched, and not handled when the time was over: those after this cursor.
  struct Ahead {
    std::int64_t cursor = 0;
    std::vector<HostEvent> events;
  };
  std::map<store::Id, Ahead> ahead_;
};

}  // namespace sales_leads::signals
