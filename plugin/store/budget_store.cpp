// SPDX-License-Identifier: Apache-2.0
#include "store/budget_store.h"

#include "store/bulk_columns.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

constexpr const char* kVersions =
    "select id, version, year, first_month, title, active, locked, archived, changed_at, changed_by from sl_budget "
    "where company_id = :company";

std::vector<BudgetVersion> read(Session& session, const std::string& sql, const Params& params) {
  std::vector<BudgetVersion> versions;
  for (auto& [id, version, year, first, title, active, locked, archived, at, by] :
       session.query<Id, Int, Int, Int, std::string, Int, Int, Int, Int, Id>(sql + " order by year, id", params)) {
    versions.push_back({id, version, year, first, title, active != 0, locked != 0, archived != 0, at, by});
  }
  return versions;
}

}  // namespace

std::vector<BudgetVersion> BudgetStore::versions(std::int64_t year) {
  Params params{{"company", company_}};
  std::string sql = kVersions;
  if (year != 0) {
    sql += " and year = :year";
    params.emplace_back("year", year);
  }
  return read(session_, sql, params);
}

std::optional<BudgetVersion> BudgetStore::find(Id id) {
  auto found = read(session_, std::string(kVersions) + " and id = :id", {{"company", company_}, {"id", id}});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<BudgetVersion> BudgetStore::lock(Id id) {
  session_.execute("update sl_budget set version = version where company_id = :company and id = :id",
                   {{"company", company_}, {"id", id}});
  return find(id);
}

Id BudgetStore::insert(const BudgetVersion& version, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_budget (company_id, year, first_month, title, active, created_at, "
                                    "created_by, changed_at, changed_by) values (:company, :year, :first, :title, "
                                    ":active, :at, :by, :at2, :by2) returning id",
                                    {{"company", company_},
                                     {"year", version.year},
                                     {"first", version.first_month},
                                     {"title", version.title},
                                     {"active", version.active},
                                     {"at", stamp.at},
                                     {"by", stamp.by},
                                     {"at2", stamp.at},
                                     {"by2", stamp.by}})
                         .at(0));
}

bool BudgetStore::update(const BudgetVersion& version, Stamp stamp) {
  return session_.execute(
             "update sl_budget set version = version + 1, title = :title, active = :active, locked = :locked, "
             "archived = :archived, changed_at = :at, changed_by = :by where company_id = :company and id = :id and "
             "version = :version",
             {{"title", version.title},
              {"active", version.active},
              {"locked", version.locked},
              {"archived", version.archived},
              {"at", stamp.at},
              {"by", stamp.by},
              {"company", company_},
              {"id", version.id},
              {"version", version.version}}) == 1;
}

void BudgetStore::deactivate(std::int64_t year, Stamp stamp) {
  session_.execute(
      "update sl_budget set version = version + 1, active = 0, changed_at = :at, changed_by = :by where company_id = "
      ":company and year = :year and active = 1",
      {{"at", stamp.at}, {"by", stamp.by}, {"company", company_}, {"year", year}});
}

std::vector<BudgetRow> BudgetStore::rows(Id budget) {
  std::vector<BudgetRow> rows;
  for (const auto& [id, version, employee, type] : session_.query<Id, Int, Id, Id>(
           "select id, version, employee_id, type_id from sl_budget_row where company_id = :company and budget_id = "
           ":budget order by employee_id, type_id",
           {{"company", company_}, {"budget", budget}})) {
    rows.push_back({id, version, employee, type});
  }
  return rows;
}

std::vector<BudgetCell> BudgetStore::cells(Id budget) {
  std::vector<BudgetCell> cells;
  for (const auto& [id, row, month, minor] : session_.query<Id, Id, Int, Int>(
           "select c.id, c.row_id, c.month, c.minor from sl_budget_row r join sl_budget_cell c on c.row_id = r.id and "
           "c.company_id = r.company_id where r.company_id = :company and r.budget_id = :budget order by c.row_id, "
           "c.month",
           {{"company", company_}, {"budget", budget}})) {
    cells.push_back({id, row, month, minor});
  }
  return cells;
}

std::vector<std::pair<Id, std::int64_t>> BudgetStore::totals(const std::optional<std::vector<Id>>& employees) {
  std::string sql =
      "select r.budget_id, cast(sum(c.minor) as bigint) from sl_budget_row r join sl_budget_cell c on c.row_id = r.id "
      "and c.company_id = r.company_id where r.company_id = :company";
  Params params{{"company", company_}};
  if (employees) {
    sql += " and " + session_.in_ids("r.employee_id", "them");
    params.emplace_back("them", session_.ids_text(*employees));
  }
  std::vector<std::pair<Id, std::int64_t>> totals;
  for (const auto& [id, minor] : session_.query<Id, Int>(sql + " group by r.budget_id order by r.budget_id", params)) {
    totals.emplace_back(id, minor);
  }
  return totals;
}

Id BudgetStore::insert(Id budget, const BudgetRow& row, Stamp stamp) {
  return std::get<0>(
      session_
          .query<Id>("insert into sl_budget_row (company_id, budget_id, employee_id, type_id, created_at, created_by, "
                     "changed_at, changed_by) values (:company, :budget, :employee, :type, :at, :by, :at2, :by2) "
                     "returning id",
                     {{"company", company_},
                      {"budget", budget},
                      {"employee", row.employee},
                      {"type", row.type},
                      {"at", stamp.at},
                      {"by", stamp.by},
                      {"at2", stamp.at},
                      {"by2", stamp.by}})
          .at(0));
}

void BudgetStore::touch(const std::vector<Id>& rows, Stamp stamp) {
  if (rows.empty()) return;
  session_.execute(
      "update sl_budget_row set version = version + 1, changed_at = :at, changed_by = :by where company_id = :company "
      "and " +
          session_.in_ids("id", "rows"),
      {{"at", stamp.at}, {"by", stamp.by}, {"company", company_}, {"rows", session_.ids_text(rows)}});
}

void BudgetStore::put(const std::vector<BudgetCell>& cells) {
  if (cells.empty()) return;
  session_.bulk(
      "sl_budget_cell",
      {constant("company_id", cells, company_), column<Integers>("row_id", cells, &BudgetCell::row),
       column<Integers>("month", cells, &BudgetCell::month), column<Integers>("minor", cells, &BudgetCell::minor)},
      "on conflict (company_id, row_id, month) do update set minor = excluded.minor");
}

void BudgetStore::remove(const std::vector<Id>& cells) {
  if (cells.empty()) return;
  session_.execute("delete from sl_budget_cell where company_id = :company and " + session_.in_ids("id", "cells"),
                   {{"company", company_}, {"cells", session_.ids_text(cells)}});
}

void BudgetStore::add_history(Id budget, const std::vector<BudgetChange>& changes) {
  if (changes.empty()) return;
  session_.bulk("sl_budget_history", {constant("company_id", changes, company_), constant("budget_id", changes, budget),
                                      column<Integers>("employee_id", changes, &BudgetChange::employee),
                                      column<Integers>("type_id", changes, &BudgetChange::type),
                                      column<Integers>("month", changes, &BudgetChange::month),
                                      column<Maybes>("before_minor", changes, &BudgetChange::before),
                                      column<Maybes>("minor", changes, &BudgetChange::after),
                                      column<Texts>("origin", changes, &BudgetChange::origin),
                                      column<Integers>("recorded_at", changes, &BudgetChange::recorded_at),
                                      column<Integers>("actor_id", changes, &BudgetChange::actor)});
}

std::vector<BudgetChange> BudgetStore::history(const BudgetHistoryFilter& filter) {
  std::string sql =
      "select id, employee_id, type_id, month, before_minor, minor, origin, recorded_at, actor_id from "
      "sl_budget_history where company_id = :company and budget_id = :budget";
  Params params{{"company", company_}, {"budget", filter.budget}, {"count", filter.limit}};
  const auto also = [&](const char* condition, const char* name, std::int64_t value) {
    sql += std::string(" and ") + condition;
    params.emplace_back(name, value);
  };
  if (filter.before != 0) also("id < :before", "before", filter.before);
  if (filter.employee != 0) also("employee_id = :employee", "employee", filter.employee);
  if (filter.type) also("type_id = :type", "type", *filter.type);
  if (filter.month >= 0) also("month = :month", "month", filter.month);
  if (filter.employees) {
    sql += " and " + session_.in_ids("employee_id", "them");
    params.emplace_back("them", session_.ids_text(*filter.employees));
  }
  std::vector<BudgetChange> changes;
  for (auto& [id, employee, type, month, before, after, origin, at, actor] :
       session_.query<Id, Id, Id, Int, std::optional<Int>, std::optional<Int>, std::string, Int, Id>(
           sql + " order by id desc limit :count", params)) {
    changes.push_back({id, employee, type, month, before, after, origin, at, actor});
  }
  return changes;
}

std::vector<BudgetFigure> BudgetStore::figures(std::optional<std::int64_t> from, std::optional<std::int64_t> to,
                                               const std::optional<std::vector<Id>>& employees) {
  std::string sql =
      "select r.employee_id, r.type_id, c.month, c.minor from sl_budget b join sl_budget_row r on r.budget_id = b.id "
      "and r.company_id = b.company_id join sl_budget_cell c on c.row_id = r.id and c.company_id = r.company_id where "
      "b.company_id = :company and b.active = 1";
  Params params{{"company", company_}};
  if (from) {
    sql += " and c.month >= :first";
    params.emplace_back("first", *from);
  }
  if (to) {
    sql += " and c.month <= :last";
    params.emplace_back("last", *to);
  }
  if (employees) {
    sql += " and " + session_.in_ids("r.employee_id", "them");
    params.emplace_back("them", session_.ids_text(*employees));
  }
  std::vector<BudgetFigure> figures;
  for (const auto& [employee, type, month, minor] :
       session_.query<Id, Id, Int, Int>(sql + " order by r.employee_id, r.type_id, c.month", params)) {
    figures.push_back({employee, type, month, minor});
  }
  return figures;
}

std::vector<SoldFigure> BudgetStore::sold(const std::string& measure, std::int64_t from, std::int64_t to) {
  const std::string wanted = measure == "ordered" ? "measure = 'ordered'" : "measure in ('invoices', 'credits')";
  std::vector<SoldFigure> figures;
  for (const auto& [employee, day, minor] : session_.query<Id, Int, Int>(
           "select seller_id, effective_date, cast(sum(company_minor) as bigint) from sl_rollup_day where company_id = "
           ":company and " +
               wanted +
               " and effective_date between :first and :last group by seller_id, effective_date order by seller_id, "
               "effective_date",
           {{"company", company_}, {"first", from}, {"last", to}})) {
    figures.push_back({employee, day, minor});
  }
  return figures;
}

}  // namespace sales_leads::store
