// SPDX-License-Identifier: Apache-2.0
//
// The pipeline's sums while several write, one builds and takes in, and one reads: recounted at the end, and in every
// state that a reader sees.
#include <random>
#include <thread>

#include "store/opportunity_store.h"
#include "store/pipeline_sums.h"
#include "store/world.h"

namespace sales_leads::test {
namespace {

using store::OpportunityRow;
using store::PipelineRollup;

class PipelineRollupTest : public WorldTest {
 protected:
  OpportunityRow deal(std::mt19937& chance) {
    OpportunityRow row;
    row.title = "x", row.customer = 1, row.currency = "SEK", row.pipeline = 1, row.step = 1;
    row.owner = 1 + static_cast<Id>(chance() % 4);
    row.amount = row.company_minor = static_cast<std::int64_t>(chance() % 100'000);
    row.probability = 1'000;
    row.planned_close = kDay + static_cast<std::int64_t>(chance() % 400);
    return row;
  }

  /// What one seller's acts amount to: new deals, changed ones, removed ones, among those that this thread made.
  void write(int thread, int acts) {
    std::mt19937 chance(static_cast<unsigned>(thread));
    std::vector<Id> mine;
    for (int i = 0; i < acts; ++i) {
      store::in_transaction(database(), [&](store::Session& session) {
        store::OpportunityStore deals(session, 1);
        const auto what = chance() % 4;
        if (mine.empty() || what < 2) {
          std::vector<OpportunityRow> rows{deal(chance), deal(chance)};
          deals.insert(rows, {1, 1});
          for (const auto& row : rows) mine.push_back(row.id);
        } else if (what == 2) {
          OpportunityRow row = *deals.find(mine[chance() % mine.size()]);
          const OpportunityRow other = deal(chance);
          row.owner = other.owner, row.company_minor = other.company_minor, row.planned_close = other.planned_close;
          ASSERT_TRUE(deals.update(row, {2, 1}));
        } else {
          deals.remove({mine.back()});
          mine.pop_back();
        }
      });
    }
  }

  store::PipelineSums plain_sums() {
    const auto row = session_->first<std::int64_t, std::int64_t>(
        "select count(*), cast(coalesce(sum(company_minor), 0) as bigint) from sl_opportunity where company_id = 1");
    return {std::get<0>(*row), std::get<0>(*row), std::get<1>(*row), 0};
  }

  store::PipelineSums whole(store::Session& session, const std::string& axis) {
    store::PipelineSumsQuestion asked;
    asked.axis = axis;
    const auto cells = store::pipeline_sums(session, 1, asked);
    EXPECT_TRUE(cells.has_value());
    return !cells || cells->empty() ? store::PipelineSums{} : cells->front().second;
  }

  std::int64_t appended() {
    return std::get<0>(*session_->first<std::int64_t>("select count(*) from sl_rollup_pipeline_delta"));
  }

  void take_in_all() {
    while (PipelineRollup::work_off(database(), 1, 1)) {
    }
  }
};

TEST_P(PipelineRollupTest, TellsNothingBeforeItIsBuilt) {
  EXPECT_FALSE(store::pipeline_sums(*session_, 1, {}).has_value());
  write(1, 20);
  EXPECT_FALSE(store::pipeline_sums(*session_, 1, {}).has_value());
  take_in_all();
  EXPECT_EQ(whole(*session_, "type").amount, plain_sums().amount);
}

TEST_P(PipelineRollupTest, WhatIsAppendedIsReadAtOnceAndTakenInOnce) {
  take_in_all();
  write(1, 40);
  EXPECT_GT(appended(), 40);
  const auto before = whole(*session_, "owner");
  EXPECT_EQ(before.deals, plain_sums().deals);
  EXPECT_EQ(before.amount, plain_sums().amount);
  EXPECT_FALSE(PipelineRollup::work_off(database(), 1, 100'000)) << "too few to be worth it";
  EXPECT_GT(appended(), 0);
  take_in_all();
  EXPECT_EQ(appended(), 0);
  EXPECT_EQ(whole(*session_, "owner"), before);
  EXPECT_TRUE(PipelineRollup(*session_, 1).compare(10).empty());
}

TEST_P(PipelineRollupTest, AWrongSumIsFound) {
  write(1, 10);
  take_in_all();
  session_->execute("update sl_rollup_pipeline set amount_minor = amount_minor + 1 where axis = 'type'");
  EXPECT_FALSE(PipelineRollup(*session_, 1).compare(10).empty());
  PipelineRollup::rebuild(database(), 1);
  EXPECT_TRUE(PipelineRollup(*session_, 1).compare(10).empty());
}

TEST_P(PipelineRollupTest, HoldsWhileManyWriteAndItIsBuiltAnew) {
  write(9, 30);
  std::atomic<bool> writing{true};
  std::thread keeper([&] {
    for (int round = 0; writing; ++round) {
      if (round % 7 == 3) {
        PipelineRollup::rebuild(database(), 1);
      } else {
        PipelineRollup::work_off(database(), 1, 1);
      }
    }
  });
  std::vector<std::thread> writers;
  for (int thread = 1; thread <= 2; ++thread)
    writers.emplace_back([this, thread] { write(thread, sqlite() ? 40 : 120); });
  for (int look = 0; look < 50; ++look) {
    store::PipelineSumsQuestion by_axis;
    by_axis.by_axis = true;
    by_axis.axis = "owner";
    const auto cells = store::pipeline_sums(*session_, 1, by_axis);
    if (!cells) continue;  // being built
    for (const auto& [cell, sums] : *cells) EXPECT_GT(sums.deals, 0) << "owner " << cell.axis_id;
  }
  for (std::thread& writer : writers) writer.join();
  writing = false;
  keeper.join();
  take_in_all();
  const auto differences = PipelineRollup(*session_, 1).compare(10);
  EXPECT_TRUE(differences.empty()) << differences.size() << " differ";
  for (const char* axis : {"owner", "seller", "pipeline", "type", "source", "campaign"}) {
    EXPECT_EQ(whole(*session_, axis).deals, plain_sums().deals) << axis;
    EXPECT_EQ(whole(*session_, axis).amount, plain_sums().amount) << axis;
  }
}

SALES_LEADS_ON_BOTH(PipelineRollupTest);

}  // namespace
}  // namespace sales_leads::test
