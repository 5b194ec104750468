// SPDX-License-Identifier: Apache-2.0
// Asks for an extension before init.
#include "zoo.h"

class Impatient : public Idle {
 public:
  Impatient(const erp_host& host, std::string folder) : Idle(host, std::move(folder)) {
    if (host.get_extension(host.ctx, erp::sdk::str(ERP_EXT_CLOCK)) != nullptr) {
      throw erp::sdk::Error(ERP_INTERNAL, "zoo.served", "The host served a call that came from create.");
    }
  }
};

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Impatient>({ZOO_ID, "1.0.0"}, host, out, error);
}
