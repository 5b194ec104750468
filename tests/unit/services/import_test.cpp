// SPDX-License-Identifier: Apache-2.0
//
// Thousands of opportunities at once: all or nothing, errors row by row, and as true to time as those entered by hand.
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Import : public CompanyFixture {
 protected:
  json::object import(const std::string& rows, const std::string& rest = "") {
    return ok("opportunity.import", R"({"rows":[)" + rows + "]" + rest + "}");
  }
};

const char* const kWon =
    R"({"external_id":"A1","title":"GTX","customer_name":"Alfa","owner":"Erik Lindqvist","step":"closed_won","start":"2016-10-20","closed_on":"2017-03-01","amount":{"minor":105400}})";

TEST_F(Import, OpenFromItsStartWonAtItsClosing) {
  const auto done = import(kWon);
  EXPECT_EQ(done.at("accepted").to_number<int>(), 1);
  const auto at_noon = [](const std::string& day, int hours) { return at(day) + (hours - 10) * 3'600 * kSecond; };
  EXPECT_EQ(
      number(
          "select effective_at from sl_field_history where field = 'status' and value = 'open' and origin = 'import'"),
      at_noon("2016-10-20", 10))
      << "noon in Stockholm's summer";
  EXPECT_EQ(number("select effective_at from sl_field_history where field = 'status' and value = 'won'"),
            at_noon("2017-03-01", 11))
      << "noon in Stockholm's winter";
  EXPECT_EQ(number("select count(*) from sl_field_history"), 12);
  EXPECT_EQ(number("select owner_id from sl_opportunity"), 1);
  EXPECT_EQ(number("select actual_close from sl_opportunity"), *domain::parse_date("2017-03-01"));
}

TEST_F(Import, OneBadRowRefusesAllAndSaysWhich) {
  const std::string bad =
      R"({"title":"x","customer_number":"C77"},{"title":"y","customer":2,"amount":{"minor":"many"}},{"customer":2})";
  const auto done = import(std::string(kWon) + "," + bad);
  EXPECT_EQ(done.at("accepted").to_number<int>(), 0);
  const auto& rejected = done.at("rejected").as_array();
  ASSERT_EQ(rejected.size(), 3U);
  EXPECT_EQ(rejected[0].at("row").to_number<int>(), 2);
  EXPECT_EQ(rejected[0].at("field").as_string(), "customer_number");
  EXPECT_EQ(rejected[0].at("value").as_string(), "C77");
  EXPECT_FALSE(rejected[0].at("message").as_string().empty());
  EXPECT_EQ(rejected[1].at("field").as_string(), "amount.minor");
  EXPECT_EQ(rejected[2].at("field").as_string(), "title");
  EXPECT_EQ(number("select count(*) from sl_opportunity"), 0);
  EXPECT_EQ(number("select count(*) from sl_field_history"), 0);
}

TEST_F(Import, KeepsTheGoodOnesWhenAsked) {
  const auto done = import(std::string(kWon) + R"(,{"title":"x","customer_number":"C77"})", R"(,"keep_good":true)");
  EXPECT_EQ(done.at("accepted").to_number<int>(), 1);
  EXPECT_EQ(done.at("rejected").as_array().size(), 1U);
  EXPECT_EQ(number("select count(*) from sl_opportunity"), 1);
}

TEST_F(Import, AnExternalIdComesOnce) {
  const auto twice = import(std::string(kWon) + "," + kWon);
  EXPECT_EQ(twice.at("rejected").at(0).at("key").as_string(), "opportunity.external_id.taken");
  import(kWon);
  EXPECT_EQ(import(kWon).at("rejected").at(0).at("field").as_string(), "external_id");
}

TEST_F(Import, ClosedOnesHaveTheirDay) {
  const auto done = import(R"({"title":"a","customer":1,"status":"won","start":"2026-01-01"},)"
                           R"({"title":"b","customer":1,"status":"won","start":"2026-05-01","closed_on":"2026-04-01"},)"
                           R"({"title":"c","customer":1,"closed_on":"2026-04-01"},)"
                           R"({"title":"d","customer":1,"status":"won","step":"offer","closed_on":"2026-04-01"})");
  const auto& rejected = done.at("rejected").as_array();
  ASSERT_EQ(rejected.size(), 4U);
  EXPECT_EQ(rejected[0].at("key").as_string(), "opportunity.closed_on.missing");
  EXPECT_EQ(rejected[1].at("key").as_string(), "opportunity.closed_on.invalid");
  EXPECT_EQ(rejected[2].at("key").as_string(), "opportunity.closed_on.open");
  EXPECT_EQ(rejected[3].at("key").as_string(), "opportunity.status.step");
}

TEST_F(Import, ForeignAmountsTakeTheRateOfTheirStart) {
  host.rates["EUR"] = {11, 0, 0};
  import(R"({"title":"a","customer":1,"start":"2026-01-01","amount":{"minor":100,"currency":"EUR"}},)"
         R"({"title":"b","customer":1,"start":"2026-02-01","amount":{"minor":100,"currency":"EUR"}})");
  EXPECT_EQ(number("select sum(company_minor) from sl_opportunity"), 2'200);
  const auto done = import(R"({"title":"c","customer":1,"amount":{"minor":100,"currency":"NOK"}})");
  EXPECT_EQ(done.at("rejected").at(0).at("key").as_string(), "rate.missing");
}

TEST_F(Import, TakesThousandsInOneGo) {
  std::string rows;
  for (int i = 0; i < 2'000; ++i) {
    const std::string id = std::to_string(i);
    rows += (i == 0 ? "" : ",") + std::string(R"({"external_id":"X)") + id + R"(","title":"Deal )" + id +
            R"(","customer_number":"C)" + std::to_string(1 + i % 2) + R"(","owner":"E)" + std::to_string(1 + i % 3) +
            R"(","amount":{"minor":100},"start":"2026-01-01"})";
  }
  EXPECT_EQ(import(rows).at("accepted").to_number<int>(), 2'000);
  EXPECT_EQ(number("select count(*) from sl_field_history"), 22'000);
  EXPECT_EQ(number("select count(distinct opportunity_id) from sl_step_visit"), 2'000);
  EXPECT_EQ(number("select count(*) from sl_audit where action = 'opportunity.import'"), 2'000);
}

}  // namespace
}  // namespace sales_leads::test
