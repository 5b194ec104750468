// SPDX-License-Identifier: Apache-2.0
//
// The pump's transactions: one batch, halved down to the guilty document where it fails.
#include <algorithm>
#include <chrono>
#include <thread>

#include "signals/pump_run.h"
#include "store/parked_store.h"

namespace sales_leads::signals {

namespace {

using Clock = std::chrono::steady_clock;
using Int = std::int64_t;

// Below the smallest a batch is mostly overhead: on a slow machine it would make the queue longer, not the lock
// shorter.
constexpr std::size_t kSmallestBatch = 32, kLargestBatch = 1'000;
// SQLite has one writer: the host's must not wait for long, and where nobody wrote just now, nobody is likely to wait.
// PostgreSQL's writers do not wait for us, but for people's acts on links, which wait for the company's row.
constexpr Int kHoldSqliteUs = 10'000, kHoldSqliteAloneUs = 100'000, kHoldPostgresqlUs = 400'000;
constexpr Int kGapUs = 1'000;
constexpr int kLockedAfterMeeting = 4;  // batches under the lock from the start, once somebody wrote between

}  // namespace

bool Pump::is_guilt_of_documents(const Failure& failure) const {
  switch (failure.code()) {
    case Code::busy:
    case Code::unavailable:
    case Code::deadline:
    case Code::cancelled:
    case Code::permission:
    case Code::version:
      return false;
    default:
      // A damaged database or a statement that it does not understand is nobody's document.
      return failure.key() != "database.corrupt" && failure.key() != "database.statement" &&
             failure.key() != "database.parameter" && failure.key() != "company.not_found";
  }
}

/// Moves the cursor, reconciles the documents, commits. On SQLite the reading comes before the write lock, if nobody
/// writes meanwhile; Failure(database.busy) if somebody did.
void Pump::apply_once(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
                      const std::function<void(store::Session&)>& also, store::Begin begin) {
  ReconcileOutcome outcome;
  Clock::time_point start;
  {
    store::Transaction transaction(run.session, begin);
    start = Clock::now();
    ReconcileOptions options;
    options.sequence = sequence;
    // In a backlog an order's invoices would be handled with it, and once more when their own signals come.
    options.followers = store::DocumentStore::Followers::known;
    options.lock_late = begin == store::Begin::reading;
    bool saved = false;
    options.lock = [&] {
      if (options.lock_late) start = Clock::now();  // from here on others wait
      save(run.session, run.call.company, then);
      saved = true;
    };
    outcome = reconciler_.reconcile(run.session, run.call, keys, options);
    if (!saved) options.lock();  // no documents: the cursor alone
    if (also) also(run.session);
    if (before_commit) before_commit(keys);
    transaction.commit();
  }
  run.stream = std::move(then);
  run.progressed = true;
  run.result.parked += static_cast<Int>(outcome.parked.size());
  const Int commits = store::StreamStore(run.session, run.call.company).commits_of_others();
  adapt(run, keys.size(), std::max<Int>(1, since(start)), begin);
  run.alone = begin == store::Begin::reading && commits == run.commits_of_others && commits != 0;
  run.commits_of_others = commits;
  for (const store::Id won : outcome.won) {
    try {
      host_.publish(run.call, "sales_leads.opportunity.won", won);
    } catch (const Failure& failure) {
      host_.log(LogLevel::warning, "An event could not be published", {{"reason", failure.what()}});
    }
  }
}

/// Towards the time that a transaction may hold others up, in steps of at most double or half.
void Pump::adapt(Run& run, std::size_t documents, std::int64_t took, store::Begin begin) {
  const bool sqlite = run.session.backend() == Backend::sqlite;
  const Int hold = !sqlite ? kHoldPostgresqlUs : run.alone ? kHoldSqliteAloneUs : kHoldSqliteUs;
  std::size_t& size = sqlite && begin == store::Begin::writing ? run.sizes.locked
                      : run.alone                              ? run.sizes.alone
                                                               : run.sizes.batch;
  // A batch that was cut short by the end of the events says nothing about larger ones.
  if (took > hold || documents >= size) {
    const auto count = static_cast<Int>(std::max<std::size_t>(documents, 1));
    const auto wished = static_cast<std::size_t>(std::clamp(count * hold / took, count / 2, count * 2));
    size = std::clamp(wished, kSmallestBatch, kLargestBatch);
  }
  if (!sqlite || begin == store::Begin::reading) return;
  if (run.sizes.locked_first > 0) --run.sizes.locked_first;
  // SQLite's waiting writers look again every few milliseconds: leave them a gap to slip through.
  std::this_thread::sleep_for(std::chrono::microseconds(kGapUs));
}

/// Reads before it takes SQLite's write lock; if somebody wrote meanwhile, does the same in slices that take it first,
/// and so the next few batches.
void Pump::apply(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
                 const std::function<void(store::Session&)>& also) {
  if (run.session.backend() == Backend::sqlite && run.sizes.locked_first == 0 && !keys.empty()) {
    try {
      apply_once(run, keys, then, sequence, also, store::Begin::reading);
      return;
    } catch (const Failure& failure) {
      if (failure.key() != "database.busy" && !is_guilt_of_documents(failure)) throw;
      run.sizes.locked_first = kLockedAfterMeeting;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {  // again under the lock, where it is looked into
      run.sizes.locked_first = kLockedAfterMeeting;
    }
  }
  auto first = keys.begin();
  const auto left = [&] { return static_cast<std::size_t>(keys.end() - first); };
  if (run.session.backend() == Backend::sqlite) {
    while (left() > run.sizes.locked) {
      const auto last = first + static_cast<std::ptrdiff_t>(run.sizes.locked);
      apply_locked(run, {first, last}, run.stream, sequence, {});  // the cursor stays where it is
      first = last;
    }
  }
  apply_locked(run, {first, keys.end()}, std::move(then), sequence, also);
}

void Pump::park_one(Run& run, const DocumentKey& key, Stream then, std::int64_t sequence, const std::string& reason_key,
                    const std::string& reason, const std::function<void(store::Session&)>& also) {
  store::Transaction transaction(run.session);
  save(run.session, run.call.company, then);
  store::ParkedStore(run.session, run.call.company).park({{key, reason_key, reason, sequence}}, host_.now_us());
  if (also) also(run.session);
  transaction.commit();
  run.stream = std::move(then);
  ++run.result.parked;
  host_.log(LogLevel::warning, "A document is parked",
            {{"kind", store::kind_text(key.kind)}, {"document", std::to_string(key.id)}, {"reason", reason_key}});
}

void Pump::apply_locked(Run& run, const std::vector<DocumentKey>& keys, Stream then, std::int64_t sequence,
                        const std::function<void(store::Session&)>& also) {
  std::string reason_key, reason;
  for (int attempt = 1;; ++attempt) {
    try {
      apply_once(run, keys, then, sequence, also, store::Begin::writing);  // a copy: it may be tried again
      return;
    } catch (const Failure& failure) {
      constexpr int kAttempts = 4;
      if (failure.key() == "database.busy" && attempt < kAttempts) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2 << attempt));
        continue;
      }
      if (!is_guilt_of_documents(failure) || keys.empty()) throw;
      reason_key = failure.key();
      reason = failure.what();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      if (keys.empty()) throw;
      reason_key = "internal";
      reason = error.what();
    }
    break;
  }
  if (keys.size() == 1) {
    park_one(run, keys.front(), std::move(then), sequence, reason_key, reason, also);
    return;
  }
  // The first half leaves the cursor where it was.
  const auto middle = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 2);
  apply_locked(run, {keys.begin(), middle}, run.stream, sequence, {});
  apply_locked(run, {middle, keys.end()}, std::move(then), sequence, also);
}

}  // namespace sales_leads::signals
