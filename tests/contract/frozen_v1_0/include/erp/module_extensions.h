/* SPDX-License-Identifier: Apache-2.0
 *
 * What a module may offer, each through erp_module_abi.get_extension. All are optional to the host.
 */
#ifndef ERP_MODULE_EXTENSIONS_H
#define ERP_MODULE_EXTENSIONS_H

#include "erp/module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- erp.module.work/1: the module owns no thread, the host gives it time ------------------------------------- */
#define ERP_EXT_MODULE_WORK "erp.module.work/1"

typedef struct erp_work_request {
  uint32_t size;
  uint32_t reserved;
  int64_t budget_us; /* overrun at most max(2 * budget, 50 ms) */
  erp_str job;       /* name of a due job, empty = events and whatever is pending */
} erp_work_request;

typedef struct erp_work_result {
  uint32_t size;
  uint32_t more;          /* 1 = there is more to do now */
  int64_t retry_after_us; /* with more = 0: call again at the latest after this; 0 = after the next wake */
  int64_t handled;        /* events handled in this call */
  int64_t parked;         /* events parked in this call */
} erp_work_result;

typedef struct erp_module_work {
  uint32_t size;
  uint32_t reserved;
  /* One company per call; no transaction spans calls. The token of `call` has no user's rights. BUSY: another process
   * holds this company's lease. [serial] */
  erp_status (*work)(erp_module* module, const erp_call* call, const erp_work_request* request, erp_work_result* result,
                     erp_error* error);
  /* There may be new events: sets a flag, nothing more. [any] */
  void (*wake)(erp_module* module);
} erp_module_work;

/* --- erp.module.actions/1: the module's API by name, JSON in and out ------------------------------------------ */
#define ERP_EXT_MODULE_ACTIONS "erp.module.actions/1"

typedef struct erp_module_actions {
  uint32_t size;
  uint32_t reserved;
  /* {"schema":"1.0","actions":[{"name":..,"permission":..,"changes":bool,"input":JSON Schema,…}]} [worker] */
  erp_status (*list)(erp_module* module, const erp_sink* out, erp_error* error);
  /* Runs one action. Changing actions take "request_id" (idempotent for 24 h) and "expected_version". [worker] */
  erp_status (*call)(erp_module* module, const erp_call* call, erp_str name, const erp_source* input,
                     const erp_sink* output, erp_error* error);
} erp_module_actions;

/* --- erp.module.views/1: declared views by id and language ------------------------------------------------------ */
#define ERP_EXT_MODULE_VIEWS "erp.module.views/1"

typedef struct erp_module_views {
  uint32_t size;
  uint32_t reserved;
  erp_status (*list)(erp_module* module, const erp_sink* out, erp_error* error); /* [worker] */
  erp_status (*get)(erp_module* module, const erp_call* call, erp_str id, const erp_sink* out,
                    erp_error* error); /* [worker] */
} erp_module_views;

/* --- erp.module.reports/1 ----------------------------------------------------------------------------------------- */
#define ERP_EXT_MODULE_REPORTS "erp.module.reports/1"

typedef struct erp_module_reports {
  uint32_t size;
  uint32_t reserved;
  /* {"schema":"1.0","reports":[{"name":..,"permission":..,"params":JSON Schema}]} [worker] */
  erp_status (*list)(erp_module* module, const erp_sink* out, erp_error* error);
  /* {"rows":[{"key":..,"label":..,"measures":{..}}],"totals":{"measures":{..}}} [worker] */
  erp_status (*run)(erp_module* module, const erp_call* call, erp_str name, erp_str params_json, const erp_sink* out,
                    erp_error* error);
} erp_module_reports;

/* --- erp.module.migrate/1 ------------------------------------------------------------------------------------------
 */
#define ERP_EXT_MODULE_MIGRATE "erp.module.migrate/1"

typedef struct erp_migration_state {
  uint32_t size;
  int32_t current; /* number of the last migration that the database has, 0 = none */
  int32_t target;  /* number of the last one that the module knows */
  uint32_t reserved;
} erp_migration_state;

typedef struct erp_module_migrate {
  uint32_t size;
  uint32_t reserved;
  erp_status (*state)(erp_module* module, erp_migration_state* out, erp_error* error); /* [control] */
  /* What apply would do, as text for the operator. [control] */
  erp_status (*plan)(erp_module* module, const erp_sink* out, erp_error* error);
  /* Applies what is missing, each in a transaction, locked against a second starter. VERSION when the database is newer
   * than the module. [control] */
  erp_status (*apply)(erp_module* module, erp_error* error);
} erp_module_migrate;

/* --- erp.module.health/1 -------------------------------------------------------------------------------------------
 */
#define ERP_EXT_MODULE_HEALTH "erp.module.health/1"

#define ERP_HEALTH_OK 0
#define ERP_HEALTH_DEGRADED 1 /* works, but somebody should look: parked events, lag */
#define ERP_HEALTH_FAILED 2

typedef struct erp_module_health {
  uint32_t size;
  uint32_t reserved;
  /* {"state":0,"reason":"","metrics":{"name":integer,…}}; no personal data. [any] */
  erp_status (*report)(erp_module* module, const erp_sink* out, erp_error* error);
} erp_module_health;

#ifdef __cplusplus
}
#endif
#endif
