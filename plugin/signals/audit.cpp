// SPDX-License-Identifier: Apache-2.0
#include "signals/audit.h"

#include <algorithm>

#include "store/pipeline_rollup.h"
#include "store/sales_rollup.h"

namespace sales_leads::signals {

namespace {

constexpr std::int64_t kSlice = 200;
using domain::DocumentKind;

std::string text_of(const store::LedgerKey& key) {
  return store::kind_text(key.document.kind) + " " + std::to_string(key.document.id) + " line " +
         std::to_string(key.line) + " opportunity " + std::to_string(key.opportunity) + " campaign " +
         std::to_string(key.campaign) + " seller " + std::to_string(key.seller) + " " +
         store::measure_text(key.measure) + " day " + std::to_string(key.effective_date) +
         (key.corrects ? " corrects " + std::to_string(*key.corrects) : "");
}

void add(store::Balances& into, const store::Balances& deltas) {
  for (const auto& [key, amount] : deltas) {
    into[key].document += amount.document;
    into[key].company += amount.company;
  }
}

}  // namespace

/// All documents that the host shows, and then those that it shows no more, in slices of keys.
template <class Slice>
void Audit::each_slice(const CallContext& call, Slice&& slice) {
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    for (store::Id after = 0;;) {
      const auto ids = store::DocumentStore(*database_.lease(), call.company).next_ids(kind, after, kSlice);
      if (ids.empty()) break;
      after = ids.back();
      std::vector<DocumentKey> keys;
      for (const store::Id id : ids) keys.push_back({kind, id});
      slice(keys);
    }
  }
  for (DocumentKey after{};;) {
    const auto keys = store::LedgerStore(*database_.lease(), call.company).gone_after(after, kSlice);
    if (keys.empty()) break;
    after = keys.back();
    slice(keys);
  }
}

std::vector<store::Difference> Audit::verify(const CallContext& call, std::int64_t limit) {
  std::vector<store::Difference> differences =
      store::LedgerStore(*database_.lease(), call.company).compare_rollups(limit);
  for (auto& one : store::PipelineRollup(*database_.lease(), call.company).compare(limit)) {
    differences.push_back(std::move(one));
  }
  for (auto& one : store::SalesRollup(*database_.lease(), call.company).compare(limit)) {
    differences.push_back(std::move(one));
  }
  const Reconciler reconciler(host_);
  ReconcileOptions options;
  options.dry_run = true;
  store::Balances wrong;
  each_slice(call, [&](const std::vector<DocumentKey>& keys) {
    if (static_cast<std::int64_t>(wrong.size()) >= limit) return;
    const auto session = database_.lease();
    // Connected documents come up in several slices: by key, so that each difference is named once.
    for (const auto& [key, amount] : reconciler.reconcile(*session, call, keys, options).deltas) wrong[key] = amount;
  });
  const auto session = database_.lease();
  std::vector<DocumentKey> documents;
  for (const auto& [key, amount] : wrong) documents.push_back(key.document);
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  auto present = store::LedgerStore(*session, call.company).balances(documents);
  for (const auto& [key, amount] : wrong) {
    if (static_cast<std::int64_t>(differences.size()) >= limit) break;
    const auto found = present.find(key);
    const std::int64_t is = found == present.end() ? 0 : found->second.company;
    differences.push_back({"ledger", text_of(key), is, is + amount.company});
  }
  return differences;
}

RebuildResult Audit::rebuild(const CallContext& call) {
  RebuildResult result;
  const Reconciler reconciler(host_);
  each_slice(call, [&](const std::vector<DocumentKey>& keys) {
    const auto outcome = store::in_transaction(
        database_, [&](store::Session& session) { return reconciler.reconcile(session, call, keys); });
    result.documents += static_cast<std::int64_t>(keys.size());
    result.corrected += static_cast<std::int64_t>(outcome.deltas.size());
    result.parked += static_cast<std::int64_t>(outcome.parked.size());
    result.won.insert(result.won.end(), outcome.won.begin(), outcome.won.end());
  });
  store::in_transaction(database_, [&](store::Session& session) {
    lock_company(session, call.company);
    store::LedgerStore(session, call.company).rebuild_rollups();
  });
  store::PipelineRollup::rebuild(database_, call.company);
  store::SalesRollup::rebuild(database_, call.company);
  return result;
}

Audit::Rerun Audit::rerun(const CallContext& call, std::int64_t from_us) {
  Rerun result;
  const Reconciler reconciler(host_);
  ReconcileOptions options;
  options.decisions = Decisions::renew;
  for (DocumentKey after{};;) {
    const auto keys = store::LinkStore(*database_.lease(), call.company).decided_since(from_us, after, kSlice);
    if (keys.empty()) break;
    after = keys.back();
    result.documents += static_cast<std::int64_t>(keys.size());
    const auto outcome = store::in_transaction(
        database_, [&](store::Session& session) { return reconciler.reconcile(session, call, keys, options); });
    add(result.deltas, outcome.deltas);
    result.won.insert(result.won.end(), outcome.won.begin(), outcome.won.end());
  }
  std::erase_if(result.deltas, [](const auto& entry) { return entry.second == domain::Amounts{}; });
  return result;
}

/// Every document that will be decided again is so wherever it is loaded: a slice then knows the final balances of all
/// its documents, and what comes up in two slices comes up the same. But for the coverage of credits, which hangs on
/// all documents of an opportunity: those are looked at once more, together.
Audit::Rerun Audit::preview_rerun(const CallContext& call, std::int64_t from_us) {
  Rerun result;
  const Reconciler reconciler(host_);
  ReconcileOptions options;
  options.dry_run = true;
  options.renew_since = from_us;
  std::set<Id> covering;
  for (DocumentKey after{};;) {
    const auto session = database_.lease();
    const auto keys = store::LinkStore(*session, call.company).decided_since(from_us, after, kSlice);
    if (keys.empty()) break;
    after = keys.back();
    result.documents += static_cast<std::int64_t>(keys.size());
    const auto outcome = reconciler.reconcile(*session, call, keys, options);
    for (const auto& [key, amount] : outcome.deltas) result.deltas[key] = amount;
    covering.insert(outcome.covering.begin(), outcome.covering.end());
  }
  if (!covering.empty()) settle_credits(call, from_us, std::move(covering), result.deltas);
  return result;
}

void Audit::settle_credits(const CallContext& call, std::int64_t from_us, std::set<Id> covering,
                           store::Balances& deltas) {
  const Reconciler reconciler(host_);
  ReconcileOptions options;
  options.dry_run = true;
  options.renew_since = from_us;
  for (std::size_t before = 0; before != covering.size();) {
    before = covering.size();
    const std::vector<Id> opportunities(covering.begin(), covering.end());
    const auto session = database_.lease();
    std::set<DocumentKey> keys;
    for (const auto& part : store::LedgerStore(*session, call.company).series(opportunities))
      keys.insert(part.document);
    for (const auto& key : store::LinkStore(*session, call.company).conditional_of(opportunities)) keys.insert(key);
    for (const auto& [key, amount] : deltas) {
      if (covering.contains(key.opportunity) || key.measure == domain::Measure::credits) keys.insert(key.document);
    }
    const auto outcome = reconciler.reconcile(*session, call, {keys.begin(), keys.end()}, options);
    const std::set<DocumentKey> settled(outcome.documents.begin(), outcome.documents.end());
    std::erase_if(deltas, [&](const auto& entry) { return settled.contains(entry.first.document); });
    deltas.insert(outcome.deltas.begin(), outcome.deltas.end());
    covering.insert(outcome.covering.begin(), outcome.covering.end());
  }
}

}  // namespace sales_leads::signals
