// SPDX-License-Identifier: Apache-2.0
// Lets a C++ exception out of one slot (all slots of its tables, for "call"), which the contract forbids.
#include <stdexcept>

#include "zoo.h"

namespace {

void maybe(std::string_view slot) {
  if (slot == ZOO_THROWS_IN) throw std::runtime_error("thrown in " + std::string(slot));
}

using T = erp::sdk::Thunks<Idle>;

erp_status create(const erp_host* host, erp_str folder, erp_module** out, erp_error* error) {
  maybe("create");
  return T::create(host, folder, out, error);
}
erp_status init(erp_module* module, erp_error* error) {
  maybe("init");
  return T::init(module, error);
}
erp_status start(erp_module* module, erp_error* error) {
  maybe("start");
  return T::start(module, error);
}
erp_status stop(erp_module* module, erp_error* error) {
  maybe("stop");
  return T::stop(module, error);
}
void destroy(erp_module* module) {
  T::destroy(module);
  maybe("destroy");
}

erp_status list(erp_module*, const erp_sink*, erp_error*) {
  maybe("call");
  return ERP_OK;
}
erp_status call(erp_module*, const erp_call*, erp_str, const erp_source*, const erp_sink*, erp_error*) {
  maybe("call");
  return ERP_OK;
}
erp_status run_report(erp_module*, const erp_call*, erp_str, erp_str, const erp_sink*, erp_error*) { throw 42; }
erp_status work(erp_module*, const erp_call*, const erp_work_request*, erp_work_result*, erp_error*) {
  maybe("call");
  return ERP_OK;
}
void wake(erp_module*) { maybe("call"); }
erp_status report(erp_module*, const erp_sink*, erp_error*) {
  maybe("call");
  return ERP_OK;
}

const void* get_extension(erp_module*, erp_str id) {
  static const erp_module_actions kActions{sizeof(erp_module_actions), 0, &list, &call};
  static const erp_module_reports kReports{sizeof(erp_module_reports), 0, &list, &run_report};
  static const erp_module_work kWork{sizeof(erp_module_work), 0, &work, &wake};
  static const erp_module_health kHealth{sizeof(erp_module_health), 0, &report};
  const std::string_view name = erp::sdk::view(id);
  if (name == ERP_EXT_MODULE_ACTIONS) return &kActions;
  if (name == ERP_EXT_MODULE_REPORTS) return &kReports;
  if (name == ERP_EXT_MODULE_WORK) return &kWork;
  return name == ERP_EXT_MODULE_HEALTH ? &kHealth : nullptr;
}

}  // namespace

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  maybe("query");
  const erp_status status = erp::sdk::answer_query<Idle>({ZOO_ID, "1.0.0"}, host, out, error);
  if (status != ERP_OK) return status;
  out->create = &create;
  out->init = &init;
  out->start = &start;
  out->stop = &stop;
  out->destroy = &destroy;
  out->get_extension = &get_extension;
  return ERP_OK;
}
