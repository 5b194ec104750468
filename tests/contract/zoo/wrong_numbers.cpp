// SPDX-License-Identifier: Apache-2.0
// Tells numbers that this host does not have, and forgets to refuse.
#include "zoo.h"

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  const erp_status status = erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, out, error);
  out->abi_major = ZOO_MAJOR;
  out->abi_minor_required = ZOO_MINOR;
  return status;
}
