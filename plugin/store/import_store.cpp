// SPDX-License-Identifier: Apache-2.0
#include "store/import_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kSelect =
    "select id, version, entity, title, state, created_rows, updated_rows, same_rows, rejected_rows, created_at, "
    "created_by from sl_import_batch where company_id = :company";

std::vector<ImportBatch> read(Session& session, const std::string& sql, const Params& params) {
  using Int = std::int64_t;
  std::vector<ImportBatch> batches;
  for (auto& [id, version, entity, title, state, created, updated, same, rejected, at, by] :
       session.query<Id, Int, std::string, std::string, std::string, Int, Int, Int, Int, Int, Id>(sql, params)) {
    batches.push_back({id, version, entity, title, state, created, updated, same, rejected, at, by});
  }
  return batches;
}

}  // namespace

Id ImportStore::insert(const ImportBatch& batch, Stamp stamp) {
  return std::get<0>(
      session_
          .query<Id>(
              "insert into sl_import_batch (company_id, entity, title, state, created_at, created_by, changed_at, "
              "changed_by) values (:company, :entity, :title, 'open', :at, :by, :at2, :by2) returning id",
              {{"company", company_},
               {"entity", batch.entity},
               {"title", batch.title},
               {"at", stamp.at},
               {"by", stamp.by},
               {"at2", stamp.at},
               {"by2", stamp.by}})
          .at(0));
}

std::optional<ImportBatch> ImportStore::find(Id id) {
  auto found = read(session_, std::string(kSelect) + " and id = :id", {{"company", company_}, {"id", id}});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<ImportBatch> ImportStore::lock(Id id, Stamp stamp) {
  session_.execute("update sl_import_batch set changed_at = :at where company_id = :company and id = :id",
                   {{"at", stamp.at}, {"company", company_}, {"id", id}});
  return find(id);
}

void ImportStore::update(const ImportBatch& batch, Stamp stamp) {
  session_.execute(
      "update sl_import_batch set version = version + 1, state = :state, created_rows = :created, "
      "updated_rows = :updated, same_rows = :same, rejected_rows = :rejected, changed_at = :at, changed_by = :by "
      "where company_id = :company and id = :id",
      {{"state", batch.state},
       {"created", batch.created},
       {"updated", batch.updated},
       {"same", batch.same},
       {"rejected", batch.rejected},
       {"at", stamp.at},
       {"by", stamp.by},
       {"company", company_},
       {"id", batch.id}});
}

std::vector<ImportBatch> ImportStore::list(Id before, std::int64_t limit, const std::string& entity) {
  std::string sql = kSelect;
  Params params{{"company", company_}, {"count", limit}};
  if (before != 0) {
    sql += " and id < :before";
    params.emplace_back("before", before);
  }
  if (!entity.empty()) {
    sql += " and entity = :entity";
    params.emplace_back("entity", entity);
  }
  return read(session_, sql + " order by id desc limit :count", params);
}

std::vector<std::int64_t> ImportStore::known_rows(Id batch, std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> known;
  for (const auto& [row] : session_.query<std::int64_t>(
           "select row_no from sl_import_row where company_id = :company and batch_id = :batch and row_no between "
           ":first and :last order by row_no",
           {{"company", company_}, {"batch", batch}, {"first", from}, {"last", to}})) {
    known.push_back(row);
  }
  return known;
}

std::int64_t ImportStore::last_row(Id batch) {
  return std::get<0>(session_
                         .query<std::int64_t>("select coalesce(max(row_no), 0) from sl_import_row where "
                                              "company_id = :company and batch_id = :batch",
                                              {{"company", company_}, {"batch", batch}})
                         .at(0));
}

std::vector<Id> ImportStore::records(Id batch) {
  std::vector<Id> ids;
  for (const auto& [id] : session_.query<Id>("select distinct record_id from sl_import_row where company_id = :company "
                                             "and batch_id = :batch and record_id > 0 order by record_id",
                                             {{"company", company_}, {"batch", batch}})) {
    ids.push_back(id);
  }
  return ids;
}

void ImportStore::add_rows(Id batch, const std::vector<ImportRow>& rows) {
  std::vector<std::int64_t> numbers, records, versions;
  std::vector<std::string> acts, befores;
  for (const ImportRow& row : rows) {
    numbers.push_back(row.row_no);
    records.push_back(row.record);
    versions.push_back(row.version);
    acts.push_back(row.act);
    befores.push_back(row.before);
  }
  session_.bulk("sl_import_row", {{"company_id", std::vector<std::int64_t>(rows.size(), company_)},
                                  {"batch_id", std::vector<std::int64_t>(rows.size(), batch)},
                                  {"row_no", std::move(numbers)},
                                  {"act", std::move(acts)},
                                  {"record_id", std::move(records)},
                                  {"record_version", std::move(versions)},
                                  {"before", std::move(befores)}});
}

std::vector<ImportRow> ImportStore::rows_to_undo(Id batch, std::int64_t after, std::int64_t limit) {
  std::vector<ImportRow> rows;
  for (auto& [number, act, record, version, before] :
       session_.query<std::int64_t, std::string, Id, std::int64_t, std::string>(
           "select row_no, act, record_id, record_version, before from sl_import_row where company_id = :company and "
           "batch_id = :batch and row_no > :after and record_version > 0 and act in ('created', 'updated') "
           "order by row_no limit :count",
           {{"company", company_}, {"batch", batch}, {"after", after}, {"count", limit}})) {
    rows.push_back({number, std::move(act), record, version, std::move(before)});
  }
  return rows;
}

void ImportStore::mark_undone(Id batch, const std::vector<std::int64_t>& rows) {
  if (rows.empty()) return;
  session_.execute(
      "update sl_import_row set record_version = 0 where company_id = :company and batch_id = :batch and " +
          session_.in_ids("row_no", "numbers"),
      {{"company", company_}, {"batch", batch}, {"numbers", session_.ids_text(rows)}});
}

}  // namespace sales_leads::store
