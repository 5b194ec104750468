// SPDX-License-Identifier: Apache-2.0
//
// A call's deadline: whatever a session waits for or works at ends there, with words that say so, and nothing stays.
#include <chrono>
#include <thread>

#include "store/fixture.h"
#include "store/timed_database.h"

namespace sales_leads::test {
namespace {

using std::chrono::milliseconds;
using store::Id;
using store::Transaction;
using Clock = std::chrono::steady_clock;

// Steps of a statement that would take minutes.
constexpr const char* kEndless =
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000000) select count(*) from n";

class DeadlineTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    auto session = database().lease();
    if (!sqlite()) session->run("create schema " + info_.schema);
    session->run("create table sl_thing (id bigint primary key, n bigint)");
    session->execute("insert into sl_thing (id, n) values (1, 0)");
    const auto second = database().lease();  // both are connected: a slow machine takes its time for that
  }
  static Clock::time_point in(int ms) { return Clock::now() + milliseconds(ms); }
  /// Runs `act`, which must end by Failure(deadline) between the two.
  template <class Act>
  static void ends(int least_ms, int most_ms, Act&& act) {
    const auto start = Clock::now();
    const Failure failure = failure_of(act);
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start).count();
    EXPECT_EQ(failure.code(), Code::deadline) << failure.what();
    EXPECT_EQ(failure.key(), "database.deadline");
    EXPECT_NE(std::string(failure.what()).find("time of the call ran out"), std::string::npos) << failure.what();
    EXPECT_GE(took, least_ms);
    EXPECT_LE(took, most_ms);
  }
};

TEST_P(DeadlineTest, EndsAStatementThatTakesTooLong) {
  auto session = database().lease_until(in(200));
  ends(150, 3'000, [&] { static_cast<void>(session->query<Id>(kEndless)); });
  ends(0, 500, [&] { static_cast<void>(session->query<Id>("select id from sl_thing")); });
  session.reset();
  auto next = database().lease();
  EXPECT_EQ(next->query<Id>("select id from sl_thing").size(), 1U) << "the session is of use again";
}

TEST_P(DeadlineTest, EndsManySmallOnes) {
  auto session = database().lease_until(in(200));
  ends(150, 3'000, [&] {
    for (;;) static_cast<void>(session->query<Id>("select id from sl_thing"));
  });
}

TEST_P(DeadlineTest, EndsWaitingForALock) {
  auto holder = database().lease();
  Transaction held(*holder);
  holder->execute("update sl_thing set n = 1");
  auto session = database().lease_until(in(300));
  ends(200, 3'000, [&] {
    Transaction transaction(*session);
    session->execute("update sl_thing set n = 2");
  });
}

TEST_P(DeadlineTest, EndsTheRepeatingOfABusyUseCase) {
  auto holder = database().lease();
  Transaction held(*holder);
  holder->execute("update sl_thing set n = 1");
  store::TimedDatabase timed(database(), in(300));
  ends(200, 3'000, [&] {
    store::in_transaction(timed, [](store::Session& session) { session.execute("update sl_thing set n = 2"); });
  });
}

TEST_P(DeadlineTest, EndsWaitingForASession) {
  std::vector<store::Lease> all;
  for (int i = 0; i < 4; ++i) all.push_back(database().lease());
  ends(50, 2'000, [&] { auto one_more = database().lease_until(in(100)); });
}

TEST_P(DeadlineTest, LeavesNothingOfATransactionThatIsLate) {
  auto session = database().lease_until(in(150));
  ends(0, 2'000, [&] {
    Transaction transaction(*session);
    session->execute("insert into sl_thing (id) values (2)");
    std::this_thread::sleep_for(milliseconds(200));
    transaction.commit();
  });
  session.reset();
  auto next = database().lease();
  EXPECT_EQ(next->query<Id>("select id from sl_thing").size(), 1U);
}

TEST_P(DeadlineTest, IsOfItsLeaseAlone) {
  info_.max_sessions = 1;  // the same session every time
  auto own = store::Database::open(info_);
  { const auto connected = own->lease(); }
  const auto limit = [&](store::Session& session) {
    return std::get<0>(*session.first<Id>(
        "select cast(extract(epoch from cast(current_setting('statement_timeout') as interval)) * 1000 as bigint)"));
  };
  {
    auto session = own->lease_until(in(4'000));
    Transaction rolled_back(*session);  // what a transaction set goes with it
    session->execute("update sl_thing set n = 5");
    if (!sqlite()) {
      EXPECT_LE(limit(*session), 4'000);
    }
  }
  {
    auto session = own->lease_until(in(50'000));
    EXPECT_EQ(session->execute("update sl_thing set n = 6"), 1);
    if (!sqlite()) {
      EXPECT_GT(limit(*session), 4'000);
    }
  }
  auto session = own->lease();
  const std::string slow =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) select count(*) from n";
  EXPECT_EQ(session->query<Id>(slow).size(), 1U);
  if (!sqlite()) {
    EXPECT_EQ(std::get<0>(*session->first<std::string>("select current_setting('statement_timeout')")), "1min");
  }
}

TEST_P(DeadlineTest, WithoutOneALockIsWaitedForAndThenBusy) {
  auto holder = database().lease();
  Transaction held(*holder);
  holder->execute("update sl_thing set n = 1");
  auto session = database().lease();
  const auto start = Clock::now();
  EXPECT_EQ(failure_of([&] {
              Transaction transaction(*session);
              session->execute("update sl_thing set n = 2");
            }).key(),
            "database.busy");
  EXPECT_GE(Clock::now() - start, milliseconds(4'900));
  EXPECT_LE(Clock::now() - start, milliseconds(9'000));
}

SALES_LEADS_ON_BOTH(DeadlineTest);

}  // namespace
}  // namespace sales_leads::test
