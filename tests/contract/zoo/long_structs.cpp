// SPDX-License-Identifier: Apache-2.0
// Comes from a later minor: its tables are longer than this host knows, and what follows is not zero. Legal.
#include "zoo.h"

namespace {

struct LongActions {
  erp_module_actions known;
  unsigned char unknown[64];
} actions;

const void* get_extension(erp_module* module, erp_str id) {
  if (erp::sdk::view(id) != ERP_EXT_MODULE_ACTIONS) return nullptr;
  std::memset(&actions, 0xFF, sizeof actions);
  actions.known = *static_cast<const erp_module_actions*>(erp::sdk::Thunks<Idle>::get_extension(module, id));
  actions.known.size = sizeof actions;
  return &actions;
}

}  // namespace

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  struct {
    erp_module_abi known;
    unsigned char unknown[64];
  } whole;
  std::memset(&whole, 0xFF, sizeof whole);
  whole.known.size = sizeof whole.known;
  const erp_status status = erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, &whole.known, error);
  if (status != ERP_OK) return status;
  whole.known.get_extension = &get_extension;
  const std::uint32_t room = out->size;
  std::memcpy(out, &whole, room < sizeof whole ? room : sizeof whole);
  out->size = sizeof whole;  // claims more than the host has room for
  return ERP_OK;
}
