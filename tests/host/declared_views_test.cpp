// SPDX-License-Identifier: Apache-2.0
//
// The language of declared views: expressions by the vectors that the renderer has too; texts, rights and fields.
#include "erp/declared_views.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "erp/expressions.hpp"
#include "erp/lists_days.hpp"
#include "services/views.h"

namespace {

namespace json = boost::json;
using erp::sdk::DeclaredViews;
using erp::sdk::Expression;
using erp::sdk::ExpressionError;
using erp::sdk::ViewRights;
using testing::ElementsAre;

TEST(Expressions, AgreeWithTheSharedVectors) {
  std::ifstream file(std::string(PROJECT_DIR) + "/host_api/web/schema/expressions.json");
  std::stringstream text;
  text << file.rdbuf();
  const json::value vectors = json::parse(text.str());
  ASSERT_GT(vectors.as_array().size(), 60U);
  for (const json::value& vector : vectors.as_array()) {
    const std::string expression(vector.at("expr").as_string());
    const json::object& values = vector.at("values").as_object();
    if (vector.as_object().contains("error")) {
      EXPECT_THROW(Expression::evaluate(expression, values), ExpressionError) << expression;
    } else {
      EXPECT_EQ(Expression::evaluate(expression, values), vector.at("result")) << expression;
    }
  }
}

TEST(Expressions, SayWhatTheyNameAndWhereTheyFail) {
  EXPECT_THAT(Expression::paths(R"(status == "won" or r.title in ["a"])"), ElementsAre("status", "r.title"));
  try {
    Expression::evaluate("status = 3", {});
    FAIL();
  } catch (const ExpressionError& error) {
    EXPECT_EQ(error.at(), 7U);
  }
}

DeclaredViews sample() {
  DeclaredViews views;
  views.add_entity(json::parse(R"({"entity": "deal", "fields": {
      "title": {"type": "text"}, "secret": {"type": "money", "right": "see_secret"},
      "state": {"type": "choice", "choices": ["on", {"value": "off", "tone": "muted"}]}}})"));
  views.add_view(json::parse(R"({"id": "deal.list", "kind": "list", "entity": "deal", "permission": "see",
      "columns": [{"field": "title"}, {"field": "secret"}], "create": {"view": "deal.form", "label": "new", "action": "deal.create"},
      "actions": {"stop": {"label": "stop", "run": "deal.stop", "input": {"title": "new"}}}})"));
  views.add_view(json::parse(R"({"id": "deal.form", "kind": "form", "entity": "deal", "permission": "change",
      "save": {"create": "deal.create"}, "sections": [{"label": "new", "fields": ["title", "secret"]}]})"));
  views.add_texts(json::parse(R"({"view.deal.list": {"en": "Deals", "sv": "Affärer", "nb": "Avtaler"},
      "view.deal.form": {"en": "Deal", "sv": "Affär", "nb": "Avtale"}, "*.title": {"en": "Title", "sv": "Rubrik", "nb": "Tittel"},
      "deal.secret": {"en": "Secret", "sv": "Hemlighet", "nb": "Hemmelighet"}, "*.state": {"en": "State", "sv": "Läge", "nb": "Tilstand"},
      "deal.state.on": {"en": "On", "sv": "På", "nb": "På"}, "*.state.off": {"en": "Off", "sv": "Av", "nb": "Av"},
      "new": {"en": "New", "sv": "Ny", "nb": "Ny"}, "stop": {"en": "Stop", "sv": "Stoppa", "nb": "Stopp"}})"));
  return views;
}

ViewRights holding(const std::set<std::string>& rights) {
  ViewRights out;
  out.may = [rights](const std::string& right) { return rights.contains(right); };
  out.may_action = [rights](const std::string& action) { return rights.contains(action); };
  out.may_view = [rights](const std::string& view) { return rights.contains(view); };
  return out;
}

TEST(DeclaredViews, SpeakTheLanguageAndLeaveInputsAlone) {
  const auto view =
      sample().resolve("deal.list", "sv", holding({"see", "see_secret", "deal.stop", "deal.create", "deal.form"}));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->at("title"), "Affärer");
  EXPECT_EQ(view->at("fields").at("title").at("label"), "Rubrik");
  EXPECT_EQ(view->at("fields").at("state").at("choices").at(0).at("label"), "På");
  EXPECT_EQ(view->at("actions").at("stop").at("label"), "Stoppa");
  EXPECT_EQ(view->at("actions").at("stop").at("input").at("title"), "new");
  EXPECT_FALSE(view->contains("permission"));
}

TEST(DeclaredViews, LeaveOutWhatOneMayNotUse) {
  EXPECT_FALSE(sample().resolve("deal.list", "en", holding({})));
  const auto view = sample().resolve("deal.list", "en", holding({"see"}));
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->at("fields").as_object().contains("secret"));
  EXPECT_EQ(view->at("columns").as_array().size(), 1U);
  EXPECT_FALSE(view->contains("create"));
  EXPECT_TRUE(view->at("actions").as_object().empty());
  const auto form = sample().resolve("deal.form", "en", holding({"change"}));
  ASSERT_TRUE(form);
  EXPECT_FALSE(form->contains("save"));
  EXPECT_EQ(json::serialize(form->at("sections").at(0).at("fields")), R"(["title"])");
}

TEST(DeclaredViews, KnowWhichTextsAreMissing) {
  DeclaredViews views = sample();
  EXPECT_THAT(views.missing_texts(), testing::IsEmpty());
  views.add_view(
      json::parse(R"({"id": "other", "kind": "home", "blocks": [{"kind": "list", "empty": "nothing.here"}]})"));
  EXPECT_THAT(views.missing_texts(), ElementsAre("nothing.here", "view.other"));
  EXPECT_THROW(views.add_texts(json::parse(R"({"x": {"en": "X", "sv": "X"}})")), std::runtime_error);
  EXPECT_THROW(views.add_texts(json::parse(R"({"new": {"en": "N", "sv": "N", "nb": "N"}})")), std::runtime_error);
}

TEST(CheckedViews, OneThatDoesNotFitSaysSoAndIsNoError) {
  const json::value good =
      json::parse(R"({"schema": "1.0", "id": "a.list", "kind": "home", "title": "A", "blocks": [{"kind": "text"}]})");
  EXPECT_EQ(erp::host::checked_view(good, "a.list"), good);
  json::value unknown = good;
  unknown.as_object()["colour"] = "red";
  json::value expression = good;
  expression.as_object()["actions"] =
      json::parse(R"({"go": {"label": "Go", "run": "a.go", "visible_if": "state = 3"}})");
  json::value version = good;
  version.as_object()["schema"] = "2.0";
  for (const json::value& bad : {unknown, expression, version, json::value("nothing")}) {
    const json::value shown = erp::host::checked_view(bad, "a.list");
    EXPECT_EQ(shown.at("kind"), "broken");
    EXPECT_EQ(shown.at("id"), "a.list");
    EXPECT_FALSE(shown.at("message").as_string().empty());
  }
}

TEST(HostViews, HaveEveryText) { EXPECT_THAT(erp::host::host_views().missing_texts(), testing::IsEmpty()); }

TEST(Periods, FollowTheFiscalYear) {
  using namespace erp::sdk::lists;
  const auto day = [](const char* text) { return *parse_day(text); };
  const auto period = [&](const char* word, const char* today, std::int64_t month) {
    return *period_named(word, day(today), month);
  };
  EXPECT_EQ(period("this_year", "2026-11-29", 1), Period(day("2026-01-01"), day("2026-12-31")));
  EXPECT_EQ(period("this_year", "2026-04-30", 5), Period(day("2025-05-01"), day("2026-04-30")));
  EXPECT_EQ(period("this_quarter", "2026-04-30", 5), Period(day("2026-02-01"), day("2026-04-30")));
  EXPECT_EQ(period("next_quarter", "2026-11-29", 1), Period(day("2027-01-01"), day("2027-03-31")));
  EXPECT_EQ(period("last_month", "2026-01-31", 1), Period(day("2025-12-01"), day("2025-12-31")));
  EXPECT_EQ(period("this_week", "2026-11-29", 1), Period(day("2026-11-23"), day("2026-11-29")));
  EXPECT_FALSE(period_named("whenever", 0, 1));
  EXPECT_FALSE(parse_day("2026-02-30"));
  EXPECT_EQ(day_text(day("2024-02-29")), "2024-02-29");
}

}  // namespace
