// SPDX-License-Identifier: Apache-2.0
//
// Links by hand, and what the ledger says after each.
#include "unit/services/company_fixture.h"

namespace sales_leads::test {
namespace {

class Links : public CompanyFixture {
 protected:
  std::int64_t linked_to(std::int64_t opportunity) {
    return number("select coalesce(sum(company_minor), 0) from sl_ledger where opportunity_id = " +
                  std::to_string(opportunity));
  }
  std::string share(std::int64_t opportunity, const char* part) {
    return R"({"opportunity":)" + std::to_string(opportunity) + R"(,"share":")" + part + R"("})";
  }
  const std::string order_1 = R"({"document_kind":"order","document":1)";
};

TEST_F(Links, AHandSetLinkMovesTheMoneyAndUndoTakesItBack) {
  const auto a = opportunity("", "A"), b = opportunity("", "B");
  order(1, 1'001, "2026-11-23");
  drain();
  EXPECT_EQ(linked_to(a) + linked_to(b), 0) << "two candidates: nobody decides but people";
  EXPECT_EQ(ok("link.show", order_1 + "}").at("decision").at("reason").as_string(), "customer.several");
  ok("link.set",
     order_1 + R"(,"shares":[)" + share(a, "50.00") + "," + share(b, "50.00") + R"(],"reason":"shared deal"})");
  EXPECT_EQ(linked_to(a), 501);
  EXPECT_EQ(linked_to(b), 500);
  ok("link.undo", order_1 + R"(,"opportunity":)" + std::to_string(b) + "}");
  EXPECT_EQ(linked_to(a), 501);
  EXPECT_EQ(linked_to(b), 0);
  EXPECT_EQ(linked_to(0), 500);
  ok("link.undo", order_1 + "}");
  EXPECT_EQ(linked_to(a), 0);
  EXPECT_EQ(linked_to(0), 1'001);
}

TEST_F(Links, AnUndoneRuleIsNotProposedAgain) {
  const auto a = opportunity("", "A");
  order(1, 1'000, "2026-11-23");
  drain();
  ASSERT_EQ(linked_to(a), 1'000);
  const auto shown = ok("link.show", order_1 + "}");
  EXPECT_EQ(shown.at("decision").at("rule").as_string(), "customer");
  EXPECT_FALSE(shown.at("decision").at("reason_text").as_string().empty());
  ok("link.undo", order_1 + R"(,"opportunity":)" + std::to_string(a) + "}");
  EXPECT_EQ(linked_to(a), 0);
  ok("link.rerun", R"({"from":"2026-01-01"})");
  EXPECT_EQ(linked_to(a), 0);
}

TEST_F(Links, AnUndoneRuleBindsThatRuleAlone) {
  ok("campaign.create", R"({"title":"Fair"})");
  const auto a = opportunity(R"("campaign":"fair")", "A");
  order(1, 1'000, "2026-11-23");
  drain();
  ok("link.undo", order_1 + R"(,"opportunity":)" + std::to_string(a) + "}");
  ASSERT_EQ(linked_to(a), 0);
  reference("order", 1, "campaign", 1);
  ok("link.rerun", R"({"from":"2026-01-01"})");
  EXPECT_EQ(linked_to(a), 1'000) << "undone was the customer's rule; the document's campaign is another reason";
  EXPECT_EQ(ok("link.show", order_1 + "}").at("decision").at("rule").as_string(), "campaign");
}

TEST_F(Links, RefusesSharesThatCannotBe) {
  const auto a = opportunity("", "A"), b = opportunity("", "B");
  order(1, 1'000, "2026-11-20");
  EXPECT_EQ(refused("link.set", order_1 + R"(,"shares":[)" + share(a, "60") + "," + share(b, "40.01") + "]}").key(),
            "link.shares.sum");
  EXPECT_EQ(refused("link.set", order_1 + R"(,"shares":[)" + share(a, "60") + "," + share(a, "40") + "]}").key(),
            "link.shares.twice");
  EXPECT_EQ(refused("link.set", order_1 + R"(,"shares":[)" + share(99, "60") + "]}").key(), "opportunity.not_found");
  EXPECT_EQ(refused("link.set", R"({"document_kind":"order","document":2,"shares":[)" + share(a, "60") + "]}").key(),
            "document.not_found");
  EXPECT_EQ(refused("link.undo", order_1 + R"(,"opportunity":)" + std::to_string(a) + "}").key(), "link.none");
}

TEST_F(Links, TheLedgerIsReadInPagesAndVerified) {
  const auto a = opportunity("", "A");
  for (int i = 1; i <= 7; ++i) order(i, 100 * i, "2026-11-23");
  drain();
  std::int64_t sum = 0, pages = 0;
  std::string after;
  for (bool more = true; more; ++pages) {
    const auto page = ok("ledger.balances", R"({"limit":2,"after":")" + after + R"("})");
    for (const auto& row : page.at("balances").as_array()) {
      sum += row.at("company_minor").as_int64();
      EXPECT_EQ(row.at("opportunity").as_int64(), a);
      EXPECT_EQ(row.at("measure").as_string(), "ordered");
      EXPECT_EQ(row.at("effective_date").as_string(), "2026-11-23");
    }
    more = !page.at("next").is_null();
    if (more) after = std::string(page.at("next").as_string());
  }
  EXPECT_EQ(sum, 2'800);
  EXPECT_GE(pages, 4);
  EXPECT_TRUE(ok("ledger.verify").at("ok").as_bool());
  run("update sl_rollup_day set company_minor = company_minor + 1");
  EXPECT_FALSE(ok("ledger.verify").at("ok").as_bool());
  ok("ledger.rebuild");
  EXPECT_TRUE(ok("ledger.verify").at("ok").as_bool());
  EXPECT_EQ(refused("ledger.balances", R"({"after":"nonsense"})").key(), "page.invalid");
}

TEST_F(Links, SharesFromAnEarlierDayRestateWhatFollowed) {
  host.clock_us = at("2026-01-10");
  const auto a = opportunity(R"("owner":1)", "A");
  host.clock_us = at("2026-11-23");
  order(1, 1'000, "2026-03-01");
  order(2, 1'000, "2026-09-01");
  ok("opportunity.update", R"({"id":)" + std::to_string(a) + R"(,"planned_close":"2027-01-01"})");
  drain();
  const auto seller = [&](int id) {
    return number("select coalesce(sum(company_minor), 0) from sl_ledger where seller_id = " + std::to_string(id));
  };
  ASSERT_EQ(seller(1), 2'000);
  ok("opportunity.set_sellers",
     R"({"id":)" + std::to_string(a) +
         R"(,"sellers":[{"employee":2,"share":100}],"from":"2026-06-01","reason":"Sara since June"})");
  EXPECT_EQ(seller(1), 1'000);
  EXPECT_EQ(seller(2), 1'000);
}

}  // namespace
}  // namespace sales_leads::test
