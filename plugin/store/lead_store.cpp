// SPDX-License-Identifier: Apache-2.0
#include "store/lead_store.h"

#include "store/id_block.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select l.id, l.version, l.external_id, l.kind, l.name, l.first_name, l.last_name, l.org_number, l.website, "
    "l.industry, l.turnover_minor, l.currency, l.employees, l.street, l.postal_code, l.city, l.country, l.source_id, "
    "l.campaign_id, l.category_id, l.owner_id, l.status, l.retire_reason, l.description, l.score, l.score_reasons, "
    "l.next_activity, l.merged_into, l.customer_id, l.opportunity_id, l.created_at, l.changed_at "
    "from sl_lead l where l.company_id = :company";

std::vector<LeadRow> read(Session& session, const std::string& sql, const Params& params) {
  using Text = std::string;
  using Int = std::int64_t;
  using Maybe = std::optional<std::int64_t>;
  std::vector<LeadRow> rows;
  for (auto& cells :
       session.query<Id, Int, std::optional<Text>, Text, Text, Text, Text, Text, Text, Text, Maybe, Text, Maybe, Text,
                     Text, Text, Text, Id, Id, Id, Id, Text, Text, Text, Int, Text, Maybe, Id, Id, Id, Int, Int>(
           sql, params)) {
    LeadRow row;
    std::tie(row.id, row.version, row.external_id, row.kind, row.name, row.first_name, row.last_name, row.org_number,
             row.website, row.industry, row.turnover, row.currency, row.employees, row.street, row.postal_code,
             row.city, row.country, row.source, row.campaign, row.category, row.owner, row.status, row.retire_reason,
             row.description, row.score, row.score_reasons, row.next_activity, row.merged_into, row.customer,
             row.opportunity, row.created_at, row.changed_at) = std::move(cells);
    rows.push_back(std::move(row));
  }
  return rows;
}

using Rows = std::vector<const LeadRow*>;
using Texts = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;
using Maybes = std::vector<std::optional<std::int64_t>>;

template <class Values, class Value>
BulkColumn column(const char* name, const Rows& rows, Value LeadRow::*member) {
  Values values;
  values.reserve(rows.size());
  for (const auto* row : rows) values.push_back(row->*member);
  return {name, std::move(values)};
}

void insert_some(Session& session, Id company, const Rows& rows, Stamp stamp, bool external) {
  using Row = LeadRow;
  const Integers at(rows.size(), stamp.at), by(rows.size(), stamp.by);
  std::vector<BulkColumn> columns{{"company_id", Integers(rows.size(), company)},
                                  {"created_at", at},
                                  {"created_by", by},
                                  {"changed_at", at},
                                  {"changed_by", by},
                                  column<Maybes>("turnover_minor", rows, &Row::turnover),
                                  column<Maybes>("employees", rows, &Row::employees)};
  const std::pair<const char*, std::string Row::*> texts[] = {{"kind", &Row::kind},
                                                              {"name", &Row::name},
                                                              {"first_name", &Row::first_name},
                                                              {"last_name", &Row::last_name},
                                                              {"org_number", &Row::org_number},
                                                              {"website", &Row::website},
                                                              {"industry", &Row::industry},
                                                              {"currency", &Row::currency},
                                                              {"street", &Row::street},
                                                              {"postal_code", &Row::postal_code},
                                                              {"city", &Row::city},
                                                              {"country", &Row::country},
                                                              {"status", &Row::status},
                                                              {"retire_reason", &Row::retire_reason},
                                                              {"description", &Row::description},
                                                              {"score_reasons", &Row::score_reasons}};
  for (const auto& [name, member] : texts) columns.push_back(column<Texts>(name, rows, member));
  const std::pair<const char*, std::int64_t Row::*> integers[] = {{"id", &Row::id},
                                                                  {"source_id", &Row::source},
                                                                  {"campaign_id", &Row::campaign},
                                                                  {"category_id", &Row::category},
                                                                  {"owner_id", &Row::owner},
                                                                  {"score", &Row::score}};
  for (const auto& [name, member] : integers) columns.push_back(column<Integers>(name, rows, member));
  if (external) {
    Texts values;
    for (const auto* row : rows) values.push_back(*row->external_id);
    columns.push_back({"external_id", std::move(values)});
  }
  session.bulk("sl_lead", columns);
}

/// For `like`: what is not ASCII stands for any one character, since SQLite folds the case of ASCII alone.
std::string pattern_of(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80U) {
      if ((byte & 0xC0U) != 0x80U) pattern += '_';
    } else if (c == '%' || c == '_' || c == '\\') {
      pattern += '_';
    } else {
      pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return pattern + "%";
}

}  // namespace

void LeadStore::insert(std::vector<LeadRow>& rows, Stamp stamp) {
  const std::vector<Id> ids = reserve_ids(session_, "sl_lead", rows.size());
  Rows with, without;  // a bulk column of text knows no null: rows with and without an external id go apart
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].id = ids[i];
    (rows[i].external_id ? with : without).push_back(&rows[i]);
  }
  if (!with.empty()) insert_some(session_, company_, with, stamp, true);
  if (!without.empty()) insert_some(session_, company_, without, stamp, false);
}

bool LeadStore::update(const LeadRow& row, Stamp stamp) {
  return session_.execute(
             "update sl_lead set version = version + 1, external_id = cast(:external as text), kind = :kind, "
             "name = :name, first_name = :first, last_name = :last, org_number = :org, website = :website, "
             "industry = :industry, turnover_minor = cast(:turnover as bigint), currency = :currency, "
             "employees = cast(:employees as bigint), street = :street, postal_code = :postal, city = :city, "
             "country = :country, source_id = :source, campaign_id = :campaign, category_id = :category, "
             "owner_id = :owner, status = :status, retire_reason = :reason, description = :description, "
             "score = :score, score_reasons = :reasons, merged_into = :merged, customer_id = :customer, "
             "opportunity_id = :opportunity, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and version = :version",
             {{"external", row.external_id},
              {"kind", row.kind},
              {"name", row.name},
              {"first", row.first_name},
              {"last", row.last_name},
              {"org", row.org_number},
              {"website", row.website},
              {"industry", row.industry},
              {"turnover", row.turnover},
              {"currency", row.currency},
              {"employees", row.employees},
              {"street", row.street},
              {"postal", row.postal_code},
              {"city", row.city},
              {"country", row.country},
              {"source", row.source},
              {"campaign", row.campaign},
              {"category", row.category},
              {"owner", row.owner},
              {"status", row.status},
              {"reason", row.retire_reason},
              {"description", row.description},
              {"score", row.score},
              {"reasons", row.score_reasons},
              {"merged", row.merged_into},
              {"customer", row.customer},
              {"opportunity", row.opportunity},
              {"at", stamp.at},
              {"by", stamp.by},
              {"company", company_},
              {"id", row.id},
              {"version", row.version}}) == 1;
}

std::optional<LeadRow> LeadStore::find(Id id) {
  auto rows = read(session_, std::string(kSelect) + " and l.id = :id", {{"company", company_}, {"id", id}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<LeadRow> LeadStore::by_ids(const std::vector<Id>& ids) {
  if (ids.empty()) return {};
  return read(session_, std::string(kSelect) + " and " + session_.in_ids("l.id", "ids") + " order by l.id",
              {{"company", company_}, {"ids", session_.ids_text(ids)}});
}

std::vector<LeadRow> LeadStore::list(const LeadFilter& filter) {
  std::string sql = std::string(kSelect) + " and l.id > :after";
  Params params{{"company", company_}, {"after", filter.after}};
  std::string statuses;
  for (std::size_t i = 0; i < filter.statuses.size(); ++i) {
    const std::string name = "status" + std::to_string(i);
    statuses += (statuses.empty() ? ":" : ", :") + name;
    params.emplace_back(name, filter.statuses[i]);
  }
  if (!statuses.empty()) sql += " and l.status in (" + statuses + ")";
  const std::pair<const char*, Id> same[] = {
      {"owner", filter.owner}, {"source", filter.source}, {"campaign", filter.campaign}, {"category", filter.category}};
  for (const auto& [name, id] : same) {
    if (id == 0) continue;
    sql += std::string(" and l.") + name + "_id = :" + name;
    params.emplace_back(name, id);
  }
  if (filter.unowned) sql += " and l.owner_id = 0";
  if (filter.seen_by) {
    sql += " and (l.owner_id = 0 or " + session_.in_ids("l.owner_id", "them") + ")";
    params.emplace_back("them", session_.ids_text(*filter.seen_by));
  }
  if (!filter.text.empty()) {
    sql +=
        " and (lower(l.name || ' ' || l.first_name || ' ' || l.last_name || ' ' || l.city || ' ' || l.org_number) "
        "like :text1 or exists (select 1 from sl_lead_contact c where c.company_id = l.company_id and "
        "c.lead_id = l.id and lower(c.value) like :text2))";
    params.emplace_back("text1", pattern_of(filter.text));
    params.emplace_back("text2", pattern_of(filter.text));
  }
  params.emplace_back("count", filter.limit);
  return read(session_, sql + " order by l.id limit :count", params);
}

std::vector<std::pair<std::string, Id>> LeadStore::taken(const std::vector<std::string>& external_ids) {
  std::vector<std::pair<std::string, Id>> taken;
  if (external_ids.empty()) return taken;
  for (auto& [external, id] :
       session_.query<std::string, Id>("select l.external_id, l.id from sl_lead l where l.company_id = :company and " +
                                           session_.in_texts("l.external_id", "wanted"),
                                       {{"company", company_}, {"wanted", session_.texts_text(external_ids)}})) {
    taken.emplace_back(std::move(external), id);
  }
  return taken;
}

std::vector<Id> LeadStore::merged_into(const std::vector<Id>& ids) {
  std::vector<Id> found;
  if (ids.empty()) return found;
  for (const auto& [id] : session_.query<Id>("select l.id from sl_lead l where l.company_id = :company and " +
                                                 session_.in_ids("l.merged_into", "ids") + " order by l.id",
                                             {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    found.push_back(id);
  }
  return found;
}

std::vector<Id> LeadStore::referred_to(const std::vector<Id>& ids) {
  std::vector<Id> found;
  if (ids.empty()) return found;
  const std::tuple<const char*, const char*, const char*> places[] = {
      {"sl_activity", "entity_id", " and entity = 'lead'"},
      {"sl_campaign_member", "member_id", " and kind = 'lead'"},
      {"sl_conversion", "lead_id", ""},
      {"sl_merge", "survivor_id", ""},
      {"sl_merge", "merged_id", ""},
      {"sl_lead", "merged_into", ""}};
  for (const auto& [table, column, more] : places) {
    for (const auto& [id] :
         session_.query<Id>(std::string("select distinct ") + column + " from " + table +
                                " where company_id = :company" + more + " and " + session_.in_ids(column, "ids"),
                            {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
      found.push_back(id);
    }
  }
  return found;
}

void LeadStore::remove(const std::vector<Id>& ids, Stamp stamp) {
  if (ids.empty()) return;
  const Params params{{"company", company_}, {"ids", session_.ids_text(ids)}};
  for (const auto& [table, column] : {std::pair("sl_lead_contact", "lead_id"), std::pair("sl_lead_key", "lead_id"),
                                      std::pair("sl_lead_history", "lead_id"), std::pair("sl_lead", "id")}) {
    session_.execute(
        std::string("delete from ") + table + " where company_id = :company and " + session_.in_ids(column, "ids"),
        params);
  }
  session_.bulk("sl_tombstone", {{"entity", Texts(ids.size(), "sl_lead")},
                                 {"entity_id", Integers(ids.begin(), ids.end())},
                                 {"company_id", Integers(ids.size(), company_)},
                                 {"at", Integers(ids.size(), stamp.at)},
                                 {"by_user", Integers(ids.size(), stamp.by)}});
}

}  // namespace sales_leads::store
