/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.clock/1 (host): the only time a module may use. Tests drive it.
 */
#ifndef ERP_CLOCK_H
#define ERP_CLOCK_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_CLOCK "erp.clock/1"

typedef struct erp_company_time {
  uint32_t size;
  int32_t fiscal_year_start_month; /* 1..12 */
  char time_zone[64];              /* IANA name, "Europe/Stockholm" */
} erp_company_time;

typedef struct erp_clock {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  int64_t (*now_us)(void* ctx);       /* microseconds since 1970-01-01 UTC; may step back. [any] */
  int64_t (*monotonic_us)(void* ctx); /* never steps back; only differences mean anything. [any] */
  /* NOT_FOUND for an unknown company. `out->size` is set by the caller. [any] */
  erp_status (*company_time)(void* ctx, int64_t company, erp_company_time* out, erp_error* error);
} erp_clock;

#ifdef __cplusplus
}
#endif
#endif
