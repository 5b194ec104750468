// SPDX-License-Identifier: Apache-2.0
//
// What SOCI does to values, on both databases, and that our session does not.
// The raw session stands beside ours.
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/fixture.h"

namespace sales_leads::test {
namespace {

using store::Id;
using Text = std::string;

class ValueTraps : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    ours_ = database().lease();
    if (!sqlite()) ours_->run("create schema " + info_.schema);
    ours_->run(
        "create table v (id bigint primary key, n bigint, s text, m "
        "numeric(30, 2))");
    if (sqlite()) {
      raw_.open(soci::sqlite3, "db=\"" + info_.connection + "\"");
    } else {
      raw_.open(soci::postgresql, raw_postgresql());
      raw_ << "set search_path to " + info_.schema;
    }
  }
  void TearDown() override {
    raw_.close();
    ours_.reset();
    DatabaseTest::TearDown();
  }
  /// SOCI takes key=value texts alone.
  static Text raw_postgresql() {
    const Text url = postgres_url();
    const auto user = url.find("://") + 3, at = url.find('@'), colon = url.find(':', at), slash = url.find('/', at);
    if (url.find("://") == Text::npos) return url;
    return "user=" + url.substr(user, at - user) + " host=" + url.substr(at + 1, colon - at - 1) +
           " port=" + url.substr(colon + 1, slash - colon - 1) + " dbname=" + url.substr(slash + 1);
  }
  store::Lease ours_;
  soci::session raw_;
};

TEST_P(ValueTraps, AStaticIntIsCutSilently_OursIsNeverAnInt) {
  ours_->execute("insert into v (id, n) values (1, :n)", {{"n", 5'000'000'000}});
  if (sqlite()) {
    int n = 0;
    raw_ << "select n from v", soci::into(n);
    EXPECT_EQ(n, 705'032'704);
  } else {
    int n = 0;
    EXPECT_THROW((raw_ << "select n from v", soci::into(n)), soci::soci_error);
  }
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("select n from v")), 5'000'000'000);
}

TEST_P(ValueTraps, ADynamicRowKnowsNoInt64_OursHasNoRows) {
  ours_->execute("insert into v (id, n) values (1, :n)", {{"n", 9'223'372'036'854'775'807}});
  soci::row row;
  raw_ << "select n from v", soci::into(row);
  EXPECT_THROW(static_cast<void>(row.get<std::int64_t>(0)), std::bad_cast) << "it is a long there, and no long long";
  EXPECT_EQ(row.get<long long>(0), 9'223'372'036'854'775'807);
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("select n from v")), 9'223'372'036'854'775'807);
}

TEST_P(ValueTraps, TheTypeOfACountDependsOnTheDatabase_OursDoesNot) {
  ours_->execute("insert into v (id, n) values (1, 2), (2, 3)");
  soci::row row;
  raw_ << "select count(*), sum(n) from v", soci::into(row);
  EXPECT_EQ(row.get_properties(0).get_data_type(), sqlite() ? soci::dt_string : soci::dt_long_long);
  EXPECT_EQ(row.get_properties(1).get_data_type(), sqlite() ? soci::dt_string : soci::dt_double);
  const auto found = ours_->first<Id, Id>("select count(*), cast(sum(n) as bigint) from v");
  EXPECT_EQ(*found, std::make_tuple(Id{2}, Id{5}));
}

TEST_P(ValueTraps, ANumericLosesItsDigits_OursIsMinorUnits) {
  raw_ << "insert into v (id, m) values (1, 123456789012345678.91)";
  soci::row row;
  raw_ << "select m from v", soci::into(row);
  ASSERT_EQ(row.get_properties(0).get_data_type(), soci::dt_double);
  EXPECT_EQ(row.get<double>(0), 123456789012345680.0);
  ours_->execute("insert into v (id, n) values (2, :minor)", {{"minor", 1'234'567'890'123'456'791}});
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("select n from v where id = 2")), 1'234'567'890'123'456'791);
}

TEST_P(ValueTraps, ATextEndsAtANul_OursIsRefused) {
  const Text text("a\0b", 3);
  raw_ << "insert into v (id, s) values (1, :s)", soci::use(text);
  Text found;
  raw_ << "select s from v", soci::into(found);
  EXPECT_EQ(found.size(), sqlite() ? 3U : 1U);
  EXPECT_EQ(failure_of([&] {
              ours_->execute("insert into v (id, s) values (2, :s)", {{"s", text}});
            }).key(),
            "text.nul");
}

TEST_P(ValueTraps, ATimeLosesItsFraction_OursIsMicroseconds) {
  raw_ << "insert into v (id, s) values (1, '2026-11-23 10:11:12.987654')";
  std::tm time{};
  raw_ << (sqlite() ? "select s from v" : "select cast(s as timestamp) from v"), soci::into(time);
  EXPECT_EQ(time.tm_sec, 12) << "and there is no member for the rest";
  if (sqlite()) {
    raw_ << "update v set s = '2026-11-23T10:11:12Z'";
    raw_ << "select s from v", soci::into(time);
    EXPECT_EQ(time.tm_hour, 0) << "read as a day, silently";
  }
  ours_->execute("insert into v (id, n) values (2, :at)", {{"at", 1'795'428'672'987'654}});
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("select n from v where id = 2")), 1'795'428'672'987'654);
}

TEST_P(ValueTraps, ANullWithoutAnIndicatorThrows_OursIsAnOptional) {
  ours_->execute("insert into v (id) values (1)");
  long long n = 0;
  EXPECT_THROW((raw_ << "select n from v", soci::into(n)), soci::soci_error);
  EXPECT_FALSE(std::get<0>(*ours_->first<std::optional<Id>>("select n from v")).has_value());
}

TEST_P(ValueTraps, AnErrorSpoilsTheTransactionOnOneOfThem_OursIsGivenUpOnBoth) {
  raw_ << "begin";
  raw_ << "insert into v (id) values (1)";
  EXPECT_THROW(raw_ << "insert into v (id) values (1)", soci::soci_error);
  if (sqlite()) {
    EXPECT_NO_THROW(raw_ << "insert into v (id) values (2)") << "SQLite carries on";
  } else {
    EXPECT_THROW(raw_ << "insert into v (id) values (2)", soci::soci_error);
  }
  raw_ << "rollback";
  store::Transaction transaction(*ours_);
  ours_->execute("insert into v (id) values (3)");
  EXPECT_EQ(failure_of([&] { ours_->execute("insert into v (id) values (3)"); }).key(), "database.unique");
  EXPECT_EQ(failure_of([&] { ours_->execute("insert into v (id) values (4)"); }).key(), "database.transaction.spoiled");
}

TEST_P(ValueTraps, TransactionsNestInNameOnly_OursRefuse) {
  raw_ << "begin";
  raw_ << "insert into v (id) values (1)";
  if (sqlite()) {
    EXPECT_THROW(raw_ << "begin", soci::soci_error);
  } else {
    EXPECT_NO_THROW(raw_ << "begin") << "a warning alone";
  }
  raw_ << (sqlite() ? "rollback" : "commit");  // of the inner one, as its author believes
  raw_ << (sqlite() ? "begin" : "select 1");
  if (sqlite()) {
    raw_ << "rollback";
  } else {
    EXPECT_NO_THROW(raw_ << "rollback");
    EXPECT_EQ(ours_->query<Id>("select id from v").size(), 1U) << "the inner commit committed all";
  }
  store::Transaction transaction(*ours_);
  EXPECT_EQ(failure_of([&] { store::Transaction inner(*ours_); }).key(), "database.transaction.nested");
}

TEST_P(ValueTraps, AVectorSentAgainSendsOldValues_OursIsBuiltAnew) {
  std::vector<int> ids{1, 2, 3};
  {
    soci::statement statement = (raw_.prepare << "insert into v (id) values (:id)", soci::use(ids));
    statement.execute(true);
    ids = {4, 5};
    try {
      statement.execute(true);
    } catch (const soci::soci_error&) {  // 1 and 2 are there already
    }
  }
  EXPECT_EQ(ours_->query<Id>("select id from v").size(), sqlite() ? 5U : 3U);
  ours_->execute("delete from v");
  for (const auto& batch : {std::vector<Id>{1, 2, 3}, std::vector<Id>{4, 5}}) ours_->bulk("v", {{"id", batch}});
  EXPECT_EQ(ours_->query<Id>("select id from v order by id"), (std::vector<std::tuple<Id>>{{1}, {2}, {3}, {4}, {5}}));
}

TEST_P(ValueTraps, TheLastIdIsNotKnownEverywhere_OursReturnsIt) {
  long long id = 0;
  raw_ << "insert into v (id) values (77)";
  EXPECT_EQ(raw_.get_last_insert_id("v", id), sqlite()) << "on PostgreSQL it asks for a sequence of that name";
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("insert into v (id) values (78) returning id")), 78);
}

TEST_P(ValueTraps, OnlyOneDatabaseSaysWhatWasViolated_OursDoesOnBoth) {
  raw_ << "insert into v (id) values (1)";
  try {
    raw_ << "insert into v (id) values (1)";
    FAIL();
  } catch (const soci::soci_error& error) {
    EXPECT_EQ(error.get_error_category(),
              sqlite() ? soci::soci_error::unknown : soci::soci_error::constraint_violation);
  }
  EXPECT_EQ(failure_of([&] { ours_->execute("insert into v (id) values (1)"); }).code(), Code::conflict);
}

SALES_LEADS_ON_BOTH(ValueTraps);

// ---- the pool, and connections that end

class ConnectionTraps : public ValueTraps {};

TEST_P(ConnectionTraps, SocisPoolHandsOutAnOpenTransaction_OursIsTidied) {
  soci::connection_pool pool(1);
  soci::session& only = pool.at(0);
  if (sqlite()) {
    only.open(soci::sqlite3, "db=\"" + info_.connection + "\"");
  } else {
    only.open(soci::postgresql, raw_postgresql());
  }
  {
    soci::session lent(pool);
    lent << "begin";
  }
  {
    soci::session lent(pool);
    if (sqlite()) {
      EXPECT_THROW(lent << "begin", soci::soci_error) << "somebody else's transaction is open";
    } else {
      int state = 0;
      lent << "select case when now() = statement_timestamp() then 0 else 1 end", soci::into(state);
      EXPECT_EQ(state, 1) << "the transaction's time stands still: it is open";
    }
    std::size_t place = 0;
    EXPECT_FALSE(pool.try_lease(place, 20)) << "by an index, and only so with a time-out";
  }
  info_.max_sessions = 1;
  auto own = store::Database::open(info_);
  { own->lease()->begin(store::Begin::writing); }
  EXPECT_FALSE(own->lease()->in_transaction());
}

TEST_P(ConnectionTraps, ALostConnectionIsTheNextUsersTrouble_OursIsReplacedBySessionTest) {
  if (sqlite()) GTEST_SKIP() << "a file does not hang up";
  int pid = 0;
  raw_ << "select pg_backend_pid()", soci::into(pid);
  ours_->execute("select pg_terminate_backend(cast(:pid as int))", {{"pid", pid}});
  int one = 0;
  try {
    raw_ << "select 1", soci::into(one);
    FAIL();
  } catch (const soci::postgresql_soci_error& error) {
    EXPECT_EQ(error.sqlstate(), "08000") << "of SOCI's own making; the server's reason is lost";
  }
  EXPECT_FALSE(raw_.is_connected());
}

TEST_P(ConnectionTraps, AWriterInsideAWriterWaitsInVain_OursEndsByItsTimeOut) {
  // The host in its write transaction calls the module on the same thread, and
  // the module writes by its own session.
  if (!sqlite()) GTEST_SKIP() << "PostgreSQL locks rows";
  raw_ << "begin immediate";
  auto session = database().lease_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
  EXPECT_EQ(failure_of([&] { session->execute("insert into v (id) values (1)"); }).code(), Code::deadline);
  raw_ << "rollback";
}

SALES_LEADS_ON_BOTH(ConnectionTraps);

}  // namespace
}  // namespace sales_leads::test
