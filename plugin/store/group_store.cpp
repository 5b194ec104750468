// SPDX-License-Identifier: Apache-2.0
#include "store/group_store.h"

namespace sales_leads::store {

std::vector<GroupRow> GroupStore::groups() {
  std::vector<GroupRow> groups;
  for (auto& [id, version, code, title, description, kind, parent, archived] :
       session_.query<Id, std::int64_t, std::string, std::string, std::string, std::string, Id, std::int64_t>(
           "select id, version, code, title, description, kind, coalesce(parent_id, 0), archived from sl_group "
           "where company_id = :company order by id",
           {{"company", company_}})) {
    groups.push_back({id, version, code, title, description, kind, parent, archived != 0});
  }
  return groups;
}

Id GroupStore::insert(const GroupRow& group, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_group (company_id, code, title, description, kind, parent_id, "
                                    "created_at, created_by, changed_at, changed_by) values (:company, :code, :title, "
                                    ":description, :kind, nullif(cast(:parent as bigint), 0), :at, :by, :at, :by) "
                                    "returning id",
                                    {{"company", company_},
                                     {"code", group.code},
                                     {"title", group.title},
                                     {"description", group.description},
                                     {"kind", group.kind},
                                     {"parent", group.parent},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})
                         .at(0));
}

void GroupStore::add_members(const std::vector<Membership>& members) {
  std::vector<std::int64_t> company(members.size(), company_), group, employee, from;
  std::vector<std::optional<std::int64_t>> to;
  for (const auto& member : members) {
    group.push_back(member.group);
    employee.push_back(member.employee);
    from.push_back(member.from);
    to.push_back(member.to);
  }
  session_.bulk(
      "sl_group_member",
      {{"company_id", company}, {"group_id", group}, {"employee_id", employee}, {"from_date", from}, {"to_date", to}});
}

std::vector<Membership> GroupStore::members(Id employee) {
  std::string sql =
      "select m.group_id, m.employee_id, m.from_date, m.to_date, g.kind from sl_group_member m join sl_group g on "
      "g.id = m.group_id where m.company_id = :company";
  Params params{{"company", company_}};
  if (employee != 0) {
    sql += " and m.employee_id = :employee";
    params.emplace_back("employee", employee);
  }
  std::vector<Membership> members;
  for (auto& [group, member, from, to, kind] :
       session_.query<Id, Id, std::int64_t, std::optional<std::int64_t>, std::string>(
           sql + " order by m.employee_id, m.from_date, m.id", params)) {
    members.push_back({group, member, from, to, kind});
  }
  return members;
}

}  // namespace sales_leads::store
