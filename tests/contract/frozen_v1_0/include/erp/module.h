/* SPDX-License-Identifier: Apache-2.0
 *
 * Entry and life cycle of a module.
 *
 * A module library exports exactly one symbol, erp_module_query. Life:
 *
 *   query -> create -> init -> start <-> stop -> destroy
 *
 *   state after        the host may call                     the module may call
 *   query              create, query                         nothing
 *   create             init, destroy                         nothing
 *   init               start, destroy, get_extension,        host extensions, on the calling thread
 *                      migrate and health slots
 *   failed init        destroy only                          log
 *   start              every slot, stop                      host extensions, on the calling thread
 *   stop               start, destroy, health                nothing but log
 *   destroy            nothing                               nothing
 *
 * One instance per database and process. The host may be one of several processes on the same database. A module opens
 * no connection and starts no thread before the first work or call; it owns no thread at all.
 */
#ifndef ERP_MODULE_H
#define ERP_MODULE_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct erp_module erp_module; /* the module's instance; never looked into by the host */

/* What the host says of itself in the query. Static data. */
typedef struct erp_host_abi {
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t json_schema_minor; /* highest minor of the views' and actions' JSON, major 1 */
  erp_str name;               /* "erp-host" */
  erp_str version;
} erp_host_abi;

/* The host as the module sees it, from create to destroy. */
typedef struct erp_host {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* The table of an extension, or NULL if unknown, not offered or not granted. The pointer stays valid and the same
   * until destroy. [control, serial, worker] */
  const void* (*get_extension)(void* ctx, erp_str id);
} erp_host;

/* What the module answers to the query. The caller sets `size`; texts are static and owned by the module. */
typedef struct erp_module_abi {
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor_required; /* the least host minor that will do */
  uint32_t reserved;
  erp_str id; /* equals the manifest's */
  erp_str version;

  /* Makes an instance. May not call the host. On failure *out is untouched. [control] */
  erp_status (*create)(const erp_host* host, erp_str module_folder, erp_module** out, erp_error* error);
  /* Fetches extensions; may call the host. After a failure only destroy is legal. [control] */
  erp_status (*init)(erp_module* module, erp_error* error);
  /* From here on work, actions and reports may come. WRONG_STATE when started already. [control] */
  erp_status (*start)(erp_module* module, erp_error* error);
  /* Returns when nothing of the module runs or is scheduled. WRONG_STATE when not started. [control] */
  erp_status (*stop)(erp_module* module, erp_error* error);
  /* Frees everything; NULL is allowed. Legal after create in every state but started. [control] */
  void (*destroy)(erp_module* module);
  /* The table of a module extension or NULL; stays valid until destroy. [control, serial, worker] */
  const void* (*get_extension)(erp_module* module, erp_str id);
} erp_module_abi;

/* The one exported symbol of major version 1. Pure: no thread, file, database or host call; callable many times, under
 * 100 ms. A host of another major or of a lower minor than required gets ERP_VERSION with both numbers in the message
 * and `out` untouched. [query] */
typedef erp_status (*erp_module_query_fn)(const erp_host_abi* host, erp_module_abi* out, erp_error* error);
#define ERP_MODULE_QUERY_SYMBOL "erp_module_query"

#if defined(ERP_MODULE_IMPLEMENTATION)
__attribute__((visibility("default"))) erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out,
                                                                   erp_error* error);
#endif

#ifdef __cplusplus
}
#endif
#endif
