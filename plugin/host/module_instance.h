// SPDX-License-Identifier: Apache-2.0
//
// The module as one instance behind the C border: host tables in, Application out. No rule of business lives here.
//
// Threads: as erp/module.h says; ModuleBase refuses calls out of order. Errors: translate() is the one place where a
// Failure becomes a status with its reason. Ownership: the host owns the instance.
#pragma once

#include <memory>
#include <string>

#include "actions/application.h"
#include "erp/module_base.hpp"
#include "host/abi_host.h"

namespace sales_leads {

inline constexpr erp::sdk::ModuleIdentity kIdentity{"sales_leads", "1.0.0", 0};  // as in manifest.yaml

class SalesLeadsModule final : public erp::sdk::ModuleBase {
 public:
  SalesLeadsModule(const erp_host& host, std::string folder);
  ~SalesLeadsModule() override;

  void on_init() override;
  void on_start() override;
  void on_stop() override;
  erp_work_result work(const erp_call& call, std::int64_t budget_us, std::string_view job) override;
  void wake() noexcept override;
  std::string list_actions() override;
  std::string call_action(const erp_call& call, std::string_view name, std::string_view json) override;
  std::string list_reports() override;
  std::string run_report(const erp_call& call, std::string_view name, std::string_view params) override;
  std::string list_views() override;
  std::string get_view(const erp_call& call, std::string_view id) override;
  erp_migration_state migration_state() override;
  std::string migration_plan() override;
  void migrate() override;
  std::string health() override;

  static erp_status translate(erp_error* error) noexcept;

 private:
  std::unique_ptr<AbiHost> host_facade_;
  std::unique_ptr<Application> application_;  // uses the facade: destroyed first
};

}  // namespace sales_leads
