// SPDX-License-Identifier: Apache-2.0
#include "store/parked_store.h"

namespace sales_leads::store {

namespace {

using Int = std::int64_t;
using domain::DocumentKind;

constexpr Int kFirstPauseUs = 10'000'000;
constexpr Int kDoublings = 8;  // 10 s · 2^8 = 43 min; the ninth try and all later ones wait an hour
constexpr Int kLastPauseUs = 3'600'000'000;

}  // namespace

void ParkedStore::park(const std::vector<Parked>& documents, std::int64_t now_us) {
  if (documents.empty()) return;
  std::vector<std::string> kinds, keys, reasons;
  std::vector<Int> ids, sequences;
  for (const Parked& parked : documents) {
    kinds.push_back(kind_text(parked.key.kind));
    ids.push_back(parked.key.id);
    sequences.push_back(parked.sequence);
    keys.push_back(parked.reason_key);
    reasons.push_back(parked.reason);
  }
  std::string pause = "case t.attempts";
  for (Int attempt = 1; attempt <= kDoublings; ++attempt) {
    pause += " when " + std::to_string(attempt) + " then " + std::to_string(kFirstPauseUs << attempt);
  }
  pause += " else " + std::to_string(kLastPauseUs) + " end";
  const std::size_t n = documents.size();
  session_.bulk("sl_parked",
                {{"company_id", std::vector<Int>(n, company_)},
                 {"document_kind", std::move(kinds)},
                 {"document_id", std::move(ids)},
                 {"sequence", std::move(sequences)},
                 {"reason_key", std::move(keys)},
                 {"reason", std::move(reasons)},
                 {"parked_at", std::vector<Int>(n, now_us)},
                 {"next_try_at", std::vector<Int>(n, now_us + kFirstPauseUs)}},
                "on conflict (company_id, document_kind, document_id) do update set reason_key = excluded.reason_key, "
                "reason = excluded.reason, attempts = t.attempts + 1, next_try_at = excluded.parked_at + " +
                    pause);
}

std::vector<DocumentKey> ParkedStore::release(const std::vector<DocumentKey>& keys) {
  std::vector<DocumentKey> released;
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    std::vector<Id> ids;
    for (const DocumentKey& key : keys) {
      if (key.kind == kind) ids.push_back(key.id);
    }
    if (ids.empty()) continue;
    for (const auto& [id] :
         session_.query<Id>("delete from sl_parked where company_id = :company and document_kind = "
                            ":kind and " +
                                session_.in_ids("document_id", "ids") + " returning document_id",
                            {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}})) {
      released.push_back({kind, id});
    }
  }
  return released;
}

std::vector<Parked> ParkedStore::list(std::int64_t limit) {
  std::vector<Parked> parked;
  for (auto& [kind, id, key, reason, sequence, attempts, parked_at, next] :
       session_.query<std::string, Id, std::string, std::string, Int, Int, Int, Int>(
           "select document_kind, document_id, reason_key, reason, sequence, attempts, parked_at, next_try_at from "
           "sl_parked where company_id = :company order by parked_at, document_kind, document_id limit :count",
           {{"company", company_}, {"count", limit}})) {
    parked.push_back({{kind_of(kind), id}, std::move(key), std::move(reason), sequence, attempts, parked_at, next});
  }
  return parked;
}

std::vector<DocumentKey> ParkedStore::due(std::int64_t now_us, std::int64_t limit) {
  std::vector<DocumentKey> keys;
  for (const auto& [kind, id] : session_.query<std::string, Id>(
           "select document_kind, document_id from sl_parked where company_id = :company and next_try_at <= :now "
           "order by next_try_at, document_kind, document_id limit :count",
           {{"company", company_}, {"now", now_us}, {"count", limit}})) {
    keys.push_back({kind_of(kind), id});
  }
  return keys;
}

std::int64_t ParkedStore::count() {
  return std::get<0>(
      *session_.first<Int>("select count(*) from sl_parked where company_id = :company", {{"company", company_}}));
}

std::optional<std::int64_t> ParkedStore::next_try_at() {
  return std::get<0>(*session_.first<std::optional<Int>>(
      "select min(next_try_at) from sl_parked where company_id = :company", {{"company", company_}}));
}

void ParkedStore::retry_now(std::int64_t now_us, const std::string& reason_key) {
  session_.execute(
      "update sl_parked set next_try_at = :now where company_id = :company and next_try_at > :now2 and "
      "(:any = 1 or reason_key = :reason)",
      {{"company", company_},
       {"now", now_us},
       {"now2", now_us},
       {"any", reason_key.empty() ? 1 : 0},
       {"reason", reason_key}});
}

void ParkedStore::retry_now(const DocumentKey& key, std::int64_t now_us) {
  session_.execute(
      "update sl_parked set next_try_at = :now where company_id = :company and document_kind = :kind and document_id = "
      ":id",
      {{"company", company_}, {"now", now_us}, {"kind", kind_text(key.kind)}, {"id", key.id}});
}

}  // namespace sales_leads::store
