// SPDX-License-Identifier: Apache-2.0
//
// A host of its own for each test: a fresh folder with SQLite, or a fresh database on the PostgreSQL server that
// SALES_LEADS_TEST_POSTGRES names (a URL of a role that may create databases).
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "app.h"
#include "database/conninfo.h"
#include "database/module_role.h"
#include "services/unit.h"

namespace erp::host {

namespace json = boost::json;

class HostFixture : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    static int number = 0;
    const std::string name = "erp_host_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
    options_.data_dir = std::filesystem::temp_directory_path() / name;
    std::filesystem::remove_all(options_.data_dir);
    if (GetParam() == Backend::sqlite) return;
    const char* server = std::getenv("SALES_LEADS_TEST_POSTGRES");
    if (server == nullptr || *server == '\0') GTEST_SKIP() << "SALES_LEADS_TEST_POSTGRES names no server";
    server_ = server;
    database_ = name;
    Db admin({Backend::postgresql, conninfo_of(server_)});
    admin.run_once("drop database if exists " + name);
    admin.run_once("create database " + name);
    const auto query = server_.find('?');
    const std::string parameters = query == std::string::npos ? "" : server_.substr(query);
    std::string base = server_.substr(0, query);
    const auto slash = base.find('/', base.find("://") + 3);
    if (slash != std::string::npos) base.resize(slash);
    options_.database_url = base + "/" + name + parameters;
  }

  void TearDown() override {
    app_.reset();
    base_.reset();
    std::filesystem::remove_all(options_.data_dir);
    if (database_.empty()) return;
    Db admin({Backend::postgresql, conninfo_of(server_)});
    admin.run_once("drop database " + database_ + " with (force)");
    admin.run_once("drop role if exists " + module_role_name("sales_leads", database_));
  }

  App& app() {
    if (!app_) app_ = App::open(options_);
    return *app_;
  }
  void reopen() { app_.reset(); }

  /// The services beneath the App, on the same database.
  Base& base() {
    app();
    if (!base_) base_ = std::make_unique<Base>(address());
    return *base_;
  }
  [[nodiscard]] DatabaseAddress address() const {
    if (GetParam() == Backend::sqlite) return {Backend::sqlite, (options_.data_dir / "erp.db").string()};
    return {Backend::postgresql, conninfo_of(options_.database_url)};
  }
  [[nodiscard]] std::unique_ptr<Db> session() const { return std::make_unique<Db>(address()); }

  json::object call(std::string_view action, std::string_view input, const Caller& caller = {}) {
    return app().call_action(caller, action, json::parse(json::string_view(input.data(), input.size()))).as_object();
  }
  std::int64_t id_of(std::string_view action, std::string_view input) {
    return call(action, input).at("id").as_int64();
  }

  /// The refusal of a call that must be refused.
  HostError refusal(std::string_view action, std::string_view input, const Caller& caller = {}) {
    try {
      call(action, input, caller);
    } catch (const HostError& error) {
      return error;
    }
    ADD_FAILURE() << action << " " << input << " was not refused";
    return {ERP_OK, "", ""};
  }

  Options options_;
  std::unique_ptr<App> app_;
  std::unique_ptr<Base> base_;
  std::string server_, database_;
};

inline std::string backend_name(const ::testing::TestParamInfo<Backend>& info) {
  return info.param == Backend::sqlite ? "Sqlite" : "Postgresql";
}

#define ON_BOTH_DATABASES(Suite) \
  INSTANTIATE_TEST_SUITE_P(Databases, Suite, ::testing::Values(Backend::sqlite, Backend::postgresql), backend_name)

}  // namespace erp::host
