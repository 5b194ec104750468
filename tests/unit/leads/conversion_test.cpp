// SPDX-License-Identifier: Apache-2.0
//
// Corners of conversion that need a host which refuses, falls silent or forgets; and E21 as far as leads.
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Leads : public CompanyFixture {
 protected:
  void SetUp() override {
    CompanyFixture::SetUp();
    application->stop();
    application = std::make_unique<Application>(host, BUILD_DIR "/modules/sales_leads");
    application->migrate();
    application->start();
  }

  std::int64_t lead(const std::string& rest = R"("name":"Gamma AB")") {
    return ok("lead.create", "{" + rest + "}").at("id").as_int64();
  }
  json::object shown(std::int64_t id) { return ok("lead.get", R"({"id":)" + std::to_string(id) + "}"); }
  std::string one(std::int64_t id, const std::string& rest = "") {
    return R"({"id":)" + std::to_string(id) + (rest.empty() ? "" : "," + rest) + "}";
  }
  /// The customer appears in the host's view, as the host would show it.
  void show_customer(std::int64_t id, const std::string& name) {
    run("insert into erp_customer values (" + std::to_string(id) + ",1,'C" + std::to_string(id) + "','" + name +
        "',null,'SE',null,0,'active',1)");
  }
};

TEST_F(Leads, AHostThatRefusesLeavesAConversionThatCanBeGivenUp) {
  const auto id = lead();
  host.before_customer = [] { throw Failure(Code::permission, "permission.denied", "You may not make customers."); };
  EXPECT_EQ(refused("lead.convert", one(id)).code(), Code::permission);
  EXPECT_EQ(shown(id).at("conversion").at("last_error").as_string(), "You may not make customers.");
  ok("lead.cancel_conversion", one(id));
  EXPECT_TRUE(shown(id).at("conversion").is_null());
  EXPECT_EQ(shown(id).at("status").as_string(), "new");
  host.before_customer = nullptr;
  EXPECT_TRUE(ok("lead.convert", one(id)).at("converted").as_bool());
}

TEST_F(Leads, ALostAnswerIsFoundAgainByTheSameRequest) {
  const auto id = lead();
  host.after_customer = [] { throw Failure(Code::unavailable, "host.gone", "The answer was lost."); };
  EXPECT_EQ(refused("lead.convert", one(id)).code(), Code::unavailable);
  host.after_customer = nullptr;
  EXPECT_EQ(shown(id).at("conversion").at("reached").as_string(), "intended");
  EXPECT_EQ(refused("lead.convert", one(id)).key(), "lead.conversion.interrupted");
  const auto done = ok("lead.resume_conversion", one(id));
  ASSERT_EQ(host.asked_customers.size(), 2U);
  EXPECT_EQ(host.asked_customers[0], host.asked_customers[1]) << "the same id and the same text";
  EXPECT_EQ(host.customers.size(), 1U);
  EXPECT_EQ(done.at("customer").as_int64(), host.customers.begin()->second);
}

TEST_F(Leads, WhatMayStillRunOrHasMadeItsCustomerIsNotGivenUp) {
  const auto id = lead();
  host.after_customer = [] { throw Failure(Code::unavailable, "host.gone", "The answer was lost."); };
  refused("lead.convert", one(id));
  EXPECT_EQ(refused("lead.cancel_conversion", one(id)).key(), "lead.cancel.running");
  show_customer(100, "Gamma AB");
  host.clock_us += 61 * kSecond;
  EXPECT_EQ(refused("lead.cancel_conversion", one(id)).key(), "lead.cancel.customer_made");
  run("delete from erp_customer where id = 100");
  ok("lead.cancel_conversion", one(id));
  EXPECT_TRUE(shown(id).at("conversion").is_null());
}

TEST_F(Leads, AfterADayTheHostHasForgottenSoTheUserIsAsked) {
  const auto id = lead();
  host.after_customer = [] { throw Failure(Code::unavailable, "host.gone", "The answer was lost."); };
  refused("lead.convert", one(id));
  host.after_customer = nullptr;
  show_customer(100, "Gamma AB");
  host.clock_us += 25LL * 3'600 * kSecond;
  const auto asked = ok("lead.resume_conversion", one(id));
  EXPECT_FALSE(asked.at("converted").as_bool());
  EXPECT_EQ(asked.at("customers").at(0).at("id").as_int64(), 100);
  EXPECT_EQ(host.asked_customers.size(), 1U) << "a second customer was made";
  EXPECT_EQ(ok("lead.resume_conversion", one(id, R"("existing_customer":100)")).at("customer").as_int64(), 100);
}

TEST_F(Leads, AnOpportunityThatIsRefusedIsRefusedBeforeAnythingIsWritten) {
  const auto id = lead();
  const auto failure = refused("lead.convert", one(id, R"("opportunity":{"step":"no_such_step"})"));
  EXPECT_EQ(failure.key(), "reference.not_found");
  EXPECT_TRUE(shown(id).at("conversion").is_null());
  EXPECT_TRUE(host.asked_customers.empty());
  EXPECT_EQ(number("select count(*) from sl_opportunity"), 0);
  EXPECT_TRUE(ok("lead.convert", one(id, R"("opportunity":null)")).at("opportunity").is_null());
  EXPECT_EQ(host.customers.size(), 1U);
}

TEST_F(Leads, AMissingRateIsToldBeforeAnythingIsWritten) {
  show_customer(100, "Made by the host");
  const auto id = lead();
  const std::string wish = R"("opportunity":{"amount":{"minor":100,"currency":"EUR"}})";
  EXPECT_EQ(refused("lead.convert", one(id, wish)).key(), "rate.missing");
  EXPECT_TRUE(shown(id).at("conversion").is_null());
  EXPECT_TRUE(host.asked_customers.empty());
  host.rates["EUR"] = {1125, -2, 0};
  EXPECT_TRUE(ok("lead.convert", one(id, wish)).at("converted").as_bool());
  EXPECT_EQ(number("select company_minor from sl_opportunity"), 1125);
}

TEST_F(Leads, ConversionNeedsTheRightToMakeOpportunitiesOnlyWhereOneIsWished) {
  host.actor = {ActorKind::user, 11, 1, "erik", "Erik"};
  host.denied = {"sales_leads.opportunity.change"};
  const auto id = lead();
  EXPECT_EQ(refused("lead.convert", one(id, R"("opportunity":{})")).code(), Code::permission);
  EXPECT_TRUE(ok("lead.convert", one(id)).at("converted").as_bool());
}

TEST_F(Leads, EveryStageLeavesItsAuditRow) {
  show_customer(100, "Made by the host");
  const auto id = lead();
  ok("lead.convert", one(id, R"("opportunity":{})"));
  const std::string of = "select count(*) from sl_audit where action = 'lead.convert' and entity = ";
  EXPECT_EQ(number(of + "'lead' and entity_id = " + std::to_string(id)), 3) << "intent, customer, move";
  EXPECT_EQ(number(of + "'opportunity' and entity_id = 1"), 1);
}

TEST_F(Leads, MembershipsGoAlongWithMergeUndoAndConversion) {
  show_customer(100, "Made by the host");
  ok("campaign.create", R"({"title":"Fair","code":"fair"})");
  ok("campaign.create", R"({"title":"Mail","code":"mail"})");
  const auto first = lead(R"("name":"Gamma")"), second = lead(R"("name":"Delta")");
  const auto member = [&](int id, int campaign, std::int64_t who, const char* response) {
    run("insert into sl_campaign_member (id, company_id, campaign_id, kind, member_id, response, created_at, "
        "created_by, "
        "changed_at, changed_by) values (" +
        std::to_string(id) + ",1," + std::to_string(campaign) + ",'lead'," + std::to_string(who) + ",'" + response +
        "',5,6,7,8)");
  };
  member(1, 1, first, "none");
  member(2, 1, second, "interested");
  member(3, 2, second, "opened");
  const auto memberships = [&](std::int64_t id) { return json::serialize(shown(id).at("memberships")); };
  const std::string before = memberships(first) + memberships(second);
  ok("lead.merge", one(first, R"("merged":)" + std::to_string(second)));
  EXPECT_EQ(memberships(first), R"([{"campaign":1,"response":"interested","response_date":null},)"
                                R"({"campaign":2,"response":"opened","response_date":null}])");
  EXPECT_EQ(memberships(second), "[]");
  ok("lead.unmerge", one(second));
  EXPECT_EQ(memberships(first) + memberships(second), before);
  EXPECT_EQ(number("select count(*) from sl_campaign_member where id = 2 and created_at = 5 and changed_by = 8"), 1)
      << "the row that was dropped is back as it was";
  const auto done = ok("lead.convert", one(second, R"("opportunity":{})"));
  EXPECT_EQ(number("select count(*) from sl_campaign_member where kind = 'customer' and member_id = " +
                   std::to_string(done.at("customer").as_int64())),
            2);
  EXPECT_EQ(number("select count(*) from sl_touch"), 2) << "the campaigns touched its opportunity";
}

// E21: a manager over two reps, an outsider apart. There an assignment through a task lets one read, too; here the
// owner of a lead is who it is assigned to, and a task gives nothing.
TEST_F(Leads, E21AManagerSeesTheLeadsOfTheirReports) {
  const auto top = ok("group.create", R"({"title":"Top","code":"top","kind":"standard"})").at("id").as_int64();
  ok("group.create", R"({"title":"Reps","code":"reps","kind":"sales","parent":"top"})");
  ok("group.add_member", R"({"group":)" + std::to_string(top) + R"(,"employee":1,"from":"2025-01-01"})");
  ok("group.add_member", R"({"group":"reps","employee":2,"from":"2025-01-01"})");
  const auto own = lead(R"("name":"Rep","owner":2)"), apart = lead(R"("name":"Outsider","owner":3)");
  const auto sees = [&](std::int64_t employee, std::set<std::string> denied) {
    host.actor = {ActorKind::user, employee + 10, employee, "u", "U"};
    host.denied = std::move(denied);
    std::set<std::int64_t> ids;
    const json::object list = ok("lead.list");
    for (const auto& row : list.at("leads").as_array()) ids.insert(row.at("id").as_int64());
    return ids;
  };
  const std::set<std::string> rep{"sales_leads.lead.view_all", "sales_leads.lead.view_subtree",
                                  "sales_leads.lead.view_group"};
  const std::set<std::string> manager{"sales_leads.lead.view_all"};
  using Ids = std::set<std::int64_t>;
  EXPECT_EQ(sees(2, rep), Ids{own}) << "the owner";
  EXPECT_EQ(sees(1, manager), Ids{own}) << "the manager: what a report owns, and nothing of the outsider's";
  EXPECT_EQ(sees(3, rep), Ids{apart}) << "a peer and outsider";
  EXPECT_EQ(sees(1, rep), Ids{}) << "without the hierarchy one's own alone";
  EXPECT_EQ(sees(1, {}), (Ids{own, apart}));
}

}  // namespace
}  // namespace sales_leads::test
