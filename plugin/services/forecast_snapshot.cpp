// SPDX-License-Identifier: Apache-2.0
#include "services/forecast_snapshot.h"

#include <algorithm>

#include "services/forecast_model.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kReadPage = 1'000;
constexpr std::int64_t kCommit = 700'000, kBestCase = 400'000, kPipeline = 30'000;  // chances from which on

}  // namespace

std::string category_of(std::int64_t chance) {
  return chance >= kCommit     ? "commit"
         : chance >= kBestCase ? "best_case"
         : chance >= kPipeline ? "pipeline"
                               : "omitted";
}

SnapshotMaker::SnapshotMaker(const SnapshotWish& wish) : wish_(wish), calendar_(wish.time_zone) {}

bool SnapshotMaker::step(store::Database& database) {
  switch (stage_) {
    case Stage::read: {
      if (!loader_) {
        begin_reading(database);
        return true;
      }
      bool more = false;
      {
        const store::Lease session = database.lease();
        loader_->use(*session);
        more = loader_->read_page(kReadPage);
      }
      if (goes_on_ && (!more || !loader_->fresh().empty())) {
        store::in_transaction(database, [&](store::Session& session) {
          store::ForecastFactsStore facts(session, wish_.company);
          more ? facts.put(loader_->fresh()) : facts.forget_gone();
        });
      }
      if (!more) stage_ = Stage::order;
      return true;
    }
    case Stage::order:
      if (loader_->finish()) return true;
      facts_ = loader_->take();
      loader_.reset();
      forecast_ = std::make_unique<domain::forecast::Forecaster>(facts_.history, wish_.as_of, wish_.fiscal_first_month,
                                                                 store::kSnapshotMonths);
      stage_ = Stage::fit;
      return true;
    case Stage::fit:
      forecast_->step();
      if (forecast_->stage() == domain::forecast::Forecaster::Stage::totals) stage_ = Stage::begin;
      return true;
    case Stage::begin: {
      store::Snapshot fresh;
      fresh.as_of = wish_.as_of;
      fresh.origin = wish_.origin;
      fresh.currency = wish_.currency;
      id_ = store::in_transaction(database, [&](store::Session& session) {
        return store::SnapshotStore(session, wish_.company).begin(fresh, wish_.stamp);
      });
      stage_ = Stage::rows;
      return true;
    }
    case Stage::rows:
      forecast_->step();
      if (!forecast_->totals().deals().empty())
        store::in_transaction(database, [&](store::Session& session) { write_rows(session); });
      if (forecast_->done()) stage_ = Stage::finish;
      return true;
    case Stage::finish:
      store::in_transaction(database, [&](store::Session& session) { write_totals(session); });
      stage_ = Stage::done;
      return false;
    case Stage::done:
      return false;
  }
  return false;
}

/// A night goes on from what the night before has read; a day of the past is read by itself.
void SnapshotMaker::begin_reading(store::Database& database) {
  if (wish_.origin == "daily") {
    store::in_transaction(database, [&](store::Session& session) {
      goes_on_ =
          store::ForecastFactsStore(session, wish_.company).begin(store::ForecastLoader::form(calendar_), wish_.as_of);
    });
  }
  const store::Lease session = database.lease();
  loader_ = std::make_unique<store::ForecastLoader>(*session, wish_.company, calendar_, wish_.as_of);
  if (goes_on_) loader_->use_kept();
  categories_ = store::SnapshotStore(*session, wish_.company).categories();
}

void SnapshotMaker::write_rows(store::Session& session) {
  const auto& deals = forecast_->totals().deals();
  const auto& months = forecast_->totals().months();
  // What else is kept of these deals is read now: of all of them it would stand in memory while the model is fitted.
  std::vector<Id> ids;
  for (const auto& deal : deals) ids.push_back(facts_.history.id[deal.deal]);
  store::ForecastLoader some(session, wish_.company, calendar_, wish_.as_of);
  some.read(ids);
  std::vector<store::SnapshotRow> rows;
  std::vector<store::SnapshotMonth> parts;
  for (const auto& deal : deals) {
    const Id id = facts_.history.id[deal.deal];
    const auto still = some.open().find(id);
    if (still == some.open().end()) continue;  // deleted since
    const store::OpenFacts& open = still->second;
    store::SnapshotRow row;
    row.opportunity = id;
    row.owner = open.owner;
    row.type = open.type;
    row.source = open.source;
    row.campaign = open.campaign;
    row.step = open.step;
    row.customer = open.customer;
    row.project = open.project;
    row.currency = open.currency;
    row.amount = open.amount;
    row.probability = open.probability;
    row.planned_close = open.planned_close;
    const auto set = categories_.find(id);
    row.by_hand = set == categories_.end() ? 0 : 1;
    row.category = set == categories_.end() ? category_of(deal.ever) : set->second;
    row.ever = deal.ever;
    row.within_30 = deal.within[0];
    row.within_60 = deal.within[1];
    row.within_90 = deal.within[2];
    row.value = deal.value;
    row.expected = deal.expected;
    rows.push_back(std::move(row));
    for (std::size_t m = 0; m < months.size(); ++m) {
      if (deal.by_month[m] == 0 && deal.expected_by_month[m] == 0) continue;
      parts.push_back({id, months[m], deal.by_month[m], deal.expected_by_month[m]});
    }
  }
  store::SnapshotStore store(session, wish_.company);
  store.add(id_, rows);
  store.add(id_, parts);
}

void SnapshotMaker::write_totals(store::Session& session) {
  std::vector<store::SnapshotTotal> totals;
  for (const auto& row : forecast_->totals().rows()) {
    if (row.seller < 0) continue;
    totals.push_back({row.all ? "all" : "pipeline", row.month, facts_.sellers[static_cast<std::size_t>(row.seller)],
                      row.expected, row.lo80, row.hi80, row.lo95, row.hi95});
  }
  store::SnapshotStore store(session, wish_.company);
  store.add(id_, totals);
  store::Snapshot snapshot;
  snapshot.opportunities = static_cast<std::int64_t>(forecast_->totals().open());
  snapshot.believed = forecast_->model().believed_millionths();
  snapshot.correction = forecast_->model().correction_millionths();
  snapshot.month_shock = forecast_->shocks(false).month_millionths();
  snapshot.seller_shock = forecast_->shocks(false).seller_millionths();
  store.complete(id_, snapshot);
  if (wish_.origin == "daily")
    keep_model(session, wish_.company, wish_.as_of, facts_, forecast_->model(), wish_.stamp.at);
}

}  // namespace sales_leads::services
