// SPDX-License-Identifier: Apache-2.0
//
// A module library as the host holds it: found by its manifest, opened, asked who it is, led through its life, called.
//
//   auto module = LoadedModule::load("/usr/lib/erp-host/modules/sales_leads");  // negotiated; no instance yet
//   module->create(host_table);                      // `host_table` outlives destroy()
//   module->init();
//   module->migrate();
//   module->start();
//   std::string json = module->call_action(call, "campaign.create", R"({"title":"Spring"})");
//   module->stop();                                  // ~LoadedModule stops and destroys too
//
// Threads: load, create, init, start, stop, destroy, migrate: one control lane of the caller. work: never two at once
// per company (the caller's lane). Actions, reports, lists: concurrent. wake, health, state, problem: any. stop()
// refuses new calls with WRONG_STATE and waits for those inside. Errors: HostError. A call out of order is refused with
// WRONG_STATE and does not reach the module. A C++ exception out of a slot breaks the contract: it is caught, the
// module is marked failed and never entered again; every later call is refused with UNAVAILABLE and the reason.
// The thread rules of both sides are checked at the highest level; breaches are told to the handler of load().
// Ownership: owns the instance. The library itself stays mapped until the process ends (unloading code that somebody
// may still run cannot be made safe), but for unload_for_test().
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "erp/check.hpp"
#include "erp/checked_host.hpp"
#include "erp/client.hpp"
#include "erp/erp.h"
#include "modules/manifest.h"

namespace erp::host {

using sdk::LifeState;
using sdk::MigrationNumbers;
using sdk::WorkOutcome;

/// What this host says of itself when it asks a module.
[[nodiscard]] erp_host_abi this_host_abi();

class LoadedModule {
 public:
  /// Reads the folder's manifest, opens the library and negotiates. Refusals (HostError, each names the file and what
  /// to do): relative path, folder or file that others may write to, no library for this platform, file missing, not an
  /// ELF file, entry symbol missing, other ABI major, higher minor required, id or version other than in the manifest,
  /// mandatory slots missing.
  /// `misbehaviour` hears of every breach of the contract by either side, on the thread of the call that it was seen
  /// in.
  static std::unique_ptr<LoadedModule> load(const std::filesystem::path& folder,
                                            const erp_host_abi& host = this_host_abi(),
                                            sdk::MisbehaviourHandler misbehaviour = {});

  /// What load() finds out before any code of the module runs: trusted folder, manifest, versions, a whole library for
  /// this machine. The same refusals.
  static Manifest inspect(const std::filesystem::path& folder, const erp_host_abi& host = this_host_abi());

  ~LoadedModule();  // stops and destroys when that is still due
  LoadedModule(const LoadedModule&) = delete;
  LoadedModule& operator=(const LoadedModule&) = delete;

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] LifeState state() const { return client_->state(); }
  [[nodiscard]] bool running() const { return state() == LifeState::started; }
  [[nodiscard]] std::string problem() const { return client_->problem(); }  // why it failed; empty = it did not

  void create(const erp_host& host);
  void init();  // on a failure only destroy() is left
  void start();
  void stop();
  void destroy() noexcept;

  /// erp.module.migrate/1; after init. A module without it has nothing to migrate: {0, 0}, "", no-op.
  [[nodiscard]] MigrationNumbers migration_state();
  [[nodiscard]] std::string migration_plan();
  void migrate();

  /// erp.module.work/1. HostError(ERP_BUSY): another process works for this company.
  WorkOutcome work(const erp_call& call, std::int64_t budget_us, std::string_view job = {});
  void wake() noexcept;

  /// erp.module.actions/1 and erp.module.reports/1; JSON text in and out. A module without the extension: list gives an
  /// empty list, a call gives UNSUPPORTED.
  [[nodiscard]] std::string list_actions();
  std::string call_action(const erp_call& call, std::string_view name, std::string_view json);
  [[nodiscard]] std::string list_reports();
  std::string run_report(const erp_call& call, std::string_view name, std::string_view params_json);

  /// erp.module.views/1, likewise.
  [[nodiscard]] std::string list_views();
  std::string get_view(const erp_call& call, std::string_view id);

  /// erp.module.health/1 from init to destroy; {"state":2,"reason":…} when the module failed or does not answer.
  [[nodiscard]] std::string health() noexcept;

  /// The raw table of a module extension, or nullptr. Read slots through erp::sdk::slot() only: it may be shorter than
  /// this host's struct.
  [[nodiscard]] const void* extension(std::string_view id);

  /// Destroys the instance and unmaps the library: conformance and leak tests only.
  static void unload_for_test(std::unique_ptr<LoadedModule> module);

 private:
  struct Library;
  LoadedModule(std::filesystem::path folder, Manifest manifest, const erp_host_abi& host,
               sdk::MisbehaviourHandler misbehaviour);
  template <class Call>
  auto control(Call&& call);  // life cycle: refusals name the module
  template <class Call>
  auto business(Call&& call);  // calls: refusals go through as the module worded them

  std::filesystem::path folder_;
  Manifest manifest_;
  std::unique_ptr<Library> library_;  // goes to a registry that is never destroyed, see above
  std::unique_ptr<sdk::CallTracker> tracker_;
  std::unique_ptr<sdk::CheckedHost> host_;
  std::unique_ptr<sdk::ModuleClient> client_;
};

}  // namespace erp::host
