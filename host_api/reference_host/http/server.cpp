// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <sodium.h>

#include <chrono>
#include <thread>

#include "http/packing.h"
#include "http/state.h"

namespace erp::host::http {
namespace {

constexpr std::size_t kBodyBytesMax = 8 * 1024 * 1024;
constexpr std::size_t kUploadBytesMax = 64 * 1024 * 1024;  // a file that is to be imported
constexpr std::size_t kThreads = 64;                       // one per open connection: a kept-alive one holds its thread
constexpr std::size_t kRequestsPerConnection = 10'000;

constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

constexpr std::string_view kPackedFiles = "/app/assets/";  // these see to it themselves

std::int64_t machine_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

struct Server::Inside {
  Inside(App& app, const ServerOptions& options)
      : state(app, options.clock_seconds ? options.clock_seconds : machine_seconds) {
    if (sodium_init() < 0) {
      throw HostError(ERP_UNAVAILABLE, "host.random", "The machine's source of randomness is not available.");
    }
    state.imports = std::make_unique<Imports>(app, options.data_dir, options.modules_dir);
    set_up();
    if (options.port == 0) {
      state.port = state.http.bind_to_any_port(options.listen);
    } else if (state.http.bind_to_port(options.listen, options.port)) {
      state.port = options.port;
    }
    if (state.port <= 0) {
      throw HostError(ERP_UNAVAILABLE, "host.port.taken",
                      "Cannot listen on " + options.listen + ", port " + std::to_string(options.port) +
                          ": is it in use, or not an address of this machine?");
    }
    state.http.widen_queue();
    state.worker = std::make_unique<Worker>(app, [this] { tell_news(); });
  }

  /// After a round of work: what the host's events and the modules' work on them have changed.
  void tell_news() {
    const App::News news = state.app.news(events_told);
    const bool first = events_told < 0;
    events_told = news.head;
    if (first || news.kinds.empty()) return;
    for (const std::string& kind : news.kinds) state.changes.note(kind.substr(0, kind.find('.')));
    state.changes.note("ledger");
  }

  void set_up() {
    httplib::Server& http = state.http;
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };  // the server owns and deletes it
    http.set_keep_alive_max_count(kRequestsPerConnection);
    http.set_keep_alive_timeout(5);
    http.set_read_timeout(15);
    http.set_write_timeout(15);
    http.set_tcp_nodelay(true);
    // The library's own choice is SO_REUSEPORT: a second host on the same port would start, and take half of the
    // requests.
    http.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    http.set_payload_max_length(kUploadBytesMax);
    // Before a body is read: only who is logged in may bring a large one, and only where files are taken.
    http.set_pre_routing_handler([this](const Request& request, Response& response) {
      if (!request.path.starts_with(kPackedFiles)) let_pack(request, true);
      const bool upload = request.path == "/api/upload";
      const bool large = request.has_header("Transfer-Encoding") ||
                         request.get_header_value<std::uint64_t>("Content-Length") > kBodyBytesMax;
      if (!large) return httplib::Server::HandlerResponse::Unhandled;
      Failure failure{413, ERP_LIMIT, "http.too_large", "The request is larger than 8 MiB.", ""};
      if (upload) {
        if (state.caller_of(request)) return httplib::Server::HandlerResponse::Unhandled;
        failure = {401, ERP_PERMISSION, "session.missing", "Log in first: POST /api/login.", ""};
      }
      answer_failure(request, response, failure);
      return httplib::Server::HandlerResponse::Handled;
    });
    http.set_default_headers({{"Content-Security-Policy", kContentPolicy},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"X-Frame-Options", "DENY"},
                              {"Cross-Origin-Opener-Policy", "same-origin"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Vary", "Accept-Encoding"},
                              {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}});
    // What these two say is heard in a page alone; on every other answer they are a tenth of a kilobyte.
    http.set_post_routing_handler([](const Request&, Response& response) {
      if (response.get_header_value("Content-Type").starts_with("text/html")) return;
      response.headers.erase("Permissions-Policy");
      response.headers.erase("Cross-Origin-Opener-Policy");
    });
    http.set_exception_handler([](const Request& request, Response& response, std::exception_ptr error) {
      answer_failure(request, response, failure_of(error));
    });
    http.set_error_handler([](const Request& request, Response& response) {
      if (!response.body.empty()) return;
      Failure failure{response.status, ERP_INVALID_ARGUMENT, "http.refused", "The request was refused.", ""};
      if (response.status == 404) {
        failure = {404, ERP_NOT_FOUND, "http.not_found", "There is nothing at this address.", ""};
      } else if (response.status == 413) {
        failure = {413, ERP_LIMIT, "http.too_large",
                   "The request is too large: 8 MiB at most, a file to import 64 MiB.", ""};
      }
      answer_failure(request, response, failure);
    });
    http.set_logger([this](const Request&, const Response& response) {
      const auto first = static_cast<std::size_t>(response.status / 100);
      if (first < state.counters.answers.size()) ++state.counters.answers[first];
    });
    add_api_routes(state);
    add_page_routes(state);
    add_app_routes(state);
    add_view_routes(state);
    add_data_routes(state);
  }

  std::int64_t events_told = -1;  // the worker's thread alone
  State state;
};

Server::Server(App& app, const ServerOptions& options) : inside_(std::make_unique<Inside>(app, options)) {}
Server::~Server() = default;
int Server::port() const { return inside_->state.port; }

bool Server::run() {
  const bool served = inside_->state.http.listen_after_bind();
  inside_->state.ended = true;
  return served;
}

void Server::stop() {
  State& state = inside_->state;
  // The library forgets a stop that comes before its loop has begun.
  while (!state.http.is_running() && !state.ended) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  state.changes.stop();
  state.http.stop();
}

}  // namespace erp::host::http
