// SPDX-License-Identifier: Apache-2.0
#include "store/sales_rollup.h"

#include "domain/calendar.h"
#include "store/bulk_columns.h"
#include "store/read_snapshot.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;

constexpr Int kSlice = 5'000;
constexpr std::array<std::string_view, 4> kStates = {"open", "won", "lost", "expired"};
constexpr std::array kAxes = {SalesAxis::seller, SalesAxis::campaign, SalesAxis::type,     SalesAxis::source,
                              SalesAxis::step,   SalesAxis::status,   SalesAxis::customer, SalesAxis::project};

std::int64_t month_of(Int day) {
  const domain::CivilDate date = domain::civil_date(static_cast<domain::Day>(day));
  return static_cast<Int>(date.year) * 100 + date.month;
}

SalesSums sums_of(const std::string& measure, Int minor) {
  SalesSums sums;
  (measure == "offered"    ? sums.offered
   : measure == "ordered"  ? sums.ordered
   : measure == "invoices" ? sums.invoices
                           : sums.credits) = minor;
  return sums;
}

void spread(const SalesPlace& place, Int month, const SalesSums& sums, SalesCells& cells, Int sign = 1) {
  add(cells[{SalesAxis::type, place.type, month}], sums, sign);
  add(cells[{SalesAxis::source, place.source, month}], sums, sign);
  add(cells[{SalesAxis::step, place.step, month}], sums, sign);
  add(cells[{SalesAxis::status, place.status, month}], sums, sign);
}

void drop_zeros(SalesCells& cells) {
  std::erase_if(cells, [](const auto& entry) { return entry.second == SalesSums{}; });
}

/// The last ledger row that is in the sums; 0 before the first slice.
Id done_to(Session& session, Id company) {
  const auto state = session.first<Id>(
      "select done_to from sl_rollup_state where company_id = :company and rollup = 'sales'", {{"company", company}});
  return state ? std::get<0>(*state) : 0;
}

/// Ledger rows with what their opportunity is now, from one on, up to another.
struct LedgerRow {
  Id id = 0;
  Int month = 0;
  SalesSums sums;
  Id seller = 0, campaign = 0, customer = 0, project = 0;
  SalesPlace place;
};
std::vector<LedgerRow> rows_between(Session& session, Id company, Id after, Id last, Int limit) {
  std::vector<LedgerRow> rows;
  for (auto& [id, measure, day, minor, seller, campaign, customer, project, type, source, step, status] :
       session.query<Id, std::string, Int, Int, Id, Id, Id, Id, Id, Id, Id, std::string>(
           "select l.id, l.measure, l.effective_date, l.company_minor, l.seller_id, l.campaign_id, l.customer_id, "
           "l.project_id, coalesce(o.type_id, 0), coalesce(o.source_id, 0), coalesce(o.step_id, 0), coalesce(o.status, "
           "'') from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id and o.company_id = l.company_id "
           "where l.company_id = :company and l.id > :after and l.id <= :last order by l.id limit :count",
           {{"company", company}, {"after", after}, {"last", last}, {"count", limit}})) {
    rows.push_back({id,
                    month_of(day),
                    sums_of(measure, minor),
                    seller,
                    campaign,
                    customer,
                    project,
                    {type, source, step, status_number(status)}});
  }
  return rows;
}

void spread(const LedgerRow& row, SalesCells& cells) {
  add(cells[{SalesAxis::seller, row.seller, row.month}], row.sums);
  add(cells[{SalesAxis::campaign, row.campaign, row.month}], row.sums);
  // These are many: by month they would be as many as the documents.
  add(cells[{SalesAxis::customer, row.customer, 0}], row.sums);
  add(cells[{SalesAxis::project, row.project, 0}], row.sums);
  spread(row.place, row.month, row.sums, cells);
}

std::vector<Id> read_cells(Session& session, Id company, const char* table, const std::string& id, Int limit,
                           SalesCells& cells) {
  std::vector<Id> ids;
  for (auto& [row, axis, axis_id, month, offered, ordered, invoices, credits] :
       session.query<Id, std::string, Id, Int, Int, Int, Int, Int>(
           "select " + id + " as row_id, axis, axis_id, month, offered_minor, ordered_minor, invoices_minor, " +
               "credits_minor from " + table + " where company_id = :company order by row_id limit :count",
           {{"company", company}, {"count", limit}})) {
    ids.push_back(row);
    for (const SalesAxis one : kAxes) {
      if (axis_text(one) == axis) add(cells[{one, axis_id, month}], {offered, ordered, invoices, credits});
    }
  }
  return ids;
}

}  // namespace

std::string axis_text(SalesAxis axis) {
  constexpr std::array kNames = {"seller", "campaign", "type", "source", "step", "status", "customer", "project"};
  return kNames[static_cast<std::size_t>(axis)];
}

Id status_number(std::string_view status) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == status) return static_cast<Id>(i) + 1;
  }
  return 0;
}

std::string status_of(Id number) {
  return number < 1 || number > static_cast<Id>(kStates.size())
             ? ""
             : std::string(kStates[static_cast<std::size_t>(number) - 1]);
}

void add(SalesSums& into, const SalesSums& sums, std::int64_t sign) {
  into.offered += sign * sums.offered;
  into.ordered += sign * sums.ordered;
  into.invoices += sign * sums.invoices;
  into.credits += sign * sums.credits;
}

std::optional<Id> SalesRollup::keep_state(const char* postgresql_lock) {
  const std::string sql =
      std::string("select done_to from sl_rollup_state where company_id = :company and rollup = 'sales'") +
      (session_.backend() == Backend::postgresql ? postgresql_lock : "");
  const auto state = session_.first<Id>(sql, {{"company", company_}});
  if (!state) return std::nullopt;
  return std::get<0>(*state);
}

void SalesRollup::write(const char* table, const SalesCells& cells, const std::string& conflict) {
  if (cells.empty()) return;
  Texts axes;
  Integers ids, months, offered, ordered, invoices, credits;
  for (const auto& [cell, sums] : cells) {
    axes.push_back(axis_text(cell.axis));
    ids.push_back(cell.axis_id);
    months.push_back(cell.month);
    offered.push_back(sums.offered);
    ordered.push_back(sums.ordered);
    invoices.push_back(sums.invoices);
    credits.push_back(sums.credits);
  }
  session_.bulk(table,
                {{"company_id", Integers(cells.size(), company_)},
                 {"axis", std::move(axes)},
                 {"axis_id", std::move(ids)},
                 {"month", std::move(months)},
                 {"offered_minor", std::move(offered)},
                 {"ordered_minor", std::move(ordered)},
                 {"invoices_minor", std::move(invoices)},
                 {"credits_minor", std::move(credits)}},
                conflict);
}

void SalesRollup::moved(const SalesValues& before, const SalesValues& after) {
  std::map<Id, std::pair<SalesPlace, SalesPlace>> changed;
  std::vector<Id> ids;
  for (const auto& [id, place] : before) {
    const auto now = after.find(id);
    const SalesPlace then = now == after.end() ? SalesPlace{} : now->second;
    if (then == place) continue;
    changed.emplace(id, std::pair{place, then});
    ids.push_back(id);
  }
  if (changed.empty()) return;
  // Several changes keep the number together; who takes a slice in waits for none of them, it comes again.
  auto in_sums = keep_state(" for share");
  if (!in_sums) {
    session_.execute(
        "insert into sl_rollup_state (company_id, rollup, done_to) values (:company, 'sales', 0) on conflict do "
        "nothing",
        {{"company", company_}});
    in_sums = keep_state(" for share");
  }
  if (!in_sums || *in_sums == 0) return;
  SalesCells cells;
  for (const auto& [id, day, measure, minor] : session_.query<Id, Int, std::string, Int>(
           "select opportunity_id, effective_date, measure, cast(sum(company_minor) as bigint) from sl_ledger where "
           "company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") +
               " and +id <= :last group by opportunity_id, effective_date, measure",
           {{"company", company_}, {"ids", session_.ids_text(ids)}, {"last", *in_sums}})) {
    const auto& [then, now] = changed.at(id);
    const SalesSums sums = sums_of(measure, minor);
    spread(then, month_of(day), sums, cells, -1);
    spread(now, month_of(day), sums, cells);
  }
  drop_zeros(cells);
  write("sl_rollup_sales_delta", cells, "");
}

/// Appended rows go by their ids: one that is committed meanwhile is left for the next time.
bool SalesRollup::take_in() {
  const auto in_sums = keep_state(" for update skip locked");
  if (!in_sums) return false;
  SalesCells cells;
  const auto appended = read_cells(session_, company_, "sl_rollup_sales_delta", "id", kSlice, cells);
  const auto rows = rows_between(session_, company_, *in_sums, INT64_MAX, kSlice);
  for (const LedgerRow& row : rows) spread(row, cells);
  drop_zeros(cells);
  write("sl_rollup_sales", cells,
        "on conflict (company_id, axis, axis_id, month) do update set offered_minor = t.offered_minor + "
        "excluded.offered_minor, ordered_minor = t.ordered_minor + excluded.ordered_minor, invoices_minor = "
        "t.invoices_minor + excluded.invoices_minor, credits_minor = t.credits_minor + excluded.credits_minor");
  session_.execute("delete from sl_rollup_sales_delta where " + session_.in_ids("id", "ids"),
                   {{"ids", session_.ids_text(appended)}});
  if (!rows.empty()) {
    session_.execute("update sl_rollup_state set done_to = :last where company_id = :company and rollup = 'sales'",
                     {{"last", rows.back().id}, {"company", company_}});
  }
  return static_cast<Int>(std::max(appended.size(), rows.size())) == kSlice;
}

bool SalesRollup::work_off(Database& database, Id company, std::int64_t waiting) {
  {
    const Lease session = database.lease();
    const auto state = session->first<Id>(
        "select done_to from sl_rollup_state where company_id = :company and rollup = 'sales'", {{"company", company}});
    if (!state) {
      session->execute(
          "insert into sl_rollup_state (company_id, rollup, done_to) values (:company, 'sales', 0) on conflict do "
          "nothing",
          {{"company", company}});
      return true;
    }
    const bool enough =
        session->first<Id>(
            "select id from sl_ledger where company_id = :company and id > :after order by id limit 1 "
            "offset :before",
            {{"company", company}, {"after", std::get<0>(*state)}, {"before", waiting - 1}}) ||
        session->first<Id>("select id from sl_rollup_sales_delta where company_id = :company limit 1 offset :before",
                           {{"company", company}, {"before", waiting - 1}});
    if (!enough) return false;
  }
  return in_transaction(database, [&](Session& session) { return SalesRollup(session, company).take_in(); });
}

void SalesRollup::rebuild(Database& database, Id company) {
  work_off(database, company);  // a row of the state there must be
  in_transaction(database, [&](Session& session) {
    // Who changes an opportunity keeps the number until the end of that.
    (void)SalesRollup(session, company).keep_state(" for update");
    session.execute("delete from sl_rollup_sales where company_id = :company", {{"company", company}});
    session.execute("delete from sl_rollup_sales_delta where company_id = :company", {{"company", company}});
    session.execute("update sl_rollup_state set done_to = 0 where company_id = :company and rollup = 'sales'",
                    {{"company", company}});
  });
  while (work_off(database, company, 1)) {
  }
}

std::vector<Difference> SalesRollup::compare(std::int64_t limit) {
  std::vector<Difference> differences;
  const ReadSnapshot snapshot(session_);
  const Id last = done_to(session_, company_);
  SalesCells should_be, is;
  for (Id after = 0; after < last;) {
    const auto rows = rows_between(session_, company_, after, last, kSlice);
    if (rows.empty()) break;
    after = rows.back().id;
    for (const LedgerRow& row : rows) spread(row, should_be);
  }
  read_cells(session_, company_, "sl_rollup_sales", "axis_id", INT64_MAX, is);
  read_cells(session_, company_, "sl_rollup_sales_delta", "id", INT64_MAX, is);
  SalesCells wrong = should_be;
  for (const auto& [cell, sums] : is) add(wrong[cell], sums, -1);
  drop_zeros(wrong);
  for (const auto& [cell, difference] : wrong) {
    if (static_cast<std::int64_t>(differences.size()) >= limit) break;
    const SalesSums &own = is[cell], &right = should_be[cell];
    const auto tell = [&, &of = cell](const char* measure, Int wrong_by, Int found, Int wanted) {
      if (wrong_by == 0 || static_cast<std::int64_t>(differences.size()) >= limit) return;
      differences.push_back(
          {"rollup_sales",
           axis_text(of.axis) + " " + std::to_string(of.axis_id) + " month " + std::to_string(of.month) + " " + measure,
           found, wanted});
    };
    tell("offered", difference.offered, own.offered, right.offered);
    tell("ordered", difference.ordered, own.ordered, right.ordered);
    tell("invoices", difference.invoices, own.invoices, right.invoices);
    tell("credits", difference.credits, own.credits, right.credits);
  }
  return differences;
}

}  // namespace sales_leads::store
