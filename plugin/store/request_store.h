// SPDX-License-Identifier: Apache-2.0
//
// Answers already given, by request id, and the log of who changed what.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

struct RequestKey {
  Id actor = 0;
  std::string request_id;
};

struct PastRequest {
  std::string action;
  std::string input_hash;
  std::string response;
};

class RequestStore {
 public:
  RequestStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Takes the id for this action; answers what stands there where it is taken already. Ids older than `expired` are
  /// forgotten first. A second process with the same id waits here for the first one's end.
  [[nodiscard]] std::optional<PastRequest> take(const RequestKey& key, const std::string& action,
                                                const std::string& hash, std::int64_t now, std::int64_t expired);
  void answer(const RequestKey& key, const std::string& response);
  /// Of a request that was refused: its id is free for another wish. One that is answered stays.
  void give_back(const RequestKey& key);

 private:
  Session& session_;
  Id company_;
};

struct AuditEntry {
  std::string actor_kind;
  Id actor = 0;
  std::string action;
  std::string entity;
  std::string correlation_id;
  std::string detail;
};

class AuditStore {
 public:
  AuditStore(Session& session, Id company) : session_(session), company_(company) {}
  /// One row per entity; `entities` may be many of one kind. `changes`: what is told of one, as a JSON text.
  void add(const AuditEntry& entry, const std::vector<Id>& entities, std::int64_t at,
           const std::map<Id, std::string>& changes = {});

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
