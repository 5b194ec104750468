// SPDX-License-Identifier: Apache-2.0
#include "store/activity_store.h"

#include "store/same_customers.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select a.id, a.version, a.entity, a.entity_id, a.kind, a.title, a.text, a.reference, a.owner_id, a.due_date, "
    "a.done_at, coalesce(a.done_by, 0), a.archived, a.created_at from sl_activity a where a.company_id = :company";

std::vector<ActivityRow> read(Session& session, const std::string& sql, const Params& params) {
  using Text = std::string;
  using Int = std::int64_t;
  using Maybe = std::optional<std::int64_t>;
  std::vector<ActivityRow> rows;
  for (auto& [id, version, entity, entity_id, kind, title, text, reference, owner, due, done_at, done_by, archived,
              created_at] :
       session.query<Id, Int, Text, Id, Text, Text, Text, Text, Id, Maybe, Maybe, Id, Int, Int>(sql, params)) {
    rows.push_back({id, version, entity, entity_id, kind, title, text, reference, owner, due, done_at, done_by,
                    archived != 0, created_at});
  }
  return rows;
}

Params bound(Id company, const ActivityRow& row, Stamp stamp) {
  return {{"company", company}, {"kind", row.kind}, {"title", row.title}, {"body", row.text}, {"file", row.reference},
          {"owner", row.owner}, {"due", row.due},   {"at", stamp.at},     {"by", stamp.by}};
}

}  // namespace

Id ActivityStore::insert(const ActivityRow& row, Stamp stamp) {
  Params params = bound(company_, row, stamp);
  params.emplace_back("entity", row.entity);
  params.emplace_back("entity_id", row.entity_id);
  return std::get<0>(session_
                         .query<Id>("insert into sl_activity (company_id, entity, entity_id, kind, title, text, "
                                    "reference, owner_id, due_date, created_at, created_by, changed_at, changed_by) "
                                    "values (:company, :entity, :entity_id, :kind, :title, :body, :file, :owner, "
                                    "cast(:due as bigint), :at, :by, :at, :by) returning id",
                                    params)
                         .at(0));
}

bool ActivityStore::update(const ActivityRow& row, Stamp stamp) {
  Params params = bound(company_, row, stamp);
  params.emplace_back("done_at", row.done_at);
  params.emplace_back("done_by", row.done_by);
  params.emplace_back("archived", row.archived);
  params.emplace_back("id", row.id);
  params.emplace_back("version", row.version);
  return session_.execute(
             "update sl_activity set version = version + 1, kind = :kind, title = :title, text = :body, reference = "
             ":file, owner_id = :owner, due_date = cast(:due as bigint), done_at = cast(:done_at as bigint), done_by = "
             "nullif(cast(:done_by as bigint), 0), archived = :archived, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and version = :version",
             params) == 1;
}

std::optional<ActivityRow> ActivityStore::find(Id id) {
  auto rows = read(session_, std::string(kSelect) + " and a.id = :id", {{"company", company_}, {"id", id}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<ActivityRow> ActivityStore::list(const ActivityFilter& filter) {
  std::string sql = std::string(kSelect) + " and a.archived = 0";
  Params params{{"company", company_}, {"count", filter.limit}};
  if (!filter.entity.empty()) {
    std::vector<Id> same{filter.entity_id};
    if (filter.entity == "customer") same = SameCustomers(session_, company_).ids(same);
    const bool one = same.size() == 1;
    sql += " and a.entity = :entity and " +
           (one ? std::string("a.entity_id = :entity_id") : session_.in_ids("a.entity_id", "entity_ids"));
    params.emplace_back("entity", filter.entity);
    if (one) params.emplace_back("entity_id", filter.entity_id);
    if (!one) params.emplace_back("entity_ids", session_.ids_text(same));
  }
  if (filter.owners) {
    sql += " and " + session_.in_ids("a.owner_id", "owners");
    params.emplace_back("owners", session_.ids_text(*filter.owners));
  }
  if (filter.state == "done") sql += " and a.done_at is not null";
  if (filter.state == "planned") sql += " and a.done_at is null and a.kind in ('task', 'call', 'meeting')";
  if (filter.due_from) {
    sql += " and a.due_date >= :due_from";
    params.emplace_back("due_from", *filter.due_from);
  }
  if (filter.due_to) {
    sql += " and a.due_date <= :due_to";
    params.emplace_back("due_to", *filter.due_to);
  }
  params.emplace_back("after", filter.after);
  if (!filter.by_due) return read(session_, sql + " and a.id > :after order by a.id limit :count", params);
  const std::string due = "coalesce(a.due_date, " + std::to_string(kNoDue) + ")";
  params.emplace_back("after_due", filter.after_due);
  params.emplace_back("same_due", filter.after_due);
  return read(session_,
              sql + " and (" + due + " > :after_due or (" + due + " = :same_due and a.id > :after)) order by " + due +
                  ", a.id limit :count",
              params);
}

void ActivityStore::remove(Id id) {
  session_.execute("delete from sl_activity where company_id = :company and id = :id",
                   {{"company", company_}, {"id", id}});
}

std::vector<ActivityRow> ActivityStore::of(const std::string& entity, Id entity_id) {
  return read(session_, std::string(kSelect) + " and a.entity = :entity and a.entity_id = :entity_id order by a.id",
              {{"company", company_}, {"entity", entity}, {"entity_id", entity_id}});
}

std::vector<Id> ActivityStore::ids_of(const std::string& entity, Id entity_id) {
  std::vector<Id> ids;
  for (const auto& [id] : session_.query<Id>(
           "select id from sl_activity where company_id = :company and entity = :entity and entity_id = :entity_id "
           "order by id",
           {{"company", company_}, {"entity", entity}, {"entity_id", entity_id}})) {
    ids.push_back(id);
  }
  return ids;
}

std::int64_t ActivityStore::count(const std::vector<Id>& ids, const std::string& entity, Id entity_id) {
  if (ids.empty()) return 0;
  return std::get<0>(
      session_
          .query<std::int64_t>(
              "select count(*) from sl_activity a where a.company_id = :company and a.entity = "
              ":entity and a.entity_id = :entity_id and " +
                  session_.in_ids("a.id", "ids"),
              {{"company", company_}, {"entity", entity}, {"entity_id", entity_id}, {"ids", session_.ids_text(ids)}})
          .at(0));
}

void ActivityStore::move(const std::vector<Id>& ids, const std::string& entity, Id entity_id) {
  if (ids.empty()) return;
  session_.execute(
      "update sl_activity set entity = :entity, entity_id = :entity_id where company_id = :company and " +
          session_.in_ids("id", "ids"),
      {{"entity", entity}, {"entity_id", entity_id}, {"company", company_}, {"ids", session_.ids_text(ids)}});
}

void ActivityStore::refresh_next(const std::string& entity, Id entity_id) {
  if (entity == "customer") return;
  const std::string table = entity == "lead" ? "sl_lead" : "sl_opportunity";
  session_.execute("update " + table +
                       " set next_activity = (select min(a.due_date) from sl_activity a where a.company_id = " + table +
                       ".company_id and a.entity = :entity and a.entity_id = " + table +
                       ".id and a.done_at is null and a.archived = 0 and a.kind in ('task', 'call', 'meeting')) "
                       "where company_id = :company and id = :id",
                   {{"entity", entity}, {"company", company_}, {"id", entity_id}});
}

}  // namespace sales_leads::store
