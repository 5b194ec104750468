// SPDX-License-Identifier: Apache-2.0
//
// Who may log in, who may do what, and what a module's database role may touch.
#include "services/access.h"

#include <thread>

#include "database/module_role.h"
#include "host/host_fixture.h"

namespace erp::host {
namespace {

class Access : public HostFixture {};

TEST_P(Access, PasswordsAreHashedAndSessionsEnd) {
  const std::int64_t user =
      id_of("user.create", R"({"login":"eva","password":"hemligt ord","name":"Eva Berg","roles":["seller"]})");
  auto db = session();
  const auto hash = db->value<std::string>("select password_hash from host_user where id = ?", {user});
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_EQ(app().authenticate("eva", "hemligt ord"), user);
  EXPECT_FALSE(app().authenticate("eva", "hemligt Ord"));
  EXPECT_FALSE(app().authenticate("adam", "hemligt ord"));
  const std::string token = app().start_session(user);
  EXPECT_EQ(db->value<std::int64_t>("select count(*) from host_session where token_hash = ?", {token}), 0)
      << "the token itself is not stored";
  const auto caller = app().session_caller(token);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, user);
  EXPECT_EQ(caller->kind, ERP_ACTOR_USER);
  EXPECT_FALSE(app().session_caller(token + "0"));
  app().end_session(token);
  EXPECT_FALSE(app().session_caller(token));
}

TEST_P(Access, RolesDecide) {
  Caller seller;
  seller.kind = ERP_ACTOR_USER;
  seller.user = id_of("user.create", R"({"login":"eva","password":"hemligt ord","name":"Eva","roles":["seller"]})");
  call("customer.create", R"({"name":"Lind"})", seller);
  EXPECT_EQ(refusal("rate.set", R"({"currency":"EUR","date":"2026-01-01","rate":"10"})", seller).status(),
            ERP_PERMISSION);
  EXPECT_EQ(refusal("user.list", "{}", seller).status(), ERP_PERMISSION);
  Caller elsewhere = seller;
  elsewhere.company = 2;
  EXPECT_EQ(refusal("customer.list", "{}", elsewhere).status(), ERP_PERMISSION);
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  EXPECT_EQ(refusal("customer.list", "{}", system).status(), ERP_PERMISSION);
  EXPECT_EQ(refusal("user.create", R"({"login":"x","password":"12345678","name":"X","roles":["king"]})").key(),
            "user.roles.invalid");
}

TEST_P(Access, TheModulesRoleReadsViewsAndOwnsItsSchemaOnly) {
  if (GetParam() == Backend::sqlite) {
    const ModuleAccess access = prepare_module_access(*(app(), session()), address(), "sales_leads");
    EXPECT_EQ(access.prefix, "sl_");
    EXPECT_EQ(access.schema, "");
    return;
  }
  app();
  const ModuleAccess access = prepare_module_access(*session(), address(), "sales_leads");
  EXPECT_EQ(access.schema, "sales_leads");
  Db module({Backend::postgresql, access.connection});
  module.run_once("set search_path = sales_leads, public");
  EXPECT_EQ(module.value<std::int64_t>("select count(*) from erp_company"), 1);
  module.run_once("create table mine (id bigint primary key)");
  EXPECT_EQ(module.value<std::string>("select cast(schemaname as text) from pg_tables where tablename = 'mine'"),
            "sales_leads");
  for (const char* forbidden :
       {"select count(*) from host_user", "select password from host_module_role", "update host_company set name = 'x'",
        "insert into erp_company (id) values (9)", "create table public.theirs (id bigint)", "create role another",
        "create schema another", "delete from host_event", "select nextval('host_order_seq')"}) {
    EXPECT_THROW(module.run_once(forbidden), HostError) << forbidden;
  }
  // A new session of the role starts in its own schema.
  EXPECT_EQ(
      module.value<std::string>(
          "select cast(setconfig[1] as text) from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where "
          "r.rolname = current_user"),
      "search_path=sales_leads, public");
}

TEST_P(Access, TwoStartersMakeOneRole) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "SQLite knows no roles";
  app();
  std::vector<std::string> connections(4);
  std::vector<std::thread> threads;
  for (std::string& connection : connections) {
    threads.emplace_back([&] { connection = prepare_module_access(*session(), address(), "sales_leads").connection; });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& connection : connections) EXPECT_EQ(connection, connections.front());
  EXPECT_FALSE(connections.front().empty());
}

TEST(ModuleRoleName, IsPlainShortAndDifferentForEveryDatabase) {
  EXPECT_EQ(module_role_name("sales_leads", "erp"), "sales_leads_erp");
  EXPECT_NE(module_role_name("sales_leads", "Erp"), module_role_name("sales_leads", "eRp"));
  const std::string longest = module_role_name("sales_leads", std::string(63, 'x'));
  EXPECT_LE(longest.size(), 63U);
  EXPECT_NE(longest, module_role_name("sales_leads", std::string(62, 'x') + "y"));
}

ON_BOTH_DATABASES(Access);

}  // namespace
}  // namespace erp::host
