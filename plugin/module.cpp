// SPDX-License-Identifier: Apache-2.0
//
// The one symbol that leaves the library. Everything else hides behind it: see exports.map and host/module_instance.h.
#define ERP_MODULE_IMPLEMENTATION
#include "host/module_instance.h"

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<sales_leads::SalesLeadsModule>(sales_leads::kIdentity, host, out, error);
}
