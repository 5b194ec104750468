// SPDX-License-Identifier: Apache-2.0
//
// A database of its own for each test: a file of SQLite always, schemas of PostgreSQL when SALES_LEADS_TEST_POSTGRES
// names a server (libpq text or URL); without it those tests say that they were skipped.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "store/session.h"

namespace sales_leads::test {

inline std::string postgres_url() {
  const char* url = std::getenv("SALES_LEADS_TEST_POSTGRES");
  return url != nullptr ? url : "";
}

/// Parameter of the tests: which backend.
class DatabaseTest : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    static std::atomic<int> counter{0};
    const std::string unique = std::to_string(getpid()) + "_" + std::to_string(++counter);
    info_.backend = GetParam();
    info_.prefix = "sl_";
    if (GetParam() == Backend::sqlite) {
      folder_ = std::filesystem::temp_directory_path() / ("sales_leads_store_" + unique);
      std::filesystem::create_directories(folder_);
      info_.connection = (folder_ / "host data.db").string();
    } else {
      if (postgres_url().empty()) GTEST_SKIP() << "SALES_LEADS_TEST_POSTGRES is not set";
      info_.connection = postgres_url();
      host_schema_ = "erp_t" + unique;
      info_.schema = "sl_t" + unique;
      auto admin = store::Database::open(plain());
      auto session = admin->lease();
      session->run("create schema " + host_schema_);
      const std::string option = "-c search_path=" + host_schema_;
      info_.connection += postgres_url().find("://") != std::string::npos
                              ? (postgres_url().find('?') == std::string::npos ? "?" : "&") +
                                    std::string("options=-c%20search_path%3D") + host_schema_
                              : " options='" + option + "'";
    }
    info_.max_sessions = 4;
    database_ = store::Database::open(info_);
  }

  void TearDown() override {
    database_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    if (!host_schema_.empty()) {
      auto admin = store::Database::open(plain());
      auto session = admin->lease();
      session->run("drop schema if exists " + host_schema_ + " cascade");
      session->run("drop schema if exists " + info_.schema + " cascade");
    }
  }

  [[nodiscard]] bool sqlite() const { return GetParam() == Backend::sqlite; }
  store::Database& database() { return *database_; }
  [[nodiscard]] const std::string& host_schema() const { return host_schema_; }

  DatabaseInfo info_;
  std::unique_ptr<store::Database> database_;

 private:
  [[nodiscard]] static DatabaseInfo plain() {
    DatabaseInfo info;
    info.backend = Backend::postgresql;
    info.connection = postgres_url();
    info.max_sessions = 1;
    return info;
  }
  std::filesystem::path folder_;
  std::string host_schema_;
};

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  return info.param == Backend::sqlite ? "sqlite" : "postgresql";
}

/// The failure of `act`, or a test failure.
template <class Act>
Failure failure_of(Act&& act) {
  try {
    act();
  } catch (const Failure& failure) {
    return failure;
  }
  ADD_FAILURE() << "nothing was refused";
  return {Code::ok, "", ""};
}

#define SALES_LEADS_ON_BOTH(Test)                                                             \
  INSTANTIATE_TEST_SUITE_P(Both, Test, testing::Values(Backend::sqlite, Backend::postgresql), \
                           ::sales_leads::test::backend_name)

}  // namespace sales_leads::test
