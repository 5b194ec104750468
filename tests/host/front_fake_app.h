// SPDX-License-Identifier: Apache-2.0
//
// A host without database for the tests of import, command line and HTTP: remembers what was asked of it, and behaves
// as the real one where the callers depend on it (a batch is all or nothing, a number exists once). Actions may be
// called from several threads; the members are read after them.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app.h"

namespace erp::host::testing {

class FakeApp : public App {
 public:
  using Handler = std::function<boost::json::value(const Caller&, const boost::json::value&)>;

  FakeApp() {
    actions["company.get"] = [this](const Caller&, const boost::json::value&) -> boost::json::value {
      return boost::json::object{{"name", "Example & Sons"}, {"currency", currency}, {"time_zone", "Europe/Stockholm"}};
    };
    actions["customer.list"] = [this](const Caller&, const boost::json::value&) -> boost::json::value {
      boost::json::array rows;
      for (const auto& [number, id] : customers) rows.push_back({{"id", id}, {"number", number}, {"name", number}});
      return boost::json::object{{"customers", rows}, {"next", nullptr}};
    };
    actions["customer.delete"] = [this](const Caller&, const boost::json::value& input) -> boost::json::value {
      std::erase_if(customers, [&](const auto& entry) { return entry.second == input.at("id").as_int64(); });
      return boost::json::object{};
    };
    actions["invoice.list"] = [this](const Caller&, const boost::json::value&) {
      return numbers("invoices", invoices);
    };
    actions["order.list"] = [this](const Caller&, const boost::json::value&) { return numbers("orders", orders); };
    actions["import.begin"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
      return boost::json::object{{"batch", 1}, {"next_row", 1}};
    };
    actions["import.finish"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
      return boost::json::object{};
    };
    actions["employee.list"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
      return boost::json::object{{"employees", {{{"id", 1}, {"number", "7"}, {"name", "Moses Frase"}}}},
                                 {"next", nullptr}};
    };
  }

  boost::json::value call_action(const Caller& caller, std::string_view name,
                                 const boost::json::value& input) override {
    const std::lock_guard lock(mutex);
    calls.emplace_back(std::string(name), input);
    const auto found = actions.find(std::string(name));
    if (found == actions.end()) {
      throw HostError(ERP_NOT_FOUND, "action.unknown", "There is no action " + std::string(name) + ".");
    }
    return found->second(caller, input);
  }
  boost::json::value list_actions() override { return boost::json::array{}; }
  boost::json::value run_report(const Caller&, std::string_view name, const boost::json::value& params) override {
    const std::lock_guard lock(mutex);
    calls.emplace_back("report:" + std::string(name), params);
    if (name == "broken") throw std::runtime_error("select secret from hidden_table");
    if (!reports.contains(std::string(name)))
      throw HostError(ERP_NOT_FOUND, "report.unknown", "There is no such report.");
    return reports[std::string(name)];
  }
  boost::json::value list_reports() override { return boost::json::array{}; }
  boost::json::value menus(const Caller& caller) override { return menus(std::string_view(caller.locale)); }
  boost::json::value menus(std::string_view language) override {
    const bool sv = language == "sv";
    return boost::json::object{{"menus",
                                {{{"id", "administration"},
                                  {"title", sv ? "Administration" : "Administration"},
                                  {"view", nullptr},
                                  {"children",
                                   {{{"id", "administration.settings"},
                                     {"title", sv ? "Inställningar" : "Settings"},
                                     {"view", nullptr},
                                     {"children",
                                      {{{"id", "step"},
                                        {"title", sv ? "Steg" : "Step"},
                                        {"view", "step.list"},
                                        {"children", boost::json::array{}}}}}}}}},
                                 {{"id", "customers"},
                                  {"title", sv ? "Kundhantering" : "Customers"},
                                  {"view", "customer.list"},
                                  {"children", boost::json::array{}}}}}};
  }
  DrainCounts drain() override { return {}; }
  bool work_once(std::int64_t) override {
    const std::lock_guard lock(mutex);
    ++rounds;
    return false;
  }
  ImportCounts import_batch(const Caller&, const ImportBatch& batch) override {
    for (const auto& row : batch.invoices) {
      if (std::find(invoices.begin(), invoices.end(), row.number) != invoices.end()) {
        throw HostError(ERP_CONFLICT, "invoice.number.taken", "The invoice " + row.number + " exists already.");
      }
    }
    for (const auto& row : batch.customers) {
      if (customers.contains(row.number) && !row.only_if_missing) {
        throw HostError(ERP_CONFLICT, "customer.number.taken", "The customer " + row.number + " exists already.");
      }
    }
    for (const auto& row : batch.customers)
      customers.emplace(row.number, static_cast<std::int64_t>(customers.size()) + 1);
    for (const auto& row : batch.invoices) invoices.push_back(row.number);
    for (const auto& row : batch.orders) orders.push_back(row.number);
    batches.push_back(batch);
    return {};
  }
  std::vector<ModuleState> modules() const override { return {}; }
  boost::json::value health() override {
    return boost::json::object{{"state", state}, {"host", {{"events", 5}, {"secret", "x"}}}};
  }
  std::optional<std::int64_t> authenticate(std::string_view login, std::string_view password) override {
    if (login == "anna" && password == "right") return 3;
    return std::nullopt;
  }
  std::string start_session(std::int64_t) override {
    const std::lock_guard lock(mutex);
    tokens.push_back("token-" + std::to_string(tokens.size() + 1) + "-of-thirty-two-characters");
    return tokens.back();
  }
  std::optional<Caller> session_caller(std::string_view token) override {
    const std::lock_guard lock(mutex);
    if (std::find(tokens.begin(), tokens.end(), token) == tokens.end()) return std::nullopt;
    Caller caller;
    caller.kind = ERP_ACTOR_USER;
    caller.user = 3;
    return caller;
  }
  void end_session(std::string_view token) override {
    const std::lock_guard lock(mutex);
    std::erase(tokens, token);
  }

  [[nodiscard]] std::int64_t count_calls(const std::string& name) const {
    return std::count_if(calls.begin(), calls.end(), [&](const auto& call) { return call.first == name; });
  }

  std::mutex mutex;
  std::map<std::string, Handler> actions;
  std::map<std::string, boost::json::value> reports;
  std::vector<std::pair<std::string, boost::json::value>> calls;
  std::vector<ImportBatch> batches;
  std::map<std::string, std::int64_t> customers;
  std::vector<std::string> invoices, orders, tokens;
  std::string currency = "SEK", state = "ok";
  std::int64_t rounds = 0;

 private:
  static boost::json::value numbers(const char* name, const std::vector<std::string>& list) {
    boost::json::array rows;
    for (std::size_t i = 0; i < list.size(); ++i) {
      rows.push_back({{"id", static_cast<std::int64_t>(i) + 1}, {"number", list[i]}});
    }
    return boost::json::object{{name, rows}, {"next", nullptr}};
  }
};

}  // namespace erp::host::testing
