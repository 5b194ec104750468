// SPDX-License-Identifier: Apache-2.0
//
// The reference host as one object: its database, its documents, the modules that it has loaded. The command line and
// the HTTP server are two thin rims around it.
//
// Threads: every public function may be called from any thread; App serialises what must be serial (one control lane,
// one serial lane per company). Errors: HostError. Ownership: App owns the modules and stops and destroys them in its
// destructor.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "erp/erp.h"
#include "model.h"

namespace erp::host {

/// Every refusal of the host: status as in the ABI, a stable key, a message for the user (what, which, what to do).
class HostError : public std::runtime_error {
 public:
  HostError(erp_status status, std::string key, const std::string& message)
      : std::runtime_error(message), status_(status), key_(std::move(key)) {}
  [[nodiscard]] erp_status status() const { return status_; }
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  erp_status status_;
  std::string key_;
};

struct Options {
  std::filesystem::path data_dir;  // created when missing; holds erp.db, or remembers the database URL (mode 0600)
  std::string database_url;  // "" = what data_dir remembers, else SQLite; "postgresql://user:password@host:port/name"
  std::filesystem::path modules_dir;  // folder that holds module folders; "" = none
  std::int64_t company = 1;
};

/// Who calls. The command line without a user is the local operator.
struct Caller {
  std::int32_t kind = ERP_ACTOR_OPERATOR;
  std::int64_t user = 0;
  std::int64_t company = 1;
  std::string locale = "en";
  std::string correlation_id;
  std::int64_t timeout_us = 0;  // how long a module may take over a call; 0 = as long as it needs
};

struct ModuleState {
  std::string id, version, folder;
  bool running = false;
  std::string problem;  // why it was refused or failed, with line and reason; empty = running
};

struct DrainCounts {
  std::int64_t handled = 0;
  std::int64_t parked = 0;
  std::int64_t head = 0;
};

class App {
 public:
  /// Opens (and on first use creates) the database, then loads every module folder; a module that cannot be honoured is
  /// refused, logged and shown in modules(), and the host goes on without it.
  static std::unique_ptr<App> open(const Options& options);
  /// What the next start would do to the database, in words, one line per migration of the host and of every module.
  /// Changes nothing; HostError(NOT_FOUND) where there is no company yet.
  static std::string migration_plan(const Options& options);
  virtual ~App() = default;

  /// One action of the host or of a module, by name. Rights of `caller` apply.
  virtual boost::json::value call_action(const Caller& caller, std::string_view name,
                                         const boost::json::value& input) = 0;
  /// All actions with their JSON Schemas, permission, errors and example, the host's and the modules'.
  virtual boost::json::value list_actions() = 0;
  virtual boost::json::value run_report(const Caller& caller, std::string_view name,
                                        const boost::json::value& params) = 0;
  virtual boost::json::value list_reports() = 0;
  /// {"menus":[{"id","title","path":["Administration","Inställningar"],"view","children":[…]}]} as a tree.
  virtual boost::json::value menus(std::string_view language) = 0;
  /// The same in the caller's language, without entries that the caller has no right to and branches left empty.
  virtual boost::json::value menus(const Caller& caller) = 0;

  /// Who is logged in and what the pages need to know: user, company, currencies, day, languages, permissions.
  virtual boost::json::value me(const Caller&) { return boost::json::object{}; }
  /// {"schema","views":[{"id","kind","title"}]}: the host's and the modules', as far as the caller may see them.
  virtual boost::json::value views(const Caller&) { return boost::json::object{}; }
  /// One view in the caller's language, with the caller's rights applied (host_api/web/README.md).
  virtual boost::json::value view(const Caller&, std::string_view /*id*/) { return boost::json::object{}; }

  /// What a user has set for the pages: saved views, widths, density.
  virtual boost::json::value preference(const Caller&, const std::string& /*key*/) { return boost::json::object{}; }
  virtual boost::json::value set_preference(const Caller&, const boost::json::value& /*input*/) {
    return boost::json::object{};
  }
  /// Kinds of the events after that number, and the last number there is.
  struct News {
    std::int64_t head = 0;
    std::vector<std::string> kinds;
  };
  virtual News news(std::int64_t /*after*/) { return {}; }

  /// Stamps the outbox and gives the modules time until every event so far is handled.
  virtual DrainCounts drain() = 0;
  /// One round: relay, then work for every running module; answers whether there is more to do at once.
  virtual bool work_once(std::int64_t budget_us) = 0;

  /// Host records in bulk, all in one transaction with their events; either everything or nothing.
  virtual ImportCounts import_batch(const Caller& caller, const ImportBatch& batch) = 0;

  virtual std::vector<ModuleState> modules() const = 0;
  /// For /healthz and /metrics: {"state":"ok|degraded|failed","host":{…},"modules":{…}}.
  virtual boost::json::value health() = 0;

  /// Logs in: the user id, or nothing. Takes constant time for unknown logins (argon2id).
  virtual std::optional<std::int64_t> authenticate(std::string_view login, std::string_view password) = 0;
  /// A random session token for the user, stored hashed; and the user behind a token, or nothing when it has ended.
  virtual std::string start_session(std::int64_t user) = 0;
  virtual std::optional<Caller> session_caller(std::string_view token) = 0;
  virtual void end_session(std::string_view token) = 0;
};

}  // namespace erp::host
