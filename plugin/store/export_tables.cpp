// SPDX-License-Identifier: Apache-2.0
//
// What is exported: one table of columns per list.
#include "store/export_store.h"

namespace sales_leads::store {
namespace {

using enum ExportKind;
using Columns = std::vector<ExportColumn>;

constexpr const char* kEmployee = "coalesce(nullif(e.number, ''), e.name)";

// A customer that was merged in the host is told as the one that took its place.
constexpr const char* kCustomerName =
    "case when c.merged_into is null then c.name else (select s.name from erp_customer s where s.company_id = "
    "c.company_id and s.id = c.merged_into) end";
constexpr const char* kCustomerNumber =
    "case when c.merged_into is null then c.number else (select s.number from erp_customer s where s.company_id = "
    "c.company_id and s.id = c.merged_into) end";
constexpr const char* kCustomer =
    "case when c.merged_into is null then coalesce(nullif(c.number, ''), c.name) else (select "
    "coalesce(nullif(s.number, "
    "''), s.name) from erp_customer s where s.company_id = c.company_id and s.id = c.merged_into) end";

const std::string kLeadName = "case when d.name <> '' then d.name else trim(d.first_name || ' ' || d.last_name) end";
const std::string kMemberName = "coalesce(" + std::string(kCustomerName) + ", " + kLeadName + ")";
const std::string kRecordTitle = "coalesce(o.title, " + std::string(kCustomerName) + ", " + kLeadName + ")";

/// The four columns that every changing row carries.
Columns stamped(Columns columns) {
  for (const ExportColumn& column : {ExportColumn{"created_at", "t.created_at", time},
                                     {"created_by", "t.created_by", integer},
                                     {"changed_at", "t.changed_at", time},
                                     {"changed_by", "t.changed_by", integer}})
    columns.push_back(column);
  return columns;
}

Columns headed(Columns columns) {
  columns.insert(columns.begin(), {{"id", "t.id", integer}, {"version", "t.version", integer}});
  return stamped(std::move(columns));
}

Columns titled(Columns columns) {
  columns.insert(
      columns.begin(),
      {{"code", "t.code"}, {"title_en", "t.title_en"}, {"title_sv", "t.title_sv"}, {"title_nb", "t.title_nb"}});
  return headed(std::move(columns));
}

ExportTable opportunity() {
  return {"opportunity",
          "sales_leads.opportunity.view",
          ExportScope::opportunity,
          "sl_opportunity t join sl_opportunity o on o.id = t.id "
          "left join erp_customer c on c.company_id = t.company_id and c.id = t.customer_id "
          "left join erp_project p on p.company_id = t.company_id and p.id = t.project_id "
          "left join erp_contact ct on ct.company_id = t.company_id and ct.id = t.contact_id "
          "left join erp_employee e on e.company_id = t.company_id and e.id = t.owner_id "
          "left join sl_pipeline l on l.id = t.pipeline_id left join sl_step s on s.id = t.step_id "
          "left join sl_list_entry ty on ty.id = t.type_id left join sl_list_entry so on so.id = t.source_id "
          "left join sl_list_entry rj on rj.id = t.rejection_id left join sl_campaign g on g.id = t.campaign_id",
          "",
          "t.id",
          headed({{"external_id", "t.external_id"},
                  {"title", "t.title"},
                  {"description", "t.description"},
                  {"customer_no", kCustomer},
                  {"customer_name", kCustomerName},
                  {"project_no", "coalesce(nullif(p.number, ''), p.name)"},
                  {"project_name", "p.name"},
                  {"contact", "ct.name"},
                  {"owner", kEmployee},
                  {"owner_name", "e.name"},
                  {"amount_minor", "t.amount_minor", integer},
                  {"currency", "t.currency"},
                  {"company_minor", "t.company_minor", integer},
                  {"rate_units", "t.rate_units", integer},
                  {"rate_exponent", "t.rate_exponent", integer},
                  {"rate_date", "t.rate_date", day},
                  {"amount_origin", "t.amount_origin"},
                  {"recurring_minor", "t.recurring_minor", integer},
                  {"recurring_months", "t.recurring_months", integer},
                  {"margin_minor", "t.margin_minor", margin},
                  {"amount2_minor", "t.amount2_minor", integer},
                  {"pipeline", "l.title_en"},
                  {"step", "s.code"},
                  {"status", "t.status"},
                  {"probability", "t.probability", share},
                  {"probability_origin", "t.probability_origin"},
                  {"type", "ty.code"},
                  {"source", "so.code"},
                  {"campaign", "g.code"},
                  {"rejection", "rj.code"},
                  {"rejection_note", "t.rejection_note"},
                  {"start", "t.start_date", day},
                  {"planned_close", "t.planned_close", day},
                  {"times_slipped", "t.times_slipped", integer},
                  {"closed_on", "t.actual_close", day},
                  {"delivery_date", "t.delivery_date", day},
                  {"next_activity", "t.next_activity", day},
                  {"expiry_notice_on", "t.expiry_notice_on", day},
                  {"archived", "t.archived", integer}})};
}

std::vector<ExportTable> of_opportunities() {
  constexpr const char* kView = "sales_leads.opportunity.view";
  return {
      opportunity(),
      {"opportunity_history",
       kView,
       ExportScope::opportunity,
       "sl_field_history t join sl_opportunity o on o.id = t.opportunity_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"field", "t.field"},
        {"value", "t.value", history},
        {"effective_at", "t.effective_at", time},
        {"recorded_at", "t.recorded_at", time},
        {"actor", "t.actor_id", integer},
        {"origin", "t.origin"}},
       "t.field <> 'margin'"},
      {"opportunity_visit",
       kView,
       ExportScope::opportunity,
       "sl_step_visit t join sl_opportunity o on o.id = t.opportunity_id left join sl_step s on s.id = t.step_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"step", "s.code"},
        {"entered_at", "t.entered_at", time},
        {"left_at", "t.left_at", time},
        {"actor", "t.actor_id", integer},
        {"amount_minor", "t.amount_minor", integer},
        {"planned_close", "t.planned_close", day},
        {"recorded_at", "t.recorded_at", time}}},
      {"opportunity_seller",
       kView,
       ExportScope::opportunity,
       "sl_opportunity_seller t join sl_opportunity o on o.id = t.opportunity_id "
       "left join erp_employee e on e.company_id = t.company_id and e.id = t.employee_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"effective_at", "t.effective_at", time},
        {"set_no", "t.set_no", integer},
        {"employee", kEmployee},
        {"employee_name", "e.name"},
        {"share", "t.share", share},
        {"recorded_at", "t.recorded_at", time},
        {"recorded_by", "t.recorded_by", integer}}},
      {"opportunity_line",
       kView,
       ExportScope::opportunity,
       "sl_opportunity_line t join sl_opportunity o on o.id = t.opportunity_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"line_no", "t.line_no", integer},
        {"product", "t.product"},
        {"quantity_units", "t.quantity_units", integer},
        {"quantity_exponent", "t.quantity_exponent", integer},
        {"net_minor", "t.net_minor", integer}}},
      {"opportunity_touch",
       kView,
       ExportScope::opportunity,
       "sl_touch t join sl_opportunity o on o.id = t.opportunity_id left join sl_campaign g on g.id = t.campaign_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"campaign", "g.code"},
        {"date", "t.touch_date", day},
        {"effective_at", "t.effective_at", time},
        {"recorded_at", "t.recorded_at", time},
        {"recorded_by", "t.recorded_by", integer}}},
      {"link",
       "sales_leads.link",
       ExportScope::opportunity,
       "sl_user_link u left join sl_user_link_share t on t.user_link_id = u.id left join sl_opportunity o on "
       "o.company_id = u.company_id and o.id = coalesce(t.opportunity_id, u.undone_opportunity_id)",
       "",
       "u.id * 1000000000 + coalesce(t.opportunity_id, 0)",
       {{"id", "u.id", integer},
        {"document_kind", "u.document_kind"},
        {"document", "u.document_id", integer},
        {"line", "nullif(u.line_id, 0)", integer},
        {"act", "u.act"},
        {"opportunity", "o.id", integer},
        {"external_id", "o.external_id"},
        {"share", "t.share", share},
        {"reason", "u.reason"},
        {"undone_rule", "nullif(u.undone_rule, '')"},
        {"set_at", "u.set_at", time},
        {"set_by", "u.set_by", integer}}},
      {"link_decision",
       "sales_leads.link",
       ExportScope::opportunity,
       "sl_decision t join sl_opportunity o on o.id = t.opportunity_id",
       "t.document_kind",
       "t.document_id",
       {{"document_kind", "t.document_kind"},
        {"document", "t.document_id", integer},
        {"as_of", "t.as_of", time},
        {"rule", "t.rule"},
        {"opportunity", "t.opportunity_id", integer},
        {"external_id", "o.external_id"},
        {"placed", "t.placed", integer},
        {"reason", "t.reason"},
        {"decided_at", "t.decided_at", time}}},
  };
}

std::vector<ExportTable> of_campaigns() {
  constexpr const char* kView = "sales_leads.campaign.view";
  return {
      {"campaign", kView, ExportScope::everybody,
       "sl_campaign t left join erp_employee e on e.company_id = t.company_id and e.id = t.owner_id "
       "left join sl_list_entry so on so.id = t.source_id left join sl_campaign g on g.id = t.parent_id",
       "", "t.id",
       headed({{"code", "t.code"},
               {"title", "t.title"},
               {"status", "t.status"},
               {"start", "t.start_date", day},
               {"end", "t.end_date", day},
               {"budget_minor", "t.budget_minor", integer},
               {"currency", "t.currency"},
               {"owner", kEmployee},
               {"medium", "t.medium"},
               {"source", "so.code"},
               {"parent", "g.code"},
               {"archived", "t.archived", integer}})},
      {"campaign_cost",
       kView,
       ExportScope::everybody,
       "sl_campaign_cost t join sl_campaign g on g.id = t.campaign_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"campaign", "g.code"},
        {"date", "t.cost_date", day},
        {"amount_minor", "t.amount_minor", integer},
        {"currency", "t.currency"},
        {"company_minor", "t.company_minor", integer},
        {"text", "t.text"},
        {"created_at", "t.created_at", time},
        {"created_by", "t.created_by", integer}}},
      {"campaign_member", kView, ExportScope::member,
       "sl_campaign_member t join sl_campaign g on g.id = t.campaign_id left join erp_customer c on c.company_id = "
       "t.company_id and c.id = t.member_id and t.kind = 'customer' left join sl_lead d on d.id = t.member_id and "
       "t.kind = 'lead'",
       "", "t.id",
       headed({{"campaign", "g.code"},
               {"kind", "t.kind"},
               {"member", "t.member_id", integer},
               {"customer_no", kCustomer},
               {"lead", "nullif(d.external_id, '')"},
               {"lead_id", "d.id", integer},
               {"name", kMemberName.c_str()},
               {"response", "t.response"},
               {"response_date", "t.response_date", day}})},
  };
}

std::vector<ExportTable> of_leads() {
  constexpr const char* kView = "sales_leads.lead.view";
  return {
      {"lead", kView, ExportScope::lead,
       "sl_lead t join sl_lead d on d.id = t.id left join erp_employee e on e.company_id = t.company_id and e.id = "
       "t.owner_id left join sl_list_entry so on so.id = t.source_id left join sl_list_entry ca on ca.id = "
       "t.category_id left join sl_campaign g on g.id = t.campaign_id",
       "", "t.id",
       headed({{"external_id", "t.external_id"},
               {"kind", "t.kind"},
               {"name", "t.name"},
               {"first_name", "t.first_name"},
               {"last_name", "t.last_name"},
               {"org_number", "t.org_number"},
               {"website", "t.website"},
               {"industry", "t.industry"},
               {"turnover_minor", "t.turnover_minor", integer},
               {"currency", "t.currency"},
               {"employees", "t.employees", integer},
               {"street", "t.street"},
               {"postal_code", "t.postal_code"},
               {"city", "t.city"},
               {"country", "t.country"},
               {"source", "so.code"},
               {"campaign", "g.code"},
               {"category", "ca.code"},
               {"owner", kEmployee},
               {"status", "t.status"},
               {"retire_reason", "t.retire_reason"},
               {"description", "t.description"},
               {"score", "t.score", integer},
               {"score_reasons", "t.score_reasons"},
               {"next_activity", "t.next_activity", day},
               {"merged_into", "nullif(t.merged_into, 0)", integer},
               {"customer", "nullif(t.customer_id, 0)", integer},
               {"opportunity", "nullif(t.opportunity_id, 0)", integer},
               {"erased_at", "t.erased_at", time}})},
      {"lead_contact",
       kView,
       ExportScope::lead,
       "sl_lead_contact t join sl_lead d on d.id = t.lead_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"lead", "t.lead_id", integer},
        {"external_id", "d.external_id"},
        {"kind", "t.kind"},
        {"value", "t.value"},
        {"position", "t.position", integer}}},
      {"lead_history",
       kView,
       ExportScope::lead,
       "sl_lead_history t join sl_lead d on d.id = t.lead_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"lead", "t.lead_id", integer},
        {"external_id", "d.external_id"},
        {"field", "t.field"},
        {"value", "t.value"},
        {"effective_at", "t.effective_at", time},
        {"recorded_at", "t.recorded_at", time},
        {"actor", "t.actor_id", integer},
        {"origin", "t.origin"}}},
      {"activity", "", ExportScope::either,
       "sl_activity t left join sl_opportunity o on o.id = t.entity_id and t.entity = 'opportunity' "
       "left join sl_lead d on d.id = t.entity_id and t.entity = 'lead' "
       "left join erp_customer c on c.company_id = t.company_id and c.id = t.entity_id and t.entity = 'customer' "
       "left join erp_employee e on e.company_id = t.company_id and e.id = t.owner_id",
       "", "t.id",
       headed({{"entity", "t.entity"},
               {"record", "t.entity_id", integer},
               {"record_title", kRecordTitle.c_str()},
               {"opportunity", "nullif(o.external_id, '')"},
               {"lead", "nullif(d.external_id, '')"},
               {"customer_no", kCustomer},
               {"kind", "t.kind"},
               {"title", "t.title"},
               {"text", "t.text"},
               {"reference", "t.reference"},
               {"owner", kEmployee},
               {"due_date", "t.due_date", day},
               {"done_at", "t.done_at", time},
               {"done_by", "t.done_by", integer},
               {"archived", "t.archived", integer}})},
      {"customer_extra", "sales_leads.customer.view", ExportScope::everybody,
       "sl_customer_extra t left join erp_customer c on c.company_id = t.company_id and c.id = t.customer_id "
       "left join sl_list_entry st on st.id = t.status_id left join sl_list_entry so on so.id = t.source_id",
       "", "t.customer_id",
       stamped({{"customer", "t.customer_id", integer},
                {"version", "t.version", integer},
                {"customer_no", kCustomerNumber},
                {"status", "st.code"},
                {"source", "so.code"},
                {"contact_origin", "t.contact_origin"},
                {"products", "t.products"},
                {"own_fields", "t.own_fields"}})},
      {"customer_category",
       "sales_leads.customer.view",
       ExportScope::everybody,
       "sl_customer_category t join sl_list_entry ca on ca.id = t.category_id left join erp_customer c on c.company_id "
       "= t.company_id and c.id = t.customer_id",
       "ca.code",
       "t.customer_id",
       {{"customer", "t.customer_id", integer}, {"customer_no", kCustomerNumber}, {"category", "ca.code"}}},
  };
}

ExportTable entries(const char* entity, const char* from) {
  return {entity,
          "",
          ExportScope::everybody,
          from,
          "",
          "t.id",
          titled({{"position", "t.position", integer}, {"effect", "t.effect"}, {"archived", "t.archived", integer}})};
}

std::vector<ExportTable> of_settings() {
  return {
      entries("type", "(select * from sl_list_entry where list = 'type') t"),
      entries("source", "(select * from sl_list_entry where list = 'source') t"),
      entries("rejection", "(select * from sl_list_entry where list = 'rejection') t"),
      entries("customer_status", "(select * from sl_list_entry where list = 'customer_status') t"),
      entries("category", "(select * from sl_list_entry where list = 'category') t"),
      {"step", "", ExportScope::everybody,
       "sl_step t join sl_pipeline l on l.id = t.pipeline_id left join sl_list_entry rj on rj.id = "
       "t.default_rejection_id",
       "", "t.id",
       titled({{"pipeline", "l.title_en"},
               {"position", "t.position", integer},
               {"probability", "t.probability", share},
               {"status", "t.status"},
               {"rejection_rule", "t.rejection_rule"},
               {"default_rejection", "rj.code"},
               {"stale_days", "t.stale_days", integer},
               {"required_fields", "t.required_fields"},
               {"archived", "t.archived", integer}})},
      {"pipeline", "", ExportScope::everybody,
       "sl_pipeline t left join sl_step f on f.id = t.first_step_id left join sl_step w on w.id = t.won_step_id "
       "left join sl_step r on r.id = t.lost_step_id",
       "", "t.id",
       headed({{"title_en", "t.title_en"},
               {"title_sv", "t.title_sv"},
               {"title_nb", "t.title_nb"},
               {"is_default", "t.is_default", integer},
               {"on_order_confirmed", "t.on_order_confirmed"},
               {"link_window_days", "t.link_window_days", integer},
               {"first_step", "f.code"},
               {"won_step", "w.code"},
               {"lost_step", "r.code"},
               {"expire_after_days", "t.expire_after_days", integer},
               {"archived", "t.archived", integer}})},
      {"group", "", ExportScope::everybody, "sl_group t left join sl_group g on g.id = t.parent_id", "", "t.id",
       headed({{"code", "t.code"},
               {"title", "t.title"},
               {"description", "t.description"},
               {"kind", "t.kind"},
               {"parent", "g.code"},
               {"archived", "t.archived", integer}})},
      {"group_member",
       "",
       ExportScope::everybody,
       "sl_group_member t join sl_group g on g.id = t.group_id left join erp_employee e on e.company_id = t.company_id "
       "and e.id = t.employee_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"group", "g.code"},
        {"employee", kEmployee},
        {"employee_name", "e.name"},
        {"from", "t.from_date", day},
        {"to", "t.to_date", day}}},
  };
}

std::vector<ExportTable> of_budgets() {
  constexpr const char* kBudget = "sales_leads.budget";
  return {
      {"budget",
       kBudget,
       ExportScope::seller,
       "sl_budget_cell t join sl_budget_row r on r.id = t.row_id join sl_budget b on b.id = r.budget_id left join "
       "sl_list_entry ty on ty.id = r.type_id left join erp_employee e on e.company_id = t.company_id and e.id = "
       "r.employee_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"year", "b.year", integer},
        {"budget", "b.title"},
        {"active", "b.active", integer},
        {"employee", kEmployee},
        {"employee_name", "e.name"},
        {"type", "ty.code"},
        {"month", "t.month", month},
        {"amount_minor", "t.minor", integer},
        {"row_version", "r.version", integer}}},
      {"budget_version", kBudget, ExportScope::everybody, "sl_budget t", "", "t.id",
       headed({{"year", "t.year", integer},
               {"title", "t.title"},
               {"first_month", "t.first_month", month},
               {"active", "t.active", integer},
               {"locked", "t.locked", integer},
               {"archived", "t.archived", integer}})},
      {"budget_history",
       kBudget,
       ExportScope::seller,
       "sl_budget_history t join sl_budget_history r on r.id = t.id join sl_budget b on b.id = t.budget_id left join "
       "sl_list_entry ty on ty.id = t.type_id left join erp_employee e on e.company_id = t.company_id and e.id = "
       "t.employee_id",
       "",
       "t.id",
       {{"id", "t.id", integer},
        {"year", "b.year", integer},
        {"budget", "b.title"},
        {"employee", kEmployee},
        {"employee_name", "e.name"},
        {"type", "ty.code"},
        {"month", "t.month", month},
        {"before_minor", "t.before_minor", integer},
        {"amount_minor", "t.minor", integer},
        {"origin", "t.origin"},
        {"recorded_at", "t.recorded_at", time},
        {"actor", "t.actor_id", integer}}},
  };
}

std::vector<ExportTable> all_tables() {
  std::vector<ExportTable> tables;
  for (auto* part : {of_opportunities, of_campaigns, of_leads, of_settings, of_budgets}) {
    for (auto& table : part()) tables.push_back(std::move(table));
  }
  return tables;
}

const std::vector<ExportTable>& tables() {
  static const std::vector<ExportTable> kTables = all_tables();
  return kTables;
}

}  // namespace

const ExportTable* export_table(std::string_view entity) {
  for (const ExportTable& table : tables()) {
    if (table.entity == entity) return &table;
  }
  return nullptr;
}

std::string export_entities() {
  std::string names;
  for (const ExportTable& table : tables()) names += (names.empty() ? "" : " | ") + std::string(table.entity);
  return names;
}

}  // namespace sales_leads::store
