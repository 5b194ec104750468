// SPDX-License-Identifier: Apache-2.0
// Is not what its manifest says.
#include "zoo.h"

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Idle>({ZOO_TOLD_ID, ZOO_TOLD_VERSION}, host, out, error);
}
