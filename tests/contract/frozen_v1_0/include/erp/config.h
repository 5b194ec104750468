/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.config/1 (host): what the operator set for this module. Values are text; the module checks them.
 */
#ifndef ERP_CONFIG_H
#define ERP_CONFIG_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_CONFIG "erp.config/1"

typedef struct erp_config {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Writes the value to the sink; NOT_FOUND when the operator set none. [control, serial, worker] */
  erp_status (*get)(void* ctx, erp_str key, const erp_sink* out, erp_error* error);
  /* Rises with every change of any value; a module compares it to see that it must read again. [any] */
  uint64_t (*generation)(void* ctx);
} erp_config;

#ifdef __cplusplus
}
#endif
#endif
