// SPDX-License-Identifier: Apache-2.0
// Keeps a thread of its own that goes on calling the host when nobody asked.
#include <thread>

#include "zoo.h"

class Restless : public Idle {
 public:
  using Idle::Idle;
  ~Restless() override {
    if (thread_.joinable()) thread_.join();
  }
  void on_init() override {
    clock_ = static_cast<const erp_clock*>(host().get_extension(host().ctx, erp::sdk::str(ERP_EXT_CLOCK)));
  }
  void on_stop() override {
    thread_ = std::thread([h = host()] { static_cast<void>(h.get_extension(h.ctx, erp::sdk::str(ERP_EXT_LOG))); });
  }

 private:
  const erp_clock* clock_ = nullptr;
  std::thread thread_;
};

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Restless>({ZOO_ID, "1.0.0"}, host, out, error);
}
