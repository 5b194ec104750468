// SPDX-License-Identifier: Apache-2.0
#include "store/campaign_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select id, version, code, title, status, start_date, end_date, budget_minor, currency, owner_id, medium, "
    "coalesce(source_id, 0), archived from sl_campaign where company_id = :company";

std::vector<CampaignRow> read(Session& session, const std::string& sql, const Params& params) {
  using Maybe = std::optional<std::int64_t>;
  std::vector<CampaignRow> rows;
  for (auto& [id, version, code, title, status, start, end, budget, currency, owner, medium, source, archived] :
       session.query<Id, std::int64_t, std::string, std::string, std::string, Maybe, Maybe, Maybe, std::string, Id,
                     std::string, Id, std::int64_t>(sql, params)) {
    rows.push_back(
        {id, version, code, title, status, start, end, budget, currency, owner, medium, source, archived != 0});
  }
  return rows;
}

Params bound(Id company, const CampaignRow& row, Stamp stamp) {
  return {{"company", company}, {"code", row.code},     {"title", row.title},   {"status", row.status},
          {"start", row.start}, {"end", row.end},       {"budget", row.budget}, {"currency", row.currency},
          {"owner", row.owner}, {"medium", row.medium}, {"source", row.source}, {"at", stamp.at},
          {"by", stamp.by}};
}

}  // namespace

Id CampaignStore::insert(const CampaignRow& row, Stamp stamp) {
  return std::get<0>(
      session_
          .query<Id>("insert into sl_campaign (company_id, code, title, status, start_date, end_date, "
                     "budget_minor, currency, owner_id, medium, source_id, created_at, created_by, "
                     "changed_at, changed_by) values (:company, :code, :title, :status, "
                     "cast(:start as bigint), cast(:end as bigint), cast(:budget as bigint), :currency, "
                     ":owner, :medium, nullif(cast(:source as bigint), 0), :at, :by, :at, :by) returning id",
                     bound(company_, row, stamp))
          .at(0));
}

bool CampaignStore::update(const CampaignRow& row, Stamp stamp) {
  Params params = bound(company_, row, stamp);
  params.emplace_back("id", row.id);
  params.emplace_back("version", row.version);
  params.emplace_back("archived", row.archived);
  return session_.execute(
             "update sl_campaign set version = version + 1, code = :code, title = :title, status = :status, "
             "start_date = cast(:start as bigint), end_date = cast(:end as bigint), "
             "budget_minor = cast(:budget as bigint), currency = :currency, owner_id = :owner, medium = :medium, "
             "source_id = nullif(cast(:source as bigint), 0), archived = :archived, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and version = :version",
             params) == 1;
}

std::optional<CampaignRow> CampaignStore::find(Id id) {
  auto rows = read(session_, std::string(kSelect) + " and id = :id", {{"company", company_}, {"id", id}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::optional<CampaignRow> CampaignStore::find(const std::string& code) {
  auto rows = read(session_, std::string(kSelect) + " and code = :code", {{"company", company_}, {"code", code}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<CampaignRow> CampaignStore::list(Id after, std::int64_t limit, bool archived) {
  return read(
      session_,
      std::string(kSelect) + " and id > :after" + (archived ? "" : " and archived = 0") + " order by id limit :count",
      {{"company", company_}, {"after", after}, {"count", limit}});
}

std::vector<CampaignRow> CampaignStore::all() {
  return read(session_, std::string(kSelect) + " order by id", {{"company", company_}});
}

Id CampaignStore::add_cost(const CampaignCost& cost, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_campaign_cost (company_id, campaign_id, cost_date, amount_minor, "
                                    "currency, company_minor, text, created_at, created_by) values (:company, "
                                    ":campaign, :day, :minor, :currency, :company_minor, :text, :at, :by) returning id",
                                    {{"company", company_},
                                     {"campaign", cost.campaign},
                                     {"day", cost.date},
                                     {"minor", cost.minor},
                                     {"currency", cost.currency},
                                     {"company_minor", cost.company_minor},
                                     {"text", cost.text},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})
                         .at(0));
}

std::vector<CampaignCost> CampaignStore::costs(Id campaign) {
  std::vector<CampaignCost> costs;
  for (auto& [id, day, minor, currency, company_minor, text] :
       session_.query<Id, std::int64_t, std::int64_t, std::string, std::int64_t, std::string>(
           "select id, cost_date, amount_minor, currency, company_minor, text from sl_campaign_cost "
           "where company_id = :company and campaign_id = :campaign order by cost_date, id",
           {{"company", company_}, {"campaign", campaign}})) {
    costs.push_back({id, campaign, day, minor, currency, company_minor, text});
  }
  return costs;
}

}  // namespace sales_leads::store
