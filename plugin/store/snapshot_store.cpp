// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot_store.h"

#include "store/bulk_columns.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;
using MaybeInt = std::optional<std::int64_t>;

constexpr const char* kSelect =
    "select id, as_of, origin, currency, opportunities, believed, correction, month_shock, seller_shock, created_at, "
    "places from sl_snapshot where company_id = :company and complete = 1";

std::vector<Snapshot> read(Session& session, const std::string& sql, const Params& params) {
  std::vector<Snapshot> found;
  for (auto& [id, as_of, origin, currency, opportunities, believed, correction, month_shock, seller_shock, at, places] :
       session.query<Id, Int, std::string, std::string, Int, Int, Int, Int, Int, Int, Int>(sql, params)) {
    found.push_back({id, static_cast<domain::Day>(as_of), std::move(origin), std::move(currency), opportunities,
                     believed, correction, month_shock, seller_shock, at, places != 0});
  }
  return found;
}

std::optional<Snapshot> only(std::vector<Snapshot> found) {
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace

std::optional<Snapshot> SnapshotStore::find(domain::Day as_of, const std::string& origin) {
  return only(read(session_, std::string(kSelect) + " and as_of = :day and origin = :origin",
                   {{"company", company_}, {"day", as_of}, {"origin", origin}}));
}

std::optional<Snapshot> SnapshotStore::find(Id id) {
  return only(read(session_, std::string(kSelect) + " and id = :id", {{"company", company_}, {"id", id}}));
}

std::optional<Snapshot> SnapshotStore::latest(domain::Day as_of, const std::string& origin) {
  return only(read(session_,
                   std::string(kSelect) + " and as_of <= :day and origin = :origin order by as_of desc limit 1",
                   {{"company", company_}, {"day", as_of}, {"origin", origin}}));
}

std::vector<Snapshot> SnapshotStore::list(Id before, Int limit) {
  return read(session_, std::string(kSelect) + " and (id < :before or :before2 = 0) order by id desc limit :rows",
              {{"company", company_}, {"before", before}, {"before2", before}, {"rows", limit}});
}

void SnapshotStore::remove(Id snapshot) {
  for (const char* table : {"sl_snapshot_total", "sl_snapshot_month", "sl_snapshot_row"}) {
    session_.execute(std::string("delete from ") + table + " where company_id = :company and snapshot_id = :id",
                     {{"company", company_}, {"id", snapshot}});
  }
  session_.execute("delete from sl_snapshot where company_id = :company and id = :id",
                   {{"company", company_}, {"id", snapshot}});
}

Id SnapshotStore::begin(const Snapshot& snapshot, Stamp stamp) {
  for (const auto& [id] : session_.query<Id>(
           "select id from sl_snapshot where company_id = :company and as_of = :day and origin = :origin",
           {{"company", company_}, {"day", snapshot.as_of}, {"origin", snapshot.origin}})) {
    remove(id);
  }
  return std::get<0>(
      session_
          .query<Id>("insert into sl_snapshot (company_id, as_of, origin, currency, created_at, created_by, places) "
                     "values (:company, :day, :origin, :currency, :at, :by, 1) returning id",
                     {{"company", company_},
                      {"day", snapshot.as_of},
                      {"origin", snapshot.origin},
                      {"currency", snapshot.currency},
                      {"at", stamp.at},
                      {"by", stamp.by}})
          .at(0));
}

void SnapshotStore::add(Id snapshot, const std::vector<SnapshotRow>& rows) {
  if (rows.empty()) return;
  session_.bulk("sl_snapshot_row", {constant("company_id", rows, company_),
                                    constant("snapshot_id", rows, snapshot),
                                    column<Integers>("opportunity_id", rows, &SnapshotRow::opportunity),
                                    column<Integers>("owner_id", rows, &SnapshotRow::owner),
                                    column<Integers>("type_id", rows, &SnapshotRow::type),
                                    column<Integers>("source_id", rows, &SnapshotRow::source),
                                    column<Integers>("campaign_id", rows, &SnapshotRow::campaign),
                                    column<Integers>("step_id", rows, &SnapshotRow::step),
                                    column<Maybes>("amount_minor", rows, &SnapshotRow::amount),
                                    column<Integers>("probability", rows, &SnapshotRow::probability),
                                    column<Maybes>("planned_close", rows, &SnapshotRow::planned_close),
                                    column<Texts>("category", rows, &SnapshotRow::category),
                                    column<Integers>("category_by_hand", rows, &SnapshotRow::by_hand),
                                    column<Integers>("ever", rows, &SnapshotRow::ever),
                                    column<Integers>("within_30", rows, &SnapshotRow::within_30),
                                    column<Integers>("within_60", rows, &SnapshotRow::within_60),
                                    column<Integers>("within_90", rows, &SnapshotRow::within_90),
                                    column<Integers>("value_minor", rows, &SnapshotRow::value),
                                    column<Integers>("expected_minor", rows, &SnapshotRow::expected),
                                    column<Integers>("customer_id", rows, &SnapshotRow::customer),
                                    column<Integers>("project_id", rows, &SnapshotRow::project),
                                    column<Texts>("currency", rows, &SnapshotRow::currency)});
}

void SnapshotStore::add(Id snapshot, const std::vector<SnapshotMonth>& months) {
  if (months.empty()) return;
  session_.bulk("sl_snapshot_month",
                {constant("company_id", months, company_), constant("snapshot_id", months, snapshot),
                 column<Integers>("opportunity_id", months, &SnapshotMonth::opportunity),
                 column<Integers>("month", months, &SnapshotMonth::month),
                 column<Integers>("chance", months, &SnapshotMonth::chance),
                 column<Integers>("expected_minor", months, &SnapshotMonth::expected)});
}

void SnapshotStore::add(Id snapshot, const std::vector<SnapshotTotal>& totals) {
  if (totals.empty()) return;
  session_.bulk(
      "sl_snapshot_total",
      {constant("company_id", totals, company_), constant("snapshot_id", totals, snapshot),
       column<Texts>("scope", totals, &SnapshotTotal::scope), column<Integers>("month", totals, &SnapshotTotal::month),
       column<Integers>("seller_id", totals, &SnapshotTotal::seller),
       column<Integers>("expected_minor", totals, &SnapshotTotal::expected),
       column<Integers>("lo80_minor", totals, &SnapshotTotal::lo80),
       column<Integers>("hi80_minor", totals, &SnapshotTotal::hi80),
       column<Integers>("lo95_minor", totals, &SnapshotTotal::lo95),
       column<Integers>("hi95_minor", totals, &SnapshotTotal::hi95)});
}

void SnapshotStore::complete(Id id, const Snapshot& snapshot) {
  session_.execute(
      "update sl_snapshot set complete = 1, opportunities = :count, believed = :believed, correction = :correction, "
      "month_shock = :month, seller_shock = :seller where company_id = :company and id = :id",
      {{"company", company_},
       {"id", id},
       {"count", snapshot.opportunities},
       {"believed", snapshot.believed},
       {"correction", snapshot.correction},
       {"month", snapshot.month_shock},
       {"seller", snapshot.seller_shock}});
}

std::int64_t SnapshotStore::thin_out(domain::Day before) {
  std::int64_t removed = 0;
  std::map<std::string, Id> last;  // of each month
  std::vector<std::pair<Id, std::string>> old;
  for (const auto& [id, as_of] : session_.query<Id, Int>(
           "select id, as_of from sl_snapshot where company_id = :company and origin = 'daily' and as_of < :before "
           "order by as_of",
           {{"company", company_}, {"before", before}})) {
    old.emplace_back(id, domain::month_key(static_cast<domain::Day>(as_of)));
    last[old.back().second] = id;
  }
  for (const auto& [id, month] : old) {
    if (last[month] == id) continue;
    remove(id);
    ++removed;
  }
  return removed;
}

std::vector<SnapshotChances> SnapshotStore::chances(Id snapshot, Id after, Int limit) {
  std::vector<SnapshotChances> found;
  for (const auto& [opportunity, probability, within_30, within_60, within_90] : session_.query<Id, Int, Int, Int, Int>(
           "select opportunity_id, probability, within_30, within_60, within_90 from sl_snapshot_row where company_id "
           "= :company and snapshot_id = :id and opportunity_id > :after order by opportunity_id limit :rows",
           {{"company", company_}, {"id", snapshot}, {"after", after}, {"rows", limit}})) {
    found.push_back({opportunity, probability, within_30, within_60, within_90});
  }
  return found;
}

SnapshotStore::PlainRows SnapshotStore::ask_plain_rows(const Snapshot& snapshot, Id after, Int limit,
                                                       const Wanted& wanted) {
  const auto id = [](bool is_wanted, const char* column) {
    return is_wanted ? std::string(column) + ", " : "cast(null as bigint) as no_" + std::string(column) + ", ";
  };
  const bool looks = wanted.place && !snapshot.places, tells = wanted.place && snapshot.places;
  std::string frozen = "opportunity_id, owner_id, " + id(wanted.type, "type_id") + id(wanted.source, "source_id") +
                       id(wanted.campaign, "campaign_id") + id(wanted.step, "step_id") +
                       "amount_minor, probability, planned_close, category, category_by_hand, value_minor";
  const std::string page =
      " from sl_snapshot_row where company_id = :company and snapshot_id = :id and opportunity_id > :after order by "
      "opportunity_id limit :rows";
  if (!looks) {
    frozen += tells ? ", customer_id, project_id, currency"
                    : ", cast(null as bigint), cast(null as bigint), cast(null as text)";
  }
  // The page first, then its opportunities one by one: PostgreSQL would join all of both for every page.
  const std::string sql =
      looks ? "select r.*, o.customer_id, o.project_id, o.currency from (select " + frozen + page +
                  ") r left join sl_opportunity o on o.id = r.opportunity_id and o.company_id = :company order by "
                  "r.opportunity_id"
            : "select " + frozen + page;
  return PlainRows(session_.ask<Id, Id, MaybeInt, MaybeInt, MaybeInt, MaybeInt, MaybeInt, Int, MaybeInt, std::string,
                                Int, Int, MaybeInt, MaybeInt, std::optional<std::string>>(
      sql, {{"company", company_}, {"id", snapshot.id}, {"after", after}, {"rows", limit}}));
}

std::vector<SnapshotRow> SnapshotStore::PlainRows::take() {
  std::vector<SnapshotRow> found;
  for (auto& [opportunity, owner, type, source, campaign, step, amount, probability, planned, category, by_hand, value,
              customer, project, currency] : given_.take()) {
    found.push_back({.opportunity = opportunity,
                     .owner = owner,
                     .type = type.value_or(0),
                     .source = source.value_or(0),
                     .campaign = campaign.value_or(0),
                     .step = step.value_or(0),
                     .amount = amount,
                     .probability = probability,
                     .planned_close = planned,
                     .category = std::move(category),
                     .by_hand = by_hand,
                     .value = value,
                     .customer = customer.value_or(0),
                     .project = project.value_or(0),
                     .currency = std::move(currency).value_or("")});
  }
  return found;
}

SnapshotStore::Months SnapshotStore::ask_months(Id snapshot, Id first, Id last) {
  return Months(session_.ask<Id, Int, Int, Int>(
      "select opportunity_id, month, chance, expected_minor from sl_snapshot_month where company_id = :company and "
      "snapshot_id = :id and opportunity_id >= :first and opportunity_id <= :last order by opportunity_id, month",
      {{"company", company_}, {"id", snapshot}, {"first", first}, {"last", last}}));
}

std::vector<SnapshotMonth> SnapshotStore::Months::take() {
  std::vector<SnapshotMonth> found;
  for (const auto& [opportunity, month, chance, expected] : given_.take())
    found.push_back({opportunity, month, chance, expected});
  return found;
}

std::vector<SnapshotTotal> SnapshotStore::totals(Id snapshot) {
  std::vector<SnapshotTotal> found;
  for (auto& [scope, month, seller, expected, lo80, hi80, lo95, hi95] :
       session_.query<std::string, Int, Id, Int, Int, Int, Int, Int>(
           "select scope, month, seller_id, expected_minor, lo80_minor, hi80_minor, lo95_minor, hi95_minor from "
           "sl_snapshot_total where company_id = :company and snapshot_id = :id order by scope, month, seller_id",
           {{"company", company_}, {"id", snapshot}})) {
    found.push_back({std::move(scope), month, seller, expected, lo80, hi80, lo95, hi95});
  }
  return found;
}

std::map<Id, std::string> SnapshotStore::categories() {
  std::map<Id, std::string> found;
  for (auto& [opportunity, category] : session_.query<Id, std::string>(
           "select opportunity_id, category from sl_forecast_category where company_id = :company",
           {{"company", company_}})) {
    found.emplace(opportunity, std::move(category));
  }
  return found;
}

void SnapshotStore::set_category(Id opportunity, const std::optional<std::string>& category, Stamp stamp) {
  session_.execute("delete from sl_forecast_category where company_id = :company and opportunity_id = :id",
                   {{"company", company_}, {"id", opportunity}});
  if (!category) return;
  session_.execute(
      "insert into sl_forecast_category (company_id, opportunity_id, category, set_at, set_by) values (:company, :id, "
      ":category, :at, :by)",
      {{"company", company_}, {"id", opportunity}, {"category", *category}, {"at", stamp.at}, {"by", stamp.by}});
}

}  // namespace sales_leads::store
