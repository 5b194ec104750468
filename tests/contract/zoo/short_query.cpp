// SPDX-License-Identifier: Apache-2.0
// Fills only the first half of the table, and says so by its size.
#include <cstddef>

#include "zoo.h"

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  erp_module_abi whole = erp::sdk::sized<erp_module_abi>();
  const erp_status status = erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, &whole, error);
  if (status != ERP_OK) return status;
  const std::uint32_t length = offsetof(erp_module_abi, stop);
  std::memcpy(out, &whole, length);
  std::memset(reinterpret_cast<char*>(out) + length, 0xFF, sizeof whole - length);  // whoever reads on, falls
  out->size = length;
  return ERP_OK;
}
