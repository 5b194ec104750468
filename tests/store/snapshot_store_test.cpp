// SPDX-License-Identifier: Apache-2.0
//
// Frozen forecasts are read page by page: the pages are the whole, each row and each of its months once.
#include "store/snapshot_store.h"

#include <algorithm>

#include "store/world.h"

namespace sales_leads::test {
namespace {

using store::Snapshot;
using store::SnapshotMonth;
using store::SnapshotRow;
using store::SnapshotStore;

class SnapshotStoreTest : public WorldTest {
 protected:
  Id frozen(domain::Day day, const std::vector<Id>& opportunities) {
    SnapshotStore snapshots(*session_, 1);
    Snapshot made{.as_of = day, .currency = "SEK"};
    made.opportunities = static_cast<std::int64_t>(opportunities.size());
    store::Transaction transaction(*session_);
    const Id id = snapshots.begin(made, {});
    std::vector<SnapshotRow> rows;
    std::vector<SnapshotMonth> months;
    for (const Id opportunity : opportunities) {
      SnapshotRow row;
      row.opportunity = opportunity;
      row.value = row.expected = opportunity * 10;
      row.customer = 500 + opportunity;
      row.currency = opportunity % 2 == 0 ? "SEK" : "NOK";
      rows.push_back(row);
      for (std::int64_t month = 0; month < opportunity % 3; ++month) months.push_back({opportunity, month, 1, month});
    }
    snapshots.add(id, rows);
    snapshots.add(id, months);
    snapshots.complete(id, made);
    transaction.commit();
    return id;
  }
};

TEST_P(SnapshotStoreTest, PagesAreTheWhole) {
  const std::vector<Id> opportunities{2, 3, 5, 8, 13, 21, 34};
  const Id id = frozen(20'000, opportunities);
  const Snapshot snapshot = *SnapshotStore(*session_, 1).find(id);
  frozen(20'001, {1, 2, 4, 9, 40});
  SnapshotStore snapshots(*session_, 1);
  for (const std::int64_t size : {1, 2, 3, 7, 8}) {
    std::vector<Id> seen;
    std::size_t months_seen = 0;
    Id after = 0;
    for (auto page = snapshots.ask_plain_rows(snapshot, after, size, {.place = size % 2 == 0}).take(); !page.empty();
         page = snapshots.ask_plain_rows(snapshot, after, size, {.place = size % 2 == 0}).take()) {
      ASSERT_LE(page.size(), static_cast<std::size_t>(size));
      for (const SnapshotRow& row : page) {
        EXPECT_EQ(row.value, row.opportunity * 10);
        EXPECT_EQ(row.customer, size % 2 == 0 ? 500 + row.opportunity : 0);
        seen.push_back(row.opportunity);
      }
      after = page.back().opportunity;
      for (const SnapshotMonth& month : snapshots.ask_months(id, page.front().opportunity, after).take()) {
        EXPECT_TRUE(std::any_of(page.begin(), page.end(),
                                [&](const SnapshotRow& row) { return row.opportunity == month.opportunity; }));
        ++months_seen;
      }
    }
    EXPECT_EQ(seen, opportunities) << size;
    EXPECT_EQ(months_seen, 2u + 0 + 2 + 2 + 1 + 0 + 1) << size;
  }
  EXPECT_EQ(snapshots.chances(id, 0, 100).size(), opportunities.size());
  EXPECT_EQ(snapshots.chances(id, 13, 1).at(0).opportunity, 21);
}

TEST_P(SnapshotStoreTest, CustomersAreThoseOfTheDayOrWhereNoneWereFrozenThePresentOnes) {
  customer(7), customer(8);
  opportunity(5, 7, 1), opportunity(6, 8, 1);
  SnapshotStore snapshots(*session_, 1);
  const Id id = frozen(20'000, {4, 5, 6});
  const auto told = [&] {
    std::vector<std::tuple<Id, Id, std::string>> found;
    for (const SnapshotRow& row : snapshots.ask_plain_rows(*snapshots.find(id), 0, 10, {.place = true}).take())
      found.emplace_back(row.opportunity, row.customer, row.currency);
    return found;
  };
  using Told = std::vector<std::tuple<Id, Id, std::string>>;
  EXPECT_EQ(told(), (Told{{4, 504, "SEK"}, {5, 505, "NOK"}, {6, 506, "SEK"}}));
  // As an earlier release left it: nothing but what the opportunities say, and one of them is gone.
  session_->run("update sl_snapshot set places = 0");
  session_->run("update sl_snapshot_row set customer_id = null, project_id = null, currency = null");
  session_->run("update sl_opportunity set currency = 'EUR'");
  EXPECT_EQ(told(), (Told{{4, 0, ""}, {5, 7, "EUR"}, {6, 8, "EUR"}}));
}

SALES_LEADS_ON_BOTH(SnapshotStoreTest);

}  // namespace
}  // namespace sales_leads::test
