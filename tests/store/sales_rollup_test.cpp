// SPDX-License-Identifier: Apache-2.0
//
// The sums of sales while one posts, several change opportunities, one takes in and one reads: recounted at the end,
// and whole in every state that a reader sees.
#include <random>
#include <thread>

#include "store/opportunity_store.h"
#include "store/pipeline_rollup.h"
#include "store/sales_sums.h"
#include "store/stream_store.h"
#include "store/world.h"

namespace sales_leads::test {
namespace {

using store::OpportunityRow;
using store::SalesAxis;
using store::SalesCells;
using store::SalesRollup;

constexpr std::array kAxes = {SalesAxis::seller, SalesAxis::campaign, SalesAxis::type,     SalesAxis::source,
                              SalesAxis::step,   SalesAxis::status,   SalesAxis::customer, SalesAxis::project};

class SalesRollupTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    if (IsSkipped()) return;
    store::StreamStore(*session_, 1).make_sure_it_exists();
  }

  std::vector<Id> deals(int count) {
    std::vector<OpportunityRow> rows(static_cast<std::size_t>(count));
    for (OpportunityRow& row : rows)
      row.title = "x", row.customer = 1, row.currency = "SEK", row.pipeline = 1, row.step = 1, row.probability = 1'000;
    store::in_transaction(database(), [&](store::Session& session) {
      auto made = rows;
      store::OpportunityStore(session, 1).insert(made, {1, 1});
      rows = made;
    });
    std::vector<Id> ids;
    for (const auto& row : rows) ids.push_back(row.id);
    return ids;
  }

  /// One document's rows, as a reconciliation appends them.
  void post(std::mt19937& chance, const std::vector<Id>& opportunities) {
    store::in_transaction(database(), [&](store::Session& session) {
      store::StreamStore(session, 1).lock();
      store::Balances rows;
      for (int line = 0; line < 3; ++line) {
        store::LedgerKey key;
        key.document = {DocumentKind::invoice, static_cast<Id>(chance() % 1'000)};
        key.line = line;
        key.opportunity = chance() % 5 == 0 ? 0 : opportunities[chance() % opportunities.size()];
        key.campaign = static_cast<Id>(chance() % 3);
        key.seller = static_cast<Id>(chance() % 4);
        key.measure = static_cast<domain::Measure>(1 + chance() % 4);
        key.effective_date = static_cast<domain::Day>(kDay + chance() % 90);
        key.customer = static_cast<Id>(1 + chance() % 9);
        key.project = static_cast<Id>(chance() % 3);
        key.currency = "SEK";
        const auto minor = static_cast<std::int64_t>(chance() % 2'000) - 500;
        rows[key] = {minor, minor};
      }
      store::LedgerStore(session, 1).append(rows, 1);
    });
  }

  void change(std::mt19937& chance, const std::vector<Id>& opportunities) {
    store::in_transaction(database(), [&](store::Session& session) {
      store::OpportunityStore store(session, 1);
      OpportunityRow row = *store.find(opportunities[chance() % opportunities.size()]);
      row.type = static_cast<Id>(chance() % 3), row.source = static_cast<Id>(chance() % 3);
      row.step = static_cast<Id>(1 + chance() % 2), row.status = chance() % 2 == 0 ? "open" : "won";
      row.archived = chance() % 8 == 0;
      (void)store.update(row, {2, 1});  // another's change may come first
    });
  }

  static std::int64_t whole(const SalesCells& cells) {
    std::int64_t sum = 0;
    for (const auto& [cell, one] : cells) sum += one.offered + one.ordered + one.invoices + one.credits;
    return sum;
  }
  std::int64_t ledger() {
    return std::get<0>(*session_->first<std::int64_t>(
        "select cast(coalesce(sum(company_minor), 0) as bigint) from sl_ledger where company_id = 1"));
  }
  /// Opportunities alone, straight from the tables: type, source, step and status as they are now.
  std::map<std::pair<Id, std::int64_t>, std::int64_t> recount(SalesAxis axis) {
    const std::string name = store::axis_text(axis);
    const bool of_opportunity = axis == SalesAxis::type || axis == SalesAxis::source || axis == SalesAxis::step;
    const std::string id = axis == SalesAxis::status ? "case o.status when 'open' then 1 when 'won' then 2 else 0 end"
                           : of_opportunity          ? "coalesce(o." + name + "_id, 0)"
                                                     : "l." + name + "_id";
    std::map<std::pair<Id, std::int64_t>, std::int64_t> sums;
    for (const auto& [own, day, sum] : session_->query<Id, std::int64_t, std::int64_t>(
             "select " + id +
             ", l.effective_date, cast(sum(case l.measure when 'ordered' then l.company_minor else 0 end) as bigint) "
             "from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id group by " +
             id + ", l.effective_date")) {
      sums[{own, store::month_number(static_cast<domain::Day>(day))}] += sum;
    }
    std::erase_if(sums, [](const auto& one) { return one.second == 0; });
    return sums;
  }

  void expect_sums(const std::string& about) {
    for (const SalesAxis axis : kAxes) {
      const bool months = axis != SalesAxis::customer && axis != SalesAxis::project;
      store::SalesSumsQuestion asked;
      asked.axis = axis, asked.by_axis = true, asked.by_month = months;
      const auto cells = store::sales_sums(*session_, 1, asked);
      ASSERT_TRUE(cells.has_value());
      std::map<std::pair<Id, std::int64_t>, std::int64_t> told, wanted;
      for (const auto& [cell, sums] : *cells)
        if (sums.ordered != 0) told[{cell.axis_id, cell.month}] = sums.ordered;
      for (const auto& [key, sum] : recount(axis)) wanted[{key.first, months ? key.second : 0}] += sum;
      std::erase_if(wanted, [](const auto& one) { return one.second == 0; });
      EXPECT_EQ(told, wanted) << about << " " << store::axis_text(axis);
      const auto top = store::largest_sales(*session_, 1, axis, "ordered", 2, {3});
      if (months) continue;
      ASSERT_TRUE(top.has_value());
      std::int64_t all = top->of_others.ordered;
      for (const auto& [id, sums] : top->told) all += sums.ordered;
      std::int64_t right = 0;
      for (const auto& [key, sum] : wanted) right += sum;
      EXPECT_EQ(all, right) << about << ": the largest and the others";
    }
    EXPECT_TRUE(SalesRollup(*session_, 1).compare(10).empty()) << about;
  }

  void take_in_all() {
    while (SalesRollup::work_off(database(), 1, 1)) {
    }
  }
  std::int64_t rows_of(const std::string& table) {
    return std::get<0>(*session_->first<std::int64_t>("select count(*) from " + table));
  }
};

TEST_P(SalesRollupTest, IsRightBeforeAsWhileAndAfterItIsTakenIn) {
  std::mt19937 chance(7);
  const auto ids = deals(6);
  for (int i = 0; i < 20; ++i) post(chance, ids);
  expect_sums("not yet taken in");
  EXPECT_TRUE(SalesRollup::work_off(database(), 1, 100'000)) << "it begins";
  EXPECT_FALSE(SalesRollup::work_off(database(), 1, 100'000)) << "too few to be worth it";
  take_in_all();
  EXPECT_GT(rows_of("sl_rollup_sales"), 0);
  expect_sums("taken in");
  for (int i = 0; i < 30; ++i) change(chance, ids);
  EXPECT_GT(rows_of("sl_rollup_sales_delta"), 0);
  expect_sums("opportunities changed");
  for (int i = 0; i < 10; ++i) post(chance, ids);
  for (int i = 0; i < 10; ++i) change(chance, ids);
  expect_sums("posted and changed");
  take_in_all();
  EXPECT_EQ(rows_of("sl_rollup_sales_delta"), 0);
  expect_sums("all taken in");
  store::in_transaction(database(),
                        [&](store::Session& session) { store::OpportunityStore(session, 1).remove({ids[0]}); });
  expect_sums("an opportunity gone");
  SalesRollup::rebuild(database(), 1);
  expect_sums("built anew");
}

TEST_P(SalesRollupTest, AWrongSumIsFound) {
  std::mt19937 chance(8);
  const auto ids = deals(3);
  for (int i = 0; i < 10; ++i) post(chance, ids);
  take_in_all();
  ASSERT_TRUE(SalesRollup(*session_, 1).compare(10).empty());
  session_->execute("update sl_rollup_sales set ordered_minor = ordered_minor + 1 where axis = 'step'");
  const auto found = SalesRollup(*session_, 1).compare(10);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].what, "rollup_sales");
  EXPECT_EQ(found[0].is, found[0].should_be + 1);
  SalesRollup::rebuild(database(), 1);
  EXPECT_TRUE(SalesRollup(*session_, 1).compare(10).empty());
  session_->execute("delete from sl_rollup_sales where axis = 'customer'");
  EXPECT_FALSE(SalesRollup(*session_, 1).compare(10).empty());
}

TEST_P(SalesRollupTest, HoldsWhileOnePostsManyChangeAndItIsBuiltAnew) {
  std::mt19937 first(9);
  const auto ids = deals(5);
  for (int i = 0; i < 10; ++i) post(first, ids);
  std::atomic<bool> writing{true};
  std::thread keeper([&] {
    for (int round = 0; writing; ++round) {
      if (round % 9 == 5) {
        SalesRollup::rebuild(database(), 1);
      } else {
        SalesRollup::work_off(database(), 1, 1);
      }
    }
  });
  std::vector<std::thread> writers;
  writers.emplace_back([&] {
    std::mt19937 chance(10);
    for (int i = 0; i < (sqlite() ? 40 : 120); ++i) post(chance, ids);
  });
  for (unsigned thread = 0; thread < 2; ++thread) {
    writers.emplace_back([&, thread] {
      std::mt19937 chance(11 + thread);
      for (int i = 0; i < (sqlite() ? 40 : 120); ++i) change(chance, ids);
    });
  }
  for (int look = 0; look < 40; ++look) {
    // Whatever is under way: the same whole along every axis of one state. Each look is a state of its own.
    store::SalesSumsQuestion by_step;
    by_step.axis = SalesAxis::step, by_step.by_axis = true;
    const auto cells = store::sales_sums(*session_, 1, by_step);
    ASSERT_TRUE(cells.has_value());
    for (const auto& [cell, sums] : *cells) EXPECT_LE(cell.axis_id, 2) << "a step that no opportunity has";
  }
  for (std::thread& writer : writers) writer.join();
  writing = false;
  keeper.join();
  expect_sums("after all");
  take_in_all();
  expect_sums("after all, taken in");
  store::SalesSumsQuestion all;
  EXPECT_EQ(whole(*store::sales_sums(*session_, 1, all)), ledger());
}

SALES_LEADS_ON_BOTH(SalesRollupTest);

}  // namespace
}  // namespace sales_leads::test
