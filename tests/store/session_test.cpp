// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>

#include <limits>
#include <thread>

#include "store/fixture.h"

namespace sales_leads::test {
namespace {

using store::BulkColumn;
using store::Id;
using store::Transaction;
using Text = std::string;

class SessionTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    auto session = database().lease();
    if (!sqlite()) session->run("create schema " + info_.schema);
    session->run("create table sl_thing (id bigint primary key, name text, n bigint, unique (name))");
  }
};

TEST_P(SessionTest, ReadsWhatItWroteToTheLastBit) {
  auto session = database().lease();
  const std::int64_t big = 9'223'372'036'854'775'807;
  const Text odd = "Åse \"\\' {,} ':x' \n\t";
  Transaction transaction(*session);
  EXPECT_EQ(session->execute("insert into sl_thing (id, name, n) values (:id, :name, :n)",
                             {{"id", big}, {"name", odd}, {"n", std::nullopt}}),
            1);
  transaction.commit();
  const auto row =
      session->first<Id, Text, std::optional<Id>>("select id, name, n from sl_thing where id = :id", {{"id", big}});
  ASSERT_TRUE(row);
  EXPECT_EQ(*row, std::make_tuple(big, odd, std::optional<Id>{}));
  EXPECT_FALSE((session->first<Id>("select id from sl_thing where id = 1")));
}

TEST_P(SessionTest, UsesAStatementAgainWithOtherValuesAndKinds) {
  auto session = database().lease();
  const Text sql = "insert into sl_thing (id, name, n) values (:id, :name, :n)";
  session->execute(sql, {{"id", 1}, {"name", "a"}, {"n", 5}});
  session->execute(sql, {{"id", 2}, {"name", "b"}, {"n", std::nullopt}});
  session->execute(sql, {{"n", 7}, {"name", std::nullopt}, {"id", 3}});
  const auto rows =
      session->query<Id, std::optional<Text>, std::optional<Id>>("select id, name, n from sl_thing order by id");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1], std::make_tuple(Id{2}, std::optional<Text>("b"), std::optional<Id>{}));
  EXPECT_EQ(rows[2], std::make_tuple(Id{3}, std::optional<Text>{}, std::optional<Id>{7}));
}

TEST_P(SessionTest, ReturnsTheNumberOfANewRow) {
  auto session = database().lease();
  const auto id = session->first<Id>("insert into sl_thing (id, name) values (4, 'x') returning id");
  EXPECT_EQ(std::get<0>(*id), 4);
  EXPECT_EQ(session->execute("update sl_thing set n = 1 where id = :id", {{"id", 4}}), 1);
  EXPECT_EQ(session->execute("update sl_thing set n = 1 where id = :id", {{"id", 5}}), 0);
}

TEST_P(SessionTest, InsertsByColumnsAndMergesConflictsBatchAfterBatch) {
  auto session = database().lease();
  const auto put = [&](Id from) {
    session->bulk("sl_thing",
                  {{"id", std::vector<Id>{from, from + 1}},
                   {"name", std::vector<Text>{"q\"\\{" + std::to_string(from), "NULL" + std::to_string(from)}},
                   {"n", std::vector<std::optional<Id>>{from, std::nullopt}}},
                  "on conflict (id) do update set n = coalesce(t.n, 0) + coalesce(excluded.n, 100)");
  };
  put(10);
  put(20);
  put(10);
  session->bulk("sl_thing", {{"id", std::vector<Id>{}}});
  const auto rows = session->query<Id, Text, std::optional<Id>>("select id, name, n from sl_thing order by id");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0], std::make_tuple(Id{10}, Text("q\"\\{10"), std::optional<Id>(20)));
  EXPECT_EQ(rows[1], std::make_tuple(Id{11}, Text("NULL10"), std::optional<Id>(100)));
  EXPECT_EQ(rows[3], std::make_tuple(Id{21}, Text("NULL20"), std::optional<Id>{}));
  const Text sql = "select id from sl_thing where " + session->in_ids("id", "ids") + " order by id";
  EXPECT_EQ((session->query<Id>(sql, {{"ids", session->ids_text({10, 21, 99})}})),
            (std::vector<std::tuple<Id>>{{10}, {21}}));
  EXPECT_TRUE((session->query<Id>(sql, {{"ids", session->ids_text({})}})).empty());
}

TEST_P(SessionTest, RefusesNulInText) {
  auto session = database().lease();
  const auto failure = failure_of([&] {
    session->execute("insert into sl_thing (id, name) values (1, :name)", {{"name", Text("a\0b", 3)}});
  });
  EXPECT_EQ(failure.code(), Code::invalid_argument);
  EXPECT_EQ(failure.key(), "text.nul");
}

TEST_P(SessionTest, RefusesANullWhereAValueMustBe) {
  auto session = database().lease();
  session->execute("insert into sl_thing (id) values (1)");
  EXPECT_EQ(failure_of([&] { static_cast<void>(session->query<Text>("select name from sl_thing")); }).code(),
            Code::data_loss);
}

TEST_P(SessionTest, ReadsTheSmallestNumberAnEmptyTextAndStopsWhenTold) {
  auto session = database().lease();
  const Id smallest = std::numeric_limits<Id>::min();
  session->execute("insert into sl_thing (id, name, n) values (:id, '', :n)", {{"id", smallest}, {"n", -1}});
  session->execute("insert into sl_thing (id, name) values (5, 'x')");
  const Text sql = "select id, name, n from sl_thing order by id";
  const auto first = session->first<Id, Text, std::optional<Id>>(sql);
  EXPECT_EQ(first, std::make_tuple(smallest, Text(), std::optional<Id>(-1)));
  const auto all = session->query<Id, Text, std::optional<Id>>(sql);  // the same statement, left before its end
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1], std::make_tuple(Id{5}, Text("x"), std::optional<Id>{}));
  if (!sqlite()) {  // SQLite reads any text as a number
    EXPECT_EQ(failure_of([&] { static_cast<void>(session->query<Id>("select name from sl_thing")); }).code(),
              Code::data_loss);
  }
}

TEST_P(SessionTest, WhatIsAskedForArrivesWhileOthersAreAnswered) {
  auto session = database().lease();
  for (int i = 1; i <= 3; ++i)
    session->execute("insert into sl_thing (id, name, n) values (:id, :name, :n)",
                     {{"id", i}, {"name", "x" + std::to_string(i)}, {"n", i == 2 ? std::optional<Id>() : 7}});
  const Text sql = "select id, name, n from sl_thing where id >= :from and (name >= :name or n = :from) order by id";
  const auto ask = [&](Id from) {
    return session->ask<Id, Text, std::optional<Id>>(sql, {{"from", from}, {"name", "x"}});
  };
  auto first = ask(2);
  EXPECT_EQ(session->query<Id>("select count(*) from sl_thing").size(), 1U);  // beside it
  auto second = ask(3);
  second.arrive();
  static_cast<void>(ask(1));  // forgotten
  const auto of_second = second.take(), of_first = first.take();
  ASSERT_EQ(of_first.size(), 2U);
  EXPECT_EQ(of_first[0], std::make_tuple(Id{2}, Text("x2"), std::optional<Id>()));
  ASSERT_EQ(of_second.size(), 1U);
  EXPECT_EQ(of_second[0], std::make_tuple(Id{3}, Text("x3"), std::optional<Id>(7)));
  EXPECT_TRUE(ask(4).take().empty());
}

TEST_P(SessionTest, WhatIsAskedForWronglyFailsWhenItIsTakenAndSpoilsTheTransaction) {
  auto session = database().lease();
  session->execute("insert into sl_thing (id, n) values (1, 0)");
  EXPECT_EQ(failure_of([&] {
              auto missing = session->ask<Id>("select id from sl_thing where id = :id", {{"other", 1}});
              static_cast<void>(missing.take());
            }).code(),
            Code::internal);
  EXPECT_EQ(failure_of([&] { static_cast<void>(session->ask<Text>("select name from sl_thing").take()); }).code(),
            Code::data_loss);
  if (!sqlite()) {  // SQLite divides by nothing and answers null
    Transaction transaction(*session);
    auto wrong = session->ask<Id>("select id / n from sl_thing");
    EXPECT_EQ(failure_of([&] { static_cast<void>(wrong.take()); }).code(), Code::invalid_argument);
    EXPECT_EQ(failure_of([&] { static_cast<void>(session->query<Id>("select id from sl_thing")); }).key(),
              "database.transaction.spoiled");
  }
  EXPECT_EQ(session->query<Id>("select id from sl_thing").size(), 1U);
}

TEST_P(SessionTest, RefusesAForgottenParameter) {
  auto session = database().lease();
  EXPECT_EQ(failure_of([&] {
              session->execute("insert into sl_thing (id, name) values (:id, :name)", {{"id", 1}});
            }).code(),
            Code::internal);
}

TEST_P(SessionTest, NamesAConflictAndGivesTheTransactionUp) {
  auto session = database().lease();
  session->execute("insert into sl_thing (id, name) values (1, 'a')");
  {
    Transaction transaction(*session);
    session->execute("insert into sl_thing (id, name) values (2, 'b')");
    const auto failure = failure_of([&] { session->execute("insert into sl_thing (id, name) values (3, 'a')"); });
    EXPECT_EQ(failure.code(), Code::conflict);
    EXPECT_EQ(failure.key(), "database.unique");
    EXPECT_EQ(failure_of([&] { session->execute("insert into sl_thing (id) values (4)"); }).key(),
              "database.transaction.spoiled");
    EXPECT_EQ(failure_of([&] { transaction.commit(); }).key(), "database.transaction.spoiled");
  }
  EXPECT_EQ(session->query<Id>("select id from sl_thing").size(), 1U);
}

TEST_P(SessionTest, RollsBackWhatWasNotCommittedAndRefusesNesting) {
  {
    auto session = database().lease();
    session->begin(store::Begin::writing);
    session->execute("insert into sl_thing (id) values (1)");
    EXPECT_TRUE(session->in_transaction());
    EXPECT_EQ(failure_of([&] { session->begin(store::Begin::writing); }).key(), "database.transaction.nested");
  }  // given back with its transaction open
  auto session = database().lease();
  EXPECT_FALSE(session->in_transaction());
  Transaction transaction(*session);
  EXPECT_TRUE(session->query<Id>("select id from sl_thing").empty());
}

TEST_P(SessionTest, AStatementLeftEarlyHoldsNoLock) {
  auto reader = database().lease();
  auto writer = database().lease();
  writer->execute("insert into sl_thing (id) values (1), (2)");
  EXPECT_TRUE((reader->first<Id>("select id from sl_thing order by id")));
  if (sqlite()) reader->run("pragma wal_checkpoint(truncate)");
  writer->run("drop table sl_thing");
}

TEST_P(SessionTest, APoolHasAnEnd) {
  std::vector<store::Lease> all;
  for (int i = 0; i < 4; ++i) all.push_back(database().lease());
  const auto failure = failure_of([&] { auto one_more = database().lease(30); });
  EXPECT_EQ(failure.code(), Code::busy);
  std::thread giver([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    all.pop_back();
  });
  EXPECT_NO_THROW(auto late = database().lease(5'000));
  giver.join();
}

TEST_P(SessionTest, RepeatsAUseCaseWhenTheDatabaseIsBusy) {
  int calls = 0;
  const int answer = store::in_transaction(database(), [&](store::Session& session) {
    session.execute("insert into sl_thing (id) values (:id)", {{"id", ++calls}});
    if (calls < 3) throw Failure(Code::busy, "database.busy", "again");
    return 7;
  });
  EXPECT_EQ(answer, 7);
  auto session = database().lease();
  EXPECT_EQ((session->query<Id>("select id from sl_thing")), (std::vector<std::tuple<Id>>{{3}}));
  EXPECT_EQ(failure_of([&] {
              store::in_transaction(database(), [](store::Session&) { throw Failure(Code::conflict, "mine", "once"); });
            }).key(),
            "mine");
}

TEST_P(SessionTest, AForkedChildOpensItsOwn) {
  auto before = database().lease();
  before->execute("insert into sl_thing (id) values (1)");
  { auto idle = database().lease(); }
  const pid_t child = fork();
  if (child == 0) {
    int result = 1;
    try {
      auto own = database().lease();
      own->execute("insert into sl_thing (id) values (2)");
      result = own->query<Id>("select id from sl_thing").size() == 2 ? 0 : 2;
      before.reset();
    } catch (...) {
      result = 3;
    }
    _exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(before->query<Id>("select id from sl_thing").size(), 2U);
}

TEST_P(SessionTest, IsSetUpAsPromised) {
  auto session = database().lease();
  if (sqlite()) {
    EXPECT_EQ(std::get<0>(*session->first<Id>("pragma foreign_keys")), 1);
    EXPECT_EQ(std::get<0>(*session->first<Text>("pragma journal_mode")), "wal");
  } else {
    const auto setting = [&](const Text& name) {
      return std::get<0>(*session->first<Text>("select current_setting(:name)", {{"name", name}}));
    };
    EXPECT_EQ(setting("application_name"), "sales_leads/" + std::to_string(getpid()));
    EXPECT_EQ(setting("statement_timeout"), "1min");
    EXPECT_EQ(setting("lock_timeout"), "5s");
    EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "1min");
    EXPECT_EQ(setting("TimeZone"), "UTC");
    EXPECT_EQ(setting("search_path").rfind("\"" + info_.schema + "\"", 0), 0U);
  }
}

TEST_P(SessionTest, ReplacesAConnectionThatTheServerClosed) {
  if (sqlite()) GTEST_SKIP() << "a file does not hang up";
  std::int64_t victim = 0;
  {
    auto session = database().lease();
    victim = std::get<0>(*session->first<Id>("select pg_backend_pid()"));
    auto other = database().lease();
    other->execute("select pg_terminate_backend(cast(:pid as int))", {{"pid", victim}});
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto failure = failure_of([&] { session->execute("select 1"); });
    EXPECT_EQ(failure.code(), Code::unavailable);
    other.reset();
  }
  for (int i = 0; i < 3; ++i) {
    auto session = database().lease();
    EXPECT_NE(std::get<0>(*session->first<Id>("select pg_backend_pid()")), victim);
  }
}

TEST_P(SessionTest, SaysUnavailableAndNeverThePassword) {
  if (sqlite()) {
    info_.connection = "/nowhere/at/all.db";
  } else {
    info_.connection = "host=/nowhere dbname=x password=secret";
  }
  const auto failure = failure_of([&] { auto lease = store::Database::open(info_)->lease(); });
  EXPECT_EQ(failure.code(), Code::unavailable) << failure.what();
  EXPECT_EQ(Text(failure.what()).find("secret"), Text::npos);
}

TEST_P(SessionTest, AWriterTakesTheLockBeforeItReads) {
  if (!sqlite()) GTEST_SKIP() << "PostgreSQL has no such lock";
  auto one = database().lease();
  auto two = database().lease();
  two->run("pragma busy_timeout = 20");
  Transaction first(*one);
  EXPECT_TRUE(one->query<Id>("select id from sl_thing").empty());
  EXPECT_EQ(failure_of([&] { two->execute("insert into sl_thing (id) values (1)"); }).key(), "database.busy")
      << "else what was read could be old by the time of the write, and that write would fail at once";
}

TEST_P(SessionTest, NamesTheDeadlineAndTheLock) {
  auto one = database().lease();
  one->execute("insert into sl_thing (id) values (1)");
  auto two = database().lease();
  two->run(sqlite() ? "pragma busy_timeout = 20" : "set lock_timeout to '20ms'");
  Transaction first(*one);
  one->execute("update sl_thing set n = 1");
  const auto failure = failure_of([&] {
    Transaction second(*two);
    two->execute("update sl_thing set n = 2");
  });
  EXPECT_EQ(failure.key(), "database.busy");
  if (!sqlite()) {
    two->run("set statement_timeout to '20ms'");
    EXPECT_EQ(failure_of([&] { two->run("select pg_sleep(1)"); }).code(), Code::deadline);
  }
}

TEST_P(SessionTest, ACommitThatTheServerWarnsOfIsNotAcknowledged) {
  if (sqlite()) GTEST_SKIP() << "one file, no standby";
  // The warning of a cancelled wait for a standby, made by other means: any warning while committing.
  auto session = database().lease();
  session->run(
      "create function warn() returns trigger language plpgsql as 'begin raise warning ''not on the standby''; return "
      "null; end'");
  session->run(
      "create constraint trigger late after insert on sl_thing deferrable initially deferred for each row execute "
      "function warn()");
  Transaction transaction(*session);
  session->execute("insert into sl_thing (id) values (1)");
  const auto failure = failure_of([&] { transaction.commit(); });
  EXPECT_EQ(failure.key(), "database.commit_unsure");
  EXPECT_EQ(failure.code(), Code::unavailable);
}

SALES_LEADS_ON_BOTH(SessionTest);

}  // namespace
}  // namespace sales_leads::test
