// SPDX-License-Identifier: Apache-2.0
//
// The pages for people: login, shell, lists, reports, and the files that they need.
#include "http/state.h"

namespace erp::host::http {
namespace {

web::Asked asked(const Request& request, const Caller& caller) {
  web::Asked out;
  out.language = language_of(request, caller);
  out.caller = caller;
  out.caller.locale = web::language_tag(out.language);
  out.form_token = form_token(session_of(request));
  out.path = request.path;
  for (const auto& [key, value] : request.params) out.query[key] = value;
  return out;
}

void show_login(State& state, const Request& request, Response& response, const std::string& problem, int status) {
  remember_language(request, response);
  const std::string next = request.has_param("next") ? request.get_param_value("next") : request.path;
  set_html(response, state.pages.login(language_of(request), safe_target(next == "/login" ? "/" : next), problem),
           status);
}

template <class Show>
void page(State& state, const std::string& pattern, Show show) {
  state.http.Get(pattern, [&state, show](const Request& request, Response& response) {
    const auto caller = state.caller_of(request);
    if (!caller) {
      show_login(state, request, response, "", request.path == "/" ? 200 : 401);
      return;
    }
    remember_language(request, response);
    const web::Asked question = asked(request, *caller);
    web::Page page;
    try {
      page = show(question, request);
    } catch (...) {
      const Failure failure = failure_of(std::current_exception());
      page = {failure.http, state.pages.error(question, failure.message)};
    }
    set_html(response, page.html, page.status);
  });
}

}  // namespace

void add_page_routes(State& state) {
  // Who is logged in works in the renderer; /plain is the home of the pages that need no JavaScript.
  state.http.Get("/", [&state](const Request& request, Response& response) {
    remember_language(request, response);
    if (state.caller_of(request)) {
      response.set_redirect("/app/", 302);
    } else {
      show_login(state, request, response, "", 200);
    }
  });
  page(state, "/plain", [&state](const web::Asked& asked, const Request&) { return state.pages.home(asked); });
  page(state, R"(/menu/([A-Za-z0-9_.\-]+))", [&state](const web::Asked& asked, const Request& request) {
    return state.pages.menu(asked, request.matches[1].str());
  });
  page(state, R"(/report/([A-Za-z0-9_.\-]+))", [&state](const web::Asked& asked, const Request& request) {
    return state.pages.report(asked, request.matches[1].str());
  });
  page(state, "/actions", [&state](const web::Asked& asked, const Request&) { return state.pages.actions(asked); });
  state.http.Get("/login", [&state](const Request& request, Response& response) {
    show_login(state, request, response, "", 200);
  });
  state.http.Post("/login", [&state](const Request& request, Response& response) {
    const web::Language language = language_of(request);
    if (!is_same_origin(origin_of(request))) {
      show_login(state, request, response, web::text(language, "login.origin"), 403);
      return;
    }
    const State::Attempt attempt =
        state.try_login(request, request.get_param_value("login"), request.get_param_value("password"));
    if (attempt.wait_seconds > 0) {
      response.set_header("Retry-After", std::to_string(attempt.wait_seconds));
      show_login(state, request, response, web::text(language, "login.throttled"), 429);
    } else if (!attempt.user) {
      show_login(state, request, response, web::text(language, "login.failed"), 401);
    } else {
      set_session_cookie(response, state.app.start_session(*attempt.user));
      response.set_redirect(safe_target(request.get_param_value("next")), 303);
    }
  });
  state.http.Post("/logout", [&state](const Request& request, Response& response) {
    const std::string session = session_of(request);
    if (!is_same_origin(origin_of(request)) || !is_form_token(session, request.get_param_value("token"))) {
      set_html(response,
               web::plain_error_page(language_of(request), 403, web::text(language_of(request), "error.form")), 403);
      return;
    }
    state.app.end_session(session);
    clear_session_cookie(response);
    response.set_redirect("/", 303);
  });
  state.http.Get(R"(/assets/([a-z]+\.[a-z]+))", [](const Request& request, Response& response) {
    const web::Asset* asset = web::find_asset(request.matches[1].str());
    if (!asset) {
      response.status = 404;
      return;
    }
    response.set_header("Cache-Control", request.has_param("v") ? "public, max-age=31536000, immutable" : "no-cache");
    response.set_content(std::string(asset->text), asset->type);
  });
}

}  // namespace erp::host::http
