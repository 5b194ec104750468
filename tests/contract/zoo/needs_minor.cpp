// SPDX-License-Identifier: Apache-2.0
// Needs a later minor than this host has, and says so as it should.
#include "zoo.h"

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0", 7}, host, out, error);
}
