// SPDX-License-Identifier: Apache-2.0
//
// The module behind its border: everything that the host can ask of it, in C++. host/module_instance.cpp calls this and
// nothing else; tests may do the same with a host of their own.
//
//   Application application(host, "/usr/lib/erp-host/modules/sales_leads");  // opens nothing yet
//   application.migrate();
//   application.start();
//   std::string json = application.call_action(call, "campaign.create", R"({"title":"Spring"})");
//
// Threads: constructor, start, stop and the three migration functions: one control lane. work: never two at once per
// company. list_*, call_action, run_report: concurrent. wake, health: any thread at every time.
// Errors: Failure; any other exception is a defect and becomes INTERNAL at the border. Ownership: `host` outlives it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "host/host.h"

namespace sales_leads {

struct MigrationState {
  std::int32_t current = 0;  // number of the last migration that the database has, 0 = none
  std::int32_t target = 0;   // number of the last one that the module knows
};

struct WorkRequest {
  std::int64_t budget_us = 0;
  std::string job;  // name of a due job; empty = events and whatever is pending
};

struct WorkResult {
  bool more = false;                // there is more to do now
  std::int64_t retry_after_us = 0;  // without more: call again at the latest after this; 0 = after the next wake
  std::int64_t handled = 0;         // events handled in this call
  std::int64_t parked = 0;          // events parked in this call
};

class Application {
 public:
  /// Opens no file of the database and no connection; reads no setting. `module_folder` holds schemas/.
  Application(const Host& host, std::filesystem::path module_folder);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  std::string list_actions();
  std::string call_action(const CallContext& call, std::string_view name, std::string_view json);
  std::string list_reports();
  std::string run_report(const CallContext& call, std::string_view name, std::string_view params);
  /// {"views":[{"id","kind","titles":{"en","sv","nb"},"permission"}]}
  std::string list_views();
  /// As the caller sees it, in the language of the call.
  std::string get_view(const CallContext& call, std::string_view id);

  void migrate();
  MigrationState migration_state();
  std::string migration_plan();

  WorkResult work(const CallContext& call, WorkRequest request);
  void wake() noexcept;

  /// {"state":0|1|2,"reason":"…","metrics":{…}}; no personal data.
  std::string health() noexcept;

  void start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sales_leads
