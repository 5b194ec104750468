// SPDX-License-Identifier: Apache-2.0
#include "store/member_store.h"

#include <set>

#include "store/same_customers.h"

namespace sales_leads::store {

std::vector<Id> MemberStore::same(const std::string& kind, Id member) {
  return kind == "customer" ? SameCustomers(session_, company_).ids({member}) : std::vector<Id>{member};
}

std::vector<Id> MemberStore::not_yet(Id campaign, const std::vector<Id>& customers) {
  const auto standing = SameCustomers(session_, company_).standing_for(customers);
  std::vector<Id> all;
  for (const auto& [id, into] : standing) all.push_back(id);
  std::set<Id> taken;
  for (const auto& [id] :
       session_.query<Id>("select member_id from sl_campaign_member where company_id = :company and campaign_id = "
                          ":campaign and kind = "
                          "'customer' and " +
                              session_.in_ids("member_id", "ids"),
                          {{"company", company_}, {"campaign", campaign}, {"ids", session_.ids_text(all)}})) {
    taken.insert(standing.at(id));
  }
  std::vector<Id> left;
  for (const Id id : customers) {
    if (!taken.contains(standing.at(id))) left.push_back(id);
  }
  return left;
}

std::int64_t MemberStore::add(Id campaign, const std::string& kind, const std::vector<Id>& asked, Stamp stamp) {
  if (asked.empty()) return 0;
  const auto members = kind == "customer" ? not_yet(campaign, asked) : asked;
  if (members.empty()) return 0;
  const auto count = [&] {
    return std::get<0>(*session_.first<std::int64_t>(
        "select count(*) from sl_campaign_member where company_id = :company and campaign_id = :campaign",
        {{"company", company_}, {"campaign", campaign}}));
  };
  const std::int64_t before = count();
  const std::size_t n = members.size();
  const auto same = [n](std::int64_t value) { return std::vector<std::int64_t>(n, value); };
  session_.bulk("sl_campaign_member",
                {{"company_id", same(company_)},
                 {"campaign_id", same(campaign)},
                 {"kind", std::vector<std::string>(n, kind)},
                 {"member_id", members},
                 {"created_at", same(stamp.at)},
                 {"created_by", same(stamp.by)},
                 {"changed_at", same(stamp.at)},
                 {"changed_by", same(stamp.by)}},
                "on conflict (company_id, campaign_id, kind, member_id) do nothing");
  return count() - before;
}

Id MemberStore::insert(const MemberRow& member, Stamp stamp) {
  return std::get<0>(
      session_
          .query<Id>(
              "insert into sl_campaign_member (company_id, campaign_id, kind, member_id, response, response_date, "
              "created_at, created_by, changed_at, changed_by) values (:company, :campaign, :kind, :member, "
              ":response, cast(:day as bigint), :at, :by, :at, :by) returning id",
              {{"company", company_},
               {"campaign", member.campaign},
               {"kind", member.kind},
               {"member", member.member},
               {"response", member.response},
               {"day", member.response_date},
               {"at", stamp.at},
               {"by", stamp.by}})
          .at(0));
}

bool MemberStore::remove(Id campaign, const std::string& kind, Id member) {
  return session_.execute(
             "delete from sl_campaign_member where company_id = :company and campaign_id = :campaign and kind = :kind "
             "and " +
                 session_.in_ids("member_id", "ids"),
             {{"company", company_},
              {"campaign", campaign},
              {"kind", kind},
              {"ids", session_.ids_text(same(kind, member))}}) > 0;
}

std::optional<MemberRow> MemberStore::find(Id campaign, const std::string& kind, Id member) {
  const auto row = session_.first<Id, std::int64_t, std::string, std::optional<std::int64_t>>(
      "select id, version, response, response_date from sl_campaign_member where company_id = :company and "
      "campaign_id = :campaign and kind = :kind and " +
          session_.in_ids("member_id", "ids") + " order by id limit 1",
      {{"company", company_}, {"campaign", campaign}, {"kind", kind}, {"ids", session_.ids_text(same(kind, member))}});
  if (!row) return std::nullopt;
  const auto& [id, version, response, date] = *row;
  return MemberRow{id, version, campaign, kind, member, response, date, ""};
}

std::optional<MemberRow> MemberStore::find(Id id) {
  const auto row = session_.first<std::int64_t, Id, std::string, Id, std::string, std::optional<std::int64_t>>(
      "select version, campaign_id, kind, member_id, response, response_date from sl_campaign_member where company_id "
      "= "
      ":company and id = :id",
      {{"company", company_}, {"id", id}});
  if (!row) return std::nullopt;
  const auto& [version, campaign, kind, member, response, date] = *row;
  return MemberRow{id, version, campaign, kind, member, response, date, ""};
}

bool MemberStore::set_response(const MemberRow& member, Stamp stamp) {
  return session_.execute(
             "update sl_campaign_member set version = version + 1, response = :response, "
             "response_date = cast(:day as bigint), changed_at = :at, changed_by = :by where company_id = :company and "
             "id = :id and version = :version",
             {{"response", member.response},
              {"day", member.response_date},
              {"at", stamp.at},
              {"by", stamp.by},
              {"company", company_},
              {"id", member.id},
              {"version", member.version}}) == 1;
}

std::vector<MemberRow> MemberStore::list(const MemberFilter& filter) {
  std::string sql =
      "select m.id, m.version, m.kind, coalesce(c.merged_into, m.member_id), m.response, m.response_date, "
      "coalesce(case "
      "when c.merged_into is null then c.name else (select s.name from erp_customer s where s.company_id = "
      "c.company_id "
      "and s.id = c.merged_into) end, "
      "case when l.name <> '' then l.name else trim(l.first_name || ' ' || l.last_name) end, '') "
      "from sl_campaign_member m left join erp_customer c on m.kind = 'customer' and c.id = m.member_id and "
      "c.company_id = m.company_id left join sl_lead l on m.kind = 'lead' and l.id = m.member_id and "
      "l.company_id = m.company_id where m.company_id = :company and m.campaign_id = :campaign and m.id > :after";
  Params params{{"company", company_}, {"campaign", filter.campaign}, {"after", filter.after}, {"count", filter.limit}};
  if (!filter.kind.empty()) {
    sql += " and m.kind = :kind";
    params.emplace_back("kind", filter.kind);
  }
  if (!filter.response.empty()) {
    sql += " and m.response = :response";
    params.emplace_back("response", filter.response);
  }
  if (filter.leads_of) {
    sql += " and (m.kind = 'customer' or l.owner_id = 0 or " + session_.in_ids("l.owner_id", "owners") + ")";
    params.emplace_back("owners", session_.ids_text(*filter.leads_of));
  }
  std::vector<MemberRow> rows;
  for (auto& [id, version, kind, member, response, date, name] :
       session_.query<Id, std::int64_t, std::string, Id, std::string, std::optional<std::int64_t>, std::string>(
           sql + " order by m.id limit :count", params)) {
    rows.push_back({id, version, filter.campaign, kind, member, response, date, std::move(name)});
  }
  return rows;
}

std::vector<Id> MemberStore::leads(const std::vector<Id>& ids, const std::optional<std::vector<Id>>& owners) {
  std::vector<Id> found;
  if (ids.empty()) return found;
  std::string sql = "select id from sl_lead where company_id = :company and " + session_.in_ids("id", "ids");
  Params params{{"company", company_}, {"ids", session_.ids_text(ids)}};
  if (owners) {
    sql += " and (owner_id = 0 or " + session_.in_ids("owner_id", "owners") + ")";
    params.emplace_back("owners", session_.ids_text(*owners));
  }
  for (const auto& [id] : session_.query<Id>(sql + " order by id", params)) found.push_back(id);
  return found;
}

}  // namespace sales_leads::store
