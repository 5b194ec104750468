// SPDX-License-Identifier: Apache-2.0
#include "store/person_places.h"

#include <algorithm>
#include <array>

namespace sales_leads::store {
namespace {

/// By the person's kind.
struct Place {
  const char* kind;
  const char* table;
  const char* condition;
};
constexpr std::array<Place, 26> kPlaces = {{
    {"lead", "sl_lead", "id = :id"},
    {"lead", "sl_lead_contact", "lead_id = :id"},
    {"lead", "sl_lead_key", "lead_id = :id"},
    {"lead", "sl_lead_history", "lead_id = :id"},
    {"lead", "sl_activity", "entity = 'lead' and entity_id = :id"},
    {"lead", "sl_campaign_member", "kind = 'lead' and member_id = :id"},
    {"lead", "sl_conversion", "lead_id = :id"},
    {"lead", "sl_merge", "survivor_id = :id or merged_id = :id2"},
    {"lead", "sl_opportunity", "id in (select opportunity_id from sl_lead where company_id = :company2 and id = :id)"},
    {"lead", "sl_import_row",
     "record_id = :id and batch_id in (select id from sl_import_batch where company_id = "
     ":company2 and entity in ('lead', 'leads'))"},
    {"lead", "sl_erasure", "entity = 'lead' and entity_id = :id"},
    {"contact", "sl_opportunity", "contact_id = :id"},
    {"contact", "sl_field_history",
     "opportunity_id in (select id from sl_opportunity where company_id = :company2 and contact_id = :id)"},
    {"contact", "sl_activity",
     "entity = 'opportunity' and entity_id in (select id from sl_opportunity where company_id = :company2 and "
     "contact_id = :id)"},
    {"contact", "sl_erasure", "entity = 'contact' and entity_id = :id"},
    {"employee", "sl_group_member", "employee_id = :id"},
    {"employee", "sl_opportunity_seller", "employee_id = :id"},
    {"employee", "sl_opportunity", "owner_id = :id"},
    {"employee", "sl_activity", "owner_id = :id"},
    {"employee", "sl_campaign", "owner_id = :id"},
    {"employee", "sl_lead_rule", "employee_id = :id or last_employee_id = :id2"},
    {"employee", "sl_budget_row", "employee_id = :id"},
    {"employee", "sl_budget_history", "employee_id = :id"},
    {"employee", "sl_audit",
     "actor_kind = 'user' and actor_id in (select user_id from erp_employee where company_id = "
     ":company2 and id = :id)"},
    {"employee", "sl_user_link",
     "set_by in (select user_id from erp_employee where company_id = :company2 and id = :id)"},
    {"employee", "sl_erasure", "entity = 'employee' and entity_id = :id"},
}};

}  // namespace

std::vector<RowsAbout> rows_about(Session& session, Id company, const std::vector<Person>& persons,
                                  std::int64_t limit) {
  const auto tables = company_tables(session);
  std::vector<RowsAbout> all;
  for (const Place& place : kPlaces) {
    if (persons.empty() || persons.front().kind != place.kind) continue;
    const auto table =
        std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.table == place.table; });
    if (table == tables.end()) continue;
    const std::string condition = place.condition;
    RowsAbout about{place.table, {}, {}, true};
    for (const Person& person : persons) {
      Params params{{"company", company}, {"id", person.id}};
      if (condition.find(":company2") != std::string::npos) params.emplace_back("company2", company);
      if (condition.find(":id2") != std::string::npos) params.emplace_back("id2", person.id);
      for (auto& row : rows_of(session, *table, condition, params, limit + 1)) {
        const bool twice =
            persons.size() > 1 && std::find(about.rows.begin(), about.rows.end(), row) != about.rows.end();
        if (!twice) about.rows.push_back(std::move(row));
      }
    }
    for (const auto& column : table->columns) about.columns.push_back(column.name);
    if (static_cast<std::int64_t>(about.rows.size()) > limit) {
      about.rows.resize(static_cast<std::size_t>(limit));
      about.whole = false;
    }
    all.push_back(std::move(about));
  }
  return all;
}

}  // namespace sales_leads::store
