/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.directory/1 (host): customers, contacts, projects, employees and the company, one at a time. Bulk reads go by the
 * views erp_*. Kinds: "customer", "contact", "project", "employee", "company".
 */
#ifndef ERP_DIRECTORY_H
#define ERP_DIRECTORY_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_DIRECTORY "erp.directory/1"

typedef struct erp_directory {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* The record as JSON, names as in the views. NOT_FOUND for an unknown id or another company's. [worker] */
  erp_status (*read)(void* ctx, const erp_call* call, erp_str kind, int64_t id, const erp_sink* out, erp_error* error);
  /* JSON array of at most `limit` (<= 100) records whose name or number begins with the text. [worker] */
  erp_status (*search)(void* ctx, const erp_call* call, erp_str kind, erp_str text, uint32_t limit, const erp_sink* out,
                       erp_error* error);
  /* A customer with contacts from {"name":..,"number":..?,"organisation_number":..?,"contacts":[{"name":..}]}.
   * The same request_id gives the same id again and writes nothing. [worker] */
  erp_status (*create_customer)(void* ctx, const erp_call* call, erp_str request_id, const erp_source* json,
                                int64_t* id, erp_error* error);
} erp_directory;

#ifdef __cplusplus
}
#endif
#endif
