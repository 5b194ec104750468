// SPDX-License-Identifier: Apache-2.0
//
// Rules 1, 2, 3 and 5 of opportunities, through the door that every caller uses.
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Opportunities : public CompanyFixture {
 protected:
  json::object get(std::int64_t id) { return ok("opportunity.get", R"({"id":)" + std::to_string(id) + "}"); }
  json::object act(const std::string& name, std::int64_t id, const std::string& rest = "") {
    return ok("opportunity." + name, R"({"id":)" + std::to_string(id) + (rest.empty() ? "" : "," + rest) + "}");
  }
  std::string text(const json::object& object, const char* name) { return std::string(object.at(name).as_string()); }
  std::int64_t history(std::int64_t id, const std::string& field) {
    return number("select count(*) from sl_field_history where opportunity_id = " + std::to_string(id) +
                  " and field = '" + field + "'");
  }
};

TEST_F(Opportunities, AStepBringsItsProbabilityAndStatus) {
  const auto id = opportunity(R"("step":"offer")");
  EXPECT_EQ(text(get(id), "probability"), "40.00");
  act("set_step", id, R"("step":"negotiation")");
  EXPECT_EQ(text(get(id), "probability"), "60.00");
  act("set_step", id, R"("step":"closed_won")");
  EXPECT_EQ(text(get(id), "status"), "won");
  EXPECT_EQ(text(get(id), "actual_close"), "2026-11-23");
}

TEST_F(Opportunities, AHandSetProbabilityStaysUntilReset) {
  const auto id = opportunity(R"("step":"offer","probability":"99.00")");
  act("set_step", id, R"("step":"negotiation")");
  EXPECT_EQ(text(get(id), "probability"), "99.00");
  act("win", id);
  EXPECT_EQ(text(get(id), "effective_probability"), "100.00");
  act("reopen", id);
  EXPECT_EQ(text(get(id), "effective_probability"), "99.00");
  EXPECT_EQ(get(id).at("step").at("code").as_string(), "negotiation");
  act("update", id, R"("probability":null)");
  EXPECT_EQ(text(get(id), "probability"), "60.00");
}

TEST_F(Opportunities, LostDemandsItsRejectionOnEveryPath) {
  ok("step.update", R"({"id":"closed_lost","rejection_rule":"required"})");
  const auto id = opportunity("");
  const std::string key = "opportunity.rejection.missing";
  const std::string this_one = R"({"id":)" + std::to_string(id);
  EXPECT_EQ(refused("opportunity.lose", this_one + "}").key(), key);
  EXPECT_EQ(refused("opportunity.set_step", this_one + R"(,"step":"closed_lost"})").key(), key);
  EXPECT_EQ(refused("opportunity.update", this_one + R"(,"step":"closed_lost"})").key(), key);
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":1,"step":"closed_lost"})").key(), key);
  const auto import =
      ok("opportunity.import",
         R"({"rows":[{"title":"x","customer":1,"status":"lost","start":"2026-01-01","closed_on":"2026-02-01"}]})");
  EXPECT_EQ(import.at("accepted").to_number<int>(), 0);
  act("lose", id, R"("rejection":"price","note":"too dear")");
  EXPECT_EQ(refused("opportunity.update", this_one + R"(,"rejection":null})").key(), key);
  EXPECT_EQ(get(id).at("rejection").at("code").as_string(), "price");
  EXPECT_EQ(text(get(id), "effective_probability"), "0.00");
  act("reopen", id);
  EXPECT_TRUE(get(id).at("rejection").is_null());
}

TEST_F(Opportunities, AStepsDefaultRejectionFillsIn) {
  ok("step.update", R"({"id":"closed_lost","rejection_rule":"required","default_rejection":"no_need"})");
  const auto id = opportunity("");
  act("lose", id);
  EXPECT_EQ(get(id).at("rejection").at("code").as_string(), "no_need");
}

TEST_F(Opportunities, TheStatusIsTheStepsMeaningNotItsName) {
  ok("step.create", R"({"title":"Lost in the post","code":"closed_lost_post","probability":20,"position":3})");
  const auto id = opportunity(R"("step":"closed_lost_post")");
  EXPECT_EQ(text(get(id), "status"), "open");
}

TEST_F(Opportunities, ExpiredIsNeitherWonNorLostAndComesBack) {
  const auto id = opportunity("");
  act("expire", id);
  EXPECT_EQ(text(get(id), "status"), "expired");
  EXPECT_EQ(refused("opportunity.reopen", R"({"id":)" + std::to_string(opportunity("")) + "}").key(),
            "opportunity.status.open");
  act("reopen", id);
  EXPECT_EQ(text(get(id), "status"), "open");
  EXPECT_TRUE(get(id).at("actual_close").is_null());
}

TEST_F(Opportunities, SharesAddUpToTheWhole) {
  const std::string head = R"({"title":"x","customer":1,"sellers":[)";
  EXPECT_EQ(
      refused("opportunity.create", head + R"({"employee":1,"share":"60.00"},{"employee":2,"share":"39.99"}]})").key(),
      "opportunity.sellers.sum");
  EXPECT_EQ(refused("opportunity.create", head + R"({"employee":1,"share":50},{"employee":"E1","share":50}]})").key(),
            "opportunity.sellers.twice");
  const auto id = opportunity(
      R"("sellers":[{"employee":1,"share":"33.34"},{"employee":2,"share":"33.33"},{"employee":"Amir Nasser","share":"33.33"}])");
  EXPECT_EQ(get(id).at("sellers").as_array().size(), 3U);
}

TEST_F(Opportunities, SharesHoldFromTheirDay) {
  host.clock_us = at("2026-01-10");
  const auto id = opportunity(R"("owner":1)");
  EXPECT_EQ(get(id).at("sellers").at(0).at("employee").at("number").as_string(), "E1");
  host.clock_us = at("2026-03-10");
  const std::string sellers = R"("sellers":[{"employee":2,"share":100}])";
  EXPECT_EQ(refused("opportunity.set_sellers", R"({"id":1,)" + sellers + R"(,"from":"2026-02-01"})").key(),
            "opportunity.sellers.reason");
  act("set_sellers", id, sellers + R"(,"from":"2026-02-01","reason":"Sara took over")");
  EXPECT_EQ(number("select min(effective_at) from sl_opportunity_seller"), at("2026-02-01") - 11 * 3'600 * kSecond);
}

TEST_F(Opportunities, TheCompanyAmountIsOfTheStoredRate) {
  host.rates["EUR"] = {11425, -3, 0};
  const auto id = opportunity(R"("amount":{"minor":10000,"currency":"EUR"},"start":"2026-05-01")");
  EXPECT_EQ(get(id).at("company_amount").at("minor").as_int64(), 114'250);
  EXPECT_EQ(get(id).at("rate").at("date").as_string(), "2026-05-01");
  host.rates["EUR"] = {12, 0, 0};
  act("update", id, R"("title":"New name")");
  EXPECT_EQ(get(id).at("company_amount").at("minor").as_int64(), 114'250) << "only a change of amount takes a new rate";
  act("update", id, R"("amount":{"minor":10001})");
  EXPECT_EQ(get(id).at("company_amount").at("minor").as_int64(), 120'012);
}

TEST_F(Opportunities, AMissingRateIsRefusedNeverOneToOne) {
  const auto failure =
      refused("opportunity.create", R"({"title":"x","customer":1,"amount":{"minor":1,"currency":"NOK"}})");
  EXPECT_EQ(failure.key(), "rate.missing");
  EXPECT_NE(std::string(failure.what()).find("NOK"), std::string::npos);
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":1,"amount":{"minor":1,"currency":"XXQ"}})").key(),
            "currency.unknown");
  host.rates["JPY"] = {68, -3, 0};
  const auto id = opportunity(R"("amount":{"minor":100000,"currency":"JPY"})");
  EXPECT_EQ(get(id).at("company_amount").at("minor").as_int64(), 680'000) << "100 000 yen have no minor units";
}

TEST_F(Opportunities, LinesGiveTheAmountUnlessItIsGiven) {
  const std::string lines =
      R"("lines":[{"product":"Lamp","quantity":"2.5","net":10000},{"product":"Work","net":5050}])";
  const auto by_lines = get(opportunity(lines));
  EXPECT_EQ(by_lines.at("amount").at("minor").as_int64(), 15'050);
  EXPECT_EQ(text(by_lines, "amount_origin"), "lines");
  const auto by_hand = get(opportunity(lines + R"(,"amount":{"minor":14000})"));
  EXPECT_EQ(by_hand.at("amount").at("minor").as_int64(), 14'000);
  EXPECT_EQ(text(by_hand, "amount_origin"), "user");
}

TEST_F(Opportunities, KeepsTheHistoryOfWhatChanged) {
  host.clock_us = at("2026-01-10");
  const auto id = opportunity(R"("owner":1,"planned_close":"2026-03-01")");
  EXPECT_EQ(history(id, "owner"), 1);
  host.clock_us = at("2026-02-10");
  act("update", id, R"("owner":2,"planned_close":"2026-04-01")");
  EXPECT_EQ(history(id, "owner"), 2);
  EXPECT_EQ(history(id, "customer"), 1);
  EXPECT_EQ(get(id).at("times_slipped").as_int64(), 1);
  act("update", id, R"("planned_close":"2026-03-15")");
  EXPECT_EQ(get(id).at("times_slipped").as_int64(), 1);
}

TEST_F(Opportunities, AChangeDatedBackKeepsWhatWasBeforeAndHoldsNow) {
  host.clock_us = at("2026-06-10");
  const auto id = opportunity(R"("start":"2026-01-01")");  // entered in June …
  act("win", id, R"("effective_at":"2026-02-01")");        // … but won in February
  const auto status_at = [&](const std::string& day) {
    return number(
        "select case value when 'won' then 1 else 0 end from sl_field_history where field = 'status' and "
        "effective_at <= " +
        std::to_string(at(day)) + " order by effective_at desc, id desc limit 1");
  };
  EXPECT_EQ(status_at("2026-03-01"), 1);
  EXPECT_EQ(status_at("2026-06-11"), 1);
  EXPECT_EQ(
      number("select count(*) from sl_field_history o join sl_field_history w on w.effective_at = o.effective_at + 1 "
             "where o.field = 'status' and w.field = 'status' and o.value = 'open' and w.value = 'won'"),
      1)
      << "open until it was won";
}

TEST_F(Opportunities, NeedsACustomerOrAProjectOfThisCompany) {
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x"})").key(), "opportunity.customer.missing");
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":9})").key(), "reference.not_found");
  EXPECT_EQ(refused("opportunity.create", R"({"title":"x","customer":4})").key(), "reference.not_found");
  ok("opportunity.create", R"({"title":"x","project":"P1"})");
  const auto merged = ok("opportunity.create", R"({"title":"x","customer":3})").at("id").as_int64();
  EXPECT_EQ(get(merged).at("customer").at("id").as_int64(), 1) << "read through the merge";
}

}  // namespace
}  // namespace sales_leads::test
