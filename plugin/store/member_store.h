// SPDX-License-Identifier: Apache-2.0
//
// Members of campaigns: customers and leads, each once per campaign, with what they answered.
//
// Threads: the session's. Errors: Failure of the session. set_response() answers false when the version is no longer
// the one given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/settings_store.h"

namespace sales_leads::store {

struct MemberRow {
  Id id = 0;
  std::int64_t version = 1;
  Id campaign = 0;
  std::string kind;  // customer, lead
  Id member = 0;
  std::string response = "none";
  std::optional<std::int64_t> response_date;
  std::string name;
};

struct MemberFilter {
  Id campaign = 0, after = 0;
  std::int64_t limit = 50;
  std::string kind, response;               // empty = all
  std::optional<std::vector<Id>> leads_of;  // leads of these owners and of nobody alone
};

class MemberStore {
 public:
  MemberStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Answers how many were not members before; a customer is one already when another id of the same customer is.
  std::int64_t add(Id campaign, const std::string& kind, const std::vector<Id>& members, Stamp stamp);
  /// One that is known not to be there, with its answer.
  Id insert(const MemberRow& member, Stamp stamp);
  [[nodiscard]] bool remove(Id campaign, const std::string& kind, Id member);
  [[nodiscard]] std::optional<MemberRow> find(Id campaign, const std::string& kind, Id member);
  [[nodiscard]] std::optional<MemberRow> find(Id id);
  [[nodiscard]] bool set_response(const MemberRow& member, Stamp stamp);
  [[nodiscard]] std::vector<MemberRow> list(const MemberFilter& filter);
  /// Those of the leads that exist and, where owners are given, are theirs or nobody's.
  [[nodiscard]] std::vector<Id> leads(const std::vector<Id>& ids, const std::optional<std::vector<Id>>& owners);

 private:
  [[nodiscard]] std::vector<Id> same(const std::string& kind, Id member);
  [[nodiscard]] std::vector<Id> not_yet(Id campaign, const std::vector<Id>& customers);

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
