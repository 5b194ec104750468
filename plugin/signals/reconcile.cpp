// SPDX-License-Identifier: Apache-2.0
#include "signals/reconcile.h"

#include <set>

#include "signals/closing.h"
#include "signals/order_rule.h"
#include "signals/wanted.h"
#include "store/period_store.h"
#include "store/stream_store.h"

namespace sales_leads::signals {

namespace {

/// Whose summary may differ from the stored one: documents that were asked for, got balances or a decision, or were
/// parked until now. The rest came along by its lines and stands as it stood.
std::set<DocumentKey> touched(const Items& items, const std::vector<DocumentKey>& asked,
                              const std::vector<DocumentKey>& released, const store::Balances& deltas) {
  std::set<DocumentKey> keys(asked.begin(), asked.end());
  keys.insert(released.begin(), released.end());
  for (const auto& [key, amount] : deltas) keys.insert(key.document);
  for (const auto& [key, item] : items) {
    if (item.decision_changed) keys.insert(key);
  }
  return keys;
}

std::vector<store::DocumentSummary> summaries(const Items& items, const store::Balances& wanted,
                                              const std::set<DocumentKey>& of, bool known) {
  std::map<DocumentKey, std::int64_t> linked;
  for (const auto& [key, amount] : wanted) {
    if (key.opportunity != 0) linked[key.document] += amount.company;
  }
  std::vector<store::DocumentSummary> list;
  list.reserve(of.size());
  for (const auto& [key, item] : items) {
    if (!item.parked_key.empty() || item.is_known != known || !of.contains(key)) continue;
    const store::HostDocument& host = item.host;
    store::DocumentSummary one{key,         item.engine.measure, host.number,  host.currency,
                               item.reason, host.customer,       host.project, host.salesperson};
    for (const auto& line : host.lines) {
      // A document that counts and has such a line is parked; of one that does not the sum would leave the integer.
      if (!line.counts || is_too_large(line)) continue;
      one.net_minor += line.net;
      one.company_minor += line.company_net.value_or(0);
    }
    const auto own = linked.find(key);
    one.linked_minor = own == linked.end() ? 0 : own->second;
    one.effective_date = item.engine.effective_date;
    one.row_version = host.row_version;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::map<Id, std::string> line_reasons(store::Session& session, Id company, std::int64_t now_us,
                                       const DocumentKey& key) {
  Items items;
  Resolver(session, company, now_us, Decisions::keep, {})
      .add(store::DocumentStore(session, company).load_connected({key}), items);
  const auto found = items.find(key);
  return found == items.end() ? std::map<Id, std::string>{} : found->second.line_reasons;
}

void lock_company(store::Session& session, Id company) { store::StreamStore(session, company).lock(); }

ReconcileOutcome Reconciler::reconcile(store::Session& session, const CallContext& call,
                                       const std::vector<DocumentKey>& keys, const ReconcileOptions& options) const {
  ReconcileOutcome outcome;
  if (keys.empty()) return outcome;
  const Id company = call.company;
  const std::int64_t now_us = host_.now_us();
  const auto lock = [&] {
    if (options.lock) {
      options.lock();
    } else {
      lock_company(session, company);
    }
  };
  if (!options.dry_run && !options.lock_late) lock();

  Items items;
  Resolver resolver(session, company, now_us, options.decisions, keys, options.renew_since);
  resolver.add(store::DocumentStore(session, company).load_connected(keys, options.followers), items);
  Wanted wanted(session, company, resolver, items);
  wanted.compute();
  for (const auto& [key, item] : items) {
    outcome.documents.push_back(key);
    if (item.conditional) outcome.covering.push_back(item.decision.opportunity);
  }
  const auto closed_through = store::PeriodStore(session, company).closed_through();
  outcome.deltas = difference(dated(wanted.wanted(), wanted.present(), closed_through), wanted.present());

  // Absent from the views is not deleted: whoever has rows keeps them.
  store::LedgerStore ledger(session, company);
  std::vector<DocumentKey> absent, done;
  for (const DocumentKey& key : std::set<DocumentKey>(keys.begin(), keys.end())) {
    if (!items.contains(key)) absent.push_back(key);
  }
  if (!absent.empty()) {
    std::set<DocumentKey> with_rows;
    for (const auto& [key, amount] : ledger.balances(absent)) with_rows.insert(key.document);
    for (const DocumentKey& key : absent) {
      if (!with_rows.contains(key)) {
        done.push_back(key);
        continue;
      }
      outcome.parked.push_back({key, "document.absent",
                                "The host no longer shows the document, and no event said that it was deleted.",
                                options.sequence});
    }
  }
  for (const auto& [key, item] : items) {
    if (item.parked_key.empty()) {
      if (item.is_known) done.push_back(key);  // no others were parked
    } else {
      outcome.parked.push_back({key, item.parked_key, item.parked_message, options.sequence});
    }
  }
  if (options.dry_run) return outcome;

  if (options.lock_late) lock();
  ledger.append(outcome.deltas, now_us);
  store::ParkedStore parked(session, company);
  const std::vector<DocumentKey> released = parked.release(done);
  const std::set<DocumentKey> told = touched(items, keys, released, outcome.deltas);
  ledger.add(summaries(items, wanted.wanted(), told, false), now_us);
  ledger.save(summaries(items, wanted.wanted(), told, true), now_us);
  std::map<DocumentKey, store::StoredDecision> first, again;
  for (auto& [key, item] : items) {
    if (item.decision_changed) (item.decision_is_stored ? again : first).emplace(key, item.decision);
  }
  store::LinkStore links(session, company);
  links.add(first, now_us);
  links.save(again, now_us);
  parked.park(outcome.parked, now_us);
  OrderRuleOutcome by_rule =
      apply_order_rule(session, company, now_us, resolver.calendar(), items, wanted.wanted(), outcome.deltas);
  outcome.won = std::move(by_rule.won);
  outcome.reopened = std::move(by_rule.reopened);
  outcome.proposed = std::move(by_rule.proposed);
  return outcome;
}

}  // namespace sales_leads::signals
