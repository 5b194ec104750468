// SPDX-License-Identifier: Apache-2.0
//
// `erp-host serve`: the host until somebody ends it with SIGTERM or SIGINT.
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <thread>

#include "cli/setting.h"
#include "http/server.h"

namespace erp::host::cli {
namespace {

int port_of(const Arguments& arguments) {
  const std::string text = arguments.value("port", "8080");
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > 65535) {
    throw UsageError("--port must be a number from 0 to 65535, not " + text + ".");
  }
  return port;
}

void warn_of_modules(const App& app, std::ostream& err) {
  for (const ModuleState& module : app.modules()) {
    if (!module.problem.empty()) err << "The module " << module.folder << " is not running: " << module.problem << '\n';
  }
}

}  // namespace

int serve(const Arguments& arguments, const Streams& streams) {
  if (!arguments.words.empty())
    throw UsageError("The form is: erp-host serve --data DIR [--port N] [--listen ADDRESS]");
  http::ServerOptions options;
  options.listen = arguments.value("listen", "127.0.0.1");
  options.port = port_of(arguments);
  const Options host = host_options(arguments);
  options.data_dir = host.data_dir;
  options.modules_dir = host.modules_dir;

  // Before any thread is made, so that the signals reach this one alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto app = App::open(host);
  warn_of_modules(*app, streams.err);
  http::Server server(*app, options);
  const bool six = options.listen.find(':') != std::string::npos;
  streams.out << "Listening on http://" << (six ? "[" : "") << options.listen << (six ? "]" : "") << ':'
              << server.port() << std::endl;
  bool served = true;
  std::thread serving([&] {
    served = server.run();
    // When the socket fails by itself, the wait below must end as well.
    if (!served) kill(getpid(), SIGTERM);
  });
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  serving.join();
  if (!served) throw HostError(ERP_UNAVAILABLE, "host.serve.failed", "The server stopped by itself.");
  streams.err << "Stopped.\n";
  return 0;
}

}  // namespace erp::host::cli
