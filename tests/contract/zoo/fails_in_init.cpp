// SPDX-License-Identifier: Apache-2.0
// Refuses the host in init, with a reason. Only destroy may follow: everything else ends the process.
#include <cstdlib>

#include "zoo.h"

class Unwilling : public Idle {
 public:
  using Idle::Idle;
  void on_init() override { throw erp::sdk::Error(ERP_UNAVAILABLE, "zoo.unwilling", "Not today."); }
  void on_start() override { std::abort(); }
  void on_stop() override { std::abort(); }
};

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Unwilling>({ZOO_ID, "1.0.0"}, host, out, error);
}
