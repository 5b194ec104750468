/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.log/1 (host): one line for the operator. No secrets and no personal data in it; lines over 8 KiB are cut.
 */
#ifndef ERP_LOG_H
#define ERP_LOG_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_LOG "erp.log/1"

#define ERP_LOG_DEBUG 0
#define ERP_LOG_INFO 1
#define ERP_LOG_WARNING 2
#define ERP_LOG_ERROR 3
#define ERP_LOG_HOST_MISBEHAVES 4   /* the host broke the contract */
#define ERP_LOG_MODULE_MISBEHAVES 5 /* the module broke the contract */

typedef struct erp_log_pair {
  erp_str name;
  erp_str value;
} erp_log_pair;

typedef struct erp_log {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* `pairs` may be NULL when `pair_count` is 0. Never fails, never blocks for long. [any] */
  void (*write)(void* ctx, int32_t level, erp_str message, const erp_log_pair* pairs, uint32_t pair_count);
} erp_log;

#ifdef __cplusplus
}
#endif
#endif
