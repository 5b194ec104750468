// SPDX-License-Identifier: Apache-2.0
//
// What holds for every action: schema, rights, request ids, versions, words, audit.
#include "unit/services/company_fixture.h"

#include <fstream>

#include "actions/declarations.h"
#include "actions/registry.h"
#include "services/messages.h"

namespace sales_leads::test {
namespace {

class Actions : public CompanyFixture {};

TEST_F(Actions, EveryDeclaredActionHasAUseCaseAndAnExampleThatItsSchemaLetsThrough) {
  const auto declared = actions::Declarations::load(std::string(PROJECT_DIR) + "/schemas/actions", "input");
  EXPECT_GT(declared.all().size(), 55U);
  for (const auto& [name, action] : declared.all()) {
    EXPECT_NE(actions::handler_of(name), nullptr) << name;
    EXPECT_NO_THROW(action.input->check(action.data.at("example").at("input"))) << name;
    for (const char* language : {"en", "sv", "nb"}) {
      EXPECT_TRUE(action.data.at("summary").as_object().contains(language)) << name;
    }
  }
}

TEST_F(Actions, EveryDeclaredErrorHasWordsInThreeLanguages) {
  const auto declared = actions::Declarations::load(std::string(PROJECT_DIR) + "/schemas/actions", "input");
  const auto messages = services::Messages::load(std::string(PROJECT_DIR) + "/schemas/i18n");
  for (const auto& [name, action] : declared.all()) {
    for (const auto& key : action.data.at("errors").as_array()) {
      for (const char* language : {"en", "sv", "nb"}) {
        const std::string text(key.as_string());
        EXPECT_NE(messages.text(language, text), text) << name;
      }
    }
  }
}

TEST_F(Actions, AFailureNamesFieldValueAndRemedy) {
  auto failure = refused("opportunity.create", R"({"title":"x","customer":1,"amount":{"minor":-5}})");
  EXPECT_EQ(failure.key(), "opportunity.amount.invalid");
  EXPECT_EQ(failure.code(), Code::invalid_argument);
  EXPECT_NE(std::string(failure.what()).find("amount.minor"), std::string::npos) << failure.what();
  EXPECT_NE(std::string(failure.what()).find("-5"), std::string::npos) << failure.what();
  failure = refused("opportunity.create", R"({"customer":1})");
  EXPECT_EQ(failure.key(), "opportunity.title.missing");
  failure = refused("opportunity.create", R"({"title":"x","costumer":1})");
  EXPECT_EQ(failure.key(), "input.unknown");
  EXPECT_NE(std::string(failure.what()).find("costumer"), std::string::npos) << failure.what();
  failure = refused("opportunity.create", R"({"title":"x","customer":1,"start":"2026-02-30"})");
  EXPECT_EQ(failure.key(), "opportunity.start.invalid");
  failure = refused("opportunity.create", R"({"title":"x","customer":1,"probability":"100.01"})");
  EXPECT_EQ(failure.key(), "opportunity.probability.invalid");
  failure = refused("opportunity.list", R"({"status":"done"})");
  EXPECT_NE(std::string(failure.what()).find("one of open, won, lost, expired"), std::string::npos) << failure.what();
  EXPECT_EQ(refused("opportunity.create", "{\"title\":").key(), "input.json");
  EXPECT_EQ(refused("opportunity.create", "[]").key(), "input.invalid");
  EXPECT_EQ(refused("opportunity.burn", "{}").code(), Code::not_found);
}

TEST_F(Actions, SpeaksTheCallersLanguage) {
  const auto in = [&](const std::string& locale) {
    call.locale = locale;
    return std::string(refused("opportunity.get", R"({"id":77})").what());
  };
  const std::string english = in("en-GB"), swedish = in("sv-SE"), norwegian = in("no");
  EXPECT_NE(english, swedish);
  EXPECT_NE(swedish, norwegian);
  EXPECT_NE(norwegian, english);
  EXPECT_NE(swedish.find("77"), std::string::npos) << swedish;
  EXPECT_EQ(in("fi"), english);
  call.locale = "nb";
  EXPECT_EQ(ok("step.list").at("steps").at(0).at("title").as_string(), "Første møte");
}

TEST_F(Actions, TheSameRequestAgainChangesNothing) {
  const std::string input = R"({"title":"Once","customer":1,"request_id":"a-1"})";
  const auto first = ok("opportunity.create", input);
  EXPECT_EQ(ok("opportunity.create", input), first);
  EXPECT_EQ(number("select count(*) from sl_opportunity"), 1);
  EXPECT_EQ(refused("opportunity.create", R"({"title":"Twice","customer":1,"request_id":"a-1"})").key(),
            "request.reused");
  host.clock_us += 25LL * 3'600 * kSecond;
  ok("opportunity.create", input);
  EXPECT_EQ(number("select count(*) from sl_opportunity"), 2) << "remembered for 24 hours";
}

TEST_F(Actions, ARefusedRequestMayBeSentAgain) {
  const std::string input = R"({"title":"x","customer":1,"amount":{"minor":5,"currency":"EUR"},"request_id":"r"})";
  EXPECT_EQ(refused("opportunity.create", input).key(), "rate.missing");
  host.rates["EUR"] = {11, 0, 0};
  ok("opportunity.create", input);
}

TEST_F(Actions, AnOldVersionIsAConflict) {
  const auto id = opportunity("");
  const std::string this_one = R"({"id":)" + std::to_string(id);
  const auto answer = ok("opportunity.update", this_one + R"(,"title":"A","expected_version":1})");
  EXPECT_EQ(answer.at("version").as_int64(), 2);
  const auto failure = refused("opportunity.update", this_one + R"(,"title":"B","expected_version":1})");
  EXPECT_EQ(failure.code(), Code::conflict);
  EXPECT_EQ(failure.key(), "opportunity.version.conflict");
  EXPECT_EQ(ok("opportunity.get", this_one + "}").at("title").as_string(), "A");
}

TEST_F(Actions, AsksForTheRight) {
  host.denied = {"sales_leads.settings"};
  const auto failure = refused("type.create", R"({"title":"x"})");
  EXPECT_EQ(failure.code(), Code::permission);
  EXPECT_NE(std::string(failure.what()).find("sales_leads.settings"), std::string::npos);
  host.denied = {"sales_leads.report"};
  EXPECT_THROW(report("pipeline"), Failure);
}

TEST_F(Actions, EveryChangeIsInTheAuditLog) {
  host.actor = {ActorKind::user, 11, 1, "erik", "Erik"};
  call.correlation_id = "c-7";
  const auto id = opportunity("");
  EXPECT_EQ(
      number("select count(*) from sl_audit where action = 'opportunity.create' and actor_id = 11 and entity_id = " +
             std::to_string(id) + " and correlation_id = 'c-7'"),
      1);
  const auto before = number("select count(*) from sl_audit");
  ok("opportunity.list");
  refused("opportunity.get", R"({"id":99})");
  EXPECT_EQ(number("select count(*) from sl_audit"), before);
}

TEST_F(Actions, ASellerSeesAndChangesTheirOwn) {
  host.actor = {ActorKind::user, 12, 2, "sara", "Sara"};
  const auto of_sara = opportunity("");
  const auto of_erik = opportunity(R"("owner":1)", "Eriks");
  const auto shared =
      opportunity(R"("owner":1,"sellers":[{"employee":1,"share":60},{"employee":2,"share":40}])", "Shared");
  EXPECT_EQ(ok("opportunity.list").at("opportunities").as_array().size(), 3U);
  host.denied = {"sales_leads.opportunity.view_all", "sales_leads.opportunity.view_subtree",
                 "sales_leads.opportunity.view_group"};
  const auto list = ok("opportunity.list");
  ASSERT_EQ(list.at("opportunities").as_array().size(), 2U);
  EXPECT_EQ(list.at("opportunities").at(0).at("id").as_int64(), of_sara);
  EXPECT_EQ(list.at("opportunities").at(1).at("id").as_int64(), shared);
  EXPECT_EQ(list.at("scope").as_string(), "own");
  const std::string other = R"({"id":)" + std::to_string(of_erik) + "}";
  EXPECT_EQ(refused("opportunity.get", other).key(), "opportunity.not_found");
  EXPECT_EQ(refused("opportunity.win", other).key(), "opportunity.not_found");
  ok("opportunity.win", R"({"id":)" + std::to_string(shared) + "}");
}

TEST_F(Actions, PagesByKey) {
  for (int i = 0; i < 5; ++i) opportunity("");
  const auto first = ok("opportunity.list", R"({"limit":2})");
  EXPECT_EQ(first.at("opportunities").as_array().size(), 2U);
  const auto next = first.at("next").as_int64();
  const auto second = ok("opportunity.list", R"({"limit":3,"after":)" + std::to_string(next) + "}");
  EXPECT_EQ(second.at("opportunities").as_array().size(), 3U);
  EXPECT_TRUE(second.at("next").is_null());
}

TEST_F(Actions, TwoCompaniesKnowNothingOfEachOther) {
  const auto id = opportunity("");
  call.company = 2;
  EXPECT_EQ(refused("opportunity.get", R"({"id":)" + std::to_string(id) + "}").key(), "opportunity.not_found");
  EXPECT_EQ(ok("step.list").at("steps").as_array().size(), 6U) << "it has its own steps";
  EXPECT_EQ(number("select count(*) from sl_step"), 12);
}

}  // namespace
}  // namespace sales_leads::test
