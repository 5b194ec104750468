/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.jobs/1 (host): the host's timetable for the module. A due job is handed to the module through
 * erp.module.work/1: the host calls work with `job` set. Missed runs are caught up once, not once for each.
 */
#ifndef ERP_JOBS_H
#define ERP_JOBS_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_JOBS "erp.jobs/1"

typedef struct erp_jobs {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Once, at or after the time. The same name again moves it. [serial, worker] */
  erp_status (*run_at)(void* ctx, const erp_call* call, erp_str name, int64_t at_us, erp_error* error);
  /* Every day at a minute of the company's day (0..1439). [serial, worker] */
  erp_status (*run_daily)(void* ctx, const erp_call* call, erp_str name, int32_t minute, erp_error* error);
  /* For the operator: parts per thousand and a line of text. [serial, worker] */
  erp_status (*progress)(void* ctx, const erp_call* call, erp_str name, int32_t permille, erp_str text,
                         erp_error* error);
  /* OK also when there is none. [serial, worker] */
  erp_status (*cancel)(void* ctx, const erp_call* call, erp_str name, erp_error* error);
} erp_jobs;

#ifdef __cplusplus
}
#endif
#endif
