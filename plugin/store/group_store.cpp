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

bool GroupStore::update(const GroupRow& group, Stamp stamp) {
  return session_.execute(
             "update sl_group set version = version + 1, title = :title, description = :description, kind = :kind, "
             "parent_id = nullif(cast(:parent as bigint), 0), archived = :archived, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and version = :version",
             {{"title", group.title},
              {"description", group.description},
              {"kind", group.kind},
              {"parent", group.parent},
              {"archived", group.archived},
              {"at", stamp.at},
              {"by", stamp.by},
              {"company", company_},
              {"id", group.id},
              {"version", group.version}}) == 1;
}

Id GroupStore::add_member(const Membership& member) {
  return std::get<0>(
      session_
          .query<Id>("insert into sl_group_member (company_id, group_id, employee_id, from_date, to_date) "
                     "values (:company, :group, :employee, :from, cast(:to as bigint)) returning id",
                     {{"company", company_},
                      {"group", member.group},
                      {"employee", member.employee},
                      {"from", member.from},
                      {"to", member.to}})
          .at(0));
}

void GroupStore::end_member(Id membership, std::optional<std::int64_t> to) {
  session_.execute("update sl_group_member set to_date = cast(:to as bigint) where company_id = :company and id = :id",
                   {{"to", to}, {"company", company_}, {"id", membership}});
}

void GroupStore::remove_member(Id membership) {
  session_.execute("delete from sl_group_member where company_id = :company and id = :id",
                   {{"company", company_}, {"id", membership}});
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
      "select m.group_id, m.employee_id, m.from_date, m.to_date, g.kind, m.id from sl_group_member m join sl_group g "
      "on "
      "g.id = m.group_id where m.company_id = :company";
  Params params{{"company", company_}};
  if (employee != 0) {
    sql += " and m.employee_id = :employee";
    params.emplace_back("employee", employee);
  }
  std::vector<Membership> members;
  for (auto& [group, member, from, to, kind, id] :
       session_.query<Id, Id, std::int64_t, std::optional<std::int64_t>, std::string, Id>(
           sql + " order by m.employee_id, m.from_date, m.id", params)) {
    members.push_back({group, member, from, to, kind, id});
  }
  return members;
}

}  // namespace sales_leads::store
