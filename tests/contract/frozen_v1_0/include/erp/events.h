/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.events/1 (host): notify, then pull.
 *
 * The host writes an event in the same transaction as the change that it tells of, and keeps it for 30 days or more.
 * After commit it stamps a sequence onto committed events, so that no lower number can appear later. An event says only
 * which document changed: the module reconciles against the document's present state. It moves its cursor in the
 * transaction of the effects: delivered at least once, effective exactly once.
 *
 * Kinds: order.created order.changed order.confirmed order.cancelled order.drafted order.deleted, offer.created
 * offer.changed, invoice.created invoice.changed invoice.posted invoice.paid invoice.cancelled invoice.voided
 * invoice.deleted, customer.changed customer.merged customer.deleted, project.changed, employee.changed, rate.changed,
 * company.changed. New kinds may come; unknown ones are passed over. `document` is the id of the order (offers are
 * orders in state offer), invoice, customer, project, employee, or 0.
 */
#ifndef ERP_EVENTS_H
#define ERP_EVENTS_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_EVENTS "erp.events/1"

typedef struct erp_event {
  uint32_t size;
  uint32_t reserved;
  int64_t sequence;
  int64_t company;
  int64_t document;
  int64_t occurred_at_us;
  char kind[32];
  char from_state[16];
  char to_state[16];
} erp_event;

typedef struct erp_event_horizon {
  uint32_t size;
  uint32_t reserved;
  int64_t oldest; /* lowest sequence that is still kept; head + 1 when there is none */
  int64_t head;   /* highest sequence stamped so far, 0 = none yet */
} erp_event_horizon;

typedef struct erp_events {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Events of the call's company with sequence > after, rising, at most `capacity`, into an array whose elements are
   * `stride` bytes apart. *count = 0 when there are none. OUT_OF_RANGE when `after` lies below the horizon (then the
   * module scans the views by key). May block for the database. [serial, worker] */
  erp_status (*fetch)(void* ctx, const erp_call* call, int64_t after, erp_event* out, uint32_t stride,
                      uint32_t capacity, uint32_t* count, erp_error* error);
  /* [serial, worker] */
  erp_status (*horizon)(void* ctx, const erp_call* call, erp_event_horizon* out, erp_error* error);
  /* Publishes an event of the module's own, "sales_leads.opportunity.won", into the host's outbox. [serial, worker] */
  erp_status (*publish)(void* ctx, const erp_call* call, erp_str kind, int64_t record, erp_error* error);
} erp_events;

#ifdef __cplusplus
}
#endif
#endif
