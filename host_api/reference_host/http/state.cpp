// SPDX-License-Identifier: Apache-2.0
#include "http/state.h"

namespace erp::host::http {
namespace {

constexpr const char* kCookie = "erp_session";
constexpr const char* kLanguageCookie = "erp_language";

}  // namespace

RequestOrigin origin_of(const Request& request) {
  return {request.get_header_value("Origin"), request.get_header_value("Sec-Fetch-Site"),
          request.get_header_value("Host")};
}

std::string session_of(const Request& request) { return cookie_value(request.get_header_value("Cookie"), kCookie); }

std::optional<Caller> State::caller_of(const Request& request) {
  const std::string session = session_of(request);
  return session.empty() ? std::nullopt : app.session_caller(session);
}

std::optional<web::Language> language_chosen(const Request& request) {
  if (request.has_param("lang")) return web::language_named(request.get_param_value("lang"));
  const std::string remembered = cookie_value(request.get_header_value("Cookie"), kLanguageCookie);
  return remembered.empty() ? std::nullopt : std::optional(web::language_named(remembered));
}

web::Language language_of(const Request& request, const std::optional<Caller>& caller) {
  if (const auto chosen = language_chosen(request)) return *chosen;
  const auto accepted = web::language_accepted(request.get_header_value("Accept-Language"));
  if (accepted) return *accepted;
  return caller ? web::language_named(caller->locale) : web::Language::kEnglish;
}

void set_json(Response& response, const std::string& body, int status) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  // Without a charset, which JSON does not have (RFC 8259): the library compresses this very text alone.
  response.set_content(body, "application/json");
}

void set_html(Response& response, const std::string& body, int status) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(body, "text/html; charset=utf-8");
}

void answer_failure(const Request& request, Response& response, const Failure& failure) {
  if (failure.http == 503) response.set_header("Retry-After", "1");
  if (request.path.starts_with("/api/")) {
    set_json(response, failure_json(failure), failure.http);
    return;
  }
  // The page around the message may need the host, and the host may be what failed.
  std::string page;
  try {
    page = web::plain_error_page(language_of(request), failure.http, failure.message);
  } catch (...) {
    page = "Error " + std::to_string(failure.http);
  }
  set_html(response, page, failure.http);
}

void set_session_cookie(Response& response, const std::string& token) {
  response.set_header("Set-Cookie", std::string(kCookie) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict");
}

void clear_session_cookie(Response& response) {
  response.set_header("Set-Cookie", std::string(kCookie) + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

void remember_language(const Request& request, Response& response) {
  if (!request.has_param("lang")) return;
  const std::string tag(web::language_tag(web::language_named(request.get_param_value("lang"))));
  response.set_header("Set-Cookie",
                      std::string(kLanguageCookie) + "=" + tag + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
}

State::Attempt State::try_login(const Request& request, const std::string& login, const std::string& password) {
  Attempt attempt;
  attempt.wait_seconds = throttle.wait_seconds(login, request.remote_addr);
  if (attempt.wait_seconds == 0) {
    logins.acquire();
    try {
      attempt.user = app.authenticate(login, password);
    } catch (...) {
      logins.release();
      throw;
    }
    logins.release();
    if (attempt.user) {
      throttle.succeeded(login, request.remote_addr);
    } else {
      throttle.failed(login, request.remote_addr);
    }
  }
  ++(attempt.user ? counters.logins : counters.logins_failed);
  return attempt;
}

}  // namespace erp::host::http
