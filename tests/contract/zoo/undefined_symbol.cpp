// SPDX-License-Identifier: Apache-2.0
// Calls a function that no library has: only "resolve now" finds that out at once.
#include "zoo.h"

extern "C" void function_that_nobody_defines();

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  if (host == nullptr) function_that_nobody_defines();
  return erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, out, error);
}
