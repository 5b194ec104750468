// SPDX-License-Identifier: Apache-2.0
//
// The host over HTTP: a JSON API below /api, plain pages in front of it, /healthz and /metrics. One Server per process;
// requests run on a pool of threads, App does the serialising. Errors of a request become answers; HostError from the
// constructor means that the address is not free.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app.h"

namespace erp::host::http {

struct ServerOptions {
  std::string listen = "127.0.0.1";
  int port = 0;                                 // 0 = any free one
  std::filesystem::path data_dir, modules_dir;  // for files that a browser brings to import; "" = it takes none
  std::function<std::int64_t()> clock_seconds;  // of the login throttle; empty = the machine's
};

class Server {
 public:
  /// Binds at once, so that port() is known before the first request.
  Server(App& app, const ServerOptions& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] int port() const;
  /// Serves until stop(); false when the socket failed.
  bool run();
  /// From any thread; requests that run come to their end.
  void stop();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace erp::host::http
