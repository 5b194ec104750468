// SPDX-License-Identifier: Apache-2.0
#include "http/guard.h"

#include <gtest/gtest.h>

#include "web/html.h"
#include "web/language.h"

namespace erp::host::http {
namespace {

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_value("a=1; erp_session=xyz; b=2", "erp_session"), "xyz");
  EXPECT_EQ(cookie_value("not_erp_session=xyz", "erp_session"), "");
  EXPECT_EQ(cookie_value("", "erp_session"), "");
}

TEST(Targets, StayOnThisHost) {
  EXPECT_EQ(safe_target("/menu/step?after=5"), "/menu/step?after=5");
  for (const char* bad :
       {"//evil.example", "/\\evil.example", "https://evil.example", "menu", "", "/a\r\nSet-Cookie: x=1"}) {
    EXPECT_EQ(safe_target(bad), "/") << bad;
  }
}

TEST(FormTokens, BelongToOneSession) {
  EXPECT_TRUE(is_form_token("session a", form_token("session a")));
  EXPECT_FALSE(is_form_token("session b", form_token("session a")));
  EXPECT_FALSE(is_form_token("session a", ""));
  EXPECT_FALSE(is_form_token("", form_token("")));
}

TEST(Throttle, ForgetsAfterAnHourAndBoundsItsMemory) {
  std::int64_t now = 0;
  Throttle throttle([&] { return now; });
  for (int i = 0; i < 30; ++i) throttle.failed("anna", "1");
  EXPECT_EQ(throttle.wait_seconds("anna", "1"), 900);
  EXPECT_EQ(throttle.wait_seconds("anna", "2"), 0);
  now += 2 * 60 * 60;
  throttle.failed("anna", "1");
  EXPECT_EQ(throttle.wait_seconds("anna", "1"), 0);
}

TEST(AcceptLanguage, TakesTheBestOfTheThree) {
  using web::Language;
  EXPECT_EQ(web::language_accepted("sv-SE,sv;q=0.9,en;q=0.8"), Language::kSwedish);
  EXPECT_EQ(web::language_accepted("de-DE, no;q=0.7, en;q=0.8"), Language::kEnglish);
  EXPECT_EQ(web::language_accepted("de"), std::nullopt);
  EXPECT_EQ(web::language_accepted(""), std::nullopt);
}

TEST(Html, EscapesTextAndAttributes) {
  web::Html out;
  out.element("a", {{"href", "\"><script>"}}, "a<b>&'\"");
  EXPECT_EQ(out.str(), "<a href=\"&quot;&gt;&lt;script&gt;\">a&lt;b&gt;&amp;&#39;&quot;</a>");
  EXPECT_EQ(web::url_escaped("a b/å"), "a%20b%2F%C3%A5");
}

}  // namespace
}  // namespace erp::host::http
