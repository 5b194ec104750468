// SPDX-License-Identifier: Apache-2.0
//
// What an administrator sets: pipelines, steps, the five lists of one shape, groups, rules, periods, imports.
#include "store/list_columns.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSee = "sales_leads.opportunity.view";
constexpr const char* kSet = "sales_leads.settings";

lists::List settings(const char* name, const char* from, const char* permission = kSee) {
  lists::List list;
  list.name = name;
  list.permission = permission;
  list.from = from;
  list.title = "t.title_{lang}";
  list.archived = "t.archived";
  list.search = {{"t.title_{lang}", ""}};
  list.default_sort = "position";
  return list;
}

std::vector<lists::Column> titled(std::vector<lists::Column> more) {
  std::vector<lists::Column> columns{plain("title", "t.title_{lang}"),
                                     plain("title_sv", "t.title_sv"),
                                     plain("title_nb", "t.title_nb"),
                                     plain("title_en", "t.title_en"),
                                     plain("archived", "t.archived"),
                                     plain("changed_at", "t.changed_at"),
                                     changed_by()};
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

ListTable entries(const char* name) {
  lists::List list = settings(name, "sl_list_entry t");
  list.always = "t.list = '" + std::string(name) + "'";
  list.joins = {changed_join()};
  list.columns = titled({plain("code", "t.code"), plain("position", "t.position")});
  const std::string entity = name;
  if (entity == "customer_status") list.columns.push_back(plain("effect", "t.effect"));
  return {std::move(list)};
}

ListTable step() {
  lists::List list = settings("step", "sl_step t");
  list.joins = {{"l", "left join sl_pipeline l on l.id = t.pipeline_id"},
                {"rj", "left join sl_list_entry rj on rj.id = t.default_rejection_id"},
                changed_join()};
  list.subtitle = "coalesce(l.title_{lang}, '')", list.subtitle_join = "l";
  lists::Column position = plain("position", "t.position");
  position.sort = "(t.pipeline_id * 1000000 + t.position)";
  list.columns = titled(
      {plain("code", "t.code"), position, ref("pipeline", "t.pipeline_id", "coalesce(l.title_{lang}, '')", "l"),
       plain("probability", "t.probability"), plain("status", "t.status"), plain("rejection_rule", "t.rejection_rule"),
       ref("default_rejection", "t.default_rejection_id", "coalesce(rj.title_{lang}, '')", "rj"),
       plain("stale_days", "t.stale_days"), plain("required_fields", "replace(t.required_fields, ',', '\n')")});
  list.columns.back().zero_is_none = true;
  return {std::move(list)};
}

ListTable pipeline() {
  lists::List list = settings("pipeline", "sl_pipeline t");
  list.default_sort = "-is_default";
  list.joins = {{"fs", "left join sl_step fs on fs.id = t.first_step_id"},
                {"ws", "left join sl_step ws on ws.id = t.won_step_id"},
                {"ls", "left join sl_step ls on ls.id = t.lost_step_id"},
                changed_join()};
  list.columns = titled(
      {plain("is_default", "t.is_default"), plain("on_order_confirmed", "t.on_order_confirmed"),
       plain("link_window_days", "t.link_window_days"), plain("expire_after_days", "t.expire_after_days"),
       ref("first_step", "t.first_step_id", "coalesce(fs.title_{lang}, '')", "fs"),
       ref("won_step", "t.won_step_id", "coalesce(ws.title_{lang}, '')", "ws"),
       ref("lost_step", "t.lost_step_id", "coalesce(ls.title_{lang}, '')", "ls"),
       plain("model",
             "(select m.model from sl_pipeline_model m where m.company_id = t.company_id and m.pipeline_id = t.id and "
             "m.valid_from <= {today} order by m.valid_from desc, m.id desc limit 1)")});
  return {std::move(list)};
}

ListTable pipeline_model() {
  lists::List list;
  list.name = "pipeline_model";
  list.permission = kSet;
  list.from = "sl_pipeline_model t";
  list.version = "", list.title = "t.model", list.default_sort = "-valid_from";
  list.joins = {{"l", "left join sl_pipeline l on l.id = t.pipeline_id"}};
  list.columns = {ref("pipeline", "t.pipeline_id", "coalesce(l.title_{lang}, '')", "l"),
                  plain("valid_from", "t.valid_from"), plain("model", "t.model"), plain("weights", "t.weights")};
  return {std::move(list)};
}

ListTable group() {
  lists::List list = settings("group", "sl_group t");
  list.title = "t.title", list.subtitle = "t.code", list.default_sort = "title";
  list.search = {{"t.title", ""}, {"t.code", ""}};
  list.joins = {{"pa", "left join sl_group pa on pa.id = t.parent_id"}, changed_join()};
  list.columns = {
      plain("title", "t.title"),
      plain("code", "t.code"),
      plain("description", "t.description"),
      plain("kind", "t.kind"),
      ref("parent", "t.parent_id", "coalesce(pa.title, '')", "pa"),
      plain("members",
            "(select count(*) from sl_group_member m where m.company_id = t.company_id and m.group_id = t.id "
            "and m.from_date <= {today} and (m.to_date is null or m.to_date >= {today}))"),
      plain("archived", "t.archived"),
      plain("changed_at", "t.changed_at"),
      changed_by()};
  return {std::move(list)};
}

ListTable group_member() {
  lists::List list;
  list.name = "group_member";
  list.permission = kSee;
  list.from = "sl_group_member t join sl_group g on g.id = t.group_id";
  list.version = "", list.title = "coalesce(e.name, '')", list.title_join = "e";
  list.subtitle = "g.title";
  list.archived = "case when t.to_date is not null and t.to_date < {today} then 1 else 0 end";
  list.joins = {employee_join("e", "t.employee_id")};
  list.search = {{"coalesce(e.name, '')", "e"}};
  list.default_sort = "employee";
  list.columns = {ref("group", "t.group_id", "g.title", ""),
                  ref("employee", "t.employee_id", "coalesce(e.name, '')", "e"), plain("from", "t.from_date"),
                  plain("to", "t.to_date"), plain("archived", list.archived)};
  return {std::move(list)};
}

ListTable lead_rule() {
  lists::List list = settings("lead_rule", "sl_lead_rule t", kSet);
  list.title = "t.title";
  list.search = {{"t.title", ""}};
  list.joins = {{"so", "left join sl_list_entry so on so.id = t.source_id"},
                {"ca", "left join sl_list_entry ca on ca.id = t.category_id"},
                {"g", "left join sl_campaign g on g.id = t.campaign_id"},
                {"gr", "left join sl_group gr on gr.id = t.group_id"},
                employee_join("e", "t.employee_id"),
                changed_join()};
  list.columns = {plain("title", "t.title"),
                  plain("position", "t.position"),
                  ref("source", "t.source_id", "coalesce(so.title_{lang}, '')", "so"),
                  ref("campaign", "t.campaign_id", "coalesce(g.title, '')", "g"),
                  ref("category", "t.category_id", "coalesce(ca.title_{lang}, '')", "ca"),
                  plain("country", "t.country"),
                  plain("postal_from", "t.postal_from"),
                  plain("postal_to", "t.postal_to"),
                  ref("group", "t.group_id", "coalesce(gr.title, '')", "gr"),
                  ref("employee", "t.employee_id", "coalesce(e.name, '')", "e"),
                  plain("archived", "t.archived"),
                  plain("changed_at", "t.changed_at"),
                  changed_by()};
  return {std::move(list)};
}

ListTable period() {
  lists::List list;
  list.name = "period";
  list.permission = "sales_leads.report";
  list.from = "sl_period_close t";
  list.version = "", list.title = "t.reason", list.default_sort = "-id";
  list.joins = {{"cb", "left join erp_employee cb on cb.company_id = t.company_id and cb.user_id = t.created_by"}};
  list.columns = {plain("closed_through", "t.closed_through"), plain("reason", "t.reason"),
                  plain("created_at", "t.created_at"),
                  ref("created_by", "t.created_by", "coalesce(cb.name, '')", "cb")};
  return {std::move(list)};
}

ListTable import_batch() {
  lists::List list;
  list.name = "import_batch";
  list.permission = "sales_leads.import";
  list.from = "sl_import_batch t";
  list.default_sort = "-created_at";
  list.joins = {{"cb", "left join erp_employee cb on cb.company_id = t.company_id and cb.user_id = t.created_by"}};
  list.columns = {plain("title", "t.title"),
                  plain("entity", "t.entity"),
                  plain("state", "t.state"),
                  plain("created_rows", "t.created_rows"),
                  plain("updated_rows", "t.updated_rows"),
                  plain("same_rows", "t.same_rows"),
                  plain("rejected_rows", "t.rejected_rows"),
                  plain("created_at", "t.created_at"),
                  ref("created_by", "t.created_by", "coalesce(cb.name, '')", "cb")};
  return {std::move(list)};
}

}  // namespace

std::vector<ListTable> settings_tables() {
  std::vector<ListTable> all{step(),         pipeline(),  pipeline_model(), group(),
                             group_member(), lead_rule(), period(),         import_batch()};
  for (const char* name : {"rejection", "type", "source", "customer_status", "category"}) all.push_back(entries(name));
  return all;
}

}  // namespace sales_leads::store
