// SPDX-License-Identifier: Apache-2.0
#include "host/module_instance.h"

#include <utility>

namespace sales_leads {

SalesLeadsModule::SalesLeadsModule(const erp_host& host, std::string folder)
    : ModuleBase(host, std::move(folder),
                 {.work = true, .actions = true, .reports = true, .migrate = true, .health = true, .views = true}) {}

SalesLeadsModule::~SalesLeadsModule() = default;

void SalesLeadsModule::on_init() {
  host_facade_ = std::make_unique<AbiHost>(host());
  application_ = std::make_unique<Application>(*host_facade_, folder());
}

void SalesLeadsModule::on_start() { application_->start(); }

void SalesLeadsModule::on_stop() { application_->stop(); }

erp_work_result SalesLeadsModule::work(const erp_call& call, std::int64_t budget_us, std::string_view job) {
  const WorkResult done = application_->work(from_abi(call), {budget_us, std::string(job)});
  erp_work_result out = erp::sdk::sized<erp_work_result>();
  out.more = done.more ? 1 : 0;
  out.retry_after_us = done.retry_after_us;
  out.handled = done.handled;
  out.parked = done.parked;
  return out;
}

void SalesLeadsModule::wake() noexcept {
  if (application_ != nullptr) application_->wake();
}

std::string SalesLeadsModule::list_actions() { return application_->list_actions(); }

std::string SalesLeadsModule::call_action(const erp_call& call, std::string_view name, std::string_view json) {
  return application_->call_action(from_abi(call), name, json);
}

std::string SalesLeadsModule::list_reports() { return application_->list_reports(); }

std::string SalesLeadsModule::run_report(const erp_call& call, std::string_view name, std::string_view params) {
  return application_->run_report(from_abi(call), name, params);
}

std::string SalesLeadsModule::list_views() { return application_->list_views(); }

std::string SalesLeadsModule::get_view(const erp_call& call, std::string_view id) {
  return application_->get_view(from_abi(call), id);
}

erp_migration_state SalesLeadsModule::migration_state() {
  const MigrationState numbers = application_->migration_state();
  erp_migration_state out = erp::sdk::sized<erp_migration_state>();
  out.current = numbers.current;
  out.target = numbers.target;
  return out;
}

std::string SalesLeadsModule::migration_plan() { return application_->migration_plan(); }

void SalesLeadsModule::migrate() { application_->migrate(); }

std::string SalesLeadsModule::health() { return application_->health(); }

erp_status SalesLeadsModule::translate(erp_error* error) noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    return erp::sdk::fill(error, static_cast<erp_status>(failure.code()), failure.key(), failure.what());
  } catch (...) {
    return erp::sdk::translate(error);
  }
}

}  // namespace sales_leads
