// SPDX-License-Identifier: Apache-2.0
//
// Campaigns, lists, steps, pipelines and groups.
#include "services/campaigns.h"
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Settings : public CompanyFixture {};

TEST_F(Settings, ANewCompanyFindsItsLists) {
  const auto steps = ok("step.list").at("steps").as_array();
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_EQ(steps[0].at("code").as_string(), "first_meeting");
  EXPECT_EQ(steps[0].at("probability").as_string(), "10.00");
  EXPECT_EQ(steps[4].at("status").as_string(), "won");
  EXPECT_EQ(steps[5].at("rejection_rule").as_string(), "asked");
  EXPECT_EQ(ok("customer_status.list").at("entries").as_array().size(), 3U);
  ok("pipeline.list");
  EXPECT_EQ(number("select count(*) from sl_pipeline"), 1) << "laid out once";
}

TEST_F(Settings, ACampaignIsCodedByItsTitleAndUnique) {
  EXPECT_EQ(services::code_from("Höstmässan i Älvsjö!"), "hostmassan_i_alvsjo");
  EXPECT_EQ(services::code_from("  "), "entry");
  const auto first = ok("campaign.create", R"({"title":"Vår 26","start":"2026-03-01","end":"2026-05-31"})");
  EXPECT_EQ(first.at("code").as_string(), "var_26");
  EXPECT_EQ(ok("campaign.create", R"({"title":"Vår 26"})").at("code").as_string(), "var_26_2");
  EXPECT_EQ(refused("campaign.create", R"({"title":"x","code":"var_26"})").key(), "campaign.code.taken");
  EXPECT_EQ(refused("campaign.update", R"({"id":"var_26","end":"2026-02-01"})").key(), "campaign.end.before_start");
  ok("campaign.update", R"({"id":"var_26","archived":true})");
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":1,"campaign":"var_26"})").key(),
            "reference.archived");
}

TEST_F(Settings, ACostKeepsItsOwnCurrencyAndTheCompanys) {
  ok("campaign.create", R"({"title":"Fair"})");
  EXPECT_EQ(refused("campaign.add_cost", R"({"id":"fair","amount":{"minor":100,"currency":"EUR"},"date":"2026-03-01"})")
                .key(),
            "rate.missing");
  host.rates["EUR"] = {115, -1, 0};
  ok("campaign.add_cost",
     R"({"id":"fair","amount":{"minor":10003,"currency":"EUR"},"date":"2026-03-01","text":"Stand"})");
  const auto costs = ok("campaign.get", R"({"id":"fair"})").at("costs").as_array();
  ASSERT_EQ(costs.size(), 1U);
  EXPECT_EQ(costs[0].at("company_amount").at("minor").as_int64(), 115'035) << "half up: 1150.345";
}

TEST_F(Settings, AUsedEntryIsArchivedAndStaysWhereItStands) {
  ok("type.create", R"({"title":{"en":"Service","sv":"Tjänst","nb":"Tjeneste"}})");
  const auto id = opportunity(R"("type":"Tjänst")");
  ok("type.archive", R"({"id":"service"})");
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":1,"type":"service"})").key(),
            "reference.archived");
  ok("opportunity.update", R"({"id":)" + std::to_string(id) + R"(,"type":"service","title":"kept"})");
  call.locale = "sv";
  EXPECT_EQ(ok("opportunity.get", R"({"id":)" + std::to_string(id) + "}").at("type").at("title").as_string(), "Tjänst");
}

TEST_F(Settings, AStepKeepsWhatItsOpportunitiesRelyOn) {
  opportunity(R"("step":"offer")");
  EXPECT_EQ(refused("step.update", R"({"id":"offer","status":"won","probability":100})").key(), "step.status.used");
  EXPECT_EQ(refused("step.update", R"({"id":"closed_won","probability":90})").key(), "step.status.probability");
  EXPECT_EQ(refused("step.archive", R"({"id":"closed_won"})").key(), "step.last");
  ok("step.archive", R"({"id":"final_phase"})");
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":1,"step":"final_phase"})").key(),
            "reference.archived");
}

TEST_F(Settings, ModelsHaveTheirDay) {
  ok("pipeline.set_model", R"({"model":"linear","valid_from":"2026-01-01"})");
  ok("pipeline.set_model", R"({"model":"last","valid_from":"2026-01-01"})");
  EXPECT_EQ(refused("pipeline.set_model", R"({"model":"weights"})").key(), "pipeline.weights.missing");
  ok("pipeline.set_model", R"({"model":"weights","weights":[50,30,20],"valid_from":"2026-06-01"})");
  const auto models = ok("pipeline.list").at("pipelines").at(0).at("models").as_array();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].at("model").as_string(), "last");
  EXPECT_EQ(models[1].at("weights").as_string(), "50,30,20");
  ok("pipeline.update",
     R"({"on_order_confirmed":"won","link_window_days":120,"expected_version":4})");  // its models count
  EXPECT_EQ(refused("pipeline.update", R"({"link_window_days":1,"expected_version":4})").key(),
            "pipeline.version.conflict");
}

TEST_F(Settings, OneSalesGroupAtATime) {
  ok("group.create", R"({"title":"North"})");
  ok("group.create", R"({"title":"South"})");
  ok("group.create", R"({"title":"Fire wardens","kind":"standard"})");
  ok("group.add_member", R"({"group":"north","employee":1,"from":"2026-01-01","to":"2026-06-30"})");
  EXPECT_EQ(refused("group.add_member", R"({"group":"south","employee":1,"from":"2026-06-30"})").key(),
            "group.member.elsewhere");
  ok("group.add_member", R"({"group":"south","employee":"E1","from":"2026-07-01"})");
  ok("group.add_member", R"({"group":"fire_wardens","employee":1,"from":"2026-01-01"})");
  EXPECT_EQ(
      refused("group.add_member", R"({"group":"north","employee":2,"from":"2026-02-01","to":"2026-01-01"})").key(),
      "group.member.dates");
}

TEST_F(Settings, TheGroupTreeComesInOnce) {
  const std::string rows =
      R"({"rows":[{"path":["Sales","East"],"employee":"Erik Lindqvist"},{"path":["Sales","East"],"employee":"E2"},{"path":["Sales","West"],"employee":3}]})";
  auto done = ok("group.import", rows);
  EXPECT_EQ(done.at("groups").to_number<int>(), 3);
  EXPECT_EQ(done.at("members").to_number<int>(), 3);
  done = ok("group.import", rows);
  EXPECT_EQ(done.at("groups").to_number<int>(), 0);
  EXPECT_EQ(done.at("members").to_number<int>(), 0);
  EXPECT_EQ(refused("group.import", R"({"rows":[{"path":["Sales"],"employee":"Nobody"}]})").key(),
            "reference.not_found");
}

}  // namespace
}  // namespace sales_leads::test
