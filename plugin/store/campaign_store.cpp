// SPDX-License-Identifier: Apache-2.0
#include "store/campaign_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select id, version, code, title, status, start_date, end_date, budget_minor, currency, owner_id, medium, "
    "coalesce(source_id, 0), coalesce(parent_id, 0), archived from sl_campaign where company_id = :company";

std::vector<CampaignRow> read(Session& session, const std::string& sql, const Params& params) {
  using Maybe = std::optional<std::int64_t>;
  std::vector<CampaignRow> rows;
  for (auto& [id, version, code, title, status, start, end, budget, currency, owner, medium, source, parent, archived] :
       session.query<Id, std::int64_t, std::string, std::string, std::string, Maybe, Maybe, Maybe, std::string, Id,
                     std::string, Id, Id, std::int64_t>(sql, params)) {
    rows.push_back(
        {id, version, code, title, status, start, end, budget, currency, owner, medium, source, parent, archived != 0});
  }
  return rows;
}

Params bound(Id company, const CampaignRow& row, Stamp stamp) {
  return {{"company", company}, {"code", row.code},     {"title", row.title},   {"status", row.status},
          {"start", row.start}, {"end", row.end},       {"budget", row.budget}, {"currency", row.currency},
          {"owner", row.owner}, {"medium", row.medium}, {"source", row.source}, {"parent", row.parent},
          {"at", stamp.at},     {"by", stamp.by}};
}

}  // namespace

Id CampaignStore::insert(const CampaignRow& row, Stamp stamp) {
  return std::get<0>(
      session_
          .query<Id>("insert into sl_campaign (company_id, code, title, status, start_date, end_date, "
                     "budget_minor, currency, owner_id, medium, source_id, parent_id, created_at, created_by, "
                     "changed_at, changed_by) values (:company, :code, :title, :status, "
                     "cast(:start as bigint), cast(:end as bigint), cast(:budget as bigint), :currency, "
                     ":owner, :medium, nullif(cast(:source as bigint), 0), nullif(cast(:parent as bigint), 0), "
                     ":at, :by, :at, :by) returning id",
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
             "source_id = nullif(cast(:source as bigint), 0), parent_id = nullif(cast(:parent as bigint), 0), archived "
             "= :archived, changed_at = :at, changed_by = :by "
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

std::vector<CampaignRow> CampaignStore::list(const CampaignFilter& filter) {
  std::string sql = std::string(kSelect) + " and id > :after";
  Params params{{"company", company_}, {"after", filter.after}, {"count", filter.limit}};
  const auto also = [&](bool wanted, const char* condition, Param bind) {
    if (!wanted) return;
    sql += condition;
    params.push_back(std::move(bind));
  };
  if (!filter.archived) sql += " and archived = 0";
  if (!filter.text.empty()) {
    std::string pattern = "%";
    for (const char c : filter.text)
      pattern += c == '%' || c == '_' || c == '!' ? std::string("!") + c : std::string(1, c);
    also(true, " and (lower(title) like lower(cast(:text as text)) escape '!'", {"text", pattern + "%"});
    also(true, " or lower(code) like lower(cast(:text2 as text)) escape '!')", {"text2", pattern + "%"});
  }
  also(!filter.status.empty(), " and status = :status", {"status", filter.status});
  also(!filter.medium.empty(), " and medium = :medium", {"medium", filter.medium});
  also(filter.source != 0, " and source_id = :source", {"source", filter.source});
  also(filter.owner != 0, " and owner_id = :owner", {"owner", filter.owner});
  also(filter.parent != 0, " and parent_id = :parent", {"parent", filter.parent});
  also(filter.active_on.has_value(), " and (start_date is null or start_date <= :day)", {"day", filter.active_on});
  also(filter.active_on.has_value(), " and (end_date is null or end_date >= :day2)", {"day2", filter.active_on});
  return read(session_, sql + " order by id limit :count", params);
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

std::optional<CampaignCost> CampaignStore::cost(Id campaign, Id id) {
  for (auto& cost : costs(campaign)) {
    if (cost.id == id) return std::move(cost);
  }
  return std::nullopt;
}

std::optional<CampaignCost> CampaignStore::cost(Id id) {
  const auto row = session_.first<Id, std::int64_t, std::int64_t, std::string, std::int64_t, std::string>(
      "select campaign_id, cost_date, amount_minor, currency, company_minor, text from sl_campaign_cost where "
      "company_id "
      "= :company and id = :id",
      {{"company", company_}, {"id", id}});
  if (!row) return std::nullopt;
  const auto& [campaign, day, minor, currency, company_minor, text] = *row;
  return CampaignCost{id, campaign, day, minor, currency, company_minor, text};
}

void CampaignStore::update_cost(const CampaignCost& cost) {
  session_.execute(
      "update sl_campaign_cost set cost_date = :day, amount_minor = :minor, currency = :currency, "
      "company_minor = :company_minor, text = :text where company_id = :company and campaign_id = :campaign and id = "
      ":id",
      {{"company", company_},
       {"campaign", cost.campaign},
       {"id", cost.id},
       {"day", cost.date},
       {"minor", cost.minor},
       {"currency", cost.currency},
       {"company_minor", cost.company_minor},
       {"text", cost.text}});
}

void CampaignStore::remove_cost(Id campaign, Id id) {
  session_.execute("delete from sl_campaign_cost where company_id = :company and campaign_id = :campaign and id = :id",
                   {{"company", company_}, {"campaign", campaign}, {"id", id}});
}

}  // namespace sales_leads::store
