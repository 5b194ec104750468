/* SPDX-License-Identifier: Apache-2.0 - every type of the contract, reachable from one exported function. */
#include "erp/erp.h"

struct erp_all_types {
  const erp_str* str_;
  const erp_error* error_;
  const erp_sink* sink_;
  const erp_source* source_;
  const erp_call* call_;
  const erp_company_time* company_time_;
  const erp_clock* clock_;
  const erp_config* config_;
  const erp_database_info* database_info_;
  const erp_database* database_;
  const erp_directory* directory_;
  const erp_documents* documents_;
  const erp_event* event_;
  const erp_event_horizon* event_horizon_;
  const erp_events* events_;
  const erp_actor* actor_;
  const erp_identity* identity_;
  const erp_jobs* jobs_;
  const erp_log_pair* log_pair_;
  const erp_log* log_;
  const erp_host_abi* host_abi_;
  const erp_host* host_;
  const erp_module_abi* module_abi_;
  const erp_work_request* work_request_;
  const erp_work_result* work_result_;
  const erp_module_work* module_work_;
  const erp_module_actions* module_actions_;
  const erp_module_views* module_views_;
  const erp_module_reports* module_reports_;
  const erp_migration_state* migration_state_;
  const erp_module_migrate* module_migrate_;
  const erp_module_health* module_health_;
  const erp_rate* rate_;
  const erp_money* money_;
  const erp_ui* ui_;
  erp_module_query_fn query_;
};

__attribute__((visibility("default"))) void erp_types(const struct erp_all_types* all);
__attribute__((visibility("default"))) void erp_types(const struct erp_all_types* all) { (void)all; }
