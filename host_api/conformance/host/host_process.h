// SPDX-License-Identifier: Apache-2.0
//
// The host under check as a process: started on a folder of its own with probes to load, asked line by line.
//
//   Bench bench(options);  bench.add_probe("probe");
//   Host host = bench.start();  host.ask("confirm 3");  host.quit();
//   bench.journal("probe")
//
// Threads: one. Errors: Failed when the host ends or does not answer in time; Skipped when it says that a command is
// not supported. Ownership: a host that still runs is killed by the destructor.
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "frame/check.h"
#include "frame/options.h"

namespace conformance {

namespace json = boost::json;

/// One line of a probe's journal.
struct Entry {
  int pid = 0;
  std::int64_t thread = 0, at_us = 0;
  std::string slot, what, text;
};
using Journal = std::vector<Entry>;

class Host {
 public:
  /// `patience`: how many times as long it may take to answer and to end.
  Host(const std::vector<std::string>& command, const std::filesystem::path& log, int patience);
  ~Host();
  Host(Host&& other) noexcept;
  Host& operator=(Host&&) = delete;

  /// The answer to a command, whatever it says.
  json::object try_ask(const std::string& line);
  /// The same; Failed when the answer is not ok.
  json::object ask(const std::string& line);
  /// Ids of the orders that `confirm` or `load` made.
  std::vector<std::int64_t> orders(const std::string& line);

  void quit();          // Failed when it does not end well in time
  void terminate();     // the same by SIGTERM
  void kill_at_once();  // SIGKILL

 private:
  void expect_end(const std::string& how);
  [[nodiscard]] std::string log_end() const;

  pid_t pid_ = 0;
  int in_ = -1, out_ = -1, patience_ = 1;
  std::string rest_;
  std::filesystem::path log_;
};

class Bench {
 public:
  explicit Bench(const Options& options, const std::string& name);

  /// A folder with manifest and probe; `mode` goes into probe.mode. `asks` are the extensions of its manifest, empty =
  /// all.
  std::filesystem::path add_probe(const std::string& id, std::map<std::string, std::string> mode = {},
                                  const std::vector<std::string>& asks = {});
  [[nodiscard]] Host start() const;
  [[nodiscard]] Journal journal(const std::string& id) const;

  /// Where the kit keeps what hosts load, beside the program.
  [[nodiscard]] static std::filesystem::path kit();

 private:
  std::vector<std::string> words_;
  int patience_ = 1;
  std::filesystem::path data_, modules_;
};

}  // namespace conformance
