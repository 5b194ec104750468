// SPDX-License-Identifier: Apache-2.0
//
// Campaigns with costs and members, and leads, as lists.
#include "store/list_columns.h"

namespace sales_leads::store {
namespace {

constexpr const char* kLeadName =
    "coalesce(nullif(d.name, ''), nullif(trim(d.first_name || ' ' || d.last_name), ''), '')";

/// What each campaign has invoiced: from the sums by campaign, with the rows of the ledger that are not in them yet.
constexpr const char* kInvoiced =
    "left join (select axis_id, cast(sum(minor) as bigint) as minor from (select axis_id, invoices_minor + "
    "credits_minor as minor from sl_rollup_sales where company_id = :company and axis = 'campaign' union all select "
    "campaign_id, company_minor from sl_ledger where company_id = :company and id > :in_sales_sums and measure in "
    "('invoices', 'credits')) told group by axis_id) iv on iv.axis_id = t.id";

ListTable campaign() {
  lists::List list;
  list.name = "campaign";
  list.permission = "sales_leads.campaign.view";
  list.from = "sl_campaign t";
  list.subtitle = "t.code";
  list.archived = "t.archived";
  list.joins = {employee_join("e", "t.owner_id"),
                {"so", "left join sl_list_entry so on so.id = t.source_id"},
                {"pa", "left join sl_campaign pa on pa.id = t.parent_id"},
                {"iv", kInvoiced},
                changed_join()};
  list.search = {{"t.title", ""}, {"t.code", ""}};
  lists::Column invoiced = money("invoiced", "coalesce(iv.minor, 0)", "");
  invoiced.join = "iv";
  list.default_sort = "-start";
  list.columns = {
      plain("code", "t.code"),
      plain("title", "t.title"),
      plain("status", "t.status"),
      plain("start", "t.start_date"),
      plain("end", "t.end_date"),
      money("budget", "t.budget_minor", "t.currency"),
      money("cost",
            "(select coalesce(sum(k.company_minor), 0) from sl_campaign_cost k where k.company_id = "
            "t.company_id and k.campaign_id = t.id)",
            ""),
      invoiced,
      plain("members",
            "(select count(*) from sl_campaign_member m where m.company_id = t.company_id and m.campaign_id = "
            "t.id)"),
      ref("owner", "t.owner_id", "coalesce(e.name, '')", "e"),
      plain("medium", "t.medium"),
      ref("source", "t.source_id", "coalesce(so.title_{lang}, '')", "so"),
      ref("parent", "t.parent_id", "coalesce(pa.title, '')", "pa"),
      plain("archived", "t.archived"),
      plain("created_at", "t.created_at"),
      plain("changed_at", "t.changed_at"),
      changed_by()};
  return {std::move(list)};
}

ListTable campaign_cost() {
  lists::List list;
  list.name = "campaign_cost";
  list.permission = "sales_leads.campaign.view";
  list.from = "sl_campaign_cost t";
  list.version = "";
  list.title = "t.text";
  list.joins = {{"g", "left join sl_campaign g on g.id = t.campaign_id"}};
  list.search = {{"t.text", ""}};
  list.default_sort = "-date";
  list.columns = {ref("campaign", "t.campaign_id", "coalesce(g.title, '')", "g"), plain("date", "t.cost_date"),
                  money("amount", "t.amount_minor", "t.currency"), money("company_amount", "t.company_minor", ""),
                  plain("text", "t.text")};
  return {std::move(list)};
}

ListTable campaign_member() {
  lists::List list;
  list.name = "campaign_member";
  list.permission = "sales_leads.campaign.view";
  list.from = "sl_campaign_member t left join sl_lead d on t.kind = 'lead' and d.id = t.member_id";
  list.title =
      "case when t.kind = 'lead' then " + std::string(kLeadName) + " else " + customer_text("c", "name") + " end";
  list.title_join = "c";
  list.joins = {
      {"c", "left join erp_customer c on t.kind = 'customer' and c.company_id = t.company_id and c.id = t.member_id"},
      {"g", "left join sl_campaign g on g.id = t.campaign_id"}};
  list.search = {{customer_text("c", "name"), "c"}, {kLeadName, ""}};
  list.columns = {ref("campaign", "t.campaign_id", "coalesce(g.title, '')", "g"),
                  plain("kind", "t.kind"),
                  plain("member", "t.member_id"),
                  customer_ref("case when t.kind = 'customer' then t.member_id else 0 end", "c"),
                  ref("lead", "case when t.kind = 'lead' then t.member_id else 0 end", kLeadName, ""),
                  plain("response", "t.response"),
                  plain("response_date", "t.response_date")};
  return {std::move(list), ListScope::lead_member};
}

ListTable lead() {
  lists::List list;
  list.name = "lead";
  list.permission = "sales_leads.lead.view";
  list.from = "sl_lead d";
  list.id = "d.id", list.version = "d.version", list.company = "d.company_id", list.title = kLeadName;
  list.subtitle = "d.city";
  list.archived = "case when d.status in ('converted', 'retired', 'merged') then 1 else 0 end";
  list.joins = {employee_join("e", "d.owner_id", "d"),
                {"so", "left join sl_list_entry so on so.id = d.source_id"},
                {"ca", "left join sl_list_entry ca on ca.id = d.category_id"},
                {"g", "left join sl_campaign g on g.id = d.campaign_id"},
                {"c", "left join erp_customer c on c.company_id = d.company_id and c.id = d.customer_id"},
                {"o", "left join sl_opportunity o on o.id = d.opportunity_id"},
                {"m", "left join sl_lead m on m.id = d.merged_into"},
                changed_join("d")};
  list.search = {{kLeadName, ""}, {"d.org_number", ""}, {"d.city", ""}};
  list.default_sort = "-created_at";
  list.columns = {plain("name", "d.name"),
                  plain("full_name", kLeadName),
                  plain("kind", "d.kind"),
                  plain("first_name", "d.first_name"),
                  plain("last_name", "d.last_name"),
                  plain("org_number", "d.org_number"),
                  plain("website", "d.website"),
                  plain("industry", "d.industry"),
                  money("turnover", "d.turnover_minor", "d.currency"),
                  plain("employees", "d.employees"),
                  plain("street", "d.street"),
                  plain("postal_code", "d.postal_code"),
                  plain("city", "d.city"),
                  plain("country", "d.country"),
                  ref("source", "d.source_id", "coalesce(so.title_{lang}, '')", "so"),
                  ref("campaign", "d.campaign_id", "coalesce(g.title, '')", "g"),
                  ref("category", "d.category_id", "coalesce(ca.title_{lang}, '')", "ca"),
                  ref("owner", "d.owner_id", "coalesce(e.name, '')", "e"),
                  plain("status", "d.status"),
                  plain("retire_reason", "d.retire_reason"),
                  plain("description", "d.description"),
                  plain("score", "d.score"),
                  plain("next_activity", "d.next_activity"),
                  customer_ref("d.customer_id", "c"),
                  ref("opportunity", "d.opportunity_id", "coalesce(o.title, '')", "o"),
                  ref("merged_into", "d.merged_into", "coalesce(m.name, '')", "m"),
                  plain("external_id", "d.external_id"),
                  plain("archived", list.archived),
                  plain("created_at", "d.created_at"),
                  plain("changed_at", "d.changed_at"),
                  changed_by("d")};
  return {std::move(list), ListScope::lead};
}

}  // namespace

std::vector<ListTable> campaign_tables() { return {campaign(), campaign_cost(), campaign_member(), lead()}; }

}  // namespace sales_leads::store
