// SPDX-License-Identifier: Apache-2.0
#include "store/lead_rule_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select id, version, position, title, source_id, campaign_id, category_id, country, postal_from, postal_to, "
    "group_id, employee_id, last_employee_id, archived from sl_lead_rule where company_id = :company";

std::vector<LeadRuleRow> read(Session& session, const std::string& sql, const Params& params) {
  using Text = std::string;
  using Int = std::int64_t;
  std::vector<LeadRuleRow> rows;
  for (auto& [id, version, position, title, source, campaign, category, country, from, to, group, employee, last,
              archived] :
       session.query<Id, Int, Int, Text, Id, Id, Id, Text, Text, Text, Id, Id, Id, Int>(sql, params)) {
    rows.push_back({id, version, position, title, source, campaign, category, country, from, to, group, employee, last,
                    archived != 0});
  }
  return rows;
}

Params bound(Id company, const LeadRuleRow& row, Stamp stamp) {
  return {{"company", company},     {"position", row.position}, {"title", row.title},
          {"source", row.source},   {"campaign", row.campaign}, {"category", row.category},
          {"country", row.country}, {"from", row.postal_from},  {"to", row.postal_to},
          {"group_no", row.group},  {"employee", row.employee}, {"at", stamp.at},
          {"by", stamp.by}};
}

}  // namespace

Id LeadRuleStore::insert(const LeadRuleRow& row, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_lead_rule (company_id, position, title, source_id, campaign_id, "
                                    "category_id, country, postal_from, postal_to, group_id, employee_id, created_at, "
                                    "created_by, changed_at, changed_by) values (:company, :position, :title, :source, "
                                    ":campaign, :category, :country, :from, :to, :group_no, :employee, :at, :by, :at, "
                                    ":by) returning id",
                                    bound(company_, row, stamp))
                         .at(0));
}

bool LeadRuleStore::update(const LeadRuleRow& row, Stamp stamp) {
  Params params = bound(company_, row, stamp);
  params.emplace_back("id", row.id);
  params.emplace_back("version", row.version);
  params.emplace_back("archived", row.archived);
  return session_.execute(
             "update sl_lead_rule set version = version + 1, position = :position, title = :title, source_id = "
             ":source, campaign_id = :campaign, category_id = :category, country = :country, postal_from = :from, "
             "postal_to = :to, group_id = :group_no, employee_id = :employee, archived = :archived, changed_at = :at, "
             "changed_by = :by where company_id = :company and id = :id and version = :version",
             params) == 1;
}

bool LeadRuleStore::take_turn(Id rule, Id last_employee, Id next_employee) {
  return session_.execute(
             "update sl_lead_rule set last_employee_id = :next where company_id = :company and id = :id and "
             "last_employee_id = :last",
             {{"next", next_employee}, {"company", company_}, {"id", rule}, {"last", last_employee}}) == 1;
}

std::optional<LeadRuleRow> LeadRuleStore::find(Id id) {
  auto rows = read(session_, std::string(kSelect) + " and id = :id", {{"company", company_}, {"id", id}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<LeadRuleRow> LeadRuleStore::list(bool archived) {
  return read(session_, std::string(kSelect) + (archived ? "" : " and archived = 0") + " order by position, id",
              {{"company", company_}});
}

}  // namespace sales_leads::store
