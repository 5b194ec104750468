// SPDX-License-Identifier: Apache-2.0
//
// All modules of this process: loaded, led through their life, called, given time.
//
// Threads: load() once, at the start, and the destructor at the end, on one thread; everything else on any. A module is
// given time for one company on one thread at a time. Errors: HostError; a module that fails never takes the host with
// it.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "extensions/context.h"
#include "modules/loader.h"
#include "services/schema_check.h"

namespace erp::host {

class ModuleHost {
 public:
  explicit ModuleHost(Base& base) : base_(base) {}
  ~ModuleHost();

  /// Every folder in `folder` that holds a manifest.yaml. One that cannot be honoured is logged and shown in states().
  /// `taken` are the names of the host's own actions.
  void load(const std::filesystem::path& folder, const std::vector<std::string>& taken);
  [[nodiscard]] std::vector<ModuleState> states() const;
  /// Instead of load(): what the modules of the folder would do to the database, one line per migration. Nothing is
  /// started, granted or changed; a module that is new here is told by its name alone.
  [[nodiscard]] std::string migration_plan(const std::filesystem::path& folder);

  struct Entry {  // one action or report of a module
    std::size_t module = 0;
    json::value declaration;
    std::string permission;
    bool changes = false;
    std::unique_ptr<InputSchema> input;
  };
  [[nodiscard]] const Entry* action(std::string_view name) const;
  [[nodiscard]] const Entry* report(std::string_view name) const;
  [[nodiscard]] json::array actions() const;
  [[nodiscard]] json::array reports() const;
  json::value call_action(const Caller& caller, std::string_view name, const Entry& entry, const json::value& input);
  json::value run_report(const Caller& caller, std::string_view name, const Entry& entry, const json::value& params);

  struct ViewEntry {
    std::size_t module = 0;
    std::string id, kind, permission;
    json::object titles;
    bool lookup = false;
  };
  [[nodiscard]] const std::map<std::string, ViewEntry, std::less<>>& views() const { return views_; }
  json::value get_view(const Caller& caller, const ViewEntry& entry);
  /// Panels and reference fields on the host's pages: {"id","page","kind","view",…} in their order.
  [[nodiscard]] json::array parts() const;

  /// There are new events.
  void wake();
  /// One slice for each module and company whose time has come; answers whether there is more to do at once.
  bool work_round(const std::vector<std::int64_t>& companies, std::int64_t budget_us);
  /// Until no module has anything to do for the company; throws when one cannot go on.
  DrainCounts drain(std::int64_t company);

  [[nodiscard]] std::vector<ManifestMenu> menus() const;
  [[nodiscard]] json::object health(bool& degraded, bool& failed) const;

 private:
  struct Lane {  // of one module and company
    std::mutex busy;
    std::atomic<std::int64_t> next_us{0}, backoff_us{0};
    std::atomic<std::uint64_t> wakes{0};  // so far: one that comes during a slice may come too late for it
  };
  struct Module {
    ModuleState state;
    std::unique_ptr<Context> context;  // outlives the module
    std::unique_ptr<LoadedModule> module;
    mutable std::mutex mutex;  // lanes, trouble
    std::map<std::int64_t, Lane> lanes;
    std::string trouble;  // the last INTERNAL, for health
  };

  static std::vector<std::filesystem::path> module_folders(const std::filesystem::path& folder);
  void load_one(const std::filesystem::path& folder, Module& one);
  void initialise(const std::filesystem::path& folder, Module& one, bool grant);
  void keep_manifest(const Manifest& manifest, const std::filesystem::path& folder);
  std::set<std::string> granted(const Manifest& manifest);
  void declare(std::size_t index, const std::vector<std::string>& taken);
  void add_views(std::size_t index, std::string_view text);
  void add_entries(std::size_t index, std::string_view text, std::string_view list,
                   std::map<std::string, Entry, std::less<>>& into, const std::vector<std::string>& taken);
  Lane& lane(Module& one, std::int64_t company);
  WorkOutcome slice(Module& one, std::int64_t company, std::int64_t budget_us);
  std::string due_job(Module& one, std::int64_t company);
  void finish_job(Module& one, std::int64_t company, const std::string& job);
  void note(Module& one, const HostError& error, std::string_view where);
  json::value call(const Caller& caller, Module& one, const std::string& what,
                   const std::function<std::string(const erp_call&)>& run);

  Base& base_;
  Tokens tokens_;
  std::vector<std::unique_ptr<Module>> modules_;
  std::map<std::string, Entry, std::less<>> actions_, reports_;
  std::map<std::string, ViewEntry, std::less<>> views_;
};

}  // namespace erp::host
