// SPDX-License-Identifier: Apache-2.0
//
// Events: with their transaction or not at all, numbered in the order of commits, kept for 30 days.
#include "database/outbox.h"

#include <thread>

#include "host/host_fixture.h"
#include "services/directory.h"

namespace erp::host {
namespace {

class Outbox : public HostFixture {
 protected:
  std::int64_t make_customer(Unit& unit, std::string_view number) {
    return directory::create_customer(unit, {{"name", number}, {"number", number}}).at("id").as_int64();
  }
  std::vector<StampedEvent> events(std::int64_t after = 0) { return fetch_events(*session(), 1, after, 1000); }
};

TEST_P(Outbox, RollbackLeavesNoEvent) {
  const Caller caller;
  {
    Unit unit(base(), caller, Transaction::Mode::write);
    make_customer(unit, "A");
  }
  auto db = session();
  relay_events(*db);
  EXPECT_TRUE(events().empty());
  EXPECT_EQ(db->value<std::int64_t>("select count(*) from erp_customer"), 0);
}

/// Who stops reading early keeps nobody out: neither others from writing, nor the same connection from seeing it.
TEST_P(Outbox, WhatIsNotReadToItsEndIsLetGo) {
  const Caller caller;
  static_cast<void>(base());
  auto reader = session();
  {
    const Transaction transaction(*reader, Transaction::Mode::read);
    reader->fetch("select id from host_company union all select 1 union all select 2", {}, "i",
                  [](std::span<detail::Cell>) { return false; });
  }
  {
    Unit unit(base(), caller, Transaction::Mode::write);
    make_customer(unit, "A");
    unit.commit();
  }
  EXPECT_EQ(reader->value<std::int64_t>("select count(*) from erp_customer"), 1);
  Transaction writing(*reader, Transaction::Mode::write);
  EXPECT_EQ(reader->exec("update host_company set name = ? where id = 1", {"Written"}), 1);
  writing.commit();
}

TEST_P(Outbox, FailingListenersStopNobodyElse) {
  const Caller caller;
  int heard = 0;
  base().signals.connect(Topic::customer, "broken", Signals::Promise::best_effort,
                         [](const Change&) { throw std::runtime_error("broken"); });
  base().signals.connect(Topic::customer, "later", Signals::Promise::best_effort, [&](const Change&) { ++heard; });
  {
    Unit unit(base(), caller, Transaction::Mode::write);
    make_customer(unit, "A");
    unit.commit();
  }
  EXPECT_EQ(heard, 1);
  relay_events(*session());
  EXPECT_EQ(events().size(), 1U);
}

TEST_P(Outbox, ListenerThatMustSucceedTakesTheTransactionWithIt) {
  const Caller caller;
  int heard = 0;
  base().signals.connect(Topic::customer, "ledger", Signals::Promise::must_succeed,
                         [](const Change&) { throw HostError(ERP_UNAVAILABLE, "ledger.gone", "The ledger is gone."); });
  base().signals.connect(Topic::customer, "later", Signals::Promise::best_effort, [&](const Change&) { ++heard; });
  {
    Unit unit(base(), caller, Transaction::Mode::write);
    EXPECT_THROW(make_customer(unit, "A"), HostError);
  }
  EXPECT_EQ(heard, 1) << "the others hear of it all the same";
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_customer"), 0);
}

TEST_P(Outbox, NumbersFollowCommitsNotBeginnings) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "SQLite has one writer at a time";
  const Caller caller;
  auto db = session();
  Unit early(base(), caller, Transaction::Mode::write);
  const std::int64_t first = make_customer(early, "A");
  write_outbox(early);  // its event has the lower id already
  std::int64_t second = 0;
  {
    Unit late(base(), caller, Transaction::Mode::write);
    second = make_customer(late, "B");
    late.commit();
  }
  relay_events(*db);
  const auto seen = events();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].document, second);
  early.commit();
  relay_events(*db);
  const auto rest = events(seen[0].sequence);
  ASSERT_EQ(rest.size(), 1U) << "the late committer must come after what was read";
  EXPECT_EQ(rest[0].document, first);
}

TEST_P(Outbox, ManyWritersAndRelaysLoseNothing) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  base();
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([this, writer] {
      const Caller caller;
      auto db = session();
      for (int i = 0; i < kEach; ++i) {
        Unit unit(*base_, caller, Transaction::Mode::write);
        make_customer(unit, std::to_string(writer) + "-" + std::to_string(i));
        unit.commit();
        relay_events(*db);
      }
    });
  }
  std::int64_t last = 0;
  std::size_t found = 0;
  const auto read_on = [&] {
    for (const StampedEvent& event : events(last)) {
      EXPECT_GT(event.sequence, last);
      last = event.sequence;
      ++found;
    }
  };
  for (int i = 0; i < 50; ++i) read_on();
  for (std::thread& thread : threads) thread.join();
  relay_events(*session());
  read_on();
  EXPECT_EQ(found, static_cast<std::size_t>(kWriters * kEach));
  const EventHorizon horizon = event_horizon(*session(), 1);
  EXPECT_EQ(horizon.head, last);
}

TEST_P(Outbox, PurgeRaisesTheHorizon) {
  const Caller caller;
  for (const char* number : {"A", "B"}) {
    Unit unit(base(), caller, Transaction::Mode::write);
    make_customer(unit, number);
    unit.commit();
  }
  auto db = session();
  relay_events(*db);
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::int64_t now = base().clock.now_us();
  EXPECT_EQ(purge_events(*db, now + 29 * kDayUs), 0);
  EXPECT_EQ(purge_events(*db, now + 31 * kDayUs), 2);
  const EventHorizon horizon = event_horizon(*db, 1);
  EXPECT_EQ(horizon.head, 2);
  EXPECT_EQ(horizon.oldest, 3);
  EXPECT_TRUE(events(2).empty());
  try {
    events(1);
    FAIL() << "purged events were not missed";
  } catch (const HostError& error) {
    EXPECT_EQ(error.status(), ERP_OUT_OF_RANGE);
  }
  Unit unit(base(), caller, Transaction::Mode::write);
  make_customer(unit, "C");
  unit.commit();
  relay_events(*db);
  ASSERT_EQ(events(2).size(), 1U);
  EXPECT_EQ(events(2)[0].sequence, 3);
}

ON_BOTH_DATABASES(Outbox);

}  // namespace
}  // namespace erp::host
