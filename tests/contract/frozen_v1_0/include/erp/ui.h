/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.ui/1 (host): what the module shows in the host's own menus and pages.
 *
 * Menus are JSON: {"schema":"1.0","menus":[{"id":"sales_leads.settings.groups","parent":"administration.settings.crm",
 * "order":10,"titles":{"en":..,"sv":..,"nb":..},"view":"groups.tree","permission":"sales_leads.settings"}]}. Ids are
 * stable; a parent is one of the host's ids (administration, administration.settings, crm, crm.customers) or one of the
 * module's own. Synchronising is idempotent by id and may be done again at any time. Panels and reference fields:
 * {"schema":"1.0","parts":[{"id":..,"page":"customer|project|employee|order|invoice","slot":..,"kind":"panel|reference",
 * "view":..,"permission":..,"order":..}]}.
 */
#ifndef ERP_UI_H
#define ERP_UI_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_UI "erp.ui/1"

typedef struct erp_ui {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Replaces the menu entries of this module. All or none are taken. [control] */
  erp_status (*sync_menus)(void* ctx, erp_str json, erp_error* error);
  /* Replaces the panels and reference fields of this module. [control] */
  erp_status (*sync_parts)(void* ctx, erp_str json, erp_error* error);
  /* Number shown beside a menu entry for everybody in the call's company; 0 hides it. [serial, worker] */
  erp_status (*set_badge)(void* ctx, const erp_call* call, erp_str menu_id, int64_t count, erp_error* error);
  /* A line for one user, shown once; `url` may be empty. [serial, worker] */
  erp_status (*notify)(void* ctx, const erp_call* call, int64_t user, erp_str message, erp_str url, erp_error* error);
} erp_ui;

#ifdef __cplusplus
}
#endif
#endif
