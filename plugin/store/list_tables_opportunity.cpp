// SPDX-License-Identifier: Apache-2.0
//
// Opportunities and what hangs on them, as lists.
#include "store/list_columns.h"

namespace sales_leads::store {
namespace {

/// Closed shows 100 or 0; the stored probability comes back when it is opened again.
constexpr const char* kEffective = "case o.status when 'open' then o.probability when 'won' then 10000 else 0 end";

/// Amount times probability, half a unit away from zero. Divided first, so that nothing can overflow.
std::string weighted() {
  const std::string p = "(" + std::string(kEffective) + ")";
  return "(o.company_minor / 10000 * " + p + " + (o.company_minor % 10000 * " + p +
         " + case when o.company_minor < 0 then -5000 else 5000 end) / 10000)";
}

/// Open for longer than its step allows.
constexpr const char* kStale =
    "case when o.status = 'open' and s.stale_days > 0 and (select max(v.entered_at) from sl_step_visit v where "
    "v.company_id = o.company_id and v.opportunity_id = o.id) < ({today} - s.stale_days) * 86400000000 then 1 else 0 "
    "end";

std::vector<lists::Join> opportunity_joins() {
  return {{"c", "left join erp_customer c on c.company_id = o.company_id and c.id = o.customer_id"},
          {"p", "left join erp_project p on p.company_id = o.company_id and p.id = o.project_id"},
          {"ct", "left join erp_contact ct on ct.company_id = o.company_id and ct.id = o.contact_id"},
          {"e", "left join erp_employee e on e.company_id = o.company_id and e.id = o.owner_id"},
          {"l", "left join sl_pipeline l on l.id = o.pipeline_id"},
          {"s", "left join sl_step s on s.id = o.step_id"},
          {"ty", "left join sl_list_entry ty on ty.id = o.type_id"},
          {"so", "left join sl_list_entry so on so.id = o.source_id"},
          {"rj", "left join sl_list_entry rj on rj.id = o.rejection_id"},
          {"g", "left join sl_campaign g on g.id = o.campaign_id"},
          changed_join("o")};
}

ListTable opportunity() {
  lists::List list;
  list.name = "opportunity";
  list.permission = "sales_leads.opportunity.view";
  list.from = "sl_opportunity o";
  list.id = "o.id", list.version = "o.version", list.company = "o.company_id", list.title = "o.title";
  list.subtitle = customer_text("c", "name"), list.subtitle_join = "c";
  list.archived = "o.archived";
  list.joins = opportunity_joins();
  list.search = {{"o.title", ""}, {customer_text("c", "name"), "c"}};
  list.default_sort = "planned_close";
  list.kept_in_order = {"planned_close", "company_amount", "changed_at"};
  list.sorted_at_most = 50'000;
  // No deal without an amount may come between those with one.
  lists::Column company_amount = money("company_amount", "o.company_minor", "");
  company_amount.sort = "coalesce(o.company_minor, -1)";
  lists::Column step = ref("step", "o.step_id", "coalesce(s.title_{lang}, '')", "s");
  step.sort = "coalesce(s.position, 0)";  // steps go in their own order
  list.columns = {
      plain("title", "o.title"),
      plain("description", "o.description"),
      plain("external_id", "o.external_id"),
      customer_ref("o.customer_id", "c"),
      ref("project", "o.project_id", "coalesce(p.name, '')", "p"),
      ref("contact", "o.contact_id", "coalesce(ct.name, '')", "ct"),
      ref("owner", "o.owner_id", "coalesce(e.name, '')", "e"),
      money("amount", "o.amount_minor", "o.currency"),
      company_amount,
      money("weighted", weighted(), ""),
      money("recurring", "o.recurring_minor", "o.currency"),
      plain("recurring_months", "o.recurring_months"),
      money("contract_value",
            "case when o.amount_minor is null and o.recurring_minor is null then null else coalesce(o.amount_minor, 0) "
            "+ coalesce(o.recurring_minor, 0) * coalesce(o.recurring_months, 0) end",
            "o.currency"),
      money("margin", "o.margin_minor", "o.currency"),
      money("amount2", "o.amount2_minor", "o.currency"),
      plain("amount_origin", "o.amount_origin"),
      ref("pipeline", "o.pipeline_id", "coalesce(l.title_{lang}, '')", "l"),
      step,
      plain("status", "o.status"),
      plain("probability", "o.probability"),
      plain("effective_probability", kEffective),
      plain("probability_origin", "o.probability_origin"),
      ref("type", "o.type_id", "coalesce(ty.title_{lang}, '')", "ty"),
      ref("source", "o.source_id", "coalesce(so.title_{lang}, '')", "so"),
      ref("campaign", "o.campaign_id", "coalesce(g.title, '')", "g"),
      ref("rejection", "o.rejection_id", "coalesce(rj.title_{lang}, '')", "rj"),
      plain("rejection_note", "o.rejection_note"),
      plain("rejection_rule", "s.rejection_rule", "s"),
      plain("start", "o.start_date"),
      plain("planned_close", "o.planned_close"),
      plain("actual_close", "o.actual_close"),
      plain("delivery_date", "o.delivery_date"),
      plain("times_slipped", "o.times_slipped"),
      plain("next_activity", "o.next_activity"),
      plain("stale", kStale, "s"),
      plain("archived", "o.archived"),
      plain("created_at", "o.created_at"),
      plain("changed_at", "o.changed_at"),
      changed_by("o"),
  };
  return {std::move(list), ListScope::opportunity};
}

/// Rows below an opportunity.
lists::List below(const char* name, const char* from, std::vector<lists::Join> joins) {
  lists::List list;
  list.name = name;
  list.permission = "sales_leads.opportunity.view";
  list.from = std::string(from) + " join sl_opportunity o on o.id = t.opportunity_id";
  list.version = "";
  list.title = "o.title";
  list.joins = std::move(joins);
  return list;
}

ListTable touch() {
  lists::List list = below("touch", "sl_touch t", {{"g", "left join sl_campaign g on g.id = t.campaign_id"}});
  list.title = "coalesce(g.title, '')", list.title_join = "g";
  list.default_sort = "-date";
  list.columns = {ref("opportunity", "t.opportunity_id", "o.title", ""),
                  ref("campaign", "t.campaign_id", "coalesce(g.title, '')", "g"), plain("date", "t.touch_date")};
  return {std::move(list), ListScope::opportunity};
}

ListTable activity() {
  lists::List list;
  list.name = "activity";
  list.permission = "sales_leads.opportunity.view";
  list.from =
      "sl_activity t left join sl_opportunity o on t.entity = 'opportunity' and o.id = t.entity_id left join sl_lead d "
      "on t.entity = 'lead' and d.id = t.entity_id";
  list.archived = "t.archived";
  list.joins = {
      {"c", "left join erp_customer c on t.entity = 'customer' and c.company_id = t.company_id and c.id = t.entity_id"},
      {"e", "left join erp_employee e on e.company_id = t.company_id and e.id = t.owner_id"}};
  list.search = {{"t.title", ""}};
  list.default_sort = "due";
  list.columns = {
      plain("title", "t.title"),
      plain("kind", "t.kind"),
      plain("text", "t.text"),
      plain("reference", "t.reference"),
      plain("about", "t.entity"),
      ref("opportunity", "case when t.entity = 'opportunity' then t.entity_id else 0 end", "coalesce(o.title, '')", ""),
      ref("lead", "case when t.entity = 'lead' then t.entity_id else 0 end",
          "coalesce(nullif(d.name, ''), d.first_name || ' ' || d.last_name, '')", ""),
      customer_ref("case when t.entity = 'customer' then t.entity_id else 0 end", "c"),
      ref("owner", "t.owner_id", "coalesce(e.name, '')", "e"),
      plain("due", "t.due_date"),
      plain("done", "case when t.done_at is null then 0 else 1 end"),
      plain("done_at", "t.done_at"),
      plain("archived", "t.archived"),
      plain("created_at", "t.created_at")};
  return {std::move(list), ListScope::either};
}

}  // namespace

std::vector<ListTable> opportunity_tables() { return {opportunity(), touch(), activity()}; }

}  // namespace sales_leads::store
