/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.documents/1 (host): single offers, orders and invoices. Bulk reads go by the views erp_*.
 *
 * A module never changes lines or amounts of an existing document: it may ask for a draft order and set reference
 * fields. Kinds are "order" (offers are orders in state offer) and "invoice" (credit notes are invoices).
 */
#ifndef ERP_DOCUMENTS_H
#define ERP_DOCUMENTS_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_DOCUMENTS "erp.documents/1"

typedef struct erp_documents {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* The document as JSON with its lines, sources and references; names as in the views. [worker] */
  erp_status (*read)(void* ctx, const erp_call* call, erp_str kind, int64_t id, const erp_sink* out, erp_error* error);
  /* A draft order from {"customer":id,"project":id?,"currency":"SEK","lines":[{"description":..,"net":minor}],
   * "references":[{"kind":..,"id":..}]}. Idempotent by request_id. *id = the order. [worker] */
  erp_status (*create_draft_order)(void* ctx, const erp_call* call, erp_str request_id, const erp_source* json,
                                   int64_t* id, erp_error* error);
  /* Sets (ref_id > 0) or clears (0) a reference of a document, or of one line of it (line > 0). Raises an event.
   * [worker] */
  erp_status (*set_reference)(void* ctx, const erp_call* call, erp_str kind, int64_t document, int64_t line,
                              erp_str ref_kind, int64_t ref_id, erp_error* error);
} erp_documents;

#ifdef __cplusplus
}
#endif
#endif
