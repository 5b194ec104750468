// SPDX-License-Identifier: Apache-2.0
//
// Makes the forecast of a day and freezes it, in slices: reading a page, a part of a fit, writing a page, each with a
// session or transaction of its own. Broken off anywhere, nothing is seen of it; begun again, it takes the place of
// what was left.
//
// Usage:  SnapshotMaker maker(wish);  while (maker.step(database)) {}     maker.id() …
//
// Threads: one per company. Errors: Failure of the session.
#pragma once

#include <memory>
#include <string>

#include "domain/forecast/forecaster.h"
#include "services/use_case.h"
#include "store/forecast_store.h"
#include "store/snapshot_store.h"

namespace sales_leads::services {

struct SnapshotWish {
  Id company = 0;
  std::string time_zone = "UTC", currency;
  std::int32_t fiscal_first_month = 1;
  domain::Day as_of = 0;
  std::string origin = "daily";
  store::Stamp stamp;
};

class SnapshotMaker {
 public:
  explicit SnapshotMaker(const SnapshotWish& wish);
  /// One slice; false when the snapshot is complete.
  bool step(store::Database& database);
  [[nodiscard]] Id id() const { return id_; }
  [[nodiscard]] const SnapshotWish& wish() const { return wish_; }

 private:
  enum class Stage { read, order, fit, begin, rows, finish, done };
  void begin_reading(store::Database& database);
  void write_rows(store::Session& session);
  void write_totals(store::Session& session);

  SnapshotWish wish_;
  CompanyCalendar calendar_;
  Stage stage_ = Stage::read;
  std::unique_ptr<store::ForecastLoader> loader_;
  store::ForecastFacts facts_;
  std::unique_ptr<domain::forecast::Forecaster> forecast_;
  std::map<Id, std::string> categories_;
  bool goes_on_ = false;  // from what an earlier night has read
  Id id_ = 0;
};

/// What the forecast itself would call a deal with this chance (parts of a million).
[[nodiscard]] std::string category_of(std::int64_t chance);

}  // namespace sales_leads::services
