// SPDX-License-Identifier: Apache-2.0
//
// Documents as the module knows them, what is linked to an opportunity, what is parked, what is known of customers, and
// who changed what.
#include "store/list_columns.h"

namespace sales_leads::store {
namespace {

/// A document's key is (kind, id); lists have one number.
constexpr const char* kDocument = "(t.document_id * 2 + case when t.document_kind = 'invoice' then 1 else 0 end)";

lists::List documents(const char* name, const char* from) {
  lists::List list;
  list.name = name;
  list.permission = "sales_leads.link";
  list.from = from;
  list.id = kDocument, list.version = "", list.title = "t.number";
  list.subtitle = customer_text("c", "name"), list.subtitle_join = "c";
  list.joins = {{"c", "left join erp_customer c on c.company_id = t.company_id and c.id = t.customer_id"},
                {"p", "left join erp_project p on p.company_id = t.company_id and p.id = t.project_id"},
                employee_join("e", "t.salesperson_id")};
  list.search = {{"t.number", ""}, {customer_text("c", "name"), "c"}};
  list.default_sort = "-date";
  list.columns = {plain("kind", "t.document_kind"),
                  plain("document", "t.document_id"),
                  plain("measure", "t.measure"),
                  plain("number", "t.number"),
                  customer_ref("t.customer_id", "c"),
                  ref("project", "t.project_id", "coalesce(p.name, '')", "p"),
                  ref("salesperson", "t.salesperson_id", "coalesce(e.name, '')", "e"),
                  money("net", "t.net_minor", "t.currency"),
                  money("company_net", "t.company_minor", ""),
                  money("linked", "t.linked_minor", ""),
                  plain("date", "t.effective_date")};
  return list;
}

ListTable to_link() {
  lists::List list = documents("to_link", "sl_document t");
  list.always = "t.linked_minor = 0 and t.company_minor <> 0";
  list.columns.push_back(plain("reason", "t.reason"));
  return {std::move(list)};
}

ListTable document() { return {documents("document", "sl_document t")}; }

/// What the ledger holds of an opportunity, per document.
ListTable linked_document() {
  lists::List list;
  list.name = "linked_document";
  list.permission = "sales_leads.opportunity.view";
  list.from =
      "(select b.company_id, b.opportunity_id, b.document_kind, b.document_id, b.measure, min(b.effective_date) as "
      "effective_date, cast(sum(b.company_minor) as bigint) as company_minor from sl_ledger b where b.opportunity_id "
      "<> 0 "
      "group by b.company_id, b.opportunity_id, b.document_kind, b.document_id, b.measure) t join sl_opportunity o on "
      "o.id = t.opportunity_id left join sl_document k on k.company_id = t.company_id and k.document_kind = "
      "t.document_kind and k.document_id = t.document_id";
  list.id = kDocument, list.version = "", list.title = "coalesce(k.number, '')";
  list.default_sort = "-date";
  list.joins = {{"c", "left join erp_customer c on c.company_id = t.company_id and c.id = k.customer_id"}};
  list.columns = {ref("opportunity", "t.opportunity_id", "o.title", ""),
                  plain("kind", "t.document_kind"),
                  plain("document", "t.document_id"),
                  plain("measure", "t.measure"),
                  plain("number", "coalesce(k.number, '')"),
                  customer_ref("coalesce(k.customer_id, 0)", "c"),
                  money("amount", "t.company_minor", ""),
                  plain("date", "t.effective_date")};
  return {std::move(list), ListScope::opportunity};
}

ListTable parked() {
  lists::List list;
  list.name = "parked";
  list.permission = "sales_leads.ledger";
  list.from = "sl_parked t";
  list.id = kDocument, list.version = "", list.title = "t.reason";
  list.default_sort = "-parked_at";
  list.columns = {plain("kind", "t.document_kind"),  plain("document", "t.document_id"),
                  plain("reason", "t.reason"),       plain("attempts", "t.attempts"),
                  plain("parked_at", "t.parked_at"), plain("next_try_at", "t.next_try_at")};
  return {std::move(list)};
}

ListTable customer_extra() {
  lists::List list;
  list.name = "customer_extra";
  list.permission = "sales_leads.customer.view";
  // What was written down for a customer that was merged into this one is read until this one has something of its own.
  list.from =
      "erp_customer c left join sl_customer_extra t on t.company_id = c.company_id and t.customer_id = "
      "coalesce((select "
      "x.customer_id from sl_customer_extra x where x.company_id = c.company_id and x.customer_id = c.id), (select "
      "min(x.customer_id) from erp_customer m join sl_customer_extra x on x.company_id = m.company_id and "
      "x.customer_id "
      "= m.id where m.company_id = c.company_id and m.merged_into = c.id))";
  list.id = "c.id", list.version = "coalesce(t.version, 0)", list.company = "c.company_id", list.title = "c.name";
  list.subtitle = "c.number";
  list.always = "c.state = 'active' and c.merged_into is null";
  list.joins = {{"st", "left join sl_list_entry st on st.id = t.status_id"},
                {"so", "left join sl_list_entry so on so.id = t.source_id"}};
  list.search = {{"c.name", ""}, {"c.number", ""}};
  list.default_sort = "customer";
  list.columns = {ref("customer", "c.id", "c.name", ""),
                  ref("status", "coalesce(t.status_id, 0)", "coalesce(st.title_{lang}, '')", "st"),
                  ref("source", "coalesce(t.source_id, 0)", "coalesce(so.title_{lang}, '')", "so"),
                  plain("contact_origin", "coalesce(t.contact_origin, '')"),
                  plain("products", "coalesce(t.products, '')"),
                  plain("changed_at", "t.changed_at")};
  return {std::move(list)};
}

/// The audit log. What a record's readers may know of it, its form shows; the whole is for administrators.
ListTable audit() {
  lists::List list;
  list.name = "audit";
  list.permission = "sales_leads.data_rights";
  list.from = "sl_audit t";
  list.version = "", list.title = "t.action", list.default_sort = "-id";
  list.joins = {{"cb",
                 "left join erp_employee cb on cb.company_id = t.company_id and t.actor_kind = 'user' and cb.user_id = "
                 "t.actor_id"}};
  list.columns = {plain("at", "t.at"),
                  plain("actor_kind", "t.actor_kind"),
                  ref("actor", "t.actor_id", "coalesce(cb.name, '')", "cb"),
                  plain("action", "t.action"),
                  plain("record_kind", "t.entity"),
                  plain("record", "t.entity_id"),
                  plain("detail", "t.detail"),
                  plain("changes", "t.changes")};
  return {std::move(list)};
}

}  // namespace

std::vector<ListTable> document_tables() {
  return {to_link(), document(), linked_document(), parked(), customer_extra(), audit()};
}

}  // namespace sales_leads::store
