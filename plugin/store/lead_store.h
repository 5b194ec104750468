// SPDX-License-Identifier: Apache-2.0
//
// Leads as rows: insert many, update one, read one, page through those that somebody may see. What is planned next is
// kept by ActivityStore, not by update().
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct LeadRow {
  Id id = 0;
  std::int64_t version = 1;
  std::optional<std::string> external_id;
  std::string kind = "company";
  std::string name, first_name, last_name, org_number, website, industry;
  std::optional<std::int64_t> turnover;
  std::string currency;
  std::optional<std::int64_t> employees;
  std::string street, postal_code, city, country;
  Id source = 0, campaign = 0, category = 0, owner = 0;
  std::string status = "new";
  std::string retire_reason, description;
  std::int64_t score = 0;
  std::string score_reasons = "[]";
  std::optional<std::int64_t> next_activity;
  Id merged_into = 0, customer = 0, opportunity = 0;
  std::int64_t created_at = 0, changed_at = 0;
};

struct LeadFilter {
  Id after = 0;
  std::int64_t limit = 50;
  std::vector<std::string> statuses;  // empty = all
  Id owner = 0, source = 0, campaign = 0, category = 0;
  bool unowned = false;
  std::string text;                        // a part of a name, city, organisation number, e-mail or phone
  std::optional<std::vector<Id>> seen_by;  // only theirs and nobody's
};

class LeadStore {
 public:
  LeadStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Gives the rows their ids.
  void insert(std::vector<LeadRow>& rows, Stamp stamp);
  [[nodiscard]] bool update(const LeadRow& row, Stamp stamp);
  [[nodiscard]] std::optional<LeadRow> find(Id id);
  [[nodiscard]] std::vector<LeadRow> by_ids(const std::vector<Id>& ids);
  [[nodiscard]] std::vector<LeadRow> list(const LeadFilter& filter);
  /// Which of these external ids are taken, and by whom.
  [[nodiscard]] std::vector<std::pair<std::string, Id>> taken(const std::vector<std::string>& external_ids);
  [[nodiscard]] std::vector<Id> merged_into(const std::vector<Id>& ids);
  /// Those that activities, campaigns, conversions or merges name.
  [[nodiscard]] std::vector<Id> referred_to(const std::vector<Id>& ids);
  /// With contacts, keys and history; their ids are never given again.
  void remove(const std::vector<Id>& ids, Stamp stamp);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
