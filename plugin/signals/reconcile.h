// SPDX-License-Identifier: Apache-2.0
//
// Reconcile, don't accumulate: for some documents, bring the ledger to what it should hold by their present state and
// their links. Repetition, delay and order of the calls do not matter.
//
//   store::Transaction transaction(*session);
//   auto outcome = signals::Reconciler(host).reconcile(*session, call, {{DocumentKind::invoice, 17}});
//   transaction.commit();
//
// Everything that is connected with the documents by line sources is looked at; the difference to the ledger's balances
// is appended, rollups move along, credits that name no invoice are placed again. All in the caller's transaction,
// under a lock on the company's row, so that two reconciliations of a company never overlap.
//
// Threads: one per session. Errors: Failure; the transaction is to be rolled back. The host is asked for its clock
// alone.
#pragma once

#include <functional>
#include <vector>

#include "host/host.h"
#include "signals/resolver.h"
#include "store/document_store.h"
#include "store/ledger_store.h"
#include "store/parked_store.h"

namespace sales_leads::signals {

struct ReconcileOptions {
  Decisions decisions = Decisions::keep;      // of the documents asked for; connected ones keep theirs
  bool dry_run = false;                       // writes nothing: deltas say what would be appended
  std::optional<std::int64_t> renew_since{};  // all that was decided as of then or later, connected ones included
  std::int64_t sequence = 0;                  // of the event that brought it, for the list of parked documents
  store::DocumentStore::Followers followers = store::DocumentStore::Followers::all;
  // What locks the company for one reconciliation at a time; empty = lock_company(). `lock_late`: after all reading and
  // before the first write, for a transaction that began reading on SQLite.
  std::function<void()> lock{};
  bool lock_late = false;
};

struct ReconcileOutcome {
  std::vector<DocumentKey> documents;  // looked at, connected ones included
  std::vector<Id> covering;            // opportunities that cover a credit without reference, or refused to
  store::Balances deltas;              // appended, or what would be
  std::vector<store::Parked> parked;   // their rows stay as they are
  std::vector<Id> won, reopened;       // opportunities, by the order-confirmed rule
  std::vector<Id> proposed;            // opportunities that a confirmed order proposes as won
};

class Reconciler {
 public:
  explicit Reconciler(const Host& host) : host_(host) {}

  ReconcileOutcome reconcile(store::Session& session, const CallContext& call, const std::vector<DocumentKey>& keys,
                             const ReconcileOptions& options = {}) const;

 private:
  const Host& host_;
};

/// Why each line of the document stands where it stands, as it was last reconciled: stable keys.
[[nodiscard]] std::map<Id, std::string> line_reasons(store::Session& session, Id company, std::int64_t now_us,
                                                     const DocumentKey& key);

/// Makes the company's row in sl_company if it is missing, and holds it until the transaction ends.
void lock_company(store::Session& session, Id company);

}  // namespace sales_leads::signals
