// SPDX-License-Identifier: Apache-2.0
//
// Campaigns and what they cost.
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/calendar.h"
#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct CampaignRow {
  Id id = 0;
  std::int64_t version = 1;
  std::string code, title;
  std::string status = "active";
  std::optional<std::int64_t> start, end, budget;
  std::string currency;
  Id owner = 0;
  std::string medium;
  Id source = 0, parent = 0;
  bool archived = false;
};

struct CampaignCost {
  Id id = 0;
  Id campaign = 0;
  std::int64_t date = 0;
  std::int64_t minor = 0;
  std::string currency;
  std::int64_t company_minor = 0;
  std::string text;
};

struct CampaignFilter {
  Id after = 0;
  std::int64_t limit = 50;
  bool archived = false;       // those too
  std::string text;            // part of title or code, whatever the case
  std::string status, medium;  // empty = all
  Id source = 0, owner = 0, parent = 0;
  std::optional<domain::Day> active_on;
};

class CampaignStore {
 public:
  CampaignStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const CampaignRow& row, Stamp stamp);
  [[nodiscard]] bool update(const CampaignRow& row, Stamp stamp);
  [[nodiscard]] std::optional<CampaignRow> find(Id id);
  [[nodiscard]] std::optional<CampaignRow> find(const std::string& code);
  [[nodiscard]] std::vector<CampaignRow> list(const CampaignFilter& filter);
  [[nodiscard]] std::vector<CampaignRow> all();
  Id add_cost(const CampaignCost& cost, Stamp stamp);
  [[nodiscard]] std::vector<CampaignCost> costs(Id campaign);
  [[nodiscard]] std::optional<CampaignCost> cost(Id campaign, Id id);
  [[nodiscard]] std::optional<CampaignCost> cost(Id id);
  void update_cost(const CampaignCost& cost);
  void remove_cost(Id campaign, Id id);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
