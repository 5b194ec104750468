// SPDX-License-Identifier: Apache-2.0
//
// The SQL of the host's lists, column by column.
#include "services/record_lists.h"

namespace erp::host::record_lists {

namespace {

using sdk::lists::Column;
using sdk::lists::Join;
using sdk::lists::List;

Column plain(const char* name, const std::string& value) { return {.name = name, .value = value}; }
Column ref(const char* name, const std::string& value, const std::string& title, const char* join) {
  return {.name = name, .value = value, .other = title, .other_join = join, .zero_is_none = true};
}
Column money(const char* name, const std::string& value, const char* currency) {
  return {.name = name, .value = value, .other = currency};
}

List base(const char* name, const char* permission, const char* from) {
  List list;
  list.name = name;
  list.permission = permission;
  list.from = from;
  list.version = "t.row_version";
  list.title = "t.name";
  list.default_sort = "name";
  return list;
}

Join customer_join() { return {"c", "left join host_customer c on c.id = t.customer_id"}; }
Join project_join() { return {"p", "left join host_project p on p.id = t.project_id"}; }
Join seller_join() { return {"e", "left join host_employee e on e.id = t.salesperson_id"}; }

List customer() {
  List list = base("customer", "host.customer.view", "host_customer t");
  list.subtitle = "t.number";
  list.archived = "case when t.state = 'active' and t.merged_into is null then 0 else 1 end";
  list.joins = {{"m", "left join host_customer m on m.id = t.merged_into"}};
  list.search = {{"t.name", ""}, {"t.number", ""}, {"coalesce(t.organisation_number, '')", ""}};
  list.columns = {
      plain("number", "t.number"),
      plain("name", "t.name"),
      plain("organisation_number", "t.organisation_number"),
      plain("country", "t.country"),
      plain("is_stand_in", "t.is_stand_in"),
      plain("state", "t.state"),
      ref("merged_into", "coalesce(t.merged_into, 0)", "coalesce(m.name, '')", "m"),
      plain("orders", "(select count(*) from host_order o where o.customer_id = t.id and o.state <> 'deleted')"),
      plain("invoices", "(select count(*) from host_invoice i where i.customer_id = t.id and i.state <> 'deleted')"),
      plain("archived", list.archived)};
  return list;
}

List contact() {
  List list = base("contact", "host.customer.view", "host_contact t");
  list.subtitle = "coalesce(c.name, '')", list.subtitle_join = "c";
  list.joins = {customer_join()};
  list.search = {{"t.name", ""}, {"coalesce(t.email, '')", ""}};
  list.columns = {plain("name", "t.name"), plain("email", "t.email"), plain("phone", "t.phone"),
                  ref("customer", "t.customer_id", "coalesce(c.name, '')", "c")};
  return list;
}

List project() {
  List list = base("project", "host.project.view", "host_project t");
  list.subtitle = "t.number";
  list.archived = "case when t.state = 'open' then 0 else 1 end";
  list.joins = {customer_join()};
  list.search = {{"t.name", ""}, {"t.number", ""}};
  list.columns = {plain("number", "t.number"), plain("name", "t.name"),
                  ref("customer", "coalesce(t.customer_id, 0)", "coalesce(c.name, '')", "c"), plain("state", "t.state"),
                  plain("archived", list.archived)};
  return list;
}

List employee() {
  List list = base("employee", "host.employee.view", "host_employee t");
  list.subtitle = "t.number";
  list.archived = "case when t.state = 'active' then 0 else 1 end";
  list.joins = {{"m", "left join host_employee m on m.id = t.manager_id"},
                {"u", "left join host_user u on u.id = t.user_id"}};
  list.search = {{"t.name", ""}, {"t.number", ""}};
  list.columns = {plain("number", "t.number"),
                  plain("name", "t.name"),
                  ref("manager", "coalesce(t.manager_id, 0)", "coalesce(m.name, '')", "m"),
                  ref("user", "coalesce(t.user_id, 0)", "coalesce(u.login, '')", "u"),
                  plain("state", "t.state"),
                  plain("archived", list.archived)};
  return list;
}

List user() {
  List list = base("user", "host.user.view", "host_user t");
  list.subtitle = "t.login";
  list.archived = "case when t.state = 'active' then 0 else 1 end";
  list.joins = {{"e", "left join host_employee e on e.id = t.employee_id"}};
  list.search = {{"t.name", ""}, {"t.login", ""}};
  list.columns = {plain("login", "t.login"), plain("name", "t.name"),
                  ref("employee", "coalesce(t.employee_id, 0)", "coalesce(e.name, '')", "e"), plain("state", "t.state"),
                  plain("archived", list.archived)};
  return list;
}

List order() {
  List list = base("order", "host.order.view", "host_order t");
  list.title = "t.number", list.default_sort = "-id";
  list.subtitle = "coalesce(c.name, '')", list.subtitle_join = "c";
  list.always = "t.state <> 'deleted'";
  list.joins = {customer_join(), project_join(), seller_join()};
  list.search = {{"t.number", ""}, {"coalesce(c.name, '')", "c"}};
  list.columns = {
      plain("number", "t.number"),
      ref("customer", "t.customer_id", "coalesce(c.name, '')", "c"),
      ref("project", "coalesce(t.project_id, 0)", "coalesce(p.name, '')", "p"),
      ref("salesperson", "coalesce(t.salesperson_id, 0)", "coalesce(e.name, '')", "e"),
      plain("state", "t.state"),
      plain("currency", "t.currency"),
      money("net", "(select sum(l.net_minor) from host_order_line l where l.order_id = t.id)", "t.currency"),
      money("company_net", "(select sum(l.company_net_minor) from host_order_line l where l.order_id = t.id)", ""),
      plain("offered_at", "t.offered_at"),
      plain("confirmed_at", "t.confirmed_at")};
  return list;
}

List invoice() {
  List list = base("invoice", "host.invoice.view", "host_invoice t");
  list.title = "t.number", list.default_sort = "-id";
  list.subtitle = "coalesce(c.name, '')", list.subtitle_join = "c";
  list.always = "t.state <> 'deleted'";
  list.joins = {customer_join(), project_join(), seller_join()};
  list.search = {{"t.number", ""}, {"coalesce(c.name, '')", "c"}};
  list.columns = {
      plain("number", "t.number"),
      plain("kind", "t.kind"),
      ref("customer", "t.customer_id", "coalesce(c.name, '')", "c"),
      ref("project", "coalesce(t.project_id, 0)", "coalesce(p.name, '')", "p"),
      ref("salesperson", "coalesce(t.salesperson_id, 0)", "coalesce(e.name, '')", "e"),
      plain("state", "t.state"),
      plain("currency", "t.currency"),
      money("net", "(select sum(l.net_minor) from host_invoice_line l where l.invoice_id = t.id)", "t.currency"),
      money("company_net", "(select sum(l.company_net_minor) from host_invoice_line l where l.invoice_id = t.id)", ""),
      plain("is_repeating", "t.is_repeating"),
      plain("posted_at", "t.posted_at")};
  return list;
}

}  // namespace

std::vector<List> tables() { return {customer(), contact(), project(), employee(), user(), order(), invoice()}; }

}  // namespace erp::host::record_lists
