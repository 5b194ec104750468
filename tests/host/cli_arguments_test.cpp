// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/commands.h"
#include "cli/setting.h"
#include "host/front_fake_app.h"

namespace erp::host::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CommandLine, SplitsWordsValuesAndFlags) {
  const Arguments arguments = parse_arguments(
      {"NAME", "--data", "dir", "-", "--format=csv", "--keep-good", "--", "--word"}, {"data", "format"}, {"keep-good"});
  EXPECT_THAT(arguments.words, ElementsAre("NAME", "-", "--word"));
  EXPECT_EQ(arguments.value("data"), "dir");
  EXPECT_EQ(arguments.value("format"), "csv");
  EXPECT_TRUE(arguments.has("keep-good"));
  EXPECT_EQ(arguments.value("other", "x"), "x");
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(parse_arguments({"--nothing"}, {"data"}, {}), UsageError);
  EXPECT_THROW(parse_arguments({"-x"}, {"data"}, {}), UsageError);
  EXPECT_THROW(parse_arguments({"--data"}, {"data"}, {}), UsageError);
  EXPECT_THROW(parse_arguments({"--data", "a", "--data", "b"}, {"data"}, {}), UsageError);
  EXPECT_THROW(parse_arguments({"--flag=1"}, {}, {"flag"}), UsageError);
}

TEST(CommandLine, FindsTheUserOfALogin) {
  testing::FakeApp app;
  app.actions["user.list"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
    return boost::json::object{{"users", {{{"id", 7}, {"login", "anna"}}}}};
  };
  Arguments arguments;
  arguments.options = {{"data", "x"}, {"user", "anna"}, {"lang", "sv"}};
  const Caller caller = caller_of(app, arguments);
  EXPECT_EQ(caller.kind, ERP_ACTOR_USER);
  EXPECT_EQ(caller.user, 7);
  EXPECT_EQ(caller.locale, "sv");
  arguments.options["user"] = "nobody";
  EXPECT_THROW(caller_of(app, arguments), HostError);
  arguments.options.erase("user");
  EXPECT_EQ(caller_of(app, arguments).kind, ERP_ACTOR_OPERATOR);
}

TEST(CommandLine, ReadsAndWritesJson) {
  EXPECT_EQ(pretty(parse_json(R"({"a":[1,2]})", "x")), R"({"a":[1,2]})");
  const std::string long_one = R"({"rows":[)" + std::string(R"({"key":"2011-01","label":"January 2011"},)") +
                               R"({"key":"2011-02","label":"February of that year"},{"key":"2011-03"}]})";
  EXPECT_THAT(pretty(parse_json(long_one, "x")), HasSubstr("{\n  \"rows\": [\n    {\"key\":\"2011-01\""));
  EXPECT_EQ(parse_json(pretty(parse_json(long_one, "x")), "x"), parse_json(long_one, "x"));
  for (const char* bad : {"", "{", "{} x", "nil"}) EXPECT_THROW(parse_json(bad, "x"), HostError) << bad;
}

}  // namespace
}  // namespace erp::host::cli
