// SPDX-License-Identifier: Apache-2.0
#include "store/request_store.h"

namespace sales_leads::store {

std::optional<PastRequest> RequestStore::take(const RequestKey& key, const std::string& action, const std::string& hash,
                                              std::int64_t now, std::int64_t expired) {
  session_.execute("delete from sl_request where company_id = :company and at < :expired",
                   {{"company", company_}, {"expired", expired}});
  if (session_.execute("insert into sl_request (company_id, actor_id, request_id, action, input_hash, response, at) "
                       "values (:company, :actor, :request, :action, :hash, '', :at) "
                       "on conflict (company_id, actor_id, request_id) do nothing",
                       {{"company", company_},
                        {"actor", key.actor},
                        {"request", key.request_id},
                        {"action", action},
                        {"hash", hash},
                        {"at", now}}) == 1) {
    return std::nullopt;
  }
  auto found = session_.first<std::string, std::string, std::string>(
      "select action, input_hash, response from sl_request where company_id = :company and actor_id = :actor and "
      "request_id = :request",
      {{"company", company_}, {"actor", key.actor}, {"request", key.request_id}});
  if (!found) throw Failure(Code::busy, "database.busy", "The same request is being answered; try again.");
  auto& [past_action, past_hash, response] = *found;
  return PastRequest{std::move(past_action), std::move(past_hash), std::move(response)};
}

void RequestStore::answer(const RequestKey& key, const std::string& response) {
  session_.execute(
      "update sl_request set response = :response where company_id = :company and actor_id = :actor and "
      "request_id = :request",
      {{"response", response}, {"company", company_}, {"actor", key.actor}, {"request", key.request_id}});
}

void RequestStore::give_back(const RequestKey& key) {
  session_.execute(
      "delete from sl_request where company_id = :company and actor_id = :actor and request_id = :request and response "
      "= ''",
      {{"company", company_}, {"actor", key.actor}, {"request", key.request_id}});
}

void AuditStore::add(const AuditEntry& entry, const std::vector<Id>& entities, std::int64_t at,
                     const std::map<Id, std::string>& changes) {
  const std::size_t count = entities.size();
  std::vector<std::string> texts;
  for (const Id entity : entities) {
    const auto found = changes.find(entity);
    texts.push_back(found == changes.end() ? "" : found->second);
  }
  const auto same = [count](const std::string& text) { return std::vector<std::string>(count, text); };
  session_.bulk("sl_audit", {{"company_id", std::vector<std::int64_t>(count, company_)},
                             {"at", std::vector<std::int64_t>(count, at)},
                             {"actor_kind", same(entry.actor_kind)},
                             {"actor_id", std::vector<std::int64_t>(count, entry.actor)},
                             {"action", same(entry.action)},
                             {"entity", same(entry.entity)},
                             {"entity_id", entities},
                             {"correlation_id", same(entry.correlation_id)},
                             {"detail", same(entry.detail)},
                             {"changes", std::move(texts)}});
}

}  // namespace sales_leads::store
