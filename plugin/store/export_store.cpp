// SPDX-License-Identifier: Apache-2.0
#include "store/export_store.h"

#include "domain/calendar.h"
#include "store/opportunity_store.h"

namespace sales_leads::store {
namespace {

std::string opportunity_scope(const Session& session, const ExportSeen& seen) {
  return seen.opportunities_of ? own_condition(session, "o") : "1 = 1";
}

/// A lead without owner is everybody's.
std::string lead_scope(const Session& session, const ExportSeen& seen) {
  return seen.leads_of ? "(d.owner_id = 0 or " + session.in_ids("d.owner_id", "lead_owners") + ")" : "1 = 1";
}

std::string scope_of(const Session& session, ExportScope scope, const ExportSeen& seen, Params& params) {
  const bool opportunities = scope == ExportScope::opportunity || scope == ExportScope::either;
  const bool leads = scope == ExportScope::lead || scope == ExportScope::either || scope == ExportScope::member;
  const bool sellers = scope == ExportScope::seller;
  if ((opportunities || sellers) && seen.opportunities_of)
    params.emplace_back("them", session.ids_text(*seen.opportunities_of));
  if (leads && seen.leads_of) params.emplace_back("lead_owners", session.ids_text(*seen.leads_of));
  switch (scope) {
    case ExportScope::everybody:
      return "1 = 1";
    case ExportScope::opportunity:
      return opportunity_scope(session, seen);
    case ExportScope::lead:
      return lead_scope(session, seen);
    case ExportScope::seller:
      return seen.opportunities_of ? session.in_ids("r.employee_id", "them") : "1 = 1";
    case ExportScope::member:
      return "(t.kind = 'customer' or (d.id is not null and " + lead_scope(session, seen) + "))";
    case ExportScope::either:
      break;
  }
  return "((o.id is not null and " + opportunity_scope(session, seen) + ") or (d.id is not null and " +
         lead_scope(session, seen) + ") or t.entity = 'customer')";
}

std::string percent(std::int64_t basis_points) {
  const std::int64_t rest = basis_points % 100;
  return std::to_string(basis_points / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

void append(std::string& text, const std::string& item) { text += (text.empty() ? "" : "; ") + item; }

}  // namespace

ExportPage ExportStore::page(const ExportTable& table, const ExportPlace& after, std::int64_t limit,
                             const ExportSeen& seen) {
  const std::string text_key = table.text_key;
  std::string sql = "select " + std::string(table.key) + ", " + (text_key.empty() ? "''" : text_key);
  std::vector<Session::CellKind> kinds{Session::CellKind::integer, Session::CellKind::text};
  for (const ExportColumn& column : table.columns) {
    sql += ", " + std::string(column.expression);
    kinds.push_back(column.kind == ExportKind::text || column.kind == ExportKind::history ? Session::CellKind::text
                                                                                          : Session::CellKind::integer);
  }
  Params params{{"company", company_}, {"after", after.number}, {"count", limit}};
  const std::string scope = scope_of(session_, table.scope, seen, params);
  const bool has_own_company = std::string_view(table.from).starts_with("sl_user_link u");
  sql += " from " + std::string(table.from) + " where " + (has_own_company ? "u" : "t") + ".company_id = :company and ";
  if (text_key.empty()) {
    sql += std::string(table.key) + " > :after";
  } else {
    sql += "(" + text_key + ", " + table.key + ") > (:after_text, :after)";
    params.emplace_back("after_text", after.text);
  }
  if (!seen.margins && *table.without_margins != '\0') sql += " and " + std::string(table.without_margins);
  sql += " and " + scope + " order by " + (text_key.empty() ? "" : text_key + ", ") + table.key + " limit :count";
  ExportPage page;
  session_.fetch(sql, params, kinds, [&](std::vector<Session::Cell>& cells) {
    page.places.push_back({std::get<std::string>(cells[1]), std::get<std::int64_t>(cells[0])});
    page.rows.emplace_back(std::make_move_iterator(cells.begin() + 2), std::make_move_iterator(cells.end()));
    return true;
  });
  return page;
}

std::map<Id, std::string> ExportStore::sellers(const std::vector<Id>& opportunities, std::int64_t at) {
  struct Chosen {
    std::int64_t effective_at = 0, set_no = 0;
    std::string text;
  };
  std::map<Id, Chosen> chosen;
  for (auto& [id, effective, number, employee, share] :
       session_.query<Id, std::int64_t, std::int64_t, std::string, std::int64_t>(
           "select t.opportunity_id, t.effective_at, t.set_no, coalesce(nullif(e.number, ''), e.name, ''), t.share "
           "from sl_opportunity_seller t left join erp_employee e on e.company_id = t.company_id and e.id = "
           "t.employee_id where t.company_id = :company and " +
               session_.in_ids("t.opportunity_id", "ids") +
               " order by t.opportunity_id, t.effective_at, t.set_no, t.employee_id",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    Chosen& best = chosen[id];
    const bool same = !best.text.empty() && best.effective_at == effective && best.set_no == number;
    if (!same && !best.text.empty() && effective > at) continue;  // the first set holds before its time too
    if (!same) best = {effective, number, ""};
    append(best.text, employee + " " + percent(share));
  }
  std::map<Id, std::string> texts;
  for (auto& [id, best] : chosen) texts.emplace(id, std::move(best.text));
  return texts;
}

std::map<Id, std::string> ExportStore::touches(const std::vector<Id>& opportunities) {
  std::map<Id, std::string> texts;
  for (auto& [id, code, date] : session_.query<Id, std::string, std::int64_t>(
           "select t.opportunity_id, g.code, t.touch_date from sl_touch t join sl_campaign g on g.id = t.campaign_id "
           "where t.company_id = :company and " +
               session_.in_ids("t.opportunity_id", "ids") + " order by t.opportunity_id, t.touch_date, t.id",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    append(texts[id], code + " " + domain::date_text(static_cast<domain::Day>(date)));
  }
  return texts;
}

std::map<Id, std::string> ExportStore::categories(const std::vector<Id>& customers) {
  std::map<Id, std::string> texts;
  for (auto& [id, code] :
       session_.query<Id, std::string>("select t.customer_id, l.code from sl_customer_category t join sl_list_entry l "
                                       "on l.id = t.category_id where "
                                       "t.company_id = :company and " +
                                           session_.in_ids("t.customer_id", "ids") + " order by t.customer_id, l.code",
                                       {{"company", company_}, {"ids", session_.ids_text(customers)}})) {
    append(texts[id], code);
  }
  return texts;
}

std::map<Id, ExportStore::Pipelines> ExportStore::pipelines(const std::vector<Id>& pipelines) {
  const Params params{{"company", company_}, {"ids", session_.ids_text(pipelines)}};
  std::map<Id, Pipelines> found;
  for (auto& [id, code, status] : session_.query<Id, std::string, std::string>(
           "select pipeline_id, code, status from sl_step where company_id = :company and archived = 0 and " +
               session_.in_ids("pipeline_id", "ids") + " order by pipeline_id, position, id",
           params)) {
    append(found[id].steps, code + " " + status);
  }
  for (auto& [id, kind, type, group] : session_.query<Id, std::string, std::string, std::string>(
           "select t.pipeline_id, t.kind, coalesce(ty.code, ''), coalesce(g.code, '') from sl_pipeline_serves t left "
           "join sl_list_entry ty on t.kind = 'type' and ty.id = t.ref_id left join sl_group g on t.kind = 'group' and "
           "g.id = t.ref_id where t.company_id = :company and " +
               session_.in_ids("t.pipeline_id", "ids") + " order by t.pipeline_id, t.kind, t.ref_id",
           params)) {
    append(kind == "type" ? found[id].types : found[id].groups, kind == "type" ? type : group);
  }
  return found;
}

std::map<Id, ExportStore::Contacts> ExportStore::contacts(const std::vector<Id>& leads) {
  std::map<Id, Contacts> found;
  for (auto& [id, kind, value] : session_.query<Id, std::string, std::string>(
           "select lead_id, kind, value from sl_lead_contact where company_id = :company and " +
               session_.in_ids("lead_id", "ids") + " order by lead_id, position, id",
           {{"company", company_}, {"ids", session_.ids_text(leads)}})) {
    append(kind == "email" ? found[id].emails : found[id].phones, value);
  }
  return found;
}

std::vector<ExportStore::Line> ExportStore::lines(const std::vector<Id>& opportunities) {
  std::vector<Line> lines;
  for (auto& [id, product, units, exponent, net] :
       session_.query<Id, std::string, std::int64_t, std::int64_t, std::optional<std::int64_t>>(
           "select opportunity_id, product, quantity_units, quantity_exponent, net_minor from sl_opportunity_line "
           "where company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") + " order by opportunity_id, line_no, id",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    lines.push_back({id, std::move(product), units, exponent, net});
  }
  return lines;
}

}  // namespace sales_leads::store
