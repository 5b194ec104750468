// SPDX-License-Identifier: Apache-2.0
//
// The JSON API, health and metrics.
#include <charconv>

#include "http/state.h"

namespace erp::host::http {
namespace {

[[noreturn]] void refuse(erp_status status, const std::string& key, const std::string& message) {
  throw HostError(status, key, message);
}

boost::json::value parse(const std::string& text, const char* what) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error) refuse(ERP_INVALID_ARGUMENT, "json.invalid", std::string(what) + " is not JSON: " + error.message() + ".");
  return value;
}

// ?rows=month&from=2011-01&limit=20, or ?params={"rows":"month"}
boost::json::value report_params(const Request& request) {
  if (request.has_param("params")) return parse(request.get_param_value("params"), "params");
  boost::json::object out;
  for (const auto& [key, text] : request.params) {
    if (key == "lang") continue;
    if (key == "measures") {
      boost::json::array list;
      for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        if (end > at) list.push_back(boost::json::value(text.substr(at, end - at)));
        at = end + 1;
      }
      out[key] = std::move(list);
    } else if (key == "limit" || key == "after") {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || end != text.data() + text.size()) {
        refuse(ERP_INVALID_ARGUMENT, "params.invalid", key + " must be a whole number.");
      }
      out[key] = number;
    } else if (text.starts_with('{')) {
      out[key] = parse(text, key.c_str());
    } else if (!text.empty()) {
      out[key] = text;
    }
  }
  return out;
}

/// Actions that change nothing: nobody needs to read anew.
bool is_reading(std::string_view name) {
  const std::string_view verb = name.substr(std::min(name.find('.'), name.size()));
  return name.starts_with("list.") || verb == ".get" || verb == ".list" || verb == ".show" || verb == ".find";
}

void api_login(State& state, const Request& request, Response& response) {
  require_api_request(request);
  const boost::json::value input = parse(request.body, "The request");
  const auto text = [&](const char* key) -> std::string {
    const auto* value = input.is_object() ? input.get_object().if_contains(key) : nullptr;
    if (!value || !value->is_string()) {
      refuse(ERP_INVALID_ARGUMENT, "login.invalid",
             std::string(key) + " is missing: send login and password as texts.");
    }
    return std::string(value->get_string());
  };
  const std::string login = text("login"), password = text("password");
  const State::Attempt attempt = state.try_login(request, login, password);
  if (attempt.wait_seconds > 0) {
    response.set_header("Retry-After", std::to_string(attempt.wait_seconds));
    set_json(
        response,
        failure_json({429, ERP_BUSY, "login.throttled",
                      "Too many attempts. Try again in " + std::to_string(attempt.wait_seconds) + " seconds.", ""}),
        429);
    return;
  }
  if (!attempt.user) {
    set_json(response, failure_json({401, ERP_PERMISSION, "login.failed", "User name or password is wrong.", ""}), 401);
    return;
  }
  const std::string token = state.app.start_session(*attempt.user);
  set_session_cookie(response, token);
  set_json(response, boost::json::serialize(boost::json::object{{"csrf", form_token(token)}, {"user", *attempt.user}}));
}

}  // namespace

void require_api_request(const Request& request) {
  if (!is_same_origin(origin_of(request))) {
    refuse(ERP_PERMISSION, "http.origin", "The request comes from another site; the host answers its own pages alone.");
  }
  if (!is_json(request.get_header_value("Content-Type"))) {
    refuse(ERP_INVALID_ARGUMENT, "http.content_type", "The request must be sent as application/json.");
  }
}

std::optional<Caller> api_caller(State& state, const Request& request, Response& response) {
  auto caller = state.caller_of(request);
  if (!caller) {
    set_json(response, failure_json({401, ERP_PERMISSION, "session.missing", "Log in first: POST /api/login.", ""}),
             401);
    return std::nullopt;
  }
  if (const auto chosen = language_chosen(request)) caller->locale = web::language_tag(*chosen);
  return caller;
}

void add_api_routes(State& state) {
  state.http.Post("/api/login",
                  [&state](const Request& request, Response& response) { api_login(state, request, response); });
  state.http.Post("/api/logout", [&state](const Request& request, Response& response) {
    require_api_request(request);
    state.app.end_session(session_of(request));
    clear_session_cookie(response);
    set_json(response, "{}");
  });
  state.http.Post(R"(/api/actions/([A-Za-z0-9_.\-]+))", [&state](const Request& request, Response& response) {
    require_api_request(request);
    const auto caller = api_caller(state, request, response);
    if (!caller) return;
    ++state.counters.actions;
    const boost::json::value input = request.body.empty() ? boost::json::object{} : parse(request.body, "The request");
    const std::string name = request.matches[1].str();
    const boost::json::value result = Imports::answers(name, input) && input.is_object()
                                          ? state.imports->answer(*caller, name, input.get_object())
                                          : state.app.call_action(*caller, name, input);
    if (!is_reading(name)) {
      state.changes.note(name.substr(0, name.find('.')));
      state.worker->wake();
    }
    set_json(response, boost::json::serialize(result));
  });
  state.http.Get(R"(/api/reports/([A-Za-z0-9_.\-]+))", [&state](const Request& request, Response& response) {
    const auto caller = api_caller(state, request, response);
    if (!caller) return;
    ++state.counters.reports;
    set_json(response,
             boost::json::serialize(state.app.run_report(*caller, request.matches[1].str(), report_params(request))));
  });
  state.http.Get("/api/reports", [&state](const Request& request, Response& response) {
    if (api_caller(state, request, response)) set_json(response, boost::json::serialize(state.app.list_reports()));
  });
  state.http.Get("/api/actions", [&state](const Request& request, Response& response) {
    if (api_caller(state, request, response)) set_json(response, boost::json::serialize(state.app.list_actions()));
  });
  state.http.Get("/api/menus", [&state](const Request& request, Response& response) {
    // Before the login the tree is shown whole, as the login page does.
    auto caller = state.caller_of(request);
    const std::string_view language = web::language_tag(language_of(request, caller));
    if (caller) caller->locale = language;
    set_json(response, boost::json::serialize(caller ? state.app.menus(*caller) : state.app.menus(language)));
  });
  state.http.Get("/healthz", [&state](const Request& request, Response& response) {
    const boost::json::value health = state.app.health();
    const boost::json::object shown = public_health(health);
    const bool whole = state.caller_of(request).has_value();
    set_json(response, boost::json::serialize(whole ? health : boost::json::value(shown)),
             shown.at("state") == "failed" ? 503 : 200);
  });
  state.http.Get("/metrics", [&state](const Request&, Response& response) {
    response.set_header("Cache-Control", "no-store");
    response.set_content(
        metrics_text(state.counters, state.app.health(), state.worker->rounds(), state.worker->failures()),
        "text/plain; version=0.0.4; charset=utf-8");
  });
}

}  // namespace erp::host::http
