// SPDX-License-Identifier: Apache-2.0
//
// Behaviours of SOCI and SQLite that our wrapper is built around. When a library is upgraded and one of these tests
// fails, the guard that it names may go; until then the wrapper must survive what they show.
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "store/session.h"

namespace sales_leads::test {
namespace {

using store::Id;

class SociTraps : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("sales_leads_traps_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    info_.connection = (folder_ / "t.db").string();
    database_ = store::Database::open(info_);
    ours_ = database_->lease();
    ours_->run("create table t (id bigint primary key, n bigint, s text)");
    raw_.open(soci::sqlite3, "db=" + info_.connection);
  }
  void TearDown() override {
    raw_.close();
    ours_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path folder_;
  DatabaseInfo info_;
  std::unique_ptr<store::Database> database_;
  store::Lease ours_;
  soci::session raw_;
};

TEST_F(SociTraps, ADynamicRowCutsAnIntegerTo32Bits_OursDoesNot) {
  raw_ << "create table i (n integer)";
  raw_ << "insert into i (n) values (5000000000)";
  soci::row row;
  raw_ << "select n from i", soci::into(row);
  EXPECT_EQ(row.get<int>(0), 705'032'704);
  EXPECT_EQ(std::get<0>(*ours_->first<std::int64_t>("select n from i")), 5'000'000'000);
}

TEST_F(SociTraps, ASecondStatementInATextIsSilentlyLeftOut_MigrationsSplitThemselves) {
  raw_ << "insert into t (id) values (1); insert into t (id) values (2)";
  EXPECT_EQ(ours_->query<Id>("select id from t").size(), 1U);
}

TEST_F(SociTraps, AForgottenParameterBecomesNull_OursRefusesIt) {
  const int id = 1;
  soci::statement statement = (raw_.prepare << "insert into t (id, n) values (:id, :n)", soci::use(id, "id"));
  EXPECT_NO_THROW(statement.execute(true));
  EXPECT_THROW(ours_->execute("insert into t (id, n) values (:id, :n)", {{"id", 2}}), Failure);
}

TEST_F(SociTraps, ForeignKeysAreOff_OursAreOn) {
  int on = 1;
  raw_ << "pragma foreign_keys", soci::into(on);
  EXPECT_EQ(on, 0);
  EXPECT_EQ(std::get<0>(*ours_->first<Id>("pragma foreign_keys")), 1);
}

TEST_F(SociTraps, AReadThatTurnsIntoAWriteFailsAtOnce_OursTakesTheLockFirst) {
  ours_->execute("insert into t (id, n) values (1, 0)");
  soci::session other(soci::sqlite3, "db=" + info_.connection + " timeout=2");
  int n = 0;
  other << "begin";
  other << "select n from t", soci::into(n);
  ours_->execute("update t set n = 5");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(other << "update t set n = 6", soci::soci_error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500)) << "in spite of the time-out";
  other << "rollback";
  auto second = database_->lease();
  store::Transaction transaction(*second);
  EXPECT_EQ(std::get<0>(*second->first<Id>("select n from t")), 5);
  EXPECT_EQ(second->execute("update t set n = 6"), 1);
  transaction.commit();
}

TEST_F(SociTraps, UniqueAndLockedLookTheSame_OursTellsThem) {
  ours_->execute("insert into t (id) values (1)");
  try {
    raw_ << "insert into t (id) values (1)";
    FAIL();
  } catch (const soci::sqlite3_soci_error& error) {
    EXPECT_EQ(error.get_error_category(), soci::soci_error::unknown);
  }
  try {
    ours_->execute("insert into t (id) values (1)");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), Code::conflict);
  }
}

TEST_F(SociTraps, NoRowLeavesTheVariableAsItWas_OursAnswersNothing) {
  int n = 77;
  raw_ << "select n from t where id = 9", soci::into(n);
  EXPECT_EQ(n, 77);
  EXPECT_FALSE(ours_->first<Id>("select n from t where id = 9").has_value());
}

TEST_F(SociTraps, APooledSessionComesBackWithItsTransactionOpen_OursIsTidied) {
  ours_->begin(store::Begin::writing);
  ours_->execute("insert into t (id) values (1)");
  ours_.reset();
  ours_ = database_->lease();
  EXPECT_NO_THROW(ours_->begin(store::Begin::writing));
  ours_->rollback();
  EXPECT_TRUE(ours_->query<Id>("select id from t").empty());
}

}  // namespace
}  // namespace sales_leads::test
