// SPDX-License-Identifier: Apache-2.0
//
// Frozen forecasts, and the categories that people set. Rows are written in pages; a snapshot is seen once complete().
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/calendar.h"
#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct Snapshot {
  Id id = 0;
  domain::Day as_of = 0;
  std::string origin = "daily", currency;
  std::int64_t opportunities = 0;
  std::int64_t believed = 0, correction = 1'000'000;  // parts of a million
  std::int64_t month_shock = 0, seller_shock = 0;     // parts of a million
  std::int64_t created_at = 0;
  bool places = true;  // its rows tell customer, project and currency; otherwise they are read as they are now
};

struct SnapshotRow {
  Id opportunity = 0, owner = 0, type = 0, source = 0, campaign = 0, step = 0;
  std::optional<std::int64_t> amount;
  std::int64_t probability = 0;
  std::optional<std::int64_t> planned_close;
  std::string category = "pipeline";
  std::int64_t by_hand = 0;
  std::int64_t ever = 0, within_30 = 0, within_60 = 0, within_90 = 0;
  std::int64_t value = 0, expected = 0;
  Id customer = 0, project = 0;
  std::string currency{};
};

/// A forecast tells of so many months, the first the one that the day after it lies in.
constexpr std::int32_t kSnapshotMonths = 12;

struct SnapshotMonth {
  Id opportunity = 0;
  std::int64_t month = 0, chance = 0, expected = 0;
};

struct SnapshotTotal {
  std::string scope;
  std::int64_t month = 0;
  Id seller = 0;
  std::int64_t expected = 0, lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;
};

/// Of a row what is held against what came.
struct SnapshotChances {
  Id opportunity = 0;
  std::int64_t probability = 0, within_30 = 0, within_60 = 0, within_90 = 0;
};

class SnapshotStore {
 public:
  SnapshotStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Complete ones alone.
  [[nodiscard]] std::optional<Snapshot> find(domain::Day as_of, const std::string& origin);
  [[nodiscard]] std::optional<Snapshot> find(Id id);
  /// The latest not after that day, of that origin.
  [[nodiscard]] std::optional<Snapshot> latest(domain::Day as_of, const std::string& origin = "daily");
  /// Newest first, before `before` (0 = from the newest).
  [[nodiscard]] std::vector<Snapshot> list(Id before, std::int64_t limit);

  /// Takes what is there of that day and origin away, whole or broken off, and begins anew.
  Id begin(const Snapshot& snapshot, Stamp stamp);
  void add(Id snapshot, const std::vector<SnapshotRow>& rows);
  void add(Id snapshot, const std::vector<SnapshotMonth>& months);
  void add(Id snapshot, const std::vector<SnapshotTotal>& totals);
  void complete(Id id, const Snapshot& snapshot);
  /// Removes daily ones older than that day but the last of each month; answers how many.
  std::int64_t thin_out(domain::Day before);

  /// A page of rows that the database works on until it is taken (Session::ask).
  class PlainRows {
   public:
    std::vector<SnapshotRow> take();

   private:
    friend class SnapshotStore;
    using MaybeId = std::optional<Id>;
    using Given = Awaited<Id, Id, MaybeId, MaybeId, MaybeId, MaybeId, std::optional<std::int64_t>, std::int64_t,
                          std::optional<std::int64_t>, std::string, std::int64_t, std::int64_t, MaybeId, MaybeId,
                          std::optional<std::string>>;
    explicit PlainRows(Given given) : given_(std::move(given)) {}
    Given given_;
  };
  /// What of a row is read where it is wanted; `place`: customer, project and currency.
  struct Wanted {
    bool type = true, source = true, campaign = true, step = true, place = false;
  };
  /// By opportunity: the next ones after that one, without chances and what is expected, which the months tell.
  [[nodiscard]] PlainRows ask_plain_rows(const Snapshot& snapshot, Id after, std::int64_t limit, const Wanted& wanted);
  /// Of the opportunities first ... last, by opportunity and month.
  class Months {
   public:
    void arrive() { given_.arrive(); }
    std::vector<SnapshotMonth> take();

   private:
    friend class SnapshotStore;
    using Given = Awaited<Id, std::int64_t, std::int64_t, std::int64_t>;
    explicit Months(Given given) : given_(std::move(given)) {}
    Given given_;
  };
  [[nodiscard]] Months ask_months(Id snapshot, Id first, Id last);
  [[nodiscard]] std::vector<SnapshotTotal> totals(Id snapshot);
  /// By opportunity: the next ones after that one.
  [[nodiscard]] std::vector<SnapshotChances> chances(Id snapshot, Id after, std::int64_t limit);

  [[nodiscard]] std::map<Id, std::string> categories();
  /// Empty takes the category that somebody set away.
  void set_category(Id opportunity, const std::optional<std::string>& category, Stamp stamp);

 private:
  void remove(Id snapshot);
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
