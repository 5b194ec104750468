// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <httplib.h>

#include <thread>

#include "host/front_fake_app.h"
#include "http/server.h"

namespace erp::host::http {
namespace {

using ::testing::AllOf;
using testing::FakeApp;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.clock_seconds = [this] { return now_.load(); };
    server_ = std::make_unique<Server>(app_, options);
    thread_ = std::thread([this] { server_->run(); });
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    host_ = "127.0.0.1:" + std::to_string(server_->port());
  }
  void TearDown() override {
    client_.reset();
    server_->stop();
    thread_.join();
  }

  static httplib::Headers with_cookie(const std::string& cookie) { return {{"Cookie", cookie}}; }
  httplib::Result post_json(const std::string& path, const std::string& body, httplib::Headers headers = {}) {
    return client_->Post(path, headers, body, "application/json");
  }
  /// "erp_session=…"
  std::string log_in() {
    const auto answer = post_json("/api/login", R"({"login":"anna","password":"right"})");
    const std::string cookie = answer->get_header_value("Set-Cookie");
    csrf_ = std::string(boost::json::parse(answer->body).at("csrf").as_string());
    return cookie.substr(0, cookie.find(';'));
  }
  static std::string key_of(const httplib::Result& answer) {
    return std::string(boost::json::parse(answer->body).at("error").at("key").as_string());
  }

  std::atomic<std::int64_t> now_{1000};
  FakeApp app_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  std::unique_ptr<httplib::Client> client_;
  std::string host_, csrf_;
};

TEST_F(HttpServer, LogsInWithAStrictCookieAndOut) {
  const auto answer = post_json("/api/login", R"({"login":"anna","password":"right"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->get_header_value("Set-Cookie"),
              AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), HasSubstr("Path=/")));
  EXPECT_EQ(boost::json::parse(answer->body).at("user").as_int64(), 3);
  const std::string cookie = log_in();
  EXPECT_EQ(client_->Get("/api/actions", with_cookie(cookie))->status, 200);
  EXPECT_EQ(post_json("/api/logout", "{}", with_cookie(cookie))->status, 200);
  EXPECT_EQ(client_->Get("/api/actions", with_cookie(cookie))->status, 401);
}

TEST_F(HttpServer, AnswersRefusalsWithFittingCodes) {
  const std::string cookie = log_in();
  EXPECT_EQ(post_json("/api/actions/company.get", "{}")->status, 401);
  EXPECT_EQ(post_json("/api/actions/company.get", "{}", with_cookie("erp_session=forged"))->status, 401);
  EXPECT_EQ(post_json("/api/actions/company.get", "{", with_cookie(cookie))->status, 400);
  EXPECT_EQ(post_json("/api/actions/nothing", "{}", with_cookie(cookie))->status, 404);
  EXPECT_EQ(client_->Get("/api/nothing")->status, 404);
  EXPECT_THAT(client_->Get("/api/nothing")->body, StartsWith(R"({"error":{)"));
  const std::pair<erp_status, int> cases[] = {
      {ERP_INVALID_ARGUMENT, 400}, {ERP_PERMISSION, 403},  {ERP_NOT_FOUND, 404},
      {ERP_CONFLICT, 409},         {ERP_WRONG_STATE, 409}, {ERP_BUSY, 503},
      {ERP_UNAVAILABLE, 503},      {ERP_INTERNAL, 500},    {ERP_DATA_LOSS, 500}};
  for (const auto& [status, http] : cases) {
    app_.actions["refuse"] = [status = status](const Caller&, const boost::json::value&) -> boost::json::value {
      throw HostError(status, "some.key", "Said why.");
    };
    const auto answer = post_json("/api/actions/refuse", "{}", with_cookie(cookie));
    EXPECT_EQ(answer->status, http);
    EXPECT_EQ(key_of(answer), http == 500 ? "host.internal" : "some.key");
  }
  const auto good = post_json("/api/actions/company.get", "{}", with_cookie(cookie));
  EXPECT_EQ(good->status, 200);
  EXPECT_THAT(good->body, HasSubstr("Example & Sons"));
}

TEST_F(HttpServer, TellsNothingOfTheInside) {
  const std::string cookie = log_in();
  for (const char* path : {"/api/reports/broken", "/report/broken"}) {
    EXPECT_THAT(client_->Get(path, with_cookie(cookie))->body, Not(HasSubstr("hidden_table")));
  }
  const auto answer = client_->Get("/api/reports/broken", with_cookie(cookie));
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(key_of(answer), "host.internal");
  EXPECT_THAT(client_->Get("/healthz")->body, Not(HasSubstr("secret")));
}

TEST_F(HttpServer, RefusesRequestsFromOtherSites) {
  const std::string cookie = log_in();
  const auto with = [&](const std::string& key, const std::string& value) {
    auto headers = with_cookie(cookie);
    headers.emplace(key, value);
    return post_json("/api/actions/company.get", "{}", headers)->status;
  };
  EXPECT_EQ(with("Origin", "http://" + host_), 200);
  EXPECT_EQ(with("Origin", "http://evil.example"), 403);
  EXPECT_EQ(with("Origin", "http://" + host_ + ".evil.example"), 403);
  EXPECT_EQ(with("Origin", "null"), 403);
  EXPECT_EQ(with("Sec-Fetch-Site", "same-origin"), 200);
  EXPECT_EQ(with("Sec-Fetch-Site", "cross-site"), 403);
  EXPECT_EQ(with("Sec-Fetch-Site", "same-site"), 403);
  EXPECT_EQ(client_->Post("/api/actions/company.get", with_cookie(cookie), "{}", "text/plain")->status, 400);
  EXPECT_EQ(
      client_->Post("/api/actions/company.get", with_cookie(cookie), "{}", "application/json; charset=utf-8")->status,
      200);
}

TEST_F(HttpServer, ThrottlesLoginsPerLoginAndAddress) {
  const auto attempt = [&](const std::string& login, const std::string& password) {
    return post_json("/api/login", R"({"login":")" + login + R"(","password":")" + password + "\"}");
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt("anna", "wrong")->status, 401);
  const auto blocked = attempt("anna", "right");
  EXPECT_EQ(blocked->status, 429);
  EXPECT_EQ(blocked->get_header_value("Retry-After"), "30");
  EXPECT_EQ(attempt("berit", "wrong")->status, 401);
  now_ += 31;
  EXPECT_EQ(attempt("anna", "wrong")->status, 401);
  now_ += 31;
  EXPECT_EQ(attempt("anna", "right")->status, 429);  // the second wait is twice as long
  now_ += 31;
  EXPECT_EQ(attempt("anna", "right")->status, 200);
  EXPECT_EQ(attempt("anna", "wrong")->status, 401);  // a success clears the count
}

TEST_F(HttpServer, SendsSecurityHeadersWithEveryAnswer) {
  for (const char* path : {"/", "/login", "/api/nothing", "/nothing", "/assets/host.css", "/healthz"}) {
    const auto answer = client_->Get(path);
    EXPECT_EQ(answer->get_header_value("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
              "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
              "trusted-types 'none'")
        << path;
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(answer->get_header_value("Referrer-Policy"), "no-referrer") << path;
    EXPECT_THAT(answer->body, Not(HasSubstr("<script"))) << path;
    EXPECT_THAT(answer->body, Not(HasSubstr(" style=\""))) << path;
  }
}

TEST_F(HttpServer, ShowsTheMenusBeforeTheLoginInTheReadersLanguage) {
  const auto swedish = client_->Get("/?lang=sv");
  EXPECT_EQ(swedish->status, 200);
  EXPECT_THAT(swedish->body, AllOf(HasSubstr("<html lang=\"sv\">"), HasSubstr("Logga in"), HasSubstr("Inställningar"),
                                   HasSubstr("Steg"), Not(HasSubstr("/menu/"))));
  EXPECT_THAT(client_->Get("/", {{"Accept-Language", "de, nb;q=0.8, en;q=0.5"}})->body, HasSubstr("Logg inn"));
  EXPECT_THAT(client_->Get("/")->body, HasSubstr("Log in"));
  EXPECT_THAT(client_->Get("/api/menus?lang=sv")->body, HasSubstr("Inställningar"));
}

TEST_F(HttpServer, LetsAFormLogInAndOutWithItsToken) {
  const auto wrong = client_->Post("/login", httplib::Params{{"login", "anna"}, {"password", "no"}});
  EXPECT_EQ(wrong->status, 401);
  EXPECT_THAT(wrong->body, HasSubstr("role=\"alert\""));
  EXPECT_EQ(client_
                ->Post("/login", {{"Origin", "http://evil.example"}},
                       httplib::Params{{"login", "anna"}, {"password", "right"}})
                ->status,
            403);
  // A page with no-referrer sends Origin: null; the browser still vouches that it is ours.
  const auto right = client_->Post("/login", {{"Origin", "null"}, {"Sec-Fetch-Site", "same-origin"}},
                                   httplib::Params{{"login", "anna"}, {"password", "right"}, {"next", "/menu/step"}});
  EXPECT_EQ(right->status, 303);
  EXPECT_EQ(right->get_header_value("Location"), "/menu/step");
  const auto elsewhere =
      client_->Post("/login", httplib::Params{{"login", "anna"}, {"password", "right"}, {"next", "//evil.example"}});
  EXPECT_EQ(elsewhere->get_header_value("Location"), "/");

  const std::string cookie = log_in();
  EXPECT_EQ(client_->Post("/logout", with_cookie(cookie), httplib::Params{{"token", "guess"}})->status, 403);
  EXPECT_EQ(client_->Get("/api/actions", with_cookie(cookie))->status, 200);
  EXPECT_EQ(client_->Post("/logout", with_cookie(cookie), httplib::Params{{"token", csrf_}})->status, 303);
  EXPECT_EQ(client_->Get("/api/actions", with_cookie(cookie))->status, 401);
}

TEST_F(HttpServer, ShowsListsWithEverythingEscaped) {
  const std::string cookie = log_in();
  app_.customers = {{"<script>alert(1)</script>", 1}, {"A \"quoted\" & co", 2}};
  const auto page = client_->Get("/menu/customers?lang=sv", with_cookie(cookie));
  EXPECT_EQ(page->status, 200);
  EXPECT_THAT(page->body,
              AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script>")), HasSubstr("&amp; co"),
                    HasSubstr("aria-current=\"page\""), HasSubstr("Kundhantering"), HasSubstr("Example &amp; Sons")));
  app_.customers.clear();
  EXPECT_THAT(client_->Get("/menu/customers?lang=sv", with_cookie(cookie))->body, HasSubstr("Läs in dem"));
  EXPECT_EQ(client_->Get("/menu/nothing", with_cookie(cookie))->status, 404);
  EXPECT_EQ(client_->Get("/menu/customers")->status, 401);
  // The list behind this entry is missing: the page says so inside the shell.
  const auto failed = client_->Get("/menu/step", with_cookie(cookie));
  EXPECT_EQ(failed->status, 404);
  EXPECT_THAT(failed->body, AllOf(HasSubstr("role=\"alert\""), HasSubstr("step.list")));
}

TEST_F(HttpServer, ShowsTitlesAndKeysInTheReadersLanguage) {
  app_.actions["step.list"] = [](const Caller&, const boost::json::value&) {
    return boost::json::parse(R"({"steps":[
      {"id":1,"title":"Central"},
      {"id":2,"titles":{"en":"Offer","sv":"Offert"},"status":"open","rejection_rule":"required"}]})");
  };
  const std::string cookie = log_in();
  EXPECT_THAT(client_->Get("/menu/step?lang=sv", with_cookie(cookie))->body,
              AllOf(HasSubstr(">Offert<"), HasSubstr(">Öppen<"), HasSubstr(">Krävs<")));
}

TEST_F(HttpServer, ShowsReportsWithAmountsAsTheLanguageWritesThem) {
  app_.reports["sales"] = boost::json::parse(
      R"({"rows":[{"key":"2011-06","label":"2011-06","measures":{"invoiced":{"minor":123450,"currency":"SEK"}}},
                  {"key":"2011-07","label":"2011-07","measures":{"invoiced":{"minor":-5,"currency":"SEK"}}}],
          "totals":{"measures":{"invoiced":{"minor":123445,"currency":"SEK"}}}})");
  const std::string cookie = log_in();
  const auto page = client_->Get("/report/sales?lang=sv&rows=month&from=2011-06", with_cookie(cookie));
  EXPECT_EQ(page->status, 200);
  EXPECT_THAT(page->body, AllOf(HasSubstr("1\u00A0234,50\u00A0kr"), HasSubstr("Summa"), HasSubstr("<svg")));
  EXPECT_EQ(boost::json::serialize(app_.calls.back().second), R"({"rows":"month","from":"2011-06"})");
  app_.reports["sales"] = boost::json::parse(R"({"rows":[],"totals":{}})");
  EXPECT_THAT(client_->Get("/report/sales?lang=sv", with_cookie(cookie))->body, HasSubstr("class=\"empty\""));
}

TEST_F(HttpServer, ReadsReportParametersFromTheAddress) {
  app_.reports["sales"] = boost::json::object{{"rows", boost::json::array{}}};
  const std::string cookie = log_in();
  EXPECT_EQ(
      client_->Get("/api/reports/sales?rows=month&measures=invoiced,ordered&limit=5", with_cookie(cookie))->status,
      200);
  EXPECT_EQ(app_.calls.back().second,
            boost::json::parse(R"({"rows":"month","measures":["invoiced","ordered"],"limit":5})"));
  EXPECT_EQ(client_->Get("/api/reports/sales?params=%7B%22rows%22%3A%22year%22%7D", with_cookie(cookie))->status, 200);
  EXPECT_EQ(app_.calls.back().second, boost::json::parse(R"({"rows":"year"})"));
  EXPECT_EQ(client_->Get("/api/reports/sales?params=%7B", with_cookie(cookie))->status, 400);
}

TEST_F(HttpServer, TellsHealthAndMetrics) {
  EXPECT_EQ(client_->Get("/healthz")->body, R"({"state":"ok"})");
  const std::string metrics = client_->Get("/metrics")->body;
  EXPECT_THAT(metrics, AllOf(HasSubstr("erp_host_up 1\n"), HasSubstr("erp_host_health{path=\"host.events\"} 5\n"),
                             HasSubstr("erp_host_http_answers_total{class=\"2xx\"}")));
  app_.state = "failed";
  EXPECT_EQ(client_->Get("/healthz")->status, 503);
}

TEST_F(HttpServer, GivesTheModulesTimeAfterAChange) {
  const std::string cookie = log_in();
  const auto rounds = [&] {
    const std::lock_guard lock(app_.mutex);
    return app_.rounds;
  };
  // Let the first round pass; the next would come after a second by itself.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const std::int64_t before = rounds();
  ASSERT_EQ(post_json("/api/actions/import.finish", "{}", with_cookie(cookie))->status, 200);
  for (int i = 0; i < 50 && rounds() == before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_GT(rounds(), before);
}

TEST_F(HttpServer, RefusesBodiesThatAreTooLarge) {
  const std::string cookie = log_in();
  const auto answer = post_json("/api/actions/company.get", std::string(9 * 1024 * 1024, ' '), with_cookie(cookie));
  // Or the server hung up while the client was still sending.
  if (answer) {
    EXPECT_EQ(answer->status, 413);
  }
  EXPECT_EQ(app_.count_calls("company.get"), 0);
}

TEST_F(HttpServer, KeepsItsAddressesToItself) {
  EXPECT_EQ(client_->Get("/assets/host.css")->get_header_value("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(client_->Get("/assets/nothing.css")->status, 404);
  EXPECT_EQ(client_->Get("/assets/..%2f..%2fetc%2fpasswd")->status, 404);
}

TEST(HttpServerStart, RefusesAnAddressThatIsTaken) {
  FakeApp app;
  Server first(app, {});
  ServerOptions same;
  same.port = first.port();
  EXPECT_THROW(Server(app, same), HostError);
}

}  // namespace
}  // namespace erp::host::http
