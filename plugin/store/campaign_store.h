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
  Id source = 0;
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

class CampaignStore {
 public:
  CampaignStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const CampaignRow& row, Stamp stamp);
  [[nodiscard]] bool update(const CampaignRow& row, Stamp stamp);
  [[nodiscard]] std::optional<CampaignRow> find(Id id);
  [[nodiscard]] std::optional<CampaignRow> find(const std::string& code);
  [[nodiscard]] std::vector<CampaignRow> list(Id after, std::int64_t limit, bool archived);
  [[nodiscard]] std::vector<CampaignRow> all();
  Id add_cost(const CampaignCost& cost, Stamp stamp);
  [[nodiscard]] std::vector<CampaignCost> costs(Id campaign);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
