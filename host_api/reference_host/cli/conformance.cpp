// SPDX-License-Identifier: Apache-2.0
//
// `erp-host conformance`: this host as host-check drives it, by the protocol of host_api/conformance/README.md. One
// command a line on stdin, one JSON object a line on stdout.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <iostream>
#include <sstream>
#include <thread>

#include "cli/setting.h"

namespace erp::host::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kBudgetUs = 20'000;
constexpr auto kPause = std::chrono::milliseconds(5);

class Desk {
 public:
  explicit Desk(App& app) : app_(app) {
    const json::value company = call("company.get", {});
    if (company.at("currency").as_string().empty()) call("company.update", {{"currency", "SEK"}});
    customer_ = call("customer.create", {{"name", "Conformance"}}).at("id").to_number<std::int64_t>();
  }

  json::object answer(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "modules") return modules();
    if (command == "confirm") return {{"ok", true}, {"orders", confirm(number(words))}};
    if (command == "rollback") return rollback();
    if (command == "work") {
      app_.drain();
      return {{"ok", true}};
    }
    if (command == "run") return run(number(words));
    if (command == "load") {
      const std::int64_t threads = number(words);
      return load(threads, number(words));
    }
    if (command == "call") return {{"ok", true}, {"result", call_of(words)}};
    if (command == "parallel") {
      const std::int64_t threads = number(words);
      return parallel(threads, words);
    }
    return {{"ok", false}, {"unsupported", true}};
  }

 private:
  json::value call(std::string_view name, json::object input) { return app_.call_action(Caller{}, name, input); }

  static std::int64_t number(std::istringstream& words) {
    std::int64_t value = 0;
    if (!(words >> value) || value < 1 || value > 1'000'000) {
      throw HostError(ERP_INVALID_ARGUMENT, "conformance.number", "The command needs a number from 1.");
    }
    return value;
  }

  json::object modules() {
    json::array out;
    const json::value health = app_.health();
    for (const ModuleState& module : app_.modules()) {
      std::string problem = module.problem;
      const auto* state = health.at("modules").as_object().if_contains(module.id);
      if (problem.empty() && state != nullptr) problem = state->at("reason").as_string();
      out.push_back(json::object{{"id", module.id}, {"running", module.running}, {"problem", problem}});
    }
    return {{"ok", true}, {"modules", std::move(out)}};
  }

  json::array confirm(std::int64_t count) {
    json::array orders;
    for (std::int64_t i = 0; i < count; ++i) {
      const json::value order =
          call("order.create", {{"customer", customer_},
                                {"currency", "SEK"},
                                {"lines", json::array{json::object{{"net", 10000}, {"description", "Work"}}}}});
      call("order.confirm", {{"id", order.at("id")}});
      orders.push_back(order.at("id"));
    }
    return orders;
  }

  /// An order is written and confirmed, then an invoice of the same transaction is refused: nothing may be left.
  json::object rollback() {
    ImportBatch batch;
    const std::string number = call("customer.get", {{"id", customer_}}).at("number").as_string().c_str();
    batch.orders.push_back({"ROLLED-BACK",
                            number,
                            "",
                            "",
                            "SEK",
                            "confirmed",
                            std::nullopt,
                            1'790'000'000'000'000,
                            {{1, "Work", 1, 0, 10000, true, {}, {}}},
                            {}});
    batch.invoices.push_back({"NONE",
                              "invoice",
                              "no such customer",
                              "",
                              "",
                              "SEK",
                              "posted",
                              1'790'000'000'000'000,
                              false,
                              {{1, "Work", 1, 0, 10000, true, {}, {}}},
                              {}});
    try {
      app_.import_batch(Caller{}, batch);
    } catch (const HostError&) {
      return {{"ok", true}};
    }
    throw HostError(ERP_INTERNAL, "conformance.rollback", "The transaction that should fail went through.");
  }

  json::object run(std::int64_t milliseconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (std::chrono::steady_clock::now() < until) {
      if (!app_.work_once(kBudgetUs)) std::this_thread::sleep_for(kPause);
    }
    return {{"ok", true}};
  }

  /// Orders are confirmed while as many threads as the server may have give the modules time.
  json::object load(std::int64_t threads, std::int64_t orders) {
    std::atomic<bool> busy{true};
    std::vector<std::thread> workers;
    for (std::int64_t i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        while (busy) {
          if (!app_.work_once(kBudgetUs)) std::this_thread::sleep_for(kPause);
        }
      });
    }
    json::array made;
    try {
      made = confirm(orders);
    } catch (...) {
      busy = false;
      for (std::thread& worker : workers) worker.join();
      throw;
    }
    busy = false;
    for (std::thread& worker : workers) worker.join();
    return {{"ok", true}, {"orders", std::move(made)}};
  }

  json::value call_of(std::istringstream& words) {
    std::string name, text;
    words >> name;
    std::getline(words, text);
    return app_.call_action(Caller{}, name, parse_json(text, "The input of " + name));
  }

  json::object parallel(std::int64_t threads, std::istringstream& words) {
    const std::string rest(std::istreambuf_iterator<char>(words), {});
    std::atomic<int> failed{0};
    std::vector<std::thread> callers;
    for (std::int64_t i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        try {
          std::istringstream own(rest);
          call_of(own);
        } catch (const std::exception&) {
          ++failed;
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    return {{"ok", failed == 0}};
  }

  App& app_;
  std::int64_t customer_ = 0;
};

/// The end of the input ends the loop, and so does SIGTERM: reading fails then.
void end_reading(int) { ::close(STDIN_FILENO); }

}  // namespace

int conformance(const Arguments& arguments, const Streams& streams) {
  expect_words(arguments, 0, 0, "conformance --data DIR --modules DIR");
  struct sigaction action {};
  action.sa_handler = end_reading;  // without SA_RESTART
  sigaction(SIGTERM, &action, nullptr);
  const auto app = App::open(host_options(arguments));
  Desk desk(*app);
  std::string line;
  while (std::getline(streams.in, line) && line != "quit") {
    json::object out;
    try {
      out = desk.answer(line);
    } catch (const HostError& error) {
      out = {{"ok", false}, {"error", error_json(error)}};
    } catch (const std::exception& error) {
      out = {{"ok", false}, {"error", error_json(HostError(ERP_INTERNAL, "host.internal", error.what()))}};
    }
    streams.out << json::serialize(out) << std::endl;
  }
  return 0;
}

}  // namespace erp::host::cli
