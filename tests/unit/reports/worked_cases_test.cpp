// SPDX-License-Identifier: Apache-2.0
//
// The worked cases that reports answer: W7, W8, W9, W10, W12, and that every axis tells the same total.
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Reports : public CompanyFixture {
 protected:
  static std::string id_of(std::int64_t id) { return R"({"id":)" + std::to_string(id); }
};

TEST_F(Reports, W7_WeightedIsTheSumOfItsRows) {
  opportunity(R"("amount":{"minor":10000},"probability":"99.00")");
  opportunity(R"("amount":{"minor":20000},"probability":"0.00")");
  for (const char* axis : {"step", "status", "seller", "customer", "type", "month", "group"}) {
    EXPECT_EQ(minor(report("pipeline", std::string(R"({"rows":")") + axis + R"("})").at("totals"), "weighted"), 9'900)
        << axis;
  }
}

TEST_F(Reports, W8_ReturnOnWonBesideReturnOnInvoiced) {
  ok("campaign.create", R"({"title":"Fair","code":"fair"})");
  ok("campaign.add_cost", R"({"id":"fair","amount":{"minor":5000},"date":"2026-11-01"})");
  for (int i = 0; i < 2; ++i)
    ok("opportunity.win", id_of(opportunity(R"("amount":{"minor":10000},"campaign":"fair")")) + "}");
  const auto row = row_of(report("campaign_results"), "fair").at("measures").as_object();
  EXPECT_EQ(row.at("roi_on_won").as_string(), "300.00");
  EXPECT_EQ(row.at("roi").as_string(), "-100.00");
  ok("campaign.create", R"({"title":"Free","code":"free"})");
  EXPECT_TRUE(row_of(report("campaign_results"), "free").at("measures").at("roi").is_null());
}

TEST_F(Reports, W9_TwoSellersShareOneDeal) {
  const auto id = opportunity(
      R"("amount":{"minor":100000},"sellers":[{"employee":1,"share":"60.00"},{"employee":2,"share":"40.00"}])");
  ok("opportunity.win", id_of(id) + "}");
  const auto by_seller = report("pipeline", R"({"rows":"seller"})");
  EXPECT_EQ(minor(row_of(by_seller, "E1"), "amount"), 60'000);
  EXPECT_EQ(minor(row_of(by_seller, "E2"), "amount"), 40'000);
  EXPECT_EQ(minor(by_seller.at("totals"), "amount"), 100'000);
  EXPECT_EQ(by_seller.at("totals").at("measures").at("count").to_number<int>(), 1);
}

TEST_F(Reports, W10_BySource) {
  ok("campaign.create", R"({"title":"Fair","code":"fair"})");
  const auto web = opportunity(R"("source":"web","campaign":"fair")"),
             phone = opportunity(R"("source":"phone","campaign":"fair")");
  order(1, 10'000, "2026-11-23");
  order(2, 1'000, "2026-11-23");
  reference("order", 1, "opportunity", web);
  reference("order", 2, "opportunity", phone);
  drain();
  const auto by_source = report("sales", R"({"rows":"source","filter":{"campaign":"fair"}})");
  EXPECT_EQ(minor(row_of(by_source, "web"), "ordered"), 10'000);
  EXPECT_EQ(minor(row_of(by_source, "phone"), "ordered"), 1'000);
  EXPECT_EQ(minor(by_source.at("totals"), "ordered"), 11'000);
  EXPECT_EQ(minor(row_of(report("campaign_results"), "fair"), "ordered"), 11'000);
}

TEST_F(Reports, W12_TwoAugustsAreTwoMonths) {
  ok("opportunity.import",
     R"({"rows":[{"title":"a","customer":1,"status":"won","start":"2021-01-01","closed_on":"2021-08-10","amount":{"minor":100}},)"
     R"({"title":"b","customer":1,"status":"won","start":"2021-01-01","closed_on":"2022-08-10","amount":{"minor":200}}]})");
  const auto by_month = report("pipeline", R"({"rows":"month"})");
  EXPECT_EQ(minor(row_of(by_month, "2021-08"), "amount"), 100);
  EXPECT_EQ(minor(row_of(by_month, "2022-08"), "amount"), 200);
  EXPECT_EQ(by_month.at("rows").as_array().size(), 2U);
}

TEST_F(Reports, EveryAxisTellsTheSameTotal) {
  ok("group.import", R"({"rows":[{"path":["Sales","East"],"employee":1}]})");
  ok("campaign.create", R"({"title":"Fair","code":"fair"})");
  const auto a = opportunity(
      R"("source":"web","type":"new_sale","campaign":"fair","sellers":[{"employee":1,"share":"33.33"},{"employee":2,"share":"66.67"}])");
  order(1, 10'001, "2026-10-31");
  order(2, 777, "2026-11-01", 3, 2);
  invoice(3, 5'555, "2026-11-02", 2, 2);
  invoice(4, -55, "2026-11-03", 2, 2);
  reference("order", 1, "opportunity", a);
  drain();
  for (const char* rows : {"month", "quarter", "year", "seller", "group", "customer", "project", "type", "source",
                           "campaign", "step", "status"}) {
    for (const char* columns : {"month", "seller", "customer", "source"}) {
      const auto answer = report("sales", std::string(R"({"rows":")") + rows + R"(","columns":")" + columns + R"("})");
      for (const auto& [measure, total] :
           {std::pair{"ordered", 10'778}, {"invoices", 5'555}, {"credits", -55}, {"invoiced", 5'500}}) {
        EXPECT_EQ(minor(answer.at("totals"), measure), total) << rows << " × " << columns;
        std::int64_t sum = 0;
        for (const auto& row : answer.at("rows").as_array()) sum += minor(row, measure);
        EXPECT_EQ(sum, total) << rows << " × " << columns;
      }
    }
  }
  EXPECT_EQ(minor(row_of(report("sales", R"({"rows":"group"})"), "none"), "ordered"),
            10'778 - minor(row_of(report("sales", R"({"rows":"seller"})"), "E1"), "ordered"))
      << "Others";
}

TEST_F(Reports, ASellersTotalsCoverTheirOwnAndSaySo) {
  opportunity(R"("owner":1,"amount":{"minor":500})");
  opportunity(R"("owner":2,"amount":{"minor":70})");
  order(1, 1'000, "2026-11-23", 1, 2);
  order(2, 30, "2026-11-23", 2, 2);
  drain();
  host.actor = {ActorKind::user, 12, 2, "sara", "Sara"};
  EXPECT_EQ(report("sales", R"({"rows":"month"})").at("scope").as_string(), "all");
  host.denied = {"sales_leads.opportunity.view_all", "sales_leads.opportunity.view_subtree",
                 "sales_leads.opportunity.view_group"};
  const auto own = report("sales", R"({"rows":"month"})");
  EXPECT_EQ(own.at("scope").as_string(), "own");
  EXPECT_EQ(minor(own.at("totals"), "ordered"), 30);
  EXPECT_EQ(minor(report("sales", R"({"rows":"customer"})").at("totals"), "ordered"), 30);
  EXPECT_EQ(minor(report("pipeline", "{}").at("totals"), "amount"), 70);
}

TEST_F(Reports, ToLinkSaysWhyInTheCallersWords) {
  opportunity("", "A");
  opportunity("", "B");
  order(1, 1'000, "2026-11-23");
  drain();
  call.locale = "sv";
  const auto answer = report("to_link");
  ASSERT_EQ(answer.at("rows").as_array().size(), 1U);
  const auto& row = answer.at("rows").at(0).as_object();
  EXPECT_EQ(row.at("reason").as_string(), "customer.several");
  EXPECT_NE(row.at("reason_text").as_string(), row.at("reason").as_string());
  EXPECT_EQ(row.at("suggestions").as_array().size(), 2U);
}

TEST_F(Reports, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(report("sales", R"({"rows":"moon"})"), Failure);
  EXPECT_THROW(report("sales", R"({"colums":"month"})"), Failure);
  EXPECT_THROW(report("gossip"), Failure);
}

}  // namespace
}  // namespace sales_leads::test
