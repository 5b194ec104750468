// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_store.h"

#include <algorithm>

#include "store/folding.h"
#include "store/id_block.h"
#include "store/pipeline_rollup.h"
#include "store/same_customers.h"

namespace sales_leads::store {
namespace {

constexpr const char* kColumns =
    "o.id, o.version, o.external_id, o.title, o.description, o.customer_id, o.project_id, o.contact_id, o.owner_id, "
    "o.amount_minor, o.currency, o.company_minor, o.rate_units, o.rate_exponent, o.rate_date, o.amount_origin, "
    "o.recurring_minor, o.recurring_months, o.pipeline_id, o.step_id, o.status, o.probability, o.probability_origin, "
    "o.type_id, o.source_id, o.campaign_id, o.rejection_id, o.rejection_note, o.start_date, o.planned_close, "
    "o.times_slipped, o.actual_close, o.delivery_date, o.archived, o.margin_minor, o.amount2_minor, o.next_activity, "
    "o.expiry_notice_on";

std::vector<OpportunityRow> read(Session& session, const std::string& sql, const Params& params) {
  using Text = std::string;
  using Int = std::int64_t;
  using MaybeInt = std::optional<std::int64_t>;
  std::vector<OpportunityRow> rows;
  for (auto& cells :
       session.query<Id, Int, std::optional<Text>, Text, Text, Id, Id, Id, Id, MaybeInt, Text, MaybeInt, MaybeInt,
                     MaybeInt, MaybeInt, Text, MaybeInt, MaybeInt, Id, Id, Text, Int, Text, Id, Id, Id, Id, Text,
                     MaybeInt, MaybeInt, Int, MaybeInt, MaybeInt, Int, MaybeInt, MaybeInt, MaybeInt, MaybeInt>(
           sql, params)) {
    OpportunityRow row;
    Int archived = 0;
    std::tie(row.id, row.version, row.external_id, row.title, row.description, row.customer, row.project, row.contact,
             row.owner, row.amount, row.currency, row.company_minor, row.rate_units, row.rate_exponent, row.rate_date,
             row.amount_origin, row.recurring, row.recurring_months, row.pipeline, row.step, row.status,
             row.probability, row.probability_origin, row.type, row.source, row.campaign, row.rejection,
             row.rejection_note, row.start, row.planned_close, row.times_slipped, row.actual_close, row.delivery_date,
             archived, row.margin, row.amount2, row.next_activity, row.expiry_notice_on) = std::move(cells);
    row.archived = archived != 0;
    rows.push_back(std::move(row));
  }
  return rows;
}

using Rows = std::vector<const OpportunityRow*>;

BulkColumn texts(const char* name, const Rows& rows, std::string OpportunityRow::*member) {
  std::vector<std::string> values;
  for (const auto* row : rows) values.push_back(row->*member);
  return {name, std::move(values)};
}
BulkColumn integers(const char* name, const Rows& rows, std::int64_t OpportunityRow::*member) {
  std::vector<std::int64_t> values;
  for (const auto* row : rows) values.push_back(row->*member);
  return {name, std::move(values)};
}
BulkColumn optionals(const char* name, const Rows& rows, std::optional<std::int64_t> OpportunityRow::*member) {
  std::vector<std::optional<std::int64_t>> values;
  for (const auto* row : rows) values.push_back(row->*member);
  return {name, std::move(values)};
}

void insert_some(Session& session, Id company, const Rows& rows, Stamp stamp, bool external) {
  using Row = OpportunityRow;
  const std::vector<std::int64_t> at(rows.size(), stamp.at);
  const std::vector<std::int64_t> by(rows.size(), stamp.by);
  std::vector<BulkColumn> columns{integers("id", rows, &Row::id),
                                  {"company_id", std::vector<std::int64_t>(rows.size(), company)},
                                  texts("title", rows, &Row::title),
                                  texts("description", rows, &Row::description),
                                  integers("customer_id", rows, &Row::customer),
                                  integers("project_id", rows, &Row::project),
                                  integers("contact_id", rows, &Row::contact),
                                  integers("owner_id", rows, &Row::owner),
                                  optionals("amount_minor", rows, &Row::amount),
                                  texts("currency", rows, &Row::currency),
                                  optionals("company_minor", rows, &Row::company_minor),
                                  optionals("rate_units", rows, &Row::rate_units),
                                  optionals("rate_exponent", rows, &Row::rate_exponent),
                                  optionals("rate_date", rows, &Row::rate_date),
                                  texts("amount_origin", rows, &Row::amount_origin),
                                  optionals("recurring_minor", rows, &Row::recurring),
                                  optionals("recurring_months", rows, &Row::recurring_months),
                                  integers("pipeline_id", rows, &Row::pipeline),
                                  integers("step_id", rows, &Row::step),
                                  texts("status", rows, &Row::status),
                                  integers("probability", rows, &Row::probability),
                                  texts("probability_origin", rows, &Row::probability_origin),
                                  integers("type_id", rows, &Row::type),
                                  integers("source_id", rows, &Row::source),
                                  integers("campaign_id", rows, &Row::campaign),
                                  integers("rejection_id", rows, &Row::rejection),
                                  texts("rejection_note", rows, &Row::rejection_note),
                                  optionals("start_date", rows, &Row::start),
                                  optionals("planned_close", rows, &Row::planned_close),
                                  optionals("actual_close", rows, &Row::actual_close),
                                  optionals("delivery_date", rows, &Row::delivery_date),
                                  optionals("margin_minor", rows, &Row::margin),
                                  optionals("amount2_minor", rows, &Row::amount2),
                                  {"created_at", at},
                                  {"created_by", by},
                                  {"changed_at", at},
                                  {"changed_by", by}};
  if (external) {
    std::vector<std::string> values;
    for (const auto* row : rows) values.push_back(*row->external_id);
    columns.push_back({"external_id", std::move(values)});
  }
  session.bulk("sl_opportunity", columns);
}

}  // namespace

std::vector<std::string> filled_fields(const OpportunityRow& row) {
  const std::pair<const char*, bool> fields[] = {{"description", !row.description.empty()},
                                                 {"customer", row.customer != 0},
                                                 {"project", row.project != 0},
                                                 {"contact", row.contact != 0},
                                                 {"owner", row.owner != 0},
                                                 {"amount", row.amount.has_value()},
                                                 {"recurring", row.recurring.has_value()},
                                                 {"margin", row.margin.has_value()},
                                                 {"amount2", row.amount2.has_value()},
                                                 {"type", row.type != 0},
                                                 {"source", row.source != 0},
                                                 {"campaign", row.campaign != 0},
                                                 {"start", row.start.has_value()},
                                                 {"planned_close", row.planned_close.has_value()},
                                                 {"delivery_date", row.delivery_date.has_value()}};
  std::vector<std::string> filled;
  for (const auto& [name, has_value] : fields) {
    if (has_value) filled.emplace_back(name);
  }
  return filled;
}

std::string own_condition(const Session& session, const std::string& alias) {
  return "(" + session.in_ids(alias + ".owner_id", "them") +
         " or exists (select 1 from sl_opportunity_seller s where s.company_id = " + alias +
         ".company_id and s.opportunity_id = " + alias + ".id and " + session.in_ids("s.employee_id", "them") +
         " and s.set_no = (select s2.set_no from sl_opportunity_seller s2 where s2.company_id = " + alias +
         ".company_id and s2.opportunity_id = " + alias +
         ".id order by s2.effective_at desc, s2.set_no desc limit 1)))";
}

void OpportunityStore::insert(std::vector<OpportunityRow>& rows, Stamp stamp) {
  // The log tells of opportunities that an undone import took out: their ids must not come to mean others.
  const Id logged =
      session_.backend() == Backend::postgresql
          ? 0
          : std::get<0>(session_
                            .query<Id>("select coalesce(max(entity_id), 0) from sl_audit where company_id "
                                       "= :company and entity = 'opportunity'",
                                       {{"company", company_}})
                            .at(0));
  const std::vector<Id> ids = reserve_ids(session_, "sl_opportunity", rows.size(), logged);
  Rows with, without;  // a bulk column of text knows no null: rows with and without an external id go apart
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].id = ids[i];
    (rows[i].external_id ? with : without).push_back(&rows[i]);
  }
  if (!with.empty()) insert_some(session_, company_, with, stamp, true);
  if (!without.empty()) insert_some(session_, company_, without, stamp, false);
  PipelineRollup(session_, company_).added(rows);
}

bool OpportunityStore::update(const OpportunityRow& row, Stamp stamp) {
  PipelineChange change(session_, company_, {row.id});
  const bool updated =
      session_.execute(
          "update sl_opportunity set version = version + 1, external_id = cast(:external as text), title = :title, "
          "description = :description, customer_id = :customer, project_id = :project, contact_id = :contact, "
          "owner_id = :owner, amount_minor = cast(:amount as bigint), currency = :currency, "
          "company_minor = cast(:company_minor as bigint), rate_units = cast(:units as bigint), "
          "rate_exponent = cast(:exponent as bigint), rate_date = cast(:rate_date as bigint), "
          "amount_origin = :amount_origin, recurring_minor = cast(:recurring as bigint), "
          "recurring_months = cast(:months as bigint), pipeline_id = :pipeline, step_id = :step, status = :status, "
          "probability = :probability, probability_origin = :probability_origin, type_id = :type, "
          "source_id = :source, campaign_id = :campaign, rejection_id = :rejection, rejection_note = :note, "
          "start_date = cast(:start as bigint), planned_close = cast(:planned as bigint), times_slipped = :slipped, "
          "actual_close = cast(:closed as bigint), delivery_date = cast(:delivery as bigint), archived = :archived, "
          "margin_minor = cast(:margin as bigint), amount2_minor = cast(:amount2 as bigint), "
          "expiry_notice_on = cast(:notice_on as bigint), changed_at = :at, changed_by = :by "
          "where company_id = :company and id = :id and version = :version",
          {{"external", row.external_id},
           {"title", row.title},
           {"description", row.description},
           {"customer", row.customer},
           {"project", row.project},
           {"contact", row.contact},
           {"owner", row.owner},
           {"amount", row.amount},
           {"currency", row.currency},
           {"company_minor", row.company_minor},
           {"units", row.rate_units},
           {"exponent", row.rate_exponent},
           {"rate_date", row.rate_date},
           {"amount_origin", row.amount_origin},
           {"recurring", row.recurring},
           {"months", row.recurring_months},
           {"pipeline", row.pipeline},
           {"step", row.step},
           {"status", row.status},
           {"probability", row.probability},
           {"probability_origin", row.probability_origin},
           {"type", row.type},
           {"source", row.source},
           {"campaign", row.campaign},
           {"rejection", row.rejection},
           {"note", row.rejection_note},
           {"start", row.start},
           {"planned", row.planned_close},
           {"slipped", row.times_slipped},
           {"closed", row.actual_close},
           {"delivery", row.delivery_date},
           {"archived", row.archived},
           {"margin", row.margin},
           {"amount2", row.amount2},
           {"notice_on", row.expiry_notice_on},
           {"at", stamp.at},
           {"by", stamp.by},
           {"company", company_},
           {"id", row.id},
           {"version", row.version}}) == 1;
  if (updated) change.done();
  return updated;
}

std::optional<OpportunityRow> OpportunityStore::find(Id id) {
  auto rows =
      read(session_,
           std::string("select ") + kColumns + " from sl_opportunity o where o.company_id = :company and o.id = :id",
           {{"company", company_}, {"id", id}});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<OpportunityRow> OpportunityStore::list(const OpportunityFilter& filter) {
  std::string sql =
      std::string("select ") + kColumns + " from sl_opportunity o where o.company_id = :company and o.id > :after";
  Params params{{"company", company_}, {"after", filter.after}, {"count", filter.limit}};
  const auto narrow = [&](const char* condition, const char* name, const auto& value) {
    sql += condition;
    params.emplace_back(name, value);
  };
  if (!filter.status.empty()) narrow(" and o.status = :status", "status", filter.status);
  if (filter.owner != 0) narrow(" and o.owner_id = :owner", "owner", filter.owner);
  if (filter.customer != 0) {
    const auto same = SameCustomers(session_, company_).ids({filter.customer});
    const bool one = same.size() == 1;  // as nearly always: the index then has the order of the page too
    const std::string among = one ? "o.customer_id = :customer" : session_.in_ids("o.customer_id", "customers");
    sql += " and " + among;
    if (one) params.emplace_back("customer", filter.customer);
    if (!one) params.emplace_back("customers", session_.ids_text(same));
  }
  if (filter.step != 0) narrow(" and o.step_id = :step", "step", filter.step);
  if (filter.project != 0) narrow(" and o.project_id = :project", "project", filter.project);
  if (filter.campaign != 0) narrow(" and o.campaign_id = :campaign", "campaign", filter.campaign);
  if (filter.type != 0) narrow(" and o.type_id = :type", "type", filter.type);
  if (filter.source != 0) narrow(" and o.source_id = :source", "source", filter.source);
  if (filter.pipeline != 0) narrow(" and o.pipeline_id = :pipeline", "pipeline", filter.pipeline);
  if (filter.close_from) narrow(" and o.planned_close >= :close_from", "close_from", *filter.close_from);
  if (filter.close_to) narrow(" and o.planned_close <= :close_to", "close_to", *filter.close_to);
  if (!filter.archived) sql += " and o.archived = 0";
  if (filter.foreign_currency) {
    narrow(" and o.amount_minor is not null and o.currency <> :currency", "currency", filter.currency);
  }
  if (!filter.text.empty()) {
    narrow((" and " + folded_column("o.title") + " like :text escape '!'").c_str(), "text", pattern_of(filter.text));
  }
  if (filter.ids) narrow((" and " + session_.in_ids("o.id", "ids")).c_str(), "ids", session_.ids_text(*filter.ids));
  if (filter.seen_by)
    narrow((" and " + own_condition(session_, "o")).c_str(), "them", session_.ids_text(*filter.seen_by));
  return read(session_, sql + " order by o.id limit :count", params);
}

std::vector<std::string> OpportunityStore::taken(const std::vector<std::string>& external_ids) {
  std::vector<std::string> taken;
  if (external_ids.empty()) return taken;
  for (auto& [external] :
       session_.query<std::string>("select external_id from sl_opportunity where company_id = :company and " +
                                       session_.in_texts("external_id", "wanted"),
                                   {{"company", company_}, {"wanted", session_.texts_text(external_ids)}})) {
    taken.push_back(std::move(external));
  }
  return taken;
}

std::unordered_map<Id, std::string> OpportunityStore::external_ids(const std::vector<Id>& ids) {
  std::unordered_map<Id, std::string> found;
  if (ids.empty()) return found;
  for (auto& [id, external] : session_.query<Id, std::string>(
           "select id, external_id from sl_opportunity where company_id = :company and external_id is not null and " +
               session_.in_ids("id", "ids"),
           {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    found.emplace(id, std::move(external));
  }
  return found;
}

std::vector<OpportunityRow> OpportunityStore::by_external(const std::vector<std::string>& external_ids) {
  if (external_ids.empty()) return {};
  return read(session_,
              std::string("select ") + kColumns + " from sl_opportunity o where o.company_id = :company and " +
                  session_.in_texts("o.external_id", "wanted") + " order by o.id",
              {{"company", company_}, {"wanted", session_.texts_text(external_ids)}});
}

std::vector<OpportunityRow> OpportunityStore::by_ids(const std::vector<Id>& ids) {
  if (ids.empty()) return {};
  return read(session_,
              std::string("select ") + kColumns + " from sl_opportunity o where o.company_id = :company and " +
                  session_.in_ids("o.id", "ids") + " order by o.id",
              {{"company", company_}, {"ids", session_.ids_text(ids)}});
}

std::vector<Id> OpportunityStore::referred_to(const std::vector<Id>& ids) {
  std::vector<Id> found;
  if (ids.empty()) return found;
  const auto look = [&](const std::string& table, const std::string& column, const std::string& more) {
    const std::string sql =
        "select distinct " + column + " from " + table + " where " + more + session_.in_ids(column, "ids");
    Params params{{"ids", session_.ids_text(ids)}};
    if (more.starts_with("company_id")) params.emplace_back("company", company_);
    for (const auto& [id] : session_.query<Id>(sql, params)) found.push_back(id);
  };
  for (const char* table : {"sl_ledger", "sl_decision", "sl_order_rule", "sl_conversion", "sl_lead"})
    look(table, "opportunity_id", "company_id = :company and ");
  look("sl_user_link", "undone_opportunity_id", "company_id = :company and ");
  look("sl_user_link_share", "opportunity_id", "");
  look("sl_activity", "entity_id", "company_id = :company and entity = 'opportunity' and ");
  return found;
}

void OpportunityStore::remove(const std::vector<Id>& ids) {
  if (ids.empty()) return;
  PipelineChange change(session_, company_, ids);
  const Params params{{"company", company_}, {"ids", session_.ids_text(ids)}};
  for (const char* table :
       {"sl_field_history", "sl_step_visit", "sl_opportunity_seller", "sl_touch", "sl_opportunity_line"}) {
    session_.execute(std::string("delete from ") + table + " where company_id = :company and " +
                         session_.in_ids("opportunity_id", "ids"),
                     params);
  }
  session_.execute("delete from sl_opportunity where company_id = :company and " + session_.in_ids("id", "ids"),
                   params);
  change.done();
}

bool OpportunityStore::is_of(Id id, const std::vector<Id>& employees) {
  return session_
      .first<Id>("select o.id from sl_opportunity o where o.company_id = :company and o.id = :id and " +
                     own_condition(session_, "o"),
                 {{"company", company_}, {"id", id}, {"them", session_.ids_text(employees)}})
      .has_value();
}

bool OpportunityStore::exists(Id id) {
  return session_
      .first<Id>("select id from sl_opportunity where company_id = :company and id = :id",
                 {{"company", company_}, {"id", id}})
      .has_value();
}

}  // namespace sales_leads::store
