// SPDX-License-Identifier: Apache-2.0
//
// What the routes of the server share: the host behind them, the guards in front, and the few things that every request
// needs. One State per server; its members are safe for the request threads. Only http/*.cpp includes this.
#pragma once

#include <httplib.h>

#include <atomic>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>

#include "app.h"
#include "http/changes.h"
#include "http/errors.h"
#include "http/guard.h"
#include "http/imports.h"
#include "http/metrics.h"
#include "http/worker.h"
#include "web/pages.h"

namespace erp::host::http {

using httplib::Request;
using httplib::Response;

inline constexpr int kLoginsAtOnce = 2;  // each takes a good deal of memory, on purpose

/// The library's listening queue holds five connections, so that of fifty callers at once some are turned away.
class HttpServer : public httplib::Server {
 public:
  /// Once it is bound: as many waiting connections as the system allows.
  void widen_queue() { ::listen(svr_sock_, SOMAXCONN); }
};

struct State {
  State(App& app_given, Throttle::Clock clock) : app(app_given), pages(app_given), throttle(std::move(clock)) {}

  /// Who is behind the request's cookie, or nothing.
  std::optional<Caller> caller_of(const Request& request);

  struct Attempt {
    std::int64_t wait_seconds = 0;  // > 0: not even tried
    std::optional<std::int64_t> user;
  };
  Attempt try_login(const Request& request, const std::string& login, const std::string& password);

  App& app;
  web::Pages pages;
  Throttle throttle;
  Counters counters;
  Changes changes;
  std::unique_ptr<Imports> imports;
  std::counting_semaphore<kLoginsAtOnce> logins{kLoginsAtOnce};
  HttpServer http;
  std::unique_ptr<Worker> worker;  // behind http: the routes wake it
  int port = 0;
  std::atomic<bool> ended{false};
};

void add_api_routes(State& state);
void add_page_routes(State& state);
void add_app_routes(State& state);
void add_view_routes(State& state);
void add_data_routes(State& state);

/// Refuses what another site may have sent, and what is not JSON.
void require_api_request(const Request& request);
/// Who asks below /api, in the language that was asked for or chosen; answers 401 itself when nobody is logged in.
std::optional<Caller> api_caller(State& state, const Request& request, Response& response);

RequestOrigin origin_of(const Request& request);
std::string session_of(const Request& request);
/// Asked for in the address, remembered in the cookie, or as the browser prefers; else what the user has.
web::Language language_of(const Request& request, const std::optional<Caller>& caller = std::nullopt);

/// Asked for in the address, else remembered in the cookie.
std::optional<web::Language> language_chosen(const Request& request);

void set_json(Response& response, const std::string& body, int status = 200);
void set_html(Response& response, const std::string& body, int status = 200);
void set_session_cookie(Response& response, const std::string& token);
void clear_session_cookie(Response& response);
/// A language chosen in the address stays chosen.
void remember_language(const Request& request, Response& response);

/// As JSON below /api, else as a page.
void answer_failure(const Request& request, Response& response, const Failure& failure);

}  // namespace erp::host::http
