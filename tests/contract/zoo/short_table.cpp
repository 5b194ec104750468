// SPDX-License-Identifier: Apache-2.0
// Offers an actions table of an older minor: it ends before `call`, and behind it there is rubbish.
#include <cstddef>

#include "zoo.h"

namespace {

struct {
  erp_module_actions table;
} cut = {{offsetof(erp_module_actions, call), 0, nullptr, nullptr}};

const void* get_extension(erp_module* module, erp_str id) {
  if (erp::sdk::view(id) != ERP_EXT_MODULE_ACTIONS) return nullptr;
  const auto* whole = static_cast<const erp_module_actions*>(erp::sdk::Thunks<Idle>::get_extension(module, id));
  cut.table.list = whole->list;
  std::memset(&cut.table.call, 0xFF, sizeof cut.table.call);
  return &cut.table;
}

}  // namespace

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  const erp_status status = erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, out, error);
  if (status == ERP_OK) out->get_extension = &get_extension;
  return status;
}
