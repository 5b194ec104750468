// SPDX-License-Identifier: Apache-2.0
#include "signals/pump_run.h"

#include <unistd.h>

#include <algorithm>
#include <random>

#include "store/document_store.h"
#include "store/parked_store.h"
#include "store/stream_store.h"

namespace sales_leads::signals {

namespace {

using Int = std::int64_t;
using domain::DocumentKind;

constexpr Int kLeaseUs = 5'000'000;
constexpr Int kRenewBelowUs = 2'500'000;
constexpr std::uint32_t kEventsPerFetch = 1'000;
constexpr std::int64_t kParkedPerCall = 50;

std::string make_owner() {
  std::random_device chance;
  return std::to_string(getpid()) + "-" + std::to_string(chance()) + std::to_string(chance());
}

}  // namespace

Pump::Pump(const Host& host, store::Database& database)
    : host_(host), database_(database), reconciler_(host), owner_(make_owner()) {}

Pump::Stream Pump::take_lease(store::Session& session, store::Id company) {
  const Int now = host_.now_us();
  store::StreamStore streams(session, company);
  if (const auto present = streams.read()) {
    if (present->owner == owner_ && present->lease_until - now > kRenewBelowUs) return *present;
  } else {
    streams.make_sure_it_exists();
  }
  const auto taken = streams.take(owner_, now, now + kLeaseUs);
  if (!taken) {
    throw Failure(Code::busy, "lease.held",
                  "Another process works on company " + std::to_string(company) + " just now.");
  }
  const std::lock_guard lock(mutex_);
  held_[company] = taken->fence;
  return *taken;
}

/// Moves the cursor, under the fence: zero rows means that another process took the company over.
void Pump::save(store::Session& session, store::Id company, Stream& stream) const {
  stream.lease_until = host_.now_us() + kLeaseUs;
  if (!store::StreamStore(session, company).save(stream, owner_)) {
    throw Failure(Code::busy, "lease.lost", "Another process has taken company " + std::to_string(company) + " over.");
  }
}

void Pump::start_scan(Run& run) const {
  const Horizon horizon = host_.horizon(run.call);
  store::Transaction transaction(run.session);
  Stream next = run.stream;
  next.cursor = horizon.head;
  next.scan_state = "scanning";
  next.scan_kind = "order";
  next.scan_after = 0;
  save(run.session, run.call.company, next);
  store::StreamStore(run.session, run.call.company)
      .set_time_zone(store::DocumentStore(run.session, run.call.company).time_zone());
  transaction.commit();
  run.stream = next;
}

void Pump::scan(Run& run) {
  store::DocumentStore documents(run.session, run.call.company);
  while (run.stream.scan_state == "scanning" && !run.out_of_time()) {
    const DocumentKind kind = store::kind_of(run.stream.scan_kind);
    const auto ids = documents.next_ids(kind, run.stream.scan_after, static_cast<Int>(run.batch_size()));
    std::vector<DocumentKey> keys;
    for (const store::Id id : ids) keys.push_back({kind, id});
    Stream then = run.stream;
    if (!ids.empty()) {
      then.scan_after = ids.back();
    } else if (kind == DocumentKind::order) {
      then.scan_kind = "invoice";
      then.scan_after = 0;
    } else {
      then.scan_state = "following";
      then.scan_kind = "";
      then.scan_after = 0;
    }
    apply(run, keys, then, 0, {});
    run.result.handled += static_cast<Int>(keys.size());
  }
}

/// What the last call left, if nobody moved the cursor meanwhile; otherwise the host's.
std::vector<HostEvent> Pump::next_events(Run& run) {
  {
    const std::lock_guard lock(mutex_);
    if (auto left = ahead_.extract(run.call.company); left && left.mapped().cursor == run.stream.cursor)
      return std::move(left.mapped().events);
  }
  return host_.fetch_events(run.call, run.stream.cursor, kEventsPerFetch);
}

void Pump::follow(Run& run) {
  while (!run.out_of_time()) {
    std::vector<HostEvent> events;
    try {
      events = next_events(run);
    } catch (const Failure& failure) {
      if (failure.code() != Code::out_of_range) throw;
      host_.log(LogLevel::warning, "Events are gone below the horizon; all documents are read again");
      start_scan(run);
      return;
    }
    if (events.empty()) {
      run.result.more = false;
      return;
    }
    std::size_t i = 0;
    while (i < events.size() && !run.out_of_time()) {
      Batch batch;
      std::size_t end = i;
      while (end < events.size() && batch.documents.size() < run.batch_size() && !batch.company_changed) {
        dispatcher_.dispatch(events[end++], batch);
      }
      for (const auto& [event, reason] : batch.failed) {
        host_.log(LogLevel::host_misbehaves, "An event is passed over", {{"kind", event.kind}, {"reason", reason}});
      }
      Stream then = run.stream;
      then.cursor = events[end - 1].sequence;
      const Int now = host_.now_us();
      apply(run, batch.documents, then, then.cursor, [&](store::Session& session) {
        if (batch.rates_changed) store::ParkedStore(session, run.call.company).retry_now(now, "rate.missing");
      });
      run.result.handled += static_cast<Int>(end - i);
      i = end;
      if (batch.company_changed) {
        if (store::StreamStore(run.session, run.call.company).time_zone() !=
            store::DocumentStore(run.session, run.call.company).time_zone()) {
          start_scan(run);  // every date may fall on another day
          return;
        }
      }
    }
    if (i == events.size()) continue;
    events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(i));
    const std::lock_guard lock(mutex_);
    ahead_[run.call.company] = {run.stream.cursor, std::move(events)};
  }
}

void Pump::retry_parked(Run& run) {
  if (run.out_of_time()) return;
  store::ParkedStore parked(run.session, run.call.company);
  const auto due = parked.due(host_.now_us(), kParkedPerCall);
  if (!due.empty()) apply(run, due, run.stream, 0, {});
  const auto next = parked.next_try_at();
  if (next) run.result.retry_after_us = std::max<Int>(1'000, *next - host_.now_us());
}

WorkResult Pump::work(const CallContext& call, std::int64_t budget_us) {
  store::Lease session =
      database_.lease(std::clamp<std::int32_t>(static_cast<std::int32_t>(budget_us / 1'000), 50, 5'000));
  const PumpSettings settings(*session);
  Run run{call, *session, take_lease(*session, call.company)};
  run.budget_us = std::max<Int>(1'000, budget_us);
  run.sizes.batch = session->backend() == Backend::sqlite ? 64 : 256;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = batch_sizes_.find(call.company); known != batch_sizes_.end()) run.sizes = known->second;
  }
  run.result.more = true;
  if (run.stream.scan_state == "new") start_scan(run);
  scan(run);
  if (run.stream.scan_state == "following") follow(run);
  if (run.stream.scan_state == "following") retry_parked(run);
  const std::lock_guard lock(mutex_);
  batch_sizes_[call.company] = run.sizes;
  return run.result;
}

void Pump::release() noexcept {
  std::map<store::Id, std::int64_t> held;
  {
    const std::lock_guard lock(mutex_);
    held.swap(held_);
  }
  if (held.empty()) return;
  try {
    auto session = database_.lease(200);
    for (const auto& [company, fence] : held) {
      store::StreamStore(*session, company).give_back(owner_, fence);
    }
  } catch (...) {  // it ends by itself
  }
}

PumpState Pump::state(store::Session& session, store::Id company) {
  PumpState state;
  if (const auto stream = store::StreamStore(session, company).read()) {
    state.scan_state = stream->scan_state;
    state.cursor = stream->cursor;
  }
  state.parked = store::ParkedStore(session, company).count();
  return state;
}

}  // namespace sales_leads::signals
